"""The program under test must be built with -DTEST_HOOKS=ON."""

from guichet_test.session import (  # noqa: F401  (hooks, which pytest finds by their names)
    pytest_collection_modifyitems, pytest_configure, pytest_report_header)
