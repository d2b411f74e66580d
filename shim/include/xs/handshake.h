/* Reaching the broker: see handshake.c for what it decides. */
#ifndef XS_HANDSHAKE_H
#define XS_HANDSHAKE_H

#include <stddef.h>
#include <stdint.h>

#include "broker/wire/gen/xs_wire.h"
#include "xs/codec.h"
#include "xs/frame.h"

/* Status page, waiters page, host arena. */
#define XS_WELCOME_FDS 3

/* What arrived during the handshake. Large: not for a stack. */
typedef struct xs_greeting {
    uint8_t data[XS_FRAME_HEADER_BYTES + XS_FRAME_BYTES_MAX];
    uint64_t scratch[XS_SCRATCH_BYTES_MAX / 8];
    size_t used;               /* bytes in data */
    size_t rest;               /* where what follows the welcome begins */
    int fds[XS_WELCOME_FDS];
    int fds_count;
    xs_message message;        /* the welcome; points into data and scratch */
    xs_fault fault;
} xs_greeting;

/* The broker's socket: XSCHED_SOCKET, else where a system service listens. */
const char *xs_link_path(void);

/* Connect, say hello as XSCHED_TENANT, _CLASS, _TOKEN and _MEMORY say, read the welcome.
 *
 * Returns: the connected socket, blocking and closed on exec; -1 after one line in the log.
 *     The descriptors in g are the caller's then: xs_greeting_close. */
int xs_greet(const char *library, xs_greeting *g);
void xs_greeting_close(xs_greeting *g);

#endif
