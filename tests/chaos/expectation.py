"""What must come of an input file, worked out from its lines alone, by a second and plain writing
of the rules that shares nothing with the program."""

from collections import Counter

from addition_expectation import AdditionExpectation
from affiliation_expectation import AffiliationExpectation
from guichet_test.parked import REFUSED_WORD
from space_expectation import PrivacyExpectation, SpaceExpectation, TerminationExpectation

CHANNELS = ("online_single", "online_bulk", "paper_bia", "phone", "other")


class Expectation:
    """`outputs`: what is told (identity.py), and how often: once. `dead_letters`: (reason, id of
    the event). Both hold for the end of the round, when every deadline has passed; `prompt` are the
    outputs that are there before the first one does."""

    def __init__(self, lines):
        self.lines = lines
        self.outputs = Counter()
        self.dead_letters = Counter()
        affiliations = AffiliationExpectation(self.outputs, self.dead_letters)
        parts = [affiliations, AdditionExpectation(self.outputs, affiliations),
                 SpaceExpectation(self.outputs), TerminationExpectation(self.outputs),
                 PrivacyExpectation(self.outputs)]
        for line in lines:
            reason = self._fault_of(line)
            if reason is not None:
                self.dead_letters[reason, line.id] += 1
                continue
            if REFUSED_WORD in line.data.get("request_id", ""):
                self.dead_letters["POISON", line.id] += 1  # at first; then it is tried again
            for part in parts:
                part.take_line(line)
        self.prompt = self.outputs.copy()
        for part in parts:
            part.let_time_pass()

    @staticmethod
    def _fault_of(line):
        """Why nobody can read this record; None if it is well formed."""
        if line.data is None:
            return "NOT_JSON"
        if line.data.get("channel", CHANNELS[0]) not in CHANNELS:
            return "SCHEMA"
        if line.data.get("siren", line.key) != line.key:
            return "KEY_MISMATCH"
        return None
