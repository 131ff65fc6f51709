"""What must come of affiliation requests: the oracle of the other tests, which knows requests that
are decided at once, and here also those that wait, are doubted, answered, taken back, or end."""

from guichet_test.identities import change_id, insured_id, task_id
from guichet_test.oracle import Insured, Oracle, Outcome

OPEN = ("waiting", "under_review")
ALERTS = (("sla.at-risk.v1", None), ("sla.breached.v1", None), ("sla.escalated.v1", 1),
          ("sla.escalated.v1", 2))


class AffiliationExpectation(Oracle):
    """Takes lines in their order and adds to `expected`, a counter of what is told of each output
    (see identity.py), and to `dead`, a counter of (reason, id of the event)."""

    def __init__(self, expected, dead):
        super().__init__()
        self.expected = expected
        self.dead = dead
        self.early_cancellations = set()
        self.channels = {}  # of insured: that of the latest affiliation
        self.linked = {}    # insured with an activation link that nobody uses

    def take_line(self, line):
        kind = line.type.removeprefix("guichet.").removesuffix(".v1")
        action = {"contract.upserted": self._contract,
                  "affiliation.requested": self._requested,
                  "affiliation.cancellation-requested": self._cancellation,
                  "affiliation.review-decided": self._review,
                  "affiliation.ended": self._ended}.get(kind)
        if action is not None:
            action(line)

    def let_time_pass(self):
        """Every grace and every deadline is over: what is open is told late, and what waits is
        rejected; links that nobody used are followed by letters."""
        for name, outcome in self.outcomes.items():
            data = self.requests[name]
            if outcome.decision in OPEN and data["channel"].startswith("online"):
                for alert, level in ALERTS:
                    self.expected[alert, *name, level] += 1
            if outcome.decision == "waiting":
                self._tell(name, Outcome("rejected", self._without_contract(data)))
        for siren, insured in self.linked:
            self.expected["insured.account-letter.v1", siren, insured, "link_expired"] += 1
        for siren, request_id in self.early_cancellations:
            self.expected["operator.alert.v1", siren, "SUBJECT_UNKNOWN", request_id] += 1

    def refresh_roster(self, siren, contract_id, insured):
        """One more entry of the employer's list."""
        key = f"{siren}:{contract_id}:{insured}"
        self.roster_versions[key] += 1
        self.expected["roster.entry.v1", key, self.roster_versions[key]] += 1

    def is_online(self, siren, insured):
        return self.channels[siren, insured].startswith("online")

    # --- Events ---

    def _contract(self, line):
        data = line.data
        self.contracts[data["siren"], data["contract_id"]] = data
        for name, outcome in list(self.outcomes.items()):
            request = self.requests[name]
            if outcome.decision == "waiting" and (name[0], request["contract_id"]) == (
                    data["siren"], data["contract_id"]):
                self._tell(name, self._decide(request))

    def _requested(self, line):
        data = line.data
        name = data["siren"], data["request_id"]
        if name in self.requests:
            if self.requests[name] != data:
                self.dead["ID_REUSED", line.id] += 1
            return
        self.requests[name] = data
        if name in self.early_cancellations:
            self.early_cancellations.discard(name)
            self._tell(name, Outcome("cancelled"))
        else:
            self._tell(name, self._decide(data))

    def _cancellation(self, line):
        name = line.data["siren"], line.data["request_id"]
        outcome = self.outcomes.get(name)
        if outcome is None:
            self.early_cancellations.add(name)
        elif outcome.decision in OPEN:
            self._close_task(name, outcome, "cancelled")
            self._tell(name, Outcome("cancelled"))

    def _review(self, line):
        """An answer to a request that is under review; to any other it is nothing."""
        name = line.data["siren"], line.data["request_id"]
        outcome = self.outcomes.get(name)
        if outcome is None or outcome.decision != "under_review":
            return
        if line.data["decision"] == "accept":
            self._close_task(name, outcome, "accepted")
            self._tell(name, self._accept(self.requests[name], outcome.reasons))
        else:
            self._close_task(name, outcome, "rejected")
            self._tell(name, Outcome("rejected", outcome.reasons))

    def _ended(self, line):
        """The first end of an affiliation without further covered people."""
        data = line.data
        siren, insured, contract_id = data["siren"], data["insured_id"], data["contract_id"]
        self.refresh_roster(siren, contract_id, insured)
        told = change_id(siren, f"{contract_id}/{insured}/{data['ended_on']}")
        self.expected["contribution.changed.v1", siren, told, "affiliation_ended"] += 1

    # --- What follows ---

    def _accept(self, data, warnings):
        known = Insured(insured_id(data["siren"], data["request_id"]),
                        data["employee"]["family_name"], data["employee"]["birth_date"])
        self.insured[self._person(data)] = known
        known.contracts.add(data["contract_id"])
        return Outcome("accepted", warnings, known.insured_id, "activation_email")

    def _without_contract(self, data):
        """All that is wrong without knowing the contract, in the order of the rules."""
        reasons = self._refusals(data, None)
        before = [code for code in reasons if code in ("INVALID_SIREN", "INVALID_SIRET")]
        return [*before, "UNKNOWN_CONTRACT", *reasons[len(before):]]

    def _close_task(self, name, outcome, how):
        if outcome.decision == "under_review":
            task = task_id("adviser.review-requested", *name)
            self.expected["adviser.task-closed.v1", name[0], task, how] += 1

    def _tell(self, name, outcome):
        """Notes the state that a request has reached and all that is told of it."""
        siren, request_id = name
        data = self.requests[name]
        self.outcomes[name] = outcome
        if outcome.decision != "waiting":
            told = outcome.decision.replace("_", "-")
            self.expected[f"affiliation.{told}.v1", siren, request_id,
                          ",".join(outcome.reasons)] += 1
        if outcome.decision == "under_review":
            task = task_id("adviser.review-requested", siren, request_id)
            self.expected["adviser.review-requested.v1", siren, task] += 1
        if data["channel"].startswith("online"):
            self.expected["tracking.entry.v1", siren, request_id, outcome.decision] += 1
        if outcome.decision == "accepted":
            self._tell_accepted(siren, data, outcome)

    def _tell_accepted(self, siren, data, outcome):
        self.channels[siren, outcome.insured_id] = data["channel"]
        self.refresh_roster(siren, data["contract_id"], outcome.insured_id)
        if outcome.account == "activation_email":
            self.expected["insured.activation-email.v1", siren, outcome.insured_id] += 1
            self.linked[siren, outcome.insured_id] = True
        elif outcome.account == "letter":
            cause = "invalid_email" if "email" in data["employee"] else "no_email"
            self.expected["insured.account-letter.v1", siren, outcome.insured_id, cause] += 1
