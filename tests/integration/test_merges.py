"""Bringing accounts together: all information and services under one identifier (question 1)."""

import pytest
from guichet_test.client_space import (account_of, attached, merge, reasons, register,
                                       survivors)
from guichet_test.contracts import health_contract, other_contract
from guichet_test.employer import Employer
from guichet_test.envelope import check_outputs
from guichet_test.events import contract_upserted, merge_requested, registration
from guichet_test.members import wait_for_members
from guichet_test.crash_points import CRASH_POINTS_OF_A_WORKER
from guichet_test.world import World, opened


def health(siren, contract_id, **changes):
    return contract_upserted(health_contract(siren, contract_id, **changes))


def other(siren, contract_id, **changes):
    return contract_upserted(other_contract(siren, contract_id, **changes))


def decide(world, *events):
    """Sends and waits until all of it is decided, and readable."""
    world.send(*events)
    world.wait_drained("account")
    world.reader.read_to_end()


class Space:
    """An employer with H1, H2, H3 (ended) of santé, P1, P2 of prévoyance and S1 of retraite, each
    category in an account of its own, named by the category."""

    def __init__(self, world, people):
        self.world = world
        self.siren = people.siren()
        self.count = 0
        decide(world, health(self.siren, "H1"), health(self.siren, "H2"),
               health(self.siren, "H3", ends_on="2025-12-31"), other(self.siren, "P1"),
               other(self.siren, "P2"), other(self.siren, "S1", category="retraite"))
        for category, contract_id in (("sante", "H1"), ("prevoyance", "P1"), ("retraite", "S1")):
            answer = register(world, self.siren, f"R-{category}", [contract_id],
                              self.account(category), category=category,
                              submitted_at="2026-11-23T10:00:00+01:00")
            assert attached(answer)[0] == (contract_id, "declared")

    def account(self, name):
        return account_of(self.siren, name)

    def next_id(self):
        self.count += 1
        return f"M-{self.count}-{self.siren}"

    def request(self, session, other_name, merge_id=None):
        return merge_requested(self.siren, merge_id or self.next_id(), self.account(session),
                               self.account(other_name))

    def merge(self, session, other_name):
        return merge(self.world, self.siren, self.next_id(), self.account(session),
                     self.account(other_name))

    def survivors(self):
        return survivors(self.world, self.siren)

    def told(self):
        """(survivor, absorbed) of each merge told of."""
        self.world.reader.read_to_end()
        return [(m.data["survivor_account_id"], m.data["absorbed_account_id"])
                for m in self.world.reader.find("account.merged.v1", siren=self.siren)]


@pytest.fixture
def space(running, people):
    return Space(running, people)


def test_one_identifier_over_all_contracts(space):
    """The union of categories and contracts, each sorted; nothing is attached anew."""
    before = space.world.query("SELECT * FROM guichet.attachment WHERE siren = %s"
                               " ORDER BY contract_id", [space.siren])
    answer = space.merge("sante", "prevoyance")
    assert answer.type == "account.merged.v1"
    assert {name: value for name, value in answer.data.items() if name != "merge_id"} == {
        "siren": space.siren, "survivor_account_id": space.account("sante"),
        "absorbed_account_id": space.account("prevoyance"),
        "categories": ["prevoyance", "sante"], "contract_ids": ["H1", "H2", "P1", "P2"]}
    assert space.world.query("SELECT * FROM guichet.attachment WHERE siren = %s"
                             " ORDER BY contract_id", [space.siren]) == before


def test_chains_resolve_in_one_step(space):
    """Retraite goes up in prévoyance, that in santé: both stand for santé, which then sees all."""
    assert space.merge("prevoyance", "retraite").data["contract_ids"] == ["P1", "P2", "S1"]
    answer = space.merge("sante", "prevoyance")
    assert answer.data["contract_ids"] == ["H1", "H2", "P1", "P2", "S1"]
    assert answer.data["categories"] == ["prevoyance", "retraite", "sante"]
    assert space.survivors() == {space.account(name): space.account("sante")
                                 for name in ("sante", "prevoyance", "retraite")}


def test_an_alias_means_its_survivor(space):
    """As session and as target: what is printed are the accounts that they stand for."""
    space.merge("sante", "prevoyance")
    assert space.merge("prevoyance", "retraite").type == "account.merged.v1"
    assert space.told()[-1] == (space.account("sante"), space.account("retraite"))
    decide(space.world, health(space.siren, "H1", revision=2))
    register(space.world, space.siren, "R-more", ["H1"], space.account("more"))
    assert space.merge("more", "retraite").data["contract_ids"] == ["H1", "H2", "P1", "P2", "S1"]
    assert space.told()[-1] == (space.account("more"), space.account("sante"))
    assert set(space.survivors().values()) == {space.account("more")}


def test_two_accounts_of_one_category(space):
    """The younger one, which holds nothing but a contract of its own."""
    decide(space.world, health(space.siren, "H9"))  # goes to the oldest
    register(space.world, space.siren, "R-second", ["H9"], space.account("second"))
    answer = space.merge("second", "sante")
    assert answer.data["categories"] == ["sante"]
    assert answer.data["contract_ids"] == ["H1", "H2", "H9"]


