"""Drafts: what was reviewed is what is used, the picture too."""

import pytest

from bot.store.db import Database
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft, Stale
from tests.conftest import START


async def test_picture_of_a_version_that_was_replaced_is_refused(db: Database) -> None:
    reviewed = Draft(id=1, kind="campaign", body={})
    async with db.write() as conn:
        await drafts.add(conn, reviewed, START)
        changed = await drafts.save(conn, reviewed, {}, None, START)
        await drafts.set_picture(conn, reviewed.id, b"another")
    async with db.read() as conn:
        assert await drafts.picture_of(conn, changed) == b"another"
        with pytest.raises(Stale):
            await drafts.picture_of(conn, reviewed)


async def test_used_draft_is_dropped_once_and_a_newer_one_stays(db: Database) -> None:
    async with db.write() as conn:
        first = Draft(id=1, kind="away", body={"fr": "Fermé"}, changed_by=None)
        await drafts.add(conn, first, START)
        newer = await drafts.save(conn, first, {"fr": "Fermé lundi"}, None, START)
        assert not await drafts.drop_if_unchanged(conn, first)
        assert await drafts.by_id(conn, 1) == newer
        assert await drafts.drop_if_unchanged(conn, newer)
        assert not await drafts.drop_if_unchanged(conn, newer)
