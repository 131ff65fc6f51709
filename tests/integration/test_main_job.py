"""From a request to decision, roster, tracking and notification, through topics only
(questions 3, 4, 5 and 7)."""

import base64
import hashlib
from datetime import datetime, timedelta

import pytest
from guichet_test.contracts import health_contract
from guichet_test.employer import Employer
from guichet_test.envelope import check_outputs, personal_data_in
from guichet_test.events import affiliation, contract_upserted
from guichet_test.identities import insured_id, notification_id
from guichet_test.people import FAMILY_NAMES, GIVEN_NAMES

TRACE = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
         "tracestate": "portal=t61rcWkgMzE"}


@pytest.fixture(scope="module")
def employer(running, people):
    """An employer with contract K1, for requests that need nothing special."""
    return Employer(running, people)


def instant(text):
    return datetime.fromisoformat(text)


def test_online_with_an_email(employer):
    """Accepted: in the roster, in the tracking, one activation e-mail, no letter."""
    person = employer.people.person()
    event = employer.request(person.employee(), submitted_at="2026-11-14T09:15:00+01:00")
    employer.world.send(event)
    decision = employer.decision(event)
    data = decision.data
    insured = insured_id(employer.siren, data["request_id"])
    assert decision.type == "affiliation.accepted.v1"
    assert (data["insured_id"], data["root_request_id"]) == (insured, data["request_id"])
    assert (data["account"], data["warnings"]) == ("activation_email", [])
    sla = data["sla"]
    assert sla["due_at"] == "2026-11-16T23:00:00Z"  # Saturday: the whole of Monday
    assert sla["met"] == (instant(data["decided_at"]) <= instant(sla["due_at"]))
    assert (sla["class"], sla["calendar_id"], sla["submitted_at"]) == (
        "online_single", "metropole", "2026-11-14T08:15:00Z")
    (roster,) = employer.found("roster.entry.v1", insured_id=insured)
    assert roster.key == f"{employer.siren}:{employer.contract_id}:{insured}"
    assert (roster.data["family_name"], roster.data["given_names"]) == (
        person.family_name, person.given_names)
    assert (roster.data["version"], roster.data["beneficiary_count"]) == (1, 0)
    tracking = employer.found("tracking.entry.v1", request_id=data["request_id"])
    assert tracking[-1].key == f"{employer.siren}:{data['request_id']}"
    assert (tracking[-1].data["status"], tracking[-1].data["due_at"]) == (
        "accepted", "2026-11-16T23:00:00Z")
    assert [m.data["version"] for m in tracking] == list(range(1, len(tracking) + 1))
    (email,) = employer.found("insured.activation-email.v1", insured_id=insured)
    assert email.data["to"] == person.email
    assert email.data["display_name"] == f"{person.given_names[0]} {person.family_name}"
    assert email.data["notification_id"] == notification_id(
        "insured.activation-email", employer.siren, insured)
    assert instant(email.data["expires_at"]) - instant(data["decided_at"]) <= timedelta(days=30)
    assert not employer.found("insured.account-letter.v1", insured_id=insured)


def test_the_activation_token_is_signed(employer):
    """The identity service finds employer, insured and expiry in it, under the shared key."""
    insured = employer.affiliate()
    (email,) = employer.found("insured.activation-email.v1", insured_id=insured)
    text = email.data["activation_token"]
    token = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    key = employer.world.installation.settings["guichet.activation_key_file"].read_bytes()
    payload, tag = token[:-32], token[-32:]
    assert hashlib.blake2b(payload, key=key, digest_size=32).digest() == tag
    assert payload.startswith(employer.siren.encode())


@pytest.mark.parametrize("channel", ["paper_bia", "phone", "other"])
def test_offline_channels_are_in_the_roster_only(employer, channel):
    """On paper, by phone or otherwise: no clock, no tracking, but in the list of employees."""
    data = employer.ask(channel=channel).data
    assert data.get("sla") is None
    assert employer.found("roster.entry.v1", insured_id=data["insured_id"])
    assert not employer.found("tracking.entry.v1", request_id=data["request_id"])


def test_a_bulk_file_has_two_business_days(employer):
    """Friday 20 November 2026, 17:20 is due on Tuesday at the same time."""
    data = employer.ask(channel="online_bulk", bulk_file_id="B-1",
                        submitted_at="2026-11-20T17:20:00+01:00").data
    assert data["sla"]["due_at"] == "2026-11-24T16:20:00Z"


def test_no_email_brings_a_letter(employer):
    """Without an e-mail the employee is written to on paper."""
    person = employer.people.person()
    data = employer.ask(person.employee(email=None)).data
    (letter,) = employer.found("insured.account-letter.v1", insured_id=data["insured_id"])
    assert (data["account"], data["warnings"]) == ("letter", [])
    assert letter.data["cause"] == "no_email"
    assert letter.data["address"]["city"] == person.address["city"]
    assert not employer.found("insured.activation-email.v1", insured_id=data["insured_id"])


