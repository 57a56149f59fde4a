"""Handlers for deposits: gifts outside Stripe that are not at the bank yet, grouped by slip.

Buttons: `of:dep` lists them; `of:b<slip>-<currency>` (slip 0: without one) and `of:h<gift>` ask for the day, with
`:other` for a typed one; `:<day>-<total>` books what the card showed: if that has changed, the new sum is shown.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.ids import read_id
from bot.domain.offline import banked_problem
from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.store.db import Connection
from bot.store.gifts import gifts as gift_rows
from bot.store.money import offline as rows
from bot.store.money.offline import Undeposited
from bot.usecases.context import Context, local_day
from bot.usecases.core.prompts import ask, clear
from bot.usecases.money import offline
from bot.usecases.reply import Form as Window
from bot.usecases.reply import Reply
from bot.usecases.staff.money.offline_draft import typed_day
from content.cards import Tap
from content.messages import deposits as messages
from content.messages import offline as gift_messages
from content.messages.deposits import DepositRow
from content.messages.offline import DayLabel, Fault
from payments.money import Money

LIST = Tap(action="of:dep")
_SHOWN = 4  # rows: Discord has five
_WHICH = re.compile(
    r"(?P<kind>[bh])(?P<id>\d{1,19})(?:-(?P<code>[a-z]{3}))?"
    r"(?::(?:(?P<other>other)|(?P<day>\d{4}-\d\d-\d\d)-(?P<total>\d{1,15})))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """Gifts that can be deposited together. `action`: of the button that chooses them."""

    action: str
    slip: int | None
    gifts: tuple[int, ...]
    total: Money
    received: date  # the last day on which one of them was received


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/deposit`: list what is not at the bank yet."""
    return await _list(ctx, person)


async def act(ctx: Context, person: Member, argument: str) -> Reply | None:
    """Handle a button; None if it is none of deposits, or its gifts were deposited."""
    if argument == "dep":
        return replace(await _list(ctx, person), mode="edit")
    match = _WHICH.fullmatch(argument)
    waiting = await _find(ctx, match) if match is not None else None
    if match is None or waiting is None:
        return None
    if match["other"]:
        return await _ask_day(ctx, person, waiting, None)
    if match["day"] is None or match["total"] != str(waiting.total.minor):
        return _choose(ctx, person, waiting, None)
    return await _book(ctx, person, waiting, date.fromisoformat(match["day"]))


async def written(ctx: Context, person: Member, prompt: str, text: str) -> Reply | None:
    """Handle a typed day; None if there is nothing to deposit any more."""
    match = _WHICH.fullmatch(prompt)
    waiting = await _find(ctx, match) if match is not None else None
    if waiting is None:
        await clear(ctx, person)
        return None
    day = typed_day(ctx, text)
    if isinstance(day, Fault):
        return await _ask_day(ctx, person, waiting, day)
    await clear(ctx, person)
    return replace(await _book(ctx, person, waiting, day), mode="new")


async def choose_for_gift(ctx: Context, person: Member, gift_id: int) -> Reply | None:
    """Ask when one gift was deposited; None if it is at the bank."""
    match = _WHICH.fullmatch(f"h{gift_id}")
    waiting = await _find(ctx, match) if match is not None else None
    return None if waiting is None else _choose(ctx, person, waiting, None)


async def _list(ctx: Context, person: Member) -> Reply:
    async with ctx.db.read() as conn:
        found = await rows.undeposited(conn)
    waiting = [
        DepositRow(
            slip=one.slip_id,
            count=len(one.gifts),
            total=one.total,
            choose=Tap(action=f"of:b{one.slip_id or 0}-{one.total.currency}"),
        )
        for one in found
    ]
    card = messages.deposits(
        ctx.catalog, person.locale, waiting[:_SHOWN], Tap(action="of:"), more=max(0, len(waiting) - _SHOWN)
    )
    return Reply(card=card)


async def _find(ctx: Context, match: re.Match[str]) -> _Waiting | None:
    number, code = read_id(match["id"]) or 0, match["code"]
    async with ctx.db.read() as conn:
        found = await (_of_gift(conn, number) if match["kind"] == "h" else _of_slip(conn, number, code))
        if found is None:
            return None
        received = max(row.received_on for row in (await rows.by_gifts(conn, found.gifts)).values())
    action = f"of:{match['kind']}{number}" + (f"-{code}" if code else "")
    return _Waiting(action=action, slip=found.slip_id, gifts=found.gifts, total=found.total, received=received)


async def _of_gift(conn: Connection, number: int) -> Undeposited | None:
    row = (await rows.by_gifts(conn, [number])).get(number)
    gift = await gift_rows.by_id(conn, number)
    if row is None or gift is None or row.banked_on is not None or row.taken_back_at is not None:
        return None
    return Undeposited(slip_id=row.slip_id, gifts=(number,), total=gift.book.counted)


async def _of_slip(conn: Connection, slip: int, code: str | None) -> Undeposited | None:
    found = await rows.undeposited(conn)
    return next((one for one in found if (one.slip_id or 0) == slip and one.total.currency == code), None)


def _choose(ctx: Context, person: Member, waiting: _Waiting, fault: Fault | None) -> Reply:
    today = local_day(ctx, ctx.clock())
    days: list[tuple[DayLabel, date]] = [("today", today), ("yesterday", today - timedelta(days=1))]
    choices = [
        (
            gift_messages.label(ctx.catalog, person.locale, key),
            Tap(action=f"{waiting.action}:{day}-{waiting.total.minor}"),
        )
        for key, day in days
        if banked_problem(day, waiting.received, today) is None
    ]
    choices.append(
        (gift_messages.label(ctx.catalog, person.locale, "other_day"), Tap(action=f"{waiting.action}:other"))
    )
    card = messages.deposit_day(ctx.catalog, person.locale, _row(waiting), choices, fault, LIST)
    return Reply(card=card, mode="edit")


async def _ask_day(ctx: Context, person: Member, waiting: _Waiting, fault: Fault | None) -> Reply:
    card = messages.deposit_day(ctx.catalog, person.locale, _row(waiting), (), fault, LIST)
    title, label = messages.day_form(ctx.catalog, person.locale)
    prompt = f"{waiting.action}:other"
    return await ask(ctx, person, Reply(card=card), Window(answers=prompt, title=title, label=label))


async def _book(ctx: Context, person: Member, waiting: _Waiting, day: date) -> Reply:
    problem = banked_problem(day, waiting.received, local_day(ctx, ctx.clock()))
    if problem is not None:
        return _choose(ctx, person, waiting, Fault(problem))
    slip = await offline.bank(ctx, waiting.gifts, day, person, waiting.slip)
    assert slip is not None  # a new one, if they had none
    card = messages.deposited(ctx.catalog, person.locale, waiting.total, day, slip, LIST)
    return Reply(card=card, mode="edit")


def _row(waiting: _Waiting) -> DepositRow:
    return DepositRow(
        slip=waiting.slip, count=len(waiting.gifts), total=waiting.total, choose=Tap(action=waiting.action)
    )
