#include "common/runtime/comparison.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 4096 };

void comparison_fini(struct comparison *comparison) {
    free(comparison->read);
    free(comparison->stored);
    *comparison = (struct comparison){0};
}

void comparison_clear(struct comparison *comparison) {
    comparison->read_count = 0;
    comparison->stored_count = 0;
}

/* Room for one more; NULL if there may not be more. */
static void *grown(void *items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return items;
    if (count >= COMPARISON_MOST)
        return NULL;
    size_t wanted = *capacity == 0 ? CAPACITY_FIRST : *capacity * 2;
    *capacity = wanted > COMPARISON_MOST ? COMPARISON_MOST : wanted;
    void *more = reallocarray(items, *capacity, size);
    if (more == NULL)
        abort();
    return more;
}

bool comparison_add_read(struct comparison *comparison, const struct read_id *read) {
    struct read_id *items =
        grown(comparison->read, comparison->read_count, &comparison->read_capacity, sizeof(*items));
    if (items == NULL)
        return false;
    comparison->read = items;
    items[comparison->read_count++] = *read;
    return true;
}

bool comparison_add_stored(struct comparison *comparison, const struct stored_id *stored) {
    struct stored_id *items = grown(comparison->stored, comparison->stored_count,
                                    &comparison->stored_capacity, sizeof(*items));
    if (items == NULL)
        return false;
    comparison->stored = items;
    items[comparison->stored_count++] = *stored;
    return true;
}

static int compare_ids(const struct uuid *a, const struct uuid *b) {
    return memcmp(a->bytes, b->bytes, UUID_SIZE);
}

static int compare_read(const void *first, const void *second) {
    const struct read_id *a = first;
    const struct read_id *b = second;
    int order = compare_ids(&a->id, &b->id);
    if (order == 0)
        order = (a->place > b->place) - (a->place < b->place);
    return order != 0 ? order : (a->offset > b->offset) - (a->offset < b->offset);
}

static int compare_stored(const void *first, const void *second) {
    const struct stored_id *a = first;
    const struct stored_id *b = second;
    return compare_ids(&a->id, &b->id);
}

/* Entries of compacted topics by key, the latest first; what has no key comes before them. */
static int compare_keys(const void *first, const void *second) {
    const struct stored_id *a = first;
    const struct stored_id *b = second;
    int order = (int)a->is_compacted - (int)b->is_compacted;
    if (order == 0)
        order = (a->topic > b->topic) - (a->topic < b->topic);
    if (order == 0)
        order = (a->key_hash > b->key_hash) - (a->key_hash < b->key_hash);
    return order != 0 ? order : (a->decided_at < b->decided_at) - (a->decided_at > b->decided_at);
}

static bool is_same_key(const struct stored_id *a, const struct stored_id *b) {
    return a->topic == b->topic && a->key_hash == b->key_hash;
}

static void match_ids(struct comparison *comparison) {
    size_t k = 0;
    for (size_t i = 0; i < comparison->read_count; i++) {
        struct read_id *read = &comparison->read[i];
        while (k < comparison->stored_count &&
               compare_ids(&comparison->stored[k].id, &read->id) < 0)
            k++;
        bool is_stored = false;
        for (size_t n = k;
             n < comparison->stored_count && compare_ids(&comparison->stored[n].id, &read->id) == 0;
             n++)
            is_stored = comparison->stored[n].is_read = true;
        if (i > 0 && compare_ids(&comparison->read[i - 1].id, &read->id) == 0)
            read->outcome = COMPARISON_REPEATED;
        else if (!is_stored && !read->may_be_forgotten)
            read->outcome = COMPARISON_UNKNOWN;
    }
}

/* Of the entries of one key the latest must be there; of those of one instant, any. What was not
 * published yet does not count. */
static void match_key(struct stored_id *entries, size_t count) {
    size_t latest = 0;
    while (latest < count && !entries[latest].is_published && !entries[latest].is_read)
        latest++;
    if (latest == count)
        return;
    for (size_t i = latest; i < count && entries[i].decided_at == entries[latest].decided_at; i++)
        if (entries[i].is_read || entries[i].may_be_gone)
            return;
    entries[latest].outcome = COMPARISON_MISSING;
}

void comparison_match(struct comparison *comparison) {
    struct stored_id *stored = comparison->stored;
    size_t count = comparison->stored_count;
    if (comparison->read_count > 0)
        qsort(comparison->read, comparison->read_count, sizeof(*comparison->read), compare_read);
    if (count > 0)
        qsort(stored, count, sizeof(*stored), compare_stored);
    match_ids(comparison);
    if (count > 0)
        qsort(stored, count, sizeof(*stored), compare_keys);
    for (size_t i = 0; i < count;) {
        size_t same = 1;
        if (stored[i].is_compacted) {
            while (i + same < count && is_same_key(&stored[i], &stored[i + same]))
                same++;
            match_key(&stored[i], same);
        } else if (stored[i].is_published && !stored[i].is_read && !stored[i].may_be_gone) {
            stored[i].outcome = COMPARISON_MISSING;
        }
        i += same;
    }
}
