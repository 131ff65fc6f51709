"""Compares what a read_committed reader sees, and what the database holds, with what the input
calls for."""

from collections import Counter

from .oracle import Oracle

DECISIONS = ("affiliation.accepted.v1", "affiliation.rejected.v1", "affiliation.returned.v1",
             "affiliation.waived.v1")
IDENTIFIED_BY = {
    **{decision: lambda m: (m.data["siren"], m.data["request_id"])
       for decision in (*DECISIONS, "affiliation.under-review.v1")},
    "tracking.entry.v1": lambda m: (m.data["siren"], m.data["request_id"], m.data["status"]),
    "roster.entry.v1": lambda m: (m.key, m.data["version"]),
    "insured.activation-email.v1": lambda m: (m.data["siren"], m.data["insured_id"]),
    "insured.account-letter.v1": lambda m: (m.data["siren"], m.data["insured_id"]),
}


def seen(messages):
    """What came out of affiliation requests, in the oracle's terms."""
    return Counter((message.type, *IDENTIFIED_BY[message.type](message)) for message in messages
                   if message.type in IDENTIFIED_BY)


def some(counter, limit=10):
    return [f"{count} x {entry}" for entry, count in list(counter.items())[:limit]]


def check_outputs(reader, events):
    """Every output that the events call for is there once, and nothing else."""
    oracle = Oracle().take(events)
    found = seen(reader.messages)
    missing, surplus = oracle.expected - found, found - oracle.expected
    assert not missing and not surplus, (
        f"{missing.total()} missing: {some(missing)}\n{surplus.total()} too many: {some(surplus)}")
    assert not reader.repeated_ids(), f"repeated: {some(reader.repeated_ids())}"
    for message in reader.messages:
        if message.type in DECISIONS:
            outcome = oracle.outcomes[message.data["siren"], message.data["request_id"]]
            told = message.data.get("reasons", message.data.get("warnings", []))
            assert told == outcome.reasons, f"{told} instead of {outcome.reasons}: {message}"
    return oracle
