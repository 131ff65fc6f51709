/* One line per event on stderr: instant, level, worker, sentence with key=value pairs. Nothing
 * personal. Safe from several threads; lines never mix. */
#ifndef GUICHET_RUNTIME_LOG_H
#define GUICHET_RUNTIME_LOG_H

#include "common/base/compiler.h"

enum log_level { LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

/* Lines below this level are dropped; INFO at first. */
void log_set_level(enum log_level level);

/* `topic` says who speaks: a worker's name or "guichet". */
void log_line(enum log_level level, const char *topic, const char *text, ...) PRINTF_LIKE(3, 4);

#endif
