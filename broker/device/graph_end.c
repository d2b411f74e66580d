/* How graphs are given back: descriptions and executable forms, in portions.
 *
 * Decides the order: a form's hold on its native graphs first, then memory, the large pieces of
 * it by and by (a piece of 4 MiB takes the system half a millisecond to take back). It must
 * never know the device: native graphs that nobody has any more are named to the caller, who
 * closes them. Called by graph_build.c (a destroyed graph) and by the loop through
 * _worker.pyx. */
#include <stdlib.h>

#include "broker/device/graph_private.h"

enum { FREED_AT_ONCE = XG_PORTION * XG_UNIT_BYTES_FREED };

static uint32_t units_of(uint64_t bytes) { return (uint32_t)(bytes / XG_UNIT_BYTES_FREED); }

/* Free an array that is none of the largest, or leave it for the next portion. */
static int array_end(xg_tables *tables, void **items, uint64_t bytes) {
    if (!*items) return 0;
    if (xg_enough(tables)) return 1;
    tables->worked += units_of(bytes);
    free(*items);
    *items = NULL;
    return 0;
}

int xg_description_end(xg_tables *tables, xg_description *what) {
    xw_chunk *records = &what->records;
    while (records->capacity > FREED_AT_ONCE) {
        if (xg_enough(tables)) return 1;
        records->capacity -= FREED_AT_ONCE;
        tables->worked += units_of(FREED_AT_ONCE);
        unsigned char *shrunk = realloc(records->bytes, records->capacity);
        if (shrunk) records->bytes = shrunk;
    }
    if (array_end(tables, (void **)&records->bytes, records->capacity)) return 1;
    if (array_end(tables, (void **)&what->edges, what->edges_capacity * sizeof *what->edges))
        return 1;
    return array_end(tables, (void **)&what->nodes, what->capacity * sizeof *what->nodes);
}

static void description_free(xg_description *what) {
    free(what->nodes);
    free(what->edges);
    free(what->records.bytes);
}

void xg_graph_free(xg_graph *graph) {
    if (!graph) return;
    description_free(&graph->what);
    free(graph->last);
    free(graph);
}

static void segment_drop(xg_segment *segment) {
    if (segment && --segment->references == 0) free(segment);
}

void xg_form_free(xw_graph *form) {
    for (uint32_t i = form->ended_steps; i < form->steps_count; i++)
        segment_drop(form->steps[i].segment);
    description_free(&form->what);
    xg_making_free(form->making);
    xg_runs_free(atomic_load(&form->runs));
    free(form->places);
    free(form->order);
    free(form->steps);
    free(form);
}

void xg_give_up(xw_session *session, xw_graph *form, int charged) {
    xg_making_free(form->making);
    form->making = NULL;
    form->charged = (uint8_t)charged;
    atomic_store(&form->references, 0);
    xg_form_keep(session->graphs, form);
}

typedef struct natives { xg_native *items; uint32_t count, room; } natives;

/* The native graph that only this form had is named, and what it is charged: nothing for one
 * that was not made before its form was given up. */
static void step_end(const xw_graph *form, xg_segment *segment, natives *out) {
    if (!segment) return;
    if (segment->references == 1 && (segment->native || form->charged)) {
        if (xg_table_reach((void **)&out->items, &out->room, out->count, sizeof *out->items))
            abort();
        out->items[out->count++] = (xg_native){segment->native, segment->device_bytes};
    }
    segment_drop(segment);
}

/* Published runs are charged, and made. */
static void runs_end(xg_tables *tables, xw_graph *form, natives *out) {
    xg_runs *runs = atomic_load(&form->runs);
    for (uint32_t i = 0; runs && i < runs->count; i++) {
        tables->worked++;
        step_end(form, runs->items[i].segment, out);
        runs->items[i].segment = NULL;
    }
    xg_runs_free(runs);
    atomic_store(&form->runs, NULL);
}

/* 1: the portion is over. */
static int form_end(xg_tables *tables, xw_graph *form, natives *out) {
    runs_end(tables, form, out);
    while (form->ended_steps < form->steps_count) {
        if (xg_enough(tables)) return 1;
        tables->worked++;
        step_end(form, form->steps[form->ended_steps++].segment, out);
    }
    if (xg_description_end(tables, &form->what)) return 1;
    xg_form_free(form);
    return 0;
}

/* Take the next form that nobody uses off the session's. */
static xw_graph *next_to_end(xg_tables *tables, int all) {
    for (xw_graph **at = &tables->all; *at; at = &(*at)->next) {
        xw_graph *form = *at;
        tables->worked++;
        if (!all && atomic_load(&form->references)) continue;
        *at = form->next;
        tables->bytes -= form->bytes;
        tables->forms--;
        tables->segments -= form->segments_count;
        tables->nodes -= form->what.count;
        const xg_runs *runs = atomic_load(&form->runs);
        if (runs) {
            tables->runs -= runs->count;
            tables->runs_device_bytes -= runs->device_bytes;
        }
        return form;
    }
    return NULL;
}

/* The descriptions of a session that has ended. */
static int graphs_end(xg_tables *tables) {
    for (; tables->ended_graphs < tables->graphs_capacity; tables->ended_graphs++) {
        xg_graph **at = &tables->graphs[tables->ended_graphs];
        if (!*at) continue;
        if (xg_description_end(tables, &(*at)->what)) return 1;
        tables->bytes -= xg_description_bytes(&(*at)->what);
        xg_graph_free(*at);
        *at = NULL;
    }
    return tables->dying && xg_description_end(tables, &tables->dying->what);
}

uint32_t xg_reap(xw_session *session, int all, xg_native **items, int *more) {
    xg_tables *tables = session->graphs;
    natives out = {0};
    xg_over(tables); /* whatever the loop did before this */
    for (uint32_t i = 0; all && i < tables->execs_capacity; i++) tables->execs[i].open = 0;
    for (;;) {
        if (!tables->ending) tables->ending = next_to_end(tables, all);
        if (!tables->ending) {
            *more = all && graphs_end(tables);
            break;
        }
        *more = 1;
        if (form_end(tables, tables->ending, &out)) break;
        tables->ending = NULL;
        if (xg_enough(tables)) break;
    }
    xg_over(tables);
    *items = out.items;
    return out.count;
}
