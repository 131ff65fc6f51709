"""Who may do what in the database: a worker's role does all that the program asks of it, and
nothing else; a reader's role looks, but not at the data keys; the owner needs no administrator."""

import re
import shutil

import psycopg
import pytest
from guichet_test.employer import Employer
from guichet_test.events import (beneficiary, calendar_published, event, merge_requested,
                                 pmss_published, registration)
from guichet_test.postgres import Postgres
from guichet_test.program import EXIT_OK, Installation
from guichet_test.project import ROOT
from guichet_test.world import World, new_folder

WORKER, READER = "guichet_worker", "guichet_reader"
LOGINS = {WORKER: "counter_clerk", READER: "onlooker"}  # members, and nothing but that
OWNERS_STATEMENTS = {"installation_claim", "migration_insert", "migration_lock", "migration_table",
                     "privileges_apply"}  # of `guichet migrate`
RUNNING = sorted(path for path in [*ROOT.glob("common/runtime/sql/*.sql"),
                                   *ROOT.glob("workers/*/sql/*.sql")]
                 if path.parts[-3] != "commands" and path.stem not in OWNERS_STATEMENTS)
LOOKING = sorted(path for path in ROOT.glob("workers/commands/sql/*.sql"))
CHANGES = {"INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}


def make_logins(connection):
    for role, login in LOGINS.items():
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [login]).fetchone():
            connection.execute(f"CREATE ROLE {login} LOGIN IN ROLE {role}")


@pytest.fixture(scope="module")
def served(postgres):
    """A world that was migrated by a superuser and in which the workers are only clerks."""
    world = World(postgres)
    try:
        world.start()
        with postgres.connect(world.database) as connection:
            make_logins(connection)
        world.instance = world.installation.start(
            name="clerk", settings={"postgres.conninfo": conninfo(world, WORKER)})
        yield world
        world.instance.stop_cleanly()
    finally:
        report = world.end()
    assert not report, report


def conninfo(world, role):
    return world.postgres.conninfo(world.database).replace(
        f"user={Postgres.SUPERUSER}", f"user={LOGINS[role]}")


@pytest.fixture(name="connect")
def connections(served):
    """Opens connections: as a member of a role, or without one as the superuser."""
    opened = []

    def connect(role=None):
        text = conninfo(served, role) if role else served.postgres.conninfo(served.database)
        opened.append(psycopg.connect(text, autocommit=True, prepare_threshold=None))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def test_a_clerk_does_the_whole_job(served, people):
    """Contracts, registrations, a merge, affiliation, additions, termination, reference data and
    an erasure, all with the rights of guichet_worker."""
    employer = Employer(served, people)
    siren, found = employer.siren, served.reader.wait_for
    served.send(registration(siren, "G-1", f"A1-{siren}", [employer.contract_id]))
    found("registration.accepted.v1", siren=siren, registration_id="G-1")
    served.send(merge_requested(siren, "M-1", f"A1-{siren}", f"A2-{siren}"))
    insured = employer.affiliate()
    added = employer.add(insured, [beneficiary("B-1", people.person())])
    assert added.type == "beneficiary.added.v1"
    served.send(event("termination.confirmed.v1", {
        "journey_id": "T-1", "siren": siren, "contract_id": employer.contract_id, "user_id": "u-1",
        "at": "2026-10-05T10:06:00+02:00", "received_at": "2026-10-05T10:06:00+02:00",
        "intent": "at_expiry", "legal_basis": "expiry"}))
    served.send(pmss_published(4100, 1, territory="metropole", valid_from="2029-01-01"),
                calendar_published("bridge", 1, closures=["2029-05-11"]))
    served.send(event("privacy.erasure-requested.v1", {
        "privacy_request_id": "P-1", "siren": siren, "insured_id": insured,
        "requested_at": "2026-11-03T09:00:00+01:00"}))
    found("privacy.erased.v1", siren=siren, privacy_request_id="P-1")
    served.wait_drained("account", "affiliation", "beneficiary", "termination", "reference",
                        "privacy")
    assert served.instance.is_running
    assert not served.reader.find("operator.alert.v1")
    assert served.query("SELECT count(*) FROM guichet.journal WHERE refusal = 'POISON'") == [(0,)]
    assert served.query("SELECT count(*) FROM guichet.calendar WHERE calendar_id = 'bridge'") == [
        (1,)]


