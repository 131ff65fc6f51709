#include "workers/commands/terminal.h"

/* Size of the control character at `i`, 0 if there is none. In UTF-8 those from U+0080 to U+009F
 * are two bytes; U+009B begins a terminal's commands like ESC [ does. */
static size_t control_size(struct slice bytes, size_t i, bool is_utf8) {
    unsigned char byte = (unsigned char)bytes.data[i];
    if (byte < ' ' || byte == 0x7f || (byte > 0x7f && !is_utf8)) {
        return 1;
    }
    return byte == 0xc2 && (unsigned char)bytes.data[i + 1] < 0xa0 ? 2 : 0;
}

void terminal_append(struct buffer *out, struct slice bytes) {
    static const char digits[] = "0123456789abcdef";
    bool is_utf8 = slice_is_utf8(bytes);
    for (size_t i = 0; i < bytes.size;) {
        size_t size = control_size(bytes, i, is_utf8);
        if (size == 0) {
            buffer_append_byte(out, bytes.data[i++]);
        }
        for (; size > 0; size--, i++) {
            unsigned char byte = (unsigned char)bytes.data[i];
            buffer_append_text(out, "\\x");
            buffer_append_byte(out, digits[byte >> 4]);
            buffer_append_byte(out, digits[byte & 0xf]);
        }
    }
}
