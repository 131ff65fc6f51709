/* How the subjects of this worker change, as rows: printed by `guichet explain --states`. */
#include "common/base/compiler.h"
#include "workers/affiliation/affiliation.h"

static const struct transition transitions[] = {
    /* A request. */
    {NULL, "requested", "waiting", "Its contract is not known yet."},
    {NULL, "requested", "under_review", "It is doubtful: an agent looks."},
    {NULL, "requested", "accepted", "The employee is affiliated."},
    {NULL, "requested", "rejected", "A rule stands against it."},
    {NULL, "requested", "returned", "Something is missing."},
    {NULL, "requested", "waived", "A dispensation is recorded: no cover."},
    {NULL, "requested", "cancelled", "It was taken back before it came."},
    {"waiting", "contract known", "under_review", "It is doubtful: an agent looks."},
    {"waiting", "contract known", "accepted", "The employee is affiliated."},
    {"waiting", "contract known or grace over", "rejected", "A rule stands against it."},
    {"waiting", "contract known", "returned", "Something is missing."},
    {"waiting", "contract known", "waived", "A dispensation is recorded: no cover."},
    {"waiting", "cancelled", "cancelled", "The employer takes it back."},
    {"under_review", "answered", "accepted", "The doubts become warnings."},
    {"under_review", "answered", "rejected", "The agent, or a rule by then, stands against it."},
    {"under_review", "answered", "returned", "The agent, or a rule by then, misses something."},
    {"under_review", "cancelled", "cancelled", "The employer takes it back."},
    /* An employee's account, once per employee. */
    {NULL, "accepted with an e-mail", "invited", "A link is sent, valid for 30 days."},
    {NULL, "accepted without one", "letter_sent", "A letter lets the employee open an account."},
    {"invited", "activated", "active", "The link was used."},
    {"invited", "bounced or link expired", "letter_sent", "A letter in place of the link."},
    {"letter_sent", "activated", "active", "The employee opened the account."},
    /* An affiliation. */
    {"accepted", "ended", "left", "Nothing is covered after its last day."},
    {"left", "ended on another day", "left", "The last day is corrected."},
};

const struct transition *affiliation_transition(size_t index) {
    return index < COUNT_OF(transitions) ? &transitions[index] : NULL;
}
