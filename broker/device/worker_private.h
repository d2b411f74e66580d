/* What the files of the worker share with each other, and with nobody else.
 *
 * Decides nothing: names what crosses from one file to another, each listed under the file
 * that defines it, and the words of the status page. Included by worker*.c only. */
#ifndef XS_WORKER_PRIVATE_H
#define XS_WORKER_PRIVATE_H

#include "broker/device/worker.h"

enum { XW_NATIVES_TAKEN = -1 }; /* of xw_native_acquire: all the session may have are busy */

static inline void xw_earlier(uint64_t *due, uint64_t at) {
    if (at < *due) *due = at;
}

/* Slept so much less, wall ns, for what must be in time: the usual lateness, and some. */
static inline uint64_t xw_sleep_late_ns(const xw_worker *worker) {
    return atomic_load_explicit(&worker->late_ns, memory_order_relaxed) + 10000;
}

static inline unsigned char *xw_line_of(xw_session *session, uint32_t line) {
    return session->status + (size_t)line * XS_STATUS_LINE_BYTES;
}

static inline _Atomic uint64_t *xw_retired_word(xw_session *session, uint32_t line) {
    return (_Atomic uint64_t *)(xw_line_of(session, line) + XS_STATUS_RETIRED_SEQ);
}

static inline _Atomic uint32_t *xw_line_error_word(xw_session *session, uint32_t line) {
    return (_Atomic uint32_t *)(xw_line_of(session, line) + XS_STATUS_ERROR);
}

static inline _Atomic uint32_t *xw_first_error_word(xw_session *session) {
    return (_Atomic uint32_t *)(session->status + XS_STATUS_SESSION_ERROR);
}

/* worker.c */
void *xw_grow(void *items, uint32_t count, uint32_t *capacity, size_t size);
void xw_tell(xw_worker *worker, int kind, uint32_t session, uint64_t a, uint64_t b, uint64_t c);

/* worker_flights.c */
enum { XW_FAR_NS = 200000 }; /* an end so far away the loop hears of, to be awake then */
void xw_wake_line(xw_session *session, uint32_t line);
xw_flight *xw_flight_push(xw_session *session, xw_stream *stream, int kind, uint64_t seq, int piece,
                          uint64_t now_ns);
void xw_retired_store(xw_session *session, xw_stream *stream, uint64_t seq, uint64_t now_ns);
void xw_mark(xw_worker *worker, xw_session *session, xw_stream *stream);
int xw_marker_out(const xw_stream *stream);
void xw_foretell(xw_worker *worker, xw_session *session, xw_stream *stream, uint64_t seq);
void xw_mark_all(xw_worker *worker, xw_session *session);
int xw_retire(xw_worker *worker, xw_session *session, xw_stream *stream, uint64_t now_ns);
uint64_t xw_session_in_flight_ns(const xw_session *session);
uint64_t xw_left_ns(const xw_stream *stream, uint64_t now_ns);

/* worker_native.c */
void *xw_event_take(xw_worker *worker);
void xw_event_give(xw_worker *worker, void *event);
xw_event *xw_event_slot(xw_session *session, uint32_t index);
void xw_event_free(xw_worker *worker, xw_session *session, uint32_t index, uint64_t seq);
int xw_effective_level(const xw_session *session, const xw_stream *stream);
void xw_native_release(xw_worker *worker, xw_session *session, xw_stream *stream);
int xw_native_acquire(xw_worker *worker, xw_session *session, xw_stream *stream);

/* worker_arrivals.c */
int xw_intake(xw_worker *worker, xw_session *session);
void xw_pop_head(xw_worker *worker, xw_session *session, xw_stream *stream);
int xw_take_commands(xw_worker *worker);

/* worker_grants.c */
void xw_tell_spent(xw_worker *worker, xw_session *session);
int xw_permitted(xw_worker *worker, xw_session *session, uint64_t now_ns);
int xw_window_allows(xw_session *session, xw_stream *stream, uint64_t estimate_ns, uint64_t sm_ns,
                     int known, uint64_t now_ns);
void xw_count_issue(xw_worker *worker, xw_session *session, xw_stream *stream, xw_flight *flight,
                    uint64_t estimate_ns, uint64_t sm_ns, uint64_t now_ns);
void xw_observe_floor(xw_worker *worker);

/* worker_rows.c */
uint64_t xw_rows_piece(const xw_worker *worker, const xw_session *session, const xw_box *box,
                       uint64_t copied, xs_rows *piece);

/* worker_copies.c */
uint64_t xw_piece_bytes(const xw_worker *worker, const xw_session *session, int kind,
                        uint64_t offset, uint64_t left);
int xw_engine_allows(xw_session *session, xw_stream *stream, int kind, uint64_t estimate_ns,
                     uint64_t now_ns);
void xw_engine_issued(xw_session *session, const xw_stream *stream, int kind,
                      uint64_t estimate_ns);
uint64_t xw_registered_room(const xw_session *session, uint64_t offset);
void xw_engine_retired(xw_session *session, const xw_flight *flight);

/* worker_issue.c */
enum { XW_ISSUED, XW_DROPPED, XW_BLOCKED, XW_MORE, XW_FAILED }; /* see there */
int xw_issue_step(xw_worker *worker, xw_session *session, xw_stream *stream,
                  const xw_piece *step, uint64_t now_ns);
int xw_step_failed(xw_worker *worker, xw_session *session, xw_stream *stream, int result,
                   const xw_piece *step, uint64_t now_ns);
void xw_step_passed(xw_worker *worker, xw_session *session, xw_stream *stream, uint64_t seq,
                    int visible, uint64_t now_ns);
int xw_sample_begin(xw_worker *worker, xw_stream *stream, void **start, void **end);
uint32_t xw_issue_session(xw_worker *worker, xw_session *session, uint32_t budget,
                          uint64_t now_ns);

/* worker_graphs.c */
int xw_issue_graph(xw_worker *worker, xw_session *session, xw_stream *stream,
                   const xw_record *record, uint64_t now_ns);
int xw_issue_segment(xw_worker *worker, xw_session *session, xw_stream *stream,
                     const xw_piece *step, uint64_t now_ns);
void xw_graph_over(xw_session *session, xw_stream *stream, const xw_record *record);

/* worker_trace.c */
void xw_count_queued(xw_session *session, const xw_record *record, uint64_t issued_ns);
void xw_trace_flight(xw_trace *trace, const xw_session *session, const xw_stream *stream,
                     const xw_flight *flight, uint64_t retired_ns);
void xw_trace_obey(xw_worker *worker, xw_trace *trace);

/* worker_watch.c */
void xw_session_forget(xw_worker *worker, xw_session *session);
enum { XW_NOBODY = 255 }; /* the class below which there is none */

void xw_answer_empty(xw_worker *worker);
/* Whether it rose, so that somebody may go on; else *due is when it might. */
int xw_release_floor(xw_worker *worker, uint64_t now_ns, uint64_t *due);
void xw_show(xw_worker *worker, uint64_t now_ns); /* the others what our classes do */
void xw_watch_session(xw_worker *worker, xw_session *session, uint64_t now_ns, uint64_t *due);

#endif
