/* Whether what the nodes of a graph name is still there.
 *
 * Decides nothing that intake.c did not decide when the node was made: memory, functions and
 * events may have gone since. Asked when a graph is instantiated or updated (graph_forms.c),
 * and before a launch if anything went after that (intake.c). */
#include "broker/device/graph_private.h"

static int function_is_there(const xw_session *session, uint64_t handle, const void *native) {
    uint32_t index = XS_HANDLE_INDEX(handle);
    return index < session->functions_capacity && session->functions[index].handle == handle &&
           session->functions[index].native == native;
}

static int copy_is_inside(const xw_session *session, const xw_record *record) {
    uint64_t to = record->u.copy.destination, from = record->u.copy.source;
    uint64_t bytes = record->u.copy.bytes, base = session->host_address;
    switch (record->u.copy.kind) {
    case XS_COPY_H2D:
        return xw_range_holds(&session->ranges, to, bytes) &&
               xw_host_holds(&session->host_ranges, from - base, bytes);
    case XS_COPY_D2H:
        return xw_range_holds(&session->ranges, from, bytes) &&
               xw_host_holds(&session->host_ranges, to - base, bytes);
    default:
        return xw_range_holds(&session->ranges, to, bytes) &&
               xw_range_holds(&session->ranges, from, bytes);
    }
}

int xg_node_check(const xw_session *session, const xg_description *what, uint32_t index) {
    const xg_node *node = &what->nodes[index];
    const xw_record *record = xg_record_of(what, index);
    if (!record) return 0; /* empty, or switched off */
    switch (node->kind) {
    case XR_LAUNCH:
        return function_is_there(session, node->name, record->u.launch.function)
                   ? 0 : INVALID_HANDLE;
    case XR_RECORD: case XR_WAIT:
        return xw_event_entry_of(session, node->name) ? 0 : INVALID_HANDLE;
    case XR_COPY: return copy_is_inside(session, record) ? 0 : INVALID_VALUE;
    case XR_FILL:
        return xw_range_holds(&session->ranges, record->u.fill.destination,
                              record->u.fill.count * record->u.fill.width)
                   ? 0 : INVALID_VALUE;
    case XR_WRITE_VALUE: case XR_WAIT_VALUE:
        return xw_word_holds(session, record->u.value.address, record->u.value.width)
                   ? 0 : INVALID_VALUE;
    case XR_COPY_ROWS: case XR_FILL_ROWS:
        return xw_box_holds(session, xw_box_of(record)) ? 0 : INVALID_VALUE;
    default: return 0;
    }
}

int xg_check_launch(xw_session *session, uint64_t handle) {
    xg_tables *tables = session->graphs;
    xg_exec *exec = xg_exec_of(session, handle);
    tables->refused = 0;
    if (!exec || exec->graph->checked == session->tables_changed) return 0;
    xw_graph *form = exec->graph;
    if (form->checking != session->tables_changed) form->checked_nodes = 0;
    form->checking = session->tables_changed;
    while (form->checked_nodes < form->what.count && !tables->refused) {
        if (xg_enough(tables)) return XS_SINK_AGAIN;
        tables->worked++;
        tables->refused = xg_node_check(session, &form->what, form->checked_nodes++);
    }
    if (!tables->refused) form->checked = session->tables_changed;
    else form->checked_nodes = 0; /* what is not there may be there at the next one */
    return 0;
}
