/* A stand-in libcuda.so.1 for tests: what its parts share.
 *
 * It answers the driver calls that the broker makes, on a machine without a GPU. Copies, fills and
 * value writes really happen, in host memory mapped at the reserved addresses; kernels are
 * recorded and not run. It checks what a real driver would leave undefined (a handle used after it
 * was destroyed, a call without a current context, a launch with the wrong parameter size) and
 * writes each call to a log. It must never include a CUDA header: the types are stated here.
 *
 * record.c: log, violations, planned failures. memory.c: address ranges and pinned host pieces.
 * queue.c: streams and events. code.c: modules, functions, variables. arrays.c: CUDA arrays and what
 * looks into them, whole. api_*.c: the other exported calls.
 * entries.c: looking them up.
 *
 * Environment:
 *   XS_STANDIN_LOG      file to append to, one line a call; none: no log
 *   XS_STANDIN_FAIL     NAME:NTH:RESULT[:gone],... the NTH call of NAME gives RESULT; with gone,
 *                       the call succeeds and every later one gives RESULT, as after a fault
 *   XS_STANDIN_VERSION  driver version, 13000 unless told
 *   XS_STANDIN_MAJOR    compute capability, 9 unless told
 *   XS_STANDIN_DEVICES  number of devices, 1 unless told
 *   XS_STANDIN_NATIVE   1: the program is no broker and may make the calls of api_native.c
 *   XS_STANDIN_MODULE_LOADING  1 eager, 2 lazy; what CUDA_MODULE_LOADING says unless told
 *   XS_STANDIN_LAUNCH_US  wall time each launch takes, 0 unless told
 *
 * Log lines, fields separated by tabs; BUSY is how many operations were queued and not run when the
 * call was made:
 *   call NAME THREAD RESULT DETAIL BUSY | violation TEXT | leak WHAT | end */
#ifndef XS_STANDIN_H
#define XS_STANDIN_H

#include <stddef.h>
#include <stdint.h>

enum {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    NO_DEVICE = 100,
    INVALID_DEVICE = 101,
    INVALID_IMAGE = 200,
    INVALID_CONTEXT = 201,
    INVALID_PTX = 218,
    INVALID_HANDLE = 400,
    NOT_FOUND = 500,
    NOT_READY = 600,
    LAUNCH_OUT_OF_RESOURCES = 701,
    HOST_ALREADY_REGISTERED = 712,
    HOST_NOT_REGISTERED = 713,
    UNKNOWN = 999,
};

/* ------------------------------------------------------------------ record.c */

typedef enum needs { NEEDS_NOTHING, NEEDS_INIT, NEEDS_CONTEXT } needs;

/* Take the one lock; returns 0, or the result this call must give (planned, or its needs are not
 * met). call_end writes the log line, drops the lock and returns result. */
int call_begin(const char *name, needs needs);
int call_end(int result);

/* How an exported call begins; it ends with call_end. */
#define API __attribute__((visibility("default")))
#define BEGIN(needs) \
    int result = call_begin(__func__, needs); \
    if (result) \
        return call_end(result)

/* The same lock, for what runs without being called. */
void record_lock(void);
void record_unlock(void);

/* State that call_begin judges by. */
extern int initialized;
extern __thread void *current_context;
extern void *live_context;
extern void *second_context; /* made beside it; NULL: none */

/* Detail of the call being made, for its log line; printf-like, appended. */
void describe(const char *format, ...) __attribute__((format(printf, 1, 2)));
void violation(const char *format, ...) __attribute__((format(printf, 1, 2)));
void leak(const char *format, ...) __attribute__((format(printf, 1, 2)));
int context_is_gone(void);
long setting(const char *variable, long otherwise);

/* ------------------------------------------------------------------ objects (record.c) */

typedef enum kind {
    STREAM, EVENT, MODULE, FUNCTION, ALLOCATION, LINKER, GRAPH, NODE, EXECUTABLE,
    ARRAY, TEXTURE, SURFACE, KINDS
} kind;

/* First member of everything a handle names. Never freed: a dead handle must stay recognisable. */
typedef struct object {
    kind kind;
    int alive;
    void *context;          /* that was current when it was made */
    struct object *next;
} object;

extern object *objects;

void *object_new(kind kind, size_t bytes);
/* 0, or INVALID_HANDLE with a violation: never made, of another kind, or dead. */
int object_check(const void *handle, kind kind);
void object_end(void *handle);

/* ------------------------------------------------------------------ memory.c */

