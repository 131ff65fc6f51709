/* `guichet partition list|explain|adopt|republish`: where the partitions stand, and what an
 * operator decides about one that is stopped. */
#include "workers/commands/partition.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/runtime/metrics.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/commands.h"
#include "workers/commands/listing.h"
#include "workers/commands/worker_names.h"

enum { PARTITION_DIGITS_MOST = 9 };

/* TOPIC/PARTITION, of a topic that the worker reads. */
static bool parse_place(const char *text, struct partition_case *about, struct error *err) {
    const char *slash = strrchr(text, '/');
    size_t digits = slash == NULL ? 0 : strspn(slash + 1, "0123456789");
    if (digits == 0 || digits > PARTITION_DIGITS_MOST || slash[1 + digits] != '\0') {
        return error_set(err, ERROR_INVALID, "USAGE", "%.200s is no TOPIC/PARTITION", text);
    }
    about->topic = topic_find((struct slice){text, (size_t)(slash - text)});
    about->partition = (int32_t)strtol(slash + 1, NULL, 10);
    return (about->topic != NULL && about->topic->is_input &&
            topic_has_worker(about->topic, about->worker->name)) ||
           error_set(err, ERROR_INVALID, "USAGE", "worker %s reads no topic of that name: %.200s",
                     about->worker->name, text);
}

bool partition_find(const struct inspection *inspection, const struct partition_question *question,
                    struct partition_case *about, struct error *err) {
    const struct options *options = &question->common;
    about->inspection = inspection;
    about->question = question;
    if (options->arguments_count != 3) {
        return error_set(err, ERROR_INVALID, "USAGE", "%s: wants WORKER TOPIC/PARTITION",
                         options->arguments[0]);
    }
    if (!worker_named(options->arguments[1], &about->worker, err) ||
        !parse_place(options->arguments[2], about, err) ||
        !inspection_look(inspection, about->worker, about->topic, about->partition, &about->seen,
                         err)) {
        return false;
    }
    about->markers = survey_markers(&about->seen.survey, about->topic->name, about->partition);
    return true;
}

void partition_print(const struct partition_case *about) {
    enum verdict verdict = verdict_of(about->markers);
    struct slice evidence = verdict_evidence(about->inspection->arena, about->markers);
    printf("%s %s/%" PRId32 ": %s%s\n", about->worker->name, about->topic->name, about->partition,
           verdict_name(verdict), verdict_stops(verdict) ? ", stopped" : "");
    printf("  means     %s\n", verdict_sentence(verdict));
    printf("  evidence  %.*s\n", SLICE_FORMAT(evidence));
}

static const struct listing_column list_columns[] = {
    {"worker", "worker", false, NULL},
    {"topic", "topic", false, NULL},
    {"partition", "partition", true, NULL},
    {"decided_up_to", "decided", true, "-"},
    {"published_up_to", "published", true, "-"},
    {"log_from", "from", true, NULL},
    {"log_to", "to", true, NULL},
    {"lag", "lag", true, NULL},
    {"verdict", "verdict", false, NULL},
    {"is_stopped", NULL, false, NULL},
    {"remedy", "remedy", false, NULL},
};

static struct cell offset_cell(bool is_known, int64_t offset) {
    return is_known ? cell_integer(offset) : (struct cell){.type = CELL_ABSENT};
}

static void list_place(struct arena *arena, const struct inspected *seen,
                       const struct survey_place *place, struct listing *listing) {
    const struct markers *m = &place->markers;
    enum verdict verdict = verdict_of(m);
    const struct cell cells[] = {
        cell_text(slice_of(seen->worker->name)),
        cell_text(arena_copy(arena, slice_of(place->topic))),
        cell_integer(place->partition),
        offset_cell(m->has_p, m->p),
        offset_cell(m->has_c, m->c),
        cell_integer(m->low),
        cell_integer(m->high),
        cell_integer(markers_lag(m)),
        cell_text(slice_of(verdict_name(verdict))),
        cell_boolean(verdict_stops(verdict)),
        cell_text(inspection_remedies(arena, seen, place)),
    };
    _Static_assert(COUNT_OF(cells) == COUNT_OF(list_columns), "one cell a column");
    memcpy(listing_add(listing), cells, sizeof(cells));
}

static bool is_shown(const struct partition_question *question, const struct survey_place *place) {
    return !question->is_stopped_only || verdict_stops(verdict_of(&place->markers));
}

