/* What Kafka has forgotten to end. A coordinator that ends a transaction skips the partitions that
 * have no leader at that moment, as happens while a whole cluster comes back, and takes it for
 * ended: in those it then stays open for ever, and holds back the group's committed offsets and
 * whoever reads committed records. Only the same producer, or an administrator, can still end it.
 */
#ifndef GUICHET_RUNTIME_FORGOTTEN_H
#define GUICHET_RUNTIME_FORGOTTEN_H

#include "common/runtime/transactor.h"

/* Aborts a transaction that stands in every partition the worker may write, and in its group's
 * offsets (`topic` and `partition` are any place the worker reads), and with it all that earlier
 * ones of this transactional id have left there. What was owed comes from the store afterwards.
 * ERROR_TRANSIENT on any failure; the producer is of no use then. */
MUST_CHECK bool forgotten_end(struct transactor *transactor, const char *topic, int32_t partition,
                              struct error *err);

#endif
