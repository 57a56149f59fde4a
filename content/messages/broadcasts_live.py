"""A submitted broadcast, for staff: its countdown, progress and report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from content.cards import ButtonStyle, Card, Tap
from content.catalog import Catalog, Locale
from content.messages.broadcasts_draft import PLATFORMS, Question, state_name
from content.messages.broadcasts_review import duration
from content.writer import Writer, in_rows, nonempty, row
from payments.money import Money

_BAR = 16  # characters
REASONS = ("wrong_text", "wrong_people", "overtaken")  # offered as buttons; any other reason is typed
_WHY: Mapping[str, str] = {
    "campaign": "staff-broadcast-why-campaign",
    "address": "staff-broadcast-why-address",
    "grown": "staff-broadcast-why-grown",
    "late": "staff-broadcast-why-late",
    "approved_late": "staff-broadcast-why-approved-late",
    "restored": "staff-broadcast-why-restored",
    "wrong_text": "staff-broadcast-why-text",
    "wrong_people": "staff-broadcast-why-people",
    "overtaken": "staff-broadcast-why-overtaken",
    "other": "staff-broadcast-why-other",
}
_OFFERS: dict[str, str] = {
    "look": "staff-broadcast-look",
    "approve": "staff-broadcast-approve",
    "send": "staff-broadcast-send-late",
    "stop": "staff-broadcast-stop",
    "pause": "staff-broadcast-pause",
    "resume": "staff-broadcast-resume",
    "news": "staff-broadcast-as-news",
    "fr": "staff-broadcast-correct-fr",
    "en": "staff-broadcast-correct-en",
    "withdraw": "staff-broadcast-withdraw",
    "see": "staff-broadcast-refresh",
    "fix": "staff-broadcast-fix-look",
}
_OFFERS |= {f"why:{reason}": _WHY[reason] for reason in (*REASONS, "other")}
_STYLES: Mapping[str, ButtonStyle] = {"stop": "danger", "withdraw": "danger", "approve": "primary", "send": "primary"}


@dataclass(frozen=True, kw_only=True)
class LiveView:
    """A broadcast's current state. Counts are of people; `places` counts channels and groups."""

    campaign: str
    state: str
    why: str = ""
    by: str = ""  # its author
    leaves: datetime | None = None  # before it starts; None: as soon as its countdown is over
    was_due: datetime | None = None
    zone: str
    total: int = 0
    left: int = 0
    sent: int = 0
    unreachable: int = 0
    failed: int = 0
    in_doubt: int = 0
    opted_out: int = 0
    places: int = 0
    places_sent: int = 0
    per_second: float = 0.0
    takes: timedelta | None = None
    frozen: bool = False
    in_vain: bool = False  # its campaign is not open
    problem: str = ""
    act: str  # the prefix of its buttons' actions
    offers: Sequence[str] = ()


def live(catalog: Catalog, locale: Locale, view: LiveView) -> Card:
    """The broadcast's card, edited in place from the countdown to the end."""
    say = Writer(catalog, locale)
    lines = nonempty(
        view.problem,
        state_name(say, view.state),
        say("staff-broadcast-by", name=view.by) if view.by else "",
        say("staff-broadcast-why", why=say(_WHY[view.why]) if view.why in _WHY else view.why) if view.why else "",
        say("staff-broadcast-stands-still") if view.frozen else "",
        say("staff-broadcast-in-vain") if view.in_vain else "",
        *_before(say, view),
        *_running(say, view),
        say("staff-broadcast-why-ask") if any(what.startswith("why:") for what in view.offers) else "",
    )
    return Card(title=say("staff-broadcast-live", name=view.campaign), lines=lines, rows=_rows(say, view))


def _before(say: Writer, view: LiveView) -> list[str]:
    what = {
        "approval": "staff-broadcast-approval-what",
        "held": "staff-broadcast-held-what",
        "countdown": "staff-broadcast-can-stop",
    }.get(view.state)
    return [] if what is None else [*_times(say, view.leaves, view.was_due, view.zone), say(what)]


def _times(say: Writer, leaves: datetime | None, was_due: datetime | None, zone: str) -> list[str]:
    """Return the line that says when it goes out, or was to go out; none if neither is known."""
    if was_due is not None:
        return [say("staff-broadcast-was-due", when=say.catalog.moment(say.locale, was_due, zone))]
    if leaves is not None:
        return [say("staff-broadcast-leaves", when=say.catalog.moment(say.locale, leaves, zone))]
    return []


