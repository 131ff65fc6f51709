"""Adding beneficiaries: who pays what from when, and whether the employer is written to
(question 6). Amounts are those of the ceiling of 2026 (4005 euros)."""

from datetime import date

import pytest
from guichet_test.contracts import ELIGIBILITY
from guichet_test.employer import Employer
from guichet_test.events import beneficiary
from guichet_test.identities import change_id, notification_id
from guichet_test.envelope import check_outputs

CEILING_KNOWN_TO = "2026-12"


@pytest.fixture
def household(running, people):
    """A function that makes an employer with contract `kind` and affiliates one employee."""
    def make(kind, channel="online_single", family=(), **changes):
        employer = Employer(running, people, kind)
        dependants = [beneficiary(f"D-{n}", people.person(), relation,
                                  "birth" if relation == "child" else "marriage", "2015-05-05")
                      for n, relation in enumerate(family)]
        insured = employer.affiliate(channel=channel, dependants=dependants or None, **changes)
        return employer, insured
    return make


def child(people, name="B-1", **changes):
    return beneficiary(name, people.person(), "child", "birth", **changes)


def spouse(people, name="B-1", relation="spouse", **changes):
    return beneficiary(name, people.person(), relation, "marriage", **changes)


def outcome(employer, decision):
    """The billing change and the employer's e-mail of an addition that was applied."""
    assert decision.type == "beneficiary.added.v1", decision
    addition_id = decision.data["addition_id"]
    changes = employer.found("contribution.changed.v1", addition_id=addition_id)
    emails = employer.found("employer.beneficiary-added.v1", addition_id=addition_id)
    assert len(changes) <= 1 and len(emails) <= 1
    return (changes[0].data if changes else None), (emails[0].data if emails else None)


def months_until(first, last):
    """All months from `first` to `last`, both YYYY-MM and included."""
    year, month = map(int, first.split("-"))
    months = []
    while (text := f"{year}-{month:02d}") <= last:
        months.append(text)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months


def check_regularisations(decision, change, email, employer_delta, employee_delta):
    """Each month from the first due one to that of the decision, by the same difference."""
    months = months_until(change["from_month"], decision.headers["ce_time"][:7])
    assert [line["month"] for line in change["regularisations"]] == months
    known = [line for line in change["regularisations"] if line["month"] <= CEILING_KNOWN_TO]
    assert all((line["employer_delta_cents"], line["employee_delta_cents"])
               == (employer_delta, employee_delta) for line in known)
    if email is not None:
        assert email["regularisation_cents"] == sum(
            line["employer_delta_cents"] for line in change["regularisations"])


def test_k1_alone_then_married(household, people):
    """Married on 17 October, asked on 10 November: covered at once, due from November, and the
    employer, whose share rises by 41,25, is written to."""
    employer, insured = household("K1")
    decision = employer.add(insured, [spouse(people)])
    change, email = outcome(employer, decision)
    assert (decision.data["coverage_from"], decision.data["contribution_from"]) == (
        "2026-10-17", "2026-11-01")
    assert (change["before"], change["after"]) == (
        {"total_cents": 5767, "employer_cents": 2884, "employee_cents": 2883},
        {"total_cents": 14018, "employer_cents": 7009, "employee_cents": 7009})
    assert (change["cause"], change["from_month"]) == ("addition", "2026-11")
    assert change["change_id"] == change_id(employer.siren, decision.data["addition_id"])
    assert [email[f"employer_{part}_cents"] for part in ("before", "after", "delta")] == [
        2884, 7009, 4125]
    assert (email["reason"], email["provisional"], email["beneficiary_count"]) == (
        "impact", False, 1)
    assert email["to"] == [f"rh-{employer.siren}@employeur.example"]
    assert email["notification_id"] == notification_id(
        "employer.beneficiary-added", employer.siren, decision.data["addition_id"])
    check_regularisations(decision, change, email, 4125, 4126)
    (entry,) = employer.world.reader.wait_for("roster.entry.v1", siren=employer.siren,
                                              insured_id=insured, beneficiary_count=1)
    assert entry.headers["ce_correlationid"] == decision.headers["ce_correlationid"]


