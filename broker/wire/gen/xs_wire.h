/* The wire's messages, operations, handles and shared pages, for C.
 *
 * Generated from schema.toml by `python -m broker.wire.generate`; change that file.
 * What str, bin and list fields point to belongs to whoever filled the struct in: after
 * decoding, to the frame and to the reader's scratch. */
#ifndef XS_WIRE_H
#define XS_WIRE_H

#include <stddef.h>
#include <stdint.h>

typedef struct xs_writer xs_writer;
typedef struct xs_reader xs_reader;

#define XS_PROTOCOL_MAJOR 1
#define XS_PROTOCOL_MINOR 0

/* bytes: body of one frame */
#define XS_FRAME_BYTES_MAX 131072
/* operations: a submission is sealed at this many */
#define XS_OPERATIONS_PER_SUBMISSION_MAX 500
/* bytes: a submission is sealed at this size */
#define XS_SUBMISSION_BYTES_TARGET 65536
/* bytes: packed kernel parameters, the driver's bound since sm_70 */
#define XS_PARAMS_BYTES_MAX 32764
/* structs: launch attributes of one launch */
#define XS_ATTRIBUTES_MAX 16
/* bytes: one raw CUlaunchAttribute */
#define XS_ATTRIBUTE_BYTES 72
/* bytes: a kernel's mangled name */
#define XS_NAME_BYTES_MAX 4096
/* bytes: human text in a reply (a compiler's log is cut to it) */
#define XS_MESSAGE_BYTES_MAX 8192
/* parameters: parameters of one function */
#define XS_FUNCTION_PARAMS_MAX 4096
/* lines: lines of the status page: stream index 1..streams_max-1 */
#define XS_STREAMS_MAX 1024
/* functions: function indices of one session: 1..functions_max-1 */
#define XS_FUNCTIONS_MAX 65536
/* events: event indices of one session */
#define XS_EVENTS_MAX 131072
/* fields: unknown trailing fields skipped in one array */
#define XS_FIELDS_UNKNOWN_MAX 32
/* graphs: graph indices of one session: 1..graphs_max-1; as many of graph_exec */
#define XS_GRAPHS_MAX 4096
/* nodes: nodes of one graph, those of its child graphs included */
#define XS_GRAPH_NODES_MAX 65536
/* bytes: dependencies in one graph_depend, 4 bytes each */
#define XS_GRAPH_DEPENDS_BYTES_MAX 32768
/* levels: arrays and maps inside each other */
#define XS_NESTING_MAX 8
/* enough scratch to decode any message */
#define XS_SCRATCH_BYTES_MAX 65536

#define XS_STREAM_INDEX_LEGACY 1 /* index of the legacy default stream */
/* CU_STREAM_NON_BLOCKING: no ordering with the legacy stream */
#define XS_STREAM_FLAG_NON_BLOCKING 1
#define XS_EVENT_FLAG_BLOCKING_SYNC 1 /* CU_EVENT_BLOCKING_SYNC */
#define XS_EVENT_FLAG_DISABLE_TIMING 2 /* CU_EVENT_DISABLE_TIMING */
#define XS_MODULE_FORMAT_PTX 1 /* PTX text, without the closing zero byte */
#define XS_MODULE_FORMAT_CUBIN 2 /* an ELF cubin */
#define XS_MODULE_FORMAT_FATBIN 3 /* a raw fatbin */
#define XS_HOST_OFFSET_NONE UINT64_C(0xFFFFFFFFFFFFFFFF) /* no bytes in the host arena */
#define XS_CLASS_FROM_TENANT 255 /* take the class the operator configured for the tenant */
#define XS_HINT_CLASS_KEEP 255 /* hint_set leaves the class as it is */
/* hint_set leaves the deadline as it is */
#define XS_HINT_DEADLINE_KEEP UINT64_C(0xFFFFFFFFFFFFFFFF)
#define XS_WAIT_CONDITION_GEQ 0 /* CU_STREAM_WAIT_VALUE_GEQ, compared cyclically */
#define XS_WAIT_CONDITION_EQ 1 /* CU_STREAM_WAIT_VALUE_EQ */
#define XS_WAIT_CONDITION_AND 2 /* CU_STREAM_WAIT_VALUE_AND */
#define XS_ATTRIBUTE_ABSENT 2147483648 /* as a signed number: the device has no such attribute */
#define XS_COPY_KIND_H2D 0 /* host arena to device */
#define XS_COPY_KIND_D2H 1 /* device to host arena */
#define XS_COPY_KIND_D2D 2 /* device to device */
#define XS_OCCUPANCY_BLOCKS 0 /* cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags */
#define XS_OCCUPANCY_SHARED_BYTES 1 /* cuOccupancyAvailableDynamicSMemPerBlock */
#define XS_OCCUPANCY_CLUSTER_SIZE 2 /* cuOccupancyMaxPotentialClusterSize */
#define XS_OCCUPANCY_CLUSTERS 3 /* cuOccupancyMaxActiveClusters */
#define XS_ACCESS_NONE 0 /* CU_MEM_ACCESS_FLAGS_PROT_NONE */
#define XS_ACCESS_READ 1 /* CU_MEM_ACCESS_FLAGS_PROT_READ */
#define XS_ACCESS_READ_WRITE 3 /* CU_MEM_ACCESS_FLAGS_PROT_READWRITE */
#define XS_ARRAY_FROM_HOST 0 /* array_copy: host arena to array */
#define XS_ARRAY_TO_HOST 1 /* array_copy: array to host arena */
#define XS_ARRAY_FROM_DEVICE 2 /* array_copy: device memory to array */
#define XS_ARRAY_TO_DEVICE 3 /* array_copy: array to device memory */
#define XS_ARRAY_FROM_ARRAY 4 /* array_copy: another array, or this one, to array */
#define XS_RESOURCE_ARRAY 0 /* CU_RESOURCE_TYPE_ARRAY */
#define XS_RESOURCE_LINEAR 2 /* CU_RESOURCE_TYPE_LINEAR */
#define XS_RESOURCE_PITCHED 3 /* CU_RESOURCE_TYPE_PITCH2D */
#define XS_GRAPH_NODE_ALL 4294967295 /* graph_update: the whole graph; in an answer: no node */
#define XS_WAIT_CONDITION_NOR 3 /* CU_STREAM_WAIT_VALUE_NOR */

#define XS_KIND_STREAM 1
#define XS_KIND_EVENT 2
#define XS_KIND_MODULE 3
#define XS_KIND_FUNCTION 4
#define XS_KIND_GRAPH 8
#define XS_KIND_GRAPH_EXEC 9
#define XS_KIND_ARRAY 13
#define XS_KIND_MEMORY 14

