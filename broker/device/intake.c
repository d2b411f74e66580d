/* The sink: turns decoded operations of one session into records for the worker.
 *
 * Decides whether an operation may name what it names (handles, generations, address
 * ranges) and which edges the legacy default stream adds. Runs in the loop's thread and
 * owns the tables it checks against, so it takes no lock. It must never know the device
 * or the scheduler. What a correct client can get wrong becomes a FAILED record, which
 * retires in its place and leaves the session an error; only a broken client gets -1.
 *
 * Source: schema.toml (operations); CUDA driver API, "Stream synchronization behavior". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph.h"
#include "broker/device/intake_private.h"

enum { CHUNK_BYTES_FIRST = 16384, BLOCK_THREADS_MAX = 1024 };

/* ---------------------------------------------------------------- tables */

int xw_function_add(xw_session *session, uint64_t handle, void *native,
                    uint32_t params_bytes, uint32_t threads_max) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_FUNCTION || index == 0 || index > (1u << 20))
        return -1;
    if (index >= session->functions_capacity) {
        uint32_t capacity = session->functions_capacity ? session->functions_capacity : 64;
        while (capacity <= index) capacity *= 2;
        xw_function *functions = realloc(session->functions, capacity * sizeof *functions);
        if (!functions) return -1;
        memset(functions + session->functions_capacity, 0,
               (capacity - session->functions_capacity) * sizeof *functions);
        session->functions = functions;
        session->functions_capacity = capacity;
    }
    session->functions[index] = (xw_function){handle, native, params_bytes, threads_max};
    return 0;
}

int xw_function_remove(xw_session *session, uint64_t handle) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (index >= session->functions_capacity || session->functions[index].handle != handle)
        return -1;
    session->functions[index] = (xw_function){0};
    session->tables_changed++;
    return 0;
}

/* The stream's line, or 0 when the handle names no open stream of this session. */
static uint32_t stream_line(const xw_session *session, uint64_t handle) {
    uint32_t line = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_STREAM || line >= session->streams_max) return 0;
    const xw_stream_entry *entry = &session->stream_entries[line];
    if (!entry->open || entry->generation != XS_HANDLE_GENERATION(handle)) return 0;
    return line;
}

xw_event_entry *xw_event_entry_of(const xw_session *session, uint64_t handle) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_EVENT || index == 0 ||
        index >= session->events_capacity)
        return NULL;
    xw_event_entry *entry = &session->event_entries[index];
    if (!entry->open || entry->generation != XS_HANDLE_GENERATION(handle)) return NULL;
    return entry;
}

/* ---------------------------------------------------------------- chunks */

/* Room for a record of the given payload in the chunk under construction, or NULL without
 * memory. The pointer is good until the next call: the chunk may move. */
xw_record *xw_record_new(xw_session *session, int kind, uint32_t line, uint64_t seq,
                             uint32_t payload) {
    uint32_t size = (uint32_t)((sizeof(xw_record) + payload + 15) & ~15u);
    xw_chunk *chunk = session->filling;
    if (!chunk) {
        chunk = calloc(1, sizeof *chunk);
        if (!chunk) return NULL;
        session->filling = chunk;
        session->chunk_operations = 0;
    }
    if (chunk->used + size > chunk->capacity) {
        uint32_t capacity = chunk->capacity ? chunk->capacity * 2 : CHUNK_BYTES_FIRST;
        while (capacity < chunk->used + size) capacity *= 2;
        unsigned char *bytes = realloc(chunk->bytes, capacity);
        if (!bytes) return NULL;
        chunk->bytes = bytes;
        chunk->capacity = capacity;
    }
    xw_record *record = (xw_record *)(chunk->bytes + chunk->used);
    chunk->used += size;
    session->chunk_operations++;
    record->next = NULL;
    record->size = size;
    record->kind = (uint16_t)kind;
    record->line = (uint16_t)line;
    record->seq = seq;
    return record;
}

int xw_no_memory(xw_session *session) {
    snprintf(session->error, sizeof session->error,
             "submit: the broker has no memory for this submission");
    return -1;
}

/* The operation cannot be done: it still retires in its place, undone. An operation whose
 * stream is unknown retires on the legacy stream's line. */
int xw_record_failed(xw_session *session, uint32_t line, uint64_t seq, int result) {
    xw_record *record = xw_record_new(session, XR_FAILED, line ? line : 1, seq, 0);
    if (!record) return xw_no_memory(session);
    record->u.failed.result = result;
    return 0;
}

