/* Encoding and decoding of every record of the wire, on the primitives of xs/codec.h.
 *
 * Generated from schema.toml by `python -m broker.wire.generate`; change that file. A
 * read_ function gets the number of fields present and returns the place after the
 * record, NULL with the problem recorded. A write_ function writes all of a record or
 * nothing. */
#include "xs/codec.h"

static const uint8_t *read_u32_list(xs_reader *r, const uint8_t *at, const uint8_t *end,
                                    const char *field, uint32_t max,
                                    const uint32_t **out, uint32_t *count) {
    at = xs_get_list(r, at, end, field, max, count);
    if (at == NULL) {
        return NULL;
    }
    uint32_t *list = xs_reader_scratch(r, *count * sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < *count; i++) {
        at = xs_get_u32(r, at, end, NULL, UINT32_MAX, &list[i]);
        if (at == NULL) {
            xs_reader_inside(r, "%s: element %u: ", field, i);
            return NULL;
        }
    }
    *out = list;
    return at;
}

static uint8_t *put_u32_list(uint8_t *at, const uint32_t *list, uint32_t count) {
    at = xs_put_array(at, count);
    for (uint32_t i = 0; i < count; i++) {
        at = xs_put_unsigned(at, list[i]);
    }
    return at;
}

static const char *const link_input_names[] = {"type", "name", "host_offset", "bytes"};
static const uint8_t *read_link_input(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_link_input *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, link_input_names, fields);
    }
    at = xs_get_u32(r, at, end, "type", 6, &o->type);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "name", 4096, &o->name, &o->name_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "host_offset", UINT64_MAX, &o->host_offset);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 3);
    }
    return at;
}

static int write_link_input(xs_writer *w, const xs_link_input *o) {
    if (__builtin_expect(o->type > 6, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "link_input: type", o->type,
                                6);
    }
    if (__builtin_expect(o->name_bytes > 4096, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "link_input: name", o->name_bytes,
                                4096);
    }
    uint8_t *at = xs_room(w, 31 + (size_t)o->name_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, o->type);
    at = xs_put_str(at, o->name, o->name_bytes);
    at = xs_put_unsigned(at, o->host_offset);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const uint8_t *read_list_of_link_input(xs_reader *r, const uint8_t *at,
                                          const uint8_t *end, const char *field,
                                          uint32_t max, const xs_link_input **out,
                                          uint32_t *count) {
    at = xs_get_list(r, at, end, field, max, count);
    if (at == NULL) {
        return NULL;
    }
    xs_link_input *list = xs_reader_scratch(r, *count * sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < *count; i++) {
        uint32_t fields;
        at = xs_get_struct(r, at, end, &fields);
        if (at == NULL || (at = read_link_input(r, at, end, fields, &list[i])) == NULL) {
            xs_reader_inside(r, "%s: element %u: ", field, i);
            return NULL;
        }
    }
    *out = list;
    return at;
}

static const char *const device_properties_names[] = {"ordinal", "name", "backend", "uuid",
        "compute_major", "compute_minor", "sm_count", "memory_bytes", "driver_version"};
static const uint8_t *read_device_properties(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_device_properties *o) {
    if (__builtin_expect(fields < 9, 0)) {
        return xs_blame_missing(r, device_properties_names, fields);
    }
    at = xs_get_u8(r, at, end, "ordinal", UINT8_MAX, &o->ordinal);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "name", 256, &o->name, &o->name_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "backend", 32, &o->backend, &o->backend_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "uuid", 16, &o->uuid, &o->uuid_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "compute_major", UINT32_MAX, &o->compute_major);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "compute_minor", UINT32_MAX, &o->compute_minor);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "sm_count", UINT32_MAX, &o->sm_count);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "memory_bytes", UINT64_MAX, &o->memory_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "driver_version", UINT32_MAX, &o->driver_version);
    if (at == NULL) {
        return NULL;
    }
    o->time_dilation = 1;
    if (fields > 9) {
        at = xs_get_u32(r, at, end, "time_dilation", UINT32_MAX, &o->time_dilation);
        if (at == NULL) {
            return NULL;
        }
    }
    o->threads_per_sm = 2048;
    if (fields > 10) {
        at = xs_get_u32(r, at, end, "threads_per_sm", UINT32_MAX, &o->threads_per_sm);
        if (at == NULL) {
            return NULL;
        }
    }
    o->blocks_per_sm = 32;
    if (fields > 11) {
        at = xs_get_u32(r, at, end, "blocks_per_sm", UINT32_MAX, &o->blocks_per_sm);
        if (at == NULL) {
            return NULL;
        }
    }
    o->shared_bytes_per_sm = 233472;
    if (fields > 12) {
        at = xs_get_u32(r, at, end, "shared_bytes_per_sm", UINT32_MAX,
            &o->shared_bytes_per_sm);
        if (at == NULL) {
            return NULL;
        }
    }
    o->shared_bytes_per_block_optin = 232448;
    if (fields > 13) {
        at = xs_get_u32(r, at, end, "shared_bytes_per_block_optin", UINT32_MAX,
            &o->shared_bytes_per_block_optin);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 14, 0)) {
        return xs_skip_fields(r, at, end, fields - 14, 3);
    }
    return at;
}

static int write_device_properties(xs_writer *w, const xs_device_properties *o) {
    if (__builtin_expect(o->name_bytes > 256, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "device_properties: name", o->name_bytes,
                                256);
    }
    if (__builtin_expect(o->backend_bytes > 32, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "device_properties: backend", o->backend_bytes,
                                32);
    }
    if (__builtin_expect(o->uuid_bytes > 16, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "device_properties: uuid", o->uuid_bytes,
                                16);
    }
    uint8_t *at = xs_room(w, 74 + (size_t)o->name_bytes + (size_t)o->backend_bytes
            + (size_t)o->uuid_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 14);
    at = xs_put_unsigned(at, o->ordinal);
    at = xs_put_str(at, o->name, o->name_bytes);
    at = xs_put_str(at, o->backend, o->backend_bytes);
    at = xs_put_bin(at, o->uuid, o->uuid_bytes);
    at = xs_put_unsigned(at, o->compute_major);
    at = xs_put_unsigned(at, o->compute_minor);
    at = xs_put_unsigned(at, o->sm_count);
    at = xs_put_unsigned(at, o->memory_bytes);
    at = xs_put_unsigned(at, o->driver_version);
    at = xs_put_unsigned(at, o->time_dilation);
    at = xs_put_unsigned(at, o->threads_per_sm);
    at = xs_put_unsigned(at, o->blocks_per_sm);
    at = xs_put_unsigned(at, o->shared_bytes_per_sm);
    at = xs_put_unsigned(at, o->shared_bytes_per_block_optin);
    xs_wrote(w, at);
    return 0;
}

static const uint8_t *read_list_of_device_properties(xs_reader *r, const uint8_t *at,
                                          const uint8_t *end, const char *field,
                                          uint32_t max, const xs_device_properties **out,
                                          uint32_t *count) {
    at = xs_get_list(r, at, end, field, max, count);
    if (at == NULL) {
        return NULL;
    }
    xs_device_properties *list = xs_reader_scratch(r, *count * sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < *count; i++) {
        uint32_t fields;
        at = xs_get_struct(r, at, end, &fields);
        if (at == NULL || (at = read_device_properties(r, at, end, fields, &list[i])) == NULL) {
            xs_reader_inside(r, "%s: element %u: ", field, i);
            return NULL;
        }
    }
    *out = list;
    return at;
}

static const char *const launch_names[] = {"stream", "function", "grid_x", "grid_y", "grid_z",
        "block_x", "block_y", "block_z", "shared_bytes", "params"};
static const uint8_t *read_launch(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_launch *o) {
    if (__builtin_expect(fields < 10, 0)) {
        return xs_blame_missing(r, launch_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "function", UINT64_MAX, &o->function);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "grid_x", UINT32_MAX, &o->grid_x);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "grid_y", UINT32_MAX, &o->grid_y);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "grid_z", UINT32_MAX, &o->grid_z);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "block_x", UINT32_MAX, &o->block_x);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "block_y", UINT32_MAX, &o->block_y);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "block_z", UINT32_MAX, &o->block_z);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "shared_bytes", UINT32_MAX, &o->shared_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "params", 32764, &o->params, &o->params_bytes);
    if (at == NULL) {
        return NULL;
    }
    o->attributes = (const uint8_t *)"";
    o->attributes_bytes = 0;
    if (fields > 10) {
        at = xs_get_bin(r, at, end, "attributes", 1152,
            &o->attributes, &o->attributes_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 11, 0)) {
        return xs_skip_fields(r, at, end, fields - 11, 3);
    }
    return at;
}

static int write_launch(xs_writer *w, const xs_op_launch *o) {
    if (__builtin_expect(o->params_bytes > 32764, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "launch: params", o->params_bytes,
                                32764);
    }
    if (__builtin_expect(o->attributes_bytes > 1152, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "launch: attributes", o->attributes_bytes,
                                1152);
    }
    uint8_t *at = xs_room(w, 68 + (size_t)o->params_bytes + (size_t)o->attributes_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 12);
    at = xs_put_unsigned(at, 1);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->function);
    at = xs_put_unsigned(at, o->grid_x);
    at = xs_put_unsigned(at, o->grid_y);
    at = xs_put_unsigned(at, o->grid_z);
    at = xs_put_unsigned(at, o->block_x);
    at = xs_put_unsigned(at, o->block_y);
    at = xs_put_unsigned(at, o->block_z);
    at = xs_put_unsigned(at, o->shared_bytes);
    at = xs_put_bin(at, o->params, o->params_bytes);
    at = xs_put_bin(at, o->attributes, o->attributes_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const copy_h2d_names[] = {"stream", "destination", "host_offset", "bytes"};
static const uint8_t *read_copy_h2d(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_copy_h2d *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, copy_h2d_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "destination", UINT64_MAX, &o->destination);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "host_offset", UINT64_MAX, &o->host_offset);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 3);
    }
    return at;
}

static int write_copy_h2d(xs_writer *w, const xs_op_copy_h2d *o) {
    uint8_t *at = xs_room(w, 41);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 2);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->destination);
    at = xs_put_unsigned(at, o->host_offset);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const copy_d2h_names[] = {"stream", "host_offset", "source", "bytes"};
static const uint8_t *read_copy_d2h(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_copy_d2h *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, copy_d2h_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "host_offset", UINT64_MAX, &o->host_offset);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "source", UINT64_MAX, &o->source);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 3);
    }
    return at;
}

static int write_copy_d2h(xs_writer *w, const xs_op_copy_d2h *o) {
    uint8_t *at = xs_room(w, 41);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 3);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->host_offset);
    at = xs_put_unsigned(at, o->source);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const copy_d2d_names[] = {"stream", "destination", "source", "bytes"};
static const uint8_t *read_copy_d2d(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_copy_d2d *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, copy_d2d_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "destination", UINT64_MAX, &o->destination);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "source", UINT64_MAX, &o->source);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 3);
    }
    return at;
}

static int write_copy_d2d(xs_writer *w, const xs_op_copy_d2d *o) {
    uint8_t *at = xs_room(w, 41);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 4);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->destination);
    at = xs_put_unsigned(at, o->source);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const memset_names[] = {"stream", "destination", "value", "width", "count"};
static const uint8_t *read_memset(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_memset *o) {
    if (__builtin_expect(fields < 5, 0)) {
        return xs_blame_missing(r, memset_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "destination", UINT64_MAX, &o->destination);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "value", UINT32_MAX, &o->value);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "width", 4, &o->width);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "count", UINT64_MAX, &o->count);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 5, 0)) {
        return xs_skip_fields(r, at, end, fields - 5, 3);
    }
    return at;
}

static int write_memset(xs_writer *w, const xs_op_memset *o) {
    if (__builtin_expect(o->width > 4, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "memset: width", o->width,
                                4);
    }
    uint8_t *at = xs_room(w, 39);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 6);
    at = xs_put_unsigned(at, 5);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->destination);
    at = xs_put_unsigned(at, o->value);
    at = xs_put_unsigned(at, o->width);
    at = xs_put_unsigned(at, o->count);
    xs_wrote(w, at);
    return 0;
}

static const char *const event_record_names[] = {"stream", "event"};
static const uint8_t *read_event_record(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_event_record *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, event_record_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "event", UINT64_MAX, &o->event);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 3);
    }
    return at;
}

static int write_event_record(xs_writer *w, const xs_op_event_record *o) {
    uint8_t *at = xs_room(w, 23);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 6);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->event);
    xs_wrote(w, at);
    return 0;
}

static const char *const stream_wait_names[] = {"stream", "event", "record_seq"};
static const uint8_t *read_stream_wait(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_stream_wait *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, stream_wait_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "event", UINT64_MAX, &o->event);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "record_seq", UINT64_MAX, &o->record_seq);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 3);
    }
    return at;
}

static int write_stream_wait(xs_writer *w, const xs_op_stream_wait *o) {
    uint8_t *at = xs_room(w, 32);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 7);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->event);
    at = xs_put_unsigned(at, o->record_seq);
    xs_wrote(w, at);
    return 0;
}

static const char *const stream_create_names[] = {"stream", "flags", "priority"};
static const uint8_t *read_stream_create(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_stream_create *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, stream_create_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "flags", UINT32_MAX, &o->flags);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "priority", INT32_MAX, &o->priority);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 3);
    }
    return at;
}

static int write_stream_create(xs_writer *w, const xs_op_stream_create *o) {
    uint8_t *at = xs_room(w, 24);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 8);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->flags);
    at = xs_put_signed(at, o->priority);
    xs_wrote(w, at);
    return 0;
}

static const char *const stream_destroy_names[] = {"stream"};
static const uint8_t *read_stream_destroy(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_stream_destroy *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, stream_destroy_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 1, 0)) {
        return xs_skip_fields(r, at, end, fields - 1, 3);
    }
    return at;
}

static int write_stream_destroy(xs_writer *w, const xs_op_stream_destroy *o) {
    uint8_t *at = xs_room(w, 14);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 2);
    at = xs_put_unsigned(at, 9);
    at = xs_put_unsigned(at, o->stream);
    xs_wrote(w, at);
    return 0;
}

static const char *const event_create_names[] = {"event", "flags"};
static const uint8_t *read_event_create(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_event_create *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, event_create_names, fields);
    }
    at = xs_get_u64(r, at, end, "event", UINT64_MAX, &o->event);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "flags", UINT32_MAX, &o->flags);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 3);
    }
    return at;
}

static int write_event_create(xs_writer *w, const xs_op_event_create *o) {
    uint8_t *at = xs_room(w, 19);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 10);
    at = xs_put_unsigned(at, o->event);
    at = xs_put_unsigned(at, o->flags);
    xs_wrote(w, at);
    return 0;
}

