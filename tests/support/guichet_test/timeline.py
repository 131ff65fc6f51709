"""A world whose clock is simulated, and the alerts of the business clock that come out of it.

The clock goes at the real pace unless a test says otherwise, and is moved on by its anchor, which
all processes follow: what lies between two moves never depends on how fast the machine is.
"""

import subprocess
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from .business import PARIS, Calendar
from .events import Event, affiliation, cancellation_requested
from .people import Population
from .process import plain_environment
from .reading import Reader
from .waiting import wait_until
from .world import World

SLA_TYPES = ("sla.at-risk.v1", "sla.breached.v1", "sla.escalated.v1")
UNKNOWN_CONTRACT = "NOT-KNOWN"
GRACE = timedelta(days=30)  # the longest there is: requests without a contract stay open
MOMENT = timedelta(seconds=30)  # an instant is past, with room for what happens meanwhile

NOW_SQL = ("SELECT simulated_from + (clock_timestamp() - real_from) * rate "
           "FROM guichet.clock_anchor")
SET_SQL = ("INSERT INTO guichet.clock_anchor (simulated_from, real_from, rate, start_asked) "
           "VALUES (%s, clock_timestamp(), 1, %s) RETURNING 1")
MOVE_SQL = ("UPDATE guichet.clock_anchor SET simulated_from = %s, real_from = clock_timestamp() "
            "RETURNING 1")


def text_of(instant):
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def week_of(monday):
    return [monday + timedelta(days=days) for days in range(5)]


def instant_of(text):
    return datetime.fromisoformat(text)


@dataclass
class OpenRequest:
    """A request that was sent and waits for a contract nobody knows."""

    event: Event
    submitted: datetime
    channel: str

    @property
    def siren(self):
        return self.event.data["siren"]

    @property
    def request_id(self):
        return self.event.data["request_id"]

    @property
    def identity(self):
        return {"siren": self.siren, "request_id": self.request_id}


