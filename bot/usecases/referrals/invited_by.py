"""Who invited me: `/invitedby`, the question to newcomers, and what they read about their inviter."""

import re
from itertools import islice

from bot.domain.ids import read_id
from bot.domain.people import Contact, Preference, Supporter
from bot.domain.referrals import ReferralOutcome
from bot.store.core.outbox import Delivery
from bot.store.db import Connection
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.join import who
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.referral_tree import refer
from bot.usecases.referrals import invite as own
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import referrals as words

_CODE = re.compile(r"(?:^|i_|/i/)([A-Za-z0-9]{12})(?![A-Za-z0-9])")
_DISCORD = re.compile(r"(?:discord\.gg/|discord\.com/invite/)([A-Za-z0-9-]{2,32})")
_TELEGRAM = re.compile(r"(?:https?://)?(t\.me/\+[A-Za-z0-9_-]{6,64})")
_MOST_CANDIDATES = 5
_MOST_CODES = 3  # looked up in one text
WHO_INVITED = "who_invited"  # the message that asks a newcomer
INVITED_BY = "brought"  # the message that says by whose invite they came
_SAID: dict[ReferralOutcome, words.Said] = {
    ReferralOutcome.BROUGHT: "done",
    ReferralOutcome.ALREADY: "known",
    ReferralOutcome.OLD: "old",
}  # all else is « not »: who came through whom is nobody's to find out


async def invited_by(ctx: Context, contact: Contact, typed: str) -> Reply:
    """`/invitedby`, with the inviter's link or code behind it or without."""
    if not typed.strip():
        return await _ask(ctx, contact)
    async with ctx.db.read() as conn:
        inviter = await _behind(conn, typed.strip())
    return await _said(ctx, contact, inviter)


async def on_tap(ctx: Context, contact: Contact, argument: str) -> Reply:
    """`by` asks; `by:<supporter>` is one of those who it may have been."""
    if not argument:
        return await _ask(ctx, contact)
    person = await who(ctx, contact)
    async with ctx.db.read() as conn:
        found = await referrals.referral(conn, person.id)
    named = read_id(argument)
    asked = found is not None and named in found.candidates
    return await _said(ctx, contact, named if asked else None)


async def _said(ctx: Context, contact: Contact, inviter: int | None) -> Reply:
    person = await who(ctx, contact)
    outcome = ReferralOutcome.UNKNOWN if inviter is None else await refer.claim_inviter(ctx, contact, inviter)
    card = words.inviter_said(ctx.catalog, person.locale, _SAID.get(outcome, "not"))
    return Reply(card=card)


async def _behind(conn: Connection, typed: str) -> int | None:
    """The supporter behind a code, or any address of an invite, which may stand in the text that came with it."""
    for word in islice(_CODE.finditer(typed), _MOST_CODES):
        found = await invites.by_code(conn, word.group(1))
        if found is not None:
            return found.supporter_id
    for platform, pattern in (("discord", _DISCORD), ("telegram", _TELEGRAM)):
        if match := pattern.search(typed):
            code = match.group(1) if platform == "discord" else f"https://{match.group(1)}"
            made = await invites.link_by_code(conn, "discord" if platform == "discord" else "telegram", code)
            behind = None if made is None else await invites.by_id(conn, made.invite_id)
            return None if behind is None else behind.supporter_id
    return None


async def _ask(ctx: Context, contact: Contact) -> Reply:
    """Ask, unless it is known; with the names of those whom it may have been and who agreed to be named."""
    person = await who(ctx, contact)
    return Reply(card=await _question(ctx, person) or words.inviter_said(ctx.catalog, person.locale, "known"))


async def who_invited_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """What a newcomer reads, of whom it is unknown, the next time they use the bot. Raises OutOfDate once it is."""
    card = await _question(ctx, person)
    if card is None:
        raise Obsolete("it is known by now")
    return card


async def invited_by_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """What who came by a link into a channel or server reads the first time they use the bot, as others do at once.

    Raises OutOfDate where it is not so any more.
    """
    async with ctx.db.read() as conn:
        found = await referrals.referral(conn, person.id)
        invite = await invites.by_id(conn, found.invite_id) if found is not None and found.invite_id else None
    if invite is None:
        raise Obsolete("nobody has brought them after all")
    return words.invited_by(ctx.catalog, person.locale, await own.inviter_name(ctx, invite))


async def _question(ctx: Context, person: Supporter) -> Card | None:
    """The question, or None where it is known."""
    async with ctx.db.read() as conn:
        found = await referrals.referral(conn, person.id)
        if found is not None and (found.inviter_id is not None or found.settled_at is not None):
            return None
        asked = found.candidates if found is not None else ()
        today = await supporters.living(conn, asked)  # accounts may have been linked since, theirs too
        people = {today[i]: i for i in asked if i in today and today[i] != person.id}
        named = [i for one, i in people.items() if Preference.BEING_NAMED in await supporters.preferences(conn, one)]
        theirs = {i: await invites.of(conn, today[i]) for i in named[:_MOST_CANDIDATES]}
    choices = []
    for candidate, invite in theirs.items():
        name = await own.inviter_name(ctx, invite) if invite is not None else None
        if name:
            choices.append((name, Tap(action=f"by:{candidate}")))
    return words.ask_inviter(ctx.catalog, person.locale, choices)
