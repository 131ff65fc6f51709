"""The schemas, examples, table of topics, catalogue and test vectors agree with each other."""

import base64
import hashlib
import json
import re
import uuid
from datetime import datetime

import pytest
from catalogue import (EXAMPLES, MESSAGES, STEMS, SUFFIX, accepts_null, examples, flattened,
                       is_clock, properties, schema_of, topics_of)
from guichet_test.project import SCHEMAS
from guichet_test.schemas import BASE, registry, violations
from guichet_test.topics import DEAD_LETTERS, TOPICS
from jsonschema import Draft202012Validator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FILES = sorted(MESSAGES.iterdir())
README = (SCHEMAS / "README.md").read_text()
INPUTS = {name.removeprefix("guichet.") for topic in TOPICS
          if topic.direction == "in" for name in topic.types}
ALL_EXAMPLES = [pytest.param(stem, verdict, data, id=f"{stem}/{verdict}/{path.stem}")
                for stem in STEMS for verdict in ("valid", "invalid")
                for path, data in examples(stem, verdict)]


def subschemas(schema):
    """The schema and all that lie in it."""
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(inner, (dict, list)):
            yield from subschemas(inner)


def objects(schema, path=""):
    """(path, schema) of an object and of the objects in it, references followed."""
    schema = flattened(schema)
    if schema.get("type") == "array":
        yield from objects(schema["items"], path + "[]")
    elif "properties" in schema:
        yield path, schema
        for name, inner in schema["properties"].items():
            yield from objects(inner, f"{path}.{name}".lstrip("."))


@pytest.mark.parametrize("path", SCHEMA_FILES, ids=lambda path: path.name)
def test_a_schema_is_valid_and_named_after_its_file(path):
    schema = json.loads(path.read_text())
    Draft202012Validator.check_schema(schema)
    assert path.name.endswith(SUFFIX)
    assert schema["$schema"] == DIALECT
    assert schema["$id"] == BASE + path.name.removesuffix(SUFFIX)
    assert schema["title"] and schema["description"]


@pytest.mark.parametrize("path", SCHEMA_FILES, ids=lambda path: path.name)
def test_every_reference_leads_somewhere(path):
    schema = json.loads(path.read_text())
    resolver = registry().resolver(schema["$id"])
    for inner in subschemas(schema):
        if "$ref" in inner:
            resolver.lookup(inner["$ref"])


@pytest.mark.parametrize("stem", STEMS)
def test_every_field_is_described_and_null_is_the_same_as_absent(stem):
    for path, schema in objects(schema_of(stem)):
        assert set(schema.get("required", ())) <= set(schema["properties"]), path
        for name, inner in schema["properties"].items():
            where = f"{path}.{name}".lstrip(".")
            assert inner.get("description"), f"{where} has no description"
            assert accepts_null(inner) == (name not in schema["required"]), where


def test_no_schema_forbids_further_fields():
    for path in SCHEMA_FILES:
        for inner in subschemas(json.loads(path.read_text())):
            assert "additionalProperties" not in inner and "unevaluatedProperties" not in inner


