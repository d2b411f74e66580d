/* Stream capture: what streams in it are given becomes nodes of a graph.
 *
 * Decides which streams belong to a capture, what their next node comes after, and which
 * calls end it. A stream joins by waiting for an event recorded in the capture, and must be
 * joined back into the origin before the end. One lock for all captures; the rest of the
 * shim asks xs_captures_open first, which is 0 while nothing captures. capture_info.c tells
 * of captures. Source: driver API,
 * stream management (capture), cuThreadExchangeStreamCaptureMode. */
#include <pthread.h>
#include <stdlib.h>

#include "xs/graphs.h"

uint32_t xs_captures_open;
pthread_mutex_t xs_captures_lock = PTHREAD_MUTEX_INITIALIZER;
static xs_capture *captures;
static uint64_t ids;

/* ------------------------------------------------------------------ lock held */

static CUresult broken(xs_capture *c, CUresult result) {
    c->broken = 1;
    return result;
}

static int is_blocking(const xs_capture *c) {
    for (const xs_captured *one = c->streams; one; one = one->next)
        if (!(one->stream->flags & CU_STREAM_NON_BLOCKING))
            return 1;
    return 0;
}

/* The legacy stream waits for every blocking one, so using it would join captures. */
CUresult xs_capture_check_legacy(const xs_stream *stream, int used) {
    CUresult result = CUDA_SUCCESS;

    if (stream->object.index != XS_STREAM_INDEX_LEGACY)
        return CUDA_SUCCESS;
    for (xs_capture *c = captures; c; c = c->next) {
        if (!is_blocking(c))
            continue;
        result = CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
        c->broken |= used;
    }
    return result;
}

/* 1: it is captured, or may not be used now: *result. Else 0. */
static int enter(const xs_stream *stream, CUresult *result) {
    *result = CUDA_SUCCESS;
    if (!stream->captured) {
        *result = xs_capture_check_legacy(stream, 1);
        return *result != CUDA_SUCCESS;
    }
    if (stream->captured->capture->broken)
        *result = CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    return 1;
}

static void set_latest(xs_captured *stream, xs_graph_node *node) {
    stream->latest.count = 0;
    xs_edges_add(&stream->latest, node, NULL); /* has room: it held one before, or got it */
}

/* The work becomes the stream's next node, or is freed. */
static CUresult add(xs_captured *stream, xs_node_work *work) {
    xs_capture *c = stream->capture;
    xs_graph_node *node;
    CUresult result;

    result = xs_edges_add(&stream->latest, NULL, NULL); /* room for one in any case */
    if (!result) {
        stream->latest.count--;
        result = xs_graph_add(c->graph, stream->latest.at, stream->latest.count, work, &node);
    }
    if (result) {
        xs_node_work_free(work);
        return broken(c, result);
    }
    set_latest(stream, node);
    return CUDA_SUCCESS;
}

static xs_capture *find(uint64_t id) {
    xs_capture *c = captures;

    while (c && c->id != id)
        c = c->next;
    return c;
}

static CUresult join(xs_capture *c, xs_stream *stream) {
    xs_captured *made = calloc(1, sizeof *made);

    if (!made)
        return CUDA_ERROR_OUT_OF_MEMORY;
    made->capture = c;
    made->stream = stream;
    made->next = c->streams;
    c->streams = made;
    stream->captured = made;
    return CUDA_SUCCESS;
}

static void release(xs_capture *c) {
    xs_capture **at = &captures;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    while (c->streams) {
        xs_captured *gone = c->streams;
        c->streams = gone->next;
        gone->stream->captured = NULL;
        free(gone->latest.at);
        free(gone->nodes);
        free(gone->data);
        free(gone);
    }
    free(c);
    __atomic_fetch_sub(&xs_captures_open, 1, __ATOMIC_RELEASE);
}

/* ------------------------------------------------------------------ what streams are given */

static int take(xs_stream *stream, const xs_node_work *work, CUresult *result) {
    xs_node_work own;
    int met;

    pthread_mutex_lock(&xs_captures_lock);
    met = enter(stream, result);
    if (met && !*result) {
        *result = xs_node_work_copy(&own, work);
        *result = *result ? broken(stream->captured->capture, *result)
                          : add(stream->captured, &own);
    }
    pthread_mutex_unlock(&xs_captures_lock);
    return met;
}

