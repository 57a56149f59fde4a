"""Taps on short links, counted by campaign and touch."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import insert_or_ignore
from bot.store.schema import campaign, tap_count

TapKey = tuple[int, str, int]  # campaign, touch kind, touch id


async def add(conn: AsyncConnection, taps: Mapping[TapKey, int]) -> None:
    """Add what was counted in memory. Taps for a campaign that this database never had are left out."""
    named = select(campaign.c.id).where(campaign.c.id.in_({key[0] for key in taps}))
    known = set((await conn.execute(named)).scalars())
    taps = {key: count for key, count in taps.items() if key[0] in known}
    if not taps:
        return
    keys = [{"campaign_id": c, "touch_kind": k, "touch_id": i, "taps": 0} for c, k, i in taps]
    await conn.execute(insert_or_ignore(conn, tap_count), keys)
    statement = (
        update(tap_count)
        .where(
            tap_count.c.campaign_id == bindparam("of_campaign"),
            tap_count.c.touch_kind == bindparam("of_kind"),
            tap_count.c.touch_id == bindparam("of_touch"),
        )
        .values(taps=tap_count.c.taps + bindparam("more"))
    )
    rows = [{"of_campaign": c, "of_kind": k, "of_touch": i, "more": n} for (c, k, i), n in taps.items()]
    await conn.execute(statement, rows)
