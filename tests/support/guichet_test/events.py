"""Events as other teams would publish them: data of each input type, and its envelope."""

import json
import uuid
from dataclasses import dataclass, field

from .topics import TOPIC_OF_TYPE

SOURCES = {"affiliation.requests.v1": "/portal", "contract.facts.v1": "/contracts",
           "client-space.requests.v1": "/portal", "beneficiary.requests.v1": "/insured-space",
           "beneficiary.answers.v1": "/advisers", "reference.facts.v1": "/reference-data"}


@dataclass
class Event:
    """A CloudEvent on its way to us. Only `type`, `data` and `id` are always there."""

    type: str
    data: dict
    id: str
    attributes: dict = field(default_factory=dict)
    trace: dict = field(default_factory=dict)
    topic: str = None

    def __post_init__(self):
        self.topic = self.topic or TOPIC_OF_TYPE[self.type]

    @property
    def key(self):
        """The employer; None for an event about none."""
        return self.data.get("siren")

    def all_attributes(self):
        """The required four, a time, and what was given on top; a None removes one."""
        attributes = {"specversion": "1.0", "id": self.id, "type": self.type,
                      "source": SOURCES.get(self.topic, "/test"),
                      "time": "2026-11-02T08:00:00Z", **self.attributes}
        return {name: value for name, value in attributes.items() if value is not None}

    def value(self):
        return json.dumps(self.data, ensure_ascii=False).encode()

    def binary(self):
        """Headers and value in binary mode."""
        headers = {f"ce_{name}": value for name, value in self.all_attributes().items()}
        headers["content-type"] = "application/json"
        headers.update(self.trace)
        return list(headers.items()), self.value()

    def structured(self):
        """The one JSON object of structured mode, as a line of NDJSON without its end."""
        whole = {**self.all_attributes(), "datacontenttype": "application/json",
                 **self.trace, "data": self.data}
        return json.dumps(whole, ensure_ascii=False)


def event(event_type, data, event_id=None, **attributes):
    """An event of a type given without its `guichet.` prefix."""
    return Event(f"guichet.{event_type}", data, event_id or str(uuid.uuid4()), attributes)


def contract_upserted(data):
    return event("contract.upserted.v1", data)


def pmss_published(amount_eur, revision, **changes):
    """The monthly ceiling of metropolitan France from 1 January 2026 on."""
    return event("pmss.published.v1", {
        "territory": "metropole", "amount_eur": amount_eur, "valid_from": "2026-01-01",
        "legal_reference": "Arrêté", "revision": revision, **changes})


def calendar_published(calendar_id, revision, closures=(), worked=(), base="metropole"):
    return event("calendar.published.v1", {
        "calendar_id": calendar_id, "revision": revision, "base": base,
        "extra_closures": list(closures), "worked_holidays": list(worked)})


def registration(siren, registration_id, account_id, contract_ids, category="sante",
                 submitted_at="2026-11-20T09:00:00+01:00"):
    return event("registration.submitted.v1", {
        "registration_id": registration_id, "account_id": account_id, "siren": siren,
        "category": category, "contract_ids": contract_ids, "submitted_at": submitted_at})


def merge_requested(siren, merge_id, session_account_id, other_account_id):
    return event("account.merge-requested.v1", {
        "merge_id": merge_id, "siren": siren, "session_account_id": session_account_id,
        "other_account_id": other_account_id, "requested_at": "2026-11-20T09:30:00+01:00"})


def affiliation(siren, contract_id, request_id, employee, **changes):
    """A request that is accepted as it stands: online, single, general scheme."""
    data = {"request_id": request_id, "channel": "online_single",
            "submitted_at": "2026-11-02T10:00:00+01:00", "siren": siren,
            "contract_id": contract_id, "category": "sante", "employee": employee,
            "scheme": "general", "hired_on": "2026-10-01", "effective_on": "2026-10-01",
            **changes}
    return event("affiliation.requested.v1",
                 {name: value for name, value in data.items() if value is not None})


def cancellation_requested(siren, request_id, cancelled_at, by="employer"):
    return event("affiliation.cancellation-requested.v1", {
        "siren": siren, "request_id": request_id, "cancelled_at": cancelled_at, "by": by})


def account_activated(siren, insured_id, activated_at):
    return event("employee-account.activated.v1", {
        "siren": siren, "insured_id": insured_id, "activated_at": activated_at})


def mail_bounced(siren, notification_id, bounced_at):
    return event("mail.bounced.v1", {
        "siren": siren, "notification_id": notification_id, "bounced_at": bounced_at})


def beneficiary(beneficiary_id, person, relation="child", event_name="birth",
                event_on="2026-10-17", **changes):
    """One person of an addition."""
    data = {"beneficiary_id": beneficiary_id, "relation": relation,
            "family_name": person.family_name, "given_names": person.given_names,
            "birth_date": event_on if event_name == "birth" else person.birth_date,
            "scheme": "general", "event": event_name, "event_on": event_on, **changes}
    return {name: value for name, value in data.items() if value is not None}


def addition(siren, contract_id, insured_id, addition_id, beneficiaries, **changes):
    data = {"addition_id": addition_id, "siren": siren, "insured_id": insured_id,
            "contract_id": contract_id, "submitted_at": "2026-11-10T10:00:00+01:00",
            "submitted_via": "insured_space", "beneficiaries": beneficiaries, **changes}
    return event("beneficiary.addition-requested.v1", data)


def addition_withdrawn(siren, addition_id, withdrawn_at="2026-11-11T10:00:00+01:00"):
    return event("beneficiary.withdrawal-requested.v1", {
        "addition_id": addition_id, "siren": siren, "withdrawn_at": withdrawn_at})


def employer_decided(siren, addition_id, decision, decided_at="2026-11-16T10:00:00+01:00"):
    return event("beneficiary.employer-decided.v1", {
        "addition_id": addition_id, "siren": siren, "decision": decision, "adviser_id": "C-17",
        "contact": "Service du personnel", "decided_at": decided_at})


def removed(siren, contract_id, insured_id, removal_id, beneficiary_ids, removed_on):
    return event("beneficiary.removed.v1", {
        "removal_id": removal_id, "siren": siren, "insured_id": insured_id,
        "contract_id": contract_id, "beneficiary_ids": beneficiary_ids, "removed_on": removed_on})


def review_decided(siren, request_id, decision, reasons=None,
                   decided_at="2026-11-02T12:00:00+01:00"):
    data = {"siren": siren, "request_id": request_id, "decision": decision, "agent_id": "agent-1",
            "decided_at": decided_at}
    return event("affiliation.review-decided.v1",
                 data if reasons is None else {**data, "reasons": reasons})


def affiliation_ended(siren, insured_id, contract_id, ended_on):
    return event("affiliation.ended.v1", {
        "siren": siren, "insured_id": insured_id, "contract_id": contract_id,
        "ended_on": ended_on})
