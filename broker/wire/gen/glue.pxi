# C structs to dataclasses (py_) and back (c_); included by ../_codec.pyx.
# Generated from schema.toml by `python -m broker.wire.generate`; change that file. A c_
# function leaves pointers into the Python objects and into scratch. Neither side runs
# a tenant's Python code: c_ functions take exact types only.


cdef object py_link_input(const xs_link_input *o):
    return LinkInput(o.type, text_of(o.name, o.name_bytes), o.host_offset, o.bytes)


cdef int c_link_input(
    object v, xs_link_input *o, Scratch scratch
) except -1:
    exactly(v, LinkInput)
    o.type = <uint32_t> unsigned_number(v.type, 6, "link_input: type")
    o.name_bytes = text_into(v.name, 4096, "link_input: name", &o.name)
    o.host_offset = <uint64_t> unsigned_number(v.host_offset, 18446744073709551615, "link_input: host_offset")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "link_input: bytes")
    return 0


cdef tuple py_list_of_link_input(const xs_link_input *list, uint32_t count):
    return tuple([py_link_input(&list[i]) for i in range(count)])


cdef uint32_t c_list_of_link_input(
    object values, uint32_t bound, str what, const xs_link_input **out, Scratch scratch
) except? 0xFFFFFFFF:
    cdef uint32_t count = elements(values, bound, what)
    cdef uint32_t i = 0
    cdef xs_link_input *list = <xs_link_input *> scratch.take(count * sizeof(xs_link_input))
    for value in values:
        c_link_input(value, &list[i], scratch)
        i += 1
    out[0] = list
    return count


cdef object py_device_properties(const xs_device_properties *o):
    return DeviceProperties(o.ordinal, text_of(o.name, o.name_bytes), text_of(o.backend, o.backend_bytes), bytes_of(o.uuid, o.uuid_bytes), o.compute_major, o.compute_minor, o.sm_count, o.memory_bytes, o.driver_version, o.time_dilation, o.threads_per_sm, o.blocks_per_sm, o.shared_bytes_per_sm, o.shared_bytes_per_block_optin)


cdef int c_device_properties(
    object v, xs_device_properties *o, Scratch scratch
) except -1:
    exactly(v, DeviceProperties)
    o.ordinal = <uint8_t> unsigned_number(v.ordinal, 255, "device_properties: ordinal")
    o.name_bytes = text_into(v.name, 256, "device_properties: name", &o.name)
    o.backend_bytes = text_into(v.backend, 32, "device_properties: backend", &o.backend)
    o.uuid_bytes = bytes_into(v.uuid, 16, "device_properties: uuid", &o.uuid)
    o.compute_major = <uint32_t> unsigned_number(v.compute_major, 4294967295, "device_properties: compute_major")
    o.compute_minor = <uint32_t> unsigned_number(v.compute_minor, 4294967295, "device_properties: compute_minor")
    o.sm_count = <uint32_t> unsigned_number(v.sm_count, 4294967295, "device_properties: sm_count")
    o.memory_bytes = <uint64_t> unsigned_number(v.memory_bytes, 18446744073709551615, "device_properties: memory_bytes")
    o.driver_version = <uint32_t> unsigned_number(v.driver_version, 4294967295, "device_properties: driver_version")
    o.time_dilation = <uint32_t> unsigned_number(v.time_dilation, 4294967295, "device_properties: time_dilation")
    o.threads_per_sm = <uint32_t> unsigned_number(v.threads_per_sm, 4294967295, "device_properties: threads_per_sm")
    o.blocks_per_sm = <uint32_t> unsigned_number(v.blocks_per_sm, 4294967295, "device_properties: blocks_per_sm")
    o.shared_bytes_per_sm = <uint32_t> unsigned_number(v.shared_bytes_per_sm, 4294967295, "device_properties: shared_bytes_per_sm")
    o.shared_bytes_per_block_optin = <uint32_t> unsigned_number(v.shared_bytes_per_block_optin, 4294967295, "device_properties: shared_bytes_per_block_optin")
    return 0


cdef tuple py_list_of_device_properties(const xs_device_properties *list, uint32_t count):
    return tuple([py_device_properties(&list[i]) for i in range(count)])


cdef uint32_t c_list_of_device_properties(
    object values, uint32_t bound, str what, const xs_device_properties **out, Scratch scratch
) except? 0xFFFFFFFF:
    cdef uint32_t count = elements(values, bound, what)
    cdef uint32_t i = 0
    cdef xs_device_properties *list = <xs_device_properties *> scratch.take(count * sizeof(xs_device_properties))
    for value in values:
        c_device_properties(value, &list[i], scratch)
        i += 1
    out[0] = list
    return count


cdef object py_launch(const xs_op_launch *o):
    return Launch(o.stream, o.function, o.grid_x, o.grid_y, o.grid_z, o.block_x, o.block_y, o.block_z, o.shared_bytes, bytes_of(o.params, o.params_bytes), bytes_of(o.attributes, o.attributes_bytes))


cdef int c_launch(
    object v, xs_op_launch *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "launch: stream")
    o.function = <uint64_t> unsigned_number(v.function, 18446744073709551615, "launch: function")
    o.grid_x = <uint32_t> unsigned_number(v.grid_x, 4294967295, "launch: grid_x")
    o.grid_y = <uint32_t> unsigned_number(v.grid_y, 4294967295, "launch: grid_y")
    o.grid_z = <uint32_t> unsigned_number(v.grid_z, 4294967295, "launch: grid_z")
    o.block_x = <uint32_t> unsigned_number(v.block_x, 4294967295, "launch: block_x")
    o.block_y = <uint32_t> unsigned_number(v.block_y, 4294967295, "launch: block_y")
    o.block_z = <uint32_t> unsigned_number(v.block_z, 4294967295, "launch: block_z")
    o.shared_bytes = <uint32_t> unsigned_number(v.shared_bytes, 4294967295, "launch: shared_bytes")
    o.params_bytes = bytes_into(v.params, 32764, "launch: params", &o.params)
    o.attributes_bytes = bytes_into(v.attributes, 1152, "launch: attributes", &o.attributes)
    return 0


cdef object py_copy_h2d(const xs_op_copy_h2d *o):
    return CopyH2d(o.stream, o.destination, o.host_offset, o.bytes)


cdef int c_copy_h2d(
    object v, xs_op_copy_h2d *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "copy_h2d: stream")
    o.destination = <uint64_t> unsigned_number(v.destination, 18446744073709551615, "copy_h2d: destination")
    o.host_offset = <uint64_t> unsigned_number(v.host_offset, 18446744073709551615, "copy_h2d: host_offset")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "copy_h2d: bytes")
    return 0


cdef object py_copy_d2h(const xs_op_copy_d2h *o):
    return CopyD2h(o.stream, o.host_offset, o.source, o.bytes)


cdef int c_copy_d2h(
    object v, xs_op_copy_d2h *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "copy_d2h: stream")
    o.host_offset = <uint64_t> unsigned_number(v.host_offset, 18446744073709551615, "copy_d2h: host_offset")
    o.source = <uint64_t> unsigned_number(v.source, 18446744073709551615, "copy_d2h: source")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "copy_d2h: bytes")
    return 0


cdef object py_copy_d2d(const xs_op_copy_d2d *o):
    return CopyD2d(o.stream, o.destination, o.source, o.bytes)


cdef int c_copy_d2d(
    object v, xs_op_copy_d2d *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "copy_d2d: stream")
    o.destination = <uint64_t> unsigned_number(v.destination, 18446744073709551615, "copy_d2d: destination")
    o.source = <uint64_t> unsigned_number(v.source, 18446744073709551615, "copy_d2d: source")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "copy_d2d: bytes")
    return 0


cdef object py_memset(const xs_op_memset *o):
    return Memset(o.stream, o.destination, o.value, o.width, o.count)


cdef int c_memset(
    object v, xs_op_memset *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "memset: stream")
    o.destination = <uint64_t> unsigned_number(v.destination, 18446744073709551615, "memset: destination")
    o.value = <uint32_t> unsigned_number(v.value, 4294967295, "memset: value")
    o.width = <uint8_t> unsigned_number(v.width, 4, "memset: width")
    o.count = <uint64_t> unsigned_number(v.count, 18446744073709551615, "memset: count")
    return 0


cdef object py_event_record(const xs_op_event_record *o):
    return EventRecord(o.stream, o.event)


cdef int c_event_record(
    object v, xs_op_event_record *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "event_record: stream")
    o.event = <uint64_t> unsigned_number(v.event, 18446744073709551615, "event_record: event")
    return 0


cdef object py_stream_wait(const xs_op_stream_wait *o):
    return StreamWait(o.stream, o.event, o.record_seq)


