/* Copies of child graphs: all nodes of one graph become nodes of another, by one operation.
 *
 * Decides how a child's edges lie in its parent, and that it is copied in portions: one
 * operation may copy 65,536 nodes, and a frame holds 500 of them. The operation comes again
 * until all are there (XS_SINK_AGAIN); no other one of the session comes in between. Called by
 * graph_build.c. */
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph_private.h"

/* The child's nodes are copied first; then an empty node, which stands for the whole, comes
 * after all those that nothing of the child comes after. */
struct xg_copying {
    xg_graph *to;
    const xg_graph *child;
    uint32_t at;                   /* the next node; behind the last: of the ends */
    uint32_t shift;                /* of the child's numbers */
    uint32_t edges;                /* of the empty node, from here on */
    uint32_t roots_count;
    uint32_t *roots;               /* what the child's first nodes come after */
    unsigned char *inner;          /* by node: something of the child comes after it */
};

void xg_copying_free(struct xg_copying *copying) {
    if (!copying) return;
    free(copying->roots);
    free(copying->inner);
    free(copying);
}

int xg_is_copied_into(const xw_session *session, const xg_graph *graph) {
    const struct xg_copying *copying = session->graphs->copying;
    return copying && copying->to == graph;
}

/* At most: its own, those of its roots to what comes before, and of its ends to the last. */
static uint64_t child_edges(const xg_graph *child, uint32_t before) {
    uint64_t roots = child->what.roots ? child->what.roots : 1;
    return child->what.edges_count + roots * before + child->what.count;
}

/* What the child comes after leaves the graph's edges: each of its roots gets a copy. */
static struct xg_copying *begin(xw_session *session, xg_graph *graph, const xg_graph *child) {
    xg_description *what = &graph->what;
    struct xg_copying *copying = calloc(1, sizeof *copying);
    if (!copying) return NULL;
    session->graphs->copying = copying;
    copying->to = graph;
    copying->child = child;
    copying->shift = what->count;
    copying->roots_count = what->edges_count - graph->pending;
    copying->roots = malloc((copying->roots_count + 1) * sizeof *copying->roots);
    copying->inner = calloc(child->what.count + 1, 1);
    if (!copying->roots || !copying->inner) return NULL;
    if (copying->roots_count)
        memcpy(copying->roots, what->edges + graph->pending,
               copying->roots_count * sizeof *copying->roots);
    what->edges_count = graph->pending;
    uint64_t edges = child_edges(child, copying->roots_count);
    return xg_reserve(what, child->what.count + 1u, edges, child->what.records.used) ? NULL
                                                                                    : copying;
}

static int copy_node(xg_tables *tables, struct xg_copying *copying, uint32_t at) {
    const xg_description *from = &copying->child->what;
    const xg_node *node = &from->nodes[at];
    for (uint32_t e = 0; e < node->edges_count; e++)
        copying->inner[from->edges[node->edges + e]] = 1;
    tables->worked += xg_units_of(from, at) + (node->edges_count ? 0 : copying->roots_count);
    return xg_node_copy(&copying->to->what, from, at, copying->shift, copying->roots,
                        copying->roots_count, copying->to->numbers);
}

static int copy_end(xg_tables *tables, struct xg_copying *copying, uint32_t at) {
    tables->worked++;
    return copying->inner[at] ? 0 : xg_edge_add(&copying->to->what, copying->shift + at);
}

static int finish(xg_tables *tables, struct xg_copying *copying) {
    xg_description *what = &copying->to->what;
    uint32_t roots = copying->child->what.count ? 0 : copying->roots_count; /* it is empty */
    for (uint32_t i = 0; i < roots; i++)
        if (xg_edge_add(what, copying->roots[i])) return -1;
    tables->worked += roots;
    return xg_node_add(what, XG_EMPTY, 0, XG_NO_RECORD, copying->edges, copying->to->numbers) ||
           xg_number_add(copying->to);
}

/* 0, XS_SINK_AGAIN, or -1 without memory. */
static int go_on(xg_tables *tables, struct xg_copying *copying) {
    uint32_t count = copying->child->what.count;
    for (; copying->at < 2 * count; copying->at++) {
        if (xg_enough(tables)) return XS_SINK_AGAIN;
        if (copying->at == count) copying->edges = copying->to->what.edges_count;
        if (copying->at < count ? copy_node(tables, copying, copying->at)
                                : copy_end(tables, copying, copying->at - count))
            return -1;
    }
    if (!count) copying->edges = copying->to->what.edges_count;
    return finish(tables, copying) ? -1 : 0;
}

int xg_take_child(xw_session *session, xg_graph *graph, uint64_t handle) {
    xg_tables *tables = session->graphs;
    if (!tables->copying) {
        const xg_graph *child = xg_graph_of(session, handle);
        if (!child || child == graph)
            return xg_bad(graph, INVALID_HANDLE, "it names no other graph");
        if (child->bad) return xg_bad(graph, child->bad, child->bad_why);
        if (xg_edges_settle(tables, &graph->what, graph->pending)) return xg_no_memory(session);
        uint32_t before = graph->what.edges_count - graph->pending;
        uint64_t bytes = (child->what.count + 1) * sizeof(xg_node) + child->what.records.used;
        if (!xg_has_room(session, graph, child->what.count + 1u, child_edges(child, before), bytes))
            return 0;
        if (!begin(session, graph, child)) return xg_no_memory(session);
    }
    int result = go_on(tables, tables->copying);
    if (result == XS_SINK_AGAIN) return result;
    xg_copying_free(tables->copying);
    tables->copying = NULL;
    return result ? xg_no_memory(session) : 0;
}
