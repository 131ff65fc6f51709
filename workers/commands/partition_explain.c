/* `guichet partition explain`: verdict and evidence, what each remedy would do, what was done
 * before. */
#include <inttypes.h>
#include <stdio.h>

#include "common/runtime/journal.h"
#include "common/runtime/zone_file.h"
#include "workers/commands/paris.h"
#include "workers/commands/partition.h"
#include "workers/commands/terminal.h"
#include "workers/commands/unknown.h"

enum { HISTORY_MOST = 20 };

static void print_text(struct arena *arena, struct slice text) {
    struct buffer out;
    buffer_init(&out, arena, text.size + 16);
    terminal_append(&out, text);
    fwrite(out.data, 1, out.size, stdout);
}

static void print_remedies(const struct partition_case *about) {
    for (int action = REMEDY_ADOPT; action <= REMEDY_REPUBLISH; action++) {
        const char *sentence = remedy_sentence((enum remedy_action)action, about->markers);
        if (sentence != NULL) {
            const char *name = words_text(&remedy_action_words, action);
            printf("  %-9s %s\n            guichet partition %s %s %s/%" PRId32 "\n", name,
                   sentence, name, about->worker->name, about->topic->name, about->partition);
        }
    }
}

static bool print_reach(const struct partition_case *about, struct error *err) {
    const struct inspection *inspection = about->inspection;
    int64_t reach = -1;
    if (!journal_reach(inspection->db, inspection->arena, about->worker->name,
                       slice_of(about->topic->name), about->partition, &reach, err)) {
        return false;
    }
    if (reach >= 0) {
        printf("  journal   from input %" PRId64 " on\n", reach);
    } else {
        printf("  journal   holds nothing of it\n");
    }
    return true;
}

static void print_remedy(const struct partition_case *about, const struct zone *zone,
                         const struct remedy *remedy) {
    struct arena *arena = about->inspection->arena;
    char at[PARIS_TEXT_SIZE];
    paris_format(zone, remedy->asked_at, true, at);
    printf("  %s  %s on %.*s, asked by ", at, words_text(&remedy_action_words, (int)remedy->action),
           SLICE_FORMAT(remedy->verdict));
    print_text(arena, remedy->asked_by);
    printf(": %s", words_text(&remedy_state_words, (int)remedy->state));
    if (slice_is_present(remedy->executed_by)) {
        printf(" by %.*s", SLICE_FORMAT(remedy->executed_by));
    }
    printf("\n    seen    ");
    print_text(arena, remedy->evidence);
    if (slice_is_present(remedy->result)) {
        printf("\n    result  ");
        print_text(arena, remedy->result);
    }
    putchar('\n');
}

static bool print_history(const struct partition_case *about, struct error *err) {
    const struct inspection *inspection = about->inspection;
    struct zone zone;
    struct remedy *rows = NULL;
    size_t count = 0;
    if (!zone_file_read(ZONE_OF_THE_LAW, &zone, err) ||
        !remedy_load_history(inspection->db, inspection->arena, about->worker->name,
                             slice_of(about->topic->name), about->partition, HISTORY_MOST, &rows,
                             &count, err)) {
        return false;
    }
    if (count > 0) {
        printf("\nremedies, the latest first\n");
    }
    for (size_t i = 0; i < count; i++) {
        print_remedy(about, &zone, &rows[i]);
    }
    return true;
}

bool partition_explain(const struct inspection *inspection,
                       const struct partition_question *question, struct error *err) {
    struct partition_case about = {0};
    struct unknown_events unknown;
    bool ok = partition_find(inspection, question, &about, err);
    if (ok) {
        partition_print(&about);
        print_remedies(&about);
        ok = print_reach(&about, err);
    }
    if (ok && verdict_of(about.markers) == VERDICT_DATABASE_OLDER) {
        ok = unknown_events_find(&about, &unknown, err);
        if (ok) {
            unknown_events_print(inspection->arena, &unknown);
        }
    }
    ok = ok && print_history(&about, err);
    inspection_leave(&about.seen);
    return ok;
}
