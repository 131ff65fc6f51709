"""A simulated clock that stands still until it is moved: what is decided, and when, depends on the
input alone. A clock whose real instant has not come yet stands at its simulated one."""

from datetime import timedelta

from confluent_kafka import Consumer, KafkaException, TopicPartition

from .offsets import end_offsets
from .topics import TOPICS, inputs_of, partitions_of
from .timeline import text_of
from .waiting import wait_until

NEVER = "2099-01-01T00:00:00Z"
SET_SQL = ("INSERT INTO guichet.clock_anchor (simulated_from, real_from, rate, start_asked) "
           "VALUES (%s, %s, 1, %s)")
MOVE_SQL = "UPDATE guichet.clock_anchor SET simulated_from = %s"
DUE_SQL = ("SELECT count(*) FILTER (WHERE due_at < %(now)s), count(*) FROM guichet.timer "
           "WHERE due_at <= %(now)s")
INCH = timedelta(milliseconds=1)  # a deadline is past once it lies before now, not at now
WORKERS = sorted({topic.worker for topic in TOPICS if topic.direction == "in"})


def clock_settings(first):
    """What a process must be started with to follow a clock frozen at `first`."""
    return {"clock.simulate": "true", "clock.start": text_of(first), "clock.rate": 1}


class FrozenClock:
    """The clock of a started world in which nothing runs yet; all workers run afterwards."""

    def __init__(self, world, first):
        self.world = world
        self.now = first
        self.connection = world.postgres.connect(world.database)
        self.connection.execute(SET_SQL, (first, NEVER, first))
        self.consumers = {}

    def close(self):
        for consumer in self.consumers.values():
            consumer.close()
        self.connection.close()

    def reconnect(self):
        """The database was away."""
        self.connection.close()
        self.connection = self.world.postgres.connect(self.world.database)

    def move_to(self, instant):
        """Forward only; an instant that is over, by what `settle` needed, is no move."""
        if instant > self.now:
            self.now = instant
            self.connection.execute(MOVE_SQL, (instant,))

    def settle(self, seconds=60):
        """Waits until all that was sent is decided and published, and what is due now too."""
        wait_until(self.is_quiet, seconds, lambda: f"quiet at {self.now}: lag {self._lag()}, due "
                   f"{self._due()}")

    def is_quiet(self):
        """True if nothing is left to do now; moves on by an inch what is due at this instant."""
        # What is due is asked between: it is neither a tick under way nor a record to come.
        if self._lag() > 0:
            return False
        past, due = self._due()
        if past == 0 and due > 0:
            self.move_to(self.now + INCH)
        return due == 0 and self._lag() == 0

    def committed(self):
        """How far each input partition of all workers is published."""
        return {place: offset for worker in WORKERS
                for place, offset in self._committed(worker, self._places(worker)).items()}

    def _due(self):
        """How many deadlines are past, and how many with those of this very instant."""
        return self.connection.execute(DUE_SQL, {"now": self.now}).fetchone()

    def _places(self, worker):
        return [(topic, partition) for topic in inputs_of(worker)
                for partition in range(partitions_of(topic) or self.world.partitions)]

    def _lag(self):
        places = {worker: self._places(worker) for worker in WORKERS}
        ends = end_offsets(self.world.reader.admin, sum(places.values(), []))
        return sum(max(0, ends[place] - committed)
                   for worker in WORKERS
                   for place, committed in self._committed(worker, places[worker]).items())

    def _committed(self, worker, places):
        """By a consumer that never joins and is kept: making one takes longer than asking."""
        if worker not in self.consumers:
            self.consumers[worker] = Consumer({
                "bootstrap.servers": self.world.kafka.bootstrap, "group.id": f"guichet.{worker}",
                "enable.auto.commit": False, "isolation.level": "read_uncommitted",
                "log_level": 0})
        try:
            answer = self.consumers[worker].committed(
                [TopicPartition(*place) for place in places], timeout=10)
        except KafkaException:  # whoever keeps the group's offsets may have just changed
            return dict.fromkeys(places, 0)
        return {(place.topic, place.partition): max(place.offset, 0) for place in answer}
