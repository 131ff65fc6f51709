/* Who runs a command, and whether they mean it: for what operators do. */
#ifndef GUICHET_COMMANDS_OPERATOR_H
#define GUICHET_COMMANDS_OPERATOR_H

#include "common/base/arena.h"
#include "common/base/error.h"

/* The name given, or else that of the login. ERROR_INVALID "USAGE" if it is longer than an id or
 * not printable. */
MUST_CHECK bool operator_name(struct arena *arena, const char *given, struct slice *name,
                              struct error *err);

/* Shows `prompt` and has `word` typed again; `is_sure` spares the question. ERROR_INVALID
 * "NOT_CONFIRMED" if something else is typed. */
MUST_CHECK bool operator_confirm(const char *prompt, const char *word, bool is_sure,
                                 struct error *err);

#endif
