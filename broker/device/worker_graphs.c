/* A graph launch, issued step by step.
 *
 * Decides which step of a graph goes next, or which run of steps where the window has room for
 * several (graph_runs.c), and what a segment asks of the device; whether it may go now is
 * worker_grants.c's, and a step that is no segment goes out as the operation it
 * is (worker_issue.c). Between two steps everything may happen that happens between two
 * launches: a hold, a fallen floor, another session's turn. It must never know how a graph
 * was cut. Called by worker_issue.c for the head of a FIFO, by worker_arrivals.c for a launch
 * that is done with.
 *
 * Launches of one graph_exec follow each other in the order sent, as the driver has it for
 * whole ones: each has a turn, and one on another stream waits until the last has retired. */
#include <string.h>

#include "broker/device/graph.h"
#include "broker/device/worker_private.h"

static xw_turn *turn_of(xw_session *session, uint32_t exec) {
    while (exec >= session->turns_capacity) {
        uint32_t had = session->turns_capacity;
        session->turns = xw_grow(session->turns, had, &session->turns_capacity,
                                 sizeof *session->turns);
        memset(session->turns + had, 0, (session->turns_capacity - had) * sizeof *session->turns);
    }
    return &session->turns[exec];
}

static int has_turn(xw_worker *worker, xw_session *session, const xw_stream *stream,
                    const xw_record *record) {
    const xw_turn *turn = turn_of(session, record->u.graph.exec);
    if (turn->over != record->u.graph.turn) return 0;
    if (!turn->line || turn->line == stream->line) return 1;
    xw_stream *before = &session->streams[turn->line];
    if (before->retired_seq >= turn->seq) return 1;
    xw_mark(worker, session, before);
    return 0;
}

int xw_issue_segment(xw_worker *worker, xw_session *session, xw_stream *stream,
                     const xw_piece *step, uint64_t now_ns) {
    xw_graph *graph = step->head->u.graph.graph;
    xg_segment *segment = step->segment;
    xw_estimate *estimate = &segment->estimate;
    uint64_t sm_ns = estimate->estimate_ns * segment->sm_permille / 1000;
    int known = estimate->samples > 0;
    if (!xw_window_allows(session, stream, estimate->estimate_ns, sm_ns, known, now_ns))
        return XW_BLOCKED;
    void *start = NULL, *end = NULL;
    int sampled = xw_estimate_wants_sample(estimate, stream->launches_in_flight) &&
                  xw_sample_begin(worker, stream, &start, &end);
    const xs_backend *b = worker->backend;
    int result = b->graph_launch(b->device, stream->native, segment->native);
    if (sampled) b->event_record(b->device, stream->native, end);
    if (result) {
        if (sampled) { /* still recorded on the stream, as in issue_launch */
            b->event_close(b->device, start);
            b->event_close(b->device, end);
        }
        return xw_step_failed(worker, session, stream, result, step, now_ns);
    }
    now_ns = xw_now_of(worker);
    xw_flight *flight =
        xw_flight_push(session, stream, XR_GRAPH, step->head->seq, !step->last, now_ns);
    atomic_fetch_add_explicit(&graph->references, 1, memory_order_relaxed);
    flight->graph = graph;
    flight->bytes = segment->nodes;
    if (sampled) {
        flight->estimate = estimate;
        flight->estimate_key = estimate->key;
        flight->sample_start = start;
        flight->sample_end = end;
    }
    xw_count(&session->graph_segments, 1);
    xw_count_issue(worker, session, stream, flight, estimate->estimate_ns, sm_ns, now_ns);
    return XW_ISSUED;
}

/* Which wait of the launch a step is: they lie in the order of the steps. */
static xw_graph_wait wait_of(const xw_graph *graph, const xw_record *record, uint32_t at) {
    uint32_t index = 0;
    for (uint32_t i = 0; i < at; i++)
        index += graph->steps[i].record && graph->steps[i].record->kind == XR_WAIT;
    return ((const xw_graph_wait *)(const void *)record->data)[index];
}

