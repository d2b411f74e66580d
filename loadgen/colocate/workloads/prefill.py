"""Prefill of a Qwen3 by transformers: one request is one pass over long prompts.

Long kernels without a pause: the company in which a small request suffers most.
"""

from __future__ import annotations

from typing import Any

from loadgen.colocate.workloads import Setting, Settings, Workload
from loadgen.colocate.workloads.common import EAGER, MODES, ForwardWorkload
from loadgen.colocate.workloads.decode import qwen3_config
from loadgen.colocate.workloads.parsers import one_of, whole
from loadgen.colocate.workloads.shapes import QWEN3

NEEDS = ("torch", "transformers")
INPUTS = 2
SETTINGS = {
    "model": Setting("qwen3-8b", one_of(tuple(QWEN3)), tiny="tiny"),
    "mode": Setting(EAGER, one_of(MODES)),
    "batch": Setting(1, whole(1, 64)),
    "tokens": Setting(4096, whole(1, 32768), tiny=128),
}


def make(settings: Settings, seed: int) -> Workload:
    return Prefill(settings, seed)


class Prefill(ForwardWorkload):
    unit = "token"

    def __init__(self, settings: Settings, seed: int, device: str = "cuda") -> None:
        super().__init__(seed, device)
        from transformers import Qwen3ForCausalLM

        batch, tokens = settings["batch"], settings["tokens"]
        config = qwen3_config(settings["model"])
        self.units = batch * tokens
        self.model = self.random_model(lambda: Qwen3ForCausalLM(config))
        inputs = [
            (self.random_tokens(0, config.vocab_size, batch, tokens),)
            for _ in range(INPUTS)
        ]
        self.ready(inputs, settings["mode"])

    def forward(self, *inputs: Any) -> list[Any]:
        """What the host is told of the next tokens, and the logits they are from."""
        logits = self.model(
            input_ids=inputs[0], use_cache=False, logits_to_keep=1
        ).logits
        return [self.best(logits[:, -1])[1], logits]
