/* Graphs built node by node: every kind, queries, edits, clones, updates, user objects. */
#include <unistd.h>

#include "work.h"

#define N 256
#define BYTES (N * 4)

static CUfunction add_one, fill;
static CUstream a, b;
static CUdeviceptr d, e;
static uint64_t n = N;

static void expect(CUdeviceptr at, uint32_t value) {
    uint32_t seen[N];

    OK(cuMemcpyDtoH_v2(seen, at, BYTES));
    for (int i = 0; is_real() && i < N; i++)
        if (seen[i] != value) {
            fprintf(stderr, "word %d is %u, not %u\n", i, seen[i], value);
            exit(1);
        }
}

static CUDA_KERNEL_NODE_PARAMS kernel(CUfunction function, void **params) {
    return (CUDA_KERNEL_NODE_PARAMS){.func = function, .gridDimX = 2, .gridDimY = 1,
                                     .gridDimZ = 1, .blockDimX = 128, .blockDimY = 1,
                                     .blockDimZ = 1, .kernelParams = params};
}

static CUDA_MEMCPY3D copy(CUdeviceptr to, CUdeviceptr from) {
    return (CUDA_MEMCPY3D){.srcMemoryType = CU_MEMORYTYPE_DEVICE, .srcDevice = from,
                           .dstMemoryType = CU_MEMORYTYPE_DEVICE, .dstDevice = to,
                           .WidthInBytes = BYTES, .Height = 1, .Depth = 1};
}

static void run(CUgraphExec exec) {
    OK(cuGraphLaunch(exec, a));
    OK(cuStreamSynchronize(a));
}

static void count(void *at) {
    ++*(volatile int *)at;
}

/* Is this in the graph's DOT file? */
static int told_of(CUgraph graph, unsigned flags, const char *what) {
    char path[] = "/tmp/xs-graph-XXXXXX", text[4096] = "";
    int fd = mkstemp(path), found;

    CHECK(fd >= 0);
    OK(cuGraphDebugDotPrint(graph, path, flags));
    CHECK(read(fd, text, sizeof text - 1) > 0);
    found = strstr(text, what) != NULL;
    close(fd);
    unlink(path);
    return found;
}

