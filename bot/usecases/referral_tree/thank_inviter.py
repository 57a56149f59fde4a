"""Thank inviters, never with a reward, and warn staff about an invite that brings very many people.

Runs in the transaction that records the referral.
"""

from bot.domain.people import Preference, Supporter
from bot.domain.quiet import ENDS_FOR_NUDGES, known_zone, quiet_until
from bot.domain.referrals import INVITERS_THANKED_AT
from bot.store.core import outbox
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Connection
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff
from bot.usecases.core.send_errors import Deferred
from content.cards import Card, Tap
from content.messages import referrals as messages

VERY_MANY = 1000  # people by one invite
CIRCLE = Tap(action="circle")
WHO = Tap(action="by")


async def thank_inviter(ctx: Context, conn: Connection, inviter_id: int) -> None:
    """Thank a supporter by whose invite someone has just joined, if a new threshold is reached."""
    people = (await referrals.circle(conn, inviter_id)).people_direct
    if people >= VERY_MANY:
        await _warn_staff(ctx, conn, inviter_id, people)
    reached = max((n for n in INVITERS_THANKED_AT if n <= people), default=None)
    if reached is None or not await referrals.record_thanks(conn, inviter_id, reached, ctx.clock()):
        return
    person = await best_address(conn, inviter_id)
    if person is not None and Preference.NEWS in await supporters.preferences(conn, inviter_id):
        await add_service_message(ctx, conn, person, "recognition", {"people": reached})


async def _warn_staff(ctx: Context, conn: Connection, inviter_id: int, people: int) -> None:
    invite = await invites.of_supporter(conn, inviter_id)
    if invite is not None and await invites.record_staff_notified(conn, invite.id, ctx.clock()):
        await notify_staff(ctx, conn, f"invite_many:{invite.id}", "invite_many", people=people)


async def best_address(conn: Connection, supporter_id: int) -> Supporter | None:
    """Return the supporter at their oldest reachable address, or None."""
    return next((address for address in await supporters.addresses_of(conn, [supporter_id]) if address.reachable), None)


async def add_service_message(
    ctx: Context, conn: Connection, person: Supporter, message: str, args: dict[str, int]
) -> None:
    """Add a service message for a supporter to the outbox."""
    delivery = Delivery(
        id=ctx.ids.new(),
        lane=Lane.SERVICE,
        platform=person.platform,
        address_id=person.address_id,
        message=message,
        args=args,
        due_at=ctx.clock(),
    )
    await outbox.add(conn, [delivery])


async def card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Render the thank-you. Raises Deferred during the reader's night."""
    defer_to_daytime(ctx, person)
    return messages.recognition(ctx.catalog, person.locale, int(delivery.args["people"]), CIRCLE)


def defer_to_daytime(ctx: Context, person: Supporter) -> None:
    """Raise Deferred during the reader's night, for messages that answer nothing they have just done."""
    zone = known_zone(person.time_zone, ctx.zone)
    if (awake := quiet_until(ctx.clock(), zone, ENDS_FOR_NUDGES)) is not None:
        raise Deferred(awake, "they sleep")
