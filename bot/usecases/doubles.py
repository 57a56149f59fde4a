"""Two like gifts of one person within minutes: they are asked whether that was meant, once, and one tap pays back
the second. Staff hear of it only where Stripe refuses."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.gifts import Change, Gift
from bot.domain.people import Supporter
from bot.store import campaigns as campaign_rows
from bot.store import gifts, refunds
from bot.store.db import Connection
from bot.store.outbox import Delivery
from bot.store.refunds import Given
from bot.usecases.context import Context
from bot.usecases.outgoing import OutOfDate
from content import messages_money as words
from content.cards import Card, Tap
from payments.money import Money

WITHIN = timedelta(minutes=10)


async def found(conn: Connection, changes: Sequence[Change], people: Mapping[int, Supporter]) -> list[Change]:
    """Of gifts that have just become paid those whose like came shortly before: the later of each pair, once.

    A gift that was heard of late may itself be the earlier one; then the other's owner is asked about that other.
    Costs one query, and nothing where nobody among them has given before. `people`: by supporter.
    """
    new = {c.after.id: c for c in changes if _just_paid(c) and _gave_before(c.after, people)}
    if not new:
        return []
    times = [c.after.book.paid_at for c in new.values() if c.after.book.paid_at is not None]
    known = await refunds.whole_gifts(
        conn,
        {c.after.supporter_id for c in new.values() if c.after.supporter_id},
        min(times) - WITHIN,
        max(times) + WITHIN,
    )
    seconds: dict[int, Change] = {}
    for change in new.values():
        second = _second(change.after, known)
        if second in new:
            seconds[second] = new[second]
        elif second is not None and (gift := await gifts.by_id(conn, second)) is not None:
            seconds[second] = Change(event_id=change.event_id, before=gift, after=gift)
    return list(seconds.values())


def _just_paid(change: Change) -> bool:
    before, after = change.before, change.after
    was = before is not None and (before.book.is_paid or before.supporter_id != after.supporter_id)
    return after.book.is_paid and not was and after.supporter_id is not None and after.book.pledge is None


def _gave_before(gift: Gift, people: Mapping[int, Supporter]) -> bool:
    person = people.get(gift.supporter_id or 0)
    return person is not None and person.gift_count > 1


def _second(gift: Gift, known: Sequence[Given]) -> int | None:
    """The later gift of the pair that this one makes with another; `known` has the earliest first."""
    like = [other for other in known if _is_like(gift, other)]
    at = (gift.book.paid_at, gift.id)
    if any((other.paid_at, other.id) < at for other in like):
        return gift.id
    return like[0].id if like else None


def _is_like(gift: Gift, other: Given) -> bool:
    mine = (gift.supporter_id, gift.campaign_id, gift.book.currency, gift.book.amount)
    theirs = (other.supporter_id, other.campaign_id, other.currency, other.amount)
    paid_at = gift.book.paid_at
    return other.id != gift.id and mine == theirs and paid_at is not None and abs(other.paid_at - paid_at) <= WITHIN


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
    like = [other.id for other in near if _is_like(gift, other)]
    if gift.id not in {other.id for other in near}:
        return False
    going = [i for i in (gift.id, *like) if any(o.refused is None for o in await refunds.of_gift(conn, i))]
    return gift.id not in going and len(like) > len(going)
