"""What reaches the staff: each thing once, in their inbox or in private, with what to do. `KINDS` is who words what.

A notice is a row, written in the transaction of what it is about; its words are made when it is said. It goes to the
places that staff have made their inbox, and where there is none, or where it concerns everybody, to each of them in
private. Who has got it is remembered, so that a crash in between repeats it to nobody else.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from bot.domain.people import Locale, PlatformName
from bot.store import notices as rows
from bot.store import places, staff
from bot.store.notices import Notice
from bot.usecases.context import Context
from bot.usecases.ports import InDoubt, MessageRef, Platform, Rejected, RetryLater, Unreachable
from bot.usecases.staff import (
    arrival_notices,
    broadcast_notices,
    campaign_notices,
    inbox_notices,
    money_notices,
    team_notices,
)
from bot.usecases.staff.team_notices import Renderer
from content import messages_inbox as words
from content.cards import Card

log = logging.getLogger(__name__)

_AT_ONCE = 50
_MANY = 5  # of one kind at once become one message
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=1)

KINDS: Mapping[str, Renderer] = {
    **team_notices.KINDS,
    **broadcast_notices.KINDS,
    **campaign_notices.KINDS,
    **arrival_notices.KINDS,
    **money_notices.KINDS,
    **inbox_notices.KINDS,
}
TO_EVERYBODY = frozenset({*team_notices.KINDS, *broadcast_notices.KINDS})  # each of the staff hears it in private


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a notice is to stand: one of the staff in private, or a place of theirs."""

    platform: PlatformName
    address: str
    locale: Locale
    is_place: bool


async def tick(ctx: Context, platforms: Sequence[Platform]) -> int:
    """Say what is due; how many notices were."""
    async with ctx.db.read() as conn:
        due = await rows.due(conn, ctx.clock(), _AT_ONCE)
    by_kind = groupby(sorted(due, key=lambda n: (n.kind, n.id)), key=lambda n: n.kind)
    said = 0
    for kind, group in by_kind:
        said += await _say_kind(ctx, platforms, kind, list(group))
    return said


async def _say_kind(ctx: Context, platforms: Sequence[Platform], kind: str, due: Sequence[Notice]) -> int:
    if kind not in KINDS:
        log.error("nobody knows how to word a notice of kind %s", kind)
        await _settle(ctx, due)
        return 0
    if len(due) > _MANY:
        return await _say(ctx, platforms, due[0], also=due[1:])
    return sum([await _say(ctx, platforms, one) for one in due])


async def _say(ctx: Context, platforms: Sequence[Platform], one: Notice, also: Sequence[Notice] = ()) -> int:
    """Say one thing wherever it is not said yet; `also`: others like it, which are only counted."""
    targets = await _targets(ctx, platforms, one.kind)
    async with ctx.db.read() as conn:
        told = await rows.told(conn, one.id)
    reached, again = False, False
    for target in targets:
        if (target.platform, target.address) in told:
            reached = True
            continue
        try:
            ref = await _send(ctx, platforms, target, one, len(also))
        except (RetryLater, InDoubt):
            again = True
            continue
        except (Unreachable, Rejected) as why:
            log.warning("notice %d could not be said on %s: %s", one.id, target.platform, why)
            continue
        reached = True
        async with ctx.db.write() as conn:
            await rows.keep_copy(conn, one.id, target.platform, ref.chat_id, ref.message_id, target.address)
    if reached and not again:
        await _settle(ctx, [one, *also])
        return 1
    await _put_off(ctx, [one, *also])
    return 0


async def _send(ctx: Context, platforms: Sequence[Platform], target: Target, one: Notice, others: int) -> MessageRef:
    platform = next(p for p in platforms if p.name == target.platform)
    card = await card_of(ctx, one, target.locale)
    if others:
        card = words.many(ctx.catalog, target.locale, card, others)
    if target.is_place:
        return await platform.post(target.address, card, nonce=str(one.id))
    return await platform.send(target.address, card, nonce=str(one.id))


async def card_of(ctx: Context, one: Notice, locale: Locale) -> Card:
    """A notice in words."""
    return await KINDS[one.kind](ctx, one, locale)


async def _targets(ctx: Context, platforms: Sequence[Platform], kind: str) -> list[Target]:
    here = {platform.name for platform in platforms}
    async with ctx.db.read() as conn:
        inboxes = [p for p in await places.of_purpose(conn, places.STAFF) if p.platform in here]
        people = [m for m in await staff.everyone(conn) if m.platform in here]
    if inboxes and kind not in TO_EVERYBODY:
        return [
            Target(
                platform=place.platform,
                address=place.chat_id,
                locale="en" if place.locales == "en" else "fr",
                is_place=True,
            )
            for place in inboxes
        ]
    return [Target(platform=m.platform, address=m.external_id, locale=m.locale, is_place=False) for m in people]


async def _settle(ctx: Context, due: Sequence[Notice]) -> None:
    async with ctx.db.write() as conn:
        for one in due:
            await rows.said(conn, one.id, ctx.clock())


async def _put_off(ctx: Context, due: Sequence[Notice]) -> None:
    """Nobody could be told: later, after growing pauses; nothing is lost."""
    async with ctx.db.write() as conn:
        for one in due:
            pause = min(_FIRST_PAUSE * 2 ** min(one.attempts, 10), _LONGEST_PAUSE)
            await rows.put_off(conn, one.id, ctx.clock() + pause)