static void print_list(const struct inspection *inspection,
                       const struct partition_question *question, const struct zone *zone,
                       const struct inspected *seen, size_t seen_count) {
    struct listing listing;
    size_t most = 0;
    for (size_t i = 0; i < seen_count; i++) {
        most += seen[i].survey.places_count;
    }
    listing_init(&listing, inspection->arena, zone, list_columns, COUNT_OF(list_columns), most);
    for (size_t i = 0; i < seen_count; i++) {
        for (size_t k = 0; k < seen[i].survey.places_count; k++) {
            if (is_shown(question, &seen[i].survey.places[k])) {
                list_place(inspection->arena, &seen[i], &seen[i].survey.places[k], &listing);
            }
        }
    }
    listing_print(&listing, question->is_json ? LISTING_JSON : LISTING_TABLE);
}

bool partition_list(const struct inspection *inspection, const struct partition_question *question,
                    struct error *err) {
    struct zone zone;
    struct inspected seen[METRIC_WORKERS_MOST];
    size_t seen_count = 0;
    if (!worker_names_check(&question->common, 1, err) ||
        !zone_file_read(ZONE_OF_THE_LAW, &zone, err)) {
        return false;
    }
    bool ok = true;
    for (const struct worker *const *worker = workers; ok && *worker != NULL; worker++) {
        if (worker_names_mean(&question->common, 1, *worker)) {
            ok = inspection_look(inspection, *worker, NULL, 0, &seen[seen_count++], err);
        }
    }
    if (ok) {
        print_list(inspection, question, &zone, seen, seen_count);
    }
    for (size_t i = 0; i < seen_count; i++) {
        inspection_leave(&seen[i]);
    }
    return ok;
}

enum { ACTION_LIST = 1, ACTION_EXPLAIN = 2, ACTION_ADOPT = 4, ACTION_REPUBLISH = 8 };

struct action {
    const char *name;
    unsigned bit;
    bool (*function)(const struct inspection *inspection, const struct partition_question *question,
                     struct error *err);
};

static const struct action actions[] = {
    {"list", ACTION_LIST, partition_list},
    {"explain", ACTION_EXPLAIN, partition_explain},
    {"adopt", ACTION_ADOPT, partition_adopt},
    {"republish", ACTION_REPUBLISH, partition_republish},
};

static bool find_action(const struct partition_question *question, const struct action **action,
                        struct error *err) {
    const char *name = question->common.arguments[0];
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        if (strcmp(name, actions[i].name) == 0) {
            *action = &actions[i];
            return true;
        }
    }
    return error_set(err, ERROR_INVALID, "USAGE",
                     "not one of list, explain, adopt, republish: %.64s", name);
}

static bool read_question(int argc, char **argv, struct partition_question *question,
                          const struct action **action, struct error *err) {
    const struct option_flag flags[] = {{"--stopped", &question->is_stopped_only},
                                        {"--json", &question->is_json},
                                        {"--dry-run", &question->is_dry_run},
                                        {"--yes", &question->is_sure},
                                        {NULL, NULL}};
    const struct option_value values[] = {
        {"--from", &question->from}, {"--by", &question->by}, {NULL, NULL}};
    if (!options_parse_values(argc, argv, flags, values, 1, OPTIONS_MAX, &question->common, err) ||
        !find_action(question, action, err)) {
        return false;
    }
    const unsigned remedies = ACTION_ADOPT | ACTION_REPUBLISH;
    const struct option_use uses[] = {
        {"--stopped", question->is_stopped_only, ACTION_LIST},
        {"--json", question->is_json, ACTION_LIST},
        {"--from", question->from != NULL, remedies},
        {"--dry-run", question->is_dry_run, remedies},
        {"--yes", question->is_sure, remedies},
        {"--by", question->by != NULL, remedies},
    };
    return options_check_uses(&question->common, uses, COUNT_OF(uses), (*action)->bit, err);
}

static bool run(const struct settings *settings, struct arena *arena, const struct action *action,
                const struct partition_question *question, struct error *err) {
    struct inspection inspection = {0};
    bool ok = inspection_open(&inspection, settings, arena, err) &&
              action->function(&inspection, question, err);
    inspection_close(&inspection);
    return ok;
}

int command_partition(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct partition_question question = {0};
    const struct action *action = NULL;
    struct settings settings;
    struct error err;
    if (!read_question(argc, argv, &question, &action, &err) ||
        !options_read_settings(&question.common, &arena, &settings, &err) ||
        !run(&settings, &arena, action, &question, &err)) {
        return options_failed(argv[0], &err);
    }
    return EX_OK;
}
