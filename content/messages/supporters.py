"""Preferences, /stop, privacy, erasure, help, and replies to messages we do not understand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from content.cards import Button, Card, Tap
from content.catalog import Catalog, Locale
from content.commands import COMMANDS, name_of
from content.writer import Charity, Writer, nonempty, row

PreferenceKind = Literal["news", "reminders", "personal_amounts", "being_named"]
PREFERENCES: tuple[PreferenceKind, ...] = get_args(PreferenceKind)


@dataclass(frozen=True, kw_only=True)
class PreferencesView:
    charity: Charity
    agreed: Mapping[PreferenceKind, bool]  # missing ones are off
    offered: tuple[PreferenceKind, ...] = PREFERENCES  # only what the bot is configured to do
    saved: bool = False  # shown again after a change
    zone: str = ""  # an IANA name, if they get reminders
    write_first: bool = False  # on Discord: what they agreed to comes once they have written to the bot


def preferences(catalog: Catalog, locale: Locale, view: PreferencesView) -> Card:
    """Their preferences, each with a button that changes it: `pref:<kind>:<on|off>`, `lang:<fr|en>`."""
    say = Writer(catalog, locale)
    lines = [_preference_line(say, view, kind) for kind in view.offered]
    other: Locale = "en" if locale == "fr" else "fr"
    language = say.button("language-other", Tap(action=f"lang:{other}"))
    return Card(
        title=say("preferences-title"),
        lines=nonempty(
            say("preferences-saved") if view.saved else say("preferences-how"),
            *lines,
            say("pref-write-first") if view.write_first else "",
            say("zone-line", place=city(view.zone)) if view.zone else "",
        ),
        rows=(
            *((_preference_button(say, view, kind),) for kind in view.offered),
            *row(language, say.button("zone-change", Tap(action="zone")) if view.zone else None),
        ),
    )


# Places where French or English is spoken, from west to east.
ZONES: tuple[str, ...] = (
    *("America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Toronto", "America/Halifax"),
    *("America/St_Johns", "Europe/London", "Europe/Paris", "Africa/Dakar", "Africa/Kinshasa"),
)
_CITIES = {"America/Toronto": "Montréal – Toronto", "America/St_Johns": "St. John’s"}


def city(zone: str) -> str:
    """Return a zone's city, as people there write it."""
    return _CITIES.get(zone, zone.rpartition("/")[2].replace("_", " "))


def ask_zone(catalog: Catalog, locale: Locale) -> Card:
    """The choice of their time zone: `zone:<IANA name>`."""
    say = Writer(catalog, locale)
    buttons = [Tap(action=f"zone:{zone}").button(city(zone)) for zone in ZONES]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return Card(title=say("zone-title"), lines=(say("zone-ask"),), rows=rows)


def preference_wording(catalog: Catalog, locale: Locale, kind: PreferenceKind, charity: Charity) -> str:
    """Return the exact wording a person agrees to, which is stored with the consent."""
    return catalog.text(locale, "pref-" + kind.replace("_", "-"), charity=charity.name)


def _preference_line(say: Writer, view: PreferencesView, kind: PreferenceKind) -> str:
    state = say("pref-state-on" if view.agreed.get(kind) else "pref-state-off")
    return f"{preference_wording(say.catalog, say.locale, kind, view.charity)} {state}"


def _preference_button(say: Writer, view: PreferencesView, kind: PreferenceKind) -> Button:
    change = "off" if view.agreed.get(kind) else "on"
    return say.button(f"pref-{kind.replace('_', '-')}-{change}", Tap(action=f"pref:{kind}:{change}"))


def stop_done(
    catalog: Catalog,
    locale: Locale,
    *,
    charity: Charity,
    preferences: Tap | None = None,
    undo: Tap | None = None,  # agrees again to what was stopped
    monthly: Tap | None = None,  # ends their monthly gift, which continues otherwise
    unconfirmed: bool = False,  # one began through their link: how to cancel it, since it may not be theirs
    stripe: Tap | None = None,
) -> Card:
    """The reply to /stop: what stops and what is still sent."""
    say = Writer(catalog, locale)
    return Card(
        title=say("stop-title"),
        lines=nonempty(
            say("stop-line", charity=charity.name),
            say("stop-monthly") if monthly else "",
            _goes_on(say, charity, stripe) if unconfirmed else "",
        ),
        rows=row(say.button("stop-monthly-end", monthly))
        + row(say.button("unconfirmed-stripe", stripe))
        + row(say.button("stop-undo", undo), say.button("preferences-open", preferences)),
    )


def _goes_on(say: Writer, charity: Charity, stripe: Tap | None) -> str:
    """Say that a monthly gift whose payer is unknown is cancelled by its payer or the charity."""
    key = "unconfirmed-goes-on" if stripe else "unconfirmed-goes-on-mail"
    return say(key, charity=charity.name, contact=charity.contact)


# What is stored about people, one line each in /privacy. A test compares the list with the schema.
PRIVACY_ITEMS = (
    *("account", "language", "preferences", "gifts", "card", "reminders", "group", "invites", "messages"),
    *("adult", "letters", "cases", "team", "left", "limits"),
)


