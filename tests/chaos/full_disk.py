"""A database on a small disk, which is filled up until the server can't extend a table (SQLSTATE
53100), and emptied again. Needs root, to mount a file system in memory."""

import errno
import os
import subprocess

from guichet_test.waiting import wait_until
from guichet_test.world import World

DISK = "48m"
PIECE = 64 * 1024


def why_not():
    """A sentence that says why there can be no small disk here, or None."""
    if os.geteuid() != 0:
        return "mounting a small disk needs root"
    tried = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
                           capture_output=True, check=False)
    return None if tried.returncode == 0 else "no file system can be mounted here"


class SmallDiskWorld(World):
    """The tables are on a disk of their own; the server's log of changes is not: it would panic."""

    def start(self, topics=True):
        super().start(topics)
        self.disk = self.folder / "small-disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=777", "tmpfs",
                        str(self.disk)], check=True)
        space = self.disk / "tables"
        space.mkdir()
        if self.postgres.user is not None:
            subprocess.run(["chown", self.postgres.user, str(space)], check=True)
        with self.postgres.connect("postgres") as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
            connection.execute(f'ALTER DATABASE "{self.database}" SET TABLESPACE small')
        return self

    def end(self):
        self.empty()
        self.postgres.end()
        subprocess.run(["umount", "-l", str(self.disk)], check=False)
        return super().end()

    def fill(self):
        """Takes all the room that is left."""
        with open(self.disk / "ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * PIECE)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def empty(self):
        (self.disk / "ballast").unlink(missing_ok=True)


def fill_the_disk(course, lines):
    """The disk is full while the lines are worked off, until the server has said so."""
    course.ensure_running()
    course.send(lines[:len(lines) // 3])
    course.world.fill()
    course.send(lines[len(lines) // 3:])
    log = course.world.postgres.process
    wait_until(lambda: "No space left on device" in log.log_text(), 60, "the disk is full")
    course.report.faults["disk of the database full"] += 1
    course.world.empty()
