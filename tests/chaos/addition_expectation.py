"""What must come of additions of one child each to an insured who was alone until then."""

from guichet_test.identities import change_id, task_id
from space_expectation import paris_day

CHILD_AGE = 20


class AdditionExpectation:
    """Every price here rises with the first child, so that billing is always told; who is asked or
    written to depends on the formula and on the way in which the employee came."""

    def __init__(self, expected, affiliations):
        self.expected = expected
        self.affiliations = affiliations
        self.seen = set()
        self.waiting = []
        self.held = []

    def take_line(self, line):
        if line.type != "guichet.beneficiary.addition-requested.v1":
            return
        data = line.data
        name = data["siren"], data["addition_id"]
        if name in self.seen:
            return
        self.seen.add(name)
        if (data["siren"], data["insured_id"]) not in self.affiliations.channels:
            self.waiting.append(data)
        elif self._is_too_old(data["beneficiaries"][0]):
            self._reject(data, "AGE_LIMIT")
        else:
            self._decide(data)

    def let_time_pass(self):
        """The insured has not come, the employer has not answered."""
        for data in self.waiting:
            self._reject(data, "INSURED_UNKNOWN")
        for data in self.held:
            siren, addition_id = data["siren"], data["addition_id"]
            task = self._task(data)
            for reminder in (1, 2):
                self.expected["adviser.confirmation-reminder.v1", siren, task, reminder] += 1
            self.expected["beneficiary.expired.v1", siren, addition_id,
                          "EMPLOYER_NO_ANSWER"] += 1
            self.expected["adviser.task-closed.v1", siren, task, "expired"] += 1

    def _decide(self, data):
        siren, addition_id = data["siren"], data["addition_id"]
        contract = self.affiliations.contracts[siren, data["contract_id"]]
        is_online = self.affiliations.is_online(siren, data["insured_id"])
        if contract["formula"] == "supplement" and not is_online:
            self.held.append(data)
            self.expected["beneficiary.awaiting-employer.v1", siren, addition_id] += 1
            self.expected["adviser.confirmation-requested.v1", siren, self._task(data)] += 1
            return
        self.expected["beneficiary.added.v1", siren, addition_id] += 1
        self.expected["contribution.changed.v1", siren, change_id(siren, addition_id),
                      "addition"] += 1
        if is_online:
            self.expected["employer.beneficiary-added.v1", siren, addition_id] += 1
        self.affiliations.refresh_roster(siren, data["contract_id"], data["insured_id"])

    def _reject(self, data, reason):
        self.expected["beneficiary.rejected.v1", data["siren"], data["addition_id"], reason] += 1

    @staticmethod
    def _task(data):
        return task_id("adviser.confirmation-requested", data["siren"], data["addition_id"])

    @staticmethod
    def _is_too_old(child):
        event_on = paris_day(child["event_on"] + "T12:00:00+00:00")
        return event_on.year - int(child["birth_date"][:4]) > CHILD_AGE