static const char *const event_destroy_names[] = {"event"};
static const uint8_t *read_event_destroy(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_event_destroy *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, event_destroy_names, fields);
    }
    at = xs_get_u64(r, at, end, "event", UINT64_MAX, &o->event);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 1, 0)) {
        return xs_skip_fields(r, at, end, fields - 1, 3);
    }
    return at;
}

static int write_event_destroy(xs_writer *w, const xs_op_event_destroy *o) {
    uint8_t *at = xs_room(w, 14);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 2);
    at = xs_put_unsigned(at, 11);
    at = xs_put_unsigned(at, o->event);
    xs_wrote(w, at);
    return 0;
}

static const char *const write_value_names[] = {"stream", "address", "value", "width"};
static const uint8_t *read_write_value(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_write_value *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, write_value_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "value", UINT64_MAX, &o->value);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "width", 8, &o->width);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 3);
    }
    return at;
}

static int write_write_value(xs_writer *w, const xs_op_write_value *o) {
    if (__builtin_expect(o->width > 8, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "write_value: width", o->width,
                                8);
    }
    uint8_t *at = xs_room(w, 34);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 12);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->value);
    at = xs_put_unsigned(at, o->width);
    xs_wrote(w, at);
    return 0;
}

static const char *const wait_value_names[] = {"stream", "address", "value", "width", "condition"};
static const uint8_t *read_wait_value(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_wait_value *o) {
    if (__builtin_expect(fields < 5, 0)) {
        return xs_blame_missing(r, wait_value_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "value", UINT64_MAX, &o->value);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "width", 8, &o->width);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "condition", 3, &o->condition);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 5, 0)) {
        return xs_skip_fields(r, at, end, fields - 5, 3);
    }
    return at;
}

static int write_wait_value(xs_writer *w, const xs_op_wait_value *o) {
    if (__builtin_expect(o->width > 8, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "wait_value: width", o->width,
                                8);
    }
    if (__builtin_expect(o->condition > 3, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "wait_value: condition", o->condition,
                                3);
    }
    uint8_t *at = xs_room(w, 36);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 6);
    at = xs_put_unsigned(at, 13);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->value);
    at = xs_put_unsigned(at, o->width);
    at = xs_put_unsigned(at, o->condition);
    xs_wrote(w, at);
    return 0;
}

static const char *const host_function_names[] = {"stream", "token"};
static const uint8_t *read_host_function(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_host_function *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, host_function_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "token", UINT64_MAX, &o->token);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 3);
    }
    return at;
}

static int write_host_function(xs_writer *w, const xs_op_host_function *o) {
    uint8_t *at = xs_room(w, 23);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 14);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->token);
    xs_wrote(w, at);
    return 0;
}

static const char *const complete_names[] = {"stream"};
static const uint8_t *read_complete(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_complete *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, complete_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 1, 0)) {
        return xs_skip_fields(r, at, end, fields - 1, 3);
    }
    return at;
}

static int write_complete(xs_writer *w, const xs_op_complete *o) {
    uint8_t *at = xs_room(w, 14);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 2);
    at = xs_put_unsigned(at, 15);
    at = xs_put_unsigned(at, o->stream);
    xs_wrote(w, at);
    return 0;
}

static const char *const copy_3d_names[] = {"stream", "kind", "destination", "destination_pitch",
        "destination_slice", "source", "source_pitch", "source_slice", "row_bytes", "rows",
        "layers"};
static const uint8_t *read_copy_3d(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_copy_3d *o) {
    if (__builtin_expect(fields < 11, 0)) {
        return xs_blame_missing(r, copy_3d_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "kind", 2, &o->kind);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "destination", UINT64_MAX, &o->destination);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "destination_pitch", UINT64_MAX, &o->destination_pitch);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "destination_slice", UINT64_MAX, &o->destination_slice);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "source", UINT64_MAX, &o->source);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "source_pitch", UINT64_MAX, &o->source_pitch);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "source_slice", UINT64_MAX, &o->source_slice);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "row_bytes", UINT64_MAX, &o->row_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "rows", UINT32_MAX, &o->rows);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "layers", UINT32_MAX, &o->layers);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 11, 0)) {
        return xs_skip_fields(r, at, end, fields - 11, 3);
    }
    return at;
}

static int write_copy_3d(xs_writer *w, const xs_op_copy_3d *o) {
    if (__builtin_expect(o->kind > 2, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "copy_3d: kind", o->kind,
                                2);
    }
    uint8_t *at = xs_room(w, 89);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 12);
    at = xs_put_unsigned(at, 24);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->kind);
    at = xs_put_unsigned(at, o->destination);
    at = xs_put_unsigned(at, o->destination_pitch);
    at = xs_put_unsigned(at, o->destination_slice);
    at = xs_put_unsigned(at, o->source);
    at = xs_put_unsigned(at, o->source_pitch);
    at = xs_put_unsigned(at, o->source_slice);
    at = xs_put_unsigned(at, o->row_bytes);
    at = xs_put_unsigned(at, o->rows);
    at = xs_put_unsigned(at, o->layers);
    xs_wrote(w, at);
    return 0;
}

static const char *const memset_2d_names[] = {"stream", "destination", "pitch", "value", "width",
        "columns", "rows"};
static const uint8_t *read_memset_2d(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_memset_2d *o) {
    if (__builtin_expect(fields < 7, 0)) {
        return xs_blame_missing(r, memset_2d_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "destination", UINT64_MAX, &o->destination);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "pitch", UINT64_MAX, &o->pitch);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "value", UINT32_MAX, &o->value);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "width", 4, &o->width);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "columns", UINT64_MAX, &o->columns);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "rows", UINT32_MAX, &o->rows);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 7, 0)) {
        return xs_skip_fields(r, at, end, fields - 7, 3);
    }
    return at;
}

static int write_memset_2d(xs_writer *w, const xs_op_memset_2d *o) {
    if (__builtin_expect(o->width > 4, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "memset_2d: width", o->width,
                                4);
    }
    uint8_t *at = xs_room(w, 53);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 8);
    at = xs_put_unsigned(at, 25);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->destination);
    at = xs_put_unsigned(at, o->pitch);
    at = xs_put_unsigned(at, o->value);
    at = xs_put_unsigned(at, o->width);
    at = xs_put_unsigned(at, o->columns);
    at = xs_put_unsigned(at, o->rows);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_create_names[] = {"graph"};
static const uint8_t *read_graph_create(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_graph_create *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, graph_create_names, fields);
    }
    at = xs_get_u64(r, at, end, "graph", UINT64_MAX, &o->graph);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 1, 0)) {
        return xs_skip_fields(r, at, end, fields - 1, 3);
    }
    return at;
}

static int write_graph_create(xs_writer *w, const xs_op_graph_create *o) {
    uint8_t *at = xs_room(w, 14);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 2);
    at = xs_put_unsigned(at, 32);
    at = xs_put_unsigned(at, o->graph);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_depend_names[] = {"graph", "nodes"};
static const uint8_t *read_graph_depend(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_graph_depend *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, graph_depend_names, fields);
    }
    at = xs_get_u64(r, at, end, "graph", UINT64_MAX, &o->graph);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "nodes", 32768, &o->nodes, &o->nodes_bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 3);
    }
    return at;
}

static int write_graph_depend(xs_writer *w, const xs_op_graph_depend *o) {
    if (__builtin_expect(o->nodes_bytes > 32768, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "graph_depend: nodes", o->nodes_bytes,
                                32768);
    }
    uint8_t *at = xs_room(w, 19 + (size_t)o->nodes_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 33);
    at = xs_put_unsigned(at, o->graph);
    at = xs_put_bin(at, o->nodes, o->nodes_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_empty_names[] = {"graph"};
static const uint8_t *read_graph_empty(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_graph_empty *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, graph_empty_names, fields);
    }
    at = xs_get_u64(r, at, end, "graph", UINT64_MAX, &o->graph);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 1, 0)) {
        return xs_skip_fields(r, at, end, fields - 1, 3);
    }
    return at;
}

static int write_graph_empty(xs_writer *w, const xs_op_graph_empty *o) {
    uint8_t *at = xs_room(w, 14);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 2);
    at = xs_put_unsigned(at, 34);
    at = xs_put_unsigned(at, o->graph);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_child_names[] = {"graph", "child"};
static const uint8_t *read_graph_child(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_graph_child *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, graph_child_names, fields);
    }
    at = xs_get_u64(r, at, end, "graph", UINT64_MAX, &o->graph);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "child", UINT64_MAX, &o->child);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 3);
    }
    return at;
}

static int write_graph_child(xs_writer *w, const xs_op_graph_child *o) {
    uint8_t *at = xs_room(w, 23);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 35);
    at = xs_put_unsigned(at, o->graph);
    at = xs_put_unsigned(at, o->child);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_destroy_names[] = {"graph"};
static const uint8_t *read_graph_destroy(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_graph_destroy *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, graph_destroy_names, fields);
    }
    at = xs_get_u64(r, at, end, "graph", UINT64_MAX, &o->graph);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 1, 0)) {
        return xs_skip_fields(r, at, end, fields - 1, 3);
    }
    return at;
}

static int write_graph_destroy(xs_writer *w, const xs_op_graph_destroy *o) {
    uint8_t *at = xs_room(w, 14);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 2);
    at = xs_put_unsigned(at, 36);
    at = xs_put_unsigned(at, o->graph);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_launch_names[] = {"stream", "exec"};
static const uint8_t *read_graph_launch(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_graph_launch *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, graph_launch_names, fields);
    }
    at = xs_get_u64(r, at, end, "stream", UINT64_MAX, &o->stream);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "exec", UINT64_MAX, &o->exec);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 3);
    }
    return at;
}

static int write_graph_launch(xs_writer *w, const xs_op_graph_launch *o) {
    uint8_t *at = xs_room(w, 23);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 37);
    at = xs_put_unsigned(at, o->stream);
    at = xs_put_unsigned(at, o->exec);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_exec_destroy_names[] = {"exec"};
static const uint8_t *read_graph_exec_destroy(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_op_graph_exec_destroy *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, graph_exec_destroy_names, fields);
    }
    at = xs_get_u64(r, at, end, "exec", UINT64_MAX, &o->exec);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 1, 0)) {
        return xs_skip_fields(r, at, end, fields - 1, 3);
    }
    return at;
}

static int write_graph_exec_destroy(xs_writer *w, const xs_op_graph_exec_destroy *o) {
    uint8_t *at = xs_room(w, 14);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 2);
    at = xs_put_unsigned(at, 38);
    at = xs_put_unsigned(at, o->exec);
    xs_wrote(w, at);
    return 0;
}

const char *xs_operation_name(uint8_t kind) {
    switch (kind) {
    case 1:
        return "launch";
    case 2:
        return "copy_h2d";
    case 3:
        return "copy_d2h";
    case 4:
        return "copy_d2d";
    case 5:
        return "memset";
    case 6:
        return "event_record";
    case 7:
        return "stream_wait";
    case 8:
        return "stream_create";
    case 9:
        return "stream_destroy";
    case 10:
        return "event_create";
    case 11:
        return "event_destroy";
    case 12:
        return "write_value";
    case 13:
        return "wait_value";
    case 14:
        return "host_function";
    case 15:
        return "complete";
    case 24:
        return "copy_3d";
    case 25:
        return "memset_2d";
    case 32:
        return "graph_create";
    case 33:
        return "graph_depend";
    case 34:
        return "graph_empty";
    case 35:
        return "graph_child";
    case 36:
        return "graph_destroy";
    case 37:
        return "graph_launch";
    case 38:
        return "graph_exec_destroy";
    default:
        return NULL;
    }
}

int xs_decode_operation(xs_reader *r, xs_operation *op) {
    const uint8_t *end = r->data + r->size;
    uint32_t fields;
    op->kind = 0;
    if (r->error != XS_PROBLEM_NONE) {
        return -1;
    }
    const uint8_t *at =
        xs_get_record(r, r->data + r->at, end, "operation", &op->kind, &fields);
    if (at == NULL) {
        return -1;
    }
    switch (op->kind) {
    case 1:
        at = read_launch(r, at, end, fields, &op->u.launch);
        break;
    case 2:
        at = read_copy_h2d(r, at, end, fields, &op->u.copy_h2d);
        break;
    case 3:
        at = read_copy_d2h(r, at, end, fields, &op->u.copy_d2h);
        break;
    case 4:
        at = read_copy_d2d(r, at, end, fields, &op->u.copy_d2d);
        break;
    case 5:
        at = read_memset(r, at, end, fields, &op->u.memset);
        break;
    case 6:
        at = read_event_record(r, at, end, fields, &op->u.event_record);
        break;
    case 7:
        at = read_stream_wait(r, at, end, fields, &op->u.stream_wait);
        break;
    case 8:
        at = read_stream_create(r, at, end, fields, &op->u.stream_create);
        break;
    case 9:
        at = read_stream_destroy(r, at, end, fields, &op->u.stream_destroy);
        break;
    case 10:
        at = read_event_create(r, at, end, fields, &op->u.event_create);
        break;
    case 11:
        at = read_event_destroy(r, at, end, fields, &op->u.event_destroy);
        break;
    case 12:
        at = read_write_value(r, at, end, fields, &op->u.write_value);
        break;
    case 13:
        at = read_wait_value(r, at, end, fields, &op->u.wait_value);
        break;
    case 14:
        at = read_host_function(r, at, end, fields, &op->u.host_function);
        break;
    case 15:
        at = read_complete(r, at, end, fields, &op->u.complete);
        break;
    case 24:
        at = read_copy_3d(r, at, end, fields, &op->u.copy_3d);
        break;
    case 25:
        at = read_memset_2d(r, at, end, fields, &op->u.memset_2d);
        break;
    case 32:
        at = read_graph_create(r, at, end, fields, &op->u.graph_create);
        break;
    case 33:
        at = read_graph_depend(r, at, end, fields, &op->u.graph_depend);
        break;
    case 34:
        at = read_graph_empty(r, at, end, fields, &op->u.graph_empty);
        break;
    case 35:
        at = read_graph_child(r, at, end, fields, &op->u.graph_child);
        break;
    case 36:
        at = read_graph_destroy(r, at, end, fields, &op->u.graph_destroy);
        break;
    case 37:
        at = read_graph_launch(r, at, end, fields, &op->u.graph_launch);
        break;
    case 38:
        at = read_graph_exec_destroy(r, at, end, fields, &op->u.graph_exec_destroy);
        break;
    default:
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "unknown operation %d", op->kind);
    }
    if (at == NULL) {
        return -1;
    }
    r->at = (size_t)(at - r->data);
    return 0;
}

