"""An employer of a round, and what its input has come to."""

FORMULAS = ("K1", "K3", "K4")


class Employer:
    """One employer of a round and what it has; `is_late`: its contract comes after its requests."""

    def __init__(self, number, people):
        self.siren = people.siren()
        self.kind = FORMULAS[number % len(FORMULAS)]
        self.is_late = number % 4 == 3
        self.accepted = []  # (request_id, person, kind) that can be built upon
        self.doubtful = []
        self.sent = []

    @property
    def contract_id(self):
        return f"S-{self.siren}"
