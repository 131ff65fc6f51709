"""Compares the rows of the database with what the input calls for: the business tables with the
oracle's outcomes, the journal with the records that were read."""

from collections import Counter

from .topics import inputs_of, is_clock


def differences(expected, found):
    """Both sides' surplus in a readable form; empty when they are the same."""
    missing, surplus = expected - found, found - expected
    return [f"missing {entry}" for entry in list(missing)[:10]] + \
           [f"too many {entry}" for entry in list(surplus)[:10]]


def rows(world, sql):
    """The rows of a statement as a multiset of tuples of text."""
    return Counter(tuple(None if value is None else str(value) for value in row)
                   for row in world.query(sql))


def check_rows(world, oracle):
    """Requests, people, affiliations and roster versions are those that the input calls for."""
    outcomes = oracle.outcomes
    accepted = {name: outcome for name, outcome in outcomes.items()
                if outcome.decision == "accepted"}
    requests = Counter(
        (*name, outcome.decision, oracle.requests[name]["contract_id"], outcome.insured_id)
        for name, outcome in outcomes.items())
    affiliations = Counter(
        (siren, outcome.insured_id, oracle.requests[siren, request_id]["contract_id"], request_id)
        for (siren, request_id), outcome in accepted.items())
    people = Counter({(siren, outcome.insured_id): 1 for (siren, _), outcome in accepted.items()})
    versions = Counter({(*key.split(":"), str(version)): 1
                        for key, version in oracle.roster_versions.items()})
    wrong = [
        *differences(requests, rows(world, "SELECT siren, request_id, status, contract_id,"
                                           " insured_id FROM guichet.affiliation_request")),
        *differences(affiliations, rows(world, "SELECT siren, insured_id, contract_id, request_id"
                                               " FROM guichet.affiliation")),
        *differences(people, rows(world, "SELECT siren, insured_id FROM guichet.insured")),
        *differences(versions, rows(world, "SELECT siren, contract_id, insured_id, version"
                                           " FROM guichet.roster_entry"))]
    assert not wrong, "\n".join(wrong)
    check_journal(world, "affiliation")


def check_journal(world, worker):
    """One row of its own for each event the worker reads, what it caused about others beside it,
    and progress at the end of every partition."""
    topics = [topic for topic in inputs_of(worker) if not is_clock(topic)]
    twice = world.query("SELECT topic, partition, input_offset, sequence, count(*)"
                        " FROM guichet.journal WHERE worker = %s"
                        " GROUP BY 1, 2, 3, 4 HAVING count(*) > 1", [worker])
    assert not twice, f"decided twice: {twice[:10]}"
    journal = {(topic, partition): count for topic, partition, count in world.query(
        "SELECT topic, partition, count(DISTINCT input_offset) FROM guichet.journal"
        " WHERE worker = %s AND topic = ANY(%s) GROUP BY 1, 2", [worker, topics])}
    ends = world.input_ends(*topics)
    assert journal == {place: end for place, end in ends.items() if end > 0}
    progress = {(topic, partition): offset for topic, partition, offset in world.query(
        "SELECT topic, partition, next_offset FROM guichet.progress"
        " WHERE worker = %s AND topic = ANY(%s)", [worker, topics])}
    assert progress == ends
