"""Inviting: a supporter's links, greetings to newcomers, the circle, thanks to inviters, linked accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from content.campaign import Campaign
from content.cards import MAX_COPY_CHARS, Card, Picture, Tap
from content.catalog import Catalog, Locale
from content.commands import name_of
from content.messages.giving import share_text
from content.writer import Charity, Writer, nonempty, row
from payments.money import Money

Way = Literal["telegram", "channel", "discord", "web"]
MAX_WORDS = 160  # characters of a donor's own text, so that it can be copied with a link
_WAY: Mapping[Way, str] = {
    "telegram": "invite-way-telegram",
    "channel": "invite-way-channel",
    "discord": "invite-way-discord",
    "web": "invite-way-web",
}


@dataclass(frozen=True, kw_only=True)
class InviteView:
    """`ways`: the addresses in the order they are shown. Taps that are unavailable are None."""

    words: str  # the text to send
    ways: Sequence[tuple[Way, str]]
    send: Tap | None = None  # Telegram's own page for sharing
    pick: Tap | None = None  # inline mode in a chat of their choice
    qr: Tap | None = None
    circle: Tap | None = None
    ready: Tap | None = None  # restores our text in place of theirs
    saved: bool = False  # their own text was just saved
    later: bool = True  # without addresses: whether there may be some later


def ready_words(catalog: Catalog, locale: Locale, campaign: Campaign | None, charity: Charity) -> str:
    """Return the text to send to a friend (tu), until the donor writes their own."""
    if campaign is not None:
        return share_text(catalog, locale, campaign)
    return catalog.text(locale, "invite-text-charity", charity=charity.name)


def invite(catalog: Catalog, locale: Locale, view: InviteView) -> Card:
    """The addresses, the text, and a button to share."""
    say = Writer(catalog, locale)
    if not view.ways:
        if view.later:
            return Card(title=say("invite-title"), lines=(say("invite-none"),))
        share = say("invite-nowhere-share", command=name_of("share", locale))
        return Card(title=say("invite-title"), lines=(say("invite-nowhere"), share))
    return Card(
        title=say("invite-title"),
        lines=nonempty(
            say("invite-saved") if view.saved else say("invite-how"),
            "" if _shown_to_copy(view) else f"{say('invite-text')}\n{view.words}",
            "\n".join(say(_WAY[way], url=url) for way, url in view.ways),  # together, to fit a phone
        ),
        note=say("invite-own-words", command=name_of("invite", locale)),
        rows=row(say.button("invite-send", view.send, "primary"))
        + row(say.button("invite-pick", view.pick), say.button("invite-copy", _copy(view)))
        + row(say.button("invite-qr", view.qr), say.button("invite-circle", view.circle))
        + row(say.button("invite-ready", view.ready)),
    )


def _shown_to_copy(view: InviteView) -> bool:
    """Return whether the copy button already shows the text, which is then not repeated."""
    return view.send is None and view.words in (_copy(view).copy or "")


def _copy(view: InviteView) -> Tap:
    """Return a tap that copies the text with the universal address, or the address alone if both are too long."""
    url = dict(view.ways).get("web") or view.ways[0][1]
    both = f"{view.words} {url}"
    return Tap(copy=both if len(both) <= MAX_COPY_CHARS else url[:MAX_COPY_CHARS])


def too_long(catalog: Catalog, locale: Locale, length: int) -> Card:
    """Their own text is too long."""
    say = Writer(catalog, locale)
    return Card(title=say("invite-too-long-title"), lines=(say("invite-too-long", most=MAX_WORDS, length=length),))


def not_taken(catalog: Catalog, locale: Locale, problem: str) -> Card:
    """Their own text cannot be used, with the reason."""
    return Card(title=catalog.text(locale, "invite-title"), lines=(problem,))


def qr_alt(catalog: Catalog, locale: Locale) -> str:
    """Return the alternative text of the QR code."""
    return catalog.text(locale, "qr-alt")


def qr(catalog: Catalog, locale: Locale, url: str, picture: Picture, back: Tap) -> Card:
    """The invite as a picture to show or print."""
    say = Writer(catalog, locale)
    return Card(
        title=say("qr-title"),
        lines=(say("qr-line", url=url),),
        picture=picture,
        rows=row(say.button("invite-again", back)),
    )


def arrived(catalog: Catalog, locale: Locale, card: Card, name: str | None) -> Card:
    """A card for a newcomer, with who invited them and what that person will never see."""
    return replace(card, lines=(_by_whom(Writer(catalog, locale), name), *card.lines))


def invited_by(catalog: Catalog, locale: Locale, name: str | None) -> Card:
    """The same, later, for a newcomer to a channel or server."""
    say = Writer(catalog, locale)
    return Card(title=say("brought-title"), lines=(_by_whom(say, name),))


def _by_whom(say: Writer, name: str | None) -> str:
    return say("arrived-by", name=name) if name else say("arrived-by-somebody")


@dataclass(frozen=True, kw_only=True)
class SharedLinks:
    """The links under a card that a supporter shares in a chat."""

    give: Tap | None = None
    discord: Tap | None = None
    web: Tap | None = None


def shared(catalog: Catalog, locale: Locale, card: Card, links: SharedLinks) -> Card:
    """A campaign's card with the sharer's own links."""
    say = Writer(catalog, locale)
    return replace(
        card,
        rows=card.rows
        + row(
            say.button("shared-give", links.give, "primary"),
            say.button("shared-web", links.web),
            say.button("shared-discord", links.discord),
        ),
    )


def inline_description(catalog: Catalog, locale: Locale) -> str:
    """Return the description of a campaign in inline mode's list."""
    return catalog.text(locale, "inline-description")