int xs_encode_operation(xs_writer *w, const xs_operation *op) {
    switch (op->kind) {
    case 1:
        return write_launch(w, &op->u.launch);
    case 2:
        return write_copy_h2d(w, &op->u.copy_h2d);
    case 3:
        return write_copy_d2h(w, &op->u.copy_d2h);
    case 4:
        return write_copy_d2d(w, &op->u.copy_d2d);
    case 5:
        return write_memset(w, &op->u.memset);
    case 6:
        return write_event_record(w, &op->u.event_record);
    case 7:
        return write_stream_wait(w, &op->u.stream_wait);
    case 8:
        return write_stream_create(w, &op->u.stream_create);
    case 9:
        return write_stream_destroy(w, &op->u.stream_destroy);
    case 10:
        return write_event_create(w, &op->u.event_create);
    case 11:
        return write_event_destroy(w, &op->u.event_destroy);
    case 12:
        return write_write_value(w, &op->u.write_value);
    case 13:
        return write_wait_value(w, &op->u.wait_value);
    case 14:
        return write_host_function(w, &op->u.host_function);
    case 15:
        return write_complete(w, &op->u.complete);
    case 24:
        return write_copy_3d(w, &op->u.copy_3d);
    case 25:
        return write_memset_2d(w, &op->u.memset_2d);
    case 32:
        return write_graph_create(w, &op->u.graph_create);
    case 33:
        return write_graph_depend(w, &op->u.graph_depend);
    case 34:
        return write_graph_empty(w, &op->u.graph_empty);
    case 35:
        return write_graph_child(w, &op->u.graph_child);
    case 36:
        return write_graph_destroy(w, &op->u.graph_destroy);
    case 37:
        return write_graph_launch(w, &op->u.graph_launch);
    case 38:
        return write_graph_exec_destroy(w, &op->u.graph_exec_destroy);
    default:
        return xs_writer_refuse(w, XS_PROBLEM_UNKNOWN, "operation", op->kind, 0);
    }
}

static const uint8_t *read_list_of_operation(xs_reader *r, const uint8_t *at,
                                             const uint8_t *end, const char *field,
                                             uint32_t max, const xs_operation **out,
                                             uint32_t *count) {
    at = xs_get_list(r, at, end, field, max, count);
    if (at == NULL) {
        return NULL;
    }
    xs_operation *list = xs_reader_scratch(r, *count * sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    r->at = (size_t)(at - r->data);
    for (uint32_t i = 0; i < *count; i++) {
        if (xs_decode_operation(r, &list[i]) != 0) {
            const char *name = xs_operation_name(list[i].kind);
            name != NULL ? xs_reader_inside(r, "operation %u (%s): ", i, name)
                         : xs_reader_inside(r, "operation %u: ", i);
            return NULL;
        }
    }
    *out = list;
    return r->data + r->at;
}

static const char *const hello_names[] = {"protocol_major", "protocol_minor", "library", "tenant"};
static const uint8_t *read_hello(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_hello *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, hello_names, fields);
    }
    at = xs_get_u16(r, at, end, "protocol_major", UINT16_MAX, &o->protocol_major);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u16(r, at, end, "protocol_minor", UINT16_MAX, &o->protocol_minor);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "library", 64, &o->library, &o->library_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "tenant", 128, &o->tenant, &o->tenant_bytes);
    if (at == NULL) {
        return NULL;
    }
    o->token = (const uint8_t *)"";
    o->token_bytes = 0;
    if (fields > 4) {
        at = xs_get_bin(r, at, end, "token", 256, &o->token, &o->token_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->priority_class = 255;
    if (fields > 5) {
        at = xs_get_u8(r, at, end, "priority_class", UINT8_MAX, &o->priority_class);
        if (at == NULL) {
            return NULL;
        }
    }
    o->pid = 0;
    if (fields > 6) {
        at = xs_get_u32(r, at, end, "pid", UINT32_MAX, &o->pid);
        if (at == NULL) {
            return NULL;
        }
    }
    o->memory_bytes = 0;
    if (fields > 7) {
        at = xs_get_u64(r, at, end, "memory_bytes", UINT64_MAX, &o->memory_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 8, 0)) {
        return xs_skip_fields(r, at, end, fields - 8, 1);
    }
    return at;
}

static int write_hello(xs_writer *w, const xs_msg_hello *o) {
    if (__builtin_expect(o->library_bytes > 64, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "hello: library", o->library_bytes,
                                64);
    }
    if (__builtin_expect(o->tenant_bytes > 128, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "hello: tenant", o->tenant_bytes,
                                128);
    }
    if (__builtin_expect(o->token_bytes > 256, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "hello: token", o->token_bytes,
                                256);
    }
    uint8_t *at = xs_room(w, 42 + (size_t)o->library_bytes + (size_t)o->tenant_bytes
            + (size_t)o->token_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 9);
    at = xs_put_unsigned(at, 1);
    at = xs_put_unsigned(at, o->protocol_major);
    at = xs_put_unsigned(at, o->protocol_minor);
    at = xs_put_str(at, o->library, o->library_bytes);
    at = xs_put_str(at, o->tenant, o->tenant_bytes);
    at = xs_put_bin(at, o->token, o->token_bytes);
    at = xs_put_unsigned(at, o->priority_class);
    at = xs_put_unsigned(at, o->pid);
    at = xs_put_unsigned(at, o->memory_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const submit_names[] = {"first_seq", "operations"};
static const uint8_t *read_submit(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_submit *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, submit_names, fields);
    }
    at = xs_get_u64(r, at, end, "first_seq", UINT64_MAX, &o->first_seq);
    if (at == NULL) {
        return NULL;
    }
    at = read_list_of_operation(r, at, end, "operations", 500,
        &o->operations, &o->operations_count);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_submit(xs_writer *w, const xs_msg_submit *o) {
    if (__builtin_expect(o->operations_count > 500, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_ELEMENTS, "submit: operations", o->operations_count,
                                500);
    }
    const size_t start = w->used;
    uint8_t *at = xs_room(w, 19);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 2);
    at = xs_put_unsigned(at, o->first_seq);
    at = xs_put_array(at, o->operations_count);
    xs_wrote(w, at);
    for (uint32_t i = 0; i < o->operations_count; i++) {
        if (xs_encode_operation(w, &o->operations[i]) != 0) {
            w->used = start;
            return -1;
        }
    }
    at = w->data + w->used;
    xs_wrote(w, at);
    return 0;
}
_Static_assert(500 * sizeof(xs_operation) + 8 <= 65536, "submit: scratch");

static const char *const device_get_names[] = {"call", "device"};
static const uint8_t *read_device_get(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_device_get *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, device_get_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "device", UINT8_MAX, &o->device);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_device_get(xs_writer *w, const xs_msg_device_get *o) {
    uint8_t *at = xs_room(w, 12);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 10);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->device);
    xs_wrote(w, at);
    return 0;
}

static const char *const allocate_names[] = {"call", "device", "bytes"};
static const uint8_t *read_allocate(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_allocate *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, allocate_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "device", UINT8_MAX, &o->device);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_allocate(xs_writer *w, const xs_msg_allocate *o) {
    uint8_t *at = xs_room(w, 21);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 11);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->device);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const free_names[] = {"call", "address", "after_seq"};
static const uint8_t *read_free(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_free *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, free_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "after_seq", UINT64_MAX, &o->after_seq);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_free(xs_writer *w, const xs_msg_free *o) {
    uint8_t *at = xs_room(w, 28);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 12);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->after_seq);
    xs_wrote(w, at);
    return 0;
}

static const char *const module_load_names[] = {"call", "module", "format", "hash", "bytes",
        "host_offset"};
static const uint8_t *read_module_load(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_module_load *o) {
    if (__builtin_expect(fields < 6, 0)) {
        return xs_blame_missing(r, module_load_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "module", UINT64_MAX, &o->module);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "format", 3, &o->format);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "hash", 32, &o->hash, &o->hash_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "host_offset", UINT64_MAX, &o->host_offset);
    if (at == NULL) {
        return NULL;
    }
    o->options = (const uint8_t *)"";
    o->options_bytes = 0;
    if (fields > 6) {
        at = xs_get_bin(r, at, end, "options", 256, &o->options, &o->options_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 7, 0)) {
        return xs_skip_fields(r, at, end, fields - 7, 1);
    }
    return at;
}

static int write_module_load(xs_writer *w, const xs_msg_module_load *o) {
    if (__builtin_expect(o->format > 3, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "module_load: format", o->format,
                                3);
    }
    if (__builtin_expect(o->hash_bytes > 32, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "module_load: hash", o->hash_bytes,
                                32);
    }
    if (__builtin_expect(o->options_bytes > 256, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "module_load: options", o->options_bytes,
                                256);
    }
    uint8_t *at = xs_room(w, 49 + (size_t)o->hash_bytes + (size_t)o->options_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 8);
    at = xs_put_unsigned(at, 13);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->module);
    at = xs_put_unsigned(at, o->format);
    at = xs_put_bin(at, o->hash, o->hash_bytes);
    at = xs_put_unsigned(at, o->bytes);
    at = xs_put_unsigned(at, o->host_offset);
    at = xs_put_bin(at, o->options, o->options_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const module_unload_names[] = {"call", "module", "after_seq"};
static const uint8_t *read_module_unload(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_module_unload *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, module_unload_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "module", UINT64_MAX, &o->module);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "after_seq", UINT64_MAX, &o->after_seq);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_module_unload(xs_writer *w, const xs_msg_module_unload *o) {
    uint8_t *at = xs_room(w, 28);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 14);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->module);
    at = xs_put_unsigned(at, o->after_seq);
    xs_wrote(w, at);
    return 0;
}

static const char *const function_get_names[] = {"call", "module", "function", "name"};
static const uint8_t *read_function_get(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_function_get *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, function_get_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "module", UINT64_MAX, &o->module);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "function", UINT64_MAX, &o->function);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "name", 4096, &o->name, &o->name_bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_function_get(xs_writer *w, const xs_msg_function_get *o) {
    if (__builtin_expect(o->name_bytes > 4096, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "function_get: name", o->name_bytes,
                                4096);
    }
    uint8_t *at = xs_room(w, 33 + (size_t)o->name_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 15);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->module);
    at = xs_put_unsigned(at, o->function);
    at = xs_put_str(at, o->name, o->name_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const memory_info_names[] = {"call", "device"};
static const uint8_t *read_memory_info(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_memory_info *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, memory_info_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "device", UINT8_MAX, &o->device);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_memory_info(xs_writer *w, const xs_msg_memory_info *o) {
    uint8_t *at = xs_room(w, 12);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 16);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->device);
    xs_wrote(w, at);
    return 0;
}

static const char *const elapsed_time_names[] = {"call", "start", "end"};
static const uint8_t *read_elapsed_time(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_elapsed_time *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, elapsed_time_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "start", UINT64_MAX, &o->start);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "end", UINT64_MAX, &o->end);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_elapsed_time(xs_writer *w, const xs_msg_elapsed_time *o) {
    uint8_t *at = xs_room(w, 28);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 17);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->start);
    at = xs_put_unsigned(at, o->end);
    xs_wrote(w, at);
    return 0;
}

static const char *const error_take_names[] = {"call"};
static const uint8_t *read_error_take(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_error_take *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, error_take_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 1, 0)) {
        return xs_skip_fields(r, at, end, fields - 1, 1);
    }
    return at;
}

static int write_error_take(xs_writer *w, const xs_msg_error_take *o) {
    uint8_t *at = xs_room(w, 10);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 2);
    at = xs_put_unsigned(at, 18);
    at = xs_put_unsigned(at, o->call);
    xs_wrote(w, at);
    return 0;
}

static const char *const function_attribute_set_names[] = {"call", "function", "attribute",
        "value"};
static const uint8_t *read_function_attribute_set(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_function_attribute_set *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, function_attribute_set_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "function", UINT64_MAX, &o->function);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "attribute", UINT32_MAX, &o->attribute);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "value", INT32_MAX, &o->value);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_function_attribute_set(xs_writer *w, const xs_msg_function_attribute_set *o) {
    uint8_t *at = xs_room(w, 29);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 19);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->function);
    at = xs_put_unsigned(at, o->attribute);
    at = xs_put_signed(at, o->value);
    xs_wrote(w, at);
    return 0;
}

static const char *const host_register_names[] = {"call", "host_offset", "bytes"};
static const uint8_t *read_host_register(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_host_register *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, host_register_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "host_offset", UINT64_MAX, &o->host_offset);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_host_register(xs_writer *w, const xs_msg_host_register *o) {
    uint8_t *at = xs_room(w, 28);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 20);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->host_offset);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const uint8_t *read_goodbye(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_goodbye *o) {
    o->unused = 0;
    if (__builtin_expect(fields > 0, 0)) {
        return xs_skip_fields(r, at, end, fields - 0, 1);
    }
    return at;
}

static int write_goodbye(xs_writer *w, const xs_msg_goodbye *o) {
    (void)o;
    uint8_t *at = xs_room(w, 5);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 1);
    at = xs_put_unsigned(at, 21);
    xs_wrote(w, at);
    return 0;
}

static const char *const hint_set_names[] = {"call"};
static const uint8_t *read_hint_set(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_hint_set *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, hint_set_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    o->priority_class = 255;
    if (fields > 1) {
        at = xs_get_u8(r, at, end, "priority_class", UINT8_MAX, &o->priority_class);
        if (at == NULL) {
            return NULL;
        }
    }
    o->weight_milli = 0;
    if (fields > 2) {
        at = xs_get_u32(r, at, end, "weight_milli", UINT32_MAX, &o->weight_milli);
        if (at == NULL) {
            return NULL;
        }
    }
    o->deadline_ns = 18446744073709551615u;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "deadline_ns", UINT64_MAX, &o->deadline_ns);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_hint_set(xs_writer *w, const xs_msg_hint_set *o) {
    uint8_t *at = xs_room(w, 26);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 22);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->priority_class);
    at = xs_put_unsigned(at, o->weight_milli);
    at = xs_put_unsigned(at, o->deadline_ns);
    xs_wrote(w, at);
    return 0;
}

static const char *const attributes_get_names[] = {"call", "device"};
static const uint8_t *read_attributes_get(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_attributes_get *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, attributes_get_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "device", UINT8_MAX, &o->device);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_attributes_get(xs_writer *w, const xs_msg_attributes_get *o) {
    uint8_t *at = xs_room(w, 12);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 32);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->device);
    xs_wrote(w, at);
    return 0;
}

