/* `guichet audit [WORKER...]`: what readers see of the outputs, against what is stored. */
#include "workers/commands/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/listing.h"
#include "workers/commands/worker_names.h"

enum { WORKERS_MOST = 16 };

static const char *const outcome_words[] = {
    [COMPARISON_MISSING] = "missing",
    [COMPARISON_UNKNOWN] = "unknown",
    [COMPARISON_REPEATED] = "repeated",
};

static const struct listing_column tally_columns[] = {
    {"worker", "worker", false, NULL},    {"topic", "topic", false, NULL},
    {"read", "read", true, NULL},         {"stored", "stored", true, NULL},
    {"missing", "missing", true, NULL},   {"unknown", "unknown", true, NULL},
    {"repeated", "repeated", true, NULL},
};

static const struct listing_column finding_columns[] = {
    {"worker", "worker", false, NULL}, {"what", "what", false, NULL},
    {"topic", "topic", false, NULL},   {"id", "id", false, NULL},
    {"place", "place", false, NULL},
};

/* What is found of all workers asked for. */
struct report {
    struct listing tallies;
    struct listing findings;
};

static void add_tallies(struct report *report, const struct audit *audit) {
    for (size_t i = 0; i < topics_count; i++) {
        const struct audit_tally *tally = &audit->tallies[i];
        if (!topic_is_output_of(&topics[i], audit->worker)) {
            continue;
        }
        struct cell *cells = listing_add(&report->tallies);
        cells[0] = cell_text(slice_of(audit->worker));
        cells[1] = cell_text(slice_of(topics[i].name));
        cells[2] = cell_integer((int64_t)tally->read);
        cells[3] = cell_integer((int64_t)tally->stored);
        cells[4] = cell_integer((int64_t)tally->counts[COMPARISON_MISSING]);
        cells[5] = cell_integer((int64_t)tally->counts[COMPARISON_UNKNOWN]);
        cells[6] = cell_integer((int64_t)tally->counts[COMPARISON_REPEATED]);
    }
}

static void add_findings(struct report *report, const struct audit *audit) {
    for (size_t i = 0; i < audit->findings_count; i++) {
        const struct audit_finding *finding = &audit->findings[i];
        char *id = arena_take(report->findings.arena, UUID_TEXT_SIZE);
        uuid_format(&finding->id, id);
        struct cell *cells = listing_add(&report->findings);
        cells[0] = cell_text(slice_of(audit->worker));
        cells[1] = cell_text(slice_of(outcome_words[finding->outcome]));
        cells[2] = cell_text(slice_of(finding->topic->name));
        cells[3] = cell_text(slice_of(id));
        cells[4] = cell_text(finding->place);
    }
}

static void print_report(const struct report *report, bool is_json) {
    if (is_json) {
        fputs("{\"topics\":\n", stdout);
        listing_print(&report->tallies, LISTING_JSON);
        fputs(",\"findings\":\n", stdout);
        listing_print(&report->findings, LISTING_JSON);
        fputs("}\n", stdout);
        return;
    }
    listing_print(&report->tallies, LISTING_TABLE);
    if (report->findings.rows_count == 0) {
        puts("\nall that is stored and published is read, once, and nothing else");
        return;
    }
    printf(
        "\nat most %d of a kind and worker; the place is topic/partition/offset: of the input if "
        "the output is missing, else of the output\n",
        AUDIT_SHOWN);
    listing_print(&report->findings, LISTING_TABLE);
}

static bool audit_worker(const struct settings *settings, struct db *db, struct arena *arena,
                         const char *worker, struct report *report, struct error *err) {
    struct audit audit = {.settings = settings, .worker = worker, .db = db, .arena = arena};
    bool ok = audit_compare(&audit, err);
    if (ok) {
        add_tallies(report, &audit);
        add_findings(report, &audit);
    }
    audit_fini(&audit);
    return ok;
}

static bool audit_all(const struct options *options, const struct settings *settings,
                      struct arena *arena, struct report *report, struct error *err) {
    struct db *db CLEANUP(database_close) = NULL;
    if (!database_open(settings, &db, err)) {
        return false;
    }
    for (const struct worker *const *worker = workers; *worker != NULL; worker++) {
        if (worker_names_mean(options, 0, *worker) &&
            !audit_worker(settings, db, arena, (*worker)->name, report, err)) {
            return false;
        }
    }
    return true;
}

int command_audit(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    struct options options;
    struct settings settings;
    struct report report;
    struct error err;
    bool is_json = false;
    const struct option_flag flags[] = {{"--json", &is_json}, {NULL, NULL}};
    listing_init(&report.tallies, &arena, NULL, tally_columns, COUNT_OF(tally_columns),
                 WORKERS_MOST * topics_count);
    listing_init(&report.findings, &arena, NULL, finding_columns, COUNT_OF(finding_columns),
                 (size_t)WORKERS_MOST * 3 * AUDIT_SHOWN);
    if (!options_parse(argc, argv, flags, 0, OPTIONS_MAX, &options, &err) ||
        !worker_names_check(&options, 0, &err) ||
        !options_read_settings(&options, &arena, &settings, &err) ||
        !audit_all(&options, &settings, &arena, &report, &err)) {
        return options_failed(argv[0], &err);
    }
    print_report(&report, is_json);
    return report.findings.rows_count == 0 ? EX_OK : EX_DATAERR;
}
