/* The life of a process that uses the shim: forks, threads, loads, its end and the broker's.
 * The first argument names the story. The library is loaded by dlopen where that matters. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static int wait_for(pid_t child) {
    int status;

    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* A child sees a driver that was never initialised, and the parent's session goes on. */
static void forks(void) {
    int device = -1, count = -1;
    CUcontext context = start();

    for (int round = 0; round < 3; round++) {
        pid_t child = fork();
        if (!child) {
            EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuCtxGetDevice(&device));
            EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuDeviceGetCount(&count));
            EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuInit(0));
            EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuCtxSetCurrent(context));
            OK(cuDriverGetVersion(&count));
            _exit(42);
        }
        CHECK(wait_for(child) == 42);
        OK(cuCtxGetDevice(&device));
    }
}

/* Of a process that has asked for the version only, a child may start afresh. */
static void forks_early(void) {
    int version;
    pid_t child;

    OK(cuDriverGetVersion(&version));
    child = fork();
    if (!child) {
        int count;
        start();
        OK(cuDeviceGetCount(&count));
        CHECK(count == 1);
        exit(42);
    }
    CHECK(wait_for(child) == 42);
    start();
}

/* Shared memory of the session is not in a child: neither seen nor unmapped by it. */
static void arenas(void) {
    char line[512];
    int found = 0;
    pid_t child;

    start();
    child = fork();
    if (!child) {
        FILE *maps = fopen("/proc/self/maps", "r");
        while (fgets(line, sizeof line, maps))
            CHECK(!strstr(line, "xsched-"));
        _exit(42);
    }
    CHECK(wait_for(child) == 42);
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps))
        found += strstr(line, "xsched-") != NULL;
    CHECK(found == 3);
}

static void execs(const char *self) {
    start();
    execl(self, self, "simple", (char *)0);
    CHECK(!"exec");
}

static void *use(void *nothing) {
    size_t free_bytes, total_bytes;
    int device;
    CUcontext context;

    for (int i = 0; i < 200; i++) {
        OK(cuInit(0));
        OK(cuDevicePrimaryCtxRetain(&context, 0));
        OK(cuCtxPushCurrent_v2(context));
        OK(cuCtxPushCurrent_v2(context));
        OK(cuCtxGetDevice(&device));
        if (i % 8 == 0) /* replies find their callers */
            OK(cuMemGetInfo_v2(&free_bytes, &total_bytes));
        OK(cuCtxPopCurrent_v2(&context));
        OK(cuDevicePrimaryCtxRelease_v2(0));
    }
    return nothing;
}

static void threads(void) {
    pthread_t made[16];

    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 16; i++)
            CHECK(!pthread_create(&made[i], NULL, use, NULL));
        for (int i = 0; i < 16; i++)
            CHECK(!pthread_join(made[i], NULL));
    }
}

static void *library(const char *path) {
    void *at = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (!at)
        fprintf(stderr, "%s\n", dlerror());
    CHECK(at);
    return at;
}

#define CALL(at, name) ((CUresult (*)())dlsym(at, name))

/* The library stays when it is closed: threads of it run. */
static void closes(const char *path) {
    int count = 0;
    void *at;

    for (int i = 0; i < 5; i++) {
        at = library(path);
        OK(CALL(at, "cuInit")(0));
        OK(CALL(at, "cuDeviceGetCount")(&count));
        CHECK(count == 1);
        CHECK(!dlclose(at));
    }
}

/* Two files of one library in a process: one session, one set of contexts. */
static void twins(const char *path, const char *copy) {
    void *first = library(path), *second = library(copy);
    CUcontext context, seen = NULL;
    const void *tables[2];
    CUuuid id;
    void *address = NULL;
    int device = -1;

    memcpy(id.bytes, "\x6b\xd5\xfb\x6c\x5b\xf4\xe7\x4a\x89\x87\xd9\x39\x12\xfd\x9d\xf9", 16);
    CHECK(first != second);
    CHECK(dlsym(first, "cuInit") != dlsym(second, "cuInit"));
    OK(CALL(second, "cuInit")(0));
    OK(CALL(first, "cuDevicePrimaryCtxRetain")(&context, 0));
    OK(CALL(first, "cuCtxSetCurrent")(context));
    OK(CALL(second, "cuCtxGetCurrent")(&seen));
    CHECK(seen == context);
    OK(CALL(second, "cuCtxGetDevice")(&device));
    OK(CALL(first, "cuGetExportTable")(&tables[0], &id));
    OK(CALL(second, "cuGetExportTable")(&tables[1], &id));
    CHECK(tables[0] == tables[1]);
    OK(CALL(second, "cuGetProcAddress")("cuInit", &address, 13000, (uint64_t)0));
    CHECK(address == dlsym(first, "cuInit"));
}

