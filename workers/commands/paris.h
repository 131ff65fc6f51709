/* Instants and spans of business time, written for people in Paris. */
#ifndef GUICHET_COMMANDS_PARIS_H
#define GUICHET_COMMANDS_PARIS_H

#include "common/base/zone.h"

enum { PARIS_TEXT_SIZE = 24, SPAN_TEXT_SIZE = 32 };

/* "2026-11-23 17:20:05", or without the seconds, in the local time of `zone`. What is finer is cut
 * off. */
void paris_format(const struct zone *zone, int64_t instant_ms, bool has_seconds,
                  char text[PARIS_TEXT_SIZE]);

/* "17h45", "0h05"; with ":30" behind where there are seconds. `is_over`: what has passed since the
 * end, with a minus before it: "-2h10", and "-0h00" where no business time has passed yet. What is
 * finer is cut off. `span_ms` is never negative (asserted). */
void span_format(int64_t span_ms, bool is_over, char text[SPAN_TEXT_SIZE]);

/* "Mon" … "Sun". */
const char *weekday_text(int32_t date);

#endif
