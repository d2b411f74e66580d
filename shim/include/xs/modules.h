/* What modules.c offers to libraries.c. */
#ifndef XS_MODULES_H
#define XS_MODULES_H

#include <stdlib.h>

#include "xs/work.h"

typedef struct xs_variable {
    struct xs_variable *next;
    char *name;
    uint64_t address, bytes;
} xs_variable;

typedef struct xs_library {
    xs_object object;
    xs_module *module;
} xs_library;

/* Load what pointer or the file holds; options as the program passed them. */
CUresult xs_module_load(xs_module **made, const void *pointer, unsigned count,
                        const CUjit_option *options, void **values);
CUresult xs_module_load_file(xs_module **made, const char *path, unsigned count,
                             const CUjit_option *options, void **values);
/* The module, its functions and its variables are no more, whatever the result. */
CUresult xs_module_unload(xs_module *module);
/* module may be NULL in all below: INVALID_HANDLE. */
CUresult xs_module_function(xs_module *module, const char *name, xs_function **found);
CUresult xs_module_count(xs_module *module, unsigned *count);
CUresult xs_module_enumerate(xs_module *module, xs_function **out, unsigned room);
CUresult xs_module_variable(xs_module *module, CUdeviceptr *address, size_t *bytes,
                            const char *name);

#endif
