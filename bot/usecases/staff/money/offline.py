"""Handlers for entering gifts outside Stripe: what was typed becomes a draft, and only a button makes it count.

Buttons: `of:` asks what came; `of:d<draft>` shows a draft, `of:d<draft>:<field>` asks for a field, and
`of:d<draft>:<field>=<value>` sets it; `:go` adds the gifts (`:go!` although the same was just added), `:ask` asks a
second person, `of:s<draft>` shows them the draft and `:ok<version>` adds what they read; `:drop` discards it.
`of:a<batch>` begins another gift for the same deposit.
Those about booked gifts and deposits are in `offline_gifts.py`.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.ids import read_id
from bot.domain.offline import LARGEST, WAYS, note_problem, read_count, read_typed
from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.staff import drafts, staff
from bot.store.staff.drafts import Draft, Stale
from bot.usecases.context import Context, local_day
from bot.usecases.core import limits
from bot.usecases.core.prompts import CANCEL, ask, clear, expect
from bot.usecases.money import offline
from bot.usecases.money.offline import Blocked, Same
from bot.usecases.reply import Form as Window
from bot.usecases.reply import Reply
from bot.usecases.staff.money import offline_gifts
from bot.usecases.staff.money.offline_draft import (
    Form,
    campaign_of,
    complete,
    day_fault,
    find,
    gifts_view,
    missing,
    read_form,
    typed_day,
    with_amount,
    with_day_received,
    with_way,
)
from content.cards import Tap
from content.messages import offline as gift_messages
from content.messages import offline_draft as messages
from content.messages.offline import DayLabel, Fault
from content.messages.offline_draft import Field
from payments.money import Money

_SHOWN = 8  # campaigns to choose from, the open ones first
_DRAFT = re.compile(r"(?P<kind>[ds])(?P<id>\d{1,19})(?::(?P<what>[a-z]+)(?P<sure>!)?(?:=(?P<value>[a-z0-9-]*))?)?")
_ANOTHER = re.compile(r"a(?P<batch>\d{1,19})")
_FIELDS: tuple[Field, ...] = ("amount", "count", "way", "received", "banked", "campaign", "note")
_TYPED = "typed"  # the value of a button that asks for another day
_NO_NOTE = ("-", "–", "—")


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/add`, optionally followed by what came: « 50 interac »."""
    return await (_typed(ctx, person, argument) if argument.strip() else offline_gifts.start(ctx, person))


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle every button of gifts outside Stripe, however old."""
    if another := _ANOTHER.fullmatch(argument):
        return await _another(ctx, person, read_id(another["batch"]) or 0)
    match = _DRAFT.fullmatch(argument)
    if match is None:
        return await offline_gifts.act(ctx, person, argument)
    await clear(ctx, person)
    draft = await find(ctx, read_id(match["id"]))
    shows_notice = match["kind"] == "s"  # which others read too: it stays
    reply = await (
        offline_gifts.after_draft(ctx, person, read_id(match["id"]) or 0)
        if draft is None
        else _next(ctx, person, draft)
        if shows_notice
        else _on_draft(ctx, person, draft, match)
    )
    return replace(reply, mode="new" if shows_notice else "edit")


async def _on_draft(ctx: Context, person: Member, draft: Draft, match: re.Match[str]) -> Reply:
    what, value = match["what"] or "", match["value"]
    if what == "drop":
        async with ctx.db.write() as conn:
            await drafts.drop(conn, draft.id)
        return await offline_gifts.start(ctx, person)
    if what in ("go", "ask", "ok"):
        return await _book(ctx, person, draft, what, sure=match["sure"] is not None, version=value or "")
    if what == "minor":
        return await _read_as(ctx, person, draft, read_id(value or "") or 0)
    field = next((name for name in _FIELDS if name == what), None)
    if field is None:
        return await _next(ctx, person, draft)
    if value is None or value == _TYPED:
        return await _ask(ctx, person, draft, field, None, typed=value == _TYPED)
    return await _set(ctx, person, draft, field, value)


async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle typed text: what came, one field of a draft, a reason or the day of a deposit."""
    if not prompt:
        return await _typed(ctx, person, text)
    match = _DRAFT.fullmatch(prompt)
    field = next((name for name in _FIELDS if match is not None and name == match["what"]), None)
    if match is None or field is None:
        return await offline_gifts.written(ctx, person, prompt, text)
    draft = await find(ctx, read_id(match["id"]))
    if draft is None:
        await clear(ctx, person)
        return offline_gifts.stale(ctx, person)
    return await _set(ctx, person, draft, field, text)


async def _another(ctx: Context, person: Member, batch: int) -> Reply:
    """Begin another gift for the deposit of what was entered together: all but the amount is the same."""
    await clear(ctx, person)
    slip = await offline.slip_of(ctx, batch, person)
    like = await offline_gifts.like(ctx, batch)
    if like is None:
        return offline_gifts.stale(ctx, person)
    return await _begin(ctx, person, replace(like, slip=slip))


