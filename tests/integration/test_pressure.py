"""What is slow, full or silent: the worker holds back, keeps its place in the group and its memory
within bounds, and catches up by itself afterwards."""

import pytest
from guichet_test.backlog import Backlog
from guichet_test.project import fast_program
from guichet_test.proxied import ProxiedWorld
from guichet_test.waiting import pause, wait_until
from guichet_test.world import opened

# A transaction of the database then has 6 s, and a member that is silent for 12 s is given up.
SHORT_POLLS = {"kafka.max.poll.interval.ms": 12_000, "kafka.session.timeout.ms": 6_000}
SILENCE_SECONDS = 12
BATCH = {"batch.max_records": 50, "batch.linger_ms": 100}
# Twice what README.md names as the peak of a worker.
MEMORY_MIB_MOST = 340
LOST = ("lost its place", "_MAX_POLL_EXCEEDED")

# Inserting more rows than a limit into the journal runs into statement_timeout, as the server tells
# it: quicker than waiting for it.
SLOW_SQL = """
CREATE TABLE public.slowness (rows_most integer NOT NULL);
INSERT INTO public.slowness VALUES (20);
GRANT SELECT ON public.slowness TO PUBLIC;
CREATE FUNCTION public.be_slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM fresh) > (SELECT rows_most FROM public.slowness) THEN
        RAISE EXCEPTION 'canceling statement due to statement timeout' USING ERRCODE = '57014';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER slow AFTER INSERT ON guichet.journal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION public.be_slow();
"""


@pytest.fixture(scope="module")
def world(postgres):
    with opened(ProxiedWorld(postgres, executable=fast_program())) as world:
        yield world


@pytest.fixture(scope="module")
def backlog(world):
    return Backlog(world, "pressure")


@pytest.fixture
def healed(world):
    """Whatever the test does to the connections is over afterwards."""
    yield
    world.broker_proxy.heal()
    world.database_proxy.heal()


def start(world, name, **settings):
    return world.installation.start("affiliation", name=name,
                                    settings={**BATCH, **SHORT_POLLS, **settings})


def execute(world, sql):
    with world.postgres.connect(world.database) as connection:
        connection.execute(sql)


def members(world):
    group = "guichet.affiliation"
    described = world.reader.admin.describe_consumer_groups([group])[group].result()
    return {member.member_id for member in described.members}


def batches(instance):
    return instance.log_text().count("batch records=")


def check_kept_place(world, instance, member):
    """The same member as before, which was never told to go."""
    assert members(world) == member
    assert not [words for words in LOST if words in instance.log_text()], instance.log_tail()


def work_under(world, backlog, instance, slow):
    """Has it work for longer than a silent member would be kept, while `slow` holds."""
    backlog.add(5)
    backlog.check()
    member = members(world)
    slow()
    backlog.add(1_500)
    before = batches(instance)
    pause(SILENCE_SECONDS + 4)
    wait_until(lambda: batches(instance) > before, 60, "a batch gets through")
    assert world.lag("affiliation") > 0, "too quick to be a test"
    check_kept_place(world, instance, member)
    world.broker_proxy.heal()
    world.database_proxy.heal()
    backlog.check()
    check_kept_place(world, instance, member)
    instance.stop_cleanly()


@pytest.mark.parametrize("database_delay, broker_delay", [
    (0.02, 0.3), pytest.param(0.04, 0, marks=pytest.mark.long),
    pytest.param(0, 0.4, marks=pytest.mark.long)], ids=["both", "database", "broker"])
@pytest.mark.usefixtures("healed")
def test_slow_servers(world, backlog, database_delay, broker_delay):
    """Each answer of the database, of the broker or of both comes late. Batches are few, no more is
    decided than can wait to be published, and the worker polls meanwhile."""
    def slow():
        world.database_proxy.slow(database_delay)
        world.broker_proxy.slow(broker_delay)

    work_under(world, backlog, start(world, f"slow-{database_delay}-{broker_delay}"), slow)


@pytest.mark.usefixtures("healed")
def test_a_silent_database(world, backlog):
    """Connections stay, and nothing comes any more: the calls end, and the worker goes on when the
    database is back."""
    instance = start(world, "silent-database")
    backlog.add(100)
    wait_until(lambda: batches(instance) > 0, 60, "it works")
    world.database_proxy.freeze()
    backlog.add(100)
    wait_until(lambda: "DATABASE_TIMEOUT" in instance.log_text()
               or "COMMIT_UNKNOWN" in instance.log_text(), 90, "a call has ended")
    world.database_proxy.heal()
    backlog.check(instance)


