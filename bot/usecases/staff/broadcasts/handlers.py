"""Handlers for `/diffusion`: write a broadcast step by step with buttons and forms, stored in the draft's row.

Buttons: `bc:new[:<campaign>]`, `bc:<draft>:<what>`; prompts: `bc:<draft>:<what>[:<mark>]`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from zoneinfo import ZoneInfo

from bot.domain.broadcasts import Giving, Quiet
from bot.domain.ids import read_id
from bot.domain.people import Contact, Locale
from bot.domain.staff import Member
from bot.domain.time_input import read_time
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places
from bot.store.staff import drafts, staff
from bot.store.staff.drafts import Draft, Stale
from bot.usecases.broadcasts.plan import CannotSend, local_time
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.audit import log_action
from bot.usecases.core.prompts import ask, clear, expect
from bot.usecases.reply import Form, Reply
from bot.usecases.staff.broadcasts import draft as broadcast_draft
from bot.usecases.staff.broadcasts import review
from bot.usecases.staff.broadcasts.draft import KIND, Plan, begin, find, mark_of, plan_of, save
from bot.usecases.staff.broadcasts.view import draft_reply, draft_tap, view_of
from content.broadcast import too_long_by
from content.cards import Tap
from content.catalog import LOCALES
from content.messages import broadcasts_draft as messages
from content.pictures.photos import NoPicture, take
from content.rich import BadMarkup, parse

_SHOWN = 2  # drafts, and broadcasts, in the first card

Step = Callable[[Context, Member, Draft, str], Awaitable[Reply]]


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/diffusion`: list drafts and recent broadcasts."""
    async with ctx.db.read() as conn:
        mine = (await drafts.of_kind(conn, KIND))[:_SHOWN]
        sent = await broadcasts.latest(conn, _SHOWN)
        ids = {plan_of(draft).campaign_id for draft in mine} | {b.campaign_id for b in sent}
        named = {i: c.authored.name.get(person.locale) for i, c in (await campaign_rows.by_ids(conn, ids)).items()}
    view = messages.ListedView(
        new=Tap(action="bc:new"),
        drafts=[(named[plan_of(draft).campaign_id], draft_tap(draft, "home")) for draft in mine],
        sent=[(named[b.campaign_id], b.state.value, Tap(action=f"bs:{b.id}")) for b in sent],
    )
    return Reply(card=messages.listed(ctx.catalog, person.locale, view))


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button of a draft, which may be gone or changed by now."""
    await clear(ctx, person)
    name, _, choice = argument.partition(":")
    if name == "new":
        return await _new(ctx, person, choice)
    draft = await find(ctx, read_id(name) or 0)
    if draft is None:
        return Reply(card=messages.dropped(ctx.catalog, person.locale), mode="edit")
    verb, _, rest = choice.partition(":")
    try:
        return await _STEPS.get(verb, _show)(ctx, person, draft, rest)
    except Stale:
        return await _stale(ctx, person, draft.id)


async def _stale(ctx: Context, person: Member, draft_id: int) -> Reply:
    """Show the current draft after a concurrent edit, and who made it."""
    draft = await find(ctx, draft_id)
    if draft is None:
        return Reply(card=messages.dropped(ctx.catalog, person.locale))
    async with ctx.db.read() as conn:
        editor = (await staff.by_ids(conn, [draft.changed_by])).get(draft.changed_by) if draft.changed_by else None
    problem = messages.feedback_line(ctx.catalog, person.locale, "stale", "" if editor is None else editor.label)
    return await draft_reply(ctx, person, draft, problem)


# --- steps ------------------------------------------------------------------------------------------
async def _new(ctx: Context, person: Member, campaign_id: str) -> Reply:
    async with ctx.db.read() as conn:
        known = await campaign_rows.all_campaigns(conn)
    open_now = [c for c in known if c.is_open(ctx.clock())]
    chosen = [c for c in known if str(c.id) == campaign_id] or (open_now if len(open_now) == 1 else [])
    if len(chosen) != 1:
        options = [(c.authored, Tap(action=f"bc:new:{c.id}")) for c in (open_now or known)[:5]]
        return Reply(card=messages.choose_campaign(ctx.catalog, person.locale, options), mode="edit")
    draft = await begin(ctx, person, chosen[0])
    return await _ask_text(ctx, person, draft, person.locale)


async def _show(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    return await draft_reply(ctx, person, draft)


async def _write_fr(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    return await _ask_text(ctx, person, draft, "fr")


async def _write_en(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    return await _ask_text(ctx, person, draft, "en")


async def _ask_text(
    ctx: Context, person: Member, draft: Draft, language: Locale, *, problem: str = "", value: str | None = None
) -> Reply:
    """Ask for the text in one language; `value`: what they have just written, if it was refused."""
    plan = plan_of(draft)
    present = plan.texts.get(language, "")
    suggested = present or _template_text(ctx, plan, language)
    asked = messages.ask_text(ctx.catalog, person.locale, language, draft_tap(draft, "home"), problem, suggested)
    form = Form(
        answers=f"bc:{draft.id}:{language}:{mark_of(present)}",
        title=asked.title,
        label=asked.label,
        value=suggested if value is None else value,
        long=True,
    )
    return await ask(ctx, person, Reply(card=asked.card), form)


def _template_text(ctx: Context, plan: Plan, language: Locale) -> str:
    """Return the suggested beginning of a crisis message."""
    return messages.crisis_text(ctx.catalog, language) if plan.template == "crisis" else ""


async def _picture(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    """Await a picture as a message, since forms cannot take one."""
    await expect(ctx, person, f"bc:{draft.id}:pic")
    return Reply(card=messages.ask_picture(ctx.catalog, person.locale, draft_tap(draft, "home")), mode="edit")


async def _no_picture(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    return await draft_reply(ctx, person, await broadcast_draft.set_picture(ctx, person, draft, None))


async def _amounts(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    plan = plan_of(draft)
    return await _saved(ctx, person, draft, plan.but(amounts=not plan.amounts))


async def _tone(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    plan = plan_of(draft)
    return await _saved(ctx, person, draft, plan.but(template="news" if plan.template == "crisis" else "crisis"))


async def _saved(ctx: Context, person: Member, draft: Draft, plan: Plan) -> Reply:
    return await draft_reply(ctx, person, await save(ctx, person, draft, plan))


async def _to(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    changed = _audience(plan_of(draft), rest)
    if changed is not None:
        draft = await save(ctx, person, draft, changed)
    view = await view_of(ctx, draft)
    return Reply(card=messages.audience(ctx.catalog, person.locale, view), mode="edit")


def _audience(plan: Plan, choice: str) -> Plan | None:
    """Return the plan after a tap on an audience button; None if the tap changes nothing."""
    match choice:
        case "fr" | "en":
            return plan.but(locale=choice)
        case "all":
            return plan.but(locale=None)
        case "telegram" | "discord":
            return plan.but(platform=choice)
        case "both":
            return plan.but(platform=None)
        case "private":
            return plan.but(private=not plan.private)
    groups = {group.value for group in Giving}
    return plan.but(giving=plan.giving ^ {Giving(choice)}, private=True) if choice in groups else None


async def _where(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    async with ctx.db.read() as conn:
        public = await places.of_purpose(conn, places.PUBLIC)
    plan = plan_of(draft)
    ids = {place.id for place in public}
    if set(plan.places) - ids:  # lost or switched off since it was chosen, so it no longer has a button to deselect it
        plan = plan.but(places=tuple(sorted(ids & set(plan.places))))
        draft = await save(ctx, person, draft, plan)
    toggled = {"all": ids, "none": set(plan.places)}.get(rest, {read_id(rest)} & ids)
    if toggled:
        chosen = set(plan.places) | ids if rest == "all" else set(plan.places) ^ toggled
        plan = plan.but(places=tuple(sorted(chosen)))
        draft = await save(ctx, person, draft, plan)
    options = [(place.title, place.id in plan.places, draft_tap(draft, f"where:{place.id}")) for place in public]
    every = draft_tap(draft, "where:none" if ids <= set(plan.places) else "where:all") if ids else None
    view = await view_of(ctx, draft)
    return Reply(card=messages.where(ctx.catalog, person.locale, view, options, every), mode="edit")


_NEXT_QUIET = {Quiet.SILENT: Quiet.MORNING, Quiet.MORNING: Quiet.EMERGENCY, Quiet.EMERGENCY: Quiet.SILENT}


async def _quiet(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    """Switch to the next rule for quiet hours: silent, in the morning, or an emergency, which needs a reason."""
    plan = plan_of(draft)
    after = _NEXT_QUIET[plan.quiet]
    if after is Quiet.EMERGENCY:
        asked = messages.ask_reason(ctx.catalog, person.locale, draft_tap(draft, "calm"))
        form = Form(answers=f"bc:{draft.id}:why", title=asked.title, label=asked.label)
        return await ask(ctx, person, Reply(card=asked.card), form)
    return await _saved(ctx, person, draft, plan.but(quiet=after, reason=""))


async def _calm(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    return await _saved(ctx, person, draft, plan_of(draft).but(quiet=Quiet.SILENT, reason=""))


async def _when(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    plan = plan_of(draft)
    if plan.starts_at is not None:  # a second tap returns to sending at once
        return await _saved(ctx, person, draft, plan.but(starts_at=None))
    return await _ask_when(ctx, person, draft)


async def _ask_when(
    ctx: Context, person: Member, draft: Draft, feedback: messages.DraftFeedback | None = None
) -> Reply:
    asked = messages.ask_when(ctx.catalog, person.locale, draft_tap(draft, "home"), feedback)
    form = Form(answers=f"bc:{draft.id}:when", title=asked.title, label=asked.label)
    return await ask(ctx, person, Reply(card=asked.card), form)


async def _drop(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    async with ctx.db.write() as conn:
        await drafts.drop(conn, draft.id)
        await log_action(ctx, conn, person, "broadcast.draft_dropped", draft=draft.id)
    return Reply(card=messages.dropped(ctx.catalog, person.locale), mode="edit")


async def _preview_stop(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    problem = messages.feedback_line(ctx.catalog, person.locale, "preview_stop")
    reply = await draft_reply(ctx, person, draft, problem)
    return Reply(card=reply.card)


_STEPS: Mapping[str, Step] = {
    "fr": _write_fr,
    "en": _write_en,
    "pic": _picture,
    "nopic": _no_picture,
    "amounts": _amounts,
    "tone": _tone,
    "to": _to,
    "where": _where,
    "quiet": _quiet,
    "calm": _calm,
    "when": _when,
    "review": review.review,
    "test": review.test,
    "send": review.send,
    "drop": _drop,
    "unsub": _preview_stop,
}


# --- answers ----------------------------------------------------------------------------------------
async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle the answer to a prompt."""
    name, _, rest = prompt.partition(":")
    draft = await find(ctx, read_id(name) or 0)
    if draft is None:
        await clear(ctx, person)
        return Reply(card=messages.dropped(ctx.catalog, person.locale))
    verb, _, mark = rest.partition(":")
    try:
        if verb in LOCALES:
            return await _text_written(ctx, person, draft, "en" if verb == "en" else "fr", mark, text.strip())
        if verb == "when":
            return await _when_written(ctx, person, draft, text)
        if verb == "why" and text.strip():
            await clear(ctx, person)
            reason = " ".join(text.split())[:300]
            return _new_message(
                await _saved(ctx, person, draft, plan_of(draft).but(quiet=Quiet.EMERGENCY, reason=reason))
            )
    except Stale:
        return await _stale(ctx, person, draft.id)
    if verb == "pic":
        return Reply(card=messages.ask_picture(ctx.catalog, person.locale, draft_tap(draft, "home"), "no_picture"))
    return _new_message(await draft_reply(ctx, person, draft))


