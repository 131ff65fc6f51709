/* A worker's auditor: a thread of its own, with a connection and a reader of its own, that compares
 * what was published with what can be read (audit_round.h). Of all processes that run the worker,
 * the one that owns the first partition of its clock does it. It looks every few seconds, and less
 * often while the worker has its hands full; if it may not read the output topics, it says so and
 * rests. */
#ifndef GUICHET_RUNTIME_AUDITOR_H
#define GUICHET_RUNTIME_AUDITOR_H

#include "common/runtime/settings.h"
#include "common/runtime/watch.h"

struct auditor;

/* Starts the thread, which rests until it is appointed. All three must outlive it. */
struct auditor *auditor_start(const struct settings *settings, const char *worker,
                              struct watch *watch);
/* It ends after the statement it is at; NULL is fine. */
void auditor_ask_to_stop(struct auditor *auditor);
/* Waits for that, and frees it; NULL is fine. */
void auditor_stop(struct auditor *auditor);

/* Whether this process is the one to do it. By the thread that stops it. */
void auditor_appoint(struct auditor *auditor, bool is_appointed);

/* A batch was as large as it may be: there is more to come. */
void auditor_note_load(struct auditor *auditor);

#endif
