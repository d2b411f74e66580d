/* Copies and fills of rows: are all their rows the session's, and what does a record say?
 *
 * Decides whether a box of rows lies inside what the session may name; its edges are counted
 * in 128 bits, so no pitch can wrap around. Called by intake.c in the loop's thread. */
#include <string.h>

#include "broker/device/intake_private.h"

/* Bytes from the first one of a box to behind its last one; 0 when rows or layers overlap or
 * it is larger than any memory. */
static uint64_t span_of(uint64_t pitch, uint64_t slice, uint64_t row_bytes, uint64_t rows,
                        uint64_t layers) {
    unsigned __int128 layer = (unsigned __int128)(rows - 1) * pitch + row_bytes;
    unsigned __int128 whole = (unsigned __int128)(layers - 1) * slice + layer;
    if (rows > 1 && pitch < row_bytes) return 0;
    if (layers > 1 && slice < layer) return 0;
    return whole > INT64_MAX ? 0 : (uint64_t)whole;
}

/* Rows that follow each other without a gap on both sides are one row. */
static void join_rows(xw_box *box) {
    if (box->destination_pitch == box->row_bytes && box->source_pitch == box->row_bytes) {
        box->row_bytes *= box->rows;
        box->destination_pitch = box->destination_slice;
        box->source_pitch = box->source_slice;
        box->rows = box->layers;
        box->layers = 1;
    }
}

static int put_box(xw_session *session, int kind, uint32_t line, uint64_t seq,
                   const xw_box *box) {
    xw_record *record = xw_record_new(session, kind, line, seq, sizeof *box);
    if (!record) return xw_no_memory(session);
    memcpy(record->data, box, sizeof *box);
    return 0;
}

static int side_holds(const xw_session *session, uint64_t address, uint64_t bytes, int host) {
    return host ? xw_host_holds(&session->host_ranges, address - session->host_address, bytes)
                : xw_range_holds(&session->ranges, address, bytes);
}

/* Is what a box (as a record has it) names still the session's? */
int xw_box_holds(const xw_session *session, const xw_box *box) {
    uint64_t to = span_of(box->destination_pitch, box->destination_slice, box->row_bytes,
                          box->rows, box->layers);
    uint64_t from = span_of(box->source_pitch, box->source_slice, box->row_bytes, box->rows,
                            box->layers);
    return side_holds(session, box->destination, to, box->kind == XS_COPY_D2H) &&
           (box->width || side_holds(session, box->source, from, box->kind == XS_COPY_H2D));
}

int xw_take_copy_3d(xw_session *session, uint32_t line, uint64_t seq, const xs_op_copy_3d *op) {
    if (!op->row_bytes || !op->rows || !op->layers)
        return xw_record_failed(session, line, seq, INVALID_VALUE);
    uint64_t to = span_of(op->destination_pitch, op->destination_slice, op->row_bytes, op->rows,
                          op->layers);
    uint64_t from = span_of(op->source_pitch, op->source_slice, op->row_bytes, op->rows,
                            op->layers);
    int to_host = op->kind == XS_COPY_KIND_D2H, from_host = op->kind == XS_COPY_KIND_H2D;
    int holds =
        to && from &&
        (to_host ? xw_host_holds(&session->host_ranges, op->destination, to)
                 : xw_range_holds(&session->ranges, op->destination, to)) &&
        (from_host ? xw_host_holds(&session->host_ranges, op->source, from)
                   : xw_range_holds(&session->ranges, op->source, from));
    if (!holds) return xw_record_failed(session, line, seq, INVALID_VALUE);
    xw_box box = {
        .destination = op->destination + (to_host ? session->host_address : 0),
        .destination_pitch = op->destination_pitch,
        .destination_slice = op->destination_slice,
        .source = op->source + (from_host ? session->host_address : 0),
        .source_pitch = op->source_pitch,
        .source_slice = op->source_slice,
        .row_bytes = op->row_bytes,
        .rows = op->rows,
        .layers = op->layers,
        .kind = to_host ? XS_COPY_D2H : from_host ? XS_COPY_H2D : XS_COPY_D2D,
    };
    join_rows(&box);
    return put_box(session, XR_COPY_ROWS, line, seq, &box);
}

int xw_take_memset_2d(xw_session *session, uint32_t line, uint64_t seq,
                      const xs_op_memset_2d *op) {
    int width_ok = op->width == 1 || op->width == 2 || op->width == 4;
    if (!width_ok || !op->columns || !op->rows || op->columns > INT64_MAX / 4 ||
        op->destination % op->width || op->pitch % op->width)
        return xw_record_failed(session, line, seq, INVALID_VALUE);
    uint64_t row_bytes = op->columns * op->width;
    uint64_t span = span_of(op->pitch, 0, row_bytes, op->rows, 1);
    if (!span || !xw_range_holds(&session->ranges, op->destination, span))
        return xw_record_failed(session, line, seq, INVALID_VALUE);
    xw_box box = {
        .destination = op->destination,
        .destination_pitch = op->pitch,
        .source_pitch = op->pitch,
        .row_bytes = row_bytes,
        .rows = op->rows,
        .layers = 1,
        .kind = XS_COPY_D2D,
        .value = op->value,
        .width = op->width,
    };
    join_rows(&box);
    return put_box(session, XR_FILL_ROWS, line, seq, &box);
}
