"""Health and metrics: what the admin server says of a process at work, and where it can't be."""

import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from datetime import datetime, timezone

import pytest
from guichet_test.employer import Employer
from guichet_test.process import free_ports
from guichet_test.program import EXIT_CONFIGURATION, EXIT_OK, run_program, write_ini
from guichet_test.topics import DEAD_LETTERS, inputs_of
from guichet_test.waiting import wait_until
from guichet_test.world import PARTITIONS, World

SAMPLE = re.compile(r"([a-z_]+(?:\{[^}]*\})?) (\S+)")
WORKERS = ("affiliation", "account", "beneficiary")


class Admin:
    """The admin server of a running instance, by HTTP."""

    def __init__(self, listen):
        self.listen = listen

    def ask(self, path, method="GET"):
        """Status, headers and text of an answer, whatever the status."""
        request = urllib.request.Request(f"http://{self.listen}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read().decode()

    def text(self, path):
        """The body of a page that must be there."""
        status, _, text = self.ask(path)
        assert status == 200, (path, status, text)
        return text

    def status(self):
        """What /status says of each worker, by name."""
        return {worker["worker"]: worker for worker in json.loads(self.text("/status"))["workers"]}

    def metrics(self):
        """All values by series: `name{label="value"}`, as printed."""
        lines = [line for line in self.text("/metrics").splitlines() if not line.startswith("#")]
        samples = dict(SAMPLE.fullmatch(line).groups() for line in lines)
        assert len(samples) == len(lines), "a series is printed twice"
        return {series: float(value) for series, value in samples.items()}

    def is_ready(self):
        try:
            return self.ask("/readyz")[0] == 200
        except OSError:
            return False

    def wait_ready(self, seconds=90):
        wait_until(self.is_ready, seconds, "every worker has settled its partitions")


@pytest.fixture(scope="module")
def served():
    """A world with a database server of its own; its instance, `served.admin` and metrics are
    those of all workers."""
    (port,) = free_ports(1)
    listen = f"127.0.0.1:{port}"
    world = World(settings={"admin.listen": listen})
    try:
        world.start()
        world.admin = Admin(listen)
        world.instance = world.installation.start(name="all-workers")
        world.admin.wait_ready()
        yield world
        if world.instance.is_running:
            world.instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


@pytest.fixture(scope="module")
def employer(served, people):
    return Employer(served, people)


def check_all_partitions(status):
    """Each input topic of each worker, with all its partitions, none of them stopped."""
    for name in WORKERS:
        worker = status[name]
        partitions = {}
        for place in worker["partitions"]:
            partitions.setdefault(place["topic"], []).append(place["partition"])
            assert not place["is_stopped"] and place["settled_offset"] >= 0, place
        assert set(inputs_of(name)) <= set(partitions), name
        assert all(sorted(found) == list(range(PARTITIONS)) for found in partitions.values())
        assert (worker["state"], worker["stopped"]) == ("settled", 0)
        assert worker["assigned"] == len(worker["partitions"])


def test_status_shows_workers_and_partitions(served):
    """All workers are settled, with all their partitions; the gauges count the same."""
    status = served.admin.status()
    metrics = served.admin.metrics()
    check_all_partitions(status)
    for name, worker in status.items():
        assert metrics[f'guichet_partitions_assigned{{worker="{name}"}}'] == worker["assigned"]
        assert metrics[f'guichet_partitions_stopped{{worker="{name}"}}'] == 0


@pytest.mark.parametrize("path, content_type", [
    ("/", "text/html; charset=utf-8"), ("/livez", "text/plain; charset=utf-8"),
    ("/readyz", "application/json"), ("/status", "application/json"),
    ("/metrics", "text/plain; version=0.0.4; charset=utf-8")])
def test_a_page(served, path, content_type):
    """GET and HEAD answer, other methods don't; nobody may keep or guess the type of an answer."""
    status, headers, text = served.admin.ask(path)
    assert (status, headers["Content-Type"]) == (200, content_type)
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert text
    status, headers, text = served.admin.ask(path, "HEAD")
    assert (status, text) == (200, "")
    status, headers, _ = served.admin.ask(path, "POST")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def test_an_unknown_page(served):
    """404, whatever the method."""
    assert [served.admin.ask("/admin", method)[0] for method in ("GET", "PUT")] == [404, 404]


def test_promtool_finds_nothing(served):
    """Names, types, help and units are as Prometheus wants them."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("no promtool: it is in Debian's package prometheus")
    result = subprocess.run([promtool, "check", "metrics"], input=served.admin.text("/metrics"),
                            text=True, check=False, capture_output=True)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def risen(served, before):
    """What was added to each series since; only those that rose."""
    now = served.admin.metrics()
    return {series: value - before[series] for series, value in now.items()
            if value != before[series]}


def test_records_and_outputs_are_counted(served, employer):
    """A good request and a broken one: two records, the outputs that a reader sees, a dead
    letter by its reason; batches and publications are measured."""
    served.wait_drained("affiliation")
    seen = len(served.reader.read_to_end())
    before = served.admin.metrics()
    event = employer.request()
    headers, _ = employer.request().binary()
    served.send(event)
    served.sender.send_raw((event.topic, event.key, headers, b"no JSON"))
    employer.decision(event)
    served.wait_drained("affiliation")
    outputs = [message for message in served.reader.read_to_end()[seen:]
               if message.topic == DEAD_LETTERS
               or message.headers["ce_source"] == "/guichet/affiliation"]
    published, measured = (f'guichet_{what}_seconds_count{{worker="affiliation"}}'
                           for what in ("publish", "batch"))
    wait_until(lambda: {published, measured} <= set(risen(served, before)), 10,
               "batch and publication are measured")
    rise = risen(served, before)
    ticks = rise.get('guichet_ticks_total{worker="affiliation"}', 0)
    assert rise['guichet_records_total{worker="affiliation"}'] == 2 + ticks
    assert rise['guichet_outputs_total{worker="affiliation"}'] == len(outputs)
    assert rise['guichet_dead_letters_total{worker="affiliation",reason="NOT_JSON"}'] == 1
    assert rise['guichet_batches_total{worker="affiliation"}'] in (1, 2)
    assert 'guichet_publish_failures_total{worker="affiliation"}' not in rise


def test_sla_decisions_are_counted(served, employer):
    """A decision in time, with the business time used and left; one far too late, with none left
    and all its milestones; a paper form has no clock."""
    before = served.admin.metrics()
    in_time = employer.ask(submitted_at=datetime.now(timezone.utc).isoformat(timespec="seconds"))
    used = in_time.data["sla"]["business_seconds"]
    assert in_time.data["sla"]["met"] is True
    late = employer.ask(submitted_at="2026-01-05T10:00:00Z", channel="online_bulk")
    assert late.data["sla"]["met"] is False
    assert employer.ask(channel="paper_bia").data["sla"] is None
    served.wait_drained("affiliation")
    rise = risen(served, before)
    name = "guichet_sla_business_seconds"
    assert rise['guichet_sla_decisions_total{class="online_single",met="true"}'] == 1
    assert rise['guichet_sla_decisions_total{class="online_bulk",met="false"}'] == 1
    assert sum(value for series, value in rise.items() if "sla_decisions" in series) == 2
    assert rise.get(f'{name}_used_sum{{class="online_single"}}', 0) == used
    left = 24 * 3600 - used  # both rounded down
    assert rise[f'{name}_left_sum{{class="online_single"}}'] in (left - 1, left)
    assert rise[f'{name}_used_sum{{class="online_bulk"}}'] == late.data["sla"]["business_seconds"]
    assert rise[f'{name}_left_bucket{{class="online_bulk",le="0"}}'] == 1
    for milestone in ("at_risk", "breached", "escalated_1", "escalated_2"):
        assert rise[f'guichet_sla_milestones_total{{milestone="{milestone}"}}'] == 1


def test_nothing_personal_is_told(served, employer):
    """No id, no name, no address of anybody: neither as a label nor elsewhere."""
    person = employer.people.person()
    event = employer.request(person.employee())
    served.send(event)
    employer.decision(event)
    told = "".join(served.admin.text(path) for path in ("/", "/metrics", "/status", "/readyz"))
    words = [employer.siren, employer.contract_id, event.data["request_id"], person.family_name,
             person.email, person.nir]
    assert not [word for word in words if word in told]


def test_another_instance_takes_its_share(served):
    """An instance without a server joins: this one settles what is left to it, and all again
    when the other has gone."""
    other = served.installation.start(name="silent", settings={"admin.listen": ""})

    def shares():
        status = served.admin.status()
        return all(status[name]["state"] == "settled" and status[name]["partitions"]
                   and status[name]["assigned"] == PARTITIONS * len(inputs_of(name)) // 2
                   for name in ("account", "beneficiary"))

    wait_until(shares, 60, lambda: f"both have their share: {served.admin.status()}")
    assert "health and metrics" not in other.log_text()
    other.stop_cleanly()
    whole = sum(PARTITIONS * len(inputs_of(name)) for name in WORKERS)
    wait_until(lambda: served.admin.is_ready() and whole == sum(
        served.admin.status()[name]["assigned"] for name in WORKERS), 60,
        lambda: f"one has all again: {served.admin.status()}")
    check_all_partitions(served.admin.status())


def waiting(served):
    """The workers that cannot go on; none while it is ready."""
    status, _, text = served.admin.ask("/readyz")
    if status == 200:
        return []
    reason = json.loads(text)
    assert (status, reason["ready"]) == (503, False)
    return [entry["worker"] for entry in reason["waiting"]]


def test_without_a_database_it_lives_but_is_not_ready(served, employer):
    """/livez asks nobody; /readyz names the workers that can't go on; both recover, and what came
    meanwhile is decided."""
    event = employer.request()
    served.postgres.kill()
    try:
        served.send(event)
        wait_until(lambda: "affiliation" in waiting(served), 60, "it notices that the database is away")
        assert served.admin.text("/livez") == "ok\n"
        assert served.admin.metrics()['guichet_partitions_stopped{worker="account"}'] == 0
    finally:
        served.postgres.start()
    employer.decision(event)
    served.admin.wait_ready()


@pytest.mark.parametrize("listen", [None, "nowhere.invalid:9464", "192.0.2.1:9464"],
                         ids=["taken by another", "no such host", "not ours"])
def test_an_address_that_cannot_be_listened_on(served, tmp_path, listen):
    """Exit 78 with the setting's name, before anything is read."""
    listen = listen or served.admin.listen
    config = write_ini(tmp_path / "guichet.ini",
                       {**served.installation.settings, "admin.listen": listen})
    result = run_program("run", "--config", config)
    assert result.returncode == EXIT_CONFIGURATION, result.stderr
    assert "admin.listen" in result.stderr and listen in result.stderr
    assert "started" not in result.stderr


def test_a_stopped_partition_is_shown(served):
    """It is told by name and verdict, counted, and does not hold up the others: ready. Only the
    workers that run have series."""
    topic = "contract.facts.v1"
    served.instance.stop_cleanly()
    served.query("UPDATE guichet.progress SET next_offset = next_offset + 1000000"
                 " WHERE worker = 'account' AND topic = %s AND partition = 0 RETURNING 1", [topic])
    alone = served.installation.start("account", name="account-alone")
    served.admin.wait_ready()
    account = served.admin.status()["account"]
    stopped = [(place["topic"], place["partition"], place["verdict"])
               for place in account["partitions"] if place["is_stopped"]]
    assert stopped == [(topic, 0, "LOG_TRUNCATED")]
    metrics = served.admin.metrics()
    assert metrics['guichet_partitions_stopped{worker="account"}'] == account["stopped"] == 1
    assert not [series for series in metrics if 'worker="affiliation"' in series]
    assert alone.stop() == EXIT_OK
