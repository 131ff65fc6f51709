"""Where partitions end and how far groups have committed. Asked again while the broker has just
started, or come back, and cannot tell yet."""

from confluent_kafka import Consumer, IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec

from .waiting import wait_until

ANSWER_SECONDS = 30


def end_offsets(admin, places):
    """The offset after the last committed record of each (topic, partition)."""
    def ask():
        specs = {TopicPartition(*place): OffsetSpec.latest() for place in places}
        answers = admin.list_offsets(specs, isolation_level=IsolationLevel.READ_COMMITTED)
        return {(place.topic, place.partition): future.result().offset
                for place, future in answers.items()}

    return answered(admin, ask, "the ends of partitions")


def committed_offsets(bootstrap, group, places):
    """What the group has committed of each (topic, partition); 0 where it has nothing yet. Asked by
    a consumer that never joins: the administrators' request crashes in librdkafka while an open
    transaction holds the answer back."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "log_level": 0,
                         "enable.auto.commit": False, "isolation.level": "read_uncommitted"})

    def ask():
        answer = consumer.committed([TopicPartition(*place) for place in places], timeout=5)
        if any(place.error is not None for place in answer):
            return None
        return {(place.topic, place.partition): max(place.offset, 0) for place in answer}

    def attempt():
        try:
            return ask()
        except KafkaException:
            return None

    try:
        return wait_until(attempt, ANSWER_SECONDS, f"the broker tells what {group} has committed")
    finally:
        consumer.close()


def answered(admin, ask, what):
    def attempt():
        try:
            return ask()
        except KafkaException:
            refresh(admin)
            return None

    return wait_until(attempt, ANSWER_SECONDS, f"the broker tells {what}")


def refresh(admin):
    """Has the client learn anew who leads each partition: it does not by itself."""
    try:
        admin.list_topics(timeout=5)
    except KafkaException:
        pass
