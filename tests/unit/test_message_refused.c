/* links: record */
/* Records that become dead letters: one for each reason that can be found before the store is
 * asked, and the order in which reasons are looked for. */
#include "tests/unit/sample_messages.h"

/* clang-format off */
static const struct {
    struct given given;
    const char *reason;
} wrong_records[] = {
    {{"a null value", REQUIRED JSON, SIREN, NULL, NULL}, "NOT_CLOUDEVENT"},
    {{"no header", "", SIREN, DATA, NULL}, "NOT_CLOUDEVENT"},
    {{"no header and no JSON", "", SIREN, "hello", NULL}, "NOT_CLOUDEVENT"},
    {{"no header and broken JSON", "", SIREN, "{\"specversion\":", NULL}, "NOT_CLOUDEVENT"},
    {{"no header and nothing", "", SIREN, "", NULL}, "NOT_CLOUDEVENT"},
    {{"no specversion", ID SOURCE OF_TYPE JSON, SIREN, DATA, NULL}, "NOT_CLOUDEVENT"},
    {{"no id", VERSION SOURCE OF_TYPE JSON, SIREN, DATA, NULL}, "NOT_CLOUDEVENT"},
    {{"no source", VERSION ID OF_TYPE JSON, SIREN, DATA, NULL}, "NOT_CLOUDEVENT"},
    {{"no type", VERSION ID SOURCE JSON, SIREN, DATA, NULL}, "NOT_CLOUDEVENT"},
    {{"an empty id", VERSION "ce_id: \n" SOURCE OF_TYPE JSON, SIREN, DATA, NULL},
     "NOT_CLOUDEVENT"},
    {{"a null id", VERSION "ce_id\n" SOURCE OF_TYPE JSON, SIREN, DATA, NULL}, "NOT_CLOUDEVENT"},
    {{"headers in capitals", "CE_SPECVERSION: 1.0\n" ID SOURCE OF_TYPE JSON, SIREN, DATA, NULL},
     "NOT_CLOUDEVENT"},
    {{"text/plain, and the id is missing", VERSION SOURCE OF_TYPE "content-type: text/plain\n",
      SIREN, DATA, NULL},
     "NOT_CLOUDEVENT"},
    {{"a structured event in JSON's content type", JSON, SIREN, EVENT(WITH_DATA), NULL},
     "NOT_CLOUDEVENT"},

    {{"text/plain", REQUIRED "content-type: text/plain\n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"an empty content type", REQUIRED "content-type: \n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"almost JSON", REQUIRED "content-type: application/jsonl\n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"a batch", REQUIRED "content-type: application/cloudevents-batch+json\n", SIREN, DATA,
      NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"two content types", REQUIRED JSON JSON, SIREN, DATA, NULL}, "ENVELOPE_UNSUPPORTED"},
    {{"version 0.3", "ce_specversion: 0.3\n" ID SOURCE OF_TYPE JSON, SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"version 1", "ce_specversion: 1\n" ID SOURCE OF_TYPE JSON, SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"an id twice", REQUIRED ID JSON, SIREN, DATA, NULL}, "ENVELOPE_UNSUPPORTED"},
    {{"an id too long", VERSION "ce_id: " X64 "x\n" SOURCE OF_TYPE, SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"a source too long", VERSION ID "ce_source: " X256 "x\n" OF_TYPE, SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"a subject too long", REQUIRED "ce_subject: " X128 "x\n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"a schema too long", REQUIRED "ce_dataschema: " X256 "x\n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"a correlation too long", REQUIRED "ce_correlationid: " X64 "x\n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"an extension too long", REQUIRED "ce_tenant: " X64 "x\n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"a tab", REQUIRED "ce_subject: a\tb\n", SIREN, DATA, NULL}, "ENVELOPE_UNSUPPORTED"},
    {{"DEL", REQUIRED "ce_subject: a\x7f\n", SIREN, DATA, NULL}, "ENVELOPE_UNSUPPORTED"},
    {{"a C1 control", REQUIRED "ce_subject: a\xc2\x85\n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"Latin-1", REQUIRED "ce_subject: \xe9t\xe9\n", SIREN, DATA, NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"an id that is a number", STRUCTURED, SIREN,
      "{\"specversion\":\"1.0\",\"id\":1,\"source\":\"/p\",\"type\":\"" TYPE "\"" WITH_DATA "}",
      NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"data in base 64", STRUCTURED, SIREN, EVENT(",\"data_base64\":\"e30=\""), NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"data in XML", STRUCTURED, SIREN,
      EVENT(",\"datacontenttype\":\"application/xml\"" WITH_DATA), NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"a subject too long in structured mode", STRUCTURED, SIREN,
      EVENT(",\"subject\":\"" X128 "x\"" WITH_DATA), NULL},
     "ENVELOPE_UNSUPPORTED"},
    {{"structured, with a missing id", STRUCTURED, SIREN,
      "{\"specversion\":\"1.0\",\"id\":null,\"source\":\"/p\",\"type\":\"t\"}", NULL},
     "NOT_CLOUDEVENT"},
    {{"structured, with other JSON", STRUCTURED, SIREN, DATA, NULL}, "NOT_CLOUDEVENT"},
    {{"structured, and no JSON", STRUCTURED, SIREN, "hello", NULL}, "NOT_JSON"},
    {{"structured, and a list", STRUCTURED, SIREN, "[]", NULL}, "SCHEMA"},

    {{"an unknown type", VERSION ID SOURCE "ce_type: guichet.none.v1\n" JSON, SIREN, DATA,
      NULL},
     "TYPE_UNKNOWN"},
    {{"a type without its prefix", VERSION ID SOURCE "ce_type: registration.submitted.v1\n",
      SIREN, DATA, NULL},
     "TYPE_UNKNOWN"},
    {{"a type of another topic", VERSION ID SOURCE "ce_type: guichet.contract.upserted.v1\n",
      SIREN, DATA, NULL},
     "TYPE_NOT_ALLOWED"},
    {{"an output's type", VERSION ID SOURCE "ce_type: guichet.roster.entry.v1\n", SIREN, DATA,
      NULL},
     "TYPE_NOT_ALLOWED"},
    {{"our type on another topic", REQUIRED JSON, SIREN, DATA, "contract.facts.v1"},
     "TYPE_NOT_ALLOWED"},
    {{"our type on an unknown topic", REQUIRED JSON, SIREN, DATA, "x"}, "TYPE_NOT_ALLOWED"},
    {{"a type of the topic that nobody reads here",
      VERSION ID SOURCE "ce_type: guichet.contract.upserted.v1\n", SIREN, DATA,
      "contract.facts.v1"},
     "TYPE_UNKNOWN"},
    {{"an unknown type and no JSON", VERSION ID SOURCE "ce_type: x\n", SIREN, "hello", NULL},
     "TYPE_UNKNOWN"},

    {{"no JSON", REQUIRED JSON, SIREN, "hello", NULL}, "NOT_JSON"},
    {{"an empty value", REQUIRED JSON, SIREN, "", NULL}, "NOT_JSON"},
    {{"a list", REQUIRED JSON, SIREN, "[" DATA "]", NULL}, "SCHEMA"},
    {{"a key twice", REQUIRED JSON, SIREN,
      "{\"registration_id\":\"G-1\",\"registration_id\":\"G-1\",\"siren\":\"" SIREN "\"}",
      NULL},
     "NOT_JSON"},
    {{"invalid UTF-8", REQUIRED JSON, SIREN, "{\"registration_id\":\"\xff\"}", NULL},
     "NOT_JSON"},

    {{"a missing field", REQUIRED JSON, SIREN, "{\"registration_id\":\"G-1\"}", NULL},
     "SCHEMA"},
    {{"a missing field and another key", REQUIRED JSON, "1", "{}", NULL}, "SCHEMA"},
    {{"a wrong type", REQUIRED JSON, SIREN, "{\"registration_id\":1,\"siren\":\"" SIREN "\"}",
      NULL},
     "SCHEMA"},
    {{"structured without data", STRUCTURED, SIREN, EVENT(""), NULL}, "SCHEMA"},
    {{"structured with null data", STRUCTURED, SIREN, EVENT(",\"data\":null"), NULL}, "SCHEMA"},
    {{"structured with text as data", STRUCTURED, SIREN, EVENT(",\"data\":\"{}\""), NULL},
     "SCHEMA"},

    {{"another key", REQUIRED JSON, "732829321", DATA, NULL}, "KEY_MISMATCH"},
    {{"a longer key", REQUIRED JSON, SIREN "0", DATA, NULL}, "KEY_MISMATCH"},
    {{"an empty key", REQUIRED JSON, "", DATA, NULL}, "KEY_MISMATCH"},
    {{"another key, structured", STRUCTURED, "1", EVENT(WITH_DATA), NULL}, "KEY_MISMATCH"},
};
/* clang-format on */

