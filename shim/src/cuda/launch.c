/* Launches: parameters packed, configuration checked, one operation.
 *
 * Decides what is refused before it is sent, and which launches are seen to be issued: the
 * first of each configuration of a function waits a little for the broker's word, so that an
 * error of the launch itself is told by the launch. In a burst a launch is one append.
 * Source: driver API, execution control. */
#include <time.h>

#include "xs/work.h"

#define FIRST_WAIT_NS 2000000ull
#define CHECKED_MOST 64u

typedef xs_shape shape;

/* ------------------------------------------------------------------ parameters */

/* kernelParams: one pointer each, without sizes; the function's layout has them. */
static CUresult pack(const xs_function *function, void **params, uint8_t *packed) {
    if (function->params_count && !params)
        return CUDA_ERROR_INVALID_VALUE;
    memset(packed, 0, function->params_bytes);
    for (uint32_t i = 0; i < function->params_count; i++) {
        if (!params[i])
            return CUDA_ERROR_INVALID_VALUE;
        memcpy(packed + function->offsets[i], params[i], function->sizes[i]);
    }
    return CUDA_SUCCESS;
}

static CUresult read_extra(void **extra, const uint8_t **params, size_t *bytes) {
    *params = NULL;
    *bytes = 0;
    for (; extra[0] != CU_LAUNCH_PARAM_END; extra += 2) {
        if (extra[0] == CU_LAUNCH_PARAM_BUFFER_POINTER)
            *params = extra[1];
        else if (extra[0] == CU_LAUNCH_PARAM_BUFFER_SIZE)
            *bytes = *(const size_t *)extra[1];
        else
            return CUDA_ERROR_INVALID_VALUE;
    }
    return *bytes && !*params ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ checks */

static CUresult check_shape(const xs_function *function, const shape *s) {
    uint64_t threads = (uint64_t)s->block[0] * s->block[1] * s->block[2];
    uint64_t blocks = (uint64_t)s->grid[0] * s->grid[1] * s->grid[2];
    int most = function->attributes[CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES];

    if (!threads || !blocks || s->block[0] > 1024 || s->block[1] > 1024 || s->block[2] > 64 ||
        s->grid[0] > 0x7fffffffu || s->grid[1] > 65535 || s->grid[2] > 65535 || threads > 1024)
        return CUDA_ERROR_INVALID_VALUE;
    if (threads > (uint64_t)function->attributes[CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK])
        return CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
    if (most > 0 && s->shared_bytes > (unsigned)most)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

/* What a launch is asked beside its shape: attributes that are sent, events that it records. */
typedef struct asked {
    const CUlaunchAttribute *attributes;
    unsigned count, events_count;
    const CUlaunchAttribute *events[XS_ATTRIBUTES_MAX];
    CUlaunchAttribute kept[XS_ATTRIBUTES_MAX];
} asked;

static int is_event(int id) {
    return id == CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT ||
           id == CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT;
}

/* The rest of the attributes once there is one that does not go as it is. */
static CUresult sort(const CUlaunchAttribute *attributes, unsigned count, asked *sorted) {
    static int said;
    CUresult result;

    sorted->attributes = sorted->kept;
    for (unsigned i = 0; i < count; i++) {
        const CUlaunchAttribute *one = &attributes[i];
        if (is_event(one->id)) {
            result = xs_event_check_launch(one->value.event.event, one->value.event.flags);
            if (result)
                return result;
            sorted->events[sorted->events_count++] = one;
        } else if (one->id != CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE) {
            sorted->kept[sorted->count++] = *one;
        } else if (one->value.value) { /* 0: an ordinary node */
            return xs_refuse("launch attribute DEVICE_UPDATABLE_KERNEL_NODE", &said);
        }
    }
    return CUDA_SUCCESS;
}

/* `sorted` is filled in only where not all attributes go as they are. */
static CUresult read_attributes(const CUlaunchAttribute *attributes, unsigned count,
                                asked *sorted) {
    sorted->attributes = attributes;
    sorted->count = sorted->events_count = 0;
    if (count > XS_ATTRIBUTES_MAX || (count && !attributes))
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < count; i++)
        if (is_event(attributes[i].id) ||
            attributes[i].id == CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE)
            return sort(attributes, count, sorted);
    sorted->count = count;
    return CUDA_SUCCESS;
}

/* Recorded behind the launch. The interface lets a programmatic event and a launch completion
 * event trigger as late as the end of the kernel, so a plain record is one of them. */
static CUresult record_events(xs_stream *stream, const asked *asked) {
    CUresult result = CUDA_SUCCESS;

    for (unsigned i = 0; i < asked->events_count && !result; i++)
        result = xs_cuEventRecordWithFlags(asked->events[i]->value.event.event,
                                           (CUstream)stream,
                                           (unsigned)asked->events[i]->value.event.flags);
    return result;
}

/* ------------------------------------------------------------------ the first of its kind */

static uint64_t mix(uint64_t hash, const void *bytes, size_t count) {
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3ull;
    return hash;
}

static uint64_t key_of(const shape *s, const CUlaunchAttribute *attributes, unsigned count) {
    uint64_t words = (uint64_t)s->block[0] << 42 ^ (uint64_t)s->block[1] << 21 ^ s->block[2] ^
                     (uint64_t)s->shared_bytes << 32;
    uint64_t key = words * 0x9e3779b97f4a7c15ull;

    if (count)
        key = mix(key, attributes, count * sizeof *attributes);
    return key | 1; /* 0 is an empty place */
}

/* After so many configurations without an error the function is believed: one that is launched
 * with ever new ones would wait each time. */
static int was_checked(xs_function *function, uint64_t key) {
    if (__atomic_load_n(&function->checked_next, __ATOMIC_RELAXED) >= CHECKED_MOST)
        return 1;
    for (uint32_t i = 0; i < 16; i++)
        if (__atomic_load_n(&function->checked[i], __ATOMIC_RELAXED) == key)
            return 1;
    return 0;
}

/* It need not have run: a kernel may wait for what its program does next. */
static CUresult see_issued(xs_stream *stream, xs_function *function, uint64_t key,
                           uint64_t seq) {
    xs_session *session = xs_session_now();
    CUresult result;

    xs_session_complete_until(session, stream->object.wire, seq);
    if (xs_session_wait(session, stream->object.index, seq, FIRST_WAIT_NS) == XS_LOST)
        return xs_lose(0, NULL);
    result = xs_work_error();
    if (!result)
        __atomic_store_n(
            &function->checked[__atomic_fetch_add(&function->checked_next, 1, __ATOMIC_RELAXED) %
                               16],
            key, __ATOMIC_RELAXED);
    return result;
}

/* ------------------------------------------------------------------ launching */

static CUresult append(xs_stream *stream, xs_function *function, const shape *s,
                       const uint8_t *params, uint32_t bytes,
                       const CUlaunchAttribute *attributes, unsigned count) {
    uint64_t key = key_of(s, attributes, count), seq;
    xs_operation op = {.kind = XS_OP_LAUNCH};
    xs_op_launch *launch = &op.u.launch;
    CUresult result;

    if (XS_UNLIKELY(xs_captures_open) &&
        xs_capture_launch(stream, function, s, params, attributes, count, &result))
        return result;
    launch->stream = stream->object.wire;
    launch->function = function->object.wire;
    launch->grid_x = s->grid[0];
    launch->grid_y = s->grid[1];
    launch->grid_z = s->grid[2];
    launch->block_x = s->block[0];
    launch->block_y = s->block[1];
    launch->block_z = s->block[2];
    launch->shared_bytes = s->shared_bytes;
    launch->params = params;
    launch->params_bytes = bytes;
    launch->attributes = (const uint8_t *)attributes;
    launch->attributes_bytes = count * (uint32_t)sizeof *attributes;
    result = xs_append(&op, &seq);
    if (result || was_checked(function, key))
        return result;
    return see_issued(stream, function, key, seq);
}

static CUresult launch_packed(xs_stream *stream, xs_function *function, const shape *s,
                              const uint8_t *packed, const asked *asked) {
    CUresult result = append(stream, function, s, packed, function->params_bytes,
                             asked->attributes, asked->count);

    return result || !asked->events_count ? result : record_events(stream, asked);
}

static CUresult launch(CUfunction handle, CUstream stream_handle, const shape *s, void **params,
                       void **extra, const CUlaunchAttribute *attributes, unsigned count) {
    xs_function *function = xs_function_of(handle);
    xs_stream *stream = xs_stream_of(stream_handle);
    const uint8_t *packed;
    CUresult result;
    asked asked;
    size_t bytes;

    if (!function || !stream)
        return CUDA_ERROR_INVALID_HANDLE;
    result = check_shape(function, s);
    if (!result)
        result = read_attributes(attributes, count, &asked);
    if (result)
        return result;
    if (extra && !params) {
        result = read_extra(extra, &packed, &bytes);
        if (!result && bytes != function->params_bytes) {
            xs_log(XS_LOG_DEBUG, "%s takes %u bytes of parameters, not %zu", function->name,
                   function->params_bytes, bytes);
            result = CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES; /* as driver 580 answers */
        }
        return result ? result : launch_packed(stream, function, s, packed, &asked);
    } else {
        uint8_t here[function->params_bytes ? function->params_bytes : 1];
        result = pack(function, params, here);
        return result ? result : launch_packed(stream, function, s, here, &asked);
    }
}

CUresult xs_launch_check(const xs_function *function, const shape *s, void **params,
                         void **extra, const CUlaunchAttribute *attributes, unsigned count,
                         uint8_t *packed) {
    CUresult result = check_shape(function, s);
    const uint8_t *given;
    size_t bytes;
    asked asked;

    if (!result)
        result = read_attributes(attributes, count, &asked);
    if (!result && asked.events_count) /* valid for launches, not for nodes */
        result = CUDA_ERROR_INVALID_VALUE;
    if (result || params || !extra)
        return result ? result : pack(function, params, packed);
    result = read_extra(extra, &given, &bytes);
    if (!result && bytes != function->params_bytes)
        result = CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
    if (!result)
        memcpy(packed, given, bytes);
    return result;
}

CUresult xs_cuLaunchKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY,
                           unsigned int gridDimZ, unsigned int blockDimX, unsigned int blockDimY,
                           unsigned int blockDimZ, unsigned int sharedMemBytes, CUstream hStream,
                           void **kernelParams, void **extra) {
    shape s = {{gridDimX, gridDimY, gridDimZ}, {blockDimX, blockDimY, blockDimZ},
               sharedMemBytes};

    return launch(f, hStream, &s, kernelParams, extra, NULL, 0);
}

