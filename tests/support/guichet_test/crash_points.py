"""Which crash points a test of one worker passes: the shell's own tests, and tests/chaos in every
run, pass them all."""

import pytest

from .program import CRASH_POINTS

# Where the database has decided and Kafka knows nothing yet. The others are left to the long run.
USUAL_POINT = "in_kafka_transaction"
assert USUAL_POINT in CRASH_POINTS
CRASH_POINTS_OF_A_WORKER = [
    point if point == USUAL_POINT else pytest.param(point, marks=pytest.mark.long)
    for point in CRASH_POINTS]
