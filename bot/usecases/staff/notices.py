"""Send notices to staff, each once, in their inbox or in private. `KINDS` maps each kind to its renderer.

A notice is a row, written in the transaction of its cause and rendered when it is sent. It goes to the places that
serve as inbox; if none can be reached, or if it concerns all staff, it goes to each member in private. The recipients
reached are stored, so that after a crash it is not sent to them again. Messages are edited when they become outdated,
for example when a reply was sent or a case closed.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Member, Right
from bot.store.campaigns import places
from bot.store.core import notices as rows
from bot.store.core.notices import Copy, Notice
from bot.store.staff import staff
from bot.usecases.campaigns.live_cards import record_lost_rights
from bot.usecases.context import Context
from bot.usecases.core import team_notices
from bot.usecases.core.notify import Renderer
from bot.usecases.money import notices as money_notices
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
from bot.usecases.staff.operations import direct_messages
from bot.usecases.staff.operations import late as late_notices
from bot.usecases.staff.operations import notices as operation_notices
from bot.usecases.staff.referrals import notices as referral_notices
from bot.usecases.staff.reports import digest, statement
from content.cards import Card
from content.messages import inbox as messages

log = logging.getLogger(__name__)

_BATCH = 50
_MANY = 5  # more of one kind at once become one message
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=1)

KINDS: Mapping[str, Renderer] = {
    **team_notices.KINDS,
    **broadcast_notices.KINDS,
    **campaign_notices.KINDS,
    **referral_notices.KINDS,
    **money_notices.KINDS,
    **inbox_notices.KINDS,
    **operation_notices.KINDS,
    **late_notices.KINDS,
    **direct_messages.KINDS,
    **payments_pause.KINDS,
    **digest.KINDS,
    **statement.KINDS,
}
TO_TREASURERS = frozenset(statement.KINDS)  # to those with the finance right, each in private, and to nobody else
# Sent to each member in private; members by a Discord role see it in the inbox on Discord.
TO_ALL_STAFF = frozenset({*team_notices.KINDS, *broadcast_notices.KINDS})
SUMMED_UP = frozenset(
    {"intake_error", "place_lost"}
)  # several of these have one cause; of other kinds each one matters


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to send a notice: a member in private, or an inbox. `locales`: in this order."""

    platform: PlatformName
    address: str
    locales: tuple[Locale, ...]
    is_place: bool
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class _Round:
    """One run. `busy`: targets skipped for the rest of it, because their platform asked for a pause."""

    ctx: Context
    platforms: Mapping[PlatformName, Platform]
    inboxes: Sequence[Target]
    people: Sequence[Target]
    treasurers: Sequence[Target]  # of the people
    role_channels: Sequence[Target]  # inboxes that reach members by a Discord role, of whom there is no list
    busy: set[Target] = field(default_factory=set)

    def target_groups(self, notice: Notice) -> list[Sequence[Target]]:
        """Return groups of targets; each is used only if nobody in the previous one can be reached."""
        if notice.kind in TO_TREASURERS:
            return [self.treasurers]
        all_staff = [*self.people, *self.role_channels]
        if notice.kind == "inbox_open":  # the place itself last: its readers learn only that they can read it
            return [all_staff, self._place(notice)]
        return [all_staff] if notice.kind in TO_ALL_STAFF else [self.inboxes, self.people]

    def _place(self, notice: Notice) -> list[Target]:
        platform: PlatformName = "discord" if notice.args["platform"] == "discord" else "telegram"
        locales = _LOCALES[str(notice.args["locales"])]
        target = Target(platform=platform, address=str(notice.args["chat"]), locales=locales, is_place=True)
        return [target] if platform in self.platforms else []


async def tick(ctx: Context, platforms: Sequence[Platform]) -> int:
    """Send the notices that are due and edit outdated ones; return how many were sent."""
    async with ctx.db.read() as conn:
        due = await rows.due(conn, ctx.clock(), _BATCH)
    this_round = await _round(ctx, platforms)
    by_kind = groupby(sorted(due, key=lambda n: (n.kind, n.id)), key=lambda n: n.kind)
    sent = 0
    for kind, group in by_kind:
        sent += await _send_kind(this_round, kind, list(group))
    await _edit_stale(this_round)
    return sent


