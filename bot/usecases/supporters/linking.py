"""Link a person's Telegram and Discord accounts to one supporter, after each confirms the other's name.

The account that types the code is asked first, then the one that got it. People can be tricked into giving away a code,
and a merge cannot be undone, so staff are notified and can open a case.
"""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.codes import BRIEF, code_hash, new_code
from bot.domain.people import Supporter
from bot.store.db import Connection
from bot.store.supporters import link_codes, supporters
from bot.store.supporters.link_codes import LinkCode
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.notify import notify_staff
from bot.usecases.referral_tree.thank_inviter import add_service_message
from bot.usecases.supporters.merging import merge

GOOD_FOR = timedelta(minutes=10)
ANSWERED_WITHIN = timedelta(minutes=15)  # after the code was typed, and again after the first yes
CONFIRM, LINKED, REFUSED = "link_confirm", "link_linked", "link_refused"  # messages from the outbox
_SECRETS = random.SystemRandom()


class Linked(StrEnum):
    """The result of a code, or of an answer to the question about it."""

    DONE = "done"
    AGREED = "agreed"  # this account confirmed; now the other one is asked
    REFUSED = "refused"  # this account declined
    WRONG = "wrong"  # unknown, mistyped, used or expired; deliberately not distinguished
    SAME = "same"  # the code of this account itself
    ONE_PLATFORM = "one_platform"  # both supporters have an account on the same platform
    TOO_MANY = "too_many"  # wrong guesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question to one account whether `other` belongs to the same person."""

    code: LinkCode
    other: Supporter


async def create_code(ctx: Context, person: Supporter) -> str:
    """Return a new code to type on the other platform within ten minutes.

    Earlier codes stay valid, since a tap on the command in the bot's own message requests another one.
    """
    code = new_code(_SECRETS, BRIEF)
    async with ctx.db.write() as conn:
        await link_codes.forget_old(conn, ctx.clock())
        new = LinkCode(
            id=ctx.ids.new(),
            hash=code_hash(code, "link"),
            supporter_id=person.id,
            address_id=person.address_id,
            expires_at=ctx.clock() + GOOD_FOR,
        )
        await link_codes.add(conn, new)
    return code


async def redeem(ctx: Context, person: Supporter, code: str) -> Linked | Question:
    """Redeem a code typed by the other account; return the question to ask, or why there is none."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if await rate_limits.is_spent(ctx, conn, rate_limits.GUESSES, person.platform, person.external_id):
            return Linked.TOO_MANY
        link_code = await link_codes.by_hash(conn, code_hash(code, "link"), now)
        owner = await _at(conn, link_code.address_id) if link_code is not None else None
        if link_code is None or owner is None or link_code.typed_by not in (None, person.address_id):
            await rate_limits.spend(ctx, conn, rate_limits.GUESSES, person.platform, person.external_id)
            return Linked.WRONG
        if owner.id == person.id:
            return Linked.SAME
        if await _share_a_platform(conn, owner.id, person.id):
            return Linked.ONE_PLATFORM
        typed = replace(link_code, typed_by=person.address_id, expires_at=now + ANSWERED_WITHIN)
        await link_codes.change(conn, typed)
    return Question(code=typed, other=owner)


async def waiting_question(ctx: Context, person: Supporter) -> Question | None:
    """Return the question that this account has yet to answer after the other one confirmed, or None."""
    async with ctx.db.read() as conn:
        code = await link_codes.waiting_for(conn, person.id, ctx.clock())
        return await _question(conn, code, person)


async def question_by_id(ctx: Context, number: int, person: Supporter) -> Question | None:
    """Return the question with that number, or None if it is not addressed to this account."""
    async with ctx.db.read() as conn:
        return await _question(conn, await link_codes.by_id(conn, number, ctx.clock()), person)


async def _question(conn: Connection, code: LinkCode | None, person: Supporter) -> Question | None:
    if code is None or code.agreed_at is None or code.typed_by is None or code.address_id != person.address_id:
        return None
    other = await _at(conn, code.typed_by)
    return None if other is None else Question(code=code, other=other)


async def answer(ctx: Context, person: Supporter, number: int, *, yes: bool) -> Linked:
    """Record the answer of one of the two accounts; the one that typed the code answers first."""
    now = ctx.clock()
    async with ctx.db.write_money() as conn:
        code = await link_codes.by_id(conn, number, now)
        if code is None or code.typed_by is None:
            return Linked.WRONG
        owner, typist = await _at(conn, code.address_id), await _at(conn, code.typed_by)
        if owner is None or typist is None or person.address_id not in (owner.address_id, typist.address_id):
            return Linked.WRONG
        first = person.address_id == typist.address_id
        if not yes:
            await link_codes.drop(conn, code.id)
            if code.agreed_at is not None:
                await add_service_message(ctx, conn, owner if first else typist, REFUSED, {"link": code.id})
            outcome = Linked.REFUSED
        elif first:
            outcome = await _agreed(ctx, conn, code, owner)
        else:
            outcome = await _join(ctx, conn, code, owner, typist)
    ctx.wake()
    return outcome


async def _agreed(ctx: Context, conn: Connection, code: LinkCode, owner: Supporter) -> Linked:
    """After the first confirmation, ask the account that got the code, once."""
    if code.agreed_at is None:
        now = ctx.clock()
        await link_codes.change(conn, replace(code, agreed_at=now, expires_at=now + ANSWERED_WITHIN))
        await add_service_message(ctx, conn, owner, CONFIRM, {"link": code.id})
    return Linked.AGREED


async def _join(ctx: Context, conn: Connection, code: LinkCode, owner: Supporter, typist: Supporter) -> Linked:
    """After the second confirmation, merge. Either account may have been linked or erased meanwhile."""
    if code.agreed_at is None or owner.id == typist.id:
        return Linked.WRONG
    if await _share_a_platform(conn, owner.id, typist.id):
        return Linked.ONE_PLATFORM
    winner = await merge(ctx, conn, owner.id, typist.id)
    if winner is None:
        return Linked.WRONG
    await add_service_message(ctx, conn, typist, LINKED, {"link": code.id})
    await notify_staff(ctx, conn, f"linked:{code.id}", "linked", supporter=winner)
    return Linked.DONE


async def _at(conn: Connection, address_id: int) -> Supporter | None:
    """Return the supporter at an address, or None if they were erased."""
    supporter = (await supporters.by_address_ids(conn, [address_id])).get(address_id)
    return None if supporter is None or supporter.is_erased else supporter


async def _share_a_platform(conn: Connection, supporter_id: int, other: int) -> bool:
    platforms = {i: {a.platform for a in await supporters.addresses_of(conn, [i])} for i in (supporter_id, other)}
    return bool(platforms[supporter_id] & platforms[other])
