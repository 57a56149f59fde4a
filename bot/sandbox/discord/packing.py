"""Compression of gateway frames: one stream per connection, flushed at each frame.

discord.py requests zstd if it finds a library for it, else zlib; the fake looks for the same libraries.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

Pack = Callable[[bytes], bytes]


def _zstd() -> Callable[[], Pack] | None:
    """Return a factory of zstd packers if a library is installed. The libraries are not always typed."""
    for name, make in (("zstandard", _by_library), ("compression.zstd", _by_python)):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        return partial(make, module)
    return None


def _by_library(module: Any) -> Pack:
    stream = module.ZstdCompressor().compressobj()
    return lambda frame: stream.compress(frame) + stream.flush(module.COMPRESSOBJ_FLUSH_BLOCK)


def _by_python(module: Any) -> Pack:
    stream = module.ZstdCompressor()
    return lambda frame: bytes(stream.compress(frame, stream.FLUSH_BLOCK))


def _zlib() -> Pack:
    stream = zlib.compressobj()
    return lambda frame: stream.compress(frame) + stream.flush(zlib.Z_SYNC_FLUSH)


_PACKERS: dict[str, Callable[[], Pack] | None] = {"zlib-stream": _zlib, "zstd-stream": _zstd()}
COMPRESSIONS = (None, *(name for name, make in _PACKERS.items() if make))


def packer(compression: str | None) -> Pack | None:
    """Return the compressor of one connection's frames, or None if they are sent uncompressed."""
    make = _PACKERS.get(compression or "")
    return make() if make else None
