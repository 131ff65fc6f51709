"""The database server of all worlds, and the program under test."""

import shutil

import pytest
from guichet_test.postgres import Postgres
from guichet_test.session import (  # noqa: F401  (hooks, which pytest finds by their names)
    pytest_configure, pytest_report_header)
from guichet_test.world import new_folder


@pytest.fixture(scope="session")
def postgres():
    folder = new_folder()
    server = Postgres(folder).start()
    yield server
    server.end()
    shutil.rmtree(folder, ignore_errors=True)
