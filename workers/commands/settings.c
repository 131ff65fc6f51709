#include <stdio.h>
#include <sysexits.h>

#include "workers/commands/commands.h"
#include "workers/commands/options.h"

int command_settings(int argc, char **argv) {
    struct options options;
    struct error err;
    if (!options_parse(argc, argv, NULL, 0, 0, &options, &err)) {
        return options_failed(argv[0], &err);
    }
    config_print_markdown(stdout);
    return EX_OK;
}
