"""The business clock worked out a second time: what is due when, by plain Python and its own zone
data. Nothing here is shared with the program."""

import functools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BUSINESS_DAYS = {"online_single": 1, "online_bulk": 2}


def easter(year):
    """Gauss's rule, good for 1900 to 2099."""
    a = year % 19
    d = (19 * a + 24) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7
    days = d + e
    if (d, e) == (29, 6) or ((d, e) == (28, 6) and a > 10):
        days -= 7
    return date(year, 3, 22) + days * DAY


@functools.cache
def holidays(year, base="metropole"):
    """The public holidays of a year."""
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
    after_easter = [1, 39, 50]
    if base == "alsace-moselle":
        fixed.append((12, 26))
        after_easter.append(-2)
    return ({date(year, *day) for day in fixed}
            | {easter(year) + days * DAY for days in after_easter})


@dataclass
class Calendar:
    """A base, days closed beside it, and holidays that are worked."""

    base: str = "metropole"
    closures: set = field(default_factory=set)
    worked: set = field(default_factory=set)

    def is_open(self, day):
        closed = day in holidays(day.year, self.base) or day in self.closures
        return day.weekday() < 5 and (not closed or day in self.worked)

    def stretches(self, start):
        """The stretches of business time from an instant on, in UTC."""
        day = start.astimezone(PARIS).date()
        while True:
            if self.is_open(day):
                yield max(start.astimezone(UTC), midnight(day)), midnight(day + DAY)
            day += DAY

    def due(self, start, budget):
        """The first instant at which that much business time has passed."""
        for begins, ends in self.stretches(start):
            if budget <= ends - begins:
                return begins + budget
            budget -= ends - begins

    def elapsed(self, start, end):
        """The business time between two instants; none if the second is not later."""
        total = timedelta()
        for begins, ends in self.stretches(start):
            if begins >= end:
                return total
            total += min(ends, end) - begins

    def milestones(self, submitted, channel="online_single"):
        """(type, level, instant) of the four milestones of a request, in order."""
        budget = BUSINESS_DAYS[channel] * 24 * HOUR
        due = self.due(submitted, budget)
        return [("sla.at-risk.v1", None, self.due(submitted, budget * 3 / 4)),
                ("sla.breached.v1", None, due),
                ("sla.escalated.v1", 1, self.due(due, 8 * HOUR)),
                ("sla.escalated.v1", 2, self.due(due, 24 * HOUR))]


def midnight(day):
    """The instant at which a day begins in Paris."""
    return datetime.combine(day, time(), PARIS).astimezone(UTC)


def paris(text):
    """An instant from Paris's wall clock: "2026-11-20 17:20"."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)
