/* Boxes of rows in pieces: which rows, or which part of one row, go out next.
 *
 * Decides how far the next piece of a copy or fill of rows reaches. Copied bytes count row by
 * row, so that a box is in the same place as a plain copy is. The host side of a piece lies
 * inside one registered piece of host memory: a row that crosses its end goes out in parts.
 * Called by worker_issue.c. */
#include "broker/device/worker_private.h"

/* Whole rows that may go out together, at most `most`, where their host side has `room`
 * bytes left in its registered piece. 0: not even one. */
static uint64_t rows_fitting(uint64_t most, uint64_t room, uint64_t pitch, uint64_t row_bytes) {
    if (room < row_bytes) return 0;
    uint64_t fitting = pitch ? (room - row_bytes) / pitch + 1 : most;
    return fitting < most ? fitting : most;
}

/* The next piece of box after `copied` bytes. Returns its bytes, at least 1. */
uint64_t xw_rows_piece(const xw_worker *worker, const xw_session *session, const xw_box *box,
                       uint64_t copied, xs_rows *piece) {
    int kind = (int)box->kind;
    uint64_t row = copied / box->row_bytes, offset = copied % box->row_bytes;
    uint64_t layer = row / box->rows, y = row % box->rows;
    *piece = (xs_rows){
        .destination = box->destination + layer * box->destination_slice +
                       y * box->destination_pitch + offset,
        .destination_pitch = box->destination_pitch,
        .source = box->source + layer * box->source_slice + y * box->source_pitch + offset,
        .source_pitch = box->source_pitch,
        .row_bytes = box->row_bytes - offset,
        .rows = 1,
    };
    uint64_t host = kind == XS_COPY_D2H ? piece->destination - session->host_address
                                        : piece->source - session->host_address;
    if (kind == XS_COPY_D2D) host = 0;
    uint64_t budget = xw_piece_bytes(worker, session, kind, 0, UINT64_MAX);
    uint64_t most = box->rows - y, room = UINT64_MAX, pitch = 0;
    if (budget / box->row_bytes < most) most = budget / box->row_bytes;
    if (kind != XS_COPY_D2D) {
        room = xw_registered_room(session, host);
        pitch = kind == XS_COPY_D2H ? box->destination_pitch : box->source_pitch;
    }
    int wide = box->destination_pitch > XS_PITCH_MAX || box->source_pitch > XS_PITCH_MAX;
    uint64_t fitting = rows_fitting(most, room, pitch, box->row_bytes);
    if (offset == 0 && fitting > 1 && !wide) {
        piece->rows = fitting;
        return fitting * box->row_bytes;
    }
    piece->row_bytes = xw_piece_bytes(worker, session, kind, host, piece->row_bytes);
    return piece->row_bytes;
}
