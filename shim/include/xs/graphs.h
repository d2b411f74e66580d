/* Graphs as the shim keeps them: nodes with their parameters, and what depends on what.
 *
 * A graph here is a description only; the broker is told of it when it is instantiated
 * (graph_send.c). So every edit is local. As the driver says, calls on one graph are
 * serialised by the program; captures are by capture.c's own lock. Included by the graph
 * files and capture.c only. */
#ifndef XS_GRAPHS_H
#define XS_GRAPHS_H

#include <pthread.h>

#include "xs/work.h"

#define XS_GRAPH_NODES_LIVE (1u << 18) /* nodes of all graphs and executable forms */
#define XS_GRAPHS_LIVE 16384

typedef struct xs_graph_edge {
    struct xs_graph_node *node;
    CUgraphEdgeData data;
} xs_graph_edge;

typedef struct xs_graph_edges {
    xs_graph_edge *at;
    uint32_t count, capacity;
} xs_graph_edges;

/* What a node does: the driver's own parameters; what they point to is copied. */
typedef struct xs_node_work {
    CUgraphNodeType type;
    union {
        struct {
            xs_function *function;
            CUfunction handle;
            xs_shape shape;
            uint8_t *params;      /* function->params_bytes */
            uint32_t params_bytes;
            CUlaunchAttribute *attributes;
            uint32_t attributes_count;
            void **pointers;      /* into params: what cuGraphKernelNodeGetParams tells */
            uint32_t params_count;
        } kernel;
        CUDA_MEMCPY3D copy;
        CUDA_MEMSET_NODE_PARAMS fill;
        CUDA_HOST_NODE_PARAMS host;
        CUevent event;
        struct xs_graph *child;   /* owned by the node */
        CUDA_BATCH_MEM_OP_NODE_PARAMS words;
        struct xs_graph_memory *memory;
    } u;
} xs_node_work;

typedef struct xs_graph_node {
    xs_object object;
    struct xs_graph *graph;
    struct xs_graph_node *next, *before_it; /* in the order made */
    struct xs_graph_node *original;         /* of a clone: what it was made from; never followed */
    xs_graph_edges before, after;
    uint32_t mark;                          /* scratch of a walk */
    uint32_t first, last;                   /* of an executable form: its nodes on the wire */
    uint32_t off;                           /* of an executable form: switched off; how many those are */
    xs_node_work work;
} xs_graph_node;

typedef struct xs_user_reference {
    struct xs_user_reference *next;
    struct xs_user_object *object;
    uint32_t count;
} xs_user_reference;

typedef struct xs_graph {
    xs_object object;
    xs_graph_node *first, *last;
    uint32_t count;
    struct xs_graph *original;       /* of a clone; never followed */
    int owned;                       /* by a child node or an executable form */
    xs_user_reference *users;
} xs_graph;

/* ------------------------------------------------------------------ graphs.c */
static inline xs_graph *xs_graph_of(CUgraph handle) {
    return xs_object_of(XS_OBJECT_GRAPH, handle);
}
static inline xs_graph_node *xs_graph_node_of(CUgraphNode handle) {
    return xs_object_of(XS_OBJECT_GRAPH_NODE, handle);
}
/* NULL: no memory. */
xs_graph *xs_graph_new(void);
void xs_graph_free(xs_graph *graph);
/* A copy, node by node, child graphs included; NULL: no memory. */
xs_graph *xs_graph_copy(xs_graph *graph);
/* A new node behind these; it owns what the work owns, but only when it is made. 0,
 * INVALID_VALUE for a node of another graph, OUT_OF_MEMORY. */
CUresult xs_graph_add(xs_graph *graph, const xs_graph_edge *before, size_t count,
                      const xs_node_work *work, xs_graph_node **made);
CUresult xs_graph_connect(xs_graph_node *from, xs_graph_node *to, const CUgraphEdgeData *data);
CUresult xs_edges_add(xs_graph_edges *edges, xs_graph_node *node, const CUgraphEdgeData *data);
int xs_edges_have(const xs_graph_edges *edges, const xs_graph_node *node);
/* Mark (mark 1, others 0) these nodes and all they come after; 0: no memory. */
int xs_graph_mark(xs_graph *graph, const xs_graph_edges *from);
/* Its nodes so that each comes behind those it depends on: in the order made, where that is
 * such an order. NULL: a cycle (*result INVALID_VALUE) or no memory. The caller frees it. */
xs_graph_node **xs_graph_order(xs_graph *graph, CUresult *result);