def _running(say: Writer, view: LiveView) -> tuple[str, ...]:
    if not view.total and not view.places:
        return ()
    done = view.total - view.left
    figures = {
        "staff-broadcast-unreachable": view.unreachable,
        "staff-broadcast-failed": view.failed,
        "staff-broadcast-in-doubt": view.in_doubt,
        "staff-broadcast-opted-out": view.opted_out,
    }
    pace = view.state == "running" and view.per_second > 0 and view.takes is not None and view.left > 0
    return nonempty(
        bar(done, view.total) if view.total else "",
        say("staff-broadcast-sent", sent=view.sent, total=view.total) if view.total else "",
        ", ".join(say(key, people=people) for key, people in figures.items() if people),
        say("staff-broadcast-posted", sent=view.places_sent, total=view.places) if view.places else "",
        say("staff-broadcast-pace", pace=_one_decimal(say, view.per_second), left=duration(say, view.takes))
        if pace and view.takes is not None
        else "",
    )


def bar(done: int, total: int) -> str:
    """Return « ▓▓▓▓░░░░ 50 % », rounded down so that nothing looks finished too early."""
    filled = _BAR * done // total if total else 0
    return f"{'▓' * filled}{'░' * (_BAR - filled)} {100 * done // total if total else 0}\u00a0%"


def _one_decimal(say: Writer, number: float) -> str:
    written = f"{number:.1f}".removesuffix(".0")
    return written.replace(".", ",") if say.locale == "fr" else written


def _rows(say: Writer, view: LiveView) -> tuple[tuple, ...]:  # type: ignore[type-arg]  # of buttons
    buttons = [
        say.button(_OFFERS[what], Tap(action=f"{view.act}{what}"), _STYLES.get(what, "plain")) for what in view.offers
    ]
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


@dataclass(frozen=True, kw_only=True)
class ShareView:
    """The results among people of one language, platform or giving group; "": through places."""

    of: str
    sent: int
    unreachable: int
    unsubscribed: int
    taps: int  # 0 also if they are not counted
    gifts: int
    money: Sequence[Money]


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """`live`: its current state, with its buttons. `shares`: by language, platform and group."""

    live: LiveView
    unsubscribed: int
    taps: int | None
    gifts: int
    money: Sequence[Money]
    shares: Mapping[Literal["language", "platform", "part"], Sequence[ShareView]]


_OF: Mapping[str, str] = {
    "fr": "staff-broadcast-in-fr",
    "en": "staff-broadcast-in-en",
    "donors": "staff-broadcast-part-donors",
    "campaign_donors": "staff-broadcast-campaign-donors",
    "lapsed": "staff-broadcast-lapsed",
    "non_donors": "staff-broadcast-non-donors",
    "": "staff-broadcast-part-places",
}


def report(catalog: Catalog, locale: Locale, view: ReportView) -> Card:
    """The report; it counts gifts made through this message's own links."""
    say = Writer(catalog, locale)
    card = live(catalog, locale, view.live)
    lines = nonempty(
        *card.lines,
        say("staff-broadcast-unsubscribed", people=view.unsubscribed),
        say("staff-broadcast-taps", taps=view.taps) if view.taps is not None else "",
        say("staff-broadcast-gave", gifts=view.gifts, money=_sum(say, view.money)),
        *("\n".join(_share(say, share) for share in shares) for shares in view.shares.values() if len(shares) > 1),
    )
    return Card(title=card.title, lines=lines, note=say("staff-broadcast-credited"), rows=card.rows)


def _share(say: Writer, share: ShareView) -> str:
    """Return « français : 40 livrés, 2 injoignables, 3 dons (15 $) »."""
    said = nonempty(
        say("staff-broadcast-share-sent", people=share.sent) if share.sent else "",
        say("staff-broadcast-share-blocked", people=share.unreachable) if share.unreachable else "",
        say("staff-broadcast-share-left", people=share.unsubscribed) if share.unsubscribed else "",
        say("staff-broadcast-share-taps", taps=share.taps) if share.taps else "",
        say("staff-broadcast-share-gave", gifts=share.gifts, money=_sum(say, share.money)) if share.gifts else "",
    )
    name = PLATFORMS[share.of] if share.of in PLATFORMS else say(_OF[share.of])
    return say("staff-broadcast-share", who=name, what=", ".join(said) or "0")


