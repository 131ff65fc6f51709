"""Settings, commands and servers that are not there: clear words and the right exit code."""

import os
import re
import time

import pytest
from guichet_test.kafka import Kafka
from guichet_test.process import free_ports
from guichet_test.program import (EXIT_CONFIGURATION, EXIT_DATA, EXIT_OK, EXIT_UNAVAILABLE,
                                  EXIT_USAGE, Installation, run_program, write_ini)
from guichet_test.waiting import wait_until
from guichet_test.world import prepared_distribution

START_LIMIT_SECONDS = 3
# What start and stop may take beside the limit, on a busy machine and with sanitizers.
SLACK_SECONDS = 20


@pytest.fixture
def closed_port():
    """An address where nobody listens."""
    (port,) = free_ports(1)
    return f"127.0.0.1:{port}"


@pytest.fixture
def settings(tmp_path, running):
    """Settings of an installation that works, to be spoilt."""
    good = running.installation.settings
    return {**good, "guichet.start_timeout_seconds": START_LIMIT_SECONDS}


def run_with(tmp_path, settings, *arguments, **options):
    config = write_ini(tmp_path / "spoilt.ini", settings)
    return run_program(*arguments, "--config", config, **options)


def check_refused(result, *parts):
    """Exit 78 with a message that has all these parts, and nothing on stdout."""
    assert result.returncode == EXIT_CONFIGURATION, (result.returncode, result.stderr)
    assert not [part for part in parts if part not in result.stderr], result.stderr


@pytest.mark.parametrize("command", [["run"], ["check"], ["migrate"], ["topics", "create"]],
                         ids=" ".join)
def test_an_unknown_key_names_its_place_and_the_nearest(tmp_path, settings, command):
    """File, line, key and the nearest known key, whatever the command."""
    config = write_ini(tmp_path / "guichet.ini", {**settings, "guichet.instanc": "a"})
    lines = config.read_text().splitlines()
    line = lines.index("instanc = a") + 1
    result = run_program(*command, "--config", config)
    check_refused(result, f"{config}:{line}", "guichet.instanc", "guichet.instance")


def test_an_unknown_section(tmp_path, settings):
    """A section of another name is told with its line too."""
    result = run_with(tmp_path, {**settings, "guichett.instance": "a"}, "check")
    check_refused(result, "spoilt.ini:", "guichett.instance", "guichet.instance")


@pytest.mark.parametrize("key, value", [
    ("batch.max_records", "many"), ("batch.max_records", "0"), ("batch.max_records", "-1"),
    ("batch.linger_ms", "99999999999999999999"), ("topics.partitions", "12x"),
    ("guichet.start_timeout_seconds", "")])
def test_a_value_out_of_bounds(tmp_path, settings, key, value):
    """The message names the key and the value's place."""
    result = run_with(tmp_path, {**settings, key: value}, "check")
    check_refused(result, "spoilt.ini:", key)


@pytest.mark.parametrize("key, value, other", [
    ("kafka.max.poll.interval.ms", 15_000, "kafka.session.timeout.ms"),
    ("kafka.message.timeout.ms", 60_000, "kafka.transaction.timeout.ms"),
    ("kafka.queued.min.messages", 100, "batch.max_records")])
def test_values_that_do_not_fit_each_other(tmp_path, settings, key, value, other):
    """Each is a possible one, but not both together: the message names them and says why."""
    check_refused(run_with(tmp_path, {**settings, key: value}, "run"), key, str(value), other)


def test_a_line_that_is_none(tmp_path, settings):
    """Neither a section nor `key = value`."""
    config = write_ini(tmp_path / "guichet.ini", settings)
    line = len(config.read_text().splitlines()) + 1
    with open(config, "a", encoding="utf-8") as file:
        file.write("\nthis is no setting\n")
    result = run_program("check", "--config", config)
    check_refused(result, str(config))
    assert f":{line}" in result.stderr or f":{line + 1}" in result.stderr, result.stderr


def test_a_file_that_is_not_there(tmp_path):
    """The file is named."""
    missing = tmp_path / "missing.ini"
    check_refused(run_program("check", "--config", missing), str(missing))


@pytest.mark.parametrize("name", ["enable.auto.commit", "isolation.level", "transactional.id",
                                  "auto.offset.reset"])
def test_what_correctness_depends_on_stays(tmp_path, settings, name):
    """Some properties of the Kafka client are not the user's to change."""
    value = {"enable.auto.commit": "true", "isolation.level": "read_uncommitted",
             "transactional.id": "mine", "auto.offset.reset": "latest"}[name]
    check_refused(run_with(tmp_path, {**settings, f"kafka.{name}": value}, "check"), name)


