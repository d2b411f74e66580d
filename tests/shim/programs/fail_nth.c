/* Preloaded: lets the Nth call of one function fail, when it comes from the shim.
 *
 * FAIL_FUNCTION, FAIL_NTH (from 1), FAIL_ERRNO (0: end of file, or the natural one).
 * Writes one byte to FAIL_MARK when a call was failed, so that a test knows when it has
 * tried them all. Calls from elsewhere pass. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static int due(const char *function, const void *caller) {
    static int calls;
    const char *wanted = getenv("FAIL_FUNCTION"), *mark = getenv("FAIL_MARK");
    Dl_info from;

    if (!wanted || strcmp(wanted, function) || !dladdr(caller, &from))
        return 0;
    if (!strstr(from.dli_fname, "libcuda.so.1"))
        return 0;
    if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) != atoi(getenv("FAIL_NTH")))
        return 0;
    int fd = open(mark, O_WRONLY | O_CREAT, 0600);
    (void)!write(fd, "x", 1);
    close(fd);
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define DUE(name) due(#name, __builtin_return_address(0))

static int problem(int otherwise) {
    const char *text = getenv("FAIL_ERRNO");

    return text ? atoi(text) : otherwise;
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

void *malloc(size_t bytes) {
    static __thread int inside;
    void *at = NULL;

    if (inside++ || !DUE(malloc))
        at = __libc_malloc(bytes);
    else
        errno = ENOMEM;
    inside--;
    return at;
}

void *calloc(size_t count, size_t bytes) {
    static __thread int inside;
    void *at = NULL;

    if (inside++ || !DUE(calloc))
        at = __libc_calloc(count, bytes);
    else
        errno = ENOMEM;
    inside--;
    return at;
}

void *realloc(void *old, size_t bytes) {
    static __thread int inside;
    void *at = NULL;

    if (inside++ || !DUE(realloc))
        at = __libc_realloc(old, bytes);
    else
        errno = ENOMEM;
    inside--;
    return at;
}

void *mmap(void *at, size_t bytes, int protection, int flags, int fd, off_t offset) {
    if (DUE(mmap)) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return REAL(mmap)(at, bytes, protection, flags, fd, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                   void *(*run)(void *), void *argument) {
    if (DUE(pthread_create))
        return EAGAIN;
    return REAL(pthread_create)(thread, attributes, run, argument);
}

int socket(int domain, int type, int protocol) {
    if (DUE(socket)) {
        errno = EMFILE;
        return -1;
    }
    return REAL(socket)(domain, type, protocol);
}

ssize_t send(int fd, const void *data, size_t bytes, int flags) {
    if (DUE(send)) {
        errno = problem(EPIPE);
        return -1;
    }
    return REAL(send)(fd, data, bytes, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (DUE(sendmsg)) {
        errno = problem(EPIPE);
        return -1;
    }
    return REAL(sendmsg)(fd, message, flags);
}

ssize_t recv(int fd, void *data, size_t bytes, int flags) {
    if (DUE(recv)) {
        errno = problem(0);
        return errno ? -1 : 0;
    }
    return REAL(recv)(fd, data, bytes, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
    if (DUE(recvmsg)) {
        errno = problem(0);
        return errno ? -1 : 0;
    }
    return REAL(recvmsg)(fd, message, flags);
}
