"""`guichet dlq`: dead letters are listed, shown, tried again and given up, and who did what when is
kept."""

import json

import pytest
from confluent_kafka import Consumer, TopicPartition
from guichet_test.employer import Employer
from guichet_test.parked import parked, place_text, refusing, wait_parked
from guichet_test.process import Process
from guichet_test.program import (EXIT_DATA, EXIT_OK, EXIT_TEMPORARY, EXIT_USAGE,
                                  program_environment)
from guichet_test.verdict import DECISIONS
from guichet_test.waiting import wait_until


@pytest.fixture(name="employer")
def an_employer(running, people):
    return Employer(running, people)


def dlq(world, *arguments, code=EXIT_OK, **options):
    """Runs the command and returns what it says on stdout."""
    result = world.installation.command("dlq", *arguments, **options)
    assert result.returncode == code, f"{result.returncode}: {result.stdout}{result.stderr}"
    return result.stdout if code == EXIT_OK else result.stdout + result.stderr


def listed(world, *filters):
    return json.loads(dlq(world, "list", "--json", *filters))


def actions(world, place):
    return world.query("SELECT by, command, outcome, detail FROM guichet.operator_action "
                       "WHERE target = %s ORDER BY at", [place_text(place)])


def spoilt(employer, count=1, key=True):
    """Requests of a type that nobody knows, sent; their places."""
    records = []
    for _ in range(count):
        event = employer.request()
        headers, value = event.binary()
        headers = [(n, "guichet.affiliation.guessed.v1" if n == "ce_type" else v)
                   for n, v in headers]
        headers += [("note", b"\x00\xff"), ("empty", b""), ("nothing", None)]
        records.append((event.topic, event.key if key else None, headers, value))
    places = employer.world.sender.send_raw(*records)
    for place in places:
        employer.world.reader.wait_for_dead_letter(place)
    return places


def read_at(world, topic, partition, offset):
    """(key, headers, value) of the record that stands there."""
    consumer = Consumer({"bootstrap.servers": world.kafka.bootstrap, "group.id": "looking",
                         "enable.auto.commit": False, "log_level": 0})
    try:
        consumer.assign([TopicPartition(topic, partition, offset)])
        (record,) = consumer.consume(1, timeout=30)
        assert record.error() is None and record.offset() == offset
        return record.key(), record.headers(), record.value()
    finally:
        consumer.close()


def test_one_that_the_database_refuses(running, employer):
    """Listed, shown, tried in vain, and decided with what waited behind it."""
    with refusing(running):
        request = employer.request(request_id=f"R-REFUSED-{employer.siren}")
        (place,) = running.send(request)
        running.reader.wait_for_dead_letter(place)
        (behind,) = running.send(employer.request())
        wait_parked(running, employer.siren, 2)
        at = place_text(place)

        (letter,) = listed(running, "--siren", employer.siren)
        assert {name: letter[name] for name in letter if name != "at"} == {
            "worker": "affiliation", "place": at, "reason": "POISON", "siren": employer.siren,
            "subject_id": request.data["request_id"], "type": "affiliation.requested.v1",
            "waiting": 1, "attempts": 1, "done": None}
        assert [each["reason"] for each in listed(running, "--siren", employer.siren, "--all")] \
            == ["PARKED", "POISON"]
        assert at in dlq(running, "list", "--reason", "POISON", "--worker", "affiliation")

        # What is personal stands in its place only when it is asked for.
        person = request.data["employee"]
        words = [person["family_name"], person["nir"], person["email"], person["birth_date"]]
        told = dlq(running, "show", at)
        assert "the store refused it (23514)" in told
        assert not [word for word in words if word in told]
        told = dlq(running, "show", at, "--reveal")
        assert not [word for word in words if word not in told]
        assert "header ce_id: " + request.id in told and "key: " + employer.siren in told

        told = dlq(running, "retry", at, "--dry-run")
        assert f"{at} POISON: is decided again, and then the 1 behind it are decided" in told
        assert "nothing was done" in dlq(running, "retry", at, code=EXIT_DATA)
        assert "nothing was done" in dlq(running, "drop", at, stdin="no\n", code=EXIT_DATA)
        assert "waits behind" in dlq(running, "retry", place_text(behind), "--yes",
                                     code=EXIT_DATA)
        assert actions(running, place) == []
        assert "refused again" in dlq(running, "retry", at, "--yes", "--by", "night-shift",
                                      code=EXIT_DATA)
        assert listed(running, "--siren", employer.siren)[0]["attempts"] == 2

    told = dlq(running, "retry", "--siren", employer.siren, "--by", "day-shift", stdin="yes\n")
    assert f"{at}: decided, and 1 behind it" in told
    assert parked(running, employer.siren) == []
    running.reader.wait_for(*DECISIONS, siren=employer.siren, count=2)
    assert listed(running, "--siren", employer.siren) == []
    assert [(each["reason"], each["done"]) for each in
            listed(running, "--siren", employer.siren, "--all")] == [("POISON", "decided")]
    assert actions(running, place) == [
        ("night-shift", "dlq retry", "refused again", None),
        ("day-shift", "dlq retry", "decided", "and 1 behind it")]
    told = dlq(running, "show", at)
    assert "dlq retry by night-shift: refused again" in told
    assert "decided" in dlq(running, "retry", at, "--yes", code=EXIT_DATA)
    assert len(actions(running, place)) == 2
    log = running.instance.log_text()
    assert not [word for word in words if word in log]


