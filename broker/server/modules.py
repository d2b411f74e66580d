"""Images of modules by content hash, so that their bytes travel once.

Decides which images are kept (the most recently used, within a bound). One cache serves
one trust domain: in another, a known hash would tell that somebody else has the code.
It must never know sessions or devices. `session.py` asks it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable

Options = tuple[tuple[int, int], ...]  # CUjit_option and value
Compile = Callable[[bytes, int, Options], Awaitable[tuple[bytes, int]]]


async def as_it_is(
    image: bytes, image_format: int, options: Options
) -> tuple[bytes, int]:
    """What to load where nothing is compiled first."""
    return image, image_format


class ImageCache:
    """bytes_max: an image larger than that is not kept at all."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._images: OrderedDict[bytes, bytes] = OrderedDict()
        self.used_bytes = 0
        self.hits = 0
        self.misses = 0

    def get(self, digest: bytes) -> bytes | None:
        image = self._images.get(digest)
        if image is None:
            self.misses += 1
            return None
        self.hits += 1
        self._images.move_to_end(digest)
        return image

    def put(self, digest: bytes, image: bytes) -> None:
        if len(image) > self._bytes_max or digest in self._images:
            return
        self._images[digest] = image
        self.used_bytes += len(image)
        while self.used_bytes > self._bytes_max:
            _, dropped = self._images.popitem(last=False)
            self.used_bytes -= len(dropped)

    def __len__(self) -> int:
        return len(self._images)
