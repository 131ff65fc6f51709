"""Makes many near misses of a valid example: each field left out, null, of another type, at its
bounds and just beyond them."""

import copy

DAYS = ("1900-01-01", "1899-12-31", "2199-12-31", "2200-01-01", "2024-02-29", "2000-02-29",
        "1900-02-29", "2100-02-29", "2023-02-29", "2026-04-31", "2026-12-31", "2026-00-10",
        "2026-13-01", "2026-01-00", "2026-1-01", "26-01-01", "20260101", "2026/01/01",
        "2026-01-01T00:00:00Z", " 2026-01-01", "2026-01-01 ", "")
# No leap second and nothing within a day of the ends of 2000 to 2099 with an offset: see the
# README of the schemas.
INSTANTS = ("2000-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2099-12-31T23:59:59.999Z",
            "2100-01-01T00:00:00Z", "2026-11-23T04:00:00+01:00", "2026-11-23T04:00:00-23:59",
            "2026-11-23t04:00:00z", "2026-11-23T04:00:00.1Z", "2026-11-23T04:00:00.123456789Z",
            "2024-02-29T12:00:00Z", "2026-02-29T12:00:00Z", "2026-11-31T12:00:00Z",
            "2026-11-23T24:00:00Z", "2026-11-23T04:60:00Z", "2026-11-23T04:00:60Z",
            "2026-11-23T04:00:00", "2026-11-23T04:00Z", "2026-11-23T04:00:00.Z",
            "2026-11-23T04:00:00+0100", "2026-11-23T04:00:00+24:00", "2026-11-23T04:00:00+01:60",
            "2026-11-23 04:00:00Z", "2026-11-23", " 2026-11-23T04:00:00Z", "")
MONTHS = ("1900-01", "1899-12", "2199-12", "2200-01", "2026-00", "2026-13", "2026-1",
          "2026-11-01", "202611", "")
UUIDS = ("46738d33-0347-5d5b-ab17-cd888350ca1d", "46738d3303475d5bab17cd888350ca1d",
         "{46738d33-0347-5d5b-ab17-cd888350ca1d}", "46738d33-0347-5d5b-ab17-cd888350ca1",
         "46738d33-0347-5d5b-ab17-cd888350ca1g", "46738d330-347-5d5b-ab17-cd888350ca1d", "")
TEXTS = {"date": DAYS, "instant": INSTANTS, "month": MONTHS, "uuid": UUIDS}
WRONG_TYPES = (7, -0.5, True, "7", [], {}, [7], {"seven": 7})
ABSENT = object()


def lengths(field):
    return sorted({max(field.min - 1, 0), field.min, field.max, field.max + 1})


def values(field, value):
    """Values to try in place of one; whether they are right is for the judges to say."""
    yield ABSENT
    yield None
    yield from WRONG_TYPES
    match field.type:
        case "text":
            yield from ("é" * length for length in lengths(field))
            yield from ("😀" * length for length in lengths(field))
            yield "two words, \"quotes\" and a\nline"[:field.max]
        case "id" | "token":
            yield from ("x" * length for length in lengths(field))
            for odd in (" ", "é", "\x7f", "\t", "=", "~"):
                yield "x" * (field.max - 1) + odd
        case "digits":
            yield from ("1" * length for length in lengths(field))
            for odd in (" ", "A", "٣", "-"):
                yield "1" * (field.max - 1) + odd
        case "integer":
            yield from (field.min - 1, field.min, field.max, field.max + 1, field.min + 0.5)
        case "enum":
            yield from sorted(field.words)
            yield from ("", "nothing_of_the_kind", sorted(field.words)[0].swapcase())
        case "list" if value:
            yield from ([value[0]] * length for length in lengths(field))
        case kind if kind in TEXTS:
            yield from TEXTS[kind]


def replaced(data, path, value):
    """A copy of the example with another value at a path."""
    changed = copy.deepcopy(data)
    at = changed
    for step in path[:-1]:
        at = at[step]
    if value is not ABSENT:
        at[path[-1]] = value
    elif isinstance(at, dict):
        del at[path[-1]]
    else:
        at.pop(path[-1])
    return changed


def places(fields, data, path=()):
    """(field, path, value) of all that has a value in the example; of a list, its first item."""
    for name, field in fields.items():
        if data.get(name) is None:
            continue
        value = data[name]
        where = (*path, name)
        yield field, where, value
        yield from places(field.fields, value, where) if field.fields else ()
        if field.item and value:
            yield field.item, (*where, 0), value[0]
            yield from places(field.item.fields, value[0], (*where, 0))


def mutations(fields, data):
    """Copies of an example, each with one value changed."""
    for field, path, value in places(fields, data):
        for other in values(field, value):
            yield replaced(data, path, other)