def test_given_up(running, employer):
    """The one that was refused is never decided; what waited behind it is."""
    with refusing(running):
        (place,) = running.send(employer.request(request_id=f"R-REFUSED-{employer.siren}"))
        running.reader.wait_for_dead_letter(place)
        later = employer.request()
        running.send(later)
        wait_parked(running, employer.siren, 2)
        at = place_text(place)
        assert f"{at}: dropped, and 1 behind it" in dlq(running, "drop", at, "--yes")
    (decision,) = running.reader.wait_for(*DECISIONS, siren=employer.siren)
    assert decision.data["request_id"] == later.data["request_id"]
    ((_, command, outcome, _),) = actions(running, place)
    assert (command, outcome) == ("dlq drop", "dropped")
    assert listed(running, "--siren", employer.siren, "--all")[0]["done"] == "dropped"
    # What waited or was dropped is no dead letter.
    told = json.loads(running.installation.succeed("status", "--json"))
    (worker,) = [each for each in told["workers"] if each["worker"] == "affiliation"]
    assert worker["refused_24h"]["POISON"] >= 1
    assert not {"PARKED", "DROPPED", "ERASED"} & set(worker["refused_24h"])


def test_nobody_decides_it_in_time(running, employer):
    """The command has ended, and stands: the worker that comes round to it decides it, once."""
    with refusing(running):
        request = employer.request(request_id=f"R-REFUSED-{employer.siren}")
        (place,) = running.send(request)
        running.reader.wait_for_dead_letter(place)
        running.send(employer.request())
        wait_parked(running, employer.siren, 2)
        running.wait_drained("affiliation")
    at = place_text(place)
    running.instance.freeze()
    try:
        told = dlq(running, "retry", at, "--yes", "--by", "night-shift", code=EXIT_TEMPORARY,
                   environment={"GUICHET_TEST_SABOTAGE": "short_wait"})
        assert f"{at}: not decided yet" in told and "the command stands" in told
        assert actions(running, place) == [
            ("night-shift", "dlq retry", "not decided yet", None)]
        assert len(parked(running, employer.siren)) == 2
    finally:
        running.instance.thaw()
    wait_until(lambda: not parked(running, employer.siren), 60, "the worker decides it")
    running.reader.wait_for(*DECISIONS, siren=employer.siren, count=2)
    assert len(employer.found(*DECISIONS)) == 2
    assert listed(running, "--siren", employer.siren) == []
    assert [letter["done"] for letter in listed(running, "--siren", employer.siren, "--all")] \
        == ["decided"]


def test_what_was_sent_again_is_kept_at_once(running, employer):
    """Though the command is killed while it waits for another one to be decided."""
    with refusing(running):
        (refused,) = running.send(employer.request(request_id=f"R-REFUSED-{employer.siren}"))
        running.reader.wait_for_dead_letter(refused)
    (place,) = spoilt(employer)
    running.instance.freeze()
    try:
        waiting = Process("dlq", [
            running.installation.executable, "dlq", "retry", place_text(refused),
            place_text(place), "--yes", "--by", "night-shift",
            "--config", running.installation.config], running.folder / "dlq.log",
            program_environment())
        wait_until(lambda: actions(running, place), 30, waiting.log_text)
        assert waiting.is_running
        waiting.kill()
    finally:
        running.instance.thaw()
    assert actions(running, place) == [("night-shift", "dlq retry", "sent again", None)]
    wait_until(lambda: not parked(running, employer.siren), 60, "the other one is decided")
    ((told,),) = running.query(
        "SELECT facts::jsonb->>'by' FROM guichet.journal WHERE subject_id = %s"
        " AND event_type = 'guichet.dead-letter.retried.v1'", [place_text(refused)])
    assert told == "night-shift"
    unknown = ("--reason", "TYPE_UNKNOWN")
    wait_until(lambda: listed(running, *unknown), 60, "what was sent again is refused again")
    dlq(running, "drop", *unknown, "--yes")


