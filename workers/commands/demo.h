/* `guichet demo`: a private broker and database, invented employers, the workers in this process
 * and an account of what they decided; then a weekend in seconds, by the simulated clock. Nothing
 * is installed, nothing stays.
 *
 *   demo.c             the steps, in order, and the cleaning up
 *   demo_place.c       folder, environment and settings
 *   demo_postgres.c    a PostgreSQL of its own, on a socket in the demo's folder
 *   demo_broker.c      librdkafka's mock cluster, a producer and a reader of all outputs
 *   demo_people.c      chance by seed: numbers, identifiers, invented people
 *   demo_contracts.c   employers with their contracts and registrations
 *   demo_events.c      requests, additions and wrong records
 *   demo_report.c      the account (registrations, requests), demo_amounts.c (additions, money)
 *   demo_weekend.c     a request that nobody can decide, from Friday to Tuesday
 */
#ifndef GUICHET_COMMANDS_DEMO_H
#define GUICHET_COMMANDS_DEMO_H

#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <sys/types.h>

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/zone.h"
#include "common/runtime/db.h"
#include "common/runtime/settings.h"

enum {
    DEMO_EMPLOYERS = 12,
    DEMO_REQUESTS = 200,
    DEMO_ADDITIONS = 40,
    DEMO_PARTITIONS = 4,
    DEMO_GRACE_DAYS = 10, /* for a contract that is not known: longer than the weekend */
    DEMO_TEXT = 64,       /* ids, names, addresses of invented people, with the NUL */
    DEMO_FOLDER = 80,
};

/* When the simulated clock starts: a Friday, at four in the afternoon in Paris. */
#define DEMO_START "2026-11-20T16:00:00+01:00"

struct demo_person {
    char family_name[DEMO_TEXT];
    char given_name[DEMO_TEXT];
    char email[DEMO_TEXT];
    char birth_date[DATE_TEXT_SIZE];
    char nir[16];
};

struct demo_employer {
    char siren[10];
    char siret[15];
    char account_id[16];
    char sante_id[16]; /* the contract given at registration and in requests */
    char prevoyance_id[16];
    int shape; /* 0..3: how the contract is priced, demo_contracts.c */
    bool has_sibling;
    bool has_ended;
    bool has_prevoyance;
};

/* What is particular about a request, and how many such are sent (demo_events.c). */
struct demo_case;

struct demo_request {
    const struct demo_case *kind;
    const struct demo_employer *employer;
    char request_id[16];
    struct demo_person person;
};

/* One event that came out of the workers. */
struct demo_output {
    char type[DEMO_TEXT]; /* without `guichet.`; "dead-letter" for those */
    json_t *data;         /* NULL: a tombstone or a dead letter */
    char reason[32];      /* of a dead letter */
    char detail[200];
};

struct demo {
    char folder[DEMO_FOLDER];
    pid_t postgres_pid; /* 0: none */
    struct zone zone;   /* Europe/Paris */
    struct settings settings;
    struct hosted *hosted; /* demo.c: the workers */
    int64_t now_ms;        /* simulated; all dates of the demo's events are relative to it */
    uint64_t seed;
    rd_kafka_t *producer; /* owns the mock cluster */
    rd_kafka_t *consumer;
    size_t sent_count; /* makes the events' ids */
    struct demo_employer employers[DEMO_EMPLOYERS];
    struct demo_request requests[DEMO_REQUESTS];
    size_t contracts_count; /* sent so far, and so on */
    size_t registrations_count;
    size_t requests_count;
    size_t additions_count;
    size_t wrong_count;
    struct demo_output *outputs; /* in order of arrival */
    size_t outputs_count;
    size_t outputs_capacity;
};

/* Whether nothing more is to be waited for: the demo was told to stop, or the workers ended. */
bool demo_is_over(const struct demo *demo);

/* Drops what the environment says about an installation of guichet or a PostgreSQL: the demo must
 * not be led there. False if a name is too long to be handled. */
