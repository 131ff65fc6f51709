#include "common/runtime/alert.h"

#include "common/base/limits.h"

struct shell_alert {
    struct slice code;
    struct slice subject_id;
    struct slice detail;
};

static const struct field alert_rows[] = {
    ROW_TEXT(struct shell_alert, code, FIELD_REQUIRED, 1, LIMIT_CODE),
    ROW_TEXT(struct shell_alert, subject_id, 0, 1, LIMIT_SUBJECT),
    ROW_TEXT(struct shell_alert, detail, FIELD_REQUIRED, 1, LIMIT_DETAIL),
};
static const struct shape alert_shape =
    SHAPE_OF("operator.alert", struct shell_alert, alert_rows, NULL);

const struct record_outputs *alert_partition_stopped(struct arena *arena, const char *worker,
                                                     int64_t now_ms, const char *topic,
                                                     int32_t partition, const char *verdict,
                                                     const char *sentence) {
    struct slice subject = arena_format(arena, "%s/%d", topic, partition);
    struct slice name =
        arena_format(arena, "PARTITION_STOPPED|%s|%s|%d|%s", worker, topic, partition, verdict);
    struct shell_alert alert = {
        .code = slice_of("PARTITION_STOPPED"),
        .subject_id = subject.size <= LIMIT_ID ? subject : slice_none(),
        .detail =
            arena_format(arena, "%s: %s[%d]: %s: %s", worker, topic, partition, verdict, sentence),
    };
    struct output *output = arena_take(arena, sizeof(*output));
    output->id = uuid_v5(&uuid_guichet, name);
    output->topic = slice_of("operator.alerts.v1");
    output->type = slice_of("guichet.operator.alert.v1");
    output->key = subject;
    output->subject = subject;
    output->value = document_write(arena, &alert_shape, &alert);
    struct record_outputs *record = arena_take(arena, sizeof(*record));
    char *id = arena_take(arena, UUID_TEXT_SIZE);
    uuid_format(&output->id, id);
    record->first = output;
    record->context = (struct output_context){
        .worker = worker, .decided_at_ms = now_ms, .correlation_id = slice_of(id)};
    return record;
}
