"""vLLM's offline engine on a Qwen3 with dummy weights: one request is one call of
`generate` for a whole batch, at temperature 0, without a tokenizer.

`mode`: eager; graph (whole-step decode graphs, nothing compiled); default (what vLLM
does by itself: torch.compile and graphs). The memory for keys and values is a number of
bytes, the same natively and behind a broker: left to itself vLLM takes a share of what
the device has, and gives up when a neighbour frees memory while it measures.
"""

from __future__ import annotations

import json
import math
import os
import random
import struct
import tempfile
from pathlib import Path
from typing import Any

from loadgen.colocate.workloads import Setting, Settings, Workload
from loadgen.colocate.workloads.common import describe
from loadgen.colocate.workloads.parsers import flag, one_of, whole
from loadgen.colocate.workloads.shapes import QWEN3, ROPE_THETA

NEEDS = ("torch", "vllm")
INPUTS = 2
EAGER, GRAPH, DEFAULT = "eager", "graph", "default"
NO_COMPILATION = 0
PAGE_TOKENS = 16
BF16_BYTES = 2
# Pages beyond what the sequences fill: steps are scheduled ahead of their results.
KV_MARGIN = 2
# Of the device, or of the quota: vLLM refuses to start unless so much of it is free.
FREE_SHARE_MIN = 0.1
# Read when vllm is imported; what the user has set stays.
VARIABLES = {
    "VLLM_LOGGING_LEVEL": "WARNING",
    # Greedy decoding draws nothing.
    "VLLM_USE_FLASHINFER_SAMPLER": "0",
    # Nothing is fetched, nobody is told.
    "HF_HUB_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
}
SETTINGS = {
    "model": Setting("qwen3-8b", one_of(tuple(QWEN3)), tiny="tiny"),
    "mode": Setting(GRAPH, one_of((EAGER, GRAPH, DEFAULT))),
    "batch": Setting(32, whole(1, 1024), tiny=4),
    "tokens": Setting(64, whole(1, 32768), tiny=16),
    "output": Setting(128, whole(1, 8192), tiny=16),
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


def kv_bytes(settings: Settings) -> int:
    """Memory for keys and values of a whole batch, with a margin."""
    shape = QWEN3[settings["model"]]
    token = (
        shape["num_hidden_layers"]
        * shape["num_key_value_heads"]
        * shape["head_dim"]
        * (2 * BF16_BYTES)
    )
    pages = math.ceil((settings["tokens"] + settings["output"]) / PAGE_TOKENS) + 1
    return int(settings["batch"] * pages * PAGE_TOKENS * token * KV_MARGIN)


def engine_options(settings: Settings, folder: Path, seed: int) -> dict[str, Any]:
    """Arguments of vllm.LLM."""
    options: dict[str, Any] = {
        "model": str(folder),
        "load_format": "dummy",
        "skip_tokenizer_init": True,
        "seed": seed,
        "max_model_len": settings["tokens"] + settings["output"],
        "max_num_seqs": settings["batch"],
        "gpu_memory_utilization": FREE_SHARE_MIN,
        "kv_cache_memory_bytes": kv_bytes(settings),
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
    answers = "token ids"
    period = INPUTS

    def __init__(self, settings: Settings, seed: int) -> None:
        process = "1" if settings["engine_process"] else "0"
        os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = process
        for name, value in VARIABLES.items():
            os.environ.setdefault(name, value)
        from vllm import LLM, SamplingParams

        self.units = settings["batch"] * settings["output"]
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
        """Cannot be told from outside; a profiler would stay in what is measured."""
        return None

    def device(self) -> dict[str, Any]:
        import torch
        import vllm

        return describe(torch) | {"vllm": vllm.__version__}