def test_a_malformed_email_is_a_warning_and_a_letter(employer):
    """`jean.dupont@` is accepted all the same."""
    data = employer.ask(employer.people.person().employee(email="jean.dupont@")).data
    assert data["warnings"] == ["INVALID_EMAIL"]
    (letter,) = employer.found("insured.account-letter.v1", insured_id=data["insured_id"])
    assert letter.data["cause"] == "invalid_email"


def test_nothing_to_write_to_is_returned(employer):
    """Neither a valid e-mail nor an address: back to the employer."""
    decision = employer.ask(employer.people.person().employee(email=None, address=None))
    assert decision.type == "affiliation.returned.v1"
    assert decision.data["reasons"] == ["MISSING_ADDRESS"]
    (tracking,) = employer.found("tracking.entry.v1", request_id=decision.data["request_id"],
                                 status="returned")
    assert tracking.data["reasons"] == ["MISSING_ADDRESS"]


def test_prevoyance_does_not_exist_as_a_service(employer):
    """Rejected at once, nothing else is looked at and nothing created."""
    decision = employer.ask(employer.people.person().employee(nir="000000000000000"),
                            category="prevoyance", contract_id="NOWHERE")
    assert decision.type == "affiliation.rejected.v1"
    assert decision.data["reasons"] == ["AFFILIATION_NOT_REQUIRED", "SERVICE_NOT_AVAILABLE"]


def test_all_reasons_are_given_in_order(employer):
    """A wrong SIRET, an early start twice over, a wrong NIR and an unknown dispensation."""
    person = employer.people.person()
    decision = employer.ask(
        person.employee(nir=person.nir[:13] + "00"), siret="73282932000079",
        effective_on="2019-12-31", hired_on="2020-01-02",
        dispensation={"code": "NEVER_HEARD_OF", "documents": []})
    assert decision.data["reasons"] == [
        "INVALID_SIRET", "EFFECTIVE_BEFORE_CONTRACT", "EFFECTIVE_BEFORE_HIRE", "INVALID_NIR",
        "DISPENSATION_UNKNOWN"]


def test_the_nir_must_agree_with_the_birth_date(employer):
    """A right NIR of somebody born in another year."""
    person = employer.people.person(birth_year=1980)
    decision = employer.ask(person.employee(birth_date="1981" + person.birth_date[4:]))
    assert decision.data["reasons"] == ["NIR_BIRTHDATE_MISMATCH"]


def test_a_dispensation_with_its_proof_is_recorded(employer):
    """Waived: not affiliated, no account, nobody is written to."""
    decision = employer.ask(dispensation={"code": "CSS", "documents": ["ATTESTATION"]})
    assert decision.type == "affiliation.waived.v1"
    assert decision.data["dispensation_code"] == "CSS"
    request_id = decision.data["request_id"]
    insured = insured_id(employer.siren, request_id)
    assert not employer.found("roster.entry.v1", insured_id=insured)
    assert not employer.found("insured.activation-email.v1", insured_id=insured)


def test_a_dispensation_without_its_proof_is_returned(employer):
    """CSS needs a document."""
    decision = employer.ask(dispensation={"code": "CSS", "documents": []})
    assert decision.data["reasons"] == ["MISSING_DOCUMENT"]


def test_the_same_person_is_not_affiliated_twice(employer):
    """The second request for the same contract is refused, the first stands."""
    person = employer.people.person()
    employer.affiliate(person.employee())
    assert employer.ask(person.employee()).data["reasons"] == ["ALREADY_AFFILIATED"]


def test_a_second_contract_brings_no_second_account(running, people):
    """The insured is recognised, keeps the identifier, and is not written to again."""
    employer = Employer(running, people)
    employer.publish(contract_upserted(health_contract(employer.siren, "SECOND")))
    person = people.person()
    insured = employer.affiliate(person.employee())
    data = employer.ask(person.employee(), contract_id="SECOND").data
    assert (data["insured_id"], data["account"]) == (insured, "existing")
    assert len(employer.found("insured.activation-email.v1", insured_id=insured)) == 1


def test_delivered_three_times_is_decided_once(employer):
    """One affiliation, one e-mail, one entry, whatever the transport repeats."""
    event = employer.request()
    again = affiliation(employer.siren, employer.contract_id, event.data["request_id"],
                        event.data["employee"])
    employer.world.send(event, event, again)
    employer.world.wait_drained("affiliation")
    request_id = event.data["request_id"]
    insured = insured_id(employer.siren, request_id)
    assert len(employer.found("affiliation.accepted.v1", request_id=request_id)) == 1
    assert len(employer.found("roster.entry.v1", insured_id=insured)) == 1
    assert len(employer.found("insured.activation-email.v1", insured_id=insured)) == 1