CUresult xs_cuLaunchCooperativeKernel(CUfunction f, unsigned int gridDimX, unsigned int gridDimY,
                                      unsigned int gridDimZ, unsigned int blockDimX,
                                      unsigned int blockDimY, unsigned int blockDimZ,
                                      unsigned int sharedMemBytes, CUstream hStream,
                                      void **kernelParams) {
    shape s = {{gridDimX, gridDimY, gridDimZ}, {blockDimX, blockDimY, blockDimZ},
               sharedMemBytes};
    CUlaunchAttribute cooperative = {.id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE};

    cooperative.value.value = 1;
    return launch(f, hStream, &s, kernelParams, NULL, &cooperative, 1);
}

/* hStream lies inside a struct: 0 there means stream0. */
static CUresult launch_config(const CUlaunchConfig *c, CUfunction f, void **params, void **extra,
                              CUstream stream0) {
    shape s;

    if (!c)
        return CUDA_ERROR_INVALID_VALUE;
    s = (shape){{c->gridDimX, c->gridDimY, c->gridDimZ},
                {c->blockDimX, c->blockDimY, c->blockDimZ}, c->sharedMemBytes};
    return launch(f, c->hStream ? c->hStream : stream0, &s, params, extra, c->attrs,
                  c->numAttrs);
}

CUresult xs_cuLaunchKernelEx(const CUlaunchConfig *config, CUfunction f, void **kernelParams,
                             void **extra, CUstream stream0) {
    return launch_config(config, f, kernelParams, extra, stream0);
}
