"""Behind a record that the store refuses, the employer's later records wait, in order, until an
operator has it decided or dropped: then each is decided once, as if nothing had been."""

import pytest
from guichet_test.crash_points import CRASH_POINTS_OF_A_WORKER
from guichet_test.employer import Employer
from guichet_test.envelope import check_outputs
from guichet_test.events import (account_activated, affiliation_ended, beneficiary,
                                 cancellation_requested, event, pmss_published, review_decided)
from guichet_test.members import places_of, wait_for_members
from guichet_test.parked import (carry_out, command, id_at, parked, place_text, refusing,
                                 wait_parked)
from guichet_test.program import EXIT_TEMPORARY
from guichet_test.topics import DEAD_LETTERS
from guichet_test.verdict import DECISIONS
from guichet_test.waiting import wait_until

NOW = "2026-11-03T09:00:00+01:00"
BATCH_BYTES_MOST = 8 * 1024 * 1024


@pytest.fixture(name="employer")
def an_employer(running, people):
    return Employer(running, people)


def refused(employer, word="REFUSED", **changes):
    """Sends a request that the store refuses and returns it with its place and dead letter."""
    request = employer.request(request_id=f"R-{word}-{employer.siren}-{employer.count}", **changes)
    (place,) = employer.world.send(request)
    letter = employer.world.reader.wait_for_dead_letter(place)
    assert letter.headers["dlq_reason"] == "POISON"
    return request, place, letter


def send_in_turn(employer, *events):
    """Sends one after the other, each once those before it wait; returns their places."""
    places = []
    waiting = len(parked(employer.world, employer.siren))
    for number, each in enumerate(events, 1):
        places += employer.world.send(each)
        wait_parked(employer.world, employer.siren, waiting + number)
    return places


def decided(employer, count=0):
    """(request, decision) in the order in which a reader sees them, once there are so many: what is
    in the journal may be about to be published."""
    if count > 0:
        employer.world.reader.wait_for(*DECISIONS, siren=employer.siren, count=count)
    return [(message.data["request_id"], message.type) for message in employer.found(*DECISIONS)]


def letters_of(world, place):
    """The dead letters of the record at a place, in order."""
    world.reader.read_to_end()
    return [message for message in world.reader.messages if message.topic == DEAD_LETTERS
            and (message.headers["dlq_topic"], int(message.headers["dlq_partition"]),
                 int(message.headers["dlq_offset"])) == place]


def is_read(world, topic):
    """All that is on the topic is decided. (A transaction's mark may stand behind what is read on a
    clock, so that nothing is left there though the offsets differ.)"""
    read = world.query("SELECT partition, next_offset FROM guichet.progress WHERE topic = %s",
                       [topic])
    return {(topic, partition): offset for partition, offset in read} == world.input_ends(topic)


def check_all(world):
    assert not world.reader.repeated_ids()
    check_outputs(world.reader.messages)


def test_all_that_comes_later_waits_in_order(running, employer, people):
    """Whichever topic it comes on; other employers, other workers and deadlines go on."""
    insured = employer.affiliate(request_id="R-before")
    other = Employer(running, people)
    with refusing(running):
        request, place, letter = refused(employer)
        later = employer.request()
        places = send_in_turn(
            employer, later, account_activated(employer.siren, insured, NOW),
            review_decided(employer.siren, "R-nobody", "accept", decided_at=NOW),
            cancellation_requested(employer.siren, later.data["request_id"], NOW),
            affiliation_ended(employer.siren, insured, employer.contract_id, "2026-12-31"))
        assert parked(running, employer.siren) == [place, *places]
        other.affiliate()
        # What a deadline of this employer causes: the roster follows an addition.
        added = employer.add(insured, [beneficiary("B-1", people.person())])
        assert added.type == "beneficiary.added.v1"
        running.reader.wait_for("roster.entry.v1", siren=employer.siren, insured_id=insured,
                                beneficiary_count=1)
        assert decided(employer) == [("R-before", "affiliation.accepted.v1")]
    told = running.installation.succeed("explain",
                                        f"{employer.siren}/{later.data['request_id']}")
    assert told.count(f"behind {place[0]}[{place[1]}]@{place[2]}") == 2

    # The cause is gone, and one command has all of it decided.
    rows = carry_out(running, command(place))
    assert [row[5] for row in rows] == [*map(place_text, [place, *places]), None]
    assert [row[3] for row in rows] == [None] * 7
    assert parked(running, employer.siren) == []
    assert decided(employer, 3) == [
        ("R-before", "affiliation.accepted.v1"),
        (request.data["request_id"], "affiliation.accepted.v1"),
        (later.data["request_id"], "affiliation.accepted.v1")]
    assert running.query("SELECT account_state FROM guichet.insured WHERE insured_id = %s",
                         [insured]) == [("active",)]
    (ended,) = employer.found("roster.entry.v1", insured_id=insured, ended_on="2026-12-31")
    assert ended.id == id_at(running, places[4], 0)
    for sent, at in ((request, place), (later, places[0])):
        (message,) = employer.found(*DECISIONS, request_id=sent.data["request_id"])
        assert message.id == id_at(running, at, 0)
        assert message.headers["ce_causationid"] == sent.id
    assert letters_of(running, place) == [letter]
    assert letter.headers["dlq_id"] == id_at(running, place, 0)
    assert letter.headers["dlq_attempts"] == "1"
    told = running.installation.succeed("explain",
                                        f"{employer.siren}/{request.data['request_id']}")
    assert f"came at     {place[0]}/{place[1]}/{place[2]}" in told, told
    assert "different 0" in running.installation.succeed("recheck", "affiliation")
    employer.affiliate()
    check_all(running)


