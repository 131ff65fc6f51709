"""What is done to processes and servers while they work: each sends the lines of a phase and does
its worst meanwhile. Random moments come from the schedule's own source."""

from guichet_test.waiting import pause

# An instance is up after about half a second; a kill in its first steps is one too.
SOONEST, LATEST = 0.15, 1.2


def slices(lines, count):
    """The lines in so many parts, in order; parts may be empty."""
    return [lines[len(lines) * n // count:len(lines) * (n + 1) // count] for n in range(count)]


def kill_at_random(course, lines, kills, random, names=("one",)):
    """Amid each of so many parts of the lines an instance is killed, or several at once."""
    left = kills
    while left > 0:
        course.send(lines[:len(lines) // left])
        lines = lines[len(lines) // left:]
        for name in names:
            course.ensure_running(name)
        pause(random.uniform(SOONEST, LATEST))
        for name in random.sample(names, random.randint(1, min(left, len(names)))):
            course.kill(name)
            left -= 1
    course.send(lines)


def crash_at(course, lines, points):
    """Amid each part of the lines the instance kills itself at one of the points."""
    for point, part in zip(points, slices(lines, len(points))):
        course.send(part)
        course.crash(point)


def crash_behind(course, lines, points):
    """Once all lines are sent the instance kills itself at each of the points."""
    course.send(lines)
    for point in points:
        course.crash(point)


def crash_while_republishing(course, lines, points):
    """Before each crash at one of the points another one leaves something to publish."""
    for point, part in zip(points, slices(lines, len(points))):
        course.send(part)
        course.crash("after_database_commit")
        course.crash(point)


def freeze_broker_and_kill(course, lines, times, random):
    """The broker stands still for a second, in which batches are stored and cannot be published,
    then the instance is killed: the gap between the two commits, for certain."""
    for part in slices(lines, times):
        course.ensure_running()
        course.send(part)
        pause(random.uniform(0.3, 0.8))
        course.world.kafka.freeze()
        pause(1)
        course.kill()
        course.world.kafka.thaw()
        course.report.faults["broker frozen before a kill"] += 1
        if course.unpublished() > 0:
            course.report.faults["found stored and not published"] += 1


def restart_broker(course, lines, random):
    """An orderly restart, then a kill -9."""
    for part, end in zip(slices(lines, 2), (course.world.kafka.stop, course.world.kafka.kill)):
        course.ensure_running()
        course.send(part)
        pause(random.uniform(0.2, 1))
        end()
        pause(random.uniform(0, 1))
        course.world.kafka.start()
        course.report.faults[f"broker: {end.__name__}"] += 1


def restart_database(course, lines, random):
    """An orderly restart, then a kill -9 of the server and its sessions."""
    postgres = course.world.postgres
    for part, end in zip(slices(lines, 2), (postgres.stop, postgres.kill)):
        course.ensure_running()
        course.send(part)
        pause(random.uniform(0.2, 1))
        end()
        pause(random.uniform(0, 1))
        postgres.start()
        course.clock.reconnect()
        course.report.faults[f"database: {end.__name__}"] += 1


def disturb_connections(course, lines, random):
    """Cut, cut in mid-frame, and frozen in mid-frame for a while: to the broker, then to the
    database."""
    deeds = [(proxy, deed) for proxy in (course.world.broker_proxy, course.world.database_proxy)
             for deed in ("cut", "cut_in_frame", "freeze_in_frame")]
    for (proxy, deed), part in zip(deeds, slices(lines, len(deeds))):
        course.ensure_running()
        course.send(part)
        pause(random.uniform(0.2, 0.6))
        getattr(proxy, deed)()
        pause(random.uniform(0.5, 1.5))
        proxy.heal()
        course.report.faults[f"connections: {deed}"] += 1
