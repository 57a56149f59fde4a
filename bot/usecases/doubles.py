"""Two like gifts of one person within minutes: they are asked whether that was meant, once, and one tap pays back
the second. Staff hear of it only where Stripe refuses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.gifts import Gift
from bot.domain.ids import id_at
from bot.domain.people import Supporter
from bot.store import campaigns as campaign_rows
from bot.store import cursors, gifts, outbox, refunds
from bot.store.db import Connection
from bot.store.outbox import Delivery
from bot.store.refunds import Given
from bot.usecases import thank
from bot.usecases.context import Context
from bot.usecases.outgoing import OutOfDate
from content import messages_money as words
from content.cards import Card, Tap
from payments.money import Money

WITHIN = timedelta(minutes=10)


_SETTLES = timedelta(seconds=3)  # a gift this young may have a neighbour that is being written
_FIRST_LOOK = timedelta(hours=1)
_LATE = timedelta(days=1)  # a gift that was heard of later than this is asked about no more
_CURSOR = "doubles"


async def tick(ctx: Context) -> int:
    """Look at the gifts that were booked since the last time, outside of their transactions; how many are asked about.

    Where it has got to moves with the questions, so that each is asked once, whatever happens in between.
    """
    until = ctx.clock() - _SETTLES
    async with ctx.db.read() as conn:
        since = await cursors.read(conn, _CURSOR)
        new = await refunds.newly_booked(conn, id_at(since or until - _FIRST_LOOK), id_at(until))
        if not new:
            return 0
        seconds = await _seconds(conn, [gift for gift in new if ctx.clock() - gift.paid_at <= _LATE])
    async with ctx.db.write_money() as conn:
        if await cursors.read(conn, _CURSOR) != since:
            return 0  # another worker has looked meanwhile
        await cursors.write(conn, _CURSOR, until)
        told = [gift for number in seconds if (gift := await gifts.by_id(conn, number)) is not None]
        await outbox.add(conn, await thank.about(ctx, conn, told, "double"))
    if told:
        ctx.wake()
    return len(told)


async def _seconds(conn: Connection, new: Sequence[Given]) -> list[int]:
    """Of these gifts' pairs the later ones, each once."""
    if not new:
        return []
    times = [gift.paid_at for gift in new]
    people = {gift.supporter_id for gift in new}
    known = await refunds.whole_gifts(conn, people, min(times) - WITHIN, max(times) + WITHIN)
    by_likeness: defaultdict[tuple[int, int, str, int], list[Given]] = defaultdict(list)
    for gift in known:
        by_likeness[gift.likeness].append(gift)
    found = (_second(gift, by_likeness[gift.likeness]) for gift in new)
    return list(dict.fromkeys(second for second in found if second is not None))


def _second(gift: Given, alike: Sequence[Given]) -> int | None:
    """The later gift of the pair that this one makes with another; `alike` has the earliest first.

    A gift that was heard of late may itself be the earlier one. Somebody who goes on giving meant it: they were
    asked about their second, and are not asked again.
    """
    others = [other for other in alike if other.id != gift.id and abs(other.paid_at - gift.paid_at) <= WITHIN]
    before = [other for other in others if (other.paid_at, other.id) < (gift.paid_at, gift.id)]
    if before:
        return gift.id if len(before) == 1 else None
    return others[0].id if len(others) == 1 else None


async def card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """« C’était voulu? ». Raises OutOfDate where one of the two is no longer there in full."""
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, int(delivery.args["gift"]))
        if gift is None or gift.supporter_id != person.id or not await still_two(conn, gift):
            raise OutOfDate("there are not two like gifts any more")
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    view = words.DoubleView(
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        back=Tap(action=f"dbl:{gift.id}:back"),
        keep=Tap(action=f"dbl:{gift.id}:keep"),
    )
    return words.double(ctx.catalog, person.locale, view)


async def still_two(conn: Connection, gift: Gift) -> bool:
    """Whether this gift and one like it are both there in full, and neither is on its way back."""
    paid_at = gift.book.paid_at
    if paid_at is None or gift.supporter_id is None:
        return False
    near = await refunds.whole_gifts(conn, [gift.supporter_id], paid_at - WITHIN, paid_at + WITHIN)
    here = next((other for other in near if other.id == gift.id), None)
    if here is None:
        return False
    alike = [other.id for other in near if other.likeness == here.likeness]
    going = [i for i in alike if any(order.refused is None for order in await refunds.of_gift(conn, i))]
    return gift.id not in going and len(alike) - len(going) > 1