/* fill e; d = e; d += 1; host function; records. And everything told back. */
static void all_kinds(void) {
    int called = 0, others = 0;
    uint32_t seven = 7, nine = 9;
    void *fill_params[] = {&e, &seven, &n}, *add_params[] = {&d, &n};
    CUDA_KERNEL_NODE_PARAMS k = kernel(fill, fill_params), got;
    CUDA_MEMSET_NODE_PARAMS set = {.dst = d, .value = 1, .elementSize = 4, .width = N,
                                   .height = 1}, set_got;
    CUDA_HOST_NODE_PARAMS host = {count, &called}, host_got, other = {count, &others};
    CUDA_MEMCPY3D c = copy(d, e), c_got;
    CUgraphNode nodes[8], told[8], root;
    CUgraphExec exec;
    CUgraph graph;
    CUgraphNodeType type;
    CUevent event, event_got, event_other;
    size_t many;

    OK(cuEventCreate(&event, 0));
    OK(cuEventCreate(&event_other, 0));
    OK(cuGraphCreate(&graph, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphCreate(&graph, 1));
    OK(cuGraphAddMemsetNode(&nodes[0], graph, NULL, 0, &set, NULL));
    OK(cuGraphAddKernelNode_v2(&nodes[1], graph, NULL, 0, &k));
    OK(cuGraphAddMemcpyNode(&nodes[2], graph, nodes, 2, &c, NULL));
    OK(cuGraphAddEmptyNode(&nodes[3], graph, &nodes[2], 1));
    k = kernel(add_one, add_params);
    OK(cuGraphAddKernelNode_v2(&nodes[4], graph, &nodes[3], 1, &k));
    OK(cuGraphAddHostNode(&nodes[5], graph, &nodes[4], 1, &host));
    OK(cuGraphAddEventRecordNode(&nodes[6], graph, &nodes[5], 1, event));
    OK(cuGraphAddEventWaitNode(&nodes[7], graph, NULL, 0, event_other));
    /* what is wrong */
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphAddEmptyNode(&root, graph, NULL, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphAddEmptyNode(&root, (CUgraph)a, NULL, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphAddChildGraphNode(&root, graph, NULL, 0, graph));
    EXPECT(CUDA_ERROR_INVALID_HANDLE, cuGraphAddEventWaitNode(&root, graph, NULL, 0, NULL));
    set.elementSize = 3;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphAddMemsetNode(&root, graph, NULL, 0, &set, NULL));
    /* queries */
    many = 8;
    OK(cuGraphGetNodes(graph, told, &many));
    CHECK(many == 8 && !memcmp(told, nodes, sizeof nodes));
    many = 1;
    OK(cuGraphGetRootNodes(graph, told, &many));
    CHECK(many == 1 && told[0] == nodes[0]);
    OK(cuGraphGetRootNodes(graph, NULL, &many));
    CHECK(many == 3);
    many = 8;
    OK(cuGraphNodeGetDependencies(nodes[2], told, &many));
    CHECK(many == 2 && told[0] == nodes[0] && told[1] == nodes[1] && !told[2]);
    many = 8;
    OK(cuGraphNodeGetDependentNodes(nodes[2], told, &many));
    CHECK(many == 1 && told[0] == nodes[3]);
    OK(cuGraphGetEdges(graph, NULL, NULL, &many));
    CHECK(many == 6);
    const CUgraphNodeType types[] = {2, 0, 1, 5, 0, 3, 7, 6};
    for (int i = 0; i < 8; i++) {
        OK(cuGraphNodeGetType(nodes[i], &type));
        CHECK(type == types[i]);
    }
    OK(cuGraphKernelNodeGetParams_v2(nodes[1], &got));
    CHECK(got.func == fill && got.gridDimX == 2 && got.blockDimX == 128);
    CHECK(*(CUdeviceptr *)got.kernelParams[0] == e && *(uint32_t *)got.kernelParams[1] == 7);
    OK(cuGraphMemcpyNodeGetParams(nodes[2], &c_got));
    CHECK(c_got.dstDevice == d && c_got.WidthInBytes == BYTES);
    OK(cuGraphMemsetNodeGetParams(nodes[0], &set_got));
    CHECK(set_got.value == 1 && set_got.width == N);
    OK(cuGraphHostNodeGetParams(nodes[5], &host_got));
    CHECK(host_got.userData == &called);
    OK(cuGraphEventRecordNodeGetEvent(nodes[6], &event_got));
    CHECK(event_got == event);
    OK(cuGraphEventWaitNodeGetEvent(nodes[7], &event_got));
    CHECK(event_got == event_other);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphEventWaitNodeGetEvent(nodes[6], &event_got));
    CUkernelNodeAttrValue value = {.value = 1};
    OK(cuGraphKernelNodeSetAttribute(nodes[1], 8, &value));
    memset(&value, 0, sizeof value);
    OK(cuGraphKernelNodeGetAttribute(nodes[1], 8, &value));
    CHECK(value.value == 1);
    OK(cuGraphKernelNodeCopyAttributes(nodes[4], nodes[1]));
    CHECK(told_of(graph, 0, "xs_fill_u32") && !told_of(graph, 0, "(2,1,1) x (128,1,1)"));
    CHECK(told_of(graph, 1, "xs_fill_u32") && told_of(graph, 1, "(2,1,1) x (128,1,1)"));
    /* it runs */
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    run(exec);
    OK(cuEventSynchronize(event));
    CHECK(called == 1);
    expect(d, 8);
    /* one node of the executable form after another; the graph itself stays as it is */
    k = kernel(fill, (void *[]){&e, &nine, &n});
    OK(cuGraphExecKernelNodeSetParams_v2(exec, nodes[1], &k));
    OK(cuGraphExecHostNodeSetParams(exec, nodes[5], &other));
    OK(cuGraphExecEventRecordNodeSetEvent(exec, nodes[6], event_other));
    run(exec);
    OK(cuEventSynchronize(event_other));
    CHECK(called == 1 && others == 1);
    expect(d, 10);
    c = copy(d, d + BYTES); /* holds 55 */
    OK(cuGraphExecMemcpyNodeSetParams(exec, nodes[2], &c, NULL));
    OK(cuMemsetD32_v2(d + BYTES, 55, N));
    OK(cuCtxSynchronize());
    run(exec);
    expect(d, 56);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphExecMemcpyNodeSetParams(exec, nodes[0], &c, NULL));
    OK(cuGraphKernelNodeGetParams_v2(nodes[1], &got));
    CHECK(*(uint32_t *)got.kernelParams[1] == 7);
    /* all of it back to the graph's own */
    CUgraphExecUpdateResultInfo info;
    OK(cuGraphExecUpdate_v2(exec, graph, &info));
    CHECK(info.result == CU_GRAPH_EXEC_UPDATE_SUCCESS);
    run(exec);
    CHECK(called == 2 && others == 2);
    expect(d, 8);
    OK(cuGraphExecKernelNodeSetParams_v2(exec, nodes[1], &k)); /* names stay */
    run(exec);
    expect(d, 10);
    /* edits of the graph */
    OK(cuGraphRemoveDependencies(graph, &nodes[3], &nodes[4], 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphRemoveDependencies(graph, &nodes[3], &nodes[4], 1));
    EXPECT(CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE, cuGraphExecUpdate_v2(exec, graph, &info));
    CHECK(info.result == CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED && info.errorNode == nodes[4]);
    OK(cuGraphAddDependencies(graph, &nodes[3], &nodes[4], 1));
    OK(cuGraphAddDependencies(graph, &nodes[6], &nodes[0], 1)); /* a cycle */
    CUDA_GRAPH_INSTANTIATE_PARAMS params = {0};
    CUgraphExec none;
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphInstantiateWithParams(&none, graph, &params));
    CHECK(params.result_out == CUDA_GRAPH_INSTANTIATE_INVALID_STRUCTURE);
    OK(cuGraphRemoveDependencies(graph, &nodes[6], &nodes[0], 1));
    OK(cuGraphAddDependencies(graph, &nodes[6], &nodes[7], 1));
    OK(cuGraphDestroyNode(nodes[3]));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphDestroyNode(nodes[3]));
    OK(cuGraphGetNodes(graph, NULL, &many));
    CHECK(many == 7);
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    OK(cuEventDestroy_v2(event));
    OK(cuEventDestroy_v2(event_other));
}