static const char *const variable_get_names[] = {"call", "module", "name"};
static const uint8_t *read_variable_get(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_variable_get *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, variable_get_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "module", UINT64_MAX, &o->module);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "name", 4096, &o->name, &o->name_bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_variable_get(xs_writer *w, const xs_msg_variable_get *o) {
    if (__builtin_expect(o->name_bytes > 4096, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "variable_get: name", o->name_bytes,
                                4096);
    }
    uint8_t *at = xs_room(w, 24 + (size_t)o->name_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 33);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->module);
    at = xs_put_str(at, o->name, o->name_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const functions_list_names[] = {"call", "module"};
static const uint8_t *read_functions_list(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_functions_list *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, functions_list_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "module", UINT64_MAX, &o->module);
    if (at == NULL) {
        return NULL;
    }
    o->first = 0;
    if (fields > 2) {
        at = xs_get_u32(r, at, end, "first", UINT32_MAX, &o->first);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_functions_list(xs_writer *w, const xs_msg_functions_list *o) {
    uint8_t *at = xs_room(w, 24);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 34);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->module);
    at = xs_put_unsigned(at, o->first);
    xs_wrote(w, at);
    return 0;
}

static const char *const link_names[] = {"call", "device", "inputs", "host_offset", "bytes_max"};
static const uint8_t *read_link(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_link *o) {
    if (__builtin_expect(fields < 5, 0)) {
        return xs_blame_missing(r, link_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "device", UINT8_MAX, &o->device);
    if (at == NULL) {
        return NULL;
    }
    at = read_list_of_link_input(r, at, end, "inputs", 64,
        &o->inputs, &o->inputs_count);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "host_offset", UINT64_MAX, &o->host_offset);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes_max", UINT64_MAX, &o->bytes_max);
    if (at == NULL) {
        return NULL;
    }
    o->options = (const uint8_t *)"";
    o->options_bytes = 0;
    if (fields > 5) {
        at = xs_get_bin(r, at, end, "options", 256, &o->options, &o->options_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 6, 0)) {
        return xs_skip_fields(r, at, end, fields - 6, 1);
    }
    return at;
}

static int write_link(xs_writer *w, const xs_msg_link *o) {
    if (__builtin_expect(o->inputs_count > 64, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_ELEMENTS, "link: inputs", o->inputs_count,
                                64);
    }
    if (__builtin_expect(o->options_bytes > 256, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "link: options", o->options_bytes,
                                256);
    }
    const size_t start = w->used;
    uint8_t *at = xs_room(w, 40 + (size_t)o->options_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 7);
    at = xs_put_unsigned(at, 35);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->device);
    at = xs_put_array(at, o->inputs_count);
    xs_wrote(w, at);
    for (uint32_t i = 0; i < o->inputs_count; i++) {
        if (write_link_input(w, &o->inputs[i]) != 0) {
            w->used = start;
            return -1;
        }
    }
    at = xs_room(w, 27 + (size_t)o->options_bytes);
    if (at == NULL) {
        w->used = start;
        return -1;
    }
    at = xs_put_unsigned(at, o->host_offset);
    at = xs_put_unsigned(at, o->bytes_max);
    at = xs_put_bin(at, o->options, o->options_bytes);
    xs_wrote(w, at);
    return 0;
}
_Static_assert(64 * sizeof(xs_link_input) + 8 <= 65536, "link: scratch");

static const char *const occupancy_get_names[] = {"call", "function", "query", "grid_x", "grid_y",
        "grid_z", "block_x", "block_y", "block_z", "shared_bytes"};
static const uint8_t *read_occupancy_get(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_occupancy_get *o) {
    if (__builtin_expect(fields < 10, 0)) {
        return xs_blame_missing(r, occupancy_get_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "function", UINT64_MAX, &o->function);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "query", 3, &o->query);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "grid_x", UINT32_MAX, &o->grid_x);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "grid_y", UINT32_MAX, &o->grid_y);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "grid_z", UINT32_MAX, &o->grid_z);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "block_x", UINT32_MAX, &o->block_x);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "block_y", UINT32_MAX, &o->block_y);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "block_z", UINT32_MAX, &o->block_z);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "shared_bytes", UINT64_MAX, &o->shared_bytes);
    if (at == NULL) {
        return NULL;
    }
    o->flags = 0;
    if (fields > 10) {
        at = xs_get_u32(r, at, end, "flags", UINT32_MAX, &o->flags);
        if (at == NULL) {
            return NULL;
        }
    }
    o->attributes = (const uint8_t *)"";
    o->attributes_bytes = 0;
    if (fields > 11) {
        at = xs_get_bin(r, at, end, "attributes", 1152,
            &o->attributes, &o->attributes_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 12, 0)) {
        return xs_skip_fields(r, at, end, fields - 12, 1);
    }
    return at;
}

static int write_occupancy_get(xs_writer *w, const xs_msg_occupancy_get *o) {
    if (__builtin_expect(o->query > 3, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "occupancy_get: query", o->query,
                                3);
    }
    if (__builtin_expect(o->attributes_bytes > 1152, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "occupancy_get: attributes",
                o->attributes_bytes,
                                1152);
    }
    uint8_t *at = xs_room(w, 70 + (size_t)o->attributes_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 13);
    at = xs_put_unsigned(at, 36);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->function);
    at = xs_put_unsigned(at, o->query);
    at = xs_put_unsigned(at, o->grid_x);
    at = xs_put_unsigned(at, o->grid_y);
    at = xs_put_unsigned(at, o->grid_z);
    at = xs_put_unsigned(at, o->block_x);
    at = xs_put_unsigned(at, o->block_y);
    at = xs_put_unsigned(at, o->block_z);
    at = xs_put_unsigned(at, o->shared_bytes);
    at = xs_put_unsigned(at, o->flags);
    at = xs_put_bin(at, o->attributes, o->attributes_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const tensor_map_encode_names[] = {"call", "device", "im2col", "data_type",
        "rank", "address", "dimensions", "strides", "box", "element_strides", "corners", "channels",
        "pixels", "interleave", "swizzle", "promotion", "fill"};
static const uint8_t *read_tensor_map_encode(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_tensor_map_encode *o) {
    if (__builtin_expect(fields < 17, 0)) {
        return xs_blame_missing(r, tensor_map_encode_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "device", UINT8_MAX, &o->device);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "im2col", 1, &o->im2col);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "data_type", UINT32_MAX, &o->data_type);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "rank", 5, &o->rank);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "dimensions", 40, &o->dimensions, &o->dimensions_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "strides", 32, &o->strides, &o->strides_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "box", 20, &o->box, &o->box_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "element_strides", 20,
        &o->element_strides, &o->element_strides_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_bin(r, at, end, "corners", 24, &o->corners, &o->corners_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "channels", UINT32_MAX, &o->channels);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "pixels", UINT32_MAX, &o->pixels);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "interleave", UINT32_MAX, &o->interleave);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "swizzle", UINT32_MAX, &o->swizzle);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "promotion", UINT32_MAX, &o->promotion);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "fill", UINT32_MAX, &o->fill);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 17, 0)) {
        return xs_skip_fields(r, at, end, fields - 17, 1);
    }
    return at;
}

static int write_tensor_map_encode(xs_writer *w, const xs_msg_tensor_map_encode *o) {
    if (__builtin_expect(o->im2col > 1, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "tensor_map_encode: im2col", o->im2col,
                                1);
    }
    if (__builtin_expect(o->rank > 5, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "tensor_map_encode: rank", o->rank,
                                5);
    }
    if (__builtin_expect(o->dimensions_bytes > 40, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "tensor_map_encode: dimensions",
                o->dimensions_bytes,
                                40);
    }
    if (__builtin_expect(o->strides_bytes > 32, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "tensor_map_encode: strides", o->strides_bytes,
                                32);
    }
    if (__builtin_expect(o->box_bytes > 20, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "tensor_map_encode: box", o->box_bytes,
                                20);
    }
    if (__builtin_expect(o->element_strides_bytes > 20, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "tensor_map_encode: element_strides",
                o->element_strides_bytes,
                                20);
    }
    if (__builtin_expect(o->corners_bytes > 24, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "tensor_map_encode: corners", o->corners_bytes,
                                24);
    }
    uint8_t *at = xs_room(w, 88 + (size_t)o->dimensions_bytes + (size_t)o->strides_bytes
            + (size_t)o->box_bytes + (size_t)o->element_strides_bytes + (size_t)o->corners_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 18);
    at = xs_put_unsigned(at, 37);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->device);
    at = xs_put_unsigned(at, o->im2col);
    at = xs_put_unsigned(at, o->data_type);
    at = xs_put_unsigned(at, o->rank);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_bin(at, o->dimensions, o->dimensions_bytes);
    at = xs_put_bin(at, o->strides, o->strides_bytes);
    at = xs_put_bin(at, o->box, o->box_bytes);
    at = xs_put_bin(at, o->element_strides, o->element_strides_bytes);
    at = xs_put_bin(at, o->corners, o->corners_bytes);
    at = xs_put_unsigned(at, o->channels);
    at = xs_put_unsigned(at, o->pixels);
    at = xs_put_unsigned(at, o->interleave);
    at = xs_put_unsigned(at, o->swizzle);
    at = xs_put_unsigned(at, o->promotion);
    at = xs_put_unsigned(at, o->fill);
    xs_wrote(w, at);
    return 0;
}

static const char *const limit_set_names[] = {"call", "limit", "value"};
static const uint8_t *read_limit_set(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_limit_set *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, limit_set_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "limit", UINT32_MAX, &o->limit);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "value", UINT64_MAX, &o->value);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_limit_set(xs_writer *w, const xs_msg_limit_set *o) {
    uint8_t *at = xs_room(w, 24);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 38);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->limit);
    at = xs_put_unsigned(at, o->value);
    xs_wrote(w, at);
    return 0;
}

static const char *const limit_get_names[] = {"call", "limit"};
static const uint8_t *read_limit_get(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_limit_get *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, limit_get_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "limit", UINT32_MAX, &o->limit);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_limit_get(xs_writer *w, const xs_msg_limit_get *o) {
    uint8_t *at = xs_room(w, 15);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 39);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->limit);
    xs_wrote(w, at);
    return 0;
}

static const char *const address_reserve_names[] = {"call", "device", "bytes"};
static const uint8_t *read_address_reserve(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_address_reserve *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, address_reserve_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "device", UINT8_MAX, &o->device);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    o->alignment = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "alignment", UINT64_MAX, &o->alignment);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_address_reserve(xs_writer *w, const xs_msg_address_reserve *o) {
    uint8_t *at = xs_room(w, 30);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 50);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->device);
    at = xs_put_unsigned(at, o->bytes);
    at = xs_put_unsigned(at, o->alignment);
    xs_wrote(w, at);
    return 0;
}

static const char *const address_free_names[] = {"call", "address", "bytes"};
static const uint8_t *read_address_free(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_address_free *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, address_free_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_address_free(xs_writer *w, const xs_msg_address_free *o) {
    uint8_t *at = xs_room(w, 28);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 51);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const memory_create_names[] = {"call", "memory", "bytes"};
static const uint8_t *read_memory_create(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_memory_create *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, memory_create_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "memory", UINT64_MAX, &o->memory);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_memory_create(xs_writer *w, const xs_msg_memory_create *o) {
    uint8_t *at = xs_room(w, 28);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 52);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->memory);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const memory_release_names[] = {"call", "memory"};
static const uint8_t *read_memory_release(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_memory_release *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, memory_release_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "memory", UINT64_MAX, &o->memory);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_memory_release(xs_writer *w, const xs_msg_memory_release *o) {
    uint8_t *at = xs_room(w, 19);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 53);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->memory);
    xs_wrote(w, at);
    return 0;
}

static const char *const memory_map_names[] = {"call", "address", "bytes", "memory"};
static const uint8_t *read_memory_map(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_memory_map *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, memory_map_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "memory", UINT64_MAX, &o->memory);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_memory_map(xs_writer *w, const xs_msg_memory_map *o) {
    uint8_t *at = xs_room(w, 37);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 54);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->bytes);
    at = xs_put_unsigned(at, o->memory);
    xs_wrote(w, at);
    return 0;
}

static const char *const memory_unmap_names[] = {"call", "address", "bytes", "after_seq"};
static const uint8_t *read_memory_unmap(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_memory_unmap *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, memory_unmap_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "after_seq", UINT64_MAX, &o->after_seq);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_memory_unmap(xs_writer *w, const xs_msg_memory_unmap *o) {
    uint8_t *at = xs_room(w, 37);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 55);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->bytes);
    at = xs_put_unsigned(at, o->after_seq);
    xs_wrote(w, at);
    return 0;
}

static const char *const memory_access_set_names[] = {"call", "address", "bytes", "access"};
static const uint8_t *read_memory_access_set(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_memory_access_set *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, memory_access_set_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "access", 3, &o->access);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_memory_access_set(xs_writer *w, const xs_msg_memory_access_set *o) {
    if (__builtin_expect(o->access > 3, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "memory_access_set: access", o->access,
                                3);
    }
    uint8_t *at = xs_room(w, 30);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 56);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->bytes);
    at = xs_put_unsigned(at, o->access);
    xs_wrote(w, at);
    return 0;
}

static const char *const array_create_names[] = {"call", "array", "width", "height", "depth",
        "format", "channels"};
static const uint8_t *read_array_create(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_array_create *o) {
    if (__builtin_expect(fields < 7, 0)) {
        return xs_blame_missing(r, array_create_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "array", UINT64_MAX, &o->array);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "width", UINT64_MAX, &o->width);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "height", UINT64_MAX, &o->height);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "depth", UINT64_MAX, &o->depth);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "format", UINT32_MAX, &o->format);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "channels", 4, &o->channels);
    if (at == NULL) {
        return NULL;
    }
    o->flags = 0;
    if (fields > 7) {
        at = xs_get_u32(r, at, end, "flags", UINT32_MAX, &o->flags);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 8, 0)) {
        return xs_skip_fields(r, at, end, fields - 8, 1);
    }
    return at;
}

static int write_array_create(xs_writer *w, const xs_msg_array_create *o) {
    if (__builtin_expect(o->channels > 4, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "array_create: channels", o->channels,
                                4);
    }
    uint8_t *at = xs_room(w, 61);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 9);
    at = xs_put_unsigned(at, 57);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->array);
    at = xs_put_unsigned(at, o->width);
    at = xs_put_unsigned(at, o->height);
    at = xs_put_unsigned(at, o->depth);
    at = xs_put_unsigned(at, o->format);
    at = xs_put_unsigned(at, o->channels);
    at = xs_put_unsigned(at, o->flags);
    xs_wrote(w, at);
    return 0;
}

static const char *const array_destroy_names[] = {"call", "array", "after_seq"};
static const uint8_t *read_array_destroy(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_array_destroy *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, array_destroy_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "array", UINT64_MAX, &o->array);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "after_seq", UINT64_MAX, &o->after_seq);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_array_destroy(xs_writer *w, const xs_msg_array_destroy *o) {
    uint8_t *at = xs_room(w, 28);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 58);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->array);
    at = xs_put_unsigned(at, o->after_seq);
    xs_wrote(w, at);
    return 0;
}

