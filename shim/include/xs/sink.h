/* Where decoded operations go. The wire codec knows only this; the device layer of the
 * broker implements it (broker/device/intake.c), tests implement it too. Passed between
 * Cython extensions as a PyCapsule named "xs_sink". */
#ifndef XS_SINK_H
#define XS_SINK_H

#include <stdint.h>

#include "broker/wire/gen/xs_wire.h"

/* What operation() returns when it did long work: what follows should come later, when
 * others had their turn. REST: the operation is taken. AGAIN: it is not yet, and nothing else
 * may come before it comes again; it need not be in the same place. */
enum { XS_SINK_REST = 1, XS_SINK_AGAIN = 2 };

typedef struct xs_sink {
    void *context;
    /* A submission begins. Returns 0, or -1 when first_seq is not the one expected or
     * count is over a bound: the session then dies with the text of error(). */
    int (*begin)(void *context, uint64_t first_seq, uint32_t count);
    /* One operation, in program order. Pointers inside op point into the frame and die
     * with the call. Returns 0, or -1 for what only a broken client can send. What a
     * correct client can get wrong (a stale handle, an address out of range) is not -1:
     * it becomes the session's asynchronous error, and the operation retires undone.
     * Both words ask for a pause: whoever can pause calls end() for what there is, if there
     * is any, and begin() with the rest later; whoever cannot goes on. */
    int (*operation)(void *context, uint64_t seq, const xs_operation *op);
    /* The submission is complete: wake the worker, write accepted_seq. */
    void (*end)(void *context, uint64_t last_seq);
    /* Text for the last -1, valid until the next call; never NULL. */
    const char *(*error)(void *context);
} xs_sink;

#endif