#define XS_MSG_HELLO 1
#define XS_MSG_SUBMIT 2
#define XS_MSG_DEVICE_GET 10
#define XS_MSG_ALLOCATE 11
#define XS_MSG_FREE 12
#define XS_MSG_MODULE_LOAD 13
#define XS_MSG_MODULE_UNLOAD 14
#define XS_MSG_FUNCTION_GET 15
#define XS_MSG_MEMORY_INFO 16
#define XS_MSG_ELAPSED_TIME 17
#define XS_MSG_ERROR_TAKE 18
#define XS_MSG_FUNCTION_ATTRIBUTE_SET 19
#define XS_MSG_HOST_REGISTER 20
#define XS_MSG_GOODBYE 21
#define XS_MSG_HINT_SET 22
#define XS_MSG_ATTRIBUTES_GET 32
#define XS_MSG_VARIABLE_GET 33
#define XS_MSG_FUNCTIONS_LIST 34
#define XS_MSG_LINK 35
#define XS_MSG_OCCUPANCY_GET 36
#define XS_MSG_TENSOR_MAP_ENCODE 37
#define XS_MSG_LIMIT_SET 38
#define XS_MSG_LIMIT_GET 39
#define XS_MSG_ADDRESS_RESERVE 50
#define XS_MSG_ADDRESS_FREE 51
#define XS_MSG_MEMORY_CREATE 52
#define XS_MSG_MEMORY_RELEASE 53
#define XS_MSG_MEMORY_MAP 54
#define XS_MSG_MEMORY_UNMAP 55
#define XS_MSG_MEMORY_ACCESS_SET 56
#define XS_MSG_ARRAY_CREATE 57
#define XS_MSG_ARRAY_DESTROY 58
#define XS_MSG_ARRAY_COPY 59
#define XS_MSG_TEXTURE_CREATE 60
#define XS_MSG_TEXTURE_DESTROY 61
#define XS_MSG_GRAPH_INSTANTIATE 40
#define XS_MSG_GRAPH_UPDATE 41
#define XS_MSG_WELCOME 64
#define XS_MSG_REFUSED 65
#define XS_MSG_PROTOCOL_ERROR 66
#define XS_MSG_FAULT 67
#define XS_MSG_DEVICE 74
#define XS_MSG_ALLOCATED 75
#define XS_MSG_DONE 76
#define XS_MSG_MODULE 77
#define XS_MSG_FUNCTION 78
#define XS_MSG_MEMORY 79
#define XS_MSG_ELAPSED 80
#define XS_MSG_ERROR_TAKEN 81
#define XS_MSG_ATTRIBUTES 104
#define XS_MSG_VARIABLE 105
#define XS_MSG_FUNCTIONS 106
#define XS_MSG_LINKED 107
#define XS_MSG_OCCUPANCY 108
#define XS_MSG_TENSOR_MAP 109
#define XS_MSG_LIMIT 110
#define XS_MSG_TEXTURE 111
#define XS_MSG_GRAPH_INSTANTIATED 96
#define XS_MSG_GRAPH_UPDATED 97

#define XS_OP_LAUNCH 1
#define XS_OP_LAUNCH_BYTES_MAX 68
#define XS_OP_COPY_H2D 2
#define XS_OP_COPY_H2D_BYTES_MAX 41
#define XS_OP_COPY_D2H 3
#define XS_OP_COPY_D2H_BYTES_MAX 41
#define XS_OP_COPY_D2D 4
#define XS_OP_COPY_D2D_BYTES_MAX 41
#define XS_OP_MEMSET 5
#define XS_OP_MEMSET_BYTES_MAX 39
#define XS_OP_EVENT_RECORD 6
#define XS_OP_EVENT_RECORD_BYTES_MAX 23
#define XS_OP_STREAM_WAIT 7
#define XS_OP_STREAM_WAIT_BYTES_MAX 32
#define XS_OP_STREAM_CREATE 8
#define XS_OP_STREAM_CREATE_BYTES_MAX 24
#define XS_OP_STREAM_DESTROY 9
#define XS_OP_STREAM_DESTROY_BYTES_MAX 14
#define XS_OP_EVENT_CREATE 10
#define XS_OP_EVENT_CREATE_BYTES_MAX 19
#define XS_OP_EVENT_DESTROY 11
#define XS_OP_EVENT_DESTROY_BYTES_MAX 14
#define XS_OP_WRITE_VALUE 12
#define XS_OP_WRITE_VALUE_BYTES_MAX 34
#define XS_OP_WAIT_VALUE 13
#define XS_OP_WAIT_VALUE_BYTES_MAX 36
#define XS_OP_HOST_FUNCTION 14
#define XS_OP_HOST_FUNCTION_BYTES_MAX 23
#define XS_OP_COMPLETE 15
#define XS_OP_COMPLETE_BYTES_MAX 14
#define XS_OP_COPY_3D 24
#define XS_OP_COPY_3D_BYTES_MAX 89
#define XS_OP_MEMSET_2D 25
#define XS_OP_MEMSET_2D_BYTES_MAX 53
#define XS_OP_GRAPH_CREATE 32
#define XS_OP_GRAPH_CREATE_BYTES_MAX 14
#define XS_OP_GRAPH_DEPEND 33
#define XS_OP_GRAPH_DEPEND_BYTES_MAX 19
#define XS_OP_GRAPH_EMPTY 34
#define XS_OP_GRAPH_EMPTY_BYTES_MAX 14
#define XS_OP_GRAPH_CHILD 35
#define XS_OP_GRAPH_CHILD_BYTES_MAX 23
#define XS_OP_GRAPH_DESTROY 36
#define XS_OP_GRAPH_DESTROY_BYTES_MAX 14
#define XS_OP_GRAPH_LAUNCH 37
#define XS_OP_GRAPH_LAUNCH_BYTES_MAX 23
#define XS_OP_GRAPH_EXEC_DESTROY 38
#define XS_OP_GRAPH_EXEC_DESTROY_BYTES_MAX 14

/* A handle: kind << 56 | device << 48 | generation << 32 | index. */
#define XS_HANDLE(kind, device, generation, index)                                  \
    ((uint64_t)(uint8_t)(kind) << 56 | (uint64_t)(uint8_t)(device) << 48 |          \
     (uint64_t)(uint16_t)(generation) << 32 | (uint64_t)(uint32_t)(index))
#define XS_HANDLE_KIND(h) ((uint8_t)((uint64_t)(h) >> 56))
#define XS_HANDLE_DEVICE(h) ((uint8_t)((uint64_t)(h) >> 48))
#define XS_HANDLE_GENERATION(h) ((uint16_t)((uint64_t)(h) >> 32))
#define XS_HANDLE_INDEX(h) ((uint32_t)(h))

/* Line 0 of the status page. */
typedef struct xs_status_header {
    uint64_t accepted_seq; /* last operation whose frame was decoded */
    uint64_t issued_seq; /* operations issued so far (count) */
    uint32_t session_error; /* first asynchronous CUresult not yet taken, 0 = none */
    uint32_t sticky_error; /* CUresult that ended the context; the session is lost; 0 = none */
    uint32_t epoch; /* broker process generation; changes when it restarts */
    uint32_t closed; /* 1 once the broker has ended the session */
    uint8_t unused_32[32];
} xs_status_header;
_Static_assert(sizeof(xs_status_header) == 64, "xs_status_header");
_Static_assert(offsetof(xs_status_header, accepted_seq) == 0, "xs_status_header.accepted_seq");
_Static_assert(offsetof(xs_status_header, issued_seq) == 8, "xs_status_header.issued_seq");
_Static_assert(offsetof(xs_status_header, session_error) == 16, "xs_status_header.session_error");
_Static_assert(offsetof(xs_status_header, sticky_error) == 20, "xs_status_header.sticky_error");
_Static_assert(offsetof(xs_status_header, epoch) == 24, "xs_status_header.epoch");
_Static_assert(offsetof(xs_status_header, closed) == 28, "xs_status_header.closed");

/* A line of the status page. */
typedef struct xs_status_line {
    uint64_t retired_seq; /* every operation of this stream up to here has retired */
    uint32_t error; /* first CUresult of an operation of this stream, 0 = none */
    uint8_t unused_12[4];
    /* number of the host function now due, 0 = none: it grows with each of the stream, and is
     * the operation's sequence number or, inside and after a graph with several, a larger one
     * */
    uint64_t host_seq;
    uint64_t host_token; /* its token */
    uint64_t progress; /* the broker's own count of pieces of operations; nothing for a tenant */
    /* latest operation whose end somebody waits for, once it is issued; written after due_ns */
    uint64_t due_seq;
    uint64_t due_ns; /* when it should retire, as the broker reckons: CLOCK_MONOTONIC, ns */
    uint8_t unused_56[8];
} xs_status_line;
_Static_assert(sizeof(xs_status_line) == 64, "xs_status_line");
_Static_assert(offsetof(xs_status_line, retired_seq) == 0, "xs_status_line.retired_seq");
_Static_assert(offsetof(xs_status_line, error) == 8, "xs_status_line.error");
_Static_assert(offsetof(xs_status_line, host_seq) == 16, "xs_status_line.host_seq");
_Static_assert(offsetof(xs_status_line, host_token) == 24, "xs_status_line.host_token");
_Static_assert(offsetof(xs_status_line, progress) == 32, "xs_status_line.progress");
_Static_assert(offsetof(xs_status_line, due_seq) == 40, "xs_status_line.due_seq");
_Static_assert(offsetof(xs_status_line, due_ns) == 48, "xs_status_line.due_ns");

