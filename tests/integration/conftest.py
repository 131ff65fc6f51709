"""Fixtures of the integration tests: shared servers, and the logs of all when a test fails."""

import shutil

import pytest
from guichet_test.people import Population
from guichet_test.postgres import Postgres
from guichet_test.session import (  # noqa: F401  (hooks, which pytest finds by their names)
    pytest_collection_modifyitems, pytest_configure, pytest_report_header)
from guichet_test.world import World, new_folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds what the program and the servers logged to the report of a failed test."""
    report = yield
    if report.failed:
        for value in getattr(item, "funcargs", {}).values():
            if isinstance(value, World):
                report.sections += [(f"log of {title}", text) for title, text in value.logs()]
    return report


@pytest.fixture(scope="session")
def postgres():
    """A database server for all worlds that don't kill theirs."""
    folder = new_folder()
    server = Postgres(folder).start()
    yield server
    server.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def people(request):
    """Employers and people that no other test of the module has."""
    return Population(request.module.__name__)


@pytest.fixture(scope="module")
def running(postgres):
    """A world of the module in which one instance runs all workers."""
    world = World(postgres)
    try:
        world.start()
        world.instance = world.installation.start(name="all-workers")
        yield world
        if world.instance.is_running:
            world.instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report
