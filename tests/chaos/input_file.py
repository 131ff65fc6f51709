"""The input of a round as a file: one record a line, in the order in which it is sent. What must
come out is worked out from this file, and from nothing that the program has stored."""

import json
from dataclasses import asdict, dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Line:
    """One record as it is published. Phases are sent one after the other, each once all before it
    is decided; within a phase nobody waits."""

    number: int
    phase: int
    topic: str
    key: str
    headers: dict = field(repr=False)
    value: str = field(repr=False)

    @property
    def id(self):
        return self.headers.get("ce_id")

    @property
    def type(self):
        return self.headers.get("ce_type")

    @cached_property
    def data(self):
        """The decoded value; None if it is not JSON."""
        try:
            return json.loads(self.value)
        except ValueError:
            return None

    def record(self):
        """What a sender takes: (topic, key, headers, value)."""
        return self.topic, self.key, list(self.headers.items()), self.value.encode()


def line_of(event, number, phase, **changes):
    """The line of an event in binary mode; `changes` replace its topic, key, headers or value."""
    headers, value = event.binary()
    return Line(**{"number": number, "phase": phase, "topic": event.topic, "key": event.key,
                   "headers": dict(headers), "value": value.decode(), **changes})


def write(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")


def read(path):
    with open(path, encoding="utf-8") as file:
        return [Line(**json.loads(text)) for text in file]


def phases_of(lines):
    """The lines of each phase, in order."""
    phases = {}
    for line in lines:
        phases.setdefault(line.phase, []).append(line)
    return [phases[number] for number in sorted(phases)]
