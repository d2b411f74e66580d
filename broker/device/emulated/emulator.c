/* What is asked of the emulated GPU: checks every call, then hands it to engine.c.
 *
 * Decides which calls are refused, with the CUresult a driver gives. Each function here
 * takes the mutex; none waits for anything else. See emulator.h. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "broker/device/emulated/internal.h"

#define SUCCESS 0
#define INVALID_VALUE 1
#define OUT_OF_MEMORY 2
#define INVALID_HANDLE 400
#define NOT_FOUND 500
#define NOT_READY 600
#define OUT_OF_RESOURCES 701
#define HOST_ALREADY_REGISTERED 712
#define HOST_NOT_REGISTERED 713

#define BLOCK_THREADS_MAX 1024
#define BLOCK_Z_MAX 64
#define GRID_X_MAX INT32_MAX
#define GRID_YZ_MAX 65535
#define ATTRIBUTES_MAX 16
/* Dynamic shared memory that needs no attribute of the function. */
#define SHARED_BYTES_DEFAULT 49152

static xs_emulator *enter(void *device) {
    xs_emulator *em = device;
    pthread_mutex_lock(&em->mutex);
    return em;
}

static int leave(xs_emulator *em, int result) {
    pthread_mutex_unlock(&em->mutex);
    return result;
}

/* ---- streams and events */

static int table_enter(void *device) {
    xs_emulator *em = enter(device);
    return leave(em, em->fault);
}

xs_stream *xs_emulator_stream_new(xs_emulator *em, int level) {
    xs_stream *stream = calloc(1, sizeof *stream);
    if (!stream) return NULL;
    stream->level = level;
    stream->number = em->streams_opened++;
    stream->next = em->streams;
    if (em->streams) em->streams->previous = stream;
    em->streams = stream;
    return stream;
}

static int stream_open(void *device, int level, void **out) {
    xs_emulator *em = enter(device);
    if (em->fault) return leave(em, em->fault);
    if (level < 0 || level >= XS_LEVELS) return leave(em, INVALID_VALUE);
    *out = xs_emulator_stream_new(em, level);
    return leave(em, *out ? SUCCESS : OUT_OF_MEMORY);
}

/* Like the driver's: returns at once, and what the stream holds still runs. */
static int stream_close(void *device, void *handle) {
    xs_emulator *em = enter(device);
    xs_stream *stream = handle;
    if (stream->head || stream->runnable) stream->closing = 1;
    else xs_engine_stream_free(em, stream);
    return leave(em, em->fault);
}

static int event_open(void *device, void **out) {
    xs_emulator *em = enter(device);
    if (em->fault) return leave(em, em->fault);
    *out = calloc(1, sizeof(xs_event));
    return leave(em, *out ? SUCCESS : OUT_OF_MEMORY);
}

static int event_close(void *device, void *handle) {
    xs_emulator *em = enter(device);
    xs_event *event = handle;
    if (event->ticket) xs_ticket_drop(em, event->ticket);
    free(event);
    return leave(em, em->fault);
}

static xs_ticket *ticket_open(xs_emulator *em) {
    xs_ticket *ticket = xs_pool_take(&em->tickets);
    if (ticket) *ticket = (xs_ticket){.references = 1};
    return ticket;
}

static int event_record(void *device, void *stream, void *handle) {
    xs_emulator *em = enter(device);
    xs_event *event = handle;
    if (em->fault) return leave(em, em->fault);
    xs_op *op = xs_pool_take(&em->ops);
    xs_ticket *ticket = ticket_open(em);
    if (!op || !ticket) {
        if (op) xs_pool_give(&em->ops, op);
        if (ticket) xs_pool_give(&em->tickets, ticket);
        return leave(em, OUT_OF_MEMORY);
    }
    if (event->ticket) xs_ticket_drop(em, event->ticket);
    event->ticket = xs_ticket_keep(ticket);
    op->kind = XS_DO_RECORD;
    op->u.ticket = ticket;
    xs_engine_submit(em, stream, op);
    return leave(em, SUCCESS);
}