def refusal_of(connection, path):
    """The SQLSTATE with which the server refuses to plan and open a statement, or None. Nothing
    is executed: EXPLAIN checks the rights all the same."""
    text = path.read_text()
    numbers = [int(number) for number in re.findall(r"\$(\d+)", text)]
    nulls = ", ".join(["NULL"] * max(numbers, default=0))
    connection.execute(f"PREPARE probe AS {text.rstrip().removesuffix(';')}")
    try:
        connection.execute(f"EXPLAIN EXECUTE probe{f'({nulls})' if nulls else ''}")
        return None
    except psycopg.Error as error:
        return error.sqlstate
    finally:
        if connection.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
            connection.execute("DEALLOCATE probe")


def test_each_statement_of_the_workers_is_allowed(connect):
    """Also those that no test of the main job happens to reach."""
    clerk = connect(WORKER)
    refused = {path.stem: code for path in RUNNING + LOOKING if (code := refusal_of(clerk, path))}
    assert len(RUNNING) > 80
    assert refused == {}


def test_a_reader_may_look_up_what_commands_show(connect):
    """All but what is personal, which needs data keys."""
    reader = connect(READER)
    refused = {path.stem for path in LOOKING if refusal_of(reader, path)}
    assert refused == {"operator_action_insert", "privacy_content"}


def test_each_right_is_needed(connect):
    """Without any one of its rights, guichet_worker can't run some statement of the program."""
    granted = connect().execute("SELECT object, privileges FROM guichet.privilege "
                                "WHERE role_name = %s ORDER BY object", [WORKER]).fetchall()
    needless = []
    for grant in granted:
        needless += needless_rights(connect(), *grant)
    assert needless == []


def needless_rights(connection, item, privileges):
    name = re.search(r"guichet\.(\w+)", item)[1]
    using = [path for path in RUNNING + LOOKING
             if re.search(rf"\bguichet\.{name}\b", path.read_text())
             or name.startswith("privacy_")]
    for privilege in re.split(r", (?![^(]*\))", privileges):  # not within a list of columns
        refused = False
        for path in using:
            connection.execute("BEGIN")
            connection.execute(f"REVOKE {privilege} ON {item} FROM {WORKER}")
            connection.execute(f"SET LOCAL ROLE {LOGINS[WORKER]}")
            refused = refused or refusal_of(connection, path) == "42501"
            connection.execute("ROLLBACK")
            connection.execute("DEALLOCATE ALL")
        if not refused:
            yield f"{privilege} ON {item}"


def tables_of(connection):
    """The tables of the schema; a day of the journal is reached through the journal only."""
    return {name for (name,) in connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'guichet'::regnamespace "
        "AND relkind IN ('r', 'p') AND NOT relispartition")}


def rights_of(connection, role, table):
    """What a login of the role may do with a table as a whole or with a column of it."""
    return {right for right in CHANGES | {"SELECT"} if connection.execute(
        "SELECT has_table_privilege(%(login)s, %(table)s, %(right)s) OR "
        "CASE WHEN %(right)s IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') "
        "THEN has_any_column_privilege(%(login)s, %(table)s, %(right)s) ELSE false END",
        {"login": LOGINS[role], "table": f"guichet.{table}", "right": right}).fetchone()[0]}


def test_rights_are_those_stated(connect):
    """For every table of the schema: a new one has to say who may do what with it."""
    admin = connect()
    stated = {(role, item.split(".")[1]): set(re.findall(r"[A-Z]+", privileges))
              for role, item, privileges in admin.execute(
                  "SELECT * FROM guichet.privilege WHERE object LIKE 'TABLE%'")}
    tables = tables_of(admin)
    assert {table for role, table in stated if role == WORKER} == tables - {"privilege"}
    for role in LOGINS:
        held = {(role, table): rights_of(admin, role, table) for table in tables}
        assert held == {place: stated.get(place, set()) for place in held}


def test_a_reader_changes_nothing_and_opens_nothing(connect):
    admin = connect()
    for table in tables_of(admin):
        assert not rights_of(admin, READER, table) & CHANGES, table
    assert rights_of(admin, READER, "data_key") == set()


FORBIDDEN = [
    "TRUNCATE guichet.{table}",
    "DROP TABLE guichet.{table}",
    "ALTER TABLE guichet.{table} ADD COLUMN more text",
    "ALTER TABLE guichet.{table} OWNER TO CURRENT_USER",
    "CREATE INDEX ON guichet.{table} ((1))",
    "CREATE TRIGGER t BEFORE INSERT ON guichet.{table} EXECUTE FUNCTION "
    "suppress_redundant_updates_trigger()",
    "DO 'BEGIN LOCK TABLE guichet.{table} IN ACCESS EXCLUSIVE MODE; END'",
]


