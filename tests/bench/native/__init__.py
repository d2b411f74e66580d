"""The replay without a broker, for comparison: `NativeSession` looks like a client's
session to `loadgen.tenant` and calls the driver directly.

Called by the GPU benchmarks."""
