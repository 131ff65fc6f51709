"""What a message tells, in short: its type, the employer, what it is about, and the outcome. Two
messages of which the same is told are one output read twice."""


def reasons_of(message):
    return ",".join(message.data.get("reasons", message.data.get("warnings", [])))


def ids_of(entries):
    return ",".join(entry["contract_id"] for entry in entries)


# What of the data tells one output of a type from another, beside the employer.
TOLD = {
    "affiliation.cancelled.v1": lambda m: (m.data["request_id"], ""),
    "tracking.entry.v1": lambda m: (m.data["request_id"], m.data["status"]),
    "insured.activation-email.v1": lambda m: (m.data["insured_id"],),
    "insured.account-letter.v1": lambda m: (m.data["insured_id"], m.data["cause"]),
    "registration.accepted.v1": lambda m: (
        m.data["registration_id"], ids_of(m.data["attached"]), ",".join(m.data["conflicts"])),
    "registration.rejected.v1": lambda m: (m.data["registration_id"], reasons_of(m)),
    "contract.attached.v1": lambda m: (
        m.data["account_id"], m.data["contract_id"], m.data["cause"]),
    "contract.attachment-conflict.v1": lambda m: (m.data["account_id"], m.data["contract_id"]),
    "beneficiary.added.v1": lambda m: (m.data["addition_id"],),
    "beneficiary.rejected.v1": lambda m: (m.data["addition_id"], reasons_of(m)),
    "beneficiary.awaiting-employer.v1": lambda m: (m.data["addition_id"],),
    "beneficiary.expired.v1": lambda m: (m.data["addition_id"], reasons_of(m)),
    "employer.beneficiary-added.v1": lambda m: (m.data["addition_id"],),
    "employer.termination-receipt.v1": lambda m: (m.data["journey_id"],),
    "adviser.confirmation-requested.v1": lambda m: (m.data["task_id"],),
    "adviser.confirmation-reminder.v1": lambda m: (m.data["task_id"], m.data["reminder"]),
    "adviser.review-requested.v1": lambda m: (m.data["task_id"],),
    "adviser.task-closed.v1": lambda m: (m.data["task_id"], m.data["outcome"]),
    "contribution.changed.v1": lambda m: (m.data["change_id"], m.data["cause"]),
    "termination.notified.v1": lambda m: (m.data["journey_id"], m.data["effective_on"]),
    "termination.rejected.v1": lambda m: (m.data["journey_id"], reasons_of(m)),
    "termination.withdrawn.v1": lambda m: (m.data["journey_id"],),
    "privacy.report.v1": lambda m: (m.data["privacy_request_id"], m.data["found"]),
    "operator.alert.v1": lambda m: (m.data["code"], m.data.get("subject_id")),
}


def told_of(message):
    """The tuple by which the judge compares; any type that is not listed tells all it has."""
    kind = message.type
    if kind == "roster.entry.v1":
        return kind, message.key, message.data["version"]
    siren = (message.data or {}).get("siren", message.key)
    if kind in TOLD:
        return (kind, siren, *TOLD[kind](message))
    if kind.startswith("affiliation."):
        return kind, siren, message.data["request_id"], reasons_of(message)
    if kind.startswith("sla."):
        return kind, siren, message.data["request_id"], message.data.get("level")
    return kind, siren, str(message.data)
