"""Reminders, for staff: the policies, who is due, and whether they work, in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from content.cards import Button, Card, Tap
from content.catalog import LOCALES, Catalog, Locale
from content.messages.nudges import NudgeKind
from content.writer import LANGUAGES, Writer, nonempty, row
from payments.money import Money

_NAMES: Mapping[NudgeKind, str] = {
    "second_gift": "staff-nudges-second-gift",
    "last_day": "staff-nudges-last-day",
    "lapsing": "staff-nudges-lapsing",
    "nearly_there": "staff-nudges-nearly-there",
    "match_open": "staff-nudges-match-open",
}
_WHAT: Mapping[NudgeKind, str] = {
    "second_gift": "staff-nudges-second-gift-what",
    "last_day": "staff-nudges-last-day-what",
    "lapsing": "staff-nudges-lapsing-what",
    "nearly_there": "staff-nudges-nearly-there-what",
    "match_open": "staff-nudges-match-open-what",
}
_NUMBERS: Mapping[NudgeKind, str] = {
    "second_gift": "staff-nudges-ask-days",
    "lapsing": "staff-nudges-ask-rhythm",
    "nearly_there": "staff-nudges-ask-percent",
}


@dataclass(frozen=True, kw_only=True)
class PolicyView:
    """A policy's current settings. `texts`: the staff's one or two; empty: Obole's."""

    kind: NudgeKind
    wanted: bool
    on: bool
    numbers_fit: bool
    from_days: int
    to_days: int
    rhythm: float
    percent: int
    held_out: float  # share of supporters
    texts: Sequence[Mapping[Locale, str]] = ()


def policies(catalog: Catalog, locale: Locale, views: Sequence[PolicyView], *, held: bool, may_edit: bool) -> Card:
    """All policies with their states: `np:<policy>`, `np:hold`, `np:report`, `np:preview`."""
    say = Writer(catalog, locale)
    lines = [say("staff-nudges-line", policy=say(_NAMES[v.kind]), state=_state(say, v)) for v in views]
    buttons = tuple((Tap(action=f"np:{v.kind}").button(say(_NAMES[v.kind])),) for v in views) if may_edit else ()
    hold = Tap(action="np:release" if held else "np:hold") if may_edit else None
    return Card(
        title=say("staff-nudges-title"),
        lines=nonempty(say("staff-nudges-held") if held else "", *lines),
        rows=(
            *buttons[:3],
            *((buttons[3] + buttons[4],) if len(buttons) == 5 else ()),
            row(
                say.button("staff-nudges-report", Tap(action="np:report"), "primary"),
                say.button("staff-nudges-preview", Tap(action="np:preview")),
                say.button("staff-nudges-release" if held else "staff-nudges-hold", hold, "danger"),
            )[0],
        ),
    )


def _state(say: Writer, view: PolicyView) -> str:
    if view.on:
        return say("staff-nudges-on")
    if view.wanted and not view.numbers_fit:
        return say("staff-nudges-wrong")
    return say("staff-nudges-lacks") if view.wanted else say("staff-nudges-off")


def policy(catalog: Catalog, locale: Locale, view: PolicyView, *, saved: bool = False) -> Card:
    """One policy, with all its settings."""
    say = Writer(catalog, locale)
    label = "staff-nudges-turn-off" if view.wanted else "staff-nudges-turn-on"
    share = "staff-nudges-fewer" if view.held_out > 0.3 else "staff-nudges-more"
    number = Tap(action=f"np:{view.kind}:numbers") if view.kind in _NUMBERS else None
    return Card(
        title=say(_NAMES[view.kind]),
        lines=nonempty(
            say("staff-nudges-saved") if saved else "",
            say("staff-nudges-line", policy=say(_NAMES[view.kind]), state=_state(say, view)),
            _what(say, view),
            say("staff-nudges-held-out", percent=round(view.held_out * 100)),
            *_texts(say, view),
        ),
        rows=(
            *row(
                say.button(label, Tap(action=f"np:{view.kind}:{'off' if view.wanted else 'on'}"), "primary"),
                say.button("staff-nudges-numbers", number),
            ),
            *(tuple(_write(say, view, n, language) for language in LOCALES) for n in _writable(view)),
            *row(
                say.button(share, Tap(action=f"np:{view.kind}:share")),
                say.button("staff-nudges-own", Tap(action=f"np:{view.kind}:own")) if view.texts else None,
            ),
            *row(say.button("staff-nudges-back", Tap(action="np:all"))),
        ),
    )


