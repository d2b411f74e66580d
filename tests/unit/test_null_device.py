"""What the null device answers for code it cannot read."""

from __future__ import annotations

import pytest

from broker.device.backend import DeviceError
from broker.device.null import NullBackend

FATBIN, PTX = 3, 1


def test_any_variable_of_code_that_cannot_be_read_has_a_place() -> None:
    device = NullBackend()
    free, _ = device.memory_info()
    module = device.module_load(b"\x50\xed\x55\xba" + bytes(64), FATBIN)
    first, second = device.variable_get(module, "a"), device.variable_get(module, "b")
    assert device.variable_get(module, "a") == first
    assert first[0] + first[1] <= second[0] or second[0] + second[1] <= first[0]
    device.module_unload(module)
    assert device.memory_info()[0] == free


def test_a_variable_that_is_not_in_the_text_is_not_found() -> None:
    device = NullBackend()
    module = device.module_load(b".version 8.0\n.target sm_90\n", PTX)
    with pytest.raises(DeviceError, match="no variable 'a'"):
        device.variable_get(module, "a")