/* Nodes made out of order; a child graph; a clone; updates of both. */
static void children(void) {
    void *add_params[] = {&d, &n}, *other_params[] = {&e, &n};
    CUDA_KERNEL_NODE_PARAMS k = kernel(add_one, add_params), other = kernel(add_one, other_params);
    CUDA_MEMSET_NODE_PARAMS set = {.dst = d, .value = 20, .elementSize = 4, .width = N,
                                   .height = 1};
    CUgraph child, graph, clone, inside;
    CUgraphNode first, second, node, last, zero, found;
    CUgraphExec exec, cloned;
    size_t many;

    OK(cuGraphCreate(&child, 0));
    OK(cuGraphAddKernelNode_v2(&first, child, NULL, 0, &k));
    OK(cuGraphAddKernelNode_v2(&second, child, &first, 1, &k));
    OK(cuGraphCreate(&graph, 0));
    OK(cuGraphAddChildGraphNode(&node, graph, NULL, 0, child));
    OK(cuGraphAddKernelNode_v2(&last, graph, &node, 1, &k));
    OK(cuGraphAddMemsetNode(&zero, graph, NULL, 0, &set, NULL));
    OK(cuGraphAddDependencies(graph, &zero, &node, 1)); /* made last, comes first */
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    run(exec);
    expect(d, 23);
    OK(cuGraphChildGraphNodeGetGraph(node, &inside));
    CHECK(inside != child);
    OK(cuGraphGetNodes(inside, NULL, &many));
    CHECK(many == 2);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphDestroy(inside));
    /* the clone is of its own */
    OK(cuGraphClone(&clone, graph));
    OK(cuGraphNodeFindInClone(&found, zero, clone));
    CHECK(found != zero);
    set.value = 50;
    OK(cuGraphMemsetNodeSetParams(found, &set));
    OK(cuGraphInstantiateWithFlags(&cloned, clone, 0));
    run(cloned);
    expect(d, 53);
    run(exec);
    expect(d, 23);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphNodeFindInClone(&found, zero, graph));
    /* a child of the same shape */
    OK(cuMemsetD32_v2(e, 0, N));
    OK(cuCtxSynchronize());
    OK(cuGraphKernelNodeSetParams_v2(second, &other));
    OK(cuGraphExecChildGraphNodeSetParams(exec, node, child));
    run(exec);
    expect(d, 22);
    expect(e, 1);
    OK(cuGraphAddEmptyNode(&first, child, NULL, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphExecChildGraphNodeSetParams(exec, node, child));
    /* a whole graph with a child */
    CUgraphNode bad = (CUgraphNode)1;
    CUgraphExecUpdateResult result = 7;
    OK(cuGraphExecUpdate(exec, clone, &bad, &result));
    CHECK(!bad && !result);
    run(exec);
    expect(d, 53);
    /* destroyed while it runs, many at a time */
    for (int i = 0; i < 50; i++) {
        CUgraphExec one;
        OK(cuGraphInstantiateWithFlags(&one, graph, 0));
        OK(cuGraphLaunch(one, i % 2 ? a : b));
        OK(cuGraphUpload(one, a));
        OK(cuGraphExecDestroy(one));
    }
    OK(cuCtxSynchronize());
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphExecDestroy(cloned));
    OK(cuGraphDestroy(graph));
    OK(cuGraphDestroy(clone));
    OK(cuGraphDestroy(child));
}

