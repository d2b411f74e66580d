/* What tenants of fuzz_worker.c submit on streams: well-formed operations, and what a correct
 * client may get wrong. Each joins the model as it is made. */
#ifndef XS_WORKER_PROGRAMS_H
#define XS_WORKER_PROGRAMS_H

#include "tests/fuzz/worker_model.h"

static uint32_t some_line(const tenant *t) {
    for (uint32_t tries = 0; tries < 8; tries++) {
        uint32_t line = 1 + below(LINES - 1);
        if (t->open[line]) return line;
    }
    return 1;
}

static uint64_t some_bytes(void) {
    switch (below(8)) {
    case 0: return (1 + below(200)) << 20;
    case 1: return (1 + below(4096)) << 12;
    default: return 4 * (1 + below(256));
    }
}

/* Rows that follow each other on the device, where the model counts bytes, and have gaps on
 * the host: pieces of whole rows, and of parts where a row crosses a piece of the arena. */
static xs_operation make_rows(tenant *t, uint32_t slot, uint32_t line) {
    uint64_t row_bytes = chance(20) ? (1 + below(5)) << 20 : 4 * (1 + below(4096));
    uint64_t pitch = row_bytes + 4 * (1 + below(64)), most = (HOST_BYTES - row_bytes) / pitch;
    uint32_t rows = 1 + below(most < 2000 ? (uint32_t)most + 1 : 2000);
    uint64_t device = tag(slot, t->sequence), span = (rows - 1) * pitch + row_bytes;
    uint64_t host = 4 * below((uint32_t)((HOST_BYTES - span) / 4) + 1);
    xs_op_copy_3d op = {.stream = stream_handle(t, line), .row_bytes = row_bytes, .rows = rows,
                        .layers = 1, .kind = (uint8_t)below(2)};
    join(t, M_TASK, line, 1)->bytes = row_bytes * rows;
    op.destination = op.kind == XS_COPY_KIND_D2H ? host : device;
    op.destination_pitch = op.kind == XS_COPY_KIND_D2H ? pitch : row_bytes;
    op.source = op.kind == XS_COPY_KIND_D2H ? device : host;
    op.source_pitch = op.kind == XS_COPY_KIND_D2H ? row_bytes : pitch;
    return (xs_operation){XS_OP_COPY_3D, {.copy_3d = op}};
}

static xs_operation make_copy(tenant *t, uint32_t slot, uint32_t line) {
    if (chance(20)) return make_rows(t, slot, line);

    uint64_t stream = stream_handle(t, line), device = tag(slot, t->sequence);
    uint64_t bytes = some_bytes(), host = 0;
    uint32_t kind = below(4);
    if (kind < 2) {
        if (bytes > HOST_BYTES) bytes = HOST_BYTES;
        host = 4 * below((uint32_t)(HOST_BYTES - bytes) / 4 + 1);
    }
    join(t, M_TASK, line, 1)->bytes = bytes;
    switch (kind) {
    case 0: return (xs_operation){XS_OP_COPY_H2D, {.copy_h2d = {stream, device, host, bytes}}};
    case 1: return (xs_operation){XS_OP_COPY_D2H, {.copy_d2h = {stream, host, device, bytes}}};
    case 2:
        return (xs_operation){XS_OP_COPY_D2D, {.copy_d2d = {stream, device, device, bytes}}};
    default:
        return (xs_operation){XS_OP_MEMSET, {.memset = {stream, device, 7, 4, bytes / 4}}};
    }
}

static xs_operation make_event(tenant *t, uint32_t line) {
    uint32_t index = 1 + below(EVENTS - 1);
    uint64_t stream = stream_handle(t, line);
    if (!t->events[index].open) {
        t->events[index].open = 1;
        t->events[index].seq = 0;
        t->events[index].generation++;
        join(t, M_PASS, 0, 0);
        return (xs_operation){XS_OP_EVENT_CREATE,
                              {.event_create = {event_handle(t, index), 0}}};
    }
    uint64_t event = event_handle(t, index);
    switch (below(8)) {
    case 0:
        t->events[index].open = 0;
        join(t, M_PASS, 0, 0);
        return (xs_operation){XS_OP_EVENT_DESTROY, {.event_destroy = {event}}};
    case 1: case 2: case 3:
        t->events[index].seq = t->sequence;
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_EVENT_RECORD, {.event_record = {stream, event}}};
    default:
        after(join(t, M_PASS, line, 1), t->events[index].seq);
        return (xs_operation){XS_OP_STREAM_WAIT,
                              {.stream_wait = {stream, event, t->events[index].seq}}};
    }
}