/* ------------------------------------------------------------------ graph_nodes.c */
/* Deep copies; the copy owns what it points to. 0 or OUT_OF_MEMORY. */
CUresult xs_node_work_copy(xs_node_work *to, const xs_node_work *from);
void xs_node_work_free(xs_node_work *work);
/* A launch whose parameters are packed already. */
CUresult xs_node_work_kernel(xs_node_work *work, xs_function *function, const xs_shape *shape,
                             const uint8_t *params, const CUlaunchAttribute *attributes,
                             uint32_t count);
void xs_node_work_bytes(xs_node_work *work, uint64_t to, uint64_t from, uint64_t bytes);

/* Parameters as the program gives them, checked and copied; 0, or what is wrong with them.
 * A kernel gets these attributes. */
CUresult xs_read_kernel(xs_node_work *work, const CUDA_KERNEL_NODE_PARAMS *params,
                        const CUlaunchAttribute *attributes, uint32_t count);
CUresult xs_read_kernel_v1(xs_node_work *work, const CUDA_KERNEL_NODE_PARAMS_v1 *params,
                           const CUlaunchAttribute *attributes, uint32_t count);
CUresult xs_read_copy(xs_node_work *work, const CUDA_MEMCPY3D *params);
CUresult xs_read_fill(xs_node_work *work, const CUDA_MEMSET_NODE_PARAMS *params);
CUresult xs_read_host(xs_node_work *work, const CUDA_HOST_NODE_PARAMS *params);
CUresult xs_read_words(xs_node_work *work, const CUDA_BATCH_MEM_OP_NODE_PARAMS *params);
CUresult xs_read_event(xs_node_work *work, CUgraphNodeType type, CUevent event);
CUresult xs_read_child(xs_node_work *work, CUgraph graph);
/* Any kind. old: the node it is for; NULL: a new one. */
CUresult xs_read_params(xs_node_work *work, const CUgraphNodeParams *params,
                        const xs_node_work *old);

/* The node of a copy that was made from this one, in child graphs, too; NULL: none. */
xs_graph_node *xs_graph_find_copy(const xs_graph *graph, const xs_graph_node *original);

/* ------------------------------------------------------------------ user_objects.c */
CUresult xs_user_objects_start(void);
CUresult xs_user_objects_copy(xs_graph *to, const xs_graph *from);
void xs_user_objects_drop(xs_graph *graph);

/* ------------------------------------------------------------------ graph_send.c */
/* What an executable form keeps for the broker's sake: functions, staging memory. */
typedef struct xs_exec_part {
    struct xs_exec_part *next;
    const xs_graph_node *node;
    uint64_t token;         /* of a host function; 0: none */
    void *stage;            /* packed rows of a pageable copy; NULL: none */
    xs_box box;             /* that copy */
} xs_exec_part;
void xs_exec_parts_free(xs_exec_part *parts);

typedef struct xs_graph_sent {
    uint64_t exec;              /* on the wire */
    xs_exec_part *parts;        /* made for it */
    uint32_t host_functions;
    uint32_t bad;               /* wire number of the node at fault; XS_GRAPH_NODE_ALL: none */
    CUgraphExecUpdateResult update;
} xs_graph_sent;

/* Tell the broker of a graph and make (or update) an executable form of it. Sets each node's
 * first and last. On failure what was made for it is freed. */
CUresult xs_graph_send(xs_graph *graph, int update, xs_graph_sent *sent);
/* How many nodes of the wire a node of this work is; not for child graphs. 0: none can be. */
uint32_t xs_graph_steps(const xs_node_work *work);
/* Give an executable form the parameters of one of its nodes; a work of type EMPTY: switch it
 * off. On failure the form is as before, and what was made for it is freed. */
CUresult xs_graph_send_node(const xs_graph_node *node, const xs_node_work *work,
                            xs_graph_sent *sent);

/* ------------------------------------------------------------------ graph_memory.c */
typedef struct xs_graph_memory {
    uint32_t references;       /* nodes, and a launch that did not free it */
    int live;                  /* that launch's: the program may use it, and free it */
    uint64_t address, bytes;
    void *pool;
    uint32_t line;             /* the program's free, or a launch's: what it was put behind; */
    uint64_t seq;              /* 0: nothing */
    int instantiated;          /* an executable form of its graph is there */
    int net;                   /* scratch of a walk */
    xs_graph_node *freed_by;   /* the node that freed it last in its graph; NULL: none */
} xs_graph_memory;

