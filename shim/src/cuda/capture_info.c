/* What a program asks of its captures, and what it tells them of dependencies.
 *
 * Decides the answers while nothing captures, which are most: one load. Source: driver API,
 * stream management (capture). */
#include <stdlib.h>

#include "xs/graphs.h"

CUresult xs_cuStreamIsCapturing(CUstream hStream, CUstreamCaptureStatus *captureStatus) {
    xs_stream *stream = xs_stream_of(hStream);
    CUresult result = CUDA_SUCCESS;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (!captureStatus)
        return CUDA_ERROR_INVALID_VALUE;
    *captureStatus = CU_STREAM_CAPTURE_STATUS_NONE;
    if (!xs_captures_open)
        return CUDA_SUCCESS;
    pthread_mutex_lock(&xs_captures_lock);
    if (stream->captured)
        *captureStatus = stream->captured->capture->broken
                             ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                             : CU_STREAM_CAPTURE_STATUS_ACTIVE;
    else
        result = xs_capture_check_legacy(stream, 0);
    pthread_mutex_unlock(&xs_captures_lock);
    return result;
}

/* The stream's nodes in arrays that stay until they are asked for or changed again. */
static CUresult tell_latest(xs_captured *stream) {
    uint32_t count = stream->latest.count;

    if (count > stream->room) {
        CUgraphNode *nodes = realloc(stream->nodes, count * sizeof *nodes);
        CUgraphEdgeData *data;
        if (nodes)
            stream->nodes = nodes;
        data = realloc(stream->data, count * sizeof *data);
        if (data)
            stream->data = data;
        if (!nodes || !data)
            return CUDA_ERROR_OUT_OF_MEMORY;
        stream->room = count;
    }
    for (uint32_t i = 0; i < count; i++) {
        stream->nodes[i] = (CUgraphNode)stream->latest.at[i].node;
        stream->data[i] = stream->latest.at[i].data;
    }
    return CUDA_SUCCESS;
}

CUresult xs_cuStreamGetCaptureInfo_v3(CUstream hStream, CUstreamCaptureStatus *captureStatus_out,
                                      uint64_t *id_out, CUgraph *graph_out,
                                      const CUgraphNode **dependencies_out,
                                      const CUgraphEdgeData **edgeData_out,
                                      size_t *numDependencies_out) {
    CUresult result = xs_cuStreamIsCapturing(hStream, captureStatus_out);
    xs_captured *stream;

    if (id_out)
        *id_out = 0;
    if (graph_out)
        *graph_out = NULL;
    if (dependencies_out)
        *dependencies_out = NULL;
    if (edgeData_out)
        *edgeData_out = NULL;
    if (numDependencies_out)
        *numDependencies_out = 0;
    if (result || *captureStatus_out != CU_STREAM_CAPTURE_STATUS_ACTIVE)
        return result;
    pthread_mutex_lock(&xs_captures_lock);
    stream = xs_stream_of(hStream)->captured;
    if (stream && dependencies_out)
        result = tell_latest(stream);
    if (stream && !result) {
        if (id_out)
            *id_out = stream->capture->id;
        if (graph_out)
            *graph_out = (CUgraph)stream->capture->graph;
        if (dependencies_out)
            *dependencies_out = stream->nodes;
        if (edgeData_out)
            *edgeData_out = stream->data;
        if (numDependencies_out)
            *numDependencies_out = stream->latest.count;
    }
    pthread_mutex_unlock(&xs_captures_lock);
    return result;
}

CUresult xs_cuStreamGetCaptureInfo_v2(CUstream hStream, CUstreamCaptureStatus *captureStatus_out,
                                      uint64_t *id_out, CUgraph *graph_out,
                                      const CUgraphNode **dependencies_out,
                                      size_t *numDependencies_out) {
    return xs_cuStreamGetCaptureInfo_v3(hStream, captureStatus_out, id_out, graph_out,
                                        dependencies_out, NULL, numDependencies_out);
}

CUresult xs_cuStreamGetCaptureInfo(CUstream hStream, CUstreamCaptureStatus *captureStatus_out,
                                   uint64_t *id_out) {
    return xs_cuStreamGetCaptureInfo_v3(hStream, captureStatus_out, id_out, NULL, NULL, NULL,
                                        NULL);
}

enum { UPDATE_ADD = 0, UPDATE_SET = 1 };

/* Lock held. */
static CUresult update(xs_captured *stream, const xs_graph_edge *edges, size_t count, int set) {
    CUresult result = CUDA_SUCCESS;

    if (set)
        stream->latest.count = 0;
    for (size_t i = 0; i < count && !result; i++)
        if (!xs_edges_have(&stream->latest, edges[i].node))
            result = xs_edges_add(&stream->latest, edges[i].node, &edges[i].data);
    return result;
}

CUresult xs_cuStreamUpdateCaptureDependencies_v2(CUstream hStream, CUgraphNode *dependencies,
                                                 const CUgraphEdgeData *dependencyData,
                                                 size_t numDependencies, unsigned int flags) {
    xs_stream *stream = xs_stream_of(hStream);
    CUresult result = CUDA_ERROR_INVALID_VALUE;
    xs_graph_edge *edges;

    if (!stream)
        return CUDA_ERROR_INVALID_HANDLE;
    if (flags > UPDATE_SET)
        return CUDA_ERROR_INVALID_VALUE;
    pthread_mutex_lock(&xs_captures_lock);
    if (!stream->captured) {
        result = CUDA_ERROR_ILLEGAL_STATE;
    } else if (stream->captured->capture->broken) {
        result = CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    } else {
        edges = xs_edges_read(stream->captured->capture->graph, dependencies, dependencyData,
                         numDependencies);
        if (edges)
            result = update(stream->captured, edges, numDependencies, flags == UPDATE_SET);
        free(edges);
    }
    pthread_mutex_unlock(&xs_captures_lock);
    return result;
}

CUresult xs_cuStreamUpdateCaptureDependencies(CUstream hStream, CUgraphNode *dependencies,
                                              size_t numDependencies, unsigned int flags) {
    return xs_cuStreamUpdateCaptureDependencies_v2(hStream, dependencies, NULL, numDependencies,
                                                   flags);
}

CUresult xs_cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode *mode) {
    int before = xs_self.capture_mode;

    if (!mode || *mode < CU_STREAM_CAPTURE_MODE_GLOBAL || *mode > CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_ERROR_INVALID_VALUE;
    xs_self.capture_mode = *mode;
    *mode = before;
    return CUDA_SUCCESS;
}
