"""Figures that a benchmark prints."""


def percentile(values, share):
    """Of sorted values; not a number if there are none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def line(name, value, decimals=0):
    """One figure of a readable table."""
    return f"{name:40}{value:>10,.{decimals}f}"