def test_cause_correlation_and_trace_are_passed_on(employer):
    """Who asked, in which conversation, and the trace are told by every output: here the decision
    with three more, and the four alerts of a clock that ran out long ago."""
    event = employer.request(submitted_at="2026-01-05T10:00:00+01:00")
    event.attributes["correlationid"] = "conversation-7"
    event.trace = TRACE
    employer.world.send(event)
    decision = employer.decision(event)
    employer.world.reader.read_to_end()
    outputs = [m for m in employer.world.reader.messages
               if m.headers.get("ce_causationid") == event.id]
    assert len(outputs) == 4 + 4
    for message in outputs:
        assert message.headers["ce_correlationid"] == "conversation-7"
        assert {name: message.headers[name] for name in TRACE} == TRACE
    assert decision.headers["ce_subject"] == f"{employer.siren}/{event.data['request_id']}"


def test_without_a_correlation_the_input_begins_one(employer):
    """The correlation is then the input's own id."""
    event = employer.request()
    employer.world.send(event)
    assert employer.decision(event).headers["ce_correlationid"] == event.id


def test_structured_mode_from_kcat(running, people):
    """The same job in structured mode, published by a client that knows nothing of us."""
    siren, person = people.siren(), people.person()
    running.sender.send_with_kcat(contract_upserted(health_contract(siren, "KCAT")))
    running.wait_drained("account")
    event = affiliation(siren, "KCAT", "R-KCAT", person.employee())
    running.sender.send_with_kcat(event)
    (decision,) = running.reader.wait_for("affiliation.accepted.v1", siren=siren)
    assert decision.headers["ce_causationid"] == event.id


def test_structured_mode_by_the_send_command(running, people, tmp_path):
    """`guichet send FILE` publishes a file of events, topic and key by itself."""
    siren = people.siren()
    running.installation.succeed(
        "send", "-", stdin=contract_upserted(health_contract(siren, "FILE")).structured() + "\n")
    running.wait_drained("account")
    requests = [affiliation(siren, "FILE", f"R-FILE-{n}", people.person().employee())
                for n in range(3)]
    path = tmp_path / "requests.ndjson"
    path.write_text("".join(request.structured() + "\n" for request in requests))
    running.installation.succeed("send", path)
    running.reader.wait_for("affiliation.accepted.v1", siren=siren, count=3)


def test_explain_tells_the_story(employer):
    """Facts, rules that fired, decision and outputs of a request, by its business id."""
    decision = employer.ask(employer.people.person().employee(email="jean.dupont@"))
    story = employer.world.installation.succeed("explain", decision.data["request_id"])
    for part in ("INVALID_EMAIL", "affiliation.accepted.v1", "roster.entry.v1",
                 "insured.account-letter.v1", employer.contract_id):
        assert part in story, story


def test_the_installation_checks_itself(running):
    """Configuration, database, topics and zone data of a running installation are in order."""
    running.installation.succeed("check")
    running.installation.succeed("topics", "check")


# What holds for everything that came out above; these stand last.

def test_every_output_keeps_its_contract(running):
    """Headers, keys and schemas of all outputs of this module."""
    messages = running.reader.read_to_end()
    assert len(messages) > 50
    check_outputs(messages)
    assert not running.reader.repeated_ids()


def test_no_dead_letter_came_of_it(running):
    """Refusals are decisions: nothing above was malformed."""
    running.reader.read_to_end()
    assert not [m for m in running.reader.messages if m.topic == "dead-letters.v1"]


def personal_words(people):
    return {*people.nirs, *FAMILY_NAMES, *GIVEN_NAMES, "@courriel.example", "jean.dupont",
            "@employeur.example"}


def test_nothing_personal_in_keys_headers_and_logs(running, people):
    """No name, e-mail or NIR of this module's people."""
    words = personal_words(people)
    for message in running.reader.read_to_end():
        assert not personal_data_in(message, words), message.headers
    log = running.instance.log_text()
    assert not [word for word in words if word in log]


def test_nothing_personal_in_clear_in_the_database(running, people):
    """E-mails, names and NIRs are sealed: a dump of the tables shows none."""
    words = personal_words(people)
    tables = running.query("SELECT table_name FROM information_schema.tables"
                           " WHERE table_schema = 'guichet'")
    assert tables
    for (table,) in tables:
        rows = running.query(f'SELECT to_jsonb(t)::text FROM guichet."{table}" t')
        text = "\n".join(row[0] for row in rows)
        hexed = {word.encode().hex() for word in words}
        assert not [word for word in words | hexed if word in text], table
