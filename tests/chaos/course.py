"""The course that a schedule runs over: a world whose clock stands still, an input file for each
round, and instances that are started, disturbed and started again."""

import json
import re
import signal
from collections import Counter
from datetime import timedelta

import input_file
from expectation import Expectation
from guichet_test.frozen import FrozenClock, clock_settings
from guichet_test.proxied import ProxiedWorld
from guichet_test.topics import DEAD_LETTERS
from guichet_test.waiting import wait_until
from judge import judge
from mixture import DEADLINES, FIRST, ROUND_DAYS, make_round
from report import Report
from state import check_books, compare_tables, decided_twice, tables_of

# Small batches: a few hundred records pass every step often.
SETTINGS = {"batch.max_records": 20, "batch.linger_ms": 20}
SETTLE_SECONDS = 120
CRASH_SECONDS = 20
STOPPED = "] is stopped: "  # as the program's log says of a partition
STEP = timedelta(seconds=1)
KILLED = -signal.SIGKILL
SABOTAGE = "GUICHET_TEST_SABOTAGE"
# Registrations of one batch are a millisecond apart: which are in one batch, a kill may change.
MILLISECONDS = re.compile(r"(?<=T\d\d:\d\d:\d\d)\.\d{3}(?=Z)")


class RoundOver(Exception):
    """It makes no sense to go on: a sentence says why."""