def test_already_together_is_success_without_an_event(space):
    """The same once more under another id, the other way round, and between two aliases."""
    space.merge("sante", "prevoyance")
    space.merge("sante", "retraite")
    decide(space.world, space.request("sante", "prevoyance"), space.request("prevoyance", "sante"),
           space.request("retraite", "prevoyance"))
    assert len(space.told()) == 2
    assert not space.world.reader.find("account.merge-rejected.v1", siren=space.siren)
    outcomes = space.world.query("SELECT outcome FROM guichet.account_merge WHERE siren = %s"
                                 " ORDER BY merge_id", [space.siren])
    assert [outcome for (outcome,) in outcomes] == ["merged"] * 2 + ["together"] * 3


def test_the_same_request_again(space):
    """No effect; the id with other content is refused."""
    event = space.request("sante", "prevoyance", "M-same")
    decide(space.world, event, event)
    assert len(space.told()) == 1
    (place,) = space.world.send(space.request("sante", "retraite", "M-same"))
    dead = space.world.reader.wait_for_dead_letter(place)
    assert dead.headers["dlq_reason"] == "ID_REUSED"
    assert space.survivors()[space.account("retraite")] == space.account("retraite")


def test_two_that_cross_in_one_batch(space):
    """Each absorbs the other: the first counts, the second finds them together. A third, through
    the alias, absorbs what is left."""
    decide(space.world, space.request("sante", "prevoyance"), space.request("prevoyance", "sante"),
           space.request("prevoyance", "retraite"))
    assert space.told() == [(space.account("sante"), space.account("prevoyance")),
                            (space.account("sante"), space.account("retraite"))]
    assert set(space.survivors().values()) == {space.account("sante")}


def test_registered_and_merged_at_once(running, people):
    """One batch: both accounts are new in it, and so is what they hold."""
    siren = people.siren()
    decide(running, health(siren, "H1"), other(siren, "P1"))
    a, p = account_of(siren, "a"), account_of(siren, "p")
    decide(running, registration(siren, "R-a", a, ["H1"]),
           registration(siren, "R-p", p, ["P1"], category="prevoyance"),
           merge_requested(siren, "M", a, p), registration(siren, "R-again", p, ["P1"],
                                                           category="prevoyance"))
    (answer,) = running.reader.find("account.merged.v1", siren=siren)
    assert answer.data["contract_ids"] == ["H1", "P1"]
    assert survivors(running, siren) == {a: a, p: a}
    (again,) = running.reader.find("registration.accepted.v1", registration_id="R-again",
                                   siren=siren)
    assert (again.data["account_id"], again.data["conflicts"]) == (a, [])
    assert running.query("SELECT contract_id, account_id FROM guichet.attachment"
                         " WHERE siren = %s ORDER BY 1", [siren]) == [("H1", a), ("P1", p)]


def test_what_comes_after_a_merge_goes_to_the_survivor(space):
    """A late sibling of either category, once, and a registration through the alias, which prints
    the survivor's id and finds no conflict in what the family holds."""
    space.merge("prevoyance", "sante")
    decide(space.world, health(space.siren, "H4"), other(space.siren, "P3"),
           health(space.siren, "H4", revision=2))
    late = space.world.reader.find("contract.attached.v1", siren=space.siren, cause="late_sibling")
    assert [(m.data["contract_id"], m.data["account_id"]) for m in late] == [
        ("H4", space.account("prevoyance")), ("P3", space.account("prevoyance"))]
    answer = register(space.world, space.siren, "R-alias", ["H1", "H4"], space.account("sante"))
    assert answer.data["account_id"] == space.account("prevoyance")
    assert attached(answer) == [] and answer.data["conflicts"] == []
    taken = register(space.world, space.siren, "R-taken", ["P1"], space.account("sante"),
                     category="prevoyance")
    assert reasons(taken) == ["ACCOUNT_TAKEN"]  # an alias keeps the category it was registered for
    answer = register(space.world, space.siren, "R-other", ["S1"], space.account("other"),
                      category="retraite")
    assert answer.data["conflicts"] == ["S1"]


@pytest.mark.parametrize("session, other_name, expected", [
    ("sante", "sante", ["SAME_ACCOUNT"]),
    ("sante", "nobody", ["UNKNOWN_ACCOUNT"]),
    ("nobody", "sante", ["UNKNOWN_ACCOUNT"]),
    ("nobody", "nobody", ["UNKNOWN_ACCOUNT", "SAME_ACCOUNT"]),
], ids=str)
def test_refused(space, session, other_name, expected):
    """Both stay as they are, and an id that was only named belongs to nobody."""
    answer = space.merge(session, other_name)
    assert reasons(answer) == expected
    assert (answer.data["session_account_id"], answer.data["other_account_id"]) == (
        space.account(session), space.account(other_name))
    assert all(name == survivor for name, survivor in space.survivors().items())
    assert not space.world.query("SELECT 1 FROM guichet.account_directory WHERE account_id = %s",
                                 [space.account("nobody")])


