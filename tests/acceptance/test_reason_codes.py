"""Every reason, warning and alert that an output may carry is expected somewhere: a code that no
test asks for may never come out, or come out wrongly."""

import json
import re

import pytest
from guichet_test.project import ROOT, SCHEMAS
from story import FOLDER

TESTS = ROOT / "tests"

# Whose codes they are, by the type that carries them or the name of the shared list: where the
# tests of that worker stand.
EXPECTED_IN = {
    "affiliation_reason": ("affiliation", "clock"),
    "registration_reason": ("account",),
    "beneficiary_reason": ("beneficiar", "contribution"),
    "termination.rejected.v1": ("termination",),
    "operator.alert.v1": ("",),
}


def lists_of_codes():
    """(name, codes) of every list of codes that stands in the schemas."""
    shared = json.loads((SCHEMAS / "messages" / "common.schema.json").read_text())["$defs"]
    for name, definition in shared.items():
        if name.endswith("_reason"):
            yield name, definition["enum"]
    for path in sorted((SCHEMAS / "messages").glob("*.schema.json")):
        for field in ("reasons", "warnings", "code"):
            found = json.loads(path.read_text()).get("properties", {}).get(field, {})
            found = found.get("items", found)
            if "enum" in found:
                yield path.name.removesuffix(".schema.json"), found["enum"]


def expectations(words):
    """The text of the tests that are about something: scenarios, unit and integration tests."""
    places = [*FOLDER.glob("*.yaml"), *(TESTS / "unit").glob("*.c"),
              *(TESTS / "integration").glob("*.py"), *(TESTS / "acceptance").glob("test_s*.py")]
    return "\n".join(path.read_text() for path in places if any(word in path.name
                                                                for word in words))


CODES = sorted({(name, code) for name, codes in lists_of_codes() for code in codes})


@pytest.mark.parametrize("name, code", CODES, ids=lambda value: str(value))
def test_expected_somewhere(name, code):
    words = EXPECTED_IN.get(name, (name.partition(".")[0],))
    assert re.search(rf"(\b|_){code}\b", expectations(words)), f"no test expects {code}"


def test_all_lists_are_read():
    """The lists of the contract, §5: none is missing here."""
    assert set(EXPECTED_IN) <= {name for name, _ in CODES}
