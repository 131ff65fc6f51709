"""The published contract as the contract tests read it: schemas, examples, and what a schema says
of each field in the words of the program's descriptor rows."""

import functools
import json
from dataclasses import dataclass, field

from guichet_test.project import SCHEMAS
from guichet_test.schemas import BASE, registry
from guichet_test.topics import TOPICS

MESSAGES = SCHEMAS / "messages"
EXAMPLES = SCHEMAS / "examples"
SUFFIX = ".schema.json"
COMMON = BASE + "common"

# Every type on a topic, without the `guichet.` prefix.
STEMS = sorted({name.removeprefix("guichet.") for topic in TOPICS for name in topic.types})


def topics_of(stem):
    """The topics that carry a type: one, or the clock of each worker."""
    return [topic for topic in TOPICS if f"guichet.{stem}" in topic.types]


def is_clock(topic):
    return topic.name == f"guichet.{topic.worker}.clock.v1"


def examples(stem, verdict):
    """The (path, data) of each example of a type; `verdict` is valid or invalid."""
    return [(path, json.loads(path.read_text()))
            for path in sorted((EXAMPLES / stem / verdict).glob("*.json"))]


def schema_of(stem):
    return registry().contents(BASE + stem)


@functools.cache
def shared(name):
    """A definition of common.schema.json."""
    return registry().contents(COMMON)["$defs"][name]


@dataclass
class Field:
    """What both sides must say of a field; its name is the key that leads to it."""

    type: str
    required: bool = False
    personal: bool = False
    min: int | None = None
    max: int | None = None
    words: frozenset = frozenset()
    fields: dict = field(default_factory=dict)
    item: "Field | None" = None


def flattened(schema):
    """The keywords of a property with its reference followed and `or null` taken off."""
    merged = dict(schema)
    if "anyOf" in merged:
        (value,) = (s for s in merged.pop("anyOf") if s != {"type": "null"})
        merged = {**flattened(value), **merged}
    if "$ref" in merged:
        target = merged.pop("$ref").removeprefix("common#/$defs/")
        merged = {**flattened(shared(target)), **merged}
    if isinstance(merged.get("type"), list):
        (merged["type"],) = (t for t in merged["type"] if t != "null")
    return merged


def accepts_null(schema):
    return "null" in schema.get("type", ()) or {"type": "null"} in schema.get("anyOf", ())


def string_type(schema):
    """Which kind of string: told by the pattern, which is what a validator judges by."""
    pattern = schema.get("pattern")
    kinds = {shared(name)["pattern"]: kind for name, kind in
             (("day", "date"), ("instant", "instant"), ("month", "month"), ("uuid", "uuid"))}
    if pattern is None:
        return "text"
    if pattern in kinds:
        return kinds[pattern]
    if pattern.startswith("^[0-9]"):
        return "digits"
    if pattern.startswith("^[!-~]"):
        return "id"
    if pattern.startswith("^[A-Za-z0-9_-]"):
        return "token"
    raise AssertionError(f"no row type is known for the pattern {pattern}")


def described(schema, required=False, personal=False):
    """A property as a Field. What is personal is so with all that lies below it."""
    personal = personal or schema.get("x-personal", False)
    schema = flattened(schema)
    common = {"required": required, "personal": personal}
    if "enum" in schema:
        return Field("enum", words=frozenset(schema["enum"]), **common)
    match schema["type"]:
        case "boolean":
            return Field("boolean", **common)
        case "integer":
            return Field("integer", min=schema["minimum"], max=schema["maximum"], **common)
        case "array":
            return Field("list", min=schema["minItems"], max=schema["maxItems"],
                         item=described(schema["items"], personal=personal), **common)
        case "object":
            return Field("object", fields=properties(schema, personal), **common)
        case "string":
            kind = string_type(schema)
            if kind in ("date", "instant", "month", "uuid"):
                return Field(kind, **common)
            return Field(kind, min=schema["minLength"], max=schema["maxLength"], **common)
    raise AssertionError(f"no row type is known for {schema}")


def properties(schema, personal=False):
    required = schema.get("required", [])
    return {name: described(each, name in required, personal)
            for name, each in schema["properties"].items()}
