"""A broker and a database that talk to nobody they don't know: certificates of our own making,
SASL/SCRAM or client certificates, and rights (ACL) per principal."""

import shutil
import subprocess

from confluent_kafka.admin import (AclBinding, AclBindingFilter, AclOperation, AclPermissionType, ResourcePatternType,
                                   ResourceType, ScramCredentialInfo, ScramMechanism,
                                   UserScramCredentialUpsertion)

from .kafka import Kafka
from .process import free_ports
from .topics import TOPICS, is_clock
from .waiting import wait_until

# The listener without encryption is the tests' own way in; its user is the super user.
SECURE_PROPERTIES = """
listeners=PLAINTEXT://127.0.0.1:{port},SASL_SSL://127.0.0.1:{sasl_port},SSL://127.0.0.1:{ssl_port},\
CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_SSL://127.0.0.1:{sasl_port},\
SSL://127.0.0.1:{ssl_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.sasl_ssl.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required {plain_users};
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
listener.name.ssl.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
"""


class Authority:
    """Signs certificates, in a folder of its own."""

    def __init__(self, folder, name):
        self.folder = folder / name
        self.folder.mkdir()
        self.certificate = self.folder / "authority.pem"
        self.key = self.folder / "authority.key"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", self.key,
                      "-out", self.certificate)

    def sign(self, name, address=None):
        """Makes a key (mode 0600) and its certificate; returns (certificate, key)."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName=IP:{address}\n" if address else "")
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-days", "2", "-CA", self.certificate,
                      "-CAkey", self.key, "-CAcreateserial", "-extfile", extensions,
                      "-out", certificate)
        key.chmod(0o600)
        return certificate, key

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class SecureKafka(Kafka):
    """A broker with a listener for SASL/SCRAM over TLS and one for client certificates."""

    authority = None  # both set before the start
    plain_users = {}  # passwords of those who log in by SASL/PLAIN
    sasl_port = ssl_port = None

    def properties(self, controller_port):
        if self.sasl_port is None:
            self.sasl_port, self.ssl_port = free_ports(2)
        certificate, key = self.authority.sign("broker", "127.0.0.1")
        keystore = self.folder / "broker.pem"
        keystore.write_text(key.read_text() + certificate.read_text())
        keystore.chmod(0o600)
        return super().properties(controller_port) + SECURE_PROPERTIES.format(
            port=self.port, sasl_port=self.sasl_port, ssl_port=self.ssl_port,
            controller_port=controller_port, keystore=keystore,
            plain_users=" ".join(f'user_{name}="{password}"'
                                 for name, password in self.plain_users.items()),
            authority=self.authority.certificate)

    def add_user(self, name, password):
        """One who logs in by SASL/SCRAM."""
        update = UserScramCredentialUpsertion(
            name, ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password.encode())
        self._ask("alter_user_scram_credentials", [update])

    def grant(self, *bindings):
        """Adds rights, and waits until the broker knows them."""
        self._ask("create_acls", list(bindings))
        self._wait_known(lambda known: set(bindings) <= known)

    def revoke(self, *bindings):
        self._ask("delete_acls", [filter_of(binding) for binding in bindings])
        self._wait_known(lambda known: not set(bindings) & known)

    def _ask(self, request, *arguments):
        """An administrator's request, answered; the client must live until it is."""
        admin = self.admin()
        for answer in getattr(admin, request)(*arguments).values():
            answer.result(timeout=30)

    def _wait_known(self, holds):
        admin = self.admin()
        everything = AclBindingFilter(ResourceType.ANY, None, ResourcePatternType.ANY, None, None,
                                AclOperation.ANY, AclPermissionType.ANY)
        wait_until(lambda: holds(set(admin.describe_acls(everything).result(timeout=30))), 30,
                   "the broker knows the rights")


def filter_of(binding):
    return AclBindingFilter(binding.restype, binding.name, binding.resource_pattern_type,
                            binding.principal, binding.host, binding.operation,
                            binding.permission_type)


def right(user, operation, kind, name, pattern=ResourcePatternType.LITERAL):
    return AclBinding(kind, name, pattern, f"User:{user}", "*", operation,
                      AclPermissionType.ALLOW)


def topic_rights(user, worker):
    """By topic: reading what the worker reads, and of what it writes, its clock too, both."""
    rights = {}
    for topic in TOPICS:
        workers = topic.worker.split(",")
        if worker not in workers and topic.worker != "any":
            continue
        operations = [AclOperation.READ]
        if topic.direction == "out" or is_clock(topic.name):
            operations.append(AclOperation.WRITE)
        rights[topic.name] = [right(user, operation, ResourceType.TOPIC, topic.name)
                              for operation in operations]
    return rights


def describe_right(user, topic):
    return right(user, AclOperation.DESCRIBE, ResourceType.TOPIC, topic)


def group_right(user, worker):
    return right(user, AclOperation.READ, ResourceType.GROUP, f"guichet.{worker}")


def transaction_rights(user, worker):
    return [right(user, operation, ResourceType.TRANSACTIONAL_ID, f"guichet-{worker}-",
                  ResourcePatternType.PREFIXED)
            for operation in (AclOperation.WRITE, AclOperation.DESCRIBE)]


def worker_rights(user, worker):
    """All that a worker's principal needs, and nothing else."""
    return [*(one for rights in topic_rights(user, worker).values() for one in rights),
            group_right(user, worker), *transaction_rights(user, worker)]


def secure_database(postgres, authority, login, password):
    """Gives a server, not started yet, a certificate and makes it refuse the login without TLS
    or with another password; returns the statement that makes the login."""
    certificate, key = authority.sign("database", "127.0.0.1")
    for name, source in (("server.crt", certificate), ("server.key", key)):
        shutil.copy(source, postgres.folder / name)
        (postgres.folder / name).chmod(0o600)
        if postgres.user is not None:
            shutil.chown(postgres.folder / name, postgres.user)
    rules = postgres.folder / "pg_hba.conf"
    rules.write_text(f"hostssl all {login} 127.0.0.1/32 scram-sha-256\n"
                     f"host all {postgres.SUPERUSER} 127.0.0.1/32 trust\n")
    rules.chmod(0o644)
    postgres.settings = {"ssl": "on", "ssl_cert_file": postgres.folder / "server.crt",
                         "ssl_key_file": postgres.folder / "server.key", "hba_file": rules}
    return f"CREATE ROLE {login} LOGIN PASSWORD '{password}' IN ROLE guichet_worker"
