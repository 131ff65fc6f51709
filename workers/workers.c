#include "workers/workers.h"

#include <string.h>

const struct worker *const workers[] = {
    &affiliation_worker,
    &account_worker,
    &beneficiary_worker,
    &termination_worker,
    &reference_worker,
    &privacy_worker,
    NULL,
};

const struct worker *worker_find(const char *name) {
    const struct worker *const *next = workers;
    while (*next != NULL && strcmp((*next)->name, name) != 0) {
        next++;
    }
    return *next;
}
