"""Records that the store refuses, and what operators command about them."""

import contextlib
import uuid
from datetime import UTC, datetime

from .events import Event
from .identities import derived
from .waiting import wait_until

REFUSED_WORD = "REFUSED"  # in the id of a request that the store is made to refuse


@contextlib.contextmanager
def refusing(world, word=REFUSED_WORD):
    """While it lasts, the store refuses affiliation requests whose id has the word in it."""
    name = f"refuses_{uuid.uuid4().hex[:8]}"
    with world.postgres.connect(world.database) as connection:
        connection.execute(f"ALTER TABLE guichet.affiliation_request ADD CONSTRAINT {name} "
                           f"CHECK (request_id NOT LIKE '%{word}%') NOT VALID")
    try:
        yield
    finally:
        with world.postgres.connect(world.database) as connection:
            connection.execute(f"ALTER TABLE guichet.affiliation_request DROP CONSTRAINT {name}")


def parked(world, siren, worker="affiliation"):
    """The places of an employer's records that wait, the one that keeps the others first."""
    return [tuple(row) for row in world.query(
        "SELECT topic, partition, input_offset FROM guichet.parked "
        "WHERE worker = %s AND siren = %s ORDER BY position", [worker, siren])]


def wait_parked(world, siren, count, worker="affiliation"):
    wait_until(lambda: len(parked(world, siren, worker)) == count, 60,
               lambda: f"{count} records wait; waiting: {parked(world, siren, worker)}")
    return parked(world, siren, worker)


def command(place, action="retried", worker="affiliation", by="operator-7", **changes):
    """The event by which an operator has a record decided again, or gives it up."""
    topic, partition, offset = place
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    data = {"topic": topic, "partition": partition, "offset": offset, "by": by, "at": at,
            **changes}
    return Event(f"guichet.dead-letter.{action}.v1", data, str(uuid.uuid4()),
                 topic=f"guichet.{worker}.clock.v1")


def carry_out(world, event, seconds=60):
    """Sends a command and returns the journal's rows under its place, once it is decided: those of
    the records that waited, and its own. What their deadlines raised is left out."""
    (place,) = world.send(event)

    def rows():
        return world.query(
            "SELECT siren, subject_id, event_type, refusal, rules, replay_of FROM guichet.journal "
            "WHERE topic = %s AND partition = %s AND input_offset = %s "
            "AND (replay_of IS NOT NULL OR event_type LIKE 'guichet.dead-letter.%%') "
            "ORDER BY sequence", place)

    return wait_until(rows, seconds, f"the command at {place} is decided")


def place_text(place):
    return "/".join(map(str, place))


def id_at(world, place, sequence, worker="affiliation"):
    """The id of the nth output of the record at a place."""
    topic, partition, offset = place
    ((incarnation,),) = world.query(
        "SELECT incarnation FROM guichet.progress "
        "WHERE worker = %s AND topic = %s AND partition = %s", [worker, topic, partition])
    return derived(incarnation, worker, topic, partition, offset, sequence)
