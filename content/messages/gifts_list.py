"""The list of a donor's gifts."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.campaign import Campaign
from content.cards import Button, Card, Tap
from content.catalog import Catalog, Locale
from content.messages.gifts import again_button, receipt_sentence
from content.writer import Charity, Writer, nonempty, row
from payments.money import Money

MAX_GIFTS = 10  # lines of one message
MAX_RECEIPTS = 4  # buttons of one message
GiftState = Literal["paid", "pending", "failed", "partly_refunded", "refunded", "disputed", "lost", "unproved"]


@dataclass(frozen=True, kw_only=True)
class GiftLine:
    on: date  # shown for proved gifts only
    campaign_name: str  # in the reader's language
    money: Money
    state: GiftState
    refunded: Money | None = None  # only for partly_refunded
    receipt_url: str | None = None  # Stripe's receipt


@dataclass(frozen=True, kw_only=True)
class AgainView:
    """What a donor can give again, and the campaign that takes it now."""

    money: Money
    campaign: Campaign
    tap: Tap


@dataclass(frozen=True, kw_only=True)
class MyGiftsView:
    charity: Charity
    gifts: tuple[GiftLine, ...]  # newest first
    year: int
    year_totals: tuple[Money, ...]  # counted amounts, one per currency
    more: int = 0  # number of gifts beyond `gifts`
    confirm: Tap | None = None  # how to prove an unproved gift
    again: AgainView | None = None
    give: Tap | None = None


def my_gifts(catalog: Catalog, locale: Locale, view: MyGiftsView) -> Card:
    """The donor's gifts with their states, the year's total and Stripe's receipts."""
    say = Writer(catalog, locale)
    again = view.again
    same = again_button(say, again.money, again.campaign, again.tap, "primary") if again else None
    give = row(same) + row(say.button("see-campaign", view.give, "plain" if same else "primary"))
    if not view.gifts:
        return Card(title=say("gifts-title"), lines=(say("gifts-none"),), rows=give)
    shown = view.gifts[:MAX_GIFTS]
    several = len({gift.money.currency for gift in view.gifts} | {m.currency for m in view.year_totals}) > 1
    more = view.more + len(view.gifts) - len(shown)
    receipts = _receipts(say, shown)
    totals = ", ".join(say.money(total, name_currency=several) for total in view.year_totals)
    return Card(
        title=say("gifts-title"),
        lines=nonempty(
            "\n".join(_gift_line(say, gift, several) for gift in shown),
            say("gifts-more", count=more) if more else "",
            say("gifts-year", year=str(view.year), total=totals) if totals else "",
            say("gifts-receipts") if receipts else "",
            say("gifts-unproved") if any(gift.state == "unproved" for gift in shown) else "",
        ),
        note=receipt_sentence(say, view.charity),
        rows=receipts + row(say.button("unconfirmed-confirm", view.confirm)) + give,
    )


def _gift_line(say: Writer, gift: GiftLine, several: bool) -> str:
    state = say(
        "gift-state-" + gift.state.replace("_", "-"),
        refunded=say.money(gift.refunded or gift.money, name_currency=several),
    )
    if gift.state == "unproved":
        amount = say.money(gift.money, name_currency=several)
        return say("gift-line-unproved", amount=amount, campaign=gift.campaign_name, state=state)
    return say(
        "gift-line",
        day=gift.on,
        amount=say.money(gift.money, name_currency=several),
        campaign=gift.campaign_name,
        state=state,
    )


def _receipts(say: Writer, gifts: tuple[GiftLine, ...]) -> tuple[tuple[Button, ...], ...]:
    """Buttons to the receipts of the newest gifts, two in a row."""
    with_receipt = [gift for gift in gifts if gift.receipt_url][:MAX_RECEIPTS]
    buttons = [
        say.button("gift-receipt", Tap(url=gift.receipt_url), amount=gift.money, day=gift.on) for gift in with_receipt
    ]
    return tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
