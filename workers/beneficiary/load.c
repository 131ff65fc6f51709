#include "common/record/vocabulary.h"
#include "common/runtime/contracts.h"
#include "common/runtime/reference.h"
#include "common/runtime/rows.h"
#include "workers/beneficiary/additions.h"
#include "workers/beneficiary/additions_load.h"
#include "workers/beneficiary/statements.h"
#include "workers/beneficiary/working_set.h"

struct insured_key {
    struct slice siren;
    struct uuid insured_id;
};

static const struct column insured_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct insured_key, siren),
    COLUMN_AT(COLUMN_UUID, struct insured_key, insured_id),
};
static const struct columns insured_key_columns = COLUMNS_OF(struct insured_key, insured_key_items);

/* The first three columns of the ends: whose end. */
static const struct column end_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct end_row, siren),
    COLUMN_AT(COLUMN_UUID, struct end_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct end_row, contract_id),
};
static const struct columns end_key_columns = COLUMNS_OF(struct end_row, end_key_items);

static const struct column insured_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct insured, siren),
    COLUMN_AT(COLUMN_UUID, struct insured, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct insured, content),
    COLUMN_AT(COLUMN_BYTES, struct insured, sealed),
};
static const struct columns insured_columns = COLUMNS_OF(struct insured, insured_items);

/* A column of the nested struct, under its own name. */
#define AFFILIATION_AT(type, member)                                                               \
    { #member, type, offsetof(struct affiliation_row, affiliation.member), NULL }
#define AFFILIATION_WORD_AT(member, table)                                                         \
    { #member, COLUMN_WORD, offsetof(struct affiliation_row, affiliation.member), &(table) }

static const struct column affiliation_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct affiliation_row, siren),
    COLUMN_AT(COLUMN_UUID, struct affiliation_row, insured_id),
    AFFILIATION_AT(COLUMN_TEXT, contract_id),
    AFFILIATION_AT(COLUMN_TEXT, request_id),
    AFFILIATION_WORD_AT(channel, channel_words),
    AFFILIATION_WORD_AT(scheme, scheme_words),
    AFFILIATION_AT(COLUMN_DATE, effective_on),
    AFFILIATION_AT(COLUMN_DATE, ended_on),
    AFFILIATION_AT(COLUMN_INSTANT, accepted_at),
    ORIGIN_COLUMNS(struct affiliation_row, ended, "ended_"),
};
static const struct columns affiliation_columns =
    COLUMNS_OF(struct affiliation_row, affiliation_items);

static bool load_removals(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    struct subject_key *wanted = arena_array(batch->arena, batch->count, sizeof(*wanted));
    size_t wanted_count = 0;
    void *found;
    size_t count;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == INPUT_REMOVED) {
            wanted[wanted_count++] = (struct subject_key){message->siren, message->business_id};
        }
    }
    map_init(&set->removals, batch->arena, wanted_count);
    set->new_removals = arena_array(batch->arena, wanted_count, sizeof(struct removal_row *));
    if (!rows_load(batch, &sql_beneficiary_removal_load,
                   rows_of(&subject_key_columns, wanted, wanted_count), &removal_columns, &found,
                   &count, err)) {
        return false;
    }
    struct removal_row *rows = found;
    for (size_t i = 0; i < count; i++) {
        map_put(&set->removals, rows[i].siren, rows[i].removal_id, &rows[i]);
        batch_observe(batch, rows[i].decided_at);
    }
    return true;
}

static bool load_ends(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    struct end_row *wanted = arena_array(batch->arena, batch->timers_count, sizeof(*wanted));
    size_t wanted_count = 0;
    void *found;
    size_t count;
    for (size_t i = 0; i < batch->timers_count; i++) {
        wanted_count += working_set_read_end(&batch->timers[i], &wanted[wanted_count]);
    }
    map_init(&set->ends, batch->arena, wanted_count);
    set->changed_ends = arena_array(batch->arena, wanted_count, sizeof(struct end_row *));
    if (!rows_load(batch, &sql_beneficiary_end_load,
                   rows_of(&end_key_columns, wanted, wanted_count), &end_columns, &found, &count,
                   err)) {
        return false;
    }
    struct end_row *rows = found;
    for (size_t i = 0; i < count; i++) {
        working_set_put_end(batch, &rows[i]);
        batch_observe(batch, rows[i].decided_at);
    }
    return true;
}

