"""What reaches the staff: words of supporters, cases, trouble; each with what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from content.campaign import Campaign
from content.cards import Card, Tap, shorten
from content.catalog import Catalog, Locale
from content.writer import Charity, Writer, nonempty, row
from payments.money import Money


def many(catalog: Catalog, locale: Locale, card: Card, others: int) -> Card:
    """One thing, and how many like it there are besides: an outage is one message, not three hundred."""
    say = Writer(catalog, locale)
    return replace(card, lines=(*card.lines, say("staff-notice-many", others=others)))


def both(catalog: Catalog, fr: Card, en: Card) -> Card:
    """One message for a place that reads both languages: French first, what is the same in both said once."""
    return Card(
        title=_either(fr.title, en.title),
        lines=(*fr.lines, f"— {catalog.text('fr', 'language-other')} —", *(x for x in en.lines if x not in fr.lines)),
        note="\n".join(nonempty(fr.note, en.note)),
        rows=tuple(
            tuple(replace(a, label=shorten(_either(a.label, b.label))) for a, b in zip(fr_row, en_row, strict=True))
            for fr_row, en_row in zip(fr.rows, en.rows, strict=True)
        ),
    )


def _either(fr: str, en: str) -> str:
    return fr if fr == en else f"{fr} / {en}"


@dataclass(frozen=True, kw_only=True)
class SupporterMessageView:
    text: str  # as it was written
    platform: str
    language: Locale
    since: date  # when they joined
    gifts: int
    reply: Tap
    block: Tap
    answered: str = ""  # who of the staff has answered
    is_blocked: bool = False
    name_is_hidden: bool = False
    name: Tap | None = None  # hides their public name, or shows it again; only where they agreed to be named


_LANGUAGES: Mapping[Locale, str] = {"fr": "staff-nudges-fr", "en": "staff-nudges-en"}


def supporter_message(catalog: Catalog, locale: Locale, view: SupporterMessageView) -> Card:
    """What a supporter wrote; who they are is not said, only how they can be answered."""
    say = Writer(catalog, locale)
    about = say(
        "staff-words-about",
        platform=view.platform.capitalize(),
        language=say(_LANGUAGES[view.language]),
        gifts=view.gifts,
        day=view.since,
    )
    done = say("staff-words-answered", who=view.answered) if view.answered else ""
    return Card(
        title=say("staff-words-title"),
        lines=nonempty(view.text, about, done, say("staff-blocked") if view.is_blocked else ""),
        note=say("staff-words-how"),
        rows=row(
            say.button("staff-words-reply", view.reply, "plain" if done else "primary"),
            say.button("staff-words-unblock" if view.is_blocked else "staff-words-block", view.block),
            say.button("staff-name-show" if view.name_is_hidden else "staff-name-hide", view.name),
        ),
    )


def erased(catalog: Catalog, locale: Locale) -> Card:
    """What was written here was erased."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-words-title"), lines=(say("staff-words-gone"),))


def ask_reply(
    catalog: Catalog, locale: Locale, cancel: Tap | None, *, most: int, over: int = 0, problem: str = ""
) -> tuple[Card, str]:
    """The question for an answer, and the label of its form.

    `over`: by how many characters it was too long; `problem`: what else was wrong with it.
    """
    say = Writer(catalog, locale)
    title = say("staff-reply-title")
    line = say("staff-reply-too-long", over=over, most=most) if over else say("staff-reply-ask")
    return Card(title=title, lines=nonempty(problem, line), rows=row(say.button("staff-cancel", cancel))), title


def preview(catalog: Catalog, locale: Locale, *, text: str, send: Tap, again: Tap, drop: Tap) -> Card:
    """Show what a supporter would read, and ask whether to send it."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-preview-title"),
        lines=(text,),
        note=say("staff-preview-note"),
        rows=row(
            say.button("staff-preview-send", send, "primary"),
            say.button("staff-preview-again", again),
            say.button("staff-preview-drop", drop),
        ),
    )


def preview_dropped(catalog: Catalog, locale: Locale) -> Card:
    """Nothing was sent, because they did not want to."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-reply-title"), lines=(say("staff-preview-dropped"),))