/* ---------------------------------------------------------------- legacy stream edges */

static int edge(xw_session *session, uint32_t waiter, uint32_t line, uint64_t seq,
                uint64_t own_seq, int needs_record) {
    if (needs_record) {
        xw_record *record = xw_record_new(session, XR_RECORD, line, seq, 0);
        if (!record) return xw_no_memory(session);
        record->u.record.event = 0;
    }
    xw_record *wait = xw_record_new(session, XR_WAIT, waiter, own_seq, 0);
    if (!wait) return xw_no_memory(session);
    wait->u.wait.line = line;
    wait->u.wait.seq = seq;
    wait->u.wait.event = 0;
    wait->u.wait.internal = 1; /* retires with the operation that it comes before */
    return 0;
}

/* Work of the legacy stream waits for all earlier work of the blocking streams. */
static int join_blocking(xw_session *session, uint64_t seq) {
    for (uint32_t word = 0; word < 16; word++) {
        uint64_t bits = session->blocking_lines[word];
        session->blocking_lines[word] = 0;
        while (bits) {
            uint32_t line = word * 64 + (uint32_t)__builtin_ctzll(bits);
            bits &= bits - 1;
            xw_stream_entry *entry = &session->stream_entries[line];
            if (edge(session, XS_STREAM_INDEX_LEGACY, line, entry->last_seq, seq, 1)) return -1;
        }
    }
    session->blocking_dirty = 0;
    return 0;
}

/* An operation is about to join a stream: add the edges the legacy stream asks for. A
 * session that uses one stream never gets here past the first comparison. */
static int order_after_legacy(xw_session *session, uint32_t line, uint64_t seq) {
    xw_stream_entry *entry = &session->stream_entries[line];
    xw_stream_entry *legacy = &session->stream_entries[XS_STREAM_INDEX_LEGACY];
    if (line == XS_STREAM_INDEX_LEGACY) {
        if (session->blocking_dirty && join_blocking(session, seq)) return -1;
    } else if (entry->blocking) {
        if (legacy->last_seq > entry->legacy_seq) {
            int fresh = session->legacy_recorded_seq != legacy->last_seq;
            if (edge(session, line, XS_STREAM_INDEX_LEGACY, legacy->last_seq, seq, fresh))
                return -1;
            session->legacy_recorded_seq = legacy->last_seq;
            entry->legacy_seq = legacy->last_seq;
        }
        session->blocking_lines[line / 64] |= 1ull << (line % 64);
        session->blocking_dirty = 1;
    }
    entry->last_seq = seq;
    return 0;
}

/* ---------------------------------------------------------------- operations */

static int take_launch(xw_session *session, uint32_t line, uint64_t seq,
                       const xs_op_launch *op) {
    uint32_t index = XS_HANDLE_INDEX(op->function);
    if (index >= session->functions_capacity || op->function == 0 ||
        session->functions[index].handle != op->function)
        return xw_record_failed(session, line, seq, INVALID_HANDLE);
    const xw_function *function = &session->functions[index];
    uint64_t threads = (uint64_t)op->block_x * op->block_y * op->block_z;
    uint64_t blocks = (uint64_t)op->grid_x * op->grid_y * op->grid_z;
    if (threads == 0 || threads > BLOCK_THREADS_MAX || blocks == 0 ||
        op->block_x > 1024 || op->block_y > 1024 || op->block_z > 64 ||
        op->grid_y > 65535 || op->grid_z > 65535 || op->grid_x > 0x7fffffffu ||
        op->params_bytes != function->params_bytes || op->attributes_bytes % 72)
        return xw_record_failed(session, line, seq, INVALID_VALUE);
    if (threads > function->threads_max) /* of its registers, or its launch bounds */
        return xw_record_failed(session, line, seq, OUT_OF_RESOURCES);

    xw_record *record =
        xw_record_new(session, XR_LAUNCH, line, seq, op->params_bytes + op->attributes_bytes + 8);
    if (!record) return xw_no_memory(session);
    uint64_t room = session->worker->config.sm_threads;
    uint64_t share = blocks >= room || blocks * threads >= room
                         ? 1000 : blocks * threads * 1000 / room;
    record->u.launch.function = function->native;
    record->u.launch.key =
        xw_launch_key(function->native, blocks, (uint32_t)threads, op->shared_bytes);
    record->u.launch.grid[0] = op->grid_x;
    record->u.launch.grid[1] = op->grid_y;
    record->u.launch.grid[2] = op->grid_z;
    record->u.launch.block[0] = op->block_x;
    record->u.launch.block[1] = op->block_y;
    record->u.launch.block[2] = op->block_z;
    record->u.launch.shared_bytes = op->shared_bytes;
    record->u.launch.params_bytes = op->params_bytes;
    record->u.launch.attributes_bytes = op->attributes_bytes;
    record->u.launch.sm_permille = share ? (uint32_t)share : 1;
    if (op->params_bytes) memcpy(record->data, op->params, op->params_bytes);
    if (op->attributes_bytes)
        memcpy(record->data + ((op->params_bytes + 7) & ~7u), op->attributes,
               op->attributes_bytes);
    return 0;
}

