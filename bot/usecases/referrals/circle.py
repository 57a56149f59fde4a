"""Circle: the results of a supporter's invites.

Gifts appear only as rounded figures, from five donors on, updated once a day: more detail would reveal what a friend
gave.
"""

import asyncio
from datetime import timedelta

from bot.domain.people import Supporter
from bot.domain.referrals import GIFTS_SHOWN_FROM, Circle, RoundedGifts, visible_direct, visible_total
from bot.store.referrals import circles, referrals
from bot.store.referrals.circles import Shown
from bot.usecases.context import Context
from bot.usecases.referral_tree import thank_inviter
from bot.usecases.reply import Reply
from content.cards import Tap
from content.messages import referrals as messages
from content.pictures.circle import CirclePictureView, circle_picture
from payments.money import Money

UNCHANGED_FOR = timedelta(days=1)
_INVITE = Tap(action="invite")


async def show(ctx: Context, supporter: Supporter) -> Reply:
    """Handle `/circle`."""
    async with ctx.db.read() as conn:
        counters = await referrals.circle(conn, supporter.id)
        own = await referrals.referral(conn, supporter.id)
    direct, of_all = await _figures(ctx, supporter.id, counters)
    people, further = counters.people_direct, counters.people_below - counters.people_direct
    picture = None
    if people:
        drawing = CirclePictureView(locale=supporter.locale, charity=ctx.charity.name, people=people, further=further)
        picture = await asyncio.to_thread(circle_picture, ctx.catalog, drawing)
    view = messages.CircleView(
        people=people,
        further=further,
        from_donors=GIFTS_SHOWN_FROM,
        direct=_gave(direct),
        all_of_them=_gave(of_all),
        picture=picture,
        invite=_INVITE,
        who=thank_inviter.WHO if own is not None and own.inviter_id is None and own.settled_at is None else None,
    )
    return Reply(card=messages.circle(ctx.catalog, supporter.locale, view))


async def _figures(ctx: Context, supporter_id: int, counters: Circle) -> Shown:
    """Return the gift figures to show: those shown within a day, or else the current ones, which are then stored."""
    since = ctx.clock() - UNCHANGED_FOR
    async with ctx.db.read() as conn:
        before = await circles.last_shown(conn, supporter_id, since)
    if before is not None:
        return before
    now = visible_direct(counters), visible_total(counters)
    if now == (None, None):
        return now
    async with ctx.db.write() as conn:
        before = await circles.last_shown(conn, supporter_id, since)
        if before is None:
            await circles.store_shown(conn, supporter_id, now, ctx.clock())
    return before or now


def _gave(gave: RoundedGifts | None) -> messages.RoundedGifts | None:
    """Return the figures as the card takes them, largest sum first."""
    if gave is None:
        return None
    in_order = sorted(gave.money.items(), key=lambda m: (-m[1], m[0]))
    return messages.RoundedGifts(donors=gave.donors, money=[Money(minor, code) for code, minor in in_order])
