#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "common/base/date.h"
#include "common/record/json_read.h"
#include "workers/commands/listing.h"
#include "workers/commands/paris.h"
#include "workers/commands/state.h"

static const struct listing_column worker_columns[] = {
    {"worker", "worker", false, NULL},
    {"members", "members", true, NULL},
    {"partitions", "partitions", true, NULL},
    {"stopped", "stopped", true, NULL},
    {"lag", "lag", true, NULL},
    {"timers_overdue", "overdue", true, NULL},
    {"waiting", "waiting", true, NULL},
    {"parked", "parked", true, NULL},
    {"verified_until", "verified until", false, "-"},
};

static void print_head(const struct state *state, const struct zone *zone) {
    char now[PARIS_TEXT_SIZE];
    char first[DATE_TEXT_SIZE] = "none";
    char last[DATE_TEXT_SIZE] = "none";
    paris_format(zone, state->now_ms, true, now);
    if (state->first_day != DATE_NONE && state->last_day != DATE_NONE) {
        date_format(state->first_day, first);
        date_format(state->last_day, last);
    }
    printf("installation  %s\n", state->inspection->installation);
    if (state->clock.is_simulated) {
        printf("clock         %s, simulated, %" PRId32 " times as fast\n", now, state->clock.rate);
    } else {
        printf("clock         %s\n", now);
    }
    printf("journal       days from %s to %s\n\n", first, last);
}

static void print_workers(const struct state *state, const struct zone *zone) {
    struct listing listing;
    listing_init(&listing, state->inspection->arena, zone, worker_columns, COUNT_OF(worker_columns),
                 state->workers_count);
    for (size_t i = 0; i < state->workers_count; i++) {
        const struct worker_state *worker = &state->workers[i];
        const struct cell cells[] = {
            cell_text(slice_of(worker->seen.worker->name)),
            cell_integer(worker->members),
            cell_integer((int64_t)worker->partitions),
            cell_integer((int64_t)worker->stopped),
            cell_integer(worker->lag),
            cell_integer(worker->overdue),
            cell_integer(worker->waiting),
            cell_integer(worker->parked),
            cell_instant(worker->verified_until),
        };
        _Static_assert(COUNT_OF(cells) == COUNT_OF(worker_columns), "one cell a column");
        memcpy(listing_add(&listing), cells, sizeof(cells));
    }
    listing_print(&listing, LISTING_TABLE);
}

static void print_stopped(const struct worker_state *worker) {
    for (size_t i = 0; i < worker->seen.survey.places_count; i++) {
        const struct survey_place *place = &worker->seen.survey.places[i];
        enum verdict verdict = verdict_of(&place->markers);
        if (verdict_stops(verdict)) {
            printf("\n%s %s/%" PRId32 " is stopped: %s\n  %s\n  guichet partition explain %s "
                   "%s/%" PRId32 "\n",
                   worker->seen.worker->name, place->topic, place->partition, verdict_name(verdict),
                   verdict_sentence(verdict), worker->seen.worker->name, place->topic,
                   place->partition);
        }
    }
}

static void print_pending(const struct worker_state *worker) {
    for (size_t i = 0; i < worker->seen.open_count; i++) {
        const struct remedy *remedy = &worker->seen.open[i];
        printf("\n%s %.*s/%" PRId32 ": %s is %s and not finished\n", worker->seen.worker->name,
               SLICE_FORMAT(remedy->topic), remedy->partition,
               words_text(&remedy_action_words, (int)remedy->action),
               words_text(&remedy_state_words, (int)remedy->state));
    }
}

static void print_overdue(const struct worker_state *worker, const struct zone *zone) {
    if (worker->overdue > 0) {
        char due[PARIS_TEXT_SIZE];
        paris_format(zone, worker->oldest, true, due);
        printf("\n%s: the oldest overdue deadline was due at %s\n", worker->seen.worker->name, due);
    }
}

static void print_mismatches(const struct worker_state *worker) {
    if (worker->mismatches > 0) {
        const char *name = worker->seen.worker->name;
        printf("\n%s: %" PRId64 " differences between what was decided and what was published\n"
               "  guichet audit %s\n",
               name, worker->mismatches, name);
    }
}

static void print_refusals(const struct state *state) {
    if (state->refusals_count > 0) {
        printf("\nrefused in the last 24 hours\n");
    }
    for (size_t i = 0; i < state->refusals_count; i++) {
        const struct refusals *refused = &state->refusals[i];
        printf("  %.*s: %.*s %" PRId64 "\n", SLICE_FORMAT(refused->worker),
               SLICE_FORMAT(refused->reason), refused->records);
    }
}

