"""A world in which the program reaches both servers through a proxy of ours, while the test's own
clients reach them directly: what is cut, frozen or slow is what the program sees."""

from .kafka import Kafka
from .process import free_ports
from .proxy import Proxy
from .world import World

# Beside the listener for the test's clients, one whose address is that of the proxy.
PROPERTIES = """
listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxied_port},\
CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},PROXIED://127.0.0.1:{proxy_port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
"""


class ProxiedKafka(Kafka):
    """A broker with a second listener, which tells its clients to come through the proxy."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.proxy = Proxy().start()

    def properties(self, controller_port):
        (self.proxy.target,) = free_ports(1)
        return super().properties(controller_port) + PROPERTIES.format(
            port=self.port, proxied_port=self.proxy.target, controller_port=controller_port,
            proxy_port=self.proxy.port)

    def end(self):
        self.proxy.end()
        super().end()


class ProxiedWorld(World):
    """`kafka.proxy` and `database_proxy` stand between the program and its servers."""

    KAFKA = ProxiedKafka

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.database_proxy = Proxy().start()

    @property
    def broker_proxy(self):
        return self.kafka.proxy

    def addresses(self):
        self.database_proxy.target = self.postgres.port
        return {"kafka.bootstrap.servers": f"127.0.0.1:{self.kafka.proxy.port}",
                "postgres.conninfo": self.postgres.conninfo(self.database,
                                                            self.database_proxy.port)}

    def end(self):
        """The proxies pass everything again while the processes end."""
        self.broker_proxy.heal()
        self.database_proxy.heal()
        report = super().end()
        self.database_proxy.end()
        return report
