/* What the decisions of a batch do to its working set (store.h): each effect is seen by the next
 * record of the employer at once, and written when all are decided. */
#ifndef GUICHET_AFFILIATION_WORKING_SET_H
#define GUICHET_AFFILIATION_WORKING_SET_H

#include "workers/affiliation/store.h"

/* The kinds of timers that only this worker knows. */
extern const char timer_request[];      /* subject: the request's id; due: its next milestone */
extern const char timer_account_link[]; /* subject: the insured's id; due: its link expires */

/* Hashes of what the request says of its employee, in the batch's arena. */
struct person_hashes affiliation_hashes(struct batch *batch,
                                        const struct affiliation_request *request);

/* "insured/<uuid>": whose key seals what is kept of an insured. */
struct slice affiliation_person_subject(struct arena *arena, const struct uuid *insured_id);

/* Who a request is about if nobody is recognised: named after the request. */
struct uuid affiliation_insured_id(struct batch *batch, const struct affiliation_request *request);

/* The id of a message to an insured: there is one of each type at most. */
struct uuid affiliation_notification_id(struct batch *batch, const char *event, struct slice siren,
                                        const struct uuid *insured_id);

/* To be written; once is enough. */
void request_note(struct affiliation_state *state, struct request_row *row);
void insured_note(struct batch *batch, struct insured *insured);
void affiliation_note(struct affiliation_state *state, struct affiliation_row *row);
void cover_note(struct affiliation_state *state, struct cover *cover);

/* Key of a map by a UUID, which must live as long as the map. */
struct slice uuid_slice(const struct uuid *uuid);

/* 36 characters, in the arena. */
struct slice uuid_text(struct arena *arena, const struct uuid *uuid);

/* The UUID that an id states; all zero if it is none. */
struct uuid uuid_of(struct slice text);

#endif