/* The insured and the contract that a record, an open addition or a timer is about. */
struct about {
    struct slice siren;
    struct slice insured_id;
    struct slice contract_id;
};

static struct about *all_about(struct batch *batch, size_t *count) {
    const struct working_set *set = batch->state;
    struct about *about = arena_array(
        batch->arena, batch->count + set->open_count + batch->timers_count, sizeof(*about));
    *count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == INPUT_ADDITION_REQUESTED) {
            const struct addition_requested *request = message->data;
            about[(*count)++] =
                (struct about){request->siren, request->insured_id, request->contract_id};
        } else if (message->input->kind == INPUT_REMOVED) {
            const struct removal *request = message->data;
            about[(*count)++] =
                (struct about){request->siren, request->insured_id, request->contract_id};
        }
    }
    for (size_t i = 0; i < set->open_count; i++) {
        const struct addition_row *row = set->open[i];
        about[(*count)++] = (struct about){row->siren, row->insured_id, row->contract_id};
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        struct end_row end;
        char insured_id[UUID_TEXT_SIZE];
        if (working_set_read_end(&batch->timers[i], &end)) {
            uuid_format(&end.insured_id, insured_id);
            about[(*count)++] = (struct about){
                end.siren, arena_copy(batch->arena, slice_of(insured_id)), end.contract_id};
        }
    }
    return about;
}

static bool load_insured(struct batch *batch, const struct insured_key *keys, size_t keys_count,
                         struct error *err) {
    struct working_set *set = batch->state;
    void *rows;
    size_t count;
    if (!rows_load(batch, &sql_beneficiary_insured_load,
                   rows_of(&insured_key_columns, keys, keys_count), &insured_columns, &rows, &count,
                   err)) {
        return false;
    }
    struct insured *insured = rows;
    for (size_t i = 0; i < count; i++) {
        char text[UUID_TEXT_SIZE];
        uuid_format(&insured[i].insured_id, text);
        insured[i].key = keyring_ask(&batch->keyring, insured[i].siren,
                                     arena_format(batch->arena, "insured/%s", text));
        map_put(&set->insured, insured[i].siren, arena_copy(batch->arena, slice_of(text)),
                &insured[i]);
    }
    if (!keyring_load(&batch->keyring, batch->db, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!keyring_read(&batch->keyring, insured[i].key, insured[i].content, insured[i].sealed,
                          &insured_shape, &insured[i].identity, &insured[i].is_erased, err)) {
            return error_prefix(err, "an insured of %.*s", SLICE_FORMAT(insured[i].siren));
        }
    }
    return true;
}

static struct insured *insured_of(const struct working_set *set, struct slice siren,
                                  const struct uuid *insured_id) {
    char text[UUID_TEXT_SIZE];
    uuid_format(insured_id, text);
    return map_get(&set->insured, siren, slice_of(text));
}

/* The rows come insured by insured: each list is a stretch of one array. */
static bool load_affiliations(struct batch *batch, const struct insured_key *keys,
                              size_t keys_count, struct error *err) {
    void *found;
    size_t count;
    if (!rows_load(batch, &sql_beneficiary_affiliation_load,
                   rows_of(&insured_key_columns, keys, keys_count), &affiliation_columns, &found,
                   &count, err)) {
        return false;
    }
    const struct affiliation_row *rows = found;
    struct affiliation *items = arena_array(batch->arena, count, sizeof(*items));
    struct origin *ended = arena_array(batch->arena, count, sizeof(*ended));
    for (size_t i = 0; i < count; i++) {
        struct insured *insured = insured_of(batch->state, rows[i].siren, &rows[i].insured_id);
        items[i] = rows[i].affiliation;
        ended[i] = rows[i].ended;
        batch_observe(batch, items[i].accepted_at);
        if (insured == NULL) {
            continue;
        }
        if (insured->affiliations.count == 0) {
            insured->affiliations.items = &items[i];
            insured->ended = &ended[i];
        }
        insured->affiliations.count++;
    }
    return true;
}

