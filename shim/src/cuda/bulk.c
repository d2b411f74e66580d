/* Large copies inside the process, by two threads.
 *
 * Decides when a second thread pays: one thread moves 9 GB/s into the host arena (H100
 * machine), less than the bus takes. The helper is started by the first large copy and then
 * sleeps; while it works for one caller the others copy alone. */
#include <pthread.h>
#include <signal.h>

#include "xs/work.h"

#define TOGETHER_BYTES (512ull << 10) /* below, waking the helper costs more than it moves */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int started, taken, posted, done;
    void *to;
    const void *from;
    size_t bytes;
} helper = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void *help(void *nothing) {
    pthread_mutex_lock(&helper.lock);
    for (;;) {
        while (!helper.posted)
            pthread_cond_wait(&helper.changed, &helper.lock);
        helper.posted = 0;
        pthread_mutex_unlock(&helper.lock);
        memcpy(helper.to, helper.from, helper.bytes);
        pthread_mutex_lock(&helper.lock);
        helper.done = 1;
        pthread_cond_broadcast(&helper.changed);
    }
    return nothing;
}

/* Lock held. 0: there is none. */
static int start(void) {
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;

    if (helper.started)
        return helper.started > 0;
    if (pthread_attr_init(&attributes))
        return 0;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    helper.started = pthread_create(&thread, &attributes, help, NULL) ? -1 : 1;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return helper.started > 0;
}

/* Give the helper the upper half. 0: it is busy. */
static int post(char *to, const char *from, size_t bytes) {
    int free_now;

    pthread_mutex_lock(&helper.lock);
    free_now = !helper.taken && start();
    if (free_now) {
        helper.taken = helper.posted = 1;
        helper.done = 0;
        helper.to = to;
        helper.from = from;
        helper.bytes = bytes;
        pthread_cond_broadcast(&helper.changed);
    }
    pthread_mutex_unlock(&helper.lock);
    return free_now;
}

static void await(void) {
    pthread_mutex_lock(&helper.lock);
    while (!helper.done)
        pthread_cond_wait(&helper.changed, &helper.lock);
    helper.taken = 0;
    pthread_mutex_unlock(&helper.lock);
}

void xs_bulk_copy(void *to, const void *from, size_t bytes) {
    size_t half = bytes / 2 & ~(size_t)63;

    if (bytes < TOGETHER_BYTES ||
        !post((char *)to + half, (const char *)from + half, bytes - half)) {
        memcpy(to, from, bytes);
        return;
    }
    memcpy(to, from, half);
    await();
}