class Course:
    """Begin it with `begin`, throw it away with `end`; between them, rounds."""

    def __init__(self, keys, seed="chaos", report=None, world=ProxiedWorld, settings=None,
                 **world_options):
        """`keys`: the folder of the two key files; whoever shares them seals alike."""
        self.seed = seed
        self.report = report or Report()
        self.round = 0
        self.clock = None
        self.read = 0
        self.world = world(settings={
            **clock_settings(FIRST), "guichet.secret_file": keys / "secret.key",
            "guichet.activation_key_file": keys / "activation.key", **SETTINGS,
            **(settings or {})}, **world_options)
        self.instances = {}
        self.started = {}      # of each name: workers and settings
        self.dead = []         # whose death is told
        self.environment = {}  # of all instances
        self.rounds = []       # what each was made of: size, change, options

    def begin(self):
        self.world.start()
        self.clock = FrozenClock(self.world, FIRST)
        return self

    def end(self):
        if self.clock is not None:
            self.clock.close()
        sanitizer = self.world.end()
        assert not sanitizer, sanitizer

    # --- Instances ---

    def start(self, name="one", crash=None, environment=None, workers=None, **settings):
        """Starts an instance: a static member by default, which may return at once. What is not
        said of workers and settings stays as it was at its last start."""
        if name in self.instances:
            self.report.restarts += 1
        known_workers, known_settings = self.started.get(name, ((), {"guichet.instance": name}))
        workers = known_workers if workers is None else workers
        self.started[name] = workers, {**known_settings, **settings}
        self.instances[name] = self.world.installation.start(
            *workers, name=name, crash=crash, settings=self.started[name][1],
            environment={**self.environment, **(environment or {})})
        return self.instances[name]

    def leaving_out(self, precaution):
        """The environment of an instance that goes without this precaution, beside the one that
        all of them go without, if any."""
        names = filter(None, (self.environment.get(SABOTAGE), precaution))
        return {SABOTAGE: ",".join(names)}

    def crash(self, point, name="one", seconds=CRASH_SECONDS):
        """Starts an instance that kills itself at a point, <point> or <point>:<n>, and waits until
        it has; that it never came there is told. One that runs under the name dies first."""
        if name in self.instances and self.instances[name].is_running:
            self.kill(name)
        instance = self.start(name, crash=point)
        try:
            instance.wait_for_exit(seconds)
        except AssertionError:
            self.report.sentences.append(f"the point {point} was not reached")
            instance.kill()
            return
        self.note_death(instance, f"killed at {point.partition(':')[0]}")

    def kill(self, name="one"):
        """SIGKILL; an instance that has ended by itself is told."""
        instance = self.instances[name]
        if instance.is_running:
            instance.kill()
        self.note_death(instance)

    def note_death(self, instance, how="killed at random"):
        """Counts an instance that was killed, and tells one that ended otherwise; each once."""
        if instance in self.dead:
            return
        self.dead.append(instance)
        if instance.exit_code == KILLED:
            self.report.kills += 1
            self.report.faults[how] += 1
        else:
            self.report.sentences.append(
                f"{instance.name} ended with {instance.exit_code}\n{instance.log_tail(8)}")
            raise RoundOver("an instance ended by itself")

    def ensure_running(self, name="one", **options):
        instance = self.instances.get(name)
        if instance is None or not instance.is_running:
            instance = self.start(name, **options)
        return instance

    def stop(self):
        """Ends all instances in an orderly way."""
        for instance in self.instances.values():
            if instance.is_running:
                instance.stop_cleanly()

    # --- Rounds ---

    def send(self, lines):
        if lines:
            self.world.sender.send_raw(*[line.record() for line in lines])

    def settle(self, seconds=SETTLE_SECONDS):
        """Waits until all is decided and published and nothing is due; what has ended meanwhile
        is started again, and told. A stopped partition, and a wait in vain, end the round."""
        def is_quiet():
            for name, instance in list(self.instances.items()):
                if not instance.is_running:
                    self.note_death(instance)
                    self.start(name)
            if self.clock.is_quiet():
                return True
            stopped = next((line for instance in self.instances.values()
                            for line in instance.log_text().splitlines() if STOPPED in line), None)
            if stopped is not None:
                raise RoundOver(stopped)
            return False

        try:
            wait_until(is_quiet, seconds, "all is decided and published")
        except AssertionError as error:
            raise RoundOver(f"{error}\n{self.logs()}") from error

    def run_round(self, size, disturb, change=None, **options):
        """One round: `disturb(course, phase, lines)` sends the lines of each phase and does its
        worst; then the clock passes every deadline, with no lines in phase DEADLINES. `change` may
        replace the lines before they become the input file. Returns the verdict."""
        now, made = make_round(self.seed, self.round, size, **options)
        self.rounds.append((size, change, options))
        made = made if change is None else change(made)
        path = self.world.folder / f"round-{self.round}.ndjson"
        input_file.write(path, made)
        lines = input_file.read(path)
        self.clock.move_to(now)
        prompt = 0
        try:
            for phase in input_file.phases_of(lines):
                disturb(self, phase[0].phase, phase)
                self.finish_phase(self.clock.now + STEP)
            prompt = len(self.world.reader.read_to_end()) - self.read
            self.clock.move_to(now + timedelta(days=ROUND_DAYS - 1))
            disturb(self, DEADLINES, [])
            self.finish_phase(self.clock.now + STEP)
        except RoundOver as over:
            self.report.sentences.append(str(over))
        self.round += 1
        return self.verdict(lines, prompt)

    def follow(self, other):
        """Goes through the same rounds as another course, undisturbed, and returns the outcome."""
        def leave_alone(course, _, lines):
            course.ensure_running()
            course.send(lines)

        for size, change, options in other.rounds:
            self.run_round(size, leave_alone, change, **options)
        self.stop()
        return self.outcome()

    def finish_phase(self, instant):
        """All is decided, then the clock goes on to the instant."""
        for name in list(self.instances) or ["one"]:
            self.ensure_running(name)
        self.settle()
        self.clock.move_to(instant)
        self.settle()

    def verdict(self, lines, prompt):
        """The judge's on what was read since the last one, and on the books; it is reported.
        `prompt`: how many messages were there before any deadline passed."""
        messages = self.world.reader.read_to_end()[self.read:]
        self.read += len(messages)
        verdict = judge(Expectation(lines), messages, prompt)
        verdict.sentences += check_books(self.world, self.clock.committed())
        twice = decided_twice(self.world)
        verdict.repeated += len(twice)
        verdict.sentences += [f"decided twice: {row}" for row in twice[:5]]
        self.report.add_verdict(verdict)
        return verdict

    # --- What can be seen of it while it works ---

    def decided(self, worker):
        """How many input records of a worker are decided and stored."""
        ((count,),) = self.world.query("SELECT coalesce(sum(next_offset), 0)::bigint"
                                       " FROM guichet.progress WHERE worker = %s", [worker])
        return count

    def wait_decided(self, worker, more, seconds=30):
        """Waits until so many more records of a worker are decided than now."""
        aim = self.decided(worker) + more
        wait_until(lambda: self.decided(worker) >= aim, seconds,
                   lambda: f"{more} more records of {worker} are decided\n{self.logs()}")

    def unpublished(self):
        """How many input records are decided and stored, and not yet published."""
        return self._unpublished().total()

    def unpublished_places(self):
        """The (topic, partition) of which there are such."""
        return set(self._unpublished())

    def _unpublished(self):
        committed = self.clock.committed()
        behind = Counter({(topic, partition): offset - committed.get((topic, partition), 0)
                          for topic, partition, offset in self.world.query(
                              "SELECT topic, partition, next_offset FROM guichet.progress")})
        return +behind  # those above zero

    # --- Against an undisturbed run ---

    def outcome(self):
        """(all outputs by what they say, the tables of the database)."""
        outputs = Counter((message.topic, message.key, message.type, content_of(message))
                          for message in self.world.reader.messages)
        return outputs, tables_of(self.world)

    def compare(self, undisturbed):
        """Notes each difference from the outcome of an undisturbed run of the same input."""
        (expected, tables), (found, mine) = undisturbed, self.outcome()
        for word, some in (("missing", expected - found), ("too many", found - expected)):
            self.report.sentences += [f"{word}, by content: {entry}" for entry in list(some)[:3]]
        self.report.sentences += compare_tables(tables, mine)

    def logs(self):
        return "\n".join(f"--- {title}\n{text}" for title, text in self.world.logs())


def content_of(message):
    """The value in one spelling; a dead letter's is its original's."""
    if message.topic == DEAD_LETTERS:
        return message.headers["dlq_reason"], message.raw_value
    return MILLISECONDS.sub("", json.dumps(message.data, sort_keys=True))