static const char *const array_copy_names[] = {"call", "kind", "array", "x_bytes", "y", "z",
        "other", "other_pitch", "other_rows", "other_x_bytes", "other_y", "other_z", "row_bytes",
        "rows", "layers"};
static const uint8_t *read_array_copy(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_array_copy *o) {
    if (__builtin_expect(fields < 15, 0)) {
        return xs_blame_missing(r, array_copy_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "kind", 4, &o->kind);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "array", UINT64_MAX, &o->array);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "x_bytes", UINT64_MAX, &o->x_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "y", UINT64_MAX, &o->y);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "z", UINT64_MAX, &o->z);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "other", UINT64_MAX, &o->other);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "other_pitch", UINT64_MAX, &o->other_pitch);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "other_rows", UINT64_MAX, &o->other_rows);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "other_x_bytes", UINT64_MAX, &o->other_x_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "other_y", UINT64_MAX, &o->other_y);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "other_z", UINT64_MAX, &o->other_z);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "row_bytes", UINT64_MAX, &o->row_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "rows", UINT32_MAX, &o->rows);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "layers", UINT32_MAX, &o->layers);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 15, 0)) {
        return xs_skip_fields(r, at, end, fields - 15, 1);
    }
    return at;
}

static int write_array_copy(xs_writer *w, const xs_msg_array_copy *o) {
    if (__builtin_expect(o->kind > 4, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "array_copy: kind", o->kind,
                                4);
    }
    uint8_t *at = xs_room(w, 121);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 16);
    at = xs_put_unsigned(at, 59);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->kind);
    at = xs_put_unsigned(at, o->array);
    at = xs_put_unsigned(at, o->x_bytes);
    at = xs_put_unsigned(at, o->y);
    at = xs_put_unsigned(at, o->z);
    at = xs_put_unsigned(at, o->other);
    at = xs_put_unsigned(at, o->other_pitch);
    at = xs_put_unsigned(at, o->other_rows);
    at = xs_put_unsigned(at, o->other_x_bytes);
    at = xs_put_unsigned(at, o->other_y);
    at = xs_put_unsigned(at, o->other_z);
    at = xs_put_unsigned(at, o->row_bytes);
    at = xs_put_unsigned(at, o->rows);
    at = xs_put_unsigned(at, o->layers);
    xs_wrote(w, at);
    return 0;
}

static const char *const texture_create_names[] = {"call", "device", "surface", "resource"};
static const uint8_t *read_texture_create(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_texture_create *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, texture_create_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "device", UINT8_MAX, &o->device);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "surface", 1, &o->surface);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "resource", 3, &o->resource);
    if (at == NULL) {
        return NULL;
    }
    o->array = 0;
    if (fields > 4) {
        at = xs_get_u64(r, at, end, "array", UINT64_MAX, &o->array);
        if (at == NULL) {
            return NULL;
        }
    }
    o->address = 0;
    if (fields > 5) {
        at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
        if (at == NULL) {
            return NULL;
        }
    }
    o->format = 0;
    if (fields > 6) {
        at = xs_get_u32(r, at, end, "format", UINT32_MAX, &o->format);
        if (at == NULL) {
            return NULL;
        }
    }
    o->channels = 0;
    if (fields > 7) {
        at = xs_get_u32(r, at, end, "channels", 4, &o->channels);
        if (at == NULL) {
            return NULL;
        }
    }
    o->bytes = 0;
    if (fields > 8) {
        at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->width = 0;
    if (fields > 9) {
        at = xs_get_u64(r, at, end, "width", UINT64_MAX, &o->width);
        if (at == NULL) {
            return NULL;
        }
    }
    o->height = 0;
    if (fields > 10) {
        at = xs_get_u64(r, at, end, "height", UINT64_MAX, &o->height);
        if (at == NULL) {
            return NULL;
        }
    }
    o->pitch = 0;
    if (fields > 11) {
        at = xs_get_u64(r, at, end, "pitch", UINT64_MAX, &o->pitch);
        if (at == NULL) {
            return NULL;
        }
    }
    o->sampling = (const uint8_t *)"";
    o->sampling_bytes = 0;
    if (fields > 12) {
        at = xs_get_bin(r, at, end, "sampling", 104, &o->sampling, &o->sampling_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 13, 0)) {
        return xs_skip_fields(r, at, end, fields - 13, 1);
    }
    return at;
}

static int write_texture_create(xs_writer *w, const xs_msg_texture_create *o) {
    if (__builtin_expect(o->surface > 1, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "texture_create: surface", o->surface,
                                1);
    }
    if (__builtin_expect(o->resource > 3, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "texture_create: resource", o->resource,
                                3);
    }
    if (__builtin_expect(o->channels > 4, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "texture_create: channels", o->channels,
                                4);
    }
    if (__builtin_expect(o->sampling_bytes > 104, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "texture_create: sampling", o->sampling_bytes,
                                104);
    }
    uint8_t *at = xs_room(w, 85 + (size_t)o->sampling_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 14);
    at = xs_put_unsigned(at, 60);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->device);
    at = xs_put_unsigned(at, o->surface);
    at = xs_put_unsigned(at, o->resource);
    at = xs_put_unsigned(at, o->array);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->format);
    at = xs_put_unsigned(at, o->channels);
    at = xs_put_unsigned(at, o->bytes);
    at = xs_put_unsigned(at, o->width);
    at = xs_put_unsigned(at, o->height);
    at = xs_put_unsigned(at, o->pitch);
    at = xs_put_bin(at, o->sampling, o->sampling_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const texture_destroy_names[] = {"call", "surface", "object", "after_seq"};
static const uint8_t *read_texture_destroy(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_texture_destroy *o) {
    if (__builtin_expect(fields < 4, 0)) {
        return xs_blame_missing(r, texture_destroy_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "surface", 1, &o->surface);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "object", UINT64_MAX, &o->object);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "after_seq", UINT64_MAX, &o->after_seq);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_texture_destroy(xs_writer *w, const xs_msg_texture_destroy *o) {
    if (__builtin_expect(o->surface > 1, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_VALUE, "texture_destroy: surface", o->surface,
                                1);
    }
    uint8_t *at = xs_room(w, 30);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 61);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->surface);
    at = xs_put_unsigned(at, o->object);
    at = xs_put_unsigned(at, o->after_seq);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_instantiate_names[] = {"call", "graph", "exec"};
static const uint8_t *read_graph_instantiate(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_graph_instantiate *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, graph_instantiate_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "graph", UINT64_MAX, &o->graph);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "exec", UINT64_MAX, &o->exec);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_graph_instantiate(xs_writer *w, const xs_msg_graph_instantiate *o) {
    uint8_t *at = xs_room(w, 28);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 40);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->graph);
    at = xs_put_unsigned(at, o->exec);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_update_names[] = {"call", "exec", "graph"};
static const uint8_t *read_graph_update(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_graph_update *o) {
    if (__builtin_expect(fields < 3, 0)) {
        return xs_blame_missing(r, graph_update_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "exec", UINT64_MAX, &o->exec);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "graph", UINT64_MAX, &o->graph);
    if (at == NULL) {
        return NULL;
    }
    o->node = 4294967295;
    if (fields > 3) {
        at = xs_get_u32(r, at, end, "node", UINT32_MAX, &o->node);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_graph_update(xs_writer *w, const xs_msg_graph_update *o) {
    uint8_t *at = xs_room(w, 33);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 41);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_unsigned(at, o->exec);
    at = xs_put_unsigned(at, o->graph);
    at = xs_put_unsigned(at, o->node);
    xs_wrote(w, at);
    return 0;
}

static const char *const welcome_names[] = {"session", "protocol_minor", "library",
        "priority_class", "epoch", "status_bytes", "waiters_bytes", "host_base", "host_bytes",
        "va_base", "va_bytes", "memory_bytes_max", "queued_operations_max", "devices"};
static const uint8_t *read_welcome(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_welcome *o) {
    if (__builtin_expect(fields < 14, 0)) {
        return xs_blame_missing(r, welcome_names, fields);
    }
    at = xs_get_u64(r, at, end, "session", UINT64_MAX, &o->session);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u16(r, at, end, "protocol_minor", UINT16_MAX, &o->protocol_minor);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "library", 64, &o->library, &o->library_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u8(r, at, end, "priority_class", UINT8_MAX, &o->priority_class);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "epoch", UINT32_MAX, &o->epoch);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "status_bytes", UINT64_MAX, &o->status_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "waiters_bytes", UINT64_MAX, &o->waiters_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "host_base", UINT64_MAX, &o->host_base);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "host_bytes", UINT64_MAX, &o->host_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "va_base", UINT64_MAX, &o->va_base);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "va_bytes", UINT64_MAX, &o->va_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u64(r, at, end, "memory_bytes_max", UINT64_MAX, &o->memory_bytes_max);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_u32(r, at, end, "queued_operations_max", UINT32_MAX,
        &o->queued_operations_max);
    if (at == NULL) {
        return NULL;
    }
    at = read_list_of_device_properties(r, at, end, "devices", 16,
        &o->devices, &o->devices_count);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 14, 0)) {
        return xs_skip_fields(r, at, end, fields - 14, 1);
    }
    return at;
}

static int write_welcome(xs_writer *w, const xs_msg_welcome *o) {
    if (__builtin_expect(o->library_bytes > 64, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "welcome: library", o->library_bytes,
                                64);
    }
    if (__builtin_expect(o->devices_count > 16, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_ELEMENTS, "welcome: devices", o->devices_count,
                                16);
    }
    const size_t start = w->used;
    uint8_t *at = xs_room(w, 102 + (size_t)o->library_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 15);
    at = xs_put_unsigned(at, 64);
    at = xs_put_unsigned(at, o->session);
    at = xs_put_unsigned(at, o->protocol_minor);
    at = xs_put_str(at, o->library, o->library_bytes);
    at = xs_put_unsigned(at, o->priority_class);
    at = xs_put_unsigned(at, o->epoch);
    at = xs_put_unsigned(at, o->status_bytes);
    at = xs_put_unsigned(at, o->waiters_bytes);
    at = xs_put_unsigned(at, o->host_base);
    at = xs_put_unsigned(at, o->host_bytes);
    at = xs_put_unsigned(at, o->va_base);
    at = xs_put_unsigned(at, o->va_bytes);
    at = xs_put_unsigned(at, o->memory_bytes_max);
    at = xs_put_unsigned(at, o->queued_operations_max);
    at = xs_put_array(at, o->devices_count);
    xs_wrote(w, at);
    for (uint32_t i = 0; i < o->devices_count; i++) {
        if (write_device_properties(w, &o->devices[i]) != 0) {
            w->used = start;
            return -1;
        }
    }
    at = w->data + w->used;
    xs_wrote(w, at);
    return 0;
}
_Static_assert(16 * sizeof(xs_device_properties) + 8 <= 65536, "welcome: scratch");

