/* Text as a JSON string: in quotes, with what JSON wants escaped. All other bytes stay, so UTF-8
 * goes through as it is. */
#ifndef GUICHET_RECORD_QUOTE_H
#define GUICHET_RECORD_QUOTE_H

#include "common/base/buffer.h"

/* Appends the quoted text; `text` must be valid UTF-8 if the result is to be JSON. */
void quote_append(struct buffer *out, struct slice text);

#endif
