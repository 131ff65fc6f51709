"""Who is in a worker's consumer group."""

from .waiting import wait_until


def group_of(world, worker):
    """The broker's description of the worker's group."""
    group = f"guichet.{worker}"
    return world.reader.admin.describe_consumer_groups([group])[group].result()


def places_of(world, instance, worker="affiliation"):
    """The (topic, partition) that a static member has."""
    return {(place.topic, place.partition)
            for member in group_of(world, worker).members if member.group_instance_id == instance
            for place in member.assignment.topic_partitions}


def wait_for_members(world, count, worker="affiliation"):
    """Waits until the worker's group has so many members, and each has partitions."""
    def settled():
        described = group_of(world, worker)
        working = [m for m in described.members if m.assignment.topic_partitions]
        return described.state.name == "STABLE" and len(working) == count

    wait_until(settled, 60, f"{count} members share the group")
