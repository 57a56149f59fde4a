"""Handlers for gifts outside Stripe that are booked: one gift, undoing, counter-entries.

Buttons: `of:` shows the ones entered last; `of:u<batch>` undoes what was entered together; `of:g<gift>` shows one, with
`:bank` and `:unbank`; `:back` asks why it is taken back, `:back=<reason>` asks to confirm, `:back!=<reason>` does it;
`:other` asks for a typed reason, and `of:k<draft>` takes it back for that.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain.gifts import Gift
from bot.domain.ids import read_id
from bot.domain.offline import note_problem
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection
from bot.store.gifts import gifts as gift_rows
from bot.store.money import offline as rows
from bot.store.money.offline import OfflineGift
from bot.store.staff import drafts, staff
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context, local_day
from bot.usecases.core.prompts import CANCEL, ask, clear, expect
from bot.usecases.money import offline
from bot.usecases.reply import Form as Window
from bot.usecases.reply import Reply
from bot.usecases.staff.money import deposits
from bot.usecases.staff.money.offline_draft import Form
from content.campaign import Campaign
from content.cards import Tap
from content.messages import offline as messages
from content.messages import offline_draft as draft_messages
from content.messages.offline import CHOSEN_REASONS, Fault, GiftsView
from payments.money import Money

_LATEST = 3  # gifts entered last, as buttons: Discord has five rows
_GIFT = re.compile(r"g(?P<id>\d{1,19})(?::(?P<what>[a-z]+)(?P<sure>!)?(?:=(?P<why>[a-z_]+))?)?")
_BATCH = re.compile(r"(?P<what>[uk])(?P<id>\d{1,19})")


async def start(ctx: Context, person: Member) -> Reply:
    """Say how to enter a gift, and show the ones entered last; the next text is taken as a gift."""
    async with ctx.db.read() as conn:
        latest = await _views(conn, await rows.latest(conn, _LATEST))
    shown = [(view, Tap(action=f"of:g{view.number}")) for view in latest]
    new = Tap(action="of:new")
    card = draft_messages.start(ctx.catalog, person.locale, shown, deposits.LIST, CANCEL, new)
    await expect(ctx, person, "of:")
    return Reply(card=card)


def stale(ctx: Context, person: Member) -> Reply:
    """Say that a button no longer works."""
    return Reply(card=messages.stale(ctx.catalog, person.locale, Tap(action="of:")), mode="edit")


async def act(ctx: Context, person: Member, argument: str) -> Reply:
    """Handle every button about booked gifts and deposits, however old."""
    await clear(ctx, person)
    if argument == "":
        return replace(await start(ctx, person), mode="edit")
    if argument == "new":
        return await _ask_new(ctx, person)
    if match := _BATCH.fullmatch(argument):
        return replace(await _ON_BATCH[match["what"]](ctx, person, read_id(match["id"]) or 0), mode="edit")
    match = _GIFT.fullmatch(argument)
    if match is None:
        return await deposits.act(ctx, person, argument) or stale(ctx, person)
    number = read_id(match["id"]) or 0
    what, why = match["what"], match["why"] or ""
    if what == "back":
        reply = await _take_back(ctx, person, number, why, sure=match["sure"] is not None)
    elif what == "other":
        reply = await _ask_reason(ctx, person, number, None)
    elif what == "unbank":
        await offline.bank(ctx, [number], None, person)
        reply = await shown(ctx, person, number)
    elif what == "bank":
        reply = await deposits.choose_for_gift(ctx, person, number) or stale(ctx, person)
    else:
        reply = await shown(ctx, person, number)
    return replace(reply, mode="edit")


async def written(ctx: Context, person: Member, prompt: str, text: str) -> Reply:
    """Handle the typed reason of a counter-entry, or the typed day of a deposit."""
    match = _GIFT.fullmatch(prompt)
    if match is None:
        return await deposits.written(ctx, person, prompt, text) or stale(ctx, person)
    number, why = read_id(match["id"]) or 0, " ".join(text.split())
    problem = note_problem(why)
    if problem is not None or not why:
        return await _ask_reason(ctx, person, number, Fault(problem) if problem else None)
    await clear(ctx, person)
    view = await _view_of(ctx, number)
    if view is None:
        return stale(ctx, person)
    why += "." if why in messages.REASONS else ""  # a typed reason is never one of the buttons
    draft = Draft(
        id=ctx.ids.new(), kind=offline.REASON, body={"gift": number, "why": why}, changed_by=person.id or None
    )
    async with ctx.db.write() as conn:
        await drafts.add(conn, draft, ctx.clock())
    yes, no = Tap(action=f"of:k{draft.id}"), Tap(action=f"of:g{number}")
    return Reply(card=messages.confirm_take_back(ctx.catalog, person.locale, view, why, yes, no))


async def _ask_new(ctx: Context, person: Member) -> Reply:
    """Ask what came."""
    card = draft_messages.ask_what(ctx.catalog, person.locale, CANCEL)
    title, label = draft_messages.start_form(ctx.catalog, person.locale)
    window = Window(answers="of:", title=title, label=label)
    return await ask(ctx, person, Reply(card=card, mode="edit"), window)


# --- after a draft ------------------------------------------------------------------------------
async def after_draft(ctx: Context, person: Member, batch: int) -> Reply:
    """Show what a draft became: also after a second tap, or a tap that was answered late."""
    async with ctx.db.read() as conn:
        found = await rows.of_batch(conn, batch)
        if not found or found[0].taken_back_at is not None:
            return stale(ctx, person)
        (view,) = await _views(conn, [found[0].gift_id])
        gift = await gift_rows.by_id(conn, found[0].gift_id)
        assert gift is not None  # by foreign key
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
        undo = await offline.may_undo(ctx, conn, found[0], person)
    added = draft_messages.AddedView(
        gifts=replace(view, count=len(found)),
        raised=campaign.raised,
        goal=campaign.goal,
        another=Tap(action=f"of:a{batch}"),
        undo=Tap(action=f"of:u{batch}") if undo else None,
        deposits=deposits.LIST,
    )
    return Reply(card=draft_messages.added(ctx.catalog, person.locale, added), mode="edit")


async def like(ctx: Context, batch: int) -> Form | None:
    """Return a form for another gift like those that were entered together, without amount and note; or None."""
    async with ctx.db.read() as conn:
        found = await rows.of_batch(conn, batch)
        gift = await gift_rows.by_id(conn, found[0].gift_id) if found else None
    if gift is None:
        return None
    row, way = found[0], gift.book.origin
    return Form(campaign=gift.campaign_id, way=way, received=row.received_on, banked=row.banked_on, slip=row.slip_id)


async def _undo(ctx: Context, person: Member, batch: int) -> Reply:
    total = await offline.undo(ctx, batch, person)
    if total is None:
        return stale(ctx, person)
    return Reply(card=messages.taken_back(ctx.catalog, person.locale, total))


async def _taken_back_as_typed(ctx: Context, person: Member, draft_id: int) -> Reply:
    async with ctx.db.write() as conn:
        draft = await drafts.take(conn, draft_id, offline.REASON, 0)
    if draft is None:
        return stale(ctx, person)
    return await _done(ctx, person, int(draft.body["gift"]), str(draft.body["why"]))


# --- one gift -----------------------------------------------------------------------------------
async def shown(ctx: Context, person: Member, number: int) -> Reply:
    """Show one gift, with what this person can still do with it."""
    async with ctx.db.read() as conn:
        row = (await rows.by_gifts(conn, [number])).get(number)
        gift = await gift_rows.by_id(conn, number)
        if row is None or gift is None:
            return stale(ctx, person)
        (view,) = await _views(conn, [number])
        labels = await _labels(conn, row)
        alone = len(await rows.of_batch(conn, row.batch)) == 1
        undo = alone and await offline.may_undo(ctx, conn, row, person)
        allowed = await offline.may_take_back(ctx, conn, row, gift, person)
    is_live = row.taken_back_at is None

    def tap(what: str, *, when: bool) -> Tap | None:
        return Tap(action=f"of:g{number}:{what}") if when and is_live else None

    booked = messages.BookedView(
        gifts=view,
        by=labels.get(row.entered_by or 0, "obole"),
        entered_on=local_day(ctx, row.entered_at),
        approved_by=labels.get(row.approved_by or 0, ""),
        taken_back_on=None if row.taken_back_at is None else local_day(ctx, row.taken_back_at),
        why=row.taken_back_why or "",
        undo=Tap(action=f"of:u{row.batch}") if undo else None,
        take_back=tap("back", when=allowed and not undo),
        owners_only=is_live and not allowed,
        bank=tap("bank", when=row.banked_on is None),
        unbank=tap("unbank", when=row.banked_on is not None),
        back=Tap(action="of:"),
    )
    return Reply(card=messages.booked(ctx.catalog, person.locale, booked))


async def _take_back(ctx: Context, person: Member, number: int, why: str, *, sure: bool) -> Reply:
    view = await _view_of(ctx, number)
    if view is None:
        return stale(ctx, person)
    if why not in CHOSEN_REASONS:
        choices = [(reason, Tap(action=f"of:g{number}:back={reason}")) for reason in CHOSEN_REASONS]
        other, back = Tap(action=f"of:g{number}:other"), Tap(action=f"of:g{number}")
        return Reply(card=messages.reasons(ctx.catalog, person.locale, view, choices, other, back))
    if not sure:
        yes, no = Tap(action=f"of:g{number}:back!={why}"), Tap(action=f"of:g{number}")
        return Reply(card=messages.confirm_take_back(ctx.catalog, person.locale, view, why, yes, no))
    return await _done(ctx, person, number, why)


async def _done(ctx: Context, person: Member, number: int, why: str) -> Reply:
    total = await offline.take_back(ctx, number, person, why)
    if total is None:
        return await shown(ctx, person, number)  # says that it was taken back, or who may
    return Reply(card=messages.taken_back(ctx.catalog, person.locale, total))


async def _ask_reason(ctx: Context, person: Member, number: int, fault: Fault | None) -> Reply:
    card = messages.ask_reason(ctx.catalog, person.locale, fault, CANCEL)
    title, label = messages.reason_form(ctx.catalog, person.locale)
    return await ask(ctx, person, Reply(card=card), Window(answers=f"of:g{number}:other", title=title, label=label))


async def _view_of(ctx: Context, number: int) -> GiftsView | None:
    async with ctx.db.read() as conn:
        found = await _views(conn, [number])
    return found[0] if found else None


async def _views(conn: Connection, ids: Sequence[int]) -> list[GiftsView]:
    """Return what cards show of booked gifts, in this order."""
    known, found = await rows.by_gifts(conn, ids), await gift_rows.by_ids(conn, ids)
    campaigns = await campaign_rows.by_ids(conn, {gift.campaign_id for gift in found.values()})
    return [
        view_of(found[number], known[number], campaigns[found[number].campaign_id].authored)
        for number in ids
        if number in known
    ]


def view_of(gift: Gift, row: OfflineGift, campaign: Campaign) -> GiftsView:
    """Return what cards show of one booked gift."""
    return GiftsView(
        campaign=campaign,
        money=Money(gift.book.amount, gift.book.currency),
        count=1,
        way=gift.book.origin.value,
        received=row.received_on,
        banked=row.banked_on,
        note=row.note,
        slip=row.slip_id,
        is_late=gift.late,
        number=gift.id,
    )


async def _labels(conn: Connection, row: OfflineGift) -> dict[int, str]:
    """Return the names of those who entered and confirmed it, as colleagues see them."""
    people = [who for who in (row.entered_by, row.approved_by) if who is not None]
    return {number: member.label for number, member in (await staff.by_ids(conn, people)).items()}


_ON_BATCH: Mapping[str, Callable[[Context, Member, int], Awaitable[Reply]]] = {
    "u": _undo,
    "k": _taken_back_as_typed,
}
