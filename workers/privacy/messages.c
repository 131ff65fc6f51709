#include "workers/privacy/messages.h"

#include "common/base/compiler.h"
#include "common/runtime/shell_input.h"

#define LIST_FLAGS (FIELD_REQUIRED | FIELD_WRITE_EMPTY)

/* One id: two could name two people. */
static bool request_check(const void *value, struct error *err) {
    const struct privacy_request *request = value;
    if (slice_is_present(request->insured_id) == slice_is_present(request->request_id)) {
        return error_set(err, ERROR_INVALID, "SCHEMA",
                         "insured_id: exactly one of insured_id and request_id is required");
    }
    return true;
}

static const struct field request_fields[] = {
    ROW_ID(struct privacy_request, privacy_request_id, FIELD_REQUIRED),
    ROW_DIGITS(struct privacy_request, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct privacy_request, insured_id, 0),
    ROW_ID(struct privacy_request, request_id, 0),
    ROW_INSTANT(struct privacy_request, requested_at, FIELD_REQUIRED | FIELD_NOT_FUTURE),
};
const struct shape privacy_request_shape =
    SHAPE_OF("privacy_request", struct privacy_request, request_fields, request_check);

#define REQUESTS "privacy.requests.v1"
#define REPORTS "privacy.reports.v1"

const struct input_type privacy_inputs[] = {
    SHELL_INPUT_ROWS("privacy"),
    {REQUESTS, "guichet.privacy.erasure-requested.v1", INPUT_ERASURE_REQUESTED,
     &privacy_request_shape, "siren", "privacy_request_id"},
    {REQUESTS, "guichet.privacy.access-requested.v1", INPUT_ACCESS_REQUESTED,
     &privacy_request_shape, "siren", "privacy_request_id"},
};

static const struct field item_kind = {.type = FIELD_ENUM, .words = &privacy_kind_words};

static const struct field erased_fields[] = {
    ROW_ID(struct privacy_erased, privacy_request_id, FIELD_REQUIRED),
    ROW_DIGITS(struct privacy_erased, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_ID(struct privacy_erased, subject, FIELD_REQUIRED),
    ROW_BOOLEAN(struct privacy_erased, found, FIELD_REQUIRED, false),
    ROW_LIST_OF(struct privacy_erased, erased_kinds, LIST_FLAGS, 0, PRIVACY_KINDS, item_kind),
    ROW_INSTANT(struct privacy_erased, at, FIELD_REQUIRED),
};
static const struct shape erased_shape =
    SHAPE_OF("privacy_erased", struct privacy_erased, erased_fields, NULL);

static const struct field holding_fields[] = {
    ROW_ENUM(struct privacy_holding, kind, FIELD_REQUIRED, privacy_kind_words),
    ROW_INT32(struct privacy_holding, count, FIELD_REQUIRED, 1, INT32_MAX, 0),
    ROW_INSTANT(struct privacy_holding, since, 0),
};
static const struct shape holding_shape =
    SHAPE_OF("privacy_holding", struct privacy_holding, holding_fields, NULL);

static const struct field report_fields[] = {
    ROW_ID(struct privacy_report, privacy_request_id, FIELD_REQUIRED),
    ROW_DIGITS(struct privacy_report, siren, FIELD_REQUIRED, LIMIT_SIREN),
    ROW_BOOLEAN(struct privacy_report, found, FIELD_REQUIRED, false),
    ROW_LIST(struct privacy_report, held, LIST_FLAGS, 0, PRIVACY_KINDS, holding_shape),
};
static const struct shape report_shape =
    SHAPE_OF("privacy_report", struct privacy_report, report_fields, NULL);

const struct output_type output_privacy_erased = {REPORTS, "guichet.privacy.erased.v1",
                                                  &erased_shape};
const struct output_type output_privacy_report = {REPORTS, "guichet.privacy.report.v1",
                                                  &report_shape};
const struct output_type *const privacy_outputs[] = {&output_privacy_erased,
                                                     &output_privacy_report};

/* The facts. */

static const struct field known_fields[] = {
    ROW_BOOLEAN(struct privacy_known, is_seen, FIELD_REQUIRED, false),
    ROW_BOOLEAN(struct privacy_known, is_same, FIELD_REQUIRED, false),
};
static const struct shape known_shape =
    SHAPE_OF("privacy_known", struct privacy_known, known_fields, NULL);

static const struct field facts_fields[] = {
    ROW_OBJECT(struct privacy_facts, request, FIELD_REQUIRED, privacy_request_shape),
    ROW_ENUM(struct privacy_facts, wish, FIELD_REQUIRED, privacy_wish_words),
    ROW_OBJECT(struct privacy_facts, known, FIELD_REQUIRED, known_shape),
    ROW_BOOLEAN(struct privacy_facts, is_found, FIELD_REQUIRED, false),
    ROW_LIST(struct privacy_facts, held, 0, 0, PRIVACY_KINDS, holding_shape),
};
const struct shape privacy_facts_shape =
    SHAPE_OF("privacy_facts", struct privacy_facts, facts_fields, NULL);