/* A line of the waiters page. */
typedef struct xs_waiters_line {
    uint32_t sleeping; /* not 0 while somebody sleeps on this line's retired_seq */
    uint8_t unused_4[12];
    uint64_t host_done_seq; /* the host function of this number (host_seq) has run */
    uint8_t unused_24[40];
} xs_waiters_line;
_Static_assert(sizeof(xs_waiters_line) == 64, "xs_waiters_line");
_Static_assert(offsetof(xs_waiters_line, sleeping) == 0, "xs_waiters_line.sleeping");
_Static_assert(offsetof(xs_waiters_line, host_done_seq) == 16, "xs_waiters_line.host_done_seq");

/* One piece of code to link. */
typedef struct xs_link_input {
    uint32_t type; /* CUjitInputType */
    const uint8_t *name; /* for the linker's messages */
    uint32_t name_bytes;
    uint64_t host_offset; /* where it lies in the host arena */
    uint64_t bytes; /* its length */
} xs_link_input;

/* One device as a tenant sees it. */
typedef struct xs_device_properties {
    uint8_t ordinal; /* device ordinal */
    const uint8_t *name; /* product name */
    uint32_t name_bytes;
    const uint8_t *backend; /* cuda, emulated or null */
    uint32_t backend_bytes;
    const uint8_t *uuid; /* 16 bytes */
    uint32_t uuid_bytes;
    uint32_t compute_major; /* compute capability */
    uint32_t compute_minor; /* compute capability */
    uint32_t sm_count; /* multiprocessors */
    uint64_t memory_bytes; /* device memory */
    uint32_t driver_version; /* as cuDriverGetVersion, e.g. 13000 */
    uint32_t time_dilation; /* wall time per device time; 1 on a real device */
    uint32_t threads_per_sm; /* resident threads per multiprocessor */
    uint32_t blocks_per_sm; /* resident blocks per multiprocessor */
    uint32_t shared_bytes_per_sm; /* shared memory per multiprocessor */
    uint32_t shared_bytes_per_block_optin; /* most dynamic shared memory of a block */
} xs_device_properties;

/* Launch a function. */
typedef struct xs_op_launch {
    uint64_t stream; /* handle */
    uint64_t function; /* handle */
    uint32_t grid_x; /* blocks */
    uint32_t grid_y; /* blocks */
    uint32_t grid_z; /* blocks */
    uint32_t block_x; /* threads */
    uint32_t block_y; /* threads */
    uint32_t block_z; /* threads */
    uint32_t shared_bytes; /* dynamic shared memory */
    const uint8_t *params; /* packed as the function's layout says, exact size */
    uint32_t params_bytes;
    const uint8_t *attributes; /* raw CUlaunchAttribute structs of 72 bytes */
    uint32_t attributes_bytes;
} xs_op_launch;

/* Host arena to device. */
typedef struct xs_op_copy_h2d {
    uint64_t stream; /* handle */
    uint64_t destination; /* device address */
    uint64_t host_offset; /* byte in the host arena */
    uint64_t bytes; /* length */
} xs_op_copy_h2d;

/* Device to host arena. */
typedef struct xs_op_copy_d2h {
    uint64_t stream; /* handle */
    uint64_t host_offset; /* byte in the host arena */
    uint64_t source; /* device address */
    uint64_t bytes; /* length */
} xs_op_copy_d2h;

/* Device to device. */
typedef struct xs_op_copy_d2d {
    uint64_t stream; /* handle */
    uint64_t destination; /* device address */
    uint64_t source; /* device address */
    uint64_t bytes; /* length */
} xs_op_copy_d2d;

/* Set elements of 1, 2 or 4 bytes. */
typedef struct xs_op_memset {
    uint64_t stream; /* handle */
    uint64_t destination; /* device address, aligned to width */
    uint32_t value; /* element */
    uint8_t width; /* 1, 2 or 4 bytes */
    uint64_t count; /* elements */
} xs_op_memset;

/* Record an event on a stream. */
typedef struct xs_op_event_record {
    uint64_t stream; /* handle */
    uint64_t event; /* handle */
} xs_op_event_record;

/* Make later work of the stream wait for a record. */
typedef struct xs_op_stream_wait {
    uint64_t stream; /* handle */
    uint64_t event; /* handle */
    uint64_t record_seq; /* sequence number of the record waited for; must be the event's latest */
} xs_op_stream_wait;

/* Make a stream. */
typedef struct xs_op_stream_create {
    uint64_t stream; /* client-made handle */
    uint32_t flags; /* stream_flag_* */
    int32_t priority; /* CUDA's meaning: lower is more urgent; maps inside the class's band */
} xs_op_stream_create;

/* Forget a stream; what it holds still runs. */
typedef struct xs_op_stream_destroy {
    uint64_t stream; /* handle */
} xs_op_stream_destroy;

/* Make an event. */
typedef struct xs_op_event_create {
    uint64_t event; /* client-made handle */
    uint32_t flags; /* event_flag_* */
} xs_op_event_create;

/* Forget an event. */
typedef struct xs_op_event_destroy {
    uint64_t event; /* handle */
} xs_op_event_destroy;

/* Stream memory operation: write a word of device memory or of the host arena. */
typedef struct xs_op_write_value {
    uint64_t stream; /* handle */
    /* device address, or host_base + offset of registered host memory; aligned to width */
    uint64_t address;
    uint64_t value; /* value */
    uint8_t width; /* 4 or 8 bytes */
} xs_op_write_value;

/* Stream memory operation: wait until a word of device memory or of the host arena satisfies
 * the condition. */
typedef struct xs_op_wait_value {
    uint64_t stream; /* handle */
    /* device address, or host_base + offset of registered host memory; aligned to width */
    uint64_t address;
    uint64_t value; /* value compared with */
    uint8_t width; /* 4 or 8 bytes */
    uint8_t condition; /* wait_condition_* */
} xs_op_wait_value;

/* Run a function of the client in stream order: host_seq of the line names it, host_done_seq
 * answers. */
typedef struct xs_op_host_function {
    uint64_t stream; /* handle */
    uint64_t token; /* the client's own number for it */
} xs_op_host_function;

/* Make the retirement of everything before it on the stream visible as soon as it happens. */
typedef struct xs_op_complete {
    uint64_t stream; /* handle */
} xs_op_complete;

/* Copy rows of a box; between host arena and device, or on the device. */
typedef struct xs_op_copy_3d {
    uint64_t stream; /* handle */
    uint8_t kind; /* copy_kind_* */
    uint64_t destination; /* device address or byte in the host arena, of the first row */
    uint64_t destination_pitch; /* bytes from one row to the next */
    uint64_t destination_slice; /* bytes from one layer of rows to the next */
    uint64_t source; /* device address or byte in the host arena, of the first row */
    uint64_t source_pitch; /* bytes from one row to the next */
    uint64_t source_slice; /* bytes from one layer of rows to the next */
    uint64_t row_bytes; /* bytes of each row */
    uint32_t rows; /* rows of a layer */
    uint32_t layers; /* layers */
} xs_op_copy_3d;

