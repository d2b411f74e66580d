/* Contexts: the primary one of each device, those a program makes, each thread's stack.
 *
 * Decides what is current. All contexts are virtual: the broker has one for everybody, so
 * nothing here sends, and what a context owned is ended by those who registered with
 * xs_context_on_end. One lock guards what is changed; the hot queries read without it. */
#include <pthread.h>
#include <string.h>

#include "xs/cuda_api.h"
#include "xs/shim.h"

#define CONTEXTS_MAX 4096
#define ENDS_MAX 8
#define API_VERSION 3020
#define FLAG_MASK (CU_CTX_FLAGS_MASK & ~CU_CTX_MAP_HOST)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void (*ends[ENDS_MAX])(xs_context *);
static unsigned ends_count;
static uint64_t ids;

void xs_context_on_end(void (*end)(xs_context *)) {
    if (ends_count < ENDS_MAX)
        ends[ends_count++] = end;
}

static void set_limits(xs_context *context) {
    memset(context->limits, 0, sizeof context->limits);
    context->limits[CU_LIMIT_STACK_SIZE] = 1024;
    context->limits[CU_LIMIT_PRINTF_FIFO_SIZE] = 7340032;
    context->limits[CU_LIMIT_MALLOC_HEAP_SIZE] = 8388608;
    context->limits[CU_LIMIT_DEV_RUNTIME_SYNC_DEPTH] = 2;
    context->limits[CU_LIMIT_DEV_RUNTIME_PENDING_LAUNCH_COUNT] = 2048;
    context->limits[CU_LIMIT_MAX_L2_FETCH_GRANULARITY] = 64;
}

static xs_context *make(int device) {
    xs_context *context = xs_object_new(XS_OBJECT_CONTEXT);

    if (!context)
        return NULL;
    context->device = device;
    context->version = API_VERSION;
    context->id = __atomic_add_fetch(&ids, 1, __ATOMIC_RELAXED);
    context->shared_config = 1; /* banks of four bytes */
    set_limits(context);
    return context;
}

CUresult xs_contexts_start(void) {
    CUresult result = xs_pool_make(XS_OBJECT_CONTEXT, sizeof(xs_context), CONTEXTS_MAX);

    for (int i = 0; i < xs_devices_count && !result; i++) {
        xs_device *device = &xs_devices[i];
        if (!device->primary)
            device->primary = make(i);
        if (!device->primary)
            result = CUDA_ERROR_OUT_OF_MEMORY;
        else
            device->primary->primary = 1;
    }
    return result;
}

/* What it owned goes, while it is still alive. Not under the lock: destructors of libraries
 * run here, and may call anything. */
static void ended(xs_context *context) {
    for (unsigned i = 0; i < ends_count; i++)
        ends[i](context);
    xs_storage_drop(context);
}

