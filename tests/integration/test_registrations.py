"""Registering with one contract number: it is attached, and its siblings of the same employer
and category (question 2)."""

import pytest
from guichet_test.contracts import health_contract, other_contract
from guichet_test.employer import Employer
from guichet_test.envelope import check_outputs
from guichet_test.events import contract_upserted, registration


@pytest.fixture(scope="module")
def space(running, people):
    """An employer with three santé contracts, one of them ended, and two of prévoyance."""
    siren = people.siren()
    running.send(*map(contract_upserted, [
        health_contract(siren, "H1"), health_contract(siren, "H2"),
        health_contract(siren, "H3", ends_on="2025-12-31"),
        other_contract(siren, "P1"), other_contract(siren, "P2")]))
    running.wait_drained("account")
    return siren


def register(running, siren, name, contract_ids, account_id=None, **changes):
    """Registers an account and returns the answer."""
    running.send(registration(siren, name, account_id or f"account-{name}-{siren}", contract_ids,
                              **changes))
    (answer,) = running.reader.wait_for("registration.accepted.v1", "registration.rejected.v1",
                                        siren=siren, registration_id=name)
    running.reader.read_to_end()
    return answer


def test_registering_attaches_the_contract_and_its_siblings(running, space):
    """H1 is declared, H2 its sibling; the ended H3 and the prévoyance contracts stay out."""
    answer = register(running, space, "health", ["H1"])
    assert answer.type == "registration.accepted.v1"
    assert answer.data["attached"] == [{"contract_id": "H1", "cause": "declared"},
                                       {"contract_id": "H2", "cause": "sibling"}]
    assert not answer.data["conflicts"]
    attached = running.reader.find("contract.attached.v1", siren=space, category="sante")
    assert [(m.data["contract_id"], m.data["cause"], m.data["trigger_id"]) for m in attached] == [
        ("H1", "declared", "health"), ("H2", "sibling", "health")]


def test_another_category_needs_an_account_of_its_own(running, space):
    """P1 in its own account brings P2 and nothing of santé."""
    answer = register(running, space, "provident", ["P1"], category="prevoyance")
    assert [entry["contract_id"] for entry in answer.data["attached"]] == ["P1", "P2"]


def test_a_contract_of_another_category_rejects_the_registration(running, space):
    """One bad number rejects all: nothing is attached."""
    answer = register(running, space, "mixed", ["H1", "P1"])
    assert answer.type == "registration.rejected.v1"
    assert answer.data["reasons"] == ["CATEGORY_MISMATCH"]
    assert not running.reader.find("contract.attached.v1", siren=space, trigger_id="mixed")


def test_an_ended_contract_cannot_be_registered(running, space):
    """H3 ended in 2025."""
    answer = register(running, space, "ended", ["H3"])
    assert answer.data["reasons"] == ["CONTRACT_ENDED"]


def test_an_account_belongs_to_one_employer(running, space, people):
    """The identifier that another employer registered is taken."""
    register(running, space, "owner", ["H1"], account_id="shared-account")
    other = Employer(running, people)
    answer = register(running, other.siren, "thief", [other.contract_id],
                      account_id="shared-account")
    assert answer.data["reasons"] == ["ACCOUNT_TAKEN"]


def test_a_contract_of_another_account_stays_there(running, people):
    """The second account of a category gets a conflict for what the first one holds."""
    employer = Employer(running, people)
    register(running, employer.siren, "first", [employer.contract_id])
    answer = register(running, employer.siren, "second", [employer.contract_id])
    assert answer.type == "registration.accepted.v1"
    assert answer.data["attached"] == []
    assert answer.data["conflicts"] == [employer.contract_id]
    (conflict,) = employer.found("contract.attachment-conflict.v1")
    assert conflict.data["holder_account_id"] == f"account-first-{employer.siren}"


def test_a_contract_created_later_is_attached_once(running, people):
    """A new contract of the category goes to the oldest account; its next revision does not."""
    employer = Employer(running, people)
    register(running, employer.siren, "early", [employer.contract_id])
    for revision in (1, 2):
        employer.publish(contract_upserted(
            health_contract(employer.siren, "LATE", revision=revision)))
    attached = employer.found("contract.attached.v1", contract_id="LATE")
    assert [(m.data["cause"], m.data["account_id"]) for m in attached] == [
        ("late_sibling", f"account-early-{employer.siren}")]


def test_an_invalid_siren_rejects_the_registration(running):
    """732829321 fails the checksum."""
    answer = register(running, "732829321", "checksum", ["H1"])
    assert answer.data["reasons"] == ["INVALID_SIREN"]


def test_every_output_keeps_its_contract(running):
    """Headers, keys and schemas of all outputs of this module."""
    messages = running.reader.read_to_end()
    assert len(messages) > 10
    check_outputs(messages)
    assert not running.reader.repeated_ids()
