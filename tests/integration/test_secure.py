"""Encrypted connections and rights: each worker with a login of its own that may do what it needs
and nothing else; and what a refused login, certificate or right says."""

import pytest
from guichet_test.contracts import health_contract
from guichet_test.employer import Employer
from guichet_test.events import beneficiary, contract_upserted, registration
from guichet_test.people import Population
from guichet_test.program import EXIT_CONFIGURATION, run_program, write_ini
from guichet_test.secure import (Authority, SecureKafka, describe_right, group_right,
                                 secure_database, topic_rights, transaction_rights,
                                 worker_rights)
from guichet_test.waiting import wait_until
from guichet_test.world import World, opened

MAIN_JOB = ("account", "affiliation", "beneficiary")
PASSWORDS = {worker: f"secret-of-{worker}" for worker in MAIN_JOB}
DATABASE_LOGIN, DATABASE_PASSWORD = "clerk_by_tls", "secret-of-the-database"
SECONDS_TO_REFUSE = 30


class SecureWorld(World):
    """A world whose servers have certificates; the tests' own clients get in without."""

    KAFKA = SecureKafka
    MECHANISM = "PLAIN"

    def __init__(self):
        super().__init__()
        self.authority = Authority(self.folder, "our-authority")
        self.stranger = Authority(self.folder, "another-authority")
        self.passfile = self.folder / "passfile"
        self.kafka.authority = self.authority
        self.kafka.plain_users = PASSWORDS
        self.make_login = secure_database(self.postgres, self.authority, DATABASE_LOGIN,
                                          DATABASE_PASSWORD)

    def start(self, topics=True):
        super().start(topics)
        with self.postgres.connect(self.database) as connection:
            connection.execute(self.make_login)
        self.passfile.write_text(f"127.0.0.1:*:*:{DATABASE_LOGIN}:{DATABASE_PASSWORD}\n")
        self.passfile.chmod(0o600)
        for worker, password in PASSWORDS.items():
            self.kafka.add_user(worker, password)
            self.kafka.grant(*worker_rights(worker, worker))
        return self

    def conninfo(self, **changes):
        parts = {"host": "127.0.0.1", "port": self.postgres.port, "dbname": self.database,
                 "user": DATABASE_LOGIN, "passfile": self.passfile, "sslmode": "verify-full",
                 "sslrootcert": self.authority.certificate, **changes}
        return "\n  ".join(f"{name}={value}" for name, value in parts.items())  # lines are short

    def settings_of(self, worker):
        return {"postgres.conninfo": self.conninfo(),
                "kafka.bootstrap.servers": f"127.0.0.1:{self.kafka.sasl_port}",
                "kafka.security.protocol": "SASL_SSL",
                "kafka.ssl.ca.location": self.authority.certificate,
                "kafka.sasl.mechanisms": self.MECHANISM,
                "kafka.sasl.username": worker, "kafka.sasl.password": PASSWORDS[worker]}

    def run(self, worker, name=None, **changes):
        """Starts a worker under its own login; settings may be changed, with `__` for dots."""
        changed = {key.replace("__", "."): value for key, value in changes.items()}
        return self.installation.start(worker, name=name or f"as-{worker}",
                                       settings={**self.settings_of(worker), **changed})


class ScramWorld(SecureWorld):
    """Kafka 4 refuses the SCRAM of the librdkafka that Debian 12 has; 3.9 does not."""

    KAFKA_VERSION = "3.9.2"
    MECHANISM = "SCRAM-SHA-512"


@pytest.fixture(scope="module", name="secure")
def secure_world():
    with opened(SecureWorld()) as world:
        yield world


@pytest.fixture(scope="module", name="scram")
def scram_world():
    with opened(ScramWorld()) as world:
        yield world


@pytest.fixture(name="each_world", params=["secure", "scram"])
def either_world(request):
    return request.getfixturevalue(request.param)


def refused(instance):
    """Waits for the end of a process that must not try for ever; returns what it said."""
    code = instance.wait_for_exit(SECONDS_TO_REFUSE)
    said = instance.log_text()
    assert code == EXIT_CONFIGURATION, said
    assert not instance.sanitizer_report()
    return said