def _what(say: Writer, view: PolicyView) -> str:
    facts = {
        "second_gift": {"from": view.from_days, "to": view.to_days},
        "lapsing": {"rhythm": f"{view.rhythm:g}".replace(".", "," if say.locale == "fr" else ".")},
        "nearly_there": {"percent": view.percent},
    }
    return say(_WHAT[view.kind], **facts.get(view.kind, {}))  # type: ignore[arg-type]  # text and numbers


def _texts(say: Writer, view: PolicyView) -> list[str]:
    if not view.texts:
        return [say("staff-nudges-text-own")]
    lines = []
    for number, text in enumerate(view.texts, 1):
        lines += [say("staff-nudges-text", number=number, text=text[lang]) for lang in LOCALES if text.get(lang)]
        lacking = [say(LANGUAGES[lang]) for lang in LOCALES if not text.get(lang)]
        if lacking:
            lines.append(say("staff-nudges-text-lacks", number=number, languages=", ".join(lacking)))
    return lines


def _writable(view: PolicyView) -> range:
    """Return the indices of texts that can be written: existing ones, and a second once the first is complete."""
    whole = bool(view.texts) and all(view.texts[0].get(lang) for lang in LOCALES)
    return range(1, 3 if whole else 2)


def _write(say: Writer, view: PolicyView, number: int, language: Locale) -> Button:
    tap = Tap(action=f"np:{view.kind}:text{number - 1}{language}")
    return say.button("staff-nudges-write", tap, "plain", number=number, language=say(LANGUAGES[language]))


def ask_text(
    catalog: Catalog, locale: Locale, language: Locale, *, over: int = 0, problem: str = ""
) -> tuple[Card, str]:
    """Return the question for a text, and the form's label. `problem`: with the last answer."""
    say = Writer(catalog, locale)
    asked = say("staff-nudges-ask-text", language=say(LANGUAGES[language]))
    lines = nonempty(problem, say("staff-nudges-too-long", over=over) if over else "", asked)
    return Card(title=say("staff-nudges-title"), lines=lines), say("staff-nudges-ask-text-label")


def new_text(
    catalog: Catalog, locale: Locale, *, kind: NudgeKind, language: Locale, text: str, use: Tap, edit: Tap, drop: Tap
) -> Card:
    """A new text for a reminder, with the choice to use it."""
    say = Writer(catalog, locale)
    return Card(
        title=say(_NAMES[kind]),
        lines=(say("staff-nudges-new-text", language=say(LANGUAGES[language])), text),
        rows=row(
            say.button("staff-nudges-new-text-use", use, "primary"),
            say.button("staff-nudges-new-text-edit", edit),
            say.button("staff-nudges-new-text-drop", drop),
        ),
    )


def new_text_gone(catalog: Catalog, locale: Locale, kind: NudgeKind) -> Card:
    """The new text was used or changed already, or 15 minutes have passed."""
    say = Writer(catalog, locale)
    back = say.button("staff-nudges-back", Tap(action=f"np:{kind}"))
    return Card(title=say(_NAMES[kind]), lines=(say("staff-nudges-new-text-gone"),), rows=row(back))


def ask_numbers(catalog: Catalog, locale: Locale, kind: NudgeKind, *, again: bool = False) -> tuple[Card, str]:
    """Return the question for a policy's numbers, and the form's label."""
    say = Writer(catalog, locale)
    lines = nonempty(say("staff-nudges-not-numbers") if again else "", say(_NUMBERS[kind]))
    return Card(title=say(_NAMES[kind]), lines=lines), say("staff-nudges-ask-numbers-label")


def preview(catalog: Catalog, locale: Locale, due: Sequence[tuple[date, NudgeKind, int]]) -> Card:
    """How many people are due in the next days, without names."""
    say = Writer(catalog, locale)
    lines = [say("staff-nudges-due", day=day, policy=say(_NAMES[kind]), people=people) for day, kind, people in due]
    back = row(say.button("staff-nudges-back", Tap(action="np:all")))
    if not lines:
        return Card(title=say("staff-nudges-preview"), lines=(say("staff-nudges-none-due"),), rows=back)
    return Card(title=say("staff-nudges-preview"), lines=tuple(lines), note=say("staff-nudges-due-both"), rows=back)


@dataclass(frozen=True, kw_only=True)
class LiftView:
    """A difference in percentage points, with its bounds. `is_bounded`: whether there is enough data for them."""

    people: int
    lift: float
    low: float
    high: float
    smallest: float
    base: float  # share of givers in the control group, in points
    is_bounded: bool

    @property
    def shown(self) -> bool:
        """Whether the interval excludes zero."""
        return self.is_bounded and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, kw_only=True)