/* d = 3; d += 1; e = d; pageable = e: each node switched off and on again. */
static void switched(void) {
    static uint32_t pageable[N];
    void *add_params[] = {&d, &n};
    CUDA_KERNEL_NODE_PARAMS k = kernel(add_one, add_params);
    CUDA_MEMSET_NODE_PARAMS set = {.dst = d, .value = 3, .elementSize = 4, .width = N,
                                   .height = 1};
    CUDA_MEMCPY3D c = copy(e, d), down = copy(0, e);
    CUDA_HOST_NODE_PARAMS host = {count, pageable};
    CUgraphExecUpdateResultInfo info;
    CUgraphNode fill_node, add, across, to_host, called;
    unsigned on = 7;
    CUgraphExec exec;
    CUgraph graph;

    down.dstMemoryType = CU_MEMORYTYPE_HOST;
    down.dstHost = pageable;
    OK(cuGraphCreate(&graph, 0));
    OK(cuGraphAddMemsetNode(&fill_node, graph, NULL, 0, &set, NULL));
    OK(cuGraphAddKernelNode_v2(&add, graph, &fill_node, 1, &k));
    OK(cuGraphAddMemcpyNode(&across, graph, &add, 1, &c, NULL));
    OK(cuGraphAddMemcpyNode(&to_host, graph, &across, 1, &down, NULL));
    OK(cuGraphAddHostNode(&called, graph, &to_host, 1, &host)); /* pageable[0]++ */
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    run(exec);
    expect(e, 4);
    CHECK(pageable[0] == (is_real() ? 5 : 1) && (!is_real() || pageable[1] == 4));
    OK(cuGraphNodeGetEnabled(exec, add, &on));
    CHECK(on == 1);
    /* the kernel */
    OK(cuGraphNodeSetEnabled(exec, add, 0));
    OK(cuGraphNodeGetEnabled(exec, add, &on));
    CHECK(on == 0);
    run(exec);
    expect(e, 3);
    /* and the fill: the old words stay */
    OK(cuGraphNodeSetEnabled(exec, fill_node, 0));
    OK(cuMemsetD32_v2(d, 90, N));
    OK(cuCtxSynchronize());
    run(exec);
    expect(e, 90);
    /* parameters of a node that is off are kept for later */
    set.value = 40;
    OK(cuGraphExecMemsetNodeSetParams(exec, fill_node, &set, NULL));
    run(exec);
    expect(e, 90);
    OK(cuGraphNodeSetEnabled(exec, add, 1));
    OK(cuGraphNodeSetEnabled(exec, fill_node, 1));
    OK(cuGraphNodeSetEnabled(exec, fill_node, 1));
    run(exec);
    expect(e, 41);
    /* copies: one on the device, one whose rows the host moves */
    OK(cuGraphNodeSetEnabled(exec, across, 0));
    OK(cuGraphNodeSetEnabled(exec, to_host, 0));
    memset(pageable, 0, sizeof pageable);
    OK(cuMemsetD32_v2(e, 8, N));
    OK(cuCtxSynchronize());
    run(exec);
    expect(e, 8);
    CHECK(pageable[0] == 1 && pageable[1] == 0);
    /* a new form of the whole keeps what is off, and that it can be on */
    OK(cuGraphExecUpdate_v2(exec, graph, &info));
    run(exec);
    expect(e, 8);
    CHECK(pageable[0] == 2);
    OK(cuGraphNodeSetEnabled(exec, to_host, 1));
    run(exec);
    CHECK(!is_real() || (pageable[0] == 9 && pageable[1] == 8));
    OK(cuGraphNodeSetEnabled(exec, across, 1));
    run(exec);
    expect(e, 4);
    CHECK(!is_real() || pageable[1] == 4);
    /* all off: the launch still ends */
    const CUgraphNode all[] = {fill_node, add, across, to_host};
    for (int i = 0; i < 4; i++)
        OK(cuGraphNodeSetEnabled(exec, all[i], 0));
    for (int i = 0; i < 100; i++)
        OK(cuGraphLaunch(exec, i % 2 ? a : b));
    OK(cuStreamSynchronize(a));
    OK(cuStreamSynchronize(b));
    /* what is wrong */
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphNodeSetEnabled(exec, called, 0));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphNodeGetEnabled(exec, called, &on));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphNodeGetEnabled(exec, add, NULL));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphNodeSetEnabled((CUgraphExec)graph, add, 0));
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
}

