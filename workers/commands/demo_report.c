#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "workers/commands/demo.h"

enum { CODES_TEXT = 200, EXAMPLES_MAX = 14 };

const char *demo_text(const json_t *data, const char *name) {
    const char *text = json_string_value(json_object_get(data, name));
    return text == NULL ? "" : text;
}

void demo_codes(const json_t *list, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < json_array_size(list) && used + 1 < size; i++) {
        const char *code = json_string_value(json_array_get(list, i));
        int written = snprintf(text + used, size - used, "%s%s", i == 0 ? "" : ", ",
                               code == NULL ? "" : code);
        used += written < 0 ? 0 : (size_t)written;
    }
}

static bool is_type(const struct demo_output *output, const char *type) {
    return strcmp(output->type, type) == 0;
}

void demo_paris_time(const struct zone *zone, int64_t instant_ms, char text[DEMO_TEXT]) {
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    int32_t date = zone_date(zone, instant_ms);
    struct civil civil = date_civil(date);
    int64_t local_s = instant_ms / 1000 + zone_offset_seconds(zone, instant_ms);
    int minutes = (int)(local_s / 60 % (24 * 60));
    snprintf(text, DEMO_TEXT, "%s %02d/%02d %02d:%02d", days[date_weekday(date) - 1], civil.day,
             civil.month, minutes / 60, minutes % 60);
}

/* An instant as an event tells it; "-" if it tells none. */
static void paris_time(const struct zone *zone, const char *instant, char text[DEMO_TEXT]) {
    int64_t instant_ms;
    if (instant_parse(slice_of(instant), &instant_ms)) {
        demo_paris_time(zone, instant_ms, text);
    } else {
        snprintf(text, DEMO_TEXT, "-");
    }
}

static void print_attached(const json_t *list) {
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        printf("%s%s (%s)", i == 0 ? "" : ", ", demo_text(item, "contract_id"),
               demo_text(item, "cause"));
    }
}

static void report_registrations(const struct demo *demo) {
    printf("\nRegistrations: one contract number given, the others of the category follow\n");
    printf("  %-9s  %-9s  %-10s  %s\n", "SIREN", "account", "category", "attached");
    for (size_t i = 0; i < demo->outputs_count; i++) {
        const struct demo_output *output = &demo->outputs[i];
        char reasons[CODES_TEXT];
        bool is_rejected = is_type(output, "registration.rejected.v1");
        bool is_late = is_type(output, "contract.attached.v1") &&
                       strcmp(demo_text(output->data, "cause"), "late_sibling") == 0;
        if (!is_rejected && !is_late && !is_type(output, "registration.accepted.v1")) {
            continue;
        }
        printf("  %-9s  %-9s  %-10s  ", demo_text(output->data, "siren"),
               demo_text(output->data, "account_id"), demo_text(output->data, "category"));
        if (is_rejected) {
            demo_codes(json_object_get(output->data, "reasons"), reasons, sizeof(reasons));
            printf("rejected: %s\n", reasons);
        } else if (is_late) {
            printf("%s (late_sibling: made after the registration)\n",
                   demo_text(output->data, "contract_id"));
        } else {
            print_attached(json_object_get(output->data, "attached"));
            printf("\n");
        }
    }
}

static const struct {
    const char *type;
    const char *name;
} outcomes[] = {
    {"affiliation.accepted.v1", "accepted"},
    {"affiliation.rejected.v1", "rejected"},
    {"affiliation.returned.v1", "returned"},
    {"affiliation.waived.v1", "waived"},
};

static const char *outcome_name(const struct demo_output *output) {
    for (size_t i = 0; i < COUNT_OF(outcomes); i++) {
        if (is_type(output, outcomes[i].type)) {
            return outcomes[i].name;
        }
    }
    return NULL;
}

static void report_outcomes(const struct demo *demo) {
    static const char *const channels[] = {"online_single", "online_bulk", "paper_bia", "phone"};
    printf("\nAffiliation requests, by outcome and channel\n  %-13s", "");
    for (size_t k = 0; k < COUNT_OF(channels); k++) {
        printf(" %14s", channels[k]);
    }
    printf("\n");
    for (size_t i = 0; i < COUNT_OF(outcomes); i++) {
        printf("  %-13s", outcomes[i].name);
        for (size_t k = 0; k < COUNT_OF(channels); k++) {
            int count = 0;
            for (size_t n = 0; n < demo->outputs_count; n++) {
                const struct demo_output *output = &demo->outputs[n];
                count += is_type(output, outcomes[i].type) &&
                         strcmp(demo_text(output->data, "channel"), channels[k]) == 0;
            }
            printf(" %14d", count);
        }
        printf("\n");
    }
}

