/* How time passes on the emulated GPU.
 *
 * Decides the order and the times at which operations start and end: streams in order,
 * blocks of kernels placed by level and then by arrival, copy engines one copy at a time.
 * Must never know who issued what, or why. emulator.c calls it with the mutex held. */
#include <stdio.h>
#include <string.h>

#include "broker/device/emulated/internal.h"

/* A block takes at least this long, even if it does nothing: that many are started per
 * time. And a place on an SM is looked at again at most this often, so that a grid of a
 * million tiny blocks does not cost a million steps. */
#define BLOCK_NS_MIN 100
#define CHUNK_NS_MIN 500
#define KERNEL_NS_MIN 1000
#define BLOCK_NS_MAX (UINT64_C(1) << 62)
/* Kernels that have blocks on the device at one time. */
#define RESIDENT_MAX 128

enum { DUE_READY, DUE_CHUNK, DUE_COPY };

static void *must(void *pointer) {
    if (!pointer) {
        fputs("emulated device: out of memory\n", stderr);
        abort();
    }
    return pointer;
}

static void due_at(xs_emulator *em, uint64_t at_ns, uint32_t what, void *subject) {
    if (xs_agenda_add(&em->agenda, at_ns, what, subject)) must(NULL);
}

static void tell(xs_emulator *em, uint64_t t, xs_story_what what, const xs_op *op,
                 uint64_t value) {
    if (!em->telling) return;
    if (em->story_count == em->story_capacity) {
        em->story_capacity = em->story_capacity ? em->story_capacity * 2 : 1024;
        em->story = must(realloc(em->story, em->story_capacity * sizeof *em->story));
    }
    const char *kernel = op->kind == XS_DO_KERNEL ? op->u.kernel.call.kernel->name : NULL;
    em->story[em->story_count++] =
        (xs_story_line){t, what, op->stream->number, kernel, value};
}

static void fault(xs_emulator *em, uint64_t t, const xs_op *op, int result) {
    if (em->fault) return;
    em->fault = result;
    tell(em, t, XS_STORY_FAULT, op, (uint64_t)result);
}

/* ---- queues and lists */

static void queue_add(xs_queue *queue, xs_op *op) {
    op->queue_next = NULL;
    if (queue->tail) queue->tail->queue_next = op;
    else queue->head = op;
    queue->tail = op;
}

static xs_op *queue_take(xs_queue *queue) {
    xs_op *op = queue->head;
    queue->head = op->queue_next;
    if (!queue->head) queue->tail = NULL;
    return op;
}

static void waiters_add(xs_stream **list, xs_stream *stream) {
    while (*list) list = &(*list)->next_waiter;
    stream->next_waiter = NULL;
    *list = stream;
}

static void make_runnable(xs_emulator *em, xs_stream *stream) {
    stream->busy = 0;
    if (stream->runnable) return;
    stream->runnable = 1;
    stream->next_runnable = NULL;
    if (em->runnable_tail) em->runnable_tail->next_runnable = stream;
    else em->runnable_head = stream;
    em->runnable_tail = stream;
}

static xs_stream *take_runnable(xs_emulator *em) {
    xs_stream *stream = em->runnable_head;
    if (!stream) return NULL;
    em->runnable_head = stream->next_runnable;
    if (!em->runnable_head) em->runnable_tail = NULL;
    stream->runnable = 0;
    return stream;
}

xs_ticket *xs_ticket_keep(xs_ticket *ticket) {
    ticket->references++;
    return ticket;
}

void xs_ticket_drop(xs_emulator *em, xs_ticket *ticket) {
    if (!--ticket->references) xs_pool_give(&em->tickets, ticket);
}

static void op_free(xs_emulator *em, xs_op *op) {
    if (op->kind == XS_DO_KERNEL) free(op->u.kernel.params_heap);
    if (op->kind == XS_DO_RECORD || op->kind == XS_DO_WAIT) xs_ticket_drop(em, op->u.ticket);
    xs_pool_give(&em->ops, op);
}

static void pop_head(xs_emulator *em, xs_stream *stream) {
    xs_op *op = stream->head;
    stream->head = op->next;
    if (!stream->head) stream->tail = NULL;
    op_free(em, op);
}

void xs_engine_stream_free(xs_emulator *em, xs_stream *stream) {
    while (stream->head) pop_head(em, stream);
    if (stream->previous) stream->previous->next = stream->next;
    else em->streams = stream->next;
    if (stream->next) stream->next->previous = stream->previous;
    free(stream);
}

/* ---- effects on memory */