cdef int c_stream_wait(
    object v, xs_op_stream_wait *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "stream_wait: stream")
    o.event = <uint64_t> unsigned_number(v.event, 18446744073709551615, "stream_wait: event")
    o.record_seq = <uint64_t> unsigned_number(v.record_seq, 18446744073709551615, "stream_wait: record_seq")
    return 0


cdef object py_stream_create(const xs_op_stream_create *o):
    return StreamCreate(o.stream, o.flags, o.priority)


cdef int c_stream_create(
    object v, xs_op_stream_create *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "stream_create: stream")
    o.flags = <uint32_t> unsigned_number(v.flags, 4294967295, "stream_create: flags")
    o.priority = <int32_t> signed_number(v.priority, -2147483648, 2147483647, "stream_create: priority")
    return 0


cdef object py_stream_destroy(const xs_op_stream_destroy *o):
    return StreamDestroy(o.stream)


cdef int c_stream_destroy(
    object v, xs_op_stream_destroy *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "stream_destroy: stream")
    return 0


cdef object py_event_create(const xs_op_event_create *o):
    return EventCreate(o.event, o.flags)


cdef int c_event_create(
    object v, xs_op_event_create *o, Scratch scratch
) except -1:
    o.event = <uint64_t> unsigned_number(v.event, 18446744073709551615, "event_create: event")
    o.flags = <uint32_t> unsigned_number(v.flags, 4294967295, "event_create: flags")
    return 0


cdef object py_event_destroy(const xs_op_event_destroy *o):
    return EventDestroy(o.event)


cdef int c_event_destroy(
    object v, xs_op_event_destroy *o, Scratch scratch
) except -1:
    o.event = <uint64_t> unsigned_number(v.event, 18446744073709551615, "event_destroy: event")
    return 0


cdef object py_write_value(const xs_op_write_value *o):
    return WriteValue(o.stream, o.address, o.value, o.width)


cdef int c_write_value(
    object v, xs_op_write_value *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "write_value: stream")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "write_value: address")
    o.value = <uint64_t> unsigned_number(v.value, 18446744073709551615, "write_value: value")
    o.width = <uint8_t> unsigned_number(v.width, 8, "write_value: width")
    return 0


cdef object py_wait_value(const xs_op_wait_value *o):
    return WaitValue(o.stream, o.address, o.value, o.width, o.condition)


cdef int c_wait_value(
    object v, xs_op_wait_value *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "wait_value: stream")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "wait_value: address")
    o.value = <uint64_t> unsigned_number(v.value, 18446744073709551615, "wait_value: value")
    o.width = <uint8_t> unsigned_number(v.width, 8, "wait_value: width")
    o.condition = <uint8_t> unsigned_number(v.condition, 3, "wait_value: condition")
    return 0


cdef object py_host_function(const xs_op_host_function *o):
    return HostFunction(o.stream, o.token)


cdef int c_host_function(
    object v, xs_op_host_function *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "host_function: stream")
    o.token = <uint64_t> unsigned_number(v.token, 18446744073709551615, "host_function: token")
    return 0


cdef object py_complete(const xs_op_complete *o):
    return Complete(o.stream)


cdef int c_complete(
    object v, xs_op_complete *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "complete: stream")
    return 0


cdef object py_copy_3d(const xs_op_copy_3d *o):
    return Copy3d(o.stream, o.kind, o.destination, o.destination_pitch, o.destination_slice, o.source, o.source_pitch, o.source_slice, o.row_bytes, o.rows, o.layers)


cdef int c_copy_3d(
    object v, xs_op_copy_3d *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "copy_3d: stream")
    o.kind = <uint8_t> unsigned_number(v.kind, 2, "copy_3d: kind")
    o.destination = <uint64_t> unsigned_number(v.destination, 18446744073709551615, "copy_3d: destination")
    o.destination_pitch = <uint64_t> unsigned_number(v.destination_pitch, 18446744073709551615, "copy_3d: destination_pitch")
    o.destination_slice = <uint64_t> unsigned_number(v.destination_slice, 18446744073709551615, "copy_3d: destination_slice")
    o.source = <uint64_t> unsigned_number(v.source, 18446744073709551615, "copy_3d: source")
    o.source_pitch = <uint64_t> unsigned_number(v.source_pitch, 18446744073709551615, "copy_3d: source_pitch")
    o.source_slice = <uint64_t> unsigned_number(v.source_slice, 18446744073709551615, "copy_3d: source_slice")
    o.row_bytes = <uint64_t> unsigned_number(v.row_bytes, 18446744073709551615, "copy_3d: row_bytes")
    o.rows = <uint32_t> unsigned_number(v.rows, 4294967295, "copy_3d: rows")
    o.layers = <uint32_t> unsigned_number(v.layers, 4294967295, "copy_3d: layers")
    return 0


cdef object py_memset_2d(const xs_op_memset_2d *o):
    return Memset2d(o.stream, o.destination, o.pitch, o.value, o.width, o.columns, o.rows)


cdef int c_memset_2d(
    object v, xs_op_memset_2d *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "memset_2d: stream")
    o.destination = <uint64_t> unsigned_number(v.destination, 18446744073709551615, "memset_2d: destination")
    o.pitch = <uint64_t> unsigned_number(v.pitch, 18446744073709551615, "memset_2d: pitch")
    o.value = <uint32_t> unsigned_number(v.value, 4294967295, "memset_2d: value")
    o.width = <uint8_t> unsigned_number(v.width, 4, "memset_2d: width")
    o.columns = <uint64_t> unsigned_number(v.columns, 18446744073709551615, "memset_2d: columns")
    o.rows = <uint32_t> unsigned_number(v.rows, 4294967295, "memset_2d: rows")
    return 0


cdef object py_graph_create(const xs_op_graph_create *o):
    return GraphCreate(o.graph)


cdef int c_graph_create(
    object v, xs_op_graph_create *o, Scratch scratch
) except -1:
    o.graph = <uint64_t> unsigned_number(v.graph, 18446744073709551615, "graph_create: graph")
    return 0


cdef object py_graph_depend(const xs_op_graph_depend *o):
    return GraphDepend(o.graph, bytes_of(o.nodes, o.nodes_bytes))


cdef int c_graph_depend(
    object v, xs_op_graph_depend *o, Scratch scratch
) except -1:
    o.graph = <uint64_t> unsigned_number(v.graph, 18446744073709551615, "graph_depend: graph")
    o.nodes_bytes = bytes_into(v.nodes, 32768, "graph_depend: nodes", &o.nodes)
    return 0


cdef object py_graph_empty(const xs_op_graph_empty *o):
    return GraphEmpty(o.graph)


cdef int c_graph_empty(
    object v, xs_op_graph_empty *o, Scratch scratch
) except -1:
    o.graph = <uint64_t> unsigned_number(v.graph, 18446744073709551615, "graph_empty: graph")
    return 0


cdef object py_graph_child(const xs_op_graph_child *o):
    return GraphChild(o.graph, o.child)


cdef int c_graph_child(
    object v, xs_op_graph_child *o, Scratch scratch
) except -1:
    o.graph = <uint64_t> unsigned_number(v.graph, 18446744073709551615, "graph_child: graph")
    o.child = <uint64_t> unsigned_number(v.child, 18446744073709551615, "graph_child: child")
    return 0


cdef object py_graph_destroy(const xs_op_graph_destroy *o):
    return GraphDestroy(o.graph)


cdef int c_graph_destroy(
    object v, xs_op_graph_destroy *o, Scratch scratch
) except -1:
    o.graph = <uint64_t> unsigned_number(v.graph, 18446744073709551615, "graph_destroy: graph")
    return 0


cdef object py_graph_launch(const xs_op_graph_launch *o):
    return GraphLaunch(o.stream, o.exec)


cdef int c_graph_launch(
    object v, xs_op_graph_launch *o, Scratch scratch
) except -1:
    o.stream = <uint64_t> unsigned_number(v.stream, 18446744073709551615, "graph_launch: stream")
    o.exec = <uint64_t> unsigned_number(v.exec, 18446744073709551615, "graph_launch: exec")
    return 0


cdef object py_graph_exec_destroy(const xs_op_graph_exec_destroy *o):
    return GraphExecDestroy(o.exec)


cdef int c_graph_exec_destroy(
    object v, xs_op_graph_exec_destroy *o, Scratch scratch
) except -1:
    o.exec = <uint64_t> unsigned_number(v.exec, 18446744073709551615, "graph_exec_destroy: exec")
    return 0


