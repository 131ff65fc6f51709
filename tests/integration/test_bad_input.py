"""What is malformed becomes a dead letter with the right reason, its bytes untouched, and the
next record is processed as if nothing had been."""

import hashlib
import json
import re
from datetime import datetime, timedelta, timezone

import pytest
from guichet_test.employer import Employer
from guichet_test.topics import DEAD_LETTERS

KIB = 1024
DLQ_HEADERS = {"dlq_id", "dlq_topic", "dlq_partition", "dlq_offset", "dlq_timestamp",
               "dlq_worker", "dlq_stage", "dlq_reason", "dlq_message", "dlq_attempts", "dlq_time"}
STAGES = {"NOT_CLOUDEVENT": {"envelope"}, "ENVELOPE_UNSUPPORTED": {"envelope"},
          "TYPE_UNKNOWN": {"envelope"}, "TYPE_NOT_ALLOWED": {"envelope"},
          "TOO_LARGE": {"envelope", "decode"}, "NOT_JSON": {"envelope", "decode"},
          "SCHEMA": {"decode"}, "KEY_MISMATCH": {"decode"}, "FUTURE_EVENT": {"decode", "store"},
          "ID_REUSED": {"decode", "store"}}
STRUCTURED = [("content-type", b"application/cloudevents+json")]


@pytest.fixture(scope="module")
def employer(running, people):
    return Employer(running, people)


class Record:
    """A good affiliation request, to be spoilt in one place before it is sent."""

    def __init__(self, event):
        self.event = event
        self.topic = event.topic
        self.key = event.key
        headers, self.value = event.binary()
        self.headers = dict(headers)

    def data(self, **changes):
        """Changes the data; a change to None removes the field."""
        data = {**self.event.data, **changes}
        self.value = json.dumps({k: v for k, v in data.items() if v is not None}).encode()
        return self

    def header(self, name, value):
        if value is None:
            del self.headers[name]
        else:
            self.headers[name] = value
        return self

    def with_value(self, value):
        self.value = value
        return self

    def structured(self, value):
        """The value is sent as it is, as a structured event."""
        self.headers = dict(STRUCTURED)
        self.value = value
        return self

    def padded_to(self, size):
        """Grows the value to a size by a field that nobody knows."""
        return self.data(padding="x" * (size - len(self.data(padding="").value)))

    def nested(self, levels):
        """Adds an unknown field of so many levels."""
        depth = b"[" * levels + b"]" * levels
        return self.with_value(self.value[:-1] + b', "nested": ' + depth + b"}")

    def tuple(self):
        return (self.topic, self.key, list(self.headers.items()), self.value)


