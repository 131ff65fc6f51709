"""A real Apache Kafka of one node, from its jars: no container, no installation.

The jars come once per version through Maven (tests/support/kafka/pom.xml) into a cache folder,
beside a formatted empty data folder and a class archive that starts the JVM three times faster.
"""

import base64
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from .process import Process, free_ports, plain_environment
from .waiting import wait_until

POM = Path(__file__).resolve().parent.parent / "kafka" / "pom.xml"
DEFAULT_VERSION = "4.3.1"
START_SECONDS = 60

PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.index.size.max.bytes=1048576
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
num.recovery.threads.per.data.dir=2
num.network.threads=2
num.io.threads=4
controlled.shutdown.max.retries=1
"""


def default_version():
    return os.environ.get("KAFKA_VERSION", DEFAULT_VERSION)


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "guichet"


def java():
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else "java"


class Distribution:
    """The jars of one version, ready to start; made by the first who asks."""

    def __init__(self, version=None):
        self.version = version or default_version()
        self.folder = cache_folder() / f"kafka-{self.version}"
        cache_folder().mkdir(parents=True, exist_ok=True)
        with open(cache_folder() / f"kafka-{self.version}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.folder.exists():
                self._fetch()

    @property
    def class_path(self):
        return ":".join(str(jar) for jar in sorted((self.folder / "libs").glob("*.jar")))

    @property
    def formatted(self):
        """An empty data folder as the storage tool leaves it."""
        return self.folder / "formatted"

    @property
    def class_archive(self):
        """Named after the JVM it was made by: another one would refuse it."""
        about = subprocess.run([java(), "-version"], capture_output=True, check=True)
        return self.folder / f"classes-{hashlib.sha256(about.stderr).hexdigest()[:12]}.jsa"

    def _fetch(self):
        """Builds the folder beside its place and renames it: it is whole or not there."""
        building = Path(tempfile.mkdtemp(prefix="building-", dir=cache_folder()))
        try:
            run_quietly(["mvn", "-q", "-B", "-f", POM, f"-Dkafka.version={self.version}",
                         "dependency:copy-dependencies", "-DincludeScope=runtime",
                         f"-DoutputDirectory={building / 'libs'}"])
            properties = building / "format.properties"
            properties.write_text(PROPERTIES.format(port=9092, controller_port=9093,
                                                    data=building / "formatted"))
            run_quietly([java(), "-cp", f"{building}/libs/*", "kafka.tools.StorageTool", "format",
                         "-t", cluster_id(), "-c", properties])
            building.rename(self.folder)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise


class Kafka:
    """One broker with its own data, on loopback ports that stay the same over restarts."""

    def __init__(self, folder, distribution=None, jvm_options=("-XX:TieredStopAtLevel=1",)):
        self.distribution = distribution or Distribution()
        self.folder = Path(folder)
        self.data = self.folder / "kafka-data"
        self.log = self.folder / "kafka.log"
        self.jvm_options = list(jvm_options)
        self.process = None
        self.port = None
        shutil.copytree(self.distribution.formatted, self.data)
        meta = self.data / "meta.properties"
        lines = [f"cluster.id={cluster_id()}" if line.startswith("cluster.id=") else line
                 for line in meta.read_text().splitlines()]
        meta.write_text("\n".join(lines) + "\n")

    @property
    def bootstrap(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        """Starts the broker and returns when it answers; tries other ports if one was taken."""
        if self.port is not None:
            self._launch()
            self._wait_ready()
            return self
        for attempt in range(3):
            self.port, controller_port = free_ports(2)
            (self.folder / "server.properties").write_text(self.properties(controller_port))
            self._launch()
            try:
                self._wait_ready()
                return self
            except AssertionError:
                if attempt == 2 or "Address already in use" not in self.process.log_text():
                    raise
                self.process.end()
        return self

    def properties(self, controller_port):
        """The broker's settings; of a name that occurs twice, the last counts."""
        return PROPERTIES.format(port=self.port, controller_port=controller_port, data=self.data)

    def stop(self):
        """An orderly shutdown."""
        self.process.stop(60)

    def kill(self):
        """kill -9: nothing is flushed by the broker itself."""
        self.process.kill()

    def freeze(self):
        self.process.freeze()

    def thaw(self):
        self.process.thaw()

    def end(self):
        """Throws the broker away; its data is not needed any more."""
        if self.process is not None:
            self.process.thaw()
            self.process.kill()

    def admin(self):
        return AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0,
                            "socket.timeout.ms": 10000})

    def _launch(self):
        archive = self.distribution.class_archive
        classes = (f"-XX:SharedArchiveFile={archive}" if archive.exists()
                   else f"-XX:ArchiveClassesAtExit={archive}.{os.getpid()}")
        self.process = Process(
            "kafka", [java(), "-Xmx512m", "-XX:+UseSerialGC", *self.jvm_options, classes,
                      "-Xlog:cds=off", "-Xlog:cds+dynamic=off",
                      "-Dorg.slf4j.simpleLogger.showDateTime=true",
                      "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                      "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                      "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaConfig=warn",
                      "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
                      "-cp", self.distribution.class_path, "kafka.Kafka",
                      self.folder / "server.properties"], self.log)

    def _wait_ready(self):
        admin = self.admin()

        def answers():
            if not self.process.is_running:
                raise AssertionError(f"kafka ended at start\n{self.process.log_tail()}")
            try:
                return bool(admin.list_topics(timeout=1).brokers)
            except KafkaException:
                return False

        wait_until(answers, START_SECONDS, "the broker answers")


def make_class_archive(distribution):
    """Starts and stops one broker so that the JVM leaves its class archive behind."""
    archive = distribution.class_archive
    if archive.exists():
        return
    with tempfile.TemporaryDirectory(prefix="guichet-kafka-") as folder:
        broker = Kafka(folder, distribution).start()
        broker.stop()
        written = Path(f"{archive}.{os.getpid()}")
        if written.exists():
            written.rename(archive)


def cluster_id():
    """22 characters of base64, as Kafka's own tool makes them."""
    while True:
        text = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[:22]
        if not text.startswith("-"):
            return text


def run_quietly(command):
    """Runs to the end; its output is shown only if it fails."""
    result = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                            env={**os.environ, **plain_environment()})
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{result.stdout[-4000:]}")
