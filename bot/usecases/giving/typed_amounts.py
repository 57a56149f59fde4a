"""Amounts that people write: read by the campaign's bounds, and what to reply if one cannot be given as it is."""

from collections.abc import Callable

from bot.domain.amounts import (
    Ambiguous,
    NotChargeable,
    NotUnderstood,
    OnlyReading,
    OtherCurrency,
    OutOfRange,
    Reading,
    check_chargeable,
    is_number_word,
    read_amount,
)
from bot.domain.campaigns import Campaign
from bot.domain.people import Supporter
from bot.usecases.context import Context
from bot.usecases.reply import AwaitedGift, Reply
from content.cards import Tap
from content.messages import giving as messages
from content.writer import Choice
from payments.money import Money, chargeable_at_least, currency

ChooseAmount = Callable[[Money], Tap]


def read(text: str, campaign: Campaign) -> Reading:
    """Parse typed text as an amount of the campaign."""
    return read_amount(text, code=campaign.goal.currency, minimum=campaign.minimum, maximum=campaign.cap)


def is_amount(text: str, campaign: Campaign) -> bool:
    """Return whether a message is nothing but an amount, in figures or words, possible or not."""
    return is_number_word(text) or not isinstance(read(text, campaign), NotUnderstood)


def check(campaign: Campaign, minor: int) -> Money | NotChargeable | OutOfRange:
    """Return the amount (minor units) if it can be given now: a button may be older than the campaign's rules."""
    return check_chargeable(Money(minor, campaign.goal.currency), campaign.minimum, campaign.cap)


def with_fee(ctx: Context, campaign: Campaign, money: Money) -> Money | None:
    """Return what to pay so that about `money` arrives, or None if that cannot be given."""
    total = chargeable_at_least(Money(ctx.card_fee.covering(money.minor), money.currency))
    return total if total is not None and total.minor <= campaign.cap.minor else None


def problem(
    ctx: Context,
    person: Supporter,
    campaign: Campaign,
    reading: Reading,
    *,
    choose: ChooseAmount,
    choices: tuple[Choice, ...] = (),
    other: Tap | None = None,
) -> Reply:
    """Return the reply to an amount that cannot be given as it was written.

    `choose`: the button for an amount that may be meant; `choices`, `other`: what to offer otherwise.
    """
    limit, kind = campaign.minimum, "not_understood"
    match reading:
        case Ambiguous(candidates):
            kind, choices = "ambiguous", _offered(candidates, choose)
        case OnlyReading(money, limit):
            kind, choices = "only_reading", _offered((money,), choose)
        case NotChargeable(nearest):
            kind, choices = "not_chargeable", _offered(nearest, choose) or choices
            limit = Money(currency(campaign.goal.currency).step, campaign.goal.currency)
        case OtherCurrency():
            kind = "other_currency"
        case OutOfRange(kind, limit):
            pass
        case _:
            pass
    view = messages.AmountProblemView(
        problem=kind,  # type: ignore[arg-type]  # mypy widens the literals
        choices=choices,
        own=limit,
        other=other,
        contact=ctx.charity.contact,
    )
    card = messages.amount_problem(ctx.catalog, person.locale, view)
    return Reply(card=card, awaited_gift=AwaitedGift(person.address_id, campaign.id))


def _offered(amounts: tuple[Money, ...], choose: ChooseAmount) -> tuple[Choice, ...]:
    return tuple(Choice(money=money, tap=choose(money)) for money in amounts)