/* Set elements of 1, 2 or 4 bytes in rows. */
typedef struct xs_op_memset_2d {
    uint64_t stream; /* handle */
    uint64_t destination; /* device address, aligned to width */
    uint64_t pitch; /* bytes from one row to the next, a multiple of width */
    uint32_t value; /* element */
    uint8_t width; /* 1, 2 or 4 bytes */
    uint64_t columns; /* elements of a row */
    uint32_t rows; /* rows */
} xs_op_memset_2d;

/* Make an empty graph. */
typedef struct xs_op_graph_create {
    uint64_t graph; /* client-made handle of kind graph */
} xs_op_graph_create;

/* The graph's next node comes after these nodes, too. May be repeated. */
typedef struct xs_op_graph_depend {
    uint64_t graph; /* handle */
    /* node numbers, 4 bytes little-endian each, all smaller than the next node's */
    const uint8_t *nodes;
    uint32_t nodes_bytes;
} xs_op_graph_depend;

/* A node that does nothing. */
typedef struct xs_op_graph_empty {
    uint64_t graph; /* handle */
} xs_op_graph_empty;

/* A node that is a whole graph, as that is now. */
typedef struct xs_op_graph_child {
    uint64_t graph; /* handle */
    uint64_t child; /* handle of another graph */
} xs_op_graph_child;

/* Forget a graph; what was instantiated from it stays. */
typedef struct xs_op_graph_destroy {
    uint64_t graph; /* handle */
} xs_op_graph_destroy;

/* Launch an executable graph. It retires when all its nodes have. Launches of one graph_exec
 * follow each other in the order sent. */
typedef struct xs_op_graph_launch {
    uint64_t stream; /* handle */
    uint64_t exec; /* handle */
} xs_op_graph_launch;

/* Forget an executable graph; launches sent before still run. */
typedef struct xs_op_graph_exec_destroy {
    uint64_t exec; /* handle */
} xs_op_graph_exec_destroy;

typedef union xs_operation_union {
    xs_op_launch launch;
    xs_op_copy_h2d copy_h2d;
    xs_op_copy_d2h copy_d2h;
    xs_op_copy_d2d copy_d2d;
    xs_op_memset memset;
    xs_op_event_record event_record;
    xs_op_stream_wait stream_wait;
    xs_op_stream_create stream_create;
    xs_op_stream_destroy stream_destroy;
    xs_op_event_create event_create;
    xs_op_event_destroy event_destroy;
    xs_op_write_value write_value;
    xs_op_wait_value wait_value;
    xs_op_host_function host_function;
    xs_op_complete complete;
    xs_op_copy_3d copy_3d;
    xs_op_memset_2d memset_2d;
    xs_op_graph_create graph_create;
    xs_op_graph_depend graph_depend;
    xs_op_graph_empty graph_empty;
    xs_op_graph_child graph_child;
    xs_op_graph_destroy graph_destroy;
    xs_op_graph_launch graph_launch;
    xs_op_graph_exec_destroy graph_exec_destroy;
} xs_operation_union;

typedef struct xs_operation {
    uint8_t kind; /* XS_OP_* */
    xs_operation_union u;
} xs_operation;

/* First frame of a connection. */
typedef struct xs_msg_hello {
    uint16_t protocol_major; /* must equal the broker's */
    uint16_t protocol_minor; /* the lower of both is used */
    const uint8_t *library; /* client library and version */
    uint32_t library_bytes;
    const uint8_t *tenant; /* tenant asked for; a tenant socket fixes it and refuses another */
    uint32_t tenant_bytes;
    const uint8_t *token; /* checked when the tenant is configured with one */
    uint32_t token_bytes;
    /* class asked for, never higher than configured; 255 = the configured one */
    uint8_t priority_class;
    uint32_t pid; /* for the log; SO_PEERCRED is what counts */
    /* most device memory this session may hold, within the tenant's quota; 0 = the quota */
    uint64_t memory_bytes;
} xs_msg_hello;

/* Operations in program order. Operation i has sequence number first_seq + i. No reply;
 * accepted_seq tells. */
typedef struct xs_msg_submit {
    uint64_t first_seq; /* 1 for the session's first operation; no gaps, no repeats */
    const xs_operation *operations; /* in program order */
    uint32_t operations_count;
} xs_msg_submit;

/* Properties of a device. */
typedef struct xs_msg_device_get {
    uint32_t call; /* number of this call, echoed in the reply */
    uint8_t device; /* device ordinal */
} xs_msg_device_get;

/* Device memory inside the session's VA arena, zeroed. */
typedef struct xs_msg_allocate {
    uint32_t call; /* number of this call */
    uint8_t device; /* device ordinal */
    uint64_t bytes; /* size, > 0 */
} xs_msg_allocate;

/* Give memory back once every operation up to after_seq has retired. */
typedef struct xs_msg_free {
    uint32_t call; /* number of this call */
    uint64_t address; /* as allocate gave it */
    uint64_t after_seq; /* last sequence number that may use it */
} xs_msg_free;

/* Load code by content hash. host_offset none: only if the broker has the bytes; else the reply
 * asks for them. */
typedef struct xs_msg_module_load {
    uint32_t call; /* number of this call */
    uint64_t module; /* client-made handle; its device ordinal chooses the device */
    uint8_t format; /* module_format_* */
    const uint8_t *hash; /* SHA-256 of the bytes */
    uint32_t hash_bytes;
    uint64_t bytes; /* length of the image */
    uint64_t host_offset; /* where the image lies in the host arena, or host_offset_none */
    /* JIT options whose value is a number: pairs of u32, little-endian, CUjit_option and value
     * */
    const uint8_t *options;
    uint32_t options_bytes;
} xs_msg_module_load;

/* Unload code once every operation up to after_seq has retired. Its functions go with it. */
typedef struct xs_msg_module_unload {
    uint32_t call; /* number of this call */
    uint64_t module; /* handle */
    uint64_t after_seq; /* last sequence number that may use it */
} xs_msg_module_unload;

/* A function of a module, with the layout of its parameters. */
typedef struct xs_msg_function_get {
    uint32_t call; /* number of this call */
    uint64_t module; /* handle */
    uint64_t function; /* client-made handle */
    const uint8_t *name; /* entry name as in the module */
    uint32_t name_bytes;
} xs_msg_function_get;

/* What the tenant may still allocate. */
typedef struct xs_msg_memory_info {
    uint32_t call; /* number of this call */
    uint8_t device; /* device ordinal */
} xs_msg_memory_info;

/* Device time between two recorded events; both records must have retired. */
typedef struct xs_msg_elapsed_time {
    uint32_t call; /* number of this call */
    uint64_t start; /* event handle */
    uint64_t end; /* event handle */
} xs_msg_elapsed_time;

/* Fetch and clear the session's first asynchronous error. */
typedef struct xs_msg_error_take {
    uint32_t call; /* number of this call */
} xs_msg_error_take;

/* cuFuncSetAttribute for this session's load of the function. */
typedef struct xs_msg_function_attribute_set {
    uint32_t call; /* number of this call */
    uint64_t function; /* handle */
    uint32_t attribute; /* CUfunction_attribute; 8 = most dynamic shared bytes */
    int32_t value; /* new value */
} xs_msg_function_attribute_set;

/* Make a piece of the host arena usable by copies. Pieces are multiples of 4 MiB at multiples
 * of 4 MiB and are never taken back before the session ends. */
typedef struct xs_msg_host_register {
    uint32_t call; /* number of this call */
    uint64_t host_offset; /* multiple of 4 MiB */
    uint64_t bytes; /* multiple of 4 MiB, > 0 */
} xs_msg_host_register;

/* The client is about to close; queued work still runs, then everything is freed. */
typedef struct xs_msg_goodbye {
    uint8_t unused; /* C has no empty structs */
} xs_msg_goodbye;

/* What the session asks of the scheduler from now on. Never above what the operator configured:
 * that is refused and nothing changes. */
