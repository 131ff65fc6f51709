"""The check of the checker: each precaution can be left out in a test build, and a schedule must
then report losses or repeats."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sabotage:
    """`name` is what GUICHET_TEST_SABOTAGE says; `schedule` is who must find it."""

    name: str
    sentence: str
    schedule: str


SABOTAGES = {sabotage.name: sabotage for sabotage in (
    Sabotage("metadata_at_publishing",
             "the publisher names the group's generation as it is now, not as it was assigned",
             "published_after_a_rebalance"),
    Sabotage("plain_commits", "the loop commits offsets itself, past the open transaction",
             "crashed_in_a_transaction"),
    Sabotage("lock_and_load", "the working set is read before the employers are locked",
             "decided_after_a_wait"),
    Sabotage("queue_kept", "what is queued behind a failed publication is published all the same",
             "abort_with_next_stored"),
    Sabotage("kafka_first", "Kafka's transaction is committed before the database's",
             "crashed_before_the_database"),
    Sabotage("no_swap", "a batch is stored even if p has moved", "frozen_with_a_batch"),
)}
