"""How records are cut into batches, and how employers take turns, changes nothing: the same events
leave the same rows and cause the same outputs in the same order."""

import os
from dataclasses import dataclass
from datetime import timedelta

import pytest
from guichet_test.frozen import WORKERS, FrozenClock, clock_settings
from guichet_test.topics import inputs_of, partitions_of
from guichet_test.world import World
from outcome import decided, differences, first_difference, ids, outputs_in_order, tables
from streams import FIRST, rounds

SEEDS = range(int(os.environ.get("GUICHET_SEEDS", "1")))  # four employers each
LATER = (timedelta(hours=1), timedelta(days=3), timedelta(days=20), timedelta(days=45))
PARTITIONS = 2


@dataclass
class Outcome:
    """What one run left behind."""

    outputs: dict
    ids: list
    tables: dict
    decided: list


def same_incarnations(world):
    """Ids are made from a random id of each partition; here it is the same in every world."""
    with world.postgres.connect(world.database) as connection:
        for worker in WORKERS:
            for topic in inputs_of(worker):
                for partition in range(partitions_of(topic) or PARTITIONS):
                    connection.execute(
                        "INSERT INTO guichet.progress (worker, topic, partition, incarnation,"
                        " start_offset, next_offset) VALUES (%s, %s, %s, md5(%s)::uuid, 0, 0)",
                        (worker, topic, partition, f"{worker}/{topic}/{partition}"))


def run(postgres, most, order):
    """Sends everything, one topic at a time, and lets every deadline pass."""
    world = World(postgres, {**clock_settings(FIRST), "batch.max_records": most,
                             "batch.linger_ms": 0 if most == 1 else 50}, partitions=PARTITIONS)
    clock = None
    try:
        world.start()
        same_incarnations(world)
        clock = FrozenClock(world, FIRST)
        instance = world.installation.start(name=f"batches-of-{most}")
        for now, events in rounds(SEEDS, order):
            clock.move_to(now)
            world.send(*events)
            clock.settle()
        for later in LATER:
            clock.move_to(FIRST + later)
            clock.settle()
        instance.stop_cleanly()
        messages = world.reader.read_to_end()
        return Outcome(outputs_in_order(messages), ids(messages), tables(world), decided(world))
    finally:
        if clock is not None:
            clock.close()
        report = world.end()
        assert not report, report


@pytest.fixture(scope="module", name="one_by_one")
def run_one_by_one(postgres):
    return run(postgres, 1, "one order")


@pytest.mark.parametrize("most, order", [(1000, "one order"), (7, "another order")])
def test_the_same_comes_out(postgres, one_by_one, most, order):
    """Compared with every record in a batch of its own."""
    outcome = run(postgres, most, order)
    wrong = [*differences(one_by_one.outputs, outcome.outputs),
             *differences(one_by_one.tables, outcome.tables)]
    assert not wrong, "\n".join(wrong[:20])
    assert not first_difference(one_by_one.decided, outcome.decided)
    if order == "one order":  # the same offsets: the same ids
        assert not first_difference(one_by_one.ids, outcome.ids)


def test_the_streams_say_enough(one_by_one):
    """A stream that is refused all over would show nothing."""
    kinds = {output[0] for outputs in one_by_one.outputs.values() for output in outputs}
    assert len(kinds) >= 25, sorted(kinds)
    assert sum(map(len, one_by_one.outputs.values())) > 300
