"""The database server of all worlds, and the program under test."""

import shutil

import pytest
from guichet_test.postgres import Postgres
from guichet_test.program import run_program
from guichet_test.project import program_under_test
from guichet_test.world import new_folder


def pytest_configure():
    if not program_under_test().exists():
        raise pytest.UsageError(f"no program at {program_under_test()}: build it, or name it by "
                                "the environment variable GUICHET")


def pytest_report_header():
    return f"program: {program_under_test()} ({run_program('--version').stdout.strip()})"


@pytest.fixture(scope="session")
def postgres():
    folder = new_folder()
    server = Postgres(folder).start()
    yield server
    server.end()
    shutil.rmtree(folder, ignore_errors=True)
