"""Pictures that people send on the drawn phones: a sample of ours, or a file of the visitor's."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.demo import drawings
from content.pictures.photos import take

KINDS = frozenset({"image/png", "image/jpeg", "image/webp"})
LARGEST = 6 * 2**20  # bytes of a file, as phones take them


async def sample(name: str) -> bytes:
    """Return a sample picture as PNG. Raises LookupError."""
    return await asyncio.to_thread(drawings.SAMPLES[name])


async def uploaded(request: web.Request) -> bytes:
    """Return the request's picture as a PNG without camera data, scaled down.

    Raises ValueError for another kind of file, a larger one, or what is no picture.
    """
    if request.content_type not in KINDS:
        raise ValueError("PNG, JPEG, WebP")
    content = bytearray()
    async for part in request.content.iter_any():
        content += part
        if len(content) > LARGEST:
            raise ValueError(f"{LARGEST // 2**20} MB")
    return await asyncio.to_thread(take, bytes(content))
