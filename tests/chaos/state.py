"""What the database holds at the end: the same as after an undisturbed run of the same input, no
row more and none less."""

import re
from collections import Counter

from guichet_test.stored import differences, rows
from guichet_test.topics import TOPICS, is_clock

# What no two runs share (random, or by the real clock), by column or by table and column.
RANDOM = {"arrival", "pmss.recorded_at", "calendar.recorded_at"}
# All that is about an employer, and what all share. The journal is compared apart.
COLUMNS_SQL = """
SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.ordinal_position)
FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'guichet' AND t.table_type = 'BASE TABLE' AND c.data_type <> 'bytea'
  AND c.table_name NOT LIKE 'journal%'
GROUP BY c.table_name
HAVING bool_or(c.column_name = 'siren') OR c.table_name IN ('pmss', 'calendar')
"""
# How often a deadline finds nothing to do depends on what comes first, it or the next event.
JOURNAL_SQL = """
SELECT worker, topic, CASE WHEN topic LIKE '%.clock.v1' THEN 0 ELSE input_offset END,
       CASE WHEN topic LIKE '%.clock.v1' THEN 0 ELSE partition END,
       siren, subject_id, event_type, refusal, rules, outputs_count, decided_at
FROM guichet.journal
WHERE topic NOT LIKE '%.clock.v1' OR outputs_count > 0
"""
FRACTION = re.compile(r"(?<=\d\d:\d\d:\d\d)\.\d+(?=\+)")
# What a dead letter's key is named after is an id of the run.
WHERE = {"data_key": " WHERE subject NOT LIKE 'dead-letter/%'"}


def tables_of(world):
    """The business tables as multisets of rows, without what is sealed or random."""
    tables = {}
    for table, columns in world.query(COLUMNS_SQL):
        kept = [column for column in columns
                if column not in RANDOM and f"{table}.{column}" not in RANDOM]
        tables[table] = rows(world, f"SELECT {', '.join(kept)} FROM guichet.{table}"
                                    + WHERE.get(table, ""))
    tables["journal"] = rows(world, JOURNAL_SQL)
    return {table: to_seconds(content) for table, content in tables.items()}


def to_seconds(content):
    """Registrations of one batch are a millisecond apart: which are in one batch, a kill may
    change."""
    told = Counter()
    for row, count in content.items():
        told[tuple(text and FRACTION.sub("", text) for text in row)] += count
    return told


def compare_tables(expected, found):
    """A sentence for each row that one of them has and the other has not, a few a table."""
    return [f"{table}: {difference}" for table in sorted({*expected, *found})
            for difference in differences(expected.get(table, Counter()),
                                          found.get(table, Counter()))]


def check_books(world, committed):
    """Sentences about rows that contradict each other, or the log: none, if the books balance.
    `committed`: up to where each input partition is published."""
    inputs = [topic.name for topic in TOPICS if topic.direction == "in"]
    ends = world.input_ends(*inputs)
    stored = {(topic, partition): offset for topic, partition, offset in world.query(
        "SELECT topic, partition, next_offset FROM guichet.progress")}
    wrong = [f"{place}: decided {stored.get(place)}, published {committed.get(place)}, in the log "
             f"{end}" for place, end in ends.items()
             if not stored.get(place, 0) == committed.get(place, 0) == end]
    journal = {(topic, partition): count for topic, partition, count in world.query(
        "SELECT topic, partition, count(DISTINCT input_offset) FROM guichet.journal GROUP BY 1, 2")}
    wrong += [f"{place}: {journal.get(place, 0)} inputs of {end} are in the journal"
              for place, end in ends.items()
              if not is_clock(place[0]) and journal.get(place, 0) != end]
    return wrong


def decided_twice(world):
    """Places of inputs in the journal that stand there more than once: whatever was published."""
    return world.query("SELECT worker, topic, partition, input_offset, sequence"
                       " FROM guichet.journal GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1")
