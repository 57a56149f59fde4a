"""Invites into channels and servers, for staff."""

from typing import Literal

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, row

_REMEDIES = {"telegram": "staff-invites-lost-telegram", "discord": "staff-invites-lost-discord"}


def invites_lost(
    catalog: Catalog, locale: Locale, title: str, platform: Literal["telegram", "discord"], places: Tap
) -> Card:
    """A notice: we may no longer create invites into a channel or server, or cannot see who uses them."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-invites-lost-title", place=title),
        lines=(say(_REMEDIES[platform]), say("staff-invites-lost-meanwhile")),
        rows=row(say.button("staff-places-back", places)),
    )