typedef struct xs_msg_hint_set {
    uint32_t call; /* number of this call */
    uint8_t priority_class; /* 0 highest; hint_class_keep = as it is */
    uint32_t weight_milli; /* thousandths; 0 = as it is */
    /* device time from a request's arrival until it is due; 0 = none; hint_deadline_keep = as
     * it is */
    uint64_t deadline_ns;
} xs_msg_hint_set;

/* All attributes of a device at once. */
typedef struct xs_msg_attributes_get {
    uint32_t call; /* number of this call */
    uint8_t device; /* device ordinal */
} xs_msg_attributes_get;

/* A variable of a module. Copies and fills may reach it until the module is unloaded. */
typedef struct xs_msg_variable_get {
    uint32_t call; /* number of this call */
    uint64_t module; /* handle */
    const uint8_t *name; /* name as in the module */
    uint32_t name_bytes;
} xs_msg_variable_get;

/* Names of a module's kernels, in an order that does not change. */
typedef struct xs_msg_functions_list {
    uint32_t call; /* number of this call */
    uint64_t module; /* handle */
    uint32_t first; /* index of the first one wanted */
} xs_msg_functions_list;

/* Link code (cuLink*). The linked cubin is written to the host arena. */
typedef struct xs_msg_link {
    uint32_t call; /* number of this call */
    uint8_t device; /* device ordinal */
    const xs_link_input *inputs; /* in the order they were added */
    uint32_t inputs_count;
    uint64_t host_offset; /* where the cubin goes in the host arena */
    uint64_t bytes_max; /* room there */
    const uint8_t *options; /* JIT options as in module_load */
    uint32_t options_bytes;
} xs_msg_link;

/* How many blocks or clusters of a function fit, or what they may use. */
typedef struct xs_msg_occupancy_get {
    uint32_t call; /* number of this call */
    uint64_t function; /* handle */
    uint8_t query; /* occupancy_* */
    uint32_t grid_x; /* blocks; occupancy_shared_bytes: blocks per multiprocessor */
    uint32_t grid_y; /* blocks */
    uint32_t grid_z; /* blocks */
    uint32_t block_x; /* threads; of the whole block where the query knows no shape */
    uint32_t block_y; /* threads */
    uint32_t block_z; /* threads */
    uint64_t shared_bytes; /* dynamic shared memory */
    uint32_t flags; /* CUoccupancy_flags */
    const uint8_t *attributes; /* raw CUlaunchAttribute structs of 72 bytes */
    uint32_t attributes_bytes;
} xs_msg_occupancy_get;

/* cuTensorMapEncodeTiled and cuTensorMapEncodeIm2col. The same arguments give the same map: a
 * client may remember it. */
typedef struct xs_msg_tensor_map_encode {
    uint32_t call; /* number of this call */
    uint8_t device; /* device ordinal */
    uint8_t im2col; /* 1: im2col, 0: tiled */
    uint32_t data_type; /* CUtensorMapDataType */
    uint32_t rank; /* dimensions, 1..5 */
    uint64_t address; /* device address; the whole tensor must lie in the session's memory */
    const uint8_t *dimensions; /* rank u64, little-endian: elements */
    uint32_t dimensions_bytes;
    const uint8_t *strides; /* rank - 1 u64, little-endian: bytes */
    uint32_t strides_bytes;
    const uint8_t *box; /* tiled: rank u32, little-endian: elements */
    uint32_t box_bytes;
    const uint8_t *element_strides; /* rank u32, little-endian */
    uint32_t element_strides_bytes;
    /* im2col: rank - 2 i32 of the lower corner, then as many of the upper one, little-endian */
    const uint8_t *corners;
    uint32_t corners_bytes;
    uint32_t channels; /* im2col: channels per pixel */
    uint32_t pixels; /* im2col: pixels per column */
    uint32_t interleave; /* CUtensorMapInterleave */
    uint32_t swizzle; /* CUtensorMapSwizzle */
    uint32_t promotion; /* CUtensorMapL2promotion */
    uint32_t fill; /* CUtensorMapFloatOOBfill */
} xs_msg_tensor_map_encode;

/* cuCtxSetLimit as the session sees it; the device keeps the most that any session asked for. */
typedef struct xs_msg_limit_set {
    uint32_t call; /* number of this call */
    uint32_t limit; /* CUlimit */
    uint64_t value; /* value */
} xs_msg_limit_set;

/* cuCtxGetLimit as the session sees it. */
typedef struct xs_msg_limit_get {
    uint32_t call; /* number of this call */
    uint32_t limit; /* CUlimit */
} xs_msg_limit_get;

/* Addresses of the session's arena without memory behind them. */
typedef struct xs_msg_address_reserve {
    uint32_t call; /* number of this call */
    uint8_t device; /* device ordinal */
    uint64_t bytes; /* multiple of the granularity, > 0 */
    uint64_t alignment; /* power of two, 0 = the granularity */
} xs_msg_address_reserve;

/* Give back one address_reserve; nothing may be mapped there any more. */
typedef struct xs_msg_address_free {
    uint32_t call; /* number of this call */
    uint64_t address; /* as address_reserve gave it */
    uint64_t bytes; /* as it was asked for */
} xs_msg_address_free;

/* Device memory without an address, charged to the quota. It is zeroed before it can be reached. */
typedef struct xs_msg_memory_create {
    uint32_t call; /* number of this call */
    uint64_t memory; /* client-made handle; its device ordinal chooses the device */
    uint64_t bytes; /* multiple of the granularity, > 0 */
} xs_msg_memory_create;

/* Forget the handle; the memory goes with its last mapping. */
typedef struct xs_msg_memory_release {
    uint32_t call; /* number of this call */
    uint64_t memory; /* handle */
} xs_msg_memory_release;

/* Put memory behind reserved addresses. Nothing may reach it before memory_access_set. */
typedef struct xs_msg_memory_map {
    uint32_t call; /* number of this call */
    uint64_t address; /* multiple of the granularity, inside one address_reserve */
    uint64_t bytes; /* the memory's size */
    uint64_t memory; /* handle */
} xs_msg_memory_map;

/* Undo whole memory_maps once every operation up to after_seq has retired. */
typedef struct xs_msg_memory_unmap {
    uint32_t call; /* number of this call */
    uint64_t address; /* where the first of them begins */
    uint64_t bytes; /* up to where the last of them ends */
    uint64_t after_seq; /* last sequence number that may use them */
} xs_msg_memory_unmap;

/* What the session may do with whole memory_maps. */
typedef struct xs_msg_memory_access_set {
    uint32_t call; /* number of this call */
    uint64_t address; /* where the first of them begins */
    uint64_t bytes; /* up to where the last of them ends; they follow each other */
    uint8_t access; /* access_* */
} xs_msg_memory_access_set;

/* A CUDA array, zeroed, charged to the quota by an estimate of what the device takes for it. */
typedef struct xs_msg_array_create {
    uint32_t call; /* number of this call */
    uint64_t array; /* client-made handle; its device ordinal chooses the device */
    uint64_t width; /* elements, > 0 */
    uint64_t height; /* rows; 0 = one dimension */
    uint64_t depth; /* slices, or layers where the flags say so; 0 = one or two dimensions */
    uint32_t format; /* CUarray_format: integers of 8, 16 or 32 bits, half, float */
    uint32_t channels; /* 1, 2 or 4 */
    uint32_t flags; /* CUDA_ARRAY3D_*: layered, surface load and store, cubemap, texture gather */
} xs_msg_array_create;

/* Forget an array once every operation up to after_seq has retired. Its memory goes with the
 * last texture or surface object of it. */
typedef struct xs_msg_array_destroy {
    uint32_t call; /* number of this call */
    uint64_t array; /* handle */
    uint64_t after_seq; /* last sequence number that may use it */
} xs_msg_array_destroy;

/* Copy a box of at most 4 MiB to or from an array. It is done when the answer comes, and comes
 * after nothing: the client waits first for what must be before it. */