def test_refused_again_and_then_not(running, employer):
    """Each refusal is a dead letter of its own; who waits goes on waiting."""
    with refusing(running):
        request, place, first = refused(employer)
        (behind,) = send_in_turn(employer, employer.request())
        rows = carry_out(running, command(place))
        assert [(row[3], row[5]) for row in rows] == [("POISON", place_text(place)), (None, None)]
        assert parked(running, employer.siren) == [place, behind]
    wait_until(lambda: len(letters_of(running, place)) > 1, 30, "it is a dead letter again")
    letters = letters_of(running, place)
    assert [letter.headers["dlq_attempts"] for letter in letters] == ["1", "2"]
    assert len({letter.headers["dlq_id"] for letter in letters}) == 2
    assert letters[0].raw_value == letters[1].raw_value == request.binary()[1]
    # Twice at once: the second finds that it does not wait any more.
    again = command(place)
    rows = carry_out(running, again)
    assert [row[5] for row in rows] == [place_text(place), place_text(behind), None]
    assert [row[4] for row in carry_out(running, again)] == ["NOT_PARKED"]
    assert len(decided(employer, 2)) == 2
    assert len(letters_of(running, place)) == 2
    check_all(running)


def test_one_that_waited_is_refused(running, employer):
    """The first of those behind that the store refuses too keeps the rest waiting."""
    with refusing(running, "LATER"):
        with refusing(running):
            _, place, _ = refused(employer)
            requests = [employer.request() for _ in range(3)]
            worse = employer.request(request_id=f"R-LATER-{employer.siren}")
            rest = employer.request()
            places = send_in_turn(employer, *requests, worse, rest)
        carry_out(running, command(place))
        letter = running.reader.wait_for_dead_letter(places[3])
        wait_parked(running, employer.siren, 2)
    assert parked(running, employer.siren) == places[3:]
    assert letter.headers["dlq_attempts"] == "1"
    assert letter.headers["dlq_id"] == id_at(running, places[3], 0)
    assert len(decided(employer, 4)) == 4
    # What is behind has to wait for it, and cannot be asked for by itself.
    assert [row[4] for row in carry_out(running, command(places[4]))] == ["NOT_PARKED"]
    carry_out(running, command(places[3]))
    assert len(decided(employer, 6)) == 6
    check_all(running)


def test_large_ones(running, employer):
    """A command has as many decided as fill a batch with their bytes; the next one has the rest."""
    with refusing(running):
        _, place, _ = refused(employer)
        requests = [employer.request() for _ in range(40)]
        for request in requests:
            request.data["padding"] = "x" * 250_000
        running.send(*requests)
        waiting = wait_parked(running, employer.siren, 41)
    sizes = [size for (size,) in running.query(
        "SELECT octet_length(sealed) FROM guichet.parked WHERE siren = %s ORDER BY position",
        [employer.siren])]
    count = len(carry_out(running, command(place))) - 1
    assert sum(sizes[:count - 1]) < BATCH_BYTES_MOST <= sum(sizes[:count])
    running.reader.wait_for(*DECISIONS, siren=employer.siren, count=41)
    assert [message.id for message in employer.found(*DECISIONS)] == [
        id_at(running, at, 0) for at in waiting]
    assert parked(running, employer.siren) == []
    check_all(running)


