"""The program under test: its settings file, its commands, and its running instances."""

import os
import signal
import subprocess

from .process import Process, plain_environment
from .project import ROOT, program_under_test

EXIT_OK = 0
EXIT_USAGE = 64
EXIT_DATA = 65
EXIT_UNAVAILABLE = 69
EXIT_TEMPORARY = 75
EXIT_CONFIGURATION = 78

# Where a test build (TEST_HOOKS) kills itself, in the order in which a batch passes them.
CRASH_POINTS = (
    "before_database_commit",  # all is stored, nothing is committed
    "after_database_commit",   # decided for good, not yet published
    "in_kafka_transaction",    # outputs are produced, the offsets are not sent
    "before_kafka_commit",     # offsets are sent, the transaction is open
    "after_kafka_commit",      # all is done, only memory does not know
)

SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:exitcode=99",
              "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
              "TSAN_OPTIONS": "exitcode=99:halt_on_error=1:suppressions="
                              f"{ROOT}/tests/support/thread_sanitizer/suppressions"}


def program_environment(extra=None):
    """No setting of the caller's environment reaches the program, only what a test gives."""
    inherited = {name: os.environ[name] for name in SANITIZERS if name in os.environ}
    return {**SANITIZERS, **inherited, **(extra or {})}


def run_program(*arguments, stdin=None, environment=None, seconds=120, folder=None,
                executable=None):
    """Runs the program to its end and returns the completed process, output as text."""
    return subprocess.run(
        [str(executable or program_under_test()), *map(str, arguments)], input=stdin, text=True,
        stdin=subprocess.DEVNULL if stdin is None else None, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, timeout=seconds, check=False, cwd=folder,
        env=plain_environment(program_environment(environment)))


def write_ini(path, settings):
    """Writes `section.key: value` pairs as an INI file, which may hold secrets."""
    path.touch(0o600)
    sections = {}
    for name, value in settings.items():
        section, _, key = name.partition(".")
        sections.setdefault(section, []).append(f"{key} = {value}")
    path.write_text("\n".join(line for section, lines in sections.items()
                              for line in (f"[{section}]", *lines, "")))
    return path


class Instance(Process):
    """One running `guichet run`."""

    def stop_cleanly(self, seconds=60):
        """SIGTERM: the batch is finished, published and closed; anything else is a failure."""
        code = self.stop(seconds)
        assert code == EXIT_OK, f"{self.name} ended with {code}\n{self.log_tail()}"
        assert not self.sanitizer_report(), self.sanitizer_report()

    def wait_for_crash(self, seconds=90):
        """Waits until it has killed itself at its crash point."""
        code = self.wait_for_exit(seconds)
        assert code == -signal.SIGKILL, (
            f"{self.name} ended with {code} and not at its crash point "
            f"(is {program_under_test()} built with TEST_HOOKS=ON?)\n{self.log_tail()}")


class Installation:
    """A folder with settings and key files that all instances of one world share."""

    def __init__(self, folder, settings, executable=None):
        self.folder = folder
        self.executable = executable or program_under_test()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.settings = {
            "guichet.state_dir": folder / "state",
            "admin.listen": "",  # many instances run at a time
            "guichet.secret_file": folder / "secret.key",
            "guichet.activation_key_file": folder / "activation.key",
            "guichet.activation_url": "https://compte.assureur.example/activation",
            **settings}
        (folder / "state").mkdir(exist_ok=True)
        self.config = write_ini(folder / "guichet.ini", self.settings)
        self.instances = []

    def command(self, *arguments, **options):
        """Runs a command with this installation's settings file."""
        return run_program(*arguments, "--config", self.config, executable=self.executable,
                           **options)

    def succeed(self, *arguments, **options):
        """The same; fails with the command's messages unless it exits 0. Returns its output."""
        result = self.command(*arguments, **options)
        assert result.returncode == EXIT_OK, (
            f"guichet {' '.join(map(str, arguments))} ended with {result.returncode}\n"
            f"{result.stdout}{result.stderr}")
        return result.stdout

    def start(self, *workers, name="instance", settings=None, crash=None, environment=None):
        """Starts `run`; `crash` is <point> or <point>:<n>, for builds with TEST_HOOKS only."""
        config = write_ini(self.folder / f"{name}.ini", {**self.settings, **(settings or {})})
        extra = dict(environment or {})
        if crash is not None:
            extra["GUICHET_TEST_CRASH"] = crash
        instance = Instance(name, [self.executable, "run", *workers, "--config", config],
                            self.folder / f"{name}.log", program_environment(extra))
        self.instances.append(instance)
        return instance

    def end(self):
        """Ends what still runs; returns the first sanitizer report there is."""
        for instance in self.instances:
            if instance.is_running:
                instance.end()
        reports = [instance.sanitizer_report() for instance in self.instances]
        return next((report for report in reports if report), "")

    def logs(self):
        """(title, last lines) of each instance's log."""
        paths = sorted({instance.log for instance in self.instances})
        return [(path.name, "\n".join(path.read_text(errors="replace").splitlines()[-60:]))
                for path in paths if path.exists()]
