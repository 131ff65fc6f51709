/* `guichet sla`: what is open of the promise of one business day, the most urgent first, and how
 * the last days went. Time is that of the installation's clock, simulated or not. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/runtime/clock_anchor.h"
#include "common/runtime/reference.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/listing.h"
#include "workers/commands/options.h"
#include "workers/commands/paris.h"
#include "workers/commands/statements.h"

#define HOUR_MS INT64_C(3600000)

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000000, DAYS_DEFAULT = 7, DAYS_MAX = 366 };
enum { DUE_WITHIN_HOURS_MAX = 24 * 366, NOT_GIVEN = -1 };

/* The command line: NULL or NOT_GIVEN where nothing is asked. */
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
    struct calendar calendar;
    struct clock clock;
    int64_t now_ms;
};

struct open_request {
    struct slice siren;
    struct slice request_id;
    struct slice contract_id;
    struct slice class;
    struct slice status;
    int64_t submitted_at;
    int64_t due_at;
    int32_t milestones_raised;
    int64_t matching;      /* requests, shown or not */
    int64_t matching_late; /* of these */
};

static const struct column open_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct open_request, siren),
    COLUMN_AT(COLUMN_TEXT, struct open_request, request_id),
    COLUMN_AT(COLUMN_TEXT, struct open_request, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct open_request, class),
    COLUMN_AT(COLUMN_TEXT, struct open_request, status),
    COLUMN_AT(COLUMN_INSTANT, struct open_request, submitted_at),
    COLUMN_AT(COLUMN_INSTANT, struct open_request, due_at),
    COLUMN_AT(COLUMN_INT32, struct open_request, milestones_raised),
    COLUMN_AT(COLUMN_INT64, struct open_request, matching),
    COLUMN_AT(COLUMN_INT64, struct open_request, matching_late),
};
static const struct columns open_columns = COLUMNS_OF(struct open_request, open_items);

static const struct listing_column open_listing[] = {
    {"siren", "employer", false, NULL},
    {"request_id", "request", false, NULL},
    {"contract_id", "contract", false, NULL},
    {"class", "class", false, NULL},
    {"status", "status", false, NULL},
    {"submitted_at", "submitted", false, NULL},
    {"due_at", "due", false, NULL},
    {"left_seconds", "left", true, NULL},
    {"late", NULL, false, NULL}, /* the table shows it by the sign */
    {"milestones_raised", "raised", false, NULL},
};

struct day_total {
    int32_t day; /* DATE_NONE: earlier, open ones only */
    struct slice class;
    int64_t met;
    int64_t late;
    int64_t open;
    int64_t oldest_open;
};

static const struct column total_items[] = {
    COLUMN_AT(COLUMN_DATE, struct day_total, day),
    COLUMN_AT(COLUMN_TEXT, struct day_total, class),
    COLUMN_AT(COLUMN_INT64, struct day_total, met),
    COLUMN_AT(COLUMN_INT64, struct day_total, late),
    COLUMN_AT(COLUMN_INT64, struct day_total, open),
    COLUMN_AT(COLUMN_INSTANT, struct day_total, oldest_open),
};
static const struct columns total_columns = COLUMNS_OF(struct day_total, total_items);

static const struct listing_column total_listing[] = {
    {"day", "submitted on", false, "earlier"},
    {"class", "class", false, NULL},
    {"met", "met", true, NULL},
    {"late", "late", true, NULL},
    {"open", "open", true, NULL},
    {"oldest_open", "oldest open", false, NULL},
};

static void add_filters(struct parameters *parameters, const struct sla_question *question) {
    parameters_add_text(parameters, slice_of(question->siren));
    parameters_add_text(parameters, slice_of(question->contract_id));
    parameters_add_text(parameters, slice_of(question->class));
}

/* The last due instant asked for. Late is past the due instant, whatever business time has passed
 * since. */
static int64_t due_until(const struct sla_desk *desk, const struct sla_question *question) {
    if (question->is_late) {
        return desk->now_ms - 1;
    }
    return question->due_within_hours == NOT_GIVEN
               ? INSTANT_NONE
               : business_due_ms(&desk->calendar, &desk->zone, desk->now_ms,
                                 question->due_within_hours * HOUR_MS);
}

static struct cell milestones_cell(struct arena *arena, int32_t raised) {
    static const char *const names[] = {"at_risk", "breached", "escalated_1", "escalated_2"};
    struct slice *items = arena_array(arena, COUNT_OF(names), sizeof(*items));
    size_t count = 0;
    while (count < COUNT_OF(names) && (int32_t)count < raised) {
        items[count] = slice_of(names[count]);
        count++;
    }
    return cell_list((struct slice_list){items, count});
}

/* Business time between now and the due instant, whichever comes first. */
static struct cell left_cell(const struct sla_desk *desk, int64_t due_at) {
    bool is_late = due_at < desk->now_ms;
    int64_t first = is_late ? due_at : desk->now_ms;
    int64_t last = is_late ? desk->now_ms : due_at;
    return cell_span(business_elapsed_ms(&desk->calendar, &desk->zone, first, last), is_late);
}

