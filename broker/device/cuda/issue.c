/* The native half of the CUDA backend; issue.h says what it decides and what it must not know.
 *
 * Nothing here waits, allocates or takes a lock of ours. Each function returns the driver's own
 * CUresult; the few of ours are for arguments the driver would misread. Every function is called
 * from a thread that has called enter; several such threads may issue at once. */
#include "broker/device/cuda/issue.h"

#include <string.h>

#define RESULT_INVALID_VALUE 1
#define RESULT_NOT_SUPPORTED 801

#define STREAM_NON_BLOCKING 1u
#define PARAM_BUFFER_END ((void *)0)
#define PARAM_BUFFER_POINTER ((void *)1)
#define PARAM_BUFFER_SIZE ((void *)2)

_Static_assert(sizeof(xs_cuda_attribute) == 72, "CUlaunchAttribute is 72 bytes on the wire");
_Static_assert(sizeof(xs_cuda_config) == 56, "CUlaunchConfig of the driver API");
_Static_assert(sizeof(xs_cuda_rows) == 128, "CUDA_MEMCPY2D of the driver API");
_Static_assert(sizeof(int) == 4, "CUresult is 32 bits");

/* ------------------------------------------------------------------ launch attributes */

typedef enum attribute_rule { ATTRIBUTE_PASS, ATTRIBUTE_DROP, ATTRIBUTE_REFUSE } attribute_rule;

/* What happens to a tenant's launch attribute (CUlaunchAttributeID).
 *
 * Why: a launch runs at the priority of its stream, which belongs to the tenant's class, so
 * PRIORITY is dropped. Attributes that carry a pointer of the tenant's process (7
 * PROGRAMMATIC_EVENT, 12 LAUNCH_COMPLETION_EVENT) or answer with one (13
 * DEVICE_UPDATABLE_KERNEL_NODE) cannot pass as raw bytes. A number unknown here may be of either
 * sort and is refused rather than ignored: an ignored attribute can give wrong results
 * (clusters), not only slow ones. */
static attribute_rule rule_of(int id)
{
    switch (id) {
    case 0:  /* IGNORE */
    case 8:  /* PRIORITY */
        return ATTRIBUTE_DROP;
    case 1:  /* ACCESS_POLICY_WINDOW */
    case 2:  /* COOPERATIVE */
    case 3:  /* SYNCHRONIZATION_POLICY */
    case 4:  /* CLUSTER_DIMENSION */
    case 5:  /* CLUSTER_SCHEDULING_POLICY_PREFERENCE */
    case 6:  /* PROGRAMMATIC_STREAM_SERIALIZATION */
    case 9:  /* MEM_SYNC_DOMAIN_MAP */
    case 10: /* MEM_SYNC_DOMAIN */
    case 11: /* PREFERRED_CLUSTER_DIMENSION */
    case 14: /* PREFERRED_SHARED_MEMORY_CARVEOUT */
    case 16: /* NVLINK_UTIL_CENTRIC_SCHEDULING */
        return ATTRIBUTE_PASS;
    default:
        return ATTRIBUTE_REFUSE;
    }
}

