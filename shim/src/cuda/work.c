/* Device work: what must exist before the first of it, and the errors it leaves behind.
 *
 * Decides when an asynchronous error is told: at the next call that synchronises or asks,
 * once. Called by process.c inside cuInit, and by every file of device work. */
#include "xs/work.h"

CUresult xs_work_start(void) {
    CUresult (*const starts[])(void) = {
        xs_devices_ask,   xs_arrays_start, xs_memory_start,    xs_streams_start,
        xs_modules_start, xs_pools_start,  xs_callbacks_start, xs_graphs_start};
    CUresult result = CUDA_SUCCESS;

    for (size_t i = 0; i < sizeof starts / sizeof starts[0] && !result; i++)
        result = starts[i]();
    return result;
}

static CUresult take_error(void) {
    xs_message request = {.kind = XS_MSG_ERROR_TAKE};
    xs_reply reply;
    CUresult result = xs_call(&request, &reply);

    if (!result)
        xs_reply_free(&reply);
    return result;
}

/* The reply's result is the error itself. */
CUresult xs_work_error(void) {
    const xs_status_header *header = xs_the_link.status;

    if (!__atomic_load_n(&header->session_error, __ATOMIC_ACQUIRE))
        return CUDA_SUCCESS;
    return take_error();
}
