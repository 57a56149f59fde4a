"""What reaches staff: supporters' messages and problems, each with what to do. Cases: inbox_cases.py."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from content.cards import Card, Tap, shorten
from content.catalog import Catalog, Locale
from content.messages.gifts import receipt_sentence
from content.writer import LANGUAGES, Charity, Writer, nonempty, row


def with_similar(catalog: Catalog, locale: Locale, card: Card, others: int) -> Card:
    """One notice with the number of similar ones, so that an outage sends one message, not three hundred."""
    say = Writer(catalog, locale)
    return replace(card, lines=(*card.lines, say("staff-notice-many", others=others)))


def bilingual(catalog: Catalog, fr: Card, en: Card) -> Card:
    """One message for a place with both languages: French first, shared parts only once."""
    return Card(
        title=_either(fr.title, en.title),
        lines=(*fr.lines, f"— {catalog.text('fr', 'language-other')} —", *(x for x in en.lines if x not in fr.lines)),
        note="\n".join(nonempty(fr.note, en.note)),
        picture=fr.picture,
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
    since: date  # when the supporter joined
    gifts: int
    reply: Tap
    block: Tap
    answered: str = ""  # the colleague who has answered
    is_blocked: bool = False
    name_is_hidden: bool = False
    child: Tap | None = None  # opens a case: a parent says that a child gave
    age: Tap | None = None  # shows and corrects what is stored about their age
    deceased: Tap | None = None  # asks whether to record that they have died
    name: Tap | None = None  # hides or shows their public name, if they agreed to be named
    edited: bool = False  # they changed it after it was forwarded
    part: tuple[int, int] | None = None  # of a long text: which part this is, of how many


def supporter_message(catalog: Catalog, locale: Locale, view: SupporterMessageView) -> Card:
    """A supporter's message; it does not say who they are, only how to answer."""
    say = Writer(catalog, locale)
    about = say(
        "staff-words-about",
        platform=view.platform.capitalize(),
        language=say(LANGUAGES[view.language]),
        gifts=view.gifts,
        day=view.since,
    )
    done = say("staff-words-answered", who=view.answered) if view.answered else ""
    part = say("staff-words-part", part=view.part[0], parts=view.part[1]) if view.part else ""
    return Card(
        title=part or say("staff-words-title"),
        lines=nonempty(
            view.text,
            say("staff-words-edited") if view.edited else "",
            about,
            done,
            say("staff-blocked") if view.is_blocked else "",
        ),
        note=say("staff-words-how"),
        rows=row(
            say.button("staff-words-reply", view.reply, "plain" if done else "primary"),
            say.button("staff-words-unblock" if view.is_blocked else "staff-words-block", view.block),
            say.button("staff-name-show" if view.name_is_hidden else "staff-name-hide", view.name),
        )
        + row(
            say.button("staff-child-button", view.child),
            say.button("staff-age-button", view.age),
            say.button("staff-deceased-button", view.deceased),
        ),
    )


def erased(catalog: Catalog, locale: Locale) -> Card:
    """The supporter's message was erased."""
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


@dataclass(frozen=True, kw_only=True)
class PreviewView:
    text: str
    send: Tap
    again: Tap
    drop: Tap
    attached: bool = False  # a picture or file came with it, which is not sent
    is_correction: bool = False  # an earlier version was sent already


def preview(catalog: Catalog, locale: Locale, view: PreviewView) -> Card:
    """Show what a supporter would read, and ask whether to send it."""
    say = Writer(catalog, locale)
    notes = nonempty(
        say("staff-preview-attached") if view.attached else "",
        say("staff-preview-correction" if view.is_correction else "staff-preview-note"),
    )
    return Card(
        title=say("staff-preview-title-correction" if view.is_correction else "staff-preview-title"),
        lines=(view.text,),
        note="\n".join(notes),
        rows=row(
            say.button("staff-preview-send", view.send, "primary"),
            say.button("staff-preview-again", view.again),
            say.button("staff-preview-drop", view.drop),
        ),
    )


Unread = Literal["no_text", "not_theirs", "not_allowed", "withheld"]


def reply_unread(catalog: Catalog, locale: Locale, why: Unread) -> Card:
    """A reply in the inbox that is not sent, and why."""
    say = Writer(catalog, locale)
    key = {
        "no_text": "staff-reply-no-text",
        "not_theirs": "staff-reply-not-theirs",
        "not_allowed": "staff-reply-not-allowed",
        "withheld": "staff-reply-withheld",
    }[why]
    return Card(title=say("staff-reply-unread-title"), lines=(say(key),))


def preview_dropped(catalog: Catalog, locale: Locale) -> Card:
    """The reply was discarded and not sent."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-reply-title"), lines=(say("staff-preview-dropped"),))


def preview_gone(catalog: Catalog, locale: Locale) -> Card:
    """The reply was already sent or discarded, or is too old."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-reply-title"), lines=(say("staff-preview-gone"),))


def reply_sent(catalog: Catalog, locale: Locale, *, reachable: bool) -> Card:
    """The reply was sent, or the supporter is unreachable."""
    say = Writer(catalog, locale)
    if not reachable:
        return Card(title=say("staff-reply-title"), lines=(say("staff-reply-gone"),))
    return Card(title=say("staff-reply-sent-title"), lines=(say("staff-reply-sent"),))


def reply_lost(catalog: Catalog, locale: Locale, text: str, *, doubt: bool) -> Card:
    """A reply that did not arrive, or is in doubt."""
    say = Writer(catalog, locale)
    line = say("staff-reply-doubt") if doubt else say("staff-reply-lost")
    return Card(title=say("staff-reply-lost-title"), lines=nonempty(line, text))


