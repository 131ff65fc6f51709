"""The README says what is so: settings, paths and commands."""

import re

import pytest

from guichet_test.program import run_program
from guichet_test.project import ROOT, program_under_test

README = (ROOT / "README.md").read_text()
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PROSE = FENCED.sub("", README)
# The project's folders: what begins with one of them is meant as a path in it.
FOLDERS = sorted(path.name for path in ROOT.iterdir()
                 if path.is_dir() and not path.name.startswith((".", "build")))


def paths():
    """What stands in backticks and begins with a folder of the project, or with `./`."""
    words = {quoted.split()[0] for quoted in re.findall(r"`([^`\n]+)`", PROSE) if quoted.strip()}
    words |= set(re.findall(r"^(\./\S+)", README, re.MULTILINE))
    return sorted(word.removeprefix("./") for word in words
                  if word.removeprefix("./").split("/")[0] in FOLDERS and "/" in word)


def commands():
    """Each word that follows `guichet` in code: in backticks or at the head of a line of it."""
    code = re.findall(r"`([^`\n]+)`", PROSE)
    code += [line for block in FENCED.findall(README) for line in block.splitlines()]
    found = (re.match(r"(?:build/)?guichet ([a-z]+)", piece.strip()) for piece in code)
    return sorted({match.group(1) for match in found if match})


@pytest.fixture(scope="module")
def program():
    if not program_under_test().exists():
        pytest.skip(f"{program_under_test()} is not built")


def test_the_search_finds_something():
    assert len(paths()) > 20
    assert len(commands()) > 5


@pytest.mark.parametrize("path", paths())
def test_path_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", PROSE))
def test_link_leads_somewhere(target):
    assert (ROOT / target).exists()


@pytest.mark.usefixtures("program")
def test_settings_are_those_of_the_program():
    table = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", README, re.DOTALL)
    assert table, "the README has no markers around its settings"
    result = run_program("settings")
    assert result.returncode == 0, result.stderr
    assert table.group(1) == result.stdout


@pytest.mark.usefixtures("program")
def test_commands_are_those_of_the_program():
    result = run_program("--help")
    assert result.returncode == 0, result.stderr
    assert commands() == sorted(re.findall(r"^  ([a-z]+) ", result.stdout, re.MULTILINE))
