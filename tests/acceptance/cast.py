"""Who plays in a scenario, and its events as other teams would publish them: names become ids, and
what a scenario leaves out has a value that raises no question."""

from dataclasses import dataclass
from datetime import date

from guichet_test.business import PARIS
from guichet_test.contracts import health_contract, other_contract
from guichet_test.events import event
from guichet_test.identities import insured_id, notification_id
from story import instant

ACCOUNT_FIELDS = {"account_id", "session_account_id", "other_account_id", "holder_account_id",
                  "survivor_account_id", "absorbed_account_id"}
ADULT_BIRTH, CHILD_BIRTH = "1990-05-05", "2015-03-03"

# The instant of an event, where a scenario does not say another, is that of the deed.
INSTANT_FIELD = {
    "affiliation.requested": "submitted_at",
    "affiliation.cancellation-requested": "cancelled_at",
    "affiliation.review-decided": "decided_at",
    "employee-account.activated": "activated_at",
    "mail.bounced": "bounced_at",
    "registration.submitted": "submitted_at",
    "account.merge-requested": "requested_at",
    "beneficiary.addition-requested": "submitted_at",
    "beneficiary.withdrawal-requested": "withdrawn_at",
    "beneficiary.employer-decided": "decided_at",
    "termination.started": "at",
    "termination.step-completed": "at",
    "termination.confirmed": "at",
    "termination.abandoned": "at",
    "termination.withdrawal-requested": "at",
    "privacy.erasure-requested": "requested_at",
    "privacy.access-requested": "requested_at",
}
ABOUT_A_JOURNEY = {"journey_id": "J-1", "user_id": "u-1"}
USUAL = {
    "affiliation.requested": {"channel": "online_single", "category": "sante",
                              "scheme": "general"},
    "affiliation.cancellation-requested": {"by": "employer"},
    "affiliation.review-decided": {"agent_id": "agent-1"},
    "registration.submitted": {"registration_id": "I-1", "category": "sante"},
    "account.merge-requested": {"merge_id": "M-1"},
    "beneficiary.addition-requested": {"addition_id": "A-1", "submitted_via": "insured_space"},
    "beneficiary.withdrawal-requested": {"addition_id": "A-1"},
    "beneficiary.employer-decided": {"addition_id": "A-1", "adviser_id": "adviser-1"},
    "beneficiary.removed": {"removal_id": "X-1"},
    "termination.started": ABOUT_A_JOURNEY,
    "termination.step-completed": ABOUT_A_JOURNEY,
    "termination.confirmed": ABOUT_A_JOURNEY,
    "termination.abandoned": ABOUT_A_JOURNEY,
    "termination.withdrawal-requested": ABOUT_A_JOURNEY,
    "pmss.published": {"territory": "metropole", "legal_reference": "Arrêté", "revision": 1},
    "calendar.published": {"calendar_id": "metropole", "base": "metropole", "revision": 1,
                           "extra_closures": [], "worked_holidays": []},
    "privacy.erasure-requested": {"privacy_request_id": "P-1"},
    "privacy.access-requested": {"privacy_request_id": "P-1"},
}
WITHOUT_CONTRACT = {"affiliation.cancellation-requested", "affiliation.review-decided",
                    "employee-account.activated", "mail.bounced", "registration.submitted",
                    "account.merge-requested", "beneficiary.withdrawal-requested",
                    "beneficiary.employer-decided", "pmss.published", "calendar.published",
                    "privacy.erasure-requested", "privacy.access-requested"}
WITHOUT_EMPLOYER = {"pmss.published", "calendar.published"}


@dataclass
class Employer:
    """One of a scenario: its number, and its contracts by name, the first first."""

    siren: str
    contracts: dict


def as_mapping(names):
    """A list of names, or a mapping from names to what is particular about them."""
    if isinstance(names, list):
        return dict.fromkeys(names, {})
    return {name: words or {} for name, words in (names or {}).items()}


def first_of_month(at):
    return at.astimezone(PARIS).date().replace(day=1).isoformat()


def contract_data(siren, name, words):
    """K1 to K4 are those of the page; another is priced `like` one of them, K1 unless it says."""
    words = dict(words)
    kind = words.pop("like", name if name in ("K1", "K2", "K3", "K4") else "K1")
    if words.get("category", "sante") == "sante":
        return health_contract(siren, name, kind, **words)
    return other_contract(siren, name, **words)