def test_k1_already_a_family(household, people):
    """One more child costs nothing: no e-mail, and billing has nothing to change."""
    employer, insured = household("K1", family=["spouse"])
    assert outcome(employer, employer.add(insured, [child(people)])) == (None, None)


def test_k1_on_paper(household, people):
    """Between the insured and us: billing is told, the employer is not, no adviser either."""
    employer, insured = household("K1", "paper_bia")
    change, email = outcome(employer, employer.add(insured, [spouse(people)]))
    assert change["after"]["total_cents"] == 14018
    assert email is None


def test_k1_local_scheme(household, people):
    """Alsace-Moselle follows the insured's scheme, wherever the head office is."""
    employer, insured = household("K1", scheme="local")
    _, email = outcome(employer, employer.add(insured, [spouse(people, scheme="local")]))
    assert [email[f"employer_{part}_cents"] for part in ("before", "after", "delta")] == [
        1282, 3164, 1882]


def test_a_year_without_a_ceiling_yet(household, people):
    """Asked in November 2026 for January 2027: the latest ceiling is taken, provisionally."""
    employer, insured = household("K1")
    decision = employer.add(insured, [spouse(people, event_on="2026-12-15")],
                            submitted_at="2026-11-23T08:00:00+01:00")
    change, email = outcome(employer, decision)
    assert decision.data["contribution_from"] == "2027-01-01"
    assert email["employer_delta_cents"] == 4125
    assert change["provisional"] and email["provisional"]


def test_months_gone_by_are_regularised(household, people):
    """Born on 17 September, asked on 10 November: due from October, each month made up for."""
    employer, insured = household("K1", hired_on="2026-09-01", effective_on="2026-09-01")
    decision = employer.add(insured, [child(people, event_on="2026-09-17")])
    change, email = outcome(employer, decision)
    assert change["from_month"] == "2026-10"
    check_regularisations(decision, change, email, 4125, 4126)
    if decision.headers["ce_time"].startswith("2026-11"):
        assert email["regularisation_cents"] == 8250


def test_k2_one_price_for_all(household, people):
    """A child changes nothing: no e-mail."""
    employer, insured = household("K2")
    assert outcome(employer, employer.add(insured, [child(people)])) == (None, None)


def test_k2_what_the_employee_pays_alone(household, people):
    """A non-dependent spouse is billed, but wholly to the employee: no e-mail."""
    employer, insured = household("K2")
    change, email = outcome(employer, employer.add(
        insured, [spouse(people, relation="non_dependent_spouse")]))
    assert change["after"]["total_cents"] - change["before"]["total_cents"] == 7249
    assert change["after"]["employer_cents"] == change["before"]["employer_cents"]
    assert email is None


def test_k3_one_child_after_the_other(household, people):
    """The first and the second raise the employer's share, the third does not."""
    employer, insured = household("K3")
    deltas = []
    for number in range(3):
        _, email = outcome(employer, employer.add(insured, [child(people, f"B-{number}")]))
        deltas.append(email and (email["employer_before_cents"], email["employer_delta_cents"]))
    assert deltas == [(3605, 2883), (6488, 2884), None]


def test_k3_spouse_and_child_in_one_request(household, people):
    """One request is one e-mail and one amount."""
    employer, insured = household("K3")
    decision = employer.add(insured, [spouse(people, "B-1"), child(people, "B-2")])
    _, email = outcome(employer, decision)
    assert (email["employer_delta_cents"], email["beneficiary_count"]) == (5767, 2)


def test_k4_online(household, people):
    """A supplement: the employer is written to."""
    employer, insured = household("K4")
    _, email = outcome(employer, employer.add(insured, [spouse(people)]))
    assert [email[f"employer_{part}_cents"] for part in ("before", "after", "delta")] == [
        2503, 5287, 2784]
    assert email["reason"] == "supplement"


def test_k4_online_is_told_even_of_nothing(household, people):
    """The third child is free, and the employer is told so: 0,00."""
    employer, insured = household("K4", family=["child", "child"])
    _, email = outcome(employer, employer.add(insured, [child(people)]))
    assert email["employer_delta_cents"] == 0


