#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/uuid.h"
#include "workers/commands/demo.h"

/* What is wrong with a request, or particular about it. */
enum demo_twist {
    TWIST_NONE,
    TWIST_PREVOYANCE,
    TWIST_NIR_KEY,
    TWIST_NIR_BIRTH,
    TWIST_BEFORE_HIRE,
    TWIST_NO_ADDRESS,
};

enum demo_email { EMAIL_VALID, EMAIL_NONE, EMAIL_MALFORMED };

struct demo_case {
    int count;
    const char *channel;
    enum demo_email email;
    enum demo_twist twist;
    const char *dispensation; /* NULL: none */
    const char *document;     /* its proof; NULL: none */
};

/* The counts make DEMO_REQUESTS. */
static const struct demo_case cases[] = {
    {66, "online_single", EMAIL_VALID, TWIST_NONE, NULL, NULL},
    {20, "online_bulk", EMAIL_VALID, TWIST_NONE, NULL, NULL},
    {14, "online_single", EMAIL_NONE, TWIST_NONE, NULL, NULL},
    {6, "online_single", EMAIL_MALFORMED, TWIST_NONE, NULL, NULL},
    {28, "paper_bia", EMAIL_NONE, TWIST_NONE, NULL, NULL},
    {12, "paper_bia", EMAIL_VALID, TWIST_NONE, NULL, NULL},
    {12, "phone", EMAIL_VALID, TWIST_NONE, NULL, NULL},
    {8, "online_single", EMAIL_VALID, TWIST_NONE, "CSS", "CSS_CERTIFICATE"},
    {6, "online_bulk", EMAIL_VALID, TWIST_NONE, "PART_TIME_10_PERCENT", NULL},
    {3, "online_single", EMAIL_VALID, TWIST_NONE, "INDIVIDUAL_POLICY", NULL},
    {5, "online_single", EMAIL_NONE, TWIST_NO_ADDRESS, NULL, NULL},
    {8, "online_single", EMAIL_VALID, TWIST_PREVOYANCE, NULL, NULL},
    {5, "online_bulk", EMAIL_VALID, TWIST_NIR_KEY, NULL, NULL},
    {4, "online_single", EMAIL_VALID, TWIST_NIR_BIRTH, NULL, NULL},
    {3, "paper_bia", EMAIL_VALID, TWIST_BEFORE_HIRE, NULL, NULL},
};

bool demo_is_online(const struct demo_request *request) {
    return strncmp(request->kind->channel, "online", strlen("online")) == 0;
}

static bool is_affiliated(const struct demo_request *request) {
    return request->kind->twist == TWIST_NONE && request->kind->dispensation == NULL;
}

const struct demo_request *demo_request_find(const struct demo *demo, const char *request_id) {
    for (size_t i = 0; request_id != NULL && i < demo->requests_count; i++) {
        if (strcmp(demo->requests[i].request_id, request_id) == 0) {
            return &demo->requests[i];
        }
    }
    return NULL;
}

static json_t *employee(const struct demo_request *request) {
    const struct demo_person *person = &request->person;
    json_t *data =
        json_pack("{ss s[s] ss ss}", "family_name", person->family_name, "given_names",
                  person->given_name, "birth_date", person->birth_date, "nir", person->nir);
    if (request->kind->email != EMAIL_NONE) {
        const char *end = strchr(person->email, '@');
        int size = (int)(end - person->email) + 1;
        json_object_set_new(data, "email",
                            request->kind->email == EMAIL_VALID
                                ? json_string(person->email)
                                : json_sprintf("%.*s", size, person->email));
    }
    if (request->kind->twist != TWIST_NO_ADDRESS) {
        json_object_set_new(data, "address",
                            json_pack("{s[s] ss ss}", "lines", "12 rue des Tilleuls", "postal_code",
                                      "69003", "city", "Lyon"));
    }
    return data;
}