# --- the circle -----------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class RoundedGifts:
    """Lower bounds of how many people gave and how much, per currency if shown."""

    donors: int
    money: Sequence[Money] = ()


@dataclass(frozen=True, kw_only=True)
class CircleView:
    """`direct` and `all_of_them`: set only if enough people gave that no one can be identified from the sum."""

    people: int
    further: int
    from_donors: int
    direct: RoundedGifts | None = None
    all_of_them: RoundedGifts | None = None
    picture: Picture | None = None
    invite: Tap | None = None
    who: Tap | None = None  # set if their own inviter is unknown


def circle(catalog: Catalog, locale: Locale, view: CircleView) -> Card:
    """How many people joined, and from five donors on how much they gave."""
    say = Writer(catalog, locale)
    if not view.people:
        lines: tuple[str, ...] = (say("circle-none"),)
    else:
        lines = nonempty(
            say("circle-people", people=view.people),
            say("circle-further", people=view.further) if view.further else "",
            _gave(say, "circle-direct", view.direct),
            _gave(say, "circle-all", view.all_of_them) if view.all_of_them != view.direct else "",
            say("circle-from", least=view.from_donors) if view.direct is None and view.all_of_them is None else "",
        )
    return Card(
        title=say("circle-title"),
        lines=lines,
        note=say("circle-rounded") if view.direct is not None or view.all_of_them is not None else "",
        picture=view.picture,
        rows=row(say.button("invite-again", view.invite, "primary"), say.button("next-who", view.who)),
    )


_WITHOUT_SUMS = {"circle-direct": "circle-direct-count", "circle-all": "circle-all-count"}


def _gave(say: Writer, key: str, gave: RoundedGifts | None) -> str:
    if gave is None:
        return ""
    if not gave.money:
        return say(_WITHOUT_SUMS[key], donors=gave.donors)
    several = len(gave.money) > 1
    money = ", ".join(say.money(amount, name_currency=several) for amount in gave.money)
    return say(key, donors=gave.donors, money=money)


