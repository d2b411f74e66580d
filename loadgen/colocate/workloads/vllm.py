"""vLLM's offline engine on a Qwen3 with dummy weights: one request is one call of
`generate` for a whole batch, at temperature 0, without a tokenizer.

`mode`: eager; graph (whole-step decode graphs, nothing compiled); default (what vLLM
does by itself: torch.compile and graphs).
"""

from __future__ import annotations

import json
import os
import random
import struct
import tempfile
from pathlib import Path
from typing import Any

from loadgen.colocate.workloads import Setting, Settings, Workload
from loadgen.colocate.workloads.common import describe, profiled_ns
from loadgen.colocate.workloads.parsers import flag, one_of, share, whole
from loadgen.colocate.workloads.shapes import QWEN3, ROPE_THETA

NEEDS = ("torch", "vllm")
INPUTS = 2
EAGER, GRAPH, DEFAULT = "eager", "graph", "default"
NO_COMPILATION = 0
SETTINGS = {
    "model": Setting("qwen3-8b", one_of(tuple(QWEN3)), tiny="tiny"),
    "mode": Setting(GRAPH, one_of((EAGER, GRAPH, DEFAULT))),
    "batch": Setting(32, whole(1, 1024), tiny=4),
    "tokens": Setting(64, whole(1, 32768), tiny=16),
    "output": Setting(128, whole(1, 8192), tiny=16),
    "memory_share": Setting(0.5, share, tiny=0.2),
    # 1: the engine in a process of its own, as vLLM does by itself.
    "engine_process": Setting(False, flag),
}


def make(settings: Settings, seed: int) -> Workload:
    return Vllm(settings, seed)


def model_config(model: str) -> dict[str, Any]:
    """config.json of the model: all that vLLM reads when weights are dummies."""
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "torch_dtype": "bfloat16",
        "hidden_act": "silu",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": 0,
        "eos_token_id": 1,
        "rope_theta": ROPE_THETA,
        **QWEN3[model],
    }


def engine_options(settings: Settings, folder: Path, seed: int) -> dict[str, Any]:
    """Arguments of vllm.LLM."""
    options: dict[str, Any] = {
        "model": str(folder),
        "load_format": "dummy",
        "skip_tokenizer_init": True,
        "seed": seed,
        "max_model_len": settings["tokens"] + settings["output"],
        "max_num_seqs": settings["batch"],
        "gpu_memory_utilization": settings["memory_share"],
        "enable_prefix_caching": False,
        "disable_log_stats": True,
    }
    if settings["mode"] == EAGER:
        options["enforce_eager"] = True
    if settings["mode"] == GRAPH:
        options["compilation_config"] = {
            "mode": NO_COMPILATION,
            "cudagraph_mode": "FULL_DECODE_ONLY",
            "cudagraph_capture_sizes": [settings["batch"]],
        }
    return options


def prompts(settings: Settings, seed: int) -> list[list[dict[str, list[int]]]]:
    """INPUTS batches of prompts as token ids."""
    draw, vocabulary = random.Random(seed), QWEN3[settings["model"]]["vocab_size"]

    def prompt() -> dict[str, list[int]]:
        ids = [draw.randrange(2, vocabulary) for _ in range(settings["tokens"])]
        return {"prompt_token_ids": ids}

    return [[prompt() for _ in range(settings["batch"])] for _ in range(INPUTS)]


class Vllm:
    unit = "token"
    period = INPUTS

    def __init__(self, settings: Settings, seed: int) -> None:
        process = "1" if settings["engine_process"] else "0"
        # Read when vllm is imported.
        os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = process
        os.environ.setdefault("VLLM_LOGGING_LEVEL", "WARNING")
        from vllm import LLM, SamplingParams

        self.units = settings["batch"] * settings["output"]
        self.own_process = settings["engine_process"]
        self.host = prompts(settings, seed + 1)
        self.sampling = SamplingParams(
            temperature=0.0,
            max_tokens=settings["output"],
            ignore_eos=True,
            detokenize=False,
        )
        with tempfile.TemporaryDirectory(prefix="xsched-vllm-") as folder:
            config = Path(folder) / "config.json"
            config.write_text(json.dumps(model_config(settings["model"])))
            self.engine = LLM(**engine_options(settings, Path(folder), seed))
        self.tokens: list[list[int]] = []
        for index in range(INPUTS):
            self.run(index)

    def run(self, index: int) -> bytes:
        given = self.engine.generate(
            self.host[index % INPUTS], self.sampling, use_tqdm=False
        )
        self.tokens = [list(each.outputs[0].token_ids) for each in given]
        return self.detail()[0]

    def detail(self) -> list[bytes]:
        """Token ids, 32 bits each, little-endian, one sequence after another."""
        flat = [token for sequence in self.tokens for token in sequence]
        return [struct.pack(f"<{len(flat)}I", *flat)]

    def busy_ns(self) -> int | None:
        if self.own_process:
            return None
        import torch

        return profiled_ns(torch, lambda: self.run(0))

    def device(self) -> dict[str, Any]:
        import torch
        import vllm

        return describe(torch) | {"vllm": vllm.__version__}
