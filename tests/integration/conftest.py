"""Fixtures of the integration tests: shared servers, and the logs of all when a test fails."""

import os
import shutil

import pytest
from guichet_test.people import Population
from guichet_test.postgres import Postgres
from guichet_test.program import run_program
from guichet_test.project import program_under_test
from guichet_test.world import World, new_folder


def pytest_configure():
    if not program_under_test().exists():
        raise pytest.UsageError(f"no program at {program_under_test()}: build it, or name it by "
                                "the environment variable GUICHET")


def pytest_collection_modifyitems(config, items):
    """The long run is asked for by GUICHET_LONG=1."""
    if os.environ.get("GUICHET_LONG") == "1":
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_report_header():
    return f"program: {program_under_test()} ({run_program('--version').stdout.strip()})"


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
