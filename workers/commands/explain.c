/* `guichet explain ID`: how something was decided, from the journal: the facts, the rules that
 * fired, and what came out. Personal values stand as null unless --reveal opens their seals. Tokens
 * stay null always: showing one would let whoever reads it into an insured's account. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/base/date.h"
#include "common/runtime/parking.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/clock_walk.h"
#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/journal_search.h"
#include "workers/commands/rules_print.h"
#include "workers/commands/terminal.h"
#include "workers/commands/worker_names.h"

/* What telling any row needs. */
struct telling {
    struct arena *arena;
    struct db *db;
    struct keyring keyring;
    struct zone zone; /* Europe/Paris */
    bool is_revealed;
};

/* A dead letter may hold anything. */
static void print_bytes(struct arena *arena, struct slice bytes) {
    struct buffer out;
    buffer_init(&out, arena, bytes.size + 16);
    terminal_append(&out, bytes);
    fwrite(out.data, 1, out.size, stdout);
}

static void print_field(struct arena *arena, const char *indent, const char *name,
                        struct slice value) {
    printf("%s%-11s ", indent, name);
    if (slice_is_present(value)) {
        print_bytes(arena, value);
    } else {
        fputs("null", stdout);
    }
    putchar('\n');
}

/* The key that sealed the row, loaded; without --reveal a key that is taken for erased. */
static bool find_key(struct telling *telling, const struct journal_row *row,
                     const struct person_key **key, struct error *err) {
    static const struct person_key withheld = {.state = PERSON_KEY_ABSENT};
    *key = &withheld;
    if (!telling->is_revealed || !slice_is_present(row->person)) {
        return true;
    }
    *key = journal_ask_key(&telling->keyring, row);
    return keyring_load(&telling->keyring, telling->db, err);
}

static bool print_facts(struct telling *telling, const struct journal_row *row,
                        const struct person_key *key, struct error *err) {
    if (!slice_is_present(row->facts)) {
        return true;
    }
    struct document facts = {.open = row->facts};
    struct slice json;
    if (!keyring_open(&telling->keyring, key, row->facts_sealed, &facts.personal, err) ||
        !document_join(telling->arena, facts, NULL, &json, err)) {
        return false;
    }
    print_field(telling->arena, "  ", "facts", json);
    return clock_walk_print(telling->db, telling->arena, &telling->zone, row->facts, err);
}

static const struct rule *find_rule(const struct worker *worker, struct slice code) {
    size_t i = 0;
    const struct rule *rule;
    while ((rule = worker->rule(i)) != NULL && !slice_is(code, rule->code)) {
        i++;
    }
    return rule;
}

/* A rule that this version no longer knows keeps its code. */
static void print_rules(struct telling *telling, const struct worker *worker, struct slice codes) {
    struct slice left = codes;
    while (left.size > 0) {
        const char *comma = memchr(left.data, ',', left.size);
        struct slice code = {left.data, comma != NULL ? (size_t)(comma - left.data) : left.size};
        const struct rule *rule = worker != NULL ? find_rule(worker, code) : NULL;
        print_field(telling->arena, "  ", "rule", code);
        if (rule != NULL) {
            printf("%14s %s\n%14s source: %s\n", "", rule->sentence, "", rule->source);
        }
        size_t used = comma != NULL ? code.size + 1 : code.size;
        left = (struct slice){left.data + used, left.size - used};
    }
}

static bool print_output(struct telling *telling, const struct output_context *context,
                         const struct output *output, struct error *err) {
    char id[UUID_TEXT_SIZE];
    bool is_dead_letter = !slice_is_present(output->type);
    struct slice value = output->value.open;
    if (!is_dead_letter && slice_is_present(value) &&
        !document_join(telling->arena, output->value, NULL, &value, err)) {
        return false;
    }
    uuid_format(&output->id, id);
    print_field(telling->arena, "  ", "output",
                is_dead_letter ? slice_of("dead letter") : output->type);
    print_field(telling->arena, "    ", "topic", output->topic);
    print_field(telling->arena, "    ", "id", slice_of(id));
    print_field(telling->arena, "    ", "key", output->key);
    print_field(telling->arena, "    ", "value", value);
    const struct header *headers;
    size_t count;
    output_headers(telling->arena, context, output, &headers, &count);
    for (size_t i = 0; i < count; i++) {
        fputs("    header      ", stdout);
        print_bytes(telling->arena, headers[i].name);
        fputs(": ", stdout);
        print_bytes(telling->arena, headers[i].value);
        putchar('\n');
    }
    return true;
}

static bool print_outputs(struct telling *telling, const char *worker,
                          const struct journal_row *row, const struct person_key *key,
                          struct error *err) {
    struct output *output;
    size_t count;
    if (!output_unpack(telling->arena, &telling->keyring, key, row->outputs, &output, &count,
                       err)) {
        return false;
    }
    struct output_context context = journal_context(worker, row);
    for (; output != NULL; output = output->next) {
        if (!print_output(telling, &context, output, err)) {
            return false;
        }
    }
    return true;
}