def in_the_future(minutes):
    return (datetime.now(timezone.utc) + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def employee_with(record, **changes):
    return {**record.event.data["employee"], **changes}


# name in domain words, how the record is spoilt, reason, a part of the message or None
CASES = [
    ("no value", lambda r: r.with_value(None), "NOT_CLOUDEVENT", None),
    ("no id", lambda r: r.header("ce_id", None), "NOT_CLOUDEVENT", "id"),
    ("no type", lambda r: r.header("ce_type", None), "NOT_CLOUDEVENT", "type"),
    ("no source", lambda r: r.header("ce_source", None), "NOT_CLOUDEVENT", "source"),
    ("no specversion", lambda r: r.header("ce_specversion", None), "NOT_CLOUDEVENT",
     "specversion"),
    ("an older specversion", lambda r: r.header("ce_specversion", "0.3"),
     "ENVELOPE_UNSUPPORTED", None),
    ("another content type", lambda r: r.header("content-type", "text/plain"),
     "ENVELOPE_UNSUPPORTED", None),
    ("an id of 65 characters", lambda r: r.header("ce_id", "i" * 65),
     "ENVELOPE_UNSUPPORTED", None),
    ("a control character in an attribute", lambda r: r.header("ce_source", "/portal\n"),
     "ENVELOPE_UNSUPPORTED", None),
    ("a type nobody knows", lambda r: r.header("ce_type", "guichet.affiliation.guessed.v1"),
     "TYPE_UNKNOWN", None),
    ("an output type", lambda r: r.header("ce_type", "guichet.affiliation.accepted.v1"),
     "TYPE_NOT_ALLOWED", None),
    ("a type of another topic", lambda r: r.header("ce_type", "guichet.contract.upserted.v1"),
     "TYPE_NOT_ALLOWED", None),
    ("over 256 KiB", lambda r: r.padded_to(256 * KIB + 1), "TOO_LARGE", None),
    ("not JSON", lambda r: r.with_value(b"siren=123"), "NOT_JSON", None),
    ("half a JSON", lambda r: r.with_value(r.value[:-1]), "NOT_JSON", None),
    ("an empty value", lambda r: r.with_value(b""), "NOT_JSON", None),
    ("something after the JSON", lambda r: r.with_value(r.value + b"}"), "NOT_JSON", None),
    ("a key twice", lambda r: r.with_value(r.value[:-1] + b', "siren": "732829320"}'),
     "NOT_JSON", None),
    ("10,000 levels", lambda r: r.nested(10_000), "NOT_JSON", None),
    ("10,000 levels, never closed", lambda r: r.with_value(b"[" * 10_000), "NOT_JSON", None),
    ("33 levels", lambda r: r.nested(32), "NOT_JSON", None),
    ("invalid UTF-8", lambda r: r.with_value(r.value.replace(b"online_single", b"\xff\xfe")),
     "NOT_JSON", None),
    ("a list", lambda r: r.with_value(b"[]"), "SCHEMA", None),
    ("a missing field", lambda r: r.data(contract_id=None), "SCHEMA", "contract_id"),
    ("a wrong type", lambda r: r.data(contract_id=17), "SCHEMA", "contract_id"),
    ("a word outside its list", lambda r: r.data(channel="fax"), "SCHEMA", "channel"),
    ("a day that does not exist", lambda r: r.data(effective_on="2026-02-29"), "SCHEMA",
     "effective_on"),
    ("a time without offset", lambda r: r.data(submitted_at="2026-11-02T10:00:00"), "SCHEMA",
     "submitted_at"),
    ("an id with a space", lambda r: r.data(request_id="R 1"), "SCHEMA", "request_id"),
    ("an address of 101 characters", lambda r: r.data(employee=employee_with(
        r, address={"lines": ["a", "b" * 101], "postal_code": "1", "city": "c"})), "SCHEMA",
     "employee.address.lines[1]"),
    ("no given names", lambda r: r.data(employee=employee_with(r, given_names=[])), "SCHEMA",
     "employee.given_names"),
    ("another employer's key", lambda r: setattr(r, "key", "732829320") or r, "KEY_MISMATCH",
     None),
    ("six minutes ahead", lambda r: r.data(submitted_at=in_the_future(6)), "FUTURE_EVENT",
     "submitted_at"),
    ("structured and not JSON", lambda r: r.structured(b"{"), "NOT_JSON", None),
    ("structured, no type", lambda r: r.structured(
        json.dumps({"specversion": "1.0", "id": "1", "source": "/x", "data": {}}).encode()),
     "NOT_CLOUDEVENT", "type"),
]

ACCEPTABLE = [
    ("of 256 KiB exactly", lambda r: r.padded_to(256 * KIB)),
    ("of 32 levels", lambda r: r.nested(31)),
    ("with fields nobody knows", lambda r: r.data(colour="blue", size={"x": [1]})),
    ("with nulls for absent fields", lambda r: r.with_value(
        r.value[:-1] + b', "siret": null, "dependants": null}')),
    ("without a key", lambda r: setattr(r, "key", None) or r),
    ("four minutes ahead", lambda r: r.data(submitted_at=in_the_future(4))),
    ("with a charset in its content type", lambda r: r.header(
        "content-type", "application/json; charset=utf-8")),
    ("structured, without a content type", lambda r: setattr(
        r.structured(r.event.structured().encode()), "headers", {}) or r),
]


def check_dead_letter(running, letter, record, reason):
    """The original's key, value and headers, byte for byte, and all that tells why."""
    topic, key, headers, value = record.tuple()
    assert letter.topic == DEAD_LETTERS
    assert letter.headers["dlq_reason"] == reason, letter.headers
    assert letter.headers["dlq_stage"] in STAGES[reason], letter.headers["dlq_stage"]
    assert set(letter.headers) >= DLQ_HEADERS
    assert letter.headers["dlq_worker"] == "affiliation"
    assert re.fullmatch(r"\d+", letter.headers["dlq_attempts"])
    datetime.fromisoformat(letter.headers["dlq_time"])
    assert letter.raw_value == value
    assert letter.key == key
    originals = [(name, text.encode() if isinstance(text, str) else text)
                 for name, text in headers]
    assert [pair for pair in letter.raw_headers if not pair[0].startswith("dlq_")] == originals
    told = letter.headers["dlq_message"]
    personal = record.event.data["employee"]
    assert personal["nir"] not in told and personal["email"] not in told
    assert personal["family_name"] not in told
    return told


@pytest.mark.parametrize("spoil, reason, part", [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])
def test_malformed(running, employer, spoil, reason, part):
    """A dead letter with this reason, and the next request of the employer is decided."""
    record = spoil(Record(employer.request()))
    (place,) = running.sender.send_raw(record.tuple())
    letter = running.reader.wait_for_dead_letter(place)
    told = check_dead_letter(running, letter, record, reason)
    assert part is None or part in told, told
    employer.affiliate()


@pytest.mark.parametrize("vary", [case[1] for case in ACCEPTABLE],
                         ids=[case[0] for case in ACCEPTABLE])
def test_just_well_formed(running, employer, vary):
    """Unusual, but within the bounds: decided like any other."""
    record = vary(Record(employer.request()))
    running.sender.send_raw(record.tuple())
    assert employer.decision(record.event).type == "affiliation.accepted.v1"


def test_the_same_id_with_other_content(running, employer):
    """A request id seen before with other content: dead letter, and the first stands."""
    event = employer.request()
    running.send(event)
    decision = employer.decision(event)
    record = Record(event).data(effective_on="2026-10-02")
    (place,) = running.sender.send_raw(record.tuple())
    check_dead_letter(running, running.reader.wait_for_dead_letter(place), record, "ID_REUSED")
    assert employer.decision(event).id == decision.id


def test_the_same_content_in_other_bytes(running, employer):
    """Compared as fields, not as bytes: another spelling of the same request is a repeat."""
    event = employer.request()
    running.send(event)
    employer.decision(event)
    fields = dict(reversed(event.data.items()))
    record = Record(event).with_value(json.dumps(fields, indent=2).encode())
    (place,) = running.sender.send_raw(record.tuple())
    running.wait_drained("affiliation")
    running.reader.read_to_end()
    assert len(running.reader.find("affiliation.accepted.v1",
                                   request_id=event.data["request_id"])) == 1
    assert place not in {(m.headers.get("dlq_topic"), int(m.headers["dlq_partition"]),
                          int(m.headers["dlq_offset"])) for m in running.reader.messages
                         if m.topic == DEAD_LETTERS}


def test_many_malformed_in_one_batch(running, employer):
    """A hundred spoilt records between good ones: each its dead letter, each good one decided."""
    good = [employer.request() for _ in range(100)]
    bad = [Record(employer.request()).with_value(b"%d" % n) for n in range(100)]
    records = [r for pair in zip(map(Record, good), bad) for r in pair]
    places = running.sender.send_raw(*[record.tuple() for record in records])
    for event in good:
        assert employer.decision(event).type == "affiliation.accepted.v1"
    for place in places[1::2]:
        assert running.reader.wait_for_dead_letter(place).headers["dlq_reason"] == "SCHEMA"


def test_one_that_fills_its_topic(running, employer):
    """With our headers it would not fit among the dead letters: the value is left out, and what
    comes next is decided."""
    record = Record(employer.request()).with_value(b"x" * (2 * KIB * KIB - 600))
    (place,) = running.sender.send_raw(record.tuple())
    letter = running.reader.wait_for_dead_letter(place)
    assert not letter.raw_value
    assert letter.headers["dlq_reason"] == "TOO_LARGE"
    assert letter.headers["dlq_value_omitted"] == "true"
    assert letter.headers["dlq_value_bytes"] == str(len(record.value))
    assert letter.headers["dlq_value_sha256"] == hashlib.sha256(record.value).hexdigest()
    event = employer.request()
    running.send(event)
    assert employer.decision(event).type == "affiliation.accepted.v1"


def test_each_malformed_record_is_one_dead_letter(running):
    """No place occurs twice, and the ids are apart; stands last."""
    letters = [m for m in running.reader.read_to_end() if m.topic == DEAD_LETTERS]
    places = {(m.headers["dlq_topic"], m.headers["dlq_partition"], m.headers["dlq_offset"])
              for m in letters}
    assert len(places) == len(letters) == len({m.headers["dlq_id"] for m in letters})
    assert len(letters) >= len(CASES) + 102
