"""`sla`, `roster`, `tracking` and what `explain` says about the clock: what people read."""

import csv
import io
import json
import shutil
import subprocess
from datetime import datetime, timedelta

import pytest
from guichet_test.contracts import health_contract
from guichet_test.employer import Employer
from guichet_test.events import contract_upserted
from guichet_test.process import plain_environment
from guichet_test.program import (EXIT_CONFIGURATION, EXIT_USAGE, Installation,
                                  program_environment)
from guichet_test.project import ROOT
from guichet_test.world import new_folder

NOW = "2026-11-23T14:00:00+01:00"  # a Monday
NOBODY = "00000000-0000-4000-8000-000000000000"  # an incarnation
SIREN, OTHER = "732829320", "552100554"


def words(value):
    """A test's name from its arguments."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def instant(text):
    return datetime.fromisoformat(text)


class Desk:
    """An installation that is only a database, in which time stands still."""

    def __init__(self, postgres):
        self.postgres = postgres
        self.folder = new_folder()
        self.database = postgres.create_database()
        self.installation = Installation(self.folder / "guichet", {
            "postgres.conninfo": postgres.conninfo(self.database)})
        self.installation.succeed("migrate")
        self.set_clock(NOW)

    def run(self, sql, parameters=None):
        with self.postgres.connect(self.database) as connection:
            return connection.execute(sql, parameters)

    def set_clock(self, now):
        """A real clock that has not come to real_from yet leaves simulated time where it is."""
        self.run("DELETE FROM guichet.clock_anchor")
        self.run("INSERT INTO guichet.clock_anchor (simulated_from, real_from, rate, start_asked)"
                 " VALUES (%s, '2099-12-31', 1, %s)", (now, now))

    def request(self, request_id, due_at, siren=SIREN, status="under_review", **columns):
        """A request; its times are given as text with an offset."""
        values = {"siren": siren, "request_id": request_id, "root_request_id": request_id,
                  "contract_id": "H1", "channel": "online_single", "status": status,
                  "person": f"request/{request_id}", "fingerprint": b"", "due_at": due_at,
                  "submitted_at": due_at and (instant(due_at) - timedelta(days=1)).isoformat(),
                  "calendar_id": "metropole", **columns}
        names = ", ".join(values)
        places = ", ".join(["%s"] * len(values))
        self.run(f"INSERT INTO guichet.affiliation_request ({names}) VALUES ({places})",
                 list(values.values()))

    def json(self, *arguments):
        return json.loads(self.installation.succeed(*arguments, "--json"))

    def ids(self, *arguments):
        return [row["request_id"] for row in self.json("sla", *arguments)]

    def end(self):
        self.postgres.drop_database(self.database)
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def desk(postgres):
    """Open requests in every state, and some that are decided or not on the clock."""
    desk = Desk(postgres)
    desk.request("R-LATE", "2026-11-20T17:20:00+01:00", milestones_raised=3)
    desk.request("R-JUST-LATE", "2026-11-23T13:59:30+01:00", milestones_raised=2)
    desk.request("R-DUE-NOW", NOW, milestones_raised=1)
    desk.request("R-SOON", "2026-11-23T17:20:00+01:00", siren=OTHER, milestones_raised=1)
    desk.request("R-TOMORROW", "2026-11-24T07:45:00+01:00", status="waiting", contract_id="H2")
    desk.request("R-BULK", "2026-11-25T10:00:00+01:00", channel="online_bulk",
                 submitted_at="2026-11-23T10:00:00+01:00")
    desk.request("R-PAPER", None, channel="paper_bia", submitted_at=NOW)
    desk.request("R-DONE", "2026-11-23T15:00:00+01:00", status="accepted", decided_at=NOW)
    yield desk
    desk.end()


def test_open_requests_the_most_urgent_first(desk):
    """Online and open only; what is late stands first."""
    assert desk.ids() == ["R-LATE", "R-JUST-LATE", "R-DUE-NOW", "R-SOON", "R-TOMORROW", "R-BULK"]


def test_a_request_in_json(desk):
    """Instants in UTC, business time in seconds, negative once it is over."""
    late, just_late, due_now = desk.json("sla", "--limit", "3")
    # Friday 17:20 to midnight, and Monday until 14:00.
    assert late == {
        "siren": SIREN, "request_id": "R-LATE", "contract_id": "H1", "class": "online_single",
        "status": "under_review", "submitted_at": "2026-11-19T16:20:00Z",
        "due_at": "2026-11-20T16:20:00Z", "left_seconds": -(6 * 3600 + 40 * 60 + 14 * 3600),
        "late": True, "milestones_raised": ["at_risk", "breached", "escalated_1"]}
    assert (just_late["left_seconds"], just_late["late"]) == (-30, True)
    assert (due_now["left_seconds"], due_now["late"]) == (0, False)  # decided now it is met
    assert due_now["milestones_raised"] == ["at_risk"]


def test_the_table_is_in_paris_time(desk):
    """Business time as one says it, a minus once it is over, and what was left out."""
    text = desk.installation.succeed("sla", "--limit", "5")
    lines = text.splitlines()
    assert lines[0] == "Mon 2026-11-23 14:00 in Paris (simulated), calendar metropole revision 0"
    rows = {line.split()[1]: line for line in lines[2:8]}
    assert rows["R-LATE"].split("  ")[-2:] == ["-20h40", "at_risk, breached, escalated_1"]
    assert "2026-11-20 17:20  -20h40" in rows["R-LATE"]
    assert " -0h00  at_risk, breached" in rows["R-JUST-LATE"]
    assert "  0h00  at_risk" in rows["R-DUE-NOW"]
    assert rows["R-TOMORROW"].endswith("2026-11-24 07:45   17h45")
    assert lines[-1] == "6 open, 2 of them late; the 5 most urgent are shown"
    assert desk.installation.succeed("sla").endswith("\n6 open, 2 of them late\n")


@pytest.mark.parametrize("arguments, ids", [
    (["--siren", OTHER], ["R-SOON"]),
    (["--siren", "356000000"], []),
    (["--contract", "H2"], ["R-TOMORROW"]),
    (["--class", "online_bulk"], ["R-BULK"]),
    (["--status", "waiting"], ["R-TOMORROW"]),
    (["--late"], ["R-LATE", "R-JUST-LATE"]),
    (["--late", "--siren", OTHER], []),
    (["--due-within", "0"], ["R-LATE", "R-JUST-LATE", "R-DUE-NOW"]),
    (["--due-within", "3"], ["R-LATE", "R-JUST-LATE", "R-DUE-NOW"]),
    (["--due-within", "4"], ["R-LATE", "R-JUST-LATE", "R-DUE-NOW", "R-SOON"]),
    (["--limit", "1"], ["R-LATE"]),
], ids=words)
def test_filters(desk, arguments, ids):
    """Each leaves what it says; together they leave what all say."""
    assert desk.ids(*arguments) == ids


def test_hours_to_go_are_business_hours(postgres):
    """On Friday evening what is due on Monday morning is due within hours."""
    desk = Desk(postgres)
    desk.set_clock("2026-11-20T20:00:00+01:00")
    desk.request("R-MONDAY", "2026-11-23T06:00:00+01:00")
    assert desk.ids("--due-within", "9") == []
    assert desk.ids("--due-within", "10") == ["R-MONDAY"]
    (row,) = desk.json("sla")
    assert row["left_seconds"] == 10 * 3600
    desk.end()


def test_each_request_has_its_own_calendar(postgres):
    """26 December is a holiday in Alsace-Moselle: a request that began there has a day less."""
    desk = Desk(postgres)
    desk.set_clock("2028-12-25T10:00:00+01:00")
    desk.request("R-METROPOLE", "2028-12-27T12:00:00+01:00")
    desk.request("R-ALSACE", "2028-12-27T13:00:00+01:00", calendar_id="alsace-moselle")
    for calendar in ("metropole", "alsace-moselle"):
        setting = ["-o", f"sla.calendar={calendar}"]
        left = {row["request_id"]: row["left_seconds"] for row in desk.json("sla", *setting)}
        assert left == {"R-METROPOLE": 36 * 3600, "R-ALSACE": 13 * 3600}, calendar
        assert desk.ids("--due-within", "13", *setting) == ["R-ALSACE"]
        assert desk.ids("--due-within", "12", *setting) == []
        (first, *_) = desk.installation.succeed("sla", *setting).splitlines()
        assert f"(simulated), calendar {calendar} revision 0, calendar " in first
    result = desk.installation.command("sla", "-o", "sla.calendar=nowhere")
    assert (result.returncode, result.stdout) == (EXIT_CONFIGURATION, "")
    desk.end()


@pytest.fixture(scope="module")
def week(postgres):
    """A week of both classes; submissions around midnight in Paris."""
    desk = Desk(postgres)
    rows = (("MET", "2026-11-20T09:00:00+01:00", "2026-11-23T09:00:00+01:00"),
            ("EXACT", "2026-11-20T10:00:00+01:00", "2026-11-23T10:00:00+01:00"),
            ("LATE", "2026-11-20T11:00:00+01:00", "2026-11-23T11:00:00.001+01:00"))
    for name, submitted_at, decided_at in rows:
        due_at = (instant(submitted_at) + timedelta(days=3)).isoformat()
        desk.request(name, due_at, status="accepted", submitted_at=submitted_at,
                     decided_at=decided_at)
    desk.request("OPEN-1", NOW, submitted_at="2026-11-20T14:00:00+01:00")
    desk.request("OPEN-2", NOW, submitted_at="2026-11-20T13:00:00+01:00", siren=OTHER)
    # 22:59:59Z and 23:00:00Z of the 16th lie on two days of Paris: one before seven days, one in.
    desk.request("BEFORE", NOW, status="rejected", submitted_at="2026-11-16T22:59:59Z",
                 decided_at="2026-11-17T10:00:00Z")
    desk.request("FIRST", NOW, status="rejected", submitted_at="2026-11-16T23:00:00Z",
                 decided_at="2026-11-17T10:00:00Z")
    desk.request("OLD", "2026-10-02T09:00:00+02:00", submitted_at="2026-10-01T09:00:00+02:00")
    desk.request("BULK", NOW, channel="online_bulk", status="cancelled",
                 submitted_at="2026-11-20T09:00:00+01:00", decided_at=NOW)
    # The sender's clock was ahead: decided before it was submitted.
    desk.request("AHEAD", "2026-11-18T00:00:00+01:00", contract_id="H9", status="accepted",
                 submitted_at="2026-11-17T00:00:00+01:00", decided_at="2026-11-16T23:56:00+01:00")
    yield desk
    desk.end()


def test_totals_by_day_and_class(week):
    """Met, late and open by the Paris day of the submission; what is open is never left out."""
    keys = ("day", "class", "met", "late", "open", "oldest_open")
    assert [tuple(row[key] for key in keys) for row in week.json("sla", "--totals")] == [
        ("2026-11-20", "online_single", 2, 1, 2, "2026-11-20T12:00:00Z"),
        ("2026-11-20", "online_bulk", 1, 0, 0, None),
        ("2026-11-17", "online_single", 2, 0, 0, None),
        (None, "online_single", None, None, 1, "2026-10-01T07:00:00Z")]
    text = week.installation.succeed("sla", "--totals")
    assert "2026-11-20    online_single    2     1     2  2026-11-20 13:00\n" in text, text
    assert "earlier       online_single                1  2026-10-01 09:00\n" in text, text


@pytest.mark.parametrize("arguments, days", [
    (["--days", "1"], [None]),
    (["--days", "4"], ["2026-11-20", "2026-11-20", None]),
    (["--days", "8"], ["2026-11-20", "2026-11-20", "2026-11-17", "2026-11-16", None]),
    (["--class", "online_bulk"], ["2026-11-20"]),
    (["--contract", "H9"], ["2026-11-17"]),
    (["--siren", OTHER], ["2026-11-20"]),
], ids=words)
def test_totals_of_some(week, arguments, days):
    """Fewer days, or a class, a contract, an employer alone."""
    assert [row["day"] for row in week.json("sla", "--totals", *arguments)] == days


@pytest.mark.parametrize("arguments", [
    ["--class", "paper_bia"], ["--status", "accepted"], ["--limit", "0"], ["--limit", "many"],
    ["--limit"], ["--due-within", "-1"], ["--due-within", "2.5"], ["--days", "3"],
    ["--totals", "--days", "0"], ["--totals", "--late"], ["--totals", "--limit", "5"],
    ["--totals", "--status", "waiting"], ["--totals", "--due-within", "5"], ["R-1"],
], ids=words)
def test_questions_that_make_no_sense(desk, arguments):
    """Wrong usage, and nothing on stdout."""
    result = desk.installation.command("sla", *arguments)
    assert (result.returncode, result.stdout) == (EXIT_USAGE, ""), result.stderr
    assert "usage: guichet sla" in result.stderr


def test_totals_do_not_read_the_whole_table(postgres):
    """Of a year of decided requests, found through the days asked for."""
    desk = Desk(postgres)
    desk.run("""
        INSERT INTO guichet.affiliation_request (
            siren, request_id, root_request_id, contract_id, channel, status, person, fingerprint,
            submitted_at, due_at, calendar_id, decided_at)
        SELECT '732829320', 'R-' || n, 'R-' || n, 'H1', 'online_single', 'accepted', 'request',
               '', at, at + interval '1 day', 'metropole', at + interval '1 hour'
        FROM generate_series(1, 100000) AS n,
             LATERAL (SELECT timestamptz '2025-11-24' + n * interval '5 minutes') AS moment (at)
        """)
    desk.run("VACUUM ANALYZE guichet.affiliation_request")
    desk.set_clock("2026-11-06T08:00:00+01:00")
    rows = desk.json("sla", "--totals", "--days", "2")
    # One every five minutes, the last on the 6th at 6:20.
    assert [(row["day"], row["met"]) for row in rows] == [("2026-11-06", 77), ("2026-11-05", 288)]
    statement = (ROOT / "workers/commands/sql/sla_totals.sql").read_text()
    with desk.postgres.connect(desk.database) as connection:
        connection.execute(f"PREPARE totals (text, text, text, timestamptz) AS {statement}")
        plan = str(connection.execute("EXPLAIN EXECUTE totals (NULL, NULL, NULL, '2026-11-05')")
                   .fetchall())
    assert "affiliation_request_decided" in plan and "affiliation_request_open" in plan, plan
    assert "Seq Scan" not in plan, plan
    desk.end()


def journal(desk, **columns):
    """A row of the journal as a worker would have left it."""
    values = {"worker": "affiliation", "topic": "affiliation.requests.v1", "partition": 0,
              "incarnation": NOBODY, "input_offset": 0, "sequence": 0, "decided_at": NOW, "siren": SIREN,
              "subject_id": "R-1", "event_id": "E-1",
              "event_type": "guichet.affiliation.requested.v1", "outputs_count": 0, **columns}
    names = ", ".join(values)
    places = ", ".join(["%s"] * len(values))
    desk.run(f"INSERT INTO guichet.journal ({names}) VALUES ({places})", list(values.values()))


def clock(submitted_at, due_at, calendar_id="metropole", revision=0):
    return json.dumps({"sla": {
        "class": "online_single", "calendar_id": calendar_id, "calendar_revision": revision,
        "submitted_at": submitted_at, "due_at": due_at, "met": None, "business_seconds": 0}})


def walk_of(desk, subject, facts):
    """The lines below `clock` in what `explain` tells."""
    journal(desk, subject_id=subject, facts=facts)
    lines = desk.installation.succeed("explain", f"{SIREN}/{subject}").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("  clock "))
    return [" ".join(line.split()) for line in lines[start:]]


def test_explain_walks_over_a_weekend(desk):
    """Which dates gave how much time, and why the others gave none."""
    assert walk_of(desk, "R-WEEKEND", clock("2026-11-20T16:20:30Z", "2026-11-23T16:20:30Z")) == [
        "clock online_single, calendar metropole revision 0",
        "Fri 2026-11-20 6h39:30 business day, from 17:20:30",
        "Sat 2026-11-21 0h00 weekend",
        "Sun 2026-11-22 0h00 weekend",
        "Mon 2026-11-23 17h20:30 business day, until 17:20:30",
        "in all 24h00 due Mon 2026-11-23 17:20:30 in Paris"]


def test_explain_names_holidays_closures_and_what_is_worked(desk):
    """By the revision that the facts name, whatever came later."""
    desk.run("INSERT INTO guichet.calendar (calendar_id, revision, base, extra_closures,"
             " worked_holidays) VALUES ('bridge', 1, 'metropole', '{2026-05-15}', '{2026-05-25}'),"
             " ('bridge', 2, 'metropole', '{}', '{}')")
    facts = clock("2026-05-13T22:00:00Z", "2026-05-18T22:00:00Z", "bridge", 1)
    assert walk_of(desk, "R-BRIDGE", facts) == [
        "clock online_single, calendar bridge revision 1",
        "Thu 2026-05-14 0h00 public holiday: Ascension",
        "Fri 2026-05-15 0h00 closure of this calendar",
        "Sat 2026-05-16 0h00 weekend",
        "Sun 2026-05-17 0h00 weekend",
        "Mon 2026-05-18 24h00 business day",
        "in all 24h00 due Tue 2026-05-19 00:00:00 in Paris"]
    facts = clock("2026-05-22T13:00:00Z", "2026-05-25T13:00:00Z", "bridge", 1)
    assert ("Mon 2026-05-25 15h00 worked, though it is Lundi de Pentecôte, until 15:00:00"
            in walk_of(desk, "R-WORKED", facts))


def test_explain_without_the_calendar(desk):
    """A revision that is not stored is said so; the rest of the story stands."""
    facts = clock("2026-11-20T16:20:00Z", "2026-11-23T16:20:00Z", "gone", 7)
    assert walk_of(desk, "R-GONE", facts) == [
        "clock online_single, calendar gone revision 7, which is not stored"]


def test_explain_tells_parts_from_inputs(desk):
    """What a tick raised, what an input raised about another subject, and the input itself."""
    place = {"input_offset": 40, "event_id": "E-PARTS"}
    with desk.postgres.connect(desk.database) as connection, connection.transaction():
        for sequence, subject in enumerate(("R-PART", "R-INPUT")):
            connection.execute(
                "INSERT INTO guichet.journal (worker, topic, partition, incarnation, input_offset,"
                " sequence, decided_at, siren, subject_id, event_id, event_type, outputs_count) VALUES"
                " ('affiliation', 'affiliation.requests.v1', 1, %s, %s, %s, %s, %s, %s, %s,"
                " 'guichet.affiliation.requested.v1', 0)",
                (NOBODY, place["input_offset"], sequence, NOW, SIREN, subject, place["event_id"]))
    journal(desk, topic="guichet.affiliation.clock.v1", subject_id="R-TICKED", event_id="TICK-1",
            event_type="guichet.clock.ticked.v1", rules="BREACHED")
    journal(desk, subject_id=None, siren=None, event_type=None, event_id="E-DEAD",
            refusal="NOT_JSON")
    explain = desk.installation.succeed
    assert "raised by   a deadline or a wake-up\n" in explain("explain", "R-TICKED")
    part = explain("explain", "R-PART")
    assert "raised by   a deadline or a wake-up, seen when this event came\n" in part
    assert "raised by" not in explain("explain", "R-INPUT")
    both = explain("explain", "E-PARTS")
    assert both.index("R-PART") < both.index("R-INPUT") and both.count("raised by") == 1
    assert "NOT_JSON" in explain("explain", "E-DEAD")


def csv_of(installation, *arguments):
    """The rows and the bytes of RFC 4180 output; line ends as they come."""
    result = subprocess.run(
        [str(installation.executable), *arguments, "--csv", "--config", str(installation.config)],
        stdout=subprocess.PIPE, check=True, env=plain_environment(program_environment()))
    assert result.stdout.count(b"\n") == result.stdout.count(b"\r\n")
    return list(csv.DictReader(io.StringIO(result.stdout.decode(), newline=""))), result.stdout


def test_tracking_of_an_employer(postgres):
    """Online requests in every state, the latest first; none on paper, none of others."""
    desk = Desk(postgres)
    desk.request("R-1", "2026-11-24T10:00:30+01:00")
    desk.request("=R-2", "2026-11-23T10:00:00+01:00", status="rejected", decided_at=NOW,
                 reasons="INVALID_NIR,MISSING_ADDRESS")
    desk.request("R-PAPER", None, channel="paper_bia", submitted_at=NOW)
    desk.request("R-OTHER", NOW, siren=OTHER)
    rows = desk.json("tracking", SIREN)
    assert [row["request_id"] for row in rows] == ["R-1", "=R-2"]
    assert rows[1] == {
        "request_id": "=R-2", "contract_id": "H1", "channel": "online_single",
        "status": "rejected", "submitted_at": "2026-11-22T09:00:00Z",
        "due_at": "2026-11-23T09:00:00Z", "decided_at": "2026-11-23T13:00:00Z",
        "reasons": ["INVALID_NIR", "MISSING_ADDRESS"]}
    assert (rows[0]["decided_at"], rows[0]["reasons"]) == (None, [])
    rows, _ = csv_of(desk.installation, "tracking", SIREN)
    assert rows[0]["due_at"] == "2026-11-24 10:00:30" and rows[0]["decided_at"] == ""
    assert rows[1]["request_id"] == "'=R-2"  # no spreadsheet reckons with it
    assert rows[1]["reasons"] == "INVALID_NIR, MISSING_ADDRESS"
    text = desk.installation.succeed("tracking", SIREN)
    assert text.splitlines()[0].split() == ["request", "contract", "channel", "status",
                                            "submitted", "due", "decided", "reasons"]
    assert text.endswith("\n2 online requests\n")
    assert desk.json("tracking", "356000000") == []
    desk.end()


@pytest.mark.parametrize("arguments", [[], [SIREN, OTHER], ["732829321"], ["R-1"],
                                       ["--csv", "--json", SIREN]], ids=words)
@pytest.mark.parametrize("command", ["roster", "tracking"])
def test_whose_list(desk, command, arguments):
    """One SIREN, one form."""
    result = desk.installation.command(command, *arguments)
    assert (result.returncode, result.stdout) == (EXIT_USAGE, ""), result.stderr


def test_roster_of_an_employer(running, people):
    """Everybody, whatever the channel, by name; who was erased has none any more."""
    employer = Employer(running, people)
    installation = running.installation
    names = {}
    for channel, family_name in (("online_single", "=Martin"), ("paper_bia", "Émile, père"),
                                 ("phone", "Zola")):
        person = people.person()
        insured = employer.affiliate(person.employee(family_name=family_name), channel=channel)
        names[insured] = (family_name, person.given_names, channel)
    employer.world.wait_drained("affiliation")
    rows = json.loads(installation.succeed("roster", employer.siren, "--json"))
    assert {row["insured_id"]: (row["family_name"], row["given_names"], row["channel"])
            for row in rows} == names
    assert [row["family_name"] for row in rows] == ["=Martin", "Zola", "Émile, père"]
    assert {key: rows[0][key] for key in ("contract_id", "effective_on", "ended_on", "option",
                                          "beneficiary_count")} == {
        "contract_id": employer.contract_id, "effective_on": "2026-10-01", "ended_on": None,
        "option": None, "beneficiary_count": 0}
    rows, raw = csv_of(installation, "roster", employer.siren)
    assert [row["family_name"] for row in rows] == ["'=Martin", "Zola", "Émile, père"]
    assert '"Émile, père"'.encode() in raw
    erased = next(insured for insured, name in names.items() if name[0] == "=Martin")
    running.query("DELETE FROM guichet.data_key WHERE siren = %s AND subject = %s RETURNING 1",
                  (employer.siren, f"insured/{erased}"))
    rows = json.loads(installation.succeed("roster", employer.siren, "--json"))
    assert [row["family_name"] for row in rows] == ["Zola", "Émile, père", None]
    text = installation.succeed("roster", employer.siren)
    assert "(erased)" in text and "Martin" not in text and text.endswith("\n3 insured\n")


def test_roster_shows_the_latest_affiliation(running, people):
    """Somebody who left and came back is there once, with the people covered now."""
    employer = Employer(running, people)
    insured = employer.affiliate(channel="paper_bia")
    running.query("""
        INSERT INTO guichet.affiliation
        SELECT siren, insured_id, contract_id, request_id || '-0', 'phone', scheme, 'OLD',
               '2021-01-01', '2021-12-31', accepted_at - interval '1 year'
        FROM guichet.affiliation WHERE siren = %s RETURNING 1""", (employer.siren,))
    for name, state, removed_on in (("B-1", "covered", None), ("B-2", "covered", None),
                                    ("B-3", "covered", "2026-10-31"), ("B-4", "waiting", None)):
        running.query("""
            INSERT INTO guichet.beneficiary (
                siren, insured_id, contract_id, beneficiary_id, source_id, state, relation,
                scheme, coverage_from, removed_on, content)
            VALUES (%s, %s, %s, %s, 'A-1', %s, 'child', 'general', '2026-10-01', %s, '{}')
            RETURNING 1""",
                      (employer.siren, insured, employer.contract_id, name, state, removed_on))
    (row,) = json.loads(running.installation.succeed("roster", employer.siren, "--json"))
    assert (row["channel"], row["effective_on"], row["ended_on"], row["option"],
            row["beneficiary_count"]) == ("paper_bia", "2026-10-01", None, None, 2)


def test_explain_walks_the_clock_of_a_real_decision(running, people):
    """From the facts that the worker kept."""
    employer = Employer(running, people)
    data = employer.ask(submitted_at="2026-11-14T09:15:00+01:00").data
    story = running.installation.succeed("explain", f"{employer.siren}/{data['request_id']}")
    assert "Sat 2026-11-14       0h00  weekend\n" in story
    assert "due Tue 2026-11-17 00:00:00 in Paris\n" in story


def test_explain_tells_what_was_late_already(running, people):
    """A request that comes too late: its milestones stand apart, before its decision."""
    employer = Employer(running, people)
    data = employer.ask(submitted_at="2026-01-05T10:00:00+01:00").data
    story = running.installation.succeed("explain", f"{employer.siren}/{data['request_id']}")
    part, decision = story.split("affiliation.requests.v1, partition")[1:]
    assert "a deadline or a wake-up, seen when this event came\n" in part
    assert "guichet.sla.breached.v1" in part and "guichet.affiliation.accepted.v1" in decision
    assert "raised by" not in decision and "  clock " in decision


def test_a_request_is_followed_while_it_waits(running, people):
    """For a contract that is not known: open, then decided by a wake-up, as explain tells."""
    employer = Employer(running, people)
    event = employer.request(contract_id="LATER")
    installation, request_id = running.installation, event.data["request_id"]
    running.send(event)
    running.wait_drained("affiliation")
    (row,) = json.loads(installation.succeed("sla", "--siren", employer.siren, "--json"))
    assert (row["request_id"], row["status"], row["contract_id"]) == (
        request_id, "waiting", "LATER")
    (row,) = json.loads(installation.succeed("tracking", employer.siren, "--json"))
    assert (row["status"], row["decided_at"]) == ("waiting", None)
    employer.publish(contract_upserted(health_contract(employer.siren, "LATER")))
    employer.decision(event)
    assert json.loads(installation.succeed("sla", "--siren", employer.siren, "--json")) == []
    (row,) = json.loads(installation.succeed("tracking", employer.siren, "--json"))
    assert (row["status"], row["decided_at"] is None) == ("accepted", False)
    story = installation.succeed("explain", f"{employer.siren}/{request_id}")
    woken = story.split("guichet.affiliation.clock.v1, partition")[1]
    assert "raised by   a deadline or a wake-up\n" in woken
    assert "guichet.affiliation.accepted.v1" in woken
