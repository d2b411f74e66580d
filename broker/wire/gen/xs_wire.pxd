# The C structs and functions of xs_wire.h for Cython.
# Generated from schema.toml by `python -m broker.wire.generate`; change that file.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "broker/wire/gen/xs_wire.h" nogil:
    ctypedef struct xs_writer:
        pass
    ctypedef struct xs_reader:
        pass
    enum:
        XS_FRAME_BYTES_MAX
        XS_OPERATIONS_PER_SUBMISSION_MAX
        XS_SUBMISSION_BYTES_TARGET
        XS_PARAMS_BYTES_MAX
        XS_ATTRIBUTES_MAX
        XS_ATTRIBUTE_BYTES
        XS_NAME_BYTES_MAX
        XS_MESSAGE_BYTES_MAX
        XS_FUNCTION_PARAMS_MAX
        XS_STREAMS_MAX
        XS_FUNCTIONS_MAX
        XS_EVENTS_MAX
        XS_FIELDS_UNKNOWN_MAX
        XS_GRAPHS_MAX
        XS_GRAPH_NODES_MAX
        XS_GRAPH_DEPENDS_BYTES_MAX
        XS_NESTING_MAX
        XS_SCRATCH_BYTES_MAX
        XS_KIND_STREAM
        XS_KIND_EVENT
        XS_KIND_MODULE
        XS_KIND_FUNCTION
        XS_KIND_GRAPH
        XS_KIND_GRAPH_EXEC
        XS_KIND_ARRAY
        XS_KIND_MEMORY
        XS_MSG_HELLO
        XS_MSG_SUBMIT
        XS_MSG_DEVICE_GET
        XS_MSG_ALLOCATE
        XS_MSG_FREE
        XS_MSG_MODULE_LOAD
        XS_MSG_MODULE_UNLOAD
        XS_MSG_FUNCTION_GET
        XS_MSG_MEMORY_INFO
        XS_MSG_ELAPSED_TIME
        XS_MSG_ERROR_TAKE
        XS_MSG_FUNCTION_ATTRIBUTE_SET
        XS_MSG_HOST_REGISTER
        XS_MSG_GOODBYE
        XS_MSG_HINT_SET
        XS_MSG_ATTRIBUTES_GET
        XS_MSG_VARIABLE_GET
        XS_MSG_FUNCTIONS_LIST
        XS_MSG_LINK
        XS_MSG_OCCUPANCY_GET
        XS_MSG_TENSOR_MAP_ENCODE
        XS_MSG_LIMIT_SET
        XS_MSG_LIMIT_GET
        XS_MSG_ADDRESS_RESERVE
        XS_MSG_ADDRESS_FREE
        XS_MSG_MEMORY_CREATE
        XS_MSG_MEMORY_RELEASE
        XS_MSG_MEMORY_MAP
        XS_MSG_MEMORY_UNMAP
        XS_MSG_MEMORY_ACCESS_SET
        XS_MSG_ARRAY_CREATE
        XS_MSG_ARRAY_DESTROY
        XS_MSG_ARRAY_COPY
        XS_MSG_TEXTURE_CREATE
        XS_MSG_TEXTURE_DESTROY
        XS_MSG_GRAPH_INSTANTIATE
        XS_MSG_GRAPH_UPDATE
        XS_MSG_WELCOME
        XS_MSG_REFUSED
        XS_MSG_PROTOCOL_ERROR
        XS_MSG_FAULT
        XS_MSG_DEVICE
        XS_MSG_ALLOCATED
        XS_MSG_DONE
        XS_MSG_MODULE
        XS_MSG_FUNCTION
        XS_MSG_MEMORY
        XS_MSG_ELAPSED
        XS_MSG_ERROR_TAKEN
        XS_MSG_ATTRIBUTES
        XS_MSG_VARIABLE
        XS_MSG_FUNCTIONS
        XS_MSG_LINKED
        XS_MSG_OCCUPANCY
        XS_MSG_TENSOR_MAP
        XS_MSG_LIMIT
        XS_MSG_TEXTURE
        XS_MSG_GRAPH_INSTANTIATED
        XS_MSG_GRAPH_UPDATED
        XS_OP_LAUNCH
        XS_OP_COPY_H2D
        XS_OP_COPY_D2H
        XS_OP_COPY_D2D
        XS_OP_MEMSET
        XS_OP_EVENT_RECORD
        XS_OP_STREAM_WAIT
        XS_OP_STREAM_CREATE
        XS_OP_STREAM_DESTROY
        XS_OP_EVENT_CREATE
        XS_OP_EVENT_DESTROY
        XS_OP_WRITE_VALUE
        XS_OP_WAIT_VALUE
        XS_OP_HOST_FUNCTION
        XS_OP_COMPLETE
        XS_OP_COPY_3D
        XS_OP_MEMSET_2D
        XS_OP_GRAPH_CREATE
        XS_OP_GRAPH_DEPEND
        XS_OP_GRAPH_EMPTY
        XS_OP_GRAPH_CHILD
        XS_OP_GRAPH_DESTROY
        XS_OP_GRAPH_LAUNCH
        XS_OP_GRAPH_EXEC_DESTROY

    ctypedef struct xs_link_input:
        uint32_t type
        const uint8_t *name
        uint32_t name_bytes
        uint64_t host_offset
        uint64_t bytes

    ctypedef struct xs_device_properties:
        uint8_t ordinal
        const uint8_t *name
        uint32_t name_bytes
        const uint8_t *backend
        uint32_t backend_bytes
        const uint8_t *uuid
        uint32_t uuid_bytes
        uint32_t compute_major
        uint32_t compute_minor
        uint32_t sm_count
        uint64_t memory_bytes
        uint32_t driver_version
        uint32_t time_dilation
        uint32_t threads_per_sm
        uint32_t blocks_per_sm
        uint32_t shared_bytes_per_sm
        uint32_t shared_bytes_per_block_optin

    ctypedef struct xs_op_launch:
        uint64_t stream
        uint64_t function
        uint32_t grid_x
        uint32_t grid_y
        uint32_t grid_z
        uint32_t block_x
        uint32_t block_y
        uint32_t block_z
        uint32_t shared_bytes
        const uint8_t *params
        uint32_t params_bytes
        const uint8_t *attributes
        uint32_t attributes_bytes

    ctypedef struct xs_op_copy_h2d:
        uint64_t stream
        uint64_t destination
        uint64_t host_offset
        uint64_t bytes

    ctypedef struct xs_op_copy_d2h:
        uint64_t stream
        uint64_t host_offset
        uint64_t source
        uint64_t bytes

    ctypedef struct xs_op_copy_d2d:
        uint64_t stream
        uint64_t destination
        uint64_t source
        uint64_t bytes

    ctypedef struct xs_op_memset:
        uint64_t stream
        uint64_t destination
        uint32_t value
        uint8_t width
        uint64_t count

    ctypedef struct xs_op_event_record:
        uint64_t stream
        uint64_t event

    ctypedef struct xs_op_stream_wait:
        uint64_t stream
        uint64_t event
        uint64_t record_seq

    ctypedef struct xs_op_stream_create:
        uint64_t stream
        uint32_t flags
        int32_t priority

    ctypedef struct xs_op_stream_destroy:
        uint64_t stream

    ctypedef struct xs_op_event_create:
        uint64_t event
        uint32_t flags

    ctypedef struct xs_op_event_destroy:
        uint64_t event

    ctypedef struct xs_op_write_value:
        uint64_t stream
        uint64_t address
        uint64_t value
        uint8_t width

    ctypedef struct xs_op_wait_value:
        uint64_t stream
        uint64_t address
        uint64_t value
        uint8_t width
        uint8_t condition

    ctypedef struct xs_op_host_function:
        uint64_t stream
        uint64_t token

    ctypedef struct xs_op_complete:
        uint64_t stream

    ctypedef struct xs_op_copy_3d:
        uint64_t stream
        uint8_t kind
        uint64_t destination
        uint64_t destination_pitch
        uint64_t destination_slice
        uint64_t source
        uint64_t source_pitch
        uint64_t source_slice
        uint64_t row_bytes
        uint32_t rows
        uint32_t layers

    ctypedef struct xs_op_memset_2d:
        uint64_t stream
        uint64_t destination
        uint64_t pitch
        uint32_t value
        uint8_t width
        uint64_t columns
        uint32_t rows

    ctypedef struct xs_op_graph_create:
        uint64_t graph

    ctypedef struct xs_op_graph_depend:
        uint64_t graph
        const uint8_t *nodes
        uint32_t nodes_bytes

    ctypedef struct xs_op_graph_empty:
        uint64_t graph

    ctypedef struct xs_op_graph_child:
        uint64_t graph
        uint64_t child

    ctypedef struct xs_op_graph_destroy:
        uint64_t graph

    ctypedef struct xs_op_graph_launch:
        uint64_t stream
        uint64_t exec

    ctypedef struct xs_op_graph_exec_destroy:
        uint64_t exec

    ctypedef union xs_operation_union:
        xs_op_launch launch
        xs_op_copy_h2d copy_h2d
        xs_op_copy_d2h copy_d2h
        xs_op_copy_d2d copy_d2d
        xs_op_memset memset
        xs_op_event_record event_record
        xs_op_stream_wait stream_wait
        xs_op_stream_create stream_create
        xs_op_stream_destroy stream_destroy
        xs_op_event_create event_create
        xs_op_event_destroy event_destroy
        xs_op_write_value write_value
        xs_op_wait_value wait_value
        xs_op_host_function host_function
        xs_op_complete complete
        xs_op_copy_3d copy_3d
        xs_op_memset_2d memset_2d
        xs_op_graph_create graph_create
        xs_op_graph_depend graph_depend
        xs_op_graph_empty graph_empty
        xs_op_graph_child graph_child
        xs_op_graph_destroy graph_destroy
        xs_op_graph_launch graph_launch
        xs_op_graph_exec_destroy graph_exec_destroy

    ctypedef struct xs_operation:
        uint8_t kind
        xs_operation_union u

    ctypedef struct xs_msg_hello:
        uint16_t protocol_major
        uint16_t protocol_minor
        const uint8_t *library
        uint32_t library_bytes
        const uint8_t *tenant
        uint32_t tenant_bytes
        const uint8_t *token
        uint32_t token_bytes
        uint8_t priority_class
        uint32_t pid
        uint64_t memory_bytes

    ctypedef struct xs_msg_submit:
        uint64_t first_seq
        const xs_operation *operations
        uint32_t operations_count

    ctypedef struct xs_msg_device_get:
        uint32_t call
        uint8_t device

    ctypedef struct xs_msg_allocate:
        uint32_t call
        uint8_t device
        uint64_t bytes

    ctypedef struct xs_msg_free:
        uint32_t call
        uint64_t address
        uint64_t after_seq

    ctypedef struct xs_msg_module_load:
        uint32_t call
        uint64_t module
        uint8_t format
        const uint8_t *hash
        uint32_t hash_bytes
        uint64_t bytes
        uint64_t host_offset
        const uint8_t *options
        uint32_t options_bytes

    ctypedef struct xs_msg_module_unload:
        uint32_t call
        uint64_t module
        uint64_t after_seq

    ctypedef struct xs_msg_function_get:
        uint32_t call
        uint64_t module
        uint64_t function
        const uint8_t *name
        uint32_t name_bytes

    ctypedef struct xs_msg_memory_info:
        uint32_t call
        uint8_t device

    ctypedef struct xs_msg_elapsed_time:
        uint32_t call
        uint64_t start
        uint64_t end

    ctypedef struct xs_msg_error_take:
        uint32_t call

    ctypedef struct xs_msg_function_attribute_set:
        uint32_t call
        uint64_t function
        uint32_t attribute
        int32_t value

    ctypedef struct xs_msg_host_register:
        uint32_t call
        uint64_t host_offset
        uint64_t bytes

    ctypedef struct xs_msg_goodbye:
        uint8_t unused

    ctypedef struct xs_msg_hint_set:
        uint32_t call
        uint8_t priority_class
        uint32_t weight_milli
        uint64_t deadline_ns

    ctypedef struct xs_msg_attributes_get:
        uint32_t call
        uint8_t device

    ctypedef struct xs_msg_variable_get:
        uint32_t call
        uint64_t module
        const uint8_t *name
        uint32_t name_bytes

    ctypedef struct xs_msg_functions_list:
        uint32_t call
        uint64_t module
        uint32_t first

    ctypedef struct xs_msg_link:
        uint32_t call
        uint8_t device
        const xs_link_input *inputs
        uint32_t inputs_count
        uint64_t host_offset
        uint64_t bytes_max
        const uint8_t *options
        uint32_t options_bytes

    ctypedef struct xs_msg_occupancy_get:
        uint32_t call
        uint64_t function
        uint8_t query
        uint32_t grid_x
        uint32_t grid_y
        uint32_t grid_z
        uint32_t block_x
        uint32_t block_y
        uint32_t block_z
        uint64_t shared_bytes
        uint32_t flags
        const uint8_t *attributes
        uint32_t attributes_bytes

    ctypedef struct xs_msg_tensor_map_encode:
        uint32_t call
        uint8_t device
        uint8_t im2col
        uint32_t data_type
        uint32_t rank
        uint64_t address
        const uint8_t *dimensions
        uint32_t dimensions_bytes
        const uint8_t *strides
        uint32_t strides_bytes
        const uint8_t *box
        uint32_t box_bytes
        const uint8_t *element_strides
        uint32_t element_strides_bytes
        const uint8_t *corners
        uint32_t corners_bytes
        uint32_t channels
        uint32_t pixels
        uint32_t interleave
        uint32_t swizzle
        uint32_t promotion
        uint32_t fill

    ctypedef struct xs_msg_limit_set:
        uint32_t call
        uint32_t limit
        uint64_t value

    ctypedef struct xs_msg_limit_get:
        uint32_t call
        uint32_t limit

    ctypedef struct xs_msg_address_reserve:
        uint32_t call
        uint8_t device
        uint64_t bytes
        uint64_t alignment

    ctypedef struct xs_msg_address_free:
        uint32_t call
        uint64_t address
        uint64_t bytes

    ctypedef struct xs_msg_memory_create:
        uint32_t call
        uint64_t memory
        uint64_t bytes

    ctypedef struct xs_msg_memory_release:
        uint32_t call
        uint64_t memory

    ctypedef struct xs_msg_memory_map:
        uint32_t call
        uint64_t address
        uint64_t bytes
        uint64_t memory

    ctypedef struct xs_msg_memory_unmap:
        uint32_t call
        uint64_t address
        uint64_t bytes
        uint64_t after_seq

    ctypedef struct xs_msg_memory_access_set:
        uint32_t call
        uint64_t address
        uint64_t bytes
        uint8_t access

    ctypedef struct xs_msg_array_create:
        uint32_t call
        uint64_t array
        uint64_t width
        uint64_t height
        uint64_t depth
        uint32_t format
        uint32_t channels
        uint32_t flags

    ctypedef struct xs_msg_array_destroy:
        uint32_t call
        uint64_t array
        uint64_t after_seq

    ctypedef struct xs_msg_array_copy:
        uint32_t call
        uint8_t kind
        uint64_t array
        uint64_t x_bytes
        uint64_t y
        uint64_t z
        uint64_t other
        uint64_t other_pitch
        uint64_t other_rows
        uint64_t other_x_bytes
        uint64_t other_y
        uint64_t other_z
        uint64_t row_bytes
        uint32_t rows
        uint32_t layers

    ctypedef struct xs_msg_texture_create:
        uint32_t call
        uint8_t device
        uint8_t surface
        uint8_t resource
        uint64_t array
        uint64_t address
        uint32_t format
        uint32_t channels
        uint64_t bytes
        uint64_t width
        uint64_t height
        uint64_t pitch
        const uint8_t *sampling
        uint32_t sampling_bytes

    ctypedef struct xs_msg_texture_destroy:
        uint32_t call
        uint8_t surface
        uint64_t object
        uint64_t after_seq

    ctypedef struct xs_msg_graph_instantiate:
        uint32_t call
        uint64_t graph
        uint64_t exec

    ctypedef struct xs_msg_graph_update:
        uint32_t call
        uint64_t exec
        uint64_t graph
        uint32_t node

    ctypedef struct xs_msg_welcome:
        uint64_t session
        uint16_t protocol_minor
        const uint8_t *library
        uint32_t library_bytes
        uint8_t priority_class
        uint32_t epoch
        uint64_t status_bytes
        uint64_t waiters_bytes
        uint64_t host_base
        uint64_t host_bytes
        uint64_t va_base
        uint64_t va_bytes
        uint64_t memory_bytes_max
        uint32_t queued_operations_max
        const xs_device_properties *devices
        uint32_t devices_count

    ctypedef struct xs_msg_refused:
        const uint8_t *reason
        uint32_t reason_bytes
        const uint8_t *message
        uint32_t message_bytes

    ctypedef struct xs_msg_protocol_error:
        const uint8_t *message
        uint32_t message_bytes
        uint64_t seq

    ctypedef struct xs_msg_fault:
        int32_t result
        const uint8_t *message
        uint32_t message_bytes

    ctypedef struct xs_msg_device:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        const xs_device_properties *properties
        uint32_t properties_count

    ctypedef struct xs_msg_allocated:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint64_t address

    ctypedef struct xs_msg_done:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes

    ctypedef struct xs_msg_module:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint8_t bytes_needed
        const uint8_t *log
        uint32_t log_bytes

    ctypedef struct xs_msg_function:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        const uint32_t *param_offsets
        uint32_t param_offsets_count
        const uint32_t *param_sizes
        uint32_t param_sizes_count
        uint32_t param_bytes
        uint32_t threads_max
        uint32_t static_shared_bytes
        uint32_t registers
        uint32_t local_bytes
        const uint8_t *attributes
        uint32_t attributes_bytes

    ctypedef struct xs_msg_memory:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint64_t free_bytes
        uint64_t total_bytes
        uint64_t used_ns
        uint64_t time_ns

    ctypedef struct xs_msg_elapsed:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        int64_t elapsed_ns

    ctypedef struct xs_msg_error_taken:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint64_t seq

    ctypedef struct xs_msg_attributes:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        const uint8_t *values
        uint32_t values_bytes
        uint64_t granularity_bytes

    ctypedef struct xs_msg_variable:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint64_t address
        uint64_t bytes

    ctypedef struct xs_msg_functions:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint32_t count
        const uint8_t *names
        uint32_t names_bytes

    ctypedef struct xs_msg_linked:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint64_t bytes

    ctypedef struct xs_msg_occupancy:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint64_t value

    ctypedef struct xs_msg_tensor_map:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        const uint8_t *map
        uint32_t map_bytes

    ctypedef struct xs_msg_limit:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint64_t value

    ctypedef struct xs_msg_texture:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint64_t object

    ctypedef struct xs_msg_graph_instantiated:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint32_t node
        uint32_t segments
        uint64_t bytes

    ctypedef struct xs_msg_graph_updated:
        uint32_t call
        int32_t result
        const uint8_t *message
        uint32_t message_bytes
        uint32_t node
        uint32_t update_result
        uint32_t segments

    ctypedef union xs_message_union:
        xs_msg_hello hello
        xs_msg_submit submit
        xs_msg_device_get device_get
        xs_msg_allocate allocate
        xs_msg_free free
        xs_msg_module_load module_load
        xs_msg_module_unload module_unload
        xs_msg_function_get function_get
        xs_msg_memory_info memory_info
        xs_msg_elapsed_time elapsed_time
        xs_msg_error_take error_take
        xs_msg_function_attribute_set function_attribute_set
        xs_msg_host_register host_register
        xs_msg_goodbye goodbye
        xs_msg_hint_set hint_set
        xs_msg_attributes_get attributes_get
        xs_msg_variable_get variable_get
        xs_msg_functions_list functions_list
        xs_msg_link link
        xs_msg_occupancy_get occupancy_get
        xs_msg_tensor_map_encode tensor_map_encode
        xs_msg_limit_set limit_set
        xs_msg_limit_get limit_get
        xs_msg_address_reserve address_reserve
        xs_msg_address_free address_free
        xs_msg_memory_create memory_create
        xs_msg_memory_release memory_release
        xs_msg_memory_map memory_map
        xs_msg_memory_unmap memory_unmap
        xs_msg_memory_access_set memory_access_set
        xs_msg_array_create array_create
        xs_msg_array_destroy array_destroy
        xs_msg_array_copy array_copy
        xs_msg_texture_create texture_create
        xs_msg_texture_destroy texture_destroy
        xs_msg_graph_instantiate graph_instantiate
        xs_msg_graph_update graph_update
        xs_msg_welcome welcome
        xs_msg_refused refused
        xs_msg_protocol_error protocol_error
        xs_msg_fault fault
        xs_msg_device device
        xs_msg_allocated allocated
        xs_msg_done done
        xs_msg_module module
        xs_msg_function function
        xs_msg_memory memory
        xs_msg_elapsed elapsed
        xs_msg_error_taken error_taken
        xs_msg_attributes attributes
        xs_msg_variable variable
        xs_msg_functions functions
        xs_msg_linked linked
        xs_msg_occupancy occupancy
        xs_msg_tensor_map tensor_map
        xs_msg_limit limit
        xs_msg_texture texture
        xs_msg_graph_instantiated graph_instantiated
        xs_msg_graph_updated graph_updated

    ctypedef struct xs_message:
        uint8_t kind
        xs_message_union u

    const char *xs_operation_name(uint8_t kind)
    const char *xs_message_name(uint8_t kind)
    int xs_encode_operation(xs_writer *w, const xs_operation *op)
    int xs_encode_message(xs_writer *w, const xs_message *message)
    int xs_decode_operation(xs_reader *r, xs_operation *op)
    int xs_decode_message(xs_reader *r, xs_message *message)
