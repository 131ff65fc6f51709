"""The tables that a worker prints of itself: what an analyst reads, kept beside the tests so that a
change of a rule or a state shows as a change of a text. `python tests/contract/test_tables.py` writes
them anew."""

import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent / "tables"
sys.path.insert(0, str(FOLDER.parents[1] / "support"))

from guichet_test.program import run_program  # noqa: E402
from guichet_test.topics import TOPICS  # noqa: E402

WORKERS = sorted({topic.worker for topic in TOPICS if topic.direction == "in"})
KINDS = ("rules", "states")


def printed(kind, worker):
    result = run_program("explain", f"--{kind}", worker)
    assert result.returncode == 0, result.stderr
    return result.stdout


def golden(kind, worker):
    return FOLDER / f"{worker}-{kind}.{'md' if kind == 'rules' else 'mmd'}"


@pytest.mark.parametrize("worker", WORKERS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_prints_what_was_agreed(kind, worker):
    assert printed(kind, worker) == golden(kind, worker).read_text()


@pytest.mark.parametrize("worker", WORKERS)
def test_codes_are_told_once_and_each_has_a_sentence_and_a_source(worker):
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")]
            for line in printed("rules", worker).splitlines()[2:]]
    codes = [row[0] for row in rows]
    assert codes and len(set(codes)) == len(codes)
    assert all(len(row) == 3 and all(row) for row in rows)


def test_an_unknown_worker_is_a_wrong_usage():
    assert run_program("explain", "--rules", "nobody").returncode == 64


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each_kind in KINDS:
        for each_worker in WORKERS:
            golden(each_kind, each_worker).write_text(printed(each_kind, each_worker))