def test_types_and_schemas_are_the_same_list():
    names = {path.name.removesuffix(SUFFIX) for path in SCHEMA_FILES} - {"common"}
    assert names == set(STEMS)
    assert {path.name for path in EXAMPLES.iterdir()} == set(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_a_type_occurs_on_one_topic_but_for_the_clocks(stem):
    topics = topics_of(stem)
    assert len(topics) == 1 or all(map(is_clock, topics)), [topic.name for topic in topics]


def test_every_reader_has_a_clock():
    readers = {topic.worker for topic in TOPICS if topic.direction == "in"}
    assert {topic.worker for topic in TOPICS if is_clock(topic)} == readers


# Types about no employer: they have no `siren`, and no key.
WITHOUT_EMPLOYER = {"calendar.published.v1", "clock.ticked.v1", "dead-letter.dropped.v1",
                    "dead-letter.retried.v1", "pmss.published.v1"}


@pytest.mark.parametrize("stem", STEMS)
def test_every_other_type_says_whose_it_is(stem):
    fields = properties(schema_of(stem))
    if stem in WITHOUT_EMPLOYER:
        assert "siren" not in fields
    else:
        assert fields["siren"].type == "digits"
        assert fields["siren"].required == (stem != "operator.alert.v1")


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_line_of_the_table_of_topics(topic):
    assert re.fullmatch(r"[a-z-]+(\.[a-z-]+)*\.v[0-9]+", topic.name)
    assert topic.direction in ("in", "out")
    assert re.fullmatch(r"[a-z]+(,[a-z]+)*", topic.worker)
    assert topic.partitions == "n" or int(topic.partitions) > 0
    assert topic.cleanup in ("delete", "compact")
    assert re.fullmatch(r"[1-9][0-9]*d|forever", topic.retention)
    assert bool(topic.types) == (topic.name != DEAD_LETTERS)
    if topic.direction == "in":
        assert topic.worker != "any" and "," not in topic.worker
        assert topic.cleanup == "delete", "an input is never compacted: its key is the employer"
    if topic.cleanup == "compact":
        assert topic.worker == "affiliation", "compacted topics have one writer"


@pytest.mark.parametrize("stem,verdict,data", ALL_EXAMPLES)
def test_an_example_is_what_its_folder_says(stem, verdict, data):
    found = violations(stem, data)
    assert bool(found) == (verdict == "invalid"), "\n".join(found)


@pytest.mark.parametrize("stem", STEMS)
def test_there_are_examples_enough(stem):
    is_input = stem in INPUTS
    assert len(examples(stem, "valid")) >= (3 if is_input else 1)
    assert len(examples(stem, "invalid")) >= (6 if is_input else 1)


def shown(fields, data):
    """The paths of the fields that have a value in an example."""
    for name, inner in fields.items():
        value = data.get(name)
        if value is None:
            continue
        yield name
        if inner.fields:
            yield from (f"{name}.{path}" for path in shown(inner.fields, value))
        if inner.item and inner.item.fields:
            for each in value:
                yield from (f"{name}[].{path}" for path in shown(inner.item.fields, each))


def declared(fields):
    for name, inner in fields.items():
        yield name
        yield from (f"{name}.{path}" for path in declared(inner.fields))
        if inner.item:
            yield from (f"{name}[].{path}" for path in declared(inner.item.fields))


# Fields of a shared kind that a type never has: a review has no end yet that could be in time.
NEVER_THERE = {"affiliation.under-review.v1": {"sla.met"}}


@pytest.mark.parametrize("stem", STEMS)
def test_every_field_is_shown_in_a_valid_example(stem):
    fields = properties(schema_of(stem))
    seen = {path for _, data in examples(stem, "valid") for path in shown(fields, data)}
    assert set(declared(fields)) - seen == NEVER_THERE.get(stem, set())


def catalogue_rows():
    """The first two cells of the README's rows that begin with a type and its topic."""
    return dict(re.findall(r"^\| \[`([a-z0-9.-]+)`\]\([^)]*\) \| `([a-z0-9.<>-]+)` \|",
                           README, re.MULTILINE))


def listed_topic(stem):
    """How the catalogue names the topic of a type."""
    topics = topics_of(stem)
    return topics[0].name if len(topics) == 1 else "guichet.<worker>.clock.v1"


def test_the_catalogue_lists_each_type_with_its_topic():
    assert catalogue_rows() == {stem: listed_topic(stem) for stem in STEMS}


def test_the_links_of_the_catalogue_lead_somewhere():
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert links
    for link in links:
        assert (SCHEMAS / link).exists(), link


def vectors(name):
    return json.loads((SCHEMAS / name).read_text())["vectors"]


@pytest.mark.parametrize("vector", vectors("derived-ids.json"), ids=lambda v: v["name_of"])
def test_a_vector_of_a_derived_id(vector):
    derived = uuid.uuid5(uuid.UUID(vector["namespace"]), vector["name"])
    assert str(derived) == vector["id"]


def test_the_vectors_in_the_readme_are_those_of_the_file():
    known = {vector["name"]: vector["id"] for vector in vectors("derived-ids.json")}
    rows = re.findall(r"^\| `([^`]+)` \| `([0-9a-f-]{36})` \|$", README.replace("\\|", "|"),
                      re.MULTILINE)
    assert len(rows) >= 2
    for name, derived in rows:
        assert known[name] == derived


@pytest.mark.parametrize("vector", vectors("activation-token.json"), ids=lambda v: v["name"])
def test_a_vector_of_the_activation_token(vector):
    key = bytes.fromhex(vector["key_hex"])
    expires_at = datetime.fromisoformat(vector["expires_at"])
    seconds = int(expires_at.timestamp())
    payload = (vector["siren"].encode("ascii") + uuid.UUID(vector["insured_id"]).bytes
               + seconds.to_bytes(8, "big"))
    tag = hashlib.blake2b(payload, key=key, digest_size=32).digest()
    token = base64.urlsafe_b64encode(payload + tag).rstrip(b"=").decode("ascii")
    assert len(key) == 32
    assert vector["expires_unix_seconds"] == seconds
    assert vector["payload_hex"] == payload.hex()
    assert vector["token"] == token and len(token) == 87


def test_the_example_of_an_activation_email_carries_a_token_of_the_vectors():
    known = {(v["siren"], v["insured_id"], v["expires_at"]): v["token"]
             for v in vectors("activation-token.json")}
    for path, data in examples("insured.activation-email.v1", "valid"):
        key = (data["siren"], data["insured_id"], data["expires_at"])
        assert known.get(key) == data["activation_token"], path
