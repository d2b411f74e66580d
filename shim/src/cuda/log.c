/* Lines on standard error. Decides which: XSCHED_LOG is trace (every call), debug (every call
 * that fails), info, warn (the default) or off. Must never allocate: it is called where memory has run out. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xs/log.h"

#define LINE_BYTES 1024
#define NOT_READY 600 /* CUDA_ERROR_NOT_READY */

static int level_now(void) {
    static int known = -1;
    static const char *const names[] = {"trace", "debug", "info", "warn", "off"};
    const char *wanted;

    if (known >= 0)
        return known;
    wanted = getenv("XSCHED_LOG");
    known = XS_LOG_WARN;
    for (int i = 0; wanted && i < 5; i++)
        if (!strcmp(wanted, names[i]))
            known = i;
    return known;
}

int xs_watching;

__attribute__((constructor)) static void watch(void) {
    xs_watching = level_now() <= XS_LOG_DEBUG;
}

int xs_seen(const char *name, int result) {
    if (result && result != NOT_READY)
        xs_log(XS_LOG_DEBUG, "%s returns %d", name, result);
    else
        xs_log(XS_LOG_TRACE, "%s%s", name, result ? " is not ready" : "");
    return result;
}

int xs_logs(xs_level level) {
    return (int)level >= level_now() && level_now() != XS_LOG_OFF;
}

void xs_log(xs_level level, const char *format, ...) {
    char line[LINE_BYTES];
    int saved = errno, used;
    va_list arguments;

    if (!xs_logs(level))
        return;
    memcpy(line, "xsched: ", 8);
    va_start(arguments, format);
    used = vsnprintf(line + 8, sizeof line - 9, format, arguments);
    va_end(arguments);
    used = used < 0 ? 0 : used > (int)sizeof line - 10 ? (int)sizeof line - 10 : used;
    line[8 + used] = '\n';
    if (write(STDERR_FILENO, line, (size_t)used + 9) < 0) { /* nobody to tell */
    }
    errno = saved;
}