def privacy(catalog: Catalog, locale: Locale, *, charity: Charity, saved_cards: bool = False) -> Card:
    """What is stored, as a list; where it is processed; why and how long; and whom to ask.

    saved_cards: whether people can save one.
    """
    say = Writer(catalog, locale)
    items = ("card-kept" if item == "card" and saved_cards else item for item in PRIVACY_ITEMS)
    return Card(
        title=say("privacy-title"),
        lines=(
            "\n".join((say("privacy-kept"), *(f"• {say(f'privacy-item-{item}')}" for item in items))),
            say("privacy-not-kept"),
            say("privacy-where"),
            say("privacy-why"),
            say("privacy-how-long"),
            say("privacy-copy", mydata=name_of("mydata", locale)),
            say("privacy-forget", forget=name_of("forget", locale)),
            say(
                "privacy-who",
                officer=charity.privacy_officer or charity.name,
                contact=charity.privacy_contact or charity.contact,
            ),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class ForgetView:
    charity: Charity
    monthly: bool  # a monthly gift is cancelled too
    goes_on: bool = False  # a monthly gift whose payer is unknown continues
    stripe: Tap | None = None
    sure: Tap | None = None
    keep: Tap | None = None


def forget_ask(catalog: Catalog, locale: Locale, view: ForgetView) -> Card:
    """What is erased, what remains, and that this is final."""
    say = Writer(catalog, locale)
    monthly = say("forget-monthly") if view.monthly else ""
    goes_on = _goes_on(say, view.charity, view.stripe) if view.goes_on else ""
    return Card(
        title=say("forget-title"),
        lines=nonempty(say("forget-goes"), say("forget-stays"), monthly, goes_on, say("forget-final")),
        rows=row(say.button("forget-sure", view.sure))
        + row(say.button("unconfirmed-stripe", view.stripe))
        + row(say.button("forget-keep", view.keep)),
    )


def forget_later(catalog: Catalog, locale: Locale, again: Tap | None) -> Card:
    """A monthly gift cannot be cancelled at the moment, so nothing was erased."""
    say = Writer(catalog, locale)
    rows = row(say.button("try-again", again))
    return Card(title=say("forget-later-title"), lines=(say("forget-later"),), rows=rows)


def forgotten(catalog: Catalog, locale: Locale) -> Card:
    """Everything that identifies them was erased."""
    say = Writer(catalog, locale)
    return Card(title=say("forget-done-title"), lines=(say("forget-done"),))


def identity(say: Writer, charity: Charity, *, contact: bool = True) -> str:
    """Return who the charity is on one line: name, registration number, address and contact, as far as set."""
    number = say("identity-registration", number=charity.registration) if charity.registration else ""
    return " · ".join(nonempty(charity.name, number, charity.address, charity.contact if contact else ""))


def help_card(catalog: Catalog, locale: Locale, *, charity: Charity, give: Tap | None = None) -> Card:
    """What the bot can do, and who answers questions."""
    say = Writer(catalog, locale)
    commands = "\n".join(
        say("help-command", name=command.name(locale), what=say(command.description_key))
        for command in COMMANDS
        if command.helped
    )
    return Card(
        title=say("help-title"),
        lines=(commands, say("help-line"), f"{say('identity-who')}\n{identity(say, charity, contact=False)}"),
        note=say("questions", contact=charity.contact),
        rows=row(say.button("see-campaign", give, "primary")),
    )


@dataclass(frozen=True, kw_only=True)
class ReplyView:
    """The common parts of the replies below."""

    charity: Charity
    give: Tap | None = None


def unknown_command(catalog: Catalog, locale: Locale, view: ReplyView) -> Card:
    """The reply to a command that does not exist."""
    say = Writer(catalog, locale)
    return Card(
        title=say("unknown-command"),
        lines=(say("unknown-command-line", help=_command(locale, "help"), give=_command(locale, "give")),),
        rows=row(say.button("see-campaign", view.give, "primary")),
    )


def in_private(catalog: Catalog, locale: Locale, verb: str) -> Card:
    """The reply to a personal command in a group, where others can read along."""
    say = Writer(catalog, locale)
    return Card(title=say(f"command-{verb}"), lines=(say("command-in-private", command=_command(locale, verb)),))


def card_number(catalog: Catalog, locale: Locale) -> Card:
    """They wrote a card number, which was removed from what they wrote."""
    say = Writer(catalog, locale)
    return Card(title=say("card-number-title"), lines=(say("card-number-removed"), say("card-number-delete")))


def something_wrong(catalog: Catalog, locale: Locale, view: ReplyView) -> Card:
    """An internal error, with the assurance that nothing is lost."""
    say = Writer(catalog, locale)
    return Card(
        title=say("wrong-title"),
        lines=(say("wrong-line"),),
        note=say("questions", contact=view.charity.contact),
        rows=row(say.button("try-again", view.give)),
    )


def _command(locale: Locale, verb: str) -> str:
    return next(command.name(locale) for command in COMMANDS if command.verb == verb)
