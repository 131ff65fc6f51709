/* `guichet privacy report SIREN/ID --out FILE`: writes out what is held of a person, opened.
 * `guichet privacy erase SIREN/ID`: shows what would go, and after a confirmation sends the request
 * to erase it. The privacy worker decides and records it, like one from anywhere else: a command
 * that deleted by itself would leave no trace, and would race with the workers. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/record/json_read.h"
#include "common/runtime/clock_anchor.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/commands.h"
#include "workers/commands/database.h"
#include "workers/commands/listing.h"
#include "workers/commands/options.h"
#include "workers/commands/outgoing.h"
#include "workers/commands/privacy_person.h"
#include "workers/privacy/messages.h"

struct privacy_options {
    struct options common;
    const char *out;        /* of report */
    const char *request_id; /* of erase: the privacy request's id; NULL: a new one */
    bool is_dry_run;
    bool is_sure;
};

/* What both need: whom it is about, and what is held. */
struct privacy_case {
    struct arena *arena;
    const struct settings *settings;
    const struct privacy_options *options;
    struct db *db;
    struct privacy_person person;
    struct privacy_request request;
};

static void print_holdings(const struct privacy_case *about, const struct zone *zone) {
    static const struct listing_column columns[] = {
        {"kind", "kind", false, NULL},
        {"count", "count", true, NULL},
        {"since", "since", false, NULL},
        {"goes", "erasure", false, NULL},
    };
    const struct privacy_person *person = &about->person;
    struct listing listing;
    listing_init(&listing, about->arena, zone, columns, COUNT_OF(columns), person->held_count);
    for (size_t i = 0; i < person->held_count; i++) {
        const struct privacy_holding *held = &person->held[i];
        struct cell *cells = listing_add(&listing);
        cells[0] = cell_text(slice_of(words_text(&privacy_kind_words, (int)held->kind)));
        cells[1] = cell_integer(held->count);
        cells[2] = cell_instant(held->since);
        cells[3] = cell_text(slice_of(privacy_kind_goes(held->kind) ? "goes" : "stays"));
    }
    const struct slice text = listing_render(&listing, LISTING_TABLE);
    printf("%.*s/%.*s\n%.*s", SLICE_FORMAT(person->siren), SLICE_FORMAT(person->person),
           SLICE_FORMAT(text));
}

/* A new file that only its owner reads; one that is there is left alone, whatever it is. */
static bool write_file(const char *path, const json_t *content, struct error *err) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        return error_set(err, ERROR_INVALID, "FILE", "%s: %s", path, strerror(errno));
    }
    bool is_written = json_dumpfd(content, file, JSON_INDENT(2)) == 0 &&
                      write(file, "\n", 1) == 1 && fsync(file) == 0;
    is_written = close(file) == 0 && is_written;
    if (!is_written) {
        unlink(path); /* half of it is no answer */
        return error_set(err, ERROR_INVALID, "FILE", "%s: it cannot be written", path);
    }
    return true;
}

static bool report(struct privacy_case *about, struct error *err) {
    struct vault vault CLEANUP(vault_close) = {0};
    json_t *content CLEANUP(json_release) = NULL;
    if (about->options->out == NULL) {
        return error_set(err, ERROR_INVALID, "USAGE", "--out FILE is missing");
    }
    if (!vault_open(about->settings, &vault, err) ||
        !privacy_person_content(about->db, about->arena, &vault, &about->person, &content, err)) {
        return false;
    }
    json_t *whole CLEANUP(json_release) = json_object();
    json_object_set_new(whole, "siren",
                        json_stringn(about->person.siren.data, about->person.siren.size));
    json_object_set_new(whole, "person",
                        json_stringn(about->person.person.data, about->person.person.size));
    json_object_update(whole, content);
    if (!write_file(about->options->out, whole, err)) {
        return false;
    }
    printf("written to %s\n", about->options->out);
    return true;
}

/* Asks the person at the terminal to type the id once more. */
static bool confirm(const struct privacy_case *about, struct error *err) {
    const char *id = about->options->common.arguments[1];
    char typed[LIMIT_SIREN + LIMIT_ID + 4];
    if (about->options->is_sure) {
        return true;
    }
    fputs("This is final. Type the SIREN/ID again to erase: ", stdout);
    fflush(stdout);
    if (fgets(typed, sizeof(typed), stdin) != NULL) {
        typed[strcspn(typed, "\n")] = '\0';
        if (strcmp(typed, id) == 0) {
            return true;
        }
    }
    return error_set(err, ERROR_INVALID, "NOT_CONFIRMED", "not confirmed: nothing was sent");
}