def test_an_unknown_kafka_property(tmp_path, settings):
    """A misspelt property is refused before anything is tried."""
    result = run_with(tmp_path, {**settings, "kafka.bootstrap.server": "127.0.0.1:1"}, "check")
    check_refused(result, "bootstrap.server")


def test_an_unknown_worker(tmp_path, settings):
    """`run` names the workers that there are."""
    result = run_with(tmp_path, settings, "run", "affiliations")
    assert result.returncode == EXIT_USAGE
    assert "affiliations" in result.stderr and "beneficiary" in result.stderr


@pytest.mark.parametrize("arguments", [["launch"], ["run", "--colour"], ["explain"],
                                       ["topics", "destroy"], ["send"], []], ids=" ".join)
def test_usage(arguments):
    """What is not understood is told on stderr, with exit 64."""
    result = run_program(*arguments)
    assert result.returncode == EXIT_USAGE, result.stderr
    assert result.stderr and not result.stdout


# The commands of the contract, §7, and those beside.
COMMANDS = ["", "run", "migrate", "topics", "check", "send", "demo", "status", "explain", "recheck",
            "roster", "tracking", "sla", "dlq", "partition", "audit", "privacy", "settings", "rows",
            "decode"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_and_version(command):
    """They work everywhere, on stdout: how it is called; a name and a number."""
    told = run_program(*command.split(), "--help")
    assert told.returncode == EXIT_OK
    assert told.stdout.startswith(f"usage: guichet {command}") and not told.stderr
    told = run_program(*command.split(), "--version")
    assert told.returncode == EXIT_OK
    assert re.fullmatch(r"guichet \d+\.\d+\.\d+\n", told.stdout) and not told.stderr


def test_the_topics_are_listed():
    """The table of topics, without any server."""
    result = run_program("topics", "list")
    assert result.returncode == EXIT_OK, result.stderr
    for topic in ("affiliation.requests.v1", "contract.facts.v1", "dead-letters.v1"):
        assert topic in result.stdout


def ended_in_time(started):
    elapsed = time.monotonic() - started
    assert START_LIMIT_SECONDS - 1 <= elapsed <= START_LIMIT_SECONDS + SLACK_SECONDS, elapsed


def test_the_broker_is_away(tmp_path, settings, closed_port):
    """Address and setting are named, retried up to the limit, then exit 69."""
    started = time.monotonic()
    result = run_with(tmp_path, {**settings, "kafka.bootstrap.servers": closed_port}, "run")
    assert result.returncode == EXIT_UNAVAILABLE, result.stderr
    assert closed_port in result.stderr and "bootstrap.servers" in result.stderr
    ended_in_time(started)


def test_the_database_is_away(tmp_path, settings, closed_port):
    """Address and setting are named, retried up to the limit, then exit 69."""
    host, port = closed_port.split(":")
    started = time.monotonic()
    result = run_with(tmp_path, {**settings, "postgres.conninfo":
                                 f"host={host} port={port} dbname=guichet user=guichet"}, "run")
    assert result.returncode == EXIT_UNAVAILABLE, result.stderr
    assert port in result.stderr and host in result.stderr
    assert "postgres.conninfo" in result.stderr
    ended_in_time(started)


def test_no_password_in_messages(tmp_path, settings, closed_port):
    """A connection string is named without what is secret in it."""
    host, port = closed_port.split(":")
    result = run_with(tmp_path, {**settings, "postgres.conninfo":
                                 f"host={host} port={port} password=correcthorse"}, "check")
    assert result.returncode != EXIT_OK
    assert "correcthorse" not in result.stderr + result.stdout


def test_flag_over_environment_over_file(tmp_path, settings):
    """Seen by the address that cannot be reached."""
    ports = [f"127.0.0.1:{port}" for port in free_ports(3)]
    in_file, in_environment, in_flag = ports
    spoilt = {**settings, "kafka.bootstrap.servers": in_file, "guichet.start_timeout_seconds": 1}
    environment = {"GUICHET_KAFKA_BOOTSTRAP_SERVERS": in_environment}
    first = run_with(tmp_path, spoilt, "run")
    second = run_with(tmp_path, spoilt, "run", environment=environment)
    third = run_with(tmp_path, spoilt, "run", "-o", f"kafka.bootstrap.servers={in_flag}",
                     environment=environment)
    for result, used in ((first, in_file), (second, in_environment), (third, in_flag)):
        assert result.returncode == EXIT_UNAVAILABLE
        assert [port for port in ports if port in result.stderr] == [used], result.stderr


def test_an_unknown_variable_of_ours(tmp_path, settings):
    """GUICHET_… that is no setting is refused like an unknown key."""
    result = run_with(tmp_path, settings, "check",
                      environment={"GUICHET_BATCH_MAX_RECORD": "10"})
    check_refused(result, "GUICHET_BATCH_MAX_RECORD:", "GUICHET_BATCH_MAX_RECORDS")


@pytest.mark.parametrize("setting", ["guichet.secret_file", "guichet.activation_key_file"])
def test_a_key_file_that_others_may_read(tmp_path, settings, setting):
    """Refused, by name of file and setting."""
    key = tmp_path / "key"
    key.write_bytes(settings[setting].read_bytes())
    key.chmod(0o644)
    check_refused(run_with(tmp_path, {**settings, setting: key}, "run"), str(key), setting)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_file_of_another_size(tmp_path, settings, size):
    """Keys have 32 bytes."""
    key = tmp_path / "key"
    key.write_bytes(os.urandom(size))
    key.chmod(0o600)
    check_refused(run_with(tmp_path, {**settings, "guichet.secret_file": key}, "run"),
                  str(key))


def test_another_secret_than_the_database_knows(tmp_path, settings):
    """A database belongs to its secret file: another one could not open what is sealed."""
    key = tmp_path / "key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    check_refused(run_with(tmp_path, {**settings, "guichet.secret_file": key}, "run"),
                  "guichet.secret_file")


