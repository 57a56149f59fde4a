"""What reaches the staff: each thing once, in their inbox or in private, with what to do. `KINDS` is who words what.

A notice is a row, written in the transaction of what it is about; its words are made when it is said. It goes to the
places that staff have made their inbox, and where there is none that can be reached, or where it concerns everybody,
to each of them in private. Who has got it is remembered, so that a crash in between repeats it to nobody else. Its
messages are written anew when what they say is no longer so: somebody has answered, a case is closed.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

from bot.domain.people import Locale, PlatformName
from bot.store.campaigns import places
from bot.store.core import notices as rows
from bot.store.core.notices import Copy, Notice
from bot.store.staff import staff
from bot.usecases.campaigns.live_cards import record_lost_rights
from bot.usecases.context import Context
from bot.usecases.core import team_notices
from bot.usecases.core.notify import Renderer
from bot.usecases.money import notices
from bot.usecases.ports import (
    Gone,
    InDoubt,
    MessageRef,
    MissingPermission,
    Platform,
    PlatformError,
    Rejected,
    RetryLater,
    Unreachable,
)
from bot.usecases.staff.broadcasts import notices as broadcast_notices
from bot.usecases.staff.campaigns import notices as campaign_notices
from bot.usecases.staff.inbox import notices as inbox_notices
from bot.usecases.staff.money import payments_pause
from bot.usecases.staff.operations import notices as operation_notices
from bot.usecases.staff.referrals import notices as arrival_notices
from content.cards import Card
from content.messages import inbox as words

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
    **notices.KINDS,
    **inbox_notices.KINDS,
    **operation_notices.KINDS,
    **payments_pause.KINDS,
}
# Each of the staff hears it in private, and who is staff only by a Discord role in the inbox there.
TO_EVERYBODY = frozenset({*team_notices.KINDS, *broadcast_notices.KINDS})
SUMMED_UP = frozenset({"intake_error", "place_lost"})  # many of them are one trouble; of all else each one counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a notice is to stand: one of the staff in private, or a place of theirs. The first language goes first."""

    platform: PlatformName
    address: str
    locales: tuple[Locale, ...]
    is_place: bool


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at what is due. `busy`: who is asked nothing more in it, because a pause was asked for there."""

    ctx: Context
    platforms: Mapping[PlatformName, Platform]
    inboxes: Sequence[Target]
    people: Sequence[Target]
    halls: Sequence[Target]  # inboxes that stand for staff of whom nobody keeps a list: holders of Discord roles
    busy: set[Target] = field(default_factory=set)

    def circles(self, one: Notice) -> list[Sequence[Target]]:
        """Who is told; the second ones where none of the first can be."""
        everybody = [*self.people, *self.halls]
        if one.kind == "inbox_open":  # its own place last: who reads along there learns only that they can
            return [everybody, self._place(one)]
        return [everybody] if one.kind in TO_EVERYBODY else [self.inboxes, self.people]

    def _place(self, one: Notice) -> list[Target]:
        platform: PlatformName = "discord" if one.args["platform"] == "discord" else "telegram"
        locales = _LOCALES[str(one.args["locales"])]
        target = Target(platform=platform, address=str(one.args["chat"]), locales=locales, is_place=True)
        return [target] if platform in self.platforms else []


async def tick(ctx: Context, platforms: Sequence[Platform]) -> int:
    """Say what is due; how many notices were."""
    async with ctx.db.read() as conn:
        due = await rows.due(conn, ctx.clock(), _AT_ONCE)
    now = await _round(ctx, platforms)
    by_kind = groupby(sorted(due, key=lambda n: (n.kind, n.id)), key=lambda n: n.kind)
    said = 0
    for kind, group in by_kind:
        said += await _say_kind(now, kind, list(group))
    await _rewrite(now)
    return said


async def tell_directly(ctx: Context, platforms: Sequence[Platform], words: Callable[[Locale], Card], key: str) -> int:
    """Say something that cannot be written down, since it is about the database itself; how many were told.

    The same `key` within minutes is the same message where the platform knows that.
    """
    now, told = await _round(ctx, platforms), 0
    for target in [*now.inboxes, *now.people]:
        platform = now.platforms[target.platform]
        write = platform.post if target.is_place else platform.send
        try:
            await write(target.address, words(target.locales[0]), nonce=key)
            told += 1
        except PlatformError as why:
            log.warning("%s could not be told of %s on %s: %s", target.address, key, target.platform, why)
    return told


async def _round(ctx: Context, platforms: Sequence[Platform]) -> _Round:
    here: Mapping[PlatformName, Platform] = {platform.name: platform for platform in platforms}
    async with ctx.db.read() as conn:
        rooms = [p for p in await places.of_purpose(conn, places.STAFF) if p.platform in here]
        people = [m for m in await staff.all_members(conn) if m.platform in here]
        by_role = bool(await staff.discord_roles(conn))
    inboxes = [
        Target(platform=p.platform, address=p.chat_id, locales=_LOCALES[p.locales], is_place=True) for p in rooms
    ]
    return _Round(
        ctx,
        here,
        inboxes,
        [Target(platform=m.platform, address=m.external_id, locales=(m.locale,), is_place=False) for m in people],
        [place for place in inboxes if by_role and place.platform == "discord"],
    )


_LOCALES: Mapping[str, tuple[Locale, ...]] = {"fr": ("fr",), "en": ("en",), "fr+en": ("fr", "en")}


async def _say_kind(now: _Round, kind: str, due: Sequence[Notice]) -> int:
    if kind not in KINDS:
        log.error("nobody knows how to word a notice of kind %s", kind)
        await _note_outcome(now.ctx, due)
        return 0
    if len(due) > _MANY and kind in SUMMED_UP:
        return await _say_or_wait(now, due[0], also=due[1:])
    return sum([await _say_or_wait(now, one) for one in due])


async def _say_or_wait(now: _Round, one: Notice, also: Sequence[Notice] = ()) -> int:
    """Say one thing; what stumbles over its own facts waits, and holds up no other."""
    try:
        return await _say(now, one, also)
    except Exception:
        log.exception("notice %d (%s) cannot be said", one.id, one.kind)
        await _put_off(now.ctx, [one, *also])
        return 0


async def _say(now: _Round, one: Notice, also: Sequence[Notice] = ()) -> int:
    """Say one thing wherever it is not said yet; `also`: others like it, which are only counted."""
    async with now.ctx.db.read() as conn:
        told = await rows.notified_targets(conn, one.id)
    reached = later = False
    for circle in now.circles(one):
        for target in circle:
            if (target.platform, target.address) in told:
                reached = True
                continue
            try:
                reached |= await _tell(now, target, one, len(also))
            except RetryLater:
                later = True
            except InDoubt:
                if one.attempts:  # said twice, which is enough
                    reached = True
                    await _keep_doubt(now.ctx, one, target)
                else:
                    later = True
        if reached or later:
            break
    if reached and not later:
        await _note_outcome(now.ctx, [one, *also])
        return 1
    await _put_off(now.ctx, [one, *also])
    return 0


async def _keep_doubt(ctx: Context, one: Notice, target: Target) -> None:
    async with ctx.db.write() as conn:
        await rows.add_copy_in_doubt(conn, one.id, target.platform, target.address)


async def _tell(now: _Round, target: Target, one: Notice, others: int) -> bool:
    """Say it to one person or in one place; whether it stands there. Raises RetryLater and InDoubt."""
    if target in now.busy:
        raise RetryLater(1)
    ctx, platform = now.ctx, now.platforms[target.platform]
    write = platform.post if target.is_place else platform.send
    try:
        ref = await write(target.address, await _card(ctx, one, target.locales, others), nonce=str(one.id))
    except RetryLater:
        now.busy.add(target)
        raise
    except (Unreachable, Rejected) as why:
        log.warning("notice %d could not be said on %s: %s", one.id, target.platform, why)
        if target.is_place and isinstance(why, Unreachable | MissingPermission | Gone):
            async with ctx.db.write() as conn:
                await record_lost_rights(ctx, conn, target.platform, target.address)
        return False
    async with ctx.db.write() as conn:
        await rows.add_copy(conn, one.id, target.platform, ref.chat_id, ref.message_id, target.address)
    return True


async def _card(ctx: Context, one: Notice, locales: Sequence[Locale], others: int = 0) -> Card:
    """A notice in words, with how many there are like it besides."""
    cards = [await KINDS[one.kind](ctx, one, locale) for locale in locales]
    if others:
        cards = [words.many(ctx.catalog, locale, card, others) for locale, card in zip(locales, cards, strict=True)]
    return cards[0] if len(cards) == 1 else words.both(ctx.catalog, *cards)


async def _rewrite(now: _Round) -> None:
    """Bring the messages of notices up to date; one that can't be edited any more just stays."""
    async with now.ctx.db.write() as conn:
        stale = await rows.take_stale(conn, _AT_ONCE)
        standing = [(one, copy) for one in stale for copy in await rows.copies(conn, one.id)]
    locales = {(t.platform, t.address): t.locales for t in (*now.inboxes, *now.people)}
    for one, copy in standing:
        if copy.platform in now.platforms and (copy.platform, copy.target) in locales and one.args:
            try:
                await _edit(now, one, copy, locales[copy.platform, copy.target])
            except Exception:  # of its own facts; the others are brought up to date all the same
                log.exception("notice %d (%s) cannot be written anew", one.id, one.kind)


async def _edit(now: _Round, one: Notice, copy: Copy, locales: Sequence[Locale]) -> None:
    card = await _card(now.ctx, one, locales)
    try:
        await now.platforms[copy.platform].edit(MessageRef(chat_id=copy.chat_id, message_id=copy.message_id), card)
    except RetryLater:
        async with now.ctx.db.write() as conn:
            await rows.update_args(conn, one)
    except PlatformError as why:
        log.info("notice %d stays as it was on %s: %s", one.id, copy.platform, why)


async def _note_outcome(ctx: Context, due: Sequence[Notice]) -> None:
    async with ctx.db.write() as conn:
        for one in due:
            await rows.mark_sent(conn, one.id, ctx.clock())


async def _put_off(ctx: Context, due: Sequence[Notice]) -> None:
    """Nobody could be told: later, after growing pauses; nothing is lost."""
    async with ctx.db.write() as conn:
        for one in due:
            pause = min(_FIRST_PAUSE * 2 ** min(one.attempts, 10), _LONGEST_PAUSE)
            await rows.defer(conn, one.id, ctx.clock() + pause)
