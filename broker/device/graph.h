/* Graphs of a session: their descriptions, and the executable forms made from them.
 *
 * A description (xg_graph) grows by operations of the submission stream. An executable form
 * (xw_graph) is a copy of it, cut into steps: a segment, which is a native graph of its own,
 * or one plain record. Forms never change: an update makes a new one, which shares the native
 * graphs that are the same. So what is queued or in flight keeps what it was sent with.
 *
 * Everything here belongs to the loop's thread, but: xg_realize runs on the control thread on
 * a form that nobody else knows yet, and xg_natives_close on what no form has any more;
 * worker_graphs.c reads the steps of published forms and
 * drops references. Called by intake.c, _worker.pyx and worker_graphs.c. What lies where:
 * graph_build.c (descriptions), graph_child.c (copies of child graphs), graph_check.c (names
 * that went), graph_cut.c (steps), graph_forms.c (instantiation, updates), graph_native.c
 * (xg_realize, xg_natives_close), graph_runs.c (longer native graphs of a form that is launched
 * often), graph_end.c (how all of it is given back), graph.c (the rest).
 *
 * A graph has 65,536 nodes and a million edges at most: what goes over all of them goes in
 * portions, between which the loop serves others. An operation asks to come again
 * (XS_SINK_AGAIN); xg_prepare_more and xg_reap say that there is more. */
#ifndef XS_GRAPH_H
#define XS_GRAPH_H

#include "broker/device/worker.h"

enum { XG_EMPTY = 64, XG_NO_RECORD = -1 }; /* kind of a node without a record, beside XR_* */
enum { XG_RUN_NS_MAX = 2000000, XG_RUNS_IN_WINDOW = 4 }; /* it has room for so many, or takes none */

typedef struct xg_node {
    uint64_t name;                 /* handle of the function or event; 0 = none */
    int64_t record;                /* offset in the description's records, or XG_NO_RECORD */
    uint32_t edges, edges_count;   /* nodes it comes after: sorted, each once */
    uint32_t number;               /* the client's node that it belongs to */
    uint16_t kind;                 /* XR_* or XG_EMPTY */
} xg_node;

typedef struct xg_description {
    xg_node *nodes;
    uint32_t count, capacity;
    uint32_t *edges;
    uint32_t edges_count, edges_capacity;
    uint32_t roots;                /* nodes that come after none */
    xw_chunk records;
} xg_description;

typedef struct xg_graph {
    uint64_t handle;
    xg_description what;
    uint32_t *last;                /* by the client's number: the node that others come after */
    uint32_t numbers, numbers_capacity;
    uint32_t pending;              /* edges from here on are the next node's */
    uint64_t changed;              /* tables->changes when it was last built on */
    int bad;                       /* CUresult of the first bad node, which is the last kept */
    uint32_t bad_number;
    const char *bad_why;
} xg_graph;

typedef struct xg_segment {        /* a native graph */
    uint32_t references;           /* forms that launch it; the loop's side counts */
    uint32_t nodes, sm_permille;
    uint64_t device_bytes;         /* what it is charged with */
    void *native;                  /* NULL until realized */
    xw_estimate estimate;          /* the worker's side learns */
} xg_segment;

typedef struct xg_step {
    const xw_record *record;       /* a plain one; NULL for a segment */
    xg_segment *segment;
    uint32_t first, count;         /* its nodes in `order` */
} xg_step;

typedef struct xg_run { xg_segment *segment; uint32_t first, count; } xg_run; /* of its steps */

/* Longer native graphs of a form, beside its segments: graph_runs.c. */
typedef struct xg_runs {
    xg_run *items;
    uint32_t count;
    uint32_t realized;             /* those whose native graphs are there */
    uint32_t *of_step;             /* by step: 1 + the run that begins there, or 0 */
    uint32_t *places;              /* while they are made, as in a form */
    uint64_t bytes, device_bytes;
} xg_runs;

typedef struct xw_graph {
    _Atomic uint32_t references;   /* its handle, queued launches, flights, runs in making */
    xw_session *session;
    struct xw_graph *next;         /* all forms of the session */
    struct xg_making *making;      /* while it is prepared: graph_forms.c */
    uint64_t serial;               /* tells it from one that lay at this address before */
    xg_description what;
    uint32_t numbers;
    uint32_t *order;               /* nodes in the order of the steps */
    xg_step *steps;
    uint32_t steps_count, steps_capacity;
    uint32_t waits_count;          /* steps that wait for an event */
    uint32_t segments_count;       /* steps with a native graph */
    uint32_t made_count;           /* those whose native graph was not another form's before */
    uint32_t realized_steps;       /* whose native graphs are there: graph_native.c */
    uint32_t *places;              /* while they are made: by node, its place in `order` */
    uint64_t checked;              /* tables_changed when its names were last looked at */
    uint64_t checking;             /* that of a look under way, and how far it is */
    uint32_t checked_nodes;
    uint32_t ended_steps;          /* given back already: graph_end.c */
    uint8_t charged;               /* device_bytes were, for what it has made */
    _Atomic(xg_runs *) runs;       /* NULL until it has them; then for good */
    uint8_t runs_tried;
    uint32_t runs_after;           /* launches that would have gone in runs, before it has them */
    uint32_t wide;                 /* [worker] so many there were */
    _Atomic uint8_t hot;           /* there have been so many that runs are worth it */
    uint64_t bytes;
    uint64_t device_bytes;         /* of the native graphs that it does not share */
} xw_graph;

