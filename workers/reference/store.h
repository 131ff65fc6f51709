/* The reference worker's working set: the current revisions of what the batch's events name. Its
 * topic has one partition, so nobody else changes these rows meanwhile. */
#ifndef GUICHET_REFERENCE_STORE_H
#define GUICHET_REFERENCE_STORE_H

#include "common/runtime/batch.h"
#include "workers/reference/reference.h"

/* The current revision of a value of the PMSS. */
struct stored_pmss {
    enum territory territory;
    int32_t valid_from;
    int32_t revision;
    int32_t amount_eur;
    struct slice legal_reference;
    struct slice fingerprint; /* absent: installed, not published */
    int64_t recorded_at;
};

/* The current revision of a calendar. Its days are only there if this batch brings them. */
struct stored_calendar {
    struct slice calendar_id;
    int32_t revision;
    enum calendar_base base;
    struct day_list extra_closures;
    struct day_list worked_holidays;
    struct slice fingerprint; /* absent: installed, not published */
    int64_t recorded_at;
};

struct reference_state {
    struct map pmss;      /* name of the value → struct stored_pmss */
    struct map calendars; /* calendar id → struct stored_calendar */
    /* New revisions in the order of the events: of one name there may be several. */
    const struct stored_pmss **new_pmss;
    const struct stored_calendar **new_calendars;
    size_t new_pmss_count;
    size_t new_calendars_count;
};

enum { REFERENCE_STATEMENTS = 4 };
extern const struct statement *const reference_statements[REFERENCE_STATEMENTS];

/* What a value of the PMSS goes by, as the journal's subject too: "metropole:2027-01-01". */
struct slice reference_pmss_name(struct arena *arena, enum territory territory, int32_t valid_from);

/* The load and store steps of the worker. */
MUST_CHECK bool reference_load(struct batch *batch, struct error *err);
MUST_CHECK bool reference_store(struct batch *batch, struct error *err);

/* The event's value becomes the current revision. */
void reference_keep_pmss(struct batch *batch, const struct pmss_published *published,
                         struct slice fingerprint);
void reference_keep_calendar(struct batch *batch, const struct calendar_published *published,
                             struct slice fingerprint);

#endif
