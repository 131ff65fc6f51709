#include "common/base/compiler.h"
#include "common/record/vocabulary.h"
#include "common/runtime/contracts.h"
#include "common/runtime/rows.h"
#include "workers/affiliation/accounts.h"
#include "workers/affiliation/covers.h"
#include "workers/affiliation/leavers.h"
#include "workers/affiliation/messages.h"
#include "workers/affiliation/progress.h"
#include "workers/affiliation/requests.h"
#include "workers/affiliation/roster.h"
#include "workers/affiliation/statements.h"
#include "workers/affiliation/working_set.h"

/* What the records and timers ask the tables for. */
struct wanted_person {
    struct slice siren;
    struct slice nir_hash;
    struct slice temporary_hash;
    struct uuid insured_id;
    struct uuid notification_id;
};

static const struct column wanted_person_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct wanted_person, siren),
    COLUMN_AT(COLUMN_BYTES, struct wanted_person, nir_hash),
    COLUMN_AT(COLUMN_BYTES, struct wanted_person, temporary_hash),
    COLUMN_AT(COLUMN_UUID, struct wanted_person, insured_id),
    COLUMN_AT(COLUMN_UUID, struct wanted_person, notification_id),
};
static const struct columns wanted_person_columns =
    COLUMNS_OF(struct wanted_person, wanted_person_items);

static const struct column insured_key_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct insured, siren),
    COLUMN_AT(COLUMN_UUID, struct insured, insured_id),
};
static const struct columns insured_key_columns = COLUMNS_OF(struct insured, insured_key_items);

static const struct column covered_items[] = {
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, siren),
    COLUMN_AT(COLUMN_UUID, struct beneficiary_row, insured_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, contract_id),
    COLUMN_AT(COLUMN_TEXT, struct beneficiary_row, beneficiary_id),
    COLUMN_AT(COLUMN_DATE, struct beneficiary_row, coverage_from),
};
static const struct columns covered_columns = COLUMNS_OF(struct beneficiary_row, covered_items);

/* The data of a record if it is a request for an affiliation, else NULL. */
static const struct affiliation_request *request_of(const struct batch *batch, size_t index) {
    const struct message *message = &batch->records[index]->message;
    return message->input->kind == INPUT_AFFILIATION_REQUESTED ? message->data : NULL;
}

static bool load_contracts(struct batch *batch, struct affiliation_state *state,
                           struct error *err) {
    struct contract_key *keys =
        arena_array(batch->arena, batch->count + state->open_count, sizeof(*keys));
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct affiliation_request *request = request_of(batch, i);
        if (request != NULL) {
            keys[count++] = (struct contract_key){request->siren, request->contract_id};
        }
    }
    for (size_t i = 0; i < state->open_count; i++) {
        const struct request_row *row = state->open[i];
        keys[count++] = (struct contract_key){row->siren, row->contract_id};
    }
    return contracts_load(batch, keys, count, &state->contracts, err);
}

/* Of what may have come before a request. */
enum { REQUEST_EARLY_KEYS = PROGRESS_EARLY_KEYS + ACCOUNT_EARLY_KEYS + LEAVER_EARLY_KEYS };

static size_t request_early_keys(struct batch *batch, const struct affiliation_request *request,
                                 struct early_key *keys) {
    size_t count = PROGRESS_EARLY_KEYS;
    progress_early_keys(request, keys);
    count += accounts_early_keys(batch, request, &keys[count]);
    return count + leavers_early_keys(batch, request, &keys[count]);
}

/* Where the record itself waits if it is early: true, and its key. */
static bool own_early_key(struct batch *batch, const struct record *record, struct early_key *key) {
    const struct message *message = &record->message;
    const char *account = accounts_early_kind(message->input->kind);
    const char *kind = account != NULL ? account : progress_early_kind(message->input->kind);
    if (message->input->kind == INPUT_ENDED) {
        *key = leavers_early_key(batch, record);
        return true;
    }
    if (kind != NULL) {
        *key = (struct early_key){message->siren, slice_of(kind), message->business_id};
    }
    return kind != NULL;
}

/* The events that may have come before what the batch brings, or that it brings too early. An
 * ending may be dropped for a later one: twice the room. */
