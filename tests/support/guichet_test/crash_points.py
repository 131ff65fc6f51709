"""Which crash points a test of one worker passes: the shell's own tests pass them all."""

import pytest

from .program import CRASH_POINTS

# The two points at which both servers agree are left to the long run.
AGREED_POINTS = ("before_database_commit", "after_kafka_commit")
CRASH_POINTS_OF_A_WORKER = [
    pytest.param(point, marks=pytest.mark.long) if point in AGREED_POINTS else point
    for point in CRASH_POINTS]
