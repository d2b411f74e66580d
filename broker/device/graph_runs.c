/* Runs: longer native graphs of a form that is launched again and again while nobody of a
 * higher class is about.
 *
 * Decides which steps of a published form go together, up to 2 ms: a cut costs the device some
 * 1.1 us (H100: a decode of 97 segments took 17.23 ms, in pieces of 2 ms 17.13), and who has the
 * device for himself need not be stopped every 280 us. The form keeps its segments beside them:
 * worker_graphs.c chooses for each launch, and amid one. The first step stays alone, since the
 * device begins when that much has been handed over. It must never know whether it is worth
 * it: the worker says when a form has been launched so often (XW_GRAPHS_HOT), and the loop,
 * through _worker.pyx, has its runs made as it has segments made (graph_native.c). */
#include <stdlib.h>

#include "broker/device/graph_private.h"

enum {
    RUN_NODES_MAX = 1000,  /* to make one of 200 takes a driver a quarter of a millisecond */
    RUN_STEPS_MAX = 4096,  /* of a form: they are looked at in one portion */
};

/* 0: it stays a step of its own. */
static int may_join(const xg_step *step) {
    return step->segment || (step->record && step->record->kind == XR_LAUNCH);
}

static uint64_t step_ns(const xw_graph *form, const xg_step *step, uint64_t *sm_ns) {
    uint64_t ns;
    uint32_t permille;
    if (step->segment) {
        ns = __atomic_load_n(&step->segment->estimate.estimate_ns, __ATOMIC_RELAXED);
        permille = step->segment->sm_permille;
    } else {
        ns = xw_estimate_peek(form->session->worker, step->record->u.launch.key);
        permille = step->record->u.launch.sm_permille;
    }
    *sm_ns = ns * permille / 1000;
    return ns;
}

static uint64_t params_of(const xw_graph *form, uint32_t first, uint32_t count) {
    uint64_t bytes = 0;
    for (uint32_t i = first; i < first + count; i++) {
        const xw_record *record = xg_record_of(&form->what, form->order[i]);
        if (record && record->kind == XR_LAUNCH) bytes += xw_launch_of(record).params_bytes;
    }
    return bytes;
}

/* Steps [from, to) as one run, if they are more than one. 0, or -1 without memory. */
static int close_run(const xw_graph *form, xg_runs *runs, uint32_t from, uint32_t to,
                     uint64_t ns, uint64_t sm_ns) {
    if (to < from + 2) return 0;
    const xg_step *first = &form->steps[from], *last = &form->steps[to - 1];
    uint32_t nodes = last->first + last->count - first->first;
    uint64_t params_bytes = params_of(form, first->first, nodes);
    xg_segment *segment =
        xg_segment_make(form->session, nodes, params_bytes, ns, xg_permille(sm_ns, ns));
    if (!segment) return -1;
    runs->items[runs->count++] = (xg_run){segment, from, to - from};
    runs->of_step[from] = runs->count;
    runs->device_bytes += segment->device_bytes;
    return 0;
}

static int group(const xw_graph *form, xg_runs *runs) {
    uint64_t ns = 0, sm_ns = 0;
    uint32_t from = 1;
    for (uint32_t i = 1; i < form->steps_count; i++) {
        const xg_step *step = &form->steps[i];
        uint64_t step_sm_ns = 0, one_ns = may_join(step) ? step_ns(form, step, &step_sm_ns) : 0;
        uint32_t nodes = step->first + step->count - form->steps[from].first;
        int joins = may_join(step) && ns + one_ns <= XG_RUN_NS_MAX && nodes <= RUN_NODES_MAX;
        if (!joins) {
            if (close_run(form, runs, from, i, ns, sm_ns)) return -1;
            from = may_join(step) ? i : i + 1;
            ns = sm_ns = 0;
        }
        ns += one_ns;
        sm_ns += step_sm_ns;
    }
    return from < form->steps_count
               ? close_run(form, runs, from, form->steps_count, ns, sm_ns) : 0;
}

void xg_runs_free(xg_runs *runs) {
    if (!runs) return;
    for (uint32_t i = 0; i < runs->count; i++) free(runs->items[i].segment);
    free(runs->items);
    free(runs->of_step);
    free(runs->places);
    free(runs);
}

static xg_runs *runs_of(xw_graph *form) {
    if (form->steps_count < 3 || form->steps_count > RUN_STEPS_MAX) return NULL;
    xg_runs *runs = calloc(1, sizeof *runs);
    if (!runs) return NULL;
    runs->items = calloc(form->steps_count / 2 + 1u, sizeof *runs->items);
    runs->of_step = calloc(form->steps_count, sizeof *runs->of_step);
    if (!runs->items || !runs->of_step || group(form, runs) || !runs->count) {
        xg_runs_free(runs);
        return NULL;
    }
    runs->bytes = sizeof *runs + form->steps_count * sizeof *runs->of_step +
                  runs->count * (sizeof *runs->items + sizeof(xg_segment));
    return runs;
}

/* Is all that it names still there? A launch asks the same, but of one that waits to be named
 * something may have gone since. */
static int stands(const xw_session *session, const xw_graph *form) {
    if (form->checked == session->tables_changed) return 1;
    for (uint32_t node = 0; node < form->what.count; node++)
        if (xg_node_check(session, &form->what, node)) return 0;
    return 1;
}

xw_graph *xg_hot(xw_session *session, xg_runs **runs) {
    xg_tables *tables = session->graphs;
    for (uint32_t i = 0; i < tables->execs_capacity; i++) {
        xw_graph *form = tables->execs[i].open ? tables->execs[i].graph : NULL;
        if (!form || form->runs_tried || !atomic_load(&form->hot)) continue;
        form->runs_tried = 1;
        *runs = stands(session, form) ? runs_of(form) : NULL;
        if (!*runs) continue;
        if ((*runs)->bytes > xg_bytes_left(session)) {
            xg_runs_free(*runs);
            continue;
        }
        atomic_fetch_add(&form->references, 1);
        return form;
    }
    return NULL;
}

void xg_runs_publish(xw_graph *form, xg_runs *runs) {
    xg_tables *tables = form->session->graphs;
    form->bytes += runs->bytes;
    tables->bytes += runs->bytes;
    tables->runs += runs->count;
    tables->runs_device_bytes += runs->device_bytes;
    atomic_store(&form->runs, runs);
    xg_release(form);
}

uint32_t xg_runs_drop(xw_graph *form, xg_runs *runs, xg_native **items) {
    xg_native *out = malloc((runs->count + 1u) * sizeof *out);
    if (!out) abort(); /* native graphs that nobody knew any more */
    uint32_t count = runs->count;
    for (uint32_t i = 0; i < count; i++)
        out[i] = (xg_native){runs->items[i].segment->native, runs->items[i].segment->device_bytes};
    xg_runs_free(runs);
    xg_release(form);
    *items = out;
    return count;
}
