#include <stdio.h>

#include "common/base/compiler.h"
#include "workers/commands/demo.h"

/* The usual ways in which health contracts are priced. A line: from how many persons, or for whom;
 * rate of the ceiling; the employer's share, both in parts per million. */
struct price_line {
    int from_persons;     /* 0: a person's line */
    const char *relation; /* NULL: a tier */
    const char *scheme;
    int rate_ppm;
    int employer_ppm;
};

enum { PRICE_LINES_MAX = 4 };

struct price_shape {
    const char *name;
    const char *formula;
    int free_from_child; /* 0: none */
    struct price_line lines[PRICE_LINES_MAX];
};

static const struct price_shape shapes[] = {
    {"alone or family",
     "famille",
     0,
     {{1, NULL, "general", 14400, 500000},
      {2, NULL, "general", 35000, 500000},
      {1, NULL, "local", 6400, 500000},
      {2, NULL, "local", 15800, 500000}}},
    {"one price",
     "famille",
     0,
     {{1, NULL, "general", 32500, 500000}, {0, "non_dependent_spouse", "general", 18100, 0}}},
    {"alone, two, family",
     "famille",
     0,
     {{1, NULL, "general", 15000, 600000},
      {2, NULL, "general", 27000, 600000},
      {3, NULL, "general", 39000, 600000}}},
    {"supplement per person",
     "supplement",
     3,
     {{1, NULL, "general", 12500, 500000},
      {0, "spouse", "general", 13900, 500000},
      {0, "child", "general", 8100, 500000}}},
};

bool demo_is_supplement(const struct demo_employer *employer) {
    return shapes[employer->shape].formula[0] == 's';
}

const char *demo_shape_name(const struct demo_employer *employer) {
    return shapes[employer->shape].name;
}

/* 1 January, some years ago. */
static json_t *january(const struct demo *demo, int years_ago) {
    char text[DATE_TEXT_SIZE];
    date_format(date_of_civil(date_civil(demo_today(demo)).year - years_ago, 1, 1), text);
    return json_string(text);
}

static json_t *pricing(const struct demo *demo, const struct price_shape *shape) {
    json_t *tiers = json_array();
    json_t *persons = json_array();
    for (size_t i = 0; i < PRICE_LINES_MAX && shape->lines[i].scheme != NULL; i++) {
        const struct price_line *line = &shape->lines[i];
        json_t *item =
            json_pack("{ss si si so}", "scheme", line->scheme, "rate_ppm", line->rate_ppm,
                      "employer_ppm", line->employer_ppm, "valid_from", january(demo, 3));
        if (line->relation == NULL) {
            json_object_set_new(item, "from_persons", json_integer(line->from_persons));
            json_array_append_new(tiers, item);
        } else {
            json_object_set_new(item, "relation", json_string(line->relation));
            json_array_append_new(persons, item);
        }
    }
    json_t *result = json_pack("{so so}", "tiers", tiers, "persons", persons);
    if (shape->free_from_child > 0) {
        json_object_set_new(result, "free_from_child", json_integer(shape->free_from_child));
    }
    return result;
}

static json_t *contract(const struct demo *demo, const struct demo_employer *employer,
                        const char *contract_id, const char *category) {
    return json_pack("{ss ss si ss so so s[{ss ss}] ss}", "siren", employer->siren, "contract_id",
                     contract_id, "revision", 1, "category", category, "starts_on",
                     january(demo, 3), "first_subscribed_on", january(demo, 5), "contacts", "name",
                     "Service du personnel", "email", "personnel@employeur.example", "adviser_id",
                     "ADV-12");
}

