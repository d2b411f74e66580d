/* A copy from memory that the program has protected, and lays open in a handler of SIGSEGV:
 * as on the caller's thread, so on a helper's. Built and run by test_bulk.py.
 *
 * The caller stays in its handler until a helper has met a protected page, too, so that
 * both have where there is a helper (two processors). */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "xs/work.h"

#define BYTES (4u << 20)
#define PATIENCE_TURNS 100000 /* of 100 us */

static long caller;
static size_t page_bytes;
static int alone, elsewhere;

static void lay_open(int number, siginfo_t *about, void *nothing) {
    char *page = (char *)((uintptr_t)about->si_addr & ~(page_bytes - 1));

    (void)number;
    (void)nothing;
    if (mprotect(page, page_bytes, PROT_READ | PROT_WRITE))
        _exit(3);
    if (syscall(SYS_gettid) != caller)
        __atomic_store_n(&elsewhere, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; !alone && !__atomic_load_n(&elsewhere, __ATOMIC_SEQ_CST); i++) {
        if (i == PATIENCE_TURNS)
            _exit(4);
        usleep(100);
    }
}

int main(void) {
    struct sigaction action = {.sa_sigaction = lay_open, .sa_flags = SA_SIGINFO};
    unsigned char *from, *to;
    cpu_set_t set;

    caller = syscall(SYS_gettid);
    page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    alone = sched_getaffinity(0, sizeof set, &set) || CPU_COUNT(&set) < 2;
    from = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    to = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (from == MAP_FAILED || to == MAP_FAILED)
        return 2;
    memset(from, 7, BYTES);
    sigaction(SIGSEGV, &action, NULL);
    if (mprotect(from, BYTES, PROT_NONE))
        return 2;
    xs_bulk_copy(to, from, BYTES);
    printf("%s\n", memcmp(to, from, BYTES) ? "differs" : "equal");
    return 0;
}
