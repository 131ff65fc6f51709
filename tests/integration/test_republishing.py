"""What was decided and not published when a process died: the next one publishes it in the order in
which it was decided, across partitions, whatever the size of its batches."""

import psycopg
import pytest
from guichet_test.contracts import health_contract
from guichet_test.events import contract_upserted, registration
from guichet_test.waiting import wait_until
from guichet_test.world import World, opened

TOPIC = "client-space.requests.v1"
ONE = {"guichet.instance": "one", "batch.max_records": 1}


@pytest.fixture(scope="module", name="world")
def open_world(postgres):
    with opened(World(postgres, partitions=3)) as world:
        yield world


def send_to(world, partition, siren, number):
    """A registration of that employer to a partition that its key does not lead to, perhaps."""
    event = registration(siren, f"G-{number}", f"A-{siren}-{number}", [f"K-{siren}"])
    headers, value = event.binary()
    world.sender._produce(TOPIC, key=siren, headers=headers, value=value, partition=partition)
    assert world.sender.producer.flush(60) == 0


def decided(world, siren):
    return world.query("SELECT count(*) FROM guichet.registration WHERE siren = %s", [siren])[0][0]


def test_the_order_of_deciding(world, people):
    """The publisher is held while batches of one record each are stored, from partition to
    partition; killed, and started again, all their outputs come in that order."""
    siren = people.siren()
    world.send(contract_upserted(health_contract(siren, f"K-{siren}")))
    before = world.installation.start("account", name="before", settings=ONE)
    world.wait_drained("account")
    before.stop_cleanly()
    gate = world.folder / "gate"
    gate.touch()
    held = world.installation.start(
        "account", name="held", settings=ONE,
        environment={"GUICHET_TEST_GATE": f"in_kafka_transaction:{gate}"})
    for number, partition in enumerate((2, 0)):  # one in the transaction, and one that waits
        send_to(world, partition, siren, number)
        wait_until(lambda n=number: decided(world, siren) == n + 1, 60, "it is decided")
    held.kill()
    gate.unlink()
    after = world.installation.start("account", name="after", settings=ONE)
    world.wait_drained("account")
    world.reader.read_to_end()
    answers = world.reader.find("registration.accepted.v1", siren=siren)
    assert [message.data["registration_id"] for message in answers] == ["G-0", "G-1"]
    assert len({message.partition for message in answers}) == 1
    assert not world.reader.repeated_ids()
    after.stop_cleanly()


def test_a_program_that_knows_no_incarnation(world):
    """One that still runs when the database is migrated ends; nothing that it stores is lost."""
    with world.postgres.connect(world.database) as connection:
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute(
                "INSERT INTO guichet.journal (worker, topic, partition, input_offset, decided_at, "
                "outputs_count) VALUES ('account', 'contract.facts.v1', 0, 0, now(), 0)")
