"""Colocations worth knowing by name: their tenants, and what they are to reach.

Called by `loadgen.colocate.command`; pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from loadgen.baseline import ALONE
from loadgen.colocate.goals import Goal, alone, beside


@dataclass(frozen=True, slots=True)
class Preset:
    """tenants: as the command line writes them; a later key of the same name wins."""

    about: str
    tenants: tuple[str, ...]
    goals: tuple[Goal, ...] = ()


RERANK = "rerank=rerank,class=0,arrival=poisson,rate=8,batch=32,tokens=512"
DECODE = "decode=decode,class=1,arrival=asap,model=qwen3-8b,batch=32,tokens=64"

PRESETS: dict[str, Preset] = {
    "headline-vllm": Preset(
        "vLLM (full decode graphs) beside a rerank of 32 x 512 at 8/s",
        (
            "vllm=vllm,class=1,arrival=asap,mode=graph,batch=32,tokens=64,output=128",
            RERANK,
        ),
        (
            *beside("rerank", "vllm", p50=(1.05, ALONE), p99=1.0, rate=1.0),
            alone("vllm", "units_per_s", 0.99),
        ),
    ),
    "transformers-graph": Preset(
        "transformers decode as one CUDA graph beside the same rerank",
        (f"{DECODE},mode=graph", RERANK),
        (
            *beside("rerank", "decode", p50=(1.03, ALONE), p99=1.0, rate=1.02),
            alone("decode", "units_per_s", 0.99),
            alone("rerank", "p50_service_ms", 0.95),
        ),
    ),
    "transformers-eager": Preset(
        "transformers decode, eager, beside the same rerank",
        (f"{DECODE},mode=eager", RERANK),
        (
            Goal("decode", "units_per_s", 1.08),
            Goal("rerank", "p99_service_ms", 1.0),
            alone("decode", "units_per_s", 1.08),
        ),
    ),
    "light-rerank": Preset(
        "a rerank bound by the CPU, 16 x 256 at 20/s, beside a graph decode",
        (
            f"{DECODE},mode=graph",
            "rerank=rerank,class=0,arrival=poisson,rate=20,batch=16,tokens=256",
        ),
        (
            Goal("rerank", "p50_service_ms", 1.0),
            Goal("decode", "units_per_s", 0.97),
        ),
    ),
    "prefill": Preset(
        "a small rerank, 1 x 128 at 50/s, beside prefills of 1 x 4096 in a loop",
        (
            "prefill=prefill,class=1,arrival=asap,model=qwen3-8b,batch=1,tokens=4096",
            "rerank=rerank,class=0,arrival=poisson,rate=50,batch=1,tokens=128",
        ),
        (
            Goal("rerank", "p99_service_ms", 0.7),
            Goal("prefill", "units_per_s", 0.95),
        ),
    ),
    "four": Preset(
        "LLM, embedding, CLIP and rerank on one GPU, 95 % busy in sum",
        (
            "decode=decode,class=2,arrival=poisson,busy=0.45,model=qwen3-8b,mode=graph",
            "embed=embed,class=1,arrival=poisson,busy=0.2,batch=16,tokens=256",
            "clip=clip,class=1,arrival=poisson,busy=0.15,batch=16",
            "rerank=rerank,class=0,arrival=poisson,busy=0.15,batch=32,tokens=512",
        ),
        (
            Goal("", "work_kept", 0.95),
            Goal("rerank", "p99_service_ms", 1.15, versus=ALONE),
        ),
    ),
}


def merged(tenants: tuple[str, ...], changes: list[str]) -> tuple[str, ...]:
    """A preset's tenants with `NAME.key=value` applied. Raises: ValueError."""
    parts = {text.partition("=")[0]: text for text in tenants}
    for change in changes:
        target, separator, value = change.partition("=")
        name, dot, key = target.partition(".")
        if not (separator and dot and key):
            raise ValueError(f"--set {change}: want NAME.key=value")
        if name not in parts:
            raise ValueError(f"--set {change}: no tenant {name}: {', '.join(parts)}")
        head, *pairs = parts[name].split(",")
        kept = [pair for pair in pairs if pair.partition("=")[0] != key]
        parts[name] = ",".join([head, *kept, f"{key}={value}"])
    return tuple(parts.values())
