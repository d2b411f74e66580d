/* The shim's state in one process, and the ways its files reach the broker.
 *
 * Decides what the parts of src/cuda/ share. process.c owns the gate and cuInit, link.c the
 * connection, call.c the synchronous calls. Everything here may be called from any thread,
 * unless it says otherwise; after a fork nothing here is touched in the child. */
#ifndef XS_SHIM_H
#define XS_SHIM_H

#include <stdint.h>

#include "broker/wire/gen/xs_wire.h"
#include "xs/attributes.h"
#include "xs/codec.h"
#include "xs/cuda_abi.h"
#include "xs/entry.h"
#include "xs/handshake.h"
#include "xs/log.h"
#include "xs/object.h"
#include "xs/session.h"
#include "xs/thread.h"

/* The newest interface that the shim knows; a program is told the lower of this and of the
 * broker's driver. */
#define XS_DRIVER_VERSION 13000
#define XS_DEVICES_MAX 16

/* ------------------------------------------------------------------ link.c */
/* The connection, as the welcome gave it. Constant after connecting. */
typedef struct xs_link {
    int fd;
    xs_session *session;
    const void *status;
    uint64_t status_bytes;
    void *waiters;
    uint64_t waiters_bytes;
    uint8_t *arena;            /* host arena, at the broker's own address */
    uint64_t arena_bytes;
    uint64_t va_base;          /* device addresses: reserved here, never readable */
    uint64_t va_bytes;
    uint64_t memory_bytes_max; /* the tenant's quota */
    uint64_t session_id;
    uint32_t epoch;
} xs_link;

extern xs_link xs_the_link __attribute__((visibility("hidden")));

static inline xs_session *xs_session_now(void) {
    return xs_the_link.session;
}

/* Connect and shake hands, once; later calls do nothing. Returns 0, NO_DEVICE when no broker
 * answers, OUT_OF_MEMORY, or what a refusal means. One log line says why. */
CUresult xs_link_open(void);
/* In the child of a fork: forget the connection without a word to the broker. */
void xs_link_disown(void);

/* ------------------------------------------------------------------ call.c */
#define XS_REPLY_INLINE 1024
/* A reply; what message points to lives until xs_reply_free. */
typedef struct xs_reply {
    xs_message message;
    uint8_t *body;
    uint32_t body_bytes;
    uint8_t *scratch;
    uint64_t body_here[XS_REPLY_INLINE / 8];
    uint64_t scratch_here[XS_REPLY_INLINE / 8];
} xs_reply;

/* Send a control call behind everything appended before, and wait for its reply.
 *
 * Args: request: any message with a `call` field, which is set here. reply: filled in when
 *     0 is returned, and then freed by the caller; untouched or empty else.
 * Returns: the reply's result. A sticky error when the broker is gone: never hangs. */
CUresult xs_call(xs_message *request, xs_reply *reply);
/* The same, where a refusal's words are wanted, too: returns 0 when there is a reply, whatever
 * its result, and the caller frees it. */
CUresult xs_exchange(xs_message *request, xs_reply *reply);
/* The same for a request whose reply has nothing beyond result and message. */
CUresult xs_call_done(xs_message *request);
void xs_reply_free(xs_reply *reply);

/* call.c's part of connecting: bytes that came behind the welcome, and the watcher. */
CUresult xs_calls_start(const uint8_t *rest, size_t rest_bytes);
/* In the child of a fork: nobody reads or waits here. */
void xs_calls_disown(void);

/* ------------------------------------------------------------------ process.c */
/* The broker or the context is gone: close the gate, wake everybody. Returns the error that
 * every call returns from now on. result: 0 when it is not known why. */
CUresult xs_lose(CUresult result, const char *why);
/* What xs_session_... answered, as a CUresult. */
CUresult xs_result_of(xs_outcome outcome);
/* Append one operation, waiting for room. *seq may be NULL. */
static inline CUresult xs_append(const xs_operation *op, uint64_t *seq) {
    uint64_t ignored;
    xs_outcome outcome = xs_session_append(xs_session_now(), op, 1, seq ? seq : &ignored);
    return XS_UNLIKELY(outcome) ? xs_result_of(outcome) : CUDA_SUCCESS;
}
/* The same, and a `complete` behind it: its end shows as soon as it is there. */
static inline CUresult xs_append_shown(const xs_operation *op, xs_send send, uint64_t *seq) {
    xs_outcome outcome = xs_session_append_shown(xs_session_now(), op, send, seq);
    return XS_UNLIKELY(outcome) ? xs_result_of(outcome) : CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ work.c */
/* What device work needs from the start; once, inside cuInit. */
CUresult xs_work_start(void);

/* ------------------------------------------------------------------ device.c */
#define XS_DEVICE_NAME_BYTES 257
typedef struct xs_device {
    char name[XS_DEVICE_NAME_BYTES];
    char backend[33];
    CUuuid uuid;
    uint64_t memory_bytes;
    uint64_t granularity_bytes; /* of virtual memory */
    int compute_major, compute_minor;
    int attributes[XS_ATTRIBUTES]; /* by CUdevice_attribute; what is unknown is 0 */
    uint8_t wire;                  /* its ordinal for the broker */
    struct xs_context *primary;
} xs_device;

extern xs_device xs_devices[XS_DEVICES_MAX] __attribute__((visibility("hidden")));
extern int xs_devices_count __attribute__((visibility("hidden")));
extern int xs_driver_version __attribute__((visibility("hidden")));

/* Keep what the welcome says of the devices, as far as CUDA_VISIBLE_DEVICES lets them be
 * seen, in its order. */
void xs_devices_set(const xs_device_properties *devices, uint32_t count);
/* Ask what the devices say of themselves; once, inside cuInit. */
CUresult xs_devices_ask(void);
/* NULL for an ordinal that is none. */
static inline xs_device *xs_device_of(CUdevice device) {
    return (unsigned)device < (unsigned)xs_devices_count ? &xs_devices[device] : NULL;
}

/* ------------------------------------------------------------------ context.c */
#define XS_LIMITS 8
typedef struct xs_storage_cell xs_storage_cell;

/* A virtual context: the broker has one for all. */
typedef struct xs_context {
    xs_context_head head;
    int device;
    uint32_t flags;
    uint32_t references;    /* of a primary one */
    int primary;
    unsigned version;       /* cuCtxGetApiVersion */
    uint64_t id;
    int cache_config, shared_config;
    uint64_t limits[XS_LIMITS];
    xs_storage_cell *storage; /* storage.c */
} xs_context;

/* Contexts and the primary one of each device; once, inside cuInit. */
CUresult xs_contexts_start(void);
/* Call end(context) whenever one ends (destroyed, released, reset), while it is still alive.
 * At most 8; called while the library starts. */
void xs_context_on_end(void (*end)(xs_context *context));
/* The context that calls of this thread use; the entry's guard has seen that there is one. */
static inline xs_context *xs_context_now(void) {
    return xs_self.current;
}
static inline xs_context *xs_context_of(CUcontext handle) {
    return xs_object_of(XS_OBJECT_CONTEXT, handle);
}

/* ------------------------------------------------------------------ storage.c */
/* Values that libraries keep in a context; dropped, their destructors called, at its end. */
void xs_storage_drop(xs_context *context);

/* ------------------------------------------------------------------ tables.c */
CUresult xs_export_table(const void **table, const CUuuid *id);

#endif
