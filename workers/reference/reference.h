/* Reference data, shared by all employers: the monthly social security ceiling (PMSS), from which
 * contributions are computed, and the business calendars by which the promise of one business day
 * is measured. Read this first: the events, the facts and the decision. decide.c holds the rules.
 *
 * An event carries a value whole, with a revision; the highest revision counts. These events have
 * no id of their own, and are told apart as published contracts are: a lower revision is ignored,
 * an equal one with the same content too, one with another content is a dead letter ID_REUSED. A
 * value of the PMSS is named by territory and day of effect, a calendar by its id.
 *
 * Source: code de la sécurité sociale, art. D242-17 to D242-19 (the ceiling, by decree for each
 * calendar year); FAQ question 4 (one business day). */
#ifndef GUICHET_REFERENCE_H
#define GUICHET_REFERENCE_H

#include "common/base/business_time.h"
#include "common/base/contract.h"
#include "common/base/rule.h"

/* Data of pmss.published. */
struct pmss_published {
    enum territory territory;
    int32_t amount_eur; /* a month */
    int32_t valid_from;
    struct slice legal_reference;
    int32_t revision; /* from 1; 0 is what was installed */
};

struct day_list {
    const int32_t *items;
    size_t count;
};

/* Data of calendar.published. The days come in any order and may repeat. Closures are bounded by
 * LIMIT_CALENDAR_DAYS, so that a calendar without business days cannot be said: with the longest
 * list a request's due instant is moved by less than two years, and is always found. */
struct calendar_published {
    struct slice calendar_id;
    int32_t revision;
    enum calendar_base base;
    struct day_list extra_closures;
    struct day_list worked_holidays; /* on a weekend they stay weekend */
};

/* What is stored under the event's name. */
struct known_revision {
    int32_t revision;     /* the highest; 0: what was installed, or none */
    bool is_same_content; /* as the event's */
};

struct pmss_facts {
    struct pmss_published published;
    struct known_revision known;
};

struct calendar_facts {
    struct calendar_published published;
    struct known_revision known;
};

enum reference_outcome {
    REFERENCE_STORED = 1, /* of a calendar: its open requests get their due instants anew */
    REFERENCE_STALE,      /* a higher revision is known: nothing to do */
    REFERENCE_REPEATED,   /* nothing to do */
    REFERENCE_REUSED,     /* the revision had another content: no decision */
};

struct reference_decision {
    enum reference_outcome outcome;
    const char *rule; /* code of the one that fired */
};

/* Decides what a published value of that revision (≥ 1) changes. */
void reference_decide(int32_t revision, const struct known_revision *known,
                      struct reference_decision *decision);

/* The rules one by one; NULL past the end. */
const struct rule *reference_rule(size_t index);

#endif
