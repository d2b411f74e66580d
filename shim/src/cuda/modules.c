/* Modules, their functions and their variables.
 *
 * Decides when code travels: its hash first, its bytes only if the broker has not seen them.
 * What the broker tells of a function comes with it and is asked once. libraries.c gives all
 * of it other names. Source: driver API, module management. */
#include "xs/image.h"
#include "xs/jit.h"
#include "xs/modules.h"

#define MODULES_MAX 4097

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* functions and variables */

static void context_ends(xs_context *context);

CUresult xs_modules_start(void) {
    CUresult result = xs_pool_make(XS_OBJECT_MODULE, sizeof(xs_module), MODULES_MAX);

    if (!result)
        result = xs_pool_make(XS_OBJECT_LIBRARY, sizeof(xs_library), MODULES_MAX);
    if (!result)
        result = xs_pool_make(XS_OBJECT_FUNCTION, sizeof(xs_function), XS_FUNCTIONS_MAX);
    if (!result)
        xs_context_on_end(context_ends);
    return result;
}

static xs_module *module_of(CUmodule handle) {
    return xs_object_of(XS_OBJECT_MODULE, handle);
}

/* ------------------------------------------------------------------ loading */

static CUresult load_call(const xs_module *module, const xs_image *image, const xs_jit *jit,
                          const uint8_t digest[32], uint64_t offset, int *needed) {
    xs_message request = {.kind = XS_MSG_MODULE_LOAD};
    xs_msg_module_load *m = &request.u.module_load;
    xs_reply reply;
    CUresult result;

    m->module = module->object.wire;
    m->format = image->format;
    m->hash = digest;
    m->hash_bytes = 32;
    m->bytes = image->count;
    m->host_offset = offset;
    m->options = (const uint8_t *)jit->pairs;
    m->options_bytes = jit->count * 8;
    result = xs_exchange(&request, &reply);
    if (result)
        return result;
    result = reply.message.u.module.result;
    *needed = !result && reply.message.u.module.bytes_needed;
    if (!*needed)
        xs_jit_tell(jit, result != 0, reply.message.u.module.message,
                    reply.message.u.module.message_bytes);
    xs_reply_free(&reply);
    return result;
}

static CUresult load_image(xs_module *module, const xs_image *image, const xs_jit *jit) {
    uint8_t digest[32], *at;
    CUresult result;
    int needed = 0;

    xs_sha256(image->bytes, image->count, digest);
    result = load_call(module, image, jit, digest, XS_HOST_OFFSET_NONE, &needed);
    if (result || !needed)
        return result;
    at = xs_arena_take(image->count, 1);
    if (!at)
        return CUDA_ERROR_OUT_OF_MEMORY;
    memcpy(at, image->bytes, image->count);
    result = load_call(module, image, jit, digest, xs_arena_offset(at), &needed);
    xs_arena_give(at);
    return result;
}

CUresult xs_module_load(xs_module **made, const void *pointer, unsigned count,
                     const CUjit_option *options, void **values) {
    xs_module *module;
    xs_image image;
    xs_jit jit;
    CUresult result = xs_jit_read(&jit, count, options, values);

    if (result)
        return result;
    if (!pointer)
        return CUDA_ERROR_INVALID_VALUE;
    if (xs_image_of(pointer, &image) || !image.count)
        return CUDA_ERROR_INVALID_IMAGE;
    module = xs_object_new(XS_OBJECT_MODULE);
    if (!module)
        return CUDA_ERROR_OUT_OF_MEMORY;
    module->context = xs_self.current;
    result = load_image(module, &image, &jit);
    if (result)
        xs_object_end(module);
    else
        *made = module;
    return result;
}

CUresult xs_module_load_file(xs_module **made, const char *path, unsigned count,
                          const CUjit_option *options, void **values) {
    CUresult result = CUDA_ERROR_FILE_NOT_FOUND;
    uint64_t bytes;
    uint8_t *image;

    if (!path)
        return CUDA_ERROR_INVALID_VALUE;
    image = xs_image_read(path, &bytes);
    if (image)
        result = xs_module_load(made, image, count, options, values);
    free(image);
    return result;
}

CUresult xs_cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int numOptions,
                               CUjit_option *options, void **optionValues) {
    return module ? xs_module_load((xs_module **)module, image, numOptions, options, optionValues)
                  : CUDA_ERROR_INVALID_VALUE;
}

CUresult xs_cuModuleLoadData(CUmodule *module, const void *image) {
    return xs_cuModuleLoadDataEx(module, image, 0, NULL, NULL);
}

CUresult xs_cuModuleLoadFatBinary(CUmodule *module, const void *fatCubin) {
    return xs_cuModuleLoadDataEx(module, fatCubin, 0, NULL, NULL);
}

