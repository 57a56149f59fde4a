"""What staff read about themselves: who they are, what they may do, the freeze."""

from dataclasses import dataclass

from content.cards import Card
from content.catalog import Catalog, Locale
from content.writer import Charity, Writer


@dataclass(frozen=True, kw_only=True)
class RefusedView:
    charity: Charity
    is_staff: bool  # whose role is not enough
    needs: str = "editor"


def refused(catalog: Catalog, locale: Locale, view: RefusedView) -> Card:
    """Somebody asks for what only staff, or staff of a higher role, may do."""
    say = Writer(catalog, locale)
    if view.is_staff:
        return Card(title=say("staff-refused-title"), lines=(say("staff-refused-role"),))
    return Card(title=say("staff-refused-title"), lines=(say("staff-refused", contact=view.charity.contact),))


def picture_too_large(catalog: Catalog, locale: Locale) -> Card:
    """A picture above 10 MB, which is not even looked at."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-picture-title"), lines=(say("staff-picture-too-large"),))
