/* Lines on standard error (log.c). */
#ifndef XS_LOG_H
#define XS_LOG_H

typedef enum xs_level { XS_LOG_DEBUG, XS_LOG_INFO, XS_LOG_WARN, XS_LOG_OFF } xs_level;
/* One line on standard error, "xsched: " before it, if XSCHED_LOG allows. Keeps errno. */
void xs_log(xs_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
int xs_logs(xs_level level);

#endif
