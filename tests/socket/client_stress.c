/* Four threads append, complete and wait; one reads the frames, checks that sequence
 * numbers have no gaps, accepts and retires. Built with sanitizers by test_client_stress.py.
 * Exit status 0: every operation arrived once. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xs/session.h"

#define APPENDERS 4
#define OPERATIONS 20000
#define PAGE_BYTES 65536
#define SECOND 1000000000ull

static xs_session *session;
static int broker_fd;
static uint64_t *status;
static uint64_t received;

static void die(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void *append(void *argument) {
    uint32_t line = 2 + (uint32_t)(uintptr_t)argument;
    xs_operation op = {.kind = XS_OP_HOST_FUNCTION};
    uint64_t seq;

    op.u.host_function.stream = XS_HANDLE(XS_KIND_STREAM, 0, 0, line);
    for (int i = 0; i < OPERATIONS; i++) {
        if (xs_session_append(session, &op, 1, &seq)) die("append");
        if (i % 2500) continue;
        if (xs_session_complete(session, op.u.host_function.stream, &seq)) die("complete");
        if (xs_session_wait(session, line, seq, 20 * SECOND)) die("wait");
    }
    xs_session_flush(session);
    return NULL;
}

static int read_all(uint8_t *to, size_t bytes) {
    while (bytes) {
        ssize_t got = read(broker_fd, to, bytes);
        if (got <= 0) return 0;
        to += got;
        bytes -= (size_t)got;
    }
    return 1;
}

static void retire(uint64_t last) {
    __atomic_store_n(&status[0], last, __ATOMIC_RELEASE);
    for (int line = 2; line < 2 + APPENDERS; line++)
        __atomic_store_n(&status[line * 8], last, __ATOMIC_RELEASE);
}

static void *serve(void *argument) {
    static uint8_t frame[XS_FRAME_BYTES_MAX];
    uint8_t head[4];

    (void)argument;
    while (read_all(head, 4)) {
        uint32_t bytes = head[0] | head[1] << 8 | head[2] << 16 | (uint32_t)head[3] << 24;
        uint64_t first = 0;
        uint32_t count = 0;
        const uint8_t *at = frame + 2; /* behind [array of 3, submit */
        if (bytes > sizeof frame || !read_all(frame, bytes)) die("frame");
        at = xs_take_unsigned(at, frame + bytes, &first);
        if (!at || !xs_take_array(at, frame + bytes, &count)) die("submission");
        if (first != received + 1) die("a gap");
        received += count;
        retire(received);
    }
    return NULL;
}

int main(void) {
    pthread_t server, appenders[APPENDERS];
    int fds[2];
    void *waiters = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    xs_session_options options = {.waiters = waiters, .threaded = 1};
    uint64_t sent;

    status = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds)) die("socketpair");
    options.status = status;
    options.status_bytes = options.waiters_bytes = PAGE_BYTES;
    options.fd = fds[0];
    broker_fd = fds[1];
    if (xs_session_open(&options, &session)) die("open");
    pthread_create(&server, NULL, serve, NULL);
    for (uintptr_t i = 0; i < APPENDERS; i++)
        pthread_create(&appenders[i], NULL, append, (void *)i);
    for (int i = 0; i < APPENDERS; i++) pthread_join(appenders[i], NULL);
    sent = xs_session_last_seq(session);
    xs_session_close(session, 20 * SECOND);
    shutdown(fds[0], SHUT_RDWR);
    pthread_join(server, NULL);
    return sent == received ? 0 : 1;
}