class Timeline:
    """Time as one world sees it. It only ever goes forward: tests that share a world take place
    in the order of their years."""

    def __init__(self, first, seed, postgres=None, settings=None, **world_options):
        self.first = first
        self.people = Population(seed)
        self.count = 0
        self.world = World(postgres, settings={
            "clock.simulate": "true", "clock.start": text_of(first), "clock.rate": 1,
            "rules.contract_grace_seconds": int(GRACE.total_seconds()), **(settings or {})}, **world_options)

    def begin(self):
        """Starts the world; its clock as the first process would set it."""
        self.world.start()
        self.world.query(SET_SQL, (self.first, self.first))
        return self

    @property
    def reader(self):
        return self.world.reader

    def start(self, *workers, name="one", crash=None, environment=None, **settings):
        """Starts an instance: a static member, which may return at once."""
        return self.world.installation.start(
            *workers, name=name, crash=crash, environment=environment,
            settings={"guichet.instance": name, **settings})

    def ask_start(self, instant):
        """What processes ask for from now on: the first that starts moves the clock there."""
        self.world.installation.settings["clock.start"] = text_of(instant)

    def now(self):
        ((now,),) = self.world.query(NOW_SQL)
        return now

    def move_to(self, instant):
        """Moves the clock on for all processes, those that run included."""
        now = self.now()
        assert instant >= now, f"{instant} is over: it is {now}"
        self.world.query(MOVE_SQL, (instant,))

    def go_on(self, rate=1):
        """Another pace, or the real one again, from where the clock stands."""
        self.world.query("UPDATE guichet.clock_anchor SET rate = %s, simulated_from = ("
                         + NOW_SQL + "), real_from = clock_timestamp() RETURNING 1", (rate,))

    def pass_by(self, instant):
        """Moves the clock to just after an instant."""
        self.move_to(instant + MOMENT)

    def request(self, submitted, siren=None, channel="online_single", **changes):
        """A request for a contract that is not known, not sent."""
        self.count += 1
        day = submitted.astimezone(PARIS).date().isoformat()  # a cover in the past is reviewed
        data = {"contract_id": UNKNOWN_CONTRACT, "hired_on": day, "effective_on": day, **changes}
        event = affiliation(siren or self.people.siren(), data.pop("contract_id"),
                            f"R-{self.count:06d}", self.people.person().employee(),
                            channel=channel, submitted_at=text_of(submitted), **data)
        return OpenRequest(event, submitted, channel)

    def open(self, *requests):
        """Sends requests and waits until they are open."""
        self.world.send(*[request.event for request in requests])
        for request in requests:
            self.reader.wait_for("tracking.entry.v1", status="waiting", **request.identity)
        return requests

    def next_monday(self):
        """Ten o'clock of a Monday that begins a week without a holiday, a week or more ahead."""
        day = (self.now() + timedelta(days=8)).astimezone(PARIS).date()
        while day.weekday() != 0 or not all(map(Calendar().is_open, week_of(day))):
            day += timedelta(days=1)
        return datetime.combine(day, time(10), PARIS)

    def open_one(self, submitted, **options):
        (request,) = self.open(self.request(submitted, **options))
        return request

    def cancel(self, request, cancelled):
        """Takes a request back and returns the decision."""
        self.world.send(cancellation_requested(request.siren, request.request_id,
                                               text_of(cancelled)))
        (decision,) = self.reader.wait_for("affiliation.cancelled.v1", **request.identity)
        return decision

    def wait_quiet(self, worker="affiliation", seconds=90):
        """Waits until all is read and nothing is due any more."""
        wait_until(lambda: self.due_count(worker) == 0, seconds, f"{worker} has nothing due")
        return self.world.read_all(worker, seconds=seconds)

    def end_graces(self):
        """Lets the grace of all that is open end: nothing of it is left."""
        self.move_to(self.now() + GRACE + MOMENT)
        return self.wait_quiet()

    def due_count(self, worker="affiliation"):
        ((count,),) = self.world.query(
            "SELECT count(*) FROM guichet.timer WHERE worker = %s AND due_at < (" + NOW_SQL + ")",
            (worker,))
        return count

    def alerts(self, request):
        """(type, level, instant reached) of a request's alerts, in the order they came."""
        return [(message.type, message.data.get("level"), instant_of(message.data["reached_at"]))
                for message in self.reader.find(*SLA_TYPES, **request.identity)]

    def wait_alerts(self, request, count):
        """Waits for so many alerts, then returns all there are."""
        self.reader.wait_for(*SLA_TYPES, count=count, **request.identity)
        self.reader.read_to_end()
        return self.alerts(request)

    def decisions(self, request):
        """The decisions that came out, as messages."""
        return [message for message in self.reader.find(**request.identity)
                if message.topic == "affiliation.decisions.v1"]

    def repeat_ticks(self, times, worker="affiliation"):
        """Writes the last tick of each partition again, by kcat, as it stands."""
        reader = Reader(self.world.kafka.bootstrap, [clock_topic(worker)])
        last = {message.partition: message for message in reader.read_to_end()}
        reader.close()
        assert last, "no tick was ever written"
        for message in last.values():
            headers = [part for name, value in message.raw_headers
                       for part in ("-H", f"{name}={value.decode()}")]
            for _ in range(times):
                self._write_with_kcat(message.topic, message.partition, headers,
                                      message.raw_value.decode())

    def forge_ticks(self, instant, lane=None, worker="affiliation"):
        """Writes a tick of any instant to each partition of the clock, by kcat."""
        topic = clock_topic(worker)
        for partition in range(self.world.partitions):
            data = {"instant": instant, "lane": partition if lane is None else lane}
            tick = Event("guichet.clock.ticked.v1", data, str(uuid.uuid4()), topic=topic)
            self._write_with_kcat(topic, partition,
                                  ["-H", "content-type=application/cloudevents+json"],
                                  tick.structured())

    def _write_with_kcat(self, topic, partition, headers, value):
        result = subprocess.run(
            ["kcat", "-P", "-b", self.world.kafka.bootstrap, "-t", topic, "-p", str(partition),
             *headers], input=value.encode(), capture_output=True, check=False, timeout=60,
            env=plain_environment())
        assert result.returncode == 0, result.stderr.decode()

    def ticks_written(self, worker="affiliation"):
        return sum(self.world.input_ends(clock_topic(worker)).values())


def clock_topic(worker):
    return f"guichet.{worker}.clock.v1"


def check_alert(message, request, calendar=None):
    """What an alert says follows from the request, the calendar and the moment it was told."""
    calendar = calendar or Calendar()
    data = message.data
    told = instant_of(message.headers["ce_time"])
    reached = instant_of(data["reached_at"])
    due = instant_of(data["due_at"])
    assert told > reached, f"before its time: {message} told at {told}"
    assert instant_of(data["submitted_at"]) == request.submitted
    assert (data["class"], data["contract_id"]) == (
        request.channel, request.event.data["contract_id"])
    if message.type == "sla.at-risk.v1":
        left = calendar.elapsed(told, due)
        assert data["remaining_seconds"] == left // timedelta(seconds=1), message
    else:
        over = calendar.elapsed(due, told)
        assert data["overdue_seconds"] == over // timedelta(seconds=1), message
    assert message.key == request.siren
    assert message.headers["ce_subject"] == f"{request.siren}/{request.request_id}"
    assert message.headers["ce_correlationid"] == request.event.id


def check_alerts(timeline, request, calendar=None, count=4):
    """The first `count` milestones were raised, each once, in order, and rightly told."""
    calendar = calendar or Calendar()
    expected = calendar.milestones(request.submitted, request.channel)
    due = expected[1][2]
    assert timeline.alerts(request) == expected[:count]
    for message in timeline.reader.find(*SLA_TYPES, **request.identity):
        assert instant_of(message.data["due_at"]) == due
        check_alert(message, request, calendar)
