"""Public models' sizes, as keyword arguments of their configurations.

Weights are random: only shapes matter here. "tiny" is a model of the same kind that is
built in a second. Called by the workloads; pure.
"""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]


def _qwen3(hidden: int, inner: int, layers: int, heads: int, tied: bool) -> Shape:
    return {
        "vocab_size": 151936,
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "max_position_embeddings": 40960,
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": tied,
    }


QWEN3: dict[str, Shape] = {
    "qwen3-8b": _qwen3(4096, 12288, 36, 32, tied=False),
    "qwen3-0.6b": _qwen3(1024, 3072, 28, 16, tied=True),
    "tiny": _qwen3(256, 512, 2, 8, tied=True) | {"vocab_size": 1024, "head_dim": 32},
}
# transformers 5 keeps the base of the rotation in a dictionary, vLLM reads either.
ROPE_THETA = 1_000_000.0


def _xlm_roberta(hidden: int, inner: int, layers: int, heads: int) -> Shape:
    return {
        "vocab_size": 250002,
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "max_position_embeddings": 8194,
        "type_vocab_size": 1,
        "layer_norm_eps": 1e-5,
        "pad_token_id": 1,
    }


XLM_ROBERTA: dict[str, Shape] = {
    "bge-m3": _xlm_roberta(1024, 4096, 24, 16),
    "bge-reranker-v2-m3": _xlm_roberta(1024, 4096, 24, 16),
    "tiny": _xlm_roberta(128, 256, 2, 4) | {"vocab_size": 1024},
}


def _clip(text: Shape, vision: Shape, projection: int) -> Shape:
    return {
        "text_config": text | {"projection_dim": projection},
        "vision_config": vision | {"projection_dim": projection},
        "projection_dim": projection,
    }


def _tower(hidden: int, inner: int, layers: int, heads: int) -> Shape:
    return {
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
    }


CLIP: dict[str, Shape] = {
    "clip-vit-large-14": _clip(
        _tower(768, 3072, 12, 12),
        _tower(1024, 4096, 24, 16) | {"image_size": 224, "patch_size": 14},
        768,
    ),
    "clip-vit-base-32": _clip(
        _tower(512, 2048, 12, 8),
        _tower(768, 3072, 12, 12) | {"image_size": 224, "patch_size": 32},
        512,
    ),
    "tiny": _clip(
        _tower(64, 128, 2, 2),
        _tower(64, 128, 2, 2) | {"image_size": 64, "patch_size": 16},
        64,
    ),
}
