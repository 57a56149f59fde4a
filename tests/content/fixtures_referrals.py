"""Every message about inviting, for tests that check all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, get_args

from content.cards import Card, Picture, Tap
from content.catalog import Catalog, Locale
from content.messages import referrals as messages
from content.messages.giving import share_text

if TYPE_CHECKING:
    from tests.content.fixtures import Fixture

Render = Callable[[Catalog, Locale], Card]
WAYS: tuple[tuple[messages.Way, str], ...] = (
    ("telegram", "https://t.me/bot?start=i_abcdefABCDEF"),
    ("channel", "https://t.me/+abc"),
    ("discord", "https://discord.gg/abc"),
    ("web", "https://give.example/i/abcdefABCDEF"),
)
PICTURE = Picture(name="a.png", png=b"", alt="a", key="a")


def inviting(fixture: Fixture, tap: Tap) -> Iterator[tuple[str, Render]]:
    """Yield every function with every branch that changes the text."""
    for campaign in (fixture.campaign, None):
        for ways in (WAYS, WAYS[:1], ()):
            yield "invite", _invite(fixture, tap, campaign is not None, ways)
    nowhere = messages.InviteView(words="", ways=(), later=False)
    yield "invite nowhere", lambda catalog, locale: messages.invite(catalog, locale, nowhere)
    yield "invite too long", lambda catalog, locale: messages.too_long(catalog, locale, 900)
    yield "invite qr", lambda catalog, locale: messages.qr(catalog, locale, WAYS[0][1], PICTURE, tap)
    for name in (fixture.charity.name, None):
        yield "arrived", _arrived(fixture, tap, name)
        yield "brought", lambda catalog, locale, n=name: messages.invited_by(catalog, locale, n)
    yield from _circles(fixture, tap)
    for people in (1, 5, 20):
        yield "recognition", lambda catalog, locale, n=people: messages.recognition(catalog, locale, n, tap)
    yield "friend gave", lambda catalog, locale: messages.friend_gave(catalog, locale, fixture.campaign)
    for done in (True, False):
        yield "told", lambda catalog, locale, d=done: messages.inviter_notified(catalog, locale, done=d)
    for candidates in ((), ((fixture.charity.name, tap),)):
        yield "who", lambda catalog, locale, c=candidates: messages.ask_inviter(catalog, locale, c)
    for said in get_args(messages.InviterFeedback):
        yield "said", lambda catalog, locale, s=said: messages.inviter_feedback(catalog, locale, s)
    yield "link", lambda catalog, locale: messages.link_offer(catalog, locale, "K7QF-2M9X", 10)
    yield (
        "link_ask",
        lambda catalog, locale: messages.link_ask(
            catalog, locale, name="Camille <b>", platform="telegram", yes=tap, no=tap
        ),
    )
    for joined in get_args(messages.Joined):
        yield "linked", lambda catalog, locale, j=joined: messages.link_result(catalog, locale, j)
    yield "many", lambda catalog, locale: messages.invite_used_by_many(catalog, locale, 1000)


def _invite(fixture: Fixture, tap: Tap, about: bool, ways: tuple[tuple[messages.Way, str], ...]) -> Render:
    def render(catalog: Catalog, locale: Locale) -> Card:
        view = messages.InviteView(
            words=messages.ready_words(catalog, locale, fixture.campaign if about else None, fixture.charity),
            ways=ways,
            send=tap,
            pick=Tap(share=""),
            qr=tap,
            circle=tap,
            ready=tap if about else None,
            saved=about,
        )
        return messages.invite(catalog, locale, view)

    return render


def _arrived(fixture: Fixture, tap: Tap, name: str | None) -> Render:
    def render(catalog: Catalog, locale: Locale) -> Card:
        card = Card(title=share_text(catalog, locale, fixture.campaign), lines=(messages.qr_alt(catalog, locale),))
        links = messages.SharedLinks(give=tap, discord=tap, web=tap)
        shared = messages.shared(catalog, locale, card, links)
        messages.inline_description(catalog, locale)
        return messages.arrived(catalog, locale, shared, name)

    return render


def _circles(fixture: Fixture, tap: Tap) -> Iterator[tuple[str, Render]]:
    gave = messages.RoundedGifts(donors=3, money=(fixture.money, fixture.campaign.goal))
    some = messages.RoundedGifts(donors=1, money=(fixture.money,))
    for people, further, direct, both in (
        (0, 0, None, None),
        (1, 1, None, None),
        (4, 3, None, gave),
        (5, 0, messages.RoundedGifts(donors=5), None),
        (9, 9, None, messages.RoundedGifts(donors=10)),
        (212, 40, gave, some),
    ):
        view = messages.CircleView(
            people=people,
            further=further,
            from_donors=5,
            direct=direct,
            all_of_them=both,
            picture=PICTURE,
            invite=tap,
            who=tap,
        )
        yield "circle", lambda catalog, locale, v=view: messages.circle(catalog, locale, v)
