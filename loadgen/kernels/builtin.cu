// Kernels that replay recorded ones, and a few that move data so that tests can check
// results. builtin.ptx is made from this file:
//
//     nvcc -ptx -arch=compute_75 -o builtin.ptx builtin.cu
//
// The emulated device knows these kernels by name (broker/device/emulated/kernels.c).

typedef unsigned long long u64;
typedef unsigned int u32;

static __device__ __forceinline__ u64 globaltimer() {
    u64 now;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
    return now;
}

static __device__ __forceinline__ u64 thread_index() {
    return (u64)blockIdx.x * blockDim.x + threadIdx.x;
}

static __device__ __forceinline__ u64 thread_count() {
    return (u64)gridDim.x * blockDim.x;
}

static __device__ __forceinline__ u64 block_index() {
    return ((u64)blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
}

static __device__ __forceinline__ u32 thread_in_block() {
    return (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
}

// Each block runs for duration_ns from its own start, on the clock that no frequency
// changes, and meanwhile reads up to touch_bytes of the buffer, its share of 16 bytes a
// thread and turn. The loads are volatile: their values are of no use to anybody.
extern "C" __global__ void xs_replay(u64 duration_ns, void *buffer, u64 buffer_bytes,
                                     u32 touch_bytes) {
    const u64 end = globaltimer() + duration_ns;
    const u32 threads = blockDim.x * blockDim.y * blockDim.z;
    const u64 turn_bytes = (u64)threads * 16;
    const u64 turns_in_buffer = buffer_bytes / turn_bytes;
    u64 turn = turns_in_buffer ? (block_index() * 37) % turns_in_buffer : 0;
    u32 left = turns_in_buffer ? touch_bytes : 0;
    const char *base = (const char *)buffer + (u64)thread_in_block() * 16;
    while (globaltimer() < end) {
        if (left >= turn_bytes) {
            u32 a, b, c, d;
            asm volatile("ld.volatile.global.v4.u32 {%0, %1, %2, %3}, [%4];"
                         : "=r"(a), "=r"(b), "=r"(c), "=r"(d)
                         : "l"(base + turn * turn_bytes));
            turn = turn + 1 == turns_in_buffer ? 0 : turn + 1;
            left -= (u32)turn_bytes;
        }
    }
}

extern "C" __global__ void xs_spin(u64 duration_ns) {
    const u64 end = globaltimer() + duration_ns;
    while (globaltimer() < end) {
    }
}

extern "C" __global__ void xs_empty() {}

extern "C" __global__ void xs_fill_u32(u32 *out, u32 value, u64 n) {
    for (u64 i = thread_index(); i < n; i += thread_count()) out[i] = value;
}

extern "C" __global__ void xs_copy_u32(u32 *out, const u32 *in, u64 n) {
    for (u64 i = thread_index(); i < n; i += thread_count()) out[i] = in[i];
}

// Rounded after the product and again after the sum, as a reference in NumPy is.
extern "C" __global__ void xs_saxpy_f32(float a, const float *x, float *y, u64 n) {
    for (u64 i = thread_index(); i < n; i += thread_count())
        y[i] = __fadd_rn(__fmul_rn(a, x[i]), y[i]);
}

extern "C" __global__ void xs_add_one_u32(u32 *data, u64 n) {
    for (u64 i = thread_index(); i < n; i += thread_count()) data[i] += 1;
}

extern "C" __global__ void xs_write_word(u32 *at, u32 value) {
    if (thread_index() == 0) *at = value;
}
