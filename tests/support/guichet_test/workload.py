"""Many affiliation requests of some employers, of every kind that a portal sends."""

from datetime import datetime, timedelta, timezone

from .contracts import health_contract
from .events import affiliation, contract_upserted
from .people import Population

# kind, how often in a hundred; what is left over is a plain online request with an e-mail.
MIX = (("bulk", 10), ("paper", 12), ("bad_email", 5), ("bad_nir", 5), ("prevoyance", 5),
       ("waived", 2), ("returned", 3), ("again", 3), ("doubtful", 2), ("repeat", 5))


class Workload:
    """Contracts of `employers` employers and requests for them; the same for the same seed."""

    def __init__(self, seed, employers=8):
        self.people = Population(seed)
        self.random = self.people.random
        self.sirens = [self.people.siren() for _ in range(employers)]
        self.accepted = {siren: [] for siren in self.sirens}
        self.sent = {siren: [] for siren in self.sirens}
        self.count = 0

    @staticmethod
    def contract_of(siren):
        return f"S-{siren}"

    def contracts(self):
        return [contract_upserted(health_contract(siren, self.contract_of(siren)))
                for siren in self.sirens]

    @staticmethod
    def plain_request(siren, contract_id, request_id, people):
        """One request that is accepted as it stands."""
        return affiliation(siren, contract_id, request_id, people.person().employee())

    def requests(self, kind, count):
        """`accepted`, `refused` or `mixed`, as the next three say."""
        make = {"accepted": self.plain_requests, "refused": self.refused_requests,
                "mixed": self.mixed_requests}
        return make[kind](count)

    def plain_requests(self, count):
        """Requests that are all accepted, with four outputs each."""
        return [self._request("online", self.random.choice(self.sirens)) for _ in range(count)]

    def refused_requests(self, count):
        """Requests on paper that are all rejected: one output each, the decision."""
        return [self._request("refused", self.random.choice(self.sirens)) for _ in range(count)]

    def mixed_requests(self, count):
        """Requests of all kinds, exact repeats of earlier ones included."""
        return [self._request(self._kind(), self.random.choice(self.sirens))
                for _ in range(count)]

    def _kind(self):
        number = self.random.randrange(100)
        for kind, share in MIX:
            if number < share:
                return kind
            number -= share
        return "online"

    def _request(self, kind, siren):
        if kind == "repeat" and self.sent[siren]:
            return self.random.choice(self.sent[siren])
        again = kind == "again" and self.accepted[siren]
        person = self.random.choice(self.accepted[siren]) if again else self.people.person()
        self.count += 1
        request = affiliation(siren, self.contract_of(siren), f"R-{self.count:07d}",
                              self._employee(kind, person), **self._changes(kind))
        if kind in ("online", "bulk", "paper", "bad_email"):
            self.accepted[siren].append(person)
        self.sent[siren].append(request)
        return request

    @staticmethod
    def _employee(kind, person):
        if kind == "paper":
            return person.employee(email=None)
        if kind == "bad_email":
            return person.employee(email="jean.dupont@")
        if kind in ("bad_nir", "refused"):
            wrong_key = f"{int(person.nir[13:]) % 97 + 1:02d}"
            return person.employee(nir=person.nir[:13] + wrong_key)
        if kind == "returned":
            return person.employee(email=None, address=None)
        return person.employee()

    @staticmethod
    def _changes(kind):
        if kind == "bulk":
            return {"channel": "online_bulk", "bulk_file_id": "B-1"}
        if kind in ("paper", "refused"):
            return {"channel": "paper_bia"}
        if kind == "doubtful":
            return {"hired_on": "2020-01-01", "effective_on": "2026-05-01"}
        if kind == "prevoyance":
            return {"category": "prevoyance"}
        if kind == "waived":
            return {"dispensation": {"code": "CSS", "documents": ["ATTESTATION"]}}
        return {}


def submit_now(requests):
    """As they come in practice: a moment ago, so that no milestone of the clock is past."""
    now = datetime.now(timezone.utc)
    for request in requests:
        request.data["submitted_at"] = (now - timedelta(seconds=60)).isoformat(timespec="seconds")
        request.data["effective_on"] = now.date().replace(day=1).isoformat()
