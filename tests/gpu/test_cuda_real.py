"""Facts about a real driver that the broker is built on and no stand-in can show.

The conformance suite covers the seam itself; run both with `-m gpu`.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from device_bench import (
    CAPABILITIES,
    STICKY,
    VA_BASE,
    Bench,
    RemoteBackend,
    Unavailable,
)

pytestmark = pytest.mark.gpu

# linux/fcntl.h; SHRINK | GROW | FUTURE_WRITE | SEAL.
SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | 0x10 | fcntl.F_SEAL_SEAL


@contextmanager
def opened() -> Iterator[Bench]:
    try:
        held = RemoteBackend("cuda")
    except Unavailable as error:
        pytest.skip(str(error))
    with Bench(held, CAPABILITIES["cuda"]) as bench:
        yield bench
    held.close()


def test_the_gpu_writes_a_memfd_that_was_sealed_after_registration() -> None:
    with opened() as bench:
        address, path = bench.held.host_open(mmap.PAGESIZE)
        bench.backend.register_host(address, mmap.PAGESIZE)
        fd = os.open(path, os.O_RDWR)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, SEALS)
        with pytest.raises(PermissionError):
            mmap.mmap(fd, mmap.PAGESIZE)
        with pytest.raises(PermissionError):
            os.ftruncate(fd, 0)
        view = mmap.mmap(fd, mmap.PAGESIZE, prot=mmap.PROT_READ)
        os.close(fd)
        stream = bench.stream()
        assert bench.table.write_value(stream, address, 0x1122334455667788, 8) == 0
        assert bench.table.write_value(stream, address + 8, 0x99AABBCC, 4) == 0
        bench.finish(stream)
        assert int.from_bytes(view[:8], "little") == 0x1122334455667788
        assert int.from_bytes(view[8:12], "little") == 0x99AABBCC
        bench.backend.unregister_host(address, mmap.PAGESIZE)


def test_arenas_of_many_sessions_can_be_mapped_where_we_say() -> None:
    with opened() as bench:
        for session in range(64):
            bench.memory(at=VA_BASE + session * (1 << 38))


def test_a_fault_in_one_process_is_not_seen_in_another() -> None:
    with opened() as healthy:
        with opened() as faulty:
            info = faulty.function("xs_write_word")
            stream = faulty.stream()
            params = (0x10).to_bytes(8, "little") + (1).to_bytes(4, "little")
            shape = (1, 1, 1), (1, 1, 1), 0, params
            assert faulty.table.launch(stream, info.native, *shape) == 0
            assert faulty.fault_of(stream) == STICKY
        stream, address = healthy.stream(), healthy.memory()
        healthy.put(stream, address, b"alive")
        assert healthy.get(stream, address, 5) == b"alive"
