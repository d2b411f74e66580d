/* What the files of graphs share; graph.h is the way in. All but graph_native.c's belongs to
 * the loop's thread. */
#ifndef XS_GRAPH_PRIVATE_H
#define XS_GRAPH_PRIVATE_H

#include "broker/device/graph.h"
#include "broker/device/intake_private.h"

/* A portion of long work ends with the node, step or launch with which so many units are done:
 * a node or an edge looked at, 16 bytes of a record, 256 bytes given back. It takes under a
 * millisecond. What passes the bound is at most one node with 65,535 edges, or one launch with
 * 65,536 steps that wait. */
#ifndef XG_PORTION /* random programs have less */
#define XG_PORTION 16384
#endif
enum { XG_UNIT_BYTES = 16, XG_UNIT_BYTES_FREED = 256 };

enum {
    OUT_OF_MEMORY = 2,
    UPDATE_FAILURE = 910,
    UPDATED = 0, UPDATE_ERROR = 1, TOPOLOGY_CHANGED = 2, NODE_TYPE_CHANGED = 3,
};

/* The portion is over; the next one begins with nothing done. Returns 1. */
static inline int xg_over(xg_tables *tables) {
    if (tables->worked > tables->worked_most) tables->worked_most = tables->worked;
    tables->worked = 0;
    return 1;
}

/* Is it over? */
static inline int xg_enough(xg_tables *tables) {
    return tables->worked >= XG_PORTION && xg_over(tables);
}

static inline const xw_record *xg_record_of(const xg_description *what, uint32_t node) {
    int64_t at = what->nodes[node].record;
    return at == XG_NO_RECORD ? NULL : (const xw_record *)(what->records.bytes + at);
}

/* Of copying the node. */
static inline uint32_t xg_units_of(const xg_description *what, uint32_t node) {
    const xw_record *record = xg_record_of(what, node);
    return 1 + what->nodes[node].edges_count + (record ? record->size / XG_UNIT_BYTES : 0);
}

/* Part of the device that work of sm_ns, in terms of the whole of it, takes in ns: 1..1000. */
static inline uint32_t xg_permille(uint64_t sm_ns, uint64_t ns) {
    uint64_t permille = ns ? sm_ns * 1000 / ns : 1000;
    return permille > 1000 ? 1000 : permille ? (uint32_t)permille : 1;
}

/* graph.c */
/* Grow a table to hold index; what is new is zero. 0, or -1 without memory. */
int xg_table_reach(void **items, uint32_t *capacity, uint32_t index, size_t size);
xg_exec *xg_exec_of(const xw_session *session, uint64_t handle);
/* From here on the form is the session's: reaped when nobody refers to it. */
void xg_form_keep(xg_tables *tables, xw_graph *form);

/* graph_build.c */
xg_graph *xg_graph_of(const xw_session *session, uint64_t handle);
uint64_t xg_description_bytes(const xg_description *what);
/* What the session's graphs may still take; 0 also when they take more than they may. */
uint64_t xg_bytes_left(const xw_session *session);
/* The graph can only be told of and destroyed from here on. Returns 0. */
int xg_bad(xg_graph *graph, int result, const char *why);
/* Asked before anything is allocated; else the graph is bad. bytes: without those of the edges. */
int xg_has_room(xw_session *session, xg_graph *graph, uint64_t nodes, uint64_t edges,
                uint64_t bytes);
/* Make room for so many more, once: what grows by and by is copied now and then, all of it.
 * bytes: of records. 0, or -1 without memory. */
int xg_reserve(xg_description *what, uint64_t nodes, uint64_t edges, uint64_t bytes);
int xg_edge_add(xg_description *what, uint32_t node);
/* Sort the edges from `first` on and keep each once. 0, or -1 without memory. */
int xg_edges_settle(xg_tables *tables, xg_description *what, uint32_t first);
/* The edges from `edges` on are the new node's: settled. */
int xg_node_add(xg_description *what, uint16_t kind, uint64_t name, int64_t record,
                uint32_t edges, uint32_t number);
/* The client's next number stands for the node added last. */
int xg_number_add(xg_graph *graph);
/* Append a node of another description: a copy of its record, its edges moved by `shift`. A
 * node without edges comes after `roots`. 0, or -1 without memory. */
int xg_node_copy(xg_description *to, const xg_description *from, uint32_t index,
                 uint32_t shift, const uint32_t *roots, uint32_t roots_count,
                 uint32_t number);
int xg_no_memory(xw_session *session);

/* graph_child.c */
int xg_take_child(xw_session *session, xg_graph *graph, uint64_t handle);
void xg_copying_free(struct xg_copying *copying);
/* Is a child on its way into it? */
int xg_is_copied_into(const xw_session *session, const xg_graph *graph);

/* graph_check.c: what a node names may have gone since it was made. 0, or CUresult. */
int xg_node_check(const xw_session *session, const xg_description *what, uint32_t index);

/* graph_cut.c. NULL and -1 mean no memory. */
typedef struct xg_cut {            /* a step under construction */
    uint32_t first, count, real;   /* nodes in `order`; those that do something */
    uint32_t only;                 /* the latest of those */
    uint64_t path_ns, sm_ns;       /* longest chain inside; in terms of the whole device */
    uint64_t params_bytes;         /* of its launches */
} xg_cut;

typedef struct xg_cutting {        /* arrays by node, but `starts` */
    xg_limits limits;
    uint32_t *depth, *starts;      /* the first place of a depth: two of them, boundaries last */
    uint32_t deepest;
    uint64_t *ends;                /* inside its step */
    uint32_t *place;
    xg_cut now;
} xg_cutting;

int xg_cutting_open(xw_graph *form, xg_cutting *cutting);
void xg_cutting_close(xg_cutting *cutting);
/* Of one node each, all nodes before the next function: */
void xg_order_depth(const xw_graph *form, xg_cutting *cutting, uint32_t node);
void xg_order_starts(xg_cutting *cutting); /* once, of all */
void xg_order_place(xw_graph *form, xg_cutting *cutting, uint32_t node);
int xg_cut_at(xw_graph *form, xg_cutting *cutting, uint32_t place);
int xg_cut_end(xw_graph *form, xg_cutting *cutting);
xg_step *xg_step_new(xw_graph *form, uint32_t first, uint32_t count);
/* A native graph to be, with one reference. params_bytes: of its launches. */
xg_segment *xg_segment_make(const xw_session *session, uint32_t nodes, uint64_t params_bytes,
                            uint64_t estimate_ns, uint32_t sm_permille);
/* The same, that this form is the first to have. */
xg_segment *xg_segment_new(xw_graph *form, uint32_t nodes, uint64_t params_bytes,
                           uint64_t estimate_ns, uint32_t sm_permille);

/* graph_forms.c */
void xg_making_free(struct xg_making *making);

/* graph_end.c */
/* Free some of the description; 1 while there is more, which needs another portion. */
int xg_description_end(xg_tables *tables, xg_description *what);
void xg_graph_free(xg_graph *graph);

#endif
