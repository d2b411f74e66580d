/* The connection of the stand-in for NVML, and the devices it tells of.
 *
 * Decides when to connect: with the first nvmlInit, and again after a fork or when the
 * broker was restarted. It is a session of its own, beside that of libcuda.so.1 if the
 * process has one, since programs ask NVML before, without or after using the device. It
 * runs nothing and holds no memory. */
#include "state.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xs/handshake.h"
#include "xs/log.h"

#define ANSWER_MS 30000
#define REQUEST_BYTES 64
/* As NVML itself: figures of use are of a sixth of a second or more. */
#define SAMPLE_NS 166000000ull

static struct {
    pthread_mutex_t lock;
    unsigned users;
    int fd;
    pid_t owner; /* the process that connected */
    uint32_t calls;
    uint64_t sampled_used_ns, sampled_time_ns; /* nvml_ask_use */
    unsigned percent;
    struct nvml_device devices[XS_NVML_DEVICES_MAX];
    unsigned count;
} state = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

/* ------------------------------------------------------------------ devices */

static void format_uuid(char *to, size_t capacity, const uint8_t *from, uint32_t bytes) {
    uint8_t u[16] = {0};

    memcpy(u, from, bytes < 16 ? bytes : 16);
    snprintf(to, capacity,
             "GPU-%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", u[0],
             u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13],
             u[14], u[15]);
}

static void keep_device(struct nvml_device *d, const xs_device_properties *p, unsigned index,
                        uint64_t quota) {
    const int *a = d->attributes;

    snprintf(d->name, sizeof d->name, "%.*s", (int)p->name_bytes, (const char *)p->name);
    format_uuid(d->uuid, sizeof d->uuid, p->uuid, p->uuid_bytes);
    xs_attributes_of(d->attributes, p, (int)index);
    snprintf(d->pci, sizeof d->pci, "%08X:%02X:%02X.0", (unsigned)a[50], (unsigned)a[33],
             (unsigned)a[34]);
    d->compute_major = (int)p->compute_major;
    d->compute_minor = (int)p->compute_minor;
    d->driver_version = (int)p->driver_version;
    d->index = index;
    d->memory_bytes = quota && quota < p->memory_bytes ? quota : p->memory_bytes;
}

/* ------------------------------------------------------------------ connection; lock held */

static void disconnect(void) {
    if (state.fd >= 0)
        close(state.fd);
    state.fd = -1;
}

static nvmlReturn_t connect_now(void) {
    xs_greeting *g;
    const xs_msg_welcome *w;

    disconnect();
    g = malloc(sizeof *g);
    if (!g)
        return NVML_ERROR_MEMORY;
    state.fd = xs_greet("nvml shim", g);
    if (state.fd >= 0) {
        w = &g->message.u.welcome;
        state.owner = getpid();
        state.count = w->devices_count < XS_NVML_DEVICES_MAX ? w->devices_count
                                                             : XS_NVML_DEVICES_MAX;
        for (unsigned i = 0; i < state.count; i++)
            keep_device(&state.devices[i], &w->devices[i], i, w->memory_bytes_max);
        xs_greeting_close(g);
    }
    free(g);
    return state.fd < 0 ? NVML_ERROR_DRIVER_NOT_LOADED : NVML_SUCCESS;
}

/* In the child of a fork the connection is the parent's. */
static nvmlReturn_t connected(void) {
    return state.fd >= 0 && state.owner == getpid() ? NVML_SUCCESS : connect_now();
}

nvmlReturn_t nvml_begin(void) {
    nvmlReturn_t result;

    pthread_mutex_lock(&state.lock);
    result = connected();
    if (!result)
        state.users++;
    pthread_mutex_unlock(&state.lock);
    return result;
}

nvmlReturn_t nvml_end(void) {
    nvmlReturn_t result = NVML_ERROR_UNINITIALIZED;

    pthread_mutex_lock(&state.lock);
    if (state.users) {
        result = NVML_SUCCESS;
        if (!--state.users)
            disconnect();
    }
    pthread_mutex_unlock(&state.lock);
    return result;
}

const struct nvml_device *nvml_devices(unsigned *count) {
    *count = state.count;
    return state.users ? state.devices : NULL;
}

