"""An employer of a test: its contract, and its dealings with us one at a time."""

from .contracts import health_contract
from .events import addition, affiliation, contract_upserted
from .identities import insured_id
from .verdict import DECISIONS

ADDITION_DECISIONS = ("beneficiary.added.v1", "beneficiary.rejected.v1",
                      "beneficiary.awaiting-employer.v1")


class Employer:
    """Publishes its contract at once and waits until it is known: requests that name a contract
    not known yet are another matter."""

    def __init__(self, world, people, kind="K1", **contract_changes):
        self.world = world
        self.people = people
        self.siren = people.siren()
        self.contract_id = f"{kind}-{self.siren}"
        self.count = 0
        self.publish(contract_upserted(
            health_contract(self.siren, self.contract_id, kind, **contract_changes)))

    def publish(self, *contract_events):
        self.world.send(*contract_events)
        self.world.wait_drained("account")

    def request(self, employee=None, **changes):
        """An affiliation request of this employer, not sent."""
        self.count += 1
        employee = employee or self.people.person().employee()
        contract_id = changes.pop("contract_id", self.contract_id)
        request_id = changes.pop("request_id", f"R-{self.siren}-{self.count}")
        return affiliation(self.siren, contract_id, request_id, employee, **changes)

    def decision(self, event):
        """Waits for the decision on a request that was sent."""
        (message,) = self.world.reader.wait_for(*DECISIONS, siren=self.siren,
                                                request_id=event.data["request_id"])
        return message

    def ask(self, employee=None, **changes):
        """Sends a request and returns its decision."""
        event = self.request(employee, **changes)
        self.world.send(event)
        return self.decision(event)

    def affiliate(self, employee=None, **changes):
        """Sends a request that must be accepted and returns the insured's id."""
        message = self.ask(employee, **changes)
        assert message.type == "affiliation.accepted.v1", message
        assert message.data["insured_id"] == insured_id(self.siren, message.data["request_id"])
        return message.data["insured_id"]

    def add(self, insured, beneficiaries, **changes):
        """Asks to add people and returns the decision, all that came with it being readable."""
        self.count += 1
        event = addition(self.siren, self.contract_id, insured, f"A-{self.siren}-{self.count}",
                         beneficiaries, **changes)
        self.world.send(event)
        (message,) = self.world.reader.wait_for(*ADDITION_DECISIONS, siren=self.siren,
                                                addition_id=event.data["addition_id"])
        self.world.reader.read_to_end()
        return message

    def found(self, *types, **data):
        """What came out for this employer, everything readable now included."""
        self.world.reader.read_to_end()
        return self.world.reader.find(*types, siren=self.siren, **data)
