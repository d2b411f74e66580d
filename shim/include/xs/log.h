/* Lines on standard error (log.c). */
#ifndef XS_LOG_H
#define XS_LOG_H

typedef enum xs_level {
    XS_LOG_TRACE,
    XS_LOG_DEBUG,
    XS_LOG_INFO,
    XS_LOG_WARN,
    XS_LOG_OFF,
} xs_level;
/* One line on standard error, "xsched: " before it, if XSCHED_LOG allows. Keeps errno. */
void xs_log(xs_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
int xs_logs(xs_level level);

/* Does the log want to hear of each call (trace) or of each that fails (debug)? Set while the
 * library is loaded, constant from then on. */
extern int xs_watching __attribute__((visibility("hidden")));
/* What entry point `name` returns, said if the log wants to hear of it. Returns result. That
 * something is not ready yet (600) is an answer, no failure. */
int xs_seen(const char *name, int result) __attribute__((cold));

#endif
