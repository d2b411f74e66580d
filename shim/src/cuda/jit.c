/* Options of the compiler; see xs/jit.h. Source: driver API, CUjit_option. */
#include "xs/jit.h"

#include <string.h>

enum { INFO_BUFFER = 3, INFO_SIZE = 4, ERROR_BUFFER = 5, ERROR_SIZE = 6, OPTIONS = 35 };

/* MAX_REGISTERS, THREADS_PER_BLOCK, OPTIMIZATION_LEVEL, GENERATE_DEBUG_INFO, LOG_VERBOSE,
 * GENERATE_LINE_INFO. The others are hints about targets and caches: the broker compiles for
 * its own device. */
static int travels(CUjit_option option) {
    return option == 0 || option == 1 || option == 7 || (option >= 11 && option <= 13);
}

CUresult xs_jit_read(xs_jit *jit, unsigned count, const CUjit_option *options, void **values) {
    *jit = (xs_jit){0};
    if (count && (!options || !values))
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned i = 0; i < count; i++) {
        if (options[i] < 0 || options[i] >= OPTIONS)
            return CUDA_ERROR_INVALID_VALUE;
        switch (options[i]) {
        case INFO_BUFFER:
            jit->info = values[i];
            break;
        case INFO_SIZE:
            jit->info_bytes = (uint32_t)(uintptr_t)values[i];
            jit->info_used = &values[i];
            break;
        case ERROR_BUFFER:
            jit->error = values[i];
            break;
        case ERROR_SIZE:
            jit->error_bytes = (uint32_t)(uintptr_t)values[i];
            jit->error_used = &values[i];
            break;
        default:
            if (!travels(options[i]) || jit->count == XS_JIT_PAIRS)
                break;
            jit->pairs[2 * jit->count] = (uint32_t)options[i];
            jit->pairs[2 * jit->count++ + 1] = (uint32_t)(uintptr_t)values[i];
        }
    }
    return CUDA_SUCCESS;
}

static void fill(char *buffer, uint32_t room, void **used, const uint8_t *words,
                 uint32_t bytes) {
    if (bytes >= room)
        bytes = room ? room - 1 : 0;
    if (buffer && room) {
        memcpy(buffer, words, bytes);
        buffer[bytes] = 0;
    }
    if (used)
        *used = (void *)(uintptr_t)bytes;
}

void xs_jit_tell(const xs_jit *jit, int refused, const uint8_t *words, uint32_t bytes) {
    fill(jit->error, jit->error_bytes, jit->error_used, words, refused ? bytes : 0);
    fill(jit->info, jit->info_bytes, jit->info_used, words, refused ? 0 : bytes);
}