def recognition(catalog: Catalog, locale: Locale, people: int, circle: Tap) -> Card:
    """A thank-you for inviting people, regardless of what they gave."""
    say = Writer(catalog, locale)
    return Card(
        title=say("recognition-title"),
        lines=(say("recognition", people=people),),
        rows=row(say.button("invite-circle", circle)),
    )


# --- naming one's inviter -------------------------------------------------------------------------
def friend_gave(catalog: Catalog, locale: Locale, campaign: Campaign) -> Card:
    """The message to an inviter whose friend wants them to know that they gave: no name, no amount."""
    say = Writer(catalog, locale)
    return Card(title=say("friend-gave-title"), lines=(say("friend-gave", campaign=campaign.name.get(locale)),))


def inviter_notified(catalog: Catalog, locale: Locale, *, done: bool) -> Card:
    """The friend's confirmation that the inviter was notified."""
    say = Writer(catalog, locale)
    if done:
        return Card(title=say("told-title"), lines=(say("told-line"),))
    return Card(title=say("told-nobody-title"), lines=(say("told-nobody"),))


InviterFeedback = Literal["done", "known", "old", "not"]
_FEEDBACK: Mapping[InviterFeedback, str] = {"done": "by-done", "known": "by-known", "old": "by-old", "not": "by-not"}


def ask_inviter(catalog: Catalog, locale: Locale, candidates: Sequence[tuple[str, Tap]] = ()) -> Card:
    """The question who invited them. `candidates`: (name, tap) of possible inviters who agreed to be named."""
    say = Writer(catalog, locale)
    return Card(
        title=say("by-title"),
        lines=nonempty(
            say("by-how", command=name_of("invitedby", locale)),
            say("by-maybe") if candidates else "",
        ),
        rows=tuple((tap.button(name),) for name, tap in candidates[:5]),
    )


def inviter_feedback(catalog: Catalog, locale: Locale, outcome: InviterFeedback) -> Card:
    """The result of their answer."""
    say = Writer(catalog, locale)
    key = _FEEDBACK[outcome]
    args = {"command": name_of("invitedby", locale)} if outcome == "not" else {}
    return Card(title=say(f"{key}-title"), lines=(say(key, **args),))


# --- linking two accounts -------------------------------------------------------------------------
Joined = Literal["done", "agreed", "refused", "refused_there", "wrong", "same", "one_platform", "too_many", "nameless"]


def link_offer(catalog: Catalog, locale: Locale, code: str, minutes: int) -> Card:
    """The code to type in the other app."""
    say = Writer(catalog, locale)
    return Card(
        title=say("link-title"),
        lines=(say("link-how", command=name_of("link", locale), code=code), say("link-what")),
        note=say("link-careful", minutes=minutes),
    )


def link_ask(catalog: Catalog, locale: Locale, *, name: str, platform: str, yes: Tap, no: Tap) -> Card:
    """Ask whether another account is theirs too; nothing is linked before both have said yes.

    `name`: as its platform shows it now.
    """
    say = Writer(catalog, locale)
    return Card(
        title=say("link-ask-title"),
        lines=(say("link-ask", name=name, platform=platform.capitalize()), say("link-what")),
        note=say("link-ask-careful"),
        rows=row(say.button("link-yes", yes), say.button("link-no", no)),
    )


def link_result(catalog: Catalog, locale: Locale, outcome: Joined) -> Card:
    """The result of a typed code."""
    say = Writer(catalog, locale)
    key = "link-" + outcome.replace("_", "-")
    args = {"command": name_of("link", locale)} if outcome in ("wrong", "agreed") else {}
    return Card(title=say(f"{key}-title"), lines=(say(key, **args),))


# --- staff ----------------------------------------------------------------------------------------
def invite_used_by_many(catalog: Catalog, locale: Locale, people: int) -> Card:
    """A notice: someone may be abusing invites."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-invite-many-title"), lines=(say("staff-invite-many", people=people),))
