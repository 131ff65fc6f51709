#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "workers/commands/sla.h"
#include "workers/commands/statements.h"

#define HOUR_MS INT64_C(3600000)

struct open_request {
    struct slice siren;
    struct slice request_id;
    struct slice contract_id;
    struct slice class;
    struct slice status;
    int64_t submitted_at;
    int64_t due_at;
    struct slice calendar_id;
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
    COLUMN_AT(COLUMN_TEXT, struct open_request, calendar_id),
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

/* The last due instant asked for, of the requests of one calendar. */
struct horizon {
    struct slice calendar_id;
    int64_t due_until;
};

static const struct column horizon_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct horizon, calendar_id),
    COLUMN_AT(COLUMN_INSTANT, struct horizon, due_until),
};
static const struct columns horizon_columns = COLUMNS_OF(struct horizon, horizon_items);

/* Late is past the due instant, whatever business time has passed since. */
static int64_t due_until(const struct sla_desk *desk, const struct sla_question *question,
                         const struct calendar *calendar) {
    if (question->is_late) {
        return desk->now_ms - 1;
    }
    return question->due_within_hours == SLA_NOT_GIVEN
               ? INSTANT_NONE
               : business_due_ms(calendar, &desk->zone, desk->now_ms,
                                 question->due_within_hours * HOUR_MS);
}

static void add_horizons(struct parameters *parameters, const struct sla_desk *desk,
                         const struct sla_question *question) {
    struct horizon *horizons = arena_array(desk->arena, desk->calendars_count, sizeof(*horizons));
    for (size_t i = 0; i < desk->calendars_count; i++) {
        const struct calendar *calendar = &desk->calendars[i];
        horizons[i] = (struct horizon){calendar->calendar_id, due_until(desk, question, calendar)};
    }
    parameters_add_rows(parameters, &horizon_columns, horizons, desk->calendars_count);
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

/* That of a request which came after the calendars were read may be missing: it began with the
 * first, `sla.calendar`. */
static const struct calendar *calendar_of(const struct sla_desk *desk, struct slice calendar_id) {
    for (size_t i = 0; i < desk->calendars_count; i++) {
        if (slice_equal(desk->calendars[i].calendar_id, calendar_id)) {
            return &desk->calendars[i];
        }
    }
    return &desk->calendars[0];
}

/* Business time between now and the due instant, whichever comes first. */
static struct cell left_cell(const struct sla_desk *desk, const struct open_request *request) {
    bool is_late = request->due_at < desk->now_ms;
    int64_t first = is_late ? request->due_at : desk->now_ms;
    int64_t last = is_late ? desk->now_ms : request->due_at;
    return cell_span(
        business_elapsed_ms(calendar_of(desk, request->calendar_id), &desk->zone, first, last),
        is_late);
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
        left_cell(desk, request),
        cell_boolean(request->due_at < desk->now_ms),
        milestones_cell(desk->arena, request->milestones_raised),
    };
    _Static_assert(COUNT_OF(cells) == COUNT_OF(open_listing), "one cell a column");
    memcpy(listing_add(listing), cells, sizeof(cells));
}

bool sla_tell_open(const struct sla_desk *desk, const struct sla_question *question,
                   struct error *err) {
    struct parameters parameters;
    struct listing listing;
    void *rows;
    size_t count;
    parameters_init(&parameters, desk->arena);
    sla_add_filters(&parameters, question);
    parameters_add_text(&parameters, slice_of(question->status));
    add_horizons(&parameters, desk, question);
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
        sla_print_listing(&listing, true);
        return true;
    }
    sla_print_now(desk);
    sla_print_listing(&listing, false);
    printf("\n%" PRId64 " open, %" PRId64 " of them late", count == 0 ? 0 : requests->matching,
           count == 0 ? 0 : requests->matching_late);
    printf(count > 0 && requests->matching > (int64_t)count ? "; the %zu most urgent are shown\n"
                                                            : "\n",
           count);
    return true;
}
