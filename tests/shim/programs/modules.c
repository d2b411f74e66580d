/* Modules, libraries, functions, variables, occupancy, linking; and what is refused. */
#include "work.h"

static const char text[] = ".version 8.0\n.target sm_90\n.address_size 64\n"
                           ".visible .global .align 4 .b8 table[64];\n"
                           ".visible .entry xs_empty()\n{ ret; }\n"
                           ".visible .entry xs_spin(.param .u64 duration_ns)\n{ ret; }\n";

static void broken(void) {
    char words[200] = "";
    CUjit_option options[] = {5, 6, 7};
    void *values[] = {words, (void *)sizeof words, (void *)3};
    CUmodule module;

    CHECK(cuModuleLoadDataEx(&module, ".nothing", 3, options, values) != CUDA_SUCCESS);
    CHECK(words[0] && (size_t)values[1] == strlen(words));
    EXPECT(CUDA_ERROR_INVALID_IMAGE, cuModuleLoadData(&module, "\x01\x02\x03\x04\x05\x06\x07"));
    EXPECT(CUDA_ERROR_FILE_NOT_FOUND, cuModuleLoad(&module, "/nowhere"));
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

    OK(cuLibraryLoadData(&library, text, NULL, NULL, 0, options, yes, 1));
    OK(cuLibraryGetKernel(&kernel, library, "xs_spin"));
    OK(cuLibraryGetKernel(&again, library, "xs_spin"));
    CHECK(kernel == again);
    EXPECT(CUDA_ERROR_NOT_FOUND, cuLibraryGetKernel(&again, library, "nothing"));
    OK(cuKernelGetFunction(&function, kernel));
    OK(cuKernelGetName(&name, kernel));
    CHECK(!strcmp(name, "xs_spin"));
    OK(cuKernelGetParamInfo(kernel, 0, &offset, &bytes));
    CHECK(offset == 0 && bytes == 8);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuKernelGetParamInfo(kernel, 1, &offset, &bytes));
    OK(cuKernelGetLibrary(&seen, kernel));
    CHECK(seen == library);
    OK(cuLibraryGetKernelCount(&count, library));
    CHECK(count == 2);
    OK(cuLibraryEnumerateKernels(all, 3, library));
    CHECK(all[0] && all[1] && !all[2] && (all[0] == kernel || all[1] == kernel));
    OK(cuLibraryGetGlobal(&table, &bytes, library, "table"));
    CHECK(bytes == 64);
    OK(cuMemsetD8_v2(table, 1, 64));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(table, 1, 65));
    uint64_t ns = 1000;
    void *params[] = {&ns};
    OK(cuLaunchKernel((CUfunction)kernel, 1, 1, 1, 32, 1, 1, 0, NULL, params, NULL));
    OK(cuCtxSynchronize());
    OK(cuLibraryUnload(library));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuMemsetD8_v2(table, 1, 64));
    EXPECT(CUDA_ERROR_INVALID_HANDLE,
          cuLaunchKernel(function, 1, 1, 1, 32, 1, 1, 0, NULL, params, NULL));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuLibraryUnload(library));
}

static void visit(void *opaque, CUfunction function, uint64_t unused) {
    const char *name;

    (void)unused;
    OK(cuFuncGetName(&name, function));
    CHECK(!strncmp(name, "xs_", 3));
    ++*(unsigned *)opaque;
}

/* How cuFFT finds its kernels: an export table's slot that visits all of a module. */
static void visits(void) {
    const CUuuid id = {{0x6e, 0x16, 0x3f, 0xbe, 0xb9, 0x58, 0x44, 0x4d, 0x83, 0x5c, 0xe1, 0x82,
                        0xaf, 0xf1, 0x99, 0x1e}};
    typedef int each(CUcontext, CUmodule, void (*)(void *, CUfunction, uint64_t), void *);
    unsigned count = 0, visited = 0;
    const void *table;
    CUmodule module;

    OK(cuGetExportTable(&table, &id));
    CHECK(*(const size_t *)table == 99 * sizeof(void *));
    each *visit_all = ((each *const *)table)[7];
    OK(cuModuleLoadData(&module, builtin_ptx()));
    OK(cuModuleGetFunctionCount(&count, module));
    CHECK(visit_all(NULL, module, visit, &visited) == 1);
    CHECK(count && visited == count);
    OK(cuModuleUnload(module));
    CHECK(visit_all(NULL, module, visit, &visited) == 0 && visited == count);
}

static size_t shared_of(int threads) {
    return (size_t)threads * 4;
}

static void functions(CUfunction f) {
    int value, blocks, grid, block;
    CUlaunchAttribute cooperative = {.id = CU_LAUNCH_ATTRIBUTE_COOPERATIVE};
    CUlaunchAttribute updatable = {.id = CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE};
    CUlaunchConfig config = {1, 1, 1, 32, 1, 1, 0, NULL, &cooperative, 1};

    OK(cuFuncGetAttribute(&value, 0, f));
    CHECK(value == 1024);
    for (int i = 0; i < 3; i++)
        OK(cuFuncSetAttribute(f, 8, 100000));
    OK(cuFuncGetAttribute(&value, 8, f));
    CHECK(value == 100000);
    CHECK(cuFuncSetAttribute(f, 8, 100000000) != CUDA_SUCCESS);
    for (int i = 0; i < 3; i++)
        OK(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, f, 256, 0));
    CHECK(blocks == 8);
    OK(cuOccupancyMaxPotentialBlockSize(&grid, &block, f, shared_of, 0, 0));
    CHECK(block > 0 && block <= 1024 && grid >= 132);
    cooperative.value.value = 1;
    OK(cuLaunchKernelEx(&config, f, NULL, NULL));
    config.attrs = &updatable;
    OK(cuLaunchKernelEx(&config, f, NULL, NULL));
    updatable.value.value = 1;
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuLaunchKernelEx(&config, f, NULL, NULL));
    OK(cuLaunchCooperativeKernel(f, 1, 1, 1, 32, 1, 1, 0, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE,
          cuLaunchKernel(f, 1, 1, 1, 2048, 1, 1, 0, NULL, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuLaunchKernel(f, 0, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE,
          cuLaunchKernel(f, 1, 1, 1, 1, 1, 1, 100001, NULL, NULL, NULL));
    EXPECT(CUDA_ERROR_INVALID_HANDLE,
          cuLaunchKernel((CUfunction)&value, 1, 1, 1, 1, 1, 1, 0, NULL, NULL, NULL));
    OK(cuCtxSynchronize());
}

static void linked(void) {
    CUlinkState state;
    CUmodule module;
    CUfunction f;
    size_t bytes;
    void *cubin;

    OK(cuLinkCreate_v2(0, NULL, NULL, &state));
    OK(cuLinkAddData_v2(state, 1, (void *)text, sizeof text - 1, "a.ptx", 0, NULL, NULL));
    OK(cuLinkComplete(state, &cubin, &bytes));
    CHECK(bytes > 0);
    OK(cuModuleLoadData(&module, cubin));
    OK(cuModuleGetFunction(&f, module, "xs_empty"));
    OK(cuLinkDestroy(state));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuLinkDestroy(state));
    OK(cuModuleUnload(module));
}

int main(void) {
    CUmodule module;
    CUfunction f;

    start();
    broken();
    library();
    OK(cuModuleLoadData(&module, text));
    OK(cuModuleGetFunction(&f, module, "xs_empty"));
    functions(f);
    visits();
    linked();
    OK(cuModuleUnload(module));
    puts("done");
    return 0;
}
