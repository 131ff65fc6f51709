"""Ids that the program must derive, worked out a second time."""

import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "guichet.example")


def derived(*parts):
    return str(uuid.uuid5(NAMESPACE, "|".join(map(str, parts))))


def insured_id(siren, first_accepted_request_id):
    return derived("insured", siren, first_accepted_request_id)


def notification_id(event_type, siren, business_id, sequence=0):
    return derived("notification", event_type, siren, business_id, sequence)


def change_id(siren, business_id, sequence=0):
    return derived("change", "contribution.changed", siren, business_id, sequence)


def task_id(event_type, siren, business_id, sequence=0):
    return derived("task", event_type, siren, business_id, sequence)
