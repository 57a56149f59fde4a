"""The draft of a gift outside Stripe: what was typed so far, parsed and checked."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.domain.amounts import Ambiguous, OtherCurrency, OutOfRange, Reading, read_amount
from bot.domain.campaigns import Campaign
from bot.domain.offline import LARGEST, MOST_AT_ONCE, banked_problem, received_problem
from bot.domain.time_input import read_day
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context, local_day
from bot.usecases.money.offline import DRAFTED, Entered, limit_in
from content.messages.offline import Fault, GiftsView
from content.messages.offline_draft import Field
from payments.ledger import Origin
from payments.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A draft's body. `typed`: an amount that cannot be read before the campaign, and so the currency, is known."""

    campaign: int | None = None
    typed: str = ""
    minor: int | None = None
    count: int = 1
    way: Origin | None = None
    received: date
    banked: date | None = None
    note: str = ""
    slip: int | None = None

    def to_body(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "campaign": self.campaign,
            "typed": self.typed,
            "minor": self.minor,
            "count": self.count,
            "way": None if self.way is None else self.way.value,
            "received": self.received.isoformat(),
            "banked": None if self.banked is None else self.banked.isoformat(),
            "note": self.note,
            "slip": self.slip,
        }


def read_form(draft: Draft) -> Form:
    """Return the form that a draft holds."""
    body = dict(draft.body)
    return Form(
        campaign=body["campaign"],
        typed=body["typed"],
        minor=body["minor"],
        count=body["count"],
        way=None if body["way"] is None else Origin(body["way"]),
        received=date.fromisoformat(body["received"]),
        banked=None if body["banked"] is None else date.fromisoformat(body["banked"]),
        note=body["note"],
        slip=body["slip"],
    )


def missing(form: Form) -> Field | None:
    """Return the first field that must still be asked for."""
    if form.campaign is None:
        return "campaign"
    if form.minor is None:
        return "amount"
    return "way" if form.way is None else None


def with_way(form: Form, way: Origin) -> Form:
    """Return the form with the way; a transfer is at the bank on the day it is received."""
    banked = form.received if way is Origin.TRANSFER and form.banked is None else form.banked
    return replace(form, way=way, banked=banked)


def with_day_received(form: Form, day: date) -> Form:
    """Return the form with the day received; a transfer's day at the bank follows."""
    follows = form.way is Origin.TRANSFER and form.banked == form.received
    return replace(form, received=day, banked=day if follows else form.banked)


def with_amount(form: Form, campaign: Campaign, text: str) -> tuple[Form, Fault | None, tuple[Money, ...]]:
    """Return the form with the typed amount, or the problem with it and the readings to choose from."""
    read = read_gift_amount(campaign, text)
    if isinstance(read, Money):
        return replace(form, minor=read.minor, typed=""), None, ()
    choices = read.candidates if isinstance(read, Ambiguous) else ()
    return replace(form, minor=None, typed=""), _fault_of(read, campaign), choices


def read_gift_amount(campaign: Campaign, text: str) -> Reading:
    """Parse an amount in the campaign's currency; whatever the bank accepts can be entered."""
    code = campaign.goal.currency
    return read_amount(text, code=code, minimum=Money(1, code), maximum=limit_in(LARGEST, code), charged=False)


def _fault_of(read: Reading, campaign: Campaign) -> Fault | None:
    match read:
        case Ambiguous():
            return Fault("ambiguous")
        case OtherCurrency():
            return Fault("currency", campaign.goal.currency)
        case OutOfRange(problem="above_cap"):
            return Fault("large")
        case OutOfRange():
            return Fault("positive")
        case _:
            return Fault("amount")


def day_fault(ctx: Context, form: Form) -> Fault | None:
    """Return why the form's days, or its number of gifts, cannot be booked today."""
    today = local_day(ctx, ctx.clock())
    problem = received_problem(form.received, today)
    if problem is None and form.banked is not None:
        problem = banked_problem(form.banked, form.received, today)
    if problem is not None:
        return Fault(problem)
    return None if 1 <= form.count <= MOST_AT_ONCE else Fault("count")


def typed_day(ctx: Context, text: str) -> date | Fault:
    """Return a typed day, without checking it against the others."""
    day = read_day(text, local_day(ctx, ctx.clock()), past=True)
    return Fault("unclear") if day is None else day


def complete(form: Form, campaign: Campaign) -> Entered:
    """Return what would be booked. Every required field must be present."""
    assert form.minor is not None and form.way is not None
    return Entered(
        campaign=campaign,
        money=Money(form.minor, campaign.goal.currency),
        count=form.count,
        way=form.way,
        received=form.received,
        banked=form.banked,
        note=form.note,
        slip=form.slip,
    )


def gifts_view(entered: Entered) -> GiftsView:
    """Return what cards show of a complete draft."""
    return GiftsView(
        campaign=entered.campaign.authored,
        money=entered.money,
        count=entered.count,
        way=entered.way.value,
        received=entered.received,
        banked=entered.banked,
        note=entered.note,
        slip=entered.slip,
        is_late=entered.is_late,
    )


async def find(ctx: Context, number: int | None) -> Draft | None:
    """Return a draft of this kind, or None."""
    if number is None:
        return None
    async with ctx.db.read() as conn:
        draft = await drafts.by_id(conn, number)
    return draft if draft is not None and draft.kind == DRAFTED else None


async def campaign_of(ctx: Context, form: Form) -> Campaign | None:
    """Return the form's campaign, or None if none was chosen yet."""
    if form.campaign is None:
        return None
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [form.campaign])).get(form.campaign)