static json_t *sante(const struct demo *demo, const struct demo_employer *employer,
                     const char *contract_id) {
    const struct price_shape *shape = &shapes[employer->shape];
    json_t *data = contract(demo, employer, contract_id, "sante");
    json_t *rules = json_pack(
        "{ss so s{ss si} ss s{si si ss si sb}}", "formula", shape->formula, "pricing",
        pricing(demo, shape), "coverage_rule", "kind", "event_within_months", "months", 6,
        "contribution_rule", "due_if_covered_on_first", "eligibility", "child_age", 20,
        "student_age", 26, "age_boundary", "end_of_civil_year", "partners_max", 1, "ascendants", 0);
    json_object_update_new(data, rules);
    return data;
}

static void send_contract(struct demo *demo, json_t *data) {
    demo_send(demo, "guichet.contract.upserted.v1", data);
    demo->contracts_count++;
}

void demo_send_contracts(struct demo *demo) {
    for (int i = 0; i < DEMO_EMPLOYERS; i++) {
        struct demo_employer *employer = &demo->employers[i];
        demo_siren(demo, employer->siren, employer->siret);
        employer->shape = i % (int)COUNT_OF(shapes);
        employer->has_sibling = i % 3 == 0;
        employer->has_ended = i % 3 == 1;
        employer->has_prevoyance = i % 2 == 0;
        snprintf(employer->account_id, sizeof(employer->account_id), "ACC-%d", 100 + i);
        snprintf(employer->sante_id, sizeof(employer->sante_id), "S-%d", 100 + i);
        snprintf(employer->prevoyance_id, sizeof(employer->prevoyance_id), "P-%d", 100 + i);

        char other_id[DEMO_TEXT];
        send_contract(demo, sante(demo, employer, employer->sante_id));
        if (employer->has_sibling) {
            snprintf(other_id, sizeof(other_id), "%s-B", employer->sante_id);
            send_contract(demo, sante(demo, employer, other_id));
        }
        if (employer->has_ended) {
            snprintf(other_id, sizeof(other_id), "%s-OLD", employer->sante_id);
            json_t *ended = sante(demo, employer, other_id);
            json_object_set_new(ended, "ends_on", demo_day(demo, 200));
            send_contract(demo, ended);
        }
        if (employer->has_prevoyance) {
            send_contract(demo, contract(demo, employer, employer->prevoyance_id, "prevoyance"));
        }
    }
}

void demo_send_contract(struct demo *demo, const struct demo_employer *employer,
                        const char *contract_id) {
    send_contract(demo, sante(demo, employer, contract_id));
}

static void send_registration(struct demo *demo, const char *siren, const char *account_id,
                              const char *category, const char *contract_id) {
    char registration_id[DEMO_TEXT];
    snprintf(registration_id, sizeof(registration_id), "REG-%zu", demo->registrations_count + 1);
    demo_send(demo, "guichet.registration.submitted.v1",
              json_pack("{ss ss ss ss s[s] so}", "registration_id", registration_id, "account_id",
                        account_id, "siren", siren, "category", category, "contract_ids",
                        contract_id, "submitted_at",
                        demo_instant(demo, demo_between(demo, 60, 1800))));
    demo->registrations_count++;
}

void demo_send_registrations(struct demo *demo) {
    for (size_t i = 0; i < DEMO_EMPLOYERS; i++) {
        const struct demo_employer *employer = &demo->employers[i];
        char account_id[DEMO_TEXT];
        char other_id[DEMO_TEXT];
        send_registration(demo, employer->siren, employer->account_id, "sante", employer->sante_id);
        if (employer->has_prevoyance) {
            snprintf(account_id, sizeof(account_id), "%s-P", employer->account_id);
            send_registration(demo, employer->siren, account_id, "prevoyance",
                              employer->prevoyance_id);
        }
        /* Somebody registers with the number of a contract that is over. */
        if (employer->has_ended) {
            snprintf(account_id, sizeof(account_id), "%s-X", employer->account_id);
            snprintf(other_id, sizeof(other_id), "%s-OLD", employer->sante_id);
            send_registration(demo, employer->siren, account_id, "sante", other_id);
        }
    }
}
