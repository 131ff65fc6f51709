"""Where a test build kills itself (GUICHET_TEST_CRASH), by the situation in which it comes there.
All of them together are every step of a batch, of a Kafka transaction, and of settling."""

FIRST_START = {
    "before_first_start": "a partition nobody has read: nothing is stored of it",
    "after_first_start": "its progress is stored, its offset is not committed",
}
BATCH = {
    "collected": "the records are in memory",
    "decoded": "they are decoded, the transaction is not begun",
    "swapped": "p is moved in the open transaction",
    "locked": "the employers are locked",
    "loaded": "the working set is read",
    "decided": "all is decided, nothing is written",
    "before_database_commit": "all is stored, nothing is committed",
    "after_database_commit": "decided for good, not yet published",
    "before_kafka_begin": "the publisher has the batch, no transaction is begun",
    "after_kafka_begin": "the transaction is begun, nothing is produced",
    "in_kafka_transaction": "outputs are produced, the offsets are not sent",
    "before_kafka_commit": "the offsets are sent, the transaction is open",
    "after_kafka_commit": "all is done, only memory does not know",
}
SETTLING = {
    "surveyed": "the markers are read, nothing is done about them",
    "partition_settled": "one partition is settled, the others are not",
}
REPUBLISHING = {
    "before_republishing": "p is ahead of c, nothing is published of it",
    "republishing": "what is stored is handed to the publisher",
    "before_kafka_commit": "it is in the open transaction",
    "after_kafka_commit": "it is published, only memory does not know",
}
DEADLINES_DUE = {
    "tick_written": "a tick is on its way",
    "deadlines_fired": "what it makes due is decided, nothing is written",
}
EVERY = {**FIRST_START, **BATCH, **SETTLING, **REPUBLISHING, **DEADLINES_DUE}