def test_accounts_of_another_employer(space, people):
    """As target and as session; nothing of the other employer is said or changed."""
    stranger = Employer(space.world, people)
    theirs = account_of(stranger.siren, "theirs")
    register(space.world, stranger.siren, "R", [stranger.contract_id], theirs)
    for session, target in ((space.account("sante"), theirs), (theirs, space.account("sante"))):
        answer = merge(space.world, space.siren, space.next_id(), session, target)
        assert reasons(answer) == ["OWNER_MISMATCH"]
        assert stranger.siren not in str({**answer.data, "session_account_id": "",
                                          "other_account_id": ""})
    assert survivors(space.world, stranger.siren) == {theirs: theirs}


def test_an_invalid_siren(running):
    """732829321 fails the checksum."""
    answer = merge(running, "732829321", "M-checksum", "nobody-1", "nobody-2")
    assert reasons(answer) == ["INVALID_SIREN", "UNKNOWN_ACCOUNT"]


def test_an_account_whose_registration_still_waits(space):
    """It is not registered yet: refused at once, and merged when it is there."""
    decide(space.world, registration(space.siren, "R-waits", space.account("waits"), ["H9"]))
    assert reasons(space.merge("sante", "waits")) == ["UNKNOWN_ACCOUNT"]
    decide(space.world, health(space.siren, "H9"))
    assert space.merge("sante", "waits").type == "account.merged.v1"


def test_the_decisions_can_be_explained_and_made_again(running):
    """`recheck` finds the same rules; `explain` prints rules and states."""
    running.wait_drained("account")
    result = running.installation.command("recheck", "account")
    assert result.returncode == 0, result.stdout + result.stderr
    assert ", different 0," in result.stdout
    states = running.installation.succeed("explain", "--states", "account")
    assert "account_open --> account_alias: account.merge-requested" in states
    assert "OWNER_MISMATCH" in running.installation.succeed("explain", "--rules", "account")


def test_every_output_keeps_its_contract(running):
    """Headers, keys and schemas of all outputs of this module."""
    messages = running.reader.read_to_end()
    assert len(messages) > 50
    check_outputs(messages)
    assert not running.reader.repeated_ids()


@pytest.fixture(scope="module")
def bare(postgres):
    """A world without an instance."""
    with opened(World(postgres, {"rules.registration_grace_seconds": 900})) as world:
        yield world


@pytest.mark.parametrize("point", CRASH_POINTS_OF_A_WORKER)
def test_killed_while_merging(bare, people, point):
    """Killed at each step of the batch: merged once, told once."""
    instance = bare.installation.start("account", name=f"before-{point}")
    space = Space(bare, people)
    instance.stop_cleanly()
    bare.send(space.request("sante", "prevoyance"), space.request("retraite", "prevoyance"))
    bare.installation.start("account", name=f"killed-{point}", crash=point).wait_for_crash()
    instance = bare.installation.start("account", name=f"after-{point}")
    bare.wait_drained("account")
    assert space.told() == [(space.account("sante"), space.account("prevoyance")),
                            (space.account("retraite"), space.account("sante"))]
    assert set(space.survivors().values()) == {space.account("retraite")}
    assert not bare.reader.repeated_ids()
    instance.stop_cleanly()


def test_two_workers(bare, people):
    """Contracts after their registrations and merges of many employers, shared by two processes of
    which one joins late: each employer ends with one account over all."""
    sirens = [people.siren() for _ in range(24)]
    one = bare.installation.start("account", name="one", settings={"guichet.instance": "one"})
    for siren in sirens:
        bare.send(registration(siren, "R-h", account_of(siren, "h"), ["H1", "H2"]),
                  registration(siren, "R-p", account_of(siren, "p"), ["P1"],
                               category="prevoyance"))
    two = bare.installation.start("account", name="two", settings={"guichet.instance": "two"})
    wait_for_members(bare, 2, worker="account")
    for siren in sirens:
        bare.send(health(siren, "H1"), other(siren, "P1"), health(siren, "H2"))
    bare.wait_drained("account")
    for siren in sirens:
        bare.send(merge_requested(siren, "M", account_of(siren, "h"), account_of(siren, "p")),
                  registration(siren, "R-h", account_of(siren, "h"), ["H1", "H2"]))
    bare.wait_drained("account")
    bare.reader.read_to_end()
    for siren in sirens:
        accepted = bare.reader.find("registration.accepted.v1", siren=siren)
        assert sorted(m.data["registration_id"] for m in accepted) == ["R-h", "R-p"]
        (merged,) = bare.reader.find("account.merged.v1", siren=siren)
        assert merged.data["contract_ids"] == ["H1", "H2", "P1"]
    assert not bare.reader.repeated_ids()
    one.stop_cleanly()
    two.stop_cleanly()