/* Waits for the latest record of the event; for none if there was none. */
static int stream_wait(void *device, void *stream, void *handle) {
    xs_emulator *em = enter(device);
    xs_event *event = handle;
    if (em->fault || !event->ticket) return leave(em, em->fault);
    xs_op *op = xs_pool_take(&em->ops);
    if (!op) return leave(em, OUT_OF_MEMORY);
    op->kind = XS_DO_WAIT;
    op->u.ticket = xs_ticket_keep(event->ticket);
    xs_engine_submit(em, stream, op);
    return leave(em, SUCCESS);
}

static int elapsed(void *device, void *start, void *end, int64_t *elapsed_ns) {
    xs_emulator *em = enter(device);
    const xs_ticket *from = ((xs_event *)start)->ticket, *to = ((xs_event *)end)->ticket;
    if (em->fault) return leave(em, em->fault);
    if (!from || !to) return leave(em, INVALID_HANDLE);
    if (!from->done || !to->done) return leave(em, NOT_READY);
    *elapsed_ns = (int64_t)(to->at_ns - from->at_ns);
    return leave(em, SUCCESS);
}

static int query(void *device, void *handle) {
    xs_emulator *em = enter(device);
    const xs_stream *stream = handle;
    if (em->fault) return leave(em, em->fault);
    return leave(em, stream && stream->head ? NOT_READY : SUCCESS);
}

/* ---- launches */

static int check_shape(const xs_launch *launch) {
    const uint32_t *grid = launch->grid, *block = launch->block;
    if (!grid[0] || !grid[1] || !grid[2] || !block[0] || !block[1] || !block[2])
        return INVALID_VALUE;
    if (grid[0] > GRID_X_MAX || grid[1] > GRID_YZ_MAX || grid[2] > GRID_YZ_MAX)
        return INVALID_VALUE;
    if (block[0] > BLOCK_THREADS_MAX || block[1] > BLOCK_THREADS_MAX || block[2] > BLOCK_Z_MAX)
        return INVALID_VALUE;
    return block[0] * block[1] * block[2] > BLOCK_THREADS_MAX ? INVALID_VALUE : SUCCESS;
}

int xs_emulator_check_launch(const xs_launch *launch) {
    const xs_function *function = launch->function;
    if (!function || launch->params_bytes != function->param_bytes) return INVALID_VALUE;
    if (launch->params_bytes && !launch->params) return INVALID_VALUE;
    if (launch->shared_bytes > function->dynamic_shared_max) return INVALID_VALUE;
    if (launch->attributes_count > ATTRIBUTES_MAX) return INVALID_VALUE;
    return check_shape(launch);
}

int xs_emulator_take_launch(xs_emulator *em, xs_op *op, const xs_launch *launch) {
    const xs_function *function = launch->function;
    xs_kernel_op *kernel = &op->u.kernel;
    uint8_t *params = kernel->params;
    op->kind = XS_DO_KERNEL;
    kernel->params_heap = NULL;
    if (launch->params_bytes > XS_PARAMS_INLINE) {
        params = kernel->params_heap = malloc(launch->params_bytes);
        if (!params) return OUT_OF_MEMORY;
    }
    if (launch->params_bytes) memcpy(params, launch->params, launch->params_bytes);
    kernel->call.kernel = function->kernel;
    kernel->call.memory = &em->memory;
    kernel->call.params = params;
    memcpy(kernel->call.grid, launch->grid, sizeof launch->grid);
    memcpy(kernel->call.block, launch->block, sizeof launch->block);
    kernel->call.shared_bytes = launch->shared_bytes;
    kernel->need = xs_block_need_of(launch->block[0] * launch->block[1] * launch->block[2],
                                    launch->shared_bytes, function->kernel->registers);
    return xs_blocks_per_sm(&kernel->need) ? SUCCESS : OUT_OF_RESOURCES;
}

