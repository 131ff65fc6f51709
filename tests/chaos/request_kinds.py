"""Affiliation requests of all kinds that a portal sends, by the name of the kind."""

# In a hundred requests; what is left over is a plain online one with an e-mail.
REQUEST_MIX = (("bulk", 10), ("paper", 12), ("bad_email", 5), ("bad_nir", 4), ("prevoyance", 4),
               ("waived", 2), ("returned", 3), ("again", 3), ("doubtful", 6), ("repeat", 5),
               ("malformed", 2), ("other_content", 2), ("taken_back_early", 2), ("never_known", 2))
CAN_HAVE_MORE = ("online", "bulk", "paper", "bad_email")  # accepted as they stand


def kind_at(number):
    """The kind that a number below 100 falls on."""
    for kind, share in REQUEST_MIX:
        if number < share:
            return kind
        number -= share
    return "online"


def employee_of(kind, person):
    """The person as such a request tells of it."""
    if kind == "paper":
        return person.employee(email=None)
    if kind == "bad_email":
        return person.employee(email="jean.dupont@")
    if kind == "bad_nir":
        return person.employee(nir=f"{person.nir[:13]}{int(person.nir[13:]) % 97 + 1:02d}")
    if kind == "returned":
        return person.employee(email=None, address=None)
    return person.employee()


def changes_of(kind, since, submitted):
    """The fields in which such a request, for a cover since that day, differs from a plain one."""
    changes = {"submitted_at": submitted, "hired_on": since, "effective_on": since}
    if kind == "bulk":
        changes |= {"channel": "online_bulk", "bulk_file_id": "B-1"}
    elif kind == "paper":
        changes["channel"] = "paper_bia"
    elif kind == "prevoyance":
        changes["category"] = "prevoyance"
    elif kind == "waived":
        changes["dispensation"] = {"code": "CSS", "documents": ["ATTESTATION"]}
    return changes
