/* How the broker is told of a graph.
 *
 * Decides which operations a node becomes: most are one; a copy that meets pageable memory is
 * a copy to or from staging memory and a function that moves its bytes, so that each launch
 * reads what is there then; a child graph is its nodes. The broker's graph lives only while
 * an executable form is made of it, so one handle serves all, its generation changing.
 * Source: broker/wire/schema.toml, graphs. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/graphs.h"

typedef struct sending {
    xs_graph_sent *sent;
    xs_graph_node *node;     /* the one being told */
    uint64_t graph;          /* handle on the wire */
    uint32_t next;           /* number of the next node there */
} sending;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint16_t generation;

void xs_exec_parts_free(xs_exec_part *parts) {
    while (parts) {
        xs_exec_part *gone = parts;
        parts = gone->next;
        if (gone->token)
            xs_callback_forget(gone->token);
        if (gone->stage)
            xs_arena_give(gone->stage);
        free(gone);
    }
}

/* ------------------------------------------------------------------ the broker's graph */

static CUresult graph_operation(const sending *s, uint8_t kind) {
    xs_operation op = {.kind = kind};

    op.u.graph_create.graph = s->graph; /* the only field of all of these */
    return xs_append(&op, NULL);
}

static CUresult begin(sending *s) {
    s->graph = XS_HANDLE(XS_KIND_GRAPH, 0, generation, 1);
    generation++;
    return graph_operation(s, XS_OP_GRAPH_CREATE);
}

static CUresult finish(sending *s, xs_message *request) {
    xs_graph_sent *sent = s->sent;
    xs_reply reply;
    CUresult result = xs_exchange(request, &reply);

    sent->bad = XS_GRAPH_NODE_ALL;
    sent->update = CU_GRAPH_EXEC_UPDATE_ERROR;
    if (result)
        return result;
    result = reply.message.u.done.result;
    if (request->kind == XS_MSG_GRAPH_UPDATE) {
        sent->bad = reply.message.u.graph_updated.node;
        sent->update = (int)reply.message.u.graph_updated.update_result;
    } else {
        sent->bad = reply.message.u.graph_instantiated.node;
    }
    xs_reply_free(&reply);
    return result;
}

static CUresult ask_update(sending *s, uint32_t node) {
    xs_message request = {.kind = XS_MSG_GRAPH_UPDATE};

    request.u.graph_update.exec = s->sent->exec;
    request.u.graph_update.graph = s->graph;
    request.u.graph_update.node = node;
    return finish(s, &request);
}

static CUresult ask_instantiate(sending *s) {
    xs_message request = {.kind = XS_MSG_GRAPH_INSTANTIATE};

    request.u.graph_instantiate.graph = s->graph;
    request.u.graph_instantiate.exec = s->sent->exec;
    return finish(s, &request);
}

static CUresult depend(const sending *s, const uint32_t *numbers, uint32_t count) {
    const uint32_t most = XS_GRAPH_DEPENDS_BYTES_MAX / sizeof *numbers;
    CUresult result = CUDA_SUCCESS;

    for (uint32_t at = 0; at < count && !result; at += most) {
        xs_operation op = {.kind = XS_OP_GRAPH_DEPEND};
        op.u.graph_depend.graph = s->graph;
        op.u.graph_depend.nodes = (const uint8_t *)(numbers + at);
        op.u.graph_depend.nodes_bytes = (count - at < most ? count - at : most) * sizeof *numbers;
        result = xs_append(&op, NULL);
    }
    return result;
}

/* The next node on the wire: after the node's own first one, or after `numbers`. */
static CUresult step(sending *s, xs_operation *op, const uint32_t *numbers, uint32_t count) {
    const uint32_t previous = s->next - 1;
    int is_first = s->next == s->node->first;
    CUresult result = is_first ? depend(s, numbers, count) : depend(s, &previous, 1);

    memcpy(&op->u, &s->graph, sizeof s->graph); /* the stream, which is the first field */
    if (!result)
        result = xs_append(op, NULL);
    s->next++;
    return result;
}

/* ------------------------------------------------------------------ parts */

static xs_exec_part *part_new(sending *s) {
    xs_exec_part *part = calloc(1, sizeof *part);

    if (!part)
        return NULL;
    part->node = s->node;
    part->next = s->sent->parts;
    s->sent->parts = part;
    return part;
}

static CUresult tell_function(sending *s, xs_exec_part *part, CUhostFn function, void *data,
                              const uint32_t *numbers, uint32_t count) {
    xs_operation op = {.kind = XS_OP_HOST_FUNCTION};

    part->token = xs_callback_keep(function, data);
    if (!part->token)
        return CUDA_ERROR_OUT_OF_MEMORY;
    s->sent->host_functions++;
    op.u.host_function.token = part->token;
    return step(s, &op, numbers, count);
}

