"""Who is in a worker's consumer group."""

from .waiting import wait_until


def wait_for_members(world, count, worker="affiliation"):
    """Waits until the worker's group has so many members, and each has partitions."""
    group = f"guichet.{worker}"

    def settled():
        described = world.reader.admin.describe_consumer_groups([group])[group].result()
        working = [m for m in described.members if m.assignment.topic_partitions]
        return described.state.name == "STABLE" and len(working) == count

    wait_until(settled, 60, f"{count} members share the group")