static int take_copy(xw_session *session, uint32_t line, uint64_t seq, int kind,
                     uint64_t destination, uint64_t source, uint64_t bytes) {
    uint64_t host = kind == XS_COPY_H2D ? source : destination;
    uint64_t device = kind == XS_COPY_H2D ? destination : source;
    int holds = xw_range_holds(&session->ranges, device, bytes);
    if (kind == XS_COPY_D2D) holds = holds && xw_range_holds(&session->ranges, destination, bytes);
    else holds = holds && xw_host_holds(&session->host_ranges, host, bytes);
    if (!bytes || !holds) return xw_record_failed(session, line, seq, INVALID_VALUE);
    xw_record *record = xw_record_new(session, XR_COPY, line, seq, 0);
    if (!record) return xw_no_memory(session);
    record->u.copy.kind = (uint32_t)kind;
    record->u.copy.bytes = bytes;
    record->u.copy.destination =
        kind == XS_COPY_D2H ? session->host_address + destination : destination;
    record->u.copy.source = kind == XS_COPY_H2D ? session->host_address + source : source;
    return 0;
}

static int take_memset(xw_session *session, uint32_t line, uint64_t seq,
                       const xs_op_memset *op) {
    int width_ok = op->width == 1 || op->width == 2 || op->width == 4;
    if (!width_ok || !op->count || op->count > UINT64_MAX / 4 || op->destination % op->width ||
        !xw_range_holds(&session->ranges, op->destination, op->count * op->width))
        return xw_record_failed(session, line, seq, INVALID_VALUE);
    xw_record *record = xw_record_new(session, XR_FILL, line, seq, 0);
    if (!record) return xw_no_memory(session);
    record->u.fill.destination = op->destination;
    record->u.fill.count = op->count;
    record->u.fill.value = op->value;
    record->u.fill.width = op->width;
    return 0;
}

static int take_record(xw_session *session, uint32_t line, uint64_t seq,
                       const xs_op_event_record *op) {
    xw_event_entry *entry = xw_event_entry_of(session, op->event);
    if (!entry) return xw_record_failed(session, line, seq, INVALID_HANDLE);
    entry->record_seq = seq;
    entry->line = (uint16_t)line;
    xw_record *record = xw_record_new(session, XR_RECORD, line, seq, 0);
    if (!record) return xw_no_memory(session);
    record->u.record.event = XS_HANDLE_INDEX(op->event);
    return 0;
}

static int take_wait(xw_session *session, uint32_t line, uint64_t seq,
                     const xs_op_stream_wait *op) {
    xw_event_entry *entry = xw_event_entry_of(session, op->event);
    if (!entry) return xw_record_failed(session, line, seq, INVALID_HANDLE);
    if (op->record_seq != entry->record_seq) return xw_record_failed(session, line, seq, INVALID_VALUE);
    xw_record *record = xw_record_new(session, XR_WAIT, line, seq, 0);
    if (!record) return xw_no_memory(session);
    record->u.wait.internal = 0;
    record->u.wait.event = XS_HANDLE_INDEX(op->event);
    record->u.wait.line = entry->line;   /* an event never recorded waits for nothing */
    record->u.wait.seq = entry->record_seq;
    return 0;
}

/* Some value of the word ends the wait. One that nothing can end would hold its stream,
 * and the session's memory with it, for ever. */
