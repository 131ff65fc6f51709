"""Scenarios as an analyst writes them, read and checked for form; README.md says how to write one.
What a word means to the program stands in cast.py, what must come out in verdicts.py."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml
from guichet_test.business import PARIS
from guichet_test.topics import TOPIC_OF_TYPE

FOLDER = Path(__file__).parent / "scenarios"
TIME_PASSES = "time passes until"
DEAD_LETTER = "dead letter"
FILE_WORDS = {"about", "settings", "given at", "beside", "scenarios"}
SCENARIO_WORDS = {"name", "rows", "given", "when", "then", "never", "story"}
GIVEN_WORDS = {"at", "siren", "contracts", "employees", "people", "others"}
ABOUT_AN_EVENT = {"at", "employer", "times"}


class PlainLoader(yaml.SafeLoader):
    """Dates and hours stay the text that was written."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers
                if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def instant(text):
    """An instant from Paris's wall clock."""
    return datetime.fromisoformat(str(text)).replace(tzinfo=PARIS)


@dataclass
class Deed:
    """Something that happens: an event that is sent, or time that passes (no type)."""

    at: datetime
    type: str | None
    words: dict
    employer: str | None = None
    times: int = 1


@dataclass
class Expected:
    """One output: its type without version, and the fields that matter."""

    type: str
    words: dict
    employer: str | None = None


@dataclass
class Chapter:
    """What happens, what must come of it in this order, and what must not."""

    deeds: list
    then: list
    never: list


@dataclass
class Scenario:
    """One row of a table or one example of the domain's page."""

    name: str
    path: Path
    given_at: datetime
    given: dict
    chapters: list
    beside: set = field(default_factory=set)
    settings: dict = field(default_factory=dict)
    fault: str = ""  # what is wrong with how it is written; then it is not played

    @property
    def id(self):
        return f"{self.path.stem}: {self.name}"


def check_words(found, known, where):
    unknown = set(found) - known
    assert not unknown, f"{where}: {sorted(unknown)} is none of {sorted(known)}"


def typed(word, where):
    """The full type of an event that is named without `guichet.` and version."""
    full = f"guichet.{word}.v1"
    assert full in TOPIC_OF_TYPE, f"{where}: no topic carries {word}"
    return full


def read_deed(entry, before, where):
    """`before`: the instant of the deed before, which this one has unless it says its own."""
    if TIME_PASSES in entry:
        check_words(entry, {TIME_PASSES}, where)
        return Deed(instant(entry[TIME_PASSES]), None, {})
    types = [word for word in entry if word not in ABOUT_AN_EVENT]
    assert len(types) == 1, f"{where}: one event at a time, not {types}"
    deed = Deed(instant(entry["at"]) if "at" in entry else before, typed(types[0], where),
                entry[types[0]] or {}, entry.get("employer"), entry.get("times", 1))
    assert deed.at is not None, f"{where}: {types[0]} has no instant"
    return deed


def read_expected(entry, where):
    if isinstance(entry, str):
        entry = {entry: {}}
    types = [word for word in entry if word != "employer"]
    assert len(types) == 1, f"{where}: one output at a time, not {types}"
    if types[0] != DEAD_LETTER:
        typed(types[0], where)
    return Expected(types[0], entry[types[0]] or {}, entry.get("employer"))


def read_chapter(entry, before, where):
    deeds = []
    for deed in entry.get("when", []):
        deeds.append(read_deed(deed, before, where))
        assert before is None or deeds[-1].at >= before, f"{where}: time goes back"
        before = deeds[-1].at
    assert deeds, f"{where}: nothing happens"
    return Chapter(deeds, [read_expected(item, where) for item in entry.get("then", [])],
                   [read_expected(item, where) for item in entry.get("never", [])])


def with_row(node, row):
    """A scenario with the values of one row of its table in the places of `<column>`. An empty
    cell is null: the field is left out."""
    if isinstance(node, dict):
        return {with_row(key, row): with_row(value, row) for key, value in node.items()}
    if isinstance(node, list):
        return [with_row(item, row) for item in node]
    if not isinstance(node, str):
        return node
    for column, value in row.items():
        if node == f"<{column}>":
            return value
        node = node.replace(f"<{column}>", str(value))
    return node


def read_entry(entry, document, path):
    """One scenario, or one for each row of its table."""
    rows = entry.pop("rows", [{}])
    columns = {column for row in rows for column in row}
    return [read_scenario(with_row(entry, {**dict.fromkeys(columns), **row}), document, path)
            for row in rows]


def read_scenario(entry, document, path):
    where = f"{path.name}: {entry['name']}"
    given = entry.get("given", {})
    scenario = Scenario(entry["name"], path, instant(given.get("at", document["given at"])), given,
                        [], set(document.get("beside", [])), document.get("settings", {}))
    before = scenario.given_at
    try:
        check_words(entry, SCENARIO_WORDS, where)
        check_words(given, GIVEN_WORDS, where)
        for part in entry.get("story", [entry]):
            scenario.chapters.append(read_chapter(part, before, where))
            before = scenario.chapters[-1].deeds[-1].at
    except AssertionError as fault:  # this one fails, the others are played
        scenario.fault = str(fault)
    return scenario


def read_file(path):
    document = yaml.load(path.read_text(), PlainLoader)
    check_words(document, FILE_WORDS, path.name)
    scenarios = [scenario for entry in document["scenarios"]
                 for scenario in read_entry(entry, document, path)]
    names = [scenario.name for scenario in scenarios]
    assert len(set(names)) == len(names), f"{path.name}: a name occurs twice"
    return scenarios


def read_all():
    return [scenario for path in sorted(FOLDER.glob("*.yaml")) for scenario in read_file(path)]
