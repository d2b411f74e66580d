/* What the files of graphs share; graph.h is the way in. All but graph_native.c's belongs to
 * the loop's thread. */
#ifndef XS_GRAPH_PRIVATE_H
#define XS_GRAPH_PRIVATE_H

#include "broker/device/graph.h"
#include "broker/device/intake_private.h"

enum {
    OUT_OF_MEMORY = 2,
    UPDATE_FAILURE = 910,
    UPDATED = 0, UPDATE_ERROR = 1, TOPOLOGY_CHANGED = 2, NODE_TYPE_CHANGED = 3,
};

static inline const xw_record *xg_record_of(const xg_description *what, uint32_t node) {
    int64_t at = what->nodes[node].record;
    return at == XG_NO_RECORD ? NULL : (const xw_record *)(what->records.bytes + at);
}

/* graph.c */
/* Grow a table to hold index; what is new is zero. 0, or -1 without memory. */
int xg_table_reach(void **items, uint32_t *capacity, uint32_t index, size_t size);
xg_exec *xg_exec_of(const xw_session *session, uint64_t handle);
void xg_description_free(xg_description *what);
void xg_form_free(xw_graph *form);

/* graph_build.c */
xg_graph *xg_graph_of(const xw_session *session, uint64_t handle);
void xg_graph_free(xg_graph *graph);
uint64_t xg_description_bytes(const xg_description *what);
/* What the session's graphs may still take; 0 also when they take more than they may. */
uint64_t xg_bytes_left(const xw_session *session);
int xg_edge_add(xg_description *what, uint32_t node);
/* Append a node of another description: a copy of its record, its edges moved by `shift`. A
 * node without edges comes after `roots`. 0, or -1 without memory. */
int xg_node_copy(xg_description *to, const xg_description *from, uint32_t index,
                 uint32_t shift, const uint32_t *roots, uint32_t roots_count,
                 uint32_t number);
int xg_no_memory(xw_session *session);

/* graph_check.c: 0, or -1 and the problem. */
int xg_description_check(const xw_session *session, const xg_description *what,
                         xg_problem *problem);

/* graph_cut.c: NULL and -1 mean no memory. */
int xg_order_make(const xw_worker *worker, xw_graph *form);
int xg_cut_make(const xw_worker *worker, xw_graph *form, const xg_limits *limits);
xg_step *xg_step_new(xw_graph *form, uint32_t first, uint32_t count);
xg_segment *xg_segment_new(uint32_t nodes, uint64_t estimate_ns, uint32_t sm_permille);

#endif
