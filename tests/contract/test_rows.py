"""The program's descriptor rows say of each field what its schema says: `guichet rows` prints them
as JSON, and any difference in name, type, bound, word or mark fails."""

import json

import pytest
from catalogue import STEMS, Field, properties, schema_of, topics_of
from guichet_test.project import program_under_test
from guichet_test.program import run_program
from guichet_test.topics import TOPICS

# Words of the rows for one type of the schema, where the rows may say it more than one way.
SAME_TYPE = {"digits": {"digits", "id"}, "token": {"token", "id", "text"}}


@pytest.fixture(scope="module")
def rows():
    if not program_under_test().exists():
        pytest.skip(f"no program at {program_under_test()}: build it first")
    result = run_program("rows")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def field_of_row(row, personal=False):
    """A printed row as a Field. What is personal is so with all that lies below it."""
    personal = personal or row.get("personal", False)
    item = row.get("item")
    return Field(row["type"], row.get("required", False), personal, row.get("min"), row.get("max"),
                 frozenset(row.get("words") or ()), fields_of_rows(row.get("fields"), personal),
                 field_of_row(item, personal) if item else None)


def fields_of_rows(rows_of_object, personal=False):
    listed = rows_of_object or []
    fields = {row["name"]: field_of_row(row, personal) for row in listed}
    assert len(fields) == len(listed), "two rows have the same name"
    return fields


def marked_personal(field):
    """Whether all values below the field are personal: a mark on the whole or on each part."""
    parts = [*field.fields.values(), *([field.item] if field.item else [])]
    return all(map(marked_personal, parts)) if parts else field.personal


def differences(path, schema, row, is_item=False):
    """Sentences about what a row says otherwise than the schema."""
    if row.type not in SAME_TYPE.get(schema.type, {schema.type}):
        yield f"{path}: the schema has type {schema.type}, the row {row.type}"
        return
    if not is_item and schema.required != row.required:
        yield f"{path}: required is {schema.required} in the schema, {row.required} in the row"
    if marked_personal(schema) != marked_personal(row):
        yield (f"{path}: personal is {marked_personal(schema)} in the schema, "
               f"{marked_personal(row)} in the row")
    if schema.min is not None and (schema.min, schema.max) != (row.min, row.max):
        yield (f"{path}: bounds are {schema.min}..{schema.max} in the schema, "
               f"{row.min}..{row.max} in the row")
    if schema.words != row.words:
        yield f"{path}: only one side has the words {sorted(schema.words ^ row.words)}"
    if schema.item:
        if row.item is None:
            yield f"{path}: the row has no item"
        else:
            yield from differences(f"{path}[]", schema.item, row.item, is_item=True)
    yield from differences_of_fields(path, schema.fields, row.fields)


def differences_of_fields(path, schema, row):
    for name in [*schema, *(name for name in row if name not in schema)]:
        where = f"{path}.{name}".lstrip(".")
        if name not in row:
            yield f"{where}: no row"
        elif name not in schema:
            yield f"{where}: not in the schema"
        else:
            yield from differences(where, schema[name], row[name])


def test_the_program_has_rows_for_the_same_types(rows):
    assert sorted(rows) == STEMS


@pytest.mark.parametrize("stem", STEMS)
def test_rows_and_schema_say_the_same(rows, stem):
    found = list(differences_of_fields("", properties(schema_of(stem)),
                                       fields_of_rows(rows[stem]["fields"])))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("stem", STEMS)
def test_a_type_is_read_and_written_where_the_table_of_topics_says(rows, stem):
    uses = rows[stem]["uses"]
    for topic in topics_of(stem):
        users = [use["worker"] for use in uses
                 if (use["topic"], use["direction"]) == (topic.name, topic.direction)]
        assert users, f"nobody uses it on {topic.name}"
        if topic.direction == "in":
            assert users == topic.worker.split(",")
        elif topic.worker != "any":
            assert set(users) <= set(topic.worker.split(","))
    assert {use["topic"] for use in uses} == {topic.name for topic in topics_of(stem)}
    assert len({use["direction"] for use in uses}) == 1


def test_a_topic_has_the_writers_that_the_table_of_topics_lists(rows):
    """Each worker that a topic lists writes a type on it."""
    for topic in TOPICS:
        if topic.direction == "out" and topic.worker != "any":
            assert {use["worker"] for row in rows.values() for use in row["uses"]
                    if use["topic"] == topic.name} == set(topic.worker.split(",")), topic.name


def test_every_worker_reads_its_own_clock(rows):
    workers = {use["worker"] for row in rows.values() for use in row["uses"]}
    for stem in ("clock.ticked.v1", "dead-letter.retried.v1", "dead-letter.dropped.v1"):
        assert {(use["worker"], use["topic"]) for use in rows[stem]["uses"]} == {
            (worker, f"guichet.{worker}.clock.v1") for worker in workers}


# The comparison itself: each kind of difference is seen.
SAMPLE = {"name": "a", "type": "id", "required": True, "personal": True, "min": 1, "max": 64}


@pytest.mark.parametrize("change", [
    {"name": "b"}, {"type": "text"}, {"required": False}, {"personal": False}, {"min": 0},
    {"max": 65}, {"type": "enum", "words": ["x"]}], ids=str)
def test_a_difference_is_found(change):
    schema = fields_of_rows([SAMPLE])
    assert not list(differences_of_fields("", schema, fields_of_rows([dict(SAMPLE)])))
    assert list(differences_of_fields("", schema, fields_of_rows([{**SAMPLE, **change}])))


def test_a_difference_deep_inside_is_found():
    def listed(words):
        item = {"type": "object", "fields": [{"name": "kind", "type": "enum", "words": words}]}
        return fields_of_rows([{"name": "all", "type": "list", "min": 0, "max": 2, "item": item}])
    assert not list(differences_of_fields("", listed(["a", "b"]), listed(["b", "a"])))
    assert list(differences_of_fields("", listed(["a", "b"]), listed(["a"]))) == [
        "all[].kind: only one side has the words ['b']"]