/* Has the session's window room for several runs of so long? Who is alone has one. */
static int is_wide(const xw_session *session, uint64_t run_ns) {
    uint64_t window_ns = session->grant.window_ns;
    return window_ns == 0 || window_ns >= XG_RUNS_IN_WINDOW * run_ns;
}

/* The run that begins at this step, if it may go as one. */
static const xg_run *run_at(const xw_session *session, xw_graph *graph, uint32_t at) {
    const xg_runs *runs = atomic_load_explicit(&graph->runs, memory_order_acquire);
    if (!runs || !runs->of_step[at]) return NULL;
    const xg_run *run = &runs->items[runs->of_step[at] - 1];
    return is_wide(session, run->segment->estimate.estimate_ns) ? run : NULL;
}

/* A launch has begun. The loop hears once of a form for which runs are worth it. */
static void count_wide(xw_worker *worker, xw_session *session, xw_graph *graph) {
    uint32_t after = graph->runs_after;
    if (graph->wide >= after || !is_wide(session, XG_RUN_NS_MAX) || ++graph->wide < after) return;
    atomic_store(&graph->hot, 1);
    xw_tell(worker, XW_GRAPHS_HOT, session->id, 0, 0, 0);
}

/* A step that is switched off: nothing goes out. */
static int pass_step(xw_worker *worker, xw_session *session, xw_stream *stream,
                     const xw_record *record, uint64_t now_ns) {
    xw_graph *graph = record->u.graph.graph;
    if (stream->graph_step == 0) {
        xw_count_queued(session, record, now_ns);
        count_wide(worker, session, graph);
    }
    if (stream->graph_step + 1 < graph->steps_count) {
        stream->graph_step++;
        return XW_MORE;
    }
    xw_step_passed(worker, session, stream, record->seq, 1, now_ns);
    return XW_DROPPED;
}

int xw_issue_graph(xw_worker *worker, xw_session *session, xw_stream *stream,
                   const xw_record *record, uint64_t now_ns) {
    xw_graph *graph = record->u.graph.graph;
    uint32_t at = stream->graph_step;
    if (!at && !has_turn(worker, session, stream, record)) return XW_BLOCKED;
    if (!graph->steps_count) {
        xw_step_passed(worker, session, stream, record->seq, 1, now_ns);
        return XW_DROPPED;
    }
    const xg_step *next = &graph->steps[at];
    if (!next->segment && !next->record) return pass_step(worker, session, stream, record, now_ns);
    const xg_run *run = run_at(session, graph, at);
    xg_segment *segment = run ? run->segment : next->segment;
    uint32_t steps = run ? run->count : 1;
    xw_piece step = {
        .what = segment ? record : next->record,
        .head = record,
        .segment = segment,
        .first = at == 0,
        .last = at + steps == graph->steps_count,
    };
    if (!segment && next->record->kind == XR_WAIT) step.wait = wait_of(graph, record, at);
    int outcome = xw_issue_step(worker, session, stream, &step, now_ns);
    if (outcome != XW_ISSUED && outcome != XW_DROPPED) return outcome;
    if (step.first) {
        xw_count_queued(session, record, now_ns);
        count_wide(worker, session, graph);
    }
    if (step.last) return outcome;
    stream->graph_step += steps;
    return XW_MORE;
}

/* The launch leaves its FIFO: issued, failed half way, or dropped with its session. */
void xw_graph_over(xw_session *session, xw_stream *stream, const xw_record *record) {
    xw_turn *turn = turn_of(session, record->u.graph.exec);
    *turn = (xw_turn){record->u.graph.turn + 1, record->seq, stream->line};
    stream->graph_step = 0;
    xw_count(&session->graph_launches, 1);
    xg_release(record->u.graph.graph);
}
