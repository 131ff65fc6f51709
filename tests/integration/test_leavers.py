"""Employees who leave: the affiliation ends, the list says so, billing is told, and a rehire is a new
affiliation of the same person."""

import pytest
from guichet_test.employer import Employer
from guichet_test.contracts import health_contract
from guichet_test.events import (affiliation_ended, beneficiary, contract_upserted, mail_bounced)
from guichet_test.identities import change_id, insured_id, notification_id
from guichet_test.world import World

FROM = {"hired_on": "2026-01-01", "effective_on": "2026-09-01"}


@pytest.fixture(scope="module")
def employer(running, people):
    return Employer(running, people, contacts=[{"name": "Ressources humaines",
                                                "email": "rh@employeur.example"}])


@pytest.fixture(scope="module")
def hasty(postgres, people):
    """An employer of an installation where nothing waits for longer than two seconds."""
    world = World(postgres, {"rules.contract_grace_seconds": 2})
    try:
        world.start()
        instance = world.installation.start(name="hasty")
        yield Employer(world, people)
        instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


def send(employer, *events):
    """Sends and waits until all of it is decided, and readable."""
    employer.world.send(*events)
    employer.world.wait_drained("affiliation")
    employer.world.reader.read_to_end()


def leave(employer, insured, ended_on, contract_id=None):
    """Tells that an employee left, and waits until that is decided."""
    event = affiliation_ended(employer.siren, insured, contract_id or employer.contract_id,
                              ended_on)
    send(employer, event)
    return event


def roster(employer, insured):
    """(first day, last day, people, version) of each entry."""
    return [(m.data["effective_on"], m.data.get("ended_on"), m.data["beneficiary_count"],
             m.data["version"])
            for m in employer.found("roster.entry.v1", insured_id=insured)]


def changes(employer, insured, count):
    """What billing was told, of that many changes."""
    employer.world.reader.wait_for("contribution.changed.v1", count=count, insured_id=insured)
    found = employer.found("contribution.changed.v1", insured_id=insured)
    assert len(found) == count
    return found


def ends(employer, insured):
    """The last days that the store keeps, in order of the first days."""
    return [ended_on and str(ended_on) for (ended_on,) in employer.world.query(
        "SELECT ended_on FROM guichet.affiliation WHERE siren = %s AND insured_id = %s"
        " ORDER BY effective_on", [employer.siren, insured])]


def test_a_leaver(employer):
    """The list gets the last day; billing is told from the first month that is not due any more, as
    a consequence of the event; the employer gets no e-mail. The same again is nothing."""
    insured = employer.affiliate(**FROM)
    event = leave(employer, insured, "2026-11-15")
    assert roster(employer, insured) == [("2026-09-01", None, 0, 1),
                                         ("2026-09-01", "2026-11-15", 0, 2)]
    (change,) = changes(employer, insured, 1)
    assert (change.data["cause"], change.data["from_month"]) == ("affiliation_ended", "2026-12")
    assert change.data["change_id"] == change_id(
        employer.siren, f"{employer.contract_id}/{insured}/2026-11-15")
    assert change.data["after"]["total_cents"] == 0
    assert change.headers["ce_correlationid"] == event.id
    leave(employer, insured, "2026-11-15")
    assert len(roster(employer, insured)) == 2
    assert not employer.found("employer.beneficiary-added.v1")


def test_the_latest_last_day_counts(employer):
    insured = employer.affiliate(**FROM)
    leave(employer, insured, "2026-11-15")
    leave(employer, insured, "2026-10-31")
    assert ends(employer, insured) == ["2026-10-31"]
    assert [entry[1] for entry in roster(employer, insured)] == [None, "2026-11-15", "2026-10-31"]


def test_it_never_began(employer):
    """The last day lies before the first: no cover, and the employee may be affiliated for that
    first day again."""
    person = employer.people.person()
    insured = employer.affiliate(person.employee(), **FROM)
    leave(employer, insured, "2026-08-31")
    assert ends(employer, insured) == ["2026-08-31"]
    again = employer.ask(person.employee(), **FROM)
    assert (again.type, again.data["insured_id"]) == ("affiliation.accepted.v1", insured)


@pytest.mark.parametrize("effective_on, outcome", [("2026-10-31", "rejected"),
                                                   ("2026-11-01", "accepted")])
