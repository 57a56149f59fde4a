"""One-time codes that add a staff member: the first owner's, an invitation's, and the recovery code on paper."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.domain.codes import LONG, SHORT, code_hash, new_code
from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.store.db import Connection
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.access import add_member
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from bot.usecases.reply import Reply
from content.cards import Tap
from content.messages import staff as messages

FIRST, RECOVERY, INVITE = "first", "recovery", "invite"
LIVES = timedelta(hours=24)

CodeProblem = Literal["wrong", "too_many"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A new staff member. `recovery`: the new recovery code, shown only this once."""

    person: Member
    recovery: str | None


async def make(ctx: Context, conn: Connection, role: Role, purpose: str, made_by: int | None = None) -> str:
    """Return a new code, valid once and, unless it is a recovery code, for a day.

    A new first-owner or recovery code invalidates the previous one.
    """
    if purpose != INVITE:
        await staff.drop_codes(conn, purpose)
    code, now = new_code(ctx.rng, LONG if purpose == RECOVERY else SHORT), ctx.clock()
    ends_at = None if purpose == RECOVERY else now + LIVES
    await staff.add_code(conn, code_hash(code), role, purpose, made_by=made_by, at=now, ends_at=ends_at)
    return code


async def first_owner(ctx: Context) -> str | None:
    """Return a code for the first owner, or None if there is an owner."""
    async with ctx.db.write() as conn:
        if await staff.owner_count(conn):
            return None
        return await make(ctx, conn, Role.OWNER, FIRST)


async def claim(ctx: Context, contact: Contact, code: str) -> Reply:
    """Handle a code: add the person as staff, or refuse it."""
    claimed = await _claim(ctx, contact, code)
    if not isinstance(claimed, Claimed):
        return Reply(
            card=messages.code_refused(ctx.catalog, contact.locale, charity=ctx.charity, too_many=claimed == "too_many")
        )
    person = claimed.person
    card = messages.welcome_staff(ctx.catalog, person.locale, role=person.role.value, menu=Tap(action="go:team"))
    if claimed.recovery is None:
        return Reply(card=card)
    return Reply(card=card, more=(messages.recovery(ctx.catalog, person.locale, claimed.recovery),))


async def _claim(ctx: Context, contact: Contact, code: str) -> Claimed | CodeProblem:
    """Claim a code in one transaction, so that it adds one person only."""
    now, who = ctx.clock(), (contact.platform, contact.external_id)
    async with ctx.db.write() as conn:
        if await rate_limits.is_spent(ctx, conn, rate_limits.STAFF_GUESSES, *who):
            return "too_many"
        used = await staff.use_code(conn, code_hash(code), now)
        if used is None or (used[1] == FIRST and await staff.owner_count(conn, hold=True)):
            await rate_limits.spend(ctx, conn, rate_limits.STAFF_GUESSES, *who)
            return "wrong"
        role, purpose, made_by = used
        person = await _join(ctx, conn, contact, role, made_by)
        recovery = None if purpose == INVITE else await make(ctx, conn, Role.OWNER, RECOVERY)
    return Claimed(person=person, recovery=recovery)


async def _join(ctx: Context, conn: Connection, contact: Contact, role: Role, made_by: int | None) -> Member:
    """Give a person the code's role; members keep a higher role, and the finance right if they were given it."""
    known = await staff.find(conn, contact.platform, contact.external_id)
    before = known if known is not None and known.role_guild is None else None
    if before is not None and before.role.may(role):
        role = before.role
    finance = before is not None and before.finance
    person = await add_member(ctx, conn, contact, known, role, added_by=made_by, finance=finance)
    maker = (await staff.by_ids(conn, [made_by])).get(made_by) if made_by is not None else None
    details = {"label": person.label, "role": role.value, "by": "" if maker is None else maker.label}
    await log_action(ctx, conn, person, "staff.joined", **details)
    await notify_staff(ctx, conn, f"staff_added:{ctx.ids.new()}", "staff_added", **details)
    return person
