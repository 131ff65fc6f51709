#include "common/runtime/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool secret_file_exists(const struct secret_file *file) {
    struct stat status;
    return lstat(file->path, &status) == 0;
}

static bool refuse_errno(const struct secret_file *file, const char *what, struct error *err) {
    return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s (%s): %s: %s", file->path,
                     file->setting, what, strerror(errno));
}

static bool write_whole(int descriptor, const unsigned char *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* Makes the file's name durable. */
static bool sync_directory(const char *directory) {
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    bool ok = fsync(descriptor) == 0;
    close(descriptor);
    return ok;
}

bool secret_file_create(const struct secret_file *file, const unsigned char *bytes, size_t size,
                        struct error *err) {
    char directory_text[PATH_MAX];
    char draft[PATH_MAX];
    if (snprintf(draft, sizeof(draft), "%s.%ld", file->path, (long)getpid()) >=
        (int)sizeof(draft)) {
        errno = ENAMETOOLONG;
        return refuse_errno(file, "cannot be made", err);
    }
    snprintf(directory_text, sizeof(directory_text), "%s", file->path);
    const char *directory = dirname(directory_text);
    if (mkdir(directory, 0700) != 0 && errno != EEXIST) {
        return refuse_errno(file, "its directory cannot be made", err);
    }
    unlink(draft); /* left by a process that was killed and had our id */
    int descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return refuse_errno(file, "cannot be made", err);
    }
    /* link() does not replace a file: of two processes, the first one's key stays. */
    bool ok = write_whole(descriptor, bytes, size) && fsync(descriptor) == 0 &&
              (link(draft, file->path) == 0 || errno == EEXIST) && sync_directory(directory);
    if (!ok) {
        refuse_errno(file, "cannot be written", err);
    }
    close(descriptor);
    unlink(draft);
    return ok;
}

static bool check_status(const struct secret_file *file, int descriptor, size_t size,
                         struct error *err) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) {
        return refuse_errno(file, "cannot be read", err);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "%s (%s): not a regular file",
                         file->path, file->setting);
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "%s (%s): its mode is %04o, so that others may touch the key; remedy: "
                         "chmod 600 %s",
                         file->path, file->setting, (unsigned)(status.st_mode & 07777), file->path);
    }
    if (status.st_size != (off_t)size) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "%s (%s): has %lld bytes instead of %zu; restore it from its backup",
                         file->path, file->setting, (long long)status.st_size, size);
    }
    return true;
}

bool secret_file_read(const struct secret_file *file, unsigned char *bytes, size_t size,
                      struct error *err) {
    int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && errno == ENOENT) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "%s (%s): does not exist; `guichet migrate` makes it", file->path,
                         file->setting);
    }
    if (descriptor < 0) {
        return refuse_errno(file, "cannot be opened", err);
    }
    bool ok = check_status(file, descriptor, size, err);
    if (ok && read(descriptor, bytes, size) != (ssize_t)size) {
        ok = refuse_errno(file, "cannot be read", err);
    }
    close(descriptor);
    return ok;
}
