#include "common/runtime/employer_mail.h"

#include "common/runtime/rows.h"
#include "common/runtime/statements.h"

static const struct column mail_rows[] = {
    COLUMN_AT(COLUMN_TEXT, struct employer_mail, siren),
    COLUMN_AT(COLUMN_UUID, struct employer_mail, notification_id),
    COLUMN_AT(COLUMN_TEXT, struct employer_mail, subject_id),
    COLUMN_AT(COLUMN_INSTANT, struct employer_mail, bounced_at),
};
static const struct columns mail_columns = COLUMNS_OF(struct employer_mail, mail_rows);
/* The first two of them: which e-mail. */
static const struct columns key_columns = {mail_rows, 2, sizeof(struct employer_mail)};

static void put(struct batch *batch, struct employer_mail *mail) {
    mail->next = batch->employer_mails;
    batch->employer_mails = mail;
    batch->employer_mails_count++;
}

void employer_mail_note(struct batch *batch, struct slice siren, struct uuid notification_id,
                        struct slice subject_id) {
    struct employer_mail *mail = arena_take(batch->arena, sizeof(*mail));
    *mail = (struct employer_mail){siren, notification_id, subject_id, INSTANT_NONE, NULL};
    put(batch, mail);
}

bool employer_mail_load(struct batch *batch, const struct employer_mail *wanted, size_t count,
                        struct map *mails, struct error *err) {
    void *rows;
    size_t found;
    map_init(mails, batch->arena, count);
    if (!rows_load(batch, &sql_employer_mail_load, rows_of(&key_columns, wanted, count),
                   &mail_columns, &rows, &found, err)) {
        return false;
    }
    struct employer_mail *read = rows;
    for (size_t i = 0; i < found; i++) {
        const struct slice id = {(const char *)read[i].notification_id.bytes, UUID_SIZE};
        map_put(mails, read[i].siren, id, &read[i]);
    }
    return true;
}

bool employer_mail_bounce(struct batch *batch, struct employer_mail *mail, int64_t bounced_at) {
    if (mail->bounced_at != INSTANT_NONE) {
        return false;
    }
    mail->bounced_at = bounced_at;
    put(batch, mail);
    return true;
}

bool employer_mail_store(struct batch *batch, struct error *err) {
    const size_t count = batch->employer_mails_count;
    const void **rows = arena_array(batch->arena, count, sizeof(*rows));
    size_t used = 0;
    for (const struct employer_mail *mail = batch->employer_mails; mail != NULL;
         mail = mail->next) {
        rows[used++] = mail;
    }
    return rows_store(batch, &sql_employer_mail_upsert, rows_at(&mail_columns, rows, count), err);
}