def test_the_main_job(each_world):
    """Contract, affiliation and addition, with TLS to both servers and no right too many."""
    instances = [each_world.run(worker) for worker in MAIN_JOB]
    for worker, instance in zip(MAIN_JOB, instances, strict=True):
        wait_until(lambda: f"{worker}: started" in instance.log_text() or not instance.is_running,
                   60, "the workers have started")
        assert instance.is_running, instance.log_text()
    employer = Employer(each_world, Population("secure"))
    added = employer.add(employer.affiliate(), [beneficiary("B-1", employer.people.person())])
    assert added.type == "beneficiary.added.v1"
    encrypted = each_world.query(
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = %s",
        [DATABASE_LOGIN])
    assert encrypted == [(True,)]
    for instance in instances:
        instance.stop_cleanly()
        # After a start that finds something to compare with, too: the last record is looked up.
        assert "not open" not in instance.log_text()
    again = each_world.run("account", name="again")
    wait_until(lambda: "account: started" in again.log_text(), 60, "the worker has started anew")
    employer.publish()
    again.stop_cleanly()
    for log in (instance.log_text() for instance in [*instances, again]):
        assert "not open" not in log and "is stopped" not in log
        assert not [secret for secret in [*PASSWORDS.values(), DATABASE_PASSWORD] if secret in log]


def test_a_client_certificate(secure):
    """Instead of a password: the certificate's name is who we are."""
    certificate, key = secure.authority.sign("by-certificate")
    secure.kafka.grant(*worker_rights("by-certificate", "reference"))
    instance = secure.installation.start("reference", name="by-certificate", settings={
        "postgres.conninfo": secure.conninfo(),
        "kafka.bootstrap.servers": f"127.0.0.1:{secure.kafka.ssl_port}",
        "kafka.security.protocol": "SSL", "kafka.ssl.ca.location": secure.authority.certificate,
        "kafka.ssl.certificate.location": certificate, "kafka.ssl.key.location": key})
    wait_until(lambda: "reference: started" in instance.log_text(), 60, "the worker has started")
    secure.wait_drained("reference")
    instance.stop_cleanly()


USER = 'is not open to user "account" (kafka.sasl.username): grant them'
RIGHTS = [
    ("contract.facts.v1", lambda: topic_rights("account", "account")["contract.facts.v1"],
     f"topic contract.facts.v1 {USER} Read (ACL)"),
    ("its clock", lambda: topic_rights("account", "account")["guichet.account.clock.v1"],
     f"topic guichet.account.clock.v1 {USER} Read and Write (ACL)"),
    ("client-space.events.v1", lambda: topic_rights("account", "account")["client-space.events.v1"],
     f"topic client-space.events.v1 {USER} Read and Write (ACL)"),
    ("dead-letters.v1", lambda: topic_rights("account", "account")["dead-letters.v1"],
     f"topic dead-letters.v1 {USER} Read and Write (ACL)"),
    ("its group", lambda: [group_right("account", "account")],
     f"group guichet.account {USER} Read (ACL)"),
    ("its transactions", lambda: transaction_rights("account", "account"),
     f"{USER} Write and Describe (ACL)"),
]


@pytest.mark.parametrize("rights, said", [row[1:] for row in RIGHTS], ids=[row[0] for row in RIGHTS])
def test_a_right_that_is_missing(secure, rights, said):
    """Ends the start, and says which one: a closed topic is not mistaken for a missing one."""
    secure.kafka.revoke(*rights())
    try:
        assert said in refused(secure.run("account", name="without-a-right"))
    finally:
        secure.kafka.grant(*rights())


