"""Additions that wait: for the employer's answer, for their insured, for a ceiling; and who leaves
(question 6). What a reader of our topics sees of each."""

from datetime import datetime, timedelta, timezone

import pytest
from guichet_test.business import DAY, Calendar
from guichet_test.employer import Employer
from guichet_test.envelope import check_outputs
from guichet_test.events import (addition, addition_withdrawn, affiliation_ended, beneficiary,
                                 employer_decided, pmss_published, removed)
from guichet_test.identities import change_id, derived, insured_id, task_id
from guichet_test.waiting import wait_until
from guichet_test.world import World

CONFIRMATION = "adviser.confirmation-requested"
NOBODY = "00000000-0000-5000-8000-000000000000"
RATE = 200000  # thirty days in thirteen seconds


@pytest.fixture(scope="module")
def drill(postgres):
    """A world in which months pass in seconds, and a grace of a quarter of an hour at once."""
    world = World(postgres, {"clock.simulate": "true", "clock.rate": RATE,
                             "clock.start": "2026-12-01T08:00:00Z"})
    try:
        world.start()
        instance = world.installation.start(name="drill")
        yield world
        instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


def spouse(people, name="B-1", **changes):
    return beneficiary(name, people.person(), "spouse", "marriage", **changes)


def child(people, name="B-1", **changes):
    return beneficiary(name, people.person(), "child", "birth", **changes)


def on_paper(world, people, **changes):
    """An employer under K4 and an employee affiliated on paper."""
    employer = Employer(world, people, "K4", adviser_id="C-17")
    return employer, employer.affiliate(channel="paper_bia", **changes)


def held(world, people):
    """An addition that waits for the employer: employer, insured, its id."""
    employer, insured = on_paper(world, people)
    decision = employer.add(insured, [spouse(people)])
    assert decision.type == "beneficiary.awaiting-employer.v1", decision
    return employer, insured, decision.data["addition_id"]


def tell(employer, *events):
    """Sends events, each after the one before was worked off."""
    for one in events:
        employer.world.send(one)
        employer.world.wait_drained("beneficiary")


def told(employer, addition_id):
    """(type, outcome or reason) of all that was told of an addition, in order of topics."""
    found = employer.found(addition_id=addition_id)
    return sorted((m.type.removesuffix(".v1"), m.data.get("outcome") or m.data.get("code")
                   or ",".join(m.data.get("reasons") or ())) for m in found)


def states(world, employer):
    """State of each person of the employer, by the store."""
    return [state for state, in world.query(
        "SELECT state FROM guichet.beneficiary WHERE siren = %s ORDER BY beneficiary_id",
        [employer.siren])]


def counts(employer):
    """The count of people in each entry of the list of employees."""
    return [m.data["beneficiary_count"] for m in employer.found("roster.entry.v1")]


def wait_for_count(employer, count):
    wait_until(lambda: counts(employer)[-1:] == [count], 60, lambda: f"{count}: {counts(employer)}")


def timers(employer):
    return employer.world.query("SELECT kind FROM guichet.timer WHERE siren = %s"
                                " AND worker = 'beneficiary'", [employer.siren])


def test_confirmed(running, people):
    """Applied from the original dates, billed, no e-mail to the employer, the task is closed; what
    is answered after that has no effect."""
    employer, insured, addition_id = held(running, people)
    (task,) = employer.found("adviser.confirmation-requested.v1")
    assert task.data["task_id"] == task_id(CONFIRMATION, employer.siren, addition_id)
    assert (task.data["adviser_id"], task.data["beneficiary_count"]) == ("C-17", 1)
    tell(employer, employer_decided(employer.siren, addition_id, "confirmed"),
         employer_decided(employer.siren, addition_id, "refused"),
         addition_withdrawn(employer.siren, addition_id))
    assert told(employer, addition_id) == [
        ("adviser.confirmation-requested", ""), ("adviser.task-closed", "confirmed"),
        ("beneficiary.added", ""), ("beneficiary.awaiting-employer", ""),
        ("contribution.changed", "")]
    (added,) = employer.found("beneficiary.added.v1")
    assert (added.data["coverage_from"], added.data["contribution_from"]) == (
        "2026-10-17", "2026-11-01")
    (change,) = employer.found("contribution.changed.v1")
    assert (change.data["before"]["employer_cents"], change.data["after"]["employer_cents"]) == (
        2503, 5287)
    (closed,) = employer.found("adviser.task-closed.v1")
    assert closed.data["task_id"] == task.data["task_id"]
    assert states(running, employer) == ["covered"] and not timers(employer)
    wait_for_count(employer, 1)


