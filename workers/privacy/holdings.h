/* Reading what is kept of people: who an id names, and what is held of them by kind. For the worker
 * and for the command that writes it out. */
#ifndef GUICHET_PRIVACY_HOLDINGS_H
#define GUICHET_PRIVACY_HOLDINGS_H

#include "common/runtime/db.h"
#include "workers/privacy/privacy.h"

/* A person of an employer. */
struct privacy_person {
    struct slice siren;
    struct slice person;    /* insured/<uuid>, or request/<id of the first attempt> */
    struct uuid insured_id; /* zero: no insured came of it */
    struct privacy_holding held[PRIVACY_KINDS];
    size_t held_count;
};

/* An id as it was named: one of the two. */
struct privacy_name {
    struct slice siren;
    struct uuid insured_id; /* zero: none, or no UUID */
    struct slice request_id;
};

/* Whom a name means: of each name that means somebody, one. */
struct privacy_meaning {
    struct slice siren;
    struct slice named; /* insured/<uuid>, request/<id> */
    struct slice person;
    struct uuid insured_id;
};

/* What `named` is of a request, in the arena; absent if its insured_id is no UUID. */
struct slice privacy_named(struct arena *arena, const struct privacy_request *request);

/* Finds out whom these names mean, in no order. */
MUST_CHECK bool privacy_find(struct db *db, struct arena *arena, const struct privacy_name *names,
                             size_t count, struct privacy_meaning **meanings, size_t *found,
                             struct error *err);

/* Reads what is held of these people, who are distinct. */
MUST_CHECK bool privacy_read_holdings(struct db *db, struct arena *arena,
                                      struct privacy_person *const *people, size_t count,
                                      struct error *err);

/* The columns siren and person of a person: the parameters of statements about people. */
extern const struct columns privacy_person_columns;

#endif
