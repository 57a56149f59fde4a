"""What the return page may show about a gift to a visitor with the session's id, who opened its payment page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, Pledge
from bot.domain.people import Locale, PlatformName, Supporter
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.monthly import pledges
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.gifts import claim
from payments.ledger import Settled
from payments.money import Money
from payments.pledges import months_after
from payments.stripe import GatewayError

Status = Literal["paid", "pending", "failed", "unknown"]

_STATUS: Mapping[Settled, Status] = {
    Settled.UNKNOWN: "unknown",
    Settled.PENDING: "pending",
    Settled.FAILED: "failed",
    Settled.PAID: "paid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftFacts:
    """What the page shows. `next_on`: when a monthly gift renews; None if it ends, and before its first gift is paid.
    `goes_on`: it is monthly and can still be ended.

    With status `unknown` Stripe has not reported the payment yet; only `money` may be set too, if Stripe was asked.
    """

    status: Status
    campaign: Campaign | None = None
    money: Money | None = None
    late: bool = False
    platform: PlatformName | None = None  # the donor's platform
    claim_token: str | None = None
    disown_token: str | None = None
    is_monthly: bool = False
    goes_on: bool = False
    next_on: date | None = None
    locale: Locale | None = None  # the donor's


async def facts(ctx: Context, session_id: str, *, may_ask: bool) -> GiftFacts:
    """Return what is known about the gift made on a payment page.

    Asks Stripe only about unknown sessions, and only if it `may_ask`, since anyone can make up session ids.
    """
    async with ctx.db.read() as conn:
        gift = await gifts.by_session(conn, session_id) or await _first_of_monthly(conn, session_id)
        if gift is not None:
            campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
            people = await supporters.addresses_of(conn, [gift.supporter_id] if gift.supporter_id else [])
            name = gift.book.pledge
            pledge = await pledges.get(conn, name) if name is not None else None
            return _known(ctx, gift, campaign, people[0] if people else None, pledge)
    if not may_ask:
        return GiftFacts(status="unknown")
    try:
        session = await ctx.gateway.session(session_id)
    except GatewayError:
        return GiftFacts(status="unknown")
    if session is None or not session.ours or session.money is None:
        return GiftFacts(status="unknown")
    return GiftFacts(status="unknown", money=session.money)


async def _first_of_monthly(conn: Connection, session_id: str) -> Gift | None:
    """Return the first gift of the monthly gift that began on a payment page, whose session is not the gift's."""
    pledge = await pledges.of_session(conn, session_id)
    if pledge is None:
        return None
    return min(await gifts.by_names(conn, [], [pledge.subscription]), key=lambda gift: gift.id, default=None)


def _next_on(ctx: Context, gift: Gift, pledge: Pledge | None) -> date | None:
    paid_at = gift.book.paid_at
    if gift.book.pledge is None or paid_at is None or (pledge is not None and pledge.is_over):
        return None
    renews_at = pledge.renews_at if pledge is not None else None
    return local_day(ctx, renews_at or months_after(paid_at, 1))


def _known(ctx: Context, gift: Gift, campaign: Campaign, donor: Supporter | None, pledge: Pledge | None) -> GiftFacts:
    return GiftFacts(
        status=_STATUS[gift.book.settled],
        campaign=campaign,
        money=Money(gift.book.amount, gift.book.currency),
        late=gift.late,
        platform=donor.platform if donor is not None else None,
        locale=donor.locale if donor is not None else None,
        claim_token=claim.claim_token(ctx, gift),
        disown_token=claim.disown_token(ctx, gift),
        is_monthly=gift.book.pledge is not None,
        goes_on=gift.book.pledge is not None and not (pledge is not None and pledge.is_over),
        next_on=_next_on(ctx, gift, pledge),
    )