static bool load_people(struct batch *batch, const struct insured_key *keys, size_t keys_count,
                        struct error *err) {
    struct working_set *set = batch->state;
    void *found;
    size_t count;
    if (!rows_load(batch, &sql_beneficiary_person_load,
                   rows_of(&insured_key_columns, keys, keys_count), &person_columns, &found, &count,
                   err)) {
        return false;
    }
    struct person_row *rows = found;
    for (size_t i = 0; i < count; i++) {
        struct insured *insured = insured_of(set, rows[i].siren, &rows[i].insured_id);
        bool is_erased; /* has the insured's key */
        if (insured == NULL) {
            continue;
        }
        if (!keyring_read(&batch->keyring, insured->key, rows[i].content, rows[i].sealed,
                          &covered_person_shape, &rows[i].person, &is_erased, err)) {
            return error_prefix(err, "a covered person of %.*s", SLICE_FORMAT(rows[i].siren));
        }
        if (insured->people_last == NULL) {
            insured->people_first = &rows[i];
        } else {
            insured->people_last->next = &rows[i];
        }
        insured->people_last = &rows[i];
    }
    set->changed_people_room = (batch->count + set->open_count) * LIMIT_BENEFICIARIES + count;
    set->changed_people =
        arena_array(batch->arena, set->changed_people_room, sizeof(struct person_row *));
    return true;
}

static bool load_households(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    size_t about_count;
    const struct about *about = all_about(batch, &about_count);
    struct contract_key *contracts = arena_array(batch->arena, about_count, sizeof(*contracts));
    struct insured_key *keys = arena_array(batch->arena, about_count, sizeof(*keys));
    size_t keys_count = 0;
    struct map asked;
    map_init(&asked, batch->arena, about_count);
    map_init(&set->insured, batch->arena, about_count);
    for (size_t i = 0; i < about_count; i++) {
        struct insured_key key = {.siren = about[i].siren};
        const struct slice id = working_set_insured_id(batch->arena, about[i].insured_id);
        contracts[i] = (struct contract_key){about[i].siren, about[i].contract_id};
        if (uuid_parse(id, &key.insured_id) && map_get(&asked, key.siren, id) == NULL) {
            keys[keys_count] = key;
            map_put(&asked, key.siren, id, &keys[keys_count++]);
        }
    }
    return load_insured(batch, keys, keys_count, err) &&
           load_affiliations(batch, keys, keys_count, err) &&
           load_people(batch, keys, keys_count, err) &&
           contracts_load(batch, contracts, about_count, &set->contracts, err);
}

/* What may have come before the additions of the batch, or comes before them now. */
static bool load_early(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    struct early_key *keys =
        arena_array(batch->arena, batch->count * ADDITIONS_EARLY_KINDS, sizeof(*keys));
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (load_is_about_an_addition(message)) {
            additions_early_keys(message->siren, message->business_id, &keys[count]);
            count += ADDITIONS_EARLY_KINDS;
        }
    }
    return early_load(batch, &set->early, keys, count, count, err);
}

bool beneficiary_load(struct batch *batch, struct error *err) {
    struct working_set *set = batch->state;
    return additions_load(batch, err) && load_removals(batch, err) && load_ends(batch, err) &&
           load_households(batch, err) && load_early(batch, err) &&
           reference_load_pmss(batch, &set->pmss, err) &&
           reference_load_calendar(batch, batch->settings->sla_calendar, &set->calendar, err);
}
