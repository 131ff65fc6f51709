/* Shapes that several workers share: the contract and the people of a cover. */
#ifndef GUICHET_RECORD_VOCABULARY_H
#define GUICHET_RECORD_VOCABULARY_H

#include "common/base/contract.h"
#include "common/record/shape.h"

extern const struct shape contract_shape;    /* struct contract: data of contract.upserted */
extern const struct shape beneficiary_shape; /* struct beneficiary; event and event_on required */
extern const struct shape dependant_shape;   /* the same with event and event_on optional */

extern const struct shape address_shape;        /* struct address */
extern const struct shape insured_shape;        /* struct insured_identity: all of it personal */
extern const struct shape covered_person_shape; /* struct covered_person: all of it personal */

#endif
