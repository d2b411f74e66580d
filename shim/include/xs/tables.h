/* The export tables and what answers in them. Used by the generated gen/export_tables.c.
 * Signatures are those of the callers: NVIDIA's libraries. */
#ifndef XS_TABLES_H
#define XS_TABLES_H

#include "xs/entry.h"

/* A slot that is not answered. */
#define XS_SLOT(table, slot)                                                         \
    static CUresult slot_##table##_##slot(void) {                                    \
        static int said;                                                             \
        return xs_refuse("export table " #table "[" #slot "]", &said);               \
    }

typedef struct xs_export {
    unsigned char uuid[16];
    const void *const *table;
} xs_export;
extern const xs_export xs_exports[];
extern const unsigned xs_exports_count;
extern const void *const xs_CUDART_INTERFACE[];
extern const void *const xs_INTEGRITY_CHECK[];

/* ------------------------------------------------------------------ tables.c */
CUresult xs_table_nothing(void);
CUresult xs_table_unavailable(void);
CUresult xs_table_module_load(CUmodule *module, const void *wrapper);
CUresult xs_table_module_load_with(CUmodule *module, const void *wrapper, void *a, void *b,
                                   unsigned c);
CUresult xs_table_module_load_header(const void *header, CUmodule *module, void *a, void *b,
                                     unsigned c);
/* The handle of a primary context, which need not be active. */
CUresult xs_table_primary_context(CUcontext *context, CUdevice device);
void xs_table_tool_flags(void **flags, size_t *count);
void xs_table_tool_flags_few(void **flags, size_t *count);
CUresult xs_table_thread_context(void **context);
CUresult xs_table_context_check(CUcontext context, unsigned *state, const void **more);
CUresult xs_table_context_flag(void *context, uint64_t *flag);
CUresult xs_table_object_flag(void *context, void *object, uint64_t *flag);
CUresult xs_table_stream_object(void *context, CUstream stream, void **object);

/* visit: gets each function of the module. Answers 1, or 0 where they cannot be told. */
typedef void (*xs_function_visit)(void *opaque, CUfunction function, uint64_t unused);
int xs_table_module_functions(CUcontext context, CUmodule module, xs_function_visit visit,
                              void *opaque);

/* ------------------------------------------------------------------ storage.c */
typedef void (*xs_storage_end)(CUcontext context, void *key, void *value);
CUresult xs_storage_put(CUcontext context, void *key, void *value, xs_storage_end end);
CUresult xs_storage_delete(CUcontext context, void *key);
CUresult xs_storage_get(void **value, CUcontext context, void *key);

/* ------------------------------------------------------------------ integrity.c */
/* version: of the cudart that asks. out: 16 bytes. */
CUresult xs_integrity_answer(unsigned version, uint64_t unix_seconds, uint64_t out[2]);
/* HMAC with MD2 (RFC 1319) and blocks of 16 bytes; out: 16 bytes. */
void xs_hmac_md2(const unsigned char key[16], const void *message, size_t bytes,
                 unsigned char out[16]);

#endif