static void wrong_records_have_one_reason(void **state UNUSED) {
    for (size_t i = 0; i < COUNT_OF(wrong_records); i++) {
        struct message message;
        struct error err = {0};
        check_true(wrong_records[i].given.name,
                   !read_given(&wrong_records[i].given, &message, &err));
        check_text(wrong_records[i].given.name, wrong_records[i].reason, err.code);
        check_int(wrong_records[i].given.name, ERROR_INVALID, err.class);
        check_true(wrong_records[i].given.name, err.text[0] != '\0');
    }
}

/* `size` bytes that begin and end as given and are blanks in between. */
static struct slice padded(const char *begins, const char *ends, size_t size) {
    char *text = arena_take(&arena, size);
    memset(text, ' ', size);
    memcpy(text, begins, strlen(begins));
    memcpy(text + size - strlen(ends), ends, strlen(ends));
    return (struct slice){text, size};
}

static void values_are_bounded(void **state UNUSED) {
    static const size_t limit = 256 * 1024;
    /* clang-format off */
    static const struct {
        struct given given;
        const char *begins;
        const char *ends;
        size_t size;
        const char *reason; /* NULL: read */
    } rows[] = {
        {{"at the limit", REQUIRED JSON, SIREN, NULL, NULL}, DATA, "", limit, NULL},
        {{"over it", REQUIRED JSON, SIREN, NULL, NULL}, DATA, "", limit + 1, "TOO_LARGE"},
        {{"over it, of an unknown type", VERSION ID SOURCE "ce_type: x\n", SIREN, NULL, NULL},
         DATA,
         "",
         limit + 1,
         "TOO_LARGE"},
        {{"over it, without an id", VERSION SOURCE OF_TYPE JSON, SIREN, NULL, NULL},
         DATA,
         "",
         limit + 1,
         "NOT_CLOUDEVENT"},
        {{"over it, of another type of content", REQUIRED "content-type: text/plain\n", SIREN, NULL,
          NULL},
         DATA,
         "",
         limit + 1,
         "ENVELOPE_UNSUPPORTED"},
        {{"structured at the limit", STRUCTURED, SIREN, NULL, NULL},
         "",
         EVENT(WITH_DATA),
         limit,
         NULL},
        {{"structured over it", STRUCTURED, SIREN, NULL, NULL},
         "",
         EVENT(WITH_DATA),
         limit + 1,
         "TOO_LARGE"},
        {{"structured over it, without attributes", STRUCTURED, SIREN, NULL, NULL},
         "{",
         "}",
         limit + 1,
         "TOO_LARGE"},
        {{"an object over it, without headers", "", SIREN, NULL, NULL},
         "{",
         "}",
         limit + 1,
         "TOO_LARGE"},
        {{"blanks over it, without headers", "", SIREN, NULL, NULL},
         "",
         "",
         limit + 1,
         "NOT_CLOUDEVENT"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct message message;
        struct error err = {0};
        const struct slice value = padded(rows[i].begins, rows[i].ends, rows[i].size);
        bool is_read = read_value(&rows[i].given, value, &message, &err);
        check_text(rows[i].given.name, rows[i].reason, is_read ? NULL : err.code);
    }
}

static void ten_thousand_levels_are_no_json(void **state UNUSED) {
    static const struct given binary = {"binary", REQUIRED JSON, SIREN, NULL, NULL};
    static const struct given structured = {"structured", STRUCTURED, SIREN, NULL, NULL};
    enum { LEVELS = 10000 };
    char text[LEVELS * 6 + 1];
    for (size_t i = 0; i < LEVELS; i++) {
        memcpy(text + i * 5, "{\"a\":", 5);
        text[LEVELS * 5 + 1 + i] = '}';
    }
    text[LEVELS * 5] = '1';
    const struct given *const rows[] = {&binary, &structured};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct message message;
        struct error err = {0};
        const struct slice value = {text, sizeof(text)};
        check_true(rows[i]->name, !read_value(rows[i], value, &message, &err));
        check_text(rows[i]->name, "NOT_JSON", err.code);
    }
}