def _new_message(reply: Reply) -> Reply:
    """Return the reply as a new message, below the text that it answers."""
    return Reply(card=reply.card, form=reply.form, previews=reply.previews, more=reply.more)


async def _text_written(ctx: Context, person: Member, draft: Draft, language: Locale, mark: str, text: str) -> Reply:
    plan = plan_of(draft)
    if text == _template_text(ctx, plan, language):
        text = ""  # the suggestion was not filled in
    if mark != mark_of(plan.texts.get(language, "")):
        stale = await _stale(ctx, person, draft.id)
        return await _ask_text(ctx, person, draft, language, problem=stale.card.lines[0], value=text)
    problem = await _problem(ctx, person, text)
    if problem or not text:
        return await _ask_text(ctx, person, draft, language, problem=problem, value=text)
    await clear(ctx, person)
    draft = await save(ctx, person, draft, plan.but(texts={**plan.texts, language: text}))
    missing = [locale for locale in LOCALES if not plan_of(draft).texts.get(locale)]
    if missing:
        return await _ask_text(ctx, person, draft, missing[0])
    return _new_message(await draft_reply(ctx, person, draft))


async def _problem(ctx: Context, person: Member, text: str) -> str:
    """Return why this text is refused; empty if it is accepted."""
    if over := too_long_by(text):
        return messages.too_long(ctx.catalog, person.locale, over)
    try:
        parse(text, await limits.domains(ctx))
    except BadMarkup as error:
        return messages.bad_markup(ctx.catalog, person.locale, error)
    return ""


