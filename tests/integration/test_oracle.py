"""The tests' own idea of the rules, held to the numbers that are known to be right and wrong."""

import pytest
from guichet_test import identities, schemas
from guichet_test.oracle import Oracle, add_months, date, is_email, is_nir, is_siren, is_siret
from guichet_test.workload import Workload


@pytest.mark.parametrize("siren, valid", [
    ("732829320", True), ("404833048", True), ("552008443", True), ("356000000", True),
    ("732829321", False)])
def test_siren(siren, valid):
    assert is_siren(siren) == valid


@pytest.mark.parametrize("siret, valid", [
    ("73282932000074", True), ("35600000000048", True), ("35600000049837", True),
    ("73282932000079", False), ("35600000000055", False)])
def test_siret(siret, valid):
    """Those of La Poste but its head office go by the sum of their digits."""
    assert is_siret(siret, siret[:9]) == valid
    assert not is_siret(siret, "404833048")


@pytest.mark.parametrize("nir, valid", [
    ("295109912611193", True), ("253072A07300443", True), ("253072B07300470", True),
    ("253072B07300471", False), ("995109912611193", False), ("295139912611100", False)])
def test_nir(nir, valid):
    assert is_nir(nir) == valid


@pytest.mark.parametrize("email, valid", [
    ("jean.dupont@courriel.example", True), ("a@b.fr", True), ("jean.dupont@", False),
    ("a@b", False), ("a b@c.fr", False), ("a@-b.fr", False), ("a@b.f", False),
    ("a@b@c.fr", False), ("x" * 65 + "@b.fr", False)])
def test_email(email, valid):
    assert is_email(email) == valid


def test_months_are_clamped():
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 11, 10), -3) == date(2026, 8, 10)


def test_derived_ids():
    assert str(identities.NAMESPACE) == "77aac42e-017c-56e5-b082-11fed69432dd"
    assert identities.insured_id("732829320", "R-1") == "46738d33-0347-5d5b-ab17-cd888350ca1d"
    assert identities.notification_id("employer.beneficiary-added", "732829320", "A-1") == \
        "8644dad6-a708-5d4c-886a-cbe1a62c793a"


def test_the_workload_is_well_formed_and_of_all_kinds():
    """Every event keeps its schema, and every kind of decision comes of them."""
    workload = Workload("oracle")
    events = workload.contracts() + workload.mixed_requests(1000)
    for event in events:
        assert not schemas.violations(event.type, event.data), event
    oracle = Oracle().take(events)
    assert {outcome.decision for outcome in oracle.outcomes.values()} == {
        "accepted", "rejected", "returned", "under_review", "waived"}
    assert len(oracle.outcomes) < 1000  # some are repeats
    again = Workload("oracle")
    assert [e.data for e in again.contracts() + again.mixed_requests(1000)] == [
        e.data for e in events]
