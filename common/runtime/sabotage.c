#include "common/runtime/sabotage.h"

#ifdef TEST_HOOKS
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/runtime/hooks.h"
#include "common/runtime/transactor.h"

enum { WORKERS_MOST = 16 };

static struct {
    pthread_mutex_t mutex;
    const char *workers[WORKERS_MOST];
    rd_kafka_t *consumers[WORKERS_MOST];
    size_t count;
} noted = {.mutex = PTHREAD_MUTEX_INITIALIZER};

void sabotage_commit(struct loop *loop, const struct span *spans, size_t spans_count) {
    if (!hook_is_sabotaged("plain_commits"))
        return;
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new((int)spans_count);
    for (size_t i = 0; i < spans_count; i++) {
        char topic[256];
        memcpy(topic, spans[i].topic.data, spans[i].topic.size);
        topic[spans[i].topic.size] = '\0';
        rd_kafka_topic_partition_t *entry =
            rd_kafka_topic_partition_list_add(offsets, topic, spans[i].partition);
        entry->offset = spans[i].to_offset;
        entry->metadata = malloc(loop->installation.size);
        if (entry->metadata == NULL)
            abort();
        memcpy(entry->metadata, loop->installation.data, loop->installation.size);
        entry->metadata_size = loop->installation.size;
    }
    (void)rd_kafka_commit(loop->consumer, offsets, 0);
    rd_kafka_topic_partition_list_destroy(offsets);
}

static rd_kafka_t **place_of(const char *worker) {
    for (size_t i = 0; i < noted.count; i++)
        if (strcmp(noted.workers[i], worker) == 0)
            return &noted.consumers[i];
    if (noted.count == WORKERS_MOST)
        abort();
    noted.workers[noted.count] = worker;
    return &noted.consumers[noted.count++];
}

void sabotage_note_consumer(const char *worker, rd_kafka_t *consumer) {
    pthread_mutex_lock(&noted.mutex);
    *place_of(worker) = consumer;
    pthread_mutex_unlock(&noted.mutex);
}

void sabotage_metadata(struct transactor *transactor) {
    if (!hook_is_sabotaged("metadata_at_publishing"))
        return;
    pthread_mutex_lock(&noted.mutex);
    rd_kafka_t *consumer = *place_of(transactor->worker);
    pthread_mutex_unlock(&noted.mutex);
    rd_kafka_consumer_group_metadata_t *fresh =
        consumer == NULL ? NULL : rd_kafka_consumer_group_metadata(consumer);
    if (fresh == NULL)
        return;
    if (transactor->metadata != NULL)
        rd_kafka_consumer_group_metadata_destroy(transactor->metadata);
    transactor->metadata = fresh;
}

void sabotage_reopen(struct transactor *transactor) {
    struct error ignored;
    if (!hook_is_sabotaged("queue_kept"))
        return;
    transactor_close(transactor);
    if (!transactor_open(transactor, &ignored))
        abort();
}
#else
/* ISO C wants a declaration in every translation unit. */
extern const char sabotage_is_compiled_out;
#endif
