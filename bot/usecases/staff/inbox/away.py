"""Handlers for the away message: write it in each language with an optional last day, preview, use and remove it.

Buttons: `aw` shows it; `aw:new` starts a draft; `aw:off` removes it; `aw:<draft>:<fr|en|day>` asks;
`aw:<draft>:use:<version>` uses the draft as it was previewed. Prompts: `aw:<draft>:<fr|en|day>`.
"""

import re
from datetime import date, timedelta

from bot.domain.ids import id_at, read_id
from bot.domain.people import Contact, Locale
from bot.domain.staff import Member
from bot.domain.time_input import read_day
from bot.store.core import switches
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft, Stale
from bot.usecases.context import Context, local_day
from bot.usecases.core import staff_texts
from bot.usecases.core.audit import log_action
from bot.usecases.core.prompts import ask, clear
from bot.usecases.inbox import away
from bot.usecases.inbox.away import Away
from bot.usecases.reply import Form, Reply
from content.cards import Card, Tap
from content.catalog import LOCALES
from content.messages import away as messages
from content.messages import inbox as inbox_messages

MAX_TEXT = 500  # characters
_KIND = "away"
_KEPT_FOR = timedelta(days=1)
_AT_MOST_AHEAD = timedelta(days=366)
_NONE = ("aucun", "aucune", "non", "none", "no", "-")
_SHOW = Tap(action="aw")
_BUTTON = re.compile(r"(?P<draft>\d{1,19}):(?:(?P<what>fr|en|day)|use:(?P<version>\d{1,9}))")


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle every button of the away message, however old."""
    await clear(ctx, person)
    if argument == "new":
        return await _begin(ctx, person)
    if argument == "off":
        return await _remove(ctx, person)
    match = _BUTTON.fullmatch(argument)
    if match is None:
        return await _shown(ctx, person)
    draft = await _own_draft(ctx, person, match["draft"])
    if draft is None:
        return _gone(ctx, person)
    if match["version"] is not None:
        return await _use(ctx, person, draft, int(match["version"]))
    return await _ask(ctx, person, draft, match["what"])


async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle a typed text or day; ask again if it cannot be used."""
    digits, _, what = prompt.partition(":")
    draft = await _own_draft(ctx, person, digits)
    if draft is None or what not in (*LOCALES, "day"):
        await clear(ctx, person)
        return _gone(ctx, person)
    changed = await _changed(ctx, person, draft, what, text.strip())
    if isinstance(changed, str):
        return await _ask(ctx, person, draft, what, problem=changed, typed=text.strip())
    await clear(ctx, person)
    try:
        async with ctx.db.write() as conn:
            draft = await drafts.save(conn, draft, changed.stored(), person.id or None, ctx.clock())
    except Stale:
        return _gone(ctx, person)
    return _draft_shown(ctx, person, draft)


async def _changed(ctx: Context, person: Member, draft: Draft, what: str, text: str) -> Away | str:
    """Return the message with what was typed, or the problem with it, in their language."""
    written = Away.read(draft.body)
    if what == "day":
        until = None if text.casefold() in _NONE else _day(ctx, text)
        is_day = until is not None or text.casefold() in _NONE
        return Away(texts=written.texts, until=until) if is_day else messages.bad_day(ctx.catalog, person.locale)
    if not text or len(text) > MAX_TEXT:
        return messages.bad_length(ctx.catalog, person.locale, max(0, len(text) - MAX_TEXT))
    problem = await staff_texts.refusal(ctx, person.locale, text)
    return problem or Away(texts={**written.texts, _language(what): text}, until=written.until)


def _language(what: str) -> Locale:
    return "fr" if what == "fr" else "en"


def _day(ctx: Context, text: str) -> date | None:
    """Return a typed last day, from today to a year ahead, or None."""
    today = local_day(ctx, ctx.clock())
    found = read_day(text, today, past=False)
    return found if found is not None and today <= found <= today + _AT_MOST_AHEAD else None


async def _shown(ctx: Context, person: Member, done: messages.Done | None = None) -> Reply:
    async with ctx.db.read() as conn:
        now = await away.current(ctx, conn)
    texts = now.texts if now is not None else {}
    view = messages.AwayView(
        texts=texts,
        until=now.until if now is not None else None,
        held=await staff_texts.refusal(ctx, person.locale, "\n".join(texts.values())),
        change=Tap(action="aw:new"),
        remove=Tap(action="aw:off") if now is not None else None,
        menu=Tap(action="go:team"),
    )
    return Reply(card=messages.overview(ctx.catalog, person.locale, view, done), mode="edit")