cdef object py_operation(const xs_operation *o):
    if o.kind == 1:
        return py_launch(&o.u.launch)
    elif o.kind == 2:
        return py_copy_h2d(&o.u.copy_h2d)
    elif o.kind == 3:
        return py_copy_d2h(&o.u.copy_d2h)
    elif o.kind == 4:
        return py_copy_d2d(&o.u.copy_d2d)
    elif o.kind == 5:
        return py_memset(&o.u.memset)
    elif o.kind == 6:
        return py_event_record(&o.u.event_record)
    elif o.kind == 7:
        return py_stream_wait(&o.u.stream_wait)
    elif o.kind == 8:
        return py_stream_create(&o.u.stream_create)
    elif o.kind == 9:
        return py_stream_destroy(&o.u.stream_destroy)
    elif o.kind == 10:
        return py_event_create(&o.u.event_create)
    elif o.kind == 11:
        return py_event_destroy(&o.u.event_destroy)
    elif o.kind == 12:
        return py_write_value(&o.u.write_value)
    elif o.kind == 13:
        return py_wait_value(&o.u.wait_value)
    elif o.kind == 14:
        return py_host_function(&o.u.host_function)
    elif o.kind == 15:
        return py_complete(&o.u.complete)
    elif o.kind == 24:
        return py_copy_3d(&o.u.copy_3d)
    elif o.kind == 25:
        return py_memset_2d(&o.u.memset_2d)
    elif o.kind == 32:
        return py_graph_create(&o.u.graph_create)
    elif o.kind == 33:
        return py_graph_depend(&o.u.graph_depend)
    elif o.kind == 34:
        return py_graph_empty(&o.u.graph_empty)
    elif o.kind == 35:
        return py_graph_child(&o.u.graph_child)
    elif o.kind == 36:
        return py_graph_destroy(&o.u.graph_destroy)
    elif o.kind == 37:
        return py_graph_launch(&o.u.graph_launch)
    elif o.kind == 38:
        return py_graph_exec_destroy(&o.u.graph_exec_destroy)
    raise AssertionError("operation of unknown kind")


cdef int c_operation(object v, xs_operation *o, Scratch scratch) except -1:
    o.kind = number_of(v, OPERATIONS, "operation")
    if o.kind == 1:
        return c_launch(v, &o.u.launch, scratch)
    elif o.kind == 2:
        return c_copy_h2d(v, &o.u.copy_h2d, scratch)
    elif o.kind == 3:
        return c_copy_d2h(v, &o.u.copy_d2h, scratch)
    elif o.kind == 4:
        return c_copy_d2d(v, &o.u.copy_d2d, scratch)
    elif o.kind == 5:
        return c_memset(v, &o.u.memset, scratch)
    elif o.kind == 6:
        return c_event_record(v, &o.u.event_record, scratch)
    elif o.kind == 7:
        return c_stream_wait(v, &o.u.stream_wait, scratch)
    elif o.kind == 8:
        return c_stream_create(v, &o.u.stream_create, scratch)
    elif o.kind == 9:
        return c_stream_destroy(v, &o.u.stream_destroy, scratch)
    elif o.kind == 10:
        return c_event_create(v, &o.u.event_create, scratch)
    elif o.kind == 11:
        return c_event_destroy(v, &o.u.event_destroy, scratch)
    elif o.kind == 12:
        return c_write_value(v, &o.u.write_value, scratch)
    elif o.kind == 13:
        return c_wait_value(v, &o.u.wait_value, scratch)
    elif o.kind == 14:
        return c_host_function(v, &o.u.host_function, scratch)
    elif o.kind == 15:
        return c_complete(v, &o.u.complete, scratch)
    elif o.kind == 24:
        return c_copy_3d(v, &o.u.copy_3d, scratch)
    elif o.kind == 25:
        return c_memset_2d(v, &o.u.memset_2d, scratch)
    elif o.kind == 32:
        return c_graph_create(v, &o.u.graph_create, scratch)
    elif o.kind == 33:
        return c_graph_depend(v, &o.u.graph_depend, scratch)
    elif o.kind == 34:
        return c_graph_empty(v, &o.u.graph_empty, scratch)
    elif o.kind == 35:
        return c_graph_child(v, &o.u.graph_child, scratch)
    elif o.kind == 36:
        return c_graph_destroy(v, &o.u.graph_destroy, scratch)
    elif o.kind == 37:
        return c_graph_launch(v, &o.u.graph_launch, scratch)
    elif o.kind == 38:
        return c_graph_exec_destroy(v, &o.u.graph_exec_destroy, scratch)
    raise AssertionError("operation of unknown kind")


cdef tuple py_list_of_operation(const xs_operation *list, uint32_t count):
    return tuple([py_operation(&list[i]) for i in range(count)])


cdef uint32_t c_list_of_operation(
    object values, uint32_t bound, str what, const xs_operation **out, Scratch scratch
) except? 0xFFFFFFFF:
    cdef uint32_t count = elements(values, bound, what)
    cdef uint32_t i = 0
    cdef xs_operation *list = <xs_operation *> scratch.take(count * sizeof(xs_operation))
    for value in values:
        c_operation(value, &list[i], scratch)
        i += 1
    out[0] = list
    return count


cdef object py_hello(const xs_msg_hello *o):
    return Hello(o.protocol_major, o.protocol_minor, text_of(o.library, o.library_bytes), text_of(o.tenant, o.tenant_bytes), bytes_of(o.token, o.token_bytes), o.priority_class, o.pid, o.memory_bytes)


cdef int c_hello(
    object v, xs_msg_hello *o, Scratch scratch
) except -1:
    o.protocol_major = <uint16_t> unsigned_number(v.protocol_major, 65535, "hello: protocol_major")
    o.protocol_minor = <uint16_t> unsigned_number(v.protocol_minor, 65535, "hello: protocol_minor")
    o.library_bytes = text_into(v.library, 64, "hello: library", &o.library)
    o.tenant_bytes = text_into(v.tenant, 128, "hello: tenant", &o.tenant)
    o.token_bytes = bytes_into(v.token, 256, "hello: token", &o.token)
    o.priority_class = <uint8_t> unsigned_number(v.priority_class, 255, "hello: priority_class")
    o.pid = <uint32_t> unsigned_number(v.pid, 4294967295, "hello: pid")
    o.memory_bytes = <uint64_t> unsigned_number(v.memory_bytes, 18446744073709551615, "hello: memory_bytes")
    return 0


cdef object py_submit(const xs_msg_submit *o):
    return Submit(o.first_seq, py_list_of_operation(o.operations, o.operations_count))


cdef int c_submit(
    object v, xs_msg_submit *o, Scratch scratch
) except -1:
    o.first_seq = <uint64_t> unsigned_number(v.first_seq, 18446744073709551615, "submit: first_seq")
    o.operations_count = c_list_of_operation(v.operations, 500, "submit: operations", &o.operations, scratch)
    return 0


cdef object py_device_get(const xs_msg_device_get *o):
    return DeviceGet(o.call, o.device)


cdef int c_device_get(
    object v, xs_msg_device_get *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "device_get: call")
    o.device = <uint8_t> unsigned_number(v.device, 255, "device_get: device")
    return 0


cdef object py_allocate(const xs_msg_allocate *o):
    return Allocate(o.call, o.device, o.bytes)


cdef int c_allocate(
    object v, xs_msg_allocate *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "allocate: call")
    o.device = <uint8_t> unsigned_number(v.device, 255, "allocate: device")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "allocate: bytes")
    return 0


cdef object py_free(const xs_msg_free *o):
    return Free(o.call, o.address, o.after_seq)


cdef int c_free(
    object v, xs_msg_free *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "free: call")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "free: address")
    o.after_seq = <uint64_t> unsigned_number(v.after_seq, 18446744073709551615, "free: after_seq")
    return 0


cdef object py_module_load(const xs_msg_module_load *o):
    return ModuleLoad(o.call, o.module, o.format, bytes_of(o.hash, o.hash_bytes), o.bytes, o.host_offset, bytes_of(o.options, o.options_bytes))


cdef int c_module_load(
    object v, xs_msg_module_load *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "module_load: call")
    o.module = <uint64_t> unsigned_number(v.module, 18446744073709551615, "module_load: module")
    o.format = <uint8_t> unsigned_number(v.format, 3, "module_load: format")
    o.hash_bytes = bytes_into(v.hash, 32, "module_load: hash", &o.hash)
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "module_load: bytes")
    o.host_offset = <uint64_t> unsigned_number(v.host_offset, 18446744073709551615, "module_load: host_offset")
    o.options_bytes = bytes_into(v.options, 256, "module_load: options", &o.options)
    return 0


cdef object py_module_unload(const xs_msg_module_unload *o):
    return ModuleUnload(o.call, o.module, o.after_seq)


cdef int c_module_unload(
    object v, xs_msg_module_unload *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "module_unload: call")
    o.module = <uint64_t> unsigned_number(v.module, 18446744073709551615, "module_unload: module")
    o.after_seq = <uint64_t> unsigned_number(v.after_seq, 18446744073709551615, "module_unload: after_seq")
    return 0