def test_a_calendar_the_database_does_not_have(tmp_path, settings):
    """Found before the first request is judged by it."""
    check_refused(run_with(tmp_path, {**settings, "sla.calendar": "mars"}, "check"),
                  "sla.calendar", "mars")


def test_migrate_makes_private_key_files(running):
    """Both keys are there since the first `migrate`, 32 bytes that only the owner may read."""
    for setting in ("guichet.secret_file", "guichet.activation_key_file"):
        status = running.installation.settings[setting].stat()
        assert (status.st_mode & 0o777, status.st_size) == (0o600, 32)


def test_migrate_twice(running):
    """The second time there is nothing to do, and the keys stay."""
    secret = running.installation.settings["guichet.secret_file"]
    before = secret.read_bytes()
    running.installation.succeed("migrate")
    assert secret.read_bytes() == before


def test_a_database_without_tables(tmp_path, settings, postgres):
    """`run` refuses a database that was never migrated, and says what to do."""
    name = postgres.create_database()
    result = run_with(tmp_path, {**settings, "postgres.conninfo": postgres.conninfo(name)}, "run")
    check_refused(result, "guichet migrate")


def test_topics_that_are_missing(tmp_path, settings, postgres):
    """`topics check` on a broker without them names what is missing."""
    broker = Kafka(tmp_path, prepared_distribution()).start()
    try:
        empty = Installation(tmp_path / "empty",
                             {**settings, "kafka.bootstrap.servers": broker.bootstrap})
        result = empty.command("topics", "check")
        assert result.returncode != EXIT_OK
        assert "affiliation.requests.v1" in result.stdout + result.stderr
    finally:
        broker.end()


@pytest.mark.parametrize("line, part", [
    ("this is not JSON", "1"), ('{"specversion": "1.0"}', "1"),
    ('{"specversion":"1.0","id":"1","source":"/x","type":"guichet.nothing.v1","data":{}}',
     "guichet.nothing.v1"),
    ('{"specversion":"1.0","id":"1","source":"/x","type":"guichet.clock.ticked.v1",'
     '"data":{"instant":"2026-11-02T10:00:00Z","lane":0}}', "which guichet writes itself")])
def test_send_refuses_bad_lines(running, line, part):
    """`send` names the line and exits 65."""
    result = running.installation.command("send", "-", stdin=line + "\n")
    assert result.returncode == EXIT_DATA, result.stderr
    assert part in result.stderr


def test_send_of_a_missing_file(running, tmp_path):
    """The file is named."""
    result = running.installation.command("send", tmp_path / "missing.ndjson")
    assert result.returncode not in (EXIT_OK, None)
    assert "missing.ndjson" in result.stderr


def test_explain_of_something_unknown(running):
    """An id that nobody has seen: said so."""
    result = running.installation.command("explain", "R-never-seen")
    assert result.returncode != EXIT_OK
    assert "R-never-seen" in result.stderr


def test_sigterm_ends_in_order(running):
    """A second instance joins and leaves by SIGTERM with exit 0."""
    second = running.installation.start(name="second")
    wait_until(lambda: "account: started" in second.log_text(), 60, "it runs")
    running.wait_drained("account")
    second.stop_cleanly()