@pytest.mark.parametrize("topic", ["contract.facts.v1", "client-space.events.v1"])
def test_a_topic_that_may_only_be_seen(secure, topic):
    """Without the right to read, or to write, which the first record shows at the latest."""
    rights = topic_rights("account", "account")[topic]
    seen = describe_right("account", topic)
    secure.kafka.grant(seen)
    secure.kafka.revoke(*rights)
    try:
        instance = secure.run("account", name="only-seeing")
        if topic == "client-space.events.v1":
            people = Population("only seen")
            siren = people.siren()
            secure.send(contract_upserted(health_contract(siren, "K1")),
                        registration(siren, "G-1", f"A-{siren}", ["K1"]))
        said = refused(instance)
    finally:
        secure.kafka.grant(*rights)
        secure.kafka.revoke(seen)
    assert f"topic {topic} {USER}" in said


def test_a_password_that_others_may_read(secure):
    """Is refused, whoever wrote it there: the configuration file is for its owner."""
    config = write_ini(secure.folder / "open.ini",
                       {**secure.installation.settings, **secure.settings_of("account")})
    config.chmod(0o644)
    result = run_program("check", "--config", config)
    assert result.returncode == EXIT_CONFIGURATION
    assert "kafka.sasl.password: is a secret that others may see" in result.stderr
    assert PASSWORDS["account"] not in result.stderr


def test_a_private_key_that_others_may_read(secure):
    certificate, key = secure.authority.sign("careless")
    key.chmod(0o644)
    said = refused(secure.run("account", name="careless",
                              kafka__ssl__certificate__location=certificate,
                              kafka__ssl__key__location=key))
    assert f"kafka.ssl.key.location: {key} holds a private key, and its mode is 0644" in said


def test_a_wrong_password(each_world):
    said = refused(each_world.run("account", name="wrong-password",
                                  kafka__sasl__password="not-the-secret"))
    assert '"account" (kafka.sasl.username) do not accept each other: check kafka.sasl.pass' in said
    assert "not-the-secret" not in said


def test_a_mechanism_that_does_not_work_together(secure):
    """Debian's librdkafka and Kafka 4 disagree on SCRAM, which looks like a wrong password."""
    instance = secure.run("account", name="scram", kafka__sasl__mechanisms="SCRAM-SHA-512")
    wait_until(lambda: "account: started" in instance.log_text() or not instance.is_running,
               SECONDS_TO_REFUSE, "it starts or ends")
    if instance.is_running:
        instance.stop_cleanly()
        pytest.skip("a broker before Kafka 4, or a librdkafka since 2.6.1: they agree")
    said = refused(instance)
    assert "this librdkafka's SCRAM works up to Kafka 3.9 only" in said


def test_a_broker_of_a_stranger(secure):
    said = refused(secure.run("account", name="strange-broker",
                              kafka__ssl__ca__location=secure.stranger.certificate))
    assert "check kafka.ssl.ca.location" in said


def test_a_certificate_of_a_stranger(secure):
    """The broker refuses a client whose certificate it cannot trace."""
    certificate, key = secure.stranger.sign("by-stranger")
    said = refused(secure.run("account", name="strange-client", **{
        "kafka__bootstrap__servers": f"127.0.0.1:{secure.kafka.ssl_port}",
        "kafka__security__protocol": "SSL", "kafka__ssl__certificate__location": certificate,
        "kafka__ssl__key__location": key}))
    assert "check kafka.ssl.certificate.location" in said


@pytest.mark.parametrize("changes, said", [
    (lambda world: {"sslrootcert": world.stranger.certificate}, "certificate verify failed"),
    (lambda world: {"sslrootcert": world.folder / "nowhere.pem"}, "does not exist"),
    (lambda world: {"host": "localhost"}, 'does not match host name "localhost"'),
    (lambda world: {"sslmode": "disable", "sslrootcert": ""}, "no encryption"),
    (lambda world: {"passfile": "/dev/null"}, "password"),
], ids=["another authority", "no authority", "another host", "no TLS", "no password"])
def test_a_database_that_is_refused_or_refuses(secure, changes, said):
    instance = secure.run("account", name="no-database",
                          postgres__conninfo=secure.conninfo(**changes(secure)))
    text = refused(instance)
    assert "postgres.conninfo: host" in text
    assert said in text