static json_t *request_data(struct demo *demo, const struct demo_request *request,
                            int submitted_ago) {
    const struct demo_case *kind = request->kind;
    const struct demo_employer *employer = request->employer;
    bool is_prevoyance = kind->twist == TWIST_PREVOYANCE;
    int hired_ago = demo_between(demo, 10, 60);
    bool is_local = demo_between(demo, 1, 8) == 1;
    int effective_ago = kind->twist == TWIST_BEFORE_HIRE ? hired_ago + 7 : hired_ago;
    json_t *data =
        json_pack("{ss ss so ss ss ss ss so ss so so}", "request_id", request->request_id,
                  "channel", kind->channel, "submitted_at", demo_instant(demo, submitted_ago),
                  "siren", employer->siren, "siret", employer->siret, "contract_id",
                  is_prevoyance ? employer->prevoyance_id : employer->sante_id, "category",
                  is_prevoyance ? "prevoyance" : "sante", "employee", employee(request), "scheme",
                  is_local ? "local" : "general", "hired_on", demo_day(demo, hired_ago),
                  "effective_on", demo_day(demo, effective_ago));
    if (kind->dispensation != NULL) {
        json_t *dispensation = json_pack("{ss s[]}", "code", kind->dispensation, "documents");
        if (kind->document != NULL) {
            json_array_append_new(json_object_get(dispensation, "documents"),
                                  json_string(kind->document));
        }
        json_object_set_new(data, "dispensation", dispensation);
    }
    return data;
}

/* The key digit of another number; a birth date some months off. */
static void apply_twist(struct demo_request *request) {
    struct demo_person *person = &request->person;
    if (request->kind->twist == TWIST_NIR_KEY) {
        person->nir[14] = person->nir[14] == '9' ? '0' : (char)(person->nir[14] + 1);
    } else if (request->kind->twist == TWIST_NIR_BIRTH) {
        int32_t birth = 0;
        if (date_parse(slice_of(person->birth_date), &birth)) {
            date_format(date_add_months(birth, 5), person->birth_date);
        }
    }
}

void demo_send_requests(struct demo *demo) {
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (int k = 0; k < cases[i].count && demo->requests_count < DEMO_REQUESTS; k++) {
            struct demo_request *request = &demo->requests[demo->requests_count++];
            *request = (struct demo_request){
                .kind = &cases[i],
                .employer = &demo->employers[demo->requests_count % DEMO_EMPLOYERS]};
            snprintf(request->request_id, sizeof(request->request_id), "R-%zu",
                     demo->requests_count);
            demo_person(demo, 19, 60, &request->person);
            apply_twist(request);
            demo_send(demo, "guichet.affiliation.requested.v1",
                      request_data(demo, request, demo_between(demo, 120, 10800)));
        }
    }
}

void demo_send_request(struct demo *demo, const struct demo_employer *employer,
                       const char *request_id, const char *contract_id) {
    struct demo_request request = {.kind = &cases[0], .employer = employer};
    snprintf(request.request_id, sizeof(request.request_id), "%s", request_id);
    demo_person(demo, 25, 45, &request.person);
    json_t *data = request_data(demo, &request, 0);
    json_object_set_new(data, "contract_id", json_string(contract_id));
    demo_send(demo, "guichet.affiliation.requested.v1", data);
}

/* Who is added, and upon what. */
struct newcomer {
    const char *relation;
    const char *event;
    int age_low;
    int age_high;
};

static const struct newcomer newcomers[] = {
    {"spouse", "marriage", 25, 55},
    {"child", "adoption", 2, 15},
    {"non_dependent_spouse", "concubinage", 25, 55},
};

/* One request's people, as indexes in the table above; -1: nobody. */
static const int households[][2] = {{0, -1}, {1, -1}, {0, 1}, {2, -1}};

