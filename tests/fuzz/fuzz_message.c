/* links: workers */
/* Kafka records to events, with the inputs of the worker that reads the topic. The bytes are lines:
 * the topic; `=` and the key, or nothing for none; a header `name: value` each, without `: ` one
 * whose value is null; an empty line; then the value, which is null without that line. */
#include "tests/fuzz/fuzz.h"
#include "workers/workers.h"

enum { HEADERS_MAX = 40 };

static const struct worker *worker_of(struct slice topic) {
    for (size_t w = 0; workers[w] != NULL; w++) {
        for (size_t i = 0; i < workers[w]->inputs_count; i++) {
            if (slice_is(topic, workers[w]->inputs[i].topic)) {
                return workers[w];
            }
        }
    }
    return workers[0];
}

static struct header header_of(struct slice line) {
    for (size_t i = 0; i + 1 < line.size; i++) {
        if (line.data[i] == ':' && line.data[i + 1] == ' ') {
            return (struct header){{line.data, i}, {line.data + i + 2, line.size - i - 2}};
        }
    }
    return (struct header){line, slice_none()};
}

static struct raw_record record_of(struct slice rest, struct header headers[HEADERS_MAX]) {
    struct raw_record raw = {.timestamp_ms = INT64_C(1793000000000), .headers = headers};
    raw.topic = cut(&rest, '\n');
    struct slice key = cut(&rest, '\n');
    if (slice_starts_with(key, "=")) {
        raw.key = (struct slice){key.data + 1, key.size - 1};
    }
    while (rest.size > 0 && raw.headers_count < HEADERS_MAX) {
        struct slice line = cut(&rest, '\n');
        if (line.size == 0) {
            raw.value = rest;
            break;
        }
        headers[raw.headers_count++] = header_of(line);
    }
    return raw;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct header headers[HEADERS_MAX];
    struct raw_record raw = record_of((struct slice){(const char *)data, size}, headers);
    const struct worker *worker = worker_of(raw.topic);
    struct arena arena;
    struct message message;
    struct error err = {0};
    arena_init(&arena);
    if (message_read(&arena, worker->inputs, worker->inputs_count, &raw, &message, &err)) {
        demand(message.input != NULL && message.data != NULL, "an accepted event has data", NULL);
        demand(message.input->siren_field == NULL || message.siren.size == 9,
               "an accepted event has its employer", NULL);
        demand(message_correlation(&message).size > 0, "an accepted event has a correlation", NULL);
    } else {
        demand(err.class == ERROR_INVALID, "a record is refused as invalid", &err);
        (void)message_stage(err.code); /* asserts that it is a reason of the contract */
    }
    arena_fini(&arena);
    return 0;
}