static void what_could_be_read_is_shown(void **state UNUSED) {
    /* clang-format off */
    static const struct given rows[] = {
        {"null value", REQUIRED JSON, SIREN, NULL, NULL},
        {"no JSON", REQUIRED JSON, SIREN, "hello", NULL},
        {"a missing source", VERSION ID OF_TYPE JSON, SIREN, DATA, NULL},
        {"structured without data", STRUCTURED, SIREN, EVENT(""), NULL},
        {"a wrong subject, which is not shown", REQUIRED "ce_subject: a\tb\n", SIREN, DATA, NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct message message;
        struct error err = {0};
        check_true(rows[i].name, !read_given(&rows[i], &message, &err));
        check_slice(rows[i].name, "e-1", message.id);
        check_slice(rows[i].name, TYPE, message.type);
        check_slice(rows[i].name, NULL, message.subject);
        check_true(rows[i].name, message.data == NULL);
    }
}

static void every_reason_has_its_stage(void **state UNUSED) {
    /* clang-format off */
    static const struct {
        const char *reason;
        const char *stage;
    } rows[] = {
        {"NOT_CLOUDEVENT", "envelope"},
        {"ENVELOPE_UNSUPPORTED", "envelope"},
        {"TOO_LARGE", "envelope"},
        {"TYPE_UNKNOWN", "envelope"},
        {"TYPE_NOT_ALLOWED", "envelope"},
        {"NOT_JSON", "decode"},
        {"SCHEMA", "decode"},
        {"KEY_MISMATCH", "decode"},
        {"FUTURE_EVENT", "decode"},
        {"ID_REUSED", "store"},
        {"POISON", "store"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_text(rows[i].reason, rows[i].stage, message_stage(rows[i].reason));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_records_have_one_reason),
        cmocka_unit_test(values_are_bounded),
        cmocka_unit_test(ten_thousand_levels_are_no_json),
        cmocka_unit_test(what_could_be_read_is_shown),
        cmocka_unit_test(every_reason_has_its_stage),
    };
    return cmocka_run_group_tests_name("message_refused", tests, start, stop);
}