typedef struct xs_msg_array_copy {
    uint32_t call; /* number of this call */
    uint8_t kind; /* array_from_host ... array_from_array */
    uint64_t array; /* handle */
    uint64_t x_bytes; /* where the box begins in the array: bytes, a multiple of the element */
    uint64_t y; /* row */
    uint64_t z; /* slice or layer */
    uint64_t other; /* byte in the host arena, device address, or handle of the source array */
    /* device memory: bytes from one row to the next; the host's rows lie packed, inside one 4
     * MiB piece */
    uint64_t other_pitch;
    uint64_t other_rows; /* device memory: rows from one slice to the next */
    uint64_t other_x_bytes; /* source array: as x_bytes */
    uint64_t other_y; /* source array: as y */
    uint64_t other_z; /* source array: as z */
    uint64_t row_bytes; /* of the box, a multiple of the element */
    uint32_t rows; /* of each slice */
    uint32_t layers; /* slices */
} xs_msg_array_copy;

/* A texture object, or a surface object. Kernels get the answer's number as a parameter; the
 * device does not check whose it is. */
typedef struct xs_msg_texture_create {
    uint32_t call; /* number of this call */
    uint8_t device; /* device ordinal */
    uint8_t surface; /* 1: a surface object, of an array made for it */
    uint8_t resource; /* resource_* */
    uint64_t array; /* handle, of resource_array */
    uint64_t address; /* device address; all of it must lie in the session's memory */
    uint32_t format; /* CUarray_format, of memory */
    uint32_t channels; /* 1, 2 or 4, of memory */
    uint64_t bytes; /* of resource_linear */
    uint64_t width; /* elements, of resource_pitched */
    uint64_t height; /* rows, of resource_pitched */
    uint64_t pitch; /* bytes from one row to the next, of resource_pitched */
    const uint8_t *sampling; /* raw CUDA_TEXTURE_DESC, 104 bytes; of a surface object none */
    uint32_t sampling_bytes;
} xs_msg_texture_create;

/* Destroy a texture or surface object once every operation up to after_seq has retired. */
typedef struct xs_msg_texture_destroy {
    uint32_t call; /* number of this call */
    uint8_t surface; /* as it was made */
    uint64_t object; /* as texture_create answered */
    uint64_t after_seq; /* last sequence number that may use it */
} xs_msg_texture_destroy;

/* Make an executable form of a graph as it is now; the graph may change or go after the answer.
 * Operations that launch it are sent after the answer only. */
typedef struct xs_msg_graph_instantiate {
    uint32_t call; /* number of this call */
    uint64_t graph; /* handle */
    uint64_t exec; /* client-made handle of kind graph_exec */
} xs_msg_graph_instantiate;

/* Give an executable graph the parameters of a graph of the same shape. Launches sent before
 * keep the old ones, launches sent after the answer have the new ones. A graph_empty given to
 * one node that launches, copies, fills or calls the host switches it off: it does nothing
 * until an update gives it what is of its kind; in an update of the whole graph a graph_empty
 * leaves it off. */
typedef struct xs_msg_graph_update {
    uint32_t call; /* number of this call */
    uint64_t exec; /* handle */
    /* handle; where `node` names one, of that node and, in their order, those after it that
     * change with it */
    uint64_t graph;
    uint32_t node; /* the first node whose parameters change; graph_node_all = every node */
} xs_msg_graph_update;

/* Carries three file descriptors: status page, waiters page, host arena. */
typedef struct xs_msg_welcome {
    uint64_t session; /* session id */
    uint16_t protocol_minor; /* minor version in use */
    const uint8_t *library; /* broker version */
    uint32_t library_bytes;
    uint8_t priority_class; /* class granted, 0 highest */
    uint32_t epoch; /* broker process generation */
    uint64_t status_bytes; /* size of the status page */
    uint64_t waiters_bytes; /* size of the waiters page */
    /* address at which the broker maps the host arena; map it there too where pointers must
     * agree */
    uint64_t host_base;
    uint64_t host_bytes; /* size of the host arena (sparse) */
    uint64_t va_base; /* first device address of the session's arena */
    uint64_t va_bytes; /* size of that arena */
    uint64_t memory_bytes_max; /* the tenant's quota of device memory */
    /* operations accepted and not issued before the broker stops reading */
    uint32_t queued_operations_max;
    const xs_device_properties *devices; /* by ordinal */
    uint32_t devices_count;
} xs_msg_welcome;

/* The handshake failed; the connection closes. */
typedef struct xs_msg_refused {
    /* protocol_version, tenant_unknown, tenant_mismatch, token, sessions_max, memory, draining
     * */
    const uint8_t *reason;
    uint32_t reason_bytes;
    const uint8_t *message; /* what to do about it */
    uint32_t message_bytes;
} xs_msg_refused;

/* The tenant sent something wrong; the connection closes after this. */
typedef struct xs_msg_protocol_error {
    const uint8_t *message; /* names what was wrong and where */
    uint32_t message_bytes;
    uint64_t seq; /* operation at fault, 0 = the frame itself */
} xs_msg_protocol_error;

/* The device context is gone; every session is. The broker restarts at once. */
typedef struct xs_msg_fault {
    int32_t result; /* CUresult */
    const uint8_t *message; /* what was in flight */
    uint32_t message_bytes;
} xs_msg_fault;

/* Answers device_get. */
typedef struct xs_msg_device {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    const xs_device_properties *properties; /* one, or none on error */
    uint32_t properties_count;
} xs_msg_device;

/* Answers allocate, address_reserve. */
typedef struct xs_msg_allocated {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint64_t address; /* device address */
} xs_msg_allocated;

/* Answers what has nothing to tell but its result. */
typedef struct xs_msg_done {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
} xs_msg_done;

/* Answers module_load. */
typedef struct xs_msg_module {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not; a compiler's log */
    uint32_t message_bytes;
    uint8_t bytes_needed; /* true: nothing was loaded, send the bytes */
    const uint8_t *log; /* what the compiler said of code it accepted */
    uint32_t log_bytes;
} xs_msg_module;

/* Answers function_get. */
typedef struct xs_msg_function {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    const uint32_t *param_offsets; /* bytes, per parameter */
    uint32_t param_offsets_count;
    const uint32_t *param_sizes; /* bytes, per parameter */
    uint32_t param_sizes_count;
    uint32_t param_bytes; /* exact size of the packed parameters */
    uint32_t threads_max; /* threads per block */
    uint32_t static_shared_bytes; /* static shared memory */
    uint32_t registers; /* registers per thread */
    uint32_t local_bytes; /* local memory per thread */
    /* i32, little-endian, by CUfunction_attribute; attribute_absent where there is none */
    const uint8_t *attributes;
    uint32_t attributes_bytes;
} xs_msg_function;

/* Answers memory_info. */
typedef struct xs_msg_memory {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint64_t free_bytes; /* what is left of the quota, at most what the device has */
    uint64_t total_bytes; /* the quota */
    uint64_t used_ns; /* GPU time the tenant has used since the broker started; device time */
    uint64_t time_ns; /* the broker's clock at that moment; device time */
} xs_msg_memory;

/* Answers elapsed_time. */
typedef struct xs_msg_elapsed {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult; 600 NOT_READY while a record has not retired */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    int64_t elapsed_ns; /* device time; negative when end came first */
} xs_msg_elapsed;

/* Answers error_take. */
typedef struct xs_msg_error_taken {
    uint32_t call; /* call answered */
    int32_t result; /* the error, 0 = none */
    const uint8_t *message; /* what failed */
    uint32_t message_bytes;
    uint64_t seq; /* operation that failed */
} xs_msg_error_taken;

/* Answers attributes_get. */
typedef struct xs_msg_attributes {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    /* i32, little-endian, by CUdevice_attribute from 0; attribute_absent where there is none */
    const uint8_t *values;
    uint32_t values_bytes;
    uint64_t granularity_bytes; /* of memory_create and memory_map */
} xs_msg_attributes;