async def _begin(ctx: Context, person: Member, form: Form) -> Reply:
    """Write a draft and ask for what is missing, or show it."""
    draft = Draft(id=ctx.ids.new(), kind=offline.DRAFTED, body=form.to_body(), changed_by=person.id or None)
    async with ctx.db.write() as conn:
        await drafts.add(conn, draft, ctx.clock())
    return await _next(ctx, person, draft)


async def _typed(ctx: Context, person: Member, text: str) -> Reply:
    await clear(ctx, person)
    async with ctx.db.read() as conn:
        open_now = await campaign_rows.open_campaigns(conn, ctx.clock())
    typed, today = read_typed(text), local_day(ctx, ctx.clock())
    only_open = open_now[0].id if len(open_now) == 1 else None
    form = Form(campaign=only_open, typed=typed.amount, count=typed.count, received=today)
    return await _begin(ctx, person, form if typed.way is None else with_way(form, typed.way))


async def _next(ctx: Context, person: Member, draft: Draft, fault: Fault | None = None) -> Reply:
    """Ask for the first missing field, or show everything."""
    form = read_form(draft)
    campaign = await campaign_of(ctx, form)
    if campaign is not None and form.typed:
        form, problem, choices = with_amount(form, campaign, form.typed)
        saved = await _save(ctx, person, draft, form)
        if saved is None:
            return offline_gifts.stale(ctx, person)
        draft = saved
        if problem is not None:
            return await _ask(ctx, person, draft, "amount", problem, choices)
    field = missing(form)
    if field is not None:
        return await _ask(ctx, person, draft, field, fault)
    assert campaign is not None
    return await _review(ctx, person, draft, form, campaign, fault or day_fault(ctx, form))


async def _save(ctx: Context, person: Member, draft: Draft, form: Form) -> Draft | None:
    """Save a changed form; None if a colleague was faster."""
    try:
        async with ctx.db.write() as conn:
            return await drafts.save(conn, draft, form.to_body(), person.id or None, ctx.clock())
    except Stale:
        return None


async def _set(ctx: Context, person: Member, draft: Draft, field: Field, text: str) -> Reply:
    """Set one field to what was typed or tapped, or ask again."""
    changed = await _read(ctx, read_form(draft), field, text)
    if isinstance(changed, Fault):
        return await _ask(ctx, person, draft, field, changed)
    await clear(ctx, person)
    return await _saved(ctx, person, draft, changed)


async def _read_as(ctx: Context, person: Member, draft: Draft, minor: int) -> Reply:
    """Set the amount to the reading that was tapped; a forged one changes nothing."""
    form = read_form(draft)
    campaign = await campaign_of(ctx, form)
    if campaign is None or not 0 < minor <= offline.limit_in(LARGEST, campaign.goal.currency).minor:
        return await _next(ctx, person, draft)
    return await _saved(ctx, person, draft, replace(form, minor=minor, typed=""))


async def _saved(ctx: Context, person: Member, draft: Draft, form: Form) -> Reply:
    saved = await _save(ctx, person, draft, form)
    return offline_gifts.stale(ctx, person) if saved is None else await _next(ctx, person, saved)


async def _read(ctx: Context, form: Form, field: Field, text: str) -> Form | Fault:
    """Return the form with one field changed, or the problem."""
    if field == "campaign":
        return await _with_campaign(ctx, form, text)
    if field == "amount":
        return replace(form, typed=text.strip() or "?", minor=None)  # read once it is shown
    if field == "count":
        count = read_count(text)
        return Fault("count") if count is None else replace(form, count=count)
    if field == "way":
        way = next((way for way in WAYS if way.value == text), None) or read_typed(text).way
        return form if way is None else with_way(form, way)
    if field == "note":
        note = "" if text.strip() in _NO_NOTE else " ".join(text.split())
        problem = note_problem(note)
        return replace(form, note=note) if problem is None else Fault(problem)
    if field == "banked" and text == "none":
        return replace(form, banked=None)
    day = typed_day(ctx, text)
    if isinstance(day, Fault):
        return day
    changed = replace(form, banked=day) if field == "banked" else with_day_received(form, day)
    return day_fault(ctx, changed) or changed


async def _with_campaign(ctx: Context, form: Form, number: str) -> Form | Fault:
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [read_id(number) or 0])).get(read_id(number) or 0)
        before = None if form.campaign is None else (await campaign_rows.by_ids(conn, [form.campaign]))[form.campaign]
    if campaign is None:
        return form
    keeps = before is None or before.goal.currency == campaign.goal.currency
    return replace(form, campaign=campaign.id, minor=form.minor if keeps else None)


