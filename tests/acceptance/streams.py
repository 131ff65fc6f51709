"""Streams of events as a seed makes them: employers with contracts of every pricing shape, their
registrations, requests, cancellations, additions and journeys; repeats, events before their
subject, and events about nothing. What an employer sends keeps its order; employers take turns at
random."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

from guichet_test.business import PARIS
from guichet_test.contracts import health_contract, other_contract
from guichet_test.events import event
from guichet_test.identities import insured_id, notification_id
from guichet_test.people import Population

FIRST = datetime(2026, 9, 1, 10, 0, 0, 500_000, PARIS)  # away from whole seconds, see outcome.py
COVERAGE_RULES = ({"kind": "event_within_months", "months": 6}, {"kind": "next_month"},
                  {"kind": "request_date"}, {"kind": "cutoff_day", "day": 10})
CONTRIBUTION_RULES = ("due_if_covered_on_first", "full_entry_month")
CHANNELS = ("online_single", "online_bulk", "paper_bia", "phone")
RELATIONS = ("spouse", "non_dependent_spouse", "child", "child", "child", "ascendant")
REPEATED = 0.1  # of all events come twice


class EmployerStream:
    """What one employer sends, round by round. Names are used again on purpose."""

    def __init__(self, seed, number, kind):
        self.random = random.Random(f"{seed}/{number}")
        self.people = Population(f"{seed}/{number}")
        self.siren = self.people.siren()
        self.kind = kind
        self.count = 0
        self.staff = [self.people.person() for _ in range(6)]
        self.requests = []
        self.family = [self.people.person() for _ in range(4)]
        self.additions = 0

    def event(self, name, **data):
        self.count += 1
        return event(f"{name}.v1", {"siren": self.siren, **data},
                     f"{self.siren}-{self.count:04d}")

    def at(self, instant, minutes=5):
        """An instant shortly before: requests are on their way for a while."""
        early = instant - timedelta(minutes=self.random.randrange(1, minutes))
        return early.replace(second=0, microsecond=0).isoformat()

    # --- Contracts and accounts ---

    def contract(self, name, revision=1, **changes):
        rng = random.Random(f"{self.siren}/{name}")  # each revision says the same, but for changes
        data = health_contract(
            self.siren, name, self.kind, revision=revision,
            coverage_rule=rng.choice(COVERAGE_RULES),
            contribution_rule=rng.choice(CONTRIBUTION_RULES),
            **({"contacts": []} if rng.random() < 0.2 else {}), **changes)
        return self.event("contract.upserted", **data)

    def contracts(self, _now):
        provident = other_contract(self.siren, "P1", expiry={"month": 6, "day": 30})
        return [self.contract("H1", 2), self.contract("H1", 1), self.contract("H2"),
                self.event("contract.upserted", **provident),
                self.contract("H3", ends_on="2026-08-31")]

    def late_contracts(self, _now):
        return [self.contract("H9"), self.contract("H2", 2, ends_on="2026-12-31"),
                self.contract("H1", 2, notice_months=4), self.contract("H1", 3, notice_months=3)]

    def registration(self, now, number, category, contract_ids):
        return self.event("registration.submitted", registration_id=f"I-{number}",
                          account_id=f"{category}-{number}-{self.siren}", category=category,
                          contract_ids=contract_ids, submitted_at=self.at(now))

    def registrations(self, now):
        return [self.registration(now, 1, "sante", self.random.choice((["H1"], ["H2", "H1"]))),
                self.registration(now, 2, "prevoyance", ["P1"]),
                self.registration(now, 3, "retraite", ["NOT-THERE"])]

    def more_registrations(self, now):
        merges = [("sante-1", "prevoyance-2"), ("prevoyance-2", "sante-4"), ("sante-1", "sante-1"),
                  ("sante-1", "retraite-3"), ("sante-4", "sante-1")]
        self.random.shuffle(merges)
        return [self.registration(now, 4, "sante", ["H2"]),
                *[self.event("account.merge-requested", merge_id=f"M-{number}",
                             session_account_id=f"{session}-{self.siren}",
                             other_account_id=f"{other}-{self.siren}", requested_at=self.at(now))
                  for number, (session, other) in enumerate(merges)]]

    # --- Employees ---

    def request(self, now, **changes):
        rng = self.random
        person = rng.choice(self.staff)
        number = len(self.requests) + 1
        employee = person.employee(
            **rng.choice(({}, {}, {"email": None}, {"email": "jean.dupont@"},
                          {"email": None, "address": None}, {"nir": None, "temporary_id": "T-1"},
                          {"family_name": "Autrement"})))
        data = {"request_id": f"R-{number}", "channel": rng.choice(CHANNELS),
                "submitted_at": self.at(now), "contract_id": rng.choice(("H1", "H1", "H2", "H9")),
                "category": "sante" if rng.random() < 0.9 else "prevoyance", "employee": employee,
                "scheme": rng.choice(("general", "general", "local")), "hired_on": "2020-01-01",
                "effective_on": rng.choice(("2026-09-01", "2026-08-15", "2026-03-01")), **changes}
        if rng.random() < 0.1:
            data["dispensation"] = {"code": rng.choice(("CSS", "SHORT_CONTRACT", "NO_IDEA")),
                                    "documents": []}
        self.requests.append(data["request_id"])
        return self.event("affiliation.requested", **data)

    def cancellation(self, now, request_id):
        return self.event("affiliation.cancellation-requested", request_id=request_id,
                          cancelled_at=self.at(now), by="portal")

    def affiliations(self, now):
        events = [self.request(now) for _ in range(12)]
        events.insert(0, self.cancellation(now, "R-2"))  # before its request
        events.append(self.cancellation(now, self.random.choice(self.requests)))
        again = self.random.choice([sent for sent in events if "channel" in sent.data])
        events.append(replace(again, id=f"{again.id}-other",
                              data={**again.data, "hired_on": "2019-01-01"}))  # ID_REUSED
        return events

    def leavers(self, now):
        return [*[self.event("affiliation.ended", insured_id=self.insured(), contract_id="H1",
                             ended_on="2026-09-30") for _ in range(2)],
                *[self.request(now, effective_on="2026-10-01", contract_id="H1")
                  for _ in range(2)]]

    def reviews(self, now):
        return [self.event("affiliation.review-decided", request_id=request_id,
                           decision=self.random.choice(("accept", "accept", "reject", "return")),
                           agent_id="agent-1", decided_at=self.at(now))
                for request_id in self.random.sample(self.requests, 6)]

    def insured(self):
        """Somebody who may be insured: whose first accepted request this may have been."""
        return insured_id(self.siren, self.random.choice(self.requests))

    def signals(self, now):
        found = [self.insured() for _ in range(3)]
        return [self.event("employee-account.activated", insured_id=found[0],
                           activated_at=self.at(now)),
                *[self.event("mail.bounced", bounced_at=self.at(now),
                             notification_id=notification_id("insured.activation-email",
                                                             self.siren, insured))
                  for insured in found[1:]]]

    # --- Their families ---

    def relative(self):
        person = self.random.choice(self.family)
        relation = self.random.choice(RELATIONS)
        event_on = date(2026, 7, 1) + timedelta(days=self.random.randrange(60))
        return {"beneficiary_id": f"B-{self.family.index(person)}", "relation": relation,
                "family_name": person.family_name, "given_names": person.given_names,
                "birth_date": "2012-02-29" if relation == "child" else person.birth_date,
                "scheme": self.random.choice(("general", "general", "local")), "event": "other",
                "event_on": event_on.isoformat()}

    def addition(self, now):
        self.additions += 1
        return self.event("beneficiary.addition-requested", addition_id=f"A-{self.additions}",
                          insured_id=self.insured(), contract_id=self.random.choice(("H1", "H2")),
                          submitted_at=self.at(now), submitted_via="insured_space",
                          beneficiaries=[self.relative()
                                         for _ in range(self.random.randrange(1, 3))])

    def families(self, now):
        events = [self.addition(now) for _ in range(8)]
        events.insert(0, self.event("beneficiary.withdrawal-requested", addition_id="A-2",
                                    withdrawn_at=self.at(now)))
        events.append(self.event("beneficiary.withdrawal-requested", addition_id="A-3",
                                 withdrawn_at=self.at(now)))
        for number in range(2):
            events.insert(self.random.randrange(len(events)), self.event(
                "beneficiary.removed", removal_id=f"X-{number}", insured_id=self.insured(),
                contract_id="H1", beneficiary_ids=["B-0", "B-1"], removed_on="2026-09-15"))
        return events

    def answers(self, now):
        return [self.event("beneficiary.employer-decided", addition_id=f"A-{number}",
                           decision=self.random.choice(("confirmed", "refused")),
                           adviser_id="adviser-1", decided_at=self.at(now))
                for number in self.random.sample(range(1, 12), 6)]

    # --- The end ---

    def journeys(self, now):
        events = []
        for number, contract_id in enumerate(("P1", "H1", "H1", "H3", "NOT-THERE")):
            about = {"journey_id": f"J-{number}", "contract_id": contract_id, "user_id": "u-1",
                     "at": self.at(now)}
            steps = [("started", {}), ("step-completed", {"step": "identified"}),
                     ("confirmed", {"received_at": about["at"]}), ("withdrawal-requested", {}),
                     ("abandoned", {})]
            events += [self.event(f"termination.{name}", **about, **words)
                       for name, words in self.random.sample(steps, 3)]
        return events

    def erasures(self, now):
        return [self.event("privacy.erasure-requested", privacy_request_id="D-1",
                           insured_id=self.insured(), requested_at=self.at(now)),
                self.event("privacy.access-requested", privacy_request_id="D-2",
                           request_id=self.random.choice(self.requests),
                           requested_at=self.at(now)),
                self.event("privacy.erasure-requested", privacy_request_id="D-3",
                           request_id=self.random.choice(self.requests),
                           requested_at=self.at(now))]

    ROUNDS = (contracts, registrations, affiliations, signals, families, answers, late_contracts,
              reviews, leavers, more_registrations, families, journeys, erasures)


def repeated(rng, events):
    """Some of the events come again, later: with the same content, and their own order kept."""
    told = []
    for sent in events:
        told.append(sent)
        if rng.random() < REPEATED:
            told.insert(rng.randrange(len(told)) + 1, sent)
    return told


def interleaved(rng, streams):
    """Employers take turns at random; what each sends keeps its order."""
    left = [list(stream) for stream in streams]
    turns = [index for index, stream in enumerate(left) for _ in stream]
    rng.shuffle(turns)
    return [left[index].pop(0) for index in turns]


def rounds(seeds, order):
    """(instant, events) of each round. The events of an employer depend on the seeds alone, the
    turns of employers on `order` too."""
    employers = [EmployerStream(seed, number, kind)
                 for seed in seeds for number, kind in enumerate(("K1", "K2", "K3", "K4"))]
    turns = random.Random(order)
    for number, make in enumerate(EmployerStream.ROUNDS):
        now = FIRST + number * timedelta(minutes=3)
        yield now, interleaved(turns, [repeated(employer.random, make(employer, now))
                                       for employer in employers])
