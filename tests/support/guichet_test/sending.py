"""Two independent clients that publish events: Python in binary mode, kcat in structured mode."""

import subprocess
from collections import defaultdict

from confluent_kafka import KafkaError, Producer

from .process import plain_environment


class Sender:
    """A plain idempotent producer, keyed by SIREN like every upstream team."""

    def __init__(self, bootstrap, linger_ms=5):
        self.bootstrap = bootstrap
        self.producer = Producer({
            "bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": linger_ms,
            "partitioner": "murmur2_random", "log_level": 0, "message.max.bytes": 4000000})

    def send(self, *events):
        """Publishes in binary mode and returns (topic, partition, offset) of each event."""
        return self.send_raw(*map(record_of, events))

    def send_raw(self, *records, **where):
        """Publishes (topic, key, headers, value) as given and returns their places; `where` may
        name a partition."""
        places = [None] * len(records)

        def delivered(index):
            def report(error, message):
                check_delivered(error, message)
                places[index] = (message.topic(), message.partition(), message.offset())
            return report

        for index, (topic, key, headers, value) in enumerate(records):
            self._produce(topic, key=key, headers=headers, value=value,
                          on_delivery=delivered(index), **where)
        self.flush()
        return places

    def post(self, topic, key, headers, value):
        """Publishes one record without waiting; a later call fails if it did not arrive."""
        self._produce(topic, key=key, headers=headers, value=value, on_delivery=check_delivered)

    def flush(self):
        """Waits until all that was posted has arrived."""
        left = self.producer.flush(60)
        assert left == 0, f"{left} records were not delivered"

    def send_with_kcat(self, *events):
        """Publishes in structured mode by kcat, in the order of each topic's events."""
        lines = defaultdict(list)
        for event in events:
            lines[event.topic].append(f"{event.key}\t{event.structured()}\n")
        for topic, records in lines.items():
            result = subprocess.run(
                ["kcat", "-P", "-b", self.bootstrap, "-t", topic, "-K", "\t",
                 "-X", "topic.partitioner=murmur2_random",
                 "-H", "content-type=application/cloudevents+json; charset=UTF-8"],
                input="".join(records).encode(), capture_output=True, check=False, timeout=60,
                env=plain_environment())
            assert result.returncode == 0, result.stderr.decode()

    def _produce(self, topic, **record):
        while True:
            try:
                self.producer.produce(topic, **record)
                self.producer.poll(0)
                return
            except BufferError:
                self.producer.poll(0.1)
            except KafkaError as error:
                raise AssertionError(f"cannot produce to {topic}: {error}") from error


def record_of(event):
    """The (topic, key, headers, value) of an event in binary mode."""
    return (event.topic, event.key, *event.binary())


def check_delivered(error, _message):
    if error is not None:
        raise AssertionError(f"not delivered: {error}")