CUresult xs_cuModuleLoad(CUmodule *module, const char *fname) {
    return module ? xs_module_load_file((xs_module **)module, fname, 0, NULL, NULL)
                  : CUDA_ERROR_INVALID_VALUE;
}

/* ------------------------------------------------------------------ unloading */

static void forget_function(xs_function *function) {
    free(function->name);
    free(function->offsets);
    free(function->sizes);
    xs_object_end(function);
}

static void forget(xs_module *module) {
    xs_span span;

    pthread_mutex_lock(&lock);
    while (module->functions) {
        xs_function *gone = module->functions;
        module->functions = gone->next;
        forget_function(gone);
    }
    while (module->variables) {
        xs_variable *gone = module->variables;
        module->variables = gone->next;
        xs_span_remove(gone->address, XS_SPAN_VARIABLE, &span);
        free(gone->name);
        free(gone);
    }
    pthread_mutex_unlock(&lock);
    xs_object_end(module);
}

CUresult xs_module_unload(xs_module *module) {
    xs_message request = {.kind = XS_MSG_MODULE_UNLOAD};
    CUresult result;

    request.u.module_unload.module = module->object.wire;
    request.u.module_unload.after_seq = xs_session_last_seq(xs_session_now());
    result = xs_call_done(&request);
    forget(module);
    return result;
}

CUresult xs_cuModuleUnload(CUmodule hmod) {
    xs_module *module = module_of(hmod);

    return module && !module->library ? xs_module_unload(module) : CUDA_ERROR_INVALID_HANDLE;
}

/* Modules go with their context; libraries belong to none. */
static void context_ends(xs_context *context) {
    xs_module *module = NULL;

    if (xs_gate() != XS_GATE_OPEN || !xs_streams_idle(0))
        return;
    while ((module = xs_object_next(XS_OBJECT_MODULE, module)))
        if (module->context == context && !module->library)
            xs_module_unload(module);
}

/* ------------------------------------------------------------------ functions */

static int copy_layout(xs_function *function, const xs_msg_function *m) {
    uint32_t count = m->param_sizes_count;

    function->params_count = count;
    function->params_bytes = m->param_bytes;
    function->offsets = calloc(count ? count : 1, sizeof *function->offsets);
    function->sizes = calloc(count ? count : 1, sizeof *function->sizes);
    if (!function->offsets || !function->sizes)
        return -1;
    memcpy(function->offsets, m->param_offsets, count * sizeof *function->offsets);
    memcpy(function->sizes, m->param_sizes, count * sizeof *function->sizes);
    return 0;
}

static void copy_attributes(xs_function *function, const xs_msg_function *m) {
    uint32_t bytes = m->attributes_bytes;

    if (bytes > sizeof function->attributes)
        bytes = sizeof function->attributes;
    memcpy(function->attributes, m->attributes, bytes);
}

/* Lock held. */
static CUresult get_call(xs_module *module, const char *name, xs_function **made) {
    xs_message request = {.kind = XS_MSG_FUNCTION_GET};
    xs_function *function = xs_object_new(XS_OBJECT_FUNCTION);
    xs_reply reply;
    CUresult result;

    if (!function)
        return CUDA_ERROR_OUT_OF_MEMORY;
    request.u.function_get.module = module->object.wire;
    request.u.function_get.function = function->object.wire;
    request.u.function_get.name = (const uint8_t *)name;
    request.u.function_get.name_bytes = (uint32_t)strlen(name);
    result = xs_call(&request, &reply);
    if (!result) {
        function->name = strdup(name);
        copy_attributes(function, &reply.message.u.function);
        if (!function->name || copy_layout(function, &reply.message.u.function))
            result = CUDA_ERROR_OUT_OF_MEMORY;
        xs_reply_free(&reply);
    }
    if (result) {
        forget_function(function);
        return result;
    }
    function->module = module;
    function->next = module->functions;
    module->functions = function;
    *made = function;
    return CUDA_SUCCESS;
}

