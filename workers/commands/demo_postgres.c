#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/runtime/clock.h"
#include "workers/commands/demo.h"

enum { START_TIMEOUT_MS = 30000, STOP_TIMEOUT_MS = 10000, PAUSE_MS = 20, PROGRAM_PATH = 256 };

static void pause_ms(int ms) {
    nanosleep(&(struct timespec){.tv_nsec = (long)ms * 1000000}, NULL);
}

/* Debian keeps the server's programs outside PATH, one folder per version: the last is the newest.
 */
static bool find_program(const char *name, char path[PROGRAM_PATH]) {
    char pattern[PROGRAM_PATH];
    glob_t found = {0};
    bool is_found = false;
    snprintf(pattern, sizeof(pattern), "/usr/lib/postgresql/*/bin/%s", name);
    if (glob(pattern, 0, NULL, &found) == 0 && found.gl_pathc > 0) {
        snprintf(path, PROGRAM_PATH, "%s", found.gl_pathv[found.gl_pathc - 1]);
        is_found = true;
    }
    globfree(&found);
    const char *folders = getenv("PATH");
    for (const char *at = folders; !is_found && at != NULL && *at != '\0';) {
        size_t size = strcspn(at, ":");
        snprintf(path, PROGRAM_PATH, "%.*s/%s", (int)size, at, name);
        is_found = access(path, X_OK) == 0;
        at += size + (at[size] == ':');
    }
    return is_found;
}

/* The server refuses to run as root. NULL: we are not root, no change is needed. */
static bool find_user(const struct passwd **user, struct error *err) {
    *user = NULL;
    if (geteuid() != 0) {
        return true;
    }
    *user = getpwnam("postgres");
    if (*user == NULL) {
        *user = getpwnam("nobody");
    }
    return *user != NULL || error_set(err, ERROR_FATAL, "CONFIGURATION",
                                      "PostgreSQL does not run as root, and there is neither a "
                                      "user postgres nor a user nobody");
}

/* In the child: becomes the program, or ends with 127. */
static _Noreturn void become(const struct demo *demo, const struct passwd *user,
                             char *const arguments[]) {
    char log_path[DEMO_FOLDER + 32];
    snprintf(log_path, sizeof(log_path), "%s/postgres.log", demo->folder);
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    /* A session of its own: Ctrl-C in the terminal is for the demo, which stops the server last. */
    setsid();
    if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) {
        _exit(127);
    }
    if (user != NULL && (initgroups(user->pw_name, user->pw_gid) != 0 ||
                         setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
        _exit(127);
    }
    /* If the demo is killed, the server goes too. Changing the user would have cleared this. */
    if (prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || chdir(demo->folder) != 0) {
        _exit(127);
    }
    execv(arguments[0], arguments);
    _exit(127);
}

static bool start(const struct demo *demo, const struct passwd *user, char *const arguments[],
                  pid_t *pid, struct error *err) {
    *pid = fork();
    if (*pid < 0) {
        return error_set(err, ERROR_FATAL, "FORK", "can't start %s: %s", arguments[0],
                         strerror(errno));
    }
    if (*pid == 0) {
        become(demo, user, arguments);
    }
    return true;
}

static bool make_database(const struct demo *demo, const struct passwd *user, const char *data,
                          struct error *err) {
    char program[PROGRAM_PATH];
    char data_folder[DEMO_FOLDER + 32];
    if (!find_program("initdb", program)) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "no PostgreSQL server found (initdb is neither in "
                         "/usr/lib/postgresql/*/bin nor in PATH): install the package postgresql");
    }
    snprintf(data_folder, sizeof(data_folder), "%s", data);
    char *arguments[] = {program, "-D", data_folder, "-U",         "guichet",   "-A",
                         "trust", "-E", "UTF8",      "--locale=C", "--no-sync", "--no-instructions",
                         NULL};
    pid_t pid;
    if (!start(demo, user, arguments, &pid, err)) {
        return false;
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           error_set(err, ERROR_FATAL, "POSTGRES", "initdb failed: see %s/postgres.log",
                     demo->folder);
}

static bool wait_until_ready(struct demo *demo, struct error *err) {
    char conninfo[DEMO_FOLDER + 64];
    demo_postgres_conninfo(demo, conninfo, sizeof(conninfo));
    int64_t deadline_ms = clock_monotonic_ms() + START_TIMEOUT_MS;
    while (PQping(conninfo) != PQPING_OK) {
        if (waitpid(demo->postgres_pid, NULL, WNOHANG) == demo->postgres_pid) {
            demo->postgres_pid = 0;
            return error_set(err, ERROR_FATAL, "POSTGRES",
                             "PostgreSQL ended at its start: see %s/postgres.log", demo->folder);
        }
        if (clock_monotonic_ms() > deadline_ms) {
            return error_set(err, ERROR_FATAL, "POSTGRES",
                             "PostgreSQL is not ready after %d s: see %s/postgres.log",
                             START_TIMEOUT_MS / 1000, demo->folder);
        }
        pause_ms(PAUSE_MS);
    }
    return true;
}

bool demo_postgres_start(struct demo *demo, struct error *err) {
    const struct passwd *user;
    char program[PROGRAM_PATH];
    char data[DEMO_FOLDER + 32];
    static const char socket_name[] = "/.s.PGSQL.5432.lock";
    if (strlen(demo->folder) + sizeof(socket_name) >
        sizeof(((struct sockaddr_un *)NULL)->sun_path)) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "the name of the folder %s is too long for a socket: set TMPDIR",
                         demo->folder);
    }
    if (!find_user(&user, err)) {
        return false;
    }
    if (user != NULL && chown(demo->folder, user->pw_uid, user->pw_gid) != 0) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION", "can't give %s to user %s: %s",
                         demo->folder, user->pw_name, strerror(errno));
    }
    snprintf(data, sizeof(data), "%s/data", demo->folder);
    if (!make_database(demo, user, data, err)) {
        return false;
    }
    if (!find_program("postgres", program)) {
        return error_set(err, ERROR_FATAL, "CONFIGURATION",
                         "initdb without postgres: an "
                         "incomplete PostgreSQL");
    }
    /* The data is gone with the demo, so nothing needs to reach the disk. */
    char *arguments[] = {
        program, "-D",        data, "-k",   demo->folder, "-c", "listen_addresses=",
        "-c",    "fsync=off", "-p", "5432", NULL};
    return start(demo, user, arguments, &demo->postgres_pid, err) && wait_until_ready(demo, err);
}

void demo_postgres_stop(struct demo *demo) {
    /* Fast, then immediate shutdown, then without asking. */
    static const int signals[] = {SIGINT, SIGQUIT, SIGKILL};
    for (size_t i = 0; demo->postgres_pid > 0 && i < sizeof(signals) / sizeof(signals[0]); i++) {
        kill(demo->postgres_pid, signals[i]);
        int64_t deadline_ms = clock_monotonic_ms() + STOP_TIMEOUT_MS;
        while (demo->postgres_pid > 0 && clock_monotonic_ms() < deadline_ms) {
            if (waitpid(demo->postgres_pid, NULL, WNOHANG) != 0) {
                demo->postgres_pid = 0;
            } else {
                pause_ms(PAUSE_MS);
            }
        }
    }
}

void demo_postgres_conninfo(const struct demo *demo, char *text, size_t size) {
    snprintf(text, size, "host=%s port=5432 user=guichet dbname=postgres", demo->folder);
}
