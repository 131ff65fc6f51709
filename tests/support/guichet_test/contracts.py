"""The contracts of the examples, as contract administration would publish them."""

ELIGIBILITY = {"child_age": 20, "student_age": 26, "age_boundary": "before_birthday",
               "partners_max": 1, "ascendants": False}
SINCE = "2019-01-01"


def tier(from_persons, rate_ppm, employer_ppm, scheme="general"):
    return {"from_persons": from_persons, "scheme": scheme, "rate_ppm": rate_ppm,
            "employer_ppm": employer_ppm, "valid_from": SINCE}


def person_line(relation, rate_ppm, employer_ppm, scheme="general"):
    return {"relation": relation, "scheme": scheme, "rate_ppm": rate_ppm,
            "employer_ppm": employer_ppm, "valid_from": SINCE}


PRICING = {
    "K1": {"tiers": [tier(1, 14400, 500000), tier(2, 35000, 500000),
                     tier(1, 6400, 500000, "local"), tier(2, 15800, 500000, "local")]},
    "K2": {"tiers": [tier(1, 32500, 500000)],
           "persons": [person_line("non_dependent_spouse", 18100, 0)]},
    "K3": {"tiers": [tier(1, 15000, 600000), tier(2, 27000, 600000), tier(3, 39000, 600000)]},
    "K4": {"tiers": [tier(1, 12500, 500000)],
           "persons": [person_line("spouse", 13900, 500000), person_line("child", 8100, 500000)],
           "free_from_child": 3},
}


def health_contract(siren, contract_id, kind="K1", **changes):
    """A santé contract priced like K1 to K4; `changes` replace or, when None, remove fields."""
    data = {
        "siren": siren, "contract_id": contract_id, "revision": 1, "category": "sante",
        "starts_on": "2020-01-01", "first_subscribed_on": "2020-01-01",
        "contacts": [{"name": "Service du personnel", "email": f"rh-{siren}@employeur.example"}],
        "formula": "supplement" if kind == "K4" else "famille", "pricing": PRICING[kind],
        "coverage_rule": {"kind": "event_within_months", "months": 6},
        "contribution_rule": "due_if_covered_on_first", "eligibility": ELIGIBILITY, **changes}
    return {name: value for name, value in data.items() if value is not None}


def other_contract(siren, contract_id, category="prevoyance", **changes):
    """A contract without health cover."""
    data = {"siren": siren, "contract_id": contract_id, "revision": 1, "category": category,
            "starts_on": "2020-01-01", "first_subscribed_on": "2020-01-01",
            "contacts": [{"name": "Service du personnel",
                          "email": f"rh-{siren}@employeur.example"}], **changes}
    return {name: value for name, value in data.items() if value is not None}
