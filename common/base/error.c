#include "common/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Length of `text` of `size` bytes without a UTF-8 sequence that a cut left incomplete, so that
 * what is logged or published stays well-formed. */
static size_t whole_characters(const char *text, size_t size) {
    size_t lead = size;
    while (lead > 0 && size - lead < 3 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80) {
        lead--;
    }
    if (lead == 0) {
        return size;
    }
    unsigned char first = (unsigned char)text[lead - 1];
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    return size - (lead - 1) < length ? lead - 1 : size;
}

/* Copies as much as fits, terminated. */
static void copy_cut(char *target, size_t capacity, const char *text, size_t size) {
    if (size >= capacity) {
        size = whole_characters(text, capacity - 1);
    }
    memcpy(target, text, size);
    target[size] = '\0';
}

/* Formats into a buffer as large as the error's text; returns the length of what is there. */
static size_t PRINTF_LIKE(3, 0)
    format_cut(char *text, size_t capacity, const char *format, va_list values) {
    int length = vsnprintf(text, capacity, format, values);
    if (length < 0) {
        length = 0;
        text[0] = '\0';
    }
    return (size_t)length < capacity ? (size_t)length : whole_characters(text, capacity - 1);
}

bool error_set(struct error *err, enum error_class class, const char *code, const char *format,
               ...) {
    if (err == NULL) {
        return false;
    }
    /* The values may point into *err itself: format beside it first. */
    struct error made = {.class = class};
    va_list values;
    va_start(values, format);
    size_t size = format_cut(made.text, sizeof(made.text), format, values);
    va_end(values);
    made.text[size] = '\0';
    copy_cut(made.code, sizeof(made.code), code, strlen(code));
    *err = made;
    return false;
}

bool error_prefix(struct error *err, const char *format, ...) {
    if (err == NULL) {
        return false;
    }
    char text[sizeof(err->text)];
    va_list values;
    va_start(values, format);
    size_t size = format_cut(text, sizeof(text), format, values);
    va_end(values);
    const char *separator = ": ";
    for (; *separator != '\0' && size < sizeof(text) - 1; separator++) {
        text[size++] = *separator;
    }
    copy_cut(text + size, sizeof(text) - size, err->text, strlen(err->text));
    memcpy(err->text, text, sizeof(text));
    return false;
}
