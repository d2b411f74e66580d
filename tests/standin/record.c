/* The log, the violations, the planned failures and the register of handles. */
#include "standin.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PLANS_MAX 16
#define NAME_BYTES 64

typedef struct plan {
    char name[NAME_BYTES];
    long nth, seen;
    int result, gone;
} plan;

int initialized;
__thread void *current_context;
void *live_context;
void *second_context;
object *objects;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *log_file;
static plan plans[PLANS_MAX];
static int plans_count;
static int gone;        /* the result every call gives after a fault */
static int gone_next;   /* becomes gone when the present call ends */
static char name_now[NAME_BYTES];
static char detail[8192];
static unsigned int busy;   /* operations queued when the present call was made */

long setting(const char *variable, long otherwise)
{
    const char *text = getenv(variable);

    return text && *text ? atol(text) : otherwise;
}

int context_is_gone(void)
{
    return gone;
}

static void line(const char *first, const char *format, va_list arguments)
{
    if (!log_file)
        return;
    fprintf(log_file, "%s\t", first);
    vfprintf(log_file, format, arguments);
    fputc('\n', log_file);
    fflush(log_file);
}

void violation(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    line("violation", format, arguments);
    va_end(arguments);
}

void leak(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    line("leak", format, arguments);
    va_end(arguments);
}

void describe(const char *format, ...)
{
    size_t used = strlen(detail);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(detail + used, sizeof detail - used, format, arguments);
    va_end(arguments);
}

/* ------------------------------------------------------------------ planned failures */

static void plans_read(const char *text)
{
    char *copy = strdup(text), *save = NULL;

    for (char *one = strtok_r(copy, ",", &save); one && plans_count < PLANS_MAX;
         one = strtok_r(NULL, ",", &save)) {
        plan *plan = &plans[plans_count];
        char how[8] = "";

        if (sscanf(one, "%63[^:]:%ld:%d:%7s", plan->name, &plan->nth, &plan->result, how) < 3)
            continue;
        plan->gone = !strcmp(how, "gone");
        plans_count++;
    }
    free(copy);
}

/* The result that the plan gives this call, 0 = none. */
static int planned(void)
{
    for (plan *plan = plans; plan < plans + plans_count; plan++) {
        if (strcmp(plan->name, name_now) || ++plan->seen != plan->nth)
            continue;
        if (!plan->gone)
            return plan->result;
        gone_next = plan->result;
    }
    return 0;
}

/* ------------------------------------------------------------------ one call */

void record_lock(void)
{
    pthread_mutex_lock(&lock);
}

void record_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

static int needs_met(needs needs)
{
    if (needs == NEEDS_NOTHING)
        return SUCCESS;
    if (!initialized) {
        violation("%s before cuInit", name_now);
        return NOT_INITIALIZED;
    }
    if (gone)
        return gone;
    if (needs == NEEDS_CONTEXT && (!current_context || (current_context != live_context &&
                                                        current_context != second_context))) {
        violation("%s without a current context on this thread", name_now);
        return INVALID_CONTEXT;
    }
    return SUCCESS;
}

/* The log speaks of calls by their plain names. */
static void name_set(const char *name)
{
    size_t length = strlen(name);

    if (length > 3 && !strncmp(name + length - 3, "_v", 2))
        length -= 3;
    snprintf(name_now, sizeof name_now, "%.*s", (int)length, name);
}

int call_begin(const char *name, needs needs)
{
    int result;

    pthread_mutex_lock(&lock);
    name_set(name);
    detail[0] = 0;
    gone_next = 0;
    queue_run();
    busy = queue_length();
    result = needs_met(needs);
    return result ? result : planned();
}

int call_end(int result)
{
    if (log_file) {
        fprintf(log_file, "call\t%s\t%ld\t%d\t%s\t%u\n", name_now, (long)syscall(SYS_gettid),
                result, detail, busy);
        fflush(log_file);
    }
    if (gone_next)
        gone = gone_next;
    pthread_mutex_unlock(&lock);
    return result;
}

/* ------------------------------------------------------------------ handles */

void *object_new(kind kind, size_t bytes)
{
    object *made = calloc(1, bytes);

    made->kind = kind;
    made->alive = 1;
    made->context = current_context;
    made->next = objects;
    objects = made;
    return made;
}

int object_check(const void *handle, kind kind)
{
    for (const object *one = objects; one; one = one->next) {
        if (one != handle)
            continue;
        if (one->kind != kind)
            violation("%s: handle %p is of another kind", name_now, handle);
        else if (!one->alive)
            violation("%s: handle %p was destroyed before", name_now, handle);
        else
            return SUCCESS;
        return INVALID_HANDLE;
    }
    violation("%s: handle %p was never made", name_now, handle);
    return INVALID_HANDLE;
}

void object_end(void *handle)
{
    ((object *)handle)->alive = 0;
}

/* ------------------------------------------------------------------ start and exit */

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("XS_STANDIN_LOG");
    const char *fail = getenv("XS_STANDIN_FAIL");

    if (path && *path)
        log_file = fopen(path, "a");
    if (fail)
        plans_read(fail);
    queue_start();
}

__attribute__((destructor)) static void finish(void)
{
    static const char *const names[KINDS] = {
        [STREAM] = "stream", [EVENT] = "event", [MODULE] = "module",
        [FUNCTION] = "function", [ALLOCATION] = "allocation", [GRAPH] = "graph",
        [NODE] = "graph node", [EXECUTABLE] = "executable graph",
        [ARRAY] = "array", [TEXTURE] = "texture object", [SURFACE] = "surface object",
    };

    for (const object *one = objects; one; one = one->next)
        if (one->alive)
            leak("%s %p", names[one->kind], (const void *)one);
    memory_leaks();
    queue_leaks();
    if (live_context)
        leak("primary context retained");
    if (second_context)
        leak("second context");
    if (log_file)
        fputs("end\n", log_file);
}
