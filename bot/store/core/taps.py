"""Taps on short links, counted by campaign and touch."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.broadcasts.tables import broadcast_tap, recipient
from bot.store.campaigns.tables import campaign
from bot.store.core.tables import tap_count
from bot.store.db import insert_or_ignore

TapKey = tuple[int, str, int]  # campaign, touch kind, touch id


async def add(conn: AsyncConnection, taps: Mapping[TapKey, int]) -> None:
    """Add counts. Taps for campaigns unknown to this database are ignored."""
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


async def add_to_slices(conn: AsyncConnection, taps: Mapping[tuple[int, int], int]) -> None:
    """Add taps {(broadcast, supporter): taps} to the groups in reports; the supporters are not stored."""
    if not taps:
        return
    columns = (recipient.c.locale, recipient.c.platform, func.coalesce(recipient.c.part, ""))
    among = recipient.c.broadcast_id.in_({touch for touch, _ in taps}) & recipient.c.supporter_id.in_(
        {w for _, w in taps}
    )
    query = select(recipient.c.broadcast_id, recipient.c.supporter_id, *columns).where(among)
    slices: Counter[tuple[int, str, str, str]] = Counter()
    for of, who, *rest in await conn.execute(query):
        if count := taps.get((of, who)):
            slices[of, rest[0], rest[1], rest[2]] += count
    if not slices:
        return
    names = ("broadcast_id", "locale", "platform", "part")
    keys = [dict(zip(names, key, strict=True)) | {"taps": 0} for key in slices]
    await conn.execute(insert_or_ignore(conn, broadcast_tap), keys)
    here = [broadcast_tap.c[name] == bindparam(f"of_{name}") for name in names]
    statement = update(broadcast_tap).where(*here).values(taps=broadcast_tap.c.taps + bindparam("more"))
    rows = [{f"of_{c}": v for c, v in zip(names, key, strict=True)} | {"more": n} for key, n in slices.items()]
    await conn.execute(statement, rows)
