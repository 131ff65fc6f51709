"""An independent idea of what must come out of affiliation requests, worked out from the input
alone: a second, slow and plain writing of the rules, which shares nothing with the program."""

import calendar
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from .identities import insured_id
from .people import luhn_digit, nir_key

PARIS = ZoneInfo("Europe/Paris")
PROOF_NEEDED = {"CSS", "INDIVIDUAL_POLICY", "COVERED_ELSEWHERE", "FIXED_TERM_12_PLUS"}
BY_DECLARATION = {"SHORT_CONTRACT", "FIXED_TERM_UNDER_12", "PART_TIME_10_PERCENT",
                  "PRESENT_AT_SETUP"}
LA_POSTE = "356000000"
LA_POSTE_HEAD_OFFICE = "35600000000048"
EMAIL = re.compile(r"[!-~]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")


def is_siren(text):
    return luhn_digit(text[:8]) == text[8]


def is_siret(text, siren):
    if not text.startswith(siren) or not is_siren(text[:9]):
        return False
    if siren == LA_POSTE and text != LA_POSTE_HEAD_OFFICE:
        return sum(map(int, text)) % 5 == 0
    return luhn_digit(text[:13]) == text[13]


def is_nir(text):
    shape = re.fullmatch(r"([123478])(\d\d)(\d\d)(\d\d|2A|2B)(\d{3})(\d{3})(\d\d)", text)
    if shape is None:
        return False
    month = int(shape.group(3))
    if not (1 <= month <= 12 or 20 <= month <= 42 or 50 <= month <= 99):
        return False
    return nir_key(text[:13]) == text[13:]


def is_email(text):
    return (len(text) <= 254 and text.count("@") == 1 and EMAIL.fullmatch(text) is not None
            and not set(text) & set("\"',<>()[]"))


def add_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@dataclass
class Outcome:
    """The decision on one request and what follows from it."""

    decision: str
    reasons: list = field(default_factory=list)
    insured_id: str = None
    account: str = None


@dataclass
class Insured:
    """What is known of one person at one employer."""

    insured_id: str
    family_name: str
    birth_date: str
    contracts: set = field(default_factory=set)


