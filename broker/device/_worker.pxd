# cython: language_level=3
"""What _worker.pyx uses of the worker (worker.h), of graphs (graph.h) and of the null
device (null.h): those headers say what each is and which thread may call it."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

cdef extern from "broker/device/backend.h":
    ctypedef struct xs_backend:
        pass
    int xs_result_is_sticky(int)

cdef extern from "broker/device/null.h":
    const xs_backend xs_null_backend

cdef extern from "xs/sink.h":
    ctypedef struct xs_sink:
        pass

cdef extern from "broker/device/worker.h" nogil:
    ctypedef struct xw_message:
        int kind
        uint32_t session
        uint64_t a, b, c

    ctypedef struct xw_grant:
        uint32_t launches_left, launches_max, launches_in_flight_max
        int mode
        uint64_t window_ns, until_ns
        int rank

    ctypedef struct xw_floor:
        uint32_t floor
        int32_t armed_class
        uint64_t arrived_ns
        uint32_t epoch

    ctypedef struct xw_peers:
        uint32_t count

    ctypedef struct xw_config:
        uint32_t dilation
        uint64_t origin_ns, spin_wall_ns, poll_wall_ns, kernel_time_max_ns, idle_grace_ns
        uint32_t issue_on_arrival
        uint32_t sm_threads

    ctypedef struct xw_command:
        int kind
        uint32_t session
        uint64_t a, b
        xw_grant grant

    ctypedef struct xw_ranges:
        pass

    ctypedef struct xg_price:
        uint64_t graph_bytes, node_bytes

    ctypedef struct xg_tables:
        uint64_t bytes, bytes_max, worked_most
        xg_price price
        uint32_t forms, segments, nodes, runs, runs_after
        uint64_t runs_device_bytes

    ctypedef struct xw_flight:
        uint64_t seq, issued_ns, estimate_ns
        void *function
        unsigned char kind

    ctypedef struct xw_queue_times:
        uint64_t counts[26]
        uint64_t sum_ns

    ctypedef struct xw_trace_entry:
        pass

    ctypedef struct xw_trace:
        uint64_t lost
        int on

    ctypedef struct xw_stream:
        xw_stream *active_next
        xw_flight *flights
        uint32_t flights_capacity, flights_first, in_flight

    ctypedef struct xw_session:
        uint32_t id
        int state
        uint32_t class_
        xs_sink sink
        xw_ranges ranges
        xw_ranges host_ranges
        uint64_t waits, waits_told
        uint64_t next_seq
        uint64_t launches, copies, fills, failures, issued, used_total_ns, holds
        uint64_t graph_launches, graph_segments, tables_changed
        xg_tables *graphs
        xw_queue_times queue_times
        uint64_t in_flight_shown
        unsigned char *status
        xw_stream *active

    ctypedef struct xw_worker:
        const xs_backend *backend
        xw_session **sessions
        int event_fd
        int running
        int fault
        uint64_t steps, sleeps, markers, samples, arrivals
        xw_trace *trace_ring

    enum:
        XW_GRAPHS_IDLE
        XW_RELEASED
        XW_AWAITED
        XW_GRAPHS_HOT
        XW_QUEUE_BUCKETS
        XW_APART
        XW_TRACE_ENTRIES
        XW_SESSIONS_MAX
        XW_STREAMS_MAX
        CMD_CLOSE
        CMD_GRANT
        CMD_LEVEL
        CMD_NOTIFY_RETIRED
        CMD_NOTIFY_EMPTY

    xw_worker *xw_worker_new(const xs_backend *, xw_floor *, xw_peers *, const xw_config *)
    void xw_worker_free(xw_worker *)
    int xw_start(xw_worker *)
    void xw_stop(xw_worker *)
    void xw_give_back(xw_worker *)
    xw_session *xw_session_open(xw_worker *, uint32_t, uint32_t, int, void *, void *,
                                uint64_t, uint64_t, uint32_t, uint32_t)
    void xw_session_free(xw_worker *, xw_session *)
    int xw_command_send(xw_worker *, const xw_command *)
    int xw_arrived(xw_session *, uint64_t)
    int xw_needs_grant(xw_session *)
    int xw_pause_needed(xw_session *)
    uint32_t xw_messages_take(xw_worker *, xw_message *, uint32_t)
    int xw_event_elapsed(xw_session *, uint64_t, uint64_t, int64_t *)
    int xw_error_take(xw_session *, uint64_t *)
    void xw_set_sticky(xw_worker *, int)
    void xw_control_set(xw_worker *, int)
    void xw_expect(xw_worker *, uint64_t)
    uint64_t xw_now(const xw_config *)
    void xw_floor_init(xw_floor *)
    void xw_floor_set(xw_floor *, xw_peers *, uint32_t, int32_t, uint64_t)
    uint32_t xw_floor_get(const xw_floor *)
    void xw_class_set(xw_session *, uint32_t)
    int xw_function_add(xw_session *, uint64_t, void *, uint32_t, uint32_t)
    int xw_function_remove(xw_session *, uint64_t)
    int xw_host_block_add(xw_session *, uint64_t, uint64_t)
    int xw_range_add(xw_ranges *, uint64_t, uint64_t, int)
    int xw_range_remove(xw_ranges *, uint64_t)
    int xw_range_holds(const xw_ranges *, uint64_t, uint64_t)
    uint64_t xw_step(xw_worker *, uint64_t)
    uint64_t xw_thread_step(xw_worker *, uint64_t)
    void xw_doorbell(xw_worker *)
    void xw_fault(xw_worker *, int, uint32_t, uint64_t)
    uint64_t xw_queued(const xw_session *)
    uint64_t xw_queued_bytes(const xw_session *)
    int xw_trace_start(xw_worker *)
    void xw_trace_stop(xw_worker *)
    uint32_t xw_trace_take(xw_worker *, xw_trace_entry *, uint32_t)


cdef extern from "broker/device/graph.h" nogil:
    ctypedef struct xw_graph:
        uint64_t bytes, device_bytes
        uint32_t steps_count, made_count

    ctypedef struct xg_runs:
        uint32_t count
        uint64_t device_bytes

    ctypedef struct xg_native:
        void *graph
        uint64_t device_bytes

    ctypedef struct xg_limits:
        uint64_t segment_ns_max
        uint32_t segment_nodes_max

    ctypedef struct xg_problem:
        int result
        uint32_t node, update
        const char *why

    xw_graph *xg_prepare(xw_session *, uint64_t, uint64_t, const xg_limits *, xg_problem *)
    xw_graph *xg_prepare_update(xw_session *, uint64_t, uint64_t, uint32_t, xg_problem *)
    int xg_realize(xw_graph *, const xs_backend *, uint64_t, xg_problem *)
    uint32_t xg_natives_close(const xg_native *, uint32_t, const xs_backend *, uint64_t, int *)
    int xg_publish(xw_session *, uint64_t, xw_graph *, int)
    int xg_prepare_more(xw_session *, xw_graph *, xg_problem *)
    void xg_give_up(xw_session *, xw_graph *, int)
    uint32_t xg_reap(xw_session *, int, xg_native **, int *)
    void xg_form_free(xw_graph *)
    xw_graph *xg_hot(xw_session *, xg_runs **)
    int xg_runs_realize(xw_graph *, xg_runs *, const xs_backend *, uint64_t, xg_problem *)
    void xg_runs_publish(xw_graph *, xg_runs *)
    uint32_t xg_runs_drop(xw_graph *, xg_runs *, xg_native **)
    void xg_runs_free(xg_runs *)
