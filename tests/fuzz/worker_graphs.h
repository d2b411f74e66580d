/* Graphs in the programs of fuzz_worker.c: built by operations, instantiated, updated,
 * launched, destroyed.
 *
 * A graph here is a chain of launches, copies and fills whose tags say which launch of it
 * they belong to (its sequence number is known when the graph is built), and where in it:
 * so the model sees each node once, in order, never before what the launch comes after, and
 * all of them before the launch is over. Such a graph is launched once. On the null device,
 * which shows nothing, executable forms are launched, updated and destroyed at will, and on
 * all devices handles are wrong now and then. */
#ifndef XS_WORKER_GRAPHS_H
#define XS_WORKER_GRAPHS_H

#include "tests/fuzz/worker_programs.h"

enum { GRAPHS = 4, EXECS = 6, NODES = 24, NODE_BYTES_MAX = 3 << 20 };

typedef struct shape {             /* what an update may not change */
    uint32_t count, wait, record;  /* wait, record: events; 0 = none */
    uint8_t kinds[NODES];          /* 0: launch, 1: fill, 2: copy */
    uint32_t bytes[NODES];
    uint8_t second[NODES];         /* it also comes after the node two before it */
    int child;                     /* the first half is a child graph */
} shape;

static uint64_t graph_handle(uint32_t index) { return XS_HANDLE(XS_KIND_GRAPH, 0, 0, index); }

static uint64_t exec_handle(const tenant *t, uint32_t index) {
    return XS_HANDLE(XS_KIND_GRAPH_EXEC, 0, t->execs[index].generation, index);
}

/* kind: as in join; line 0: it retires with nothing. */
static void give(tenant *t, int kind, uint32_t line, int ordered, xs_operation op) {
    const xs_sink *sink = &t->session->sink;
    pthread_mutex_lock(&dev.lock);
    t->sequence++;
    join(t, kind, line, ordered);
    pthread_mutex_unlock(&dev.lock);
    int taken;
    do {
        taken = sink->operation(sink->context, t->sequence, &op);
    } while (taken == XS_SINK_AGAIN);
    CHECK(taken >= 0, "%s", sink->error(sink->context));
}

static void begin(tenant *t) {
    const xs_sink *sink = &t->session->sink;
    CHECK(!sink->begin(sink->context, t->sequence + 1, 1), "%s", sink->error(sink->context));
}

static void end(tenant *t) {
    t->session->sink.end(t->session->sink.context, t->sequence);
    xw_needs_grant(t->session);
}

#define GIVE(...) give(t, M_PASS, 0, 0, (xs_operation)__VA_ARGS__)

static shape draw_shape(const tenant *t) {
    shape s = {.count = 1 + below(chance(50) ? 4 : NODES), .child = chance(30)};
    uint32_t event = 1 + below(EVENTS - 1);
    for (uint32_t i = 0; i < s.count; i++) {
        s.kinds[i] = (uint8_t)(chance(70) ? 0 : 1 + below(2));
        s.bytes[i] = chance(20) ? 1 + below(NODE_BYTES_MAX) : 1 + below(4096);
        if (!s.kinds[i]) s.bytes[i] = 1;
        s.second[i] = (uint8_t)chance(20);
    }
    if (t->events[event].open && chance(30)) s.wait = event;
    event = 1 + below(EVENTS - 1);
    if (t->events[event].open && chance(30)) s.record = event;
    return s;
}

static void depend(tenant *t, uint64_t graph, const uint32_t *numbers, uint32_t bytes) {
    GIVE({XS_OP_GRAPH_DEPEND, {.graph_depend = {graph, (const uint8_t *)numbers, bytes}}});
}