static CUresult tell_host(sending *s, const CUDA_HOST_NODE_PARAMS *host, const uint32_t *numbers,
                          uint32_t count) {
    xs_exec_part *part = part_new(s);

    return part ? tell_function(s, part, host->fn, host->userData, numbers, count)
                : CUDA_ERROR_OUT_OF_MEMORY;
}

/* ------------------------------------------------------------------ copies */

/* Row by row; a side's pitches as in the box. Runs on the thread of host functions. */
static void move_rows(void *data) {
    const xs_box *box = &((const xs_exec_part *)data)->box;

    for (uint64_t layer = 0; layer < box->layers; layer++)
        for (uint64_t row = 0; row < box->rows; row++)
            memmove((char *)(uintptr_t)box->to.at + layer * box->to.slice + row * box->to.pitch,
                    (const char *)(uintptr_t)box->from.at + layer * box->from.slice +
                        row * box->from.pitch,
                    box->row_bytes);
}

/* A side that lies packed in staging memory. */
static xs_box_side packed(const xs_box *box, void *stage) {
    return (xs_box_side){(uint64_t)(uintptr_t)stage, box->row_bytes, box->row_bytes * box->rows,
                         0, 1};
}

static CUresult tell_box(sending *s, const xs_box *box, const uint32_t *numbers,
                         uint32_t count) {
    xs_operation op;

    xs_box_operation(box, &op);
    return step(s, &op, numbers, count);
}

/* Pageable memory: its bytes move when the launch comes there. */
static CUresult tell_staged(sending *s, const xs_box *box, const uint32_t *numbers,
                            uint32_t count) {
    xs_exec_part *part = part_new(s);
    xs_box copy = *box;
    CUresult result;

    if (part)
        part->stage = xs_arena_take(box->row_bytes * box->rows * box->layers, 0);
    if (!part || !part->stage)
        return CUDA_ERROR_OUT_OF_MEMORY;
    part->box = *box;
    if (box->to.device) {
        part->box.to = copy.from = packed(box, part->stage);
        result = tell_function(s, part, move_rows, part, numbers, count);
        return result ? result : tell_box(s, &copy, numbers, count);
    }
    part->box.from = copy.to = packed(box, part->stage);
    result = tell_box(s, &copy, numbers, count);
    return result ? result : tell_function(s, part, move_rows, part, numbers, count);
}

static CUresult tell_beside(sending *s, const xs_box *box, const uint32_t *numbers,
                            uint32_t count) {
    xs_exec_part *part = part_new(s);

    if (!part)
        return CUDA_ERROR_OUT_OF_MEMORY;
    part->box = *box;
    return tell_function(s, part, move_rows, part, numbers, count);
}

static CUresult tell_empty(sending *s, const uint32_t *numbers, uint32_t count) {
    xs_operation op = {.kind = XS_OP_GRAPH_EMPTY};

    return step(s, &op, numbers, count);
}

/* One side is of the device, the other pageable: a copy, and a function that moves. */
static int is_staged(const xs_box *box) {
    return !xs_box_is_empty(box) && (box->to.device || box->from.device) &&
           (!(box->to.device || box->to.pinned) || !(box->from.device || box->from.pinned));
}

static CUresult tell_copy(sending *s, const CUDA_MEMCPY3D *copy, const uint32_t *numbers,
                          uint32_t count) {
    xs_box box;
    CUresult result = xs_box_read(copy, &box);

    if (result)
        return result;
    if (xs_box_is_empty(&box))
        return tell_empty(s, numbers, count);
    if (!box.to.device && !box.from.device)
        return tell_beside(s, &box, numbers, count);
    return is_staged(&box) ? tell_staged(s, &box, numbers, count)
                           : tell_box(s, &box, numbers, count);
}

/* ------------------------------------------------------------------ the other kinds */

static CUresult tell_kernel(sending *s, const xs_node_work *work, const uint32_t *numbers,
                            uint32_t count) {
    xs_operation op = {.kind = XS_OP_LAUNCH};
    const xs_shape *shape = &work->u.kernel.shape;
    xs_op_launch *launch = &op.u.launch;

    if (work->u.kernel.function != xs_function_of(work->u.kernel.function))
        return CUDA_ERROR_INVALID_HANDLE; /* its module was unloaded */
    launch->function = work->u.kernel.function->object.wire;
    launch->grid_x = shape->grid[0];
    launch->grid_y = shape->grid[1];
    launch->grid_z = shape->grid[2];
    launch->block_x = shape->block[0];
    launch->block_y = shape->block[1];
    launch->block_z = shape->block[2];
    launch->shared_bytes = shape->shared_bytes;
    launch->params = work->u.kernel.params;
    launch->params_bytes = work->u.kernel.params_bytes;
    launch->attributes = (const uint8_t *)work->u.kernel.attributes;
    launch->attributes_bytes =
        work->u.kernel.attributes_count * (uint32_t)sizeof(CUlaunchAttribute);
    return step(s, &op, numbers, count);
}