void xs_graph_memory_hold(xs_graph_memory *memory);
/* stream: its free is behind what that was given so far; NULL: a node goes. The last one
 * gives it back, for use after the latest free. */
void xs_graph_memory_drop(xs_graph_memory *memory, const xs_stream *stream);
/* The work of a new node behind these that allocates; of one that frees. */
CUresult xs_graph_memory_work(xs_node_work *work, xs_graph *graph, const xs_graph_edges *before,
                              uint64_t bytes);
CUresult xs_graph_memory_free_work(xs_node_work *work, CUdeviceptr address);
int xs_graph_allocates(const xs_graph *graph);
/* At most one executable form uses a graph's memory: 0: another does. */
int xs_graph_memory_claim(const xs_graph *graph);
void xs_graph_memory_unclaim(const xs_graph *graph);
/* What a launch leaves to the program (net > 0), and what it takes from it. */
typedef struct xs_memory_left {
    xs_graph_memory *memory;
    int net;
} xs_memory_left;
CUresult xs_graph_memory_left(const xs_graph *graph, xs_memory_left **left, uint32_t *count);
/* May it be launched, or do allocations of the last launch live? And: it was. */
CUresult xs_graph_memory_check(const xs_memory_left *left, uint32_t count, int auto_free);
void xs_graph_memory_launched(const xs_memory_left *left, uint32_t count,
                              const xs_stream *stream);

/* ------------------------------------------------------------------ graph_execs.c */
/* The last launch on one stream. */
typedef struct xs_fence {
    uint64_t stream, seq;
    uint32_t line;
} xs_fence;

typedef struct xs_graph_exec {
    xs_object object;
    xs_graph *graph;
    xs_exec_part *parts;
    uint64_t flags;
    uint32_t host_functions;
    xs_memory_left *left;
    uint32_t left_count;
    CUevent *events;         /* that launches record */
    uint32_t events_count;
    xs_fence *fences;
    uint32_t fences_count, fences_room;
} xs_graph_exec;

CUresult xs_graph_execs_start(void);
static inline xs_graph_exec *xs_graph_exec_of(CUgraphExec handle) {
    return xs_object_of(XS_OBJECT_GRAPH_EXEC, handle);
}
static inline uint64_t xs_graph_exec_wire(const xs_graph_exec *exec) {
    return XS_HANDLE(XS_KIND_GRAPH_EXEC, 0, exec->object.generation, exec->object.index);
}
/* These go when the launches so far are over; each may be NULL. */
void xs_graph_exec_retire(const xs_graph_exec *exec, xs_graph *graph, xs_exec_part *parts,
                          CUevent *events);
/* The events that launches record, in child graphs, too: by address, each once; *events is
 * the caller's. */
CUresult xs_graph_events(const xs_graph *graph, CUevent **events, uint32_t *count);
/* The program's node behind a node number of the wire; NULL: none. */
CUgraphNode xs_graph_node_at(const xs_graph *copy, uint32_t number);

/* ------------------------------------------------------------------ capture.c */
typedef struct xs_capture {
    struct xs_capture *next;
    uint64_t id;
    xs_graph *graph;
    xs_stream *origin;
    const xs_thread *thread;  /* that began it */
    int mode;
    int broken;               /* an error ended it: only cuStreamEndCapture is left */
    int given;                /* the graph was the program's before */
    struct xs_captured *streams;
} xs_capture;

typedef struct xs_captured {
    struct xs_captured *next;
    xs_capture *capture;
    xs_stream *stream;
    xs_graph_edges latest;    /* what its next node comes after */
    CUgraphNode *nodes;       /* the same, as it was last told */
    CUgraphEdgeData *data;
    uint32_t room;
} xs_captured;

extern pthread_mutex_t xs_captures_lock __attribute__((visibility("hidden")));
/* May the legacy stream be used (else captures are over), or be asked about? Lock held. */
CUresult xs_capture_check_legacy(const xs_stream *stream, int used);
/* Nodes and edge data as they are given. NULL: no memory, or one is no node of the graph. */
xs_graph_edge *xs_edges_read(const xs_graph *graph, const CUgraphNode *nodes,
                             const CUgraphEdgeData *data, size_t count);
/* cuGraphLaunch. */
int xs_capture_child(xs_stream *stream, xs_graph *graph, CUresult *result);
/* A graph that a capture under way adds to may not be destroyed. */
int xs_capture_uses(const xs_graph *graph);

#endif