/* Answers variable_get. */
typedef struct xs_msg_variable {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint64_t address; /* device address */
    uint64_t bytes; /* its size */
} xs_msg_variable;

/* Answers functions_list. */
typedef struct xs_msg_functions {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint32_t count; /* kernels of the module in all */
    const uint8_t *names; /* UTF-8, each ended by a zero byte; as many as fit */
    uint32_t names_bytes;
} xs_msg_functions;

/* Answers link. */
typedef struct xs_msg_linked {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not; the linker's words */
    uint32_t message_bytes;
    /* of the cubin; more than bytes_max: nothing was written, ask again with room */
    uint64_t bytes;
} xs_msg_linked;

/* Answers occupancy_get. */
typedef struct xs_msg_occupancy {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint64_t value; /* blocks, bytes or clusters, as the query asks */
} xs_msg_occupancy;

/* Answers tensor_map_encode. */
typedef struct xs_msg_tensor_map {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    const uint8_t *map; /* CUtensorMap, 128 bytes */
    uint32_t map_bytes;
} xs_msg_tensor_map;

/* Answers limit_get, limit_set. */
typedef struct xs_msg_limit {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint64_t value; /* what holds for the session */
} xs_msg_limit;

/* Answers texture_create. */
typedef struct xs_msg_texture {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint64_t object; /* the device's own number of it, for kernels */
} xs_msg_texture;

/* Answers graph_instantiate. */
typedef struct xs_msg_graph_instantiated {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint32_t node; /* the node at fault; graph_node_all = none */
    uint32_t segments; /* pieces in which the graph is launched */
    uint64_t bytes; /* memory of the broker that it takes */
} xs_msg_graph_instantiated;

/* Answers graph_update. */
typedef struct xs_msg_graph_updated {
    uint32_t call; /* call answered */
    int32_t result; /* CUresult; 910 where update_result says why */
    const uint8_t *message; /* why not */
    uint32_t message_bytes;
    uint32_t node; /* the node at fault; graph_node_all = none */
    /* CUgraphExecUpdateResult: 0 success, 1 error, 2 topology, 3 node type */
    uint32_t update_result;
    uint32_t segments; /* pieces that were made anew */
} xs_msg_graph_updated;

typedef union xs_message_union {
    xs_msg_hello hello;
    xs_msg_submit submit;
    xs_msg_device_get device_get;
    xs_msg_allocate allocate;
    xs_msg_free free;
    xs_msg_module_load module_load;
    xs_msg_module_unload module_unload;
    xs_msg_function_get function_get;
    xs_msg_memory_info memory_info;
    xs_msg_elapsed_time elapsed_time;
    xs_msg_error_take error_take;
    xs_msg_function_attribute_set function_attribute_set;
    xs_msg_host_register host_register;
    xs_msg_goodbye goodbye;
    xs_msg_hint_set hint_set;
    xs_msg_attributes_get attributes_get;
    xs_msg_variable_get variable_get;
    xs_msg_functions_list functions_list;
    xs_msg_link link;
    xs_msg_occupancy_get occupancy_get;
    xs_msg_tensor_map_encode tensor_map_encode;
    xs_msg_limit_set limit_set;
    xs_msg_limit_get limit_get;
    xs_msg_address_reserve address_reserve;
    xs_msg_address_free address_free;
    xs_msg_memory_create memory_create;
    xs_msg_memory_release memory_release;
    xs_msg_memory_map memory_map;
    xs_msg_memory_unmap memory_unmap;
    xs_msg_memory_access_set memory_access_set;
    xs_msg_array_create array_create;
    xs_msg_array_destroy array_destroy;
    xs_msg_array_copy array_copy;
    xs_msg_texture_create texture_create;
    xs_msg_texture_destroy texture_destroy;
    xs_msg_graph_instantiate graph_instantiate;
    xs_msg_graph_update graph_update;
    xs_msg_welcome welcome;
    xs_msg_refused refused;
    xs_msg_protocol_error protocol_error;
    xs_msg_fault fault;
    xs_msg_device device;
    xs_msg_allocated allocated;
    xs_msg_done done;
    xs_msg_module module;
    xs_msg_function function;
    xs_msg_memory memory;
    xs_msg_elapsed elapsed;
    xs_msg_error_taken error_taken;
    xs_msg_attributes attributes;
    xs_msg_variable variable;
    xs_msg_functions functions;
    xs_msg_linked linked;
    xs_msg_occupancy occupancy;
    xs_msg_tensor_map tensor_map;
    xs_msg_limit limit;
    xs_msg_texture texture;
    xs_msg_graph_instantiated graph_instantiated;
    xs_msg_graph_updated graph_updated;
} xs_message_union;

typedef struct xs_message {
    uint8_t kind; /* XS_MSG_* */
    xs_message_union u;
} xs_message;

/* The operation's or message's name, as schema.toml has it; NULL if the number is
 * unknown. */
const char *xs_operation_name(uint8_t kind);
const char *xs_message_name(uint8_t kind);

/* Append one value. 0, or -1 with w->error set and nothing written. Before writing,
 * room is asked for the longest form: up to XS_OP_<NAME>_BYTES_MAX plus the bytes of
 * bin fields. */
int xs_encode_operation(xs_writer *w, const xs_operation *op);
int xs_encode_message(xs_writer *w, const xs_message *message);

/* Read one operation at r->at. 0 with *op filled in and r->at behind it, or -1 with the
 * problem in r->error and r->fault (its text then lacks the operation's name). */
int xs_decode_operation(xs_reader *r, xs_operation *op);
/* Read a whole body: refuses anything after the message. Lists are laid in the
 * scratch. */
int xs_decode_message(xs_reader *r, xs_message *message);

