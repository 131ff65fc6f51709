/* The subcommands of `guichet`, one file each. argv[0] is the command's name. Each returns an exit
 * code of sysexits.h (0, 64 usage, 65 data, 69 unavailable, 75 try again, 78 configuration) after
 * having said why on stderr. */
#ifndef GUICHET_COMMANDS_COMMANDS_H
#define GUICHET_COMMANDS_COMMANDS_H

int command_audit(int argc, char **argv);
int command_check(int argc, char **argv);
int command_decode(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_dlq(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_migrate(int argc, char **argv);
int command_partition(int argc, char **argv);
int command_privacy(int argc, char **argv);
int command_recheck(int argc, char **argv);
int command_roster(int argc, char **argv);
int command_rows(int argc, char **argv);
int command_run(int argc, char **argv);
int command_send(int argc, char **argv);
int command_settings(int argc, char **argv);
int command_sla(int argc, char **argv);
int command_status(int argc, char **argv);
int command_topics(int argc, char **argv);
int command_tracking(int argc, char **argv);

#endif
