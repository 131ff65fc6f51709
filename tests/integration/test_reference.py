"""Reference data as published: the highest revision of a ceiling or of a calendar counts, and what
is decided from then on is decided by it."""

import json

import pytest
from guichet_test.employer import Employer
from guichet_test.events import beneficiary, calendar_published, pmss_published

SATURDAY = "2026-11-14T09:15:00+01:00"  # due when the next business day ends


@pytest.fixture
def publish(running):
    """A function that publishes an event and waits until it is stored; returns its place."""
    def send(event):
        (place,) = running.send(event)
        running.wait_drained("reference")
        return place
    return send


def journal(running, event):
    """(subject, rules, refusal, known revision) of an event, from the journal."""
    (row,) = running.query("SELECT subject_id, rules, refusal, facts FROM guichet.journal "
                           "WHERE worker = 'reference' AND event_id = %s", (event.id,))
    subject, rules, refusal, facts = row
    return subject, rules, refusal, json.loads(facts)["known"]["revision"] if facts else None


def spouse_added(running, people):
    """Who is alone under K1 and marries: the employer's amounts before and after."""
    employer = Employer(running, people, "K1")
    decision = employer.add(employer.affiliate(), [beneficiary("B-1", people.person(), "spouse",
                                                               "marriage")])
    (email,) = employer.found("employer.beneficiary-added.v1",
                              addition_id=decision.data["addition_id"])
    return email.data["employer_before_cents"], email.data["employer_after_cents"]


def online_sla(employer):
    """How an online request of that Saturday stands against the clock."""
    return employer.ask(submitted_at=SATURDAY).data["sla"]


def dead_letter(running, place):
    headers = running.reader.wait_for_dead_letter(place).headers
    assert headers["dlq_worker"] == "reference"
    return headers["dlq_reason"], headers["dlq_message"]


def test_a_new_ceiling_is_what_later_additions_are_computed_with(running, people, publish):
    """1,44 % and 3,50 % of 4000 instead of 4005 euros; a lower revision, or the same again,
    changes nothing any more."""
    assert spouse_added(running, people) == (2884, 7009)
    second = pmss_published(4000, 2)
    publish(second)
    assert journal(running, second) == ("metropole:2026-01-01", "NEW_REVISION", None, 0)
    assert spouse_added(running, people) == (2880, 7000)
    for event, rule in ((pmss_published(5000, 1), "STALE_REVISION"),
                        (pmss_published(4000, 2), "REPEATED")):
        publish(event)
        assert journal(running, event) == ("metropole:2026-01-01", rule, None, 2)
    assert spouse_added(running, people) == (2880, 7000)


def test_other_territories_and_days_are_other_values(running, publish):
    """Each has revisions of its own."""
    for territory, valid_from in (("metropole", "2023-07-01"), ("mayotte", "2023-07-01"),
                                  ("mayotte", "2023-08-01")):
        event = pmss_published(3000, 1, territory=territory, valid_from=valid_from)
        publish(event)
        assert journal(running, event) == (f"{territory}:{valid_from}", "NEW_REVISION", None, 0)
    assert running.query("SELECT territory, valid_from::text, amount_eur FROM guichet.pmss "
                         "WHERE valid_from BETWEEN '2023-07-01' AND '2023-08-01' ORDER BY 1, 2"
                         ) == [("mayotte", "2023-07-01", 3000), ("mayotte", "2023-08-01", 3000),
                               ("metropole", "2023-07-01", 3000)]


def test_a_revision_with_another_content_is_a_dead_letter(running, publish):
    """The first stands: whoever publishes must take the next number."""
    publish(pmss_published(2900, 1, valid_from="2025-07-01"))
    publish(calendar_published("branch", 1, ["2026-12-24"]))
    for event in (pmss_published(2901, 1, valid_from="2025-07-01"),
                  calendar_published("branch", 1, ["2026-12-24", "2026-12-31"])):
        reason, message = dead_letter(running, publish(event))
        assert reason == "ID_REUSED"
        assert "revision" in message
    assert running.query("SELECT extra_closures::text[] FROM guichet.calendar "
                         "WHERE calendar_id = 'branch'") == [(["2026-12-24"],)]
    assert running.query("SELECT amount_eur FROM guichet.pmss WHERE valid_from = '2025-07-01'") == [
        (2900,)]