@pytest.mark.parametrize("key", [True, False], ids=["with a key", "without one"])
def test_sent_again(running, employer, key):
    """The same key, value and headers, to the byte, on the topic it came on."""
    (place,) = spoilt(employer, key=key)
    original = read_at(running, *place)
    before = running.input_ends(place[0])
    assert "sent again" in dlq(running, "retry", place_text(place), "--yes", "--by", "op")
    ends = running.input_ends(place[0])
    (again,) = [(*at, end - 1) for at, end in ends.items() if end != before[at]]
    assert read_at(running, *again) == original
    assert running.reader.wait_for_dead_letter(again).headers["dlq_reason"] == "TYPE_UNKNOWN"
    open_ones = {letter["place"] for letter in listed(running, "--reason", "TYPE_UNKNOWN")}
    assert place_text(again) in open_ones and place_text(place) not in open_ones
    (done,) = [letter["done"] for letter in listed(running, "--reason", "TYPE_UNKNOWN", "--all")
               if letter["place"] == place_text(place)]
    assert done == "sent again by op"
    assert "dropped" in dlq(running, "drop", place_text(again), "--yes", "--by", "op")


def test_many_by_a_filter(running, employer):
    """All that the list shows for the filters, and nothing else."""
    places = spoilt(employer, count=12)
    (other,) = running.sender.send_raw((places[0][0], None, [], b"x"))
    running.reader.wait_for_dead_letter(other)
    filters = ("--reason", "TYPE_UNKNOWN", "--worker", "affiliation")
    assert {letter["place"] for letter in listed(running, *filters)} == set(map(place_text, places))
    assert len(listed(running, *filters, "--limit", "5")) == 5
    assert listed(running, *filters, "--since", "2099-01-01T00:00:00Z") == []
    assert dlq(running, "drop", *filters, "--yes").count(": dropped") == 12
    assert listed(running, *filters) == []
    assert place_text(other) in {letter["place"] for letter in listed(running)}


def test_of_an_erased_person(running, employer):
    """What nobody can read can't be sent; it says so."""
    (place,) = spoilt(employer)
    with running.postgres.connect(running.database) as connection:
        connection.execute("DELETE FROM guichet.data_key WHERE subject LIKE 'dead-letter/%'")
    assert "erased" in dlq(running, "show", place_text(place), "--reveal")
    before = running.input_ends(place[0])
    assert f"{place_text(place)}: erased" in dlq(running, "retry", place_text(place), "--yes")
    assert running.input_ends(place[0]) == before
    dlq(running, "drop", place_text(place), "--yes")


@pytest.mark.parametrize("arguments", [
    (), ("look",), ("show",), ("show", "a/1/2", "b/1/2"), ("list", "a/1/2"), ("retry",), ("drop",),
    ("retry", "a/1/2", "--siren", "1"), ("list", "--yes"), ("show", "a/1/2", "--json"),
    ("retry", "a/1/2", "--reveal"), ("list", "--limit", "0"), ("list", "--since", "yesterday"),
    ("list", "--worker", "nobody"),
    ("list", "--by", "Camille"), ("show", "a/1/2", "--dry-run"), ("show", "a/1/2", "--limit", "1"),
    ("drop", "a/1/2", "--all"), ("retry", "a/1/2", "--json")], ids=" ".join)
def test_wrong_usage(running, arguments):
    dlq(running, *arguments, code=EXIT_USAGE)


@pytest.mark.parametrize("action", ["retry", "drop"])
def test_a_limit_of_places(running, action):
    """All places that are named are meant."""
    told = dlq(running, action, "a/1/2", "b/1/2", "--limit", "1", code=EXIT_USAGE)
    assert "--limit does not go with places" in told


def test_a_place_that_nobody_knows(running):
    assert "no record that came there" in dlq(running, "show", "affiliation.requests.v1/0/999999",
                                              code=EXIT_DATA)