int xs_cuda_attributes_filter(const xs_launch *launch, xs_cuda_attribute *kept,
                              unsigned int *count)
{
    const char *raw = launch->attributes;

    *count = 0;
    if (launch->attributes_count > XS_CUDA_ATTRIBUTES_MAX)
        return RESULT_INVALID_VALUE;
    for (uint32_t i = 0; i < launch->attributes_count; i++) {
        xs_cuda_attribute one;

        memcpy(&one, raw + i * sizeof one, sizeof one);
        switch (rule_of(one.id)) {
        case ATTRIBUTE_PASS:
            kept[(*count)++] = one;
            break;
        case ATTRIBUTE_DROP:
            break;
        case ATTRIBUTE_REFUSE:
            return RESULT_NOT_SUPPORTED;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ streams and events */

static int enter(void *opaque)
{
    const xs_cuda *device = opaque;

    return device->cuCtxSetCurrent(device->context);
}

/* Levels below the device's range share its least priority. */
static int stream_open(void *opaque, int level, void **stream)
{
    const xs_cuda *device = opaque;
    int priority = device->priority_greatest + level;

    if (level < 0)
        return RESULT_INVALID_VALUE;
    if (priority > device->priority_least)
        priority = device->priority_least;
    return device->cuStreamCreateWithPriority(stream, STREAM_NON_BLOCKING, priority);
}

static int stream_close(void *opaque, void *stream)
{
    return ((const xs_cuda *)opaque)->cuStreamDestroy(stream);
}

static int event_open(void *opaque, void **event)
{
    return ((const xs_cuda *)opaque)->cuEventCreate(event, 0);
}

static int event_close(void *opaque, void *event)
{
    return ((const xs_cuda *)opaque)->cuEventDestroy(event);
}

static int event_record(void *opaque, void *stream, void *event)
{
    return ((const xs_cuda *)opaque)->cuEventRecord(event, stream);
}

static int stream_wait(void *opaque, void *stream, void *event)
{
    return ((const xs_cuda *)opaque)->cuStreamWaitEvent(stream, event, 0);
}

static int elapsed(void *opaque, void *start, void *end, int64_t *elapsed_ns)
{
    float milliseconds = 0;
    int result = ((const xs_cuda *)opaque)->cuEventElapsedTime(&milliseconds, start, end);
    double nanoseconds = (double)milliseconds * 1e6;

    *elapsed_ns = (int64_t)(nanoseconds < 0 ? nanoseconds - 0.5 : nanoseconds + 0.5);
    return result;
}

static int query(void *opaque, void *stream)
{
    return ((const xs_cuda *)opaque)->cuStreamQuery(stream);
}

/* ------------------------------------------------------------------ work */

static int launch_with(const xs_cuda *device, void *stream, const xs_launch *launch,
                       xs_cuda_attribute *attributes, unsigned int count, void **extra)
{
    xs_cuda_config config = {
        .grid = {launch->grid[0], launch->grid[1], launch->grid[2]},
        .block = {launch->block[0], launch->block[1], launch->block[2]},
        .shared_bytes = launch->shared_bytes,
        .stream = stream,
        .attributes = attributes,
        .attributes_count = count,
    };

    return device->cuLaunchKernelEx(&config, launch->function, NULL, extra);
}

/* The driver copies the parameters before it returns: they may die with the call. Without
 * parameters no buffer is given at all. */
static int launch(void *opaque, void *stream, const xs_launch *launch)
{
    xs_cuda *device = opaque;
    size_t params_bytes = launch->params_bytes;
    void *buffer[] = {PARAM_BUFFER_POINTER, (void *)launch->params, PARAM_BUFFER_SIZE,
                      &params_bytes, PARAM_BUFFER_END};
    void **extra = params_bytes ? buffer : NULL;

    xs_cuda_launched(device, stream, 1);
    if (launch->attributes_count) {
        xs_cuda_attribute attributes[XS_CUDA_ATTRIBUTES_MAX];
        unsigned int count;
        int result = xs_cuda_attributes_filter(launch, attributes, &count);

        if (result)
            return result;
        if (count)
            return launch_with(device, stream, launch, attributes, count, extra);
    }
    return device->cuLaunchKernel(launch->function, launch->grid[0], launch->grid[1],
                                  launch->grid[2], launch->block[0], launch->block[1],
                                  launch->block[2], launch->shared_bytes, stream, NULL, extra);
}

static int copy_piece(const xs_cuda *device, void *stream, xs_copy_kind kind, uint64_t destination,
                      uint64_t source, uint64_t bytes)
{
    switch (kind) {
    case XS_COPY_H2D:
        return device->cuMemcpyHtoDAsync(destination, (const void *)(uintptr_t)source, bytes,
                                         stream);
    case XS_COPY_D2H:
        return device->cuMemcpyDtoHAsync((void *)(uintptr_t)destination, source, bytes, stream);
    case XS_COPY_D2D:
        return device->cuMemcpyDtoDAsync(destination, source, bytes, stream);
    }
    return RESULT_INVALID_VALUE;
}

/* A copy to or from the host is cut where its host side crosses into the next registered piece.
 * An error leaves the parts before it issued, as a failed copy may leave its destination. */
static int copy(void *opaque, void *stream, xs_copy_kind kind, uint64_t destination,
                uint64_t source, uint64_t bytes)
{
    const xs_cuda *device = opaque;

    while (bytes) {
        uint64_t host = kind == XS_COPY_D2H ? destination : source;
        uint64_t part = XS_CUDA_PIECE_BYTES - host % XS_CUDA_PIECE_BYTES;
        int result;

        if (kind == XS_COPY_D2D || part > bytes)
            part = bytes;
        result = copy_piece(device, stream, kind, destination, source, part);
        if (result)
            return result;
        destination += part;
        source += part;
        bytes -= part;
    }
    return 0;
}

static xs_cuda_side side_of(int is_host, uint64_t address, uint64_t pitch)
{
    xs_cuda_side side = {.memory_type = is_host ? 1 : 2, .pitch = pitch};

    if (is_host)
        side.host = (const void *)(uintptr_t)address;
    else
        side.device = address;
    return side;
}

static int copy_rows(void *opaque, void *stream, xs_copy_kind kind, const xs_rows *rows)
{
    xs_cuda_rows driver = {
        .source = side_of(kind == XS_COPY_H2D, rows->source, rows->source_pitch),
        .destination = side_of(kind == XS_COPY_D2H, rows->destination, rows->destination_pitch),
        .row_bytes = rows->row_bytes,
        .rows = rows->rows,
    };

    return ((const xs_cuda *)opaque)->cuMemcpy2DAsync(&driver, stream);
}

static int fill_rows(void *opaque, void *stream, uint64_t destination, uint64_t pitch,
                     uint32_t value, uint32_t width, uint64_t columns, uint64_t rows)
{
    const xs_cuda *device = opaque;

    switch (width) {
    case 1:
        return device->cuMemsetD2D8Async(destination, pitch, (unsigned char)value, columns, rows,
                                         stream);
    case 2:
        return device->cuMemsetD2D16Async(destination, pitch, (unsigned short)value, columns,
                                          rows, stream);
    case 4:
        return device->cuMemsetD2D32Async(destination, pitch, value, columns, rows, stream);
    default:
        return RESULT_INVALID_VALUE;
    }
}

static int fill(void *opaque, void *stream, uint64_t destination, uint32_t value, uint32_t width,
                uint64_t count)
{
    const xs_cuda *device = opaque;

    if (!count)
        return 0;
    switch (width) {
    case 1:
        return device->cuMemsetD8Async(destination, (unsigned char)value, count, stream);
    case 2:
        return device->cuMemsetD16Async(destination, (unsigned short)value, count, stream);
    case 4:
        return device->cuMemsetD32Async(destination, value, count, stream);
    default:
        return RESULT_INVALID_VALUE;
    }
}

/* Flags 0: the write comes after a barrier for everything the stream wrote before. */
static int write_value(void *opaque, void *stream, uint64_t address, uint64_t value, uint32_t width)
{
    const xs_cuda *device = opaque;

    switch (width) {
    case 4:
        return device->cuStreamWriteValue32(stream, address, (uint32_t)value, 0);
    case 8:
        return device->cuStreamWriteValue64(stream, address, value, 0);
    default:
        return RESULT_INVALID_VALUE;
    }
}

/* condition: wait_condition_* of the wire, which are the driver's own numbers. */
static int wait_value(void *opaque, void *stream, uint64_t address, uint64_t value, uint32_t width,
                      uint32_t condition)
{
    const xs_cuda *device = opaque;

    if (condition > 3)
        return RESULT_INVALID_VALUE;
    switch (width) {
    case 4:
        return device->cuStreamWaitValue32(stream, address, (uint32_t)value, condition);
    case 8:
        return device->cuStreamWaitValue64(stream, address, value, condition);
    default:
        return RESULT_INVALID_VALUE;
    }
}

/* A real device runs by itself. */
static uint64_t advance(void *opaque, uint64_t now_ns)
{
    return 0;
}

/* ------------------------------------------------------------------ the table */

static const char *const call_names[] = {
#define NAME(name, arguments) #name,
    XS_CUDA_CALLS(NAME)
#undef NAME
};

static const size_t calls_count = sizeof call_names / sizeof call_names[0];

const char *xs_cuda_call_name(unsigned int index)
{
    return index < calls_count ? call_names[index] : NULL;
}

/* memcpy, because C has no cast from an object pointer to a function pointer. */
int xs_cuda_call_set(xs_cuda *device, const char *name, void *address)
{
#define SET(call, arguments) \
    if (!strcmp(name, #call)) { \
        memcpy(&device->call, &address, sizeof address); \
        return 0; \
    }
    XS_CUDA_CALLS(SET)
#undef SET
    return -1;
}

uint64_t xs_cuda_stream_turns(const xs_cuda *device)
{
    return atomic_load_explicit(&device->stream_turns, memory_order_relaxed);
}

const char *xs_cuda_table(xs_cuda *device, xs_backend *table)
{
#define CHECK(call, arguments) \
    if (!device->call) \
        return #call;
    XS_CUDA_CALLS(CHECK)
#undef CHECK
    *table = (xs_backend){
        .device = device,
        .enter = enter,
        .stream_open = stream_open,
        .stream_close = stream_close,
        .event_open = event_open,
        .event_close = event_close,
        .launch = launch,
        .copy = copy,
        .copy_rows = copy_rows,
        .fill = fill,
        .fill_rows = fill_rows,
        .event_record = event_record,
        .stream_wait = stream_wait,
        .write_value = write_value,
        .wait_value = wait_value,
        .elapsed = elapsed,
        .query = query,
        .graph_launch = xs_cuda_graph_launch,
        .graph_open = xs_cuda_graph_open,
        .graph_close = xs_cuda_graph_close,
        .advance = advance,
    };
    return NULL;
}
