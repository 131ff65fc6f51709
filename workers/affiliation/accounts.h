/* An employee's account from our side (FAQ question 3): one activation link by e-mail, and one
 * letter where there is no e-mail, or the e-mail bounced, or the link was not used in time. Never
 * two letters; nothing more once the account is active. */
#ifndef GUICHET_AFFILIATION_ACCOUNTS_H
#define GUICHET_AFFILIATION_ACCOUNTS_H

#include "workers/affiliation/store.h"

/* What an acceptance opens: notes the link that is sent, and when it expires, or the letter. */
void accounts_open(struct batch *batch, struct insured *insured, enum affiliation_account account,
                   const struct origin *origin);

/* employee-account.activated */
void accounts_activate(struct batch *batch, struct record *record);

/* mail.bounced: of an e-mail to an employee, or of one to an employer. */
void accounts_bounce(struct batch *batch, struct record *record);

/* A link may have expired. */
void accounts_fire_link(struct batch *batch, struct record *record, const struct timer *timer);

/* What came about an insured, or his e-mail, before he was known: the early events asked for in
 * load (writes ACCOUNT_EARLY_KEYS at most, returns how many), and their effects as parts of
 * `record`. */
enum { ACCOUNT_EARLY_KEYS = 2 };
size_t accounts_early_keys(struct batch *batch, const struct affiliation_request *request,
                           struct early_key *keys);
void accounts_apply_early(struct batch *batch, struct record *record, struct insured *insured);

/* The kind that an event of that input waits under for its subject, its business id; NULL: this
 * input is of none. */
const char *accounts_early_kind(int input_kind);

#endif
