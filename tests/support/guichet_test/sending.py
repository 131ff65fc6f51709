"""Two independent clients that publish events: Python in binary mode, kcat in structured mode."""

import subprocess
from collections import defaultdict

from confluent_kafka import KafkaError, Producer

from .process import plain_environment


class Sender:
    """A plain idempotent producer, keyed by SIREN like every upstream team."""

    def __init__(self, bootstrap):
        self.bootstrap = bootstrap
        self.producer = Producer({
            "bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 5,
            "partitioner": "murmur2_random", "log_level": 0, "message.max.bytes": 4000000})

    def send(self, *events):
        """Publishes in binary mode and returns (topic, partition, offset) of each event."""
        return self.send_raw(*[(event.topic, event.key, *event.binary()) for event in events])

    def send_raw(self, *records, **where):
        """Publishes (topic, key, headers, value) as given and returns their places; `where` may
        name a partition."""
        places = [None] * len(records)

        def delivered(index):
            def report(error, message):
                if error is not None:
                    raise AssertionError(f"not delivered: {error}")
                places[index] = (message.topic(), message.partition(), message.offset())
            return report

        for index, (topic, key, headers, value) in enumerate(records):
            self._produce(topic, key=key, headers=headers, value=value,
                          on_delivery=delivered(index), **where)
        left = self.producer.flush(60)
        assert left == 0, f"{left} records were not delivered"
        return places

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
