"""Proving that a gift is one's own: unconfirmed monthly gifts, how to confirm and how to cancel one."""

from dataclasses import dataclass
from typing import Literal

from content.campaign import Campaign
from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.messages.gifts import receipt_sentence
from content.writer import Charity, Writer, nonempty, row
from payments.money import Money


@dataclass(frozen=True, kw_only=True)
class UnconfirmedView:
    charity: Charity
    campaign: Campaign
    confirm: Tap
    how_to_end: Tap
    money: Money | None = None  # stated once, when the gift arrives
    stripe: Tap | None = None  # Stripe's login page, if known


def unconfirmed(catalog: Catalog, locale: Locale, view: UnconfirmedView) -> Card:
    """A monthly gift was made through the reader's link and may not be theirs."""
    say = Writer(catalog, locale)
    name = view.campaign.name.get(locale)
    if view.money is not None:
        begun = say("unconfirmed-begun", amount=view.money, campaign=name)
    else:
        begun = say("unconfirmed-again", campaign=name)
    return Card(
        title=say("thanks-title") if view.money is not None else say("monthly-title"),
        lines=(begun, say("unconfirmed-yours"), say("unconfirmed-not-yours")),
        note=receipt_sentence(say, view.charity) if view.money is not None else "",
        rows=(
            *row(say.button("unconfirmed-confirm", view.confirm, "primary")),
            *row(say.button("unconfirmed-stripe", view.stripe)),
            *row(say.button("unconfirmed-how", view.how_to_end)),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class HowToConfirmView:
    charity: Charity
    page: bool  # whether a page of ours follows Stripe's
    stripe: Tap | None
    how_to_end: Tap
    by_receipt: bool = False  # the invoice number proves nothing: the gift is older than proofs


def how_to_confirm(catalog: Catalog, locale: Locale, view: HowToConfirmView) -> Card:
    """What only the payer has, and how to enter it."""
    say = Writer(catalog, locale)
    return Card(
        title=say("confirm-title"),
        lines=nonempty(
            say("confirm-page") if view.page else "",
            say("confirm-receipt") if view.by_receipt else say("confirm-number") if view.stripe else "",
            say("confirm-else", charity=view.charity.name, contact=view.charity.contact),
        ),
        rows=(
            *row(say.button("unconfirmed-stripe", view.stripe, "primary")),
            *row(say.button("unconfirmed-how", view.how_to_end)),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class HowToConfirmGiftView:
    charity: Charity
    campaign: Campaign
    money: Money
    page: bool  # whether a page of ours followed Stripe's and still proves something
    own: bool  # the same for the page of a link made for one person
    give: Tap | None = None  # the campaign, if it is open


def how_to_confirm_gift(catalog: Catalog, locale: Locale, view: HowToConfirmGiftView) -> Card:
    """What only the payer of a single gift has, and how to enter it."""
    say = Writer(catalog, locale)
    return Card(
        title=say("confirm-title"),
        lines=nonempty(
            say("unconfirmed-gift", amount=view.money, campaign=view.campaign.name.get(locale)),
            say("confirm-page") if view.page else say("confirm-own") if view.own else "",
            say("confirm-again"),
            say("confirm-else", charity=view.charity.name, contact=view.charity.contact),
        ),
        rows=row(say.button("see-campaign", view.give)),
    )


@dataclass(frozen=True, kw_only=True)
class HowToEndView:
    charity: Charity
    stripe: Tap | None = None


def how_to_end(catalog: Catalog, locale: Locale, view: HowToEndView) -> Card:
    """How to cancel a monthly gift without our knowing whose it is."""
    say = Writer(catalog, locale)
    return Card(
        title=say("how-to-end-title"),
        lines=nonempty(
            say("how-to-end-page") if view.stripe else say("how-to-end-receipt"),
            say("how-to-end-charity", charity=view.charity.name, contact=view.charity.contact),
        ),
        rows=row(say.button("unconfirmed-stripe", view.stripe, "primary")),
    )


def confirmed_already(catalog: Catalog, locale: Locale, show: Tap) -> Card:
    """The gift that they want to confirm is confirmed already."""
    say = Writer(catalog, locale)
    return Card(
        title=say("confirm-done-title"),
        lines=(say("confirm-done"),),
        rows=row(say.button("claimed-monthly", show)),
    )


def ask_earlier_donor(catalog: Catalog, locale: Locale, campaign: Campaign, confirm: Tap, how: Tap) -> Card:
    """The question whether a monthly gift from before proofs is theirs, asked once."""
    say = Writer(catalog, locale)
    return Card(
        title=say("confirm-earlier-title"),
        lines=(say("confirm-earlier", campaign=campaign.name.get(locale)), say("confirm-earlier-why")),
        rows=row(say.button("unconfirmed-confirm", confirm, "primary"), say.button("unconfirmed-how", how)),
    )


def confirm_unproved_change(catalog: Catalog, locale: Locale, campaign: Campaign, sure: Tap, keep: Tap) -> Card:
    """The confirmation before an unconfirmed monthly gift is changed: staff will be notified."""
    say = Writer(catalog, locale)
    return Card(
        title=say("sure-yours-title"),
        lines=(say("sure-yours", campaign=campaign.name.get(locale)),),
        rows=row(say.button("sure-yours-yes", sure, "danger"), say.button("monthly-end-keep", keep)),
    )


Touched = Literal["paused", "resumed", "ended"]


def touched(catalog: Catalog, locale: Locale, campaign: Campaign, money: Money, what: Touched, at: Tap) -> Card:
    """A notice: someone changed a monthly gift that they never proved to be theirs."""
    say = Writer(catalog, locale)
    done = say(f"staff-unproved-{what}", amount=money, campaign=campaign.name.get(locale))
    return Card(
        title=say("staff-unproved-title"),
        lines=(done, say("staff-unproved-why")),
        rows=row(say.button("staff-open-stripe", at)),
    )
