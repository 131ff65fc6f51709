/* A worker's place in its consumer group: joining, what happens when partitions come and go, and
 * joining anew. Called on the worker's thread. */
#ifndef GUICHET_RUNTIME_MEMBERSHIP_H
#define GUICHET_RUNTIME_MEMBERSHIP_H

#include "common/runtime/loop.h"

/* Makes the consumer; it joins with membership_subscribe. */
MUST_CHECK bool membership_open(struct loop *loop, struct error *err);
MUST_CHECK bool membership_subscribe(struct loop *loop, struct error *err);

/* Joins anew if the consumer was thrown out. Once may be a broker that came back and no longer knew
 * us; twice within a minute is another process of our name, and one of the two must end:
 * ERROR_FATAL "CONFIGURATION". */
MUST_CHECK bool membership_check(struct loop *loop, struct error *err);

#endif
