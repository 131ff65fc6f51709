"""Requests sent at a steady pace, and the instants at which their decisions become readable."""

import json
import threading
import time

from confluent_kafka import KafkaError, TopicPartition

from .reading import committed_consumer
from .sending import Sender, record_of
from .waiting import wait_until

DECISIONS = "affiliation.decisions.v1"
POLL_SECONDS = 0.1  # how long a thread may take to see that it shall end


def prepared(event):
    """(identity, record) of a request: what need not be worked out while time is measured."""
    return (event.data["siren"], event.data["request_id"]), record_of(event)


class Traffic(threading.Thread):
    """Sends prepared requests at a steady pace, until there are no more or it is told to stop.

    `sent` has the moment just before each was handed to the client (time.monotonic), `behind_ms`
    how long after its turn that was: what a generator that cannot keep its pace would hide.
    """

    def __init__(self, bootstrap, requests, per_second):
        super().__init__(daemon=True)
        self.sender = Sender(bootstrap, linger_ms=0)
        self.requests = requests
        self.per_second = per_second
        self.sent = {}
        self.behind_ms = []
        self.stopping = threading.Event()
        self.failure = None

    def run(self):
        try:
            began = time.monotonic()
            for number, (identity, record) in enumerate(self.requests):
                turn = began + number / self.per_second
                if self.stopping.wait(max(0, turn - time.monotonic())):
                    break
                now = time.monotonic()
                self.sent[identity] = now
                self.behind_ms.append((now - turn) * 1000)
                self.sender.post(*record)
            self.sender.flush()
        except AssertionError as failure:
            self.failure = failure

    def stop(self):
        """Ends it when what it was sending is sent."""
        self.stopping.set()
        self.finish()

    def finish(self):
        """Waits until all is sent."""
        self.join()
        if self.failure is not None:
            raise self.failure


class DecisionWatch(threading.Thread):
    """Notes when each decision on a request can be read by a read_committed reader."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.consumer = committed_consumer(world.kafka.bootstrap)
        self.consumer.assign([TopicPartition(DECISIONS, partition, 0)
                              for partition in range(world.partitions)])
        self.arrived = []
        self.decoded = 0
        self.read_at = {}
        self.stopping = threading.Event()
        self.failure = None

    def run(self):
        while not self.stopping.is_set():
            record = self.consumer.poll(POLL_SECONDS)
            if record is None:
                continue
            error = record.error()
            if error is None:  # decoded later, so that the next one is not seen late
                self.arrived.append((time.monotonic(), record.value()))
            elif error.code() != KafkaError._PARTITION_EOF and not error.retriable():
                self.failure = AssertionError(f"the reader of decisions cannot go on: {error}")
                break
        self.consumer.close()

    def moments(self):
        """When each decision was first read (time.monotonic), by (siren, request_id)."""
        if self.failure is not None:
            raise self.failure
        until = len(self.arrived)
        for moment, value in self.arrived[self.decoded:until]:
            data = json.loads(value)
            self.read_at.setdefault((data["siren"], data["request_id"]), moment)
        self.decoded = until
        return self.read_at

    def wait_for(self, identities, seconds=120):
        """Waits until all of them are decided and returns when each was read."""
        def all_read():
            moments = self.moments()
            return all(identity in moments for identity in identities)

        wait_until(all_read, seconds, "all decisions are read")
        return self.moments()

    def wait_for_first(self, identities, seconds=120):
        """Waits until one of them is decided; returns when the first was read."""
        def first():
            moments = self.moments()
            return min((moments[name] for name in identities if name in moments), default=None)

        return wait_until(first, seconds, "the first decision is read")

    def stop(self):
        self.stopping.set()
        self.join()
