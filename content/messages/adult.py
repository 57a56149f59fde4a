"""The question about age before a monthly gift, and what is possible under 18."""

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, row
from payments.money import Money


def question(catalog: Catalog, locale: Locale, yes: Tap, no: Tap, how_to_end: Tap | None) -> Card:
    """Ask once whether they are 18 or over."""
    say = Writer(catalog, locale)
    return Card(
        title=say("adult-title"),
        lines=(say("adult-why"),),
        rows=row(say.button("adult-yes", yes), say.button("adult-no", no))
        + row(say.button("how-to-end-button", how_to_end)),
    )


def refused(catalog: Catalog, locale: Locale, most: Money, once: Tap, how_to_end: Tap | None) -> Card:
    """Under 18: single gifts only, up to `most`."""
    say = Writer(catalog, locale)
    return Card(
        title=say("adult-refused-title"),
        lines=(say("adult-refused", amount=most), say("adult-refused-parent")),
        rows=row(say.button("adult-once", once, "primary"), say.button("how-to-end-button", how_to_end)),
    )
