"""Handlers for match periods: who doubles gifts to a campaign, up to how much and until when.

Buttons: `ma:c<campaign>` lists its periods; `ma:n<campaign>` begins a draft; `ma:d<draft>:<field>` asks for a field,
`:go` starts it, `:drop` drops it; `ma:e<match>` asks whether to end one early, `ma:e<match>!` ends it.
"""

import re
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.amounts import read_amount
from bot.domain.campaigns import Campaign
from bot.domain.ids import read_id
from bot.domain.matching import MatchPeriod
from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.domain.time_input import read_time
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.matching import matches
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft, Stale
from bot.usecases.broadcasts.plan import CannotSend, local_time
from bot.usecases.context import Context
from bot.usecases.core import staff_texts
from bot.usecases.core.audit import log_action
from bot.usecases.core.prompts import CANCEL, ask, clear
from bot.usecases.matching import matching
from bot.usecases.reply import Form, Reply
from content.cards import Tap
from content.messages import matching as messages
from payments.money import Money

KIND = "match"
FIELDS = ("fr", "en", "pool", "until")  # asked in this order; `from` defaults to now
_NAMES = ("fr", "en")  # the sponsor's name as donors read it
_LONGEST_NAME = 80
_LARGEST_POOL = 10_000_000_00  # minor units
_BUTTON = re.compile(r"(?P<kind>[cnde])(?P<id>\d{1,19})(?::(?P<what>[a-z]+))?(?P<sure>!)?")


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle every button of match periods, however old."""
    match = _BUTTON.fullmatch(argument)
    number = read_id(match["id"]) if match is not None else None
    if match is None or number is None:
        return _stale(ctx, person)
    if match["kind"] == "e":
        return await _end(ctx, person, number, sure=match["sure"] is not None)
    if match["kind"] == "d":
        draft = await _draft(ctx, number)
        return await _on_draft(ctx, person, draft, match["what"] or "") if draft else _stale(ctx, person)
    campaign = await _campaign(ctx, number)
    if campaign is None:
        return _stale(ctx, person)
    return await (_begin if match["kind"] == "n" else _list)(ctx, person, campaign)


async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle a typed field: save it and ask for the next one, or ask again with the problem."""
    digits, _, field = prompt.removeprefix("d").partition(":")
    draft = await _draft(ctx, read_id(digits) or 0)
    campaign = await _campaign(ctx, draft.body["campaign"]) if draft is not None else None
    if draft is None or campaign is None:
        await clear(ctx, person)
        return _stale(ctx, person)
    value = _read(ctx, campaign, field, text)
    if field in _NAMES and (found := await staff_texts.foreign(ctx, [text])):
        value = messages.Fault("foreign", found)
    if isinstance(value, messages.Fault):
        return await _ask(ctx, person, draft, field, value)
    await clear(ctx, person)
    try:
        async with ctx.db.write() as conn:
            draft = await drafts.save(conn, draft, {**draft.body, field: value}, person.id or None, ctx.clock())
    except Stale:
        return _stale(ctx, person)
    return await _next(ctx, person, draft, campaign)


def _read(ctx: Context, campaign: Campaign, field: str, text: str) -> str | int | messages.Fault:
    """Return a field as stored in the draft: a name, minor units, or an ISO time in UTC."""
    if field in _NAMES:
        name = " ".join(text.split())
        return name if 0 < len(name) <= _LONGEST_NAME else messages.Fault("name")
    if field == "pool":
        code = campaign.goal.currency
        read = read_amount(text, code=code, minimum=Money(1, code), maximum=Money(_LARGEST_POOL, code), charged=False)
        return read.minor if isinstance(read, Money) else messages.Fault("amount")
    return _time(ctx, field, text)


def _time(ctx: Context, field: str, text: str) -> str | messages.Fault:
    """Parse a time; a day alone means until its end, or from its beginning."""
    today = ctx.clock().astimezone(ZoneInfo(ctx.zone)).date()
    typed, whole_day = read_time(text, today), False
    if typed is None:
        typed, whole_day = read_time(f"{text} 0:00", today), True
    if typed is None:
        return messages.Fault("time")
    at = time(23, 59) if whole_day and field == "until" else typed.at
    try:
        moment = local_time(ctx, typed.day, at)
    except CannotSend:
        return messages.Fault("time")
    if moment <= ctx.clock() and field == "until":
        return messages.Fault("past")
    return moment.astimezone(UTC).isoformat()


async def _on_draft(ctx: Context, person: Member, draft: Draft, choice: str) -> Reply:
    campaign = await _campaign(ctx, draft.body["campaign"])
    if campaign is None:
        return _stale(ctx, person)
    if choice in (*FIELDS, "from"):
        return await _ask(ctx, person, draft, choice, None)
    if choice == "drop":
        async with ctx.db.write() as conn:
            await drafts.drop(conn, draft.id)
        return await _list(ctx, person, campaign)
    return await _start(ctx, person, draft, campaign) if choice == "go" else await _next(ctx, person, draft, campaign)


async def _begin(ctx: Context, person: Member, campaign: Campaign) -> Reply:
    draft = Draft(id=ctx.ids.new(), kind=KIND, body={"campaign": campaign.id}, changed_by=person.id or None)
    async with ctx.db.write() as conn:
        await drafts.add(conn, draft, ctx.clock())
    return await _next(ctx, person, draft, campaign)


async def _next(ctx: Context, person: Member, draft: Draft, campaign: Campaign) -> Reply:
    """Ask for the first missing field, or show everything for review."""
    missing = next((field for field in FIELDS if field not in draft.body), None)
    if missing is not None:
        return await _ask(ctx, person, draft, missing, None)
    return _review(ctx, person, draft, campaign, None)


