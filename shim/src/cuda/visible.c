/* CUDA_VISIBLE_DEVICES, as the driver reads it: ordinals or beginnings of UUIDs, separated
 * by commas; the list ends at the first entry that names no device, and one named twice
 * hides them all. Decides nothing else. */
#include "xs/visible.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define UUID_TEXT_BYTES 41 /* "GPU-", 32 digits, 4 dashes, and the end */

static void uuid_text(const xs_device_properties *device, char text[UUID_TEXT_BYTES]) {
    static const char digits[] = "0123456789abcdef";
    char *at = text + 4;

    memcpy(text, "GPU-", 4);
    for (uint32_t i = 0; i < 16; i++) {
        uint8_t byte = i < device->uuid_bytes ? device->uuid[i] : 0;
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = digits[byte >> 4];
        *at++ = digits[byte & 15];
    }
    *at = 0;
}

/* The one device whose UUID begins like this; -1: none, or several. */
static int by_uuid(const char *entry, size_t length, const xs_device_properties *devices,
                   uint32_t count) {
    char text[UUID_TEXT_BYTES];
    int found = -1;

    for (uint32_t i = 0; i < count; i++) {
        uuid_text(&devices[i], text);
        if (length < sizeof text && !strncasecmp(entry, text, length)) {
            if (found >= 0)
                return -1;
            found = (int)i;
        }
    }
    return found;
}

static int by_ordinal(const char *entry, size_t length, uint32_t count) {
    char *end;
    long ordinal = strtol(entry, &end, 10);

    while (end < entry + length && *end == ' ')
        end++;
    return end == entry + length && ordinal >= 0 && ordinal < (long)count ? (int)ordinal : -1;
}

int xs_visible_devices(const char *text, const xs_device_properties *devices,
                       uint32_t count, uint8_t *visible) {
    int seen = 0;

    for (uint32_t i = 0; !text && i < count; i++)
        visible[seen++] = (uint8_t)i;
    while (text && *text) {
        size_t length;
        int device;
        text += strspn(text, " ");
        length = strcspn(text, ",");
        device = !strncmp(text, "GPU-", 4) ? by_uuid(text, length, devices, count)
                                           : by_ordinal(text, length, count);
        if (device < 0 || !length)
            break;
        for (int i = 0; i < seen; i++)
            if (visible[i] == device)
                return 0;
        visible[seen++] = (uint8_t)device;
        text += length + (text[length] == ',');
    }
    return seen;
}