static xs_operation make_stream(tenant *t) {
    uint32_t line = 2 + below(LINES - 2);
    join(t, M_PASS, 0, 0);
    if (t->open[line]) {
        t->open[line] = 0;
        return (xs_operation){XS_OP_STREAM_DESTROY,
                              {.stream_destroy = {stream_handle(t, line)}}};
    }
    t->open[line] = 1;
    t->generation[line]++;
    t->blocking[line] = (uint8_t)chance(60);
    return (xs_operation){XS_OP_STREAM_CREATE,
                          {.stream_create = {stream_handle(t, line), !t->blocking[line],
                                             chance(30) ? -1 : 0}}};
}

/* What a correct client may get wrong: it retires in its place, undone. */
static xs_operation make_wrong(tenant *t, uint32_t line) {
    uint64_t stream = stream_handle(t, line);
    switch (below(6)) {
    case 4:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_COPY_3D,
                              {.copy_3d = {.stream = stream, .kind = (uint8_t)below(3),
                                           .destination = VA, .destination_pitch = below(9),
                                           .source = below(2) ? VA : 0,
                                           .source_pitch = UINT64_MAX - below(9),
                                           .row_bytes = 8, .rows = 2 + below(3),
                                           .layers = 1 + below(2)}}};
    case 5:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_MEMSET_2D,
                              {.memset_2d = {.stream = stream, .destination = VA, .pitch = 1024,
                                             .width = (uint8_t)below(5), .columns = 2,
                                             .rows = UINT32_MAX}}};
    case 0: /* retires on the legacy stream's line, outside of its order */
        join(t, M_PASS, 1, 0);
        return (xs_operation){XS_OP_COMPLETE,
                              {.complete = {XS_HANDLE(XS_KIND_STREAM, 0, 9999, 3)}}};
    case 1:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_MEMSET, {.memset = {stream, 64, 0, 4, 1}}};
    case 2:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_STREAM_WAIT, {.stream_wait = {stream, 12345, 1}}};
    default:
        join(t, M_PASS, line, 1);
        return (xs_operation){XS_OP_LAUNCH, {.launch = {.stream = stream, .function = 77}}};
    }
}

static xs_operation make_value(tenant *t, uint32_t slot, uint32_t line) {
    uint64_t address = VA + ((uint64_t)slot << 40) + 8 * below(4);
    uint64_t value = 1 + below(3);
    join(t, M_PASS, line, 1);
    if (chance(70))
        return (xs_operation){XS_OP_WRITE_VALUE,
                              {.write_value = {stream_handle(t, line), address, value, 8}}};
    return (xs_operation){XS_OP_WAIT_VALUE,
                          {.wait_value = {stream_handle(t, line), address, value,
                                          chance(50) ? 4 : 8, (uint8_t)below(4)}}};
}

static xs_operation make_operation(tenant *t, uint32_t slot, uint64_t params[2]) {
    uint32_t line = some_line(t), pick = below(100);
    t->sequence++;
    if (pick < 45) {
        join(t, M_TASK, line, 1);
        params[0] = tag(slot, t->sequence);
        params[1] = below(chance(20) ? LAUNCH_NS_MAX : 8000);
        xs_operation op = {XS_OP_LAUNCH, {.launch = {
            .stream = stream_handle(t, line), .function = XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1),
            .grid_x = 1 + below(400), .grid_y = 1, .grid_z = 1, .block_x = 256, .block_y = 1,
            .block_z = 1, .params = (const uint8_t *)params, .params_bytes = 16}}};
        return op;
    }
    if (pick < 55) return make_copy(t, slot, line);
    if (pick < 77) return make_event(t, line);
    if (pick < 83) return make_stream(t);
    if (pick < 86) return make_wrong(t, line);
    if (pick < 92) return make_value(t, slot, line);
    uint64_t stream = stream_handle(t, line);
    if (pick < 95) {
        join(t, M_HOST, line, 1);
        return (xs_operation){XS_OP_HOST_FUNCTION, {.host_function = {stream, pick}}};
    }
    join(t, M_PASS, line, 0);
    return (xs_operation){XS_OP_COMPLETE, {.complete = {stream}}};
}

static void submit(uint32_t slot) {
    tenant *t = &run.tenants[slot];
    uint32_t count = 1 + below(chance(20) ? 120 : 12);
    if (t->closing || t->sequence + count > OPERATIONS) return;
    const xs_sink *sink = &t->session->sink;
    uint64_t params[2] = {0};
    CHECK(!sink->begin(sink->context, t->sequence + 1, count), "%s", sink->error(sink->context));
    for (uint32_t i = 0; i < count; i++) {
        pthread_mutex_lock(&dev.lock); /* the model is shared with the device's hooks */
        xs_operation op = make_operation(t, slot, params);
        pthread_mutex_unlock(&dev.lock);
        CHECK(!sink->operation(sink->context, t->sequence, &op), "%s",
              sink->error(sink->context));
    }
    sink->end(sink->context, t->sequence);
    xw_needs_grant(t->session);
    xw_pause_needed(t->session);
}

#endif
