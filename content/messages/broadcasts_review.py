"""The review before a broadcast is sent, for staff: its reach, who is left out and why, its duration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.messages.broadcasts_draft import LANGUAGE, PLATFORMS, QUIET, DraftView, some_places, when_words
from content.writer import Writer, nonempty, row


@dataclass(frozen=True, kw_only=True)
class ReviewView:
    """How many it reaches, and how many are left out and why, as just counted."""

    draft: DraftView
    recipients: int
    by_platform: Mapping[Literal["telegram", "discord"], int]
    by_locale: Mapping[Locale, int]
    without_ask: int
    in_quiet_hours: int
    no_consent: int
    unreachable: int
    not_written: int
    asked_enough: int
    new_dms: int = 0  # recipients on Discord to whom the bot writes first, and at most how many of them a day
    new_dms_a_day: int = 0
    takes: timedelta
    into_night: bool = False  # it begins by day and continues into quiet hours
    other_site: str = ""  # an allowed site that is not known to be the charity's own: a sponsor's, perhaps
    approval: bool  # whether a second person must approve it
    send: Tap


def review(catalog: Catalog, locale: Locale, view: ReviewView) -> Card:
    """The review: counts, duration and who is left out."""
    say, plan = Writer(catalog, locale), view.draft
    left_out = nonempty(
        say("staff-broadcast-out-consent", people=view.no_consent) if view.no_consent else "",
        say("staff-broadcast-out-unreachable", people=view.unreachable) if view.unreachable else "",
        say("staff-broadcast-out-written", people=view.not_written) if view.not_written else "",
        say("staff-broadcast-out-asked", people=view.asked_enough) if view.asked_enough else "",
    )
    spread = [f"{PLATFORMS[name]}{_colon(say)}{people}" for name, people in view.by_platform.items() if people]
    spread += [
        f"{say(LANGUAGE[language])}{_colon(say)}{people}" for language, people in view.by_locale.items() if people
    ]
    return Card(
        title=say("staff-broadcast-review-title"),
        lines=nonempty(
            plan.problem,
            say("staff-broadcast-reaches", people=view.recipients) if plan.private else "",
            ", ".join(spread),
            say("staff-broadcast-takes", duration=duration(say, view.takes)) if plan.private else "",
            say("staff-broadcast-new-dms", people=view.new_dms, number=view.new_dms_a_day)
            if view.new_dms > view.new_dms_a_day
            else "",
            say("staff-broadcast-without-ask", people=view.without_ask) if view.without_ask else "",
            say("staff-broadcast-asleep", people=view.in_quiet_hours) if view.in_quiet_hours else "",
            say("staff-broadcast-into-night") if view.into_night else "",
            say("staff-broadcast-sponsor", site=view.other_site) if view.other_site else "",
            say("staff-broadcast-left-out", list="; ".join(left_out)) if left_out else "",
            say("staff-broadcast-places", places=some_places(say, plan.places)) if plan.places else "",
            say(QUIET[plan.quiet], reason=plan.reason),
            when_words(say, plan.starts_at, plan.zone),
            say("staff-broadcast-will-approve") if view.approval else "",
        ),
        note=say("staff-broadcast-above"),
        rows=(
            row(
                say.button("staff-broadcast-send", view.send, "primary"),
                say.button("staff-broadcast-test", plan.tap("test")),
            )[0],
            row(say.button("staff-back", plan.tap("home")))[0],
        ),
    )


def _colon(say: Writer) -> str:
    return "\u00a0: " if say.locale == "fr" else ": "


def duration(say: Writer, takes: timedelta) -> str:
    """Return the approximate duration in a suitable unit."""
    seconds = max(1, round(takes.total_seconds()))
    if seconds < 90:
        return say("staff-broadcast-seconds", number=seconds)
    minutes = round(seconds / 60)
    if minutes < 90:
        return say("staff-broadcast-minutes", number=minutes)
    return say("staff-broadcast-hours", number=round(minutes / 60))


def elsewhere(catalog: Catalog, locale: Locale, platform: str, caption_over: int) -> Card:
    """How the preview differs on the other platform."""
    say = Writer(catalog, locale)
    looks = "staff-broadcast-on-discord" if platform == "telegram" else "staff-broadcast-on-telegram"
    over = say("staff-broadcast-caption", over=caption_over) if caption_over else ""
    return Card(title=say("staff-broadcast-elsewhere"), lines=nonempty(say(looks), over))


def tested(catalog: Catalog, locale: Locale, back: Tap) -> Card:
    """The test message follows below."""
    say = Writer(catalog, locale)
    buttons = row(say.button("staff-back", back))
    return Card(title=say("staff-broadcast-test-title"), lines=(say("staff-broadcast-tested"),), rows=buttons)
