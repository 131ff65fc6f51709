"""Whatever may block in a thread of `run` is under the watch: each call of librdkafka or libpq that
waits for somebody stands in a function that says so, or is only called by such."""

import re

import pytest
from guichet_test.project import ROOT

FOLDER = ROOT / "common" / "runtime"

BLOCKING = re.compile(
    r"\b(?:rd_kafka_(?:abort_transaction|assign|begin_transaction|commit|commit_transaction|committed|consumer_close"
    r"|consumer_poll|destroy|init_transactions|list_groups|metadata|offsets_for_times"
    r"|query_watermark_offsets|queue_poll|send_offsets_to_transaction|subscribe)"
    r"|rd_kafka_(?:flush|poll)(?!\([\w>-]+, 0\))"  # which look, and do not wait
    r"|PQ(?:connectPoll|connectStartParams|consumeInput|flush|getResult))\(")
HEAD = re.compile(r"(static )?[\w *]*?(\w+)\(")

# Never in a thread of `run`, or called by librdkafka from within a call that is watched.
ELSEWHERE = {
    ("topic_admin.c", None): "only commands make and compare topics",
    ("kafka_client.c", "kafka_client_wait"): "only commands wait so for a broker",
    ("membership.c", "rebalance"): "librdkafka calls it while it is polled, or closed",
    ("sabotage.c", "sabotage_commit"): "not in the program",
}


class Function:
    def __init__(self, file, head, body):
        self.file = file
        match = HEAD.match(head)
        self.is_static = bool(match[1])
        self.name = match[2]
        self.body = body

    @property
    def is_blocking(self):
        return BLOCKING.search(self.body) is not None

    def is_watched(self, others):
        """By itself, or because all are that call it, which only a static function can know."""
        if "WATCHED(" in self.body:
            return True
        callers = [other for other in others if other is not self
                   and re.search(rf"\b{self.name}\b", other.body)]
        return self.is_static and bool(callers) and all(
            caller.is_watched(others) for caller in callers)


def functions_of(path):
    """As clang-format lays them out: from the margin to a brace at the margin."""
    found, lines = [], []
    for line in path.read_text().splitlines():
        if line and line[0].isalpha() and not lines:
            lines = [line]
        elif lines:
            lines.append(line)
        if line.endswith(";") and (len(lines) == 1 or "{" not in " ".join(lines)):
            lines = []
        if line.startswith("}"):
            head, _, body = "\n".join(lines).partition(") {\n")
            if HEAD.match(head) and body:
                found.append(Function(path.name, head, body))
            lines = []
    return found


FILES = {path.name: functions_of(path) for path in sorted(FOLDER.glob("*.c"))}
CALLS = [function for functions in FILES.values() for function in functions
         if function.is_blocking]


def test_the_search_finds_all():
    """As many calls as there are in the files, whatever a function looks like."""
    text = "".join(path.read_text() for path in FOLDER.glob("*.c"))
    found = sum(len(BLOCKING.findall(function.body)) for function in CALLS)
    assert found == len(BLOCKING.findall(text)) > 30


@pytest.mark.parametrize("function", CALLS, ids=lambda each: f"{each.file}:{each.name}")
def test_it_is_watched(function):
    if {(function.file, None), (function.file, function.name)} & ELSEWHERE.keys():
        return
    assert function.is_watched(FILES[function.file]), \
        f"{function.name} may block for ever: say WATCHED(…) there, or where it is called"