int xs_capture_launch(xs_stream *stream, xs_function *function, const xs_shape *shape,
                      const uint8_t *params, const CUlaunchAttribute *attributes,
                      unsigned count, CUresult *result) {
    xs_node_work own;
    int met;

    pthread_mutex_lock(&xs_captures_lock);
    met = enter(stream, result);
    if (met && !*result) {
        *result = xs_node_work_kernel(&own, function, shape, params, attributes, count);
        *result = *result ? broken(stream->captured->capture, *result)
                          : add(stream->captured, &own);
    }
    pthread_mutex_unlock(&xs_captures_lock);
    return met;
}

int xs_capture_copy(xs_stream *stream, const CUDA_MEMCPY3D *copy, int wait, CUresult *result) {
    xs_node_work work = {.type = CU_GRAPH_NODE_TYPE_MEMCPY};

    if (wait) {
        *result = xs_capture_unsafe();
        return *result ? 1 : xs_capture_asked(stream, result);
    }
    work.u.copy = *copy;
    return take(stream, &work, result);
}

int xs_capture_bytes(xs_stream *stream, uint64_t to, uint64_t from, uint64_t bytes, int wait,
                     CUresult *result) {
    xs_node_work work;

    xs_node_work_bytes(&work, to, from, bytes);
    return xs_capture_copy(stream, &work.u.copy, wait, result);
}

int xs_capture_fill(xs_stream *stream, const CUDA_MEMSET_NODE_PARAMS *fill, CUresult *result) {
    xs_node_work work = {.type = CU_GRAPH_NODE_TYPE_MEMSET};

    work.u.fill = *fill;
    return take(stream, &work, result);
}

int xs_capture_words(xs_stream *stream, CUstreamBatchMemOpParams *words, unsigned count,
                     CUresult *result) {
    xs_node_work work = {.type = CU_GRAPH_NODE_TYPE_BATCH_MEM_OP};

    work.u.words.count = count;
    work.u.words.paramArray = words;
    return take(stream, &work, result);
}

int xs_capture_host(xs_stream *stream, CUhostFn function, void *data, CUresult *result) {
    xs_node_work work = {.type = CU_GRAPH_NODE_TYPE_HOST};

    work.u.host = (CUDA_HOST_NODE_PARAMS){function, data};
    return take(stream, &work, result);
}

int xs_capture_child(xs_stream *stream, xs_graph *graph, CUresult *result) {
    xs_node_work work = {.type = CU_GRAPH_NODE_TYPE_GRAPH};

    work.u.child = graph;
    if (stream->captured && xs_graph_allocates(graph))
        return xs_capture_asked(stream, result); /* no child graph may */
    return take(stream, &work, result);
}

int xs_capture_allocate(xs_stream *stream, uint64_t bytes, CUdeviceptr *address,
                        CUresult *result) {
    xs_node_work work;
    int met;

    pthread_mutex_lock(&xs_captures_lock);
    met = enter(stream, result);
    if (met && !*result) {
        xs_capture *c = stream->captured->capture;
        *result = xs_graph_memory_work(&work, c->graph, &stream->captured->latest, bytes);
        if (!*result)
            *address = work.u.memory->address;
        *result = *result ? broken(c, *result) : add(stream->captured, &work);
    }
    pthread_mutex_unlock(&xs_captures_lock);
    return met;
}

int xs_capture_free(xs_stream *stream, CUdeviceptr address, CUresult *result) {
    xs_node_work work;
    int met;

    pthread_mutex_lock(&xs_captures_lock);
    met = enter(stream, result);
    if (met && !*result) {
        *result = xs_graph_memory_free_work(&work, address);
        *result = *result ? broken(stream->captured->capture, *result)
                          : add(stream->captured, &work);
        if (!*result)
            work.u.memory->freed_by = stream->captured->latest.at[0].node;
    }
    pthread_mutex_unlock(&xs_captures_lock);
    return met;
}

/* ------------------------------------------------------------------ what ends a xs_capture */

