/* cuGetProcAddress: which function a name, a version and a kind of default stream mean.
 *
 * Decides nothing of its own: the rows of the generated table are the public headers'. The
 * newest form that is not newer than the version asked for, and than the driver's. */
#include <string.h>

#include "xs/shim.h"

/* The first row of the name with this kind of default stream; count: none. */
static unsigned first_row(const char *name, int per_thread) {
    unsigned low = 0, high = xs_map_count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        int order = strcmp(xs_map[middle].name, name);
        if (!order)
            order = xs_map[middle].per_thread - per_thread;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int is_row(unsigned row, const char *name, int per_thread) {
    return row < xs_map_count && xs_map[row].per_thread == per_thread &&
           !strcmp(xs_map[row].name, name);
}

CUresult xs_cuGetProcAddress_v2(const char *symbol, void **pfn, int cudaVersion,
                                uint64_t flags, CUdriverProcAddressQueryResult *symbolStatus) {
    int per_thread = (flags & CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM) != 0;
    CUdriverProcAddressQueryResult status = CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND;
    void *found = NULL;

    if (!symbol || !pfn || flags > CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM)
        return CUDA_ERROR_INVALID_VALUE;
    for (unsigned row = first_row(symbol, per_thread); is_row(row, symbol, per_thread); row++) {
        if (status == CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND)
            status = CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT;
        if (xs_map[row].since <= cudaVersion && xs_map[row].since <= XS_DRIVER_VERSION) {
            found = xs_map[row].address;
            status = CU_GET_PROC_ADDRESS_SUCCESS;
        }
    }
    *pfn = found;
    if (symbolStatus)
        *symbolStatus = status;
    return found || symbolStatus ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND;
}

CUresult xs_cuGetProcAddress(const char *symbol, void **pfn, int cudaVersion,
                             uint64_t flags) {
    return xs_cuGetProcAddress_v2(symbol, pfn, cudaVersion, flags, NULL);
}

CUresult xs_cuGetExportTable(const void **ppExportTable, const CUuuid *pExportTableId) {
    if (!ppExportTable || !pExportTableId)
        return CUDA_ERROR_INVALID_VALUE;
    *ppExportTable = NULL;
    return xs_export_table(ppExportTable, pExportTableId);
}
