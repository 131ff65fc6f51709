"""A database that knows less than what was published is refused, and the operators are told."""

from guichet_test.contracts import health_contract
from guichet_test.events import contract_upserted
from guichet_test.people import Population
from guichet_test.world import World


def test_an_older_database_stops_its_partitions(postgres):
    """One alert for the partition, with the same id however often the process starts."""
    world = World(postgres, partitions=1)
    try:
        world.start()
        siren = Population(__name__).siren()
        world.send(contract_upserted(health_contract(siren, "K1")))
        instance = world.installation.start("account", name="before")
        world.wait_drained("account")
        instance.stop_cleanly()
        with world.postgres.connect(world.database) as connection:  # as a restored backup has it
            connection.execute("UPDATE guichet.progress SET next_offset = 0 "
                               "WHERE topic = 'contract.facts.v1'")
        told = set()
        for start in range(2):
            instance = world.installation.start("account", name=f"after-{start}")
            alert = world.reader.wait_for("operator.alert.v1", code="PARTITION_STOPPED",
                                          count=start + 1)[-1]
            instance.stop_cleanly()
            told.add((alert.id, alert.data["subject_id"]))
        assert {subject for _, subject in told} == {"contract.facts.v1/0"}
        assert len(told) == 1
        assert "DATABASE_OLDER" in alert.data["detail"]
        assert not world.reader.find("contract.attached.v1")
    finally:
        report = world.end()
    assert not report, report
