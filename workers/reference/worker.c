#include "common/base/compiler.h"
#include "common/runtime/batch.h"
#include "workers/reference/messages.h"
#include "workers/reference/store.h"

extern const struct worker reference_worker;

/* A batch of another worker that read the calendar just before this one is stored has ended by
 * then, and what it left open can be seen: no batch outlives its statement's time-outs. */
enum { BATCH_LONGEST_MS = 60 * 1000 };

/* Same revision, same content? The shell makes fingerprints of what has an id of its own only. */
static struct slice fingerprint_of(struct batch *batch, const struct record *record) {
    const struct message *message = &record->message;
    unsigned char *bytes = arena_take(batch->arena, VAULT_HASH_SIZE);
    vault_fingerprint(batch->keyring.vault,
                      document_write(batch->arena, message->input->shape, message->data), bytes);
    return (struct slice){(const char *)bytes, VAULT_HASH_SIZE};
}

/* Decides and tells the journal; false if there is nothing to store. */
static bool explain(struct batch *batch, struct record *record, int32_t revision,
                    const struct known_revision *known, const struct shape *facts_shape,
                    const void *facts) {
    struct reference_decision decision;
    reference_decide(revision, known, &decision);
    if (decision.outcome == REFERENCE_REUSED) {
        record_refuse(batch, record, "ID_REUSED",
                      "revision: %d was published before with another content", (int)revision);
        return false;
    }
    record_explain(batch, record, facts_shape, facts, &decision.rule, 1);
    return decision.outcome == REFERENCE_STORED;
}

static void decide_pmss(struct batch *batch, struct record *record) {
    const struct reference_state *state = batch->state;
    const struct pmss_published *published = record->message.data;
    struct slice name =
        reference_pmss_name(batch->arena, published->territory, published->valid_from);
    const struct stored_pmss *stored = map_get(&state->pmss, name, slice_none());
    struct slice fingerprint = fingerprint_of(batch, record);
    struct pmss_facts facts = {.published = *published};
    if (stored != NULL) {
        facts.known.revision = stored->revision;
        facts.known.is_same_content = slice_equal(stored->fingerprint, fingerprint);
    }
    record->subject_id = name;
    if (explain(batch, record, published->revision, &facts.known, &pmss_facts_shape, &facts)) {
        struct slice territory = slice_of(words_text(&territory_words, (int)published->territory));
        reference_keep_pmss(batch, published, fingerprint);
        batch_ask(batch, record, "beneficiary", slice_of(""), timer_pmss, territory, batch->now_ms);
        batch_ask(batch, record, "beneficiary", slice_of(""), timer_pmss_again, territory,
                  batch->now_ms + BATCH_LONGEST_MS);
    }
}

/* Open requests are looked at by the affiliation worker, at most so many a tick, and decided by
 * the calendar as it then stands: one wake-up serves all revisions that came meanwhile. */
static void decide_calendar(struct batch *batch, struct record *record) {
    const struct reference_state *state = batch->state;
    const struct calendar_published *published = record->message.data;
    const struct stored_calendar *stored =
        map_get(&state->calendars, published->calendar_id, slice_none());
    struct slice fingerprint = fingerprint_of(batch, record);
    struct calendar_facts facts = {.published = *published};
    if (stored != NULL) {
        facts.known.revision = stored->revision;
        facts.known.is_same_content = slice_equal(stored->fingerprint, fingerprint);
    }
    if (explain(batch, record, published->revision, &facts.known, &calendar_facts_shape, &facts)) {
        reference_keep_calendar(batch, published, fingerprint);
        batch_ask(batch, record, "affiliation", slice_of(""), timer_calendar,
                  published->calendar_id, batch->now_ms);
        batch_ask(batch, record, "affiliation", slice_of(""), timer_calendar_again,
                  published->calendar_id, batch->now_ms + BATCH_LONGEST_MS);
    }
}

static void decide(struct batch *batch, struct record *record) {
    static void (*const deciders[REFERENCE_INPUTS])(struct batch *, struct record *) = {
        [INPUT_PMSS_PUBLISHED] = decide_pmss,
        [INPUT_CALENDAR_PUBLISHED] = decide_calendar,
    };
    deciders[record->message.input->kind](batch, record);
}

const struct worker reference_worker = {
    .name = "reference",
    .inputs = reference_inputs,
    .inputs_count = REFERENCE_INPUTS,
    .statements = reference_statements,
    .statements_count = REFERENCE_STATEMENTS,
    .rule = reference_rule,
    .state_size = sizeof(struct reference_state),
    .load = reference_load,
    .decide = decide,
    .store = reference_store,
};
