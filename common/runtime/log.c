#include "common/runtime/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/date.h"
#include "common/runtime/clock.h"

enum { LINE_SIZE = 2048 }; /* below PIPE_BUF: a line reaches a pipe in one piece */

static const char *const level_names[] = {
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_ERROR] = "error",
};

static atomic_int lowest_level = LOG_LEVEL_INFO;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

void log_set_level(enum log_level level) {
    atomic_store(&lowest_level, (int)level);
}

/* Nowhere is left to report that stderr cannot be written. */
static void write_whole(const char *data, size_t size) {
    pthread_mutex_lock(&writing);
    while (size > 0) {
        ssize_t written = write(STDERR_FILENO, data, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            break;
        }
        data += written;
        size -= (size_t)written;
    }
    pthread_mutex_unlock(&writing);
}

/* Length of what snprintf left in `capacity` bytes, given its answer. */
static size_t length_kept(int answer, size_t capacity) {
    if (answer < 0) {
        return 0;
    }
    return (size_t)answer < capacity ? (size_t)answer : capacity - 1;
}

void log_line(enum log_level level, const char *topic, const char *text, ...) {
    if ((int)level < atomic_load(&lowest_level)) {
        return;
    }
    int saved_errno = errno;
    char instant[INSTANT_TEXT_SIZE];
    instant_format(clock_real_ms(), instant);

    char line[LINE_SIZE];
    size_t capacity = sizeof(line) - 1; /* the last byte is for the newline */
    size_t size = length_kept(
        snprintf(line, capacity, "%s %s %s: ", instant, level_names[level], topic), capacity);
    va_list values;
    va_start(values, text);
    size += length_kept(vsnprintf(line + size, capacity - size, text, values), capacity - size);
    va_end(values);

    /* One event is one line, whatever a library's message holds. */
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F) {
            line[i] = ' ';
        }
    }
    line[size++] = '\n';
    write_whole(line, size);
    errno = saved_errno;
}
