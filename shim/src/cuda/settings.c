/* Settings of a context: flags, limits, cache preferences, the range of priorities.
 *
 * Decides which limits exist. They are kept per context; a changed one is told to the broker,
 * which shares the device's among all. Nothing else here sends. */
#include <stdlib.h>
#include <string.h>

#include "xs/cuda_api.h"
#include "xs/shim.h"

#define PRIORITY_LEAST 0
#define PRIORITY_GREATEST -5

CUresult xs_cuCtxGetFlags(unsigned int *flags) {
    if (!flags)
        return CUDA_ERROR_INVALID_VALUE;
    *flags = xs_context_now()->flags;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxSetFlags(unsigned int flags) {
    unsigned sched = flags & CU_CTX_SCHED_MASK;

    if (flags & ~(unsigned)CU_CTX_FLAGS_MASK || sched == 3 || sched > 4)
        return CUDA_ERROR_INVALID_VALUE;
    xs_context_now()->flags = flags & ~(unsigned)CU_CTX_MAP_HOST;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxGetLimit(size_t *pvalue, CUlimit limit) {
    if (!pvalue || limit < 0)
        return CUDA_ERROR_INVALID_VALUE;
    if (limit == CU_LIMIT_CIG_ENABLED || limit == CU_LIMIT_CIG_SHMEM_FALLBACK_ENABLED) {
        *pvalue = 0; /* no context here shares the device with graphics; cublasLt asks */
        return CUDA_SUCCESS;
    }
    if (limit >= CU_LIMIT_SHMEM_SIZE)
        return CUDA_ERROR_UNSUPPORTED_LIMIT;
    *pvalue = xs_context_now()->limits[limit];
    return CUDA_SUCCESS;
}

/* The broker keeps the most that any session asked for, and may round. */
static CUresult set_limit(CUlimit limit, size_t value) {
    xs_message request = {.kind = XS_MSG_LIMIT_SET};
    xs_reply reply;
    CUresult result;

    if (xs_context_now()->limits[limit] == value)
        return CUDA_SUCCESS;
    request.u.limit_set.limit = (uint32_t)limit;
    request.u.limit_set.value = value;
    result = xs_call(&request, &reply);
    if (result)
        return result;
    xs_context_now()->limits[limit] = reply.message.u.limit.value;
    xs_reply_free(&reply);
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxSetLimit(CUlimit limit, size_t value) {
    if (limit < 0)
        return CUDA_ERROR_INVALID_VALUE;
    if (limit >= CU_LIMIT_SHMEM_SIZE)
        return CUDA_ERROR_UNSUPPORTED_LIMIT;
    if (limit == CU_LIMIT_MAX_L2_FETCH_GRANULARITY && value > 128)
        return CUDA_ERROR_INVALID_VALUE;
    return set_limit(limit, value);
}

CUresult xs_cuCtxGetCacheConfig(CUfunc_cache *pconfig) {
    if (!pconfig)
        return CUDA_ERROR_INVALID_VALUE;
    *pconfig = xs_context_now()->cache_config;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxSetCacheConfig(CUfunc_cache config) {
    if (config < 0 || config > 3)
        return CUDA_ERROR_INVALID_VALUE;
    xs_context_now()->cache_config = config;
    return CUDA_SUCCESS;
}

/* Banks of shared memory are not to be chosen on any device of today. */
CUresult xs_cuCtxGetSharedMemConfig(CUsharedconfig *pConfig) {
    if (!pConfig)
        return CUDA_ERROR_INVALID_VALUE;
    *pConfig = xs_context_now()->shared_config;
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxSetSharedMemConfig(CUsharedconfig config) {
    return config < 0 || config > 2 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult xs_cuCtxGetStreamPriorityRange(int *leastPriority, int *greatestPriority) {
    if (leastPriority)
        *leastPriority = PRIORITY_LEAST;
    if (greatestPriority)
        *greatestPriority = PRIORITY_GREATEST;
    return CUDA_SUCCESS;
}

/* The lines that persist in L2 are the broker's to give: none are held for a tenant. */
CUresult xs_cuCtxResetPersistingL2Cache(void) {
    return CUDA_SUCCESS;
}

CUresult xs_cuCtxGetExecAffinity(CUexecAffinityParam *pExecAffinity,
                                 CUexecAffinityType type) {
    if (!pExecAffinity || type != CU_EXEC_AFFINITY_TYPE_SM_COUNT)
        return CUDA_ERROR_INVALID_VALUE;
    return CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY;
}

/* A profiler of this process would see nothing: there is no device here. */
CUresult xs_cuProfilerStart(void) {
    return CUDA_SUCCESS;
}

CUresult xs_cuProfilerStop(void) {
    return CUDA_SUCCESS;
}

CUresult xs_cuProfilerInitialize(const char *configFile, const char *outputFile,
                                 CUoutput_mode outputMode) {
    (void)configFile;
    (void)outputFile;
    (void)outputMode;
    return CUDA_SUCCESS;
}

/* When code of a module is loaded: as the driver reads it from the environment. */
CUresult xs_cuModuleGetLoadingMode(CUmoduleLoadingMode *mode) {
    const char *wanted = getenv("CUDA_MODULE_LOADING");

    if (!mode)
        return CUDA_ERROR_INVALID_VALUE;
    *mode = wanted && !strcmp(wanted, "EAGER") ? CU_MODULE_EAGER_LOADING
                                               : CU_MODULE_LAZY_LOADING;
    return CUDA_SUCCESS;
}