def test_dropped(running, employer):
    """It is never decided; those behind it are."""
    with refusing(running):
        request, place, letter = refused(employer)
        (behind,) = send_in_turn(employer, employer.request())
        rows = carry_out(running, command(place, "dropped"))
    assert [(row[3], row[5]) for row in rows] == [
        ("DROPPED", place_text(place)), (None, place_text(behind)), (None, None)]
    assert parked(running, employer.siren) == []
    assert len(decided(employer, 1)) == 1
    assert request.data["request_id"] not in dict(decided(employer))
    assert letters_of(running, place) == [letter]
    told = running.installation.succeed("explain",
                                        f"{employer.siren}/{request.data['request_id']}")
    assert "DROPPED" in told and "operator-7" in told


def test_commands_about_nothing(running, employer):
    """A place where nothing waits changes nothing; a command that is malformed is a dead letter."""
    before = len(decided(employer))
    for place in (("affiliation.requests.v1", 0, 10**12), ("nowhere", 2147483647, 0)):
        for action in ("retried", "dropped"):
            assert [row[4] for row in carry_out(running, command(place, action))] == ["NOT_PARKED"]
    (place,) = running.send(command(("affiliation.requests.v1", -1, 0)))
    assert running.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "SCHEMA"
    (place,) = running.send(command(("x", 0, 0), at="2099-01-01T00:00:00Z"))
    assert running.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "FUTURE_EVENT"
    assert len(decided(employer)) == before


def test_an_erased_person_is_not_brought_back(running, employer):
    """What waits is sealed under a key that goes with the person."""
    insured = employer.affiliate(request_id="R-gone")
    with refusing(running):
        _, place, _ = refused(employer)
        places = send_in_turn(employer, cancellation_requested(employer.siren, "R-gone", NOW),
                              employer.request())
        running.send(event("privacy.erasure-requested.v1", {
            "privacy_request_id": "P-1", "siren": employer.siren, "insured_id": insured,
            "requested_at": NOW}))
        running.reader.wait_for("privacy.erased.v1", siren=employer.siren)
    rows = carry_out(running, command(place))
    assert [(row[3], row[5]) for row in rows] == [
        (None, place_text(place)), ("ERASED", place_text(places[0])),
        (None, place_text(places[1])), (None, None)]
    assert parked(running, employer.siren) == []
    assert running.query("SELECT count(*) FROM guichet.data_key WHERE siren = %s AND subject LIKE "
                         "'dead-letter/%%'", [employer.siren]) == [(1,)]  # of the dead letter


def test_of_no_employer(running):
    """Reference data belongs to nobody: nothing waits behind it, and it can be retried."""
    with running.postgres.connect(running.database) as connection:
        connection.execute("ALTER TABLE guichet.pmss ADD CONSTRAINT refused CHECK "
                           "(amount_eur NOT IN (4107, 4108))")
    places = running.send(pmss_published(4107, 1, valid_from="2027-01-01"),
                          pmss_published(4108, 1, valid_from="2028-01-01"),
                          pmss_published(4109, 1, valid_from="2029-01-01"))
    for place in places[:2]:
        assert running.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "POISON"
    running.wait_drained("reference")
    assert parked(running, "", "reference") == places[:2]
    amounts = "SELECT amount_eur FROM guichet.pmss WHERE valid_from > '2026-12-31' ORDER BY 1"
    assert running.query(amounts) == [(4109,)]
    with running.postgres.connect(running.database) as connection:
        connection.execute("ALTER TABLE guichet.pmss DROP CONSTRAINT refused")
    carry_out(running, command(places[1], worker="reference"))
    assert running.query(amounts) == [(4108,), (4109,)]
    carry_out(running, command(places[0], "dropped", worker="reference"))
    assert parked(running, "", "reference") == []
    assert running.query(amounts) == [(4108,), (4109,)]


@pytest.fixture(scope="module", name="stopped")
def stopped_world(running, people):
    """The same world; its instance does not run any more: stands last."""
    Employer(running, people)  # it is up
    running.instance.stop_cleanly()
    return running