cdef object py_function_get(const xs_msg_function_get *o):
    return FunctionGet(o.call, o.module, o.function, text_of(o.name, o.name_bytes))


cdef int c_function_get(
    object v, xs_msg_function_get *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "function_get: call")
    o.module = <uint64_t> unsigned_number(v.module, 18446744073709551615, "function_get: module")
    o.function = <uint64_t> unsigned_number(v.function, 18446744073709551615, "function_get: function")
    o.name_bytes = text_into(v.name, 4096, "function_get: name", &o.name)
    return 0


cdef object py_memory_info(const xs_msg_memory_info *o):
    return MemoryInfo(o.call, o.device)


cdef int c_memory_info(
    object v, xs_msg_memory_info *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "memory_info: call")
    o.device = <uint8_t> unsigned_number(v.device, 255, "memory_info: device")
    return 0


cdef object py_elapsed_time(const xs_msg_elapsed_time *o):
    return ElapsedTime(o.call, o.start, o.end)


cdef int c_elapsed_time(
    object v, xs_msg_elapsed_time *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "elapsed_time: call")
    o.start = <uint64_t> unsigned_number(v.start, 18446744073709551615, "elapsed_time: start")
    o.end = <uint64_t> unsigned_number(v.end, 18446744073709551615, "elapsed_time: end")
    return 0


cdef object py_error_take(const xs_msg_error_take *o):
    return ErrorTake(o.call)


cdef int c_error_take(
    object v, xs_msg_error_take *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "error_take: call")
    return 0


cdef object py_function_attribute_set(const xs_msg_function_attribute_set *o):
    return FunctionAttributeSet(o.call, o.function, o.attribute, o.value)


cdef int c_function_attribute_set(
    object v, xs_msg_function_attribute_set *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "function_attribute_set: call")
    o.function = <uint64_t> unsigned_number(v.function, 18446744073709551615, "function_attribute_set: function")
    o.attribute = <uint32_t> unsigned_number(v.attribute, 4294967295, "function_attribute_set: attribute")
    o.value = <int32_t> signed_number(v.value, -2147483648, 2147483647, "function_attribute_set: value")
    return 0


cdef object py_host_register(const xs_msg_host_register *o):
    return HostRegister(o.call, o.host_offset, o.bytes)


cdef int c_host_register(
    object v, xs_msg_host_register *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "host_register: call")
    o.host_offset = <uint64_t> unsigned_number(v.host_offset, 18446744073709551615, "host_register: host_offset")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "host_register: bytes")
    return 0


cdef object py_goodbye(const xs_msg_goodbye *o):
    return Goodbye()


cdef int c_goodbye(
    object v, xs_msg_goodbye *o, Scratch scratch
) except -1:
    return 0


cdef object py_hint_set(const xs_msg_hint_set *o):
    return HintSet(o.call, o.priority_class, o.weight_milli, o.deadline_ns)


cdef int c_hint_set(
    object v, xs_msg_hint_set *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "hint_set: call")
    o.priority_class = <uint8_t> unsigned_number(v.priority_class, 255, "hint_set: priority_class")
    o.weight_milli = <uint32_t> unsigned_number(v.weight_milli, 4294967295, "hint_set: weight_milli")
    o.deadline_ns = <uint64_t> unsigned_number(v.deadline_ns, 18446744073709551615, "hint_set: deadline_ns")
    return 0


cdef object py_attributes_get(const xs_msg_attributes_get *o):
    return AttributesGet(o.call, o.device)


cdef int c_attributes_get(
    object v, xs_msg_attributes_get *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "attributes_get: call")
    o.device = <uint8_t> unsigned_number(v.device, 255, "attributes_get: device")
    return 0


cdef object py_variable_get(const xs_msg_variable_get *o):
    return VariableGet(o.call, o.module, text_of(o.name, o.name_bytes))


cdef int c_variable_get(
    object v, xs_msg_variable_get *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "variable_get: call")
    o.module = <uint64_t> unsigned_number(v.module, 18446744073709551615, "variable_get: module")
    o.name_bytes = text_into(v.name, 4096, "variable_get: name", &o.name)
    return 0


cdef object py_functions_list(const xs_msg_functions_list *o):
    return FunctionsList(o.call, o.module, o.first)


cdef int c_functions_list(
    object v, xs_msg_functions_list *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "functions_list: call")
    o.module = <uint64_t> unsigned_number(v.module, 18446744073709551615, "functions_list: module")
    o.first = <uint32_t> unsigned_number(v.first, 4294967295, "functions_list: first")
    return 0


cdef object py_link(const xs_msg_link *o):
    return Link(o.call, o.device, py_list_of_link_input(o.inputs, o.inputs_count), o.host_offset, o.bytes_max, bytes_of(o.options, o.options_bytes))


cdef int c_link(
    object v, xs_msg_link *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "link: call")
    o.device = <uint8_t> unsigned_number(v.device, 255, "link: device")
    o.inputs_count = c_list_of_link_input(v.inputs, 64, "link: inputs", &o.inputs, scratch)
    o.host_offset = <uint64_t> unsigned_number(v.host_offset, 18446744073709551615, "link: host_offset")
    o.bytes_max = <uint64_t> unsigned_number(v.bytes_max, 18446744073709551615, "link: bytes_max")
    o.options_bytes = bytes_into(v.options, 256, "link: options", &o.options)
    return 0


cdef object py_occupancy_get(const xs_msg_occupancy_get *o):
    return OccupancyGet(o.call, o.function, o.query, o.grid_x, o.grid_y, o.grid_z, o.block_x, o.block_y, o.block_z, o.shared_bytes, o.flags, bytes_of(o.attributes, o.attributes_bytes))


cdef int c_occupancy_get(
    object v, xs_msg_occupancy_get *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "occupancy_get: call")
    o.function = <uint64_t> unsigned_number(v.function, 18446744073709551615, "occupancy_get: function")
    o.query = <uint8_t> unsigned_number(v.query, 3, "occupancy_get: query")
    o.grid_x = <uint32_t> unsigned_number(v.grid_x, 4294967295, "occupancy_get: grid_x")
    o.grid_y = <uint32_t> unsigned_number(v.grid_y, 4294967295, "occupancy_get: grid_y")
    o.grid_z = <uint32_t> unsigned_number(v.grid_z, 4294967295, "occupancy_get: grid_z")
    o.block_x = <uint32_t> unsigned_number(v.block_x, 4294967295, "occupancy_get: block_x")
    o.block_y = <uint32_t> unsigned_number(v.block_y, 4294967295, "occupancy_get: block_y")
    o.block_z = <uint32_t> unsigned_number(v.block_z, 4294967295, "occupancy_get: block_z")
    o.shared_bytes = <uint64_t> unsigned_number(v.shared_bytes, 18446744073709551615, "occupancy_get: shared_bytes")
    o.flags = <uint32_t> unsigned_number(v.flags, 4294967295, "occupancy_get: flags")
    o.attributes_bytes = bytes_into(v.attributes, 1152, "occupancy_get: attributes", &o.attributes)
    return 0


cdef object py_tensor_map_encode(const xs_msg_tensor_map_encode *o):
    return TensorMapEncode(o.call, o.device, o.im2col, o.data_type, o.rank, o.address, bytes_of(o.dimensions, o.dimensions_bytes), bytes_of(o.strides, o.strides_bytes), bytes_of(o.box, o.box_bytes), bytes_of(o.element_strides, o.element_strides_bytes), bytes_of(o.corners, o.corners_bytes), o.channels, o.pixels, o.interleave, o.swizzle, o.promotion, o.fill)


cdef int c_tensor_map_encode(
    object v, xs_msg_tensor_map_encode *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "tensor_map_encode: call")
    o.device = <uint8_t> unsigned_number(v.device, 255, "tensor_map_encode: device")
    o.im2col = <uint8_t> unsigned_number(v.im2col, 1, "tensor_map_encode: im2col")
    o.data_type = <uint32_t> unsigned_number(v.data_type, 4294967295, "tensor_map_encode: data_type")
    o.rank = <uint32_t> unsigned_number(v.rank, 5, "tensor_map_encode: rank")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "tensor_map_encode: address")
    o.dimensions_bytes = bytes_into(v.dimensions, 40, "tensor_map_encode: dimensions", &o.dimensions)
    o.strides_bytes = bytes_into(v.strides, 32, "tensor_map_encode: strides", &o.strides)
    o.box_bytes = bytes_into(v.box, 20, "tensor_map_encode: box", &o.box)
    o.element_strides_bytes = bytes_into(v.element_strides, 20, "tensor_map_encode: element_strides", &o.element_strides)
    o.corners_bytes = bytes_into(v.corners, 24, "tensor_map_encode: corners", &o.corners)
    o.channels = <uint32_t> unsigned_number(v.channels, 4294967295, "tensor_map_encode: channels")
    o.pixels = <uint32_t> unsigned_number(v.pixels, 4294967295, "tensor_map_encode: pixels")
    o.interleave = <uint32_t> unsigned_number(v.interleave, 4294967295, "tensor_map_encode: interleave")
    o.swizzle = <uint32_t> unsigned_number(v.swizzle, 4294967295, "tensor_map_encode: swizzle")
    o.promotion = <uint32_t> unsigned_number(v.promotion, 4294967295, "tensor_map_encode: promotion")
    o.fill = <uint32_t> unsigned_number(v.fill, 4294967295, "tensor_map_encode: fill")
    return 0


