"""PyTorch's operators, as the table that its wheel brings for its own tests has them.

The sample: every entry of `op_db`, its first SAMPLES inputs in the table's order and
size, each from the same seed; forward in float32 or, where an operator does not take
that, in the first of OTHERS; forward in bfloat16; gradients in float32. An operator
that raises is recorded by its error's type and the rest of the sample is run. Another
release of PyTorch may have another sample; two runs of one have the same.
"""

from __future__ import annotations

import importlib
import itertools
import random
import sys
import types
import unittest
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.gpu.frameworks.record import Record, line_of

SAMPLES = 10
SEED = 1
OTHERS = ("int64", "complex64", "float16", "float8_e4m3fn")

# Nobody writes their values: they are what the memory held. Shapes are compared.
UNWRITTEN = {
    "empty",
    "empty_like",
    "empty_permuted",
    "empty_strided",
    "new_empty",
    "new_empty_strided",
    "resize_",
    "resize_as_",
}
# As many of their outputs; of those behind, random states, some are never written.
WRITTEN = {
    "torch.ops.aten._efficient_attention_forward": 2,
    "torch.ops.aten._flash_attention_forward": 2,
}


def table() -> list[Any]:
    """Its helpers subclass a package's TestCase that the wheel does not ask for, and
    that no operator needs: without the package unittest's stands in."""
    try:
        importlib.import_module("expecttest")
    except ImportError:
        stand_in: Any = types.ModuleType("expecttest")
        stand_in.TestCase = unittest.TestCase
        sys.modules["expecttest"] = stand_in
    from torch.testing._internal.common_methods_invocations import op_db

    return list(op_db)


def seed() -> None:
    """Of all that the table's inputs are drawn from; operators draw on the device."""
    import numpy
    import torch

    random.seed(SEED)
    numpy.random.seed(SEED)
    torch.manual_seed(SEED)


# ------------------------------------------------------------------ outputs


def plain(value: Any) -> Any:
    """In what `record` has bytes for: a type, a device, nothing are their names."""
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return [[str(key), plain(value[key])] for key in sorted(value, key=str)]
    if isinstance(value, bool | int | float | str) or hasattr(value, "data_ptr"):
        return value
    return repr(value)


def shapes(value: Any) -> Any:
    """The same without a tensor's values."""
    if isinstance(value, list | tuple):
        return [shapes(each) for each in value]
    return [str(value.dtype), list(value.shape), list(value.stride())]


def outputs(name: str, value: Any) -> Any:
    """Of what the operator gave, all that it determines."""
    if name in UNWRITTEN:
        return shapes(value)
    return plain(value[: WRITTEN[name]] if name in WRITTEN else value)


def attempt(
    record: Record, name: str, made: Callable[[], Any], alive: Callable[[], None]
) -> None:
    """Record what is made, or the type of the error; its words are only told.

    alive raises where the error has ended the device: nothing after it means anything,
    so the case fails.
    """
    try:
        record.add(name, made())
    except Exception as error:
        record.note(name, line_of(error))
        record.add(name, f"raises {type(error).__name__}")
        alive()


# ------------------------------------------------------------------ running


def forward(op: Any, sample: Any) -> Any:
    made = op(sample.input, *sample.args, **sample.kwargs)
    return outputs(op.full_name, made)


def gradients(op: Any, sample: Any) -> Any:
    """Of a weighted sum of the outputs: an unweighted one is constant for some, as
    softmax, and its gradients are zeros."""
    import torch
    from torch.utils._pytree import tree_leaves

    inputs = [
        leaf
        for leaf in tree_leaves((sample.input, sample.args, sample.kwargs))
        if isinstance(leaf, torch.Tensor) and leaf.requires_grad
    ]
    made = op(sample.input, *sample.args, **sample.kwargs)
    made = sample.output_process_fn_grad(made)
    parts = [
        part
        for part in tree_leaves(made)
        if isinstance(part, torch.Tensor) and part.requires_grad
    ]
    if not parts or not inputs:
        return "no gradient"
    weights = [torch.randn_like(part) for part in parts]
    found = torch.autograd.grad(parts, inputs, weights, allow_unused=True)
    return plain(found)


def draw(op: Any, dtype: Any, into: list[Any], **options: Any) -> str:
    """All inputs before the first is used: operators draw, too."""
    seed()
    found = op.sample_inputs("cuda", dtype, **options)
    into += itertools.islice(found, SAMPLES)
    return f"{len(into)} of {dtype}"


def run(
    record: Record,
    dtype_of: Callable[[Any], Any],
    what: Callable[[Any, Any], Any],
    **options: Any,
) -> None:
    """dtype_of: of an entry; None where it is not in this case's sample."""
    import torch

    warnings.simplefilter("ignore")  # of operators' old names
    alive, count = torch.cuda.synchronize, 0
    for op in table():
        dtype = dtype_of(op)
        if dtype is None:
            continue
        name = op.full_name
        samples: list[Any] = []
        attempt(record, name, partial(draw, op, dtype, samples, **options), alive)
        for number, sample in enumerate(samples):
            seed()
            attempt(record, f"{name}-{number}", partial(what, op, sample), alive)
        count += 1
    record.note("operators", count)


def taken(*names: str) -> Callable[[Any], Any]:
    """The first of these types that an operator takes on the device."""

    def dtype_of(op: Any) -> Any:
        import torch

        on_device = op.supported_dtypes("cuda")
        every = (getattr(torch, name) for name in names)
        return next((dtype for dtype in every if dtype in on_device), None)

    return dtype_of


def case_forward(record: Record) -> None:
    run(record, taken("float32", *OTHERS), forward)


def case_bfloat16(record: Record) -> None:
    run(record, taken("bfloat16"), forward)


def case_gradients(record: Record) -> None:
    import torch

    def dtype_of(op: Any) -> Any:
        backward = op.supports_autograd and op.supported_backward_dtypes("cuda")
        return torch.float32 if backward and torch.float32 in backward else None

    run(record, dtype_of, gradients, requires_grad=True)