class Cast:
    """The employers and people of one scenario. `number` keeps apart what is one for all
    employers: the identifiers of accounts."""

    def __init__(self, scenario, population, number):
        self.scenario = scenario
        self.population = population
        self.number = number
        self.people = {}
        self.names = {}  # of ids, as outputs are told
        self.published = {}
        given = scenario.given
        self.employers = {None: self._employer(given)}
        for name, words in as_mapping(given.get("others")).items():
            self.employers[name] = self._employer(words)

    def _employer(self, words):
        siren = str(words.get("siren") or self.population.siren())
        return Employer(siren, as_mapping(words.get("contracts")))

    @property
    def sirens(self):
        return {employer.siren: name for name, employer in self.employers.items()}

    # --- Names ---

    def person(self, name):
        if name not in self.people:
            self.people[name] = self.population.person()
            for field, value in as_mapping(self.scenario.given.get("people")).get(name,
                                                                                  {}).items():
                setattr(self.people[name], field, value)
        return self.people[name]

    def insured(self, siren, name):
        found = insured_id(siren, f"R-{name}")
        self.names[found] = name
        return found

    def account(self, name):
        found = f"{name}-{self.number}"
        self.names[found] = name
        return found

    # --- What is there before ---

    def contracts(self):
        """The contracts that are given, as events."""
        return [self.event("contract.upserted", {"contract_id": name, **words},
                           self.scenario.given_at, employer)
                for employer, member in self.employers.items()
                for name, words in list(member.contracts.items())]

    def affiliations(self):
        """The requests of the employees who are insured already: without an e-mail, so that their
        accounts are done with a letter, and no link is left to expire."""
        return [self.event("affiliation.requested", {"employee": {"name": name, "email": None},
                                                     **words}, self.scenario.given_at)
                for name, words in as_mapping(self.scenario.given.get("employees")).items()]

    # --- Events ---

    def event(self, name, words, at, employer=None):
        """The event of a deed."""
        siren = self.employers[employer].siren
        data = {**USUAL.get(name, {}), **words}
        if name in INSTANT_FIELD:
            data.setdefault(INSTANT_FIELD[name], str(at.replace(tzinfo=None)))
        if name not in WITHOUT_EMPLOYER:
            data["siren"] = siren
        if name not in WITHOUT_CONTRACT and "contract_id" not in data:
            data["contract_id"] = next(iter(self.employers[employer].contracts))
        fill = getattr(self, "_" + name.replace(".", "_").replace("-", "_"), None)
        if fill is not None:
            data = fill(data, at)
        return event(f"{name}.v1", {field: self._value(siren, field, value)
                                    for field, value in data.items() if value is not None})

    def _value(self, siren, field, value):
        if field in ACCOUNT_FIELDS:
            return self.account(value)
        if field == "insured_id":
            return self.insured(siren, value)
        if field == "notification_id" and isinstance(value, dict):
            ((message, about),) = value.items()
            if message.startswith("insured."):
                about = self.insured(siren, about)
            return notification_id(message, siren, about)
        if (field.endswith("_at") or field == "at") and isinstance(value, str):
            return instant(value).isoformat()
        return value

    def _contract_upserted(self, data, _at):
        """The whole contract again: what it said before, and what is new."""
        key = data.pop("siren"), data.pop("contract_id")
        before = self.published.get(key, {"revision": 0})
        words = {**before, "revision": before["revision"] + 1, **data}
        self.published[key] = words
        return contract_data(*key, words)

    def _affiliation_requested(self, data, at):
        words = data["employee"]
        words = {"name": words} if isinstance(words, str) else dict(words)
        name = words.pop("name")
        self.insured(data["siren"], name)
        data["employee"] = self.person(name).employee(**words)
        data.setdefault("request_id", f"R-{name}")
        data.setdefault("hired_on", "2020-01-01")
        data.setdefault("effective_on", first_of_month(at))
        data["dependants"] = [self._relative(words, None) for words in data.get("dependants", [])]
        return data

    def _beneficiary_addition_requested(self, data, at):
        data["beneficiaries"] = [self._relative(words, at.astimezone(PARIS).date())
                                 for words in data["beneficiaries"]]
        return data

    def _termination_confirmed(self, data, _at):
        data.setdefault("received_at", data["at"])
        return data

    def _relative(self, words, asked_on):
        """A beneficiary; with a day, also the event that adds it, of that day unless it says."""
        words = dict(words)
        name = words.pop("name")
        person = self.person(name)
        is_child = words["relation"] == "child"
        if asked_on is not None:
            words.setdefault("event", "other" if is_child else "marriage")
            words.setdefault("event_on", asked_on.isoformat())
        if "birth_date" not in words and words.get("event") == "birth":
            words["birth_date"] = words["event_on"]
        date.fromisoformat(words.setdefault("birth_date",
                                            CHILD_BIRTH if is_child else ADULT_BIRTH))
        return {"beneficiary_id": name, "family_name": person.family_name,
                "given_names": person.given_names, "scheme": "general", **words}
