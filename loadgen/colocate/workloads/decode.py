"""Decode of a Qwen3 by transformers: a request is one step, a token for each sequence.

Weights are random, the prompt's keys and values are computed once. The cache is static
and its position lies on the device, so that the same step runs eagerly or as one CUDA
graph; from the last position the sequences begin anew, which makes every step's answer
known. Each step ends with the tokens on the host, as a server needs them.
"""

from __future__ import annotations

import inspect
from typing import Any

from loadgen.colocate.workloads import Setting, Settings, Workload
from loadgen.colocate.workloads.common import (
    EAGER,
    GRAPH,
    MODES,
    WARM_UP_REQUESTS,
    TorchWorkload,
)
from loadgen.colocate.workloads.parsers import one_of, whole
from loadgen.colocate.workloads.shapes import QWEN3, ROPE_THETA

NEEDS = ("torch", "transformers")
SETTINGS = {
    "model": Setting("qwen3-8b", one_of(tuple(QWEN3)), tiny="tiny"),
    "mode": Setting(GRAPH, one_of(MODES)),
    "batch": Setting(32, whole(1, 1024), tiny=4),
    "tokens": Setting(64, whole(1, 32768), tiny=16),
    # A step runs a few times before it is captured: there must be room for them.
    "output": Setting(128, whole(WARM_UP_REQUESTS + 1, 8192), tiny=16),
}


def make(settings: Settings, seed: int) -> Workload:
    return Decode(settings, seed)


def qwen3_config(model: str) -> Any:
    from transformers import Qwen3Config

    rope = {"rope_type": "default", "rope_theta": ROPE_THETA}
    return Qwen3Config(**QWEN3[model], rope_parameters=rope)


def fixed_cache(batch: int, length: int, config: Any, torch: Any, place: Any) -> Any:
    """A transformers cache whose write position is a tensor on the device.

    `where` is set by its user before each pass: positions written, shape (new tokens,).
    """
    from transformers.cache_utils import Cache

    class FixedCache(Cache):  # type: ignore[misc,unused-ignore]
        def __init__(self) -> None:
            super().__init__(layers=[])
            shape = (batch, config.num_key_value_heads, length, config.head_dim)
            layers = range(config.num_hidden_layers)
            options = {"dtype": torch.bfloat16, "device": place}
            self.keys = [torch.zeros(shape, **options) for _ in layers]
            self.values = [torch.zeros(shape, **options) for _ in layers]
            self.where: Any = None

        def update(self, key: Any, value: Any, layer_idx: int, *_: Any, **__: Any):  # type: ignore[no-untyped-def]
            self.keys[layer_idx].index_copy_(2, self.where, key)
            self.values[layer_idx].index_copy_(2, self.where, value)
            return self.keys[layer_idx], self.values[layer_idx]

        def get_seq_length(self, layer_idx: int = 0) -> int:
            return 0  # positions and mask are given: nobody needs it

    return FixedCache()


def cache_argument(model: Any) -> str:
    """What this release of transformers calls the cache."""
    names = inspect.signature(type(model.model).forward).parameters
    return "cache" if "cache" in names else "past_key_values"


class Decode(TorchWorkload):
    unit = "token"

    def __init__(self, settings: Settings, seed: int, device: str = "cuda") -> None:
        super().__init__(seed, device)
        from transformers import Qwen3ForCausalLM

        torch, self.units = self.torch, settings["batch"]
        self.prompt, self.period = settings["tokens"], settings["output"]
        length = self.prompt + self.period
        config = qwen3_config(settings["model"])
        self.model = self.random_model(lambda: Qwen3ForCausalLM(config))
        self.cache_name = cache_argument(self.model)
        self.cache = fixed_cache(self.units, length, config, torch, self.place)
        self.slots = torch.arange(length, device=self.place)
        self.position = torch.zeros(1, dtype=torch.long, device=self.place)
        self.tokens = torch.zeros((self.units, 1), dtype=torch.long, device=self.place)
        with torch.no_grad():
            self.first = self._prefill(config.vocab_size)
            self._begin()
            self.graph = None
            if settings["mode"] != EAGER:
                self.graph, self.outputs = self.captured(self._step)
        self.warm_up()

    def _forward(self, ids: Any, where: Any, mask: Any) -> Any:
        self.cache.where = where
        return self.model(
            input_ids=ids,
            position_ids=where.unsqueeze(0).expand(len(ids), -1),
            attention_mask=mask.expand(len(ids), 1, -1, -1),
            use_cache=True,
            logits_to_keep=1,
            **{self.cache_name: self.cache},
        ).logits[:, -1]

    def _prefill(self, vocabulary: int) -> Any:
        """The first token of each sequence, shape (batch, 1)."""
        ids = self.random_tokens(0, vocabulary, self.units, self.prompt).to(self.place)
        where = self.slots[: self.prompt]
        mask = (self.slots <= where[:, None]).view(1, 1, self.prompt, -1)
        return self._forward(ids, where, mask).argmax(-1, keepdim=True)

    def _begin(self) -> None:
        self.tokens.copy_(self.first)
        self.position.fill_(self.prompt)

    def _step(self) -> list[Any]:
        mask = (self.slots <= self.position).view(1, 1, 1, -1)
        logits = self._forward(self.tokens, self.position, mask)
        tokens, told = self.best(logits)
        self.tokens.copy_(tokens.unsqueeze(-1))
        self.position.add_(1)
        return [told, logits]

    def enqueue(self, index: int) -> None:
        with self.torch.no_grad():
            if index % self.period == 0:
                self._begin()
            if self.graph is not None:
                self.graph.replay()
            else:
                self.outputs = self._step()