void state_print(const struct state *state, const struct zone *zone) {
    print_head(state, zone);
    print_workers(state, zone);
    for (size_t i = 0; i < state->workers_count; i++) {
        print_stopped(&state->workers[i]);
        print_pending(&state->workers[i]);
        print_overdue(&state->workers[i], zone);
        print_mismatches(&state->workers[i]);
    }
    print_refusals(state);
    if (state->stopped == 0) {
        printf("\nno partition is stopped\n");
    } else {
        printf("\n%zu partition%s stopped\n", state->stopped,
               state->stopped == 1 ? " is" : "s are");
    }
}

static json_t *stopped_json(const struct worker_state *worker) {
    json_t *array = json_array();
    for (size_t i = 0; i < worker->seen.survey.places_count; i++) {
        const struct survey_place *place = &worker->seen.survey.places[i];
        enum verdict verdict = verdict_of(&place->markers);
        if (verdict_stops(verdict)) {
            json_array_append_new(array, json_pack("{s:s, s:i, s:s, s:s}", "topic", place->topic,
                                                   "partition", (int)place->partition, "verdict",
                                                   verdict_name(verdict), "means",
                                                   verdict_sentence(verdict)));
        }
    }
    return array;
}

static json_t *pending_json(const struct worker_state *worker) {
    json_t *array = json_array();
    for (size_t i = 0; i < worker->seen.open_count; i++) {
        const struct remedy *remedy = &worker->seen.open[i];
        json_array_append_new(
            array, json_pack("{s:s%, s:i, s:s, s:s}", "topic", remedy->topic.data,
                             remedy->topic.size, "partition", (int)remedy->partition, "action",
                             words_text(&remedy_action_words, (int)remedy->action), "state",
                             words_text(&remedy_state_words, (int)remedy->state)));
    }
    return array;
}

static json_t *refusals_json(const struct state *state, const char *worker) {
    json_t *object = json_object();
    for (size_t i = 0; i < state->refusals_count; i++) {
        const struct refusals *refused = &state->refusals[i];
        if (slice_is(refused->worker, worker)) {
            (void)json_object_setn_new(object, refused->reason.data, refused->reason.size,
                                       json_integer(refused->records));
        }
    }
    return object;
}

static json_t *instant_json(int64_t instant_ms) {
    char text[INSTANT_TEXT_SIZE];
    if (instant_ms == INSTANT_NONE) {
        return json_null();
    }
    instant_format(instant_ms, text);
    return json_string(text);
}

static json_t *date_json(int32_t date) {
    char text[DATE_TEXT_SIZE];
    if (date == DATE_NONE) {
        return json_null();
    }
    date_format(date, text);
    return json_string(text);
}

static json_t *worker_json(const struct state *state, const struct worker_state *worker) {
    const char *name = worker->seen.worker->name;
    return json_pack("{s:s, s:i, s:I, s:I, s:I, s:o, s:I, s:I, s:o, s:I, s:o, s:o, s:o}", "worker",
                     name, "members", worker->members, "partitions", (json_int_t)worker->partitions,
                     "lag", (json_int_t)worker->lag, "timers_overdue", (json_int_t)worker->overdue,
                     "timers_overdue_since", instant_json(worker->oldest), "waiting",
                     (json_int_t)worker->waiting, "parked", (json_int_t)worker->parked,
                     "verified_until", instant_json(worker->verified_until), "mismatches",
                     (json_int_t)worker->mismatches, "refused_24h", refusals_json(state, name),
                     "stopped", stopped_json(worker), "remedies", pending_json(worker));
}

void state_print_json(const struct state *state) {
    char now[INSTANT_TEXT_SIZE];
    instant_format(state->now_ms, now);
    json_t *list = json_array();
    for (size_t i = 0; i < state->workers_count; i++) {
        json_array_append_new(list, worker_json(state, &state->workers[i]));
    }
    json_t *whole CLEANUP(json_release) =
        json_pack("{s:s, s:s, s:b, s:{s:o, s:o}, s:I, s:I, s:o}", "installation",
                  state->inspection->installation, "now", now, "is_simulated",
                  state->clock.is_simulated, "journal", "first_day", date_json(state->first_day),
                  "last_day", date_json(state->last_day), "stopped", (json_int_t)state->stopped,
                  "mismatches", (json_int_t)state->mismatches, "workers", list);
    json_dumpf(whole, stdout, JSON_INDENT(2));
    putchar('\n');
}