def preview_gone(catalog: Catalog, locale: Locale) -> Card:
    """These words were sent or thrown away before, or are too old."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-reply-title"), lines=(say("staff-preview-gone"),))


def reply_sent(catalog: Catalog, locale: Locale, *, reachable: bool) -> Card:
    """What became of an answer."""
    say = Writer(catalog, locale)
    if not reachable:
        return Card(title=say("staff-reply-title"), lines=(say("staff-reply-gone"),))
    return Card(title=say("staff-reply-sent-title"), lines=(say("staff-reply-sent"),))


def reply_lost(catalog: Catalog, locale: Locale, text: str, *, doubt: bool) -> Card:
    """An answer that did not arrive, or of which nobody can tell."""
    say = Writer(catalog, locale)
    line = say("staff-reply-doubt") if doubt else say("staff-reply-lost")
    return Card(title=say("staff-reply-lost-title"), lines=nonempty(line, text))


_TOGGLED: Mapping[str, tuple[str, str]] = {  # what was done: what it means, and the button that takes it back
    "block": ("staff-blocked", "staff-words-unblock"),
    "unblock": ("staff-unblocked", "staff-words-block"),
    "hide": ("staff-name-hidden", "staff-name-show"),
    "show": ("staff-name-shown", "staff-name-hide"),
}


def toggled(catalog: Catalog, locale: Locale, verb: str, undo: Tap) -> Card:
    """Something about a person was turned, and can be turned back."""
    say = Writer(catalog, locale)
    line, label = _TOGGLED[verb]
    return Card(title=say("staff-blocked-title"), lines=(say(line),), rows=row(say.button(label, undo)))


_CASES: Mapping[str, str] = {
    "wrong_amount": "staff-case-wrong-amount",
    "paid_twice": "staff-case-paid-twice",
    "double_unsure": "staff-case-double-unsure",
    "wasnt_me": "staff-case-wasnt-me",
    "linked": "staff-case-linked",
    "dispute": "staff-case-dispute",
    "fraud_warning": "staff-case-fraud-warning",
    "second_claim": "staff-case-second-claim",
    "second_payment": "staff-case-second-payment",
}


@dataclass(frozen=True, kw_only=True)
class CaseView:
    number: int
    kind: str
    campaign: Campaign | None  # these three are none where it is about no gift
    money: Money | None
    paid_on: date | None
    due_on: date | None = None
    is_open: bool = True
    close: Tap | None = None
    reply: Tap | None = None
    refund: Tap | None = None


def case(catalog: Catalog, locale: Locale, view: CaseView) -> Card:
    """Something about a gift, or about joined accounts, that a person must look at."""
    say = Writer(catalog, locale)
    gift = ""
    if view.campaign is not None and view.money is not None and view.paid_on is not None:
        gift = say("staff-case-gift", amount=view.money, campaign=view.campaign.name.get(locale), day=view.paid_on)
    return Card(
        title=say("staff-case-title", number=str(view.number)),
        lines=nonempty(
            say(_CASES[view.kind]),
            gift,
            say("staff-case-due", day=view.due_on) if view.due_on is not None else "",
            "" if view.is_open else say("staff-case-is-closed"),
        ),
        rows=row(
            say.button("staff-words-reply", view.reply, "primary"),
            say.button("staff-refund-button", view.refund),
            say.button("staff-case-close", view.close),
        ),
    )


def linked(catalog: Catalog, locale: Locale, case: Tap) -> Card:
    """A notice: two accounts have become one."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-linked-title"),
        lines=(say("staff-linked"),),
        rows=row(say.button("staff-linked-case", case)),
    )