static int fill_row(const xs_emulator *em, const xs_op *op, uint64_t at) {
    uint64_t width = op->u.fill.width;
    uint64_t left = op->u.fill.count * width, here;
    while (left) {
        uint8_t *host = xs_ranges_at(&em->memory, at, &here);
        if (!host) return XS_ILLEGAL_ADDRESS;
        if (here > left) here = left;
        if (width == 1) memset(host, (int)op->u.fill.value, here);
        for (uint64_t i = 0; width == 2 && i < here / 2; i++)
            ((uint16_t *)(void *)host)[i] = (uint16_t)op->u.fill.value;
        for (uint64_t i = 0; width == 4 && i < here / 4; i++)
            ((uint32_t *)(void *)host)[i] = op->u.fill.value;
        at += here;
        left -= here;
    }
    return 0;
}

static int fill_memory(const xs_emulator *em, const xs_op *op) {
    for (uint64_t row = 0; row < op->u.fill.rows; row++) {
        int result = fill_row(em, op, op->u.fill.destination + row * op->u.fill.pitch);
        if (result) return result;
    }
    return 0;
}

static int copy_row(const xs_ranges *from, const xs_ranges *to, uint64_t destination,
                    uint64_t source, uint64_t bytes) {
    uint64_t done = 0, here, there;
    while (done < bytes) {
        const uint8_t *read = xs_ranges_at(from, source + done, &here);
        uint8_t *written = xs_ranges_at(to, destination + done, &there);
        if (!read || !written) return XS_ILLEGAL_ADDRESS;
        if (there < here) here = there;
        if (bytes - done < here) here = bytes - done;
        memmove(written, read, here);
        done += here;
    }
    return 0;
}

static int copy_memory(const xs_emulator *em, const xs_op *op) {
    const xs_copy_kind kind = op->u.copy.kind;
    const xs_ranges *from = kind == XS_COPY_H2D ? &em->host : &em->memory;
    const xs_ranges *to = kind == XS_COPY_D2H ? &em->host : &em->memory;
    for (uint64_t row = 0; row < op->u.copy.rows; row++) {
        int result = copy_row(from, to, op->u.copy.destination + row * op->u.copy.destination_pitch,
                              op->u.copy.source + row * op->u.copy.source_pitch,
                              op->u.copy.bytes);
        if (result) return result;
    }
    return 0;
}

uint8_t *xs_engine_word(const xs_emulator *em, uint64_t address, uint32_t width) {
    uint64_t left;
    uint8_t *host = xs_ranges_at(&em->memory, address, &left);
    if (!host) host = xs_ranges_at(&em->host, address, &left);
    return host && left >= width ? host : NULL;
}

/* Others read completion words while this runs: one store, after all that came before. */
static void store_word(uint8_t *host, uint64_t value, uint32_t width) {
    if (width == 8) __atomic_store_n((uint64_t *)(void *)host, value, __ATOMIC_RELEASE);
    else __atomic_store_n((uint32_t *)(void *)host, (uint32_t)value, __ATOMIC_RELEASE);
}

/* CU_STREAM_WAIT_VALUE_GEQ (cyclic), EQ, AND, NOR. */
static int word_holds(const uint8_t *host, const xs_op *op) {
    uint64_t value = op->u.word.value, mask = UINT64_MAX, sign = UINT64_C(1) << 63, word;
    if (op->u.word.width == 8) {
        word = __atomic_load_n((const uint64_t *)(const void *)host, __ATOMIC_ACQUIRE);
    } else {
        word = __atomic_load_n((const uint32_t *)(const void *)host, __ATOMIC_ACQUIRE);
        mask = UINT32_MAX;
        sign = UINT64_C(1) << 31;
    }
    switch (op->u.word.condition) {
    case 0: return !((word - value) & sign);
    case 1: return word == (value & mask);
    case 2: return (word & value & mask) != 0;
    default: return (~(word | value) & mask) != 0;
    }
}

/* ---- streams */

static void ticket_done(xs_emulator *em, xs_ticket *ticket, uint64_t t) {
    ticket->done = 1;
    ticket->at_ns = t;
    while (ticket->waiters) {
        xs_stream *stream = ticket->waiters;
        ticket->waiters = stream->next_waiter;
        make_runnable(em, stream);
    }
}

/* Try the operation at the head of a stream. 1 when it is over and may go; 0 when the
 * stream is busy with it (or the device has faulted). */
