/* The session with the broker: what its welcome brings is mapped and kept.
 *
 * Decides what is mapped where. It must never know an operation or a reply: call.c reads
 * the socket once this is done. process.c calls it, under its own lock. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xs/handshake.h"
#include "xs/shim.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

xs_link xs_the_link = {.fd = -1};

/* Map a file at a place, or anywhere (base 0). NULL: the reason is logged. */
static void *mapped(int fd, uint64_t base, uint64_t bytes, int protection, const char *what) {
    int flags = MAP_SHARED | MAP_NORESERVE | (base ? MAP_FIXED_NOREPLACE : 0);
    off_t have = lseek(fd, 0, SEEK_END);
    void *at;

    if (have < 0 || (uint64_t)have < bytes || !bytes) {
        xs_log(XS_LOG_WARN, "the %s of the broker is too short", what);
        return NULL;
    }
    at = mmap((void *)base, bytes, protection, flags, fd, 0);
    if (at != MAP_FAILED && base && (uint64_t)at != base) { /* an old kernel */
        munmap(at, bytes);
        errno = EEXIST;
        at = MAP_FAILED;
    }
    if (at == MAP_FAILED) {
        xs_log(XS_LOG_WARN, "cannot map the %s at %#llx: %s", what, (unsigned long long)base,
               strerror(errno));
        return NULL;
    }
    madvise(at, bytes, MADV_DONTFORK);
    return at;
}

/* No pointer of the program may equal a device address. */
static int reserve_addresses(uint64_t base, uint64_t bytes) {
    void *at = mmap((void *)base, bytes, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

    if (at != MAP_FAILED && (uint64_t)at != base) {
        munmap(at, bytes);
        errno = EEXIST;
        at = MAP_FAILED;
    }
    if (at == MAP_FAILED) {
        xs_log(XS_LOG_WARN, "cannot reserve the device addresses at %#llx: %s",
               (unsigned long long)base, strerror(errno));
        return -1;
    }
    madvise(at, bytes, MADV_DONTFORK);
    return 0;
}

static void unmap(void *at, uint64_t bytes) {
    if (at)
        munmap(at, bytes);
}

static void link_clear(xs_link *link) {
    unmap(link->arena, link->arena_bytes);
    unmap(link->waiters, link->waiters_bytes);
    unmap((void *)link->status, link->status_bytes);
    if (link->va_bytes)
        munmap((void *)link->va_base, link->va_bytes);
    memset(link, 0, sizeof *link);
    link->fd = -1;
}

static CUresult map_all(xs_link *link, const xs_msg_welcome *w, const int *fds) {
    xs_session_options options;

    link->status_bytes = w->status_bytes;
    link->waiters_bytes = w->waiters_bytes;
    link->arena_bytes = w->host_bytes;
    link->status = mapped(fds[0], 0, w->status_bytes, PROT_READ, "status page");
    link->waiters =
        mapped(fds[1], 0, w->waiters_bytes, PROT_READ | PROT_WRITE, "waiters page");
    link->arena =
        mapped(fds[2], w->host_base, w->host_bytes, PROT_READ | PROT_WRITE, "host arena");
    if (!link->status || !link->waiters || !link->arena)
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (reserve_addresses(w->va_base, w->va_bytes))
        return CUDA_ERROR_OUT_OF_MEMORY;
    link->va_base = w->va_base;
    link->va_bytes = w->va_bytes;
    memset(&options, 0, sizeof options);
    options.fd = link->fd;
    options.status = link->status;
    options.status_bytes = link->status_bytes;
    options.waiters = link->waiters;
    options.waiters_bytes = link->waiters_bytes;
    options.threaded = 1;
    if (xs_session_open(&options, &link->session) != XS_DONE) {
        xs_log(XS_LOG_WARN, "no memory for the session with the broker");
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    return CUDA_SUCCESS;
}

static CUresult welcomed(xs_link *link, const xs_msg_welcome *w, const int *fds) {
    CUresult result;

    link->memory_bytes_max = w->memory_bytes_max;
    link->session_id = w->session;
    link->epoch = w->epoch;
    result = map_all(link, w, fds);
    if (!result)
        xs_devices_set(w->devices, w->devices_count);
    return result;
}

CUresult xs_link_open(void) {
    xs_link *link = &xs_the_link;
    CUresult result = CUDA_ERROR_NO_DEVICE;
    xs_greeting *g;

    if (link->session)
        return CUDA_SUCCESS;
    g = malloc(sizeof *g);
    if (!g)
        return CUDA_ERROR_OUT_OF_MEMORY;
    link->fd = xs_greet("libcuda shim", g);
    if (link->fd >= 0) {
        result = welcomed(link, &g->message.u.welcome, g->fds);
        if (!result)
            result = xs_calls_start(g->data + g->rest, g->used - g->rest);
        xs_greeting_close(g);
    }
    free(g);
    if (result) {
        if (link->session)
            xs_session_close(link->session, 0);
        if (link->fd >= 0)
            close(link->fd);
        link_clear(link);
    }
    return result;
}

void xs_link_disown(void) {
    xs_link *link = &xs_the_link;

    if (link->fd >= 0)
        close(link->fd);
    if (link->session && link->session->sender.timer_fd >= 0)
        close(link->session->sender.timer_fd);
    memset(link, 0, sizeof *link); /* what was mapped is not in the child */
    link->fd = -1;
}
