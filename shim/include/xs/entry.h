/* What stands between an exported function and its implementation.
 *
 * Decides what is checked before an implementation runs. Used by the generated
 * gen/cuda_entries.c and by process.c, which owns the gate. On the hot path: one load and
 * one comparison. */
#ifndef XS_ENTRY_H
#define XS_ENTRY_H

#include "xs/cuda_abi.h"
#include "xs/log.h"
#include "xs/thread.h"

#define XS_EXPORT __attribute__((visibility("default")))
#define XS_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Where this copy of the library stands. */
typedef enum xs_gate_state {
    XS_GATE_CLOSED, /* before cuInit */
    XS_GATE_OPEN,
    XS_GATE_LOST,   /* no broker or no context any more; every call says so */
    XS_GATE_FORKED, /* the child of a process that had called cuInit */
    XS_GATE_TWIN,   /* another copy in this process was first: xs_twin has its functions */
} xs_gate_state;

extern xs_gate_state xs_gate_word __attribute__((visibility("hidden")));

/* What the gate hides (devices, contexts, the session) was written before it opened. */
static inline xs_gate_state xs_gate(void) {
    return __atomic_load_n(&xs_gate_word, __ATOMIC_ACQUIRE);
}

typedef enum xs_needs { XS_NEEDS_NONE, XS_NEEDS_INIT, XS_NEEDS_CONTEXT } xs_needs;

/* Why an entry with these needs may not run now; 0: it may. The gate is not open. */
CUresult xs_gate_refusal(xs_needs needs);

/* The calling thread has no usable context: which error that is. */
CUresult xs_no_context(void);

/* Stream 0 of an entry's per-thread form. */
static inline CUstream xs_per_thread(CUstream stream) {
    return stream ? stream : CU_STREAM_PER_THREAD;
}

/* Log the name once, return CUDA_ERROR_NOT_SUPPORTED. *said: the entry's own flag. */
CUresult xs_refuse(const char *name, int *said) __attribute__((cold));

/* An entry that is not answered. The caller passes what it likes: nothing is read. */
#define XS_REFUSED(name)                                                             \
    XS_EXPORT CUresult name(void) {                                                  \
        static int said;                                                             \
        return xs_refuse(#name, &said);                                              \
    }

/* Generated tables. xs_answered[i] and xs_twin[i] are the same entry. */
typedef struct xs_symbol {
    const char *name;
    void *address;
} xs_symbol;
extern const xs_symbol xs_answered[] __attribute__((visibility("hidden")));
extern const unsigned xs_answered_count __attribute__((visibility("hidden")));
extern void *xs_twin[] __attribute__((visibility("hidden")));

/* What cuGetProcAddress knows, sorted by name, per_thread, since. */
typedef struct xs_map_row {
    const char *name;
    int per_thread;
    int since;
    void *address;
} xs_map_row;
extern const xs_map_row xs_map[];
extern const unsigned xs_map_count;

#endif
