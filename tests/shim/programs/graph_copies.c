/* Copies of an executable graph that get other memory: pageable for pageable and pinned for
 * pinned works, anything else is refused and changes nothing, nor does a failure.
 *
 * With FAIL_LATER the function it names fails in the update itself (fail_nth.c). */
#include "work.h"

#define N 256
#define BYTES (N * 4)

enum { OLD, NEW, SIDES };

static CUdeviceptr d;
static CUstream stream;
static uint32_t pageable[SIDES][N], *pinned[SIDES];
static int calls_before, calls_after;

static void count(void *at) {
    ++*(volatile int *)at;
}

static CUDA_MEMCPY3D copy(int down, uint32_t *host) {
    CUDA_MEMCPY3D c = {.WidthInBytes = BYTES, .Height = 1, .Depth = 1};

    c.srcMemoryType = down ? CU_MEMORYTYPE_DEVICE : CU_MEMORYTYPE_HOST;
    c.dstMemoryType = down ? CU_MEMORYTYPE_HOST : CU_MEMORYTYPE_DEVICE;
    c.srcHost = down ? NULL : host;
    c.srcDevice = down ? d : 0;
    c.dstHost = down ? host : NULL;
    c.dstDevice = down ? 0 : d;
    return c;
}

static void set(uint32_t *words, uint32_t value) {
    for (int i = 0; i < N; i++)
        words[i] = value;
}

static void expect(const uint32_t *words, uint32_t value) {
    for (int i = 0; is_real() && i < N; i++)
        CHECK(words[i] == value);
}

/* One launch moves the words of `used`, and does not touch those of `other`; the host
 * functions before and behind the copy are called once each. */
static void run(CUgraphExec exec, int down, uint32_t *used, uint32_t *other) {
    static uint32_t value = 100;
    uint32_t seen[N];

    value += 10;
    set(used, down ? 1 : value);
    set(other, 2);
    OK(cuMemsetD32_v2(d, down ? value : 3, N));
    OK(cuCtxSynchronize());
    calls_before = calls_after = 0;
    OK(cuGraphLaunch(exec, stream));
    OK(cuStreamSynchronize(stream));
    CHECK(calls_before == 1 && calls_after == 1);
    OK(cuMemcpyDtoH_v2(seen, d, BYTES));
    expect(seen, value);
    expect(used, value);
    expect(other, 2);
}

static CUgraphExec make(CUgraphNode *node, int down, uint32_t *host) {
    CUDA_HOST_NODE_PARAMS before = {count, &calls_before}, after = {count, &calls_after};
    CUDA_MEMCPY3D c = copy(down, host);
    CUgraphNode first, last;
    CUgraphExec exec;
    CUgraph graph;

    OK(cuGraphCreate(&graph, 0));
    OK(cuGraphAddHostNode(&first, graph, NULL, 0, &before));
    OK(cuGraphAddMemcpyNode(node, graph, &first, 1, &c, NULL));
    OK(cuGraphAddHostNode(&last, graph, node, 1, &after));
    OK(cuGraphInstantiateWithFlags(&exec, graph, 0));
    return exec;
}

/* The update is refused unless the new memory is of the old one's kind. */
static void change(int down, uint32_t *old, uint32_t *new, int same_kind) {
    CUDA_MEMCPY3D c = copy(down, new);
    CUgraphNode node;
    CUgraphExec exec = make(&node, down, old);

    run(exec, down, old, new);
    if (same_kind) {
        OK(cuGraphExecMemcpyNodeSetParams(exec, node, &c, NULL));
        run(exec, down, new, old);
    } else {
        EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphExecMemcpyNodeSetParams(exec, node, &c, NULL));
        run(exec, down, old, new);
        /* nor while it is off, when it would show only later */
        OK(cuGraphNodeSetEnabled(exec, node, 0));
        EXPECT(CUDA_ERROR_INVALID_VALUE, cuGraphExecMemcpyNodeSetParams(exec, node, &c, NULL));
        OK(cuGraphNodeSetEnabled(exec, node, 1));
        run(exec, down, old, new);
    }
    OK(cuGraphExecDestroy(exec));
}

/* The other direction, or no bytes at all, is another operation, too. */
static void turn(void) {
    CUDA_MEMCPY3D none = copy(0, pinned[NEW]), down = copy(1, pageable[NEW]);
    CUgraphNode node, staged_node;
    CUgraphExec exec = make(&node, 0, pinned[OLD]);
    CUgraphExec staged = make(&staged_node, 0, pageable[OLD]);

    none.WidthInBytes = 0;
    (void)cuGraphExecMemcpyNodeSetParams(exec, node, &none, NULL); /* CUDA leaves it open */
    EXPECT(CUDA_ERROR_INVALID_VALUE,
           cuGraphExecMemcpyNodeSetParams(staged, staged_node, &down, NULL));
    run(staged, 0, pageable[OLD], pageable[NEW]);
    OK(cuGraphExecDestroy(exec));
    OK(cuGraphExecDestroy(staged));
}

/* Whatever fails in it, an update is done or not done. */
static void fail(int down) {
    CUDA_MEMCPY3D c = copy(down, pageable[NEW]);
    CUgraphNode node;
    CUgraphExec exec = make(&node, down, pageable[OLD]);
    CUresult result;
    void *filler;

    run(exec, down, pageable[OLD], pageable[NEW]);
    setenv("FAIL_FUNCTION", getenv("FAIL_LATER"), 1);
    result = cuGraphExecMemcpyNodeSetParams(exec, node, &c, NULL);
    unsetenv("FAIL_FUNCTION");
    CHECK(result == CUDA_SUCCESS || result == CUDA_ERROR_OUT_OF_MEMORY);
    /* takes the staging memory that a failure would have given back too early */
    OK(cuMemHostAlloc(&filler, BYTES, 0));
    set(filler, 77);
    run(exec, down, pageable[result ? OLD : NEW], pageable[result ? NEW : OLD]);
    expect(filler, 77);
    OK(cuMemFreeHost(filler));
    OK(cuGraphExecDestroy(exec));
}

int main(void) {
    start();
    OK(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING));
    OK(cuMemAlloc_v2(&d, BYTES));
    for (int i = 0; i < SIDES; i++)
        OK(cuMemHostAlloc((void **)&pinned[i], BYTES, 0));
    for (int down = 0; down < 2; down++) {
        if (getenv("FAIL_LATER")) {
            fail(down);
            continue;
        }
        change(down, pageable[OLD], pageable[NEW], 1);
        change(down, pinned[OLD], pinned[NEW], 1);
        change(down, pageable[OLD], pinned[NEW], 0);
        change(down, pinned[OLD], pageable[NEW], 0);
    }
    if (!getenv("FAIL_LATER"))
        turn();
    puts("done");
    return 0;
}
