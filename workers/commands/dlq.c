/* `guichet dlq list|show|retry|drop`: dead letters, and what is done about them. */
#include "workers/commands/dlq.h"

#include <string.h>
#include <sysexits.h>

#include "common/base/date.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/worker_names.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 10000 };

enum action { ACTION_LIST = 1, ACTION_SHOW = 2, ACTION_RETRY = 4, ACTION_DROP = 8 };

struct dlq_options {
    struct options common;
    enum action action;
    struct dlq_question question;
    struct dlq_order order;
    bool is_json;
    bool is_revealed;
};

static bool find_action(struct dlq_options *options, struct error *err) {
    static const struct {
        const char *name;
        enum action action;
    } actions[] = {{"list", ACTION_LIST},
                   {"show", ACTION_SHOW},
                   {"retry", ACTION_RETRY},
                   {"drop", ACTION_DROP}};
    const char *name = options->common.arguments[0];
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        if (strcmp(actions[i].name, name) == 0) {
            options->action = actions[i].action;
            options->order.is_drop = options->action == ACTION_DROP;
            return true;
        }
    }
    return error_set(err, ERROR_INVALID, "USAGE", "%.64s: not list, show, retry or drop", name);
}

/* Places or filters, as the action wants them; a limit is one of what the filters find. */
static bool check_targets(const struct dlq_options *options, bool has_limit, struct error *err) {
    size_t places = options->common.arguments_count - 1;
    const struct dlq_question *question = &options->question;
    bool has_filter = question->worker != NULL || question->reason != NULL ||
                      question->siren != NULL || question->since != INSTANT_NONE;
    switch (options->action) {
    case ACTION_LIST:
        return places == 0 ||
               error_set(err, ERROR_INVALID, "USAGE", "list takes filters, no places");
    case ACTION_SHOW:
        return places == 1 || error_set(err, ERROR_INVALID, "USAGE",
                                        "show takes one place: TOPIC/PARTITION/OFFSET");
    default:
        if ((places > 0) == has_filter) {
            return error_set(err, ERROR_INVALID, "USAGE",
                             "either places or filters say which ones");
        }
        return places == 0 || !has_limit ||
               error_set(err, ERROR_INVALID, "USAGE", "--limit does not go with places");
    }
}

static bool read_options(int argc, char **argv, struct dlq_options *options, struct error *err) {
    const char *since = NULL;
    const char *limit = NULL;
    struct dlq_question *question = &options->question;
    struct dlq_order *order = &options->order;
    const struct option_flag flags[] = {
        {"--all", &question->is_all},        {"--json", &options->is_json},
        {"--reveal", &options->is_revealed}, {"--dry-run", &order->is_dry_run},
        {"--yes", &order->is_sure},          {NULL, NULL}};
    const struct option_value values[] = {{"--worker", &question->worker},
                                          {"--reason", &question->reason},
                                          {"--siren", &question->siren},
                                          {"--since", &since},
                                          {"--limit", &limit},
                                          {"--by", &order->by},
                                          {NULL, NULL}};
    question->since = INSTANT_NONE;
    question->limit = LIMIT_DEFAULT;
    if (!options_parse_values(argc, argv, flags, values, 1, OPTIONS_MAX, &options->common, err) ||
        !find_action(options, err)) {
        return false;
    }
    const unsigned changes = ACTION_RETRY | ACTION_DROP;
    const struct option_use uses[] = {
        {"--all", question->is_all, ACTION_LIST},
        {"--json", options->is_json, ACTION_LIST},
        {"--reveal", options->is_revealed, ACTION_SHOW},
        {"--dry-run", order->is_dry_run, changes},
        {"--yes", order->is_sure, changes},
        {"--by", order->by != NULL, changes},
        {"--worker", question->worker != NULL, ACTION_LIST | changes},
        {"--reason", question->reason != NULL, ACTION_LIST | changes},
        {"--siren", question->siren != NULL, ACTION_LIST | changes},
        {"--since", since != NULL, ACTION_LIST | changes},
        {"--limit", limit != NULL, ACTION_LIST | changes},
    };
    if (since != NULL && !instant_parse(slice_of(since), &question->since)) {
        return error_set(err, ERROR_INVALID, "USAGE",
                         "--since: an instant such as 2026-11-23T08:00:00+01:00");
    }
    const struct worker *worker;
    return (question->worker == NULL || worker_named(question->worker, &worker, err)) &&
           (limit == NULL ||
            options_number("--limit", limit, 1, LIMIT_MAX, &question->limit, err)) &&
           options_check_uses(&options->common, uses, COUNT_OF(uses), options->action, err) &&
           check_targets(options, limit != NULL, err);
}