/* The same for one kind of message. */
int xs_encode_hello(xs_writer *w, const xs_msg_hello *m);
int xs_decode_hello(xs_reader *r, xs_msg_hello *m);
int xs_encode_submit(xs_writer *w, const xs_msg_submit *m);
int xs_decode_submit(xs_reader *r, xs_msg_submit *m);
int xs_encode_device_get(xs_writer *w, const xs_msg_device_get *m);
int xs_decode_device_get(xs_reader *r, xs_msg_device_get *m);
int xs_encode_allocate(xs_writer *w, const xs_msg_allocate *m);
int xs_decode_allocate(xs_reader *r, xs_msg_allocate *m);
int xs_encode_free(xs_writer *w, const xs_msg_free *m);
int xs_decode_free(xs_reader *r, xs_msg_free *m);
int xs_encode_module_load(xs_writer *w, const xs_msg_module_load *m);
int xs_decode_module_load(xs_reader *r, xs_msg_module_load *m);
int xs_encode_module_unload(xs_writer *w, const xs_msg_module_unload *m);
int xs_decode_module_unload(xs_reader *r, xs_msg_module_unload *m);
int xs_encode_function_get(xs_writer *w, const xs_msg_function_get *m);
int xs_decode_function_get(xs_reader *r, xs_msg_function_get *m);
int xs_encode_memory_info(xs_writer *w, const xs_msg_memory_info *m);
int xs_decode_memory_info(xs_reader *r, xs_msg_memory_info *m);
int xs_encode_elapsed_time(xs_writer *w, const xs_msg_elapsed_time *m);
int xs_decode_elapsed_time(xs_reader *r, xs_msg_elapsed_time *m);
int xs_encode_error_take(xs_writer *w, const xs_msg_error_take *m);
int xs_decode_error_take(xs_reader *r, xs_msg_error_take *m);
int xs_encode_function_attribute_set(xs_writer *w, const xs_msg_function_attribute_set *m);
int xs_decode_function_attribute_set(xs_reader *r, xs_msg_function_attribute_set *m);
int xs_encode_host_register(xs_writer *w, const xs_msg_host_register *m);
int xs_decode_host_register(xs_reader *r, xs_msg_host_register *m);
int xs_encode_goodbye(xs_writer *w, const xs_msg_goodbye *m);
int xs_decode_goodbye(xs_reader *r, xs_msg_goodbye *m);
int xs_encode_hint_set(xs_writer *w, const xs_msg_hint_set *m);
int xs_decode_hint_set(xs_reader *r, xs_msg_hint_set *m);
int xs_encode_attributes_get(xs_writer *w, const xs_msg_attributes_get *m);
int xs_decode_attributes_get(xs_reader *r, xs_msg_attributes_get *m);
int xs_encode_variable_get(xs_writer *w, const xs_msg_variable_get *m);
int xs_decode_variable_get(xs_reader *r, xs_msg_variable_get *m);
int xs_encode_functions_list(xs_writer *w, const xs_msg_functions_list *m);
int xs_decode_functions_list(xs_reader *r, xs_msg_functions_list *m);
int xs_encode_link(xs_writer *w, const xs_msg_link *m);
int xs_decode_link(xs_reader *r, xs_msg_link *m);
int xs_encode_occupancy_get(xs_writer *w, const xs_msg_occupancy_get *m);
int xs_decode_occupancy_get(xs_reader *r, xs_msg_occupancy_get *m);
int xs_encode_tensor_map_encode(xs_writer *w, const xs_msg_tensor_map_encode *m);
int xs_decode_tensor_map_encode(xs_reader *r, xs_msg_tensor_map_encode *m);
int xs_encode_limit_set(xs_writer *w, const xs_msg_limit_set *m);
int xs_decode_limit_set(xs_reader *r, xs_msg_limit_set *m);
int xs_encode_limit_get(xs_writer *w, const xs_msg_limit_get *m);
int xs_decode_limit_get(xs_reader *r, xs_msg_limit_get *m);
int xs_encode_address_reserve(xs_writer *w, const xs_msg_address_reserve *m);
int xs_decode_address_reserve(xs_reader *r, xs_msg_address_reserve *m);
int xs_encode_address_free(xs_writer *w, const xs_msg_address_free *m);
int xs_decode_address_free(xs_reader *r, xs_msg_address_free *m);
int xs_encode_memory_create(xs_writer *w, const xs_msg_memory_create *m);
int xs_decode_memory_create(xs_reader *r, xs_msg_memory_create *m);
int xs_encode_memory_release(xs_writer *w, const xs_msg_memory_release *m);
int xs_decode_memory_release(xs_reader *r, xs_msg_memory_release *m);
int xs_encode_memory_map(xs_writer *w, const xs_msg_memory_map *m);
int xs_decode_memory_map(xs_reader *r, xs_msg_memory_map *m);
int xs_encode_memory_unmap(xs_writer *w, const xs_msg_memory_unmap *m);
int xs_decode_memory_unmap(xs_reader *r, xs_msg_memory_unmap *m);
int xs_encode_memory_access_set(xs_writer *w, const xs_msg_memory_access_set *m);
int xs_decode_memory_access_set(xs_reader *r, xs_msg_memory_access_set *m);
int xs_encode_array_create(xs_writer *w, const xs_msg_array_create *m);
int xs_decode_array_create(xs_reader *r, xs_msg_array_create *m);
int xs_encode_array_destroy(xs_writer *w, const xs_msg_array_destroy *m);
int xs_decode_array_destroy(xs_reader *r, xs_msg_array_destroy *m);
int xs_encode_array_copy(xs_writer *w, const xs_msg_array_copy *m);
int xs_decode_array_copy(xs_reader *r, xs_msg_array_copy *m);
int xs_encode_texture_create(xs_writer *w, const xs_msg_texture_create *m);
int xs_decode_texture_create(xs_reader *r, xs_msg_texture_create *m);
int xs_encode_texture_destroy(xs_writer *w, const xs_msg_texture_destroy *m);
int xs_decode_texture_destroy(xs_reader *r, xs_msg_texture_destroy *m);
int xs_encode_graph_instantiate(xs_writer *w, const xs_msg_graph_instantiate *m);
int xs_decode_graph_instantiate(xs_reader *r, xs_msg_graph_instantiate *m);
int xs_encode_graph_update(xs_writer *w, const xs_msg_graph_update *m);
int xs_decode_graph_update(xs_reader *r, xs_msg_graph_update *m);
int xs_encode_welcome(xs_writer *w, const xs_msg_welcome *m);
int xs_decode_welcome(xs_reader *r, xs_msg_welcome *m);
int xs_encode_refused(xs_writer *w, const xs_msg_refused *m);
int xs_decode_refused(xs_reader *r, xs_msg_refused *m);
int xs_encode_protocol_error(xs_writer *w, const xs_msg_protocol_error *m);
int xs_decode_protocol_error(xs_reader *r, xs_msg_protocol_error *m);
int xs_encode_fault(xs_writer *w, const xs_msg_fault *m);
int xs_decode_fault(xs_reader *r, xs_msg_fault *m);
int xs_encode_device(xs_writer *w, const xs_msg_device *m);
int xs_decode_device(xs_reader *r, xs_msg_device *m);
int xs_encode_allocated(xs_writer *w, const xs_msg_allocated *m);
int xs_decode_allocated(xs_reader *r, xs_msg_allocated *m);
int xs_encode_done(xs_writer *w, const xs_msg_done *m);
int xs_decode_done(xs_reader *r, xs_msg_done *m);
int xs_encode_module(xs_writer *w, const xs_msg_module *m);
int xs_decode_module(xs_reader *r, xs_msg_module *m);
int xs_encode_function(xs_writer *w, const xs_msg_function *m);
int xs_decode_function(xs_reader *r, xs_msg_function *m);
int xs_encode_memory(xs_writer *w, const xs_msg_memory *m);
int xs_decode_memory(xs_reader *r, xs_msg_memory *m);
int xs_encode_elapsed(xs_writer *w, const xs_msg_elapsed *m);
int xs_decode_elapsed(xs_reader *r, xs_msg_elapsed *m);
int xs_encode_error_taken(xs_writer *w, const xs_msg_error_taken *m);
int xs_decode_error_taken(xs_reader *r, xs_msg_error_taken *m);
int xs_encode_attributes(xs_writer *w, const xs_msg_attributes *m);
int xs_decode_attributes(xs_reader *r, xs_msg_attributes *m);
int xs_encode_variable(xs_writer *w, const xs_msg_variable *m);
int xs_decode_variable(xs_reader *r, xs_msg_variable *m);
int xs_encode_functions(xs_writer *w, const xs_msg_functions *m);
int xs_decode_functions(xs_reader *r, xs_msg_functions *m);
int xs_encode_linked(xs_writer *w, const xs_msg_linked *m);
int xs_decode_linked(xs_reader *r, xs_msg_linked *m);
int xs_encode_occupancy(xs_writer *w, const xs_msg_occupancy *m);
int xs_decode_occupancy(xs_reader *r, xs_msg_occupancy *m);
int xs_encode_tensor_map(xs_writer *w, const xs_msg_tensor_map *m);
int xs_decode_tensor_map(xs_reader *r, xs_msg_tensor_map *m);
int xs_encode_limit(xs_writer *w, const xs_msg_limit *m);
int xs_decode_limit(xs_reader *r, xs_msg_limit *m);
int xs_encode_texture(xs_writer *w, const xs_msg_texture *m);
int xs_decode_texture(xs_reader *r, xs_msg_texture *m);
int xs_encode_graph_instantiated(xs_writer *w, const xs_msg_graph_instantiated *m);
int xs_decode_graph_instantiated(xs_reader *r, xs_msg_graph_instantiated *m);
int xs_encode_graph_updated(xs_writer *w, const xs_msg_graph_updated *m);
int xs_decode_graph_updated(xs_reader *r, xs_msg_graph_updated *m);

#endif