def rows_to_compare(world):
    ((count,),) = world.query("SELECT count(*) FROM guichet.publication"
                              " WHERE worker = 'affiliation'")
    return count


@pytest.mark.long
@pytest.mark.usefixtures("healed")
def test_stopped_while_the_auditor_judges(world, backlog):
    """Each answer of the database comes late, and much is to be compared: the auditor stops at the
    statement it is at, and the next process compares the rest."""
    before = start(world, "unaudited", **{"batch.max_records": 25})
    backlog.add(800)
    world.wait_drained("affiliation")
    before.stop_cleanly()
    count = rows_to_compare(world)
    assert count > 100, "there is enough for a minute"
    world.database_proxy.slow(0.15)
    instance = start(world, "audited-slowly")
    wait_until(lambda: rows_to_compare(world) < count, 90, "the auditor compares")
    instance.stop_cleanly()
    assert rows_to_compare(world) > 0, "it has not waited for all"
    world.database_proxy.heal()
    after = start(world, "audited")
    wait_until(lambda: rows_to_compare(world) == 0, 60, "all is compared")
    backlog.check(after)
    assert world.query("SELECT detail FROM guichet.audit_mismatch") == []


@pytest.mark.long
@pytest.mark.usefixtures("healed")
def test_a_silent_broker_while_stopping(world, backlog):
    """SIGTERM while the broker is silent: the process ends all the same, with 0 if all was told in
    time and 75 otherwise; the next one goes on."""
    instance = start(world, "silent-broker")
    backlog.add(500)
    wait_until(lambda: batches(instance) > 0, 60, "it works")
    world.broker_proxy.freeze()
    assert instance.stop(300) in (0, 75)
    world.broker_proxy.heal()
    backlog.check(start(world, "after-silence"))


@pytest.mark.long
@pytest.mark.usefixtures("healed")
def test_a_broker_too_slow_for_a_batch(world, backlog):
    """What a batch causes does not pass within a transaction's time: fewer at a time do, and nobody
    takes the broker's impatience for a second process of the same name."""
    instance = start(world, "thin-broker", **{"batch.max_records": 1000,
                                              "guichet.instance": "thin-broker"})
    backlog.add(5)
    backlog.check()
    world.broker_proxy.slow(bytes_per_second=80_000)
    backlog.add(500)
    wait_until(lambda: "too slow for a batch" in instance.log_text(), 90, "a batch is too slow")
    size = len(instance.log_text())
    wait_until(lambda: "batch records=" in instance.log_text()[size:]
               or world.lag("affiliation") == 0, 120, "smaller ones come through")
    assert instance.is_running
    world.broker_proxy.heal()
    backlog.check(instance)


def test_statements_that_take_too_long(world, backlog):
    """Batches are halved until they come through; one record alone is tried again and again, and is
    no dead letter."""
    execute(world, SLOW_SQL)
    backlog.add(300)
    instance = start(world, "timeouts", **{"batch.max_records": 200})
    backlog.check()
    assert "too slow for a batch" in instance.log_text()
    execute(world, "UPDATE public.slowness SET rows_most = 0")
    backlog.add(1)
    tried = instance.log_text().count("57014")
    wait_until(lambda: instance.log_text().count("57014") >= tried + 4, 60, "it is tried again")
    assert instance.is_running
    execute(world, "DROP TRIGGER slow ON guichet.journal")
    backlog.check(instance)
    assert world.query("SELECT count(*) FROM guichet.journal WHERE refusal = 'POISON'") == [(0,)]


@pytest.mark.long
def test_a_backlog_of_large_records(world, backlog):
    """More bytes wait than the process may ever have: what it fetches ahead is bounded."""
    backlog.add(3_000, padding=150_000)
    instance = start(world, "large", **{"batch.max_records": 1000})
    backlog.check(seconds=240)
    assert instance.peak_memory_mib() < MEMORY_MIB_MOST
    instance.stop_cleanly()


@pytest.mark.long
def test_a_backlog_of_many_records(world, backlog):
    """Sixty thousand wait when the worker starts."""
    for _ in range(12):
        backlog.add(5_000)
    instance = start(world, "many", **{"batch.max_records": 1000})
    backlog.check(seconds=600)
    assert instance.peak_memory_mib() < MEMORY_MIB_MOST
    instance.stop_cleanly()