async def _begin(ctx: Context, person: Member) -> Reply:
    """Start a draft from the current message."""
    async with ctx.db.write() as conn:
        await drafts.drop_older(conn, _KIND, _since(ctx))
        body = (await away.current(ctx, conn) or Away(texts={})).stored()
        draft = Draft(id=ctx.ids.new(), kind=_KIND, body=body, changed_by=person.id or None)
        await drafts.add(conn, draft, ctx.clock())
    return _draft_shown(ctx, person, draft)


async def _remove(ctx: Context, person: Member) -> Reply:
    async with ctx.db.write() as conn:
        off = switches.Switch(name=switches.AWAY, on=False, at=ctx.clock(), by=person.id)
        await switches.set_switch(conn, off)
        await log_action(ctx, conn, person, "away.removed")
    return await _shown(ctx, person, "removed")


async def _own_draft(ctx: Context, person: Member, digits: str) -> Draft | None:
    """Return a draft of this member's that is at most a day old, or None."""
    number = read_id(digits)
    if number is None or number < _since(ctx):
        return None
    async with ctx.db.read() as conn:
        draft = await drafts.by_id(conn, number)
    if draft is None or draft.kind != _KIND or draft.changed_by != (person.id or None):
        return None
    return draft


def _since(ctx: Context) -> int:
    return id_at(ctx.clock() - _KEPT_FOR)


async def _use(ctx: Context, person: Member, draft: Draft, version: int) -> Reply:
    """Show the message from now on, unless it changed since its preview."""
    message = Away.read(draft.body)
    if draft.version != version or not message.is_complete:
        return _draft_shown(ctx, person, draft)
    if message.has_ended(local_day(ctx, ctx.clock())):
        return await _ask(ctx, person, draft, "day", problem=messages.bad_day(ctx.catalog, person.locale))
    for locale in LOCALES:  # the allowed sites may have changed since the preview
        if problem := await staff_texts.refusal(ctx, person.locale, message.texts[locale]):
            return await _ask(ctx, person, draft, locale, problem=problem)
    async with ctx.db.write() as conn:
        is_first = await drafts.drop_if_unchanged(conn, draft)
        if is_first:
            now_on = switches.Switch(name=switches.AWAY, on=True, value=message.stored(), at=ctx.clock(), by=person.id)
            await switches.set_switch(conn, now_on)
            await log_action(ctx, conn, person, "away.set")
    if not is_first:  # another tap came first
        return _gone(ctx, person)
    return await _shown(ctx, person, "used")


async def _ask(
    ctx: Context, person: Member, draft: Draft, what: str, *, problem: str = "", typed: str | None = None
) -> Reply:
    written = Away.read(draft.body)
    if what == "day":
        card, label = messages.ask_day(ctx.catalog, person.locale, problem=problem)
        present = written.until.isoformat() if written.until is not None else ""
    else:
        language = _language(what)
        card, label = messages.ask_text(ctx.catalog, person.locale, language, problem=problem)
        present = written.texts.get(language, "")
    value = (present if typed is None else typed)[:MAX_TEXT]
    form = Form(answers=f"aw:{draft.id}:{what}", title=card.title, label=label, value=value, long=what != "day")
    return await ask(ctx, person, Reply(card=card), form)


def _draft_shown(ctx: Context, person: Member, draft: Draft) -> Reply:
    """Show a draft and, once it is complete, the previews with the button that uses it."""
    message = Away.read(draft.body)
    view = messages.DraftView(
        texts=message.texts,
        until=message.until,
        write={locale: Tap(action=f"aw:{draft.id}:{locale}") for locale in LOCALES},
        day=Tap(action=f"aw:{draft.id}:day"),
        use=Tap(action=f"aw:{draft.id}:use:{draft.version}") if message.is_complete else None,
        drop=_SHOW,
    )
    card = messages.draft(ctx.catalog, person.locale, view)
    return Reply(card=card, previews=_previews(ctx, message) if message.is_complete else ())


def _previews(ctx: Context, message: Away) -> tuple[Card, ...]:
    """Return what people who write would read, in each language. Its button only leads back."""
    return tuple(
        inbox_messages.passed_on(
            ctx.catalog,
            locale,
            inbox_messages.PassedOnView(charity=ctx.charity, give=_SHOW, away=message.texts[locale]),
        )
        for locale in LOCALES
    )


def _gone(ctx: Context, person: Member) -> Reply:
    return Reply(card=messages.draft_gone(ctx.catalog, person.locale, _SHOW), mode="edit")
