"""Each picture is uploaded once, even if many people get it at the same moment."""

import asyncio

import pytest

from bot.platforms.telegram.uploads import Uploads
from content.cards import Picture


def picture(key: str) -> Picture:
    return Picture(name="p.png", png=b"", alt="", key=key)


async def test_first_caller_uploads_while_others_wait() -> None:
    uploads, uploaded, used = Uploads(), 0, []

    async def send() -> None:
        nonlocal uploaded
        async with uploads.file_id_or_upload(picture("a")) as file_id:
            await asyncio.sleep(0)
            if file_id is None:
                uploaded += 1
                uploads.remember(picture("a"), "id")
            used.append(file_id)

    await asyncio.gather(*(send() for _ in range(20)))
    assert uploaded == 1
    assert used == [None] + ["id"] * 19


async def test_failed_upload_is_left_to_the_next_caller() -> None:
    uploads = Uploads()

    async def fail() -> None:
        async with uploads.file_id_or_upload(picture("a")) as file_id:
            assert file_id is None
            await asyncio.sleep(0)
            raise OSError

    results = await asyncio.gather(fail(), fail(), return_exceptions=True)
    assert [type(result) for result in results] == [OSError, OSError]


async def test_least_recently_used_is_forgotten() -> None:
    uploads = Uploads(limit=2)
    for key in ("a", "b"):
        uploads.remember(picture(key), key)
    async with uploads.file_id_or_upload(picture("a")):
        pass
    uploads.remember(picture("c"), "c")
    file_ids = {}
    for key in ("a", "b", "c"):
        async with uploads.file_id_or_upload(picture(key)) as file_ids[key]:
            pass
    assert file_ids == {"a": "a", "b": None, "c": "c"}
    uploads.forget(picture("a"))
    async with uploads.file_id_or_upload(picture("a")) as file_id:
        assert file_id is None


@pytest.mark.parametrize("times", [1, 2])
async def test_forgetting_unknown_picture_is_no_error(times: int) -> None:
    uploads = Uploads()
    for _ in range(times):
        uploads.forget(picture("a"))