def test_hired_again(employer, effective_on, outcome):
    """On the last day of the first affiliation not, on the day after it yes: the same person, no
    second account."""
    person = employer.people.person()
    insured = employer.affiliate(person.employee(), **FROM)
    leave(employer, insured, "2026-10-31")
    again = employer.ask(person.employee(), hired_on="2026-10-01", effective_on=effective_on)
    assert again.type == f"affiliation.{outcome}.v1"
    if outcome == "rejected":
        assert again.data["reasons"] == ["ALREADY_AFFILIATED"]
    else:
        assert (again.data["insured_id"], again.data["account"]) == (insured, "existing")
        assert roster(employer, insured)[-1] == ("2026-11-01", None, 0, 3)
        assert len(employer.found("insured.activation-email.v1", insured_id=insured)) == 1
        leave(employer, insured, "2026-12-31")
        assert ends(employer, insured) == ["2026-10-31", "2026-12-31"]


def test_whom_a_rehire_covers(employer):
    """The people of the first affiliation left with it: only those named anew count, also when they
    are the same, and the command's list says the same."""
    person, spouse = employer.people.person(), employer.people.person()
    child = employer.people.person()
    family = [beneficiary("B-1", spouse, "spouse", "marriage", "2020-05-05"),
              beneficiary("B-2", child, "child", "birth", "2019-05-05")]
    insured = employer.affiliate(person.employee(), dependants=family, **FROM)
    leave(employer, insured, "2026-10-31")
    employer.ask(person.employee(), dependants=family[:1],
                                            hired_on="2026-10-01", effective_on="2026-11-01")
    assert [entry[2] for entry in roster(employer, insured)] == [2, 2, 1]
    listed = employer.world.installation.succeed("roster", employer.siren, "--csv")
    (line,) = [line for line in listed.splitlines() if insured in line]
    assert ",1," in line or line.endswith(",1"), line


def test_left_before_we_knew_him(employer):
    """Kept for the affiliation; of two last days the latest told counts."""
    event = employer.request(**FROM)
    insured = insured_id(employer.siren, event.data["request_id"])
    leave(employer, insured, "2026-10-31")
    leave(employer, insured, "2026-11-30")
    assert not roster(employer, insured)
    send(employer, event)
    assert [entry[1] for entry in roster(employer, insured)] == ["2026-11-30"]
    assert changes(employer, insured, 1)[0].data["from_month"] == "2026-12"


def test_left_a_contract_before_he_was_affiliated_to_it(employer):
    """Known by another contract: the ending waits for its own."""
    person = employer.people.person()
    employer.publish(contract_upserted(health_contract(employer.siren, "SECOND", "K1")))
    insured = employer.affiliate(person.employee(), **FROM)
    leave(employer, insured, "2026-11-30", "SECOND")
    assert ends(employer, insured) == [None]
    employer.ask(person.employee(), contract_id="SECOND", **FROM)
    assert sorted(ends(employer, insured), key=str) == ["2026-11-30", None]


def test_nobody_left(hasty):
    """Neither employee nor affiliation comes in time: an alert."""
    hasty.world.send(affiliation_ended(hasty.siren, "nobody", "H1", "2026-11-30"))
    (alert,) = hasty.world.reader.wait_for("operator.alert.v1", siren=hasty.siren,
                                           subject_id="nobody/H1")
    assert alert.data["code"] == "SUBJECT_UNKNOWN"


def test_an_email_to_the_employer_comes_back(employer):
    """An operator looks, once, and no letter goes out."""
    insured = employer.affiliate(**FROM)
    added = employer.add(insured, [beneficiary("B-1", employer.people.person(), "spouse",
                                               "marriage", "2026-10-17")])
    addition_id = added.data["addition_id"]
    (email,) = employer.found("employer.beneficiary-added.v1", addition_id=addition_id)
    mail = notification_id("employer.beneficiary-added", employer.siren, addition_id)
    assert email.data["notification_id"] == mail
    bounce = mail_bounced(employer.siren, mail, "2026-11-10T10:05:00+01:00")
    send(employer, bounce, mail_bounced(employer.siren, mail, "2026-11-10T11:05:00+01:00"))
    (alert,) = employer.found("operator.alert.v1", subject_id=addition_id)
    assert alert.data["code"] == "EMPLOYER_MAIL_FAILED"
    assert not employer.found("insured.account-letter.v1", insured_id=insured)


def test_nothing_is_told_twice_and_all_is_decided_again(employer, hasty):
    for world in (employer.world, hasty.world):
        world.reader.read_to_end()
        assert not world.reader.repeated_ids()
        assert ", different 0," in world.installation.succeed("recheck", "affiliation")
