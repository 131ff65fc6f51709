"""The AsyncAPI document says what the table of topics and the schemas say, and is one."""

import json
import shutil
import subprocess

import pytest
from guichet_test.program import run_program
from guichet_test.project import ROOT
from guichet_test.topics import TOPICS

import asyncapi

PARSER = "@asyncapi/parser@3.6.3"


def test_the_document_is_made_from_the_table_and_the_schemas():
    assert asyncapi.DOCUMENT.read_text() == asyncapi.text(), \
        "run tests/contract/asyncapi.py, which writes it anew"


def test_its_channels_are_the_topics_that_the_program_prints():
    printed = {line.split()[0] for line in
               run_program("topics", "list").stdout.splitlines()[1:] if line.strip()}
    assert printed == {channel["address"]
                       for channel in asyncapi.document()["channels"].values()}


@pytest.fixture(scope="session")
def parser_folder():
    """Node's packages, kept between runs."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: the AsyncAPI parser cannot be had")
    folder = ROOT / "build" / "node"
    if not (folder / "node_modules" / "@asyncapi" / "parser").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text("{}\n")
        made = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", PARSER],
                              cwd=folder, capture_output=True, text=True, timeout=300)
        if made.returncode != 0:
            pytest.skip(f"npm cannot install {PARSER}: {made.stderr[-200:]}")
    return folder


def test_the_parser_finds_no_error_and_all_channels(parser_folder):
    script = ROOT / "tests" / "contract" / "parse_asyncapi.mjs"
    result = subprocess.run(["node", script, asyncapi.DOCUMENT], cwd=parser_folder, timeout=120,
                            capture_output=True, text=True, check=True)
    found = json.loads(result.stdout)
    assert found["errors"] == []
    assert sorted(found["channels"]) == sorted(topic.name for topic in TOPICS)
