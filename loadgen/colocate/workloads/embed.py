"""Text embedding: a batch of texts becomes unit vectors. Of XLM-RoBERTa's form (bge-m3,
the first token's state) or Qwen3's (the last token's)."""

from __future__ import annotations

from typing import Any

from loadgen.colocate.workloads import Setting, Settings, Workload
from loadgen.colocate.workloads.common import EAGER, MODES, ForwardWorkload
from loadgen.colocate.workloads.decode import qwen3_config
from loadgen.colocate.workloads.parsers import one_of, whole
from loadgen.colocate.workloads.rerank import INPUTS, TOKEN_FIRST
from loadgen.colocate.workloads.shapes import XLM_ROBERTA

NEEDS = ("torch", "transformers")
SETTINGS = {
    "model": Setting("bge-m3", one_of(("bge-m3", "qwen3-0.6b", "tiny")), tiny="tiny"),
    "mode": Setting(EAGER, one_of(MODES)),
    "batch": Setting(16, whole(1, 1024), tiny=4),
    "tokens": Setting(256, whole(4, 8192), tiny=32),
}


def make(settings: Settings, seed: int) -> Workload:
    return Embed(settings, seed)


class Embed(ForwardWorkload):
    unit = "text"

    def __init__(self, settings: Settings, seed: int, device: str = "cuda") -> None:
        super().__init__(seed, device)
        from transformers import Qwen3Model, XLMRobertaConfig, XLMRobertaModel

        self.units, name = settings["batch"], settings["model"]
        if name.startswith("qwen3"):
            config: Any = qwen3_config(name)
            self.token = -1
            self.model = self.random_model(lambda: Qwen3Model(config))
        else:
            config = XLMRobertaConfig(**XLM_ROBERTA[name])
            self.token = 0
            self.model = self.random_model(
                lambda: XLMRobertaModel(config, add_pooling_layer=False)
            )
        size = (settings["batch"], settings["tokens"])
        inputs = [
            (self.random_tokens(TOKEN_FIRST, config.vocab_size, *size),)
            for _ in range(INPUTS)
        ]
        self.ready(inputs, settings["mode"])

    def forward(self, *inputs: Any) -> list[Any]:
        """Vectors of length 1, shape (texts, hidden)."""
        states = self.model(input_ids=inputs[0]).last_hidden_state
        picked = states[:, self.token].float()
        return [self.torch.nn.functional.normalize(picked, dim=-1)]
