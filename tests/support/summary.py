#!/usr/bin/env python3
"""Adds up what tests/run has done: its parts, and the cases in the JUnit files that test parts
left. Prints the ten slowest and, as the last line, `N passed, N failed`; exits 1 if any failed.

usage: summary.py FOLDER (with `parts`, a line of part, kind, status, seconds each, and *.xml)
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple


class Entry(NamedTuple):
    """A check, a test case, or a part that did not get so far."""

    name: str
    outcome: str
    seconds: float


def cases_of(part, path):
    """The test cases in the JUnit file of a part, none if it has not written one."""
    if not path.exists():
        return []
    try:
        tree = ElementTree.parse(path)
    except ElementTree.ParseError:
        return []
    cases = []
    for case in tree.iter("testcase"):
        broken = case.find("failure") is not None or case.find("error") is not None
        skipped = case.find("skipped") is not None or case.get("status") in ("notrun", "disabled")
        outcome = "failed" if broken else "skipped" if skipped else "passed"
        place = (case.get("classname") or "").rpartition(".")[2]
        name = case.get("name") if case.get("name", "").startswith(place) else \
            f"{place}: {case.get('name')}"
        cases.append(Entry(f"{part}: {name}", outcome, float(case.get("time") or 0)))
    return cases


def entries(folder):
    for line in (folder / "parts").read_text().splitlines():
        part, kind, status, seconds = line.split("\t")
        cases = cases_of(part, folder / f"{part}.xml") if kind == "tests" else []
        yield from cases
        # Tests that broke off, or found nothing to run, count as one failure of their own.
        told = any(case.outcome == "failed" for case in cases)
        if kind == "check" or (status == "failed" and not told):
            yield Entry(part, status, float(seconds))


def main():
    found = list(entries(Path(sys.argv[1])))
    print("\nslowest:")
    for entry in sorted(found, key=lambda entry: -entry.seconds)[:10]:
        print(f"  {entry.seconds:7.1f} s  {entry.name}")
    counts = {outcome: sum(entry.outcome == outcome for entry in found)
              for outcome in ("passed", "failed", "skipped")}
    failed = [entry.name for entry in found if entry.outcome == "failed"]
    if failed:
        print("\nfailed:", *failed, sep="\n  ")
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"\n{counts['passed']} passed, {counts['failed']} failed{skipped}")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