static void at_exit_calls(void) {
    CUcontext context;

    OK(cuCtxGetCurrent(&context));
    OK(cuDevicePrimaryCtxRelease_v2(0));
}

__attribute__((destructor)) static void destructor(void) {
    int version;

    OK(cuDriverGetVersion(&version));
}

static void *sleeps(void *nothing) {
    pause();
    return nothing;
}

static void exits(void) {
    pthread_t thread;

    start();
    atexit(at_exit_calls);
    CHECK(!pthread_create(&thread, NULL, sleeps, NULL));
}

static void on_signal(int number) {
    (void)number;
}

/* Signals of the program arrive in its own threads, not in the library's. */
static void signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t set;
    int got;

    start();
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    CHECK(!sigwait(&set, &got) && got == SIGUSR1);
}

/* Nothing is written into the session's socket by a program that closed its streams. */
static void streams(void) {
    int device;

    close(0);
    close(1);
    start();
    CHECK(open("/dev/null", O_RDONLY) == 0);
    CHECK(open("/dev/null", O_WRONLY) == 1);
    CHECK(write(1, "hello", 5) == 5);
    OK(cuCtxGetDevice(&device));
}

static pthread_barrier_t asked; /* by all, and answered */

static void *asks(void *context) {
    CUresult result;
    size_t bytes;

    OK(cuCtxSetCurrent(context));
    OK(result = cuMemGetInfo_v2(&bytes, &bytes));
    pthread_barrier_wait(&asked);
    while (!result)
        result = cuMemGetInfo_v2(&bytes, &bytes);
    CHECK(result == CUDA_ERROR_SYSTEM_NOT_READY);
    return NULL;
}

/* The broker dies while threads wait for its answers. */
static void asking(void) {
    CUcontext context = start();
    pthread_t made[4];

    CHECK(!pthread_barrier_init(&asked, NULL, 5));
    for (int i = 0; i < 4; i++)
        CHECK(!pthread_create(&made[i], NULL, asks, context));
    pthread_barrier_wait(&asked);
    printf("ready\n");
    fflush(stdout);
    for (int i = 0; i < 4; i++)
        CHECK(!pthread_join(made[i], NULL));
}

/* Says that it is ready, and waits until the test has killed the broker. */
static void lost(void) {
    CUcontext context = start();
    int device, sticky = 0;
    size_t bytes;
    char line[8];
    const char *text;

    printf("ready\n");
    fflush(stdout);
    CHECK(fgets(line, sizeof line, stdin));
    for (int i = 0; i < 20000 && !sticky; i++) { /* the end is noticed by itself */
        sticky = cuCtxGetDevice(&device);
        usleep(1000);
    }
    CHECK(sticky == CUDA_ERROR_SYSTEM_NOT_READY);
    EXPECT(sticky, cuInit(0));
    EXPECT(sticky, cuCtxGetCurrent(&context));
    EXPECT(sticky, cuCtxSetCurrent(context));
    EXPECT(sticky, cuDevicePrimaryCtxRetain(&context, 0));
    EXPECT(sticky, cuDeviceGetCount(&device));
    EXPECT(sticky, cuMemGetInfo_v2(&bytes, &bytes));
    EXPECT(sticky, cuDevicePrimaryCtxRelease_v2(0));
    OK(cuGetErrorString(sticky, &text));
    OK(cuDriverGetVersion(&device));
}

static void absent(void) {
    int count = 5;

    for (int i = 0; i < 3; i++)
        EXPECT(CUDA_ERROR_NO_DEVICE, cuInit(0));
    EXPECT(CUDA_ERROR_NOT_INITIALIZED, cuDeviceGetCount(&count));
    OK(cuDriverGetVersion(&count));
    CHECK(count == 13000);
}

int main(int count, char **arguments) {
    const char *story = arguments[1];

    CHECK(count > 1);
    if (!strcmp(story, "forks"))
        forks();
    else if (!strcmp(story, "forks_early"))
        forks_early();
    else if (!strcmp(story, "arenas"))
        arenas();
    else if (!strcmp(story, "execs"))
        execs(arguments[0]);
    else if (!strcmp(story, "simple"))
        start();
    else if (!strcmp(story, "threads"))
        threads();
    else if (!strcmp(story, "closes"))
        closes(arguments[2]);
    else if (!strcmp(story, "twins"))
        twins(arguments[2], arguments[3]);
    else if (!strcmp(story, "exits"))
        exits();
    else if (!strcmp(story, "signals"))
        signals();
    else if (!strcmp(story, "streams"))
        streams();
    else if (!strcmp(story, "lost"))
        lost();
    else if (!strcmp(story, "asking"))
        asking();
    else if (!strcmp(story, "absent"))
        absent();
    else
        CHECK(!"a story");
    return 0;
}
