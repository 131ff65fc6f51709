/* What batches live in: taken by the loop, given back by whoever is done with it last. */
#include <assert.h>
#include <stdlib.h>

#include "common/runtime/loop.h"

enum { ARENA_KEEP_BYTES = 16 * 1024 * 1024 };

void memories_init(struct loop *loop) {
    pthread_mutex_init(&loop->memory_mutex, NULL);
    pthread_cond_init(&loop->memory_freed, NULL);
    for (size_t i = 0; i < LOOP_MEMORIES; i++) {
        struct memory *memory = &loop->memories[i];
        memory->loop = loop;
        arena_init(&memory->arena);
        memory->messages =
            calloc((size_t)loop->settings->batch_max_records, sizeof(rd_kafka_message_t *));
        if (memory->messages == NULL)
            abort();
    }
}

static void destroy_messages(struct memory *memory) {
    for (size_t i = 0; i < memory->messages_count; i++)
        rd_kafka_message_destroy(memory->messages[i]);
    memory->messages_count = 0;
}

struct memory *loop_memory(struct loop *loop) {
    WATCHED(WATCH_WAIT);
    struct memory *found = NULL;
    pthread_mutex_lock(&loop->memory_mutex);
    while (found == NULL) {
        for (size_t i = 0; i < LOOP_MEMORIES && found == NULL; i++)
            if (loop->memories[i].references == 0)
                found = &loop->memories[i];
        if (found == NULL)
            pthread_cond_wait(&loop->memory_freed, &loop->memory_mutex);
    }
    found->references = 1;
    pthread_mutex_unlock(&loop->memory_mutex);
    return found;
}

void memory_retain(struct memory *memory) {
    pthread_mutex_lock(&memory->loop->memory_mutex);
    memory->references++;
    pthread_mutex_unlock(&memory->loop->memory_mutex);
}

void memory_release(struct memory *memory) {
    struct loop *loop = memory->loop;
    pthread_mutex_lock(&loop->memory_mutex);
    assert(memory->references > 0);
    if (memory->references == 1) {
        destroy_messages(memory);
        arena_reset(&memory->arena, ARENA_KEEP_BYTES);
        pthread_cond_signal(&loop->memory_freed);
    }
    memory->references--;
    pthread_mutex_unlock(&loop->memory_mutex);
}

static void release_publication(struct publication *publication) {
    memory_release(publication->owner);
}

struct publication *loop_publication(struct memory *memory) {
    struct publication *publication = arena_take(&memory->arena, sizeof(*publication));
    publication->owner = memory;
    publication->release = release_publication;
    memory_retain(memory);
    return publication;
}

void memories_fini(struct loop *loop) {
    for (size_t i = 0; i < LOOP_MEMORIES; i++) {
        destroy_messages(&loop->memories[i]);
        arena_fini(&loop->memories[i].arena);
        free(loop->memories[i].messages);
    }
    pthread_cond_destroy(&loop->memory_freed);
    pthread_mutex_destroy(&loop->memory_mutex);
}
