/* The C11 threads of librdkafka, on POSIX threads.
 *
 * The thread sanitizer follows pthread_*, but not thrd_*, mtx_* and cnd_*: a thread made by
 * thrd_create() is unknown to it, and its first malloc() crashes. Builds with that sanitizer link
 * this file into the program, whose symbols go before those of the C library. The sanitizer then
 * sees each thread and lock of librdkafka, so that what is handed over through its queues is known
 * to be handed over. glibc itself keeps a pthread_mutex_t in mtx_t and a pthread_cond_t in cnd_t.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "a mutex fits");
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "a condition fits");
static_assert(sizeof(thrd_t) == sizeof(pthread_t), "a thread is a thread");

/* Of the sanitizer's runtime: what this thread writes in between is not judged. librdkafka hands
 * its locks themselves over by other means than these locks, some of which are not seen. */
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

struct start {
    thrd_start_t run;
    void *argument;
};

static int result_of(int code) {
    switch (code) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ETIMEDOUT:
        return thrd_timedout;
    case ENOMEM:
        return thrd_nomem;
    default:
        return thrd_error;
    }
}

static pthread_mutex_t *mutex_of(mtx_t *mutex) {
    return (pthread_mutex_t *)(void *)mutex;
}

static pthread_cond_t *condition_of(cnd_t *condition) {
    return (pthread_cond_t *)(void *)condition;
}

static void *run(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    return (void *)(intptr_t)start.run(start.argument);
}

/* glibc declares these with parameter names that are its own to use.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
int thrd_create(thrd_t *thread, thrd_start_t function, void *argument) {
    struct start *start = malloc(sizeof(*start));
    if (start == NULL)
        return thrd_nomem;
    *start = (struct start){function, argument};
    int code = pthread_create(thread, NULL, run, start);
    if (code != 0)
        free(start);
    return result_of(code);
}

int thrd_join(thrd_t thread, int *result) {
    void *value = NULL;
    int code = pthread_join(thread, &value);
    if (code == 0 && result != NULL)
        *result = (int)(intptr_t)value;
    return result_of(code);
}

int thrd_detach(thrd_t thread) {
    return result_of(pthread_detach(thread));
}

int mtx_init(mtx_t *mutex, int type) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, (type & mtx_recursive) != 0 ? PTHREAD_MUTEX_RECURSIVE
                                                                       : PTHREAD_MUTEX_DEFAULT);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    int code = pthread_mutex_init(mutex_of(mutex), &attributes);
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    pthread_mutexattr_destroy(&attributes);
    return result_of(code);
}

void mtx_destroy(mtx_t *mutex) {
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    pthread_mutex_destroy(mutex_of(mutex));
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

int mtx_lock(mtx_t *mutex) {
    return result_of(pthread_mutex_lock(mutex_of(mutex)));
}

int mtx_trylock(mtx_t *mutex) {
    return result_of(pthread_mutex_trylock(mutex_of(mutex)));
}

int mtx_unlock(mtx_t *mutex) {
    return result_of(pthread_mutex_unlock(mutex_of(mutex)));
}

int cnd_init(cnd_t *condition) {
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    int code = pthread_cond_init(condition_of(condition), NULL);
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    return result_of(code);
}

void cnd_destroy(cnd_t *condition) {
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
    pthread_cond_destroy(condition_of(condition));
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
}

int cnd_signal(cnd_t *condition) {
    return result_of(pthread_cond_signal(condition_of(condition)));
}

int cnd_broadcast(cnd_t *condition) {
    return result_of(pthread_cond_broadcast(condition_of(condition)));
}

int cnd_wait(cnd_t *condition, mtx_t *mutex) {
    return result_of(pthread_cond_wait(condition_of(condition), mutex_of(mutex)));
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex,
                  const struct timespec *restrict deadline) {
    return result_of(pthread_cond_timedwait(condition_of(condition), mutex_of(mutex), deadline));
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
