"""The program's decoder and an independent validator of JSON Schema give the same verdict: on each
example, and on thousands of near misses made from the valid ones."""

import json
import re

import pytest
from catalogue import STEMS, examples, properties, schema_of
from guichet_test.project import program_under_test
from guichet_test.program import run_program
from guichet_test.schemas import validator, violations
from mutations import mutations

pytestmark = pytest.mark.skipif(not program_under_test().exists(),
                                reason=f"no program at {program_under_test()}: build it first")


def line_of(data):
    return json.dumps(data, ensure_ascii=False)


def decoder_verdicts(stem, lines):
    """What `guichet decode` prints for each line: ok, or invalid with path and rule."""
    result = run_program("decode", stem, stdin="".join(f"{line}\n" for line in lines))
    assert result.returncode in (0, 65), result.stderr  # 65: some of it is bad data
    verdicts = result.stdout.splitlines()
    assert len(verdicts) == len(lines), result.stdout + result.stderr
    for verdict in verdicts:
        assert verdict == "ok" or re.fullmatch(r"invalid: .+", verdict), verdict
    return verdicts


@pytest.mark.parametrize("stem", STEMS)
def test_decoder_and_validator_agree_on_the_examples(stem):
    named = [*examples(stem, "valid"), *examples(stem, "invalid")]
    verdicts = decoder_verdicts(stem, [line_of(data) for _, data in named])
    wrong = [f"{path.parent.name}/{path.name}: the decoder says {verdict}; the schema says "
             f"{violations(stem, data) or 'ok'}"
             for (path, data), verdict in zip(named, verdicts, strict=True)
             if (verdict == "ok") == bool(violations(stem, data))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("stem", STEMS)
def test_decoder_and_validator_agree_on_near_misses(stem):
    fields = properties(schema_of(stem))
    lines = sorted({line_of(changed) for _, data in examples(stem, "valid")
                    for changed in mutations(fields, data)})
    judge = validator(stem)
    expected = [judge.is_valid(json.loads(line)) for line in lines]
    assert True in expected and False in expected
    wrong = [f"the decoder says {verdict}, the schema {'ok' if is_valid else 'invalid'}: {line}"
             for line, verdict, is_valid in
             zip(lines, decoder_verdicts(stem, lines), expected, strict=True)
             if (verdict == "ok") != is_valid]
    assert not wrong, f"{len(wrong)} of {len(lines)}:\n" + "\n".join(wrong[:20])
