/* Who a request is about, and what an acceptance makes of him: an insured, his cover and those
 * covered with him. */
#ifndef GUICHET_AFFILIATION_PEOPLE_H
#define GUICHET_AFFILIATION_PEOPLE_H

#include "workers/affiliation/store.h"

/* An employee of a request; `insured` is NULL if the employer never affiliated him. */
struct person {
    struct insured *insured;
    enum recognised_by by;
    struct person_hashes hashes;
};

/* By the NIR, else by the temporary id. */
struct person people_recognise(struct batch *batch, const struct affiliation_request *request);

/* Fills what the facts say of the person; `request` must stand in them. */
void people_know(struct affiliation_facts *facts, const struct person *person);

/* A new insured of the working set, without an account. */
struct insured *people_add(struct batch *batch, const struct affiliation_request *request);

/* The effects of an acceptance on the working set; `origin` is that of the request. */
struct cover *people_affiliate(struct batch *batch, const struct person *person,
                               const struct affiliation_facts *facts,
                               const struct affiliation_decision *decision,
                               const struct origin *origin);

#endif