_TOGGLED: Mapping[str, tuple[str, str]] = {  # by action: the new state, and the button that reverts it
    "block": ("staff-blocked", "staff-words-unblock"),
    "unblock": ("staff-unblocked", "staff-words-block"),
    "hide": ("staff-name-hidden", "staff-name-show"),
    "show": ("staff-name-shown", "staff-name-hide"),
}


def setting_changed(catalog: Catalog, locale: Locale, verb: str, undo: Tap) -> Card:
    """A setting of a supporter was changed, with the button that reverts it."""
    say = Writer(catalog, locale)
    line, label = _TOGGLED[verb]
    return Card(title=say("staff-blocked-title"), lines=(say(line),), rows=row(say.button(label, undo)))


WebhookCause = Literal["silent", "secret", "clock"]
_WEBHOOK_HOW: Mapping[WebhookCause, str] = {
    "silent": "staff-webhook-how",
    "secret": "staff-webhook-secret",
    "clock": "staff-webhook-clock",
}


def webhook_silent(catalog: Catalog, locale: Locale, cause: WebhookCause) -> Card:
    """A notice: Stripe's webhooks do not arrive or are refused, and polling replaces them; with the likely cause."""
    say = Writer(catalog, locale)
    title = say("staff-webhook-title" if cause == "silent" else "staff-webhook-refused")
    return Card(title=title, lines=(say("staff-webhook"), say(_WEBHOOK_HOW[cause])))


def events_missed(catalog: Catalog, locale: Locale, since: date, until: date) -> Card:
    """A notice: Obole was stopped for so long that Stripe no longer lists the earliest events."""
    say = Writer(catalog, locale)
    lines = (say("staff-missed", since=since, until=until), say("staff-missed-how"))
    return Card(title=say("staff-missed-title"), lines=lines)


def flood_wait(catalog: Catalog, locale: Locale, platform: str, hours: int, *, whole: bool) -> Card:
    """A notice: a platform refuses messages for over an hour, all of them (`whole`) or those to one chat."""
    say = Writer(catalog, locale)
    what = say("staff-flood-all" if whole else "staff-flood-chat", platform=platform.capitalize(), hours=hours)
    how = say("staff-flood-how-all" if whole else "staff-flood-how-chat")
    return Card(title=say("staff-flood-title", platform=platform.capitalize()), lines=(what, how))


def in_doubt(catalog: Catalog, locale: Locale, number: int) -> Card:
    """A notice: messages in doubt."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-doubt-title"), lines=(say("staff-doubt", number=number),))


# --- what supporters read -------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class PassedOnView:
    charity: Charity
    give: Tap
    enough: bool = False  # the limit is reached for now
    attached: bool = False  # a picture or file came with it, which is not passed on
    edited: bool = False  # they changed a message that was passed on before
    read: bool = True  # a person reads it; otherwise only the contact address is named
    receipt: bool = False  # they asked about tax receipts
    away: str = ""  # the away message, instead of the promise of an answer
    stop: Tap | None = None  # stops all messages: they used a stop word


def passed_on(catalog: Catalog, locale: Locale, view: PassedOnView) -> Card:
    """Their message was passed on to a person, or cannot be."""
    say = Writer(catalog, locale)
    if view.away:
        passed = say("away-arrived-edited" if view.edited else "away-arrived")
    else:
        passed = say("free-text-edited" if view.edited else "free-text-passed", charity=view.charity.name)
    outcome = say("free-text-enough") if view.enough else passed
    lines = nonempty(
        receipt_sentence(say, view.charity) if view.receipt else "",
        outcome if view.read else say("free-text", contact=view.charity.contact),
        view.away if view.read else "",
        say("free-text-attached") if view.read and view.attached else "",
        say("stop-maybe") if view.stop else "",
    )
    give = say.button("see-campaign", view.give, "primary")
    rows = row(say.button("stop-button", view.stop) or give)  # who speaks of stopping is not asked to give
    return Card(title=say("free-text-title"), lines=lines, rows=rows)


def courtesy(
    catalog: Catalog,
    locale: Locale,
    charity: Charity,
    kind: Literal["thanks", "farewell", "greeting"],
    give: Tap,
    *,
    read: bool,
    away: str = "",
) -> Card:
    """The answer to thanks, a greeting or a farewell, which are not passed on.

    `read`: a person reads what they write.
    """
    say = Writer(catalog, locale)
    ask = (say("away-question"), away) if away else (say("courtesy-question", charity=charity.name),)
    question = ask if read else (say("courtesy-question-mail", contact=charity.contact),)
    if kind != "greeting":
        return Card(title=say(f"courtesy-{kind}-title"), lines=question)
    rows = row(say.button("see-campaign", give, "primary"))
    return Card(title=say("courtesy-greeting-title"), lines=(say("courtesy-greeting"), *question), rows=rows)


def text_only(catalog: Catalog, locale: Locale, charity: Charity, *, is_read: bool, away: str = "") -> Card:
    """They sent a picture, a voice note or a file. `is_read`: a person reads what they write; `away`: the message."""
    say = Writer(catalog, locale)
    ask = (say("away-write"), away) if away else (say("text-only-passed", charity=charity.name),)
    lines = ask if is_read else (say("free-text", contact=charity.contact),)
    return Card(title=say("text-only-title"), lines=(say("text-only"), *lines))


def relayed(catalog: Catalog, locale: Locale, charity: Charity, text: str, *, is_correction: bool = False) -> Card:
    """A reply from a person at the charity. `is_correction`: it replaces an earlier one."""
    say = Writer(catalog, locale)
    title = say("relayed-title-correction" if is_correction else "relayed-title", charity=charity.name)
    note = say("relayed-note-correction" if is_correction else "relayed-note")
    return Card(title=title, lines=(text,), note=note)