static struct slice random_id(struct arena *arena) {
    struct uuid uuid;
    char text[UUID_TEXT_SIZE];
    vault_random_uuid(&uuid);
    uuid_format(&uuid, text);
    return arena_copy(arena, slice_of(text));
}

/* The request as an event, judged as the worker will judge it. */
static bool write_event(struct privacy_case *about, struct slice *event, struct error *err) {
    const struct input_type *type = &privacy_inputs[INPUT_ERASURE_REQUESTED];
    struct privacy_request read;
    struct clock clock;
    char time[INSTANT_TEXT_SIZE];
    if (!clock_anchor_read(about->db, about->arena, &clock, err)) {
        return false;
    }
    about->request.requested_at = clock_now_ms(&clock);
    about->request.privacy_request_id = about->options->request_id != NULL
                                            ? slice_of(about->options->request_id)
                                            : random_id(about->arena);
    const struct slice data = document_write(about->arena, type->shape, &about->request).open;
    if (!json_read_text(about->arena, type->shape, data, &read, err)) {
        return error_prefix(err, "--id");
    }
    const struct slice id = random_id(about->arena);
    instant_format(about->request.requested_at, time);
    *event =
        arena_format(about->arena,
                     "{\"specversion\":\"1.0\",\"id\":\"%.*s\",\"source\":\"/guichet/command\","
                     "\"type\":\"%s\",\"time\":\"%s\",\"datacontenttype\":\"application/json\","
                     "\"data\":%.*s}",
                     SLICE_FORMAT(id), type->type, time, SLICE_FORMAT(data));
    return true;
}

static bool erase(struct privacy_case *about, struct error *err) {
    struct zone zone;
    struct slice event = slice_none();
    struct outgoing_list events = {0};
    if (!zone_file_read(ZONE_OF_THE_LAW, &zone, err)) {
        return false;
    }
    print_holdings(about, &zone);
    if (about->options->is_dry_run) {
        return true;
    }
    if (!confirm(about, err) || !write_event(about, &event, err)) {
        return false;
    }
    outgoing_append(about->arena, &events,
                    (struct outgoing){.topic = privacy_inputs[INPUT_ERASURE_REQUESTED].topic,
                                      .key = about->person.siren,
                                      .value = event});
    if (!outgoing_send(about->settings, &events, err)) {
        return false;
    }
    printf("requested as %.*s: the privacy worker answers on %s\n",
           SLICE_FORMAT(about->request.privacy_request_id), output_privacy_erased.topic);
    return true;
}

static bool run(struct arena *arena, const struct settings *settings,
                const struct privacy_options *options, struct error *err) {
    static const struct {
        const char *name;
        bool (*run)(struct privacy_case *about, struct error *err);
    } actions[] = {{"report", report}, {"erase", erase}};
    struct db *db CLEANUP(database_close) = NULL;
    struct privacy_case about = {.arena = arena, .settings = settings, .options = options};
    const char *name = options->common.arguments[0];
    for (size_t i = 0; i < COUNT_OF(actions); i++) {
        if (strcmp(actions[i].name, name) == 0) {
            if (!database_open(settings, &db, err)) {
                return false;
            }
            about.db = db;
            return privacy_person_find(db, arena, options->common.arguments[1], &about.person,
                                       &about.request, err) &&
                   actions[i].run(&about, err);
        }
    }
    return error_set(err, ERROR_INVALID, "USAGE", "%s: neither report nor erase", name);
}

int command_privacy(int argc, char **argv) {
    struct arena arena CLEANUP(arena_fini);
    struct privacy_options options = {0};
    struct settings settings;
    struct error err;
    arena_init(&arena);
    const struct option_flag flags[] = {
        {"--dry-run", &options.is_dry_run}, {"--yes", &options.is_sure}, {NULL, NULL}};
    const struct option_value values[] = {
        {"--out", &options.out}, {"--id", &options.request_id}, {NULL, NULL}};
    if (!options_parse_values(argc, argv, flags, values, 2, 2, &options.common, &err) ||
        !options_read_settings(&options.common, &arena, &settings, &err) ||
        !run(&arena, &settings, &options, &err)) {
        return options_failed(argv[0], &err);
    }
    return EX_OK;
}
