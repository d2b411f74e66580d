/* What a session has of graphs: the tables of its handles, and the life of executable forms
 * from being published to being launched and replaced; graph.h says what is whose.
 *
 * Decides what a handle names now and when a form ends. How a form comes about is
 * graph_build.c's (descriptions), graph_cut.c's (steps) and graph_forms.c's (instantiation,
 * updates), how it is given back graph_end.c's. It must never know the scheduler, nor issue
 * anything. */
#include <stdlib.h>
#include <string.h>

#include "broker/device/graph_private.h"

static const uint64_t BYTES_MAX = 256u << 20; /* unless the session is told otherwise */

int xg_open(xw_session *session) {
    session->graphs = calloc(1, sizeof *session->graphs);
    if (!session->graphs) return -1;
    session->graphs->bytes_max = BYTES_MAX;
    return 0;
}

void xg_close(xw_session *session) {
    xg_tables *tables = session->graphs;
    if (!tables) return;
    for (uint32_t i = 0; i < tables->graphs_capacity; i++) xg_graph_free(tables->graphs[i]);
    xg_graph_free(tables->dying);
    xg_copying_free(tables->copying);
    if (tables->ending) xg_form_free(tables->ending);
    for (xw_graph *form = tables->all, *next; form; form = next) {
        next = form->next;
        xg_form_free(form);
    }
    free(tables->graphs);
    free(tables->execs);
    free(tables);
    session->graphs = NULL;
}

/* Grow a table to hold index; what is new is zero. 0, or -1 without memory. */
int xg_table_reach(void **items, uint32_t *capacity, uint32_t index, size_t size) {
    if (index < *capacity) return 0;
    uint32_t wanted = *capacity ? *capacity : 16;
    while (wanted <= index) wanted *= 2;
    unsigned char *grown = realloc(*items, wanted * size);
    if (!grown) return -1;
    memset(grown + *capacity * size, 0, (wanted - *capacity) * size);
    *items = grown;
    *capacity = wanted;
    return 0;
}

xg_exec *xg_exec_of(const xw_session *session, uint64_t handle) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    if (XS_HANDLE_KIND(handle) != XS_KIND_GRAPH_EXEC || index >= session->graphs->execs_capacity)
        return NULL;
    xg_exec *exec = &session->graphs->execs[index];
    if (!exec->open || exec->generation != XS_HANDLE_GENERATION(handle)) return NULL;
    return exec;
}

void xg_form_keep(xg_tables *tables, xw_graph *form) {
    tables->bytes += form->bytes;
    tables->forms++;
    tables->segments += form->segments_count;
    tables->nodes += form->what.count;
    form->next = tables->all;
    tables->all = form;
}

int xg_publish(xw_session *session, uint64_t handle, xw_graph *form, int update) {
    xg_tables *tables = session->graphs;
    uint32_t index = XS_HANDLE_INDEX(handle);
    form->charged = 1;
    if (update) {
        xg_exec *exec = xg_exec_of(session, handle);
        if (!exec) return -1;
        xg_form_keep(tables, form);
        xg_release(exec->graph);
        exec->graph = form;
        return 0;
    }
    if (xg_table_reach((void **)&tables->execs, &tables->execs_capacity, index,
                       sizeof *tables->execs) || tables->execs[index].open)
        return -1;
    xg_exec *exec = &tables->execs[index];
    exec->open = 1;
    exec->generation = (uint16_t)XS_HANDLE_GENERATION(handle);
    exec->graph = form;
    xg_form_keep(tables, form);
    return 0;
}

void xg_release(xw_graph *form) {
    xw_session *session = form->session;
    if (atomic_fetch_sub(&form->references, 1) == 1) /* the loop may free it from here on */
        xw_tell_graphs_idle(session);
}

int xg_exec_destroy(xw_session *session, uint64_t seq, uint64_t handle) {
    xg_exec *exec = xg_exec_of(session, handle);
    if (!exec) return xw_record_failed(session, 0, seq, INVALID_HANDLE);
    session->absorbed++;
    exec->open = 0;
    xg_release(exec->graph);
    exec->graph = NULL;
    return 0;
}

/* The events a launch records are recorded with its number; what it waits for is what they
 * hold when the launch is sent, its own records before the wait included. */
static void bind_events(xw_session *session, uint32_t line, uint64_t seq, const xw_graph *form,
                        xw_graph_wait *wait) {
    for (uint32_t i = 0; i < form->steps_count; i++) {
        const xw_record *record = form->steps[i].record;
        if (!record || (record->kind != XR_RECORD && record->kind != XR_WAIT)) continue;
        uint32_t index = record->kind == XR_RECORD ? record->u.record.event
                                                   : record->u.wait.event;
        xw_event_entry *entry = &session->event_entries[index];
        if (record->kind == XR_RECORD) {
            entry->record_seq = seq;
            entry->line = (uint16_t)line;
        } else {
            *wait++ = (xw_graph_wait){entry->record_seq, entry->line, index};
        }
    }
}

int xg_take_launch(xw_session *session, uint32_t line, uint64_t seq, uint64_t handle) {
    xg_exec *exec = xg_exec_of(session, handle);
    if (!exec) return xw_record_failed(session, line, seq, INVALID_HANDLE);
    xw_graph *form = exec->graph;
    if (session->graphs->refused) /* by xg_check_launch */
        return xw_record_failed(session, line, seq, session->graphs->refused);
    xw_record *record = xw_record_new(session, XR_GRAPH, line, seq,
                                      form->waits_count * (uint32_t)sizeof(xw_graph_wait));
    if (!record) return xg_no_memory(session);
    atomic_fetch_add(&form->references, 1);
    record->u.graph.graph = form;
    record->u.graph.turn = exec->turns++;
    record->u.graph.exec = XS_HANDLE_INDEX(handle);
    bind_events(session, line, seq, form, (xw_graph_wait *)(void *)record->data);
    session->graphs->worked += form->steps_count + form->waits_count;
    return xg_enough(session->graphs) ? XS_SINK_REST : 0;
}