def test_a_new_calendar_is_what_later_requests_are_measured_by(running, people, publish):
    """A closed Monday: due at the end of Tuesday. A stale revision changes nothing."""
    employer = Employer(running, people)
    sla = online_sla(employer)
    assert (sla["due_at"], sla["calendar_revision"]) == ("2026-11-16T23:00:00Z", 0)
    second = calendar_published("metropole", 2, ["2026-11-16"])
    publish(second)
    assert journal(running, second) == ("metropole", "NEW_REVISION", None, 0)
    sla = online_sla(employer)
    assert (sla["due_at"], sla["calendar_revision"]) == ("2026-11-17T23:00:00Z", 2)
    stale = calendar_published("metropole", 1, ["2026-11-16", "2026-11-17"])
    publish(stale)
    assert journal(running, stale) == ("metropole", "STALE_REVISION", None, 2)
    sla = online_sla(employer)
    assert (sla["due_at"], sla["calendar_revision"]) == ("2026-11-17T23:00:00Z", 2)


def test_an_open_request_is_due_again_by_a_new_calendar(running, people, publish):
    """It waits for its contract, and its promise moves; one that is decided stays as it was."""
    employer = Employer(running, people)
    decided = employer.request(submitted_at=SATURDAY)
    waiting = employer.request(submitted_at=SATURDAY, contract_id="still-on-its-way")
    running.send(decided, waiting)
    employer.decision(decided)
    (entry,) = running.reader.wait_for("tracking.entry.v1", siren=employer.siren,
                                       request_id=waiting.data["request_id"])
    assert entry.data["status"] == "waiting"
    publish(calendar_published("metropole", 10, ["2026-11-16", "2026-11-17"]))
    running.reader.wait_for("sla.rescheduled.v1", siren=employer.siren)
    (moved,) = employer.found("sla.rescheduled.v1")
    assert moved.data["request_id"] == waiting.data["request_id"]
    assert moved.data["previous_due_at"] == entry.data["due_at"]
    assert (moved.data["due_at"], moved.data["calendar_revision"]) == ("2026-11-18T23:00:00Z", 10)


def test_revisions_of_one_batch_are_judged_one_by_one(running):
    """Sent together, they are decided in order, each knowing of the one before."""
    events = [calendar_published("together", revision) for revision in (3, 5, 4, 5, 6)]
    running.send(*events)
    running.wait_drained("reference")
    assert [journal(running, event)[1:] for event in events] == [
        ("NEW_REVISION", None, 0), ("NEW_REVISION", None, 3), ("STALE_REVISION", None, 5),
        ("REPEATED", None, 5), ("NEW_REVISION", None, 5)]
    assert running.query("SELECT revision FROM guichet.calendar WHERE calendar_id = 'together' "
                         "ORDER BY revision") == [(3,), (5,), (6,)]


def test_a_calendar_cannot_close_every_day(running, publish):
    """Closures are bounded, so that business days are left: one too many is malformed."""
    days = [f"2027-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    days += [f"2028-{month:02d}-{day:02d}" for month in range(1, 5) for day in range(1, 29)]
    publish(calendar_published("closed", 1, days[:400]))
    reason, message = dead_letter(running, publish(calendar_published("closed", 2, days[:401])))
    assert reason == "SCHEMA"
    assert "extra_closures" in message
    assert running.query("SELECT revision, cardinality(extra_closures) FROM guichet.calendar "
                         "WHERE calendar_id = 'closed'") == [(1, 400)]


def test_explain_says_why_a_revision_was_ignored(running, publish):
    """By the name of the value, and without an employer."""
    publish(pmss_published(3800, 2, valid_from="2024-01-01"))
    publish(pmss_published(3900, 1, valid_from="2024-01-01"))
    told = running.installation.succeed("explain", "metropole:2024-01-01")
    assert "STALE_REVISION" in told
    assert "A higher revision of the value is known." in told
