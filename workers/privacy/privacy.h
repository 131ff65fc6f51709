/* Personal data: what is held of a person, and its erasure. Read this first: the events, the facts
 * and the decision. decide.c holds the rules, worker.c gathers facts and acts.
 *
 * A person is an insured or, where no insured came of it, whoever an affiliation request was about,
 * in all its attempts. Everything personal is sealed under a data key of the person, of a request,
 * or of a dead letter; erasure deletes the keys and makes the person unrecognisable. Dates,
 * amounts, decisions and counts stay: they say nothing of a person any more. Deleting a key also
 * reaches what nobody can rewrite: the journal, and backups once those of the keys are gone.
 *
 * Source: RGPD (EU 2016/679), art. 15 (access) and 17 (erasure). */
#ifndef GUICHET_PRIVACY_H
#define GUICHET_PRIVACY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/rule.h"
#include "common/base/slice.h"
#include "common/base/words.h"

enum privacy_wish { PRIVACY_ERASURE = 1, PRIVACY_ACCESS };
extern const struct words privacy_wish_words;

/* Data of privacy.erasure-requested and of privacy.access-requested: either id names the person. */
struct privacy_request {
    struct slice privacy_request_id;
    struct slice siren;
    struct slice insured_id; /* any text; absent: a request is named */
    struct slice request_id;
    int64_t requested_at;
};

/* Kinds of data, in the order in which a report lists them. */
enum privacy_kind {
    PRIVACY_IDENTITY = 1,      /* names, birth date, NIR, e-mail, address */
    PRIVACY_RECOGNITION,       /* keyed hashes of NIR and temporary id */
    PRIVACY_ACCOUNT,           /* whether an account was opened, and how */
    PRIVACY_AFFILIATIONS,      /* contracts and days of cover */
    PRIVACY_REQUESTS,          /* affiliation requests: dates and outcomes */
    PRIVACY_REQUEST_CONTENTS,  /* what those said that are open */
    PRIVACY_BENEFICIARIES,     /* names, birth dates and NIR of the people covered beside */
    PRIVACY_ADDITIONS,         /* additions of beneficiaries: dates and outcomes */
    PRIVACY_ADDITION_CONTENTS, /* what those said that are open */
    PRIVACY_ROSTER,            /* entries of the employer's list of employees */
    PRIVACY_TRACKING,          /* entries of the employer's tracking of requests */
    PRIVACY_DECISIONS,         /* facts that decisions were made from, and what they caused */
    PRIVACY_MESSAGES,          /* the same of decisions that sent an e-mail or a letter */
    PRIVACY_DEAD_LETTERS,      /* events that were refused, as they came */
    PRIVACY_KINDS_END,
};
extern const struct words privacy_kind_words;
enum { PRIVACY_KINDS = PRIVACY_KINDS_END - 1 };

struct privacy_holding {
    enum privacy_kind kind;
    int32_t count; /* ≥ 1 */
    int64_t since; /* the earliest; INSTANT_NONE: not known */
};

struct privacy_holding_list {
    const struct privacy_holding *items; /* each kind once, in order */
    size_t count;
};

/* What was answered under the same privacy_request_id. */
struct privacy_known {
    bool is_seen;
    bool is_same; /* wish and content */
};

struct privacy_facts {
    struct privacy_request request;
    enum privacy_wish wish;
    struct privacy_known known;
    bool is_found; /* the id names somebody we know, erased or not */
    struct privacy_holding_list held;
};

enum privacy_outcome {
    PRIVACY_ERASED = 1,   /* something was there to erase */
    PRIVACY_NOTHING_LEFT, /* known, and erased before */
    PRIVACY_REPORTED,
    PRIVACY_UNKNOWN,  /* nobody: answered, and nothing else */
    PRIVACY_REPEATED, /* nothing to do */
    PRIVACY_REUSED,   /* no decision: another content under the same id */
};

struct privacy_kind_list {
    const enum privacy_kind *items;
    size_t count;
};

struct privacy_decision {
    enum privacy_outcome outcome;
    enum privacy_kind erased[PRIVACY_KINDS]; /* of an erasure, in order */
    size_t erased_count;
    const char *rule; /* code of the one that fired */
};

/* Whether that kind goes when its person is erased; the others hold dates and counts only. */
bool privacy_kind_goes(enum privacy_kind kind);

/* Decides; writes all of `decision`. */
void privacy_decide(const struct privacy_facts *facts, struct privacy_decision *decision);

/* The rules one by one, and how a person's data ends; NULL past the end. */
const struct rule *privacy_rule(size_t index);
const struct transition *privacy_transition(size_t index);

#endif