async def _when_written(ctx: Context, person: Member, draft: Draft, text: str) -> Reply:
    now = ctx.clock()
    typed = read_time(text, now.astimezone(ZoneInfo(ctx.zone)).date())
    if typed is None:
        return await _ask_when(ctx, person, draft, "not_a_time")
    try:
        starts_at = local_time(ctx, typed.day, typed.at)
    except CannotSend:
        return await _ask_when(ctx, person, draft, "no_such_time")
    if starts_at <= now:
        return await _ask_when(ctx, person, draft, "time_past")
    await clear(ctx, person)
    return _new_message(await _saved(ctx, person, draft, plan_of(draft).but(starts_at=starts_at)))


async def pictured(ctx: Context, contact: Contact, person: Member, prompt: str, image: bytes) -> Reply:
    """Handle a picture; one that was not asked for is ignored."""
    name, _, rest = prompt.partition(":")
    draft = await find(ctx, read_id(name) or 0) if rest == "pic" else None
    if draft is None:
        return await by_command(ctx, contact, person, "")
    try:
        png = await asyncio.to_thread(take, image)
    except NoPicture:
        return Reply(card=messages.ask_picture(ctx.catalog, person.locale, draft_tap(draft, "home"), "no_picture"))
    await clear(ctx, person)
    try:
        saved = await broadcast_draft.set_picture(ctx, person, draft, png)
    except Stale:
        return await _stale(ctx, person, draft.id)
    confirmation = messages.feedback_line(ctx.catalog, person.locale, "picture_kept")
    return _new_message(await draft_reply(ctx, person, saved, confirmation))
