"""Circle: what came of somebody's invites. Below five people nothing is said of gifts: one could tell whose."""

import asyncio

from bot.domain.people import Contact
from bot.domain.referrals import GIFTS_SHOWN_FROM, Circle
from bot.store import referrals
from bot.usecases import recognise
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.reply import Reply
from content import messages_invite as words
from content.cards import Tap
from content.circle_picture import CirclePictureView, circle_picture
from payments.money import Money

_INVITE = Tap(action="invite")


async def show(ctx: Context, contact: Contact) -> Reply:
    """`/circle`."""
    supporter = await who(ctx, contact)
    async with ctx.db.read() as conn:
        found = await referrals.circle(conn, supporter.id)
        came = await referrals.referral(conn, supporter.id)
    people, further = found.people_direct, found.people_below - found.people_direct
    picture = None
    if people:
        drawn = CirclePictureView(locale=supporter.locale, charity=ctx.charity.name, people=people, further=further)
        picture = await asyncio.to_thread(circle_picture, ctx.catalog, drawn)
    view = words.CircleView(
        people=people,
        further=further,
        from_people=GIFTS_SHOWN_FROM,
        direct=direct(found),
        all_of_them=everybody(found),
        picture=picture,
        invite=_INVITE,
        who=recognise.WHO if came is not None and came.inviter_id is None and came.settled_at is None else None,
    )
    return Reply(card=words.circle(ctx.catalog, supporter.locale, view))


def direct(circle: Circle) -> words.Gave | None:
    """What those gave who came by this person; None for too few."""
    if circle.people_direct < GIFTS_SHOWN_FROM:
        return None
    money = {code: one.minor_direct for code, one in circle.money.items()}
    return words.Gave(donors=circle.donors_direct, money=_in_order(money))


def everybody(circle: Circle) -> words.Gave | None:
    """The same for all levels together. Beside the direct sum it would tell what the few further down gave."""
    further = circle.people_below - circle.people_direct
    shown_beside = circle.people_direct >= GIFTS_SHOWN_FROM
    if not further or (further if shown_beside else circle.people_below) < GIFTS_SHOWN_FROM:
        return None
    money = {code: one.minor_below for code, one in circle.money.items()}
    return words.Gave(donors=circle.donors_below, money=_in_order(money))


def _in_order(money: dict[str, int]) -> list[Money]:
    """The largest first."""
    return [Money(minor, code) for code, minor in sorted(money.items(), key=lambda m: (-m[1], m[0])) if minor > 0]
