/* Alerts to operators: what no event of the business says, and somebody should look at. */
#ifndef GUICHET_RUNTIME_ALERT_H
#define GUICHET_RUNTIME_ALERT_H

#include "common/runtime/batch.h"
#include "common/runtime/publication.h"

enum alert_code {
    ALERT_CONTACT_MISSING = 1,
    ALERT_ADDRESS_MISSING,
    ALERT_PMSS_MISSING,
    ALERT_SUBJECT_UNKNOWN,
    ALERT_PARTITION_STOPPED,
    ALERT_PUBLICATION_MISMATCH,
    ALERT_EMPLOYER_MAIL_FAILED,
};

/* Data of operator.alert. */
struct operator_alert {
    enum alert_code code;
    struct slice siren;
    struct slice subject_id;
    struct slice detail; /* one sentence, nothing personal in it */
};
extern const struct output_type output_operator_alert; /* for a worker's list of outputs */

/* Emits an alert of the record's employer about a subject. */
void alert_emit(struct batch *batch, struct record *record, enum alert_code code,
                struct slice subject_id, struct slice detail);

/* PARTITION_STOPPED, outside any batch: at least once, with an id made from the verdict. */
const struct record_outputs *alert_partition_stopped(struct arena *arena, const char *worker,
                                                     int64_t now_ms, const char *topic,
                                                     int32_t partition, const char *verdict,
                                                     const char *sentence, struct slice evidence);

/* PUBLICATION_MISMATCH, the same: `id` is that of the difference. */
const struct record_outputs *alert_publication_mismatch(struct arena *arena, const char *worker,
                                                        int64_t now_ms, const struct uuid *id,
                                                        struct slice place, struct slice detail);

#endif
