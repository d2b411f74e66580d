"""What the generated records promise: as frozen dataclasses, without their price."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest

from broker.wire.gen import messages as m

COPY = m.CopyH2d(1, 2, 3, 4)


def test_fields_by_place_by_name_and_by_default() -> None:
    assert m.CopyH2d(stream=1, destination=2, host_offset=3, bytes=4) == COPY
    assert (COPY.stream, COPY.bytes) == (1, 4)
    assert m.Launch(1, 2, 1, 1, 1, 1, 1, 1, 0, b"").attributes == b""
    with pytest.raises(TypeError, match="missing 1 required"):
        m.CopyH2d(1, 2, 3)  # type: ignore[call-arg]


def test_equal_are_those_of_one_class_with_equal_fields() -> None:
    assert m.CopyH2d(1, 2, 3, 5) != COPY
    assert m.CopyD2h(1, 2, 3, 4) != COPY and COPY != (1, 2, 3, 4)
    assert len({COPY, m.CopyH2d(1, 2, 3, 4), m.CopyD2h(1, 2, 3, 4)}) == 2


def test_nothing_of_them_changes() -> None:
    for change in (
        lambda: setattr(COPY, "bytes", 5),
        lambda: setattr(COPY, "other", 5),
        lambda: delattr(COPY, "bytes"),
    ):
        with pytest.raises(AttributeError, match="CopyH2d cannot be changed"):
            change()
    assert COPY.bytes == 4


def test_they_show_what_they_are_and_survive_a_copy() -> None:
    shown = "CopyH2d(stream=1, destination=2, host_offset=3, bytes=4)"
    assert repr(COPY) == shown
    assert pickle.loads(pickle.dumps(COPY)) == COPY == copy.deepcopy(COPY)


def test_every_record_has_its_fields_and_no_dictionary() -> None:
    for record, layout in m.LAYOUT.items():
        assert record.__slots__ == tuple(field.name for field in layout)
        values = [field.default if field.has_default else 0 for field in layout]
        made = record(*values)
        assert not hasattr(made, "__dict__")
        assert [getattr(made, field.name) for field in layout] == values


def test_they_need_no_dataclasses() -> None:
    """Every process of ours imports them."""
    code = (
        "import sys; import broker.wire.gen.messages as m; "
        "sys.exit('dataclasses' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
