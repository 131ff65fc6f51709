"""`guichet status`: how everything stands, from both servers, with and without a process."""

import json

import psycopg
import pytest
from guichet_test.contracts import health_contract
from guichet_test.events import contract_upserted, registration
from guichet_test.program import EXIT_DATA, EXIT_OK
from guichet_test.waiting import wait_until
from guichet_test.world import World, opened

WORKERS = {"affiliation", "account", "beneficiary", "termination", "reference", "privacy"}
TOPIC = "client-space.requests.v1"


@pytest.fixture(scope="module", name="world")
def open_world(postgres):
    with opened(World(postgres, partitions=1)) as world:
        yield world


def status(world, code=EXIT_OK, **options):
    result = world.installation.command("status", "--json", **options)
    assert result.returncode == code, result.stdout + result.stderr
    told = json.loads(result.stdout)
    told["by_worker"] = {worker["worker"]: worker for worker in told["workers"]}
    return told


def test_before_anything_runs(world):
    """Nobody is there, and what came waits."""
    siren = "732829320"
    world.send(contract_upserted(health_contract(siren, "K-1")))
    told = status(world)
    assert set(told["by_worker"]) == WORKERS
    assert all(worker["members"] == 0 for worker in told["workers"])
    assert told["by_worker"]["account"]["lag"] == 1
    assert told["stopped"] == 0
    assert (told["installation"],) == world.query(
        "SELECT installation_id::text FROM guichet.installation")[0]
    assert told["journal"]["first_day"] < told["now"][:10] < told["journal"]["last_day"]
    text = world.installation.succeed("status")
    assert "no partition is stopped" in text
    assert told["by_worker"]["account"]["verified_until"] is None
    assert told["installation"] in text


def test_at_work(world):
    """Members, what waits, and deadlines that nobody looks after."""
    instance = world.installation.start("account", "reference", name="two")
    world.send(registration("732829320", "G-1", "A-1", ["unknown"]))
    wait_until(lambda: status(world)["by_worker"]["account"]["waiting"] == 1, 60, "one waits")
    world.sender.send_raw((TOPIC, "nobody", [], b"no event"))
    wait_until(lambda: status(world)["by_worker"]["account"]["refused_24h"], 60, "one is refused")
    told = status(world)["by_worker"]
    assert told["account"]["refused_24h"] == {"NOT_CLOUDEVENT": 1}
    assert told["account"]["parked"] == told["account"]["mismatches"] == 0
    assert "account: NOT_CLOUDEVENT 1" in world.installation.succeed("status")
    assert {name for name, worker in told.items() if worker["members"] == 1} == {
        "account", "reference"}
    assert told["account"]["lag"] == told["account"]["timers_overdue"] == 0
    wait_until(lambda: status(world)["by_worker"]["account"]["verified_until"], 60,
               "what was published is compared")
    instance.stop_cleanly()
    with world.postgres.connect(world.database) as connection:
        connection.execute("UPDATE guichet.timer SET due_at = now() - interval '1 hour'")
    told = status(world)["by_worker"]
    assert told["account"]["timers_overdue"] == 1
    ((due_at,),) = world.query("SELECT to_char(min(due_at) AT TIME ZONE 'UTC', "
                               "'YYYY-MM-DD\"T\"HH24:MI:SS') FROM guichet.timer")
    assert told["account"]["timers_overdue_since"].startswith(due_at)
    assert told["reference"]["timers_overdue_since"] is None
    assert "account: the oldest overdue deadline was due at" in world.installation.succeed("status")


def test_a_stopped_partition(world):
    """It is named with its verdict and the command that tells more; so is a remedy under way."""
    with world.postgres.connect(world.database) as connection:
        connection.execute("DELETE FROM guichet.progress WHERE topic = %s", [TOPIC])
        connection.execute(
            "INSERT INTO guichet.remedy (remedy_id, worker, topic, partition, verdict, evidence, "
            "action, asked_by) VALUES (gen_random_uuid(), 'account', %s, 0, 'NEW_DATABASE', "
            "'none', 'adopt', 'Camille')", [TOPIC])
    told = status(world, EXIT_DATA)
    (stopped,) = told["by_worker"]["account"]["stopped"]
    assert (stopped["topic"], stopped["partition"], stopped["verdict"]) == (
        TOPIC, 0, "NEW_DATABASE")
    (remedy,) = told["by_worker"]["account"]["remedies"]
    assert (remedy["action"], remedy["state"]) == ("adopt", "asked")
    result = world.installation.command("status")
    assert result.returncode == EXIT_DATA
    assert f"account {TOPIC}/0 is stopped: NEW_DATABASE" in result.stdout
    assert f"guichet partition explain account {TOPIC}/0" in result.stdout
    assert f"account {TOPIC}/0: adopt is asked and not finished" in result.stdout


def test_with_a_readers_rights(world):
    """guichet_reader is enough, for the database."""
    with world.postgres.connect(world.database) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = 'watcher'").fetchone():
            connection.execute("CREATE ROLE watcher LOGIN IN ROLE guichet_reader")
    conninfo = world.postgres.conninfo(world.database).replace(
        f"user={world.postgres.SUPERUSER}", "user=watcher")
    told = status(world, EXIT_DATA, environment={"GUICHET_POSTGRES_CONNINFO": conninfo})
    assert told["stopped"] == 1
    with psycopg.connect(conninfo) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE guichet.remedy SET state = 'done'")
