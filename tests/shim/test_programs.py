"""C programs on the shim: start, devices, contexts, tables; on null and emulated."""

from __future__ import annotations

import pytest

from tests.shim.conftest import run
from tests.socket.peer import BrokerProcess


@pytest.fixture(scope="module", params=["null", "emulated"])
def any_broker(request, tmp_path_factory):
    place = tmp_path_factory.mktemp(request.param)
    with BrokerProcess(place, device=request.param) as running:
        yield running


@pytest.mark.parametrize("name", ["driver", "contexts", "tables"])
def test_program(name, program, any_broker):
    done = run([str(program(name))], any_broker.path)
    assert done.returncode == 0, done.stderr


def test_integrity_answer(program, broker):
    """Equal to one computed here, from the description alone."""
    done = run([str(program("tables"))], broker.path)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[1] for line in lines] == ["13000", "13001", "13002", "12082"]
    tail = "5c67cb031c184133" + "e8d14c1faa83d38e"
    assert lines[0][-1] == bytes.fromhex(tail).hex()
    assert lines[1][-1] == bytes.fromhex(tail.replace("4133", "4118")).hex()
    for line in lines[2:]:
        assert line[-1] == answer(line).hex()


# ------------------------------------------------------------ the answer, once more


def answer(line: list[str]) -> bytes:
    """The 16 bytes for one line of programs/tables.c.

    Args: line: driver's version, version asked for, pid, thread, two tables, a slot,
        seconds, uuid, PCI domain, bus and device, the answer given.
    """
    numbers = [int(value) for value in line[:4]]
    addresses = [int(value, 16) for value in line[4:7]]
    message = b"".join(value.to_bytes(4, "little") for value in numbers)
    message += b"".join(value.to_bytes(8, "little") for value in addresses)
    message += int(line[7]).to_bytes(8, "little") + bytes.fromhex(line[8])
    message += b"".join(int(v).to_bytes(4, "little", signed=True) for v in line[9:12])
    key = bytes.fromhex("146ADDAE53A9A752AA0841360BF55A9F")
    inner = md2(bytes(b ^ 0x36 for b in key) + message)
    return md2(bytes(b ^ 0x5C for b in key) + inner)


def digits_of_pi():
    """Decimal digits, by Gibbons' unbounded spigot."""
    q, r, t, k, n, m = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, m = (
                q * k,
                (2 * q + r) * m,
                t * m,
                k + 1,
                (q * (7 * k + 2) + r * m) // (t * m),
                m + 2,
            )


def substitution() -> list[int]:
    """MD2's permutation: a shuffle by the digits of pi, as RFC 1319's author says."""
    digits = digits_of_pi()

    def below(n: int) -> int:
        while True:
            x, y = next(digits), 10
            if n > 10:
                x, y = x * 10 + next(digits), 100
            if n > 100:
                x, y = x * 10 + next(digits), 1000
            if x < n * (y // n):
                return x % n

    table = list(range(256))
    for i in range(2, 257):
        j = below(i)
        table[j], table[i - 1] = table[i - 1], table[j]
    return table


SUBSTITUTION = substitution()


def md2(data: bytes) -> bytes:
    missing = 16 - len(data) % 16
    data += bytes([missing]) * missing
    checksum, last = bytearray(16), 0
    for at in range(0, len(data), 16):
        for i in range(16):
            checksum[i] ^= SUBSTITUTION[data[at + i] ^ last]
            last = checksum[i]
    data += bytes(checksum)
    state = bytearray(48)
    for at in range(0, len(data), 16):
        block = data[at : at + 16]
        state[16:32] = block
        state[32:48] = bytes(a ^ b for a, b in zip(state[:16], block, strict=True))
        t = 0
        for round_ in range(18):
            for i in range(48):
                state[i] ^= SUBSTITUTION[t]
                t = state[i]
            t = (t + round_) % 256
    return bytes(state[:16])


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (b"", "8350e5a3e24c153df2275c9f80692773"),
        (b"abc", "da853b0d3f88d99b30283a69e6ded6bb"),
        (b"message digest", "ab4f496bfb2a530b219ff33031fe06b0"),
    ],
)
def test_our_md2_is_that_of_the_rfc(text, digest):
    assert md2(text).hex() == digest