async def _ask(
    ctx: Context,
    person: Member,
    draft: Draft,
    field: Field,
    fault: Fault | None,
    readings: tuple[Money, ...] = (),
    *,
    typed: bool = False,
) -> Reply:
    """Ask for a field: buttons where there is something to choose, and the next text answers too.

    `typed`: no buttons, so that a window opens where there are windows.
    """
    choices = [] if typed else await _choices(ctx, person, draft, field, readings)
    card = messages.ask(ctx.catalog, person.locale, field, fault, choices, CANCEL)
    prompt = f"of:d{draft.id}:{field}"
    if choices:
        if field not in ("campaign", "way"):
            await expect(ctx, person, prompt)
        return Reply(card=card)
    title, label = messages.form(ctx.catalog, person.locale, field)
    value = read_form(draft).note if field == "note" else ""
    return await ask(ctx, person, Reply(card=card), Window(answers=prompt, title=title, label=label, value=value))


async def _choices(
    ctx: Context, person: Member, draft: Draft, field: Field, readings: tuple[Money, ...]
) -> list[tuple[str, Tap]]:
    def tap(value: str | date) -> Tap:
        return Tap(action=f"of:d{draft.id}:{field}={value}")

    if field == "way":
        return [(messages.way_label(ctx.catalog, person.locale, way.value), tap(way.value)) for way in WAYS]
    if field == "campaign":
        return [(c.authored.name.get(person.locale), tap(str(c.id))) for c in await _campaigns(ctx)]
    if field == "amount":
        return [
            (ctx.catalog.money(person.locale, one), Tap(action=f"of:d{draft.id}:minor={one.minor}")) for one in readings
        ]
    if field not in ("received", "banked"):
        return []
    today = local_day(ctx, ctx.clock())
    days: list[tuple[DayLabel, date]] = [("today", today), ("yesterday", today - timedelta(days=1))]
    taps = [(gift_messages.label(ctx.catalog, person.locale, key), tap(day)) for key, day in days]
    taps.append((gift_messages.label(ctx.catalog, person.locale, "other_day"), tap(_TYPED)))
    if field == "banked":
        taps.append((gift_messages.label(ctx.catalog, person.locale, "not_banked"), tap("none")))
    return taps


async def _campaigns(ctx: Context) -> list[Campaign]:
    """Return the campaigns to choose from: the open ones, then the newest others, since cheques arrive late."""
    async with ctx.db.read() as conn:
        newest = await campaign_rows.all_campaigns(conn)
    return sorted(newest, key=lambda campaign: not campaign.is_open(ctx.clock()))[:_SHOWN]


async def _review(
    ctx: Context,
    person: Member,
    draft: Draft,
    form: Form,
    campaign: Campaign,
    fault: Fault | None,
    same: Same | None = None,
) -> Reply:
    """Show everything that will count, with the button that makes it count for this person."""
    entered = complete(form, campaign)
    async with ctx.db.read() as conn:
        needed = await offline.needs_second(ctx, conn, entered.total)
        approves = needed and await offline.may_approve(conn, draft, person)
        above = (await limits.read(ctx, conn)).offline
        people = await staff.by_ids(conn, [who for who in (draft.changed_by, same.by if same else None) if who])
    sure = "!" if same is not None else ""

    def tap(what: str, *, shown: bool = True) -> Tap | None:
        return Tap(action=f"of:d{draft.id}:{what}") if shown and fault is None else None

    view = messages.ReviewView(
        gifts=gifts_view(entered),
        fields=[(field, Tap(action=f"of:d{draft.id}:{field}")) for field in _FIELDS],
        go=tap(f"go{sure}", shown=not needed),
        second=tap(f"ask{sure}", shown=needed and not approves),
        approve=tap(f"ok={draft.version}", shown=approves),
        drop=Tap(action=f"of:d{draft.id}:drop"),
        above=offline.limit_in(above, entered.money.currency) if needed else None,
        fault=fault,
        same_minutes=None if same is None else same.minutes,
        same_by=people[same.by].label if same is not None and same.by else "",
        by=people[draft.changed_by].label if approves and draft.changed_by else "",
    )
    return Reply(card=messages.review(ctx.catalog, person.locale, view))


async def _book(ctx: Context, person: Member, draft: Draft, what: str, *, sure: bool, version: str) -> Reply:
    """Add the gifts of a draft, or ask a second person to. What they read is what is added: an older card shows it."""
    form = read_form(draft)
    campaign = await campaign_of(ctx, form)
    fault = day_fault(ctx, form)
    if campaign is None or missing(form) is not None or fault is not None:
        return await _next(ctx, person, draft)
    if what == "ok" and version != str(draft.version):
        return await _next(ctx, person, draft)
    entered = complete(form, campaign)
    done: list[Gift] | Blocked | None
    if what == "ask":
        done = await offline.ask_second(ctx, draft, entered, person, despite_same=sure)
        if done is None:
            return Reply(card=messages.second_asked(ctx.catalog, person.locale))
    else:
        done = await offline.add(ctx, draft, entered, person, despite_same=sure)
    if isinstance(done, Same):
        return await _review(ctx, person, draft, form, campaign, None, done)
    if done == "second":
        return await _review(ctx, person, draft, form, campaign, Fault("second"))
    return await offline_gifts.after_draft(ctx, person, draft.id)