cdef object py_limit_set(const xs_msg_limit_set *o):
    return LimitSet(o.call, o.limit, o.value)


cdef int c_limit_set(
    object v, xs_msg_limit_set *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "limit_set: call")
    o.limit = <uint32_t> unsigned_number(v.limit, 4294967295, "limit_set: limit")
    o.value = <uint64_t> unsigned_number(v.value, 18446744073709551615, "limit_set: value")
    return 0


cdef object py_limit_get(const xs_msg_limit_get *o):
    return LimitGet(o.call, o.limit)


cdef int c_limit_get(
    object v, xs_msg_limit_get *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "limit_get: call")
    o.limit = <uint32_t> unsigned_number(v.limit, 4294967295, "limit_get: limit")
    return 0


cdef object py_address_reserve(const xs_msg_address_reserve *o):
    return AddressReserve(o.call, o.device, o.bytes, o.alignment)


cdef int c_address_reserve(
    object v, xs_msg_address_reserve *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "address_reserve: call")
    o.device = <uint8_t> unsigned_number(v.device, 255, "address_reserve: device")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "address_reserve: bytes")
    o.alignment = <uint64_t> unsigned_number(v.alignment, 18446744073709551615, "address_reserve: alignment")
    return 0


cdef object py_address_free(const xs_msg_address_free *o):
    return AddressFree(o.call, o.address, o.bytes)


cdef int c_address_free(
    object v, xs_msg_address_free *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "address_free: call")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "address_free: address")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "address_free: bytes")
    return 0


cdef object py_memory_create(const xs_msg_memory_create *o):
    return MemoryCreate(o.call, o.memory, o.bytes)


cdef int c_memory_create(
    object v, xs_msg_memory_create *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "memory_create: call")
    o.memory = <uint64_t> unsigned_number(v.memory, 18446744073709551615, "memory_create: memory")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "memory_create: bytes")
    return 0


cdef object py_memory_release(const xs_msg_memory_release *o):
    return MemoryRelease(o.call, o.memory)


cdef int c_memory_release(
    object v, xs_msg_memory_release *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "memory_release: call")
    o.memory = <uint64_t> unsigned_number(v.memory, 18446744073709551615, "memory_release: memory")
    return 0


cdef object py_memory_map(const xs_msg_memory_map *o):
    return MemoryMap(o.call, o.address, o.bytes, o.memory)


cdef int c_memory_map(
    object v, xs_msg_memory_map *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "memory_map: call")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "memory_map: address")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "memory_map: bytes")
    o.memory = <uint64_t> unsigned_number(v.memory, 18446744073709551615, "memory_map: memory")
    return 0


cdef object py_memory_unmap(const xs_msg_memory_unmap *o):
    return MemoryUnmap(o.call, o.address, o.bytes, o.after_seq)


cdef int c_memory_unmap(
    object v, xs_msg_memory_unmap *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "memory_unmap: call")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "memory_unmap: address")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "memory_unmap: bytes")
    o.after_seq = <uint64_t> unsigned_number(v.after_seq, 18446744073709551615, "memory_unmap: after_seq")
    return 0


cdef object py_memory_access_set(const xs_msg_memory_access_set *o):
    return MemoryAccessSet(o.call, o.address, o.bytes, o.access)


cdef int c_memory_access_set(
    object v, xs_msg_memory_access_set *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "memory_access_set: call")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "memory_access_set: address")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "memory_access_set: bytes")
    o.access = <uint8_t> unsigned_number(v.access, 3, "memory_access_set: access")
    return 0


cdef object py_array_create(const xs_msg_array_create *o):
    return ArrayCreate(o.call, o.array, o.width, o.height, o.depth, o.format, o.channels, o.flags)


cdef int c_array_create(
    object v, xs_msg_array_create *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "array_create: call")
    o.array = <uint64_t> unsigned_number(v.array, 18446744073709551615, "array_create: array")
    o.width = <uint64_t> unsigned_number(v.width, 18446744073709551615, "array_create: width")
    o.height = <uint64_t> unsigned_number(v.height, 18446744073709551615, "array_create: height")
    o.depth = <uint64_t> unsigned_number(v.depth, 18446744073709551615, "array_create: depth")
    o.format = <uint32_t> unsigned_number(v.format, 4294967295, "array_create: format")
    o.channels = <uint32_t> unsigned_number(v.channels, 4, "array_create: channels")
    o.flags = <uint32_t> unsigned_number(v.flags, 4294967295, "array_create: flags")
    return 0


cdef object py_array_destroy(const xs_msg_array_destroy *o):
    return ArrayDestroy(o.call, o.array, o.after_seq)


cdef int c_array_destroy(
    object v, xs_msg_array_destroy *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "array_destroy: call")
    o.array = <uint64_t> unsigned_number(v.array, 18446744073709551615, "array_destroy: array")
    o.after_seq = <uint64_t> unsigned_number(v.after_seq, 18446744073709551615, "array_destroy: after_seq")
    return 0


cdef object py_array_copy(const xs_msg_array_copy *o):
    return ArrayCopy(o.call, o.kind, o.array, o.x_bytes, o.y, o.z, o.other, o.other_pitch, o.other_rows, o.other_x_bytes, o.other_y, o.other_z, o.row_bytes, o.rows, o.layers)


cdef int c_array_copy(
    object v, xs_msg_array_copy *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "array_copy: call")
    o.kind = <uint8_t> unsigned_number(v.kind, 4, "array_copy: kind")
    o.array = <uint64_t> unsigned_number(v.array, 18446744073709551615, "array_copy: array")
    o.x_bytes = <uint64_t> unsigned_number(v.x_bytes, 18446744073709551615, "array_copy: x_bytes")
    o.y = <uint64_t> unsigned_number(v.y, 18446744073709551615, "array_copy: y")
    o.z = <uint64_t> unsigned_number(v.z, 18446744073709551615, "array_copy: z")
    o.other = <uint64_t> unsigned_number(v.other, 18446744073709551615, "array_copy: other")
    o.other_pitch = <uint64_t> unsigned_number(v.other_pitch, 18446744073709551615, "array_copy: other_pitch")
    o.other_rows = <uint64_t> unsigned_number(v.other_rows, 18446744073709551615, "array_copy: other_rows")
    o.other_x_bytes = <uint64_t> unsigned_number(v.other_x_bytes, 18446744073709551615, "array_copy: other_x_bytes")
    o.other_y = <uint64_t> unsigned_number(v.other_y, 18446744073709551615, "array_copy: other_y")
    o.other_z = <uint64_t> unsigned_number(v.other_z, 18446744073709551615, "array_copy: other_z")
    o.row_bytes = <uint64_t> unsigned_number(v.row_bytes, 18446744073709551615, "array_copy: row_bytes")
    o.rows = <uint32_t> unsigned_number(v.rows, 4294967295, "array_copy: rows")
    o.layers = <uint32_t> unsigned_number(v.layers, 4294967295, "array_copy: layers")
    return 0


cdef object py_texture_create(const xs_msg_texture_create *o):
    return TextureCreate(o.call, o.device, o.surface, o.resource, o.array, o.address, o.format, o.channels, o.bytes, o.width, o.height, o.pitch, bytes_of(o.sampling, o.sampling_bytes))


cdef int c_texture_create(
    object v, xs_msg_texture_create *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "texture_create: call")
    o.device = <uint8_t> unsigned_number(v.device, 255, "texture_create: device")
    o.surface = <uint8_t> unsigned_number(v.surface, 1, "texture_create: surface")
    o.resource = <uint8_t> unsigned_number(v.resource, 3, "texture_create: resource")
    o.array = <uint64_t> unsigned_number(v.array, 18446744073709551615, "texture_create: array")
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "texture_create: address")
    o.format = <uint32_t> unsigned_number(v.format, 4294967295, "texture_create: format")
    o.channels = <uint32_t> unsigned_number(v.channels, 4, "texture_create: channels")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "texture_create: bytes")
    o.width = <uint64_t> unsigned_number(v.width, 18446744073709551615, "texture_create: width")
    o.height = <uint64_t> unsigned_number(v.height, 18446744073709551615, "texture_create: height")
    o.pitch = <uint64_t> unsigned_number(v.pitch, 18446744073709551615, "texture_create: pitch")
    o.sampling_bytes = bytes_into(v.sampling, 104, "texture_create: sampling", &o.sampling)
    return 0


