"""Personal data: what is held of a person is told, and erased for good."""

import json
import subprocess

import pytest
from guichet_test.contracts import health_contract
from guichet_test.employer import Employer
from guichet_test.envelope import check_outputs
from guichet_test.events import beneficiary, contract_upserted, event
from guichet_test.identities import insured_id
from guichet_test.postgres import binaries
from guichet_test.program import EXIT_DATA, EXIT_USAGE
from guichet_test.verdict import DECISIONS
from guichet_test.world import World

AT = "2026-11-03T09:00:00+01:00"
STAYS = {"account", "affiliations", "requests", "additions"}


@pytest.fixture(scope="module")
def employer(running, people):
    return Employer(running, people)


def privacy(wish, siren, privacy_request_id, **named):
    return event(f"privacy.{wish}-requested.v1", {
        "privacy_request_id": privacy_request_id, "siren": siren, **named, "requested_at": AT})


def answer(employer, wish, privacy_request_id, **named):
    """Sends a request and returns the data of its answer."""
    employer.world.send(privacy(wish, employer.siren, privacy_request_id, **named))
    (message,) = employer.world.reader.wait_for(
        "privacy.erased.v1" if wish == "erasure" else "privacy.report.v1",
        siren=employer.siren, privacy_request_id=privacy_request_id)
    return message.data


def held(report):
    return {holding["kind"]: holding["count"] for holding in report["held"]}


def latest(employer, topic, key):
    """The last record of a key on a compacted topic."""
    employer.world.reader.read_to_end()
    found = [m for m in employer.world.reader.messages if (m.topic, m.key) == (topic, key)]
    return found[-1] if found else None


def wait_for_tombstone(employer, topic, key):
    employer.world.reader.wait_until(
        lambda: latest(employer, topic, key) and latest(employer, topic, key).data is None,
        f"a tombstone of {key} on {topic}")
    tombstone = latest(employer, topic, key)
    assert tombstone.headers["ce_subject"].startswith(f"{employer.siren}/")
    assert "content-type" not in tombstone.headers
    return tombstone


def dump_of(world):
    """Everything the database holds, as text."""
    result = subprocess.run(
        [binaries() / "pg_dump", "--inserts", "--dbname", world.postgres.conninfo(world.database)],
        capture_output=True, check=True)
    return result.stdout


def traces_of(person):
    """What must not be found of somebody: names in bytes as they stand and as bytea prints them."""
    words = [person["family_name"], *person["given_names"], person["nir"], person["email"]]
    return [text for word in words for text in (word.encode(), word.encode().hex().encode())]


def unusual(people, **changes):
    """A person whose names are nobody else's."""
    person = people.person()
    people.count += 1
    person.family_name = f"Effacé-Nommé{people.count}"
    person.given_names = [f"Prénom{people.count}"]
    return person.employee(**changes)


