"""A deterministic simulation of the broker: scheduler, pump and worker under one seed.

Real here: `broker/sched` and `broker/server/pump.py`. Replaced: the clock (`timeline`),
the transport (`tenants`), the device (`device`), and by choice the worker
(`model_worker`; `native_worker` runs the real one on the model device). `simulation`
puts them together, `auditor` judges the log.
"""
