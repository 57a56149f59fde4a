"""Addresses with characters that no database can store show the not-found page."""

import aiohttp
import pytest
from yarl import URL


@pytest.mark.parametrize(
    "path", ["/i/%00", "/i/ab%00cd", "/thanks?session_id=%00", "/?l=%00", "/thanks?session_id=%ED%A0%80&l=%00"]
)
async def test_unstorable_address_is_not_found(site: aiohttp.ClientSession, path: str) -> None:
    async with site.get(URL(str(path), encoded=True)) as answer:
        assert answer.status == 404
