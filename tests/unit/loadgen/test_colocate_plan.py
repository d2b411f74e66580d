"""Tenants, cells, presets and goals of a colocation: all that is known beforehand."""

from __future__ import annotations

from typing import Any

import pytest

from loadgen.colocate import cells, ideal, presets, spec, workloads
from loadgen.colocate.goals import Goal
from loadgen.colocate.presets import PRESETS
from loadgen.colocate.spec import Colocated
from loadgen.colocate.workloads.vllm import (
    engine_options,
    kv_bytes,
    model_config,
    prompts,
)
from loadgen.spec import SpecError

HIGH = "a=rerank,class=0,arrival=poisson,rate=8"
LOW = "b=decode,class=1,arrival=asap"


def tenants(*texts: str) -> tuple[Colocated, ...]:
    return tuple(spec.parse(text) for text in texts or (HIGH, LOW))


# ------------------------------------------------------------------ tenants
def test_load_and_settings_are_told_apart() -> None:
    made = spec.parse("x=vllm,class=2,mode=eager,output=9,memory=40GiB")
    assert (made.name, made.workload, made.load.class_) == ("x", "vllm", 2)
    assert made.load.arrival == "closed" and made.load.concurrency == 1
    assert made.settings["mode"] == "eager" and made.settings["output"] == 9
    assert made.settings["batch"] == 32, "a default"
    assert made.memory == "40GiB"


