/* Copies and fills beside each other: how large a piece is, how many are on one engine.
 *
 * Decides the size of the next piece and whether the session's share of a copy engine has
 * room for it. Stream priority does nothing for a copy between host and device, and an engine
 * takes its copies in the order they come: what lies on it is what the next tenant waits for.
 * So a class that is not the highest present has pieces of an estimated 75 us at most and two of
 * them out, however far its window reaches, and a second stream of the same session does not put
 * another pile on the same engine: streams take turns.
 * Each piece costs the engine some 2.4 us (H100: 256 MiB in pieces of 4 MiB take 1.032 times
 * what one copy takes), so where nobody waits for the engine they are as large as registration
 * lets them be.
 * It must never know how a piece is issued. Called by worker_issue.c before and after it, and
 * by worker_flights.c when a piece is over. */
#include "broker/device/worker_private.h"

enum {
    PIECE_NS = 75000,
    ENGINE_NS = 2 * PIECE_NS,      /* of copies out that a more urgent one may wait behind */
    HOST_PIECE_BYTES = 4 << 20,    /* registered so: a driver copy may not cross its end, */
    HOST_BLOCK_BYTES = XW_HOST_BLOCK_BYTES, /* but where a whole block was registered at once */
    WINDOW_PIECES = 4,             /* of a window at least, if a piece is to be a block */
    DEVICE_PIECE_BYTES = 64 << 20,
    BYTES_MIN = 1 << 20,           /* below, the cost of a piece shows in the bandwidth */
};

/* No session of a more urgent class is here, nor one that could preempt it elsewhere. */
static int is_highest(const xw_worker *worker, const xw_session *session) {
    uint32_t class_ = atomic_load_explicit(&session->class_, memory_order_relaxed);
    int32_t armed = atomic_load_explicit(&worker->floor->armed_class, memory_order_relaxed);
    if (armed >= 0 && class_ > (uint32_t)armed) return 0;
    for (uint32_t i = 0; i < worker->order_count; i++)
        if (atomic_load_explicit(&worker->order[i]->class_, memory_order_relaxed) < class_)
            return 0;
    return 1;
}

/* [loop] One call registered [offset, offset + bytes) of the arena. -1: it is no block. */
int xw_host_block_add(xw_session *session, uint64_t offset, uint64_t bytes) {
    uint64_t block = offset / HOST_BLOCK_BYTES;
    if (offset % HOST_BLOCK_BYTES || bytes != HOST_BLOCK_BYTES || block >= XW_HOST_BLOCKS_MAX)
        return -1;
    atomic_fetch_or(&session->host_blocks[block / 64], (uint64_t)1 << block % 64);
    return 0;
}

/* Bytes from there to the end of what one call registered. */
uint64_t xw_registered_room(const xw_session *session, uint64_t offset) {
    uint64_t block = offset / HOST_BLOCK_BYTES;
    int whole = block < XW_HOST_BLOCKS_MAX &&
                atomic_load_explicit(&session->host_blocks[block / 64], memory_order_relaxed) >>
                        block % 64 & 1;
    return whole ? HOST_BLOCK_BYTES - offset % HOST_BLOCK_BYTES
                 : HOST_PIECE_BYTES - offset % HOST_PIECE_BYTES;
}

/* Bytes that a piece of the highest class has at most. Where its window is short, somebody
 * of its own class may want to come between two pieces. */
static uint64_t largest(const xw_worker *worker, const xw_session *session, int kind) {
    double block_ns = HOST_BLOCK_BYTES * worker->copy_ns_per_byte[kind];
    uint64_t window_ns = session->grant.window_ns;
    if (kind == XS_COPY_D2D) return DEVICE_PIECE_BYTES;
    int fits = window_ns == 0 || WINDOW_PIECES * block_ns <= (double)window_ns;
    return fits ? HOST_BLOCK_BYTES : HOST_PIECE_BYTES;
}

/* Bytes of the next piece, 1..left. offset: of its host side in the session's arena. */
uint64_t xw_piece_bytes(const xw_worker *worker, const xw_session *session, int kind,
                        uint64_t offset, uint64_t left) {
    uint64_t bytes = largest(worker, session, kind);
    if (!is_highest(worker, session)) {
        if (kind != XS_COPY_D2D) bytes = HOST_PIECE_BYTES;
        double fitting = PIECE_NS / worker->copy_ns_per_byte[kind];
        if (fitting < (double)bytes) bytes = (uint64_t)fitting;
        bytes -= bytes % BYTES_MIN;
        if (bytes < BYTES_MIN) bytes = BYTES_MIN;
    }
    if (kind != XS_COPY_D2D) {
        uint64_t room = xw_registered_room(session, offset);
        if (bytes > room) bytes = room;
    }
    return bytes < left ? bytes : left;
}

/* Is there room on the engine of this kind of copy for one more piece of the session? One
 * stream may have pieces there at a time, as many as fill the window; while another stream
 * of the session waits for the engine it gets no further one. */
int xw_engine_allows(xw_session *session, xw_stream *stream, int kind, uint64_t estimate_ns,
                     uint64_t now_ns) {
    xw_engine *engine = &session->engines[kind];
    const xw_worker *worker = session->worker;
    if (session->grant.window_ns == 0 || session->window_open) return 1;
    if (engine->pieces == 0) {
        uint32_t next = engine->next;
        engine->next = 0;
        if (next == 0 || next == stream->line + 1u) return 1;
        /* It is the other's turn, now or never: what blocks it may be something else. */
        stream->refill_ns = now_ns + PIECE_NS;
        return 0;
    }
    int own = engine->line == stream->line && engine->next == 0;
    uint64_t most_ns = session->grant.window_ns < ENGINE_NS ? session->grant.window_ns : ENGINE_NS;
    if (own && (engine->ns + estimate_ns <= most_ns || is_highest(worker, session))) return 1;
    if (engine->line != stream->line && engine->next == 0) engine->next = stream->line + 1u;
    stream->refill_ns = now_ns + (engine->ns ? engine->ns : PIECE_NS);
    return 0;
}

void xw_engine_issued(xw_session *session, const xw_stream *stream, int kind,
                      uint64_t estimate_ns) {
    xw_engine *engine = &session->engines[kind];
    engine->line = stream->line;
    engine->ns += estimate_ns;
    engine->pieces++;
}

/* flight: a copy or a fill that is over. */
void xw_engine_retired(xw_session *session, const xw_flight *flight) {
    xw_engine *engine = &session->engines[flight->event_index];
    engine->ns -= flight->estimate_ns;
    engine->pieces--;
}