class ReportView:
    kind: NudgeKind
    sent: int
    sent_gave: int
    held: int
    held_gave: int
    days: int
    useful: int  # about how many people it takes for a useful answer
    soon: LiftView
    later_days: int
    later: LiftView
    texts: LiftView | None
    money: Sequence[tuple[Money, Money, Money, Money]]  # lift, low, high, cap
    ends: Mapping[str, int]
    credited: Sequence[tuple[int, Money]]


@dataclass(frozen=True, kw_only=True)
class OfferView:
    """The test of offering a monthly gift to new donors. `useful`: about how many people a useful answer takes."""

    asked: int
    asked_began: int
    left_out: int
    left_out_began: int
    days: int
    useful: int
    percent: int  # left out now; 0: the test is off
    lift: LiftView


def report(catalog: Catalog, locale: Locale, views: Sequence[ReportView], offer: OfferView | None = None) -> Card:
    """The report on whether reminders work: both arms, what the data show, and what they do not show yet.

    After them, the test of the monthly offer, if there is or was one.
    """
    say = Writer(catalog, locale)
    lines = [line for view in views for line in _report_lines(say, view)]
    lines += _offer_lines(say, offer) if offer is not None else []
    return Card(
        title=say("staff-nudges-report"),
        lines=tuple(lines) or (say("staff-nudges-nothing-yet"),),
        rows=row(say.button("staff-nudges-back", Tap(action="np:all"))),
    )


def _report_lines(say: Writer, view: ReportView) -> list[str]:
    arms = say(
        "staff-nudges-arms",
        policy=say(_NAMES[view.kind]),
        sent=view.sent,
        sentgave=view.sent_gave,
        held=view.held,
        heldgave=view.held_gave,
        days=view.days,
    )
    ends = {name: view.ends.get(name, 0) for name in ("sent", "stopped", "blocked", "later")}
    lines = [arms, verdict(say, view.soon)]
    if view.soon.people < view.useful and not view.soon.shown:
        lines.append(say("staff-nudges-too-small", needed=view.useful, people=view.soon.people))
    if view.later.is_bounded:
        lines.append(say("staff-nudges-pulled", days=view.later_days, **_points(say, view.later)))
    if view.texts is not None and view.texts.is_bounded:
        lines.append(say("staff-nudges-texts", **_points(say, view.texts)))
    for lift, low, high, cap in view.money if view.soon.is_bounded else ():
        lines.append(
            say("staff-nudges-money", lift=_signed(say, lift), low=_signed(say, low), high=_signed(say, high), cap=cap)
        )
    lines += [say("staff-nudges-credited", gifts=gifts, total=total) for gifts, total in view.credited]
    return [*lines, say("staff-nudges-ends", **ends)]


def _offer_lines(say: Writer, view: OfferView) -> list[str]:
    """Return the results once they mean something; before that, only how many people are still needed."""
    state = say("staff-offer-on", percent=view.percent) if view.percent else say("staff-offer-off")
    people = view.asked + view.left_out
    if people < view.useful or not view.lift.is_bounded:
        return [state, say("staff-offer-too-small", needed=max(view.useful, people), people=people, days=view.days)]
    arms = say(
        "staff-offer-arms",
        asked=view.asked,
        began=view.asked_began,
        left=view.left_out,
        leftbegan=view.left_out_began,
        days=view.days,
    )
    is_worse = "staff-offer-harms" if view.lift.high < 0 else "staff-offer-open"
    result = "staff-offer-works" if view.lift.low > 0 else is_worse
    low, high = (_point(say, value) for value in (view.lift.low, view.lift.high))
    return [state, arms, say("staff-offer-sure", low=low, high=high), say(result)]


def verdict(say: Writer, lift: LiftView) -> str:
    """Return in one sentence what the data show."""
    if not lift.is_bounded:
        return say("staff-nudges-too-few")
    if lift.shown:
        key = "staff-nudges-works" if lift.low > 0 else "staff-nudges-harms"
        near, far = sorted((abs(lift.low), abs(lift.high)))
        return say(key, low=_point(say, near), high=_point(say, far))
    if lift.base > 0:
        times = (lift.base + lift.smallest) / lift.base
        return say("staff-nudges-cannot-tell-times", people=lift.people, times=_point(say, times))
    return say("staff-nudges-cannot-tell", people=lift.people, smallest=_point(say, lift.smallest))


def _points(say: Writer, lift: LiftView) -> dict[str, str]:
    return {"lift": _point(say, lift.lift), "low": _point(say, lift.low), "high": _point(say, lift.high)}


def _point(say: Writer, value: float) -> str:
    written = f"{value:.1f}".removesuffix(".0").replace("-", "−")
    return written.replace(".", ",") if say.locale == "fr" else written


def _signed(say: Writer, money: Money) -> str:
    plain = say.money(Money(abs(money.minor), money.currency))
    return f"−{plain}" if money.minor < 0 else plain
