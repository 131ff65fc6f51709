"""Holds what a read-committed reader has seen against what the input file calls for."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from guichet_test.topics import DEAD_LETTERS
from identity import told_of

SHOWN = 8


@dataclass
class Verdict:
    """What is wrong with a round: nothing, if it is right."""

    inputs: int
    outputs: int
    lost: int = 0
    repeated: int = 0
    sentences: list = field(default_factory=list)

    @property
    def is_right(self):
        return not (self.lost or self.repeated or self.sentences)

    def __str__(self):
        return "\n".join([f"inputs {self.inputs}, outputs {self.outputs}, lost {self.lost}, "
                          f"repeated {self.repeated}", *self.sentences])


def judge(expectation, messages, prompt_count):
    """The verdict on what was read of one round, in the order in which it was read; so many of the
    messages were there before any deadline passed."""
    verdict = Verdict(len(expectation.lines), len(messages))
    letters = [message for message in messages if message.topic == DEAD_LETTERS]
    outputs = [message for message in messages if message.topic != DEAD_LETTERS]
    compare(verdict, "output", expectation.outputs, Counter(map(told_of, outputs)))
    prompt = Counter(told_of(message) for message in messages[:prompt_count]
                     if message.topic != DEAD_LETTERS)
    late = (expectation.prompt - prompt) & expectation.prompt & Counter(map(told_of, outputs))
    verdict.lost += late.total()
    verdict.sentences += [f"too late: {entry}" for entry in list(late)[:SHOWN]]
    compare(verdict, "dead letter", expectation.dead_letters, Counter(map(letter_of, letters)))
    check_ids(verdict, messages)
    check_order(verdict, expectation.lines, outputs)
    return verdict


def letter_of(message):
    return message.headers["dlq_reason"], message.headers.get("ce_id")


def compare(verdict, what, expected, found):
    """Missing is lost; more than called for is repeated, or was never called for."""
    missing, surplus = expected - found, found - expected
    verdict.lost += missing.total()
    verdict.repeated += surplus.total()
    for word, counter in (("lost", missing), ("too many", surplus)):
        verdict.sentences += [f"{word}: {what} {entry}" for entry in list(counter)[:SHOWN]]


def check_ids(verdict, messages):
    """No id occurs twice, on all topics together. A record that was refused and is tried again has
    that of its dead letter for its first output."""
    ids = Counter(f"dead letter {message.headers['dlq_id']}" if message.topic == DEAD_LETTERS
                  else message.id for message in messages)
    twice = [ce_id for ce_id, count in ids.items() if count > 1]
    if twice:
        verdict.sentences.append(f"{len(twice)} ids were read twice: {twice[:SHOWN]}")


def check_order(verdict, lines, outputs):
    """On each output partition, what one employer's events of one topic have caused comes in the
    order of these events."""
    places = defaultdict(list)
    for line in lines:
        places[line.id].append((line.topic, line.number))
    latest = defaultdict(int)
    wrong = []
    for message in outputs:
        causes = places.get(message.headers.get("ce_causationid"))
        if causes is None:
            continue  # a deadline
        topic = causes[0][0]
        road = message.topic, message.partition, message.headers["ce_subject"].split("/")[0], topic
        # An event that was sent again may have caused it by any of its lines.
        numbers = [number for _, number in causes]
        number = next((n for n in numbers if n >= latest[road]), numbers[-1])
        if number < latest[road]:
            wrong.append(f"out of order: {str(message)[:150]} of line {number} after that of line "
                         f"{latest[road]}")
        latest[road] = max(latest[road], number)
    verdict.sentences += wrong[:SHOWN]