static int step(xs_emulator *em, xs_stream *stream, xs_op *op, uint64_t t) {
    uint8_t *host;
    switch (op->kind) {
    case XS_DO_RECORD:
        tell(em, t, XS_STORY_RECORDED, op, 0);
        ticket_done(em, op->u.ticket, t);
        return 1;
    case XS_DO_WAIT:
        if (!op->u.ticket->done) {
            waiters_add(&op->u.ticket->waiters, stream);
            break;
        }
        tell(em, t, XS_STORY_WAITED, op, 0);
        return 1;
    case XS_DO_WRITE:
        host = xs_engine_word(em, op->u.word.address, op->u.word.width);
        if (!host) {
            fault(em, t, op, XS_ILLEGAL_ADDRESS);
            return 0;
        }
        tell(em, t, XS_STORY_WRITTEN, op, op->u.word.value);
        store_word(host, op->u.word.value, op->u.word.width);
        em->memory_changed = 1;
        return 1;
    case XS_DO_WAIT_VALUE:
        host = xs_engine_word(em, op->u.word.address, op->u.word.width);
        if (!host) {
            fault(em, t, op, XS_ILLEGAL_ADDRESS);
            return 0;
        }
        if (!word_holds(host, op)) {
            waiters_add(&em->watchers, stream);
            break;
        }
        tell(em, t, XS_STORY_VALUE_SEEN, op, op->u.word.value);
        return 1;
    default:
        due_at(em, t + em->options.launch_gap_ns, DUE_READY, op);
    }
    stream->busy = 1;
    return 0;
}

static void run_stream(xs_emulator *em, xs_stream *stream, uint64_t t) {
    while (stream->head && !stream->busy) {
        if (!step(em, stream, stream->head, t)) return;
        pop_head(em, stream);
    }
    if (!stream->head && stream->closing) xs_engine_stream_free(em, stream);
}

/* Streams whose word now holds become runnable; they look again when they run. */
static void examine_watchers(xs_emulator *em, uint64_t t) {
    em->memory_changed = 0;
    for (xs_stream **link = &em->watchers; *link;) {
        xs_stream *stream = *link;
        const xs_op *op = stream->head;
        const uint8_t *host = xs_engine_word(em, op->u.word.address, op->u.word.width);
        if (!host) fault(em, t, op, XS_ILLEGAL_ADDRESS);
        if (!host || word_holds(host, op)) {
            *link = stream->next_waiter;
            make_runnable(em, stream);
        } else {
            link = &stream->next_waiter;
        }
    }
}

/* Run streams until each is empty or busy. */
static void settle(xs_emulator *em, uint64_t t) {
    for (xs_stream *stream;;) {
        while (!em->fault && (stream = take_runnable(em))) run_stream(em, stream, t);
        if (em->fault || !em->memory_changed) return;
        examine_watchers(em, t);
    }
}

/* A kernel, copy or fill is over. */
static void complete(xs_emulator *em, xs_op *op, uint64_t t) {
    xs_stream *stream = op->stream;
    xs_lateness_add(&em->lateness, em->target_ns - t);
    em->memory_changed = 1;
    pop_head(em, stream);
    make_runnable(em, stream);
}

/* ---- kernels */

/* Nothing moves more than a few times what the device has: an operation that says so
 * reaches outside, and is not to take years until that is found. */
static uint64_t at_rate(const xs_emulator *em, uint64_t bytes, uint64_t bytes_per_us) {
    unsigned __int128 most = (unsigned __int128)em->options.memory_bytes * 4;
    unsigned __int128 ns = (bytes > most ? most : bytes) * 1000 / bytes_per_us;
    return ns > BLOCK_NS_MAX ? BLOCK_NS_MAX : (uint64_t)ns;
}

/* What one block of the grid takes when its memory traffic decides. One SM has its share
 * of the bandwidth, so a grid smaller than the device cannot use all of it. */
static uint64_t traffic_block_ns(const xs_emulator *em, uint64_t traffic, uint64_t blocks,
                                 uint64_t waves) {
    uint64_t sms = em->options.sm_count, used = blocks < sms ? blocks : sms;
    uint64_t ns = at_rate(em, traffic, em->options.memory_bytes_per_us);
    ns = ns > BLOCK_NS_MAX / sms ? BLOCK_NS_MAX : ns * sms / used;
    return (ns < KERNEL_NS_MIN ? KERNEL_NS_MIN : ns) / waves;
}