async def _ask(ctx: Context, person: Member, draft: Draft, field: str, fault: messages.Fault | None) -> Reply:
    card = messages.ask_field(ctx.catalog, person.locale, field, fault, CANCEL)
    title, label = messages.field_form(ctx.catalog, person.locale, field)
    return await ask(ctx, person, Reply(card=card), Form(answers=f"ma:d{draft.id}:{field}", title=title, label=label))


def _review(ctx: Context, person: Member, draft: Draft, campaign: Campaign, fault: messages.Fault | None) -> Reply:
    view = messages.ReviewView(
        campaign=campaign.authored,
        period=_row(_period(ctx, draft, campaign), None),
        zone=ctx.zone,
        fault=fault,
        fields=tuple((field, Tap(action=f"ma:d{draft.id}:{field}")) for field in (*FIELDS, "from")),
        go=Tap(action=f"ma:d{draft.id}:go"),
        drop=Tap(action=f"ma:d{draft.id}:drop"),
    )
    return Reply(card=messages.review(ctx.catalog, person.locale, view))


def _period(ctx: Context, draft: Draft, campaign: Campaign) -> MatchPeriod:
    """Return the period that a complete draft would become now."""
    body: dict[str, Any] = dict(draft.body)
    now = ctx.clock()
    begins = datetime.fromisoformat(body["from"]) if "from" in body else now
    pool = Money(body["pool"], campaign.goal.currency)
    return MatchPeriod(
        id=draft.id,
        campaign_id=campaign.id,
        sponsor={"fr": body["fr"], "en": body["en"]},
        pool=pool,
        left=pool,
        starts_at=max(begins, now),  # gifts already thanked are not matched later
        ends_at=datetime.fromisoformat(body["until"]),
    )


async def _start(ctx: Context, person: Member, draft: Draft, campaign: Campaign) -> Reply:
    if any(field not in draft.body for field in FIELDS):
        return await _next(ctx, person, draft, campaign)
    period = _period(ctx, draft, campaign)
    if period.ends_at <= period.starts_at:
        return _review(ctx, person, draft, campaign, messages.Fault("order"))
    if found := await staff_texts.foreign(ctx, period.sponsor.values()):
        return _review(ctx, person, draft, campaign, messages.Fault("foreign", found))
    async with ctx.db.write_money() as conn:
        if await drafts.by_id(conn, draft.id) is None:
            return _stale(ctx, person)  # a second tap: it has started
        begun = await matching.add_period(conn, period)
        if begun:
            await drafts.drop(conn, draft.id)
            details = {"campaign": campaign.slug, "sponsor": period.sponsor["fr"], "pool": period.pool.minor}
            await log_action(ctx, conn, person, "match.begun", **details)
    if not begun:
        return _review(ctx, person, draft, campaign, messages.Fault("overlap"))
    return await _list(ctx, person, campaign)


async def _end(ctx: Context, person: Member, match_id: int, *, sure: bool) -> Reply:
    async with ctx.db.read() as conn:
        period = next((p for p in await matches.everything(conn) if p.id == match_id), None)
    campaign = await _campaign(ctx, period.campaign_id) if period is not None else None
    if period is None or campaign is None or period.closed_at is not None or period.ends_at <= ctx.clock():
        return _stale(ctx, person)
    if not sure:
        yes, no = Tap(action=f"ma:e{match_id}!"), Tap(action=f"ma:c{campaign.id}")
        row = _row(period, None)
        return Reply(card=messages.confirm_end(ctx.catalog, person.locale, row, yes, no), mode="edit")
    async with ctx.db.write_money() as conn:
        await matches.close(conn, match_id, campaign.id, ctx.clock())
        await log_action(ctx, conn, person, "match.ended", campaign=campaign.slug, sponsor=period.sponsor["fr"])
    return await _list(ctx, person, campaign)


async def _list(ctx: Context, person: Member, campaign: Campaign) -> Reply:
    now = ctx.clock()
    async with ctx.db.read() as conn:
        periods = await matches.of_campaigns(conn, [campaign.id])
    running = [p for p in periods if p.closed_at is None and p.ends_at > now]
    rows = tuple(_row(p, Tap(action=f"ma:e{p.id}") if p in running else None) for p in periods[-messages.MOST :])
    card = messages.matches(
        ctx.catalog,
        person.locale,
        campaign=campaign.authored,
        periods=rows,
        zone=ctx.zone,
        new=Tap(action=f"ma:n{campaign.id}"),
        back=Tap(action=f"cv:{campaign.id}"),
    )
    return Reply(card=card, mode="edit")


def _row(period: MatchPeriod, end: Tap | None) -> messages.PeriodRow:
    return messages.PeriodRow(
        sponsor=period.sponsor,
        pool=period.pool,
        left=period.left,
        starts_at=period.starts_at,
        ends_at=period.closed_at or period.ends_at,
        end=end,
    )


def _stale(ctx: Context, person: Member) -> Reply:
    return Reply(card=messages.stale(ctx.catalog, person.locale), mode="edit")


async def _draft(ctx: Context, number: int) -> Draft | None:
    if number >= 2**63:
        return None
    async with ctx.db.read() as conn:
        draft = await drafts.by_id(conn, number)
    return draft if draft is not None and draft.kind == KIND else None


async def _campaign(ctx: Context, number: int) -> Campaign | None:
    if number >= 2**63:
        return None
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [number])).get(number)
