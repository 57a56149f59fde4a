"""A pledge at Stripe: what we show of a subscription, and what a change of it asks. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from payments.facts import OUR_MARK
from payments.money import Money

Json = dict[str, Any]
ENDED = frozenset({"canceled", "incomplete_expired"})  # Stripe's statuses of what renews no more
_PAST_A_RENEWAL = timedelta(days=4)  # one of the 31st falls on the 28th in February, and on the 31st again in March


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeView:
    """A monthly gift as it stands. Times are UTC. ours: whether it came from one of our links."""

    subscription: str
    customer: str
    status: str  # Stripe's: active, past_due, unpaid, canceled, ...
    money: Money | None
    next_at: datetime | None
    is_paused: bool
    paused_until: datetime | None
    ours: bool
    item: str  # Stripe's id of the line that holds the price
    product: str

    @property
    def is_alive(self) -> bool:
        """Whether it renews, or would if its card were mended or its pause over."""
        return self.status not in ENDED

    @property
    def needs_card(self) -> bool:
        """Whether its last renewal did not pass."""
        return self.status in ("past_due", "unpaid", "incomplete")


def pledge_view(obj: Json) -> PledgeView:
    """Read a subscription."""
    item = ((obj.get("items") or {}).get("data") or [{}])[0]
    price, pause = item.get("price") or {}, obj.get("pause_collection")
    key, value = OUR_MARK
    unit = price.get("unit_amount")
    # Older API versions have the period on the subscription.
    ends = item.get("current_period_end") or obj.get("current_period_end")
    return PledgeView(
        subscription=obj["id"],
        customer=_ident(obj.get("customer")),
        status=obj["status"],
        money=Money(unit * (item.get("quantity") or 1), price["currency"]) if unit is not None else None,
        next_at=_moment(ends),
        is_paused=pause is not None,
        paused_until=_moment((pause or {}).get("resumes_at")),
        ours=(obj.get("metadata") or {}).get(key) == value,
        item=item.get("id", ""),
        product=_ident(price.get("product")),
    )


def new_amount(view: PledgeView, price: str) -> Json:
    """Another amount from the next renewal on; nothing is charged or given back for the month under way."""
    return {"items": [{"id": view.item, "price": price}], "proration_behavior": "none"}


def pause(until: datetime) -> Json:
    """No renewal is asked for until then; what falls due in between is void."""
    return {"pause_collection": {"behavior": "void", "resumes_at": int(until.timestamp())}}


def skipping(view: PledgeView, months: int, now: datetime) -> datetime:
    """Until when (UTC) to pause so that so many renewals are left out, and not the one after them.

    A pause of a month that began the day after a renewal and lasted thirty days would leave out none.
    """
    if view.next_at is not None and view.next_at > now:
        return months_after(view.next_at, months - 1) + _PAST_A_RENEWAL
    return months_after(now.replace(second=0, microsecond=0), months)  # it waits for a card: nothing renews


def months_after(when: datetime, months: int) -> datetime:
    """The same day so many months later; the last of a shorter month."""
    years, month = divmod(when.month - 1 + months, 12)
    year = when.year + years
    return when.replace(year=year, month=month + 1, day=min(when.day, monthrange(year, month + 1)[1]))


def resume() -> Json:
    """The pause is over."""
    return {"pause_collection": ""}


def move(campaign_id: int, slug: str) -> Json:
    """Its next gifts are for another campaign."""
    key, value = OUR_MARK
    return {"metadata": {key: value, "campaign": slug, "campaign_id": str(campaign_id)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class PayersNumbers:
    """What stands on a pledge's newest invoice and receipt, as far as nobody but its payer can know it.

    `invoice`: None where Stripe numbers invoices across the whole account, since then any payer can guess the others'.
    Whoever has seen one invoice of this payer can guess it still. `receipt`: random; None until Stripe has sent one.
    `made_at`: when that invoice was made (UTC).
    """

    invoice: str | None
    receipt: str | None
    made_at: datetime | None


def payers_numbers(subscription: dict[str, Any]) -> PayersNumbers:
    """Read a subscription with its `latest_invoice` and `customer`.

    A number that Stripe made for this customer begins with the customer's own random prefix
    (docs.stripe.com/invoicing/customize#account-numbering).
    """
    invoice, customer = subscription.get("latest_invoice"), subscription.get("customer")
    if not isinstance(invoice, dict) or not isinstance(customer, dict):
        return PayersNumbers(invoice=None, receipt=None, made_at=None)
    number, prefix = invoice.get("number"), customer.get("invoice_prefix")
    own = isinstance(number, str) and bool(prefix) and number.startswith(f"{prefix}-")
    return PayersNumbers(
        invoice=number if own else None,
        receipt=invoice.get("receipt_number"),
        made_at=_moment(invoice.get("created")),
    )


def _ident(value: Any) -> str:
    return value if isinstance(value, str) else (value or {}).get("id", "")


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
