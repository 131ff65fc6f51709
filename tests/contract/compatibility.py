"""What was released of the contract, and what may still change: `python
tests/contract/compatibility.py` takes what stands now as released (schemas/released.json); a test
refuses what would break those who rely on it.

An input may only accept more than it did: who publishes must not be refused for what was right. An
output may only promise more: who reads must find what was always there, in the form it had."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from catalogue import SCHEMAS, STEMS, Field, properties, schema_of, topics_of  # noqa: E402

RELEASED = SCHEMAS / "released.json"


def plain(field):
    return {**asdict(field), "words": sorted(field.words),
            "fields": {name: plain(each) for name, each in field.fields.items()},
            "item": None if field.item is None else plain(field.item)}


def restored(kept):
    return Field(**{**kept, "words": frozenset(kept["words"]),
                    "fields": {name: restored(each) for name, each in kept["fields"].items()},
                    "item": None if kept["item"] is None else restored(kept["item"])})


def snapshot():
    return {stem: {"direction": topics_of(stem)[0].direction,
                   "topics": sorted(topic.name for topic in topics_of(stem)),
                   "fields": {name: plain(field)
                              for name, field in properties(schema_of(stem)).items()}}
            for stem in STEMS}


def bounds_of(field):
    low = float("-inf") if field.min is None else field.min
    high = float("inf") if field.max is None else field.max
    return low, high


def changed_field(direction, path, old, new):
    """Sentences about one field that both have."""
    if old.type != new.type:
        return [f"{path}: was {old.type}, is {new.type}"]
    wrong = []
    (old_low, old_high), (new_low, new_high) = bounds_of(old), bounds_of(new)
    narrowed = new_low > old_low or new_high < old_high
    widened = new_low < old_low or new_high > old_high
    if direction == "in":
        if narrowed:
            wrong.append(f"{path}: accepts less than {old.min}..{old.max}")
        if old.words - new.words:
            wrong.append(f"{path}: no longer accepts {sorted(old.words - new.words)}")
        if new.required and not old.required:
            wrong.append(f"{path}: has become required")
    else:
        if widened:
            wrong.append(f"{path}: may go beyond {old.min}..{old.max}")
        if new.words - old.words:
            wrong.append(f"{path}: may now say {sorted(new.words - old.words)}")
        if old.required and not new.required:
            wrong.append(f"{path}: may now be missing")
    wrong += changed_fields(direction, path + ".", old.fields, new.fields)
    if old.item is not None and new.item is not None:
        wrong += changed_field(direction, path + "[]", old.item, new.item)
    return wrong


def changed_fields(direction, prefix, old, new):
    wrong = [f"{prefix}{name}: is gone" for name in old.keys() - new.keys()]
    if direction == "in":
        wrong += [f"{prefix}{name}: is new and required"
                  for name in new.keys() - old.keys() if new[name].required]
    for name in old.keys() & new.keys():
        wrong += changed_field(direction, prefix + name, old[name], new[name])
    return wrong


def breaking(released, current):
    """What breaks between two snapshots, one sentence each."""
    wrong = [f"{stem}: is gone" for stem in released.keys() - current.keys()]
    for stem in released.keys() & current.keys():
        old, new = released[stem], current[stem]
        if old["direction"] != new["direction"] or set(old["topics"]) - set(new["topics"]):
            wrong.append(f"{stem}: stood on {old['topics']}, stands on {new['topics']}")
            continue
        fields = [{name: restored(field) for name, field in each["fields"].items()}
                  for each in (old, new)]
        wrong += changed_fields(old["direction"], f"{stem}: ", *fields)
    return sorted(wrong)


if __name__ == "__main__":
    RELEASED.write_text(json.dumps(snapshot(), indent=1, sort_keys=True) + "\n")
