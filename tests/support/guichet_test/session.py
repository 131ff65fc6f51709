"""What all sessions of pytest that run the program have in common: a conftest imports these hooks."""

import os

import pytest

from .program import run_program
from .project import program_under_test


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
