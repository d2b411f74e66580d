/* The connection to the broker: environment, handshake, shared memory.
 *
 * Decides what is said when nothing answers, and what is mapped where. It must never know
 * an operation or a reply: call.c reads the socket once this is done. process.c calls it,
 * under its own lock. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "xs/frame.h"
#include "xs/shim.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

#define SOCKET_DEFAULT "/run/xsched/broker.sock"
#define LIBRARY "libcuda shim 1"
/* A broker that restarts keeps its socket; it answers within seconds. */
#define HANDSHAKE_MS 30000
#define FDS 3
#define HELLO_BYTES 2048

xs_link xs_the_link = {.fd = -1};

/* What arrives during the handshake. */
typedef struct greeting {
    uint8_t data[XS_FRAME_HEADER_BYTES + XS_FRAME_BYTES_MAX];
    uint64_t scratch[XS_SCRATCH_BYTES_MAX / 8];
    size_t used;
    int fds[FDS];
    int fds_count;
    xs_fault fault;
} greeting;

const char *xs_link_path(void) {
    const char *path = getenv("XSCHED_SOCKET");

    return path && *path ? path : SOCKET_DEFAULT;
}

static const char *environment(const char *name) {
    const char *value = getenv(name);

    return value ? value : "";
}

/* One line for each thing that went wrong, however often a program tries. */
static void complain(const char *path, const char *what) {
    static char said[256];

    if (strncmp(said, what, sizeof said - 1)) {
        snprintf(said, sizeof said, "%s", what);
        xs_log(XS_LOG_WARN,
               "no device: %s: %s; start a broker with: xsched-broker serve --socket %s, "
               "or set XSCHED_SOCKET to its socket", path, what, path);
    }
}

static int connected(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof address.sun_path) {
        complain(path, "the path is longer than 107 bytes");
        return -1;
    }
    strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    while (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address)) {
        int problem = errno;
        if (problem == EINTR)
            continue;
        close(fd);
        errno = problem;
        fd = -1;
    }
    if (fd < 0)
        complain(path, strerror(errno));
    return fd;
}

static int class_wanted(void) {
    const char *text = environment("XSCHED_CLASS");
    char *end;
    long class_ = strtol(text, &end, 10);

    if (!*text)
        return XS_CLASS_FROM_TENANT;
    if (*end || class_ < 0 || class_ >= XS_CLASS_FROM_TENANT) {
        xs_log(XS_LOG_WARN, "XSCHED_CLASS=%s is no class (0 is the highest): ignored", text);
        return XS_CLASS_FROM_TENANT;
    }
    return (int)class_;
}

/* Returns the bytes of the frame, 0 when a value of the environment is too long. */
static size_t write_hello(uint8_t *at, size_t capacity) {
    const char *tenant = environment("XSCHED_TENANT"), *token = environment("XSCHED_TOKEN");
    xs_msg_hello hello = {
        .protocol_major = XS_PROTOCOL_MAJOR,
        .protocol_minor = XS_PROTOCOL_MINOR,
        .library = (const uint8_t *)LIBRARY,
        .library_bytes = sizeof LIBRARY - 1,
        .tenant = (const uint8_t *)tenant,
        .tenant_bytes = (uint32_t)strlen(tenant),
        .token = (const uint8_t *)token,
        .token_bytes = (uint32_t)strlen(token),
        .priority_class = (uint8_t)class_wanted(),
        .pid = (uint32_t)getpid(),
    };
    xs_writer w;
    size_t start;

    xs_writer_init(&w, at, capacity);
    start = xs_frame_begin(&w);
    if (xs_encode_hello(&w, &hello) || xs_frame_end(&w, start)) {
        xs_log(XS_LOG_WARN, "the hello cannot be sent: %s is too long", w.what);
        return 0;
    }
    return w.used;
}

static int send_all(int fd, const uint8_t *data, size_t bytes) {
    while (bytes) {
        ssize_t sent = send(fd, data, bytes, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return -1;
        data += sent;
        bytes -= (size_t)sent;
    }
    return 0;
}

static void keep_fds(greeting *g, struct msghdr *message) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        size_t count;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (g->fds_count < FDS)
                g->fds[g->fds_count++] = fd;
            else
                close(fd);
        }
    }
}

