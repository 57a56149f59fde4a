"""Handlers for limits that owners set: approval by a second person, automatic pauses, allowed sites, the number of
declined payments or fraud warnings that triggers a notice, new conversations on Discord, and the test of the monthly
offer.

Buttons: `st`, `st:<limit>`, `st:<limit>:reset`; prompts: `st:<limit>`.
"""

import re

from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.limits import NAMES, Limits
from bot.usecases.core.prompts import ask, clear
from bot.usecases.nudges import offer_test
from bot.usecases.reply import Form, Reply
from content.cards import Tap
from content.messages import staff_limits as messages
from content.messages.staff_limits import Limit

_MOST_RECIPIENTS = 1_000_000
_MOST_IN_AN_HOUR = 1_000  # a higher threshold would alert too late
_MOST_NEW_DMS = 50  # in a day; Discord flags bots that write first to more people
_MOST_SITES = 20
_MOST_LEFT_OUT = 50  # percent of new donors: more would not answer sooner
_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9])\.?/?")
_NAME = re.compile(r"@[a-z0-9_]{3,32}")  # a channel, group or bot on Telegram
_MENU = Tap(action="go:team")


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button: list all limits, ask for one, or reset one to its default."""
    await clear(ctx, person)
    name, _, choice = argument.partition(":")
    limit = _limit(name)
    if limit is None:
        return await _shown(ctx, person)
    if choice == "reset":
        await limits.set_limit(ctx, person, limit, None)
        return await _shown(ctx, person)
    return await _ask(ctx, person, limit)


async def written(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply:
    """Handle the typed value of a limit."""
    limit = _limit(prompt)
    if limit is None:
        await clear(ctx, person)
        return await _shown(ctx, person)
    read = read_limit(limit, text)
    if limit == "monthly_test" and isinstance(read, int) and read > 0:
        async with ctx.db.read() as conn:
            read = read if await offer_test.has_enough_donors(ctx, conn) else "few_donors"
    if isinstance(read, str):
        return await _ask(ctx, person, limit, read, text)
    await clear(ctx, person)
    await limits.set_limit(ctx, person, limit, read)
    return Reply(card=(await _shown(ctx, person)).card)


def read_limit(limit: Limit, text: str) -> int | tuple[str, ...] | messages.LimitProblem:
    """Return the typed value, or the problem with it."""
    if limit == "domains":
        parts = [part.lower() for part in re.split(r"[\s,;]+", text) if part]
        sites = [_site(part) for part in parts]
        return tuple(dict.fromkeys(sites)) if all(sites) and 0 < len(sites) <= _MOST_SITES else "host"
    bare = re.sub(r"[\s\u00a0\u202f%]", "", text)
    number = int(bare) if re.fullmatch(r"[0-9]{1,9}", bare) else -1
    if limit == "pause":
        return number if 1 <= number <= 100 else "percent"
    if limit in ("declined", "warned"):
        return number if 1 <= number <= _MOST_IN_AN_HOUR else "alarm"
    if limit == "new_dms":
        return number if 0 <= number <= _MOST_NEW_DMS else "new_dms"
    if limit == "monthly_test":
        return number if 0 <= number <= _MOST_LEFT_OUT else "monthly_test"
    return number if 0 <= number <= _MOST_RECIPIENTS else "number"


def _site(typed: str) -> str:
    """Return a Telegram name with its @, or the host of a site; empty if it is neither."""
    match = _HOST.fullmatch(typed)
    return typed if _NAME.fullmatch(typed) else match[1] if match is not None else ""


def _limit(name: str) -> Limit | None:
    return next((limit for limit in NAMES if limit == name), None)


async def _shown(ctx: Context, person: Member) -> Reply:
    async with ctx.db.read() as conn:
        now = await limits.read(ctx, conn)
    views = [_view(now, limit) for limit in NAMES]
    return Reply(card=messages.limits(ctx.catalog, person.locale, views, _MENU), mode="edit")


async def _ask(
    ctx: Context, person: Member, limit: Limit, problem: messages.LimitProblem | None = None, typed: str | None = None
) -> Reply:
    async with ctx.db.read() as conn:
        view = _view(await limits.read(ctx, conn), limit)
    reset = Tap(action=f"st:{limit}:reset") if view.own else None
    card, label = messages.ask(ctx.catalog, person.locale, view, reset, Tap(action="st"), problem)
    present = str(view.value) if isinstance(view.value, int) else ", ".join(view.value)
    form = Form(answers=f"st:{limit}", title=label, label=label, value=present if typed is None else typed)
    return await ask(ctx, person, Reply(card=card), form)


def _view(now: Limits, limit: Limit) -> messages.LimitView:
    value: messages.Value = getattr(now, limit)
    return messages.LimitView(limit=limit, value=value, own=limit in now.own, change=Tap(action=f"st:{limit}"))