static int can_hold(uint64_t value, uint32_t width, uint32_t condition) {
    uint64_t mask = width == 8 ? UINT64_MAX : UINT32_MAX;
    if (condition == XS_WAIT_CONDITION_AND) return (value & mask) != 0;
    if (condition == XS_WAIT_CONDITION_NOR) return (~value & mask) != 0;
    return condition <= XS_WAIT_CONDITION_NOR;
}

/* Device memory, or registered host memory by its broker address. */
int xw_word_holds(const xw_session *session, uint64_t address, uint32_t width) {
    if (xw_range_holds(&session->ranges, address, width)) return 1;
    if (address < session->host_address) return 0;
    return xw_host_holds(&session->host_ranges, address - session->host_address, width);
}

static int take_value(xw_session *session, uint32_t line, uint64_t seq, int kind,
                      uint64_t address, uint64_t value, uint32_t width, uint32_t condition) {
    if ((width != 4 && width != 8) || address % width ||
        !xw_word_holds(session, address, width) ||
        (kind == XR_WAIT_VALUE && !can_hold(value, width, condition)))
        return xw_record_failed(session, line, seq, INVALID_VALUE);
    xw_record *record = xw_record_new(session, kind, line, seq, 0);
    if (!record) return xw_no_memory(session);
    record->u.value.address = address;
    record->u.value.value = value;
    record->u.value.width = width;
    record->u.value.condition = condition;
    return 0;
}

static int take_plain(xw_session *session, uint32_t line, uint64_t seq, int kind,
                      uint64_t token) {
    xw_record *record = xw_record_new(session, kind, line, seq, 0);
    if (!record) return xw_no_memory(session);
    if (kind == XR_HOST) record->u.host.token = token;
    return 0;
}

/* ---- creations and destructions: tables, and a word to the worker ---- */

static int stream_create(xw_session *session, uint64_t seq, const xs_op_stream_create *op) {
    uint32_t line = XS_HANDLE_INDEX(op->stream);
    if (XS_HANDLE_KIND(op->stream) != XS_KIND_STREAM || line <= XS_STREAM_INDEX_LEGACY ||
        line >= session->streams_max || session->stream_entries[line].open)
        return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    xw_stream_entry *entry = &session->stream_entries[line];
    uint64_t bit = 1ull << (line % 64);
    if ((op->flags & XS_STREAM_FLAG_NON_BLOCKING) && session->blocking_lines[line / 64] & bit) {
        /* Its blocking namesake's work comes before the legacy stream's; its own does not. */
        if (edge(session, XS_STREAM_INDEX_LEGACY, line, entry->last_seq, seq, 1)) return -1;
        session->blocking_lines[line / 64] &= ~bit;
    }
    entry->open = 1;
    entry->blocking = !(op->flags & XS_STREAM_FLAG_NON_BLOCKING);
    entry->generation = (uint16_t)XS_HANDLE_GENERATION(op->stream);
    xw_record *record = xw_record_new(session, XR_STREAM_OPEN, line, seq, 0);
    if (!record) return xw_no_memory(session);
    record->u.open.band = op->priority < 0 ? 0 : 1;
    session->absorbed++;
    return 0;
}

static int stream_destroy(xw_session *session, uint64_t seq, uint64_t handle) {
    uint32_t line = stream_line(session, handle);
    if (line <= XS_STREAM_INDEX_LEGACY) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    session->stream_entries[line].open = 0;
    session->absorbed++;
    return 0;
}

static int event_create(xw_session *session, uint64_t seq, uint64_t handle) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_EVENT || index == 0 || index >= XS_EVENTS_MAX)
        return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    if (index >= session->events_capacity) {
        uint32_t capacity = session->events_capacity ? session->events_capacity : 64;
        while (capacity <= index) capacity *= 2;
        xw_event_entry *entries = realloc(session->event_entries, capacity * sizeof *entries);
        if (!entries) return xw_no_memory(session);
        memset(entries + session->events_capacity, 0,
               (capacity - session->events_capacity) * sizeof *entries);
        session->event_entries = entries;
        session->events_capacity = capacity;
    }
    xw_event_entry *entry = &session->event_entries[index];
    if (entry->open) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    *entry = (xw_event_entry){.open = 1,
                              .generation = (uint16_t)XS_HANDLE_GENERATION(handle)};
    session->absorbed++;
    return 0;
}

