/* The parts of `guichet sla`: what is asked, what answering needs, and the two answers. */
#ifndef GUICHET_COMMANDS_SLA_H
#define GUICHET_COMMANDS_SLA_H

#include "common/base/business_time.h"
#include "common/runtime/clock.h"
#include "common/runtime/db.h"
#include "workers/commands/listing.h"

enum { SLA_NOT_GIVEN = -1 };

/* The command line: NULL or SLA_NOT_GIVEN where nothing is asked. */
struct sla_question {
    const char *siren;
    const char *contract_id;
    const char *class;
    const char *status;
    int due_within_hours;
    bool is_late;
    bool is_json;
    bool is_totals;
    int limit;
    int days;
};

/* What answering needs. */
struct sla_desk {
    struct arena *arena;
    struct db *db;
    struct zone zone; /* Europe/Paris */
    /* Of `sla.calendar` and of all open requests, each in its latest revision: a request is
     * measured by the calendar it began with. */
    const struct calendar *calendars;
    size_t calendars_count; /* at least 1 */
    struct clock clock;
    int64_t now_ms;
};

/* Adds the filters that both answers have, as the parameters siren, contract_id and class. */
void sla_add_filters(struct parameters *parameters, const struct sla_question *question);

/* Prints what the answer holds for: the moment and the calendars. */
void sla_print_now(const struct sla_desk *desk);
void sla_print_listing(const struct listing *listing, bool is_json);

/* The open requests, the most urgent first. */
MUST_CHECK bool sla_tell_open(const struct sla_desk *desk, const struct sla_question *question,
                              struct error *err);

/* Met, late and open, by Paris day of the submission and class. */
MUST_CHECK bool sla_tell_totals(const struct sla_desk *desk, const struct sla_question *question,
                                struct error *err);

#endif