void xs_engine_plan(xs_emulator *em, xs_op *op) {
    xs_kernel_op *kernel = &op->u.kernel;
    const uint32_t *grid = kernel->call.grid;
    uint64_t blocks = (uint64_t)grid[0] * grid[1] * grid[2];
    uint64_t places = (uint64_t)xs_blocks_per_sm(&kernel->need) * em->options.sm_count;
    xs_kernel_cost cost = kernel->call.kernel->cost(&kernel->call);
    uint64_t ns = cost.block_ns;
    if (!cost.per_block)
        ns = traffic_block_ns(em, cost.traffic_bytes, blocks, (blocks - 1) / places + 1);
    if (ns < BLOCK_NS_MIN) ns = BLOCK_NS_MIN;
    if (ns > BLOCK_NS_MAX) ns = BLOCK_NS_MAX;
    kernel->block_ns = ns;
    kernel->rounds = ns < CHUNK_NS_MIN ? (uint32_t)((CHUNK_NS_MIN + ns - 1) / ns) : 1;
    kernel->unplaced = blocks;
    kernel->running = 0;
    kernel->started = 0;
}

/* Place what fits of a kernel. 1 when all its blocks are placed. */
static int place(xs_emulator *em, xs_op *op, uint64_t t) {
    xs_kernel_op *kernel = &op->u.kernel;
    if (!kernel->started && em->resident == RESIDENT_MAX) return 0;
    xs_chunk *chunk = must(xs_pool_take(&em->chunks));
    uint32_t wanted = kernel->unplaced > INT32_MAX ? INT32_MAX : (uint32_t)kernel->unplaced;
    uint32_t places =
        xs_multiprocessors_place(&em->sms, &kernel->need, wanted, &chunk->placement);
    if (!places) {
        xs_pool_give(&em->chunks, chunk);
        return 0;
    }
    uint64_t rounds = (kernel->unplaced - 1) / places + 1;
    if (rounds > kernel->rounds) rounds = kernel->rounds;
    chunk->op = op;
    chunk->blocks = places * rounds;
    if (chunk->blocks > kernel->unplaced) chunk->blocks = kernel->unplaced;
    kernel->unplaced -= chunk->blocks;
    kernel->running += chunk->blocks;
    if (!kernel->started) {
        kernel->started = 1;
        em->resident++;
        tell(em, t, XS_STORY_KERNEL_STARTS, op, chunk->blocks);
    }
    due_at(em, t + rounds * kernel->block_ns, DUE_CHUNK, chunk);
    return !kernel->unplaced;
}

/* Place blocks: by level, then by arrival. What does not fit keeps all later work out,
 * or else a stream of small kernels would starve a large one. */
static void place_waiting(xs_emulator *em, uint64_t t) {
    for (int level = 0; level < em->blocked_level; level++) {
        while (em->waiting[level].head) {
            if (!place(em, em->waiting[level].head, t)) {
                em->blocked_level = level;
                return;
            }
            queue_take(&em->waiting[level]);
        }
    }
}

static void chunk_ends(xs_emulator *em, xs_chunk *chunk, uint64_t t) {
    xs_op *op = chunk->op;
    xs_kernel_op *kernel = &op->u.kernel;
    xs_multiprocessors_release(&em->sms, &kernel->need, &chunk->placement);
    em->blocked_level = XS_LEVELS;
    kernel->running -= chunk->blocks;
    xs_pool_give(&em->chunks, chunk);
    if (kernel->running || kernel->unplaced) return;
    em->resident--;
    int result = kernel->call.kernel->run(&kernel->call);
    if (result) {
        fault(em, t, op, result);
        return;
    }
    tell(em, t, XS_STORY_KERNEL_ENDS, op, 0);
    complete(em, op, t);
}

/* ---- copies and fills */

static xs_copy_engine *engine_of(xs_emulator *em, const xs_op *op) {
    if (op->kind == XS_DO_FILL || op->u.copy.kind == XS_COPY_D2D)
        return &em->engines[XS_ENGINE_DEVICE];
    int up = op->u.copy.kind == XS_COPY_H2D;
    return &em->engines[up ? XS_ENGINE_H2D : XS_ENGINE_D2H];
}

static uint64_t copy_ns(const xs_emulator *em, const xs_op *op) {
    const xs_emulator_options *options = &em->options;
    if (op->kind == XS_DO_FILL)
        return at_rate(em, op->u.fill.rows * op->u.fill.count * op->u.fill.width, options->memory_bytes_per_us);
    if (op->u.copy.kind == XS_COPY_D2D) /* read and written */
        return 2 * at_rate(em, op->u.copy.rows * op->u.copy.bytes, options->memory_bytes_per_us);
    return at_rate(em, op->u.copy.rows * op->u.copy.bytes, options->host_bytes_per_us);
}

