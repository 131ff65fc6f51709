#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/money.h"
#include "common/base/uuid.h"
#include "workers/commands/demo.h"

enum { MAILS_MAX = 12, CHANGES_MAX = 8 };

static int64_t amount(const json_t *data, const char *name) {
    return json_integer_value(json_object_get(data, name));
}

static bool is_type(const struct demo_output *output, const char *type) {
    return strcmp(output->type, type) == 0;
}

/* Whose request made this person an insured one. */
static const struct demo_request *find_insured(const struct demo *demo, const char *insured_id) {
    struct uuid wanted;
    if (!uuid_parse(slice_of(insured_id), &wanted)) {
        return NULL;
    }
    for (size_t i = 0; i < demo->requests_count; i++) {
        char name[2 * DEMO_TEXT];
        snprintf(name, sizeof(name), "insured|%s|%s", demo->requests[i].employer->siren,
                 demo->requests[i].request_id);
        struct uuid uuid = uuid_v5(&uuid_guichet, slice_of(name));
        if (uuid_equal(&uuid, &wanted)) {
            return &demo->requests[i];
        }
    }
    return NULL;
}

static const struct demo_output *find_by(const struct demo *demo, const char *type,
                                         const char *field, const char *value) {
    for (size_t i = 0; i < demo->outputs_count; i++) {
        const struct demo_output *output = &demo->outputs[i];
        if (is_type(output, type) && strcmp(demo_text(output->data, field), value) == 0) {
            return output;
        }
    }
    return NULL;
}

/* The four cells of the promise: how the employee came, and the contract's formula. */
static void report_cells(const struct demo *demo) {
    int added[2][2] = {{0}};
    int mailed[2][2] = {{0}};
    int waiting = 0;
    int rejected = 0;
    for (size_t i = 0; i < demo->outputs_count; i++) {
        const struct demo_output *output = &demo->outputs[i];
        const struct demo_request *request =
            find_insured(demo, demo_text(output->data, "insured_id"));
        waiting += is_type(output, "beneficiary.awaiting-employer.v1");
        rejected += is_type(output, "beneficiary.rejected.v1");
        if (is_type(output, "beneficiary.added.v1") && request != NULL) {
            int online = demo_is_online(request);
            int supplement = demo_is_supplement(request->employer);
            added[online][supplement]++;
            mailed[online][supplement] +=
                find_by(demo, "employer.beneficiary-added.v1", "addition_id",
                        demo_text(output->data, "addition_id")) != NULL;
        }
    }
    printf("\nBeneficiaries added: %zu requests, %d rejected\n", demo->additions_count, rejected);
    printf("  online, family cover    %3d added, %d e-mails to the employer (his part changes)\n",
           added[1][0], mailed[1][0]);
    printf("  online, supplement      %3d added, %d e-mails (always)\n", added[1][1], mailed[1][1]);
    printf("  paper, family cover     %3d added, %d e-mails (never)\n", added[0][0], mailed[0][0]);
    printf("  paper, supplement       %3d added, %d wait for the employer's confirmation\n",
           added[0][1], waiting);
}

static void report_mails(const struct demo *demo) {
    size_t count = 0;
    printf("\nE-mails to employers: their monthly part for this employee\n");
    printf("  %-9s %-8s %-8s %12s %12s %12s  %s\n", "SIREN", "addition", "from", "before", "after",
           "change", "employee (pricing)");
    for (size_t i = 0; i < demo->outputs_count && count < MAILS_MAX; i++) {
        const struct demo_output *output = &demo->outputs[i];
        if (!is_type(output, "employer.beneficiary-added.v1")) {
            continue;
        }
        const json_t *data = output->data;
        const struct demo_output *added =
            find_by(demo, "beneficiary.added.v1", "addition_id", demo_text(data, "addition_id"));
        const struct demo_request *request =
            added == NULL ? NULL : find_insured(demo, demo_text(added->data, "insured_id"));
        char before[EUROS_TEXT_SIZE];
        char after[EUROS_TEXT_SIZE];
        char delta[EUROS_TEXT_SIZE];
        money_format_euros(amount(data, "employer_before_cents"), false, before);
        money_format_euros(amount(data, "employer_after_cents"), false, after);
        money_format_euros(amount(data, "employer_delta_cents"), true, delta);
        /* printf pads bytes, and the euro sign is three of them in one column. */
        printf("  %-9s %-8s %-8.7s %14s %14s %14s  %s (%s)%s\n", demo_text(data, "siren"),
               demo_text(data, "addition_id"), demo_text(data, "contribution_from"), before, after,
               delta, demo_text(data, "insured_display_name"),
               request == NULL ? "?" : demo_shape_name(request->employer),
               json_is_true(json_object_get(data, "provisional")) ? ", provisional" : "");
        count++;
    }
}

static void report_changes(const struct demo *demo) {
    size_t count = 0;
    printf("\nChanges of contributions for billing (the first ones): total and employer's part\n");
    for (size_t i = 0; i < demo->outputs_count && count < CHANGES_MAX; i++) {
        const struct demo_output *output = &demo->outputs[i];
        if (!is_type(output, "contribution.changed.v1")) {
            continue;
        }
        const json_t *before = json_object_get(output->data, "before");
        const json_t *after = json_object_get(output->data, "after");
        char text[4][EUROS_TEXT_SIZE];
        money_format_euros(amount(before, "total_cents"), false, text[0]);
        money_format_euros(amount(after, "total_cents"), false, text[1]);
        money_format_euros(amount(before, "employer_cents"), false, text[2]);
        money_format_euros(amount(after, "employer_cents"), false, text[3]);
        printf("  %-9s %-6s from %s  %14s -> %14s  employer %14s -> %14s  %zu months made good\n",
               demo_text(output->data, "siren"), demo_text(output->data, "addition_id"),
               demo_text(output->data, "from_month"), text[0], text[1], text[2], text[3],
               json_array_size(json_object_get(output->data, "regularisations")));
        count++;
    }
}

void demo_report_amounts(const struct demo *demo) {
    report_cells(demo);
    report_mails(demo);
    report_changes(demo);
}
