/* Export tables as NVIDIA's libraries use them. Prints what the integrity answer was made
 * of, for the test to compute it, too. */
#include <pthread.h>
#include <unistd.h>

#include "check.h"

typedef CUresult (*slot)();

static const void *const *table_of(const char *uuid) {
    const void *table = (void *)1;
    CUuuid id;

    memcpy(id.bytes, uuid, 16);
    OK(cuGetExportTable(&table, &id));
    CHECK(table);
    return table;
}

static const char *const cudart = "\x6b\xd5\xfb\x6c\x5b\xf4\xe7\x4a\x89\x87\xd9\x39\x12\xfd\x9d\xf9";
static const char *const tools = "\x42\xd8\x5a\x81\x23\xf6\xcb\x47\x82\x98\xf6\xe7\x8a\x3a\xec\xdc";
static const char *const hooks = "\xa0\x94\x79\x8c\x2e\x74\x2e\x74\x93\xf2\x08\x00\x20\x0c\x0a\x66";
static const char *const store = "\xc6\x93\x33\x6e\x11\x21\xdf\x11\xa8\xc3\x68\xf3\x55\xd8\x95\x93";
static const char *const checks = "\x26\x3e\x88\x60\x7c\xd2\x61\x43\x92\xf6\xbb\xd5\x00\x6d\xfa\x7e";
static const char *const proof = "\xd4\x08\x20\x55\xbd\xe6\x70\x4b\x8d\x34\xba\x12\x3c\x66\xe1\xf2";
static const char *const cublas = "\x21\x31\x8c\x60\x97\x14\x32\x48\x8c\xa6\x41\xff\x73\x24\xc8\xf2";
static const char *const cublaslt = "\x17\x34\xdc\x26\x80\x0d\x47\x45\x87\x26\xc0\xf1\xe7\xdd\x8b\xca";

static void sizes(void) {
    CHECK((size_t)table_of(cudart)[0] == 13 * sizeof(void *));
    CHECK((size_t)table_of(tools)[0] == 3 * sizeof(void *));
    CHECK((size_t)table_of(hooks)[0] == 7 * sizeof(void *));
    CHECK((size_t)table_of(checks)[0] == 15 * sizeof(void *));
    CHECK((size_t)table_of(proof)[0] == 3 * sizeof(void *));
    CHECK((size_t)table_of(cublas)[0] == 93 * sizeof(void *));
    CHECK((size_t)table_of(cublaslt)[0] == 17 * sizeof(void *));
    CHECK(!table_of(store)[3]);
}

static void unknown(void) {
    CUuuid id = {"no such table"};
    const void *table = (void *)1;

    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGetExportTable(&table, &id));
    CHECK(!table);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGetExportTable(NULL, &id));
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, ((slot)table_of(cudart)[3])());
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, ((slot)table_of(cublas)[92])(1, 2, 3));
}

static void primary(void) {
    CUcontext known, retained;
    unsigned flags;
    int active;

    OK(((CUresult(*)(CUcontext *, CUdevice))table_of(cudart)[2])(&known, 0));
    OK(cuDevicePrimaryCtxGetState(0, &flags, &active));
    CHECK(!active);
    OK(cuDevicePrimaryCtxRetain(&retained, 0));
    CHECK(known == retained);
    OK(((slot)table_of(cudart)[12])());
}

static int ended;
static void end(CUcontext context, void *key, void *value) {
    (void)context;
    (void)key;
    ended += *(int *)value;
}

static void storage(void) {
    CUresult (*put)(CUcontext, void *, void *, void *) = (void *)table_of(store)[0];
    CUresult (*drop)(CUcontext, void *) = (void *)table_of(store)[1];
    CUresult (*get)(void **, CUcontext, void *) = (void *)table_of(store)[2];
    int keys[3], values[3] = {1, 10, 100};
    CUcontext context;
    void *found = NULL;

    EXPECT(CUDA_ERROR_INVALID_CONTEXT, get(&found, NULL, &keys[0]));
    OK(cuDevicePrimaryCtxRetain(&context, 0));
    OK(put(context, &keys[0], &values[0], end));
    OK(cuCtxSetCurrent(context));
    OK(get(&found, NULL, &keys[0]));
    CHECK(found == &values[0]);
    OK(put(NULL, &keys[0], &values[1], end)); /* instead of the first */
    OK(get(&found, context, &keys[0]));
    CHECK(found == &values[1]);
    EXPECT(CUDA_ERROR_INVALID_HANDLE, get(&found, NULL, &keys[1]));
    OK(put(NULL, &keys[1], &values[2], end));
    OK(drop(NULL, &keys[1]));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, get(&found, NULL, &keys[1]));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, drop(NULL, &keys[1]));
    CHECK(!ended);
    OK(cuDevicePrimaryCtxReset_v2(0));
    CHECK(ended == 10);
    EXPECT(CUDA_ERROR_INVALID_HANDLE, get(&found, NULL, &keys[0]));
    OK(cuCtxSetCurrent(NULL));
}

static void libraries(void) {
    CUcontext context = start();
    void *out = NULL;
    uint64_t flag = 7;
    unsigned state = 7;
    size_t count;

    OK(((CUresult(*)(void **))table_of(tools)[2])(&out));
    CHECK(out == (void *)context);
    OK(((CUresult(*)(void *, uint64_t *))table_of(cublas)[4])(out, &flag));
    CHECK(flag == 1);
    OK(((CUresult(*)(void *, CUstream, void **))table_of(cublas)[51])(out, NULL, &out));
    OK(((CUresult(*)(void *, void *, uint64_t *))table_of(cublas)[39])(NULL, out, &flag));
    CHECK(flag == 0);
    EXPECT(CUDA_ERROR_INVALID_HANDLE, ((CUresult(*)(void *, CUstream, void **))table_of(
                                          cublas)[51])(out, (CUstream)-1, &out));
    OK(((CUresult(*)(CUcontext, unsigned *, void **))table_of(checks)[2])(context, &state, 0));
    CHECK(state == 0);
    ((void (*)(void **, size_t *))table_of(hooks)[2])(&out, &count);
    for (size_t i = 0; i < count; i++)
        CHECK(!((uint64_t *)out)[i]);
    CHECK(count == 1024);
}

static void integrity(unsigned version) {
    uint64_t out[2];
    int value[3], driver;
    CUuuid uuid;

    OK(((CUresult(*)(unsigned, uint64_t, uint64_t *))table_of(proof)[1])(version, 1234567, out));
    OK(cuDriverGetVersion(&driver));
    OK(cuDeviceGetUuid_v2(&uuid, 0));
    for (int i = 0; i < 3; i++)
        OK(cuDeviceGetAttribute(&value[i], (const int[]){50, 33, 34}[i], 0));
    printf("%d %u %d %u %p %p %p 1234567 ", driver, version, (int)getpid(),
           (unsigned)(uintptr_t)pthread_self(), (void *)table_of(cudart),
           (void *)table_of(proof), table_of(proof)[1]);
    for (int i = 0; i < 16; i++)
        printf("%02x", (unsigned char)uuid.bytes[i]);
    printf(" %d %d %d %016llx%016llx\n", value[0], value[1], value[2],
           (unsigned long long)__builtin_bswap64(out[0]),
           (unsigned long long)__builtin_bswap64(out[1]));
}

int main(void) {
    OK(cuInit(0));
    sizes();
    unknown();
    storage();
    primary();
    libraries();
    for (unsigned version = 13000; version < 13003; version++)
        integrity(version);
    integrity(12082);
    return 0;
}
