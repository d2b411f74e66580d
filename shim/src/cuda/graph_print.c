/* Graphs told to people.
 *
 * Decides the text of a DOT file: one node a line, named by its kind. Source: driver API,
 * cuGraphDebugDotPrint. */
#include <stdio.h>

#include "xs/graphs.h"

static const char *const kinds[] = {"KERNEL", "MEMCPY",      "MEMSET",       "HOST",
                                    "GRAPH",  "EMPTY",       "WAIT_EVENT",   "EVENT_RECORD",
                                    "SIGNAL", "WAIT",        "MEM_ALLOC",    "MEM_FREE",
                                    "BATCH_MEM_OP"};

/* CUgraphDebugDot_flags */
enum { VERBOSE = 1, KERNEL_NODE_PARAMS = 4, HANDLES = 1024 };

static void print_label(FILE *file, const xs_graph_node *node, unsigned flags) {
    const xs_node_work *work = &node->work;

    fprintf(file, "%s", kinds[work->type]);
    if (work->type == CU_GRAPH_NODE_TYPE_KERNEL && xs_function_of(work->u.kernel.function)) {
        const xs_shape *s = &work->u.kernel.shape;
        fprintf(file, "\\n%s", work->u.kernel.function->name);
        if (flags & (VERBOSE | KERNEL_NODE_PARAMS))
            fprintf(file, "\\n(%u,%u,%u) x (%u,%u,%u), %u", s->grid[0], s->grid[1], s->grid[2],
                    s->block[0], s->block[1], s->block[2], s->shared_bytes);
    }
    if (flags & (VERBOSE | HANDLES))
        fprintf(file, "\\n%p", (const void *)node);
}

static void print_graph(FILE *file, const xs_graph *graph, unsigned flags) {
    fprintf(file, "subgraph cluster_%u {\n", graph->object.index);
    for (const xs_graph_node *node = graph->first; node; node = node->next) {
        fprintf(file, "node_%u [label=\"", node->object.index);
        print_label(file, node, flags);
        fprintf(file, "\"];\n");
        for (uint32_t i = 0; i < node->before.count; i++)
            fprintf(file, "node_%u -> node_%u;\n", node->before.at[i].node->object.index,
                    node->object.index);
        if (node->work.type == CU_GRAPH_NODE_TYPE_GRAPH)
            print_graph(file, node->work.u.child, flags);
    }
    fprintf(file, "}\n");
}

CUresult xs_cuGraphDebugDotPrint(CUgraph hGraph, const char *path, unsigned int flags) {
    const xs_graph *graph = xs_graph_of(hGraph);
    FILE *file;

    if (!graph || !path)
        return CUDA_ERROR_INVALID_VALUE;
    file = fopen(path, "w");
    if (!file)
        return CUDA_ERROR_OPERATING_SYSTEM;
    fprintf(file, "digraph dot {\n");
    print_graph(file, graph, flags);
    fprintf(file, "}\n");
    return fclose(file) ? CUDA_ERROR_OPERATING_SYSTEM : CUDA_SUCCESS;
}
