"""Messages about saved cards with the same fixtures as the other messages."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.messages import quick_give as messages

if TYPE_CHECKING:
    from tests.content.fixtures import Fixture, Render


def saved_cards(fixture: "Fixture", tap: Tap) -> Iterator[tuple[str, "Render"]]:
    """Yield every message of content.messages.quick_give."""
    charity = fixture.charity
    other = Tap(action="card:other")
    yield "card_offer", lambda catalog, locale: messages.offer(catalog, locale, charity, tap)
    for function in (
        messages.minor, messages.page, messages.not_here, messages.later, messages.too_many, messages.claim_wait,
        messages.claim_refused, messages.removed,
    ):  # fmt: skip
        yield function.__name__, lambda catalog, locale, function=function: function(catalog, locale, tap)
    yield "card_adult", lambda catalog, locale: messages.adult(catalog, locale, tap, other)
    terms = messages.TermsView(charity=charity, account="Léa", day=fixture.money, month=fixture.money)
    for brand in ("visa", "unknown"):
        card = messages.SavedCardView(brand=brand, last4="4242", month=9, year=2031)
        yield "card_kept", partial(_kept, card, fixture, tap, other)
        yield "card_claim", lambda catalog, locale, card=card: messages.claim_ask(catalog, locale, card, tap)
        yield "card_remove", lambda catalog, locale, card=card: messages.remove_ask(catalog, locale, card, tap)
        yield "card_claimed", partial(_claimed, card, terms, tap)


def _kept(
    card: messages.SavedCardView, fixture: "Fixture", tap: Tap, other: Tap, catalog: Catalog, locale: Locale
) -> Card:
    return messages.kept(catalog, locale, card, fixture.charity, tap, other)


def _claimed(
    card: messages.SavedCardView, terms: messages.TermsView, tap: Tap, catalog: Catalog, locale: Locale
) -> Card:
    words = messages.terms(catalog, locale, terms)
    assert len(words) <= 1_200, "Stripe's page takes no more"
    return messages.claimed(catalog, locale, card, words, tap)