static CUresult tell_fill(sending *s, const CUDA_MEMSET_NODE_PARAMS *fill,
                          const uint32_t *numbers, uint32_t count) {
    xs_operation op = {.kind = XS_OP_MEMSET};

    if (!fill->width || !fill->height)
        return tell_empty(s, numbers, count);
    if (fill->height == 1) {
        op.u.memset.destination = fill->dst;
        op.u.memset.value = fill->value;
        op.u.memset.width = (uint8_t)fill->elementSize;
        op.u.memset.count = fill->width;
    } else {
        op.kind = XS_OP_MEMSET_2D;
        op.u.memset_2d.destination = fill->dst;
        op.u.memset_2d.pitch = fill->pitch;
        op.u.memset_2d.value = fill->value;
        op.u.memset_2d.width = (uint8_t)fill->elementSize;
        op.u.memset_2d.columns = fill->width;
        op.u.memset_2d.rows = (uint32_t)fill->height;
    }
    return step(s, &op, numbers, count);
}

static CUresult tell_event(sending *s, const xs_node_work *work, const uint32_t *numbers,
                           uint32_t count) {
    const uint64_t event = xs_event_wire(work->u.event);
    xs_operation op;

    if (!event)
        return CUDA_ERROR_INVALID_HANDLE;
    if (work->type == CU_GRAPH_NODE_TYPE_EVENT_RECORD) {
        op = (xs_operation){.kind = XS_OP_EVENT_RECORD};
        op.u.event_record.event = event;
    } else {
        op = (xs_operation){.kind = XS_OP_STREAM_WAIT};
        op.u.stream_wait.event = event;
    }
    return step(s, &op, numbers, count);
}

static CUresult tell_words(sending *s, const CUDA_BATCH_MEM_OP_NODE_PARAMS *words,
                           const uint32_t *numbers, uint32_t count) {
    CUresult result = CUDA_SUCCESS;
    xs_operation op;

    for (unsigned i = 0; i < words->count && !result; i++)
        if (xs_word_operation(&words->paramArray[i], &op))
            result = step(s, &op, numbers, count);
    if (!result && s->next == s->node->first)
        result = tell_empty(s, numbers, count);
    return result;
}

static CUresult tell_graph(sending *s, xs_graph *graph, const uint32_t *numbers, uint32_t count);

/* The child's nodes, then one that all after it wait for. */
static CUresult tell_child(sending *s, xs_graph *child, const uint32_t *numbers,
                           uint32_t count) {
    xs_graph_node *node = s->node;
    uint32_t *ends = malloc((child->count + count + 1) * sizeof *ends);
    uint32_t ends_count = 0;
    CUresult result = ends ? tell_graph(s, child, numbers, count) : CUDA_ERROR_OUT_OF_MEMORY;

    for (const xs_graph_node *one = child->first; one && !result; one = one->next)
        if (!one->after.count)
            ends[ends_count++] = one->last;
    if (!result && !child->count && count) {
        memcpy(ends, numbers, count * sizeof *ends);
        ends_count = count;
    }
    s->node = node;
    node->first = s->next;
    if (!result)
        result = tell_empty(s, ends, ends_count);
    free(ends);
    return result;
}

static CUresult tell_work(sending *s, const xs_node_work *work, const uint32_t *numbers,
                          uint32_t count) {
    switch (work->type) {
    case CU_GRAPH_NODE_TYPE_KERNEL:
        return tell_kernel(s, work, numbers, count);
    case CU_GRAPH_NODE_TYPE_MEMCPY:
        return tell_copy(s, &work->u.copy, numbers, count);
    case CU_GRAPH_NODE_TYPE_MEMSET:
        return tell_fill(s, &work->u.fill, numbers, count);
    case CU_GRAPH_NODE_TYPE_HOST:
        return tell_host(s, &work->u.host, numbers, count);
    case CU_GRAPH_NODE_TYPE_GRAPH:
        return tell_child(s, work->u.child, numbers, count);
    case CU_GRAPH_NODE_TYPE_WAIT_EVENT:
    case CU_GRAPH_NODE_TYPE_EVENT_RECORD:
        return tell_event(s, work, numbers, count);
    case CU_GRAPH_NODE_TYPE_BATCH_MEM_OP:
        return tell_words(s, &work->u.words, numbers, count);
    default: /* nothing, and memory, which the graph has from the start */
        return tell_empty(s, numbers, count);
    }
}