int xs_capture_asked(xs_stream *stream, CUresult *result) {
    int met;

    pthread_mutex_lock(&xs_captures_lock);
    met = enter(stream, result);
    if (met && !*result)
        *result = broken(stream->captured->capture, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    pthread_mutex_unlock(&xs_captures_lock);
    return met;
}

CUresult xs_capture_unsafe(void) {
    CUresult result = CUDA_SUCCESS;

    if (xs_self.capture_mode == CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_SUCCESS;
    pthread_mutex_lock(&xs_captures_lock);
    for (xs_capture *c = captures; c; c = c->next) {
        int mine = c->thread == &xs_self && c->mode != CU_STREAM_CAPTURE_MODE_RELAXED;
        int any = xs_self.capture_mode == CU_STREAM_CAPTURE_MODE_GLOBAL &&
                  c->mode == CU_STREAM_CAPTURE_MODE_GLOBAL;
        if (mine || any)
            result = broken(c, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    }
    pthread_mutex_unlock(&xs_captures_lock);
    return result;
}

/* ------------------------------------------------------------------ events */

void xs_captured_event_clear(xs_captured_event *captured) {
    free(captured->at);
    *captured = (xs_captured_event){0};
}

static CUresult remember(xs_captured_event *event, const xs_captured *stream) {
    uint32_t count = stream->latest.count;
    xs_graph_edge *at = malloc((count + 1) * sizeof *at);

    if (!at)
        return CUDA_ERROR_OUT_OF_MEMORY;
    if (count)
        memcpy(at, stream->latest.at, count * sizeof *at);
    xs_captured_event_clear(event);
    *event = (xs_captured_event){stream->capture->id, at, count};
    return CUDA_SUCCESS;
}

int xs_capture_record(xs_stream *stream, CUevent handle, xs_captured_event *captured,
                      unsigned flags, CUresult *result) {
    xs_node_work work = {.type = CU_GRAPH_NODE_TYPE_EVENT_RECORD};
    int met;

    work.u.event = handle;
    pthread_mutex_lock(&xs_captures_lock);
    met = enter(stream, result);
    if (met && !*result)
        *result = flags & 1 ? add(stream->captured, &work)
                            : remember(captured, stream->captured);
    pthread_mutex_unlock(&xs_captures_lock);
    return met;
}

/* A stream comes behind what the event stands for; it joins the capture if need be. */
static CUresult follow(xs_stream *stream, const xs_captured_event *event) {
    xs_capture *c = find(event->capture);
    CUresult result = CUDA_SUCCESS;

    if (!c) /* it is over */
        return stream->captured ? broken(stream->captured->capture,
                                         CUDA_ERROR_STREAM_CAPTURE_ISOLATION)
                                : CUDA_ERROR_CAPTURED_EVENT;
    if (stream->captured && stream->captured->capture != c) {
        broken(stream->captured->capture, 0);
        return broken(c, CUDA_ERROR_STREAM_CAPTURE_MERGE);
    }
    if (c->broken)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    if (stream->object.index == XS_STREAM_INDEX_LEGACY)
        return broken(c, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
    if (!stream->captured)
        result = join(c, stream);
    for (uint32_t i = 0; i < event->count && !result; i++)
        if (!xs_edges_have(&stream->captured->latest, event->at[i].node))
            result = xs_edges_add(&stream->captured->latest, event->at[i].node,
                                  &event->at[i].data);
    return result ? broken(c, result) : CUDA_SUCCESS;
}

int xs_capture_wait(xs_stream *stream, CUevent handle, const xs_captured_event *captured,
                    unsigned flags, CUresult *result) {
    xs_node_work work = {.type = CU_GRAPH_NODE_TYPE_WAIT_EVENT};
    int met;

    work.u.event = handle;
    pthread_mutex_lock(&xs_captures_lock);
    if (captured->capture && !(flags & 1)) {
        *result = follow(stream, captured);
        met = 1;
    } else {
        met = enter(stream, result);
        if (met && !*result)
            *result = flags & 1 ? add(stream->captured, &work)
                                : broken(stream->captured->capture,
                                         CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
    }
    pthread_mutex_unlock(&xs_captures_lock);
    return met;
}

/* ------------------------------------------------------------------ beginning */

static CUresult begin(CUstream handle, xs_graph *graph, const xs_graph_edge *first, size_t count,
                      int mode, int given) {
    xs_stream *stream = xs_stream_of(handle);
    xs_capture *made = calloc(1, sizeof *made);
    CUresult result = made ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;

    pthread_mutex_lock(&xs_captures_lock);
    if (!result && stream->captured)
        result = CUDA_ERROR_ILLEGAL_STATE;
    if (!result) {
        *made = (xs_capture){.next = captures, .id = ++ids, .graph = graph, .origin = stream,
                          .thread = &xs_self, .mode = mode, .given = given};
        result = join(made, stream);
    }
    for (size_t i = 0; i < count && !result; i++)
        result = xs_edges_add(&stream->captured->latest, first[i].node, &first[i].data);
    if (!result) {
        captures = made;
        __atomic_fetch_add(&xs_captures_open, 1, __ATOMIC_RELEASE);
    } else if (made && made->streams) {
        free(made->streams->latest.at);
        free(made->streams);
        stream->captured = NULL;
    }
    pthread_mutex_unlock(&xs_captures_lock);
    if (result)
        free(made);
    return result;
}

static CUresult check_begin(CUstream handle, int mode) {
    const xs_stream *stream = xs_stream_of(handle);

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (mode < CU_STREAM_CAPTURE_MODE_GLOBAL || mode > CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_ERROR_INVALID_VALUE;
    if (stream->object.index == XS_STREAM_INDEX_LEGACY)
        return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    return stream->captured ? CUDA_ERROR_ILLEGAL_STATE : CUDA_SUCCESS;
}

CUresult xs_cuStreamBeginCapture_v2(CUstream hStream, CUstreamCaptureMode mode) {
    CUresult result = check_begin(hStream, mode);
    xs_graph *graph = result ? NULL : xs_graph_new();

    if (!result && !graph)
        result = CUDA_ERROR_OUT_OF_MEMORY;
    if (!result)
        result = begin(hStream, graph, NULL, 0, mode, 0);
    if (result && graph)
        xs_graph_free(graph);
    return result;
}

CUresult xs_cuStreamBeginCapture(CUstream hStream) {
    return xs_cuStreamBeginCapture_v2(hStream, CU_STREAM_CAPTURE_MODE_GLOBAL);
}

xs_graph_edge *xs_edges_read(const xs_graph *graph, const CUgraphNode *nodes,
                             const CUgraphEdgeData *data, size_t count) {
    xs_graph_edge *edges = count && !nodes ? NULL : calloc(count + 1, sizeof *edges);

    for (size_t i = 0; edges && i < count; i++) {
        edges[i].node = xs_graph_node_of(nodes[i]);
        if (data)
            edges[i].data = data[i];
        if (!edges[i].node || edges[i].node->graph != graph) {
            free(edges);
            return NULL;
        }
    }
    return edges;
}

CUresult xs_cuStreamBeginCaptureToGraph(CUstream hStream, CUgraph hGraph,
                                        const CUgraphNode *dependencies,
                                        const CUgraphEdgeData *dependencyData,
                                        size_t numDependencies, CUstreamCaptureMode mode) {
    CUresult result = check_begin(hStream, mode);
    xs_graph *graph = xs_graph_of(hGraph);
    xs_graph_edge *first;

    if (!result && (!graph || graph->owned))
        result = CUDA_ERROR_INVALID_VALUE;
    if (result)
        return result;
    first = xs_edges_read(graph, dependencies, dependencyData, numDependencies);
    if (!first)
        return CUDA_ERROR_INVALID_VALUE;
    result = begin(hStream, graph, first, numDependencies, mode, 1);
    free(first);
    return result;
}

/* ------------------------------------------------------------------ ending */

static CUresult check_joined(const xs_capture *c) {
    if (!xs_graph_mark(c->graph, &c->origin->captured->latest))
        return CUDA_ERROR_OUT_OF_MEMORY;
    for (const xs_captured *one = c->streams; one; one = one->next)
        for (uint32_t i = 0; i < one->latest.count; i++)
            if (!one->latest.at[i].node->mark)
                return CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
    return CUDA_SUCCESS;
}

/* Lock held. Why the capture gives no graph; 0: it does. *over: the capture has ended. */
static CUresult end(xs_stream *stream, xs_capture *c, int *over) {
    if (c->origin != stream)
        return broken(c, CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
    if (c->mode != CU_STREAM_CAPTURE_MODE_RELAXED && c->thread != &xs_self)
        return broken(c, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
    *over = 1;
    return c->broken ? CUDA_ERROR_STREAM_CAPTURE_INVALIDATED : check_joined(c);
}

CUresult xs_cuStreamEndCapture(CUstream hStream, CUgraph *phGraph) {
    xs_stream *stream = xs_stream_of(hStream);
    xs_graph *graph = NULL;
    CUresult result;
    int over = 0, given = 0;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!phGraph)
        return CUDA_ERROR_INVALID_VALUE;
    *phGraph = NULL;
    pthread_mutex_lock(&xs_captures_lock);
    if (stream->captured) {
        xs_capture *c = stream->captured->capture;
        result = end(stream, c, &over);
        graph = c->graph;
        given = c->given;
        if (over)
            release(c);
    } else {
        result = CUDA_ERROR_ILLEGAL_STATE;
    }
    pthread_mutex_unlock(&xs_captures_lock);
    if (!result)
        *phGraph = (CUgraph)graph;
    else if (over && !given)
        xs_graph_free(graph);
    return result;
}

int xs_capture_uses(const xs_graph *graph) {
    int used = 0;

    pthread_mutex_lock(&xs_captures_lock);
    for (const xs_capture *c = captures; c; c = c->next)
        used |= c->graph == graph;
    pthread_mutex_unlock(&xs_captures_lock);
    return used;
}
