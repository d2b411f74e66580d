/* What the files of the intake share; intake.c says what it decides. */
#ifndef XS_INTAKE_PRIVATE_H
#define XS_INTAKE_PRIVATE_H

#include "broker/device/worker.h"

enum { INVALID_VALUE = 1, INVALID_HANDLE = 400, OUT_OF_RESOURCES = 701 };

/* intake_ranges.c */
int xw_host_holds(const xw_ranges *ranges, uint64_t offset, uint64_t bytes);

/* intake.c. A record in the chunk under construction, or NULL without memory: then the
 * taker returns xw_no_memory. The pointer is good until the next call. */
xw_record *xw_record_new(xw_session *session, int kind, uint32_t line, uint64_t seq,
                         uint32_t payload);
int xw_no_memory(xw_session *session);
/* The operation cannot be done: it retires in its place, undone. */
int xw_record_failed(xw_session *session, uint32_t line, uint64_t seq, int result);

xw_event_entry *xw_event_entry_of(const xw_session *session, uint64_t handle);
int xw_word_holds(const xw_session *session, uint64_t address, uint32_t width);
int xw_record_into(xw_session *session, xw_chunk *chunk, const xs_operation *op);

/* intake_rows.c */
int xw_box_holds(const xw_session *session, const xw_box *box);
int xw_take_copy_3d(xw_session *session, uint32_t line, uint64_t seq, const xs_op_copy_3d *op);
int xw_take_memset_2d(xw_session *session, uint32_t line, uint64_t seq,
                      const xs_op_memset_2d *op);

#endif
