/* Reference data as stored: PMSS values and calendars, current revisions only. */
#ifndef GUICHET_RUNTIME_REFERENCE_H
#define GUICHET_RUNTIME_REFERENCE_H

#include "common/base/business_time.h"
#include "common/base/contribution.h"
#include "common/runtime/batch.h"

/* All PMSS values (latest revision of each territory and day). */
MUST_CHECK bool reference_load_pmss(struct batch *batch, struct pmss_table *table,
                                    struct error *err);

/* Whether a calendar is there at all: the same error, found at start. */
MUST_CHECK bool reference_check_calendar(struct db *db, struct arena *arena,
                                         const char *calendar_id, struct error *err);

/* The latest revision of a calendar. ERROR_FATAL "CONFIGURATION" naming `sla.calendar` if unknown.
 */
MUST_CHECK bool reference_load_calendar(struct batch *batch, const char *calendar_id,
                                        struct calendar *calendar, struct error *err);

/* The same outside a batch. */
MUST_CHECK bool reference_read_calendar(struct db *db, struct arena *arena, const char *calendar_id,
                                        struct calendar *calendar, struct error *err);

/* A given revision; that it is not stored is no error. */
MUST_CHECK bool reference_find_calendar(struct db *db, struct arena *arena,
                                        struct slice calendar_id, int32_t revision,
                                        struct calendar *calendar, bool *is_known,
                                        struct error *err);

#endif
