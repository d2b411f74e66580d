"""Real models as tenants of one GPU, natively and behind the broker.

`command` is `loadgen colocate`, `presets` are pairs worth knowing, `spec` and `cells`
say what runs, `run` runs it, `tenant` is a process of it, `workloads` what that serves;
`ideal`, `figures`, `goals` and `table` make numbers and words of it.
"""
