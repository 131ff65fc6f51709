#include "common/runtime/receipt.h"

#include <stdlib.h>

#include "common/record/topics.h"

enum {
    RECEIPTS_MOST = 256, /* of a few KiB each */
    IDS_FIRST = 4096,
    FOLDS_FIRST = 64,
};

static void *take(size_t count, size_t size) {
    void *taken = calloc(count == 0 ? 1 : count, size);
    if (taken == NULL)
        abort();
    return taken;
}

/* An array with room for one more, twice as large whenever it is full. */
static void *grown(void *items, size_t count, size_t *capacity, size_t first, size_t size) {
    if (count < *capacity)
        return items;
    *capacity = *capacity == 0 ? first : *capacity * 2;
    void *more = reallocarray(items, *capacity, size);
    if (more == NULL)
        abort();
    return more;
}

static void receipt_destroy(struct receipt *receipt) {
    free(receipt->folds);
    free(receipt->spans);
    free(receipt);
}

void receipts_add(struct receipts *receipts, struct receipt *receipt) {
    receipt->next = NULL;
    if (receipts->count == RECEIPTS_MOST) {
        receipt_destroy(receipt);
        return;
    }
    if (receipts->last == NULL)
        receipts->first = receipt;
    else
        receipts->last->next = receipt;
    receipts->last = receipt;
    receipts->count++;
}

void receipts_move(struct receipts *to, struct receipts *from) {
    while (from->first != NULL) {
        struct receipt *receipt = from->first;
        from->first = receipt->next;
        receipts_add(to, receipt);
    }
    *from = (struct receipts){0};
}

void receipts_drop(struct receipts *receipts, size_t count) {
    for (; count > 0 && receipts->first != NULL; count--) {
        struct receipt *receipt = receipts->first;
        receipts->first = receipt->next;
        receipts->count--;
        receipt_destroy(receipt);
    }
    if (receipts->first == NULL)
        receipts->last = NULL;
}

void reckoning_begin(struct reckoning *reckoning) {
    reckoning->ids_count = 0;
    reckoning->folds_count = 0;
    reckoning->latest = 0;
    reckoning->is_doubtful = false;
}

void reckoning_fini(struct reckoning *reckoning) {
    free(reckoning->ids);
    free(reckoning->folds);
    *reckoning = (struct reckoning){0};
}

size_t reckoning_add(struct reckoning *reckoning, const struct uuid *id) {
    reckoning->ids = grown(reckoning->ids, reckoning->ids_count, &reckoning->ids_capacity,
                           IDS_FIRST, sizeof(*reckoning->ids));
    reckoning->ids[reckoning->ids_count] = *id;
    return reckoning->ids_count++;
}

static bool is_of(const struct receipt_fold *fold, const char *topic, int32_t partition) {
    return fold->partition == partition && slice_is(fold->topic, topic);
}

static struct receipt_fold *fold_of(struct reckoning *reckoning, const struct topic *topic,
                                    int32_t partition) {
    for (size_t i = 0; i < reckoning->folds_count; i++)
        if (is_of(&reckoning->folds[i], topic->name, partition)) {
            reckoning->latest = i;
            return &reckoning->folds[i];
        }
    reckoning->folds = grown(reckoning->folds, reckoning->folds_count, &reckoning->folds_capacity,
                             FOLDS_FIRST, sizeof(*reckoning->folds));
    reckoning->latest = reckoning->folds_count++;
    struct receipt_fold *fold = &reckoning->folds[reckoning->latest];
    *fold = (struct receipt_fold){.topic = slice_of(topic->name), .partition = partition};
    return fold;
}

void reckoning_confirm(struct reckoning *reckoning, size_t number, const char *topic,
                       int32_t partition, int64_t offset) {
    const struct topic *known = NULL;
    struct receipt_fold *fold = NULL;
    if (reckoning->latest < reckoning->folds_count &&
        is_of(&reckoning->folds[reckoning->latest], topic, partition))
        fold = &reckoning->folds[reckoning->latest];
    else if ((known = topic_find(slice_of(topic))) != NULL)
        fold = fold_of(reckoning, known, partition);
    if (fold == NULL || offset < 0 || number >= reckoning->ids_count) {
        reckoning->is_doubtful = true;
        return;
    }
    fold_add(&fold->fold, offset, &reckoning->ids[number]);
}

struct receipt *reckoning_receipt(const struct reckoning *reckoning, const struct span *spans,
                                  size_t spans_count, int64_t now_ms) {
    size_t confirmed = 0;
    for (size_t i = 0; i < reckoning->folds_count; i++)
        confirmed += (size_t)reckoning->folds[i].fold.records;
    if (reckoning->is_doubtful || confirmed != reckoning->ids_count)
        return NULL;
    struct receipt *receipt = take(1, sizeof(*receipt));
    receipt->made_at_ms = now_ms;
    receipt->folds = take(reckoning->folds_count, sizeof(*receipt->folds));
    /* What stands on a clock is read by the worker itself: nobody compares it. */
    for (size_t i = 0; i < reckoning->folds_count; i++)
        if (!topic_find(reckoning->folds[i].topic)->is_input)
            receipt->folds[receipt->folds_count++] = reckoning->folds[i];
    receipt->spans = take(spans_count, sizeof(*receipt->spans));
    for (size_t i = 0; i < spans_count; i++) {
        const struct topic *topic = topic_find(spans[i].topic);
        if (topic == NULL)
            continue;
        struct span *span = &receipt->spans[receipt->spans_count++];
        *span = spans[i];
        span->topic = slice_of(topic->name);
    }
    return receipt;
}