static void engine_start(xs_emulator *em, xs_copy_engine *engine, uint64_t t) {
    if (engine->running || !engine->queue.head) return;
    xs_op *op = engine->running = queue_take(&engine->queue);
    if (op->kind == XS_DO_COPY) tell(em, t, XS_STORY_COPY_STARTS, op, op->u.copy.rows * op->u.copy.bytes);
    due_at(em, t + copy_ns(em, op), DUE_COPY, op);
}

static void copy_ends(xs_emulator *em, xs_op *op, uint64_t t) {
    xs_copy_engine *engine = engine_of(em, op);
    int fill = op->kind == XS_DO_FILL;
    int result = fill ? fill_memory(em, op) : copy_memory(em, op);
    if (result) {
        fault(em, t, op, result);
        return;
    }
    tell(em, t, fill ? XS_STORY_FILL_ENDS : XS_STORY_COPY_ENDS, op, 0);
    engine->running = NULL;
    complete(em, op, t);
    engine_start(em, engine, t);
}

static void ready(xs_emulator *em, xs_op *op, uint64_t t) {
    if (op->kind == XS_DO_KERNEL) {
        queue_add(&em->waiting[op->stream->level], op);
        return;
    }
    xs_copy_engine *engine = engine_of(em, op);
    queue_add(&engine->queue, op);
    engine_start(em, engine, t);
}

/* ---- time */

/* Everything due at t. Blocks are placed when all ends at t have made their room, so that
 * what ends together is replaced together and chunks do not crumble. */
static void happen_at(xs_emulator *em, uint64_t t) {
    while (!em->fault && xs_agenda_next_ns(&em->agenda) == t) {
        while (!em->fault && xs_agenda_next_ns(&em->agenda) == t) {
            xs_due due = xs_agenda_take(&em->agenda);
            if (due.what == DUE_READY) ready(em, due.subject, t);
            else if (due.what == DUE_CHUNK) chunk_ends(em, due.subject, t);
            else copy_ends(em, due.subject, t);
        }
        settle(em, t);
    }
    if (!em->fault) place_waiting(em, t);
}

void xs_engine_advance(xs_emulator *em, uint64_t now_ns) {
    if (em->fault) return;
    if (now_ns < em->now_ns) now_ns = em->now_ns;
    em->target_ns = now_ns;
    settle(em, em->now_ns); /* streams that got work since */
    while (!em->fault && xs_agenda_next_ns(&em->agenda) <= now_ns)
        happen_at(em, em->agenda.items[0].at_ns);
    em->now_ns = now_ns;
    if (!em->fault && em->watchers) { /* what somebody else wrote to host memory */
        examine_watchers(em, now_ns);
        settle(em, now_ns);
        if (xs_agenda_next_ns(&em->agenda) <= now_ns) happen_at(em, now_ns);
    }
    if (em->fault) xs_engine_drop_everything(em);
}

static int watches_host(const xs_emulator *em) {
    for (const xs_stream *stream = em->watchers; stream; stream = stream->next_waiter)
        if (!xs_ranges_find(&em->memory, stream->head->u.word.address)) return 1;
    return 0;
}

uint64_t xs_engine_next_ns(const xs_emulator *em) {
    if (em->fault) return XS_NEVER;
    if (em->runnable_head) return em->now_ns;
    uint64_t next = xs_agenda_next_ns(&em->agenda);
    uint64_t poll = em->now_ns + em->options.host_wait_poll_ns;
    return poll < next && watches_host(em) ? poll : next;
}

void xs_engine_submit(xs_emulator *em, xs_stream *stream, xs_op *op) {
    op->next = NULL;
    op->stream = stream;
    if (stream->tail) stream->tail->next = op;
    else stream->head = op;
    stream->tail = op;
    if (!stream->busy) make_runnable(em, stream);
}

void xs_engine_drop_everything(xs_emulator *em) {
    for (size_t i = 0; i < em->agenda.count; i++)
        if (em->agenda.items[i].what == DUE_CHUNK)
            xs_pool_give(&em->chunks, em->agenda.items[i].subject);
    em->agenda.count = 0;
    memset(em->waiting, 0, sizeof em->waiting);
    memset(em->engines, 0, sizeof em->engines);
    em->runnable_head = em->runnable_tail = em->watchers = NULL;
    em->blocked_level = XS_LEVELS;
    em->resident = 0;
    xs_multiprocessors_clear(&em->sms, (int32_t)em->options.sm_count);
    for (xs_stream *stream = em->streams, *next; stream; stream = next) {
        next = stream->next;
        while (stream->head) pop_head(em, stream);
        stream->runnable = stream->busy = 0;
        if (stream->closing) xs_engine_stream_free(em, stream);
    }
}
