/* The host arena: memory of this process that the device reaches at the same address.
 *
 * Decides where pinned memory and the bytes of calls lie. Free parts are kept in a list by
 * address; what was handed out has its size in a table. Pieces of 4 MiB are registered with
 * the broker the first time they are needed and stay so. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/work.h"

#define PIECE_BYTES (4ull << 20)
#define UNIT_BYTES 512ull
#define PIECES_MAX 65536

typedef struct part {
    struct part *next;
    uint64_t offset, bytes;
} part;

static struct {
    pthread_mutex_t lock;
    part *free, *used; /* free: by offset */
    int started;
    uint64_t registered[PIECES_MAX / 64];
} arena = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int start(void) {
    if (arena.started)
        return 1;
    arena.free = malloc(sizeof *arena.free);
    if (!arena.free)
        return 0;
    *arena.free = (part){.offset = 0, .bytes = xs_the_link.arena_bytes};
    arena.started = 1;
    return 1;
}

/* First fit. Lock held. */
static part *take(uint64_t bytes) {
    for (part **at = &arena.free; *at; at = &(*at)->next) {
        part *whole = *at, *taken;
        if (whole->bytes < bytes)
            continue;
        if (whole->bytes == bytes) {
            *at = whole->next;
            taken = whole;
        } else {
            taken = malloc(sizeof *taken);
            if (!taken)
                return NULL;
            *taken = (part){.offset = whole->offset, .bytes = bytes};
            whole->offset += bytes;
            whole->bytes -= bytes;
        }
        taken->next = arena.used;
        arena.used = taken;
        return taken;
    }
    return NULL;
}

/* Lock held. */
static void give(part *gone) {
    part **at = &arena.free, *before = NULL;

    while (*at && (*at)->offset < gone->offset) {
        before = *at;
        at = &(*at)->next;
    }
    gone->next = *at;
    *at = gone;
    if (gone->next && gone->offset + gone->bytes == gone->next->offset) {
        part *next = gone->next;
        gone->bytes += next->bytes;
        gone->next = next->next;
        free(next);
    }
    if (before && before->offset + before->bytes == gone->offset) {
        before->bytes += gone->bytes;
        before->next = gone->next;
        free(gone);
    }
}

static int is_registered(uint64_t piece) {
    return (int)(arena.registered[piece / 64] >> piece % 64 & 1);
}

static CUresult register_pieces(uint64_t first, uint64_t last) {
    xs_message request = {.kind = XS_MSG_HOST_REGISTER};
    CUresult result;

    request.u.host_register.host_offset = first * PIECE_BYTES;
    request.u.host_register.bytes = (last - first) * PIECE_BYTES;
    result = xs_call_done(&request);
    for (uint64_t piece = first; piece < last && !result; piece++)
        arena.registered[piece / 64] |= 1ull << piece % 64;
    return result;
}

/* Lock held: two threads must not register the same piece. */
static CUresult ensure_registered(const part *taken) {
    uint64_t piece = taken->offset / PIECE_BYTES;
    uint64_t end = (taken->offset + taken->bytes + PIECE_BYTES - 1) / PIECE_BYTES;

    while (piece < end) {
        uint64_t last = piece;
        CUresult result;
        if (is_registered(piece)) {
            piece++;
            continue;
        }
        while (last < end && !is_registered(last))
            last++;
        result = register_pieces(piece, last);
        if (result)
            return result;
        piece = last;
    }
    return CUDA_SUCCESS;
}

void *xs_arena_take(uint64_t bytes, int plain) {
    part *taken = NULL;

    if (!bytes || bytes > xs_the_link.arena_bytes)
        return NULL;
    bytes = (bytes + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
    if (bytes >= 4096)
        bytes = (bytes + 4095) / 4096 * 4096;
    pthread_mutex_lock(&arena.lock);
    if (start())
        taken = take(bytes);
    if (taken && !plain && ensure_registered(taken)) {
        arena.used = taken->next;
        give(taken);
        taken = NULL;
    }
    pthread_mutex_unlock(&arena.lock);
    return taken ? xs_the_link.arena + taken->offset : NULL;
}

void xs_arena_give(void *at) {
    uint64_t offset = xs_arena_offset(at);

    pthread_mutex_lock(&arena.lock);
    for (part **one = &arena.used; *one; one = &(*one)->next) {
        part *gone = *one;
        if (gone->offset != offset)
            continue;
        *one = gone->next;
        give(gone);
        break;
    }
    pthread_mutex_unlock(&arena.lock);
}
