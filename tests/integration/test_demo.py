"""`guichet demo`: one command that shows everything, and leaves nothing behind."""

import os
import re
import shlex
import shutil
import signal

import pytest
from guichet_test.people import with_luhn
from guichet_test.process import Process
from guichet_test.program import EXIT_OK, EXIT_USAGE, program_environment, run_program
from guichet_test.project import program_under_test
from guichet_test.waiting import wait_until
from guichet_test.world import new_folder

SECONDS = 120  # a busy machine, sanitizers
EUROS = r"([+-]?\d{1,3}(?:\s\d{3})*,\d\d)\s€"


def cents(text):
    """Cents of an amount as the French write it."""
    return int(re.sub(r"[\s,]", "", text))


@pytest.fixture
def folder():
    """Where the demo may make its folder; the database's user can pass through it."""
    made = new_folder()
    yield made
    shutil.rmtree(made, ignore_errors=True)


def processes_of(folder):
    """The command lines of processes that work in or below a folder."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                line = file.read().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder) in line:
            found.append(line)
    return found


def check_nothing_left(folder):
    assert not os.listdir(folder)
    assert not processes_of(folder)


def sent(account, what):
    """How many of them the demo said that it sends."""
    return int(re.search(rf"(\d+) {what}", account).group(1))


def section(account, title):
    """The lines below a title of the account, up to the next empty line."""
    match = re.search(rf"^{re.escape(title)}.*\n((?:.+\n)+)", account, re.MULTILINE)
    assert match, f"no section {title!r} in\n{account}"
    return match.group(1).splitlines()


def check_registrations(account):
    """Siblings follow the contract that was given, a later one too; an ended one is refused."""
    lines = section(account, "Registrations")[1:]
    sirens = {line.split()[0] for line in lines}
    assert len(sirens) == 12
    assert all(siren == with_luhn(siren[:8]) for siren in sirens), sirens
    declared = [line for line in lines if "(declared)" in line]
    assert len(declared) >= 12
    assert any(re.search(r"(S-\d+) \(declared\), \1-B \(sibling\)", line) for line in declared)
    assert sum("(late_sibling" in line for line in lines) == 1
    assert any(line.endswith("rejected: CONTRACT_ENDED") for line in lines)


def check_requests(account):
    """Every request has one outcome; what came online says until when it is answered."""
    head, *rows = section(account, "Affiliation requests, by outcome and channel")
    channels = head.split()
    table = {row[:15].strip(): dict(zip(channels, map(int, row[15:].split()))) for row in rows}
    requests = sent(account, "affiliation requests")
    assert requests >= 100 and sum(sum(row.values()) for row in table.values()) == requests
    assert all(table["accepted"].values())
    for outcome in ("rejected", "returned", "waived"):
        assert sum(table[outcome].values()) > 0, table
    instant = r"\w{3} \d\d/\d\d \d\d:\d\d"
    examples = section(account, "Some of them")[1:]
    for line in examples:
        due = rf"{instant}\s+{instant}" if " online_" in line else r"-\s+-"
        assert re.match(rf"\s+R-\d+\s+\w+\s+{due}\s+(accepted|rejected|returned|waived)\s", line), \
            line
    reasons = " ".join(line.partition(";")[2] for line in examples)
    for reason in ("INVALID_EMAIL", "MISSING_ADDRESS", "INVALID_NIR", "SERVICE_NOT_AVAILABLE"):
        assert reason in reasons
    accepted = sum(table["accepted"].values())
    added = sum(int(count) for count in re.findall(r"(\d+) added", account))
    assert re.search(rf"^Lists: {accepted + added} entries", account, re.MULTILINE)
    told = re.search(r"(\d+) activation e-mails, letters: (\d+) .*?, (\d+) ", account)
    assert sum(map(int, told.groups())) == accepted and all(map(int, told.groups()))


def check_additions(account):
    """The four cells of the promise, and amounts that agree with each other."""
    cells = section(account, "Beneficiaries added")
    numbers = [tuple(map(int, re.findall(r"\d+", cell))) for cell in cells]
    (family, family_mails), (extra, extra_mails), paper, held = numbers
    assert 0 < family_mails <= family and extra_mails == extra > 0, cells
    assert paper[0] > 0 and paper[1] == 0, cells
    assert held[0] == 0 and held[1] > 0, cells
    assert family + extra + paper[0] + held[1] == sent(account, "additions")
    mails = {}
    for line in section(account, "E-mails to employers")[1:]:
        siren, addition, month = line.split()[:3]
        assert re.fullmatch(r"\d{4}-\d\d", month), line
        before, after, change = map(cents, re.findall(EUROS, line))
        assert before > 0 and before + change == after, line
        mails[siren, addition] = before, after
    assert len(mails) >= 10
    changes = {}
    for line in section(account, "Changes of contributions"):
        total_before, total_after, before, after = map(cents, re.findall(EUROS, line))
        assert 0 < before <= total_before and before < after <= total_after, line
        changes[tuple(line.split()[:2])] = before, after
    both = mails.keys() & changes.keys()
    assert both and all(mails[key] == changes[key] for key in both)


def check_weekend(account):
    """A request from Friday to Tuesday: each alert once, at its instant, and decided late."""
    lines = section(account, "A weekend in seconds")
    told = [re.fullmatch(r"  (\w{3} \d\d/\d\d \d\d:\d\d) +(\d+ h \d\d \w+)  (.+)", line).groups()
            for line in lines]
    assert [row[:2] for row in told[:-2]] == [
        ("Fri 20/11 16:00", "24 h 00 left"), ("Sat 21/11 00:00", "16 h 00 left"),
        ("Sun 22/11 00:00", "16 h 00 left"), ("Mon 23/11 00:00", "16 h 00 left"),
        ("Mon 23/11 10:00", "6 h 00 left"), ("Mon 23/11 16:00", "0 h 00 left"),
        ("Tue 24/11 00:00", "8 h 00 over"), ("Tue 24/11 16:00", "24 h 00 over")], lines
    texts = [text for _, _, text in told]
    assert "due Mon 23/11 16:00" in texts[0] and "contract S-WEEKEND" in texts[0]
    assert [text.partition(":")[0] for text in texts[4:8]] == [
        "sla.at-risk", "sla.breached", "sla.escalated", "sla.escalated"]
    assert texts[6].endswith("level 1") and texts[7].endswith("level 2")
    assert texts[-2] == "the contract arrives" and "late (met: false)" in texts[-1]
    used = int(re.search(r"answered in (\d+) h", texts[-1]).group(1))
    assert used == 24 + int(told[-1][1].split()[0]) >= 48, lines


def check_weekend(account):
    """The clock stands on both days, and each promise is told when it is due, and once."""
    line = re.compile(r"  \w{3} \d\d/\d\d \d\d:\d\d\s+(\d+ h \d\d (?:left|over))\s+(.*)")
    told = [line.fullmatch(text).groups() for text in section(account, "A weekend in seconds")]
    still = {left for left, text in told if "stands still" in text or "runs again" in text}
    assert len(still) == 1, told
    due = [(left, text.split(",")[0].split(":")[0]) for left, text in told
           if text.startswith(("submitted", "sla.at-risk", "sla.breached"))]
    assert due == [("24 h 00 left", "submitted"), ("6 h 00 left", "sla.at-risk"),
                   ("0 h 00 left", "sla.breached")]
    after = [text for left, text in told if left.endswith("over")]
    assert after[:3] == ["sla.escalated: level 1", "sla.escalated: level 2",
                         "the contract arrives"]
    assert len(after) == 4 and after[3].startswith("accepted, late (met: false)")


def check_account(account):
    check_registrations(account)
    check_requests(account)
    check_additions(account)
    check_weekend(account)
    reasons = [line.split()[0] for line in section(account, "Dead letters")]
    assert sorted(reasons) == ["NOT_JSON", "SCHEMA", "TYPE_NOT_ALLOWED", "TYPE_UNKNOWN"]


def test_once(folder):
    """It ends by itself with exit 0, tells all that it promises, and cleans up."""
    result = run_program("demo", "--once", environment={"TMPDIR": str(folder)}, seconds=SECONDS)
    assert result.returncode == EXIT_OK, result.stdout + result.stderr
    check_account(result.stdout)
    check_nothing_left(folder)


def test_goes_on_until_interrupted(folder):
    """The two commands that it prints work while it runs; Ctrl-C ends it with exit 0."""
    log = folder / "demo.log"
    demo = Process("demo", [program_under_test(), "demo"], log,
                   program_environment({"TMPDIR": str(folder)}))
    try:
        wait_until(lambda: "until Ctrl-C" in log.read_text() or not demo.is_running, SECONDS,
                   lambda: f"the account\n{demo.log_tail()}")
        account = log.read_text()
        check_account(account)
        hints = re.sub(r"\\\n", "", account[account.index("To go on"):]).splitlines()
        send, explain = (shlex.split(line)[1:] for line in hints if " guichet " in line)
        for command in (send, explain):
            result = run_program(*command)
            assert result.returncode == EXIT_OK, result.stderr
        assert "affiliation.accepted.v1" in result.stdout
        wait_until(lambda: re.search(r"^affiliation\.accepted\.v1 \d{9} R-BY-HAND", log.read_text(),
                                     re.MULTILINE), 30, lambda: f"R-BY-HAND\n{demo.log_tail()}")
        assert demo.stop(30, signal.SIGINT) == EXIT_OK, demo.log_tail()
        assert not demo.sanitizer_report(), demo.sanitizer_report()
    finally:
        demo.end()
    log.unlink()
    check_nothing_left(folder)


def test_an_unknown_option(folder):
    """Refused before anything is started."""
    result = run_program("demo", "--twice", environment={"TMPDIR": str(folder)})
    assert result.returncode == EXIT_USAGE and "usage" in result.stderr
    check_nothing_left(folder)
