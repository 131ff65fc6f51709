#include "workers/commands/demo.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "common/base/compiler.h"
#include "common/runtime/clock.h"
#include "common/runtime/log.h"
#include "common/runtime/migrations.h"
#include "common/runtime/runtime.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/commands.h"
#include "workers/commands/statements.h"

enum { ANSWER_TIMEOUT_MS = 60000, POLL_MS = 100 };
static const char usage[] =
    "usage: guichet demo [--once]\n"
    "Shows the workers at work on invented employers, with a broker and a "
    "database of\nits own, and lets a weekend pass in seconds. --once: ends "
    "then; fails if answers\nare missing after 60 s.\n";

/* The workers' thread. */
struct hosted {
    const struct settings *settings;
    pthread_t thread;
    bool is_started;
    atomic_bool has_ended;
    int exit_code; /* once it has ended */
};

/* Signals know no context: this is the one thing they set. */
static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal_number UNUSED) {
    stop_asked = 1;
}

static void on_signals(void (*handler)(int)) {
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static bool migrate(const struct demo *demo, struct db *db, struct error *err) {
    struct vault vault;
    size_t applied;
    if (!vault_create_files(&demo->settings, err) || !vault_open(&demo->settings, &vault, err)) {
        return false;
    }
    bool is_done = migrations_apply(db, &vault, &applied, err);
    vault_close(&vault);
    return is_done;
}

static void *host(void *argument) {
    struct hosted *hosted = argument;
    hosted->exit_code = runtime_run(hosted->settings, workers);
    atomic_store(&hosted->has_ended, true);
    return NULL;
}

static void stop_workers(struct hosted *hosted) {
    /* Asked again and again: the first time may be before it listens. */
    while (hosted->is_started && !atomic_load(&hosted->has_ended)) {
        runtime_stop();
        nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000L}, NULL);
    }
    if (hosted->is_started) {
        pthread_join(hosted->thread, NULL);
        hosted->is_started = false;
    }
}

/* What is waited for: either the number of outputs of some types, or (no types) of contracts in
 * the database. */
struct expectation {
    const char *name;
    size_t count;
    const char *types[6];
};

static bool contracts_known(struct db *db, size_t *count, struct error *err) {
    struct known {
        int64_t known;
    };
    static const struct column items[] = {COLUMN_AT(COLUMN_INT64, struct known, known)};
    static const struct columns columns = COLUMNS_OF(struct known, items);
    struct arena arena;
    struct parameters parameters;
    void *rows;
    size_t rows_count;
    arena_init(&arena);
    parameters_init(&parameters, &arena);
    bool is_read = db_query(db, &sql_demo_contract_count, &parameters, &columns, &arena, &rows,
                            &rows_count, err);
    *count = is_read && rows_count == 1 ? (size_t)((const struct known *)rows)->known : 0;
    arena_fini(&arena);
    return is_read;
}

bool demo_is_over(const struct demo *demo) {
    return stop_asked || atomic_load(&demo->hosted->has_ended);
}

static bool await(struct demo *demo, struct db *db, const struct expectation *expected,
                  struct error *err) {
    int64_t deadline_ms = clock_monotonic_ms() + ANSWER_TIMEOUT_MS;
    while (true) {
        size_t count = demo_count(demo, expected->types);
        if (expected->types[0] == NULL && !contracts_known(db, &count, err)) {
            return false;
        }
        if (count >= expected->count) {
            return true;
        }
        if (demo_is_over(demo)) {
            return error_set(err, ERROR_TRANSIENT, "STOPPED", "the demo was stopped");
        }
        if (clock_monotonic_ms() > deadline_ms) {
            return error_set(err, ERROR_TRANSIENT, "ANSWERS_MISSING", "%s: %zu of %zu after %d s",
                             expected->name, count, expected->count, ANSWER_TIMEOUT_MS / 1000);
        }
        demo_receive(demo, POLL_MS);
    }
}

static bool await_all(struct demo *demo, struct db *db, const struct expectation *expected,
                      size_t count, struct error *err) {
    bool is_complete = demo_flush(demo, err);
    for (size_t i = 0; is_complete && i < count; i++) {
        is_complete = await(demo, db, &expected[i], err);
    }
    return is_complete;
}

/* Each step is answered before the next: an addition needs its employee, a request its contract. */
static bool play(struct demo *demo, struct db *db, struct error *err) {
    demo_send_contracts(demo);
    const struct expectation first = {"contracts", demo->contracts_count, {NULL}};
    printf("%zu contracts of %d employers ...\n", demo->contracts_count, DEMO_EMPLOYERS);
    if (!await_all(demo, db, &first, 1, err)) {
        return false;
    }
    demo_send_registrations(demo);
    demo_send_requests(demo);
    const struct expectation second[] = {{"registrations",
                                          demo->registrations_count,
                                          {"registration.accepted.v1", "registration.rejected.v1"}},
                                         {"affiliation requests",
                                          demo->requests_count,
                                          {"affiliation.accepted.v1", "affiliation.rejected.v1",
                                           "affiliation.returned.v1", "affiliation.waived.v1"}}};
    printf("%zu registrations, %zu affiliation requests ...\n", demo->registrations_count,
           demo->requests_count);
    if (!await_all(demo, db, second, COUNT_OF(second), err)) {
        return false;
    }
    demo_send_contract(demo, &demo->employers[1], "S-101-NEW");
    demo_send_additions(demo);
    demo_send_wrong(demo);
    const struct expectation third[] = {
        {"contracts", demo->contracts_count, {NULL}},
        {"additions of beneficiaries",
         demo->additions_count,
         {"beneficiary.added.v1", "beneficiary.rejected.v1", "beneficiary.awaiting-employer.v1"}},
        {"e-mails to employers", 1, {"employer.beneficiary-added.v1"}},
        {"changes of contributions", 1, {"contribution.changed.v1"}},
        {"dead letters", demo->wrong_count, {"dead-letter"}}};
    printf("%zu additions of beneficiaries, %zu wrong records ...\n", demo->additions_count,
           demo->wrong_count);
    if (!await_all(demo, db, third, COUNT_OF(third), err)) {
        return false;
    }
    /* A new line of the roster for each affiliation, and another when somebody is added to it. */
    static const char *const changes[] = {"affiliation.accepted.v1", "beneficiary.added.v1", NULL};
    const struct expectation last = {
        "lines of rosters", demo_count(demo, changes), {"roster.entry.v1"}};
    return await(demo, db, &last, err);
}