/* Wait at most until the deadline; then read once. 1: something came, 0: end or time out. */
static int receive(int fd, greeting *g) {
    union {
        char bytes[CMSG_SPACE(FDS * sizeof(int))];
        struct cmsghdr aligned;
    } control;
    struct iovec io = {g->data + g->used, sizeof g->data - g->used};
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control,
                             .msg_controllen = sizeof control};
    struct pollfd waited = {.fd = fd, .events = POLLIN};
    ssize_t got;

    do {
        got = poll(&waited, 1, HANDSHAKE_MS);
    } while (got < 0 && errno == EINTR);
    if (got == 0)
        errno = ETIMEDOUT;
    if (got <= 0)
        return 0;
    do {
        got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got == 0)
        errno = ECONNRESET;
    if (got <= 0)
        return 0;
    keep_fds(g, &message);
    g->used += (size_t)got;
    return 1;
}

/* Read one whole frame; *at: behind it. */
static int receive_frame(int fd, greeting *g, xs_frame *frame, size_t *at) {
    for (;;) {
        int found;
        *at = 0;
        found = xs_frame_scan(g->data, g->used, at, frame, &g->fault);
        if (found == XS_FRAME_WHOLE)
            return 1;
        if (found == XS_FRAME_REFUSED) {
            errno = EPROTO;
            return 0;
        }
        if (!receive(fd, g))
            return 0;
    }
}

static CUresult refused(const char *path, const xs_msg_refused *m) {
    xs_log(XS_LOG_WARN, "no device: the broker at %s refused (%.*s): %.*s", path,
           (int)m->reason_bytes, (const char *)m->reason, (int)m->message_bytes,
           (const char *)m->message);
    return CUDA_ERROR_NO_DEVICE;
}

/* Map a file at a place, or anywhere (base 0). NULL: the reason is logged. */
static void *mapped(int fd, uint64_t base, uint64_t bytes, int protection, const char *what) {
    int flags = MAP_SHARED | MAP_NORESERVE | (base ? MAP_FIXED_NOREPLACE : 0);
    struct stat file;
    void *at;

    if (fstat(fd, &file) || (uint64_t)file.st_size < bytes || !bytes) {
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

static CUresult welcomed(xs_link *link, const xs_msg_welcome *w, const int *fds, int count) {
    CUresult result;

    if (count != FDS || !w->devices_count) {
        xs_log(XS_LOG_WARN, "the broker's welcome lacks descriptors or devices");
        return CUDA_ERROR_NO_DEVICE;
    }
    link->memory_bytes_max = w->memory_bytes_max;
    link->session_id = w->session;
    link->epoch = w->epoch;
    result = map_all(link, w, fds);
    if (!result)
        xs_devices_set(w->devices, w->devices_count);
    return result;
}

/* Say hello and act on the answer. The socket stays the caller's. */
static CUresult greet(xs_link *link, greeting *g, const char *path) {
    uint8_t hello[HELLO_BYTES];
    size_t bytes = write_hello(hello, sizeof hello), at;
    xs_message message;
    xs_frame frame;
    xs_reader r;
    CUresult result;

    if (!bytes)
        return CUDA_ERROR_INVALID_VALUE;
    send_all(link->fd, hello, bytes); /* if not, it may have said why: read that */
    if (!receive_frame(link->fd, g, &frame, &at)) {
        complain(path, strerror(errno));
        return CUDA_ERROR_NO_DEVICE;
    }
    xs_reader_init(&r, frame.body, frame.body_bytes, &g->fault);
    r.scratch = (uint8_t *)g->scratch;
    r.scratch_bytes = sizeof g->scratch;
    if (xs_decode_message(&r, &message)) {
        complain(path, g->fault.text);
        return CUDA_ERROR_NO_DEVICE;
    }
    if (message.kind == XS_MSG_REFUSED)
        return refused(path, &message.u.refused);
    if (message.kind != XS_MSG_WELCOME) {
        complain(path, "it answered something else than a welcome");
        return CUDA_ERROR_NO_DEVICE;
    }
    result = welcomed(link, &message.u.welcome, g->fds, g->fds_count);
    return result ? result : xs_calls_start(g->data + at, g->used - at);
}

CUresult xs_link_open(void) {
    const char *path = xs_link_path();
    xs_link *link = &xs_the_link;
    greeting *g;
    CUresult result;

    if (link->session)
        return CUDA_SUCCESS;
    g = malloc(sizeof *g);
    if (!g)
        return CUDA_ERROR_OUT_OF_MEMORY;
    g->used = 0;
    g->fds_count = 0;
    link->fd = connected(path);
    result = link->fd < 0 ? CUDA_ERROR_NO_DEVICE : greet(link, g, path);
    for (int i = 0; i < g->fds_count; i++)
        close(g->fds[i]);
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
