"""Plays many scenarios at once: each has employers of its own, the clock is one for all. What
happens at one instant is sent together, then the clock stands until all of it is decided."""

from dataclasses import dataclass, field
from datetime import timedelta

from cast import Cast
from guichet_test.frozen import FrozenClock, clock_settings
from guichet_test.offsets import end_offsets
from guichet_test.people import Population
from guichet_test.topics import DEAD_LETTERS
from guichet_test.world import World
from story import Scenario
from verdicts import Output, judge, siren_of

FEW_PARTITIONS = 2  # enough to part employers, few enough to settle quickly


@dataclass
class Play:
    """One scenario under way: where each partition of the outputs stood at the end of what is
    given, and of each chapter."""

    scenario: Scenario
    cast: Cast
    ends: list = field(default_factory=list)


@dataclass
class Step:
    """What one play sends at an instant; `order` parts what must be decided before the next."""

    play: Play
    events: list
    ends_chapter: bool


def is_before(message, ends):
    return message.offset < ends[message.topic, message.partition]


class Timelapse:
    """All scenarios with the same settings, played in one world in the order of their instants."""

    def __init__(self, postgres, scenarios):
        population = Population("acceptance")
        self.plays = {scenario.id: Play(scenario, Cast(scenario, population, number))
                      for number, scenario in enumerate(scenarios, 1)}
        self.schedule = self._schedule()
        first = min(self.schedule)[0] - timedelta(days=1)
        self.world = World(postgres, {**clock_settings(first), **scenarios[0].settings},
                           partitions=FEW_PARTITIONS)
        self.first = first
        self.outputs = {}
        self.halted = ""

    def _schedule(self):
        schedule = {}
        for play in self.plays.values():
            given_at = play.scenario.given_at
            steps = [(given_at, play.cast.contracts(), False),
                     (given_at, play.cast.affiliations(), True)]
            for chapter in play.scenario.chapters:
                for deed in chapter.deeds:
                    steps.append((deed.at, self._sent(play, deed), deed is chapter.deeds[-1]))
            for order, (at, events, ends_chapter) in enumerate(steps):
                schedule.setdefault((at, order), []).append(Step(play, events, ends_chapter))
        return schedule

    @staticmethod
    def _sent(play, deed):
        if deed.type is None:
            return []
        name = deed.type.removeprefix("guichet.").removesuffix(".v1")
        return [play.cast.event(name, deed.words, deed.at, deed.employer)] * deed.times

    def run(self):
        """Plays everything; then `wrong` can be asked of each scenario."""
        world = self.world.start()
        clock = FrozenClock(world, self.first)
        instance = world.installation.start(name="all-workers")
        try:
            for at, order in sorted(self.schedule):
                self._play(clock, at, self.schedule[at, order])
            instance.stop_cleanly()
        except AssertionError as fault:  # told by every scenario: none was played to its end
            logs = "\n".join(f"--- {title}\n{text}" for title, text in world.logs()[:1])
            self.halted = f"not played to the end: {fault}\n{logs}"
        finally:
            clock.close()
        self._sort_out(world.reader.read_to_end())

    def end(self):
        return self.world.end()

    def _play(self, clock, at, steps):
        clock.move_to(at)
        events = [event for step in steps for event in step.events]
        if events:
            clock.world.send(*events)
        clock.settle()
        ended = [step.play for step in steps if step.ends_chapter]
        if ended:
            reader = clock.world.reader
            ends = end_offsets(reader.admin, reader.partitions)
            for play in ended:
                play.ends.append(ends)

    def _sort_out(self, messages):
        """Gives each employer's records to its play."""
        owners = {siren: name for name, play in self.plays.items() for siren in play.cast.sirens}
        for message in messages:
            owner = owners.get(siren_of(message))
            if owner is not None:
                self.outputs.setdefault(owner, []).append(message)

    def wrong(self, scenario):
        """What a scenario expected and did not get, chapter by chapter."""
        if self.halted:
            return [self.halted]
        play = self.plays[scenario.id]
        mine = self.outputs.get(scenario.id, [])
        wrong = self._wrong_at_first(play, mine)
        for number, chapter in enumerate(scenario.chapters):
            begin, end = play.ends[number], play.ends[number + 1]
            outputs = [Output(message, play.cast) for message in mine
                       if not is_before(message, begin) and is_before(message, end)]
            found = judge(chapter, outputs, scenario.beside)
            if found and len(scenario.chapters) > 1:
                wrong.append(f"chapter {number + 1}, until {chapter.deeds[-1].at}:")
            wrong += found
        return wrong

    @staticmethod
    def _wrong_at_first(play, mine):
        """Those who are given as insured must be."""
        given = len(play.scenario.given.get("employees") or {})
        first = [message for message in mine if is_before(message, play.ends[0])]
        accepted = [message for message in first if message.type == "affiliation.accepted.v1"]
        dead = [f"given, but: {Output(message, play.cast)}" for message in first
                if message.topic == DEAD_LETTERS]
        return dead if len(accepted) == given else [
            *dead, f"{len(accepted)} of {given} employees are insured at the start"]
