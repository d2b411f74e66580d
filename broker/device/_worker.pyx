# cython: language_level=3, freethreading_compatible=False
"""Python's view of the native worker (worker.c) and of the null device (null.c).

Decides nothing. Every method belongs to the loop's thread and none blocks; the native
thread takes no part in Python. Called by server/ and by the simulation in tests/sim.
"""

from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_New
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

BATCH_SPENT = 1
PREEMPTED = 2
IDLED = 3
USAGE = 4
RETIRED = 5
EMPTY = 6
LOW_WATER = 7
CLOSED = 8
ASYNC_ERROR = 9
FAULT = 10
SWITCHED = 11
FIRST_HIGH = 12
GRAPHS_IDLE = 13
RELEASED = 14
AWAITED = 15
GRAPHS_HOT = 16

NEVER = 0xFFFFFFFFFFFFFFFF

# Upper bounds in ns of the buckets of queue times; the last bucket has none.
QUEUE_BOUNDS_NS = tuple(1 << (10 + i) for i in range(XW_QUEUE_BUCKETS - 1))

_KINDS = ("launch", "copy", "fill", "graph", "record", "wait", "write_value", "wait_value", "host",
          "complete")
OPERATION_KINDS = _KINDS  # by the number that an entry of a trace has


cdef extern from "stdlib.h" nogil:
    void *aligned_alloc(size_t alignment, size_t nbytes)


class GraphRefused(Exception):
    """A graph or an update that cannot be. result: CUresult; node: the client's number
    or 0xFFFFFFFF; update_result: CUgraphExecUpdateResult."""

    def __init__(self, int result, node, update_result, why):
        self.result = result
        self.node = node
        self.update_result = update_result
        super().__init__(why)


cdef refusal(const xg_problem *problem):
    return GraphRefused(problem.result, problem.node, problem.update, problem.why.decode())


cdef list taken(xg_native *natives, uint32_t count):
    """(native graph as a number, bytes of the device it is charged with) each; frees the
    vector."""
    found = [(<size_t>natives[i].graph, natives[i].device_bytes) for i in range(count)]
    free(natives)
    return found


cdef class GraphForm:
    """An executable form of a graph that is being made; Worker.prepare_graph's."""

    cdef xw_graph *form
    cdef const xs_backend *table
    cdef object owner
    # Once it is prepared: steps; those whose native graph is not shared with an earlier
    # form; the broker's memory; what the native graphs that are not shared are charged with.
    cdef readonly uint32_t segment_count, made_count
    cdef readonly uint64_t bytes, device_bytes

    def __dealloc__(self):
        if self.form != NULL:
            xg_form_free(self.form)

    def realize(self, uint64_t portion_ns=NEVER):
        """Make native graphs of it, one at least, until so much wall time has passed; on
        the control thread. Returns whether there are more to make. Raises: GraphRefused;
        the form is to be given up then."""
        cdef xg_problem problem
        cdef int more
        with nogil:
            more = xg_realize(self.form, self.table, portion_ns, &problem)
        if more < 0:
            raise refusal(&problem)
        return more > 0


cdef class GraphRuns:
    """Longer native graphs of a form that is launched often; Worker.hot_graph's."""

    cdef xw_graph *form
    cdef xg_runs *runs
    cdef const xs_backend *table
    cdef object owner
    # How many; what they are charged with.
    cdef readonly uint32_t count
    cdef readonly uint64_t device_bytes

    def __dealloc__(self):
        if self.runs != NULL:
            xg_runs_free(self.runs)

    def realize(self, uint64_t portion_ns=NEVER):
        """As GraphForm.realize. Raises: GraphRefused; they are to be dropped then."""
        cdef xg_problem problem
        cdef int more
        with nogil:
            more = xg_runs_realize(self.form, self.runs, self.table, portion_ns, &problem)
        if more < 0:
            raise refusal(&problem)
        return more > 0


def null_backend_capsule():
    """The table of the null device, for `null.NullBackend.capsule`."""
    return PyCapsule_New(<void *>&xs_null_backend, "xs_backend", NULL)


