"""The client space of a test: registering accounts and bringing them together, one at a time."""

from .events import merge_requested, registration

REGISTERED = ("registration.accepted.v1", "registration.rejected.v1")
MERGED = ("account.merged.v1", "account.merge-rejected.v1")


def account_of(siren, name):
    """An account id that no other employer has."""
    return f"account-{name}-{siren}"


def answer_to(world, siren, registration_id):
    """Waits for the answer to a registration, and for all that came with it."""
    (answer,) = world.reader.wait_for(*REGISTERED, siren=siren, registration_id=registration_id)
    world.reader.read_to_end()
    return answer


def register(world, siren, name, contract_ids, account_id=None, **changes):
    """Registers an account and returns the answer."""
    world.send(registration(siren, name, account_id or account_of(siren, name), contract_ids,
                            **changes))
    return answer_to(world, siren, name)


def attached(answer):
    """(contract, cause) of each contract that an accepted registration brought."""
    assert answer.type == "registration.accepted.v1", answer
    return [(entry["contract_id"], entry["cause"]) for entry in answer.data["attached"]]


def reasons(answer):
    """Why a registration or a merge was refused."""
    assert answer.type in ("registration.rejected.v1", "account.merge-rejected.v1"), answer
    return answer.data["reasons"]


def merge(world, siren, merge_id, session, other):
    """Merges accounts and returns the answer; there must be one."""
    world.send(merge_requested(siren, merge_id, session, other))
    (answer,) = world.reader.wait_for(*MERGED, siren=siren, merge_id=merge_id)
    return answer


def survivors(world, siren):
    """What each account of the employer stands for, as stored."""
    return dict(world.query(
        "SELECT account_id, survivor_account_id FROM guichet.account WHERE siren = %s", [siren]))