/* The event that was decided; before that, where it is only what made the worker look at a subject,
 * that it is, and where it had waited, where it came in. */
static void print_cause(struct telling *telling, const struct found_row *found) {
    const struct journal_row *row = &found->row;
    if (slice_is_present(row->replay_of)) {
        print_field(telling->arena, "  ", "decided", slice_of("later, by an operator's command"));
        print_field(telling->arena, "  ", "came at", row->replay_of);
    } else if (found->is_part) {
        bool is_tick = slice_is(row->event_type, "guichet.clock.ticked.v1");
        print_field(telling->arena, "  ", "raised by",
                    slice_of(is_tick ? "a deadline or a wake-up"
                                     : "a deadline or a wake-up, seen when this event came"));
    }
    print_field(telling->arena, "  ", "event", row->event_type);
    print_field(telling->arena, "  ", "id", row->event_id);
}

/* Why it was not decided. Of one that waits, the facts tell behind which. */
static void print_refusal(struct telling *telling, const struct journal_row *row) {
    if (!slice_is_present(row->refusal)) {
        return;
    }
    if (!slice_is(row->refusal, "PARKED")) {
        print_field(telling->arena, "  ", "refused", row->refusal);
        return;
    }
    struct parked_behind behind;
    struct error ignored;
    if (parked_behind_read(telling->arena, row->facts, &behind, &ignored)) {
        printf("  %-11s behind %.*s[%" PRId32 "]@%" PRId64 "\n", "waits",
               SLICE_FORMAT(behind.topic), behind.partition, behind.offset);
    }
}

static bool print_row(struct telling *telling, const struct found_row *found, struct error *err) {
    const struct journal_row *row = &found->row;
    const char *worker = arena_copy(telling->arena, found->worker).data;
    const struct person_key *key;
    if (!find_key(telling, row, &key, err)) {
        return false;
    }
    char decided_at[INSTANT_TEXT_SIZE];
    instant_format(row->decided_at, decided_at);
    printf("%.*s, partition %" PRId32 ", offset %" PRId64 ": worker %s, %s\n",
           SLICE_FORMAT(row->topic), row->partition, row->input_offset, worker, decided_at);
    print_cause(telling, found);
    print_field(telling->arena, "  ", "employer", row->siren);
    print_field(telling->arena, "  ", "subject", row->subject_id);
    print_refusal(telling, row);
    if (!print_facts(telling, row, key, err)) {
        return false;
    }
    print_rules(telling, worker_find(worker), row->rules);
    return print_outputs(telling, worker, row, key, err);
}

static bool explain(struct arena *arena, const struct settings *settings, const char *id,
                    bool is_revealed, struct error *err) {
    struct vault vault CLEANUP(vault_close) = {0};
    struct db *db CLEANUP(database_close) = NULL;
    struct found_rows rows;
    struct telling telling = {.arena = arena, .is_revealed = is_revealed};
    if (!zone_file_read(ZONE_OF_THE_LAW, &telling.zone, err) ||
        (is_revealed && !vault_open(settings, &vault, err)) || !database_open(settings, &db, err) ||
        !journal_search(db, arena, slice_of(id), &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_INVALID, "UNKNOWN", "nothing is stored under %.128s", id);
    }
    telling.db = db;
    keyring_init(&telling.keyring, arena, &vault);
    for (size_t i = 0; i < rows.count; i++) {
        if (!print_row(&telling, &rows.items[i], err)) {
            return false;
        }
    }
    return true;
}

/* The tables of a worker, which need neither settings nor database. */
static bool print_tables(const char *name, bool is_rules, bool is_states, struct error *err) {
    const struct worker *worker;
    if (!worker_named(name, &worker, err)) {
        return false;
    }
    if (is_rules) {
        rules_print(worker);
    }
    if (is_states) {
        states_print(worker);
    }
    return true;
}

int command_explain(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    arena_init(&arena);
    bool is_revealed = false;
    bool is_rules = false;
    bool is_states = false;
    const struct option_flag flags[] = {
        {"--reveal", &is_revealed}, {"--rules", &is_rules}, {"--states", &is_states}, {NULL, NULL}};
    struct options options;
    struct settings settings;
    struct error err;
    if (!options_parse(argc, argv, flags, 1, 1, &options, &err)) {
        return options_failed(argv[0], &err);
    }
    if (is_rules || is_states) {
        return print_tables(options.arguments[0], is_rules, is_states, &err)
                   ? EX_OK
                   : options_failed(argv[0], &err);
    }
    if (!options_read_settings(&options, &arena, &settings, &err) ||
        !explain(&arena, &settings, options.arguments[0], is_revealed, &err)) {
        return options_failed(argv[0], &err);
    }
    return EX_OK;
}
