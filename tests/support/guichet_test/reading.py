"""A reader of our outputs as other teams must be: read_committed, from the beginning."""

import functools
import json
import uuid
from collections import Counter

from confluent_kafka import Consumer, KafkaError, TopicPartition
from confluent_kafka.admin import AdminClient

from .envelope import check_output
from .offsets import end_offsets
from .topics import DEAD_LETTERS, OUTPUTS
from .waiting import wait_until

CHECKED = 2000  # of each type: a drain has many times as many alike


class Message:
    """One record that a reader saw. The value is decoded when it is looked at."""

    def __init__(self, record):
        self.topic = record.topic()
        self.partition = record.partition()
        self.offset = record.offset()
        self.timestamp_ms = record.timestamp()[1]
        self.raw_key = record.key()
        self.raw_value = record.value()
        self.raw_headers = record.headers() or []

    @functools.cached_property
    def headers(self):
        """The headers by name; a name that occurs twice is an error of the program."""
        names = Counter(name for name, _ in self.raw_headers)
        twice = [name for name, count in names.items() if count > 1]
        assert not twice, f"headers given twice: {twice} in {self}"
        return {name: value.decode(errors="surrogateescape") for name, value in self.raw_headers
                if value is not None}

    @functools.cached_property
    def data(self):
        """The decoded value; None for a tombstone."""
        return None if self.raw_value is None else json.loads(self.raw_value)

    @property
    def key(self):
        return None if self.raw_key is None else self.raw_key.decode()

    @property
    def type(self):
        """The type without its `guichet.` prefix."""
        return self.headers.get("ce_type", "").removeprefix("guichet.")

    @property
    def id(self):
        return self.headers.get("ce_id")

    def __repr__(self):
        value = (self.raw_value or b"")[:600].decode(errors="replace")
        return f"{self.topic}[{self.partition}]@{self.offset} {self.type} {value}"


def committed_consumer(bootstrap):
    """A consumer of what is committed that belongs to no group with others and asks often."""
    return Consumer({
        "bootstrap.servers": bootstrap, "group.id": f"reader-{uuid.uuid4()}",
        "enable.auto.commit": False, "isolation.level": "read_committed",
        "auto.offset.reset": "earliest", "enable.partition.eof": True,
        "fetch.wait.max.ms": 50, "reconnect.backoff.max.ms": 500, "log_level": 0})


class Reader:
    """Reads all partitions of some topics and keeps everything it has seen, in order. Every output
    must keep the contract of its topic, envelope and type: the first that does not is a failure."""

    def __init__(self, bootstrap, topics):
        self.topics = list(topics)
        self.messages = []
        self.checked = Counter()
        self.admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
        self.consumer = committed_consumer(bootstrap)
        self.is_assigned = False
        known = self.admin.list_topics(timeout=30).topics
        self.partitions = [(topic, partition) for topic in self.topics
                           for partition in known[topic].partitions]
        self.positions = dict.fromkeys(self.partitions, 0)

    def close(self):
        self.consumer.close()

    def poll(self, seconds=0.05):
        """Takes what is there; returns how many messages came."""
        if not self.is_assigned:  # until then it takes nothing of the broker's time
            self.consumer.assign([TopicPartition(*place, 0) for place in self.partitions])
            self.is_assigned = True
        before = len(self.messages)
        for record in self.consumer.consume(num_messages=2000, timeout=seconds):
            place = (record.topic(), record.partition())
            error = record.error()
            if error is None:
                self._take(Message(record))
                self.positions[place] = record.offset() + 1
            elif error.code() == KafkaError._PARTITION_EOF:
                self.positions[place] = max(self.positions[place], record.offset())
            elif not error.retriable() and error.code() != KafkaError._ALL_BROKERS_DOWN \
                    and error.code() != KafkaError._TRANSPORT:
                raise AssertionError(f"the reader cannot go on: {error}")
        return len(self.messages) - before

    def _take(self, message):
        self.messages.append(message)
        if message.topic not in OUTPUTS or message.topic == DEAD_LETTERS:
            return
        self.checked[message.type] += 1
        if self.checked[message.type] <= CHECKED:
            check_output(message)

    def read_to_end(self, seconds=60):
        """Reads everything committed up to now and returns all messages seen so far."""
        ends = end_offsets(self.admin, self.partitions)

        def at_end():
            self.poll()
            return all(self.positions[place] >= end for place, end in ends.items())

        wait_until(at_end, seconds, lambda: "the reader reaches the end; behind in "
                   f"{[p for p, end in ends.items() if self.positions[p] < end]}")
        return self.messages

    def find(self, *types, **data):
        """The messages of these types (without prefix) whose data has these values."""
        return [message for message in self.messages
                if message.topic != DEAD_LETTERS and (not types or message.type in types)
                and all((message.data or {}).get(name) == value for name, value in data.items())]

    def wait_for(self, *types, count=1, seconds=60, **data):
        """Reads until `count` such messages have come and returns all of them."""
        def enough():
            self.poll()
            found = self.find(*types, **data)
            return found if len(found) >= count else None

        return wait_until(enough, seconds, lambda: f"{count} of {types} with {data}; seen:\n"
                          + "\n".join(map(repr, self.messages[-20:])))

    def wait_for_dead_letter(self, place, seconds=60):
        """Reads until the dead letter of the record at (topic, partition, offset) has come."""
        def found():
            self.poll()
            return next((message for message in self.messages if message.topic == DEAD_LETTERS
                         and dead_letter_place(message) == place), None)

        return wait_until(found, seconds, lambda: f"the dead letter of {place}; seen:\n"
                          + "\n".join(map(repr, self.messages[-10:])))

    def wait_until(self, condition, what, seconds=60):
        """Reads until `condition()` holds."""
        def holds():
            self.poll()
            return condition()

        return wait_until(holds, seconds, what)

    def repeated_ids(self):
        """The ce_ids that occur more than once: a read_committed reader must see none."""
        counts = Counter(message.id for message in self.messages if message.id is not None
                         and message.topic != DEAD_LETTERS)
        return {ce_id: count for ce_id, count in counts.items() if count > 1}


def dead_letter_place(message):
    """Where the original of a dead letter stands, by its headers."""
    headers = message.headers
    return (headers.get("dlq_topic"), int(headers.get("dlq_partition", -1)),
            int(headers.get("dlq_offset", -1)))