/* Nodes first..last of the shape; the numbers on the wire start at 0 with the graph. */
static uint64_t build_part(tenant *t, uint64_t graph, const shape *s, uint32_t first,
                           uint32_t last, uint32_t number, uint64_t at) {
    for (uint32_t i = first; i < last; i++, number++) {
        uint32_t before[2] = {number - 1, number - 2};
        uint64_t params[2] = {at, below(chance(20) ? LAUNCH_NS_MAX : 8000) | DEV_GRAPH_NODE};
        uint32_t count = number < 2 ? number : 1u + s->second[i];
        if (count) depend(t, graph, before, 4 * count);
        if (s->kinds[i] == 0)
            GIVE({XS_OP_LAUNCH, {.launch = {
                .stream = graph, .function = XS_HANDLE(XS_KIND_FUNCTION, 0, 0, 1),
                .grid_x = 1 + below(400), .grid_y = 1, .grid_z = 1, .block_x = 256, .block_y = 1,
                .block_z = 1, .params = (const uint8_t *)params, .params_bytes = 16}}});
        else if (s->kinds[i] == 1)
            GIVE({XS_OP_MEMSET, {.memset = {graph, at, 7, 1, s->bytes[i]}}});
        else
            GIVE({XS_OP_COPY_D2D, {.copy_d2d = {graph, at, at, s->bytes[i]}}});
        at += s->bytes[i];
    }
    return at;
}

/* The graph of a shape, for the launch of that number. Returns the bytes it stands for. */
static uint64_t build_graph(tenant *t, uint32_t slot, uint32_t index, const shape *s,
                            uint32_t launch) {
    uint64_t graph = graph_handle(index), start = tag(slot, launch), at = start;
    uint32_t number = 0, half = s->child ? s->count / 2 : 0;
    if (half) {
        GIVE({XS_OP_GRAPH_CREATE, {.graph_create = {graph_handle(GRAPHS)}}});
        at = build_part(t, graph_handle(GRAPHS), s, 0, half, 0, at);
    }
    GIVE({XS_OP_GRAPH_CREATE, {.graph_create = {graph}}});
    if (s->wait) {
        GIVE({XS_OP_STREAM_WAIT, {.stream_wait = {graph, event_handle(t, s->wait), 0}}});
        number++;
    }
    if (half) {
        const uint32_t first = 0;
        if (number) depend(t, graph, &first, 4);
        GIVE({XS_OP_GRAPH_CHILD, {.graph_child = {graph, graph_handle(GRAPHS)}}});
        GIVE({XS_OP_GRAPH_DESTROY, {.graph_destroy = {graph_handle(GRAPHS)}}});
        number++;
    }
    at = build_part(t, graph, s, half, s->count, number, at);
    number += s->count - half;
    if (s->record) {
        const uint32_t last = number - 1;
        if (number) depend(t, graph, &last, 4);
        GIVE({XS_OP_EVENT_RECORD, {.event_record = {graph, event_handle(t, s->record)}}});
    }
    return at - start;
}

static void exec_destroy(tenant *t, uint32_t exec) {
    GIVE({XS_OP_GRAPH_EXEC_DESTROY, {.graph_exec_destroy = {exec_handle(t, exec)}}});
    t->execs[exec].open = 0;
}

static void close_natives(tenant *t, xg_native *natives, uint32_t count) {
    const xs_backend *b = run.worker->backend;
    while (count--) {
        t->charged -= natives[count].device_bytes;
        if (natives[count].graph) b->graph_close(b->device, natives[count].graph);
    }
    free(natives);
}

static void reap(tenant *t, int all) {
    int more = 1;
    while (more) {
        xg_native *natives = NULL;
        uint32_t count = xg_reap(t->session, all, &natives, &more);
        close_natives(t, natives, count);
        if (!all && chance(10)) return; /* the rest another time */
    }
    CHECK(!all || t->charged == 0, "%llu bytes of native graphs", (unsigned long long)t->charged);
}

static uint64_t runs_taken; /* published, of all seeds */

/* Longer native graphs for forms whose launches may be under way. */
static void make_runs(tenant *t) {
    xg_runs *runs;
    for (xw_graph *form; (form = xg_hot(t->session, &runs));) {
        xg_problem problem;
        uint64_t portion_ns = chance(50) ? 0 : XS_NEVER;
        int more;
        t->charged += runs->device_bytes;
        while ((more = xg_runs_realize(form, runs, run.worker->backend, portion_ns, &problem)) > 0) {
            if (chance(10)) reap(t, 0);
            if (chance(5)) break;
        }
        if (more || chance(10)) {
            xg_native *natives = NULL;
            uint32_t count = xg_runs_drop(form, runs, &natives);
            close_natives(t, natives, count);
        } else {
            xg_runs_publish(form, runs);
            runs_taken++;
        }
    }
}

