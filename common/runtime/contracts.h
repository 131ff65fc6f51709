/* Contracts as stored, for all workers: written by the account worker only, read by every one. A
 * contract is kept in all its revisions; the current one is the highest. Contacts are sealed under
 * the contract's key. */
#ifndef GUICHET_RUNTIME_CONTRACTS_H
#define GUICHET_RUNTIME_CONTRACTS_H

#include "common/base/contract.h"
#include "common/runtime/rows.h"

struct contract_key {
    struct slice siren;
    struct slice contract_id;
};
extern const struct columns contract_key_columns;

/* Loads the current revision of each key with one statement (and one for the keys of their
 * contacts) into `contracts`: map (siren, contract_id) → struct contract *. Keys may repeat;
 * unknown ones are simply not in the map. Initialises the map. */
MUST_CHECK bool contracts_load(struct batch *batch, const struct contract_key *keys, size_t count,
                               struct map *contracts, struct error *err);

/* Key subject of a contract's personal part, and what waits for the contract: "contract/<id>". */
struct slice contracts_person(struct arena *arena, struct slice contract_id);

/* The contract that a due timer says has come, or was waited for long enough; those of all the
 * batch's timers, as keys of a statement. */
bool contracts_waited_for(const struct timer *timer, struct slice *contract_id);
struct rows contracts_all_waited_for(const struct batch *batch);

#endif
