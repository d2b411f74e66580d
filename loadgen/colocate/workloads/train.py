"""Training of a Qwen3: one request is one step with AMP, backward and fused AdamW.

Weights are float32, the forward pass is bf16 by autocast. The answer is the loss. No
step's answer repeats; the first ones are compared between cells, and with
`deterministic=0` they need not agree even natively (attention adds in any order).
"""

from __future__ import annotations

import os
from typing import Any

from loadgen.colocate.workloads import Setting, Settings, Workload
from loadgen.colocate.workloads.common import TorchWorkload, raw_bytes
from loadgen.colocate.workloads.decode import qwen3_config
from loadgen.colocate.workloads.parsers import flag, one_of, whole
from loadgen.colocate.workloads.shapes import QWEN3

NEEDS = ("torch", "transformers")
INPUTS = 8
SETTINGS = {
    "model": Setting("qwen3-0.6b", one_of(tuple(QWEN3)), tiny="tiny"),
    "batch": Setting(4, whole(1, 256), tiny=2),
    "tokens": Setting(512, whole(4, 8192), tiny=32),
    "deterministic": Setting(True, flag),
}


def make(settings: Settings, seed: int) -> Workload:
    return Train(settings, seed)


class Train(TorchWorkload):
    unit = "token"
    period = 0

    def __init__(self, settings: Settings, seed: int, device: str = "cuda") -> None:
        if settings["deterministic"]:
            # Read by cuBLAS when it starts.
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        super().__init__(seed, device)
        from transformers import Qwen3ForCausalLM

        torch = self.torch
        torch.use_deterministic_algorithms(settings["deterministic"], warn_only=True)
        config = qwen3_config(settings["model"])
        torch.manual_seed(seed)
        with self.place:
            self.model = Qwen3ForCausalLM(config).train()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=1e-4, fused=self.place.type == "cuda"
        )
        size = (settings["batch"], settings["tokens"])
        self.units = size[0] * size[1]
        self.host = [
            self.random_tokens(0, config.vocab_size, *size) for _ in range(INPUTS)
        ]
        self.warm_up()

    def enqueue(self, index: int) -> None:
        torch = self.torch
        ids = self.host[index % INPUTS].to(self.place, non_blocking=True)
        with torch.autocast(self.place.type, dtype=torch.bfloat16):
            loss = self._loss(ids)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.outputs = [loss.detach()]

    def _loss(self, ids: Any) -> Any:
        """Of each next token; shape ()."""
        logits = self.model(input_ids=ids, use_cache=False).logits[:, :-1]
        return self.torch.nn.functional.cross_entropy(
            logits.flatten(0, 1).float(), ids[:, 1:].flatten()
        )

    def detail(self) -> list[bytes]:
        """The loss, and the first weights it led to."""
        return [*super().detail(), raw_bytes(next(self.model.parameters())[:16])]