def test_erasure_of_an_insured(employer, people):
    """The whole way: told before, erased, told after, repeated, and come back."""
    world, siren = employer.world, employer.siren
    person = unusual(people)
    insured = employer.affiliate(person, request_id="R-erased")
    relative = people.person()
    relative.family_name = "Enfant-Effacé"
    assert employer.add(insured, [beneficiary("B-1", relative)]).type == "beneficiary.added.v1"
    roster_key = f"{siren}:{employer.contract_id}:{insured}"
    tracking_key = f"{siren}:R-erased"
    world.reader.wait_for("roster.entry.v1", siren=siren, insured_id=insured, beneficiary_count=1)

    before = answer(employer, "access", "P-before", insured_id=insured)
    assert before["found"]
    counts = held(before)
    assert {"identity", "recognition", "account", "affiliations", "requests", "beneficiaries",
            "additions", "roster", "tracking", "decisions", "messages"} == set(counts)
    assert (counts["beneficiaries"], counts["affiliations"], counts["requests"]) == (1, 1, 1)
    assert all("since" in holding for holding in before["held"])
    revealed = world.installation.succeed("explain", "--reveal", f"{siren}/R-erased")
    assert person["family_name"] in revealed

    erased = answer(employer, "erasure", "P-1", insured_id=insured)
    assert erased["subject"] == insured and erased["found"]
    assert set(erased["erased_kinds"]) == set(counts) - STAYS
    (told,) = employer.found("privacy.erased.v1", privacy_request_id="P-1")
    for topic, key in (("affiliation.roster.v1", roster_key),
                       ("affiliation.tracking.v1", tracking_key)):
        tombstone = wait_for_tombstone(employer, topic, key)
        assert tombstone.headers["ce_correlationid"] == told.headers["ce_correlationid"]

    dump = dump_of(world)
    assert not [trace for trace in [*traces_of(person), "Enfant-Effacé".encode()] if trace in dump]
    for subject in ("R-erased", insured):
        told = world.installation.succeed("explain", "--reveal", f"{siren}/{subject}")
        assert not [word for word in (person["family_name"], person["given_names"][0],
                                      person["nir"], person["email"]) if word in told]
    assert world.query("SELECT count(*) FROM guichet.data_key WHERE siren = %s AND subject = %s",
                       [siren, f"insured/{insured}"]) == [(0,)]
    assert set(held(answer(employer, "access", "P-after", insured_id=insured))) <= STAYS

    # The same again, and its repetition: nothing, and no key comes back.
    world.send(privacy("erasure", siren, "P-1", insured_id=insured))
    again = answer(employer, "erasure", "P-2", insured_id=insured)
    assert again["found"] and again["erased_kinds"] == []
    assert len(employer.found("privacy.erased.v1", privacy_request_id="P-1")) == 1

    # A repetition of the request changes nothing; a new request is that of somebody new.
    decided = len(employer.found(*DECISIONS, request_id="R-erased"))
    world.send(employer.request(person, request_id="R-erased"))
    anew = employer.affiliate(person, request_id="R-anew")
    assert anew != insured and anew == insured_id(siren, "R-anew")
    assert len(employer.found("insured.activation-email.v1", insured_id=anew)) == 1
    assert len(employer.found(*DECISIONS, request_id="R-erased")) == decided
    assert latest(employer, "affiliation.tracking.v1", tracking_key).data is None
    check_outputs(world.reader.messages)


def test_other_people_stay(employer, people):
    """Erasing one leaves the others as they were."""
    stays, goes = employer.affiliate(), employer.affiliate()
    before = held(answer(employer, "access", "P-stays-1", insured_id=stays))
    assert answer(employer, "erasure", "P-goes", insured_id=goes)["erased_kinds"]
    assert held(answer(employer, "access", "P-stays-2", insured_id=stays)) == before


def test_by_a_request_of_nobody(employer, people):
    """A refused request has keys of its own; the attempts after it are the same person's."""
    world, siren = employer.world, employer.siren
    person = unusual(people, nir=None)
    for request_id, root in (("R-no-1", None), ("R-no-2", "R-no-1")):
        message = employer.ask(person, request_id=request_id, root_request_id=root,
                               hired_on="2026-12-01", effective_on="2026-10-01")
        assert message.type == "affiliation.rejected.v1"
    report = answer(employer, "access", "P-no", request_id="R-no-1")
    assert report["found"] and held(report) == {"requests": 2, "tracking": 2, "decisions": 2}
    erased = answer(employer, "erasure", "P-no-2", request_id="R-no-2")
    assert erased["erased_kinds"] == ["tracking", "decisions"]
    for request_id in ("R-no-1", "R-no-2"):
        wait_for_tombstone(employer, "affiliation.tracking.v1", f"{siren}:{request_id}")
    assert person["family_name"].encode() not in dump_of(world)
    assert person["email"] not in world.installation.succeed("explain", "--reveal",
                                                             f"{siren}/R-no-1")


def test_a_request_means_its_insured(employer):
    insured = employer.affiliate(request_id="R-means")
    erased = answer(employer, "erasure", "P-means", request_id="R-means")
    assert erased["subject"] == "R-means" and "identity" in erased["erased_kinds"]
    assert not answer(employer, "erasure", "P-means-2", insured_id=insured)["erased_kinds"]


