"""The named points of a test build: each is one at which some test kills the process, each that a
test names is there, and a production build knows nothing of them."""

import re
import sys

import pytest
from guichet_test.project import ROOT, fast_program, program_under_test

sys.path.append(str(ROOT / "tests" / "chaos"))

from crash_points import EVERY  # noqa: E402
from sabotage import SABOTAGES  # noqa: E402

SOURCES = "\n".join(path.read_text() for folder in ("common", "workers")
                    for path in (ROOT / folder).rglob("*.c"))
OF_REMEDIES = ROOT / "tests" / "integration" / "test_remedies.py"


def test_a_process_is_killed_at_each_point():
    points = set(re.findall(r'\bhook_pass\("(\w+)"\)', SOURCES))
    of_remedies = {point for point in points if "remedy" in point}
    assert points - of_remedies == set(EVERY)
    text = OF_REMEDIES.read_text()
    assert of_remedies and [point for point in of_remedies if f'"{point}"' not in text] == []


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_precaution_can_be_left_out(name):
    assert f'hook_is_sabotaged("{name}")' in SOURCES


def test_not_in_production():
    program = fast_program()
    if program == program_under_test():
        pytest.skip(f"{program} is the build under test: name a release by GUICHET_RELEASE")
    switches = b"GUICHET_TEST_(?:CRASH|FREEZE|GATE|SABOTAGE)"
    assert re.search(switches, program_under_test().read_bytes())
    assert not re.search(switches, program.read_bytes())