class Oracle:
    """Takes contracts and requests in the order of each employer and tells what must come out."""

    def __init__(self):
        self.contracts = {}
        self.requests = {}
        self.insured = {}
        self.roster_versions = Counter()
        self.expected = Counter()
        self.outcomes = {}

    def take(self, events):
        for event in events:
            data = event.data
            if event.type == "guichet.contract.upserted.v1":
                self.contracts[data["siren"], data["contract_id"]] = data
            elif event.type == "guichet.affiliation.requested.v1":
                self._request(data)
        return self

    def _request(self, data):
        name = data["siren"], data["request_id"]
        if name in self.requests:
            assert self.requests[name] == data, "the oracle is not made for ID_REUSED"
            return
        self.requests[name] = data
        outcome = self.outcomes[name] = self._decide(data)
        siren, request_id = name
        if outcome.decision != "waiting":  # which only the tracking tells
            told = outcome.decision.replace("_", "-")
            self.expected[f"affiliation.{told}.v1", siren, request_id] += 1
        if data["channel"].startswith("online"):
            self.expected["tracking.entry.v1", siren, request_id, outcome.decision] += 1
        if outcome.decision != "accepted":
            return
        key = f"{siren}:{data['contract_id']}:{outcome.insured_id}"
        self.roster_versions[key] += 1
        self.expected["roster.entry.v1", key, self.roster_versions[key]] += 1
        if outcome.account == "activation_email":
            self.expected["insured.activation-email.v1", siren, outcome.insured_id] += 1
        elif outcome.account == "letter":
            self.expected["insured.account-letter.v1", siren, outcome.insured_id] += 1

    def _decide(self, data):
        if data["category"] != "sante":
            return Outcome("rejected", ["AFFILIATION_NOT_REQUIRED", "SERVICE_NOT_AVAILABLE"])
        if (data["siren"], data["contract_id"]) not in self.contracts and is_siren(data["siren"]):
            return Outcome("waiting")
        employee = data["employee"]
        known = self.insured.get(self._person(data))
        reasons = self._refusals(data, known)
        if reasons:
            return Outcome("rejected", reasons)
        email = employee.get("email")
        valid_email = email is not None and is_email(email)
        dispensation = data.get("dispensation")
        missing = []
        if not (valid_email or employee.get("address") or dispensation or known):
            missing.append("MISSING_ADDRESS")
        if dispensation and dispensation["code"] in PROOF_NEEDED and not dispensation["documents"]:
            missing.append("MISSING_DOCUMENT")
        if missing:
            return Outcome("returned", missing)
        if dispensation:
            return Outcome("waived")
        doubts = self._doubts(data, known)
        if doubts:
            return Outcome("under_review", doubts)  # no agent answers
        warnings = ["INVALID_EMAIL"] if email is not None and not valid_email else []
        account = "existing" if known else "activation_email" if valid_email else "letter"
        if known is None:
            known = Insured(insured_id(data["siren"], data["request_id"]),
                            employee["family_name"], employee["birth_date"])
            if self._person(data) is not None:
                self.insured[self._person(data)] = known
        known.contracts.add(data["contract_id"])
        return Outcome("accepted", warnings, known.insured_id, account)

    @staticmethod
    def _person(data):
        """How the employee is recognised again at this employer; None if by nothing."""
        employee = data["employee"]
        mark = employee.get("nir") or employee.get("temporary_id")
        return (data["siren"], mark) if mark else None

    def _refusals(self, data, known):
        contract = self.contracts.get((data["siren"], data["contract_id"]))
        employee, effective_on = data["employee"], data["effective_on"]
        nir = employee.get("nir")
        checks = [
            ("INVALID_SIREN", not is_siren(data["siren"])),
            ("INVALID_SIRET", "siret" in data and not is_siret(data["siret"], data["siren"]))]
        if contract is not None:
            populations, options = contract.get("populations"), contract.get("options")
            checks += [
                ("CATEGORY_MISMATCH", contract["category"] != "sante"),
                ("CONTRACT_ENDED", contract.get("ends_on", "9999") < effective_on),
                ("EFFECTIVE_BEFORE_CONTRACT", effective_on < contract["starts_on"])]
        checks.append(("EFFECTIVE_BEFORE_HIRE", effective_on < data["hired_on"]))
        if contract is not None:
            checks += [
                ("POPULATION_UNKNOWN", populations and data.get("population") not in populations),
                ("OPTION_UNKNOWN", options and data.get("option") not in [None, *options])]
        checks += [("INVALID_NIR", nir is not None and not is_nir(nir)),
                   ("NIR_BIRTHDATE_MISMATCH", nir is not None and is_nir(nir)
                    and self._birth_differs(nir, employee["birth_date"]))]
        if contract is not None:
            checks.append(("ALREADY_AFFILIATED",
                           known is not None and data["contract_id"] in known.contracts))
        dispensation = data.get("dispensation")
        checks.append(("DISPENSATION_UNKNOWN", dispensation and dispensation["code"]
                       not in PROOF_NEEDED | BY_DECLARATION))
        return [code for code, failed in checks if failed]

    @staticmethod
    def _birth_differs(nir, birth_date):
        year, month, _ = birth_date.split("-")
        return nir[1:3] != year[2:] or (1 <= int(nir[3:5]) <= 12 and nir[3:5] != month)

    @staticmethod
    def _doubts(data, known):
        submitted = datetime.fromisoformat(data["submitted_at"]).astimezone(PARIS).date()
        employee = data["employee"]
        doubts = []
        if date.fromisoformat(data["effective_on"]) < add_months(submitted, -3):
            doubts.append("REVIEW_RETROACTIVE")
        if known and (known.birth_date, known.family_name) != (employee["birth_date"],
                                                               employee["family_name"]):
            doubts.append("REVIEW_IDENTITY")
        return doubts