/* Attributes are accepted and have no effect: level comes from the stream, clusters and
 * cooperative launches are not modelled. */
static int launch(void *device, void *stream, const xs_launch *launch) {
    xs_emulator *em = enter(device);
    int result = em->fault ? em->fault : xs_emulator_check_launch(launch);
    if (result) return leave(em, result);
    xs_op *op = xs_pool_take(&em->ops);
    if (!op) return leave(em, OUT_OF_MEMORY);
    result = xs_emulator_take_launch(em, op, launch);
    if (result) {
        free(op->u.kernel.params_heap);
        xs_pool_give(&em->ops, op);
        return leave(em, result);
    }
    xs_engine_plan(em, op);
    xs_engine_submit(em, stream, op);
    return leave(em, SUCCESS);
}

/* ---- copies, fills and words */

/* Like the driver, one copy may not cross from one registered piece into the next. */
static int in_one_piece(const xs_emulator *em, uint64_t address, uint64_t bytes) {
    uint64_t left;
    return !bytes || (xs_ranges_at(&em->host, address, &left) && left >= bytes);
}

static int copy_rows(void *device, void *stream, xs_copy_kind kind, const xs_rows *rows) {
    xs_emulator *em = enter(device);
    if (em->fault) return leave(em, em->fault);
    if (!rows->rows) return leave(em, SUCCESS);
    uint64_t source_bytes = (rows->rows - 1) * rows->source_pitch + rows->row_bytes;
    uint64_t destination_bytes = (rows->rows - 1) * rows->destination_pitch + rows->row_bytes;
    if (kind == XS_COPY_H2D && !in_one_piece(em, rows->source, source_bytes))
        return leave(em, INVALID_VALUE);
    if (kind == XS_COPY_D2H && !in_one_piece(em, rows->destination, destination_bytes))
        return leave(em, INVALID_VALUE);
    xs_op *op = xs_pool_take(&em->ops);
    if (!op) return leave(em, OUT_OF_MEMORY);
    op->kind = XS_DO_COPY;
    op->u.copy.kind = kind;
    op->u.copy.destination = rows->destination;
    op->u.copy.destination_pitch = rows->destination_pitch;
    op->u.copy.source = rows->source;
    op->u.copy.source_pitch = rows->source_pitch;
    op->u.copy.bytes = rows->row_bytes;
    op->u.copy.rows = rows->rows;
    xs_engine_submit(em, stream, op);
    return leave(em, SUCCESS);
}

static int copy(void *device, void *stream, xs_copy_kind kind, uint64_t destination,
                uint64_t source, uint64_t bytes) {
    xs_rows whole = {.destination = destination, .source = source, .row_bytes = bytes, .rows = 1};
    return copy_rows(device, stream, kind, &whole);
}

static int fill_rows(void *device, void *stream, uint64_t destination, uint64_t pitch,
                     uint32_t value, uint32_t width, uint64_t columns, uint64_t rows) {
    xs_emulator *em = enter(device);
    if (em->fault) return leave(em, em->fault);
    if ((width != 1 && width != 2 && width != 4) || destination % width || pitch % width ||
        columns > UINT64_MAX / width)
        return leave(em, INVALID_VALUE);
    xs_op *op = xs_pool_take(&em->ops);
    if (!op) return leave(em, OUT_OF_MEMORY);
    op->kind = XS_DO_FILL;
    op->u.fill.destination = destination;
    op->u.fill.count = columns;
    op->u.fill.pitch = pitch;
    op->u.fill.rows = rows;
    op->u.fill.value = value;
    op->u.fill.width = width;
    xs_engine_submit(em, stream, op);
    return leave(em, SUCCESS);
}

static int fill(void *device, void *stream, uint64_t destination, uint32_t value,
                uint32_t width, uint64_t count) {
    return fill_rows(device, stream, destination, 0, value, width, count, 1);
}