/* cuGraphAddNode, words, and edges with data. */
static void generic(void) {
    CUstreamBatchMemOpParams words[2] = {{.word = {2, e, 77, 0, 0}}, {.word = {1, e, 77, 1, 0}}};
    CUgraphNodeParams p = {.type = CU_GRAPH_NODE_TYPE_BATCH_MEM_OP};
    CUgraphEdgeData data = {0}, got = {1};
    CUgraphNode node, second, told;
    CUgraphExec exec;
    CUgraph graph;
    size_t many = 1;
    uint32_t seen;

    p.u.memOp.count = 2;
    p.u.memOp.paramArray = words;
    OK(cuGraphCreate(&graph, 0));
    OK(cuGraphAddNode(&node, graph, NULL, 0, &p));
    p = (CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_EMPTY};
    OK(cuGraphAddNode_v2(&second, graph, &node, &data, 1, &p));
    OK(cuGraphNodeGetDependencies_v2(second, &told, &got, &many));
    CHECK(many == 1 && told == node && !got.from_port);
    p.type = CU_GRAPH_NODE_TYPE_CONDITIONAL;
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuGraphAddNode(&second, graph, NULL, 0, &p));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 1));
    uint64_t flags = 0;
    OK(cuGraphExecGetFlags(exec, &flags));
    CHECK(flags == 1);
    run(exec);
    OK(cuMemcpyDtoH_v2(&seen, e, 4));
    CHECK(!is_real() || seen == 77);
    words[0].word.value = words[1].word.value = 78;
    p = (CUgraphNodeParams){.type = CU_GRAPH_NODE_TYPE_BATCH_MEM_OP};
    p.u.memOp.count = 2;
    p.u.memOp.paramArray = words;
    OK(cuGraphExecNodeSetParams(exec, node, &p));
    run(exec);
    OK(cuMemcpyDtoH_v2(&seen, e, 4));
    CHECK(!is_real() || seen == 78);
    EXPECT(CUDA_ERROR_NOT_SUPPORTED, cuGraphInstantiateWithFlags(&exec, graph, 4));
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphDestroy(graph));
    uint64_t used = 9;
    OK(cuDeviceGetGraphMemAttribute(0, 0, &used));
    CHECK(used == 0);
    OK(cuDeviceGraphMemTrim(0));
}

static void user_objects(void) {
    int first = 0, second = 0;
    CUuserObject one, other;
    CUgraph graph, clone;
    CUgraphExec exec;

    OK(cuUserObjectCreate(&one, &first, count, 1, 1));
    OK(cuUserObjectCreate(&other, &second, count, 2, 1));
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuUserObjectCreate(&one, &first, count, 0, 1));
    OK(cuGraphCreate(&graph, 0));
    OK(cuGraphRetainUserObject(graph, one, 1, 1)); /* its only reference */
    OK(cuGraphRetainUserObject(graph, other, 1, 0));
    OK(cuUserObjectRelease(other, 2));
    CHECK(!first && !second);
    OK(cuGraphReleaseUserObject(graph, other, 1));
    CHECK(second == 1);
    EXPECT(CUDA_ERROR_INVALID_VALUE, cuUserObjectRelease(other, 1));
    OK(cuGraphClone(&clone, graph));
    OK(cuGraphDestroy(graph));
    CHECK(!first);
    OK(cuGraphInstantiateWithFlags(&exec, clone, 0));
    OK(cuGraphDestroy(clone));
    OK(cuGraphLaunch(exec, a));
    CHECK(!first);
    OK(cuStreamSynchronize(a));
    OK(cuGraphExecDestroy(exec));
    OK(cuCtxSynchronize());
    CHECK(first == 1);
}

int main(void) {
    CUmodule module;

    start();
    OK(cuModuleLoadData(&module, builtin_ptx()));
    OK(cuModuleGetFunction(&add_one, module, "xs_add_one_u32"));
    OK(cuModuleGetFunction(&fill, module, "xs_fill_u32"));
    OK(cuStreamCreate(&a, CU_STREAM_NON_BLOCKING));
    OK(cuStreamCreate(&b, CU_STREAM_NON_BLOCKING));
    OK(cuMemAlloc_v2(&d, 2 * BYTES));
    OK(cuMemAlloc_v2(&e, BYTES));
    all_kinds();
    children();
    switched();
    generic();
    user_objects();
    printf("done\n");
    return 0;
}
