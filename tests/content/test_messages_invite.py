"""Messages about inviting state each thing once, so that they fit a phone."""

import pytest

from content.cards import Card, Tap
from content.catalog import LOCALES, Catalog, Locale
from content.messages import referrals as messages
from payments.money import Money

WAYS: list[tuple[messages.Way, str]] = [
    ("telegram", "https://t.me/obole_bot?start=i_abcdefghij12"),
    ("web", "https://don.example/i/abcdefghij12"),
]


def _invite(catalog: Catalog, locale: Locale, said: str, send: Tap | None) -> Card:
    return messages.invite(catalog, locale, messages.InviteView(words=said, ways=WAYS, send=send))


def _copied(card: Card) -> str:
    return next(button.copy for button in card.buttons if button.copy is not None)


@pytest.mark.parametrize("locale", LOCALES)
def test_invite_shows_the_text_once(catalog: Catalog, locale: Locale) -> None:
    """The text is shown only if no button sends or copies it."""
    tapped = _invite(catalog, locale, "Viens voir!", Tap(url="https://t.me/share/url"))
    copied = _invite(catalog, locale, "Viens voir!", None)
    assert "Viens voir!" in "\n".join(tapped.lines)
    assert "Viens voir!" not in "\n".join(copied.lines) and _copied(copied).startswith("Viens voir!")
    long = _invite(catalog, locale, "Viens " * 60, None)
    assert "Viens Viens" in "\n".join(long.lines), "it is too long for a clipboard"
    for card in (tapped, copied, long):
        assert all(any(url in line for line in card.lines) for _, url in WAYS)


@pytest.mark.parametrize("locale", LOCALES)
def test_equal_figures_are_shown_once(catalog: Catalog, locale: Locale) -> None:
    gave = messages.RoundedGifts(donors=5, money=(Money(4500, "cad"),))
    more = messages.RoundedGifts(donors=10, money=(Money(5000, "cad"),))

    def lines(everybody: messages.RoundedGifts) -> int:
        view = messages.CircleView(
            people=6, further=7, from_donors=5, direct=gave, all_of_them=everybody, picture=None, invite=Tap(action="i")
        )
        return len(messages.circle(catalog, locale, view).lines)

    assert (lines(gave), lines(more)) == (3, 4)