cdef class Floor:
    """The word that every worker of a device reads before each launch (worker.h).

    Args: address: of FLOOR_BYTES of memory that other processes share, which outlives
        this object; 0 = memory of its own. fresh: nobody uses that memory yet.
    """

    cdef xw_floor own
    cdef xw_floor *floor
    cdef xw_peers *peers  # the workers of this process that read it

    def __cinit__(self, uint64_t address=0, bint fresh=True):
        self.floor = <xw_floor *><size_t>address if address else &self.own
        if fresh or not address:
            xw_floor_init(self.floor)
        self.peers = <xw_peers *>aligned_alloc(XW_APART, sizeof(xw_peers))
        if self.peers == NULL:
            raise MemoryError
        memset(self.peers, 0, sizeof(xw_peers))

    def __dealloc__(self):
        free(self.peers)

    def set(self, uint32_t class_, int32_t armed_class, int64_t release_ns=-1):
        """Classes above class_ lose BULK at once; 255 = none do (sched/decisions.py)."""
        xw_floor_set(self.floor, self.peers, class_, armed_class,
                     <uint64_t>release_ns if release_ns >= 0 else NEVER)

    @property
    def class_(self):
        return xw_floor_get(self.floor)


FLOOR_BYTES = sizeof(xw_floor)