/* The address is checked here, and again when its turn comes. */
static int submit_word(xs_emulator *em, void *stream, xs_op_kind kind, uint64_t address,
                       uint64_t value, uint32_t width, uint32_t condition) {
    if (em->fault) return em->fault;
    if ((width != 4 && width != 8) || address % width || condition > 3) return INVALID_VALUE;
    if (!xs_engine_word(em, address, width)) return INVALID_VALUE;
    xs_op *op = xs_pool_take(&em->ops);
    if (!op) return OUT_OF_MEMORY;
    op->kind = kind;
    op->u.word.address = address;
    op->u.word.value = value;
    op->u.word.width = width;
    op->u.word.condition = condition;
    xs_engine_submit(em, stream, op);
    return SUCCESS;
}

static int write_value(void *device, void *stream, uint64_t address, uint64_t value,
                       uint32_t width) {
    xs_emulator *em = enter(device);
    return leave(em, submit_word(em, stream, XS_DO_WRITE, address, value, width, 0));
}

static int wait_value(void *device, void *stream, uint64_t address, uint64_t value,
                      uint32_t width, uint32_t condition) {
    xs_emulator *em = enter(device);
    return leave(em,
                 submit_word(em, stream, XS_DO_WAIT_VALUE, address, value, width, condition));
}

static uint64_t advance(void *device, uint64_t now_ns) {
    xs_emulator *em = enter(device);
    xs_engine_advance(em, now_ns);
    uint64_t next_ns = xs_engine_next_ns(em);
    pthread_mutex_unlock(&em->mutex);
    return next_ns;
}

/* ---- memory */

int xs_emulator_create(xs_emulator *em, uint64_t bytes, void **host) {
    enter(em);
    if (em->fault) return leave(em, em->fault);
    if (!bytes) return leave(em, INVALID_VALUE);
    if (bytes > em->options.memory_bytes - em->mapped_bytes) return leave(em, OUT_OF_MEMORY);
    *host = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                 -1, 0);
    if (*host == MAP_FAILED) return leave(em, OUT_OF_MEMORY);
    em->mapped_bytes += bytes;
    return leave(em, SUCCESS);
}

void xs_emulator_release(xs_emulator *em, void *host, uint64_t bytes) {
    enter(em);
    munmap(host, bytes);
    em->mapped_bytes -= bytes;
    leave(em, SUCCESS);
}

int xs_emulator_map_created(xs_emulator *em, uint64_t address, uint64_t bytes, void *host) {
    enter(em);
    if (em->fault) return leave(em, em->fault);
    if (!bytes || address + bytes < address) return leave(em, INVALID_VALUE);
    if (xs_ranges_meet(&em->memory, address, bytes) || xs_ranges_meet(&em->host, address, bytes))
        return leave(em, INVALID_VALUE);
    return leave(em, xs_ranges_add(&em->memory, address, bytes, host) ? OUT_OF_MEMORY : SUCCESS);
}

int xs_emulator_unmap_created(xs_emulator *em, uint64_t address, uint64_t bytes) {
    enter(em);
    xs_range range;
    int missing = xs_ranges_remove(&em->memory, address, bytes, &range);
    return leave(em, missing ? INVALID_VALUE : em->fault);
}

int xs_emulator_map(xs_emulator *em, uint64_t address, uint64_t bytes) {
    void *host = NULL;
    int result = xs_emulator_create(em, bytes, &host);
    if (result) return result;
    result = xs_emulator_map_created(em, address, bytes, host);
    if (result) xs_emulator_release(em, host, bytes);
    return result;
}

int xs_emulator_unmap(xs_emulator *em, uint64_t address, uint64_t bytes) {
    enter(em);
    xs_range range;
    if (xs_ranges_remove(&em->memory, address, bytes, &range)) return leave(em, INVALID_VALUE);
    munmap(range.host, range.bytes);
    em->mapped_bytes -= bytes;
    return leave(em, em->fault);
}

