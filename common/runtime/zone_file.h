/* Time zones from the system's files; everything else takes the zone as a value (base/zone.h). */
#ifndef GUICHET_RUNTIME_ZONE_FILE_H
#define GUICHET_RUNTIME_ZONE_FILE_H

#include "common/base/zone.h"

/* Where legal days and hours are counted. */
#define ZONE_OF_THE_LAW "Europe/Paris"

/* Reads a zone of the tz database (package tzdata). ERROR_FATAL "CONFIGURATION" naming the file. */
MUST_CHECK bool zone_file_read(const char *name, struct zone *zone, struct error *err);

#endif