cdef object py_texture_destroy(const xs_msg_texture_destroy *o):
    return TextureDestroy(o.call, o.surface, o.object, o.after_seq)


cdef int c_texture_destroy(
    object v, xs_msg_texture_destroy *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "texture_destroy: call")
    o.surface = <uint8_t> unsigned_number(v.surface, 1, "texture_destroy: surface")
    o.object = <uint64_t> unsigned_number(v.object, 18446744073709551615, "texture_destroy: object")
    o.after_seq = <uint64_t> unsigned_number(v.after_seq, 18446744073709551615, "texture_destroy: after_seq")
    return 0


cdef object py_graph_instantiate(const xs_msg_graph_instantiate *o):
    return GraphInstantiate(o.call, o.graph, o.exec)


cdef int c_graph_instantiate(
    object v, xs_msg_graph_instantiate *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "graph_instantiate: call")
    o.graph = <uint64_t> unsigned_number(v.graph, 18446744073709551615, "graph_instantiate: graph")
    o.exec = <uint64_t> unsigned_number(v.exec, 18446744073709551615, "graph_instantiate: exec")
    return 0


cdef object py_graph_update(const xs_msg_graph_update *o):
    return GraphUpdate(o.call, o.exec, o.graph, o.node)


cdef int c_graph_update(
    object v, xs_msg_graph_update *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "graph_update: call")
    o.exec = <uint64_t> unsigned_number(v.exec, 18446744073709551615, "graph_update: exec")
    o.graph = <uint64_t> unsigned_number(v.graph, 18446744073709551615, "graph_update: graph")
    o.node = <uint32_t> unsigned_number(v.node, 4294967295, "graph_update: node")
    return 0


cdef object py_welcome(const xs_msg_welcome *o):
    return Welcome(o.session, o.protocol_minor, text_of(o.library, o.library_bytes), o.priority_class, o.epoch, o.status_bytes, o.waiters_bytes, o.host_base, o.host_bytes, o.va_base, o.va_bytes, o.memory_bytes_max, o.queued_operations_max, py_list_of_device_properties(o.devices, o.devices_count))


cdef int c_welcome(
    object v, xs_msg_welcome *o, Scratch scratch
) except -1:
    o.session = <uint64_t> unsigned_number(v.session, 18446744073709551615, "welcome: session")
    o.protocol_minor = <uint16_t> unsigned_number(v.protocol_minor, 65535, "welcome: protocol_minor")
    o.library_bytes = text_into(v.library, 64, "welcome: library", &o.library)
    o.priority_class = <uint8_t> unsigned_number(v.priority_class, 255, "welcome: priority_class")
    o.epoch = <uint32_t> unsigned_number(v.epoch, 4294967295, "welcome: epoch")
    o.status_bytes = <uint64_t> unsigned_number(v.status_bytes, 18446744073709551615, "welcome: status_bytes")
    o.waiters_bytes = <uint64_t> unsigned_number(v.waiters_bytes, 18446744073709551615, "welcome: waiters_bytes")
    o.host_base = <uint64_t> unsigned_number(v.host_base, 18446744073709551615, "welcome: host_base")
    o.host_bytes = <uint64_t> unsigned_number(v.host_bytes, 18446744073709551615, "welcome: host_bytes")
    o.va_base = <uint64_t> unsigned_number(v.va_base, 18446744073709551615, "welcome: va_base")
    o.va_bytes = <uint64_t> unsigned_number(v.va_bytes, 18446744073709551615, "welcome: va_bytes")
    o.memory_bytes_max = <uint64_t> unsigned_number(v.memory_bytes_max, 18446744073709551615, "welcome: memory_bytes_max")
    o.queued_operations_max = <uint32_t> unsigned_number(v.queued_operations_max, 4294967295, "welcome: queued_operations_max")
    o.devices_count = c_list_of_device_properties(v.devices, 16, "welcome: devices", &o.devices, scratch)
    return 0


cdef object py_refused(const xs_msg_refused *o):
    return Refused(text_of(o.reason, o.reason_bytes), text_of(o.message, o.message_bytes))


cdef int c_refused(
    object v, xs_msg_refused *o, Scratch scratch
) except -1:
    o.reason_bytes = text_into(v.reason, 64, "refused: reason", &o.reason)
    o.message_bytes = text_into(v.message, 8192, "refused: message", &o.message)
    return 0


cdef object py_protocol_error(const xs_msg_protocol_error *o):
    return ProtocolError(text_of(o.message, o.message_bytes), o.seq)


cdef int c_protocol_error(
    object v, xs_msg_protocol_error *o, Scratch scratch
) except -1:
    o.message_bytes = text_into(v.message, 8192, "protocol_error: message", &o.message)
    o.seq = <uint64_t> unsigned_number(v.seq, 18446744073709551615, "protocol_error: seq")
    return 0


cdef object py_fault(const xs_msg_fault *o):
    return Fault(o.result, text_of(o.message, o.message_bytes))


cdef int c_fault(
    object v, xs_msg_fault *o, Scratch scratch
) except -1:
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "fault: result")
    o.message_bytes = text_into(v.message, 8192, "fault: message", &o.message)
    return 0


cdef object py_device(const xs_msg_device *o):
    return Device(o.call, o.result, text_of(o.message, o.message_bytes), py_list_of_device_properties(o.properties, o.properties_count))


