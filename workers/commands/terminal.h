/* Text from outside, as a terminal may see it. */
#ifndef GUICHET_COMMANDS_TERMINAL_H
#define GUICHET_COMMANDS_TERMINAL_H

#include "common/base/buffer.h"

/* Appends the bytes on one line, with what a terminal might obey made visible as \xNN: control
 * characters (those of two bytes too), and in what is no UTF-8 every byte beyond ASCII. */
void terminal_append(struct buffer *out, struct slice bytes);

#endif