def test_an_open_request_ends(employer, people):
    """It waits for its contract; it is cancelled, its clock stops, and the contract comes late."""
    world, siren = employer.world, employer.siren
    waiting = employer.request(unusual(people), request_id="R-open", contract_id="UNKNOWN-YET")
    world.send(waiting)
    world.reader.wait_for("tracking.entry.v1", siren=siren, request_id="R-open")
    assert answer(employer, "erasure", "P-open", request_id="R-open")["erased_kinds"] == [
        "request_contents", "tracking", "decisions"]
    (decision,) = world.reader.wait_for("affiliation.cancelled.v1", siren=siren,
                                        request_id="R-open")
    assert decision.data["by"] == "data_protection" and decision.data["sla"]["met"] is not None
    wait_for_tombstone(employer, "affiliation.tracking.v1", f"{siren}:R-open")
    employer.publish(contract_upserted(health_contract(siren, "UNKNOWN-YET")))
    employer.affiliate(contract_id="UNKNOWN-YET")
    assert not employer.found(*DECISIONS, request_id="R-open")
    assert len(employer.found("affiliation.cancelled.v1", request_id="R-open")) == 1
    assert latest(employer, "affiliation.tracking.v1", f"{siren}:R-open").data is None
    assert world.query("SELECT count(*) FROM guichet.timer WHERE siren = %s AND subject = 'R-open'",
                       [siren]) == [(0,)]


def test_an_open_request_says_nothing_of_whom_it_resembles(employer, people):
    """Somebody else's request under the NIR of an insured is doubtful, and stays open when that
    insured is erased: of him it kept no more than that he goes by another name."""
    world, siren = employer.world, employer.siren
    person = people.person()
    known = {**unusual(people), "nir": person.nir, "birth_date": person.employee()["birth_date"]}
    insured = employer.affiliate(known)
    employer.publish(contract_upserted(health_contract(siren, "RESEMBLES")))
    world.send(employer.request(person.employee(), request_id="R-like", contract_id="RESEMBLES"))
    (doubt,) = world.reader.wait_for("affiliation.under-review.v1", siren=siren,
                                     request_id="R-like")
    assert doubt.data["reasons"] == ["REVIEW_IDENTITY"]

    def check():
        told = world.installation.succeed("explain", "--reveal", f"{siren}/R-like")
        assert person.family_name in told and known["family_name"] not in told
    check()
    assert "identity" in answer(employer, "erasure", "P-like", insured_id=insured)["erased_kinds"]
    check()
    assert not employer.found("affiliation.cancelled.v1", request_id="R-like")


def test_what_is_held_for_the_employer(running, people):
    """An addition that waits for the employer's answer: what it said goes too."""
    employer = Employer(running, people, "K4")
    insured = employer.affiliate(channel="paper_bia")
    spouse = people.person()
    spouse.family_name = "Conjoint-Effacé"
    decision = employer.add(insured, [beneficiary("B-1", spouse, "spouse", "marriage")])
    assert decision.type == "beneficiary.awaiting-employer.v1"
    erased = answer(employer, "erasure", "P-held", insured_id=insured)
    assert {"addition_contents", "beneficiaries"} <= set(erased["erased_kinds"])
    assert "Conjoint-Effacé".encode() not in dump_of(running)
    assert answer(employer, "erasure", "P-held-2", insured_id=insured)["erased_kinds"] == []


@pytest.mark.parametrize("named", [{"insured_id": "46738d33-0347-5d5b-ab17-cd888350ca1d"},
                                   {"insured_id": "nobody"}, {"request_id": "R-never"}], ids=str)
def test_nobody(employer, named):
    name = "-".join(named.values())[:20]
    assert answer(employer, "access", f"PA-{name}", **named) == {
        "privacy_request_id": f"PA-{name}", "siren": employer.siren, "found": False, "held": []}
    erased = answer(employer, "erasure", f"PE-{name}", **named)
    assert not erased["found"] and erased["erased_kinds"] == []