async def send_directly(ctx: Context, platforms: Sequence[Platform], words: Callable[[Locale], Card], key: str) -> int:
    """Send a message about the database itself, which cannot be a row; return how many targets got it.

    Platforms that recognise nonces send the same `key` only once within minutes.
    """
    this_round, sent = await _round(ctx, platforms), 0
    for target in [*this_round.inboxes, *this_round.people]:
        try:
            await _write(this_round, target, words(target.locales[0]), key)
            sent += 1
        except PlatformError as error:
            log.warning("a target on %s could not be notified of %s: %s", target.platform, key, error)
    return sent


async def _round(ctx: Context, platforms: Sequence[Platform]) -> _Round:
    by_name: Mapping[PlatformName, Platform] = {platform.name: platform for platform in platforms}
    async with ctx.db.read() as conn:
        inbox_places = [p for p in await places.of_purpose(conn, places.STAFF) if p.platform in by_name]
        people = [m for m in await staff.all_members(conn) if m.platform in by_name]
        by_role = bool(await staff.discord_roles(conn))
    inboxes = [
        Target(platform=p.platform, address=p.chat_id, locales=_LOCALES[p.locales], is_place=True, thread=p.thread_id)
        for p in inbox_places
    ]
    return _Round(
        ctx,
        by_name,
        inboxes,
        [_in_private(person) for person in people],
        [_in_private(person) for person in people if person.may(Right.FINANCE)],
        [inbox for inbox in inboxes if by_role and inbox.platform == "discord"],
    )


def _in_private(person: Member) -> Target:
    return Target(platform=person.platform, address=person.external_id, locales=(person.locale,), is_place=False)


_LOCALES: Mapping[str, tuple[Locale, ...]] = {"fr": ("fr",), "en": ("en",), "fr+en": ("fr", "en")}


async def _send_kind(this_round: _Round, kind: str, due: Sequence[Notice]) -> int:
    if kind not in KINDS:
        log.error("no renderer for notices of kind %s", kind)
        await _mark_sent(this_round.ctx, due)
        return 0
    if len(due) > _MANY and kind in SUMMED_UP:
        return await _send_or_defer(this_round, due[0], also=due[1:])
    return sum([await _send_or_defer(this_round, notice) for notice in due])


async def _send_or_defer(this_round: _Round, notice: Notice, also: Sequence[Notice] = ()) -> int:
    """Send one notice; if rendering it fails, defer it, so that it does not hold up the others."""
    try:
        return await _send(this_round, notice, also)
    except Exception as error:
        this_round.ctx.failures.report(error, "notices", f"notice {notice.id} ({notice.kind})")
        await _defer(this_round.ctx, [notice, *also])
        return 0


async def _send(this_round: _Round, notice: Notice, also: Sequence[Notice] = ()) -> int:
    """Send one notice to every target that has not got it; `also`: similar ones, which are only counted."""
    async with this_round.ctx.db.read() as conn:
        notified = await rows.notified_targets(conn, notice.id)
    reached = later = False
    for group in this_round.target_groups(notice):
        for target in group:
            if (target.platform, target.address) in notified:
                reached = True
                continue
            try:
                reached |= await _send_to(this_round, target, notice, len(also))
            except RetryLater:
                later = True
            except InDoubt:
                if notice.attempts:  # tried twice, which is enough
                    reached = True
                    await _mark_in_doubt(this_round.ctx, notice, target)
                else:
                    later = True
        if reached or later:
            break
    if reached and not later:
        await _mark_sent(this_round.ctx, [notice, *also])
        return 1
    await _defer(this_round.ctx, [notice, *also])
    return 0


