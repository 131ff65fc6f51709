"""The table of topics (schemas/topics) as the tests read it."""

from dataclasses import dataclass

from .project import SCHEMAS

DEAD_LETTERS = "dead-letters.v1"


@dataclass(frozen=True)
class Topic:
    """One line of the table."""

    name: str
    direction: str
    worker: str
    partitions: str
    cleanup: str
    retention: str
    types: tuple


def read_topics():
    topics = []
    for line in (SCHEMAS / "topics").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            *fields, types = line.split()
            carried = () if types == "-" else tuple(f"guichet.{t}" for t in types.split(","))
            topics.append(Topic(*fields, carried))
    return topics


TOPICS = read_topics()
TOPIC_OF_TYPE = {carried: topic.name for topic in TOPICS for carried in topic.types}
OUTPUTS = [topic.name for topic in TOPICS if topic.direction == "out"]


def inputs_of(worker):
    """The names of the topics that a worker reads."""
    return [topic.name for topic in TOPICS if topic.direction == "in" and topic.worker == worker]


def is_clock(name):
    """True for the topic on which a worker writes to itself that something is due."""
    return name.endswith(".clock.v1")


def partitions_of(name):
    """The number of partitions that the table gives a topic; None: as many as the installation."""
    (partitions,) = (topic.partitions for topic in TOPICS if topic.name == name)
    return None if partitions == "n" else int(partitions)
