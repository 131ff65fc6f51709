"""What a run did and what came of it."""

import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """Figures of one schedule, or of several added up."""

    schedules: int = 0
    kills: int = 0
    restarts: int = 0
    faults: Counter = field(default_factory=Counter)  # by what was done
    inputs: int = 0
    outputs: int = 0
    lost: int = 0
    repeated: int = 0
    sentences: list = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def is_right(self):
        return not (self.lost or self.repeated or self.sentences)

    def add_verdict(self, verdict):
        self.inputs += verdict.inputs
        self.outputs += verdict.outputs
        self.lost += verdict.lost
        self.repeated += verdict.repeated
        self.sentences += verdict.sentences

    def add(self, other):
        """Adds the figures of another report to this one."""
        for name in ("schedules", "kills", "restarts", "inputs", "outputs", "lost", "repeated"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults
        self.sentences += other.sentences

    def __str__(self):
        figures = {"schedules": self.schedules, "kills": self.kills, "restarts": self.restarts,
                   "inputs": self.inputs, "outputs read": self.outputs, "lost": self.lost,
                   "repeated": self.repeated}
        lines = [f"{name:16}{value:>12,}" for name, value in figures.items()]
        lines += [f"  {name:34}{count:>7,}" for name, count in sorted(self.faults.items())]
        lines.append(f"{'elapsed, s':16}{time.monotonic() - self.began:>12,.0f}")
        return "\n".join(lines + self.sentences)