/* Whole pages are given back to the system, which hands out zeroed ones. */
static void zero(uint8_t *host, uint64_t bytes) {
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t head = (page - (uintptr_t)host % page) % page;
    if (head > bytes) head = bytes;
    uint64_t whole = (bytes - head) / page * page;
    memset(host, 0, head);
    if (whole && madvise(host + head, whole, MADV_DONTNEED)) memset(host + head, 0, whole);
    memset(host + head + whole, 0, bytes - head - whole);
}

int xs_emulator_scrub(xs_emulator *em, uint64_t address, uint64_t bytes) {
    enter(em);
    if (em->fault) return leave(em, em->fault);
    if (!xs_ranges_cover(&em->memory, address, bytes)) return leave(em, INVALID_VALUE);
    for (uint64_t left; bytes; address += left, bytes -= left) {
        uint8_t *host = xs_ranges_at(&em->memory, address, &left);
        if (left > bytes) left = bytes;
        zero(host, left);
    }
    em->memory_changed = 1;
    return leave(em, SUCCESS);
}

int xs_emulator_move(xs_emulator *em, uint64_t address, uint8_t *bytes, uint64_t count,
                     int to_device) {
    enter(em);
    if (em->fault) return leave(em, em->fault);
    if (!xs_ranges_cover(&em->memory, address, count)) return leave(em, INVALID_VALUE);
    for (uint64_t left; count; address += left, bytes += left, count -= left) {
        uint8_t *host = xs_ranges_at(&em->memory, address, &left);
        if (left > count) left = count;
        if (to_device)
            memcpy(host, bytes, left);
        else
            memcpy(bytes, host, left);
    }
    em->memory_changed |= to_device;
    return leave(em, SUCCESS);
}

int xs_emulator_register_host(xs_emulator *em, uint64_t address, uint64_t bytes) {
    enter(em);
    if (em->fault) return leave(em, em->fault);
    if (!address || !bytes || address + bytes < address) return leave(em, INVALID_VALUE);
    if (xs_ranges_meet(&em->memory, address, bytes)) return leave(em, INVALID_VALUE);
    int result = xs_ranges_add(&em->host, address, bytes, (uint8_t *)(uintptr_t)address);
    return leave(em, result == 2 ? OUT_OF_MEMORY : result ? HOST_ALREADY_REGISTERED : SUCCESS);
}

int xs_emulator_unregister_host(xs_emulator *em, uint64_t address, uint64_t bytes) {
    enter(em);
    xs_range range;
    int missing = xs_ranges_remove(&em->host, address, bytes, &range);
    return leave(em, missing ? HOST_NOT_REGISTERED : em->fault);
}

uint64_t xs_emulator_mapped_bytes(xs_emulator *em) {
    enter(em);
    uint64_t bytes = em->mapped_bytes;
    pthread_mutex_unlock(&em->mutex);
    return bytes;
}

int xs_emulator_status(xs_emulator *em) {
    return table_enter(em);
}

/* ---- functions */

int xs_emulator_function_open(xs_emulator *em, const char *name, void **out) {
    enter(em);
    if (em->fault) return leave(em, em->fault);
    const xs_kernel *kernel = xs_kernel_find(name);
    if (!kernel) return leave(em, NOT_FOUND);
    xs_function *function = malloc(sizeof *function);
    if (!function) return leave(em, OUT_OF_MEMORY);
    function->kernel = kernel;
    function->param_bytes = xs_kernel_param_offset(kernel, kernel->params_count);
    function->dynamic_shared_max = SHARED_BYTES_DEFAULT;
    *out = function;
    return leave(em, SUCCESS);
}

void xs_emulator_function_close(xs_emulator *em, void *function) {
    enter(em);
    free(function);
    leave(em, SUCCESS);
}

