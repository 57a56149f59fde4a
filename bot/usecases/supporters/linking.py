"""Link: somebody's Telegram and Discord accounts become one supporter, after both have said yes to the other's name.

A code is typed in the other account, which is asked first; then the account that was given the code is asked. Codes can
be coaxed out of people, and a merge cannot be undone: staff are notified and can open a case.
"""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.codes import BRIEF, code_hash, new_code
from bot.domain.people import Contact, Supporter
from bot.store.db import Connection
from bot.store.supporters import link_codes, supporters
from bot.store.supporters.link_codes import LinkCode
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.join import who
from bot.usecases.core.notify import notify_staff
from bot.usecases.referral_tree.thank_inviter import add_service_message
from bot.usecases.supporters.merging import merge

GOOD_FOR = timedelta(minutes=10)
ANSWERED_WITHIN = timedelta(minutes=15)  # after the code was typed, and again after the first yes
CONFIRM, LINKED, REFUSED = "link_confirm", "link_linked", "link_refused"  # messages from the outbox
_SECRETS = random.SystemRandom()


class Linked(StrEnum):
    """What became of a code, or of an answer to the question about it."""

    DONE = "done"
    AGREED = "agreed"  # this account said yes; now the other one is asked
    REFUSED = "refused"  # this account said no
    WRONG = "wrong"  # never given, typed wrongly, used or too old: nobody is told which
    SAME = "same"  # it is the code of this very account
    ONE_PLATFORM = "one_platform"  # both accounts, or others of theirs, are on one platform
    TOO_MANY = "too_many"  # wrong guesses


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one account is asked: whether it and `other` are one person's."""

    code: LinkCode
    other: Supporter


async def create_code(ctx: Context, contact: Contact) -> str:
    """A code to be typed on the other platform within ten minutes.

    One given before stays good: chats make commands in a text tappable, and a tap there asks for another one.
    """
    person, code = await who(ctx, contact), new_code(_SECRETS, BRIEF)
    async with ctx.db.write() as conn:
        await link_codes.forget_old(conn, ctx.clock())
        made = LinkCode(
            id=ctx.ids.new(),
            hash=code_hash(code, "link"),
            supporter_id=person.id,
            address_id=person.address_id,
            expires_at=ctx.clock() + GOOD_FOR,
        )
        await link_codes.add(conn, made)
    return code


async def redeem(ctx: Context, contact: Contact, code: str) -> Linked | Question:
    """Somebody types the code that their other account was given: what to ask them, or why nothing is asked."""
    person, now = await who(ctx, contact), ctx.clock()
    async with ctx.db.write() as conn:
        if await rate_limits.is_spent(ctx, conn, rate_limits.GUESSES, contact.platform, contact.external_id):
            return Linked.TOO_MANY
        found = await link_codes.by_hash(conn, code_hash(code, "link"), now)
        owner = await _at(conn, found.address_id) if found is not None else None
        if found is None or owner is None or found.typed_by not in (None, person.address_id):
            await rate_limits.spend(ctx, conn, rate_limits.GUESSES, contact.platform, contact.external_id)
            return Linked.WRONG
        if owner.id == person.id:
            return Linked.SAME
        if await _share_a_platform(conn, owner.id, person.id):
            return Linked.ONE_PLATFORM
        typed = replace(found, typed_by=person.address_id, expires_at=now + ANSWERED_WITHIN)
        await link_codes.change(conn, typed)
    return Question(code=typed, other=owner)


async def waiting_question(ctx: Context, contact: Contact) -> Question | None:
    """The question that this account still has to answer, after the other one has said yes."""
    person = await who(ctx, contact)
    async with ctx.db.read() as conn:
        found = await link_codes.waiting_for(conn, person.id, ctx.clock())
        return await _question(conn, found, person)


async def question_by_id(ctx: Context, number: int, person: Supporter) -> Question | None:
    """The same by its number; None where it is not this account that is asked."""
    async with ctx.db.read() as conn:
        return await _question(conn, await link_codes.by_id(conn, number, ctx.clock()), person)


async def _question(conn: Connection, code: LinkCode | None, person: Supporter) -> Question | None:
    if code is None or code.agreed_at is None or code.typed_by is None or code.address_id != person.address_id:
        return None
    other = await _at(conn, code.typed_by)
    return None if other is None else Question(code=code, other=other)


async def answer(ctx: Context, contact: Contact, number: int, *, yes: bool) -> Linked:
    """One of the two accounts says yes or no. Only these two can, the one that typed the code first."""
    person, now = await who(ctx, contact), ctx.clock()
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
    """The first yes: the account that was given the code is asked, once."""
    if code.agreed_at is None:
        now = ctx.clock()
        await link_codes.change(conn, replace(code, agreed_at=now, expires_at=now + ANSWERED_WITHIN))
        await add_service_message(ctx, conn, owner, CONFIRM, {"link": code.id})
    return Linked.AGREED


async def _join(ctx: Context, conn: Connection, code: LinkCode, owner: Supporter, typist: Supporter) -> Linked:
    """The second yes. Either may have been linked or forgotten meanwhile."""
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
    """Who is at an address now; None where they were forgotten."""
    found = (await supporters.by_address_ids(conn, [address_id])).get(address_id)
    return None if found is None or found.is_erased else found


async def _share_a_platform(conn: Connection, one: int, other: int) -> bool:
    of = {who: {a.platform for a in await supporters.addresses_of(conn, [who])} for who in (one, other)}
    return bool(of[one] & of[other])
