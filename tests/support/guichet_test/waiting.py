"""Waiting for a condition with a deadline; the only place of the tests that sleeps."""

import time

POLL_SECONDS = 0.02


def wait_until(condition, seconds, what):
    """Calls `condition` until it returns something true, and returns that.

    Fails when `seconds` have passed; `what` says in words what was waited for and may be a
    function, so that the message can tell how far it came.
    """
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            text = what() if callable(what) else what
            raise AssertionError(f"not within {seconds} s: {text}")
        time.sleep(POLL_SECONDS)


def pause(seconds):
    """Lets time pass on purpose (a random moment to kill at, a freeze), never to synchronise."""
    time.sleep(seconds)