int xs_emulator_function_shared_max(xs_emulator *em, void *function, int64_t bytes) {
    enter(em);
    if (em->fault) return leave(em, em->fault);
    if (bytes < 0 || bytes > XS_BLOCK_SHARED_BYTES_OPTIN) return leave(em, INVALID_VALUE);
    /* The first 48 KiB are always allowed. */
    if (bytes < SHARED_BYTES_DEFAULT) bytes = SHARED_BYTES_DEFAULT;
    ((xs_function *)function)->dynamic_shared_max = (uint32_t)bytes;
    return leave(em, SUCCESS);
}

/* ---- what it tells of itself */

void xs_emulator_read_lateness(xs_emulator *em, int reset, xs_emulator_lateness *out) {
    enter(em);
    out->count = em->lateness.count;
    out->p50_ns = xs_lateness_percentile(&em->lateness, 500);
    out->p99_ns = xs_lateness_percentile(&em->lateness, 990);
    out->max_ns = em->lateness.max_ns;
    if (reset) em->lateness = (xs_lateness){0};
    leave(em, SUCCESS);
}

void xs_emulator_story_switch(xs_emulator *em, int on) {
    enter(em);
    em->telling = on;
    leave(em, SUCCESS);
}

size_t xs_emulator_story_take(xs_emulator *em, xs_story_line *out, size_t room) {
    enter(em);
    size_t count = em->story_count < room ? em->story_count : room;
    if (count) memcpy(out, em->story, count * sizeof *out);
    em->story_count -= count;
    if (count) memmove(em->story, em->story + count, em->story_count * sizeof *out);
    leave(em, SUCCESS);
    return count;
}

/* ---- the device itself */

const xs_backend *xs_emulator_table(xs_emulator *em) {
    return &em->table;
}

xs_emulator *xs_emulator_open(const xs_emulator_options *options) {
    xs_emulator *em = calloc(1, sizeof *em);
    if (!em) return NULL;
    em->options = *options;
    pthread_mutex_init(&em->mutex, NULL);
    xs_multiprocessors_clear(&em->sms, (int32_t)options->sm_count);
    em->blocked_level = XS_LEVELS;
    em->ops.bytes = sizeof(xs_op);
    em->chunks.bytes = (sizeof(xs_chunk) + 15) & ~(size_t)15;
    em->tickets.bytes = sizeof(xs_ticket);
    em->table = (xs_backend){
        .device = em,
        .enter = table_enter,
        .stream_open = stream_open,
        .stream_close = stream_close,
        .event_open = event_open,
        .event_close = event_close,
        .launch = launch,
        .copy = copy,
        .copy_rows = copy_rows,
        .fill = fill,
        .fill_rows = fill_rows,
        .event_record = event_record,
        .stream_wait = stream_wait,
        .write_value = write_value,
        .wait_value = wait_value,
        .elapsed = elapsed,
        .query = query,
        .graph_launch = xs_emulated_graph_launch,
        .graph_open = xs_emulated_graph_open,
        .graph_close = xs_emulated_graph_close,
        .advance = advance,
    };
    return em;
}

void xs_emulator_reset(xs_emulator *em) {
    enter(em);
    xs_engine_drop_everything(em);
    xs_emulated_graphs_forget(em);
    for (size_t i = 0; i < em->memory.count; i++)
        munmap(em->memory.items[i].host, em->memory.items[i].bytes);
    xs_ranges_clear(&em->memory);
    xs_ranges_clear(&em->host);
    em->mapped_bytes = 0;
    leave(em, SUCCESS);
}

void xs_emulator_close(xs_emulator *em) {
    xs_emulator_reset(em);
    xs_emulated_graphs_clear(em);
    while (em->streams) xs_engine_stream_free(em, em->streams);
    xs_pool_clear(&em->ops);
    xs_pool_clear(&em->chunks);
    xs_pool_clear(&em->tickets);
    free(em->agenda.items);
    free(em->story);
    pthread_mutex_destroy(&em->mutex);
    free(em);
}