def _sum(say: Writer, money: Sequence[Money]) -> str:
    named = len(money) > 1
    return " + ".join(say.money(amount, name_currency=named) for amount in money) or "0"


def confirm_action(catalog: Catalog, locale: Locale, what: str, reasons: Sequence[tuple[str, Tap]], no: Tap) -> Card:
    """The question for the reason, before copies are withdrawn or the rest is stopped."""
    say = Writer(catalog, locale)
    asked = "staff-broadcast-withdraw-sure" if what == "withdraw" else "staff-broadcast-stop-sure"
    buttons = [say.button(_WHY[reason], tap, "danger") for reason, tap in reasons]
    return Card(
        title=say(_OFFERS[what]),
        lines=(say(asked), say("staff-broadcast-why-ask")),
        rows=in_rows(buttons, 2) + row(say.button("staff-back", no)),
    )


def ask_reason(catalog: Catalog, locale: Locale, what: str, cancel: Tap) -> Question:
    """The question for a typed reason. `what`: stop, withdraw, or why if it has ended already."""
    say = Writer(catalog, locale)
    title = say(_OFFERS[what]) if what in _OFFERS else say("staff-broadcast-reason-label")
    lines = (say("staff-broadcast-why-write"),)
    card = Card(title=title, lines=lines, rows=row(say.button("staff-back", cancel)))
    return Question(card=card, title=title, label=say("staff-broadcast-reason-label"))


def ask_correction(
    catalog: Catalog,
    locale: Locale,
    language: Locale,
    cancel: Tap,
    problem: str = "",
    present: str = "",
    *,
    unsent: bool = False,
) -> Question:
    """The question for the corrected text; every sent copy will be edited, if any was sent."""
    say = Writer(catalog, locale)
    title = say(_OFFERS[language])
    lines = nonempty(problem, say("staff-broadcast-ask-words" if unsent else "staff-broadcast-ask-correction"), present)
    card = Card(title=title, lines=lines, note=say("staff-broadcast-marks"), rows=row(say.button("staff-back", cancel)))
    return Question(card=card, title=title, label=say("staff-broadcast-text-label"))


def corrected_meanwhile(catalog: Catalog, locale: Locale) -> str:
    """Say that a colleague has corrected the same text meanwhile."""
    return catalog.text(locale, "staff-broadcast-corrected-meanwhile")


def not_possible(catalog: Catalog, locale: Locale, own: bool = False) -> str:
    """Say that its state does not allow the action, or that the broadcast is one's own."""
    return catalog.text(locale, "staff-broadcast-own" if own else "staff-broadcast-not-possible")


@dataclass(frozen=True, kw_only=True)
class NewsView:
    """A notice about a broadcast. `what`: submitted, approval, corrected, fix, or its current state."""

    what: str
    campaign: str
    by: str
    why: str
    recipients: int
    see: Tap
    more: Sequence[tuple[str, Tap]] = ()  # stop, approve, ...
    leaves: datetime | None = None  # of one that is about to go out
    was_due: datetime | None = None  # of a late one
    zone: str = "UTC"


_NEWS: Mapping[str, str] = {
    "submitted": "staff-broadcast-news-submitted",
    "approval": "staff-broadcast-news-approval",
    "corrected": "staff-broadcast-news-corrected",
    "fix": "staff-broadcast-news-fix",
}


def news(catalog: Catalog, locale: Locale, view: NewsView) -> Card:
    """The notice to all staff about one action."""
    say = Writer(catalog, locale)
    told = say(_NEWS[view.what], people=view.recipients) if view.what in _NEWS else state_name(say, view.what)
    buttons = [say.button(_OFFERS[what], tap, _STYLES.get(what, "primary")) for what, tap in view.more]
    buttons.append(say.button("staff-broadcast-see", view.see))
    return Card(
        title=say("staff-broadcast-live", name=view.campaign),
        lines=nonempty(
            told,
            *_times(say, view.leaves, None, view.zone),
            say("staff-broadcast-by-whom", name=view.by) if view.by else "",
            say("staff-broadcast-why", why=say(_WHY[view.why]) if view.why in _WHY else view.why) if view.why else "",
            *_times(say, None, view.was_due, view.zone),
        ),
        rows=in_rows(buttons, 2),
    )
