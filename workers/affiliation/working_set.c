#include "workers/affiliation/working_set.h"

#include "common/base/identifiers.h"

const char timer_request[] = "request";
const char timer_account_link[] = "account_link";

struct slice uuid_slice(const struct uuid *uuid) {
    return (struct slice){(const char *)uuid->bytes, UUID_SIZE};
}

struct slice uuid_text(struct arena *arena, const struct uuid *uuid) {
    char text[UUID_TEXT_SIZE];
    uuid_format(uuid, text);
    return arena_copy(arena, slice_of(text));
}

struct uuid uuid_of(struct slice text) {
    struct uuid uuid;
    return uuid_parse(text, &uuid) ? uuid : (struct uuid){{0}};
}

struct slice affiliation_person_subject(struct arena *arena, const struct uuid *insured_id) {
    char text[UUID_TEXT_SIZE];
    uuid_format(insured_id, text);
    return arena_format(arena, "insured/%s", text);
}

struct uuid affiliation_insured_id(struct batch *batch, const struct affiliation_request *request) {
    return batch_derived_id(batch, "insured|%.*s|%.*s", SLICE_FORMAT(request->siren),
                            SLICE_FORMAT(request->request_id));
}

struct uuid affiliation_notification_id(struct batch *batch, const char *event, struct slice siren,
                                        const struct uuid *insured_id) {
    char text[UUID_TEXT_SIZE];
    uuid_format(insured_id, text);
    return batch_derived_id(batch, "notification|%s|%.*s|%s|0", event, SLICE_FORMAT(siren), text);
}

struct person_hashes affiliation_hashes(struct batch *batch,
                                        const struct affiliation_request *request) {
    const struct insured_identity *employee = &request->employee;
    struct person_hashes hashes = {slice_none(), slice_none()};
    if (nir_is_valid(employee->nir)) {
        char canonical[LIMIT_NIR + 1];
        unsigned char *hash = arena_take(batch->arena, VAULT_HASH_SIZE);
        nir_canonical(employee->nir, canonical);
        vault_hash(batch->keyring.vault, "nir", request->siren, slice_of(canonical), hash);
        hashes.nir = (struct slice){(const char *)hash, VAULT_HASH_SIZE};
    }
    if (slice_is_present(employee->temporary_id)) {
        unsigned char *hash = arena_take(batch->arena, VAULT_HASH_SIZE);
        vault_hash(batch->keyring.vault, "temporary_id", request->siren, employee->temporary_id,
                   hash);
        hashes.temporary = (struct slice){(const char *)hash, VAULT_HASH_SIZE};
    }
    return hashes;
}

void request_note(struct affiliation_state *state, struct request_row *row) {
    if (!row->is_changed) {
        row->is_changed = true;
        state->requests_changed[state->requests_count++] = row;
    }
}

void insured_note(struct batch *batch, struct insured *insured) {
    struct affiliation_state *state = batch->state;
    insured->recorded_at = batch->now_ms;
    if (!insured->is_changed) {
        insured->is_changed = true;
        state->insured_changed[state->insured_count++] = insured;
    }
}

void affiliation_note(struct affiliation_state *state, struct affiliation_row *row) {
    if (!row->is_changed) {
        row->is_changed = true;
        state->affiliations_changed[state->affiliations_count++] = row;
    }
}

void cover_note(struct affiliation_state *state, struct cover *cover) {
    if (!cover->is_changed) {
        cover->is_changed = true;
        state->covers_changed[state->covers_count++] = cover;
    }
}
