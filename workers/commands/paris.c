#include "workers/commands/paris.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

void paris_format(const struct zone *zone, int64_t instant_ms, bool has_seconds,
                  char text[PARIS_TEXT_SIZE]) {
    char date[DATE_TEXT_SIZE];
    int32_t day = zone_date(zone, instant_ms);
    date_format(day, date);
    int64_t into_day_ms = instant_ms + INT64_C(1000) * zone_offset_seconds(zone, instant_ms) -
                          INT64_C(86400000) * day;
    int seconds = (int)(into_day_ms / 1000);
    int used =
        snprintf(text, PARIS_TEXT_SIZE, "%s %02d:%02d", date, seconds / 3600, seconds / 60 % 60);
    if (has_seconds) {
        snprintf(text + used, PARIS_TEXT_SIZE - (size_t)used, ":%02d", seconds % 60);
    }
}

void span_format(int64_t span_ms, bool is_over, char text[SPAN_TEXT_SIZE]) {
    assert(span_ms >= 0);
    int64_t seconds = span_ms / 1000;
    int used = snprintf(text, SPAN_TEXT_SIZE, "%s%" PRId64 "h%02d", is_over ? "-" : "",
                        seconds / 3600, (int)(seconds / 60 % 60));
    if (seconds % 60 != 0) {
        snprintf(text + used, SPAN_TEXT_SIZE - (size_t)used, ":%02d", (int)(seconds % 60));
    }
}

const char *weekday_text(int32_t date) {
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return days[date_weekday(date) - 1];
}