nvmlReturn_t nvml_device_of(nvmlDevice_t handle, const struct nvml_device **device) {
    uintptr_t at = (uintptr_t)handle - (uintptr_t)state.devices;

    if (!state.users)
        return NVML_ERROR_UNINITIALIZED;
    if (at >= state.count * sizeof *state.devices || at % sizeof *state.devices)
        return NVML_ERROR_INVALID_ARGUMENT;
    *device = handle;
    return NVML_SUCCESS;
}

/* ------------------------------------------------------------------ a question; lock held */

static int send_request(const xs_message *request) {
    uint8_t data[REQUEST_BYTES];
    xs_writer w;
    size_t start;

    xs_writer_init(&w, data, sizeof data);
    start = xs_frame_begin(&w);
    if (xs_encode_message(&w, request) || xs_frame_end(&w, start))
        return -1;
    return send(state.fd, data, w.used, MSG_NOSIGNAL) == (ssize_t)w.used ? 0 : -1;
}

/* Read into `data` until a whole frame is there. */
static int receive_frame(uint8_t *data, size_t capacity, xs_frame *frame) {
    struct pollfd waited = {.fd = state.fd, .events = POLLIN};
    size_t used = 0, at = 0;

    while (xs_frame_scan(data, used, &at, frame, NULL) != XS_FRAME_WHOLE) {
        ssize_t got = poll(&waited, 1, ANSWER_MS);
        if (got < 0 && errno == EINTR)
            continue;
        if (got > 0)
            got = recv(state.fd, data + used, capacity - used, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        used += (size_t)got;
        at = 0;
    }
    return 0;
}

static int ask(xs_message *message, uint8_t *data, size_t capacity) {
    uint32_t call = ++state.calls;
    xs_frame frame;
    xs_reader r;

    message->u.memory_info.call = call;
    if (send_request(message) || receive_frame(data, capacity, &frame))
        return -1;
    xs_reader_init(&r, frame.body, frame.body_bytes, NULL);
    if (xs_decode_message(&r, message) || message->kind != XS_MSG_MEMORY)
        return -1;
    return message->u.memory.call == call ? 0 : -1;
}

/* A broker that was restarted is asked again, over a new connection. */
nvmlReturn_t nvml_ask_memory(unsigned index, nvml_memory *memory) {
    uint8_t data[16384];
    nvmlReturn_t result = NVML_ERROR_GPU_IS_LOST;

    pthread_mutex_lock(&state.lock);
    for (int attempt = 0; attempt < 2 && result; attempt++) {
        xs_message message = {.kind = XS_MSG_MEMORY_INFO};
        message.u.memory_info.device = (uint8_t)index;
        if (connected())
            break;
        if (ask(&message, data, sizeof data)) {
            disconnect();
        } else {
            result = message.u.memory.result ? NVML_ERROR_UNKNOWN : NVML_SUCCESS;
            memory->total = message.u.memory.total_bytes;
            memory->free = message.u.memory.free_bytes;
            memory->used_ns = message.u.memory.used_ns;
            memory->time_ns = message.u.memory.time_ns;
            break;
        }
    }
    pthread_mutex_unlock(&state.lock);
    return result;
}

nvmlReturn_t nvml_ask_use(unsigned index, unsigned *percent) {
    nvml_memory now;
    nvmlReturn_t result = nvml_ask_memory(index, &now);

    if (result)
        return result;
    pthread_mutex_lock(&state.lock);
    if (!state.sampled_time_ns || now.time_ns < state.sampled_time_ns ||
        now.used_ns < state.sampled_used_ns) { /* the first, or of another broker */
        state.percent = 0;
        state.sampled_time_ns = now.time_ns;
        state.sampled_used_ns = now.used_ns;
    } else if (now.time_ns - state.sampled_time_ns >= SAMPLE_NS) {
        uint64_t used_ns = now.used_ns - state.sampled_used_ns;
        uint64_t share = used_ns * 100 / (now.time_ns - state.sampled_time_ns);
        state.percent = share < 100 ? (unsigned)share : 100;
        state.sampled_time_ns = now.time_ns;
        state.sampled_used_ns = now.used_ns;
    }
    *percent = state.percent;
    pthread_mutex_unlock(&state.lock);
    return NVML_SUCCESS;
}

/* ------------------------------------------------------------------ forks */

static void before_fork(void) {
    pthread_mutex_lock(&state.lock);
}

static void after_fork_in_parent(void) {
    pthread_mutex_unlock(&state.lock);
}

static void after_fork_in_child(void) {
    disconnect();
    pthread_mutex_unlock(&state.lock);
}

__attribute__((constructor)) static void loaded(void) {
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}