static int event_destroy(xw_session *session, uint64_t seq, uint64_t handle) {
    xw_event_entry *entry = xw_event_entry_of(session, handle);
    if (!entry) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    entry->open = 0;
    session->tables_changed++;
    xw_record *record = xw_record_new(session, XR_EVENT_FREE, 1, seq, 0);
    if (!record) return xw_no_memory(session);
    record->u.record.event = XS_HANDLE_INDEX(handle);
    session->absorbed++;
    return 0;
}

/* ---------------------------------------------------------------- the sink */

static int sink_begin(void *context, uint64_t first_seq, uint32_t count) {
    (void)count; /* bounded by the codec */
    xw_session *session = context;
    if (first_seq == session->next_seq) return 0;
    snprintf(session->error, sizeof session->error,
             "submit: first_seq: %llu, expected %llu (no gaps, no repeats)",
             (unsigned long long)first_seq, (unsigned long long)session->next_seq);
    return -1;
}

static uint64_t operation_stream(const xs_operation *op) {
    switch (op->kind) {
    case XS_OP_LAUNCH: return op->u.launch.stream;
    case XS_OP_COPY_H2D: return op->u.copy_h2d.stream;
    case XS_OP_COPY_D2H: return op->u.copy_d2h.stream;
    case XS_OP_COPY_D2D: return op->u.copy_d2d.stream;
    case XS_OP_MEMSET: return op->u.memset.stream;
    case XS_OP_EVENT_RECORD: return op->u.event_record.stream;
    case XS_OP_STREAM_WAIT: return op->u.stream_wait.stream;
    case XS_OP_WRITE_VALUE: return op->u.write_value.stream;
    case XS_OP_WAIT_VALUE: return op->u.wait_value.stream;
    case XS_OP_HOST_FUNCTION: return op->u.host_function.stream;
    case XS_OP_GRAPH_LAUNCH: return op->u.graph_launch.stream;
    case XS_OP_COPY_3D: return op->u.copy_3d.stream;
    case XS_OP_MEMSET_2D: return op->u.memset_2d.stream;
    default: return op->u.complete.stream;
    }
}

static int take_on_stream(xw_session *session, uint32_t line, uint64_t seq,
                          const xs_operation *op) {
    switch (op->kind) {
    case XS_OP_LAUNCH: return take_launch(session, line, seq, &op->u.launch);
    case XS_OP_COPY_H2D:
        return take_copy(session, line, seq, XS_COPY_H2D, op->u.copy_h2d.destination,
                         op->u.copy_h2d.host_offset, op->u.copy_h2d.bytes);
    case XS_OP_COPY_D2H:
        return take_copy(session, line, seq, XS_COPY_D2H, op->u.copy_d2h.host_offset,
                         op->u.copy_d2h.source, op->u.copy_d2h.bytes);
    case XS_OP_COPY_D2D:
        return take_copy(session, line, seq, XS_COPY_D2D, op->u.copy_d2d.destination,
                         op->u.copy_d2d.source, op->u.copy_d2d.bytes);
    case XS_OP_MEMSET: return take_memset(session, line, seq, &op->u.memset);
    case XS_OP_EVENT_RECORD: return take_record(session, line, seq, &op->u.event_record);
    case XS_OP_STREAM_WAIT: return take_wait(session, line, seq, &op->u.stream_wait);
    case XS_OP_WRITE_VALUE:
        return take_value(session, line, seq, XR_WRITE_VALUE, op->u.write_value.address,
                          op->u.write_value.value, op->u.write_value.width, 0);
    case XS_OP_WAIT_VALUE:
        return take_value(session, line, seq, XR_WAIT_VALUE, op->u.wait_value.address,
                          op->u.wait_value.value, op->u.wait_value.width,
                          op->u.wait_value.condition);
    case XS_OP_COPY_3D: return xw_take_copy_3d(session, line, seq, &op->u.copy_3d);
    case XS_OP_MEMSET_2D: return xw_take_memset_2d(session, line, seq, &op->u.memset_2d);
    case XS_OP_HOST_FUNCTION:
        return take_plain(session, line, seq, XR_HOST, op->u.host_function.token);
    case XS_OP_GRAPH_LAUNCH: return xg_take_launch(session, line, seq, op->u.graph_launch.exec);
    default:
        session->waits++;
        return take_plain(session, line, seq, XR_COMPLETE, 0);
    }
}

/* Make the record of an operation in a chunk of the caller's instead of the submission's.
 * What cannot be done becomes an XR_FAILED there. -1 without memory. */