async def _mark_in_doubt(ctx: Context, notice: Notice, target: Target) -> None:
    async with ctx.db.write() as conn:
        await rows.add_copy_in_doubt(conn, notice.id, target.platform, target.address)


async def _send_to(this_round: _Round, target: Target, notice: Notice, others: int) -> bool:
    """Send a notice to one target; return whether it arrived. Raises RetryLater and InDoubt."""
    if target in this_round.busy:
        raise RetryLater(1)
    ctx = this_round.ctx
    try:
        card = await _card(ctx, notice, target.locales, others)
        ref = await _write(this_round, target, card, str(notice.id))
    except RetryLater:
        this_round.busy.add(target)
        raise
    except (Unreachable, Rejected) as error:
        log.warning("notice %d could not be sent on %s: %s", notice.id, target.platform, error)
        if target.is_place and isinstance(error, Unreachable | MissingPermission | Gone):
            async with ctx.db.write() as conn:
                await record_lost_rights(ctx, conn, target.platform, target.address, error)
        return False
    address = ref.chat_id if target.is_place else target.address  # a group may have become a supergroup just now
    async with ctx.db.write() as conn:
        await rows.add_copy(conn, notice.id, target.platform, ref.chat_id, ref.message_id, address)
    return True


async def _write(this_round: _Round, target: Target, card: Card, nonce: str) -> MessageRef:
    platform = this_round.platforms[target.platform]
    if target.is_place:
        return await platform.post(target.address, card, nonce=nonce, thread=target.thread)
    return await platform.send(target.address, card, nonce=nonce)


async def _card(ctx: Context, notice: Notice, locales: Sequence[Locale], others: int = 0) -> Card:
    """Render a notice; `others`: how many similar ones it stands for."""
    cards = [await KINDS[notice.kind](ctx, notice, locale) for locale in locales]
    if others:
        cards = [
            messages.with_similar(ctx.catalog, locale, card, others)
            for locale, card in zip(locales, cards, strict=True)
        ]
    return cards[0] if len(cards) == 1 else messages.bilingual(ctx.catalog, *cards)


async def _edit_stale(this_round: _Round) -> None:
    """Update the messages of notices that have changed; those that can no longer be edited stay."""
    async with this_round.ctx.db.write() as conn:
        stale = await rows.take_stale(conn, _BATCH)
        copies = [(notice, copy) for notice in stale for copy in await rows.copies(conn, notice.id)]
    locales = {(t.platform, t.address): t.locales for t in (*this_round.inboxes, *this_round.people)}
    for notice, copy in copies:
        if copy.platform in this_round.platforms and (copy.platform, copy.target) in locales and notice.args:
            try:
                await _edit(this_round, notice, copy, locales[copy.platform, copy.target])
            except Exception as error:  # rendering failed; the others are still updated
                this_round.ctx.failures.report(error, "notices", f"notice {notice.id} ({notice.kind})")


async def _edit(this_round: _Round, notice: Notice, copy: Copy, locales: Sequence[Locale]) -> None:
    card = await _card(this_round.ctx, notice, locales)
    ref = MessageRef(chat_id=copy.chat_id, message_id=copy.message_id)
    try:
        await this_round.platforms[copy.platform].edit(ref, card)
    except RetryLater:
        async with this_round.ctx.db.write() as conn:
            await rows.update_args(conn, notice)
    except PlatformError as error:
        log.info("notice %d is not updated on %s: %s", notice.id, copy.platform, error)


async def _mark_sent(ctx: Context, due: Sequence[Notice]) -> None:
    async with ctx.db.write() as conn:
        for notice in due:
            await rows.mark_sent(conn, notice.id, ctx.clock())


async def _defer(ctx: Context, due: Sequence[Notice]) -> None:
    """Retry later, after growing pauses: nobody could be reached."""
    async with ctx.db.write() as conn:
        for notice in due:
            pause = min(_FIRST_PAUSE * 2 ** min(notice.attempts, 10), _LONGEST_PAUSE)
            await rows.defer(conn, notice.id, ctx.clock() + pause)
