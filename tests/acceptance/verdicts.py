"""Holds what came out against what a scenario expects: the fields it names, amounts in euros as on
the page, instants on Paris's wall clock, ids by name."""

import re
from collections import defaultdict
from datetime import datetime

import yaml
from guichet_test.business import PARIS
from guichet_test.reading import Message
from guichet_test.topics import DEAD_LETTERS, TOPIC_OF_TYPE, TOPICS
from story import DEAD_LETTER, instant

EUROS = re.compile(r"([+-]?)(\d+),(\d\d) €")
COMPACTED = {topic.name for topic in TOPICS if topic.cleanup == "compact"}


def cents(text):
    """28,84 € -> 2884; None for anything else."""
    match = EUROS.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    amount = int(match[2]) * 100 + int(match[3])
    return -amount if match[1] == "-" else amount


def is_instant(field):
    return field == "at" or field.endswith("_at")


def agrees(words, data):
    """Whether all that is expected is there; what is not mentioned may be anything."""
    if isinstance(words, dict):
        return isinstance(data, dict) and all(
            field_agrees(field, value, data) for field, value in words.items())
    if isinstance(words, list):
        return (isinstance(data, list) and len(words) == len(data)
                and all(map(agrees, words, data)))
    return words == data and isinstance(words, bool) == isinstance(data, bool)


def field_agrees(field, value, data):
    amount = cents(value)
    if amount is not None:
        return data.get(f"{field}_cents") == amount
    if is_instant(field) and isinstance(value, str):
        told = data.get(field)
        return told is not None and datetime.fromisoformat(told) == instant(value)
    return agrees(value, data.get(field))


class Output:
    """One message as a scenario tells of it."""

    def __init__(self, message: Message, cast):
        self.message = message
        self.is_dead = message.topic == DEAD_LETTERS
        self.type = DEAD_LETTER if self.is_dead else message.type.removesuffix(".v1")
        self.employer = cast.sirens[siren_of(message)]
        if self.is_dead:
            self.data = {"reason": message.headers["dlq_reason"],
                         "topic": message.headers["dlq_topic"]}
        else:
            self.data = named(message.data, cast.names)

    def __str__(self):
        whose = {} if self.employer is None else {"employer": self.employer}
        return yaml.safe_dump({self.type: told(self.data), **whose}, allow_unicode=True,
                              default_flow_style=True, width=10_000, sort_keys=False).strip()


def siren_of(message):
    """The employer that a record is about, by its key: tombstones have nothing else."""
    return (message.key or "").partition(":")[0]


def named(data, names):
    """Ids by the names that the scenario gave them."""
    if isinstance(data, dict):
        return {field: named(value, names) for field, value in data.items()}
    if isinstance(data, list):
        return [named(value, names) for value in data]
    return names.get(data, data) if isinstance(data, str) else data


def told(data):
    """The way a scenario would write it."""
    if not isinstance(data, dict):
        return [told(item) for item in data] if isinstance(data, list) else data
    words = {}
    for field, value in data.items():
        if field.endswith("_cents"):
            sign = "-" if value < 0 else ""
            words[field.removesuffix("_cents")] = (
                f"{sign}{abs(value) // 100},{abs(value) % 100:02d} €")
        elif is_instant(field) and value is not None:
            words[field] = str(datetime.fromisoformat(value).astimezone(PARIS)
                               .replace(tzinfo=None))
        else:
            words[field] = told(value)
    return words


def matches(expected, output):
    if (expected.type, expected.employer) != (output.type, output.employer):
        return False
    if output.data is None:  # a tombstone
        return expected.words == {"erased": True}
    return agrees(expected.words, output.data)


def topic_of(kind):
    return DEAD_LETTERS if kind == DEAD_LETTER else TOPIC_OF_TYPE[f"guichet.{kind}.v1"]


def lane_of(topic, employer):
    """What has an order: the records of one employer on one topic."""
    return topic, employer


def judge(chapter, outputs, beside):
    """What is wrong with a chapter's outputs, one sentence each. Types of `beside` count only
    where the chapter names them."""
    named_types = {expected.type for expected in chapter.then}
    wrong = [f"must not come: {output}" for output in outputs for unwanted in chapter.never
             if matches(unwanted, output)]
    left = defaultdict(list)
    for output in outputs:
        if output.type not in beside or output.type in named_types:
            left[lane_of(output.message.topic, output.employer)].append(output)
    for expected in chapter.then:
        topic = topic_of(expected.type)
        lane = left[lane_of(topic, expected.employer)]
        # Entries of a compacted topic are ordered by entry, the others by employer.
        candidates = lane if topic in COMPACTED else lane[:1]
        found = next((output for output in candidates if matches(expected, output)), None)
        if found is None:
            wrong.append(f"missing, or not in its place: {wanted(expected)}")
        else:
            lane.remove(found)
    wrong += [f"not expected: {output}" for lane in left.values() for output in lane]
    return wrong


def wanted(expected):
    return yaml.safe_dump({expected.type: expected.words}, allow_unicode=True, width=10_000,
                          default_flow_style=True, sort_keys=False).strip()