def test_k4_on_paper_waits_for_the_employer(household, people):
    """Nothing is applied and nobody is billed before the employer has confirmed."""
    employer, insured = household("K4", "paper_bia")
    decision = employer.add(insured, [spouse(people)])
    assert decision.type == "beneficiary.awaiting-employer.v1"
    assert not employer.found("contribution.changed.v1", "employer.beneficiary-added.v1")
    (task,) = employer.found("adviser.confirmation-requested.v1")
    assert [task.data[f"employer_{part}_cents"] for part in ("before", "after", "delta")] == [
        2503, 5287, 2784]
    assert [m.data["beneficiary_count"] for m in employer.found("roster.entry.v1")] == [0]


def test_two_partners(household, people):
    """The second partner is refused, and with it the whole request."""
    employer, insured = household("K3")
    assert employer.add(insured, [spouse(people)]).type == "beneficiary.added.v1"
    decision = employer.add(insured, [spouse(people, "B-2"), child(people, "B-3")])
    assert decision.type == "beneficiary.rejected.v1"
    assert decision.data["reasons"] == ["PARTNER_ALREADY_COVERED"]
    assert decision.data["beneficiaries"] == [
        {"beneficiary_id": "B-2", "reasons": ["PARTNER_ALREADY_COVERED"]}]


def test_the_same_person_twice(household, people):
    """Somebody who is covered is a duplicate and nothing else."""
    employer, insured = household("K3")
    someone = spouse(people)
    employer.add(insured, [someone])
    decision = employer.add(insured, [someone])
    assert decision.data["reasons"] == ["DUPLICATE_BENEFICIARY"]


@pytest.mark.parametrize("born, situation, accepted", [
    ("2006-10-18", None, True),       # twenty tomorrow
    ("2006-10-17", None, False),      # twenty today
    ("2000-10-18", "student", True),  # a student, twenty-six tomorrow
    ("2000-10-17", "student", False),
    ("1990-01-01", "disabled", True),
])
def test_age_limits(household, people, born, situation, accepted):
    """Judged on the first day covered, strictly before the birthday of the limit age."""
    assert ELIGIBILITY["age_boundary"] == "before_birthday"
    employer, insured = household("K2")
    decision = employer.add(insured, [beneficiary(
        "B-1", people.person(), "child", "other", "2026-10-17", birth_date=born,
        situation=situation)])
    assert decision.type == f"beneficiary.{'added' if accepted else 'rejected'}.v1"
    assert accepted or decision.data["reasons"] == ["AGE_LIMIT"]


def test_ascendants_are_not_covered(household, people):
    """This contract takes no parents."""
    employer, insured = household("K2")
    decision = employer.add(insured, [beneficiary("B-1", people.person(), "ascendant", "other")])
    assert decision.data["reasons"] == ["RELATION_NOT_COVERED"]


def test_asked_too_late(household, people):
    """More than six months after the event: from the first of the next month."""
    employer, insured = household("K1", hired_on="2026-09-01", effective_on="2026-09-01")
    decision = employer.add(insured, [spouse(people, event_on="2026-05-09")])
    assert decision.data["coverage_from"] == "2026-12-01"
    late = date.fromisoformat(decision.data["contribution_from"])
    assert late == date(2026, 12, 1)


def test_nobody_to_write_to(running, people):
    """Without a contact the addition stands, and the operators are alerted."""
    employer = Employer(running, people, "K1", contacts=[])
    insured = employer.affiliate()
    decision = employer.add(insured, [spouse(people)])
    assert decision.type == "beneficiary.added.v1"
    assert not employer.found("employer.beneficiary-added.v1")
    (alert,) = employer.found("operator.alert.v1")
    assert (alert.data["code"], alert.data["subject_id"]) == (
        "CONTACT_MISSING", decision.data["addition_id"])


def test_every_output_keeps_its_contract(running):
    """Headers, keys and schemas of all outputs of this module."""
    messages = running.reader.read_to_end()
    assert len(messages) > 100
    check_outputs(messages)
    assert not running.reader.repeated_ids()
