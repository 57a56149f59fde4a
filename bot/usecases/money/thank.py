"""Thank: which messages a set of changed gifts causes. They are rendered when sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.gifts import Gift, GiftChange
from bot.domain.late import told_late
from bot.domain.people import Supporter
from bot.domain.rights import Right, Standing, may
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Connection
from bot.store.supporters import supporters
from bot.usecases.context import Context
from payments.ledger import Settled


async def deliveries(
    ctx: Context, conn: Connection, changes: Sequence[GiftChange], times: Mapping[str, datetime] | None = None
) -> list[tuple[Delivery, datetime]]:
    """Return thank-yous, refund notices and news of bank debits, each to a reachable address, and when it happened.

    `times`: when the events happened (UTC), by their id; late messages name the day.
    """
    wanted = _latest_messages(changes)
    people = {change.after.supporter_id for change, _ in wanted} - {None}
    addresses = await _reachable(conn, [p for p in people if p is not None])
    messages = []
    for change, message in wanted:
        person = addresses.get(change.after.supporter_id or 0)
        if person is not None:
            made = _delivery(ctx, change.after, message, person, change.before)
            happened = (times or {}).get(change.event_id, ctx.clock())
            message_args = {**made.args, **told_late(happened, ctx.clock())}
            messages.append((replace(made, args=message_args), happened))
    return messages


async def deliveries_about(ctx: Context, conn: Connection, gifts: Iterable[Gift], message: str) -> list[Delivery]:
    """Return the same message about each of these gifts, to its supporter."""
    gift_list = list(gifts)
    addresses = await _reachable(conn, [gift.supporter_id for gift in gift_list if gift.supporter_id is not None])
    return [
        _delivery(ctx, gift, message, addresses[gift.supporter_id or 0])
        for gift in gift_list
        if gift.supporter_id in addresses
    ]


def _latest_messages(changes: Sequence[GiftChange]) -> list[tuple[GiftChange, str]]:
    """Return what to report on each gift: only the latest news of its money, and the latest refund.

    For an unproved gift, only that it was made: one message, whatever else the set contains.
    """
    last: dict[tuple[int, bool], tuple[GiftChange, str]] = {}
    whole: dict[int, GiftChange] = {}
    for change in changes:
        first = whole.setdefault(change.after.id, change)
        whole[change.after.id] = replace(change, before=first.before)
    for change in changes:
        standing = whole[change.after.id].after.standing  # a proof may be in the same set
        message = _message(change, standing) if may(standing, Right.OUTCOME) else None
        if message is not None:
            last[change.after.id, message in ("refund", "refund_failed")] = (change, message)
    for number, change in whole.items():
        message = None if may(change.after.standing, Right.OUTCOME) else _before_proof(change)
        if message is not None:
            last[number, False] = (change, message)
    return list(last.values())


def _before_proof(change: GiftChange) -> str | None:
    """Return the one message to the person credited with a gift that may be someone else's."""
    before, after = change.before, change.after
    if after.supporter_id is None:
        return None
    arrived = {Settled.PAID: "thanks", Settled.PENDING: "pending"}.get(after.book.settled)
    if before is None:
        return arrived
    if before.supporter_id != after.supporter_id:  # a pledge's gift may be known before its donor is
        return "thanks" if after.book.is_paid else None
    return arrived if before.book.settled is Settled.UNKNOWN else None


def _message(change: GiftChange, standing: Standing) -> str | None:
    """Return the message for the payer about one change of a gift; None for most changes."""
    before, after = change.before, change.after
    if after.supporter_id is None:
        return None
    if before is not None and before.supporter_id != after.supporter_id:
        # A gift that was claimed was thanked there. A pledge's gift may be known before its donor is.
        return "thanks" if after.claimed_at is None and after.book.is_paid else None
    was = before.book.settled if before is not None else Settled.UNKNOWN
    now = after.book.settled
    if now is not was:
        return {Settled.PAID: "thanks", Settled.PENDING: "pending", Settled.FAILED: "failed"}.get(now)
    if before is None or after.book.refunded == before.book.refunded or not may(standing, Right.REFUNDS):
        return None
    # Less than before: the bank returned a refund, which the donor believes to have arrived.
    return "refund" if after.book.refunded.minor > before.book.refunded.minor else "refund_failed"


async def _reachable(conn: Connection, ids: Iterable[int]) -> dict[int, Supporter]:
    """Return one address for each supporter: the oldest reachable one, else the oldest."""
    chosen: dict[int, Supporter] = {}
    for person in await supporters.addresses_of(conn, ids):
        known = chosen.get(person.id)
        if known is None or (person.reachable and not known.reachable):
            chosen[person.id] = person
    return chosen


def _delivery(ctx: Context, gift: Gift, message: str, person: Supporter, before: Gift | None = None) -> Delivery:
    args = {"gift": gift.id, "refunded": gift.book.refunded.minor}
    if message == "refund_failed" and before is not None:
        args["failed"] = before.book.refunded.minor - gift.book.refunded.minor
    return Delivery(
        id=ctx.ids.new(),
        lane=Lane.THANKS if message == "thanks" else Lane.SERVICE,
        platform=person.platform,
        address_id=person.address_id,
        message=message,
        args=args,
        due_at=ctx.clock(),
    )
