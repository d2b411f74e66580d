"""The replay without a broker: what a broker is compared with.

`session.py` looks like a client's session to `loadgen.tenant` and calls the driver
directly; `graphs.py` has its CUDA graphs, whose nodes `graph_params.py` puts into the
driver's words; `driver.py` is that driver; `mps.py` runs NVIDIA's multi-process
service. Called by `loadgen.baseline` and by the GPU benchmarks.
"""