def test_refused(running, people):
    """Nothing changes; the same people may be asked for again."""
    employer, insured, addition_id = held(running, people)
    tell(employer, employer_decided(employer.siren, addition_id, "refused"))
    assert told(employer, addition_id) == [
        ("adviser.confirmation-requested", ""), ("adviser.task-closed", "refused"),
        ("beneficiary.awaiting-employer", ""), ("beneficiary.refused", "EMPLOYER_REFUSED")]
    assert states(running, employer) == ["refused"] and not timers(employer)
    assert employer.add(insured, [spouse(people)]).type == "beneficiary.awaiting-employer.v1"


def test_withdrawn(running, people):
    """By the insured, while the employer is asked."""
    employer, _, addition_id = held(running, people)
    tell(employer, addition_withdrawn(employer.siren, addition_id),
         employer_decided(employer.siren, addition_id, "confirmed"))
    assert told(employer, addition_id) == [
        ("adviser.confirmation-requested", ""), ("adviser.task-closed", "withdrawn"),
        ("beneficiary.awaiting-employer", ""), ("beneficiary.withdrawn", "WITHDRAWN")]
    assert states(running, employer) == ["refused"]


def test_who_waits_counts(running, people):
    """As a partner, and as the person he is."""
    employer, insured = on_paper(running, people)
    someone = spouse(people)
    employer.add(insured, [someone])
    assert employer.add(insured, [spouse(people, "B-2")]).data["reasons"] == [
        "PARTNER_ALREADY_COVERED"]
    assert employer.add(insured, [someone]).data["reasons"] == ["DUPLICATE_BENEFICIARY"]


@pytest.mark.parametrize("early, decision", [
    ("confirmed", "beneficiary.added.v1"), ("refused", "beneficiary.refused.v1"),
    ("withdrawn", "beneficiary.withdrawn.v1")])
def test_told_before_the_addition_came(running, people, early, decision):
    """Kept for it: nobody is asked any more."""
    employer, insured = on_paper(running, people)
    addition_id = f"A-{employer.siren}-early"
    tell(employer, addition_withdrawn(employer.siren, addition_id) if early == "withdrawn"
         else employer_decided(employer.siren, addition_id, early))
    tell(employer, addition(employer.siren, employer.contract_id, insured, addition_id,
                            [spouse(people)]))
    kinds = {kind for kind, _ in told(employer, addition_id)}
    assert f"{decision.removesuffix('.v1')}" in kinds
    assert not {"adviser.confirmation-requested", "adviser.task-closed"} & kinds
    assert not timers(employer)


