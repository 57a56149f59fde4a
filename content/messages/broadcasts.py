"""Broadcasts as supporters see them: the staff's text with amounts to tap, in private and in channels."""

from dataclasses import dataclass, replace

from content.cards import Card, Picture, Tap
from content.catalog import LOCALES, Catalog, Locale
from content.messages.supporters import identity
from content.rich import Rich, joined, plain
from content.writer import Charity, Choice, OwnLinkButton, Writer, nonempty, row


@dataclass(frozen=True, kw_only=True)
class CopyView:
    """One copy. `stop`: None in channels, where no button unsubscribes."""

    title: str
    body: Rich
    picture: Picture | None = None
    choices: tuple[Choice, ...] = ()
    other: Tap | None = None
    stop: Tap | None = None
    sober: bool = False  # in a crisis: nothing that shines
    own_link: OwnLinkButton | None = None
    charity: Charity | None = None  # the sender, who is named in the footer


def copy(catalog: Catalog, locale: Locale, view: CopyView) -> Card:
    """A broadcast in one language; in private, the last button stops all broadcasts."""
    say = Writer(catalog, locale)
    amounts = say.amount_rows(view.choices)
    if view.sober:
        amounts = tuple(tuple(replace(button, style="plain") for button in buttons) for buttons in amounts)
    return Card(
        title=view.title,
        body=view.body,
        note="\n".join(
            nonempty(
                say("pay-note") if view.choices else "",
                say("broadcast-why") if view.stop is not None else "",
                identity(say, view.charity) if view.charity is not None else "",
            )
        ),
        picture=view.picture,
        rows=amounts
        + row(say.button("other-amount", view.other))
        + say.own_link_row(view.own_link)
        + row(say.button("broadcast-stop", view.stop)),
    )


def bilingual_copy(catalog: Catalog, views: dict[Locale, CopyView]) -> Card:
    """A post for a place with both languages: French first, one set of buttons."""
    fr, en = (copy(catalog, locale, views[locale]) for locale in LOCALES)
    bodies = [card.body for card in (fr, en) if card.body is not None]
    between = plain(f"— {catalog.text('fr', 'language-other')} —")
    return Card(
        title=fr.title if fr.title == en.title else f"{fr.title} / {en.title}",
        body=joined(bodies[0], between, bodies[-1]),
        note="\n".join(dict.fromkeys((*fr.note.splitlines(), *en.note.splitlines()))),
        picture=fr.picture,
        rows=tuple(
            tuple(
                Tap(action=a.action, url=a.url).button(
                    a.label if len(buttons) > 1 or a.label == b.label else f"{a.label} / {b.label}", a.style
                )
                for a, b in zip(buttons, english, strict=True)
            )
            for buttons, english in zip(fr.rows, en.rows, strict=True)
        ),
    )


def withdrawn(catalog: Catalog, locale: Locale, charity: Charity) -> Card:
    """The replacement for a withdrawn copy that is too old to be deleted."""
    say = Writer(catalog, locale)
    return Card(title=say("broadcast-withdrawn-title"), lines=(say("broadcast-withdrawn", charity=charity.name),))
