#include "workers/reference/messages.h"

#include "common/runtime/shell_input.h"

static const struct field pmss_fields[] = {
    ROW_ENUM(struct pmss_published, territory, FIELD_REQUIRED, territory_words),
    ROW_INT32(struct pmss_published, amount_eur, FIELD_REQUIRED, 1, LIMIT_PMSS_EUR, 0),
    ROW_DATE(struct pmss_published, valid_from, FIELD_REQUIRED),
    ROW_CODE(struct pmss_published, legal_reference, FIELD_REQUIRED),
    ROW_INT32(struct pmss_published, revision, FIELD_REQUIRED, 1, INT32_MAX, 0),
};
static const struct shape pmss_shape =
    SHAPE_OF("pmss.published", struct pmss_published, pmss_fields, NULL);

#define ROW_DAYS(s, m)                                                                             \
    ROW_LIST_OF(s, m, FIELD_REQUIRED | FIELD_WRITE_EMPTY, 0, LIMIT_CALENDAR_DAYS, item_date)

static const struct field calendar_fields[] = {
    ROW_ID(struct calendar_published, calendar_id, FIELD_REQUIRED),
    ROW_INT32(struct calendar_published, revision, FIELD_REQUIRED, 1, INT32_MAX, 0),
    ROW_ENUM(struct calendar_published, base, FIELD_REQUIRED, calendar_base_words),
    ROW_DAYS(struct calendar_published, extra_closures),
    ROW_DAYS(struct calendar_published, worked_holidays),
};
static const struct shape calendar_shape =
    SHAPE_OF("calendar.published", struct calendar_published, calendar_fields, NULL);

#define TOPIC "reference.facts.v1"

/* No employer in them, and no key. */
const struct input_type reference_inputs[REFERENCE_INPUTS] = {
    SHELL_INPUT_ROWS("reference"),
    [INPUT_PMSS_PUBLISHED] = {.topic = TOPIC,
                              .type = "guichet.pmss.published.v1",
                              .kind = INPUT_PMSS_PUBLISHED,
                              .shape = &pmss_shape},
    [INPUT_CALENDAR_PUBLISHED] = {.topic = TOPIC,
                                  .type = "guichet.calendar.published.v1",
                                  .kind = INPUT_CALENDAR_PUBLISHED,
                                  .shape = &calendar_shape,
                                  .id_field = "calendar_id"},
};

static const struct field known_fields[] = {
    ROW_INT32(struct known_revision, revision, FIELD_REQUIRED, 0, INT32_MAX, 0),
    ROW_BOOLEAN(struct known_revision, is_same_content, FIELD_REQUIRED, false),
};
static const struct shape known_shape =
    SHAPE_OF("known_revision", struct known_revision, known_fields, NULL);

static const struct field pmss_facts_fields[] = {
    ROW_OBJECT(struct pmss_facts, published, FIELD_REQUIRED, pmss_shape),
    ROW_OBJECT(struct pmss_facts, known, FIELD_REQUIRED, known_shape),
};
const struct shape pmss_facts_shape =
    SHAPE_OF("pmss_facts", struct pmss_facts, pmss_facts_fields, NULL);

static const struct field calendar_facts_fields[] = {
    ROW_OBJECT(struct calendar_facts, published, FIELD_REQUIRED, calendar_shape),
    ROW_OBJECT(struct calendar_facts, known, FIELD_REQUIRED, known_shape),
};
const struct shape calendar_facts_shape =
    SHAPE_OF("calendar_facts", struct calendar_facts, calendar_facts_fields, NULL);