static const char *const refused_names[] = {"reason", "message"};
static const uint8_t *read_refused(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_refused *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, refused_names, fields);
    }
    at = xs_get_str(r, at, end, "reason", 64, &o->reason, &o->reason_bytes);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_refused(xs_writer *w, const xs_msg_refused *o) {
    if (__builtin_expect(o->reason_bytes > 64, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "refused: reason", o->reason_bytes,
                                64);
    }
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "refused: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 15 + (size_t)o->reason_bytes + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 65);
    at = xs_put_str(at, o->reason, o->reason_bytes);
    at = xs_put_str(at, o->message, o->message_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const protocol_error_names[] = {"message"};
static const uint8_t *read_protocol_error(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_protocol_error *o) {
    if (__builtin_expect(fields < 1, 0)) {
        return xs_blame_missing(r, protocol_error_names, fields);
    }
    at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
    if (at == NULL) {
        return NULL;
    }
    o->seq = 0;
    if (fields > 1) {
        at = xs_get_u64(r, at, end, "seq", UINT64_MAX, &o->seq);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_protocol_error(xs_writer *w, const xs_msg_protocol_error *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "protocol_error: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 19 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 66);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->seq);
    xs_wrote(w, at);
    return 0;
}

static const char *const fault_names[] = {"result", "message"};
static const uint8_t *read_fault(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_fault *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, fault_names, fields);
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
    if (at == NULL) {
        return NULL;
    }
    if (__builtin_expect(fields > 2, 0)) {
        return xs_skip_fields(r, at, end, fields - 2, 1);
    }
    return at;
}

static int write_fault(xs_writer *w, const xs_msg_fault *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "fault: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 15 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 3);
    at = xs_put_unsigned(at, 67);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const device_names[] = {"call", "result"};
static const uint8_t *read_device(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_device *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, device_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->properties = NULL;
    o->properties_count = 0;
    if (fields > 3) {
        at = read_list_of_device_properties(r, at, end, "properties", 1,
            &o->properties, &o->properties_count);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_device(xs_writer *w, const xs_msg_device *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "device: message", o->message_bytes,
                                8192);
    }
    if (__builtin_expect(o->properties_count > 1, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_ELEMENTS, "device: properties", o->properties_count,
                                1);
    }
    const size_t start = w->used;
    uint8_t *at = xs_room(w, 25 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 74);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_array(at, o->properties_count);
    xs_wrote(w, at);
    for (uint32_t i = 0; i < o->properties_count; i++) {
        if (write_device_properties(w, &o->properties[i]) != 0) {
            w->used = start;
            return -1;
        }
    }
    at = w->data + w->used;
    xs_wrote(w, at);
    return 0;
}
_Static_assert(1 * sizeof(xs_device_properties) + 8 <= 65536, "device: scratch");

static const char *const allocated_names[] = {"call", "result"};
static const uint8_t *read_allocated(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_allocated *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, allocated_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->address = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_allocated(xs_writer *w, const xs_msg_allocated *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "allocated: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 29 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 75);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->address);
    xs_wrote(w, at);
    return 0;
}

static const char *const done_names[] = {"call", "result"};
static const uint8_t *read_done(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_done *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, done_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 3, 0)) {
        return xs_skip_fields(r, at, end, fields - 3, 1);
    }
    return at;
}

static int write_done(xs_writer *w, const xs_msg_done *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "done: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 20 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 4);
    at = xs_put_unsigned(at, 76);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const module_names[] = {"call", "result"};
static const uint8_t *read_module(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_module *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, module_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->bytes_needed = 0;
    if (fields > 3) {
        at = xs_get_bool(r, at, end, "bytes_needed", 1, &o->bytes_needed);
        if (at == NULL) {
            return NULL;
        }
    }
    o->log = (const uint8_t *)"";
    o->log_bytes = 0;
    if (fields > 4) {
        at = xs_get_str(r, at, end, "log", 8192, &o->log, &o->log_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 5, 0)) {
        return xs_skip_fields(r, at, end, fields - 5, 1);
    }
    return at;
}

static int write_module(xs_writer *w, const xs_msg_module *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "module: message", o->message_bytes,
                                8192);
    }
    if (__builtin_expect(o->log_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "module: log", o->log_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 26 + (size_t)o->message_bytes + (size_t)o->log_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 6);
    at = xs_put_unsigned(at, 77);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_bool(at, o->bytes_needed);
    at = xs_put_str(at, o->log, o->log_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const function_names[] = {"call", "result"};
static const uint8_t *read_function(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_function *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, function_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->param_offsets = NULL;
    o->param_offsets_count = 0;
    if (fields > 3) {
        at = read_u32_list(r, at, end, "param_offsets", 4096,
            &o->param_offsets, &o->param_offsets_count);
        if (at == NULL) {
            return NULL;
        }
    }
    o->param_sizes = NULL;
    o->param_sizes_count = 0;
    if (fields > 4) {
        at = read_u32_list(r, at, end, "param_sizes", 4096,
            &o->param_sizes, &o->param_sizes_count);
        if (at == NULL) {
            return NULL;
        }
    }
    o->param_bytes = 0;
    if (fields > 5) {
        at = xs_get_u32(r, at, end, "param_bytes", UINT32_MAX, &o->param_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->threads_max = 0;
    if (fields > 6) {
        at = xs_get_u32(r, at, end, "threads_max", UINT32_MAX, &o->threads_max);
        if (at == NULL) {
            return NULL;
        }
    }
    o->static_shared_bytes = 0;
    if (fields > 7) {
        at = xs_get_u32(r, at, end, "static_shared_bytes", UINT32_MAX,
            &o->static_shared_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->registers = 0;
    if (fields > 8) {
        at = xs_get_u32(r, at, end, "registers", UINT32_MAX, &o->registers);
        if (at == NULL) {
            return NULL;
        }
    }
    o->local_bytes = 0;
    if (fields > 9) {
        at = xs_get_u32(r, at, end, "local_bytes", UINT32_MAX, &o->local_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->attributes = (const uint8_t *)"";
    o->attributes_bytes = 0;
    if (fields > 10) {
        at = xs_get_bin(r, at, end, "attributes", 256,
            &o->attributes, &o->attributes_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 11, 0)) {
        return xs_skip_fields(r, at, end, fields - 11, 1);
    }
    return at;
}

static int write_function(xs_writer *w, const xs_msg_function *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "function: message", o->message_bytes,
                                8192);
    }
    if (__builtin_expect(o->param_offsets_count > 4096, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_ELEMENTS, "function: param_offsets",
                o->param_offsets_count,
                                4096);
    }
    if (__builtin_expect(o->param_sizes_count > 4096, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_ELEMENTS, "function: param_sizes",
                o->param_sizes_count,
                                4096);
    }
    if (__builtin_expect(o->attributes_bytes > 256, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "function: attributes", o->attributes_bytes,
                                256);
    }
    uint8_t *at = xs_room(w, 60 + (size_t)o->message_bytes + 5 * (size_t)o->param_offsets_count
            + 5 * (size_t)o->param_sizes_count + (size_t)o->attributes_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 12);
    at = xs_put_unsigned(at, 78);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = put_u32_list(at, o->param_offsets, o->param_offsets_count);
    at = put_u32_list(at, o->param_sizes, o->param_sizes_count);
    at = xs_put_unsigned(at, o->param_bytes);
    at = xs_put_unsigned(at, o->threads_max);
    at = xs_put_unsigned(at, o->static_shared_bytes);
    at = xs_put_unsigned(at, o->registers);
    at = xs_put_unsigned(at, o->local_bytes);
    at = xs_put_bin(at, o->attributes, o->attributes_bytes);
    xs_wrote(w, at);
    return 0;
}
_Static_assert(4096 * sizeof(uint32_t) + 8 + 4096 * sizeof(uint32_t) + 8 <= 65536,
        "function: scratch");

static const char *const memory_names[] = {"call", "result"};
static const uint8_t *read_memory(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_memory *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, memory_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->free_bytes = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "free_bytes", UINT64_MAX, &o->free_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->total_bytes = 0;
    if (fields > 4) {
        at = xs_get_u64(r, at, end, "total_bytes", UINT64_MAX, &o->total_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->used_ns = 0;
    if (fields > 5) {
        at = xs_get_u64(r, at, end, "used_ns", UINT64_MAX, &o->used_ns);
        if (at == NULL) {
            return NULL;
        }
    }
    o->time_ns = 0;
    if (fields > 6) {
        at = xs_get_u64(r, at, end, "time_ns", UINT64_MAX, &o->time_ns);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 7, 0)) {
        return xs_skip_fields(r, at, end, fields - 7, 1);
    }
    return at;
}

static int write_memory(xs_writer *w, const xs_msg_memory *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "memory: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 56 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 8);
    at = xs_put_unsigned(at, 79);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->free_bytes);
    at = xs_put_unsigned(at, o->total_bytes);
    at = xs_put_unsigned(at, o->used_ns);
    at = xs_put_unsigned(at, o->time_ns);
    xs_wrote(w, at);
    return 0;
}

static const char *const elapsed_names[] = {"call", "result"};
static const uint8_t *read_elapsed(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_elapsed *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, elapsed_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->elapsed_ns = 0;
    if (fields > 3) {
        at = xs_get_i64(r, at, end, "elapsed_ns", INT64_MAX, &o->elapsed_ns);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_elapsed(xs_writer *w, const xs_msg_elapsed *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "elapsed: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 29 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 80);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_signed(at, o->elapsed_ns);
    xs_wrote(w, at);
    return 0;
}

static const char *const error_taken_names[] = {"call", "result"};
static const uint8_t *read_error_taken(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_error_taken *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, error_taken_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->seq = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "seq", UINT64_MAX, &o->seq);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_error_taken(xs_writer *w, const xs_msg_error_taken *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "error_taken: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 29 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 81);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->seq);
    xs_wrote(w, at);
    return 0;
}

static const char *const attributes_names[] = {"call", "result"};
static const uint8_t *read_attributes(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_attributes *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, attributes_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->values = (const uint8_t *)"";
    o->values_bytes = 0;
    if (fields > 3) {
        at = xs_get_bin(r, at, end, "values", 2048, &o->values, &o->values_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->granularity_bytes = 0;
    if (fields > 4) {
        at = xs_get_u64(r, at, end, "granularity_bytes", UINT64_MAX, &o->granularity_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 5, 0)) {
        return xs_skip_fields(r, at, end, fields - 5, 1);
    }
    return at;
}

static int write_attributes(xs_writer *w, const xs_msg_attributes *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "attributes: message", o->message_bytes,
                                8192);
    }
    if (__builtin_expect(o->values_bytes > 2048, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "attributes: values", o->values_bytes,
                                2048);
    }
    uint8_t *at = xs_room(w, 34 + (size_t)o->message_bytes + (size_t)o->values_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 6);
    at = xs_put_unsigned(at, 104);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_bin(at, o->values, o->values_bytes);
    at = xs_put_unsigned(at, o->granularity_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const variable_names[] = {"call", "result"};
static const uint8_t *read_variable(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_variable *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, variable_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->address = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "address", UINT64_MAX, &o->address);
        if (at == NULL) {
            return NULL;
        }
    }
    o->bytes = 0;
    if (fields > 4) {
        at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 5, 0)) {
        return xs_skip_fields(r, at, end, fields - 5, 1);
    }
    return at;
}

static int write_variable(xs_writer *w, const xs_msg_variable *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "variable: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 38 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 6);
    at = xs_put_unsigned(at, 105);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->address);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const functions_names[] = {"call", "result"};
static const uint8_t *read_functions(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_functions *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, functions_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->count = 0;
    if (fields > 3) {
        at = xs_get_u32(r, at, end, "count", UINT32_MAX, &o->count);
        if (at == NULL) {
            return NULL;
        }
    }
    o->names = (const uint8_t *)"";
    o->names_bytes = 0;
    if (fields > 4) {
        at = xs_get_bin(r, at, end, "names", 65536, &o->names, &o->names_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 5, 0)) {
        return xs_skip_fields(r, at, end, fields - 5, 1);
    }
    return at;
}

static int write_functions(xs_writer *w, const xs_msg_functions *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "functions: message", o->message_bytes,
                                8192);
    }
    if (__builtin_expect(o->names_bytes > 65536, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "functions: names", o->names_bytes,
                                65536);
    }
    uint8_t *at = xs_room(w, 30 + (size_t)o->message_bytes + (size_t)o->names_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 6);
    at = xs_put_unsigned(at, 106);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->count);
    at = xs_put_bin(at, o->names, o->names_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const linked_names[] = {"call", "result"};
static const uint8_t *read_linked(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_linked *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, linked_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->bytes = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_linked(xs_writer *w, const xs_msg_linked *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "linked: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 29 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 107);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const occupancy_names[] = {"call", "result"};
static const uint8_t *read_occupancy(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_occupancy *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, occupancy_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->value = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "value", UINT64_MAX, &o->value);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_occupancy(xs_writer *w, const xs_msg_occupancy *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "occupancy: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 29 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 108);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->value);
    xs_wrote(w, at);
    return 0;
}

static const char *const tensor_map_names[] = {"call", "result"};
static const uint8_t *read_tensor_map(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_tensor_map *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, tensor_map_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->map = (const uint8_t *)"";
    o->map_bytes = 0;
    if (fields > 3) {
        at = xs_get_bin(r, at, end, "map", 128, &o->map, &o->map_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_tensor_map(xs_writer *w, const xs_msg_tensor_map *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "tensor_map: message", o->message_bytes,
                                8192);
    }
    if (__builtin_expect(o->map_bytes > 128, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "tensor_map: map", o->map_bytes,
                                128);
    }
    uint8_t *at = xs_room(w, 25 + (size_t)o->message_bytes + (size_t)o->map_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 109);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_bin(at, o->map, o->map_bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const limit_names[] = {"call", "result"};
static const uint8_t *read_limit(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_limit *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, limit_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->value = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "value", UINT64_MAX, &o->value);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_limit(xs_writer *w, const xs_msg_limit *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "limit: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 29 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 110);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->value);
    xs_wrote(w, at);
    return 0;
}

static const char *const texture_names[] = {"call", "result"};
static const uint8_t *read_texture(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_texture *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, texture_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->object = 0;
    if (fields > 3) {
        at = xs_get_u64(r, at, end, "object", UINT64_MAX, &o->object);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 4, 0)) {
        return xs_skip_fields(r, at, end, fields - 4, 1);
    }
    return at;
}

static int write_texture(xs_writer *w, const xs_msg_texture *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "texture: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 29 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 5);
    at = xs_put_unsigned(at, 111);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->object);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_instantiated_names[] = {"call", "result"};
static const uint8_t *read_graph_instantiated(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_graph_instantiated *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, graph_instantiated_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->node = 4294967295;
    if (fields > 3) {
        at = xs_get_u32(r, at, end, "node", UINT32_MAX, &o->node);
        if (at == NULL) {
            return NULL;
        }
    }
    o->segments = 0;
    if (fields > 4) {
        at = xs_get_u32(r, at, end, "segments", UINT32_MAX, &o->segments);
        if (at == NULL) {
            return NULL;
        }
    }
    o->bytes = 0;
    if (fields > 5) {
        at = xs_get_u64(r, at, end, "bytes", UINT64_MAX, &o->bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 6, 0)) {
        return xs_skip_fields(r, at, end, fields - 6, 1);
    }
    return at;
}

static int write_graph_instantiated(xs_writer *w, const xs_msg_graph_instantiated *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "graph_instantiated: message",
                o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 39 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 7);
    at = xs_put_unsigned(at, 96);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->node);
    at = xs_put_unsigned(at, o->segments);
    at = xs_put_unsigned(at, o->bytes);
    xs_wrote(w, at);
    return 0;
}

static const char *const graph_updated_names[] = {"call", "result"};
static const uint8_t *read_graph_updated(xs_reader *r, const uint8_t *at,
    const uint8_t *end, uint32_t fields,
    xs_msg_graph_updated *o) {
    if (__builtin_expect(fields < 2, 0)) {
        return xs_blame_missing(r, graph_updated_names, fields);
    }
    at = xs_get_u32(r, at, end, "call", UINT32_MAX, &o->call);
    if (at == NULL) {
        return NULL;
    }
    at = xs_get_i32(r, at, end, "result", INT32_MAX, &o->result);
    if (at == NULL) {
        return NULL;
    }
    o->message = (const uint8_t *)"";
    o->message_bytes = 0;
    if (fields > 2) {
        at = xs_get_str(r, at, end, "message", 8192, &o->message, &o->message_bytes);
        if (at == NULL) {
            return NULL;
        }
    }
    o->node = 4294967295;
    if (fields > 3) {
        at = xs_get_u32(r, at, end, "node", UINT32_MAX, &o->node);
        if (at == NULL) {
            return NULL;
        }
    }
    o->update_result = 1;
    if (fields > 4) {
        at = xs_get_u32(r, at, end, "update_result", UINT32_MAX, &o->update_result);
        if (at == NULL) {
            return NULL;
        }
    }
    o->segments = 0;
    if (fields > 5) {
        at = xs_get_u32(r, at, end, "segments", UINT32_MAX, &o->segments);
        if (at == NULL) {
            return NULL;
        }
    }
    if (__builtin_expect(fields > 6, 0)) {
        return xs_skip_fields(r, at, end, fields - 6, 1);
    }
    return at;
}

static int write_graph_updated(xs_writer *w, const xs_msg_graph_updated *o) {
    if (__builtin_expect(o->message_bytes > 8192, 0)) {
        return xs_writer_refuse(w, XS_PROBLEM_BYTES, "graph_updated: message", o->message_bytes,
                                8192);
    }
    uint8_t *at = xs_room(w, 35 + (size_t)o->message_bytes);
    if (at == NULL) {
        return -1;
    }
    at = xs_put_array(at, 7);
    at = xs_put_unsigned(at, 97);
    at = xs_put_unsigned(at, o->call);
    at = xs_put_signed(at, o->result);
    at = xs_put_str(at, o->message, o->message_bytes);
    at = xs_put_unsigned(at, o->node);
    at = xs_put_unsigned(at, o->update_result);
    at = xs_put_unsigned(at, o->segments);
    xs_wrote(w, at);
    return 0;
}

const char *xs_message_name(uint8_t kind) {
    switch (kind) {
    case 1:
        return "hello";
    case 2:
        return "submit";
    case 10:
        return "device_get";
    case 11:
        return "allocate";
    case 12:
        return "free";
    case 13:
        return "module_load";
    case 14:
        return "module_unload";
    case 15:
        return "function_get";
    case 16:
        return "memory_info";
    case 17:
        return "elapsed_time";
    case 18:
        return "error_take";
    case 19:
        return "function_attribute_set";
    case 20:
        return "host_register";
    case 21:
        return "goodbye";
    case 22:
        return "hint_set";
    case 32:
        return "attributes_get";
    case 33:
        return "variable_get";
    case 34:
        return "functions_list";
    case 35:
        return "link";
    case 36:
        return "occupancy_get";
    case 37:
        return "tensor_map_encode";
    case 38:
        return "limit_set";
    case 39:
        return "limit_get";
    case 50:
        return "address_reserve";
    case 51:
        return "address_free";
    case 52:
        return "memory_create";
    case 53:
        return "memory_release";
    case 54:
        return "memory_map";
    case 55:
        return "memory_unmap";
    case 56:
        return "memory_access_set";
    case 57:
        return "array_create";
    case 58:
        return "array_destroy";
    case 59:
        return "array_copy";
    case 60:
        return "texture_create";
    case 61:
        return "texture_destroy";
    case 40:
        return "graph_instantiate";
    case 41:
        return "graph_update";
    case 64:
        return "welcome";
    case 65:
        return "refused";
    case 66:
        return "protocol_error";
    case 67:
        return "fault";
    case 74:
        return "device";
    case 75:
        return "allocated";
    case 76:
        return "done";
    case 77:
        return "module";
    case 78:
        return "function";
    case 79:
        return "memory";
    case 80:
        return "elapsed";
    case 81:
        return "error_taken";
    case 104:
        return "attributes";
    case 105:
        return "variable";
    case 106:
        return "functions";
    case 107:
        return "linked";
    case 108:
        return "occupancy";
    case 109:
        return "tensor_map";
    case 110:
        return "limit";
    case 111:
        return "texture";
    case 96:
        return "graph_instantiated";
    case 97:
        return "graph_updated";
    default:
        return NULL;
    }
}

int xs_decode_message(xs_reader *r, xs_message *message) {
    const uint8_t *end = r->data + r->size;
    uint32_t fields;
    message->kind = 0;
    if (r->error != XS_PROBLEM_NONE) {
        return -1;
    }
    if (r->size > XS_FRAME_BYTES_MAX) {
        return xs_reader_fail(r, XS_PROBLEM_BYTES, "frame: %zu bytes, at most %d",
                              r->size, XS_FRAME_BYTES_MAX);
    }
    const uint8_t *at =
        xs_get_record(r, r->data + r->at, end, "message", &message->kind, &fields);
    if (at == NULL) {
        return xs_reader_inside(r, "frame: ");
    }
    switch (message->kind) {
    case 1:
        at = read_hello(r, at, end, fields, &message->u.hello);
        break;
    case 2:
        at = read_submit(r, at, end, fields, &message->u.submit);
        break;
    case 10:
        at = read_device_get(r, at, end, fields, &message->u.device_get);
        break;
    case 11:
        at = read_allocate(r, at, end, fields, &message->u.allocate);
        break;
    case 12:
        at = read_free(r, at, end, fields, &message->u.free);
        break;
    case 13:
        at = read_module_load(r, at, end, fields, &message->u.module_load);
        break;
    case 14:
        at = read_module_unload(r, at, end, fields, &message->u.module_unload);
        break;
    case 15:
        at = read_function_get(r, at, end, fields, &message->u.function_get);
        break;
    case 16:
        at = read_memory_info(r, at, end, fields, &message->u.memory_info);
        break;
    case 17:
        at = read_elapsed_time(r, at, end, fields, &message->u.elapsed_time);
        break;
    case 18:
        at = read_error_take(r, at, end, fields, &message->u.error_take);
        break;
    case 19:
        at = read_function_attribute_set(r, at, end, fields, &message->u.function_attribute_set);
        break;
    case 20:
        at = read_host_register(r, at, end, fields, &message->u.host_register);
        break;
    case 21:
        at = read_goodbye(r, at, end, fields, &message->u.goodbye);
        break;
    case 22:
        at = read_hint_set(r, at, end, fields, &message->u.hint_set);
        break;
    case 32:
        at = read_attributes_get(r, at, end, fields, &message->u.attributes_get);
        break;
    case 33:
        at = read_variable_get(r, at, end, fields, &message->u.variable_get);
        break;
    case 34:
        at = read_functions_list(r, at, end, fields, &message->u.functions_list);
        break;
    case 35:
        at = read_link(r, at, end, fields, &message->u.link);
        break;
    case 36:
        at = read_occupancy_get(r, at, end, fields, &message->u.occupancy_get);
        break;
    case 37:
        at = read_tensor_map_encode(r, at, end, fields, &message->u.tensor_map_encode);
        break;
    case 38:
        at = read_limit_set(r, at, end, fields, &message->u.limit_set);
        break;
    case 39:
        at = read_limit_get(r, at, end, fields, &message->u.limit_get);
        break;
    case 50:
        at = read_address_reserve(r, at, end, fields, &message->u.address_reserve);
        break;
    case 51:
        at = read_address_free(r, at, end, fields, &message->u.address_free);
        break;
    case 52:
        at = read_memory_create(r, at, end, fields, &message->u.memory_create);
        break;
    case 53:
        at = read_memory_release(r, at, end, fields, &message->u.memory_release);
        break;
    case 54:
        at = read_memory_map(r, at, end, fields, &message->u.memory_map);
        break;
    case 55:
        at = read_memory_unmap(r, at, end, fields, &message->u.memory_unmap);
        break;
    case 56:
        at = read_memory_access_set(r, at, end, fields, &message->u.memory_access_set);
        break;
    case 57:
        at = read_array_create(r, at, end, fields, &message->u.array_create);
        break;
    case 58:
        at = read_array_destroy(r, at, end, fields, &message->u.array_destroy);
        break;
    case 59:
        at = read_array_copy(r, at, end, fields, &message->u.array_copy);
        break;
    case 60:
        at = read_texture_create(r, at, end, fields, &message->u.texture_create);
        break;
    case 61:
        at = read_texture_destroy(r, at, end, fields, &message->u.texture_destroy);
        break;
    case 40:
        at = read_graph_instantiate(r, at, end, fields, &message->u.graph_instantiate);
        break;
    case 41:
        at = read_graph_update(r, at, end, fields, &message->u.graph_update);
        break;
    case 64:
        at = read_welcome(r, at, end, fields, &message->u.welcome);
        break;
    case 65:
        at = read_refused(r, at, end, fields, &message->u.refused);
        break;
    case 66:
        at = read_protocol_error(r, at, end, fields, &message->u.protocol_error);
        break;
    case 67:
        at = read_fault(r, at, end, fields, &message->u.fault);
        break;
    case 74:
        at = read_device(r, at, end, fields, &message->u.device);
        break;
    case 75:
        at = read_allocated(r, at, end, fields, &message->u.allocated);
        break;
    case 76:
        at = read_done(r, at, end, fields, &message->u.done);
        break;
    case 77:
        at = read_module(r, at, end, fields, &message->u.module);
        break;
    case 78:
        at = read_function(r, at, end, fields, &message->u.function);
        break;
    case 79:
        at = read_memory(r, at, end, fields, &message->u.memory);
        break;
    case 80:
        at = read_elapsed(r, at, end, fields, &message->u.elapsed);
        break;
    case 81:
        at = read_error_taken(r, at, end, fields, &message->u.error_taken);
        break;
    case 104:
        at = read_attributes(r, at, end, fields, &message->u.attributes);
        break;
    case 105:
        at = read_variable(r, at, end, fields, &message->u.variable);
        break;
    case 106:
        at = read_functions(r, at, end, fields, &message->u.functions);
        break;
    case 107:
        at = read_linked(r, at, end, fields, &message->u.linked);
        break;
    case 108:
        at = read_occupancy(r, at, end, fields, &message->u.occupancy);
        break;
    case 109:
        at = read_tensor_map(r, at, end, fields, &message->u.tensor_map);
        break;
    case 110:
        at = read_limit(r, at, end, fields, &message->u.limit);
        break;
    case 111:
        at = read_texture(r, at, end, fields, &message->u.texture);
        break;
    case 96:
        at = read_graph_instantiated(r, at, end, fields, &message->u.graph_instantiated);
        break;
    case 97:
        at = read_graph_updated(r, at, end, fields, &message->u.graph_updated);
        break;
    default:
        xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "unknown message %d", message->kind);
        return xs_reader_inside(r, "frame: ");
    }
    if (at == NULL || xs_reader_finish(r, at) != 0) {
        return xs_reader_inside(r, "%s: ", xs_message_name(message->kind));
    }
    return 0;
}

int xs_encode_message(xs_writer *w, const xs_message *message) {
    switch (message->kind) {
    case 1:
        return write_hello(w, &message->u.hello);
    case 2:
        return write_submit(w, &message->u.submit);
    case 10:
        return write_device_get(w, &message->u.device_get);
    case 11:
        return write_allocate(w, &message->u.allocate);
    case 12:
        return write_free(w, &message->u.free);
    case 13:
        return write_module_load(w, &message->u.module_load);
    case 14:
        return write_module_unload(w, &message->u.module_unload);
    case 15:
        return write_function_get(w, &message->u.function_get);
    case 16:
        return write_memory_info(w, &message->u.memory_info);
    case 17:
        return write_elapsed_time(w, &message->u.elapsed_time);
    case 18:
        return write_error_take(w, &message->u.error_take);
    case 19:
        return write_function_attribute_set(w, &message->u.function_attribute_set);
    case 20:
        return write_host_register(w, &message->u.host_register);
    case 21:
        return write_goodbye(w, &message->u.goodbye);
    case 22:
        return write_hint_set(w, &message->u.hint_set);
    case 32:
        return write_attributes_get(w, &message->u.attributes_get);
    case 33:
        return write_variable_get(w, &message->u.variable_get);
    case 34:
        return write_functions_list(w, &message->u.functions_list);
    case 35:
        return write_link(w, &message->u.link);
    case 36:
        return write_occupancy_get(w, &message->u.occupancy_get);
    case 37:
        return write_tensor_map_encode(w, &message->u.tensor_map_encode);
    case 38:
        return write_limit_set(w, &message->u.limit_set);
    case 39:
        return write_limit_get(w, &message->u.limit_get);
    case 50:
        return write_address_reserve(w, &message->u.address_reserve);
    case 51:
        return write_address_free(w, &message->u.address_free);
    case 52:
        return write_memory_create(w, &message->u.memory_create);
    case 53:
        return write_memory_release(w, &message->u.memory_release);
    case 54:
        return write_memory_map(w, &message->u.memory_map);
    case 55:
        return write_memory_unmap(w, &message->u.memory_unmap);
    case 56:
        return write_memory_access_set(w, &message->u.memory_access_set);
    case 57:
        return write_array_create(w, &message->u.array_create);
    case 58:
        return write_array_destroy(w, &message->u.array_destroy);
    case 59:
        return write_array_copy(w, &message->u.array_copy);
    case 60:
        return write_texture_create(w, &message->u.texture_create);
    case 61:
        return write_texture_destroy(w, &message->u.texture_destroy);
    case 40:
        return write_graph_instantiate(w, &message->u.graph_instantiate);
    case 41:
        return write_graph_update(w, &message->u.graph_update);
    case 64:
        return write_welcome(w, &message->u.welcome);
    case 65:
        return write_refused(w, &message->u.refused);
    case 66:
        return write_protocol_error(w, &message->u.protocol_error);
    case 67:
        return write_fault(w, &message->u.fault);
    case 74:
        return write_device(w, &message->u.device);
    case 75:
        return write_allocated(w, &message->u.allocated);
    case 76:
        return write_done(w, &message->u.done);
    case 77:
        return write_module(w, &message->u.module);
    case 78:
        return write_function(w, &message->u.function);
    case 79:
        return write_memory(w, &message->u.memory);
    case 80:
        return write_elapsed(w, &message->u.elapsed);
    case 81:
        return write_error_taken(w, &message->u.error_taken);
    case 104:
        return write_attributes(w, &message->u.attributes);
    case 105:
        return write_variable(w, &message->u.variable);
    case 106:
        return write_functions(w, &message->u.functions);
    case 107:
        return write_linked(w, &message->u.linked);
    case 108:
        return write_occupancy(w, &message->u.occupancy);
    case 109:
        return write_tensor_map(w, &message->u.tensor_map);
    case 110:
        return write_limit(w, &message->u.limit);
    case 111:
        return write_texture(w, &message->u.texture);
    case 96:
        return write_graph_instantiated(w, &message->u.graph_instantiated);
    case 97:
        return write_graph_updated(w, &message->u.graph_updated);
    default:
        return xs_writer_refuse(w, XS_PROBLEM_UNKNOWN, "message", message->kind, 0);
    }
}

int xs_encode_hello(xs_writer *w, const xs_msg_hello *m) {
    return write_hello(w, m);
}

int xs_decode_hello(xs_reader *r, xs_msg_hello *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_HELLO) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where hello belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.hello;
    return 0;
}

int xs_encode_submit(xs_writer *w, const xs_msg_submit *m) {
    return write_submit(w, m);
}

int xs_decode_submit(xs_reader *r, xs_msg_submit *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_SUBMIT) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where submit belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.submit;
    return 0;
}

int xs_encode_device_get(xs_writer *w, const xs_msg_device_get *m) {
    return write_device_get(w, m);
}

int xs_decode_device_get(xs_reader *r, xs_msg_device_get *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_DEVICE_GET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where device_get belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.device_get;
    return 0;
}

int xs_encode_allocate(xs_writer *w, const xs_msg_allocate *m) {
    return write_allocate(w, m);
}

int xs_decode_allocate(xs_reader *r, xs_msg_allocate *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ALLOCATE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where allocate belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.allocate;
    return 0;
}

int xs_encode_free(xs_writer *w, const xs_msg_free *m) {
    return write_free(w, m);
}

int xs_decode_free(xs_reader *r, xs_msg_free *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_FREE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where free belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.free;
    return 0;
}

int xs_encode_module_load(xs_writer *w, const xs_msg_module_load *m) {
    return write_module_load(w, m);
}

int xs_decode_module_load(xs_reader *r, xs_msg_module_load *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MODULE_LOAD) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where module_load belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.module_load;
    return 0;
}

int xs_encode_module_unload(xs_writer *w, const xs_msg_module_unload *m) {
    return write_module_unload(w, m);
}

int xs_decode_module_unload(xs_reader *r, xs_msg_module_unload *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MODULE_UNLOAD) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where module_unload belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.module_unload;
    return 0;
}

int xs_encode_function_get(xs_writer *w, const xs_msg_function_get *m) {
    return write_function_get(w, m);
}

int xs_decode_function_get(xs_reader *r, xs_msg_function_get *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_FUNCTION_GET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where function_get belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.function_get;
    return 0;
}

int xs_encode_memory_info(xs_writer *w, const xs_msg_memory_info *m) {
    return write_memory_info(w, m);
}

int xs_decode_memory_info(xs_reader *r, xs_msg_memory_info *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MEMORY_INFO) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where memory_info belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.memory_info;
    return 0;
}

int xs_encode_elapsed_time(xs_writer *w, const xs_msg_elapsed_time *m) {
    return write_elapsed_time(w, m);
}

int xs_decode_elapsed_time(xs_reader *r, xs_msg_elapsed_time *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ELAPSED_TIME) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where elapsed_time belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.elapsed_time;
    return 0;
}

int xs_encode_error_take(xs_writer *w, const xs_msg_error_take *m) {
    return write_error_take(w, m);
}

int xs_decode_error_take(xs_reader *r, xs_msg_error_take *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ERROR_TAKE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where error_take belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.error_take;
    return 0;
}

int xs_encode_function_attribute_set(xs_writer *w, const xs_msg_function_attribute_set *m) {
    return write_function_attribute_set(w, m);
}

int xs_decode_function_attribute_set(xs_reader *r, xs_msg_function_attribute_set *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_FUNCTION_ATTRIBUTE_SET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN,
                "frame: %s where function_attribute_set belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.function_attribute_set;
    return 0;
}

int xs_encode_host_register(xs_writer *w, const xs_msg_host_register *m) {
    return write_host_register(w, m);
}

int xs_decode_host_register(xs_reader *r, xs_msg_host_register *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_HOST_REGISTER) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where host_register belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.host_register;
    return 0;
}

int xs_encode_goodbye(xs_writer *w, const xs_msg_goodbye *m) {
    return write_goodbye(w, m);
}

int xs_decode_goodbye(xs_reader *r, xs_msg_goodbye *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_GOODBYE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where goodbye belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.goodbye;
    return 0;
}

int xs_encode_hint_set(xs_writer *w, const xs_msg_hint_set *m) {
    return write_hint_set(w, m);
}

int xs_decode_hint_set(xs_reader *r, xs_msg_hint_set *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_HINT_SET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where hint_set belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.hint_set;
    return 0;
}

int xs_encode_attributes_get(xs_writer *w, const xs_msg_attributes_get *m) {
    return write_attributes_get(w, m);
}

int xs_decode_attributes_get(xs_reader *r, xs_msg_attributes_get *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ATTRIBUTES_GET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where attributes_get belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.attributes_get;
    return 0;
}

int xs_encode_variable_get(xs_writer *w, const xs_msg_variable_get *m) {
    return write_variable_get(w, m);
}

int xs_decode_variable_get(xs_reader *r, xs_msg_variable_get *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_VARIABLE_GET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where variable_get belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.variable_get;
    return 0;
}

int xs_encode_functions_list(xs_writer *w, const xs_msg_functions_list *m) {
    return write_functions_list(w, m);
}

int xs_decode_functions_list(xs_reader *r, xs_msg_functions_list *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_FUNCTIONS_LIST) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where functions_list belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.functions_list;
    return 0;
}

int xs_encode_link(xs_writer *w, const xs_msg_link *m) {
    return write_link(w, m);
}

int xs_decode_link(xs_reader *r, xs_msg_link *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_LINK) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where link belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.link;
    return 0;
}

int xs_encode_occupancy_get(xs_writer *w, const xs_msg_occupancy_get *m) {
    return write_occupancy_get(w, m);
}

int xs_decode_occupancy_get(xs_reader *r, xs_msg_occupancy_get *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_OCCUPANCY_GET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where occupancy_get belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.occupancy_get;
    return 0;
}

int xs_encode_tensor_map_encode(xs_writer *w, const xs_msg_tensor_map_encode *m) {
    return write_tensor_map_encode(w, m);
}

int xs_decode_tensor_map_encode(xs_reader *r, xs_msg_tensor_map_encode *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_TENSOR_MAP_ENCODE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where tensor_map_encode belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.tensor_map_encode;
    return 0;
}

int xs_encode_limit_set(xs_writer *w, const xs_msg_limit_set *m) {
    return write_limit_set(w, m);
}

int xs_decode_limit_set(xs_reader *r, xs_msg_limit_set *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_LIMIT_SET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where limit_set belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.limit_set;
    return 0;
}

int xs_encode_limit_get(xs_writer *w, const xs_msg_limit_get *m) {
    return write_limit_get(w, m);
}

int xs_decode_limit_get(xs_reader *r, xs_msg_limit_get *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_LIMIT_GET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where limit_get belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.limit_get;
    return 0;
}

int xs_encode_address_reserve(xs_writer *w, const xs_msg_address_reserve *m) {
    return write_address_reserve(w, m);
}

int xs_decode_address_reserve(xs_reader *r, xs_msg_address_reserve *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ADDRESS_RESERVE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where address_reserve belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.address_reserve;
    return 0;
}

int xs_encode_address_free(xs_writer *w, const xs_msg_address_free *m) {
    return write_address_free(w, m);
}

int xs_decode_address_free(xs_reader *r, xs_msg_address_free *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ADDRESS_FREE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where address_free belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.address_free;
    return 0;
}

int xs_encode_memory_create(xs_writer *w, const xs_msg_memory_create *m) {
    return write_memory_create(w, m);
}

int xs_decode_memory_create(xs_reader *r, xs_msg_memory_create *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MEMORY_CREATE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where memory_create belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.memory_create;
    return 0;
}

int xs_encode_memory_release(xs_writer *w, const xs_msg_memory_release *m) {
    return write_memory_release(w, m);
}

int xs_decode_memory_release(xs_reader *r, xs_msg_memory_release *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MEMORY_RELEASE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where memory_release belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.memory_release;
    return 0;
}

int xs_encode_memory_map(xs_writer *w, const xs_msg_memory_map *m) {
    return write_memory_map(w, m);
}

int xs_decode_memory_map(xs_reader *r, xs_msg_memory_map *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MEMORY_MAP) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where memory_map belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.memory_map;
    return 0;
}

