"""A record that the store refuses keeps its employer's later records waiting; ten thousand records
of others later it is tried again, and the process is killed before its outputs are published: they
stand under the command's position, and come out although their own offsets lie far below."""

from directed import only_in
from guichet_test.parked import command, parked, refusing
from guichet_test.timeline import text_of
from mixture import REQUESTS

MORE = 10_000
SETTINGS = {"batch.max_records": 500}


def retry_after_ten_thousand(course):
    def deed(course, lines):
        course.ensure_running()
        with refusing(course.world):
            course.send(lines)
            course.settle()
        sirens = {line.key for line in lines if "REFUSED" in line.value}
        places = [parked(course.world, siren)[0] for siren in sorted(sirens)]
        if not places or not course.report.is_right:
            course.report.sentences.append("nothing was refused")
        for place in places:
            course.world.send(command(place, at=text_of(course.clock.now)))
            course.crash("after_database_commit")
        course.settle()
    course.run_round(MORE, only_in(REQUESTS, deed), refused=2)