static bool load_early(struct batch *batch, struct affiliation_state *state, struct error *err) {
    struct early_key *keys = arena_array(
        batch->arena, (batch->count + state->open_count) * REQUEST_EARLY_KEYS, sizeof(*keys));
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct affiliation_request *request = request_of(batch, i);
        if (request != NULL) {
            count += request_early_keys(batch, request, &keys[count]);
        } else {
            count += own_early_key(batch, batch->records[i], &keys[count]);
        }
    }
    for (size_t i = 0; i < state->open_count; i++) {
        count += request_early_keys(batch, state->open[i]->request, &keys[count]);
    }
    return early_load(batch, &state->early, keys, count, 2 * count, err);
}

/* The e-mails that came back, if they went to an employer. */
static bool load_employer_mails(struct batch *batch, struct affiliation_state *state,
                                struct error *err) {
    struct employer_mail *wanted = arena_array(batch->arena, batch->count, sizeof(*wanted));
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        if (message->input->kind == INPUT_BOUNCED) {
            wanted[count++] = (struct employer_mail){
                .siren = message->siren, .notification_id = uuid_of(message->business_id)};
        }
    }
    return employer_mail_load(batch, wanted, count, &state->employer_mails, err);
}

static void want_person(struct batch *batch, const struct affiliation_request *request,
                        struct wanted_person *wanted) {
    const struct person_hashes hashes = affiliation_hashes(batch, request);
    *wanted = (struct wanted_person){
        .siren = request->siren, .nir_hash = hashes.nir, .temporary_hash = hashes.temporary};
}

/* Whom the records, the open requests and the timers are about. */
static struct wanted_person *want_people(struct batch *batch, const struct affiliation_state *state,
                                         size_t *count) {
    struct wanted_person *wanted = arena_array(
        batch->arena, batch->count + state->open_count + batch->timers_count, sizeof(*wanted));
    *count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct message *message = &batch->records[i]->message;
        const struct affiliation_request *request = request_of(batch, i);
        struct wanted_person *next = &wanted[*count];
        *count +=
            message->input->kind != INPUT_CANCELLATION &&
            message->input->kind != INPUT_REVIEWED; /* about a request, which is open or not */
        if (request != NULL) {
            want_person(batch, request, next);
        } else if (message->input->kind == INPUT_ACTIVATED || message->input->kind == INPUT_ENDED) {
            *next = (struct wanted_person){.siren = message->siren,
                                           .insured_id = uuid_of(message->business_id)};
        } else if (message->input->kind == INPUT_BOUNCED) {
            *next = (struct wanted_person){.siren = message->siren,
                                           .notification_id = uuid_of(message->business_id)};
        }
    }
    for (size_t i = 0; i < state->open_count; i++) {
        want_person(batch, state->open[i]->request, &wanted[(*count)++]);
    }
    for (size_t i = 0; i < batch->timers_count; i++) {
        const struct timer *timer = &batch->timers[i];
        struct roster_subject subject;
        if (slice_is(timer->kind, timer_account_link)) {
            wanted[(*count)++] = (struct wanted_person){.siren = timer->siren,
                                                        .insured_id = uuid_of(timer->subject)};
        } else if (slice_is(timer->kind, timer_roster_refresh) &&
                   roster_read(timer->subject, &subject)) {
            wanted[(*count)++] =
                (struct wanted_person){.siren = timer->siren, .insured_id = subject.insured_id};
        }
    }
    return wanted;
}

/* Opens who the insured are: a doubt about an identity is judged by it. */
static bool read_identities(struct batch *batch, struct insured *insured, size_t count,
                            struct error *err) {
    for (size_t i = 0; i < count; i++) {
        insured[i].key =
            keyring_ask(&batch->keyring, insured[i].siren,
                        affiliation_person_subject(batch->arena, &insured[i].insured_id));
    }
    if (!keyring_load(&batch->keyring, batch->db, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!keyring_read(&batch->keyring, insured[i].key, insured[i].content, insured[i].sealed,
                          &insured_shape, &insured[i].identity, &insured[i].is_erased, err)) {
            return false;
        }
    }
    return true;
}

