/* The native half of the device seam: what the worker (worker.c) asks of a device.
 *
 * A backend decides how one operation is handed to one device. It must never know
 * sessions, classes, windows or policies. worker.c calls it, from one thread per worker
 * (or from the thread that steps the worker by hand in tests); control calls (memory,
 * modules) go through the Python half, backend.py. Passed between Cython extensions as a
 * PyCapsule named "xs_backend"; the object that made it outlives every worker on it.
 *
 * Results are CUresult numbers, 0 = success. Times are device time in ns on the clock
 * the worker is given. */
#ifndef XS_BACKEND_H
#define XS_BACKEND_H

#include <stdint.h>

/* Levels of stream priority: 0 is the most urgent (CUDA's greatest priority on H100). */
#define XS_LEVELS 6

#define XS_NEVER UINT64_MAX

/* CU_DEVICE_ATTRIBUTE_MAX_PITCH of every device so far. */
#define XS_PITCH_MAX 0x7fffffffull

typedef struct xs_launch {
    void *function;             /* the backend's own, from function_get */
    uint32_t grid[3];           /* blocks */
    uint32_t block[3];          /* threads */
    uint32_t shared_bytes;      /* dynamic */
    const void *params;         /* packed, exact size of the function's layout */
    uint32_t params_bytes;
    const void *attributes;     /* raw CUlaunchAttribute structs, 72 bytes each */
    uint32_t attributes_count;
} xs_launch;

typedef enum xs_copy_kind { XS_COPY_H2D, XS_COPY_D2H, XS_COPY_D2D } xs_copy_kind;

/* One node of a graph. What it points to need only live as long as the call. */
typedef enum xs_node_kind { XS_NODE_EMPTY, XS_NODE_LAUNCH, XS_NODE_FILL } xs_node_kind;

typedef struct xs_graph_node {
    xs_node_kind kind;
    uint32_t depends_count;
    const uint32_t *depends;    /* numbers of earlier nodes of the same array */
    union {
        xs_launch launch;
        struct { uint64_t destination, count; uint32_t value, width; } fill;
    } u;
} xs_graph_node;
/* Rows of one size, each so many bytes behind the one before. */
typedef struct xs_rows {
    uint64_t destination, destination_pitch;
    uint64_t source, source_pitch;
    uint64_t row_bytes;
    uint64_t rows;
} xs_rows;

typedef struct xs_backend {
    void *device;

    /* Called once by each thread that will issue, before anything else. */
    int (*enter)(void *device);

    int (*stream_open)(void *device, int level, void **stream);
    int (*stream_close)(void *device, void *stream);
    int (*event_open)(void *device, void **event);      /* with timing */
    int (*event_close)(void *device, void *event);

    int (*launch)(void *device, void *stream, const xs_launch *launch);
    /* host side addresses are broker addresses inside a registered piece */
    int (*copy)(void *device, void *stream, xs_copy_kind kind, uint64_t destination,
                uint64_t source, uint64_t bytes);
    /* The same in rows; their host side lies inside one registered piece, whole. Pitches
     * are at most XS_PITCH_MAX and at least row_bytes. */
    int (*copy_rows)(void *device, void *stream, xs_copy_kind kind, const xs_rows *rows);
    int (*fill)(void *device, void *stream, uint64_t destination, uint32_t value,
                uint32_t width, uint64_t count);
    /* columns elements in each of `rows` rows, pitch bytes apart. */
    int (*fill_rows)(void *device, void *stream, uint64_t destination, uint64_t pitch,
                     uint32_t value, uint32_t width, uint64_t columns, uint64_t rows);
    int (*event_record)(void *device, void *stream, void *event);
    int (*stream_wait)(void *device, void *stream, void *event);
    /* Write value at address in stream order. address: a device address, or a broker
     * address inside registered host memory (the status page). width: 4 or 8. */
    int (*write_value)(void *device, void *stream, uint64_t address, uint64_t value,
                       uint32_t width);
    int (*wait_value)(void *device, void *stream, uint64_t address, uint64_t value,
                      uint32_t width, uint32_t condition);

    /* Device time between two recorded events, both known to have retired. */
    int (*elapsed)(void *device, void *start, void *end, int64_t *elapsed_ns);
    /* Asked at most ten times a second, when work is overdue: 0, 600 NOT_READY, or the
     * sticky error of a context that is gone. */
    int (*query)(void *device, void *stream);

    /* Let everything happen that is due by now_ns; return when the next thing is due,
     * XS_NEVER if nothing is. A real device returns 0: it runs by itself, poll memory. */
    uint64_t (*advance)(void *device, uint64_t now_ns);

    /* Launch what graph_open made. Launches of one graph never overlap each other. */
    int (*graph_launch)(void *device, void *stream, void *graph);
    /* On the control thread: make and give back. *bad: number of the node at fault, or
     * UINT32_MAX. A graph is closed only when no launch of it is in flight. */
    int (*graph_open)(void *device, const xs_graph_node *nodes, uint32_t count, void **graph,
                      uint32_t *bad);
    int (*graph_close)(void *device, void *graph);
} xs_backend;

/* Errors after which a CUDA context answers nothing else (driver API, CUresult). */
static inline int xs_result_is_sticky(int result) {
    switch (result) {
    case 214: /* ECC_UNCORRECTABLE */
    case 700: /* ILLEGAL_ADDRESS */
    case 702: /* LAUNCH_TIMEOUT */
    case 709: /* CONTEXT_IS_DESTROYED */
    case 710: /* ASSERT */
    case 714: /* HARDWARE_STACK_ERROR */
    case 715: /* ILLEGAL_INSTRUCTION */
    case 716: /* MISALIGNED_ADDRESS */
    case 717: /* INVALID_ADDRESS_SPACE */
    case 718: /* INVALID_PC */
    case 719: /* LAUNCH_FAILED */
    case 721: /* TENSOR_MEMORY_LEAK */
    case 999: /* UNKNOWN */
        return 1;
    default:
        return 0;
    }
}

#endif
