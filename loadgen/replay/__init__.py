"""Turn a recorded trace into work for a session: shapes, durations, gaps.

`occupancy`, `gaps` and `plan` are pure arithmetic; `player` and `calibrate` hold the
session. None of it knows tenants, arrivals or cells. Called by `loadgen.tenant`.
"""
