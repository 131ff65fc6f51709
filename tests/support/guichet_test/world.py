"""A world of its own for a test: a broker with fresh topics, a fresh database, one installation
of the program, and independent clients to send and to read."""

import contextlib
import functools
import os
import shutil
import tempfile
from pathlib import Path

from .kafka import Distribution, Kafka, make_class_archive
from .offsets import committed_offsets, end_offsets
from .postgres import Postgres
from .program import Installation
from .reading import Reader
from .sending import Sender
from .topics import OUTPUTS, inputs_of, partitions_of
from .waiting import wait_until

PARTITIONS = 4  # enough to see partitions apart, few enough to be quick


def new_folder():
    """A folder that the database's user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="guichet-test-"))
    os.chmod(folder, 0o755)
    return folder


@functools.cache
def prepared_distribution(version=None):
    distribution = Distribution(version)
    make_class_archive(distribution)
    return distribution


class World:
    """Start it with `start`, throw it away with `end`. A database server may be shared: each
    world has a database of its own in it."""

    KAFKA = Kafka
    KAFKA_VERSION = None  # that of the environment

    def __init__(self, postgres=None, settings=None, durable=False, executable=None,
                 partitions=PARTITIONS, jvm_options=("-XX:TieredStopAtLevel=1",)):
        self.folder = new_folder()
        self.owns_postgres = postgres is None
        self.postgres = postgres or Postgres(self.folder, durable)
        self.kafka = self.KAFKA(self.folder, prepared_distribution(self.KAFKA_VERSION),
                                jvm_options)
        self.extra_settings = settings or {}
        self.executable = executable
        self.partitions = partitions
        self.database = None
        self.installation = None
        self._reader = None
        self._sender = None

    def start(self, topics=True):
        """Starts the servers, migrates the database and makes the topics."""
        self.kafka.start()
        if self.owns_postgres:
            self.postgres.start()
        self.database = self.postgres.create_database()
        self.installation = Installation(self.folder / "guichet", {
            **self.addresses(), "topics.partitions": self.partitions, "topics.replication": 1,
            **self.extra_settings}, self.executable)
        self.installation.succeed("migrate")
        if topics:
            self.installation.succeed("topics", "create")
        return self

    def addresses(self):
        """The settings by which the program finds the two servers."""
        return {"kafka.bootstrap.servers": self.kafka.bootstrap,
                "postgres.conninfo": self.postgres.conninfo(self.database)}

    def end(self):
        """Ends all processes and removes the folder; returns a sanitizer's report, if any."""
        report = self.installation.end() if self.installation else ""
        if self._reader is not None:
            self._reader.close()
        self.kafka.end()
        if self.owns_postgres:
            self.postgres.end()
        elif self.database is not None and self.postgres.process.is_running:
            self.postgres.drop_database(self.database)
        shutil.rmtree(self.folder, ignore_errors=True)
        return report

    @property
    def reader(self):
        if self._reader is None:
            self._reader = Reader(self.kafka.bootstrap, OUTPUTS)
        return self._reader

    @property
    def sender(self):
        if self._sender is None:
            self._sender = Sender(self.kafka.bootstrap)
        return self._sender

    def send(self, *events):
        return self.sender.send(*events)

    def query(self, sql, parameters=None):
        """The rows of a statement in this world's database."""
        with self.postgres.connect(self.database) as connection:
            return connection.execute(sql, parameters).fetchall()

    def input_ends(self, *topics):
        """The offset after the last record of each partition, by (topic, partition)."""
        return end_offsets(self.reader.admin, [(topic, partition) for topic in topics for partition
                                               in range(partitions_of(topic) or self.partitions)])

    def lag(self, *workers):
        """Records that are in the workers' inputs and not yet committed by their groups."""
        lag = 0
        for worker in workers:
            ends = self.input_ends(*inputs_of(worker))
            committed = committed_offsets(self.kafka.bootstrap, f"guichet.{worker}", list(ends))
            lag += sum(end - committed[place] for place, end in ends.items())
        return lag

    def wait_drained(self, *workers, seconds=90):
        """Waits until the workers have committed all that is in their inputs."""
        wait_until(lambda: self.lag(*workers) == 0, seconds,
                   f"{', '.join(workers)} have read all their inputs")

    def read_all(self, *workers, seconds=90):
        """Waits until the workers are done, then returns all that a reader can see."""
        self.wait_drained(*workers, seconds=seconds)
        return self.reader.read_to_end(seconds)

    def logs(self):
        """(title, last lines) of the program's and the servers' logs."""
        logs = self.installation.logs() if self.installation else []
        for server in (self.postgres, self.kafka):
            if server.process is not None:
                logs.append((server.process.name, server.process.log_tail(25)))
        return logs


@contextlib.contextmanager
def opened(world):
    """The world, started; thrown away afterwards, and then a sanitizer's report is a failure."""
    try:
        yield world.start()
    finally:
        report = world.end()
    assert not report, report
