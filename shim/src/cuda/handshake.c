/* The first frames of a connection: environment, hello, welcome with its descriptors.
 *
 * Decides what is said when nothing answers. It must never know what a welcome is used for:
 * link.c opens a session with it, nvml/state.c asks a few questions. */
#include "xs/handshake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "xs/log.h"

#define SOCKET_DEFAULT "/run/xsched/broker.sock"
/* A broker that restarts keeps its socket; it answers within seconds. */
#define HANDSHAKE_MS 30000
#define HELLO_BYTES 2048

const char *xs_link_path(void) {
    const char *path = getenv("XSCHED_SOCKET");

    return path && *path ? path : SOCKET_DEFAULT;
}

static const char *environment(const char *name) {
    const char *value = getenv(name);

    return value ? value : "";
}

/* One line for each thing that went wrong, however often a program tries. */
static int is_new(const char *what) {
    static char said[256];

    if (!strncmp(said, what, sizeof said - 1))
        return 0;
    snprintf(said, sizeof said, "%s", what);
    return 1;
}

static void complain(const char *path, const char *what) {
    if (is_new(what))
        xs_log(XS_LOG_WARN,
               "no device: %s: %s; start a broker with: xsched-broker serve --socket %s, "
               "or set XSCHED_SOCKET to its socket", path, what, path);
}

/* A program that has closed its standard streams may open and write others in their place:
 * not this socket. */
static int above_standard(int fd) {
    int moved = fd;

    if (fd >= 0 && fd <= STDERR_FILENO) {
        moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        close(fd);
    }
    return moved;
}

static int connected(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    if (strlen(path) >= sizeof address.sun_path) {
        complain(path, "the path is longer than 107 bytes");
        return -1;
    }
    strcpy(address.sun_path, path);
    fd = above_standard(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
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

/* "20GiB", or a number of bytes. 0: not said. */
static uint64_t memory_wanted(void) {
    static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB"};
    const char *text = environment("XSCHED_MEMORY");
    char *end;
    unsigned long long value = strtoull(text, &end, 10);

    for (unsigned i = 0; i < sizeof units / sizeof units[0]; i++)
        if (*text >= '0' && *text <= '9' && !strcmp(end, units[i]))
            return value << (10 * i);
    if (*text)
        xs_log(XS_LOG_WARN, "XSCHED_MEMORY=%s is no size like 20GiB: ignored", text);
    return 0;
}

/* Returns the bytes of the frame, 0 when a value of the environment is too long. */
static size_t write_hello(const char *library, uint8_t *at, size_t capacity) {
    const char *tenant = environment("XSCHED_TENANT"), *token = environment("XSCHED_TOKEN");
    xs_msg_hello hello = {
        .protocol_major = XS_PROTOCOL_MAJOR,
        .protocol_minor = XS_PROTOCOL_MINOR,
        .library = (const uint8_t *)library,
        .library_bytes = (uint32_t)strlen(library),
        .tenant = (const uint8_t *)tenant,
        .tenant_bytes = (uint32_t)strlen(tenant),
        .token = (const uint8_t *)token,
        .token_bytes = (uint32_t)strlen(token),
        .priority_class = (uint8_t)class_wanted(),
        .pid = (uint32_t)getpid(),
        .memory_bytes = memory_wanted(),
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

static void keep_fds(xs_greeting *g, struct msghdr *message) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        size_t count;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (g->fds_count < XS_WELCOME_FDS)
                g->fds[g->fds_count++] = fd;
            else
                close(fd);
        }
    }
}

/* Wait at most until the deadline; then read once. 1: something came, 0: end or time out. */
static int receive(int fd, xs_greeting *g) {
    union {
        char bytes[CMSG_SPACE(XS_WELCOME_FDS * sizeof(int))];
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
static int receive_frame(int fd, xs_greeting *g, xs_frame *frame, size_t *at) {
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

static int refused(const char *path, const xs_msg_refused *m) {
    char reason[65]; /* the wire's bound */

    snprintf(reason, sizeof reason, "%.*s", (int)m->reason_bytes, (const char *)m->reason);
    if (is_new(reason))
        xs_log(XS_LOG_WARN, "no device: the broker at %s refused (%s): %.*s", path, reason,
               (int)m->message_bytes, (const char *)m->message);
    return -1;
}

/* Say hello on the connected socket and read the answer. */
static int greet(int fd, xs_greeting *g, const char *path, const char *library) {
    uint8_t hello[HELLO_BYTES];
    size_t bytes = write_hello(library, hello, sizeof hello);
    xs_frame frame;
    xs_reader r;

    if (!bytes)
        return -1;
    send_all(fd, hello, bytes); /* if not, it may have said why: read that */
    if (!receive_frame(fd, g, &frame, &g->rest)) {
        complain(path, strerror(errno));
        return -1;
    }
    xs_reader_init(&r, frame.body, frame.body_bytes, &g->fault);
    r.scratch = (uint8_t *)g->scratch;
    r.scratch_bytes = sizeof g->scratch;
    if (xs_decode_message(&r, &g->message)) {
        complain(path, g->fault.text);
        return -1;
    }
    if (g->message.kind == XS_MSG_REFUSED)
        return refused(path, &g->message.u.refused);
    if (g->message.kind != XS_MSG_WELCOME || g->fds_count != XS_WELCOME_FDS ||
        !g->message.u.welcome.devices_count) {
        complain(path, "what it answered is no welcome with devices and descriptors");
        return -1;
    }
    return 0;
}

int xs_greet(const char *library, xs_greeting *g) {
    const char *path = xs_link_path();
    int fd = connected(path);

    g->used = g->rest = 0;
    g->fds_count = 0;
    if (fd >= 0 && greet(fd, g, path, library)) {
        xs_greeting_close(g);
        close(fd);
        fd = -1;
    }
    return fd;
}

void xs_greeting_close(xs_greeting *g) {
    for (int i = 0; i < g->fds_count; i++)
        close(g->fds[i]);
    g->fds_count = 0;
}
