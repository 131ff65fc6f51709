/* `guichet sla`: what is open of the promise of one business day, the most urgent first, and how
 * the last days went. Time is that of the installation's clock, simulated or not. */
#include "workers/commands/sla.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/runtime/clock_anchor.h"
#include "common/runtime/reference.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/options.h"
#include "workers/commands/paris.h"
#include "workers/commands/statements.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000000, DAYS_DEFAULT = 7, DAYS_MAX = 366 };
enum { DUE_WITHIN_HOURS_MAX = 24 * 366 };

void sla_add_filters(struct parameters *parameters, const struct sla_question *question) {
    parameters_add_text(parameters, slice_of(question->siren));
    parameters_add_text(parameters, slice_of(question->contract_id));
    parameters_add_text(parameters, slice_of(question->class));
}

void sla_print_now(const struct sla_desk *desk) {
    char now[PARIS_TEXT_SIZE];
    paris_format(&desk->zone, desk->now_ms, false, now);
    printf("%s %s in Paris%s", weekday_text(zone_date(&desk->zone, desk->now_ms)), now,
           desk->clock.is_simulated ? " (simulated)" : "");
    for (size_t i = 0; i < desk->calendars_count; i++) {
        const struct calendar *calendar = &desk->calendars[i];
        printf(", calendar %.*s revision %" PRId32, SLICE_FORMAT(calendar->calendar_id),
               calendar->revision);
    }
    fputs("\n\n", stdout);
}

void sla_print_listing(const struct listing *listing, bool is_json) {
    listing_print(listing, is_json ? LISTING_JSON : LISTING_TABLE);
}

struct used_calendar {
    struct slice calendar_id;
};

static bool read_calendars(struct sla_desk *desk, const char *calendar_id, struct error *err) {
    static const struct column items[] = {
        COLUMN_AT(COLUMN_TEXT, struct used_calendar, calendar_id),
    };
    static const struct columns columns = COLUMNS_OF(struct used_calendar, items);
    struct parameters parameters;
    void *rows;
    size_t count;
    parameters_init(&parameters, desk->arena);
    parameters_add_text(&parameters, slice_of(calendar_id));
    if (!db_query(desk->db, &sql_sla_calendars, &parameters, &columns, desk->arena, &rows, &count,
                  err)) {
        return false;
    }
    const struct used_calendar *others = rows;
    struct calendar *calendars = arena_array(desk->arena, count + 1, sizeof(*calendars));
    if (!reference_read_calendar(desk->db, desk->arena, calendar_id, &calendars[0], err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char *other = arena_copy(desk->arena, others[i].calendar_id).data;
        if (!reference_read_calendar(desk->db, desk->arena, other, &calendars[i + 1], err)) {
            return false;
        }
    }
    desk->calendars = calendars;
    desk->calendars_count = count + 1;
    return true;
}

static bool answer(const struct settings *settings, const struct sla_question *question,
                   struct arena *arena, struct error *err) {
    struct db *db CLEANUP(database_close) = NULL;
    struct sla_desk desk = {.arena = arena};
    if (!zone_file_read(ZONE_OF_THE_LAW, &desk.zone, err) || !database_open(settings, &db, err)) {
        return false;
    }
    desk.db = db;
    if (!read_calendars(&desk, settings->sla_calendar, err) ||
        !clock_anchor_read(db, arena, &desk.clock, err)) {
        return false;
    }
    desk.now_ms = clock_now_ms(&desk.clock);
    return question->is_totals ? sla_tell_totals(&desk, question, err)
                               : sla_tell_open(&desk, question, err);
}

/* A word out of a few, where one was given. */
static bool check_word(const char *option, const char *word, const char *first, const char *second,
                       struct error *err) {
    return word == NULL || strcmp(word, first) == 0 || strcmp(word, second) == 0 ||
           error_set(err, ERROR_INVALID, "USAGE", "%s: wants %s or %s", option, first, second);
}

static bool refuse_together(const char *option, bool is_given, const char *with,
                            struct error *err) {
    return !is_given ||
           error_set(err, ERROR_INVALID, "USAGE", "%s does not go %s --totals", option, with);
}

static bool read_question(int argc, char **argv, struct options *options,
                          struct sla_question *question, struct error *err) {
    const char *due_within = NULL;
    const char *limit = NULL;
    const char *days = NULL;
    const struct option_flag flags[] = {{"--json", &question->is_json},
                                        {"--late", &question->is_late},
                                        {"--totals", &question->is_totals},
                                        {NULL, NULL}};
    const struct option_value values[] = {{"--siren", &question->siren},
                                          {"--contract", &question->contract_id},
                                          {"--class", &question->class},
                                          {"--status", &question->status},
                                          {"--due-within", &due_within},
                                          {"--limit", &limit},
                                          {"--days", &days},
                                          {NULL, NULL}};
    *question = (struct sla_question){
        .due_within_hours = SLA_NOT_GIVEN, .limit = LIMIT_DEFAULT, .days = DAYS_DEFAULT};
    if (!options_parse_values(argc, argv, flags, values, 0, 0, options, err) ||
        !check_word("--class", question->class, "online_single", "online_bulk", err) ||
        !check_word("--status", question->status, "waiting", "under_review", err)) {
        return false;
    }
    bool is_totals = question->is_totals;
    return (due_within == NULL ||
            options_number("--due-within", due_within, 0, DUE_WITHIN_HOURS_MAX,
                           &question->due_within_hours, err)) &&
           (limit == NULL ||
            options_number("--limit", limit, 1, LIMIT_MAX, &question->limit, err)) &&
           (days == NULL || options_number("--days", days, 1, DAYS_MAX, &question->days, err)) &&
           refuse_together("--status", is_totals && question->status != NULL, "with", err) &&
           refuse_together("--due-within", is_totals && due_within != NULL, "with", err) &&
           refuse_together("--late", is_totals && question->is_late, "with", err) &&
           refuse_together("--limit", is_totals && limit != NULL, "with", err) &&
           refuse_together("--days", !is_totals && days != NULL, "without", err);
}

int command_sla(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct settings settings;
    struct sla_question question;
    struct error err;
    if (!read_question(argc, argv, &options, &question, &err) ||
        !options_read_settings(&options, &arena, &settings, &err) ||
        !answer(&settings, &question, &arena, &err)) {
        return options_failed(argv[0], &err);
    }
    return EX_OK;
}