@pytest.mark.parametrize("statement", FORBIDDEN, ids=lambda text: " ".join(text.split()[:2]))
def test_the_schema_is_the_owners(connect, statement):
    clerk = connect(WORKER)
    tables = tables_of(connect())
    if "LOCK" in statement:  # who may update or delete may lock
        tables = {table for table in tables
                  if not rights_of(connect(), WORKER, table) & {"UPDATE", "DELETE", "TRUNCATE"}}
    assert tables
    for table in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            clerk.execute(statement.format(table=table))


@pytest.mark.parametrize("statement", [
    "CREATE TABLE guichet.mine (n integer)",
    "CREATE FUNCTION guichet.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE public.mine (n integer)",
    "CREATE SCHEMA mine",
    "CREATE ROLE mine",
    "ALTER FUNCTION guichet.journal_prepare(integer) SECURITY INVOKER",
    "SELECT guichet.privileges_apply()",
    "SET ROLE guichet_owner",
    "INSERT INTO guichet.privilege VALUES ('guichet_worker', 'TABLE guichet.journal', 'DELETE')",
    "INSERT INTO guichet.schema_migration VALUES (9999, 'mine', 'x')",
    "UPDATE guichet.installation SET secret_check = NULL",
    "UPDATE guichet.journal SET outputs = NULL",
    "DELETE FROM guichet.journal",
    "DELETE FROM guichet.progress",
    "UPDATE guichet.data_key SET wrapped = ''",
    "UPDATE guichet.contract SET content = ''",
    "SELECT * FROM pg_authid",
    "COPY guichet.employer TO PROGRAM 'cat'",
    "SELECT pg_read_file('postgresql.conf')",
])
def test_a_clerk_may_not(connect, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connect(WORKER).execute(statement)


def test_days_of_the_journal_are_made_with_the_owners_rights(connect):
    """By the function alone, whose path nobody else can set; a day is nobody's but the owner's."""
    clerk, admin = connect(WORKER), connect()
    (made,) = clerk.execute("SELECT guichet.journal_prepare(40)").fetchone()
    assert made > 0
    owners = admin.execute(
        "SELECT DISTINCT relowner::regrole::text FROM pg_class "
        "WHERE relnamespace = 'guichet'::regnamespace").fetchall()
    assert owners == [("guichet_owner",)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        clerk.execute("SELECT * FROM guichet.journal_" + admin.execute(
            "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')").fetchone()[0])
    definers = admin.execute(
        "SELECT proname, proowner::regrole::text, proconfig FROM pg_proc "
        "WHERE pronamespace = 'guichet'::regnamespace AND prosecdef").fetchall()
    assert "journal_prepare" in [name for name, *_ in definers]
    assert {(owner, *settings) for _, owner, settings in definers} == {
        ("guichet_owner", "search_path=pg_catalog, pg_temp")}
    assert not admin.execute("SELECT FROM pg_roles WHERE rolname LIKE 'guichet_%' "
                             "AND (rolsuper OR rolcanlogin OR rolcreaterole)").fetchall()


@pytest.fixture(name="modest")
def modest_owner():
    """A database of its own server whose owner may not make roles; no workers, no broker."""
    folder = new_folder()
    server = Postgres(folder).start()
    try:
        with server.connect("postgres") as connection:
            connection.execute("CREATE ROLE modest LOGIN")
            connection.execute("CREATE DATABASE modest OWNER modest")
        installation = Installation(folder / "guichet", {
            "postgres.conninfo": f"host=127.0.0.1 port={server.port} user=modest dbname=modest"})
        yield server, installation
    finally:
        server.end()
        shutil.rmtree(folder, ignore_errors=True)


def test_an_owner_who_may_not_make_roles(modest):
    """He migrates all the same, and is told what to have done; once it is, he finishes it."""
    server, installation = modest
    first = installation.command("migrate")
    assert first.returncode == EXIT_OK, first.stderr
    for role in ("guichet_owner", WORKER, READER):
        assert f"have CREATE ROLE {role} NOLOGIN run by somebody who may" in first.stderr
    with server.connect("modest") as connection:
        for role in ("guichet_owner", WORKER, READER):
            connection.execute(f"CREATE ROLE {role} NOLOGIN")
        make_logins(connection)
        second = installation.command("migrate")
        assert (second.returncode, second.stderr) == (EXIT_OK, "")
        assert rights_of(connection, WORKER, "journal") == {"SELECT", "INSERT"}
        assert rights_of(connection, READER, "data_key") == set()
        connection.execute("GRANT guichet_owner TO modest")
    assert installation.succeed("migrate") == "nothing to apply\n"
    with server.connect("modest") as connection:
        assert connection.execute(
            "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = "
            "'guichet'::regnamespace").fetchall() == [("guichet_owner",)]
    assert installation.succeed("migrate") == "nothing to apply\n"