/* As many that do nothing as the node has on the wire. */
static CUresult tell_off(sending *s, uint32_t many, const uint32_t *numbers, uint32_t count) {
    CUresult result = CUDA_SUCCESS;

    while (many-- && !result)
        result = tell_empty(s, numbers, count);
    return result;
}

static CUresult tell(sending *s, const xs_graph_node *node, const uint32_t *numbers,
                     uint32_t count) {
    return node->off ? tell_off(s, node->off, numbers, count)
                     : tell_work(s, &node->work, numbers, count);
}

static CUresult tell_node(sending *s, xs_graph_node *node, const uint32_t *numbers,
                          uint32_t count) {
    uint32_t *own = malloc((node->before.count + 1) * sizeof *own);
    CUresult result;

    if (!own)
        return CUDA_ERROR_OUT_OF_MEMORY;
    for (uint32_t i = 0; i < node->before.count; i++)
        own[i] = node->before.at[i].node->last;
    s->node = node;
    node->first = s->next;
    result = node->before.count ? tell(s, node, own, node->before.count)
                                : tell(s, node, numbers, count);
    node->last = s->next - 1;
    free(own);
    return result;
}

/* Those of its nodes that come after none come after `numbers`. */
static CUresult tell_graph(sending *s, xs_graph *graph, const uint32_t *numbers,
                           uint32_t count) {
    CUresult result;
    xs_graph_node **order = xs_graph_order(graph, &result);

    for (uint32_t i = 0; order && i < graph->count && !result; i++) {
        result = tell_node(s, order[i], numbers, count);
        if (result && s->sent->bad == XS_GRAPH_NODE_ALL)
            s->sent->bad = order[i]->first;
    }
    free(order);
    return result;
}

/* ------------------------------------------------------------------ for graph_execs.c */

static sending opened(xs_graph_sent *sent) {
    sent->parts = NULL;
    sent->host_functions = 0;
    sent->bad = XS_GRAPH_NODE_ALL;
    sent->update = CU_GRAPH_EXEC_UPDATE_ERROR;
    pthread_mutex_lock(&lock);
    return (sending){.sent = sent};
}

/* result: the broker's answer, or why it was not asked. What was made is freed only where
 * its form does not name it. */
static CUresult closed(sending *s, CUresult result) {
    graph_operation(s, XS_OP_GRAPH_DESTROY); /* fails only with the session */
    pthread_mutex_unlock(&lock);
    if (result) {
        xs_exec_parts_free(s->sent->parts);
        s->sent->parts = NULL;
    }
    return result;
}

CUresult xs_graph_send(xs_graph *graph, int update, xs_graph_sent *sent) {
    sending s = opened(sent);
    CUresult result = begin(&s);

    if (!result)
        result = tell_graph(&s, graph, NULL, 0);
    if (!result)
        result = update ? ask_update(&s, XS_GRAPH_NODE_ALL) : ask_instantiate(&s);
    return closed(&s, result);
}

uint32_t xs_graph_steps(const xs_node_work *work) {
    uint32_t many = 0;
    xs_operation op;
    xs_box box;

    if (work->type == CU_GRAPH_NODE_TYPE_MEMCPY)
        return xs_box_read(&work->u.copy, &box) ? 0 : is_staged(&box) ? 2 : 1;
    if (work->type == CU_GRAPH_NODE_TYPE_BATCH_MEM_OP)
        for (unsigned i = 0; i < work->u.words.count; i++)
            many += !!xs_word_operation(&work->u.words.paramArray[i], &op);
    return many ? many : 1;
}

/* All that the node is on the wire in one question: it changes as a whole or not at all. */
CUresult xs_graph_send_node(const xs_graph_node *node, const xs_node_work *work,
                            xs_graph_sent *sent) {
    xs_graph_node alone = *node;
    sending s = opened(sent);
    CUresult result = begin(&s);

    alone.first = 0;
    s.node = &alone;
    if (!result)
        result = work->type == CU_GRAPH_NODE_TYPE_EMPTY
                     ? tell_off(&s, node->last - node->first + 1, NULL, 0)
                     : tell_work(&s, work, NULL, 0);
    if (!result)
        result = ask_update(&s, node->first);
    for (xs_exec_part *part = sent->parts; part; part = part->next)
        part->node = node;
    return closed(&s, result);
}