static json_t *beneficiary(struct demo *demo, int number, const struct newcomer *newcomer) {
    struct demo_person person;
    demo_person(demo, newcomer->age_low, newcomer->age_high, &person);
    return json_pack("{so ss ss s[s] ss ss ss ss so}", "beneficiary_id",
                     json_sprintf("B-%zu-%d", demo->additions_count, number), "relation",
                     newcomer->relation, "family_name", person.family_name, "given_names",
                     person.given_name, "birth_date", person.birth_date, "nir", person.nir,
                     "scheme", "general", "event", newcomer->event, "event_on",
                     demo_day(demo, demo_between(demo, 1, 45)));
}

static void send_addition(struct demo *demo, const struct demo_request *request) {
    char name[2 * DEMO_TEXT];
    char insured_id[UUID_TEXT_SIZE];
    char addition_id[DEMO_TEXT];
    const struct demo_employer *employer = request->employer;
    const int *household = households[(demo->additions_count / 4) % COUNT_OF(households)];
    snprintf(name, sizeof(name), "insured|%s|%s", employer->siren, request->request_id);
    struct uuid insured = uuid_v5(&uuid_guichet, slice_of(name));
    uuid_format(&insured, insured_id);
    snprintf(addition_id, sizeof(addition_id), "A-%zu", ++demo->additions_count);
    json_t *people = json_array();
    for (int i = 0; i < 2 && household[i] >= 0; i++) {
        json_array_append_new(people, beneficiary(demo, i + 1, &newcomers[household[i]]));
    }
    demo_send(
        demo, "guichet.beneficiary.addition-requested.v1",
        json_pack("{ss ss ss ss so ss so}", "addition_id", addition_id, "siren", employer->siren,
                  "insured_id", insured_id, "contract_id", employer->sante_id, "submitted_at",
                  demo_instant(demo, demo_between(demo, 5, 60)), "submitted_via",
                  demo_is_online(request) ? "insured_space" : "post", "beneficiaries", people));
}

/* Over the four cells in turn (online or paper, famille or supplement), each employee once. */
void demo_send_additions(struct demo *demo) {
    size_t next[4] = {0};
    for (size_t i = 0; i < DEMO_ADDITIONS; i++) {
        size_t cell = i % COUNT_OF(next);
        while (next[cell] < demo->requests_count) {
            const struct demo_request *request = &demo->requests[next[cell]++];
            if (is_affiliated(request) && demo_is_online(request) == (cell < 2) &&
                demo_is_supplement(request->employer) == (cell % 2 == 1)) {
                send_addition(demo, request);
                break;
            }
        }
    }
}

void demo_send_wrong(struct demo *demo) {
    static const struct {
        const char *topic;
        const char *type;
        const char *text;
    } records[] = {
        {"affiliation.requests.v1", "guichet.affiliation.requested.v1", "{\"request_id\": "},
        {"affiliation.requests.v1", "guichet.contract.upserted.v1", "{}"},
        {"contract.facts.v1", "guichet.contract.upserted.v1", "{\"revision\": \"one\"}"},
        {"beneficiary.requests.v1", "guichet.beneficiary.imagined.v1", "{}"},
    };
    for (size_t i = 0; i < COUNT_OF(records); i++) {
        demo_send_text(demo, records[i].topic, records[i].type, demo->employers[i].siren,
                       records[i].text);
        demo->wrong_count++;
    }
}

bool demo_write_example(struct demo *demo, const char *path) {
    struct demo_request request = {
        .kind = &cases[0], .employer = &demo->employers[0], .request_id = "R-BY-HAND"};
    demo_person(demo, 25, 45, &request.person);
    json_t *event = json_pack("{ss ss ss ss so ss so}", "specversion", "1.0", "id", "by-hand-1",
                              "source", "/demo", "type", "guichet.affiliation.requested.v1", "time",
                              demo_instant(demo, 0), "datacontenttype", "application/json", "data",
                              request_data(demo, &request, 60));
    FILE *file = fopen(path, "w");
    bool is_written =
        file != NULL && json_dumpf(event, file, JSON_COMPACT) == 0 && fputc('\n', file) != EOF;
    json_decref(event);
    return (file == NULL || fclose(file) == 0) && is_written;
}
