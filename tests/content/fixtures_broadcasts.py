"""Broadcasts as supporters see them, with ordinary, huge and hostile values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.messages import broadcasts as messages
from content.rich import plain
from content.writer import Choice, OwnLinkButton
from payments.money import Money

if TYPE_CHECKING:
    from tests.content.fixtures import Fixture


def broadcast(fixture: Fixture, tap: Tap) -> Iterator[tuple[str, Callable[[Catalog, Locale], Card]]]:
    """Yield private copies, posts, and the replacement for a withdrawn one."""
    campaign = fixture.campaign
    choices = tuple(Choice(money=Money(m, campaign.currency), tap=Tap(action=f"g:{m}")) for m in campaign.amounts)

    def view(locale: Locale, stop: Tap | None) -> messages.CopyView:
        own = OwnLinkButton(tap=tap, proves=stop is None)  # posts: no page of ours follows
        name, body = campaign.name.get(locale), plain(campaign.story.get(locale))
        return messages.CopyView(
            title=name, body=body, choices=choices, other=tap, stop=stop, own_link=own, charity=fixture.charity
        )

    yield "broadcast", lambda catalog, locale: messages.copy(catalog, locale, view(locale, tap))
    yield (
        "broadcast news",
        lambda catalog, locale: messages.copy(catalog, locale, messages.CopyView(title="a", body=plain("b"), stop=tap)),
    )
    yield (
        "broadcast post",
        lambda catalog, _: messages.bilingual_copy(catalog, {"fr": view("fr", None), "en": view("en", None)}),
    )
    yield "broadcast withdrawn", lambda catalog, locale: messages.withdrawn(catalog, locale, fixture.charity)