/* Reasons, warnings and the dispensation, whatever there is. */
static void explain_outcome(const json_t *data, char text[CODES_TEXT]) {
    const char *dispensation = demo_text(data, "dispensation_code");
    demo_codes(json_object_get(data, "reasons"), text, CODES_TEXT);
    if (text[0] == '\0') {
        demo_codes(json_object_get(data, "warnings"), text, CODES_TEXT);
    }
    if (text[0] == '\0') {
        snprintf(text, CODES_TEXT, "%s", dispensation);
    }
}

/* One example of each outcome, channel and list of codes. */
static void report_examples(const struct demo *demo) {
    char seen[EXAMPLES_MAX][CODES_TEXT + DEMO_TEXT];
    size_t count = 0;
    printf("\nSome of them (due: one business day, two for a file; Paris time)\n");
    printf("  %-7s %-13s %-16s %-16s %-12s %s\n", "request", "channel", "submitted", "due",
           "outcome", "employee; reasons or warnings");
    for (size_t i = 0; i < demo->outputs_count && count < EXAMPLES_MAX; i++) {
        const struct demo_output *output = &demo->outputs[i];
        const char *outcome = outcome_name(output);
        const struct demo_request *request =
            demo_request_find(demo, demo_text(output->data, "request_id"));
        if (outcome == NULL || request == NULL) {
            continue;
        }
        char codes[CODES_TEXT];
        char submitted[DEMO_TEXT];
        char due[DEMO_TEXT];
        explain_outcome(output->data, codes);
        snprintf(seen[count], sizeof(seen[count]), "%s %s %s", outcome,
                 demo_text(output->data, "channel"), codes);
        bool is_new = true;
        for (size_t k = 0; k < count; k++) {
            is_new = is_new && strcmp(seen[k], seen[count]) != 0;
        }
        if (!is_new) {
            continue;
        }
        count++;
        const json_t *sla = json_object_get(output->data, "sla");
        paris_time(&demo->zone, demo_text(sla, "submitted_at"), submitted);
        paris_time(&demo->zone, demo_text(sla, "due_at"), due);
        printf("  %-7s %-13s %-16s %-16s %-12s %s %s%s%s\n", demo_text(output->data, "request_id"),
               demo_text(output->data, "channel"), submitted, due, outcome,
               request->person.given_name, request->person.family_name,
               codes[0] == '\0' ? "" : "; ", codes);
    }
}

static int count_where(const struct demo *demo, const char *type, const char *field,
                       const char *value) {
    int count = 0;
    for (size_t i = 0; i < demo->outputs_count; i++) {
        const struct demo_output *output = &demo->outputs[i];
        count += is_type(output, type) &&
                 (field == NULL || strcmp(demo_text(output->data, field), value) == 0);
    }
    return count;
}

static void report_accounts(const struct demo *demo) {
    printf("\nEmployees' accounts: %d activation e-mails, letters: %d without e-mail, %d with a "
           "malformed one\n",
           count_where(demo, "insured.activation-email.v1", NULL, NULL),
           count_where(demo, "insured.account-letter.v1", "cause", "no_email"),
           count_where(demo, "insured.account-letter.v1", "cause", "invalid_email"));
    printf("Lists: %d entries of the employers' rosters, %d of the tracking of online requests\n",
           count_where(demo, "roster.entry.v1", NULL, NULL),
           count_where(demo, "tracking.entry.v1", NULL, NULL));
}

static void report_dead_letters(const struct demo *demo) {
    printf("\nDead letters: records sent wrong on purpose\n");
    for (size_t i = 0; i < demo->outputs_count; i++) {
        if (is_type(&demo->outputs[i], "dead-letter")) {
            printf("  %-18s %s\n", demo->outputs[i].reason, demo->outputs[i].detail);
        }
    }
}

void demo_report(const struct demo *demo) {
    report_registrations(demo);
    report_outcomes(demo);
    report_examples(demo);
    report_accounts(demo);
    demo_report_amounts(demo);
    report_dead_letters(demo);
}

void demo_report_line(const struct demo_output *output) {
    static const char *const ids[] = {"request_id", "addition_id", "registration_id",
                                      "insured_id", "contract_id", "notification_id"};
    const char *id = "";
    char codes[CODES_TEXT];
    for (size_t i = 0; i < COUNT_OF(ids) && id[0] == '\0'; i++) {
        id = demo_text(output->data, ids[i]);
    }
    demo_codes(json_object_get(output->data, "reasons"), codes, sizeof(codes));
    printf("%s %s %s %s%s%s%s\n", output->type, demo_text(output->data, "siren"), id, codes,
           output->reason, output->reason[0] == '\0' ? "" : ": ", output->detail);
}