static void print_hints(struct demo *demo) {
    char path[DEMO_FOLDER + 32];
    char conninfo[DEMO_FOLDER + 64];
    snprintf(path, sizeof(path), "%s/request.ndjson", demo->folder);
    demo_postgres_conninfo(demo, conninfo, sizeof(conninfo));
    if (!demo_write_example(demo, path)) {
        fprintf(stderr, "demo: can't write %s\n", path);
    }
    printf("\nTo go on, in another terminal:\n"
           "  guichet send %s -o kafka.bootstrap.servers=%s\n"
           "  guichet explain R-1 -o 'postgres.conninfo=%s' \\\n"
           "      -o guichet.secret_file=%s/secret \\\n"
           "      -o guichet.activation_key_file=%s/activation\n"
           "New outputs follow, one a line, until Ctrl-C.\n",
           path, demo_broker_address(demo), conninfo, demo->folder, demo->folder);
}

static void follow(struct demo *demo) {
    while (!demo_is_over(demo)) {
        size_t before = demo->outputs_count;
        demo_receive(demo, POLL_MS);
        for (size_t i = before; i < demo->outputs_count; i++) {
            demo_report_line(&demo->outputs[i]);
            json_decref(demo->outputs[i].data);
        }
        demo->outputs_count = before; /* printed, and not needed again */
        fflush(stdout);
    }
}

static bool run(struct demo *demo, struct arena *arena, struct db **db, bool is_once,
                struct error *err) {
    struct hosted *hosted = demo->hosted;
    if (!zone_file_read(ZONE_OF_THE_LAW, &demo->zone, err) || !demo_make_folder(demo, err) ||
        !demo_postgres_start(demo, err) || !demo_broker_open(demo, err) ||
        !demo_read_settings(demo, arena, err) ||
        !db_open(demo->settings.postgres_conninfo, db, err) || !migrate(demo, *db, err)) {
        return false;
    }
    if (!instant_parse(slice_of(demo->settings.clock_start), &demo->now_ms)) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "the demo's start is no instant");
    }
    char start[DEMO_TEXT];
    demo_paris_time(&demo->zone, demo->now_ms, start);
    printf(
        "broker %s and database in %s are up\nthe clock is simulated: it starts on %s in Paris\n",
        demo_broker_address(demo), demo->folder, start);
    hosted->settings = &demo->settings;
    if (pthread_create(&hosted->thread, NULL, host, hosted) != 0) {
        return error_set(err, ERROR_FATAL, "THREAD", "can't start the workers' thread");
    }
    hosted->is_started = true;
    bool is_complete = play(demo, *db, err);
    demo_receive(demo, POLL_MS);
    if (demo->outputs_count > 0) {
        demo_report(demo);
    }
    is_complete = is_complete && demo_weekend(demo, *db, err);
    if (!is_complete || is_once) {
        return is_complete;
    }
    print_hints(demo);
    follow(demo);
    return true;
}

static void clean_up(struct demo *demo, struct db *db, struct hosted *hosted) {
    stop_workers(hosted);
    /* From here on it ends anyway, and must end cleanly. */
    on_signals(SIG_IGN);
    db_close(db);
    demo_broker_close(demo);
    demo_postgres_stop(demo);
    demo_remove_folder(demo);
}

int command_demo(int argc, char **argv) {
    bool is_once = argc == 2 && strcmp(argv[1], "--once") == 0;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EX_OK;
    }
    if (argc > 1 && !is_once) {
        fputs(usage, stderr);
        return EX_USAGE;
    }
    struct demo *demo = calloc(1, sizeof(*demo));
    if (demo == NULL || !demo_forget_environment()) {
        free(demo);
        fprintf(stderr, "demo: no memory, or a variable with too long a name\n");
        return EX_OSERR;
    }
    struct error err = {0};
    struct db *db = NULL;
    struct hosted hosted = {0};
    struct arena arena;
    arena_init(&arena);
    demo->hosted = &hosted;
    demo->seed = 20;
    stop_asked = 0;
    on_signals(ask_to_stop);
    log_set_level(LOG_LEVEL_ERROR); /* that the clock is simulated, it says itself */
    bool is_done = run(demo, &arena, &db, is_once, &err);
    bool is_stopped = stop_asked || strcmp(err.code, "STOPPED") == 0;
    clean_up(demo, db, &hosted);
    int exit_code = hosted.exit_code;
    if (!is_done && !(is_stopped && !is_once && exit_code == EX_OK)) {
        fprintf(stderr, "demo: %s\n", err.text);
        exit_code = exit_code != EX_OK             ? exit_code
                    : err.class == ERROR_TRANSIENT ? EX_TEMPFAIL
                                                   : EX_UNAVAILABLE;
    }
    arena_fini(&arena);
    free(demo);
    return exit_code;
}