def test_more_than_ten_of_one_batch(stopped):
    """Then it isn't the records: the process ends, to start over, and no more of them are refused
    than that; once the store takes them, the rest is decided."""
    world = stopped
    one_batch = {"guichet.instance": "one", "batch.linger_ms": 500}
    places = world.send(*[pmss_published(5000 + number, 1, valid_from=f"2040-{number:02}-01")
                          for number in range(1, 13)])
    with world.postgres.connect(world.database) as connection:
        connection.execute("ALTER TABLE guichet.pmss ADD CONSTRAINT refused CHECK "
                           "(amount_eur < 5000) NOT VALID")
    instance = world.installation.start("reference", name="refused", settings=one_batch)
    assert instance.wait_for_exit(60) == EXIT_TEMPORARY
    assert "it isn't the records" in instance.log_text()
    assert [place for place in parked(world, "", "reference") if place in places] == places[:10]
    with world.postgres.connect(world.database) as connection:
        connection.execute("ALTER TABLE guichet.pmss DROP CONSTRAINT refused")
    instance = world.installation.start("reference", name="accepted", settings=one_batch)
    world.wait_drained("reference")
    instance.stop_cleanly()
    assert world.query("SELECT amount_eur FROM guichet.pmss WHERE amount_eur > 5000 ORDER BY 1"
                       ) == [(5011,), (5012,)]
    assert all(world.reader.wait_for_dead_letter(place) for place in places[:10])
    assert not world.reader.repeated_ids()


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_killed_while_it_is_retried(stopped, people, point):
    """130 records wait, others came since, once 10,000: killed in the batch of the command, and again
    in the one that goes on with the rest. Each is decided once, in order, with its own ids."""
    world = stopped

    def start(*workers, crash=None):
        return world.installation.start(*workers, name=f"{point}-{crash}", crash=crash,
                                        settings={"guichet.instance": "one"})

    instance = start()
    employer = Employer(world, people)
    with refusing(world):
        refused(employer)
        world.send(*[employer.request() for _ in range(129)])
        waiting = wait_parked(world, employer.siren, 130)
    again = Employer(world, people).request(category="retraite")
    world.send(*[again] * (10_000 if point == "after_database_commit" else 10))
    wait_until(lambda: is_read(world, again.topic), 60, "all that came since is read")
    instance.stop_cleanly()
    world.send(command(waiting[0]))
    start("affiliation", crash=f"{point}:1").wait_for_crash()
    start("affiliation", crash=f"{point}:1").wait_for_crash()
    instance = start()
    wait_until(lambda: not parked(world, employer.siren), 60, "all are decided")
    world.reader.wait_for(*DECISIONS, siren=employer.siren, count=130)
    found = employer.found(*DECISIONS)
    assert [message.id for message in found] == [id_at(world, place, 0) for place in waiting]
    assert {message.type for message in found} == {"affiliation.accepted.v1"}
    instance.stop_cleanly()
    check_all(world)


def send_to(world, partition, *events):
    """To a partition of our choice, whatever the key says; returns their places."""
    return world.sender.send_raw(*[(event.topic, event.key, *event.binary()) for event in events],
                                 partition=partition)


def test_two_instances_at_once(stopped, people):
    """The employer's records come to both, and the command to the one that had not read the record
    it is about, while more comes: each is decided once, those that waited in their order."""
    world = stopped
    one = world.installation.start(name="one", settings={"guichet.instance": "one"})
    two = world.installation.start(name="two")
    wait_for_members(world, 2)
    employer = Employer(world, people)
    topic = employer.request().topic
    first = {partition for of, partition in places_of(world, "one") if of == topic}
    ours, theirs = min(first), min(set(range(world.partitions)) - first)
    with refusing(world):
        (place,) = send_to(world, ours, employer.request(request_id=f"R-REFUSED-{employer.siren}"))
        letter = world.reader.wait_for_dead_letter(place)
        waiting = [place]
        for number in range(8):
            waiting += send_to(world, (theirs, ours)[number % 2], employer.request())
            wait_parked(world, employer.siren, len(waiting))
    assert parked(world, employer.siren) == waiting
    send_to(world, theirs, command(place))
    later = [place for _ in range(5) for partition in (ours, theirs)
             for place in send_to(world, partition, *[employer.request() for _ in range(6)])]
    wait_until(lambda: is_read(world, topic) and not parked(world, employer.siren), 60,
               "all are decided")
    world.reader.wait_for(*DECISIONS, siren=employer.siren, count=len(waiting + later))
    for instance in (one, two):
        instance.stop_cleanly()
    found = employer.found(*DECISIONS)
    assert {message.type for message in found} == {"affiliation.accepted.v1"}
    ids = [message.id for message in found]
    waited = [id_at(world, place, 0) for place in waiting]
    assert sorted(ids) == sorted(waited + [id_at(world, place, 0) for place in later])
    assert [ce_id for ce_id in ids if ce_id in waited] == waited
    assert letters_of(world, place) == [letter]
    check_all(world)
