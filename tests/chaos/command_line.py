"""The command line of the chaos harness; see tests/chaos/README.md."""

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "support"),
                str(Path(__file__).resolve().parent)]

from harness import DEFAULT_SEED, run_schedule  # noqa: E402
from report import Report  # noqa: E402
from sabotage import SABOTAGES  # noqa: E402
from schedules import LONG, SCHEDULES, SHORT  # noqa: E402

KILLS_AT_ONCE = 120


def arguments():
    parser = argparse.ArgumentParser(
        prog="tests/chaos/run", description="Kills, freezes and cuts off guichet, its broker and "
        "its database while events are worked off, and compares what readers see with what the "
        "input calls for. Exits 0 if nothing was lost and nothing repeated.")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--short", action="store_true", help="about 90 seconds (the default)")
    length.add_argument("--long", action="store_true",
                        help="every schedule, then 1,000 kills at random")
    length.add_argument("--kills", type=int, metavar="N", help="so many kills at random")
    length.add_argument("--seconds", type=int, metavar="N",
                        help="kills at random for about so long")
    length.add_argument("--schedule", metavar="NAME", action="append", choices=SCHEDULES,
                        help="this schedule; may be given several times")
    length.add_argument("--sabotage", metavar="NAME", choices=SABOTAGES,
                        help="leaves out one precaution: the run must fail")
    length.add_argument("--list", action="store_true", help="lists schedules and sabotages")
    parser.add_argument("--kafka", metavar="VERSION", help="of the broker, e.g. 3.9.2")
    parser.add_argument("--seed", default=DEFAULT_SEED,
                        help="of events and moments (%(default)s); print it with a failure")
    return parser.parse_args()


def list_all():
    for schedule in SCHEDULES.values():
        print(f"{schedule.name}\n    {schedule.sentence}")
    print("\nsabotages:")
    for sabotage in SABOTAGES.values():
        print(f"{sabotage.name}\n    {sabotage.sentence} (found by {sabotage.schedule})")


class Run:
    """Adds the reports of several schedules up, and prints each as it comes."""

    def __init__(self, options):
        self.options = options
        self.report = Report()

    def schedule(self, name, seed=None, **arguments):
        schedule = SCHEDULES[name]
        impossible = schedule.is_impossible()
        if impossible:
            print(f"{name}: left out: {impossible}", flush=True)
            return
        began = time.monotonic()
        report = run_schedule(schedule, seed or self.options.seed, self.options.kafka,
                              arguments=arguments)
        verdict = "right" if report.is_right else "WRONG"
        print(f"{name}: {verdict}, {report.kills} kills, {report.restarts} restarts, "
              f"{report.inputs} inputs, {report.outputs} outputs, "
              f"{time.monotonic() - began:.0f} s", flush=True)
        for sentence in report.sentences:
            print(f"    {sentence}", flush=True)
        self.report.add(report)

    def kills(self, count):
        """Random kills of one and of two instances in turn, in worlds of a hundred or so each."""
        number = 0
        while count > self.report.kills and self.report.is_right:
            name = ("random_kills", "random_kills_of_two")[number % 2]
            self.schedule(name, f"{self.options.seed}-{number}",
                          kills=min(KILLS_AT_ONCE, count - self.report.kills))
            number += 1

    def seconds(self, count):
        deadline = time.monotonic() + count
        number = 0
        while time.monotonic() < deadline and self.report.is_right:
            name = ("random_kills", "random_kills_of_two")[number % 2]
            self.schedule(name, f"{self.options.seed}-{number}")
            number += 1


def main():
    options = arguments()
    if options.list:
        list_all()
        return 0
    if options.sabotage:
        sabotage = SABOTAGES[options.sabotage]
        report = run_schedule(SCHEDULES[sabotage.schedule], options.seed, options.kafka,
                              sabotage.name)
        print(report)
        return 0 if report.is_right else 1
    run = Run(options)
    if options.kills:
        run.kills(options.kills)
    elif options.seconds:
        run.seconds(options.seconds)
    else:
        for name in options.schedule or (LONG if options.long else SHORT):
            run.schedule(name)
        if options.long:
            run.report.kills, scheduled = 0, run.report.kills
            run.kills(1000)
            run.report.kills += scheduled
    print(run.report)
    return 0 if run.report.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
