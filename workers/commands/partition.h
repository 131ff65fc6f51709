/* What the actions of `guichet partition` share. */
#ifndef GUICHET_COMMANDS_PARTITION_H
#define GUICHET_COMMANDS_PARTITION_H

#include "workers/commands/inspection.h"
#include "workers/commands/options.h"

/* The command line. */
struct partition_question {
    struct options common; /* its arguments begin with the action */
    const char *from;      /* texts, NULL where not given */
    const char *by;
    bool is_stopped_only;
    bool is_json;
    bool is_dry_run;
    bool is_sure;
};

/* One partition, looked at. */
struct partition_case {
    const struct inspection *inspection;
    const struct partition_question *question;
    const struct worker *worker;
    const struct topic *topic;
    int32_t partition;
    struct inspected seen;
    const struct markers *markers; /* as seen */
};

/* Finds the worker and partition that the command line names, and looks at it. End with
 * inspection_leave(&about->seen), also on false; start with `{0}`. */
MUST_CHECK bool partition_find(const struct inspection *inspection,
                               const struct partition_question *question,
                               struct partition_case *about, struct error *err);

/* Prints verdict, what it means and the evidence. */
void partition_print(const struct partition_case *about);

MUST_CHECK bool partition_list(const struct inspection *inspection,
                               const struct partition_question *question, struct error *err);
MUST_CHECK bool partition_explain(const struct inspection *inspection,
                                  const struct partition_question *question, struct error *err);
MUST_CHECK bool partition_adopt(const struct inspection *inspection,
                                const struct partition_question *question, struct error *err);
MUST_CHECK bool partition_republish(const struct inspection *inspection,
                                    const struct partition_question *question, struct error *err);

#endif
