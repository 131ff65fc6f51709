/* E-mails to employers: noted by whatever worker emits one, so that one that comes back
 * (mail.bounced) is known again and told to operators. Nothing personal is kept of them. */
#ifndef GUICHET_RUNTIME_EMPLOYER_MAIL_H
#define GUICHET_RUNTIME_EMPLOYER_MAIL_H

#include "common/runtime/batch.h"

struct employer_mail {
    struct slice siren;
    struct uuid notification_id;
    struct slice subject_id; /* the business id that it tells of */
    int64_t bounced_at;      /* INSTANT_NONE: it did not come back */
    struct employer_mail *next;
};

/* To be called beside the record_emit of an event on employer.notifications.v1. */
void employer_mail_note(struct batch *batch, struct slice siren, struct uuid notification_id,
                        struct slice subject_id);

/* Reads those of `wanted` (siren and notification_id) that are known, with one statement, into
 * `mails`: siren, the id's 16 bytes → struct employer_mail. */
MUST_CHECK bool employer_mail_load(struct batch *batch, const struct employer_mail *wanted,
                                   size_t count, struct map *mails, struct error *err);

/* It came back: false if that was known before. */
bool employer_mail_bounce(struct batch *batch, struct employer_mail *mail, int64_t bounced_at);

/* For the shell: writes what the batch noted, with one statement. */
MUST_CHECK bool employer_mail_store(struct batch *batch, struct error *err);

#endif
