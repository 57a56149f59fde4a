"""What reaches the staff: words of supporters, cases, trouble; each with what to do."""

from dataclasses import replace

from content.cards import Card
from content.catalog import Catalog, Locale
from content.writer import Writer


def many(catalog: Catalog, locale: Locale, card: Card, others: int) -> Card:
    """One thing, and how many like it there are besides: an outage is one message, not three hundred."""
    say = Writer(catalog, locale)
    return replace(card, lines=(*card.lines, say("staff-notice-many", others=others)))