/* What a client that does not wait for an answer does to what it asked for. */
static void disturb(tenant *t, uint64_t graph, uint32_t exec) {
    begin(t);
    if (t->execs[exec].open && chance(50)) {
        exec_destroy(t, exec);
        t->execs[exec].generation++;
    } else {
        GIVE({XS_OP_GRAPH_EMPTY, {.graph_empty = {graph}}});
    }
    end(t);
}

/* 0: all native graphs are there. It may be given up in the middle. */
static int realize(tenant *t, xw_graph *form, uint64_t graph, uint32_t exec, int disturbed) {
    xg_problem problem;
    uint64_t portion_ns = chance(50) ? 0 : XS_NEVER;
    int more;
    while ((more = xg_realize(form, run.worker->backend, portion_ns, &problem)) > 0) {
        if (disturbed && chance(10)) disturb(t, graph, exec);
        if (chance(5)) reap(t, 0);
        if (chance(2)) return 1;
    }
    return more;
}

/* As server/graphs.py does it; portions are small here (XG_PORTION). Returns whether there is
 * such a form now. */
static int make_form(tenant *t, uint64_t graph, uint32_t exec, int update, int disturbed) {
    xg_limits limits = {chance(50) ? UINT64_MAX : 20000, chance(50) ? UINT32_MAX : 1 + below(5)};
    xg_problem problem;
    uint64_t handle = exec_handle(t, exec);
    uint32_t node = run.null && chance(20) ? below(4) : XS_GRAPH_NODE_ALL;
    xw_graph *form = update ? xg_prepare_update(t->session, handle, graph, node, &problem)
                            : xg_prepare(t->session, graph, handle, &limits, &problem);
    if (!form) return 0;
    int more;
    while ((more = xg_prepare_more(t->session, form, &problem)) > 0) {
        if (disturbed && chance(10)) disturb(t, graph, exec);
        if (chance(5)) reap(t, 0);
    }
    int charged = !more;
    if (charged) t->charged += form->device_bytes;
    if (more || realize(t, form, graph, exec, disturbed) || chance(3) ||
        xg_publish(t->session, handle, form, update)) {
        xg_give_up(t->session, form, charged);
        if (chance(50)) reap(t, 0);
        return 0;
    }
    return 1;
}

/* One launch of a new form, perhaps of one that was updated first. */
static void story(tenant *t, uint32_t slot) {
    uint32_t exec = 1 + below(EXECS - 1), line = some_line(t), launch;
    uint64_t total = 0, graph = graph_handle(1);
    shape s = draw_shape(t);
    int made = 0, updated = chance(30);
    begin(t);
    if (t->execs[exec].open) exec_destroy(t, exec);
    t->execs[exec].generation++;
    /* Two of a shape take as many operations as each other: how many is known by the first. */
    uint32_t from = t->sequence;
    build_graph(t, slot, 1, &s, 1); /* launched by nobody */
    uint32_t operations = t->sequence - from;
    if (updated) {
        end(t);
        made = make_form(t, graph, exec, 0, 0);
        begin(t);
    }
    GIVE({XS_OP_GRAPH_DESTROY, {.graph_destroy = {graph}}});
    launch = t->sequence + operations + 1;
    total = build_graph(t, slot, 1, &s, launch);
    end(t);
    if (!updated || made) made = make_form(t, graph, exec, updated, 0);
    begin(t);
    if (made) {
        pthread_mutex_lock(&dev.lock);
        t->sequence++;
        CHECK(t->sequence == launch, "%u is not %u", t->sequence, launch);
        model_op *op = join(t, M_TASK, line, 1);
        op->bytes = total;
        if (s.wait) after(op, t->events[s.wait].seq);
        if (s.record) t->events[s.record].seq = launch;
        pthread_mutex_unlock(&dev.lock);
        xs_operation go = {XS_OP_GRAPH_LAUNCH,
                           {.graph_launch = {stream_handle(t, line), exec_handle(t, exec)}}};
        int taken;
        do {
            taken = t->session->sink.operation(t->session, launch, &go);
        } while (taken == XS_SINK_AGAIN);
        CHECK(taken >= 0, "a launch");
    }
    t->execs[exec].open = (uint8_t)made;
    GIVE({XS_OP_GRAPH_DESTROY, {.graph_destroy = {graph}}});
    if (made && chance(50)) exec_destroy(t, exec);
    end(t);
}

