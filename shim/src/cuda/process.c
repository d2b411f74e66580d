/* The life of the shim in one process: cuInit, the gate, forks, a second copy, the end.
 *
 * Decides what every entry is told before, during and after a session with the broker.
 * There is one session per process for as long as it lives: nothing is closed at exit,
 * since destructors of libraries still call the driver in any order; the broker sees the
 * socket's end. */
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <string.h>

#include "xs/shim.h"

xs_gate_state xs_gate_word;

static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static volatile CUresult lost_result;

/* ------------------------------------------------------------------ the gate */

/* Against lost_result: of one who opens and one who loses, the second sees the first. */
static void set_gate(xs_gate_state state) {
    __atomic_store_n(&xs_gate_word, state, __ATOMIC_SEQ_CST);
}

CUresult xs_gate_refusal(xs_needs needs) {
    if (needs == XS_NEEDS_NONE)
        return CUDA_SUCCESS;
    return xs_gate() == XS_GATE_LOST ? lost_result : CUDA_ERROR_NOT_INITIALIZED;
}

CUresult xs_no_context(void) {
    return xs_self.current ? CUDA_ERROR_CONTEXT_IS_DESTROYED : CUDA_ERROR_INVALID_CONTEXT;
}

CUresult xs_refuse(const char *name, int *said) {
    if (!__atomic_exchange_n(said, 1, __ATOMIC_RELAXED))
        xs_log(XS_LOG_WARN, "%s is not supported", name);
    return CUDA_ERROR_NOT_SUPPORTED;
}

/* The error that the status page gives for the end of the context; 0: none. */
static CUresult page_error(void) {
    const xs_status_header *header = xs_the_link.status;

    return header ? (CUresult)__atomic_load_n(&header->sticky_error, __ATOMIC_ACQUIRE) : 0;
}

CUresult xs_lose(CUresult result, const char *why) {
    CUresult expected = CUDA_SUCCESS, chosen = page_error();

    if (!chosen)
        chosen = result ? result : CUDA_ERROR_SYSTEM_NOT_READY;
    if (__atomic_compare_exchange_n(&lost_result, &expected, chosen, 0, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST)) {
        if (xs_gate() == XS_GATE_OPEN)
            set_gate(XS_GATE_LOST);
        xs_log(XS_LOG_WARN, "the session with the broker has ended%s%s: every call returns "
                            "error %d from now on", why ? ": " : "", why ? why : "", chosen);
        if (xs_session_now())
            xs_session_lose(xs_session_now());
    }
    return lost_result;
}

CUresult xs_result_of(xs_outcome outcome) {
    switch (outcome) {
    case XS_DONE:
        return CUDA_SUCCESS;
    case XS_LOST:
        return xs_lose(0, NULL);
    case XS_NO_MEMORY:
        return CUDA_ERROR_OUT_OF_MEMORY;
    case XS_TIMED_OUT:
        return CUDA_ERROR_TIMEOUT;
    default:
        return CUDA_ERROR_INVALID_VALUE;
    }
}

/* ------------------------------------------------------------------ start */

/* Connect. The caller holds `starting`. */
static CUresult connect_once(void) {
    CUresult result;

    if (lost_result)
        return lost_result;
    result = xs_link_open();
    return result ? result : lost_result; /* it may have ended already */
}

static CUresult start(void) {
    CUresult result = connect_once();

    if (!result && !xs_devices_count) {
        xs_log(XS_LOG_INFO, "CUDA_VISIBLE_DEVICES hides every device");
        result = CUDA_ERROR_NO_DEVICE;
    }
    if (!result)
        result = xs_contexts_start();
    if (!result)
        result = xs_work_start();
    if (!result) {
        xs_log(XS_LOG_INFO, "session %llu at %s: %s",
               (unsigned long long)xs_the_link.session_id, xs_link_path(),
               xs_devices[0].name);
        set_gate(XS_GATE_OPEN);
        if (__atomic_load_n(&lost_result, __ATOMIC_SEQ_CST))
            set_gate(XS_GATE_LOST);
    }
    return result;
}

CUresult xs_cuInit(unsigned int Flags) {
    CUresult result = CUDA_SUCCESS;

    if (Flags)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&starting);
    if (xs_gate() == XS_GATE_CLOSED)
        result = start();
    else if (xs_gate() != XS_GATE_OPEN)
        result = xs_gate_refusal(XS_NEEDS_INIT);
    pthread_mutex_unlock(&starting);
    return result;
}

/* Asked before cuInit too. Without a broker it is what the shim itself knows. */
CUresult xs_cuDriverGetVersion(int *driverVersion) {
    if (!driverVersion)
        return CUDA_ERROR_INVALID_VALUE;
    if (xs_gate() == XS_GATE_CLOSED) {
        pthread_mutex_lock(&starting);
        if (xs_gate() == XS_GATE_CLOSED)
            connect_once();
        pthread_mutex_unlock(&starting);
    }
    *driverVersion = xs_driver_version;
    return CUDA_SUCCESS;
}

/* ------------------------------------------------------------------ forks */

static void before_fork(void) {
    pthread_mutex_lock(&starting);
}

static void after_fork_in_parent(void) {
    pthread_mutex_unlock(&starting);
}

/* The session is the parent's: its socket, its threads and its memory are not used here. A
 * child of a process that never called cuInit may start afresh. */
static void after_fork_in_child(void) {
    pthread_mutex_init(&starting, NULL);
    if (xs_gate() == XS_GATE_OPEN || xs_gate() == XS_GATE_LOST)
        set_gate(XS_GATE_FORKED);
    xs_link_disown();
    xs_calls_disown();
    lost_result = 0;
}

/* ------------------------------------------------------------------ a second copy */

struct search {
    void *self;   /* base address of this copy */
    char found[4096];
};

/* Stops at this copy: only what was loaded before it counts. */
static int look_at(struct dl_phdr_info *info, size_t bytes, void *context) {
    struct search *search = context;
    const char *name = strrchr(info->dlpi_name, '/');

    if ((void *)info->dlpi_addr == search->self)
        return 1;
    if (name && !strncmp(name, "/libcuda.so", 11) &&
        strlen(info->dlpi_name) < sizeof search->found)
        strcpy(search->found, info->dlpi_name);
    return search->found[0] != 0;
}

/* UUID of our own export table: only another copy of the shim has it. */
static const CUuuid copy_table = {"xsched-copy-0001"};

static int is_shim(void *library) {
    CUresult (*ask)(const void **, const CUuuid *) =
        (CUresult (*)(const void **, const CUuuid *))dlsym(library, "cuGetExportTable");
    const void *table;

    return ask && ask(&table, &copy_table) == CUDA_SUCCESS;
}

static void find_twin(void) {
    struct search search = {0};
    Dl_info self;
    void *other;

    if (!dladdr(&xs_gate_word, &self))
        return;
    search.self = self.dli_fbase;
    dl_iterate_phdr(look_at, &search);
    if (!search.found[0])
        return;
    other = dlopen(search.found, RTLD_NOW | RTLD_NOLOAD);
    if (!other || !is_shim(other))
        return;
    for (unsigned i = 0; i < xs_answered_count; i++) {
        xs_twin[i] = dlsym(other, xs_answered[i].name);
        if (!xs_twin[i])
            return;
    }
    set_gate(XS_GATE_TWIN);
}

__attribute__((constructor)) static void loaded(void) {
    find_twin();
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}