int xs_encode_memory_unmap(xs_writer *w, const xs_msg_memory_unmap *m) {
    return write_memory_unmap(w, m);
}

int xs_decode_memory_unmap(xs_reader *r, xs_msg_memory_unmap *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MEMORY_UNMAP) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where memory_unmap belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.memory_unmap;
    return 0;
}

int xs_encode_memory_access_set(xs_writer *w, const xs_msg_memory_access_set *m) {
    return write_memory_access_set(w, m);
}

int xs_decode_memory_access_set(xs_reader *r, xs_msg_memory_access_set *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MEMORY_ACCESS_SET) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where memory_access_set belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.memory_access_set;
    return 0;
}

int xs_encode_array_create(xs_writer *w, const xs_msg_array_create *m) {
    return write_array_create(w, m);
}

int xs_decode_array_create(xs_reader *r, xs_msg_array_create *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ARRAY_CREATE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where array_create belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.array_create;
    return 0;
}

int xs_encode_array_destroy(xs_writer *w, const xs_msg_array_destroy *m) {
    return write_array_destroy(w, m);
}

int xs_decode_array_destroy(xs_reader *r, xs_msg_array_destroy *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ARRAY_DESTROY) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where array_destroy belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.array_destroy;
    return 0;
}

int xs_encode_array_copy(xs_writer *w, const xs_msg_array_copy *m) {
    return write_array_copy(w, m);
}

