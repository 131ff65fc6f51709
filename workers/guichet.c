/* guichet: event workers behind an insurer's client space. A table of subcommands and a loop. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/base/compiler.h"
#include "workers/commands/commands.h"

struct command {
    const char *name;
    const char *arguments;
    const char *summary;
    int (*function)(int argc, char **argv);
};

static const struct command commands[] = {
    {"run", "[WORKER...]", "run workers, all by default, until SIGTERM or SIGINT", command_run},
    {"migrate", "", "make or renew the database's tables, and the key files", command_migrate},
    {"topics", "[list|create|check]", "list the topics, make them, compare them", command_topics},
    {"check", "", "check settings, keys, zone, database and topics", command_check},
    {"send", "FILE", "publish structured CloudEvents, one a line; - is stdin", command_send},
    {"status", "[--json]", "how the whole installation stands, on one screen", command_status},
    {"explain", "[--reveal] ID", "tell how a subject (SIREN/ID) or event was decided",
     command_explain},
    {"dlq", "list|show|retry|drop", "what was refused: list it, try it again, give it up",
     command_dlq},
    {"recheck", "[WORKER...]", "decide stored facts again, print what would differ",
     command_recheck},
    {"audit", "[WORKER...]", "compare what readers see of the outputs with what is stored",
     command_audit},
    {"sla", "[OPTION...]", "open online requests by business time left; totals by day",
     command_sla},
    {"roster", "[--csv|--json] SIREN", "list everybody insured of an employer", command_roster},
    {"tracking", "[--csv|--json] SIREN", "list the online requests of an employer",
     command_tracking},
    {"partition", "list|explain|adopt|...",
     "where partitions stand; what to do about one that is stopped", command_partition},
    {"privacy", "report|erase SIREN/ID",
     "write out what is held of a person, or ask for its erasure", command_privacy},
    {"demo", "[--once]", "show everything on an embedded broker and database", command_demo},
    {"settings", "", "print the table of settings as Markdown", command_settings},
    {"rows", "", "print the fields of every event type as JSON", command_rows},
    {"decode", "TYPE", "judge each line of stdin as data of an event type", command_decode},
};

/* What `--help` says of a command beyond its line above. */
static const struct {
    const char *command;
    const char *text;
} more_help[] = {
    {"audit", "  --json\n"},
    {"explain", "  --reveal              open what is sealed\n"
                "  --rules WORKER        the worker's rules, as a table\n"
                "  --states WORKER       the states of its subjects, as a Mermaid diagram\n"},
    {"dlq", "  list                  those with which nothing was done yet\n"
            "  show PLACE            one of them; PLACE is TOPIC/PARTITION/OFFSET\n"
            "  retry|drop PLACE...   have it decided, or sent, again; give it up. Instead of\n"
            "                        places, filters: all that list shows for them\n"
            "  --worker W, --reason R, --siren N, --since INSTANT\n"
            "  --limit N             the latest (100)\n"
            "  --all                 of list: also what was dealt with, and what only waits\n"
            "  --json                of list\n"
            "  --reveal              of show: the record as it came\n"
            "  --dry-run             of retry, drop: show, and do nothing\n"
            "  --yes                 of retry, drop: do not ask\n"
            "  --by NAME             of retry, drop: who asks for it; the login name else\n"},
    {"partition", "  list [WORKER...]      where each partition stands\n"
                  "  explain WORKER TOPIC/PARTITION\n"
                  "                        verdict and evidence, remedies, what was done before\n"
                  "  adopt WORKER TOPIC/PARTITION\n"
                  "                        take the world as it is found\n"
                  "  republish WORKER TOPIC/PARTITION\n"
                  "                        publish again from the store, with the same ids\n"
                  "  --stopped, --json     of list\n"
                  "  --from OFFSET         of adopt, republish: where to begin\n"
                  "  --dry-run             show, and do nothing\n"
                  "  --yes                 do not ask\n"
                  "  --by NAME             who decides it; the login's name else\n"},
    {"privacy", "  SIREN/ID names an insured, an affiliation request or a privacy request.\n"
                "  report deciphers what is held, into a new file that only its owner reads;\n"
                "  erase shows what is held and, once confirmed, sends the request for it: the\n"
                "  privacy worker decides and records it.\n"
                "  --out FILE            of report\n"
                "  --dry-run             of erase: show, and send nothing\n"
                "  --yes                 of erase: do not ask\n"
                "  --id ID               of erase: the privacy request's id; a new one else\n"},
    {"sla", "  --siren N, --contract ID, --class online_single|online_bulk\n"
            "  --status waiting|under_review\n"
            "  --late                past the due instant\n"
            "  --due-within HOURS    at most that much business time left, or late\n"
            "  --limit N             rows (100)\n"
            "  --totals              met, late and open, by day of the submission and class\n"
            "  --days N              of the totals (7)\n"
            "  --json\n"},
};

static const char options_help[] =
    "  --config FILE         settings (INI)\n"
    "  -o section.key=value  one setting, over file and environment\n"
    "  --help, --version\n";

static void print_command_usage(FILE *out, const struct command *command) {
    fprintf(out, "usage: guichet %s%s%s [--config FILE] [-o section.key=value]...\n", command->name,
            command->arguments[0] != '\0' ? " " : "", command->arguments);
}

static void print_usage(FILE *out) {
    fputs("usage: guichet COMMAND [ARGUMENT...] [OPTION...]\n\n", out);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        fprintf(out, "  %-9s %-22s %s\n", commands[i].name, commands[i].arguments,
                commands[i].summary);
    }
    fprintf(out, "\n%s", options_help);
}

static int print_version(void) {
    puts("guichet " GUICHET_VERSION);
    return EX_OK;
}

static bool has_argument(int argc, char **argv, const char *argument) {
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], argument) == 0) {
            return true;
        }
    }
    return false;
}

static int run_command(const struct command *command, int argc, char **argv) {
    if (has_argument(argc, argv, "--help")) {
        print_command_usage(stdout, command);
        printf("\n  %s\n\n", command->summary);
        for (size_t i = 0; i < COUNT_OF(more_help); i++) {
            if (strcmp(more_help[i].command, command->name) == 0) {
                fputs(more_help[i].text, stdout);
            }
        }
        fputs(options_help, stdout);
        return EX_OK;
    }
    if (has_argument(argc, argv, "--version")) {
        return print_version();
    }
    int code = command->function(argc, argv);
    if (code == EX_USAGE) {
        print_command_usage(stderr, command);
    }
    return code;
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return run_command(&commands[i], argc - 1, argv + 1);
        }
    }
    if (strcmp(name, "--help") == 0) {
        print_usage(stdout);
        return EX_OK;
    }
    if (strcmp(name, "--version") == 0) {
        return print_version();
    }
    if (name[0] != '\0') {
        fprintf(stderr, "guichet: no such command: %s\n", name);
    }
    print_usage(stderr);
    return EX_USAGE;
}
