"""The AsyncAPI document of the whole contract, made from the table of topics and the schemas:
`python tests/contract/asyncapi.py` writes schemas/asyncapi.yaml, a test holds the file to it."""

import copy
import re
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from catalogue import MESSAGES, SCHEMAS, STEMS, schema_of, shared  # noqa: E402
from guichet_test.topics import TOPICS  # noqa: E402

DOCUMENT = SCHEMAS / "asyncapi.yaml"
HOUR_MS = 3600 * 1000
PARTITIONS = 12
DESCRIPTION = """\
Event workers behind the client space that an insurer offers to employers. They decide what upstream
services publish and tell what follows. Made from schemas/topics and schemas/messages; the tests
compare. Messages are CloudEvents 1.0 in Kafka's binary mode; structured mode is read too. Read what
we publish with isolation.level=read_committed; a ce_id seen before may be dropped.
"""


def name_of(text):
    """A key that AsyncAPI takes: letters, digits, dots, dashes, underscores."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)


def retention_ms(topic):
    if topic.retention == "forever":
        return -1
    return int(topic.retention.removesuffix("d")) * 24 * HOUR_MS


def configuration(topic):
    """Kafka's settings of a topic; of a compacted one the retention is that of tombstones."""
    key = "delete.retention.ms" if topic.cleanup == "compact" else "retention.ms"
    return {"cleanup.policy": [topic.cleanup], key: retention_ms(topic)}


def local(node):
    """The schema with its references to shared kinds led to the components of the document."""
    if isinstance(node, dict):
        return {key: value.replace("common#/$defs/", "#/components/schemas/")
                if key == "$ref" else local(value)
                for key, value in node.items() if key not in ("$schema", "$id", "$defs")}
    if isinstance(node, list):
        return [local(item) for item in node]
    return node


def headers(stem):
    """What every message of a type carries beside its data."""
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_id": text,
            "ce_source": text,
            "ce_type": {"const": f"guichet.{stem}"},
            "ce_time": {"type": "string", "format": "date-time"},
            "ce_subject": text,
            "ce_dataschema": text,
            "ce_correlationid": text,
            "ce_causationid": text,
        },
    }


def key_schema(topic, stem):
    if stem == "roster.entry.v1":
        return {"type": "string", "description": "siren:contract_id:insured_id"}
    if stem == "tracking.entry.v1":
        return {"type": "string", "description": "siren:request_id"}
    if "siren" in schema_of(stem)["properties"]:
        return {"type": "string", "pattern": "^[0-9]{9}$", "description": "The employer's SIREN."}
    return None


def message(topic, stem):
    schema = schema_of(stem)
    described = {
        "name": f"guichet.{stem}",
        "title": schema["title"],
        "summary": schema.get("description", schema["title"]),
        "contentType": "application/json",
        "headers": headers(stem),
        "payload": local(copy.deepcopy(schema)),
    }
    key = key_schema(topic, stem)
    if key is not None:
        described["bindings"] = {"kafka": {"key": key}}
    return described


def channel(topic):
    stems = [carried.removeprefix("guichet.") for carried in topic.types]
    made = {
        "address": topic.name,
        "messages": {name_of(stem): {"$ref": f"#/components/messages/{name_of(stem)}"}
                     for stem in stems},
        "bindings": {"kafka": {
            "topic": topic.name,
            "partitions": PARTITIONS if topic.partitions == "n" else int(topic.partitions),
            "topicConfiguration": configuration(topic)}},
    }
    if not stems:
        made["description"] = "The original bytes of what was refused, with headers that say why."
        made["messages"] = {"dead-letter": {"$ref": "#/components/messages/dead-letter"}}
    return made


def operation(topic):
    return {
        "action": "receive" if topic.direction == "in" else "send",
        "channel": {"$ref": f"#/channels/{name_of(topic.name)}"},
        "summary": f"Read by the {topic.worker} worker." if topic.direction == "in"
                   else f"Written by: {topic.worker}.",
    }


def dead_letter():
    names = ("dlq_id", "dlq_topic", "dlq_partition", "dlq_offset", "dlq_timestamp", "dlq_worker",
             "dlq_stage", "dlq_reason", "dlq_message", "dlq_attempts", "dlq_time")
    return {
        "name": "dead-letter",
        "title": "What was refused",
        "summary": "Key, value and headers as they came, and headers that say where from and why.",
        "headers": {"type": "object", "required": list(names),
                    "properties": {name: {"type": "string"} for name in names}},
        "payload": {},
    }


def document():
    common = (MESSAGES / "common.schema.json").read_text()
    kinds = re.findall(r'^    "([a-z_]+)": \{', common, re.MULTILINE)
    topic_of = {carried: topic for topic in TOPICS for carried in topic.types}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "guichet", "version": "0.1.0", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "channels": {name_of(topic.name): channel(topic) for topic in TOPICS},
        "operations": {name_of(("read-" if topic.direction == "in" else "write-") + topic.name):
                       operation(topic) for topic in TOPICS},
        "components": {
            "messages": {**{name_of(stem): message(topic_of[f"guichet.{stem}"], stem)
                            for stem in STEMS},
                         "dead-letter": dead_letter()},
            "schemas": {kind: local(copy.deepcopy(shared(kind))) for kind in kinds},
        },
    }


class Plain(yaml.SafeDumper):
    """No anchors: what is alike is written twice."""

    def ignore_aliases(self, data):
        return True


def text():
    return yaml.dump(document(), Dumper=Plain, sort_keys=False, allow_unicode=True, width=100)


if __name__ == "__main__":
    DOCUMENT.write_text(text())