def test_an_id_is_used_once(employer):
    """Another content or another wish under a known id is refused."""
    insured = employer.affiliate()
    answer(employer, "access", "P-used", insured_id=insured)
    places = employer.world.send(privacy("access", employer.siren, "P-used", request_id="R-x"),
                                 privacy("erasure", employer.siren, "P-used", insured_id=insured))
    for place in places:
        dead = employer.world.reader.wait_for_dead_letter(place)
        assert dead.headers["dlq_reason"] == "ID_REUSED"
    assert "identity" in held(answer(employer, "access", "P-used-2", insured_id=insured))


def test_dead_letters_that_can_be_told(employer, people):
    """A refused event that names the person's request goes with the person."""
    world, siren = employer.world, employer.siren
    insured = employer.affiliate(request_id="R-dead")
    person = unusual(people)
    (place,) = world.send(employer.request(person, request_id="R-dead"))
    world.reader.wait_for_dead_letter(place)
    assert held(answer(employer, "access", "P-dead", insured_id=insured))["dead_letters"] == 1
    assert "dead_letters" in answer(employer, "erasure", "P-dead-2",
                                    insured_id=insured)["erased_kinds"]
    told = world.installation.succeed("explain", "--reveal", f"{siren}/R-dead")
    assert person["family_name"] not in told and person["nir"] not in told


def test_signals_after_the_erasure(employer):
    """The link is used, or its mail comes back: no letter, and no key comes back to life."""
    world, siren = employer.world, employer.siren
    insured = employer.affiliate()
    (email,) = employer.found("insured.activation-email.v1", insured_id=insured)
    answer(employer, "erasure", "P-signals", insured_id=insured)
    world.send(event("mail.bounced.v1", {"siren": siren, "bounced_at": AT,
                                         "notification_id": email.data["notification_id"]}),
               event("employee-account.activated.v1", {"siren": siren, "insured_id": insured,
                                                       "activated_at": AT}))
    world.wait_drained("affiliation")
    assert not employer.found("insured.account-letter.v1", insured_id=insured)
    assert world.query("SELECT count(*) FROM guichet.data_key WHERE siren = %s AND subject = %s",
                       [siren, f"insured/{insured}"]) == [(0,)]
    employer.affiliate()  # the worker goes on


def test_what_is_held_is_written_out(employer, people, tmp_path):
    """The command deciphers it into a file of its owner's, and never over another one."""
    world, siren = employer.world, employer.siren
    person = unusual(people)
    insured = employer.affiliate(person, request_id="R-written")
    relative = people.person()
    employer.add(insured, [beneficiary("B-1", relative)])
    file = tmp_path / "held.json"
    world.installation.succeed("privacy", "report", f"{siren}/{insured}", "--out", file)
    assert file.stat().st_mode & 0o777 == 0o600
    content = json.loads(file.read_text())
    assert (content["siren"], content["person"]) == (siren, f"insured/{insured}")
    assert content["identity"][0]["content"] == person
    (covered,) = content["beneficiaries"]
    assert covered["content"]["family_name"] == relative.family_name
    assert [request["status"] for request in content["requests"]] == ["accepted"]
    assert len(content["affiliations"]) == len(content["additions"]) == 1
    sent = [output["value"]["to"] for decision in content["decisions"]
            for output in decision.get("outputs", ())
            if output["type"] == "guichet.insured.activation-email.v1"]
    assert sent == [person["email"]]
    assert "activation_token" not in {name for decision in content["decisions"]
                                      for output in decision.get("outputs", ())
                                      for name, value in (output["value"] or {}).items() if value}
    before = file.read_bytes()
    again = world.installation.command("privacy", "report", f"{siren}/R-written", "--out", file)
    assert again.returncode == EXIT_DATA and file.read_bytes() == before
    answer(employer, "erasure", "P-written", insured_id=insured)
    after = tmp_path / "after.json"
    world.installation.succeed("privacy", "report", f"{siren}/P-written", "--out", after)
    text = after.read_text()
    assert not [word for word in (person["family_name"], person["nir"], person["email"],
                                  relative.family_name) if word in text]
    assert json.loads(text)["affiliations"][0]["contract_id"] == employer.contract_id