int xw_record_into(xw_session *session, xw_chunk *chunk, const xs_operation *op) {
    xw_chunk *filling = session->filling;
    uint32_t operations = session->chunk_operations;
    session->filling = chunk;
    int result = take_on_stream(session, XS_STREAM_INDEX_LEGACY, 0, op);
    session->filling = filling;
    session->chunk_operations = operations;
    return result;
}

static int sink_operation(void *context, uint64_t seq, const xs_operation *op) {
    xw_session *session = context;
    if (XS_HANDLE_KIND(op->u.complete.stream) == XS_KIND_GRAPH) return xg_take(session, seq, op);
    switch (op->kind) {
    case XS_OP_STREAM_CREATE: return stream_create(session, seq, &op->u.stream_create);
    case XS_OP_STREAM_DESTROY: return stream_destroy(session, seq, op->u.stream_destroy.stream);
    case XS_OP_EVENT_CREATE: return event_create(session, seq, op->u.event_create.event);
    case XS_OP_EVENT_DESTROY: return event_destroy(session, seq, op->u.event_destroy.event);
    case XS_OP_GRAPH_EXEC_DESTROY:
        return xg_exec_destroy(session, seq, op->u.graph_exec_destroy.exec);
    case XS_OP_GRAPH_CREATE: case XS_OP_GRAPH_DEPEND: case XS_OP_GRAPH_EMPTY:
    case XS_OP_GRAPH_CHILD: case XS_OP_GRAPH_DESTROY: /* with the handle of something else */
        return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    default: break;
    }
    uint32_t line = stream_line(session, operation_stream(op));
    if (!line) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    if (op->kind == XS_OP_GRAPH_LAUNCH &&
        xg_check_launch(session, op->u.graph_launch.exec) == XS_SINK_AGAIN)
        return XS_SINK_AGAIN;
    /* `complete` is about visibility, not order: it makes no edges. */
    if (op->kind != XS_OP_COMPLETE && order_after_legacy(session, line, seq)) return -1;
    return take_on_stream(session, line, seq, op);
}

static void sink_end(void *context, uint64_t last_seq) {
    xw_session *session = context;
    if (session->absorbed) { /* they count as issued, or the client would see a backlog */
        xw_record *record = xw_record_new(session, XR_ABSORBED, 1, last_seq, 0);
        if (record) record->u.absorbed.count = session->absorbed;
        session->absorbed = 0;
    }
    xw_chunk *chunk = session->filling;
    session->next_seq = last_seq + 1;
    /* First, so that nothing is ever seen retired that is not accepted. */
    _Atomic uint64_t *accepted = (_Atomic uint64_t *)(session->status + XS_STATUS_ACCEPTED_SEQ);
    atomic_store_explicit(accepted, last_seq, memory_order_release);
    if (chunk) {
        session->filling = NULL;
        chunk->accepted_ns = xw_now_of(session->worker);
        xw_count(&session->sent, session->chunk_operations);
        xw_count(&session->sent_bytes, chunk->used);
        atomic_store_explicit(&session->queue_tail->next, chunk, memory_order_release);
        session->queue_tail = chunk;
        session->chunks_sent++;
        xw_floor_keep(session);
        xw_arrival(session, session->chunk_operations);
    }
}

static const char *sink_error(void *context) { return ((xw_session *)context)->error; }

int xw_intake_init(xw_session *session) {
    session->sink = (xs_sink){session, sink_begin, sink_operation, sink_end, sink_error};
    session->next_seq = 1;
    session->stream_entries[XS_STREAM_INDEX_LEGACY].open = 1;
    session->stream_entries[XS_STREAM_INDEX_LEGACY].blocking = 1;
    session->queue_head = session->queue_tail = calloc(1, sizeof(xw_chunk));
    return session->queue_head && !xg_open(session) ? 0 : -1;
}

static void chunk_free(xw_chunk *chunk) {
    if (chunk) free(chunk->bytes);
    free(chunk);
}

void xw_intake_free(xw_session *session) {
    chunk_free(session->filling);
    xg_close(session);
    for (xw_chunk *chunk = session->queue_head, *next; chunk; chunk = next) {
        next = atomic_load_explicit(&chunk->next, memory_order_relaxed);
        chunk_free(chunk);
    }
    free(session->functions);
    free(session->ranges.items);
    free(session->host_ranges.items);
    free(session->stream_entries);
    free(session->event_entries);
}