CUresult xs_module_function(xs_module *module, const char *name, xs_function **found) {
    CUresult result = CUDA_SUCCESS;

    if (!name || !found)
        return CUDA_ERROR_INVALID_VALUE;
    if (!name[0] || strlen(name) > XS_NAME_BYTES_MAX)
        return CUDA_ERROR_NOT_FOUND;
    pthread_mutex_lock(&lock);
    *found = module->functions;
    while (*found && strcmp((*found)->name, name))
        *found = (*found)->next;
    if (!*found)
        result = get_call(module, name, found);
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult xs_cuModuleGetFunction(CUfunction *hfunc, CUmodule hmod, const char *name) {
    xs_module *module = module_of(hmod);
    xs_function *found;
    CUresult result;

    if (!hfunc)
        return CUDA_ERROR_INVALID_VALUE;
    if (!module)
        return CUDA_ERROR_INVALID_HANDLE;
    result = xs_module_function(module, name, &found);
    if (!result)
        *hfunc = (CUfunction)found;
    return result;
}

/* ---- lists */

static CUresult list_call(xs_module *module, uint32_t first, xs_reply *reply) {
    xs_message request = {.kind = XS_MSG_FUNCTIONS_LIST};

    request.u.functions_list.module = module->object.wire;
    request.u.functions_list.first = first;
    return xs_call(&request, reply);
}

CUresult xs_module_count(xs_module *module, unsigned *count) {
    xs_reply reply;
    CUresult result;

    if (!module)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!count)
        return CUDA_ERROR_INVALID_VALUE;
    result = list_call(module, 0, &reply);
    if (result)
        return result;
    *count = reply.message.u.functions.count;
    xs_reply_free(&reply);
    return CUDA_SUCCESS;
}

/* Names of one answer, from the one it begins with; *done: how many there are by now. */
static CUresult take_names(xs_module *module, const xs_msg_functions *m, xs_function **out,
                           unsigned room, unsigned *done) {
    const char *at = (const char *)m->names, *end = at + m->names_bytes;
    CUresult result = CUDA_SUCCESS;

    while (at < end && *done < room && !result) {
        result = xs_module_function(module, at, &out[*done]);
        (*done)++;
        at += strlen(at) + 1;
    }
    return result;
}

CUresult xs_module_enumerate(xs_module *module, xs_function **out, unsigned room) {
    CUresult result = CUDA_SUCCESS;
    unsigned done = 0;

    if (!module)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!out && room)
        return CUDA_ERROR_INVALID_VALUE;
    while (done < room && !result) {
        unsigned before = done;
        xs_reply reply;
        result = list_call(module, done, &reply);
        if (result)
            break;
        result = take_names(module, &reply.message.u.functions, out, room, &done);
        xs_reply_free(&reply);
        if (done == before)
            break;
    }
    return result;
}

CUresult xs_cuModuleGetFunctionCount(unsigned int *count, CUmodule mod) {
    return xs_module_count(module_of(mod), count);
}

CUresult xs_cuModuleEnumerateFunctions(CUfunction *functions, unsigned int numFunctions,
                                       CUmodule mod) {
    return xs_module_enumerate(module_of(mod), (xs_function **)functions, numFunctions);
}

/* ------------------------------------------------------------------ variables */

/* Lock held. */
static CUresult variable_call(xs_module *module, const char *name, xs_variable **made) {
    xs_message request = {.kind = XS_MSG_VARIABLE_GET};
    xs_variable *variable = calloc(1, sizeof *variable);
    xs_reply reply;
    xs_span span = {.kind = XS_SPAN_VARIABLE};
    CUresult result;

    if (!variable || !(variable->name = strdup(name))) {
        free(variable);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    request.u.variable_get.module = module->object.wire;
    request.u.variable_get.name = (const uint8_t *)name;
    request.u.variable_get.name_bytes = (uint32_t)strlen(name);
    result = xs_call(&request, &reply);
    if (!result) {
        span.start = variable->address = reply.message.u.variable.address;
        span.bytes = variable->bytes = reply.message.u.variable.bytes;
        xs_reply_free(&reply);
        if (span.bytes)
            xs_span_add(&span);
        variable->next = module->variables;
        module->variables = variable;
        *made = variable;
        return CUDA_SUCCESS;
    }
    free(variable->name);
    free(variable);
    return result;
}

CUresult xs_module_variable(xs_module *module, CUdeviceptr *address, size_t *bytes,
                             const char *name) {
    CUresult result = CUDA_SUCCESS;
    xs_variable *found;

    if (!module)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!name || (!address && !bytes))
        return CUDA_ERROR_INVALID_VALUE;
    if (strlen(name) > XS_NAME_BYTES_MAX)
        return CUDA_ERROR_NOT_FOUND;
    pthread_mutex_lock(&lock);
    found = module->variables;
    while (found && strcmp(found->name, name))
        found = found->next;
    if (!found)
        result = variable_call(module, name, &found);
    if (!result && address)
        *address = found->address;
    if (!result && bytes)
        *bytes = found->bytes;
    pthread_mutex_unlock(&lock);
    return result;
}

CUresult xs_cuModuleGetGlobal_v2(CUdeviceptr *dptr, size_t *bytes, CUmodule hmod,
                                 const char *name) {
    return xs_module_variable(module_of(hmod), dptr, bytes, name);
}
