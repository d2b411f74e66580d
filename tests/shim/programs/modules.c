/* Modules, libraries, functions, variables, occupancy, linking; and what is refused. */
#include "../check.h"

static const char text[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
                           ".visible .global .align 4 .b8 table[64];\n"
                           ".visible .entry xs_empty()\n{ ret; }\n"
                           ".visible .entry xs_spin(.param .u64 duration_ns)\n{ ret; }\n";

static void broken(void) {
    char words[200] = "";
    CUjit_option options[] = {5, 6, 7};
    void *values[] = {words, (void *)sizeof words, (void *)3};
    CUmodule module;

    HOLDS(cuModuleLoadDataEx(&module, ".nothing", 3, options, values) != CUDA_SUCCESS);
    HOLDS(words[0] && (size_t)values[1] == strlen(words));
    GIVES(CUDA_ERROR_INVALID_IMAGE, cuModuleLoadData(&module, "\x01\x02\x03\x04\x05\x06\x07"));
    GIVES(CUDA_ERROR_FILE_NOT_FOUND, cuModuleLoad(&module, "/nowhere"));
}

static void library(void) {
    CUlibraryOption options[] = {1};
    void *yes[] = {(void *)1};
    CUlibrary library, seen;
    CUkernel kernel, again, all[3] = {0};
    CUfunction function;
    unsigned count;
    size_t offset, bytes;
    const char *name;
    CUdeviceptr table;

    DO(cuLibraryLoadData(&library, text, NULL, NULL, 0, options, yes, 1));
    DO(cuLibraryGetKernel(&kernel, library, "xs_spin"));
    DO(cuLibraryGetKernel(&again, library, "xs_spin"));
    HOLDS(kernel == again);
    GIVES(CUDA_ERROR_NOT_FOUND, cuLibraryGetKernel(&again, library, "nothing"));
    DO(cuKernelGetFunction(&function, kernel));
    DO(cuKernelGetName(&name, kernel));
    HOLDS(!strcmp(name, "xs_spin"));
    DO(cuKernelGetParamInfo(kernel, 0, &offset, &bytes));
    HOLDS(offset == 0 && bytes == 8);
    GIVES(CUDA_ERROR_INVALID_VALUE, cuKernelGetParamInfo(kernel, 1, &offset, &bytes));
    DO(cuKernelGetLibrary(&seen, kernel));
    HOLDS(seen == library);
    DO(cuLibraryGetKernelCount(&count, library));
    HOLDS(count == 2);
    DO(cuLibraryEnumerateKernels(all, 3, library));
    HOLDS(all[0] && all[1] && !all[2] && (all[0] == kernel || all[1] == kernel));
    DO(cuLibraryGetGlobal(&table, &bytes, library, "table"));
    HOLDS(bytes == 64);
    DO(cuMemsetD8_v2(table, 1, 64));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(table, 1, 65));
    uint64_t ns = 1000;
    void *params[] = {&ns};
    DO(cuLaunchKernel((CUfunction)kernel, 1, 1, 1, 32, 1, 1, 0, NULL, params, NULL));
    DO(cuCtxSynchronize());
    DO(cuLibraryUnload(library));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(table, 1, 64));
    GIVES(CUDA_ERROR_INVALID_HANDLE,
          cuLaunchKernel(function, 1, 1, 1, 32, 1, 1, 0, NULL, params, NULL));
    GIVES(CUDA_ERROR_INVALID_HANDLE, cuLibraryUnload(library));
}

static size_t shared_of(int threads) {
    return (size_t)threads * 4;
}

static void functions(CUfunction f) {
    int value, blocks, grid, block;
    CUlaunchAttribute cooperative = {.id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE};
    CUlaunchAttribute event = {.id = CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT};
    CUlaunchConfig config = {1, 1, 1, 32, 1, 1, 0, NULL, &cooperative, 1};

    DO(cuFuncGetAttribute(&value, 0, f));
    HOLDS(value == 1024);
    for (int i = 0; i < 3; i++)
        DO(cuFuncSetAttribute(f, 8, 100000));
    DO(cuFuncGetAttribute(&value, 8, f));
    HOLDS(value == 100000);
    HOLDS(cuFuncSetAttribute(f, 8, 100000000) != CUDA_SUCCESS);
    for (int i = 0; i < 3; i++)
        DO(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, f, 256, 0));
    HOLDS(blocks == 8);
    DO(cuOccupancyMaxPotentialBlockSize(&grid, &block, f, shared_of, 0, 0));
    HOLDS(block > 0 && block <= 1024 && grid >= 132);
    cooperative.value.value = 1;
    DO(cuLaunchKernelEx(&config, f, NULL, NULL));
    config.attrs = &event;
    GIVES(CUDA_ERROR_NOT_SUPPORTED, cuLaunchKernelEx(&config, f, NULL, NULL));
    DO(cuLaunchCooperativeKernel(f, 1, 1, 1, 32, 1, 1, 0, NULL, NULL));
    GIVES(CUDA_ERROR_INVALID_VALUE,
          cuLaunchKernel(f, 1, 1, 1, 2048, 1, 1, 0, NULL, NULL, NULL));
    GIVES(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(f, 0, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    GIVES(CUDA_ERROR_INVALID_VALUE,
          cuLaunchKernel(f, 1, 1, 1, 1, 1, 1, 100001, NULL, NULL, NULL));
    GIVES(CUDA_ERROR_INVALID_HANDLE,
          cuLaunchKernel((CUfunction)&value, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    DO(cuCtxSynchronize());
}

static void linked(void) {
    CUlinkState state;
    CUmodule module;
    CUfunction f;
    size_t bytes;
    void *cubin;

    DO(cuLinkCreate_v2(0, NULL, NULL, &state));
    DO(cuLinkAddData_v2(state, 1, (void *)text, sizeof text - 1, "a.ptx", 0, NULL, NULL));
    DO(cuLinkComplete(state, &cubin, &bytes));
    HOLDS(bytes > 0);
    DO(cuModuleLoadData(&module, cubin));
    DO(cuModuleGetFunction(&f, module, "xs_empty"));
    DO(cuLinkDestroy(state));
    GIVES(CUDA_ERROR_INVALID_HANDLE, cuLinkDestroy(state));
    DO(cuModuleUnload(module));
}

int main(void) {
    CUmodule module;
    CUfunction f;

    begin();
    broken();
    library();
    DO(cuModuleLoadData(&module, text));
    DO(cuModuleGetFunction(&f, module, "xs_empty"));
    functions(f);
    linked();
    DO(cuModuleUnload(module));
    puts("done");
    return 0;
}
