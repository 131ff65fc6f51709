"""A child process whose output goes to a file, which can be frozen and killed, and which dies
with the tests even when these are killed."""

import os
import signal
import socket
import subprocess
from pathlib import Path

from .waiting import wait_until

# Passed on to every child: what finds libraries and folders, nothing that configures anything.
PASSED_ENVIRONMENT = ("PATH", "HOME", "LANG", "TMPDIR", "JAVA_HOME", "LD_LIBRARY_PATH")

SANITIZER_MARKS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:",
                   "WARNING: ThreadSanitizer")


def plain_environment(extra=None):
    """The environment of a child: a short list of inherited variables, then `extra`."""
    environment = {name: os.environ[name] for name in PASSED_ENVIRONMENT if name in os.environ}
    environment.update(extra or {})
    return environment


def free_ports(count):
    """Loopback ports that nobody listens on now; all are held until the last is chosen."""
    sockets = []
    try:
        for _ in range(count):
            holder = socket.socket()
            holder.bind(("127.0.0.1", 0))
            sockets.append(holder)
        return [holder.getsockname()[1] for holder in sockets]
    finally:
        for holder in sockets:
            holder.close()


class Process:
    """One running child. Output is appended to `log`, so a restart keeps the earlier lines."""

    def __init__(self, name, command, log, environment=None, user=None, death_signal="KILL",
                 folder=None):
        self.name = name
        self.log = Path(log)
        wrapper = ["setpriv", "--pdeathsig", death_signal]
        if user is not None:
            wrapper += ["--reuid", user, "--regid", user, "--init-groups"]
        with open(self.log, "ab") as output:
            self.child = subprocess.Popen(
                [*wrapper, "--", *map(str, command)], stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, cwd=folder,
                env=plain_environment(environment))

    @property
    def pid(self):
        return self.child.pid

    @property
    def is_running(self):
        return self.child.poll() is None

    @property
    def exit_code(self):
        """None while it runs; minus the signal's number when a signal ended it."""
        return self.child.poll()

    def send_signal(self, number):
        if self.is_running:
            os.kill(self.pid, number)

    def freeze(self):
        self.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.send_signal(signal.SIGCONT)

    def wait_for_exit(self, seconds):
        """Returns the exit code; fails when the process is still there after `seconds`."""
        wait_until(lambda: not self.is_running, seconds, f"{self.name} ends\n{self.log_tail()}")
        return self.exit_code

    def kill(self):
        """SIGKILL, and waits until the process is gone."""
        self.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self, seconds=30, number=signal.SIGTERM):
        """Asks the process to end and returns its exit code."""
        self.send_signal(number)
        return self.wait_for_exit(seconds)

    def end(self):
        """Ends it by any means; for cleaning up."""
        self.thaw()
        self.send_signal(signal.SIGTERM)
        try:
            self.child.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_tail(self, lines=60):
        return "\n".join(self.log_text().splitlines()[-lines:])

    def sanitizer_report(self):
        """The log from the first sanitizer finding on, or an empty string."""
        text = self.log_text()
        starts = [text.find(mark) for mark in SANITIZER_MARKS if mark in text]
        return text[min(starts):][:8000] if starts else ""

    def processor_seconds(self):
        """User and system time used so far, children that were waited for included."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def peak_memory_mib(self):
        """The most memory that was resident at once."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        return 0.0