static bool load_insured(struct batch *batch, struct affiliation_state *state,
                         struct insured **insured, size_t *count, struct error *err) {
    size_t wanted_count;
    const struct wanted_person *wanted = want_people(batch, state, &wanted_count);
    void *found;
    if (!rows_load(batch, &sql_affiliation_insured_select,
                   rows_of(&wanted_person_columns, wanted, wanted_count), &insured_columns, &found,
                   count, err)) {
        return false;
    }
    struct insured *rows = found;
    for (size_t i = 0; i < *count; i++) {
        struct insured *row = &rows[i];
        map_put(&state->by_id, row->siren, uuid_slice(&row->insured_id), row);
        if (slice_is_present(row->nir_hash)) {
            map_put(&state->by_nir, row->siren, row->nir_hash, row);
        }
        if (slice_is_present(row->temporary_hash)) {
            map_put(&state->by_temporary, row->siren, row->temporary_hash, row);
        }
        if (!uuid_is_zero(&row->notification_id)) {
            map_put(&state->by_notification, row->siren, uuid_slice(&row->notification_id), row);
        }
        batch_observe(batch, row->recorded_at);
    }
    *insured = rows;
    return read_identities(batch, rows, *count, err);
}

static bool load_covers(struct batch *batch, struct affiliation_state *state,
                        const struct insured *insured, size_t insured_count, struct error *err) {
    void *found;
    size_t count;
    if (!rows_load(batch, &sql_affiliation_term_select,
                   rows_of(&insured_key_columns, insured, insured_count), &affiliation_columns,
                   &found, &count, err)) {
        return false;
    }
    struct affiliation_row *affiliations = found;
    for (size_t i = 0; i < count; i++) {
        struct affiliation_row *row = &affiliations[i];
        covers_add(batch->arena, map_get(&state->by_id, row->siren, uuid_slice(&row->insured_id)),
                   row);
    }
    if (!rows_load(batch, &sql_affiliation_covered_select,
                   rows_of(&insured_key_columns, insured, insured_count), &covered_columns, &found,
                   &count, err)) {
        return false;
    }
    struct beneficiary_row *people = found;
    for (size_t i = 0; i < count; i++) {
        const struct insured *of =
            map_get(&state->by_id, people[i].siren, uuid_slice(&people[i].insured_id));
        struct cover *cover = insured_cover(of, people[i].contract_id);
        if (cover != NULL) {
            covers_add_person(cover, &people[i]);
        }
    }
    return true;
}

/* Room for all that the batch's records and timers can bring. */
static void make_room(struct batch *batch, struct affiliation_state *state, size_t insured_count) {
    const size_t requests = batch->count + state->open_count;
    const size_t covers = requests + batch->timers_count;
    size_t dependants = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct affiliation_request *request = request_of(batch, i);
        dependants += request == NULL ? 0 : request->dependants.count;
    }
    for (size_t i = 0; i < state->open_count; i++) {
        dependants += state->open[i]->request->dependants.count;
    }
    struct arena *arena = batch->arena;
    state->requests_changed = arena_array(arena, requests, sizeof(struct request_row *));
    state->insured_changed = arena_array(arena, requests + insured_count, sizeof(struct insured *));
    state->covers_changed = arena_array(arena, covers, sizeof(struct cover *));
    /* Each request makes one at most, and ends one (early); each record ends one at most. */
    state->affiliations_changed =
        arena_array(arena, 2 * requests, sizeof(struct affiliation_row *));
    state->beneficiaries_new = arena_array(arena, dependants, sizeof(*state->beneficiaries_new));
}

bool affiliation_load(struct batch *batch, struct error *err) {
    struct affiliation_state *state = batch->state;
    struct insured *insured = NULL;
    size_t insured_count = 0;
    map_init(&state->by_nir, batch->arena, batch->count);
    map_init(&state->by_temporary, batch->arena, batch->count);
    map_init(&state->by_id, batch->arena, batch->count);
    map_init(&state->by_notification, batch->arena, batch->count);
    if (!requests_load(batch, state, err) || !load_contracts(batch, state, err) ||
        !load_insured(batch, state, &insured, &insured_count, err) ||
        !load_covers(batch, state, insured, insured_count, err) || !load_early(batch, state, err) ||
        !load_employer_mails(batch, state, err)) {
        return false;
    }
    make_room(batch, state, insured_count);
    return true;
}
