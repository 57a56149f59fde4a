"""Notices about money problems: disputes, fraud warnings, events set aside, refunds by donors, refused refunds.

`add_warnings` and `add_failures` write the notices in the transaction of the events; `KINDS` renders them when sent.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from bot.domain.gifts import Gift
from bot.domain.payment_set import GiftWarning, Verdict
from bot.domain.people import Locale
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.money import refunds
from bot.store.money.events import EventState
from bot.store.money.refunds import RefundOrder
from bot.store.monthly import pledges
from bot.usecases.context import Context, local_day
from bot.usecases.core.notify import Renderer
from content.cards import Card, Tap, shorten
from content.messages import money as messages
from content.messages import monthly_confirm as confirm_messages
from content.messages import offline_draft as offline_messages
from content.messages import payouts as payout_messages
from payments.money import Money

Trouble = Literal["dispute", "fraud_warning", "refund_refused", "refund_failed", "donor_refund"]

_DASHBOARD = "https://dashboard.stripe.com"
_MOST_WHY = 200  # characters of an error shown to staff


async def add_warnings(ctx: Context, conn: Connection, warnings: Iterable[GiftWarning]) -> None:
    """Open a case and add a notice for every dispute, fraud warning and failed refund, each once."""
    for warning in warnings:
        writes_to = await _payer(conn, warning.gift_id) if warning.kind == "refund_failed" else None
        await gifts.open_case(
            conn,
            gift_id=warning.gift_id,
            supporter_id=writes_to,
            kind=warning.kind,
            at=ctx.clock(),
            due_at=warning.due_at,
        )
        until = warning.due_at.isoformat() if warning.due_at else None
        await _add(ctx, conn, f"{warning.kind}:{warning.about}", warning.kind, gift=warning.gift_id, until=until)


async def _payer(conn: Connection, gift_id: int) -> int | None:
    """Return whom staff may write to about a refund; None if nobody knows who paid."""
    gift = await gifts.by_id(conn, gift_id)
    return gift.supporter_id if gift is not None and may(gift.standing, Right.REFUNDS) else None


async def add_failures(ctx: Context, conn: Connection, verdicts: Iterable[Verdict]) -> None:
    """Add a notice for every event that was set aside, each once."""
    for verdict in verdicts:
        if verdict.state == EventState.FAILED:
            event, why = verdict.event, shorten(verdict.error or "", _MOST_WHY)
            await _add(ctx, conn, f"intake_error:{event.id}", "intake_error", event=event.id, type=event.type, why=why)


async def _add(ctx: Context, conn: Connection, key: str, kind: str, **args: object) -> None:
    now = ctx.clock()
    await notices.add(conn, Notice(id=ctx.ids.new(), key=key[:120], kind=kind, args=args, due_at=now), now)


def _trouble(kind: Trouble) -> Renderer:
    async def render(ctx: Context, notice: Notice, locale: Locale) -> Card:
        async with ctx.db.read() as conn:
            gift = await gifts.by_id(conn, int(notice.args["gift"]))
            assert gift is not None  # gifts are never deleted
            campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
        book, until = gift.book, notice.args.get("until")
        view = messages.TroubleView(
            kind=kind,
            number=gift.id,
            campaign=campaign.authored,
            money=Money(book.amount, book.currency),
            paid_on=local_day(ctx, book.paid_at) if book.paid_at else None,
            stripe=_at_stripe(ctx, f"payments/{book.payment_intent}" if book.payment_intent else "payments"),
            zone=ctx.zone,
            until=datetime.fromisoformat(until) if until else None,
            why=str(notice.args.get("why", "")),
            refund=Tap(action=f"rf:{gift.id}") if kind in ("fraud_warning", "refund_failed") else None,
        )
        return messages.trouble(ctx.catalog, locale, view)

    return render


async def _intake_error(ctx: Context, notice: Notice, locale: Locale) -> Card:
    args = notice.args
    stripe = _at_stripe(ctx, f"events/{args['event']}")
    return messages.intake_error(ctx.catalog, locale, str(args["type"]), str(args["why"]), stripe)


async def _unproved(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Render: someone paused, resumed or ended a monthly gift that they never proved to be theirs."""
    name = str(notice.args["pledge"])
    async with ctx.db.read() as conn:
        pledge = (await pledges.by_subscription(conn, [name]))[name]
        assert pledge.campaign_id is not None  # without a campaign nobody could see it
        campaign = (await campaign_rows.by_ids(conn, [pledge.campaign_id]))[pledge.campaign_id]
        minor = pledge.minor or await pledges.last_amount(conn, name) or 0
    money = Money(minor, campaign.goal.currency)
    action: confirm_messages.Touched = notice.args["what"]
    return confirm_messages.touched(
        ctx.catalog, locale, campaign.authored, money, action, _at_stripe(ctx, f"subscriptions/{name}")
    )


async def _order(ctx: Context, notice: Notice) -> tuple[RefundOrder, Gift]:
    """Return the order that a notice is about, and its gift."""
    async with ctx.db.read() as conn:
        order = await refunds.get(conn, int(notice.args["order"]))
        gift = await gifts.by_id(conn, order.gift_id) if order is not None else None
    assert order is not None and gift is not None  # neither is ever deleted
    return order, gift


async def _second_wanted(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Render: a refund awaits a second owner."""
    order, gift = await _order(ctx, notice)
    money, see = Money(order.minor, gift.book.currency), Tap(action=f"rf:see:{order.id}")
    return messages.second_wanted(ctx.catalog, locale, money, str(notice.args["by"]), order.reason, see)


async def _refund_expired(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Render: no second owner confirmed a refund in time."""
    order, gift = await _order(ctx, notice)
    money, see = Money(order.minor, gift.book.currency), Tap(action=f"rf:{gift.id}")
    return messages.second_expired(ctx.catalog, locale, money, str(notice.args["by"]), order.reason, see)


async def _offline_second(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Render: gifts outside Stripe await a second person."""
    args = notice.args
    money, see = Money(int(args["minor"]), str(args["code"])), Tap(action=f"of:s{args['draft']}")
    return offline_messages.second_wanted(ctx.catalog, locale, money, str(args["way"]), str(args["by"]), see)


async def _stripe_differs(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Render: Stripe's balance is not what the ledger has."""
    off = [Money(int(minor), code) for code, minor in notice.args["off"].items()]
    return payout_messages.differs(ctx.catalog, locale, off, _at_stripe(ctx, "balance"))


def _at_stripe(ctx: Context, path: str) -> Tap:
    """Return a link to a page of the charity's Stripe dashboard."""
    return Tap(url=f"{_DASHBOARD}/{path}" if ctx.gateway.livemode else f"{_DASHBOARD}/test/{path}")


KINDS: Mapping[str, Renderer] = {
    "dispute": _trouble("dispute"),
    "fraud_warning": _trouble("fraud_warning"),
    "refund_refused": _trouble("refund_refused"),
    "refund_failed": _trouble("refund_failed"),
    "donor_refund": _trouble("donor_refund"),
    "refund_second": _second_wanted,
    "refund_expired": _refund_expired,
    "offline_second": _offline_second,
    "intake_error": _intake_error,
    "pledge_unproved": _unproved,
    "stripe_differs": _stripe_differs,
}
