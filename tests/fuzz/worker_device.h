/* A device for fuzz_worker.c: virtual time, one queue a stream, events, value waits.
 *
 * The way in: its table, as the worker sees it. What it consists of: worker_device_state.h
 * (streams, events, graphs, and what is refused), worker_device_calls.h and
 * worker_device_graphs.h (what is asked of it, checked), worker_device_time.h (when work starts
 * and ends). Every entry takes one lock, so that a loop thread may ask for elapsed times beside
 * the worker's. */
#ifndef XS_WORKER_DEVICE_H
#define XS_WORKER_DEVICE_H

#include "tests/fuzz/worker_device_calls.h"
#include "tests/fuzz/worker_device_graphs.h"
#include "tests/fuzz/worker_device_time.h"

static const xs_backend fuzz_backend = {
    .device = &dev, .enter = enter_, .stream_open = stream_open_,
    .stream_close = stream_close_, .event_open = event_open_, .event_close = event_close_,
    .launch = launch_, .copy = copy_, .copy_rows = copy_rows_, .fill = fill_,
    .fill_rows = fill_rows_, .event_record = event_record_, .graph_open = graph_open_,
    .graph_launch = graph_launch_, .graph_close = graph_close_,
    .stream_wait = stream_wait_, .write_value = write_value_, .wait_value = wait_value_,
    .elapsed = elapsed_, .query = query_, .advance = advance_,
};

#endif