typedef struct xg_exec { uint8_t open; uint16_t generation; uint64_t turns; xw_graph *graph; }
    xg_exec;

/* What the driver takes of the device for a native graph, as estimated; 0 = nothing is charged.
 * The parameters of kernels come on top where nodes are charged. */
typedef struct xg_price { uint64_t graph_bytes, node_bytes; } xg_price;

typedef struct xg_tables {
    xg_graph **graphs; uint32_t graphs_capacity;
    xg_exec *execs; uint32_t execs_capacity;
    xw_graph *all;
    uint64_t bytes, bytes_max;     /* descriptions and forms of this session */
    xg_price price;
    uint32_t forms, segments, nodes, runs; /* of the forms in `all` */
    uint32_t runs_after;           /* of a form that is no update; 0 = never */
    uint64_t runs_device_bytes;    /* what published runs are charged with */
    uint64_t changes;              /* of descriptions and forms: a number for each */
    struct xg_copying *copying;    /* a child's nodes on their way into a graph */
    xg_graph *dying;               /* destroyed, not yet given back whole */
    xw_graph *ending;              /* the same of a form */
    uint32_t ended_graphs;         /* of `graphs`, at the session's end */
    int refused;                   /* CUresult of the last look at a launch's names */
    uint64_t worked, worked_most;  /* in this portion, in the largest one: XG_PORTION */
} xg_tables;

typedef struct xg_limits {         /* of one segment; section [graphs] of the configuration */
    uint64_t segment_ns_max;
    uint32_t segment_nodes_max;
} xg_limits;

typedef struct xg_problem {
    int result;                    /* CUresult, 0 = none */
    uint32_t node;                 /* the client's number; UINT32_MAX = none */
    uint32_t update;               /* CUgraphExecUpdateResult */
    const char *why;
} xg_problem;

int xg_open(xw_session *session);
void xg_close(xw_session *session);      /* frees all; asks nothing of the device */
int xg_take(xw_session *session, uint64_t seq, const xs_operation *op);
/* Before xg_take_launch of the same: whether what it names is there. XS_SINK_AGAIN: not all
 * was looked at yet. */
int xg_check_launch(xw_session *session, uint64_t exec);
int xg_take_launch(xw_session *session, uint32_t line, uint64_t seq, uint64_t exec);
int xg_exec_destroy(xw_session *session, uint64_t seq, uint64_t exec);

/* A new form, which is the caller's until it is published or given up, or NULL and the problem.
 * It is only begun: xg_prepare_more makes it, a portion at a time. A form that is neither
 * outlives its session safely. */
xw_graph *xg_prepare(xw_session *session, uint64_t graph, uint64_t exec, const xg_limits *limits,
                     xg_problem *problem);
xw_graph *xg_prepare_update(xw_session *session, uint64_t exec, uint64_t graph, uint32_t number,
                            xg_problem *problem);
/* 1: there is more to do. 0: it is cut, checked and measured. -1: the problem; also where the
 * graph, or the form that it is an update of, is not what it was when this was begun. */
int xg_prepare_more(xw_session *session, xw_graph *form, xg_problem *problem);
/* [control thread] Make native graphs that are missing, one at least, until portion_ns of
 * wall time have passed. 1: there are more. 0: all are there. -1: the problem; the form is to be
 * given up then. */
int xg_realize(xw_graph *graph, const xs_backend *backend, uint64_t portion_ns,
               xg_problem *problem);
/* The handle names this form from now on. -1: the handle is not what it was any more. */
int xg_publish(xw_session *session, uint64_t exec, xw_graph *graph, int update);
void xg_release(xw_graph *graph);        /* one reference; both sides */
/* A form that should have runs and has none, with one reference more, and its runs: without
 * native graphs, and the caller's until they are published or dropped. NULL: there is none. Each
 * form is named once. Until then none of the functions that it launches may be unloaded. */
xw_graph *xg_hot(xw_session *session, xg_runs **runs);
/* [control thread] As xg_realize. */
int xg_runs_realize(xw_graph *graph, xg_runs *runs, const xs_backend *backend, uint64_t portion_ns,
                    xg_problem *problem);
void xg_runs_publish(xw_graph *graph, xg_runs *runs);
/* graph: NULL where the device refused it, or one before it. */
typedef struct xg_native { void *graph; uint64_t device_bytes; } xg_native;
/* Runs that will not be published; *natives as xg_reap's. */
uint32_t xg_runs_drop(xw_graph *graph, xg_runs *runs, xg_native **natives);
void xg_runs_free(xg_runs *runs);        /* asks nothing of the device */
/* A form that will not be published is the session's again, for xg_reap. charged: was what it
 * has made charged already? */
void xg_give_up(xw_session *session, xw_graph *graph, int charged);
/* Free a portion of the forms nobody uses (all: of everything, at the session's end), and name
 * the native graphs that only they had; *natives is the caller's to free. Returns how many.
 * *more: there is more to free. */
uint32_t xg_reap(xw_session *session, int all, xg_native **natives, int *more);
/* [control thread] Close the first of these, one at least, until portion_ns have passed. Returns
 * how many; *result: 0, or the CUresult of the last that failed. */
uint32_t xg_natives_close(const xg_native *natives, uint32_t count, const xs_backend *backend,
                          uint64_t portion_ns, int *result);
void xg_form_free(xw_graph *graph);      /* one that nobody published: asks nothing of the device */

#endif
