/* Libraries and kernels: modules and functions under their newer names.
 *
 * Decides nothing about code: a library is a module, a kernel is a function, and each may stand
 * for the other, as with the driver. Source: driver API, library management. */
#include "xs/modules.h"

#define BINARY_IS_PRESERVED 1 /* library option: without effect, the broker keeps a copy */

static xs_library *library_of(CUlibrary handle) {
    return xs_object_of(XS_OBJECT_LIBRARY, handle);
}

/* ------------------------------------------------------------------ libraries */

static CUresult library_made(CUlibrary *library, xs_module *module) {
    xs_library *made = xs_object_new(XS_OBJECT_LIBRARY);

    if (!made) {
        xs_module_unload(module);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    made->module = module;
    module->library = made;
    *library = (CUlibrary)made;
    return CUDA_SUCCESS;
}

static CUresult check_library_options(const CUlibraryOption *options, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        if (!options || options[i] < 0 || options[i] > BINARY_IS_PRESERVED)
            return CUDA_ERROR_INVALID_VALUE;
    return CUDA_SUCCESS;
}

CUresult xs_cuLibraryLoadData(CUlibrary *library, const void *code, CUjit_option *jitOptions,
                              void **jitOptionsValues, unsigned int numJitOptions,
                              CUlibraryOption *libraryOptions, void **libraryOptionValues,
                              unsigned int numLibraryOptions) {
    CUresult result = check_library_options(libraryOptions, numLibraryOptions);
    xs_module *module;

    if (!library || result)
        return CUDA_ERROR_INVALID_VALUE;
    result = xs_module_load(&module, code, numJitOptions, jitOptions, jitOptionsValues);
    return result ? result : library_made(library, module);
}

CUresult xs_cuLibraryLoadFromFile(CUlibrary *library, const char *fileName,
                                  CUjit_option *jitOptions, void **jitOptionsValues,
                                  unsigned int numJitOptions, CUlibraryOption *libraryOptions,
                                  void **libraryOptionValues, unsigned int numLibraryOptions) {
    CUresult result = check_library_options(libraryOptions, numLibraryOptions);
    xs_module *module;

    if (!library || result)
        return CUDA_ERROR_INVALID_VALUE;
    result = xs_module_load_file(&module, fileName, numJitOptions, jitOptions, jitOptionsValues);
    return result ? result : library_made(library, module);
}

CUresult xs_cuLibraryUnload(CUlibrary handle) {
    xs_library *library = library_of(handle);
    xs_module *module;

    if (!library)
        return CUDA_ERROR_INVALID_HANDLE;
    module = library->module;
    xs_object_end(library);
    return xs_module_unload(module);
}

CUresult xs_cuLibraryGetKernel(CUkernel *pKernel, CUlibrary handle, const char *name) {
    xs_library *library = library_of(handle);
    xs_function *found;
    CUresult result;

    if (!pKernel)
        return CUDA_ERROR_INVALID_VALUE;
    if (!library)
        return CUDA_ERROR_INVALID_HANDLE;
    result = xs_module_function(library->module, name, &found);
    if (!result)
        *pKernel = (CUkernel)found;
    return result;
}

CUresult xs_cuLibraryGetKernelCount(unsigned int *count, CUlibrary lib) {
    xs_library *library = library_of(lib);

    return xs_module_count(library ? library->module : NULL, count);
}

CUresult xs_cuLibraryEnumerateKernels(CUkernel *kernels, unsigned int numKernels,
                                      CUlibrary lib) {
    xs_library *library = library_of(lib);

    return xs_module_enumerate(library ? library->module : NULL, (xs_function **)kernels, numKernels);
}

CUresult xs_cuLibraryGetModule(CUmodule *pMod, CUlibrary handle) {
    xs_library *library = library_of(handle);

    if (!pMod)
        return CUDA_ERROR_INVALID_VALUE;
    if (!library)
        return CUDA_ERROR_INVALID_HANDLE;
    *pMod = (CUmodule)library->module;
    return CUDA_SUCCESS;
}

CUresult xs_cuLibraryGetGlobal(CUdeviceptr *dptr, size_t *bytes, CUlibrary handle,
                               const char *name) {
    xs_library *library = library_of(handle);

    return xs_module_variable(library ? library->module : NULL, dptr, bytes, name);
}

CUresult xs_cuKernelGetLibrary(CUlibrary *pLib, CUkernel kernel) {
    const xs_function *function = xs_function_of(kernel);

    if (!pLib)
        return CUDA_ERROR_INVALID_VALUE;
    if (!function || !function->module->library)
        return CUDA_ERROR_INVALID_HANDLE;
    *pLib = (CUlibrary)function->module->library;
    return CUDA_SUCCESS;
}

CUresult xs_cuFuncGetModule(CUmodule *hmod, CUfunction hfunc) {
    const xs_function *function = xs_function_of(hfunc);

    if (!hmod)
        return CUDA_ERROR_INVALID_VALUE;
    if (!function)
        return CUDA_ERROR_INVALID_HANDLE;
    *hmod = (CUmodule)function->module;
    return CUDA_SUCCESS;
}