cdef class Worker:
    """One issue thread on one device, or a worker stepped by hand (threaded=False).

    Args:
        backend_capsule: "xs_backend"; its owner must outlive this object: given as
            `owner`, it does.
        floor: shared by all workers of the device; one of its own when None.
        dilation, origin_ns: of the device clock. sessions_max: at once, 1..64.
        spin_wall_ns: how long to look again before sleeping. poll_wall_ns: shortest sleep
            while work is out. kernel_time_max_ns: device time after which a kernel counts
            as a fault, 0 = never. idle_grace_ns: before IDLED is told.
        sm_threads: resident threads of the device, to tell how much of it a launch fills.
        issue_on_arrival: the thread that hands operations over issues the first ones
            after an idle time itself, where the issue thread sleeps.
    Raises: MemoryError; OSError when the device refuses this thread.
    """

    cdef xw_worker *worker
    cdef Floor floor_
    cdef object backend, owner
    cdef xw_config config
    cdef bint threaded
    cdef int sessions_max

    def __cinit__(self, backend_capsule, *, owner=None, Floor floor=None, uint32_t dilation=1,
                  origin_ns=0, int sessions_max=64, bint threaded=True,
                  uint64_t spin_wall_ns=0, uint64_t poll_wall_ns=20000,
                  uint64_t kernel_time_max_ns=0, uint64_t idle_grace_ns=40000,
                  uint32_t sm_threads=132 * 2048, bint issue_on_arrival=False):
        if not 1 <= sessions_max <= XW_SESSIONS_MAX:
            raise ValueError(f"sessions_max: {sessions_max}, must be 1..{XW_SESSIONS_MAX}")
        self.backend = backend_capsule
        self.owner = owner
        self.floor_ = floor if floor is not None else Floor()
        self.threaded = threaded
        self.sessions_max = sessions_max
        self.config.dilation = dilation
        self.config.origin_ns = origin_ns
        self.config.spin_wall_ns = spin_wall_ns
        self.config.poll_wall_ns = poll_wall_ns
        self.config.kernel_time_max_ns = kernel_time_max_ns
        self.config.idle_grace_ns = idle_grace_ns
        self.config.sm_threads = sm_threads
        self.config.issue_on_arrival = issue_on_arrival
        cdef const xs_backend *table = <const xs_backend *>PyCapsule_GetPointer(
            backend_capsule, "xs_backend")
        self.worker = xw_worker_new(table, self.floor_.floor, self.floor_.peers, &self.config)
        if self.worker == NULL:
            raise OSError("the device refused a worker (or no memory)")

    def __del__(self):
        # What belongs to the device goes back before the collector clears anything: when
        # __dealloc__ runs, the device may be gone.
        if self.worker != NULL:
            with nogil:
                xw_stop(self.worker)
                xw_give_back(self.worker)

    def __dealloc__(self):
        cdef int i
        if self.worker == NULL:
            return
        for i in range(XW_SESSIONS_MAX):
            if self.worker.sessions[i] != NULL:
                xw_session_free(self.worker, self.worker.sessions[i])
        xw_worker_free(self.worker)

    def start(self):
        """Start the native thread. Raises OSError."""
        if not self.threaded:
            raise ValueError("this worker is stepped by hand")
        if xw_start(self.worker):
            raise OSError("cannot start the issue thread")

    def stop(self):
        """Stop the native thread, if any, and wait for it; work in flight stays with the
        device. Pooled events go back to it: it may be closed after this."""
        with nogil:
            xw_stop(self.worker)
            xw_give_back(self.worker)

    def step(self, uint64_t now_ns):
        """Let everything due by now_ns happen; returns the next due time or NEVER."""
        cdef uint64_t due
        if self.worker.running:
            raise ValueError("this worker has a thread of its own")
        with nogil:
            due = xw_step(self.worker, now_ns)
        return due

    def thread_step(self, uint64_t now_ns):
        """What the thread does between two sleeps, by hand: a step. Returns: how long it
        would sleep then, wall ns: 0 = it looks again at once, NEVER = until it is rung."""
        cdef uint64_t sleep_ns
        if self.worker.running:
            raise ValueError("this worker has a thread of its own")
        with nogil:
            sleep_ns = xw_thread_step(self.worker, now_ns)
        return sleep_ns

    def now_ns(self):
        """Device time of the worker's clock."""
        return xw_now(&self.config)

    def fileno(self):
        """An eventfd: readable while messages() has something."""
        return self.worker.event_fd

    @property
    def floor(self):
        return self.floor_

    def messages(self):
        """Take what the worker has to say: tuples (KIND, session, a, b, c)."""
        cdef xw_message taken[256]
        cdef uint32_t count = xw_messages_take(self.worker, taken, 256)
        cdef uint32_t i
        return [(taken[i].kind, taken[i].session, taken[i].a, taken[i].b, taken[i].c)
                for i in range(count)]

    # ---- sessions

    cdef xw_session *find(self, uint32_t sid) except NULL:
        cdef int i
        for i in range(XW_SESSIONS_MAX):
            if self.worker.sessions[i] != NULL and self.worker.sessions[i].id == sid:
                return self.worker.sessions[i]
        raise KeyError(f"no session {sid} on this worker")

    def open_session(self, uint32_t sid, uint32_t class_, int level, uint64_t status_address,
                     uint64_t waiters_address, uint64_t host_address, uint64_t host_bytes,
                     uint32_t streams_max=1024, uint32_t queued_operations_max=8192):
        """Addresses are broker addresses of the mapped pages; they outlive the session."""
        cdef int i, free = -1, used = 0
        if not 2 <= streams_max <= XW_STREAMS_MAX:
            raise ValueError(f"streams_max: {streams_max}, must be 2..{XW_STREAMS_MAX}")
        for i in range(XW_SESSIONS_MAX):
            if self.worker.sessions[i] == NULL:
                free = i if free < 0 else free
                continue
            used += 1
            if self.worker.sessions[i].id == sid:
                raise ValueError(f"session {sid} is open already")
        if used >= self.sessions_max:
            raise ValueError(f"this worker has {used} sessions already")
        cdef xw_session *session = xw_session_open(
            self.worker, sid, class_, level, <void *><size_t>status_address,
            <void *><size_t>waiters_address, host_address, host_bytes, streams_max,
            queued_operations_max)
        if session == NULL:
            raise MemoryError()
        self.worker.sessions[free] = session

    def close_session(self, uint32_t sid):
        """Drop queued work; CLOSED follows once the work in flight has retired."""
        self.find(sid)
        self.command(CMD_CLOSE, sid, 0, 0)

    def forget_session(self, uint32_t sid):
        """Free what is left of a session whose CLOSED has been taken."""
        cdef int i
        for i in range(XW_SESSIONS_MAX):
            if self.worker.sessions[i] != NULL and self.worker.sessions[i].id == sid:
                if self.worker.sessions[i].state != 3:
                    raise ValueError(f"session {sid} is not closed yet")
                xw_session_free(self.worker, self.worker.sessions[i])
                self.worker.sessions[i] = NULL
                return
        raise KeyError(f"no session {sid} on this worker")

    def sink(self, uint32_t sid):
        """Capsule "xs_sink" for the codec; dies with the session."""
        return PyCapsule_New(&self.find(sid).sink, "xs_sink", NULL)

    # ---- tables that operations are checked against

    def add_function(self, uint32_t sid, uint64_t handle, uint64_t native,
                     uint32_t param_bytes, uint32_t threads_max):
        if xw_function_add(self.find(sid), handle, <void *><size_t>native, param_bytes,
                           threads_max):
            raise ValueError(f"function handle {handle:#x} cannot be used")

    def remove_function(self, uint32_t sid, uint64_t handle):
        if xw_function_remove(self.find(sid), handle):
            raise KeyError(f"no function {handle:#x}")

    def add_range(self, uint32_t sid, uint64_t address, uint64_t nbytes, bint joins=False):
        """joins: a copy may go on from it into the next range, if that joins, too."""
        if xw_range_add(&self.find(sid).ranges, address, nbytes, joins):
            raise MemoryError()

    def holds(self, uint32_t sid, uint64_t address, nbytes):
        """Whether all these bytes are device memory of the session."""
        if not 0 < nbytes < 1 << 63:
            return False
        return bool(xw_range_holds(&self.find(sid).ranges, address, nbytes))

    def remove_range(self, uint32_t sid, uint64_t address):
        cdef xw_session *session = self.find(sid)
        if xw_range_remove(&session.ranges, address):
            raise KeyError(f"no range at {address:#x}")
        session.tables_changed += 1

    def add_host_range(self, uint32_t sid, uint64_t offset, uint64_t nbytes,
                       bint whole=False):
        """Registered bytes of the host arena; added piece by piece of 4 MiB.

        whole: one aligned block of 8 MiB, registered by one call, so that a copy need
        not be cut inside it.
        """
        cdef uint64_t piece = 4 << 20
        cdef xw_session *session = self.find(sid)
        if whole and xw_host_block_add(session, offset, nbytes):
            raise ValueError(f"{nbytes} bytes at {offset:#x} are no block of the arena")
        while nbytes:
            if xw_range_add(&session.host_ranges, offset, min(piece, nbytes), 1):
                raise MemoryError()
            offset += min(piece, nbytes)
            nbytes -= min(piece, nbytes)

    # ---- graphs

    def limit_graphs(self, uint32_t sid, uint64_t bytes_max, uint64_t graph_bytes=0,
                     uint64_t node_bytes=0, uint32_t runs_after=0):
        """bytes_max: of descriptions and executable forms of the session together. The
        next two are what a native graph is charged, of device memory, and what each of its
        nodes: graph.h's xg_price. runs_after: launches of a form in a wide window, after
        which GRAPHS_HOT is told; 0 = never."""
        cdef xg_tables *graphs = self.find(sid).graphs
        graphs.bytes_max = bytes_max
        graphs.runs_after = runs_after
        graphs.price.graph_bytes = graph_bytes
        graphs.price.node_bytes = node_bytes

    def prepare_graph(self, uint32_t sid, uint64_t graph, uint64_t exec_,
                      uint64_t segment_ns_max, uint32_t segment_nodes_max):
        """Begin to make a form of a graph, a GraphForm; prepare_more makes it. It is to be
        published or given up while there is the session. Raises: GraphRefused."""
        cdef xg_limits limits
        cdef xg_problem problem
        limits.segment_ns_max = segment_ns_max
        limits.segment_nodes_max = segment_nodes_max
        return self.new_form(
            xg_prepare(self.find(sid), graph, exec_, &limits, &problem), &problem)

    def prepare_graph_update(self, uint32_t sid, uint64_t exec_, uint64_t graph,
                             uint32_t node):
        """The same for the form that the exec is to have next. Raises: GraphRefused."""
        cdef xg_problem problem
        return self.new_form(
            xg_prepare_update(self.find(sid), exec_, graph, node, &problem), &problem)

    cdef new_form(self, xw_graph *form, const xg_problem *problem):
        if form == NULL:
            raise refusal(problem)
        made = GraphForm()
        (<GraphForm>made).form = form
        (<GraphForm>made).table = self.worker.backend
        (<GraphForm>made).owner = self.owner
        return made

    def prepare_more(self, uint32_t sid, GraphForm form not None):
        """Check and cut a portion of what the form is made of: 16,384 nodes, edges and 16
        bytes of parameters, and what belongs to the last node. Returns whether there is
        more. Raises: GraphRefused; the form is to be given up then."""
        cdef xg_problem problem
        cdef int more = xg_prepare_more(self.find(sid), form.form, &problem)
        if more < 0:
            raise refusal(&problem)
        form.segment_count = form.form.steps_count
        form.made_count = form.form.made_count
        form.bytes = form.form.bytes
        form.device_bytes = form.form.device_bytes
        return more > 0

    def publish_graph(self, uint32_t sid, uint64_t exec_, GraphForm form, bint update):
        """The handle names this form from now on; False: the handle changed meanwhile."""
        if xg_publish(self.find(sid), exec_, form.form, update):
            return False
        form.form = NULL
        return True

    def give_up_graph(self, uint32_t sid, GraphForm form, bint charged):
        """It is not published: reap_graphs takes it. charged: its device_bytes were."""
        xg_give_up(self.find(sid), form.form, charged)
        form.form = NULL

    def hot_graph(self, uint32_t sid):
        """The runs that a form should have and has not, a GraphRuns; None: there is none.
        They are to be realized, and published or dropped while there is the session."""
        cdef xg_runs *runs = NULL
        cdef xw_graph *form = xg_hot(self.find(sid), &runs)
        if form == NULL:
            return None
        made = GraphRuns()
        (<GraphRuns>made).form = form
        (<GraphRuns>made).runs = runs
        (<GraphRuns>made).table = self.worker.backend
        (<GraphRuns>made).owner = self.owner
        (<GraphRuns>made).count = runs.count
        (<GraphRuns>made).device_bytes = runs.device_bytes
        return made

    def publish_runs(self, uint32_t sid, GraphRuns runs not None):
        """Launches go out in them from now on, where the window is wide."""
        self.find(sid)
        xg_runs_publish(runs.form, runs.runs)
        runs.runs = NULL

    def drop_runs(self, uint32_t sid, GraphRuns runs not None):
        """They will not be published. Returns what is to be closed, as reap_graphs."""
        cdef xg_native *natives = NULL
        self.find(sid)
        cdef uint32_t count = xg_runs_drop(runs.form, runs.runs, &natives)
        runs.runs = NULL
        return taken(natives, count)

    def reap_graphs(self, uint32_t sid, bint all=False):
        """Forget a portion of the forms that nothing uses any more (all: of everything, at
        the session's end). Returns: the native graphs to close with what each is charged
        (0 stands for one that was not made), and whether there is more to forget."""
        cdef xg_native *natives = NULL
        cdef int more = 0
        cdef uint32_t count = xg_reap(self.find(sid), all, &natives, &more)
        return taken(natives, count), bool(more)

    def close_graphs(self, natives, uint64_t portion_ns=NEVER):
        """Close the first of these, one at least, until so much wall time has passed; on
        the control thread. Args: natives: as reap_graphs names them. Returns how many, and
        the CUresult of the last that failed, or 0."""
        cdef uint32_t count = len(natives), i, closed
        cdef int result = 0
        cdef xg_native *items = <xg_native *>malloc((count + 1) * sizeof(xg_native))
        if items == NULL:
            raise MemoryError
        for i in range(count):
            items[i].graph = <void *><size_t>natives[i][0]
        with nogil:
            closed = xg_natives_close(items, count, self.worker.backend, portion_ns, &result)
        free(items)
        return closed, result

    def tell_fault(self, uint32_t sid, int result):
        """A control call of the session ended with this CUresult. Where it says that the
        context is gone, FAULT is told, as when an operation meets it. Returns whether."""
        if not xs_result_is_sticky(result):
            return False
        xw_fault(self.worker, result, sid, 0)
        return True

    def graph_usage(self, uint32_t sid):
        """Of the session now: bytes, forms, native segments, runs and nodes of those
        forms; what its published runs are charged with."""
        cdef xg_tables *graphs = self.find(sid).graphs
        return {"bytes": graphs.bytes, "forms": graphs.forms, "segments": graphs.segments,
                "nodes": graphs.nodes, "runs": graphs.runs,
                "runs_device_bytes": graphs.runs_device_bytes}

    def graph_portion(self, uint32_t sid):
        """The most that was done of the session's graphs at a time: nodes, edges, steps, 16
        bytes of parameters, 256 bytes given back (graph_private.h, XG_PORTION)."""
        return self.find(sid).graphs.worked_most

    # ---- decisions

    cdef command(self, int kind, uint32_t sid, uint64_t a, uint64_t b):
        cdef xw_command command
        command.kind = kind
        command.session = sid
        command.a = a
        command.b = b
        xw_command_send(self.worker, &command)

    def arrived(self, uint32_t sid):
        """Bytes of this session are here: lower the floor if that is called for."""
        return self.arrived_at(sid, xw_now(&self.config))

    def arrived_at(self, uint32_t sid, uint64_t now_ns):
        """arrived() at a time of the caller's, for workers stepped by hand."""
        return bool(xw_arrived(self.find(sid), now_ns))

    @property
    def shows_peers(self):
        """Whether the other workers on its floor know what its sessions do."""
        return True

    def set_floor(self, uint32_t class_, int32_t armed_class, int64_t release_ns=-1):
        self.floor_.set(class_, armed_class, release_ns)
        self.ring()

    def ring(self):
        """Make the worker look: the floor rose, or memory that it watches has changed."""
        xw_doorbell(self.worker)

    def grant(self, uint32_t sid, uint32_t launches_max, uint64_t window_ns,
              uint32_t launches_in_flight_max, int mode, uint64_t until_ns=0, int rank=0):
        """Replace what the session may issue (sched/decisions.py IssueBatch, Hold)."""
        cdef xw_command command
        self.find(sid)
        command.kind = CMD_GRANT
        command.session = sid
        command.a = command.b = 0
        command.grant.launches_left = command.grant.launches_max = launches_max
        command.grant.launches_in_flight_max = launches_in_flight_max
        command.grant.mode = mode
        command.grant.window_ns = window_ns
        command.grant.until_ns = until_ns
        command.grant.rank = rank
        xw_command_send(self.worker, &command)

    def set_level(self, uint32_t sid, int level):
        """Stream priority; a busy stream changes once it has drained."""
        self.find(sid)
        self.command(CMD_LEVEL, sid, level, 0)

    def set_class(self, uint32_t sid, uint32_t class_):
        xw_class_set(self.find(sid), class_)

    def notify_retired(self, uint32_t sid, uint64_t seq, uint64_t ticket):
        """RETIRED follows when every operation of the session up to seq has retired."""
        self.find(sid)
        self.command(CMD_NOTIFY_RETIRED, sid, seq, ticket)

    def notify_empty(self, uint64_t ticket):
        """EMPTY follows when nothing is in flight on this worker."""
        self.command(CMD_NOTIFY_EMPTY, 0, ticket, 0)

    def needs_grant(self, uint32_t sid):
        """True once each time the session leaves the idle state the loop knows of."""
        return bool(xw_needs_grant(self.find(sid)))

    def took_wait(self, uint32_t sid):
        """Whether something to be waited for (`complete`) came since this was asked."""
        cdef xw_session *session = self.find(sid)
        cdef bint took = session.waits != session.waits_told
        session.waits_told = session.waits
        return took

    def pause_needed(self, uint32_t sid):
        """More is queued than allowed: stop reading until LOW_WATER."""
        return bool(xw_pause_needed(self.find(sid)))

    # ---- questions

    def event_elapsed(self, uint32_t sid, uint64_t start, uint64_t end):
        """(CUresult, ns) between two records that have retired."""
        cdef int64_t elapsed_ns = 0
        cdef int result = xw_event_elapsed(self.find(sid), start, end, &elapsed_ns)
        return result, elapsed_ns

    def take_error(self, uint32_t sid):
        """(CUresult, sequence number) of the first asynchronous error, and clear it."""
        cdef uint64_t seq = 0
        cdef int result = xw_error_take(self.find(sid), &seq)
        return result, seq

    def counters(self, uint32_t sid):
        cdef xw_session *session = self.find(sid)
        return {
            "launches": session.launches, "copies": session.copies, "fills": session.fills,
            "failures": session.failures, "issued": session.issued,
            "used_ns": session.used_total_ns, "holds": session.holds,
            "graph_launches": session.graph_launches,
            "graph_segments": session.graph_segments,
            "queued": xw_queued(session), "queued_bytes": xw_queued_bytes(session),
            "in_flight": session.in_flight_shown, "accepted_seq": session.next_seq - 1,
        }

    def totals(self):
        return {"steps": self.worker.steps, "sleeps": self.worker.sleeps,
                "markers": self.worker.markers, "samples": self.worker.samples,
                "arrivals": self.worker.arrivals,
                "fault": self.worker.fault}

    def queue_times(self, uint32_t sid):
        """(counts by bucket, sum in ns) of how long launches, copies and fills waited
        from being decoded to being issued; bounds are QUEUE_BOUNDS_NS."""
        cdef xw_session *session = self.find(sid)
        cdef int i
        counts = [session.queue_times.counts[i] for i in range(XW_QUEUE_BUCKETS)]
        return counts, session.queue_times.sum_ns

    # ---- a trace

    def trace_start(self):
        """Keep what retires from now on, for trace_take; one trace at a time.

        Raises: ValueError while the one before has not ended; MemoryError.
        """
        if self.trace_on:
            raise ValueError("a trace of this worker has not ended yet")
        if xw_trace_start(self.worker):
            raise MemoryError("no memory for the ring of a trace")

    def trace_stop(self):
        """Ask for the end; `trace_on` falls once what is in flight is written down."""
        xw_trace_stop(self.worker)

    @property
    def trace_on(self):
        return self.worker.trace_ring != NULL and self.worker.trace_ring.on != 0

    @property
    def trace_lost(self):
        """Entries that found the ring full."""
        return self.worker.trace_ring.lost if self.worker.trace_ring != NULL else 0

    def trace_take(self, uint32_t most=8192):
        """The oldest entries as bytes, each an xw_trace_entry; empty when there is none."""
        cdef uint32_t count
        cdef xw_trace_entry *entries
        most = min(most, <uint32_t>XW_TRACE_ENTRIES)
        room = bytearray(most * sizeof(xw_trace_entry))
        if not room:
            return b""
        entries = <xw_trace_entry *><void *><unsigned char *>room
        count = xw_trace_take(self.worker, entries, most)
        return bytes(memoryview(room)[:count * sizeof(xw_trace_entry)])

    def set_sticky(self, int result):
        """Write the error that ended the context into every status page."""
        xw_set_sticky(self.worker, result)

    def expect(self, uint64_t until_ns):
        """Work should come before until_ns: the thread is awake until then."""
        xw_expect(self.worker, until_ns)

    def control_at_work(self, bint at_work):
        """[control] Whether a control call is being made, whose lock on the context an
        operation would wait for: the loop's thread then issues none."""
        xw_control_set(self.worker, at_work)

    def in_flight(self, int limit=64):
        """What is out, for the log of a fault: (session, seq, kind, function, age_ns,
        estimate_ns). Only while the worker stands still (faulted, or not threaded)."""
        cdef list out = []
        cdef xw_stream *stream
        cdef xw_flight *flight
        cdef uint32_t i
        cdef uint64_t now = xw_now(&self.config)
        if self.worker.running and not self.worker.fault:
            return out
        for slot in range(XW_SESSIONS_MAX):
            if self.worker.sessions[slot] == NULL:
                continue
            stream = self.worker.sessions[slot].active
            while stream != NULL:
                for i in range(stream.in_flight):
                    if len(out) >= limit:
                        return out
                    flight = &stream.flights[(stream.flights_first + i)
                                             & (stream.flights_capacity - 1)]
                    out.append((self.worker.sessions[slot].id, flight.seq,
                                _KINDS[flight.kind], <size_t>flight.function,
                                now - flight.issued_ns if now > flight.issued_ns else 0,
                                flight.estimate_ns))
                stream = stream.active_next
        return out
