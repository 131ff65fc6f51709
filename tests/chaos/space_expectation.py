"""What must come of registrations, terminations and questions about personal data."""

from collections import defaultdict
from datetime import date, datetime

from guichet_test.business import PARIS


def paris_day(text):
    return datetime.fromisoformat(text).astimezone(PARIS).date()


class SpaceExpectation:
    """Employers' accounts: what is declared, what follows, and whose it is."""

    def __init__(self, expected):
        self.expected = expected
        self.contracts = defaultdict(dict)  # siren -> contract_id -> data
        self.holders = {}                   # (siren, contract_id) -> account
        self.oldest = {}                    # (siren, category) -> account
        self.seen = set()
        self.waiting = []

    def take_line(self, line):
        if line.type == "guichet.contract.upserted.v1":
            self._contract(line.data)
        elif line.type == "guichet.registration.submitted.v1":
            self._registration(line.data)

    def let_time_pass(self):
        """The grace is over: the number is still unknown."""
        for data in self.waiting:
            self._reject(data, "UNKNOWN_CONTRACT")

    def _contract(self, data):
        siren, contract_id = data["siren"], data["contract_id"]
        is_new = contract_id not in self.contracts[siren]
        self.contracts[siren][contract_id] = data
        account = self.oldest.get((siren, data["category"]))
        if is_new and account is not None:
            self._attach(siren, contract_id, account, "late_sibling")

    def _registration(self, data):
        siren, name = data["siren"], (data["siren"], data["registration_id"])
        if name in self.seen:
            return
        self.seen.add(name)
        (declared,) = data["contract_ids"]
        contract = self.contracts[siren].get(declared)
        if contract is None:
            self.waiting.append(data)
        elif self._has_ended(contract, data):
            self._reject(data, "CONTRACT_ENDED")
        else:
            self._accept(data, declared)

    def _accept(self, data, declared):
        siren, account = data["siren"], data["account_id"]
        siblings = [contract_id for contract_id, contract in sorted(self.contracts[siren].items())
                    if contract_id != declared and contract["category"] == data["category"]
                    and not self._has_ended(contract, data)]
        self.oldest.setdefault((siren, data["category"]), account)
        attached, conflicts = [], []
        for contract_id in [declared, *siblings]:
            if (siren, contract_id) in self.holders:
                conflicts.append(contract_id)
                self.expected["contract.attachment-conflict.v1", siren, account, contract_id] += 1
            else:
                attached.append(contract_id)
                self._attach(siren, contract_id, account,
                             "declared" if contract_id == declared else "sibling")
        self.expected["registration.accepted.v1", siren, data["registration_id"],
                      ",".join(attached), ",".join(conflicts)] += 1

    def _attach(self, siren, contract_id, account, cause):
        self.holders[siren, contract_id] = account
        self.expected["contract.attached.v1", siren, account, contract_id, cause] += 1

    def _reject(self, data, reason):
        self.expected["registration.rejected.v1", data["siren"], data["registration_id"],
                      reason] += 1

    @staticmethod
    def _has_ended(contract, data):
        return contract.get("ends_on", "9999") < paris_day(data["submitted_at"]).isoformat()


class TerminationExpectation:
    """Notices for contracts that expire on 31 December and are given two months before."""

    def __init__(self, expected):
        self.expected = expected
        self.contracts = set()
        self.notices = {}  # (siren, contract_id) -> journey
        self.confirmed = set()
        self.waiting = []

    def take_line(self, line):
        if line.type == "guichet.contract.upserted.v1":
            self.contracts.add((line.data["siren"], line.data["contract_id"]))
        elif line.type == "guichet.termination.confirmed.v1":
            self._confirmed(line.data)
        elif line.type == "guichet.termination.withdrawal-requested.v1":
            self._withdrawn(line.data)

    def let_time_pass(self):
        for data in self.waiting:
            self._reject(data, "UNKNOWN_CONTRACT")

    def _confirmed(self, data):
        contract, journey = (data["siren"], data["contract_id"]), data["journey_id"]
        if (data["siren"], journey) in self.confirmed:
            return
        self.confirmed.add((data["siren"], journey))
        if contract not in self.contracts:
            self.waiting.append(data)
        elif contract in self.notices:
            self._reject(data, "ALREADY_TERMINATED")
        else:
            self.notices[contract] = journey
            effective = self._effective_on(paris_day(data["received_at"]))
            self.expected["termination.notified.v1", data["siren"], journey, effective] += 1
            self.expected["employer.termination-receipt.v1", data["siren"], journey] += 1

    def _withdrawn(self, data):
        """On the day of the notice, so before any effect."""
        contract = data["siren"], data["contract_id"]
        if self.notices.get(contract) == data["journey_id"]:
            del self.notices[contract]
            self.expected["termination.withdrawn.v1", data["siren"], data["journey_id"]] += 1

    def _reject(self, data, reason):
        self.expected["termination.rejected.v1", data["siren"], data["journey_id"], reason] += 1

    @staticmethod
    def _effective_on(received):
        year = received.year if received <= date(received.year, 10, 31) else received.year + 1
        return date(year, 12, 31).isoformat()


class PrivacyExpectation:
    """Whether somebody is known by the request that is named."""

    def __init__(self, expected):
        self.expected = expected
        self.requests = set()

    def take_line(self, line):
        data = line.data
        if line.type == "guichet.affiliation.requested.v1":
            self.requests.add((data["siren"], data["request_id"]))
        elif line.type == "guichet.privacy.access-requested.v1":
            found = (data["siren"], data["request_id"]) in self.requests
            self.expected["privacy.report.v1", data["siren"], data["privacy_request_id"],
                          found] += 1

    def let_time_pass(self):
        pass