/* Nothing is done about what waits behind another one, or was dealt with. */
static bool check_open(const struct dlq_letter *letter, struct error *err) {
    if (slice_is_present(letter->done)) {
        return error_set(err, ERROR_INVALID, "DONE", "%.*s: %.*s", SLICE_FORMAT(letter->place),
                         SLICE_FORMAT(letter->done));
    }
    if (slice_is(letter->reason, "PARKED") && !letter->is_parked) {
        return error_set(err, ERROR_INVALID, "PARKED",
                         "%.*s waits behind another record of its employer, which has to be "
                         "retried or dropped first",
                         SLICE_FORMAT(letter->place));
    }
    return true;
}

static bool find_places(const struct dlq_desk *desk, const struct options *options,
                        struct dlq_letters *letters, struct error *err) {
    letters->count = options->arguments_count - 1;
    letters->items = arena_array(desk->arena, letters->count, sizeof(struct dlq_letter));
    for (size_t i = 0; i < letters->count; i++) {
        if (!dlq_find_one(desk, options->arguments[i + 1], &letters->items[i], err) ||
            !check_open(&letters->items[i], err)) {
            return false;
        }
    }
    return true;
}

/* By filters, only those about which something can be done. */
static bool find_filtered(const struct dlq_desk *desk, const struct dlq_question *question,
                          struct dlq_letters *letters, struct error *err) {
    struct error ignored;
    size_t kept = 0;
    if (!dlq_find(desk, question, letters, err)) {
        return false;
    }
    for (size_t i = 0; i < letters->count; i++) {
        if (check_open(&letters->items[i], &ignored)) {
            letters->items[kept++] = letters->items[i];
        }
    }
    letters->count = kept;
    return true;
}

static bool run(const struct dlq_desk *desk, const struct dlq_options *options, struct error *err) {
    struct dlq_letters letters = {0};
    struct dlq_letter letter;
    switch (options->action) {
    case ACTION_LIST:
        if (!dlq_find(desk, &options->question, &letters, err)) {
            return false;
        }
        dlq_print(desk, &letters, options->is_json ? LISTING_JSON : LISTING_TABLE);
        return true;
    case ACTION_SHOW:
        return dlq_find_one(desk, options->common.arguments[1], &letter, err) &&
               dlq_show(desk, &letter, options->is_revealed, err);
    default:
        return (options->common.arguments_count > 1
                    ? find_places(desk, &options->common, &letters, err)
                    : find_filtered(desk, &options->question, &letters, err)) &&
               dlq_carry_out(desk, &options->order, &letters, err);
    }
}

static bool open_desk(struct dlq_desk *desk, struct db **db, struct error *err) {
    if (!zone_file_read(ZONE_OF_THE_LAW, &desk->zone, err) ||
        !database_open(desk->settings, db, err)) {
        return false;
    }
    desk->db = *db;
    return true;
}

int command_dlq(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct db *db CLEANUP(database_close) = NULL;
    struct settings settings;
    struct dlq_options options = {0};
    struct dlq_desk desk = {.arena = &arena, .settings = &settings};
    struct error err;
    if (!read_options(argc, argv, &options, &err) ||
        !options_read_settings(&options.common, &arena, &settings, &err) ||
        !open_desk(&desk, &db, &err) || !run(&desk, &options, &err)) {
        return options_failed(argv[0], &err);
    }
    return EX_OK;
}
