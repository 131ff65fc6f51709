"""What a run leaves behind, in a form that two runs can be compared by: outputs, and the rows of
all tables but the machine's. Instants are cut to the minute: a clock that stands still is moved on by
milliseconds until nothing is due, and how often may differ."""

import re
from collections import defaultdict

from guichet_test.reading import dead_letter_place
from guichet_test.topics import DEAD_LETTERS

MACHINE = {"installation", "progress", "clock_anchor", "journal", "schema_migration", "migration",
           "published", "publication", "publication_gap", "audit_mark", "audit_worker"}
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d):\d\d(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)")
SENT = re.compile(r"\d{9}-\d{4}(-other)?")
DEAD_LETTER = re.compile(r"dead-letter/[0-9a-f-]{36}")
DIFFERENT_KEYS = {"activation_token"}  # each installation has a key of its own

COLUMNS_SQL = """
SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
FROM information_schema.columns
WHERE table_schema = 'guichet' AND data_type <> 'bytea' AND is_identity = 'NO'
  AND column_name <> 'recorded_at'
GROUP BY 1"""


def cut(value):
    """Instants to the minute, wherever they stand."""
    if isinstance(value, dict):
        return {name: cut(inner) for name, inner in value.items() if name not in DIFFERENT_KEYS}
    if isinstance(value, list):
        return [cut(inner) for inner in value]
    return INSTANT.sub(r"\1\2", value) if isinstance(value, str) else value


def origin(correlation):
    """The event behind an output, by the ids that streams give; a tick's is made at random."""
    return correlation if SENT.fullmatch(correlation) else "a tick"


def output_of(message):
    """One output: what it says, and about what."""
    if message.topic == DEAD_LETTERS:
        return "dead letter", message.headers["dlq_reason"], message.headers["ce_id"]
    headers = message.headers
    return (message.type, headers["ce_subject"], origin(headers["ce_correlationid"]),
            repr(cut(message.data)))


def outputs_in_order(messages):
    """The outputs of each key of each topic, in order."""
    found = defaultdict(list)
    for message in messages:
        found[message.topic, message.key].append(output_of(message))
    return found


def ids(messages):
    """The ids of what inputs caused, with what they are about; a dead letter is known by its
    original's place. A deadline's ids name its very millisecond, which the rest of a batch moves."""
    return sorted((message.id, output_of(message)) if message.topic != DEAD_LETTERS
                  else (str(dead_letter_place(message)), output_of(message))
                  for message in messages if message.topic == DEAD_LETTERS
                  or SENT.fullmatch(message.headers["ce_causationid"]))


def tables(world):
    """The rows of every business table, sorted; sealed and hashed columns and counters left out.
    A dead letter's key is named after its place in the topic: only their number counts."""
    found = {}
    for table, columns in world.query(COLUMNS_SQL):
        if table in MACHINE or table.startswith("journal"):
            continue
        names = ", ".join(f"{column}::text" for column in columns)
        found[table] = sorted(
            tuple(DEAD_LETTER.sub("dead-letter", cut(value)) if value is not None else ""
                  for value in row)
            for row in world.query(f"SELECT {names} FROM guichet.{table}"))
    return found


def decided(world):
    """What the journal says of each input, by the event: refusal and rules."""
    return sorted(tuple(map(str, row)) for row in world.query(
        "SELECT worker, event_type, event_id, siren, subject_id, refusal, rules, outputs_count"
        " FROM guichet.journal WHERE topic NOT LIKE '%%.clock.%%' AND sequence = 0"))


def first_difference(one, other):
    """Of two lists, where they part, for a message that can be read."""
    for index, (left, right) in enumerate(zip(one, other)):
        if left != right:
            return f"at {index}:\n  {left}\n  {right}"
    if len(one) != len(other):
        longer = max(one, other, key=len)
        return f"{len(one)} and {len(other)}; the next: {longer[min(len(one), len(other))]}"
    return ""


def differences(one, other):
    """Of two mappings to lists, the entries that differ."""
    return [f"{key}: {first_difference(one.get(key, []), other.get(key, []))}"
            for key in sorted(set(one) | set(other), key=str) if one.get(key) != other.get(key)]
