/* links: base */
/* TZif files. What is accepted answers for all instants of the contract: with an offset below a
 * day, and with a beginning of each date that is no farther from UTC's than such an offset allows.
 * Real zones begin a date exactly where they should, which the unit tests say; a made-up one that
 * changes its offset several times a day need not. */
#include "common/base/zone.h"
#include "tests/fuzz/fuzz.h"

#define INSTANT_FIRST_MS INT64_C(946684800000) /* 2000-01-01 */
#define INSTANT_LAST_MS INT64_C(4102444799999) /* 2099-12-31 */

enum { PROBES = 64, DAY_SECONDS = 86400 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct zone zone; /* large */
    struct error err = {0};
    if (!zone_parse((struct slice){(const char *)data, size}, &zone, &err)) {
        demand(err.class == ERROR_FATAL, "a file is refused as unusable", &err);
        return 0;
    }
    for (int64_t i = 0; i <= PROBES; i++) {
        int64_t at_ms = INSTANT_FIRST_MS + (INSTANT_LAST_MS - INSTANT_FIRST_MS) / PROBES * i;
        int32_t offset = zone_offset_seconds(&zone, at_ms);
        demand(offset > -DAY_SECONDS && offset < DAY_SECONDS, "an offset is below a day", NULL);
        int32_t date = zone_date(&zone, at_ms);
        int64_t apart = zone_midnight_ms(&zone, date) / 1000 - (int64_t)date * DAY_SECONDS;
        demand(apart >= -DAY_SECONDS && apart <= DAY_SECONDS, "a date begins near its UTC", NULL);
    }
    return 0;
}