static void list_request(const struct sla_desk *desk, struct listing *listing,
                         const struct open_request *request) {
    const struct cell cells[] = {
        cell_text(request->siren),
        cell_text(request->request_id),
        cell_text(request->contract_id),
        cell_text(request->class),
        cell_text(request->status),
        cell_instant(request->submitted_at),
        cell_instant(request->due_at),
        left_cell(desk, request->due_at),
        cell_boolean(request->due_at < desk->now_ms),
        milestones_cell(desk->arena, request->milestones_raised),
    };
    _Static_assert(COUNT_OF(cells) == COUNT_OF(open_listing), "one cell a column");
    memcpy(listing_add(listing), cells, sizeof(cells));
}

static void print_listing(const struct listing *listing, bool is_json) {
    struct slice text = listing_render(listing, is_json ? LISTING_JSON : LISTING_TABLE);
    fwrite(text.data, 1, text.size, stdout);
}

static void print_now(const struct sla_desk *desk) {
    char now[PARIS_TEXT_SIZE];
    paris_format(&desk->zone, desk->now_ms, false, now);
    printf("%s %s in Paris%s, calendar %.*s revision %" PRId32 "\n\n",
           weekday_text(zone_date(&desk->zone, desk->now_ms)), now,
           desk->clock.is_simulated ? " (simulated)" : "", SLICE_FORMAT(desk->calendar.calendar_id),
           desk->calendar.revision);
}

static bool tell_open(const struct sla_desk *desk, const struct sla_question *question,
                      struct error *err) {
    struct parameters parameters;
    struct listing listing;
    void *rows;
    size_t count;
    parameters_init(&parameters, desk->arena);
    add_filters(&parameters, question);
    parameters_add_text(&parameters, slice_of(question->status));
    parameters_add_instant(&parameters, due_until(desk, question));
    parameters_add_instant(&parameters, desk->now_ms);
    parameters_add_int32(&parameters, question->limit);
    if (!db_query(desk->db, &sql_sla_open, &parameters, &open_columns, desk->arena, &rows, &count,
                  err)) {
        return false;
    }
    const struct open_request *requests = rows;
    listing_init(&listing, desk->arena, &desk->zone, open_listing, COUNT_OF(open_listing), count);
    for (size_t i = 0; i < count; i++) {
        list_request(desk, &listing, &requests[i]);
    }
    if (question->is_json) {
        print_listing(&listing, true);
        return true;
    }
    print_now(desk);
    print_listing(&listing, false);
    printf("\n%" PRId64 " open, %" PRId64 " of them late", count == 0 ? 0 : requests->matching,
           count == 0 ? 0 : requests->matching_late);
    printf(count > 0 && requests->matching > (int64_t)count ? "; the %zu most urgent are shown\n"
                                                            : "\n",
           count);
    return true;
}

static bool tell_totals(const struct sla_desk *desk, const struct sla_question *question,
                        struct error *err) {
    struct parameters parameters;
    struct listing listing;
    void *rows;
    size_t count;
    int32_t today = zone_date(&desk->zone, desk->now_ms);
    parameters_init(&parameters, desk->arena);
    add_filters(&parameters, question);
    parameters_add_instant(&parameters, zone_midnight_ms(&desk->zone, today - question->days + 1));
    if (!db_query(desk->db, &sql_sla_totals, &parameters, &total_columns, desk->arena, &rows,
                  &count, err)) {
        return false;
    }
    const struct day_total *totals = rows;
    listing_init(&listing, desk->arena, &desk->zone, total_listing, COUNT_OF(total_listing), count);
    for (size_t i = 0; i < count; i++) {
        bool is_earlier = totals[i].day == DATE_NONE;
        const struct cell cells[] = {
            cell_date(totals[i].day),
            cell_text(totals[i].class),
            is_earlier ? (struct cell){.type = CELL_ABSENT} : cell_integer(totals[i].met),
            is_earlier ? (struct cell){.type = CELL_ABSENT} : cell_integer(totals[i].late),
            cell_integer(totals[i].open),
            cell_instant(totals[i].oldest_open),
        };
        _Static_assert(COUNT_OF(cells) == COUNT_OF(total_listing), "one cell a column");
        memcpy(listing_add(&listing), cells, sizeof(cells));
    }
    if (!question->is_json) {
        print_now(desk);
    }
    print_listing(&listing, question->is_json);
    return true;
}

static bool answer(const struct settings *settings, const struct sla_question *question,
                   struct arena *arena, struct error *err) {
    struct db *db CLEANUP(database_close) = NULL;
    struct sla_desk desk = {.arena = arena};
    if (!zone_file_read(ZONE_OF_THE_LAW, &desk.zone, err) || !database_open(settings, &db, err) ||
        !reference_read_calendar(db, arena, settings->sla_calendar, &desk.calendar, err) ||
        !clock_anchor_read(db, arena, &desk.clock, err)) {
        return false;
    }
    desk.db = db;
    desk.now_ms = clock_now_ms(&desk.clock);
    return question->is_totals ? tell_totals(&desk, question, err)
                               : tell_open(&desk, question, err);
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
        .due_within_hours = NOT_GIVEN, .limit = LIMIT_DEFAULT, .days = DAYS_DEFAULT};
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