int memory_reserve(uint64_t *address, uint64_t bytes, uint64_t hint);
int memory_unreserve(uint64_t address, uint64_t bytes);
int memory_create(void **allocation, uint64_t bytes);
int memory_release(void *allocation);
int memory_map(uint64_t address, uint64_t bytes, void *allocation);
int memory_access(uint64_t address, uint64_t bytes);
int memory_unmap(uint64_t address, uint64_t bytes);
void memory_info(uint64_t *free_bytes, uint64_t *total_bytes);
int host_register(uint64_t address, uint64_t bytes);
int host_unregister(uint64_t address);
/* Pinned memory made here, stale as the device's. */
int host_allocate(void **address, uint64_t bytes);
int host_free(uint64_t address);
/* Whether all of it lies in one mapped range (it becomes dirty), or in one pinned piece. */
int is_device(uint64_t address, uint64_t bytes);
int is_pinned(uint64_t address, uint64_t bytes);
/* Whether a copy in a stream takes it: a native program's may be pageable. */
int is_host(uint64_t address, uint64_t bytes);
void memory_leaks(void);
/* A variable of a module; zeroed. */
uint64_t memory_variable(uint64_t bytes);
void memory_variable_end(uint64_t address);

#define GRANULARITY_BYTES ((uint64_t)2 << 20)
#define DEVICE_BYTES ((uint64_t)80 << 30)

/* ------------------------------------------------------------------ api_native.c */

/* Whether calls are allowed that a broker must not make. */
int native_program(void);

/* How such a call begins. */
#define BEGIN_NATIVE(needs) \
    BEGIN(native_program() ? needs : NEEDS_NOTHING); \
    if (!native_program()) { \
        violation("banned call %s", __func__); \
        return call_end(UNKNOWN); \
    }

/* ------------------------------------------------------------------ queue.c */

typedef struct event {
    object head;
    int timing;
    uint64_t recorded;   /* number of the last record asked for */
    uint64_t done;       /* number of the last record executed */
    uint64_t done_ns;
} event;

typedef enum what { COPY, FILL, COPY_ROWS, WRITE, WAIT_VALUE, RECORD, WAIT_EVENT, LAUNCH } what;

/* One operation of a stream: bytes elements of width bytes. destination is also the address of
 * WRITE and WAIT_VALUE. */
typedef struct operation {
    what what;
    uint64_t destination, source, bytes, value;
    uint64_t destination_pitch, source_pitch, rows; /* of COPY_ROWS and of a FILL in rows */
    unsigned int width, condition;
    event *event;
    uint64_t record;
    const void *graph;   /* the executable graph that it is part of */
    struct operation *next;
} operation;

int stream_open(void **stream, unsigned int flags, int priority);
/* Queue one operation; it runs at once unless something before it waits. */
int stream_push(void *stream, operation wanted);
int stream_query(void *stream);
int event_query(const event *event);
/* Run everything that can run. */
void queue_run(void);
void queue_leaks(void);
/* Whether something of an executable graph has not run. */
int queue_holds(const void *graph);
/* Begin to run queues without being called, where launches take time. */
void queue_start(void);
/* Operations queued and not yet run. */
unsigned int queue_length(void);
/* Whether something not yet run touches the range. */
int queue_touches(uint64_t address, uint64_t bytes);

/* ------------------------------------------------------------------ api_graph.c */

/* A node that does work, after those of depends; describes their numbers. */
int graph_node_add(void **made, void *graph, void *const *depends, size_t count, operation work);

/* ------------------------------------------------------------------ arrays.c */

typedef struct side3d { /* of CUDA_MEMCPY3D */
    size_t x_bytes, y, z, level;
    unsigned int type; /* 1 host, 2 device, 3 array */
    uint64_t host, device;
    struct array *array;
    void *reserved;
    size_t pitch, rows;
} side3d;

typedef struct box3d { /* CUDA_MEMCPY3D */
    side3d source, destination;
    size_t row_bytes, rows, layers;
} box3d;

_Static_assert(sizeof(box3d) == 200, "CUDA_MEMCPY3D");

/* ------------------------------------------------------------------ code.c */

typedef struct function {
    object head;
    void *module;
    const char *name;
    unsigned int params;
    uint64_t *offsets, *sizes;
    uint64_t param_bytes;
    int loaded;
    int shared_bytes_max;
} function;

/* log: where the compiler's words go, log_bytes long, or NULL. */
int module_load(void **module, const void *image, char *log, uint64_t log_bytes);
int module_unload(void *module);
/* Address and bytes of a .global variable; NOT_FOUND. */
int variable_get(uint64_t *address, uint64_t *bytes, void *module, const char *name);
/* The function of entry number index, or NOT_FOUND behind the last. */
int function_nth(void **function, void *module, unsigned int index);
int function_get(void **function, void *module, const char *name);
/* Check and describe one launch. */
int launch_check(function *function, const unsigned int grid[3], const unsigned int block[3],
                 unsigned int shared_bytes, void **params, void **extra);

#endif
