"""Notices to staff about the bot itself, such as a platform that refuses it or a lost database."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, row

_NAMES = {"telegram": "Telegram", "discord": "Discord"}
_REFUSED = {
    "telegram": ("staff-platform-off-telegram", "staff-platform-off-telegram-how"),
    "discord": ("staff-platform-off-discord", "staff-platform-off-discord-how"),
}


def platform_refused(catalog: Catalog, locale: Locale, platform: Literal["telegram", "discord"]) -> Card:
    """A platform refuses the bot permanently; everything else continues."""
    say = Writer(catalog, locale)
    title = say("staff-platform-off-title", platform=_NAMES[platform])
    return Card(title=title, lines=tuple(say(key) for key in _REFUSED[platform]))


def database_lost(catalog: Catalog, locale: Locale) -> Card:
    """The database's file was deleted or replaced while the bot was running."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-database-title"), lines=(say("staff-database"), say("staff-database-how")))


def item_failed(catalog: Catalog, locale: Locale, job: str, item: str, *, final: bool = False) -> Card:
    """A recurring job failed for one item and continues with the others. `final`: Stripe refuses it permanently."""
    say = Writer(catalog, locale)
    failed = ("staff-item-failed", "staff-item-failed-how")
    what, how = ("staff-item-refused", "staff-item-refused-how") if final else failed
    return Card(title=say("staff-item-failed-title"), lines=(say(what, job=job, item=item), say(how)))


def failing(catalog: Catalog, locale: Locale, where: str, error: str, *, count: int) -> Card:
    """Something failed unexpectedly. `error`: its id in the log; `count`: how often so far."""
    say = Writer(catalog, locale)
    lines = (say("staff-failing", where=where, count=count), say("staff-failing-how", error=error))
    return Card(title=say("staff-failing-title"), lines=lines)


_STUCK: Mapping[str, tuple[str, str]] = {
    "task": ("staff-stuck-task", "staff-works-task"),
    "messages": ("staff-stuck-messages", "staff-works-messages"),
    "telegram": ("staff-stuck-telegram", "staff-works-telegram"),
    "discord": ("staff-stuck-discord", "staff-works-discord"),
    "disk": ("staff-stuck-disk", "staff-works-disk"),
    "backup": ("staff-stuck-backup", "staff-works-backup"),
}


def stuck(catalog: Catalog, locale: Locale, found: Sequence[Mapping[str, Any]]) -> Card:
    """Something has not worked for too long. `found`: its kind, name, seconds and megabytes."""
    say = Writer(catalog, locale)
    lines = [
        say(
            _STUCK[one["kind"]][0],
            name=one["name"],
            minutes=round(one["seconds"] / 60),
            days=round(one["seconds"] / 86_400),
            megabytes=one["megabytes"],
        )
        for one in found
    ]
    return Card(title=say("staff-stuck-title"), lines=(*lines, say("staff-stuck-how")))


def recovered(catalog: Catalog, locale: Locale, found: Sequence[Sequence[str]]) -> Card:
    """What was reported as stuck works again. `found`: kinds and names."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-works-title"), lines=tuple(say(_STUCK[kind][1], name=name) for kind, name in found))


def key_refused(catalog: Catalog, locale: Locale, job: str) -> Card:
    """A recurring job waits because Stripe refuses our key."""
    say = Writer(catalog, locale)
    lines = (say("staff-key-refused", job=job), say("staff-key-refused-how"))
    return Card(title=say("staff-key-refused-title"), lines=lines)


_REFUSED_TO_DONORS: Mapping[str, tuple[str, str]] = {
    "portal": ("staff-donor-refused-portal", "staff-donor-refused-portal-how"),
    "monthly": ("staff-donor-refused-monthly", "staff-donor-refused-monthly-how"),
}


def stripe_refused(catalog: Catalog, locale: Locale, what: Literal["portal", "monthly"]) -> Card:
    """Stripe refused what a donor asked for: its page to change a card, or to begin or change a monthly gift."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-donor-refused-title"), lines=tuple(say(key) for key in _REFUSED_TO_DONORS[what]))


def key_refused_donor(catalog: Catalog, locale: Locale) -> Card:
    """Stripe refuses our key, or it lacks a right, for what a donor asked for."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-donor-refused-title"), lines=(say("staff-donor-refused-key"), say("staff-key-refused-how"))
    )


def text_held(catalog: Catalog, locale: Locale, owner: str, name: str, what: str, see: Tap) -> Card:
    """A stored text links to a foreign site, so it is not sent. `owner`: campaign or reminder."""
    say = Writer(catalog, locale)
    of_campaign = owner == "campaign"
    line = say("staff-text-held-campaign", name=name, what=what) if of_campaign else say("staff-text-held", what=what)
    return Card(
        title=say("staff-text-held-title"),
        lines=(line, say("staff-text-held-how")),
        rows=row(say.button("staff-text-held-see", see)),
    )


def clock_off(catalog: Catalog, locale: Locale, *, seconds: int, ahead: bool) -> Card:
    """The bot's clock differs from Stripe's; nothing is closed, deleted or started meanwhile."""
    say = Writer(catalog, locale)
    how_far = say("staff-clock-ahead" if ahead else "staff-clock-behind", seconds=seconds)
    return Card(title=say("staff-clock-title"), lines=(how_far, say("staff-clock"), say("staff-clock-how")))


_LATE: Mapping[str, str] = {
    "nudge": "staff-late-reminders",
    "bilan": "staff-late-updates",
    "year": "staff-late-updates",
    "thanks": "staff-late-thanks",
}  # by message key; all others are answers and notices


def late(
    catalog: Catalog, locale: Locale, held: Mapping[str, int], send: Tap, drop: Tap, *, restored: bool = False
) -> Card:
    """Messages that are late wait for staff. `held`: how many of each message key. `restored`: after a backup."""
    say = Writer(catalog, locale)
    counts: dict[str, int] = {}
    for message, number in held.items():
        key = _LATE.get(message, "staff-late-others")
        counts[key] = counts.get(key, 0) + number
    if not counts:
        return Card(title=say("staff-late-title"), lines=(say("staff-late-none"),))
    what = say("staff-late-restored" if restored else "staff-late-what")
    lines = (what, *(say(key, messages=number) for key, number in sorted(counts.items())))
    buttons = row(say.button("staff-late-send", send, "primary"), say.button("staff-late-drop", drop, "danger"))
    return Card(title=say("staff-late-title"), lines=lines, rows=buttons)


def late_decided(catalog: Catalog, locale: Locale, messages: int, *, sent: bool) -> Card:
    """The reply after late messages were sent or dropped."""
    say = Writer(catalog, locale)
    line = say("staff-late-sent" if sent else "staff-late-dropped", messages=messages)
    return Card(title=say("staff-late-title"), lines=(line,))