def case_closed(catalog: Catalog, locale: Locale, number: int, write: Tap | None, *, before: bool) -> Card:
    """A case was closed, now or before; a word to the person can follow."""
    say = Writer(catalog, locale)
    told = say("staff-case-closed-told") if write is not None else say("staff-case-closed")
    line = say("staff-case-closed-before") if before else told
    return Card(
        title=say("staff-case-closed-title", number=str(number)),
        lines=(line,),
        rows=row(say.button("staff-case-write", write)),
    )


def cases(catalog: Catalog, locale: Locale, found: tuple[tuple[int, str, Tap], ...]) -> Card:
    """Every open case, each a button."""
    say = Writer(catalog, locale)
    if not found:
        return Card(title=say("staff-cases-title"), lines=(say("staff-cases-none"),))
    lines = [say("staff-cases-line", number=str(number), what=say(_CASES[kind])) for number, kind, _ in found]
    rows = tuple((tap.button(say("staff-case-title", number=str(number))),) for number, _, tap in found[:5])
    return Card(title=say("staff-cases-title"), lines=tuple(lines), rows=rows)


WebhookCause = Literal["silent", "secret", "clock"]
_WEBHOOK_HOW: Mapping[WebhookCause, str] = {
    "silent": "staff-webhook-how",
    "secret": "staff-webhook-secret",
    "clock": "staff-webhook-clock",
}


def webhook_silent(catalog: Catalog, locale: Locale, cause: WebhookCause) -> Card:
    """Stripe's webhooks do not arrive, or are refused, and polling brings what they should. With the likely cause."""
    say = Writer(catalog, locale)
    title = say("staff-webhook-title" if cause == "silent" else "staff-webhook-refused")
    return Card(title=title, lines=(say("staff-webhook"), say(_WEBHOOK_HOW[cause])))


def events_missed(catalog: Catalog, locale: Locale, since: date, until: date) -> Card:
    """Obole was off for so long that Stripe no longer lists what happened at the beginning."""
    say = Writer(catalog, locale)
    lines = (say("staff-missed", since=since, until=until), say("staff-missed-how"))
    return Card(title=say("staff-missed-title"), lines=lines)


def dms_stopped(catalog: Catalog, locale: Locale) -> Card:
    """Discord wants no more private messages for a while."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-dms-title"), lines=(say("staff-dms"),))


def flood_wait(catalog: Catalog, locale: Locale, platform: str, hours: int, *, whole: bool) -> Card:
    """A platform refuses messages for more than an hour: all of them (`whole`), or those into one chat."""
    say = Writer(catalog, locale)
    what = say("staff-flood-all" if whole else "staff-flood-chat", platform=platform.capitalize(), hours=hours)
    how = say("staff-flood-how-all" if whole else "staff-flood-how-chat")
    return Card(title=say("staff-flood-title", platform=platform.capitalize()), lines=(what, how))


def in_doubt(catalog: Catalog, locale: Locale, number: int) -> Card:
    """Messages of which nobody knows whether they arrived."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-doubt-title"), lines=(say("staff-doubt", number=number),))


# --- what supporters read -------------------------------------------------------------------------
def passed_on(catalog: Catalog, locale: Locale, charity: Charity, give: Tap, *, enough: bool) -> Card:
    """Their words were passed on to a person; `enough`: no more of them for now."""
    say = Writer(catalog, locale)
    line = say("free-text-enough") if enough else say("free-text-passed", charity=charity.name)
    return Card(title=say("free-text-title"), lines=(line,), rows=row(say.button("see-campaign", give, "primary")))


def relayed(catalog: Catalog, locale: Locale, charity: Charity, text: str) -> Card:
    """A person of the charity has answered."""
    say = Writer(catalog, locale)
    return Card(title=say("relayed-title", charity=charity.name), lines=(text,), note=say("relayed-note"))


def case_over(catalog: Catalog, locale: Locale, charity: Charity, number: int) -> Card:
    """What they reported about a gift was looked at."""
    say = Writer(catalog, locale)
    return Card(
        title=say("case-over-title", number=str(number)),
        lines=(say("case-over", charity=charity.name),),
        note=say("relayed-note"),
    )