MUST_CHECK bool demo_forget_environment(void);
/* A new folder under $TMPDIR or /tmp. ERROR_FATAL. */
MUST_CHECK bool demo_make_folder(struct demo *demo, struct error *err);
void demo_remove_folder(const struct demo *demo);
/* Settings that name the demo's own broker, database and files. */
MUST_CHECK bool demo_read_settings(struct demo *demo, struct arena *arena, struct error *err);

/* Makes and starts a database server in the demo's folder; as root under the user `postgres`, else
 * `nobody`. ERROR_FATAL if there is no PostgreSQL here or it does not start; the text says where
 * its log is. */
MUST_CHECK bool demo_postgres_start(struct demo *demo, struct error *err);
void demo_postgres_stop(struct demo *demo); /* fine if there is none */
/* How to reach it, in libpq's terms. */
void demo_postgres_conninfo(const struct demo *demo, char *text, size_t size);

/* A broker with all topics, a producer and a consumer at the start of all output topics. */
MUST_CHECK bool demo_broker_open(struct demo *demo, struct error *err);
void demo_broker_close(struct demo *demo);
const char *demo_broker_address(const struct demo *demo);
/* Sends an event of a full type name, keyed by the `siren` of its data; takes `data` over. */
void demo_send(struct demo *demo, const char *type, json_t *data);
/* Sends any text to a topic as the data of an event of that type. */
void demo_send_text(struct demo *demo, const char *topic, const char *type, const char *key,
                    const char *text);
/* ERROR_TRANSIENT if what was sent did not arrive within ten seconds. */
MUST_CHECK bool demo_flush(struct demo *demo, struct error *err);
/* Takes over what came within `timeout_ms`; returns the new outputs' number. */
size_t demo_receive(struct demo *demo, int timeout_ms);
/* Number of outputs of the types (short names, NULL-terminated). */
size_t demo_count(const struct demo *demo, const char *const *types);

/* A number from `low` to `high`, the same in each run. */
int demo_between(struct demo *demo, int low, int high);
void demo_siren(struct demo *demo, char siren[10], char siret[15]);
/* An invented person of an age in years; the NIR is well formed, of no place that exists. */
void demo_person(struct demo *demo, int age_low, int age_high, struct demo_person *person);
int32_t demo_today(const struct demo *demo);
/* A day before (or after) today, as JSON; an instant before the start. */
json_t *demo_day(const struct demo *demo, int days_ago);
json_t *demo_instant(const struct demo *demo, int seconds_ago);

void demo_send_contracts(struct demo *demo);
/* One more contract like the employer's others. */
void demo_send_contract(struct demo *demo, const struct demo_employer *employer,
                        const char *contract_id);
void demo_send_registrations(struct demo *demo);
bool demo_is_supplement(const struct demo_employer *employer);
const char *demo_shape_name(const struct demo_employer *employer);

void demo_send_requests(struct demo *demo);
/* One online request with nothing wrong in it, submitted at the demo's now. */
void demo_send_request(struct demo *demo, const struct demo_employer *employer,
                       const char *request_id, const char *contract_id);
void demo_send_additions(struct demo *demo);
void demo_send_wrong(struct demo *demo);
bool demo_is_online(const struct demo_request *request);
/* Writes an event one may send by hand; returns false if the file can't be written. */
bool demo_write_example(struct demo *demo, const char *path);
/* NULL if there is none. `request_id` may be NULL. */
const struct demo_request *demo_request_find(const struct demo *demo, const char *request_id);

void demo_report(const struct demo *demo);
void demo_report_amounts(const struct demo *demo);
/* An output as one line. */
void demo_report_line(const struct demo_output *output);
/* A text field of the data, or "". */
const char *demo_text(const json_t *data, const char *name);
/* The codes of a list, with commas, in `text`. */
void demo_codes(const json_t *list, char *text, size_t size);
/* "Mon 23/11 14:05" in Paris. */
void demo_paris_time(const struct zone *zone, int64_t instant_ms, char text[DEMO_TEXT]);

/* Lets a weekend pass over a request whose contract nobody sends, and prints what happens as it
 * happens; the demo's now is Tuesday then. ERROR_TRANSIENT if something does not come. */
MUST_CHECK bool demo_weekend(struct demo *demo, struct db *db, struct error *err);

#endif
