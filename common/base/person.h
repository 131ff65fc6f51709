/* The words that describe insured people and those added to their cover, shared by the workers. */
#ifndef GUICHET_BASE_PERSON_H
#define GUICHET_BASE_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/words.h"

/* Social security scheme of a person: general, or local (Alsace-Moselle). */
enum scheme { SCHEME_GENERAL = 1, SCHEME_LOCAL };
extern const struct words scheme_words;

enum relation {
    RELATION_SPOUSE = 1,
    RELATION_NON_DEPENDENT_SPOUSE,
    RELATION_CHILD,
    RELATION_ASCENDANT,
    RELATION_OTHER,
};
extern const struct words relation_words;

enum situation {
    SITUATION_STUDENT = 1,
    SITUATION_APPRENTICE,
    SITUATION_JOBSEEKER,
    SITUATION_DISABLED,
};
extern const struct words situation_words;

enum family_event {
    FAMILY_EVENT_BIRTH = 1,
    FAMILY_EVENT_ADOPTION,
    FAMILY_EVENT_MARRIAGE,
    FAMILY_EVENT_PACS,
    FAMILY_EVENT_CONCUBINAGE,
    FAMILY_EVENT_OTHER,
};
extern const struct words family_event_words;

enum channel {
    CHANNEL_ONLINE_SINGLE = 1,
    CHANNEL_ONLINE_BULK,
    CHANNEL_PAPER_BIA,
    CHANNEL_PHONE,
    CHANNEL_OTHER,
};
extern const struct words channel_words;

/* online_single and online_bulk; all else counts as paper (FAQ questions 5 and 6). */
bool channel_is_online(enum channel channel);

/* Somebody added to an insured's cover, as a publisher states him. */
struct beneficiary {
    struct slice beneficiary_id;
    enum relation relation;
    struct slice family_name;
    struct slice_list given_names;
    int32_t birth_date;
    struct slice nir; /* may be absent */
    enum scheme scheme;
    enum situation situation; /* 0: none */
    enum family_event event;  /* 0 only for dependants of an affiliation request */
    int32_t event_on;         /* DATE_NONE only for those */
    struct slice_list documents;
};

struct beneficiary_list {
    const struct beneficiary *items;
    size_t count;
};

struct address {
    struct slice_list lines; /* from the most to the least precise */
    struct slice postal_code;
    struct slice city;
    struct slice country; /* absent: France */
};

/* Who an insured is: as a request states it, and as it is kept (sealed). */
struct insured_identity {
    struct slice family_name;
    struct slice_list given_names;
    int32_t birth_date;
    struct slice nir;          /* may be absent, or no valid one */
    struct slice temporary_id; /* may be absent */
    struct slice email;        /* as typed; may be absent */
    bool has_address;
    struct address address;
};

/* Who somebody covered beside an insured is: what is kept (sealed) of a dependant or an added
 * beneficiary. */
struct covered_person {
    struct slice family_name;
    struct slice_list given_names;
    int32_t birth_date;
    struct slice nir; /* may be absent */
};

/* Who the beneficiary is; the slices are his. */
struct covered_person covered_person_of(const struct beneficiary *beneficiary);

/* Exactly the same names and birth date; a NIR, which a child need not have, says nothing. */
bool covered_person_equal(const struct covered_person *a, const struct covered_person *b);

#endif
