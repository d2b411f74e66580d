"""NAME=TRACE,key=value: what is understood, and how mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadgen.replay.plan import Overheads
from loadgen.spec import Job, SpecError, check_names, load_job, parse_tenant


def test_a_sample_brings_its_wall_time() -> None:
    spec = parse_tenant("rerank=bge-reranker-16x256,class=0,arrival=poisson,busy=0.25")
    assert (spec.name, spec.class_, spec.busy) == ("rerank", 0, 0.25)
    assert spec.wall_ms == 16.4
    assert spec.trace.endswith(".json.gz")
    assert parse_tenant("r=bge-reranker-16x256,wall_ms=20").wall_ms == 20


def test_closed_loop_defaults_to_one_request() -> None:
    spec = parse_tenant("d=qwen3-8b-decode")
    assert (spec.arrival, spec.concurrency, spec.pace) == ("closed", 1, "asap")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nothing", "want NAME=TRACE"),
        ("a=", "want NAME=TRACE"),
        ("a=no/such/file", "no file 'no/such/file' and no such sample .*qwen3-8b"),
        ("a=bert-small,rat=3", "tenant a: unknown key 'rat=3'; known: class, arrival"),
        ("a=bert-small,busy", "unknown key 'busy'"),
        ("a=bert-small,busy=2", "busy=2: must lie between 0 and 1"),
        ("a=bert-small,rate=x", "rate=x: could not convert"),
        ("a=bert-small,rate=-1", "rate=-1: must be above 0"),
        ("a=bert-small,class=300", "class=300: must lie in 0..254"),
        (
            "a=bert-small,arrival=random",
            "must be one of constant, poisson, gamma, burst",
        ),
        ("a=bert-small,pace=slow", "must be one of asap, host"),
        ("a=bert-small,arrival=poisson", "needs either rate= or busy="),
        ("a=bert-small,arrival=poisson,rate=1,busy=0.1", "needs either"),
        ("a=bert-small,rate=3", "closed loop takes no rate="),
        ("a=bert-small,rate=inf,arrival=poisson", "rate=inf: must be above 0"),
        ("a=bert-small,burstiness=2", "burstiness= is for arrival=gamma"),
        ("a=bert-small,arrival=burst,rate=1,on_s=1", "needs on_s= and off_s="),
        ("a=bert-small,on_s=1", "on_s= and off_s= are for arrival=burst"),
        ("a=bert-small,ramp=linear", "ramp= is for arrival=constant, poisson and"),
        ("a=bert-small,arrival=poisson,rate=1,ramp_s=1", "need ramp=linear or"),
        (
            "a=bert-small,arrival=poisson,rate=1,ramp=exponential,ramp_from=0",
            "needs ramp_from= above 0",
        ),
        ("a=bert-small,arrival=trace", "arrival=trace needs requests=FILE"),
        ("a=bert-small,requests=no/such", "requests=no/such: no such file"),
        ("a=bert-small,limit=3", "are for arrival=trace"),
        ("a=bert-small,arrival=trace,rate=3", "takes no rate= or busy=; time_scale="),
    ],
)
def test_mistakes_are_named(text: str, problem: str) -> None:
    with pytest.raises(SpecError, match=problem):
        parse_tenant(text)


def test_names() -> None:
    spec = parse_tenant("a=bert-small")
    with pytest.raises(SpecError, match="named twice"):
        check_names([spec, spec])
    with pytest.raises(SpecError, match="no tenant"):
        check_names([])
    with pytest.raises(SpecError, match="letters"):
        check_names([parse_tenant("a.b=bert-small")])


def test_job_round_trip() -> None:
    spec = parse_tenant("a=bert-small,arrival=constant,rate=5")
    job = Job(spec, "/run/x.sock", cell="fifo", overheads=Overheads(5, 6))
    assert load_job(job.dump()) == job


def test_request_traces_and_shapes_survive_the_job(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"timestamp": 5, "tenant": "r"}\n')
    spec = parse_tenant(
        f"a=bert-small,arrival=trace,requests={rows},only=r,time_scale=2,jitter_ms=3"
    )
    assert (spec.requests, spec.rows.only) == (str(rows), "r")
    assert (spec.rows.time_scale, spec.rows.jitter_ms) == (2.0, 3.0)
    assert load_job(Job(spec, "").dump()).spec == spec
    bursts = parse_tenant("a=bert-small,arrival=burst,rate=3,on_s=0.5,off_s=1.5")
    assert load_job(Job(bursts, "").dump()).spec.shape.off_s == 1.5
    with pytest.raises(SpecError, match=r"tenant a: .*no row of tenant 'x'"):
        parse_tenant(f"a=bert-small,arrival=trace,requests={rows},only=x")