cdef int c_device(
    object v, xs_msg_device *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "device: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "device: result")
    o.message_bytes = text_into(v.message, 8192, "device: message", &o.message)
    o.properties_count = c_list_of_device_properties(v.properties, 1, "device: properties", &o.properties, scratch)
    return 0


cdef object py_allocated(const xs_msg_allocated *o):
    return Allocated(o.call, o.result, text_of(o.message, o.message_bytes), o.address)


cdef int c_allocated(
    object v, xs_msg_allocated *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "allocated: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "allocated: result")
    o.message_bytes = text_into(v.message, 8192, "allocated: message", &o.message)
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "allocated: address")
    return 0


cdef object py_done(const xs_msg_done *o):
    return Done(o.call, o.result, text_of(o.message, o.message_bytes))


cdef int c_done(
    object v, xs_msg_done *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "done: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "done: result")
    o.message_bytes = text_into(v.message, 8192, "done: message", &o.message)
    return 0


cdef object py_module(const xs_msg_module *o):
    return Module(o.call, o.result, text_of(o.message, o.message_bytes), o.bytes_needed != 0, text_of(o.log, o.log_bytes))


cdef int c_module(
    object v, xs_msg_module *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "module: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "module: result")
    o.message_bytes = text_into(v.message, 8192, "module: message", &o.message)
    o.bytes_needed = truth(v.bytes_needed, "module: bytes_needed")
    o.log_bytes = text_into(v.log, 8192, "module: log", &o.log)
    return 0


cdef object py_function(const xs_msg_function *o):
    return Function(o.call, o.result, text_of(o.message, o.message_bytes), py_u32_list(o.param_offsets, o.param_offsets_count), py_u32_list(o.param_sizes, o.param_sizes_count), o.param_bytes, o.threads_max, o.static_shared_bytes, o.registers, o.local_bytes, bytes_of(o.attributes, o.attributes_bytes))


cdef int c_function(
    object v, xs_msg_function *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "function: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "function: result")
    o.message_bytes = text_into(v.message, 8192, "function: message", &o.message)
    o.param_offsets_count = c_u32_list(v.param_offsets, 4096, "function: param_offsets", &o.param_offsets, scratch)
    o.param_sizes_count = c_u32_list(v.param_sizes, 4096, "function: param_sizes", &o.param_sizes, scratch)
    o.param_bytes = <uint32_t> unsigned_number(v.param_bytes, 4294967295, "function: param_bytes")
    o.threads_max = <uint32_t> unsigned_number(v.threads_max, 4294967295, "function: threads_max")
    o.static_shared_bytes = <uint32_t> unsigned_number(v.static_shared_bytes, 4294967295, "function: static_shared_bytes")
    o.registers = <uint32_t> unsigned_number(v.registers, 4294967295, "function: registers")
    o.local_bytes = <uint32_t> unsigned_number(v.local_bytes, 4294967295, "function: local_bytes")
    o.attributes_bytes = bytes_into(v.attributes, 256, "function: attributes", &o.attributes)
    return 0


cdef object py_memory(const xs_msg_memory *o):
    return Memory(o.call, o.result, text_of(o.message, o.message_bytes), o.free_bytes, o.total_bytes, o.used_ns, o.time_ns)


cdef int c_memory(
    object v, xs_msg_memory *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "memory: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "memory: result")
    o.message_bytes = text_into(v.message, 8192, "memory: message", &o.message)
    o.free_bytes = <uint64_t> unsigned_number(v.free_bytes, 18446744073709551615, "memory: free_bytes")
    o.total_bytes = <uint64_t> unsigned_number(v.total_bytes, 18446744073709551615, "memory: total_bytes")
    o.used_ns = <uint64_t> unsigned_number(v.used_ns, 18446744073709551615, "memory: used_ns")
    o.time_ns = <uint64_t> unsigned_number(v.time_ns, 18446744073709551615, "memory: time_ns")
    return 0


cdef object py_elapsed(const xs_msg_elapsed *o):
    return Elapsed(o.call, o.result, text_of(o.message, o.message_bytes), o.elapsed_ns)


cdef int c_elapsed(
    object v, xs_msg_elapsed *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "elapsed: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "elapsed: result")
    o.message_bytes = text_into(v.message, 8192, "elapsed: message", &o.message)
    o.elapsed_ns = <int64_t> signed_number(v.elapsed_ns, -9223372036854775808, 9223372036854775807, "elapsed: elapsed_ns")
    return 0


cdef object py_error_taken(const xs_msg_error_taken *o):
    return ErrorTaken(o.call, o.result, text_of(o.message, o.message_bytes), o.seq)


cdef int c_error_taken(
    object v, xs_msg_error_taken *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "error_taken: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "error_taken: result")
    o.message_bytes = text_into(v.message, 8192, "error_taken: message", &o.message)
    o.seq = <uint64_t> unsigned_number(v.seq, 18446744073709551615, "error_taken: seq")
    return 0


cdef object py_attributes(const xs_msg_attributes *o):
    return Attributes(o.call, o.result, text_of(o.message, o.message_bytes), bytes_of(o.values, o.values_bytes), o.granularity_bytes)


cdef int c_attributes(
    object v, xs_msg_attributes *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "attributes: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "attributes: result")
    o.message_bytes = text_into(v.message, 8192, "attributes: message", &o.message)
    o.values_bytes = bytes_into(v.values, 2048, "attributes: values", &o.values)
    o.granularity_bytes = <uint64_t> unsigned_number(v.granularity_bytes, 18446744073709551615, "attributes: granularity_bytes")
    return 0


cdef object py_variable(const xs_msg_variable *o):
    return Variable(o.call, o.result, text_of(o.message, o.message_bytes), o.address, o.bytes)


cdef int c_variable(
    object v, xs_msg_variable *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "variable: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "variable: result")
    o.message_bytes = text_into(v.message, 8192, "variable: message", &o.message)
    o.address = <uint64_t> unsigned_number(v.address, 18446744073709551615, "variable: address")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "variable: bytes")
    return 0


cdef object py_functions(const xs_msg_functions *o):
    return Functions(o.call, o.result, text_of(o.message, o.message_bytes), o.count, bytes_of(o.names, o.names_bytes))


cdef int c_functions(
    object v, xs_msg_functions *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "functions: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "functions: result")
    o.message_bytes = text_into(v.message, 8192, "functions: message", &o.message)
    o.count = <uint32_t> unsigned_number(v.count, 4294967295, "functions: count")
    o.names_bytes = bytes_into(v.names, 65536, "functions: names", &o.names)
    return 0


cdef object py_linked(const xs_msg_linked *o):
    return Linked(o.call, o.result, text_of(o.message, o.message_bytes), o.bytes)


cdef int c_linked(
    object v, xs_msg_linked *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "linked: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "linked: result")
    o.message_bytes = text_into(v.message, 8192, "linked: message", &o.message)
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "linked: bytes")
    return 0


cdef object py_occupancy(const xs_msg_occupancy *o):
    return Occupancy(o.call, o.result, text_of(o.message, o.message_bytes), o.value)


cdef int c_occupancy(
    object v, xs_msg_occupancy *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "occupancy: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "occupancy: result")
    o.message_bytes = text_into(v.message, 8192, "occupancy: message", &o.message)
    o.value = <uint64_t> unsigned_number(v.value, 18446744073709551615, "occupancy: value")
    return 0


cdef object py_tensor_map(const xs_msg_tensor_map *o):
    return TensorMap(o.call, o.result, text_of(o.message, o.message_bytes), bytes_of(o.map, o.map_bytes))


cdef int c_tensor_map(
    object v, xs_msg_tensor_map *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "tensor_map: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "tensor_map: result")
    o.message_bytes = text_into(v.message, 8192, "tensor_map: message", &o.message)
    o.map_bytes = bytes_into(v.map, 128, "tensor_map: map", &o.map)
    return 0


cdef object py_limit(const xs_msg_limit *o):
    return Limit(o.call, o.result, text_of(o.message, o.message_bytes), o.value)


cdef int c_limit(
    object v, xs_msg_limit *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "limit: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "limit: result")
    o.message_bytes = text_into(v.message, 8192, "limit: message", &o.message)
    o.value = <uint64_t> unsigned_number(v.value, 18446744073709551615, "limit: value")
    return 0


cdef object py_texture(const xs_msg_texture *o):
    return Texture(o.call, o.result, text_of(o.message, o.message_bytes), o.object)


cdef int c_texture(
    object v, xs_msg_texture *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "texture: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "texture: result")
    o.message_bytes = text_into(v.message, 8192, "texture: message", &o.message)
    o.object = <uint64_t> unsigned_number(v.object, 18446744073709551615, "texture: object")
    return 0


cdef object py_graph_instantiated(const xs_msg_graph_instantiated *o):
    return GraphInstantiated(o.call, o.result, text_of(o.message, o.message_bytes), o.node, o.segments, o.bytes)


cdef int c_graph_instantiated(
    object v, xs_msg_graph_instantiated *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "graph_instantiated: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "graph_instantiated: result")
    o.message_bytes = text_into(v.message, 8192, "graph_instantiated: message", &o.message)
    o.node = <uint32_t> unsigned_number(v.node, 4294967295, "graph_instantiated: node")
    o.segments = <uint32_t> unsigned_number(v.segments, 4294967295, "graph_instantiated: segments")
    o.bytes = <uint64_t> unsigned_number(v.bytes, 18446744073709551615, "graph_instantiated: bytes")
    return 0


cdef object py_graph_updated(const xs_msg_graph_updated *o):
    return GraphUpdated(o.call, o.result, text_of(o.message, o.message_bytes), o.node, o.update_result, o.segments)


cdef int c_graph_updated(
    object v, xs_msg_graph_updated *o, Scratch scratch
) except -1:
    o.call = <uint32_t> unsigned_number(v.call, 4294967295, "graph_updated: call")
    o.result = <int32_t> signed_number(v.result, -2147483648, 2147483647, "graph_updated: result")
    o.message_bytes = text_into(v.message, 8192, "graph_updated: message", &o.message)
    o.node = <uint32_t> unsigned_number(v.node, 4294967295, "graph_updated: node")
    o.update_result = <uint32_t> unsigned_number(v.update_result, 4294967295, "graph_updated: update_result")
    o.segments = <uint32_t> unsigned_number(v.segments, 4294967295, "graph_updated: segments")
    return 0


cdef object py_message(const xs_message *o):
    if o.kind == 1:
        return py_hello(&o.u.hello)
    elif o.kind == 2:
        return py_submit(&o.u.submit)
    elif o.kind == 10:
        return py_device_get(&o.u.device_get)
    elif o.kind == 11:
        return py_allocate(&o.u.allocate)
    elif o.kind == 12:
        return py_free(&o.u.free)
    elif o.kind == 13:
        return py_module_load(&o.u.module_load)
    elif o.kind == 14:
        return py_module_unload(&o.u.module_unload)
    elif o.kind == 15:
        return py_function_get(&o.u.function_get)
    elif o.kind == 16:
        return py_memory_info(&o.u.memory_info)
    elif o.kind == 17:
        return py_elapsed_time(&o.u.elapsed_time)
    elif o.kind == 18:
        return py_error_take(&o.u.error_take)
    elif o.kind == 19:
        return py_function_attribute_set(&o.u.function_attribute_set)
    elif o.kind == 20:
        return py_host_register(&o.u.host_register)
    elif o.kind == 21:
        return py_goodbye(&o.u.goodbye)
    elif o.kind == 22:
        return py_hint_set(&o.u.hint_set)
    elif o.kind == 32:
        return py_attributes_get(&o.u.attributes_get)
    elif o.kind == 33:
        return py_variable_get(&o.u.variable_get)
    elif o.kind == 34:
        return py_functions_list(&o.u.functions_list)
    elif o.kind == 35:
        return py_link(&o.u.link)
    elif o.kind == 36:
        return py_occupancy_get(&o.u.occupancy_get)
    elif o.kind == 37:
        return py_tensor_map_encode(&o.u.tensor_map_encode)
    elif o.kind == 38:
        return py_limit_set(&o.u.limit_set)
    elif o.kind == 39:
        return py_limit_get(&o.u.limit_get)
    elif o.kind == 50:
        return py_address_reserve(&o.u.address_reserve)
    elif o.kind == 51:
        return py_address_free(&o.u.address_free)
    elif o.kind == 52:
        return py_memory_create(&o.u.memory_create)
    elif o.kind == 53:
        return py_memory_release(&o.u.memory_release)
    elif o.kind == 54:
        return py_memory_map(&o.u.memory_map)
    elif o.kind == 55:
        return py_memory_unmap(&o.u.memory_unmap)
    elif o.kind == 56:
        return py_memory_access_set(&o.u.memory_access_set)
    elif o.kind == 57:
        return py_array_create(&o.u.array_create)
    elif o.kind == 58:
        return py_array_destroy(&o.u.array_destroy)
    elif o.kind == 59:
        return py_array_copy(&o.u.array_copy)
    elif o.kind == 60:
        return py_texture_create(&o.u.texture_create)
    elif o.kind == 61:
        return py_texture_destroy(&o.u.texture_destroy)
    elif o.kind == 40:
        return py_graph_instantiate(&o.u.graph_instantiate)
    elif o.kind == 41:
        return py_graph_update(&o.u.graph_update)
    elif o.kind == 64:
        return py_welcome(&o.u.welcome)
    elif o.kind == 65:
        return py_refused(&o.u.refused)
    elif o.kind == 66:
        return py_protocol_error(&o.u.protocol_error)
    elif o.kind == 67:
        return py_fault(&o.u.fault)
    elif o.kind == 74:
        return py_device(&o.u.device)
    elif o.kind == 75:
        return py_allocated(&o.u.allocated)
    elif o.kind == 76:
        return py_done(&o.u.done)
    elif o.kind == 77:
        return py_module(&o.u.module)
    elif o.kind == 78:
        return py_function(&o.u.function)
    elif o.kind == 79:
        return py_memory(&o.u.memory)
    elif o.kind == 80:
        return py_elapsed(&o.u.elapsed)
    elif o.kind == 81:
        return py_error_taken(&o.u.error_taken)
    elif o.kind == 104:
        return py_attributes(&o.u.attributes)
    elif o.kind == 105:
        return py_variable(&o.u.variable)
    elif o.kind == 106:
        return py_functions(&o.u.functions)
    elif o.kind == 107:
        return py_linked(&o.u.linked)
    elif o.kind == 108:
        return py_occupancy(&o.u.occupancy)
    elif o.kind == 109:
        return py_tensor_map(&o.u.tensor_map)
    elif o.kind == 110:
        return py_limit(&o.u.limit)
    elif o.kind == 111:
        return py_texture(&o.u.texture)
    elif o.kind == 96:
        return py_graph_instantiated(&o.u.graph_instantiated)
    elif o.kind == 97:
        return py_graph_updated(&o.u.graph_updated)
    raise AssertionError("message of unknown kind")


cdef int c_message(object v, xs_message *o, Scratch scratch) except -1:
    o.kind = number_of(v, MESSAGES, "message")
    if o.kind == 1:
        return c_hello(v, &o.u.hello, scratch)
    elif o.kind == 2:
        return c_submit(v, &o.u.submit, scratch)
    elif o.kind == 10:
        return c_device_get(v, &o.u.device_get, scratch)
    elif o.kind == 11:
        return c_allocate(v, &o.u.allocate, scratch)
    elif o.kind == 12:
        return c_free(v, &o.u.free, scratch)
    elif o.kind == 13:
        return c_module_load(v, &o.u.module_load, scratch)
    elif o.kind == 14:
        return c_module_unload(v, &o.u.module_unload, scratch)
    elif o.kind == 15:
        return c_function_get(v, &o.u.function_get, scratch)
    elif o.kind == 16:
        return c_memory_info(v, &o.u.memory_info, scratch)
    elif o.kind == 17:
        return c_elapsed_time(v, &o.u.elapsed_time, scratch)
    elif o.kind == 18:
        return c_error_take(v, &o.u.error_take, scratch)
    elif o.kind == 19:
        return c_function_attribute_set(v, &o.u.function_attribute_set, scratch)
    elif o.kind == 20:
        return c_host_register(v, &o.u.host_register, scratch)
    elif o.kind == 21:
        return c_goodbye(v, &o.u.goodbye, scratch)
    elif o.kind == 22:
        return c_hint_set(v, &o.u.hint_set, scratch)
    elif o.kind == 32:
        return c_attributes_get(v, &o.u.attributes_get, scratch)
    elif o.kind == 33:
        return c_variable_get(v, &o.u.variable_get, scratch)
    elif o.kind == 34:
        return c_functions_list(v, &o.u.functions_list, scratch)
    elif o.kind == 35:
        return c_link(v, &o.u.link, scratch)
    elif o.kind == 36:
        return c_occupancy_get(v, &o.u.occupancy_get, scratch)
    elif o.kind == 37:
        return c_tensor_map_encode(v, &o.u.tensor_map_encode, scratch)
    elif o.kind == 38:
        return c_limit_set(v, &o.u.limit_set, scratch)
    elif o.kind == 39:
        return c_limit_get(v, &o.u.limit_get, scratch)
    elif o.kind == 50:
        return c_address_reserve(v, &o.u.address_reserve, scratch)
    elif o.kind == 51:
        return c_address_free(v, &o.u.address_free, scratch)
    elif o.kind == 52:
        return c_memory_create(v, &o.u.memory_create, scratch)
    elif o.kind == 53:
        return c_memory_release(v, &o.u.memory_release, scratch)
    elif o.kind == 54:
        return c_memory_map(v, &o.u.memory_map, scratch)
    elif o.kind == 55:
        return c_memory_unmap(v, &o.u.memory_unmap, scratch)
    elif o.kind == 56:
        return c_memory_access_set(v, &o.u.memory_access_set, scratch)
    elif o.kind == 57:
        return c_array_create(v, &o.u.array_create, scratch)
    elif o.kind == 58:
        return c_array_destroy(v, &o.u.array_destroy, scratch)
    elif o.kind == 59:
        return c_array_copy(v, &o.u.array_copy, scratch)
    elif o.kind == 60:
        return c_texture_create(v, &o.u.texture_create, scratch)
    elif o.kind == 61:
        return c_texture_destroy(v, &o.u.texture_destroy, scratch)
    elif o.kind == 40:
        return c_graph_instantiate(v, &o.u.graph_instantiate, scratch)
    elif o.kind == 41:
        return c_graph_update(v, &o.u.graph_update, scratch)
    elif o.kind == 64:
        return c_welcome(v, &o.u.welcome, scratch)
    elif o.kind == 65:
        return c_refused(v, &o.u.refused, scratch)
    elif o.kind == 66:
        return c_protocol_error(v, &o.u.protocol_error, scratch)
    elif o.kind == 67:
        return c_fault(v, &o.u.fault, scratch)
    elif o.kind == 74:
        return c_device(v, &o.u.device, scratch)
    elif o.kind == 75:
        return c_allocated(v, &o.u.allocated, scratch)
    elif o.kind == 76:
        return c_done(v, &o.u.done, scratch)
    elif o.kind == 77:
        return c_module(v, &o.u.module, scratch)
    elif o.kind == 78:
        return c_function(v, &o.u.function, scratch)
    elif o.kind == 79:
        return c_memory(v, &o.u.memory, scratch)
    elif o.kind == 80:
        return c_elapsed(v, &o.u.elapsed, scratch)
    elif o.kind == 81:
        return c_error_taken(v, &o.u.error_taken, scratch)
    elif o.kind == 104:
        return c_attributes(v, &o.u.attributes, scratch)
    elif o.kind == 105:
        return c_variable(v, &o.u.variable, scratch)
    elif o.kind == 106:
        return c_functions(v, &o.u.functions, scratch)
    elif o.kind == 107:
        return c_linked(v, &o.u.linked, scratch)
    elif o.kind == 108:
        return c_occupancy(v, &o.u.occupancy, scratch)
    elif o.kind == 109:
        return c_tensor_map(v, &o.u.tensor_map, scratch)
    elif o.kind == 110:
        return c_limit(v, &o.u.limit, scratch)
    elif o.kind == 111:
        return c_texture(v, &o.u.texture, scratch)
    elif o.kind == 96:
        return c_graph_instantiated(v, &o.u.graph_instantiated, scratch)
    elif o.kind == 97:
        return c_graph_updated(v, &o.u.graph_updated, scratch)
    raise AssertionError("message of unknown kind")

