"""A private PostgreSQL cluster in a folder of its own; the machine's service is not touched."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from .process import Process, free_ports, plain_environment
from .waiting import wait_until

START_SECONDS = 60
DEBIAN_BINARIES = Path("/usr/lib/postgresql/15/bin")


def binaries():
    """The folder of initdb and postgres: PG_BINDIR, Debian's place, else that of the PATH."""
    if "PG_BINDIR" in os.environ:
        return Path(os.environ["PG_BINDIR"])
    if DEBIAN_BINARIES.exists():
        return DEBIAN_BINARIES
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("no initdb: install postgresql-15 or set PG_BINDIR")
    return Path(found).resolve().parent


def server_user():
    """initdb refuses root: whom to run the server as, or None to stay who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
            return name
        except KeyError:
            continue
    raise RuntimeError("running as root, and there is neither a user postgres nor nobody")


class Postgres:
    """One cluster. `durable=False` turns fsync off: a killed server loses nothing by that, only
    a machine that loses power does."""

    SUPERUSER = "postgres"

    def __init__(self, folder, durable=False):
        self.folder = Path(folder) / "postgres"
        self.log = self.folder / "postgres.log"
        self.user = server_user()
        self.durable = durable
        self.settings = {}  # more of the server's, taken at the next start
        self.port = None
        self.process = None
        self._numbers = itertools.count(1)
        self.folder.mkdir()
        if self.user is not None:
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._initialise()

    def start(self):
        """Starts the server and returns when it answers."""
        if self.port is None:
            (self.port,) = free_ports(1)
        durable = "on" if self.durable else "off"
        settings = {"listen_addresses": "127.0.0.1", "port": self.port,
                    "unix_socket_directories": self.folder, "fsync": durable,
                    "full_page_writes": durable, "shared_buffers": "128MB",
                    "max_connections": 60, "log_line_prefix": "%m [%p] %a ",
                    "max_wal_size": "2GB", "autovacuum_naptime": "10s",
                    **self.settings}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.process = Process(
            "postgres", [binaries() / "postgres", "-D", self.folder / "data", *options], self.log,
            user=self.user, death_signal="QUIT", folder="/")

        def answers():
            if not self.process.is_running:
                raise AssertionError(f"postgres ended at start\n{self.process.log_tail()}")
            try:
                self.connect("postgres").close()
                return True
            except psycopg.OperationalError:
                return False

        wait_until(answers, START_SECONDS, "the database answers")
        return self

    def conninfo(self, database, port=None):
        """How to reach it: at its own port, or at that of something before it."""
        return f"host=127.0.0.1 port={port or self.port} user={self.SUPERUSER} dbname={database}"

    def connect(self, database):
        return psycopg.connect(self.conninfo(database), autocommit=True, connect_timeout=5)

    def create_database(self):
        """A new empty database; returns its name."""
        name = f"test_{next(self._numbers)}"
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return name

    def drop_database(self, name):
        with self.connect("postgres") as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self):
        """A fast shutdown: open transactions are rolled back."""
        self.process.stop(60, signal.SIGINT)

    def kill(self):
        """kill -9 of the server process and all its sessions."""
        sessions = children_of(self.process.pid)
        self.process.kill()
        for pid in sessions:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        wait_until(lambda: not any(map(is_alive, sessions)), 30, "the database's sessions end")

    def end(self):
        if self.process is not None and self.process.is_running:
            self.kill()

    def processor_seconds(self):
        """User and system time of the server, its running and its ended sessions."""
        pids = [self.process.pid, *children_of(self.process.pid)]
        ticks = 0
        for pid in pids:
            fields = stat_fields(pid)
            wanted = fields[11:15] if pid == self.process.pid else fields[11:13]
            ticks += sum(map(int, wanted))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _initialise(self):
        command = [binaries() / "initdb", "-D", self.folder / "data", "-U", self.SUPERUSER,
                   "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        if self.user is not None:
            command = ["setpriv", "--reuid", self.user, "--regid", self.user, "--init-groups",
                       "--", *command]
        result = subprocess.run([str(part) for part in command], cwd="/", text=True, check=False,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                env=plain_environment())
        if result.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{result.stdout}")


def stat_fields(pid):
    """The fields of /proc/PID/stat after the name, or none when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def children_of(parent):
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in pids if stat_fields(pid)[1:2] == [str(parent)]]


def is_alive(pid):
    fields = stat_fields(pid)
    return bool(fields) and fields[0] != "Z"
