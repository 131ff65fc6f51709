"""A transaction that Kafka takes for ended and that stands open in the group's offsets. A broker
leaves one behind when it ends it while the partition has no leader; here its check of who commits
offsets is off, and a commit in the name of the worker's producer that ended does the same."""

import re
import socket
import struct

import pytest
from guichet_test.backlog import Backlog
from guichet_test.kafka import Kafka
from guichet_test.world import World, opened

TOPIC = "affiliation.requests.v1"
TRANSACTIONAL_ID = "guichet-affiliation-one"
ONE = {"guichet.instance": "one"}
TXN_OFFSET_COMMIT, VERSION = 28, 2


class TrustingKafka(Kafka):
    """It takes part in a transaction that its coordinator knows nothing of."""

    def properties(self, controller_port):
        return super().properties(controller_port) + (
            "transaction.partition.verification.enable=false\n")


class TrustingWorld(World):
    KAFKA = TrustingKafka


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def leave_open(kafka):
    """Commits an offset in a transaction of the worker's producer that nobody has begun."""
    producer_id, epoch = re.findall(
        rf"Initialized transactionalId {TRANSACTIONAL_ID} with producerId (\d+) and producer epoch "
        r"(\d+)", kafka.log.read_text())[-1]
    partition = struct.pack(">iqi", 0, 0, -1) + text("")
    request = (struct.pack(">hhi", TXN_OFFSET_COMMIT, VERSION, 1) + text("test")
               + text(TRANSACTIONAL_ID) + text("guichet.affiliation")
               + struct.pack(">qh", int(producer_id), int(epoch))
               + struct.pack(">i", 1) + text(TOPIC) + struct.pack(">i", 1) + partition)
    with socket.create_connection(("127.0.0.1", kafka.port), timeout=10) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        with connection.makefile("rb") as answers:
            (size,) = struct.unpack(">i", answers.read(4))
            answer = answers.read(size)
    (error,) = struct.unpack(">h", answer[-2:])
    assert error == 0


@pytest.mark.long  # as long as an open transaction may hold an answer back
def test_it_is_ended(postgres):
    with opened(TrustingWorld(postgres)) as world:
        backlog = Backlog(world, "forgotten")
        backlog.add(100)
        before = world.installation.start("affiliation", name="before", settings=ONE)
        world.wait_drained("affiliation")
        before.stop_cleanly()
        leave_open(world.kafka)
        backlog.add(100)
        after = world.installation.start("affiliation", name="after", settings=ONE)
        backlog.check(after)
        assert "ends what Kafka may have forgotten to end" in after.log_text()
