"""CLIP: one request compares a batch of images with as many captions."""

from __future__ import annotations

from typing import Any

from loadgen.colocate.workloads import Setting, Settings, Workload
from loadgen.colocate.workloads.common import EAGER, MODES, ForwardWorkload
from loadgen.colocate.workloads.parsers import one_of, whole
from loadgen.colocate.workloads.shapes import CLIP

NEEDS = ("torch", "transformers")
INPUTS = 4
CAPTION_TOKENS = 77
VOCABULARY = 49405  # without the end of text, which the model looks for
END_OF_TEXT = 49407
SETTINGS = {
    "model": Setting("clip-vit-large-14", one_of(tuple(CLIP)), tiny="tiny"),
    "mode": Setting(EAGER, one_of(MODES)),
    "batch": Setting(16, whole(1, 512), tiny=2),
}


def make(settings: Settings, seed: int) -> Workload:
    return Clip(settings, seed)


class Clip(ForwardWorkload):
    unit = "image"

    def __init__(self, settings: Settings, seed: int, device: str = "cuda") -> None:
        super().__init__(seed, device)
        from transformers import CLIPConfig, CLIPModel

        shape, self.units = CLIP[settings["model"]], settings["batch"]
        self.model = self.random_model(lambda: CLIPModel(CLIPConfig(**shape)))
        side = shape["vision_config"]["image_size"]
        inputs = [(self._captions(), self._images(side)) for _ in range(INPUTS)]
        self.ready(inputs, settings["mode"])

    def _captions(self) -> Any:
        ids = self.random_tokens(0, VOCABULARY, self.units, CAPTION_TOKENS)
        ids[:, -1] = END_OF_TEXT
        return ids

    def _images(self, side: int) -> Any:
        size = (self.units, 3, side, side)
        images = self.torch.randn(size, generator=self.random)
        return self.pinned(images.to(self.torch.bfloat16))

    def forward(self, *inputs: Any) -> list[Any]:
        """How alike each image and each caption are, shape (images, captions)."""
        ids, images = inputs
        return [self.model(input_ids=ids, pixel_values=images).logits_per_image]