static CUresult checked_flags(unsigned flags) {
    unsigned sched = flags & CU_CTX_SCHED_MASK;

    if (flags & ~(unsigned)CU_CTX_FLAGS_MASK)
        return CUDA_ERROR_INVALID_VALUE;
    return sched == 3 || sched > 4 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ primary contexts */

CUresult xs_cuDevicePrimaryCtxRetain(CUcontext *pctx, CUdevice dev) {
    xs_device *device = xs_device_of(dev);

    if (!pctx)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    pthread_mutex_lock(&lock);
    device->primary->references++;
    device->primary->head.active = 1;
    pthread_mutex_unlock(&lock);
    *pctx = (CUcontext)device->primary;
    return CUDA_SUCCESS;
}

/* It becomes as if it had never been used. */
static void reset_primary(xs_context *primary) {
    ended(primary);
    pthread_mutex_lock(&lock);
    primary->head.active = 0;
    set_limits(primary);
    pthread_mutex_unlock(&lock);
}

CUresult xs_cuDevicePrimaryCtxRelease_v2(CUdevice dev) {
    xs_device *device = xs_device_of(dev);
    int last = 0, held;

    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    pthread_mutex_lock(&lock);
    held = device->primary->references > 0;
    if (held)
        last = --device->primary->references == 0;
    pthread_mutex_unlock(&lock);
    if (last)
        reset_primary(device->primary);
    return held ? CUDA_SUCCESS : CUDA_ERROR_INVALID_CONTEXT;
}

CUresult xs_cuDevicePrimaryCtxReset_v2(CUdevice dev) {
    xs_device *device = xs_device_of(dev);

    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    if (device->primary->head.active)
        reset_primary(device->primary);
    return CUDA_SUCCESS;
}

CUresult xs_cuDevicePrimaryCtxSetFlags_v2(CUdevice dev, unsigned int flags) {
    xs_device *device = xs_device_of(dev);

    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    if (checked_flags(flags))
        return CUDA_ERROR_INVALID_VALUE;
    device->primary->flags = flags & FLAG_MASK;
    return CUDA_SUCCESS;
}

CUresult xs_cuDevicePrimaryCtxGetState(CUdevice dev, unsigned int *flags, int *active) {
    const xs_device *device = xs_device_of(dev);

    if (!flags || !active)
        return CUDA_ERROR_INVALID_VALUE;
    if (!device)
        return CUDA_ERROR_INVALID_DEVICE;
    *flags = device->primary->flags;
    *active = (int)device->primary->head.active;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ contexts of a program */

CUresult xs_cuCtxCreate_v2(CUcontext *pctx, unsigned int flags, CUdevice dev) {
    xs_context *context;

    if (!pctx || checked_flags(flags))
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_device_of(dev))
        return CUDA_ERROR_INVALID_DEVICE;
    context = make(dev);
    if (!context)
        return CUDA_ERROR_OUT_OF_MEMORY;
    context->flags = flags & FLAG_MASK;
    context->references = 1;
    context->head.active = 1;
    if (xs_thread_push(context)) {
        xs_object_end(context);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *pctx = (CUcontext)context;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxCreate_v3(CUcontext *pctx, CUexecAffinityParam *paramsArray, int numParams,
                           unsigned int flags, CUdevice dev) {
    if (numParams < 0 || (numParams && !paramsArray))
        return CUDA_ERROR_INVALID_VALUE;
    if (numParams)
        return CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY;
    return xs_cuCtxCreate_v2(pctx, flags, dev);
}

CUresult xs_cuCtxCreate_v4(CUcontext *pctx, CUctxCreateParams *ctxCreateParams,
                           unsigned int flags, CUdevice dev) {
    static int said;

    if (!ctxCreateParams)
        return xs_cuCtxCreate_v2(pctx, flags, dev);
    if (ctxCreateParams->cigParams)
        return xs_refuse("a context that shares the device with graphics", &said);
    return xs_cuCtxCreate_v3(pctx, ctxCreateParams->execAffinityParams,
                             ctxCreateParams->numExecAffinityParams, flags, dev);
}

/* Of two threads that destroy it, one does. */
static int claim(xs_context *context) {
    int mine;

    pthread_mutex_lock(&lock);
    mine = (int)context->head.active;
    context->head.active = 0;
    pthread_mutex_unlock(&lock);
    return mine;
}

CUresult xs_cuCtxDestroy_v2(CUcontext ctx) {
    xs_context *context = xs_context_of(ctx);

    if (!context || context->primary || !claim(context))
        return CUDA_ERROR_INVALID_CONTEXT;
    if (xs_self.current == context)
        xs_thread_pop(NULL);
    ended(context);
    xs_object_end(context);
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxAttach(CUcontext *pctx, unsigned int flags) {
    if (!pctx || flags)
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_has_context())
        return xs_no_context();
    __atomic_add_fetch(&xs_self.current->references, 1, __ATOMIC_RELAXED);
    *pctx = (CUcontext)xs_self.current;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxDetach(CUcontext ctx) {
    xs_context *context = xs_context_of(ctx);

    if (!context || context != xs_self.current)
        return CUDA_ERROR_INVALID_CONTEXT;
    if (context->primary)
        return xs_cuDevicePrimaryCtxRelease_v2(context->device);
    if (__atomic_sub_fetch(&context->references, 1, __ATOMIC_RELAXED))
        return CUDA_SUCCESS;
    return xs_cuCtxDestroy_v2(ctx);
}

/* ------------------------------------------------------------------ the thread's stack */

CUresult xs_cuCtxPushCurrent_v2(CUcontext ctx) {
    xs_context *context = xs_context_of(ctx);

    return context ? xs_thread_push(context) : CUDA_ERROR_INVALID_CONTEXT;
}

CUresult xs_cuCtxPopCurrent_v2(CUcontext *pctx) {
    return xs_thread_pop((xs_context **)pctx);
}

CUresult xs_cuCtxSetCurrent(CUcontext ctx) {
    if (ctx) {
        xs_context *context = xs_context_of(ctx);
        if (!context)
            return CUDA_ERROR_INVALID_CONTEXT;
        xs_thread_set_current(context);
    } else if (xs_self.current) {
        xs_thread_pop(NULL);
    }
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxGetCurrent(CUcontext *pctx) {
    if (!pctx)
        return CUDA_ERROR_INVALID_VALUE;
    *pctx = (CUcontext)xs_self.current;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxGetDevice(CUdevice *device) {
    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    *device = xs_context_now()->device;
    return CUDA_SUCCESS;
}

/* A context, or NULL for the current one. NULL: there is none that can be used. */
static xs_context *context_or_current(CUcontext ctx) {
    if (ctx)
        return xs_context_of(ctx);
    return xs_has_context() ? xs_self.current : NULL;
}

CUresult xs_cuCtxGetDevice_v2(CUdevice *device, CUcontext ctx) {
    const xs_context *context = context_or_current(ctx);

    if (!device)
        return CUDA_ERROR_INVALID_VALUE;
    if (!context)
        return CUDA_ERROR_INVALID_CONTEXT;
    *device = context->device;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxGetId(CUcontext ctx, unsigned long long *ctxId) {
    const xs_context *context = context_or_current(ctx);

    if (!ctxId)
        return CUDA_ERROR_INVALID_VALUE;
    if (!context)
        return CUDA_ERROR_CONTEXT_IS_DESTROYED;
    *ctxId = context->id;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxGetApiVersion(CUcontext ctx, unsigned int *version) {
    const xs_context *context = context_or_current(ctx);

    if (!version)
        return CUDA_ERROR_INVALID_VALUE;
    if (!context)
        return CUDA_ERROR_INVALID_CONTEXT;
    *version = context->version;
    return CUDA_SUCCESS;
}
