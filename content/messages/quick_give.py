"""Saving a card, the question whose it is, and removing it. Of its number, nothing is known but four digits."""

from dataclasses import dataclass

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Charity, Writer, row
from payments.money import Money

TERMS_VERSION = 1
"""Raise it whenever `card-terms` changes: what each person agreed to is kept with its number and its words."""

_BRANDS = {
    "amex": "American Express", "diners": "Diners Club", "discover": "Discover", "interac": "Interac", "jcb": "JCB",
    "mastercard": "Mastercard", "unionpay": "UnionPay", "visa": "Visa",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SavedCardView:
    """A card as its holder recognizes it. month, year: until when it is valid."""

    brand: str  # as Stripe writes it
    last4: str
    month: int
    year: int


@dataclass(frozen=True, kw_only=True)
class TermsView:
    """What a page that saves a card states. account: the chat account's name, as the platform shows it."""

    charity: Charity
    account: str
    day: Money
    month: Money


def card_name(say: Writer, card: SavedCardView) -> str:
    """Return « Visa •4242 »."""
    return f"{_BRANDS.get(card.brand) or say('card-any')} •{card.last4}"


def terms(catalog: Catalog, locale: Locale, view: TermsView) -> str:
    """Return what the donor agrees to, shown on Stripe's page above its button."""
    say = Writer(catalog, locale)
    agreed = say("card-terms", charity=view.charity.name, day=view.day, month=view.month)
    return f"{say('card-terms-account', account=view.account)} {agreed}"


def offer(catalog: Catalog, locale: Locale, charity: Charity, save: Tap) -> Card:
    """No card is saved: what saving one means."""
    say = Writer(catalog, locale)
    return Card(
        title=say("card-offer-title"),
        lines=(say("card-offer"), say("card-offer-safe")),
        note=say("card-shared-phone", contact=charity.contact),
        rows=row(say.button("card-save", save, "primary")),
    )


def kept(catalog: Catalog, locale: Locale, card: SavedCardView, charity: Charity, change: Tap, remove: Tap) -> Card:
    """The card that is saved."""
    say = Writer(catalog, locale)
    until = f"{card.month:02d}/{card.year % 100:02d}"
    return Card(
        title=say("card-kept-title"),
        lines=(say("card-kept", card=card_name(say, card), until=until), say("card-offer-safe")),
        note=say("card-shared-phone", contact=charity.contact),
        rows=row(say.button("card-change", change), say.button("card-remove", remove)),
    )


def adult(catalog: Catalog, locale: Locale, yes: Tap, no: Tap) -> Card:
    """Ask once whether they are 18 or over."""
    say = Writer(catalog, locale)
    rows = row(say.button("adult-yes", yes), say.button("adult-no", no))
    return Card(title=say("adult-title"), lines=(say("card-adult-why"),), rows=rows)


def minor(catalog: Catalog, locale: Locale, give: Tap) -> Card:
    """Under 18, no card is saved."""
    say = Writer(catalog, locale)
    return Card(title=say("card-minor-title"), lines=(say("card-minor"),), rows=row(say.button("card-give", give)))


def page(catalog: Catalog, locale: Locale, url: Tap) -> Card:
    """Stripe's page, where the card is entered."""
    say = Writer(catalog, locale)
    return Card(
        title=say("card-page-title"),
        lines=(say("card-page"), say("card-page-back")),
        rows=row(say.button("card-page-open", url, "primary")),
    )


def not_here(catalog: Catalog, locale: Locale, give: Tap) -> Card:
    """The page that saves a card cannot lead back into this chat."""
    say = Writer(catalog, locale)
    return Card(title=say("card-offer-title"), lines=(say("card-not-here"),), rows=row(say.button("card-give", give)))


def later(catalog: Catalog, locale: Locale, again: Tap) -> Card:
    """Stripe does not answer."""
    say = Writer(catalog, locale)
    return Card(title=say("card-later-title"), lines=(say("card-later"),), rows=row(say.button("card-again", again)))


def too_many(catalog: Catalog, locale: Locale, give: Tap) -> Card:
    """Too many pages were asked for within an hour."""
    say = Writer(catalog, locale)
    return Card(title=say("card-later-title"), lines=(say("card-too-many"),), rows=row(say.button("card-give", give)))


def claim_ask(catalog: Catalog, locale: Locale, card: SavedCardView, mine: Tap) -> Card:
    """Back from Stripe's page: is this card theirs?"""
    say = Writer(catalog, locale)
    return Card(
        title=say("card-claim-title"),
        lines=(say("card-claim", card=card_name(say, card)), say("card-claim-not-yours")),
        rows=row(say.button("card-claim-yes", mine, "primary")),
    )


def claim_wait(catalog: Catalog, locale: Locale, again: Tap) -> Card:
    """Stripe's page has saved no card yet."""
    say = Writer(catalog, locale)
    return Card(title=say("card-wait-title"), lines=(say("card-wait"),), rows=row(say.button("card-again", again)))


def claim_refused(catalog: Catalog, locale: Locale, save: Tap) -> Card:
    """The code is unknown, used or too old."""
    say = Writer(catalog, locale)
    return Card(title=say("card-code-title"), lines=(say("card-code"),), rows=row(say.button("card-save", save)))


def claimed(catalog: Catalog, locale: Locale, card: SavedCardView, words: str, remove: Tap) -> Card:
    """The card is saved; with a copy of what its holder agreed to."""
    say = Writer(catalog, locale)
    return Card(
        title=say("card-claimed-title"),
        lines=(say("card-claimed", card=card_name(say, card)), words),
        rows=row(say.button("card-remove", remove)),
    )


def remove_ask(catalog: Catalog, locale: Locale, card: SavedCardView, sure: Tap) -> Card:
    say = Writer(catalog, locale)
    return Card(
        title=say("card-remove-title"),
        lines=(say("card-remove-ask", card=card_name(say, card)),),
        rows=row(say.button("card-remove", sure, "danger")),
    )


def removed(catalog: Catalog, locale: Locale, save: Tap) -> Card:
    """Nothing can be charged any more."""
    say = Writer(catalog, locale)
    return Card(title=say("card-removed-title"), lines=(say("card-removed"),), rows=row(say.button("card-save", save)))
