/* What is asked and set of one function or kernel.
 *
 * Decides nothing: the broker told everything when the function was got, and a setting that
 * changes nothing is not sent again. Source: driver API, execution control. */
#include "xs/work.h"

static CUresult get_attribute(int *value, CUfunction_attribute attribute,
                              const xs_function *function) {
    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!value || attribute < 0 || attribute >= CU_FUNC_ATTRIBUTE_MAX ||
        function->attributes[attribute] == (int32_t)XS_ATTRIBUTE_ABSENT)
        return CUDA_ERROR_INVALID_VALUE;
    *value = function->attributes[attribute];
    return CUDA_SUCCESS;
}

static CUresult set_attribute(xs_function *function, CUfunction_attribute attribute, int value) {
    xs_message request = {.kind = XS_MSG_FUNCTION_ATTRIBUTE_SET};
    CUresult result;

    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    if (attribute < 0 || attribute >= CU_FUNC_ATTRIBUTE_MAX)
        return CUDA_ERROR_INVALID_VALUE;
    if (function->attributes[attribute] == value)
        return CUDA_SUCCESS;
    request.u.function_attribute_set.function = function->object.wire;
    request.u.function_attribute_set.attribute = (uint32_t)attribute;
    request.u.function_attribute_set.value = value;
    result = xs_call_done(&request);
    if (!result)
        function->attributes[attribute] = value;
    return result;
}

CUresult xs_cuFuncGetAttribute(int *pi, CUfunction_attribute attrib, CUfunction hfunc) {
    return get_attribute(pi, attrib, xs_function_of(hfunc));
}

CUresult xs_cuKernelGetAttribute(int *pi, CUfunction_attribute attrib, CUkernel kernel,
                                 CUdevice dev) {
    if (!xs_device_of(dev))
        return CUDA_ERROR_INVALID_DEVICE;
    return get_attribute(pi, attrib, xs_function_of(kernel));
}

CUresult xs_cuFuncSetAttribute(CUfunction hfunc, CUfunction_attribute attrib, int value) {
    return set_attribute(xs_function_of(hfunc), attrib, value);
}

CUresult xs_cuKernelSetAttribute(CUfunction_attribute attrib, int val, CUkernel kernel,
                                 CUdevice dev) {
    if (!xs_device_of(dev))
        return CUDA_ERROR_INVALID_DEVICE;
    return set_attribute(xs_function_of(kernel), attrib, val);
}

/* Preferences between shared memory and cache: hints that devices of today ignore. */
CUresult xs_cuFuncSetCacheConfig(CUfunction hfunc, CUfunc_cache config) {
    if (!xs_function_of(hfunc))
        return CUDA_ERROR_INVALID_HANDLE;
    return config < 0 || config > 3 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

CUresult xs_cuKernelSetCacheConfig(CUkernel kernel, CUfunc_cache config, CUdevice dev) {
    if (!xs_device_of(dev))
        return CUDA_ERROR_INVALID_DEVICE;
    return xs_cuFuncSetCacheConfig((CUfunction)kernel, config);
}

CUresult xs_cuFuncSetSharedMemConfig(CUfunction hfunc, CUsharedconfig config) {
    if (!xs_function_of(hfunc))
        return CUDA_ERROR_INVALID_HANDLE;
    return config < 0 || config > 2 ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

static CUresult get_name(const char **name, const xs_function *function) {
    if (!name)
        return CUDA_ERROR_INVALID_VALUE;
    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    *name = function->name;
    return CUDA_SUCCESS;
}

CUresult xs_cuFuncGetName(const char **name, CUfunction hfunc) {
    return get_name(name, xs_function_of(hfunc));
}

CUresult xs_cuKernelGetName(const char **name, CUkernel hfunc) {
    return get_name(name, xs_function_of(hfunc));
}

static CUresult get_param(const xs_function *function, size_t index, size_t *offset,
                          size_t *bytes) {
    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!offset || index >= function->params_count)
        return CUDA_ERROR_INVALID_VALUE;
    *offset = function->offsets[index];
    if (bytes)
        *bytes = function->sizes[index];
    return CUDA_SUCCESS;
}

CUresult xs_cuFuncGetParamInfo(CUfunction func, size_t paramIndex, size_t *paramOffset,
                               size_t *paramSize) {
    return get_param(xs_function_of(func), paramIndex, paramOffset, paramSize);
}

CUresult xs_cuKernelGetParamInfo(CUkernel kernel, size_t paramIndex, size_t *paramOffset,
                                 size_t *paramSize) {
    return get_param(xs_function_of(kernel), paramIndex, paramOffset, paramSize);
}

CUresult xs_cuKernelGetFunction(CUfunction *pFunc, CUkernel kernel) {
    if (!pFunc)
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_function_of(kernel))
        return CUDA_ERROR_INVALID_HANDLE;
    *pFunc = (CUfunction)kernel;
    return CUDA_SUCCESS;
}

/* The broker loads every kernel with its module. */
CUresult xs_cuFuncIsLoaded(CUfunctionLoadingState *state, CUfunction hfunc) {
    if (!state)
        return CUDA_ERROR_INVALID_VALUE;
    if (!xs_function_of(hfunc))
        return CUDA_ERROR_INVALID_HANDLE;
    *state = 1;
    return CUDA_SUCCESS;
}

CUresult xs_cuFuncLoad(CUfunction hfunc) {
    return xs_function_of(hfunc) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
}
