"""A released schema is not changed in a way that breaks those who publish or read."""

import copy
import json

import pytest

from compatibility import RELEASED, breaking, snapshot


def test_nothing_released_is_broken():
    assert breaking(json.loads(RELEASED.read_text()), snapshot()) == []


def field(**changes):
    return {"type": "text", "required": False, "personal": False, "min": 1, "max": 80, "words": [],
            "fields": {}, "item": None, **changes}


def contract(direction, **fields):
    return {"a.v1": {"direction": direction, "topics": ["a"], "fields": fields}}


@pytest.mark.parametrize(("direction", "old", "new", "breaks"), [
    ("in", {"a": field()}, {"a": field(max=81)}, False),
    ("in", {"a": field()}, {"a": field(max=79)}, True),
    ("in", {"a": field()}, {"a": field(), "b": field()}, False),
    ("in", {"a": field()}, {"a": field(), "b": field(required=True)}, True),
    ("in", {"a": field()}, {"a": field(required=True)}, True),
    ("in", {"a": field(required=True)}, {"a": field()}, False),
    ("in", {"a": field(words=["x"])}, {"a": field(words=["x", "y"])}, False),
    ("in", {"a": field(words=["x", "y"])}, {"a": field(words=["x"])}, True),
    ("in", {"a": field()}, {}, True),
    ("out", {"a": field()}, {"a": field(), "b": field(required=True)}, False),
    ("out", {"a": field()}, {}, True),
    ("out", {"a": field(required=True)}, {"a": field()}, True),
    ("out", {"a": field()}, {"a": field(required=True)}, False),
    ("out", {"a": field(words=["x"])}, {"a": field(words=["x", "y"])}, True),
    ("out", {"a": field()}, {"a": field(max=81)}, True),
    ("out", {"a": field()}, {"a": field(max=79)}, False),
    ("out", {"a": field()}, {"a": field(type="id")}, True),
    ("in", {"a": field(item=field())}, {"a": field(item=field(min=2))}, True),
    ("in", {"a": field(fields={"b": field()})}, {"a": field(fields={})}, True),
])
def test_what_breaks_is_told(direction, old, new, breaks):
    assert bool(breaking(contract(direction, **old), contract(direction, **new))) == breaks


def test_a_type_does_not_move():
    old = contract("out", a=field())
    moved = copy.deepcopy(old)
    moved["a.v1"]["topics"] = ["b"]
    assert breaking(old, moved)
    assert breaking(old, {})
    assert not breaking({}, old)
