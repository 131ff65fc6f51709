/* An insured's cover by one contract in the working set: its affiliations, one for each time he was
 * hired, and the people covered beside him. Whoever is covered beside him is so by one of these
 * affiliations, the latest that had begun by then, and leaves with it: there is no row to change
 * when an affiliation ends (the beneficiary worker judges in the same way). */
#ifndef GUICHET_AFFILIATION_COVERS_H
#define GUICHET_AFFILIATION_COVERS_H

#include "workers/affiliation/store.h"

/* The insured's cover by a contract, or NULL. */
struct cover *insured_cover(const struct insured *insured, struct slice contract_id);

/* Puts an affiliation behind those to the same contract; returns their cover. */
struct cover *covers_add(struct arena *arena, struct insured *insured, struct affiliation_row *row);

/* Whether there is or was any cover, and to which day: DATE_NONE, it is open. What ended before it
 * began was none. */
bool covers_reach(const struct cover *cover, int32_t *until);

void covers_add_person(struct cover *cover, struct beneficiary_row *row);

/* Somebody of that id is covered by the latest affiliation. */
bool covers_has_person(const struct cover *cover, struct slice beneficiary_id);

/* How many are covered by the latest affiliation beside the insured: what the roster shows. */
int32_t covers_people_count(const struct cover *cover);

#endif