def test_the_command_asks_for_an_erasure(employer):
    """It shows, asks, and sends; the worker decides."""
    world, siren = employer.world, employer.siren
    insured = employer.affiliate()
    name = f"{siren}/{insured}"
    shown = world.installation.succeed("privacy", "erase", name, "--dry-run")
    assert "identity" in shown and "affiliations" in shown
    refused = world.installation.command("privacy", "erase", name, stdin="no\n")
    assert refused.returncode == EXIT_DATA and "nothing was sent" in refused.stderr
    assert held(answer(employer, "access", "PC-1", insured_id=insured))["identity"] == 1
    world.installation.succeed("privacy", "erase", name, "--id", "PC-2", stdin=f"{name}\n")
    (erased,) = world.reader.wait_for("privacy.erased.v1", siren=siren, privacy_request_id="PC-2")
    assert "identity" in erased.data["erased_kinds"]
    told = world.installation.succeed("privacy", "erase", name, "--yes")
    again = told.split("requested as ")[1].split(":")[0]
    (erased,) = world.reader.wait_for("privacy.erased.v1", siren=siren, privacy_request_id=again)
    assert erased.data["erased_kinds"] == []


@pytest.mark.parametrize(("arguments", "code"), [
    (("report", "{siren}/R-nobody", "--out", "x.json"), EXIT_DATA),
    (("erase", "{siren}/R-nobody", "--yes"), EXIT_DATA),
    (("report", "{siren}/R-nobody"), EXIT_DATA),
    (("erase", "R-nobody", "--yes"), EXIT_USAGE),
    (("forget", "{siren}/R-nobody"), EXIT_USAGE),
    (("report",), EXIT_USAGE)], ids=str)
def test_wrong_use_of_the_command(employer, tmp_path, arguments, code):
    filled = [argument.format(siren=employer.siren) for argument in arguments]
    result = employer.world.installation.command("privacy", *filled, folder=tmp_path)
    assert result.returncode == code, result.stderr
    assert not list(tmp_path.iterdir())


def test_the_journal_is_decided_again(employer):
    """What was decided about erasures stands; what was erased can't be decided again, and is
    skipped."""
    insured = employer.affiliate()
    answer(employer, "erasure", "P-recheck", insured_id=insured)
    employer.world.installation.succeed("recheck")


def test_erased_before_it_was_published(postgres, people):
    """Decided and stored, then killed; erased before it is published: entries become tombstones,
    and a mail without an address is not sent."""
    world = World(postgres)
    try:
        world.start()
        account = world.installation.start("account", name="account")
        employer = Employer(world, people)
        account.stop_cleanly()
        person = unusual(people)
        request = employer.request(person, request_id="R-unpublished")
        world.send(request)
        world.installation.start("affiliation", name="first",
                                 crash="after_database_commit").wait_for_crash()
        insured = insured_id(employer.siren, "R-unpublished")
        privacy_worker = world.installation.start("privacy", name="privacy")
        assert "messages" in answer(employer, "erasure", "P-unpublished",
                                    insured_id=insured)["erased_kinds"]
        privacy_worker.stop_cleanly()
        second = world.installation.start("affiliation", name="second")
        assert employer.decision(request).type == "affiliation.accepted.v1"
        world.wait_drained("affiliation")
        wait_for_tombstone(employer, "affiliation.roster.v1",
                           f"{employer.siren}:{employer.contract_id}:{insured}")
        wait_for_tombstone(employer, "affiliation.tracking.v1", f"{employer.siren}:R-unpublished")
        second.stop_cleanly()
        assert not employer.found("insured.activation-email.v1", insured_id=insured)
        assert not [m for m in world.reader.messages
                    if person["family_name"].encode() in (m.raw_value or b"")]
        check_outputs(world.reader.messages)
    finally:
        report = world.end()
    assert not report, report