/* Handles that name nothing, or something else; nodes that cannot be. */
static void wrong_story(tenant *t) {
    static const uint32_t none[3] = {9, 99, 999};
    uint64_t graph = graph_handle(2), other = graph_handle(3);
    begin(t);
    GIVE({XS_OP_GRAPH_CREATE, {.graph_create = {graph}}});
    for (uint32_t i = below(6); i > 0; i--)
        switch (below(6)) {
        case 0: GIVE({XS_OP_GRAPH_EMPTY, {.graph_empty = {graph}}}); break;
        case 1: depend(t, graph, none, below(13)); break;
        case 2:
            GIVE({XS_OP_GRAPH_CHILD, {.graph_child = {graph, chance(50) ? graph : other}}});
            break;
        case 3: GIVE({XS_OP_MEMSET, {.memset = {graph, 64, 0, 4, 1}}}); break;
        case 4: GIVE({XS_OP_COMPLETE, {.complete = {graph}}}); break;
        default: GIVE({XS_OP_EVENT_RECORD, {.event_record = {graph, event_handle(t, 1)}}}); break;
        }
    end(t);
    if (run.null) make_form(t, graph, 1 + below(EXECS - 1), chance(50), 1);
    begin(t);
    GIVE({XS_OP_GRAPH_DESTROY, {.graph_destroy = {graph}}});
    give(t, M_PASS, 1, 0, (xs_operation){XS_OP_GRAPH_EMPTY, {.graph_empty = {other}}});
    give(t, M_PASS, 1, 0, (xs_operation){XS_OP_GRAPH_DESTROY, {.graph_destroy = {graph}}});
    give(t, M_PASS, 1, 0, (xs_operation){XS_OP_GRAPH_EXEC_DESTROY, {.graph_exec_destroy = {77}}});
    uint32_t line = some_line(t);
    give(t, M_PASS, line, 1,
         (xs_operation){XS_OP_GRAPH_LAUNCH, {.graph_launch = {stream_handle(t, line), graph}}});
    end(t);
}

/* The null device: launches of what may be there, on any stream, updates between them. */
static void null_story(tenant *t, uint32_t slot) {
    shape s = draw_shape(t);
    begin(t);
    build_graph(t, slot, 1, &s, 1);
    end(t);
    for (uint32_t i = below(6); i > 0; i--) {
        uint32_t exec = 1 + below(EXECS - 1), line = some_line(t);
        int made = make_form(t, graph_handle(1), exec, t->execs[exec].open, 1);
        t->execs[exec].open |= (uint8_t)made;
        begin(t);
        for (uint32_t n = t->execs[exec].open ? below(5) : 0; n > 0; n--)
            give(t, M_PASS, line, 1, (xs_operation){XS_OP_GRAPH_LAUNCH, {.graph_launch = {
                stream_handle(t, line), exec_handle(t, exec)}}});
        if (t->execs[exec].open && chance(30)) {
            exec_destroy(t, exec);
            t->execs[exec].generation++;
        }
        GIVE({XS_OP_GRAPH_EMPTY, {.graph_empty = {graph_handle(1)}}});
        end(t);
    }
    begin(t);
    GIVE({XS_OP_GRAPH_DESTROY, {.graph_destroy = {graph_handle(1)}}});
    end(t);
}

static void submit_graph(uint32_t slot) {
    tenant *t = &run.tenants[slot];
    if (t->closing || t->sequence + 200 > OPERATIONS) return;
    if (chance(20)) wrong_story(t);
    else if (run.null && chance(70)) null_story(t, slot);
    else story(t, slot);
}

#endif
