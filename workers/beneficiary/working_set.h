/* What the decisions of a batch do to its working set (store.h). */
#ifndef GUICHET_BENEFICIARY_WORKING_SET_H
#define GUICHET_BENEFICIARY_WORKING_SET_H

#include "common/runtime/rows.h"
#include "workers/beneficiary/store.h"

/* The kinds of timers that only this worker knows by name. */
extern const char timer_adviser[]; /* subject: the addition's id; due: its next milestone */
extern const char timer_affiliation_ended[]; /* subject: "<contract_id>/<insured_id>/<ended_on>" */

/* The insured of that id at that employer; NULL if there is none, if the id is no UUID, or if he
 * was erased. */
struct insured *working_set_insured(const struct batch *batch, struct slice siren,
                                    struct slice insured_id);

/* An insured's id as it is stored: a UUID in its canonical form, else as it is. */
struct slice working_set_insured_id(struct arena *arena, struct slice insured_id);

/* The people under a contract, but for those of one addition (absent: all of them). */
struct relative_list working_set_household(struct arena *arena, const struct insured *insured,
                                           struct slice contract_id, struct slice but_source_id);

/* The PMSS values of a contract's territory: what the journal keeps is what is looked at. */
struct pmss_table working_set_pmss(const struct batch *batch, const struct contract *contract);

/* To be written; once is enough. A new one is also seen by what is decided later. */
void working_set_note_addition(struct batch *batch, struct addition_row *row);
void working_set_note_person(struct batch *batch, struct person_row *row);
void working_set_add_person(struct batch *batch, struct insured *insured, struct person_row *row);
void working_set_add_removal(struct batch *batch, struct removal_row *row);

/* Ends that billing was told of. */
struct end_row *working_set_ends(struct batch *batch, const struct end_row *of);
void working_set_put_end(struct batch *batch, struct end_row *row);
void working_set_note_end(struct batch *batch, struct end_row *row);

/* The list of employees counts the people; it has one writer, which is asked to look again. */
void working_set_refresh_roster(struct batch *batch, const struct record *record,
                                const struct insured *insured, struct slice contract_id);

/* What a timer of kind timer_affiliation_ended is about; false if it is none such. */
bool working_set_read_end(const struct timer *timer, struct end_row *end);

/* The insured that additions wait for and a timer is about; those of all the batch's timers, as
 * keys of a statement. */
bool working_set_read_waited(const struct timer *timer, struct slice *insured_id);
struct rows working_set_all_waited(const struct batch *batch);

/* The subject by which an addition waits for its insured. */
struct slice working_set_waited(struct arena *arena, struct slice insured_id);

#endif
