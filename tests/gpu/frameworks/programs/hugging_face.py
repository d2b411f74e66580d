"""transformers: generation of several kinds, reranking, CLIP, embedding; the workloads
of `loadgen colocate`, at sizes that take seconds."""

from __future__ import annotations

from typing import Any

from loadgen.colocate import workloads
from tests.gpu.frameworks.record import Record

SIZES = {
    "decode": {"model": "qwen3-0.6b", "batch": "4", "tokens": "32", "output": "16"},
    "prefill": {"model": "qwen3-0.6b", "tokens": "512"},
    "rerank": {"batch": "8", "tokens": "128"},
    "embed": {"batch": "8", "tokens": "128"},
    "clip": {"model": "clip-vit-base-32", "batch": "4"},
    "train": {"batch": "2", "tokens": "128"},
}
REQUESTS = 8


def _served(record: Record, name: str, **more: str) -> None:
    settings = workloads.settings_of(name, SIZES[name] | more)
    workload = workloads.build(name, settings, seed=1)
    for index in range(REQUESTS):
        record.add(f"{'-'.join(more.values())}{index}", workload.run(index))
        record.add(f"{'-'.join(more.values())}{index}-all", *workload.detail())


def case_decode(record: Record) -> None:
    _served(record, "decode", mode="eager")
    _served(record, "decode", mode="graph")


def case_prefill(record: Record) -> None:
    _served(record, "prefill")


def case_rerank(record: Record) -> None:
    _served(record, "rerank", mode="eager")
    _served(record, "rerank", mode="graph")


def case_embed(record: Record) -> None:
    _served(record, "embed", model="bge-m3")
    _served(record, "embed", model="qwen3-0.6b")


def case_clip(record: Record) -> None:
    _served(record, "clip")


def case_train(record: Record) -> None:
    _served(record, "train")


def _model() -> Any:
    import torch
    from transformers import Qwen3ForCausalLM

    from loadgen.colocate.workloads.decode import qwen3_config

    torch.manual_seed(1)
    with torch.device("cuda"):
        model = Qwen3ForCausalLM(qwen3_config("tiny"))
    return model.to(torch.bfloat16).eval()


def _ids() -> Any:
    import torch

    return torch.arange(2 * 24, device="cuda").view(2, 24) * 37 % 1000


def case_generate(record: Record) -> None:
    import torch

    model, ids = _model(), _ids()
    mask = torch.ones_like(ids)
    told = {"attention_mask": mask, "max_new_tokens": 24, "pad_token_id": 0}
    record.add("greedy", model.generate(ids, do_sample=False, **told))
    torch.manual_seed(3)
    record.add("sampled", model.generate(ids, do_sample=True, top_k=50, **told))
    record.add("beams", model.generate(ids, num_beams=3, do_sample=False, **told))


def case_generate_static(record: Record) -> None:
    """The static cache, whose decode transformers compiles with CUDA graphs."""
    import torch

    model, ids = _model(), _ids()
    record.add("static", model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=24,
        pad_token_id=0, cache_implementation="static",
    ))  # fmt: skip


def case_continuous_batching(record: Record) -> None:
    from transformers import GenerationConfig

    model = _model()
    config = GenerationConfig(max_new_tokens=8, do_sample=False, eos_token_id=-1,
                              pad_token_id=0)  # fmt: skip
    prompts = [[(i * 31 + j) % 1000 for j in range(5 + i)] for i in range(6)]
    made = model.generate_batch(inputs=prompts, generation_config=config)
    for key in sorted(made):
        record.add(f"request-{key}", list(made[key].generated_tokens))