def test_tiny_shrinks_what_was_not_given() -> None:
    made = spec.parse("x=decode,batch=7", tiny=True)
    assert made.settings["model"] == "tiny" and made.settings["batch"] == 7


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("decode", "NAME=WORKLOAD"),
        ("a=nothing", "no workload 'nothing': one of decode"),
        ("a=decode,bacht=3", "no setting 'bacht'; known: model, mode"),
        ("a=decode,batch=0", "batch=0: must lie in 1..1024"),
        ("a=decode,mode=slow", "must be one of eager, graph"),
        ("a=decode,batch", "want key=value"),
        ("a=rerank,arrival=poisson", "needs either rate= or busy="),
        ("a=rerank,arrival=poisson,rate=0", "above 0"),
        ("a=rerank,concurrency=4", "one after another"),
        ("a=train,deterministic=yes", "must be 0 or 1"),
    ],
)
def test_mistakes_are_named(text: str, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        spec.parse(text)


def test_a_name_is_given_once() -> None:
    with pytest.raises(SpecError, match="named twice"):
        spec.check_tenants(tenants(HIGH, HIGH))


@pytest.mark.parametrize("name", workloads.NAMES)
def test_workloads_are_known_without_a_framework(name: str) -> None:
    """Settings parse and a missing framework is named with what installs it."""
    settings = workloads.settings_of(name, {})
    assert settings and workloads.settings_of(name, {}, tiny=True) != settings
    module = workloads.module_of(name)
    missing = [need for need in module.NEEDS if not workloads.importable(need)]
    if missing:
        with pytest.raises(workloads.WorkloadError, match=f"pip install {missing[0]}"):
            workloads.build(name, settings, seed=1)


def test_a_module_that_is_no_workload_is_refused() -> None:
    with pytest.raises(workloads.WorkloadError, match="has no SETTINGS"):
        workloads.module_of("json")


# ------------------------------------------------------------------ cells
def test_grounds_follow_each_other_in_each_repetition() -> None:
    words = ("alone", "mps", "fifo", "time-sliced", "broker-alone")
    planned = cells.plan(words, tenants(), repeat=2)
    one = ["a alone", "b alone", "time-sliced", "mps", "fifo"]
    one += ["a alone, broker", "b alone, broker"]
    assert [cell.title for cell in planned] == one * 2
    grounds = [stay[0].ground for stay in cells.stays(planned, fresh=False)]
    assert grounds == ["native", "mps", "broker"] * 2
    assert len({cell.key for cell in planned}) == len(planned)
    assert all(len(stay) == 1 for stay in cells.stays(planned, fresh=True))


def test_who_is_started_for_a_stay() -> None:
    planned = cells.plan(("alone",), tenants(), repeat=1)
    assert [t.name for t in cells.present(planned)] == ["a", "b"]
    assert [t.name for t in cells.present(planned[1:])] == ["b"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "no cell"),
        (("mps-0",), "1..99"),
        (("fifo", "fifo"), "twice"),
    ],
)
def test_bad_cells_are_named(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(SpecError, match=says):
        cells.check(words, tenants())


def test_client_priority_needs_two_classes() -> None:
    same = tenants("a=rerank,class=1", "b=decode,class=1")
    with pytest.raises(SpecError, match="two classes"):
        cells.check(("mps-priority",), same)
    cells.check(("mps", "fifo"), same)


def test_windows_are_long_enough_for_the_slowest_open_loop() -> None:
    both = tenants(HIGH, "c=embed,arrival=poisson,rate=50", LOW)
    rates = {"a": 8.0, "c": 50.0}
    assert cells.cell_seconds(both, rates, 480, 3, 5.0) == pytest.approx(20.0)
    assert cells.cell_seconds(both, rates, 48, 3, 5.0) == 5.0
    assert cells.cell_seconds(tenants(LOW), {}, 500, 3, 5.0) == 5.0


# ------------------------------------------------------------------ the ideal
def test_the_ideal_of_the_reference_pair() -> None:
    """23 ms at 8/s leave 81.6 %; a token of 7.8 ms / 32 then makes 3,348 a second."""
    busy = ideal.busy_share(8.0, 23e6)
    assert busy == pytest.approx(0.184)
    assert ideal.ideal_per_s(4116.0, busy, 7.8e-3 / 32) == pytest.approx(3347.7, abs=1)


def test_the_ideal_is_never_above_alone_nor_below_nothing() -> None:
    assert ideal.ideal_per_s(500.0, 0.1, 1e-3) == 500.0, "bound by its own host"
    assert ideal.ideal_per_s(500.0, 1.0, 1e-3) == 0.0
    assert ideal.busy_share(1000.0, 1e9) == 1.0
    assert ideal.ideal_per_s(500.0, 0.25, None) == pytest.approx(375.0)


# ------------------------------------------------------------------ presets
@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_tenants_that_parse(name: str) -> None:
    made = tuple(spec.parse(text) for text in PRESETS[name].tenants)
    spec.check_tenants(made)
    cells.check(cells.DEFAULT, made)
    named = {goal.tenant for goal in PRESETS[name].goals} - {""}
    assert named and named <= {tenant.name for tenant in made}
    assert {goal.cell for goal in PRESETS[name].goals} <= set(cells.DEFAULT)


def test_the_four_fill_the_device_to_95_percent() -> None:
    four = [spec.parse(text) for text in PRESETS["four"].tenants]
    assert sum(each.load.busy or 0 for each in four) == pytest.approx(0.95)


def test_a_preset_can_be_changed() -> None:
    base = PRESETS["transformers-graph"].tenants
    changed = presets.merged(base, ["rerank.rate=4", "decode.memory=30GiB"])
    rerank = next(text for text in changed if text.startswith("rerank"))
    assert rerank.count("rate=") == 1 and rerank.endswith("rate=4")
    assert spec.parse(changed[0]).memory == "30GiB"
    for wrong in ("rerank", "rerank=4", "x.rate=4"):
        with pytest.raises(ValueError, match=f"--set {wrong}"):
            presets.merged(base, [wrong])


# ------------------------------------------------------------------ goals
def summary(**rates: float) -> dict[str, Any]:
    return {
        "cells": {
            name.replace("_", "-"): {
                "tenants": {"x": {"units_per_s": rate, "p99_service_ms": 1e3 / rate}},
                "work_kept": 0.96,
            }
            for name, rate in rates.items()
        }
    }


def test_goals_take_the_best_of_mps_figure_by_figure() -> None:
    made = summary(alone=100.0, mps=70.0, mps_30=80.0, strict=82.0)
    rate = Goal("x", "units_per_s", 1.0).judged(made)
    assert rate["met"] and rate["value"] == pytest.approx(82 / 80)
    late = Goal("x", "p99_service_ms", 0.9).judged(made)
    assert late["met"] is False and late["value"] == pytest.approx(80 / 82)
    kept = Goal("", "work_kept", 0.95).judged(made)
    assert kept["met"] and kept["value"] == 0.96


def test_a_goal_without_its_cells_is_not_told() -> None:
    goal = Goal("x", "units_per_s", 1.0)
    assert goal.judged(summary(strict=1.0)) == {
        "text": "x rate in strict >= 1 x mps",
        "value": None,
        "met": None,
    }
    assert goal.judged(summary(mps=1.0))["met"] is None


# ------------------------------------------------------------------ workloads
def test_vllm_is_told_its_mode(tmp_path: Any) -> None:
    settings = workloads.settings_of("vllm", {})
    graph = engine_options(settings, tmp_path, 1)
    assert graph["compilation_config"]["cudagraph_mode"] == "FULL_DECODE_ONLY"
    assert graph["max_model_len"] == 64 + 128 and "enforce_eager" not in graph
    eager = engine_options(settings | {"mode": "eager"}, tmp_path, 1)
    assert eager["enforce_eager"] and "compilation_config" not in eager
    plain = engine_options(settings | {"mode": "default"}, tmp_path, 1)
    assert not plain.keys() & {"enforce_eager", "compilation_config"}
    assert model_config("qwen3-8b")["num_hidden_layers"] == 36


def test_vllm_keeps_keys_and_values_of_twice_a_batch(tmp_path: Any) -> None:
    """A neighbour's memory must not decide how much vLLM takes."""
    settings = workloads.settings_of("vllm", {})
    # 32 sequences of 192 tokens: 12 pages and one to begin; 144 KiB a token, bf16.
    assert kv_bytes(settings) == 2 * 32 * 13 * 16 * (36 * 8 * 128 * 2 * 2)
    told = engine_options(settings, tmp_path, 1)
    assert told["kv_cache_memory_bytes"] == kv_bytes(settings)
    assert told["gpu_memory_utilization"] <= 0.1, "a quota of 24 GiB is enough"
    odd = settings | {"tokens": 1, "output": 16}
    assert kv_bytes(odd) == 2 * 32 * 3 * 16 * 147456


def test_prompts_are_a_function_of_the_seed() -> None:
    settings = workloads.settings_of("vllm", {"batch": "2", "tokens": "3"})
    first = prompts(settings, 1)
    assert first == prompts(settings, 1) != prompts(settings, 2)
    assert [len(p["prompt_token_ids"]) for p in first[0]] == [3, 3]
