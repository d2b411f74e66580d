"""Reranking by a cross-encoder of XLM-RoBERTa's form (bge-reranker-v2-m3): one request
scores a batch of pairs, each of the same number of tokens."""

from __future__ import annotations

from typing import Any

from loadgen.colocate.workloads import Setting, Settings, Workload
from loadgen.colocate.workloads.common import EAGER, MODES, ForwardWorkload
from loadgen.colocate.workloads.parsers import one_of, whole
from loadgen.colocate.workloads.shapes import XLM_ROBERTA

NEEDS = ("torch", "transformers")
INPUTS = 8
TOKEN_FIRST = 4  # below are padding and its like
SETTINGS = {
    "model": Setting("bge-reranker-v2-m3", one_of(tuple(XLM_ROBERTA)), tiny="tiny"),
    "mode": Setting(EAGER, one_of(MODES)),
    "batch": Setting(32, whole(1, 1024), tiny=4),
    "tokens": Setting(512, whole(4, 8192), tiny=32),
}


def make(settings: Settings, seed: int) -> Workload:
    return Rerank(settings, seed)


class Rerank(ForwardWorkload):
    unit = "pair"

    def __init__(self, settings: Settings, seed: int, device: str = "cuda") -> None:
        super().__init__(seed, device)
        from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

        shape = XLM_ROBERTA[settings["model"]]
        config = XLMRobertaConfig(**shape, num_labels=1)
        self.units = settings["batch"]
        self.model = self.random_model(
            lambda: XLMRobertaForSequenceClassification(config)
        )
        size = (settings["batch"], settings["tokens"])
        inputs = [
            (self.random_tokens(TOKEN_FIRST, shape["vocab_size"], *size),)
            for _ in range(INPUTS)
        ]
        self.ready(inputs, settings["mode"])

    def forward(self, *inputs: Any) -> list[Any]:
        """Scores, shape (pairs, 1)."""
        return [self.model(input_ids=inputs[0]).logits.float()]
