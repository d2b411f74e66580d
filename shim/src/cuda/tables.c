/* What answers in the export tables. See export_tables.toml for who asks.
 *
 * Decides as little as possible: constants and the handles that the public calls give. */
#include "xs/tables.h"

#include <stdlib.h>
#include <string.h>

#include "xs/cuda_api.h"
#include "xs/shim.h"

#define TOOL_FLAGS 1024
#define TOOL_FLAGS_FEW 14
#define FATBIN_WRAPPER 0x466243b1u

/* cudart and NVRTC ask for one each and go on without it. */
static int is_optional(const CUuuid *id) {
    return !memcmp(id->bytes, "\xf8\xcf\xf9\x51", 4) || !memcmp(id->bytes, "\xda\x91\x51\xd3", 4);
}

CUresult xs_export_table(const void **table, const CUuuid *id) {
    for (unsigned i = 0; i < xs_exports_count; i++) {
        if (!memcmp(xs_exports[i].uuid, id->bytes, sizeof id->bytes)) {
            *table = xs_exports[i].table;
            return CUDA_SUCCESS;
        }
    }
    xs_log(is_optional(id) ? XS_LOG_INFO : XS_LOG_WARN,
           "export table %02x%02x%02x%02x... is not supported", (unsigned char)id->bytes[0],
           (unsigned char)id->bytes[1], (unsigned char)id->bytes[2],
           (unsigned char)id->bytes[3]);
    return CUDA_ERROR_INVALID_VALUE;
}

/* For slots that tell the driver to get ready: it is. */
CUresult xs_table_nothing(void) {
    return CUDA_SUCCESS;
}

CUresult xs_table_unavailable(void) {
    return CUDA_ERROR_NOT_SUPPORTED;
}

/* ------------------------------------------------------------------ cudart */

typedef struct fatbin_wrapper {
    uint32_t magic;
    uint32_t version;
    const void *data;
    const void *more;
} fatbin_wrapper;

/* By way of the map: it answers or refuses as the public call does. */
static CUresult load(CUmodule *module, const void *image) {
    void *found = NULL;
    CUresult result = xs_cuGetProcAddress_v2("cuModuleLoadData", &found, 2000, 0, NULL);

    return result ? result : ((CUresult (*)(CUmodule *, const void *))found)(module, image);
}

CUresult xs_table_module_load(CUmodule *module, const void *wrapper) {
    const fatbin_wrapper *fatbin = wrapper;

    if (!module || !fatbin || fatbin->magic != FATBIN_WRAPPER)
        return CUDA_ERROR_INVALID_VALUE;
    return load(module, fatbin->data);
}

CUresult xs_table_module_load_with(CUmodule *module, const void *wrapper, void *a, void *b,
                                   unsigned c) {
    return a || b || c ? CUDA_ERROR_NOT_SUPPORTED : xs_table_module_load(module, wrapper);
}

CUresult xs_table_module_load_header(const void *header, CUmodule *module, void *a, void *b,
                                     unsigned c) {
    return a || b || c ? CUDA_ERROR_NOT_SUPPORTED : load(module, header);
}

CUresult xs_table_primary_context(CUcontext *context, CUdevice device) {
    const xs_device *known = xs_device_of(device);

    if (!context)
        return CUDA_ERROR_INVALID_VALUE;
    if (!known)
        return CUDA_ERROR_INVALID_DEVICE;
    *context = (CUcontext)known->primary;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ tools: none is attached */

void xs_table_tool_flags(void **flags, size_t *count) {
    static uint64_t none[TOOL_FLAGS];

    *flags = none;
    *count = TOOL_FLAGS;
}

void xs_table_tool_flags_few(void **flags, size_t *count) {
    static uint64_t none[TOOL_FLAGS_FEW];

    *flags = none;
    *count = TOOL_FLAGS_FEW;
}

/* ------------------------------------------------------------------ cublas and its kin */

CUresult xs_table_thread_context(void **context) {
    *context = xs_self.current;
    return CUDA_SUCCESS;
}

CUresult xs_table_context_check(CUcontext context, unsigned *state, const void **more) {
    (void)context;
    (void)more;
    if (state)
        *state = 0;
    return CUDA_SUCCESS;
}

CUresult xs_table_context_flag(void *context, uint64_t *flag) {
    if (flag)
        *flag = context != NULL;
    return CUDA_SUCCESS;
}

/* The object stands for nothing but itself; it is only handed back to us. */
CUresult xs_table_stream_object(void *context, CUstream stream, void **object) {
    static uint64_t stands_for_any[64];

    (void)context;
    if ((uintptr_t)stream == UINTPTR_MAX)
        return CUDA_ERROR_INVALID_HANDLE;
    if (object)
        *object = stands_for_any;
    return CUDA_SUCCESS;
}

CUresult xs_table_object_flag(void *context, void *object, uint64_t *flag) {
    (void)context;
    (void)object;
    if (flag)
        *flag = 0;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ cuFFT */

/* Watched: with 0 cuFFT gives up, with 1 it takes the function it was given last for one of
 * the public interface, which it then asks about and launches. */
int xs_table_module_functions(CUcontext context, CUmodule module, xs_function_visit visit,
                              void *opaque) {
    unsigned count = 0;
    CUfunction *functions;
    int told;

    (void)context;
    if (!visit || xs_cuModuleGetFunctionCount(&count, module))
        return 0;
    functions = calloc(count + 1, sizeof *functions);
    told = functions && !xs_cuModuleEnumerateFunctions(functions, count, module);
    for (unsigned i = 0; told && i < count; i++)
        visit(opaque, functions[i], 0);
    free(functions);
    return told;
}