int xs_decode_array_copy(xs_reader *r, xs_msg_array_copy *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ARRAY_COPY) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where array_copy belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.array_copy;
    return 0;
}

int xs_encode_texture_create(xs_writer *w, const xs_msg_texture_create *m) {
    return write_texture_create(w, m);
}

int xs_decode_texture_create(xs_reader *r, xs_msg_texture_create *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_TEXTURE_CREATE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where texture_create belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.texture_create;
    return 0;
}

int xs_encode_texture_destroy(xs_writer *w, const xs_msg_texture_destroy *m) {
    return write_texture_destroy(w, m);
}

int xs_decode_texture_destroy(xs_reader *r, xs_msg_texture_destroy *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_TEXTURE_DESTROY) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where texture_destroy belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.texture_destroy;
    return 0;
}

int xs_encode_graph_instantiate(xs_writer *w, const xs_msg_graph_instantiate *m) {
    return write_graph_instantiate(w, m);
}

int xs_decode_graph_instantiate(xs_reader *r, xs_msg_graph_instantiate *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_GRAPH_INSTANTIATE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where graph_instantiate belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.graph_instantiate;
    return 0;
}

int xs_encode_graph_update(xs_writer *w, const xs_msg_graph_update *m) {
    return write_graph_update(w, m);
}

int xs_decode_graph_update(xs_reader *r, xs_msg_graph_update *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_GRAPH_UPDATE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where graph_update belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.graph_update;
    return 0;
}

int xs_encode_welcome(xs_writer *w, const xs_msg_welcome *m) {
    return write_welcome(w, m);
}

int xs_decode_welcome(xs_reader *r, xs_msg_welcome *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_WELCOME) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where welcome belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.welcome;
    return 0;
}

int xs_encode_refused(xs_writer *w, const xs_msg_refused *m) {
    return write_refused(w, m);
}

int xs_decode_refused(xs_reader *r, xs_msg_refused *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_REFUSED) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where refused belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.refused;
    return 0;
}

int xs_encode_protocol_error(xs_writer *w, const xs_msg_protocol_error *m) {
    return write_protocol_error(w, m);
}

int xs_decode_protocol_error(xs_reader *r, xs_msg_protocol_error *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_PROTOCOL_ERROR) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where protocol_error belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.protocol_error;
    return 0;
}

int xs_encode_fault(xs_writer *w, const xs_msg_fault *m) {
    return write_fault(w, m);
}

int xs_decode_fault(xs_reader *r, xs_msg_fault *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_FAULT) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where fault belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.fault;
    return 0;
}

int xs_encode_device(xs_writer *w, const xs_msg_device *m) {
    return write_device(w, m);
}

int xs_decode_device(xs_reader *r, xs_msg_device *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_DEVICE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where device belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.device;
    return 0;
}

int xs_encode_allocated(xs_writer *w, const xs_msg_allocated *m) {
    return write_allocated(w, m);
}

int xs_decode_allocated(xs_reader *r, xs_msg_allocated *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ALLOCATED) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where allocated belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.allocated;
    return 0;
}

int xs_encode_done(xs_writer *w, const xs_msg_done *m) {
    return write_done(w, m);
}

int xs_decode_done(xs_reader *r, xs_msg_done *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_DONE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where done belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.done;
    return 0;
}

int xs_encode_module(xs_writer *w, const xs_msg_module *m) {
    return write_module(w, m);
}

int xs_decode_module(xs_reader *r, xs_msg_module *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MODULE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where module belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.module;
    return 0;
}

int xs_encode_function(xs_writer *w, const xs_msg_function *m) {
    return write_function(w, m);
}

int xs_decode_function(xs_reader *r, xs_msg_function *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_FUNCTION) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where function belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.function;
    return 0;
}

int xs_encode_memory(xs_writer *w, const xs_msg_memory *m) {
    return write_memory(w, m);
}

int xs_decode_memory(xs_reader *r, xs_msg_memory *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_MEMORY) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where memory belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.memory;
    return 0;
}

int xs_encode_elapsed(xs_writer *w, const xs_msg_elapsed *m) {
    return write_elapsed(w, m);
}

int xs_decode_elapsed(xs_reader *r, xs_msg_elapsed *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ELAPSED) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where elapsed belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.elapsed;
    return 0;
}

int xs_encode_error_taken(xs_writer *w, const xs_msg_error_taken *m) {
    return write_error_taken(w, m);
}

int xs_decode_error_taken(xs_reader *r, xs_msg_error_taken *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ERROR_TAKEN) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where error_taken belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.error_taken;
    return 0;
}

int xs_encode_attributes(xs_writer *w, const xs_msg_attributes *m) {
    return write_attributes(w, m);
}

int xs_decode_attributes(xs_reader *r, xs_msg_attributes *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_ATTRIBUTES) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where attributes belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.attributes;
    return 0;
}

int xs_encode_variable(xs_writer *w, const xs_msg_variable *m) {
    return write_variable(w, m);
}

int xs_decode_variable(xs_reader *r, xs_msg_variable *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_VARIABLE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where variable belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.variable;
    return 0;
}

int xs_encode_functions(xs_writer *w, const xs_msg_functions *m) {
    return write_functions(w, m);
}

int xs_decode_functions(xs_reader *r, xs_msg_functions *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_FUNCTIONS) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where functions belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.functions;
    return 0;
}

int xs_encode_linked(xs_writer *w, const xs_msg_linked *m) {
    return write_linked(w, m);
}

int xs_decode_linked(xs_reader *r, xs_msg_linked *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_LINKED) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where linked belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.linked;
    return 0;
}

int xs_encode_occupancy(xs_writer *w, const xs_msg_occupancy *m) {
    return write_occupancy(w, m);
}

int xs_decode_occupancy(xs_reader *r, xs_msg_occupancy *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_OCCUPANCY) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where occupancy belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.occupancy;
    return 0;
}

int xs_encode_tensor_map(xs_writer *w, const xs_msg_tensor_map *m) {
    return write_tensor_map(w, m);
}

int xs_decode_tensor_map(xs_reader *r, xs_msg_tensor_map *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_TENSOR_MAP) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where tensor_map belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.tensor_map;
    return 0;
}

int xs_encode_limit(xs_writer *w, const xs_msg_limit *m) {
    return write_limit(w, m);
}

int xs_decode_limit(xs_reader *r, xs_msg_limit *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_LIMIT) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where limit belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.limit;
    return 0;
}

int xs_encode_texture(xs_writer *w, const xs_msg_texture *m) {
    return write_texture(w, m);
}

int xs_decode_texture(xs_reader *r, xs_msg_texture *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_TEXTURE) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where texture belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.texture;
    return 0;
}

int xs_encode_graph_instantiated(xs_writer *w, const xs_msg_graph_instantiated *m) {
    return write_graph_instantiated(w, m);
}

int xs_decode_graph_instantiated(xs_reader *r, xs_msg_graph_instantiated *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_GRAPH_INSTANTIATED) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where graph_instantiated belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.graph_instantiated;
    return 0;
}

int xs_encode_graph_updated(xs_writer *w, const xs_msg_graph_updated *m) {
    return write_graph_updated(w, m);
}

int xs_decode_graph_updated(xs_reader *r, xs_msg_graph_updated *m) {
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {
        return -1;
    }
    if (message.kind != XS_MSG_GRAPH_UPDATED) {
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where graph_updated belongs",
                              xs_message_name(message.kind));
    }
    *m = message.u.graph_updated;
    return 0;
}
