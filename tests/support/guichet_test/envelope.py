"""What every output must look like: its headers, its key, its schema."""

import re
import uuid
from datetime import datetime

from .schemas import schema_id, violations
from .topics import DEAD_LETTERS, TOPICS

WRITERS = {topic.name: topic.worker.split(",") for topic in TOPICS}
CARRIED = {topic.name: topic.types for topic in TOPICS}
COMPACTED = {topic.name for topic in TOPICS if topic.cleanup == "compact"}
REQUIRED = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject",
            "ce_dataschema", "ce_correlationid", "ce_causationid", "content-type")
OPERATOR_ALERT = "guichet.operator.alert.v1"  # without an employer: about a partition
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z")


def check_output(message):
    """Fails unless the message keeps the contract of its topic, envelope and type."""
    headers = message.headers
    is_tombstone = message.raw_value is None and message.topic in COMPACTED
    is_about_a_partition = headers.get("ce_type") == OPERATOR_ALERT and "siren" not in message.data
    spared = {"content-type"} if is_tombstone else \
        {"ce_causationid"} if is_about_a_partition else set()  # no input has caused it
    missing = [name for name in REQUIRED if name not in headers and name not in spared]
    assert not missing, f"headers missing: {missing} in {message}"
    allowed = {*REQUIRED, "traceparent", "tracestate"}
    assert not set(headers) - allowed, f"unknown headers in {message}: {headers}"
    assert headers["ce_specversion"] == "1.0"
    assert headers.get("content-type") == (None if is_tombstone else "application/json")
    assert uuid.UUID(headers["ce_id"]).version == 5, headers["ce_id"]
    assert INSTANT.fullmatch(headers["ce_time"]), headers["ce_time"]
    assert not headers["ce_time"].endswith(".000Z"), headers["ce_time"]
    datetime.fromisoformat(headers["ce_time"])
    assert headers["ce_type"] in CARRIED[message.topic], f"{headers['ce_type']} on {message.topic}"
    writers = WRITERS[message.topic]
    source = headers["ce_source"].removeprefix("/guichet/")
    assert source in writers or writers == ["any"], headers["ce_source"]
    assert headers["ce_dataschema"] == schema_id(headers["ce_type"])
    siren = headers["ce_subject"].split("/")[0]
    if not is_tombstone:
        found = violations(headers["ce_type"], message.data)
        assert not found, f"{message}\n" + "\n".join(found)
        if is_about_a_partition:
            assert message.key == headers["ce_subject"], message.key
            return
        siren = message.data["siren"]
    assert headers["ce_subject"].startswith(f"{siren}/"), headers["ce_subject"]
    if message.topic in COMPACTED:
        assert message.key.startswith(f"{siren}:"), message.key
    else:
        assert message.key == siren, message.key


def check_outputs(messages):
    """Checks all but dead letters, whose bytes are those of their originals."""
    for message in messages:
        if message.topic != DEAD_LETTERS:
            check_output(message)


def personal_data_in(message, words):
    """The given personal words that stand in a key or a header, where none may."""
    places = [message.key or "", *map(str, message.headers.values())]
    return [word for word in words if any(word in place for place in places)]
