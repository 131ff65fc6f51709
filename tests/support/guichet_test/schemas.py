"""Judges messages by the JSON Schemas with a validator that shares no code with the program."""

import functools
import json

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from .project import SCHEMAS

BASE = "https://guichet.example/schemas/"


def stem(event_type):
    """guichet.roster.entry.v1 -> roster.entry.v1, the name of its schema."""
    return event_type.removeprefix("guichet.")


def schema_id(event_type):
    return BASE + stem(event_type)


@functools.cache
def registry():
    schemas = [json.loads(path.read_text()) for path in (SCHEMAS / "messages").glob("*.json")]
    return Registry().with_resources(
        [(schema["$id"], Resource.from_contents(schema)) for schema in schemas])


@functools.cache
def validator(event_type):
    schema = registry().contents(schema_id(event_type))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, registry=registry(),
                                format_checker=Draft202012Validator.FORMAT_CHECKER)


def violations(event_type, data):
    """What the schema of the type has against the data, one sentence each."""
    return [f"{error.json_path}: {error.message}"
            for error in validator(event_type).iter_errors(data)]
