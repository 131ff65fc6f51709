#include "common/runtime/alert.h"

#include "common/base/limits.h"
#include "common/base/words.h"

WORDS(alert_words, "CONTACT_MISSING", "ADDRESS_MISSING", "PMSS_MISSING", "SUBJECT_UNKNOWN",
      "PARTITION_STOPPED", "PUBLICATION_MISMATCH", "EMPLOYER_MAIL_FAILED");

static const struct field alert_rows[] = {
    ROW_ENUM(struct operator_alert, code, FIELD_REQUIRED, alert_words),
    ROW_DIGITS(struct operator_alert, siren, 0, LIMIT_SIREN),
    ROW_ID(struct operator_alert, subject_id, 0),
    ROW_TEXT(struct operator_alert, detail, FIELD_REQUIRED, 0, LIMIT_DETAIL),
};
static const struct shape alert_shape =
    SHAPE_OF("operator_alert", struct operator_alert, alert_rows, NULL);
const struct output_type output_operator_alert = {"operator.alerts.v1", "guichet.operator.alert.v1",
                                                  &alert_shape};

void alert_emit(struct batch *batch, struct record *record, enum alert_code code,
                struct slice subject_id, struct slice detail) {
    const struct operator_alert alert = {
        .code = code,
        .siren = record->message.siren,
        .subject_id = subject_id.size <= LIMIT_ID ? subject_id : slice_none(),
        .detail = detail,
    };
    record_emit(batch, record, &output_operator_alert, slice_none(), subject_id, &alert);
}

static const struct record_outputs *outside(struct arena *arena, const char *worker, int64_t now_ms,
                                            const struct uuid *alert_id, struct slice subject,
                                            const struct operator_alert *alert) {
    struct output *output = arena_take(arena, sizeof(*output));
    output->id = *alert_id;
    output->topic = slice_of(output_operator_alert.topic);
    output->type = slice_of(output_operator_alert.type);
    output->key = subject;
    output->subject = subject;
    output->value = document_write(arena, &alert_shape, alert);
    struct record_outputs *record = arena_take(arena, sizeof(*record));
    char *id = arena_take(arena, UUID_TEXT_SIZE);
    uuid_format(&output->id, id);
    record->first = output;
    record->context = (struct output_context){
        .worker = worker, .decided_at_ms = now_ms, .correlation_id = slice_of(id)};
    return record;
}

const struct record_outputs *alert_partition_stopped(struct arena *arena, const char *worker,
                                                     int64_t now_ms, const char *topic,
                                                     int32_t partition, const char *verdict,
                                                     const char *sentence, struct slice evidence) {
    struct slice subject = arena_format(arena, "%s/%d", topic, partition);
    struct slice detail = arena_format(arena, "%s: %s[%d]: %s: %s (%.*s)", worker, topic, partition,
                                       verdict, sentence, SLICE_FORMAT(evidence));
    struct slice name =
        arena_format(arena, "PARTITION_STOPPED|%s|%s|%d|%s", worker, topic, partition, verdict);
    const struct operator_alert alert = {
        .code = ALERT_PARTITION_STOPPED,
        .siren = slice_none(),
        .subject_id = subject.size <= LIMIT_ID ? subject : slice_none(),
        .detail = {detail.data, detail.size < LIMIT_DETAIL ? detail.size : LIMIT_DETAIL},
    };
    const struct uuid id = uuid_v5(&uuid_guichet, name);
    return outside(arena, worker, now_ms, &id, subject, &alert);
}

const struct record_outputs *alert_publication_mismatch(struct arena *arena, const char *worker,
                                                        int64_t now_ms, const struct uuid *id,
                                                        struct slice place, struct slice detail) {
    const struct operator_alert alert = {
        .code = ALERT_PUBLICATION_MISMATCH,
        .siren = slice_none(),
        .subject_id = place.size <= LIMIT_ID ? place : slice_none(),
        .detail = detail,
    };
    return outside(arena, worker, now_ms, id, place, &alert);
}