def test_a_task_nobody_answers(drill, people):
    """Two reminders by the calendar, then the end: by the hold, to the millisecond."""
    employer, _, addition_id = held(drill, people)
    (ended,) = drill.reader.wait_for("beneficiary.expired.v1", addition_id=addition_id)
    drill.wait_drained("beneficiary")
    assert ended.data["reasons"] == ["EMPLOYER_NO_ANSWER"]
    (task,) = employer.found("adviser.confirmation-requested.v1")
    hold = datetime.fromisoformat(task.headers["ce_time"].replace("Z", "+00:00"))
    end = hold + 30 * DAY
    assert datetime.fromisoformat(task.data["deadline_at"].replace("Z", "+00:00")) == end
    reminders = employer.found("adviser.confirmation-reminder.v1")
    (closed,) = employer.found("adviser.task-closed.v1")
    assert closed.data["outcome"] == "expired"
    assert [m.data["reminder"] for m in reminders] == [1, 2]
    due = [Calendar().due(hold, days * DAY) for days in (5, 10)] + [end, end]
    kinds = ["reminder_1", "reminder_2", "expired", "expired"]
    for message, kind, instant, sequence in zip([*reminders, ended, closed], kinds, due,
                                                [0, 0, 0, 1]):
        milliseconds = (instant - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(
            milliseconds=1)
        assert message.id == derived("beneficiary", employer.siren, addition_id, kind,
                                     milliseconds, sequence), kind
    tell(employer, employer_decided(employer.siren, addition_id, "confirmed"))
    assert not employer.found("beneficiary.added.v1")
    assert states(drill, employer) == ["refused"]


def test_an_insured_who_never_comes(drill, people):
    """After the grace, and not before, the addition is rejected."""
    employer = Employer(drill, people, "K1")
    decision = employer.add(NOBODY, [child(people)])
    assert decision.data["reasons"] == ["INSURED_UNKNOWN"]
    assert decision.data["beneficiaries"] == []
    unknown = addition(employer.siren, "no-such-contract", "no-such-insured", "A-nothing",
                       [child(people)])
    drill.send(unknown)
    (decision,) = drill.reader.wait_for("beneficiary.rejected.v1", addition_id="A-nothing")
    assert decision.data["reasons"] == ["INSURED_UNKNOWN", "UNKNOWN_CONTRACT"]


def test_an_answer_about_nothing(drill, people):
    """After the grace an operator is told, of each apart: also where two are about one addition."""
    employer = Employer(drill, people, "K4")
    drill.send(employer_decided(employer.siren, "A-never", "confirmed"),
               addition_withdrawn(employer.siren, "A-never"),
               addition_withdrawn(employer.siren, "A-neither"))
    alerts = drill.reader.wait_for("operator.alert.v1", count=3, siren=employer.siren)
    assert sorted((m.data["code"], m.data["subject_id"]) for m in alerts) == [
        ("SUBJECT_UNKNOWN", "A-neither"), ("SUBJECT_UNKNOWN", "A-never"),
        ("SUBJECT_UNKNOWN", "A-never")]
    assert len({m.id for m in alerts}) == 3


def test_the_insured_comes_after_his_beneficiary(running, people):
    """The addition waits, and is decided by the dates of its submission before the employer's
    next record; one that is taken back meanwhile is not decided any more."""
    employer = Employer(running, people, "K1")
    request = employer.request(channel="paper_bia")
    insured = insured_id(employer.siren, request.data["request_id"])
    first, second = (addition(employer.siren, employer.contract_id, insured.upper(), name,
                              [person]) for name, person in
                     (("A-first", child(people)), ("A-second", spouse(people, "B-2"))))
    tell(employer, first, second, first, addition_withdrawn(employer.siren, "A-second"))
    assert told(employer, "A-first") == []
    assert told(employer, "A-second") == [("beneficiary.withdrawn", "WITHDRAWN")]
    running.send(request)
    (added,) = running.reader.wait_for("beneficiary.added.v1", siren=employer.siren)
    assert (added.data["addition_id"], added.data["coverage_from"]) == ("A-first", "2026-10-17")
    wait_for_count(employer, 1)
    assert running.query("SELECT count(*) FROM guichet.addition WHERE siren = %s"
                         " AND content IS NOT NULL", [employer.siren]) == [(0,)]


def test_many_wait_for_one_insured(running, people):
    """More than one wake-up decides: all of them are."""
    employer = Employer(running, people, "K2")
    request = employer.request(channel="paper_bia")
    insured = insured_id(employer.siren, request.data["request_id"])
    running.send(*(addition(employer.siren, employer.contract_id, insured, f"A-{n}",
                            [child(people, f"B-{n}")]) for n in range(45)))
    running.wait_drained("beneficiary")
    running.send(request)
    running.reader.wait_for("beneficiary.added.v1", siren=employer.siren, count=45)
    wait_for_count(employer, 45)
    assert not timers(employer)


def alter_additions(world, change):
    with world.postgres.connect(world.database) as connection:
        connection.execute(f"ALTER TABLE guichet.addition {change}")


def put_off(world):
    """What is to be priced apart from the others."""
    return world.query("SELECT siren, subject FROM guichet.timer WHERE worker = 'beneficiary'"
                       " AND kind = 'pmss'")


def test_without_a_ceiling(running, people):
    """Before the territory's first value: held with an alert, then, once one is published, asked
    for on paper and applied online. One that the database refuses to change holds up no other, and
    is tried again later."""
    mayotte = {"territory": "mayotte",
               "coverage_rule": {"kind": "event_within_months", "months": 24}}
    since = {"hired_on": "2025-01-01", "effective_on": "2025-01-01",
             "submitted_at": "2025-01-02T10:00:00+01:00"}
    online = Employer(running, people, "K4", **mayotte)
    paper = Employer(running, people, "K4", **mayotte)
    refused = Employer(running, people, "K4", **mayotte)
    waiting = {}
    for employer, channel in ((online, "online_single"), (paper, "paper_bia"),
                              (refused, "online_single")):
        insured = employer.affiliate(channel=channel, **since)
        waiting[employer] = f"A-{employer.siren}"
        tell(employer, addition(employer.siren, employer.contract_id, insured, waiting[employer],
                                [spouse(people, event_on="2025-11-15")]))
        assert told(employer, waiting[employer]) == []
        (alert,) = employer.found("operator.alert.v1", subject_id=waiting[employer])
        assert alert.data["code"] == "PMSS_MISSING"
        assert states(running, employer) == ["waiting"]
    alter_additions(running, "ADD CONSTRAINT refused CHECK (status = 'held_pmss' OR "
                    f"addition_id <> '{waiting[refused]}') NOT VALID")
    running.send(pmss_published(2700, 1, territory="mayotte", valid_from="2025-01-01"))
    (added,) = running.reader.wait_for("beneficiary.added.v1", siren=online.siren)
    assert (added.data["coverage_from"], added.data["contribution_from"]) == (
        "2025-11-15", "2025-12-01")
    (email,) = online.found("employer.beneficiary-added.v1")
    assert email.data["employer_before_cents"] == 1688
    (task,) = running.reader.wait_for("adviser.confirmation-requested.v1", siren=paper.siren)
    assert task.data["employer_before_cents"] == 1688
    tell(paper, employer_decided(paper.siren, waiting[paper], "confirmed"))
    assert paper.found("beneficiary.added.v1")
    wait_until(lambda: put_off(running) == [(refused.siren, waiting[refused])], 60,
               "it is to be tried again, alone")
    assert not refused.found("beneficiary.added.v1")
    alter_additions(running, "DROP CONSTRAINT refused")
    running.query("UPDATE guichet.timer SET due_at = 'epoch' WHERE kind = 'pmss' RETURNING 1")
    running.reader.wait_for("beneficiary.added.v1", siren=refused.siren)
    assert put_off(running) == []


def test_a_beneficiary_leaves(running, people):
    """The price falls from the first month not due, the employer is not written to, and the next
    addition is judged against those who are left."""
    employer = Employer(running, people, "K1")
    insured = employer.affiliate()
    employer.add(insured, [spouse(people)])
    event = removed(employer.siren, employer.contract_id, insured, "X-1", ["B-9", "B-1"],
                    "2026-10-31")
    again = removed(employer.siren, employer.contract_id, insured, "X-2", ["B-1"], "2026-10-20")
    tell(employer, event, event, again)
    (change,) = employer.found("contribution.changed.v1", cause="removal")
    assert change.data["change_id"] == change_id(employer.siren, "X-1")
    assert (change.data["removal_id"], change.data["from_month"]) == ("X-1", "2026-11")
    assert (change.data["before"]["employer_cents"], change.data["after"]["employer_cents"]) == (
        7009, 2884)
    assert all(line["employer_delta_cents"] == -4125 for line in change.data["regularisations"])
    wait_for_count(employer, 0)
    decision = employer.add(insured, [spouse(people, "B-2", event_on="2026-11-05")])
    (email,) = employer.found("employer.beneficiary-added.v1",
                              addition_id=decision.data["addition_id"])
    assert email.data["employer_delta_cents"] == 4125
    assert len(employer.found("employer.beneficiary-added.v1")) == 2


def test_another_removal_of_the_same_id(running, people):
    """A dead letter."""
    employer = Employer(running, people, "K1")
    insured = employer.affiliate()
    one, other = (removed(employer.siren, employer.contract_id, insured, "X-1", ["B-1"], day)
                  for day in ("2026-10-31", "2026-11-30"))
    tell(employer, one)
    (place,) = running.send(other)
    assert running.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "ID_REUSED"


def test_an_employee_leaves(running, people):
    """Nothing is due any more for him and his family; a corrected end is told as the difference,
    the same end again not at all. What is told belongs to the event that told us."""
    employer = Employer(running, people, "K1")
    insured = employer.affiliate()
    employer.add(insured, [spouse(people)])
    told_ids = []
    for day, before, after in (("2026-10-31", 7009, 0), ("2026-11-30", 0, 7009),
                               ("2026-10-31", 7009, 0)):
        event = affiliation_ended(employer.siren, insured, employer.contract_id, day)
        running.send(event)
        change = running.reader.wait_for("contribution.changed.v1", siren=employer.siren,
                                         cause="affiliation_ended", count=len(told_ids) + 1)[-1]
        assert (change.data["from_month"], change.data["before"]["employer_cents"],
                change.data["after"]["employer_cents"]) == ("2026-11", before, after)
        assert change.headers["ce_correlationid"] == event.id
        told_ids.append((change.data["change_id"], f"{employer.contract_id}/{insured}/{day}"))
    assert [name for name, _ in told_ids] == [
        change_id(employer.siren, subject, sequence)
        for (_, subject), sequence in zip(told_ids, (0, 0, 1))]
    running.send(affiliation_ended(employer.siren, insured, employer.contract_id, "2026-10-31"))
    running.wait_drained("affiliation")
    wait_until(lambda: not timers(employer), 60, "the wake-up is worked off")
    assert len(employer.found("contribution.changed.v1", cause="affiliation_ended")) == 3
    assert len(employer.found("employer.beneficiary-added.v1")) == 1


def test_a_rehire_starts_alone(running, people):
    """The people of an earlier affiliation are not covered by the new one."""
    employer = Employer(running, people, "K1")
    person = people.person().employee()
    insured = employer.affiliate(person)
    someone = spouse(people)
    employer.add(insured, [someone])
    running.send(affiliation_ended(employer.siren, insured, employer.contract_id, "2026-10-31"))
    running.reader.wait_for("contribution.changed.v1", siren=employer.siren,
                            cause="affiliation_ended")
    employer.ask(person, hired_on="2026-12-01", effective_on="2026-12-01")
    decision = employer.add(insured, [someone])
    assert decision.type == "beneficiary.added.v1", decision
    assert decision.data["coverage_from"] == "2026-12-01"
    (email,) = employer.found("employer.beneficiary-added.v1",
                              addition_id=decision.data["addition_id"])
    assert (email.data["employer_before_cents"], email.data["employer_after_cents"]) == (2884, 7009)


def test_facts_decided_again_say_the_same(running):
    """The journal keeps all that a decision was made from."""
    found = running.installation.succeed("recheck", "beneficiary")
    assert "different 0" in found and "decided again 0" not in found, found


def test_nothing_is_told_twice(running, drill):
    """Over all of the above: headers, keys and schemas, and no id twice."""
    for world in (running, drill):
        check_outputs(world.reader.read_to_end())
        assert not world.reader.repeated_ids()
