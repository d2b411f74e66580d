/* Included before everything in the stand-ins: bind functions that glibc moved between its
 * libraries (2.32 to 2.34) by their first version, so that what is built on a new system
 * runs on glibc 2.28. The link names libpthread and libdl for the old ones. */
#ifndef XS_GLIBC_H
#define XS_GLIBC_H

#if defined(__x86_64__) && defined(__linux__)
#define XS_FIRST(name) __asm__(".symver " #name ", " #name "@GLIBC_2.2.5")
#elif defined(__aarch64__) && defined(__linux__)
#define XS_FIRST(name) __asm__(".symver " #name ", " #name "@GLIBC_2.17")
#else
#define XS_FIRST(name) _Static_assert(1, "the newest version")
#endif

XS_FIRST(dladdr);
XS_FIRST(dlclose);
XS_FIRST(dlopen);
XS_FIRST(dlsym);
XS_FIRST(pthread_attr_setstacksize);
XS_FIRST(pthread_create);
XS_FIRST(pthread_detach);
XS_FIRST(pthread_join);
XS_FIRST(pthread_key_create);
XS_FIRST(pthread_mutexattr_destroy);
XS_FIRST(pthread_mutexattr_init);
XS_FIRST(pthread_mutexattr_settype);
XS_FIRST(pthread_once);
XS_FIRST(pthread_setspecific);
XS_FIRST(pthread_sigmask);

#endif
