"""A round's input: events of all kinds for all workers, the same for the same seed.

Within a phase nothing depends on which of two topics is read first, so that there is one right
outcome; what builds on something else comes in a later phase.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from employer import Employer
from guichet_test.contracts import health_contract, other_contract
from guichet_test.events import (addition, affiliation, affiliation_ended, beneficiary,
                                 cancellation_requested, contract_upserted, event, registration,
                                 review_decided)
from guichet_test.identities import insured_id
from guichet_test.parked import REFUSED_WORD
from guichet_test.people import Population
from input_file import line_of
from request_kinds import CAN_HAVE_MORE, changes_of, employee_of, kind_at

FACTS, REQUESTS, CONSEQUENCES, AFTERWARDS = 1, 2, 3, 4
DEADLINES = 5  # without lines: the clock passes them all
ROUND_DAYS = 42  # so many days of simulated time are a round's
FIRST = datetime.fromisoformat("2026-11-02T10:30:00+01:00")  # a Monday
SUBMITTED_BEFORE = timedelta(minutes=30)
STRANGERS = 2  # employers of a round of whom no contract is ever known


class Mixture:
    """Makes the lines of one round, of about `size` requests and what belongs to them."""

    def __init__(self, seed, number, size, employers=12, meetings=0, refused=0, torn=0):
        """`meetings`: so many employers whose contract and requests come at the same time;
        `refused`: so many of whose first request the store is made to refuse; `torn`: so many of
        whom one request is taken back at once, in the last lines of their phase."""
        self.people = Population(f"{seed} {number}")
        # Employers of different rounds are different ones.
        self.people.count = 40 * number
        self.random = self.people.random
        self.number = number
        self.now = FIRST + timedelta(days=ROUND_DAYS * number)
        self.submitted = (self.now - SUBMITTED_BEFORE).isoformat()
        self.employers = [Employer(n, self.people) for n in range(employers)]
        self.strangers = [Employer(0, self.people) for _ in range(STRANGERS)]
        self.meetings = [Employer(0, self.people) for _ in range(meetings)]
        self.refused = [Employer(0, self.people) for _ in range(refused)]
        self.torn = [Employer(0, self.people) for _ in range(torn)]
        self.size = size
        self.lines = []
        self.requests = 0

    def day(self, days):
        """A day so many days from the round's first."""
        return (self.now + timedelta(days=days)).date().isoformat()

    def make(self):
        self._facts()
        self._requests()
        self._consequences()
        self._afterwards()
        return self.lines

    # --- Writing lines ---

    def _add(self, phase, made, **changes):
        made.id = f"E-{self.number}-{len(self.lines) + 1}"
        line = line_of(made, len(self.lines) + 1, phase, **changes)
        self.lines.append(line)
        return line

    def _again(self, phase, line):
        """The very same record once more: it may bring nothing."""
        self.lines.append(replace(line, number=len(self.lines) + 1, phase=phase))

    # --- Phase 1: what the requests will need ---

    def _facts(self):
        for employer in self.employers:
            contracts = [
                health_contract(employer.siren, f"H-{employer.siren}", employer.kind),
                health_contract(employer.siren, f"X-{employer.siren}", ends_on=self.day(-90)),
                other_contract(employer.siren, f"P-{employer.siren}"),
                other_contract(employer.siren, f"T-{employer.siren}", "retraite")]
            if not employer.is_late:
                contracts.append(health_contract(employer.siren, employer.contract_id,
                                                 employer.kind))
            lines = [self._add(FACTS, contract_upserted(contract)) for contract in contracts]
            self._again(FACTS, self.random.choice(lines))

        for employer in self.torn:
            self._add(FACTS, contract_upserted(health_contract(
                employer.siren, employer.contract_id, employer.kind)))

    # --- Phase 2: requests of all kinds ---

    def _requests(self):
        for employer in self.strangers:
            self._be_strange(employer)
        for employer in self.meetings:
            self._meet(employer)
        for employer in self.refused:
            self._be_refused(employer)
        for employer in self.employers:
            self._register(employer)
            self._terminate(employer)
        for number in range(self.size):
            employer = self.random.choice(self.employers)
            self._request(employer, kind_at(self.random.randrange(100)))
            if number % 40 == 0:
                self._ask_what_is_held(employer, REQUESTS, f"NOBODY-{number}", number)
        for employer in self.torn:
            self._request(employer, "doubtful")
            self._add(REQUESTS, cancellation_requested(employer.siren, employer.doubtful[0],
                                                       self.submitted))

    def _be_strange(self, employer):
        """Three workers hear of an employer at once whom none of them knows: all of it waits."""
        siren = employer.siren
        self._request(employer, "online")
        self._add(REQUESTS, registration(siren, "G-1", f"account-{siren}", [f"H-{siren}"],
                                         submitted_at=self.submitted))
        self._add(REQUESTS, self._journey(employer, "confirmed", "J-1", f"T-{siren}",
                                          received_at=self.submitted))

    def _meet(self, employer):
        """On paper, so that nobody is told whether the contract was there first."""
        contract = contract_upserted(health_contract(employer.siren, employer.contract_id,
                                                     employer.kind))
        self._request(employer, "paper")
        self._add(REQUESTS, contract)
        self._request(employer, "paper")

    def _request(self, employer, kind, word="R"):
        if kind == "repeat" and employer.sent:
            self._again(REQUESTS, self.random.choice(employer.sent))
            return
        if kind == "other_content" and employer.sent:
            self._other_content(REQUESTS, employer)
            return
        is_again = kind == "again" and employer.accepted and not employer.is_late
        person = self.random.choice(employer.accepted)[1] if is_again else self.people.person()
        self.requests += 1
        request_id = f"{word}-{self.number}-{self.requests:06d}"
        if kind == "malformed":
            self._malformed(employer, request_id)
            return
        if kind == "taken_back_early":
            self._add(REQUESTS, cancellation_requested(employer.siren, request_id, self.submitted))
        contract_id = "NEVER-KNOWN" if kind == "never_known" else employer.contract_id
        request = affiliation(employer.siren, contract_id, request_id,
                              employee_of(kind, person), **self._changes(kind))
        employer.sent.append(self._add(REQUESTS, request))
        if kind in CAN_HAVE_MORE:
            employer.accepted.append((request_id, person, kind))
        if kind == "doubtful":
            employer.doubtful.append(request_id)

    def _changes(self, kind):
        return changes_of(kind, self.day(-150 if kind == "doubtful" else -32), self.submitted)

    def _malformed(self, employer, request_id):
        """Not JSON, a word nobody knows, or another employer's key."""
        request = affiliation(employer.siren, employer.contract_id, request_id,
                              self.people.person().employee(), **self._changes("online"))
        spoilt = self.random.randrange(3)
        if spoilt == 0:
            self._add(REQUESTS, request, value='{"request_id": ')
        elif spoilt == 1:
            request.data["channel"] = "fax"
            self._add(REQUESTS, request)
        else:
            self._add(REQUESTS, request, key="732829320")

    def _other_content(self, phase, employer):
        """An id that was used, with something else: a dead letter, and the first stands."""
        sent = self.random.choice(employer.sent)
        made = event("affiliation.requested.v1", {**sent.data, "hired_on": self.day(-200)})
        self._add(phase, made)

    def _be_refused(self, employer):
        """The first request is refused by the store, and a few more wait behind it."""
        self._add(FACTS, contract_upserted(health_contract(
            employer.siren, employer.contract_id, employer.kind)))
        self._request(employer, "online", REFUSED_WORD)
        for kind in ("online", "paper", "returned", "online"):
            self._request(employer, kind)

    def _register(self, employer):
        """An account for santé, one that comes too late for it, and one that names nonsense."""
        siren, at = employer.siren, self.submitted
        health = f"H-{siren}"
        first = self._add(REQUESTS, registration(siren, "G-1", f"account-{siren}", [health],
                                                 submitted_at=at))
        self._add(REQUESTS, registration(siren, "G-2", f"other-{siren}", [health],
                                         submitted_at=at))
        self._add(REQUESTS, registration(siren, "G-3", f"third-{siren}", [f"P-{siren}"],
                                         "prevoyance", at))
        self._add(REQUESTS, registration(siren, "G-4", f"fourth-{siren}", [f"X-{siren}"],
                                         submitted_at=at))
        self._add(REQUESTS, registration(siren, "G-5", f"fifth-{siren}", ["NEVER-KNOWN"],
                                         submitted_at=at))
        self._again(REQUESTS, first)

    def _journey(self, employer, name, journey_id, contract_id, **changes):
        """At this instant: an older one could already be given up when its next step comes."""
        return event(f"termination.{name}.v1", {
            "journey_id": journey_id, "siren": employer.siren, "contract_id": contract_id,
            "user_id": "u-1", "at": self.now.isoformat(), **changes})

    def _terminate(self, employer):
        """One that is confirmed, one for the same contract, one that is left, one of nothing."""
        mine, received = f"T-{employer.siren}", {"received_at": self.submitted}
        self._add(REQUESTS, self._journey(employer, "started", "J-1", mine))
        self._add(REQUESTS, self._journey(employer, "step-completed", "J-1", mine, step="recap"))
        self._add(REQUESTS, self._journey(employer, "confirmed", "J-1", mine, **received))
        self._add(REQUESTS, self._journey(employer, "confirmed", "J-2", mine, **received))
        self._add(REQUESTS, self._journey(employer, "started", "J-3", f"P-{employer.siren}"))
        self._add(REQUESTS, self._journey(employer, "confirmed", "J-4", "NEVER-KNOWN",
                                          **received))

    def _ask_what_is_held(self, employer, phase, request_id, number):
        self._add(phase, event("privacy.access-requested.v1", {
            "privacy_request_id": f"A-{self.number}-{number}", "siren": employer.siren,
            "request_id": request_id, "requested_at": self.submitted}))

    # --- Phase 3: what builds on the decisions of phase 2 ---

    def _consequences(self):
        for employer in self.employers:
            if not employer.is_late:
                self._build_on(employer)
            self._add(CONSEQUENCES, cancellation_requested(
                employer.siren, f"NEVER-SENT-{employer.siren}", self.submitted))
            self._add(CONSEQUENCES, self._journey(employer, "withdrawal-requested", "J-1",
                                                  f"T-{employer.siren}"))
            if employer.sent:
                self._again(CONSEQUENCES, self.random.choice(employer.sent))
                self._other_content(CONSEQUENCES, employer)

    def _build_on(self, employer):
        """Each of the accepted is asked something of his own, or left alone."""
        for request_id, _, _ in employer.accepted:
            insured = insured_id(employer.siren, request_id)
            what = self.random.randrange(10)
            if what < 5:
                self._add_beneficiary(employer, insured, request_id)
            elif what == 5:
                self._add(CONSEQUENCES, affiliation_ended(employer.siren, insured,
                                                          employer.contract_id, self.day(20)))
            elif what == 6:
                self._add(CONSEQUENCES, cancellation_requested(employer.siren, request_id,
                                                               self.submitted))
        for request_id in employer.doubtful:
            self._answer_doubts(employer, request_id)

    def _add_beneficiary(self, employer, insured, request_id):
        """A child; sometimes one who is too old, or of an insured whom nobody knows."""
        spoilt = self.random.randrange(12)
        child = beneficiary(f"B-{request_id}", self.people.person(), event_on=self.day(-20))
        if spoilt == 0:
            child |= {"birth_date": "1980-05-05", "event": "other"}
        if spoilt == 1:
            insured = insured_id(employer.siren, f"NOBODY-{request_id}")
        line = self._add(CONSEQUENCES, addition(
            employer.siren, employer.contract_id, insured, f"D-{request_id}", [child],
            submitted_at=self.submitted))
        if spoilt == 2:
            self._again(CONSEQUENCES, line)

    def _answer_doubts(self, employer, request_id):
        """Accepted, rejected, taken back, or left open."""
        what = self.random.randrange(4)
        if what == 0:
            self._add(CONSEQUENCES, review_decided(employer.siren, request_id, "accept",
                                                   decided_at=self.submitted))
        elif what == 1:
            self._add(CONSEQUENCES, review_decided(employer.siren, request_id, "reject",
                                                   decided_at=self.submitted))
        elif what == 2:
            self._add(CONSEQUENCES, cancellation_requested(employer.siren, request_id,
                                                           self.submitted))

    # --- Phase 4: what counts or wakes all that is there by now ---

    def _afterwards(self):
        for employer in self.employers:
            if employer.is_late:
                self._add(AFTERWARDS, contract_upserted(
                    health_contract(employer.siren, employer.contract_id, employer.kind)))
                continue
            for number, (request_id, _, _) in enumerate(employer.accepted[::6]):
                self._ask_what_is_held(employer, AFTERWARDS, request_id,
                                       f"{employer.siren}-{number}")


def make_round(seed, number, size, **options):
    """(the round's first instant, its lines)."""
    mixture = Mixture(seed, number, size, **options)
    return mixture.now, mixture.make()
