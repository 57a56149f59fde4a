"""A pledge at Stripe: the parts of a subscription that we show, and the parameters that change one. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from payments.facts import OUR_MARK, renewal_and_end
from payments.money import Money

Json = dict[str, Any]
ENDED = frozenset({"canceled", "incomplete_expired"})  # Stripe's statuses of subscriptions that no longer renew
# A subscription of the 31st renews on the 28th in February, and on the 31st again in March.
_PAST_A_RENEWAL = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeView:
    """A monthly gift's current state. Times are UTC.

    renews_at: when the current period ends. anchor: by whose day of the month it renews. ends_at: when it ends for
    good, if that is planned. ours: whether it came from one of our links.
    """

    subscription: str
    customer: str
    status: str  # Stripe's: active, past_due, unpaid, canceled, ...
    money: Money | None
    renews_at: datetime | None
    is_paused: bool
    paused_until: datetime | None
    ours: bool
    item: str  # Stripe's id of the line that holds the price
    product: str
    anchor: datetime | None = None
    ends_at: datetime | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it renews, or would once its card is replaced or its pause ends."""
        return self.status not in ENDED

    @property
    def needs_card(self) -> bool:
        """Whether its last renewal failed."""
        return self.status in ("past_due", "unpaid", "incomplete")

    @property
    def next_gift_at(self) -> datetime | None:
        """When the next gift is charged (UTC): after a pause that has an end, and None if nothing will be charged."""
        renews_at = self.renews_at
        if self.is_paused:
            renews_at = self._first_after_pause()
        return renews_at if renews_at is not None and charges_at(renews_at, self.ends_at) else None

    def _first_after_pause(self) -> datetime | None:
        """Return the first renewal after the pause; invoices that fall due during one are void."""
        if self.renews_at is None or self.paused_until is None:
            return None
        anchor, months, renewal = self.anchor or self.renews_at, 0, self.renews_at
        while renewal < self.paused_until:
            months += 1
            renewal = max(self.renews_at, months_after(anchor, months))
        return renewal


def pledge_view(obj: Json) -> PledgeView:
    """Return the view of a subscription. Raises UnreadableEvent if one of its times is not a time."""
    item = ((obj.get("items") or {}).get("data") or [{}])[0]
    price, pause = item.get("price") or {}, obj.get("pause_collection")
    key, value = OUR_MARK
    unit = price.get("unit_amount")
    renews_at, ends_at = renewal_and_end(obj)
    return PledgeView(
        subscription=obj["id"],
        customer=_ident(obj.get("customer")),
        status=obj["status"],
        money=Money(unit * (item.get("quantity") or 1), price["currency"]) if unit is not None else None,
        renews_at=renews_at,
        is_paused=pause is not None,
        paused_until=_moment((pause or {}).get("resumes_at")),
        ours=(obj.get("metadata") or {}).get(key) == value,
        item=item.get("id", ""),
        product=_ident(price.get("product")),
        anchor=_moment(obj.get("billing_cycle_anchor")),
        ends_at=ends_at,
    )


def charges_at(renewal: datetime, ends_at: datetime | None) -> bool:
    """Return whether a renewal is charged although the pledge ends at `ends_at` (None: it does not end)."""
    return ends_at is None or renewal < ends_at


def new_amount(view: PledgeView, price: str) -> Json:
    """Return the change to another amount from the next renewal on, without prorating the current month."""
    return {"items": [{"id": view.item, "price": price}], "proration_behavior": "none"}


def pause(until: datetime) -> Json:
    """Return the change that pauses renewals until then; invoices due in between are void."""
    return {"pause_collection": {"behavior": "void", "resumes_at": int(until.timestamp())}}


def skipping(view: PledgeView, months: int, now: datetime) -> datetime:
    """Return when (UTC) a pause must end so that exactly `months` renewals are skipped.

    A thirty-day pause that begins the day after a renewal would skip none.
    """
    if view.renews_at is not None and view.renews_at > now:
        return months_after(view.renews_at, months - 1) + _PAST_A_RENEWAL
    return months_after(now.replace(second=0, microsecond=0), months)  # without a valid card, nothing renews


def months_after(when: datetime, months: int) -> datetime:
    """Return the same day `months` later, or the last day of a shorter month."""
    years, month = divmod(when.month - 1 + months, 12)
    year = when.year + years
    return when.replace(year=year, month=month + 1, day=min(when.day, monthrange(year, month + 1)[1]))


def resume() -> Json:
    """Return the change that ends a pause."""
    return {"pause_collection": ""}


def move(campaign_id: int, slug: str) -> Json:
    """Return the change that assigns its next gifts to another campaign."""
    key, value = OUR_MARK
    return {"metadata": {key: value, "campaign": slug, "campaign_id": str(campaign_id)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class PayersNumbers:
    """The numbers on a pledge's newest invoice and receipt that only its payer can know.

    `invoice`: None if Stripe numbers invoices across the whole account, since any payer could then guess the others'.
    A person who has seen one of this payer's invoices can still guess it. `receipt`: random; None until Stripe sends
    one. `made_at`: when that invoice was created (UTC).
    """

    invoice: str | None
    receipt: str | None
    made_at: datetime | None


def payers_numbers(subscription: dict[str, Any]) -> PayersNumbers:
    """Return the numbers of a subscription read with its `latest_invoice` and `customer` expanded.

    A number that Stripe generates per customer begins with that customer's random prefix
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
