"""Naming the inviter: `/invitedby`, the question to newcomers, and the message about their inviter."""

import re
from itertools import islice

from bot.domain.ids import read_id
from bot.domain.people import Preference, Supporter
from bot.domain.referrals import ReferralOutcome
from bot.store.core.outbox import Delivery
from bot.store.db import Connection
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.referral_tree import refer
from bot.usecases.referrals import invite as own
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import referrals as messages

_CODE = re.compile(r"(?:^|i_|/i/)([A-Za-z0-9]{12})(?![A-Za-z0-9])")
_DISCORD = re.compile(r"(?:discord\.gg/|discord\.com/invite/)([A-Za-z0-9-]{2,32})")
_TELEGRAM = re.compile(r"(?:https?://)?(t\.me/\+[A-Za-z0-9_-]{6,64})")
_MOST_CANDIDATES = 5
_MOST_CODES = 3  # codes looked up in one text
WHO_INVITED = "who_invited"  # the message that asks a newcomer
INVITED_BY = "brought"  # the message that says whose invite they used
_SAID: dict[ReferralOutcome, messages.InviterFeedback] = {
    ReferralOutcome.RECORDED: "done",
    ReferralOutcome.ALREADY_INVITED: "known",
    ReferralOutcome.NOT_NEW: "old",
}  # anything else is "not": the reply must not reveal who invited whom


async def invited_by(ctx: Context, person: Supporter, typed: str) -> Reply:
    """Handle `/invitedby`, optionally followed by the inviter's link or code."""
    if not typed.strip():
        return await _ask(ctx, person)
    async with ctx.db.read() as conn:
        inviter_id = await _owner_of(conn, typed.strip())
    return await _claim(ctx, person, inviter_id)


async def on_tap(ctx: Context, person: Supporter, argument: str) -> Reply:
    """Handle `by` (ask) and `by:<supporter>` (one of the candidates)."""
    if not argument:
        return await _ask(ctx, person)
    async with ctx.db.read() as conn:
        referral = await referrals.referral(conn, person.id)
    named = read_id(argument)
    is_candidate = referral is not None and named in referral.candidates
    return await _claim(ctx, person, named if is_candidate else None)


async def _claim(ctx: Context, person: Supporter, inviter_id: int | None) -> Reply:
    outcome = ReferralOutcome.UNKNOWN if inviter_id is None else await refer.claim_inviter(ctx, person, inviter_id)
    card = messages.inviter_feedback(ctx.catalog, person.locale, _SAID.get(outcome, "not"))
    return Reply(card=card)


async def _owner_of(conn: Connection, typed: str) -> int | None:
    """Return the supporter whose invite code or address appears in the text, or None."""
    for code_match in islice(_CODE.finditer(typed), _MOST_CODES):
        invite = await invites.by_code(conn, code_match.group(1))
        if invite is not None:
            return invite.supporter_id
    for platform, pattern in (("discord", _DISCORD), ("telegram", _TELEGRAM)):
        if match := pattern.search(typed):
            code = match.group(1) if platform == "discord" else f"https://{match.group(1)}"
            link = await invites.link_by_code(conn, "discord" if platform == "discord" else "telegram", code)
            invite = None if link is None else await invites.by_id(conn, link.invite_id)
            return None if invite is None else invite.supporter_id
    return None


async def _ask(ctx: Context, person: Supporter) -> Reply:
    """Ask for the inviter, offering the candidates who agreed to be named; say so if the inviter is known."""
    return Reply(card=await _question(ctx, person) or messages.inviter_feedback(ctx.catalog, person.locale, "known"))


async def who_invited_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the question to a newcomer with an unknown inviter. Raises Obsolete once the inviter is known."""
    card = await _question(ctx, person)
    if card is None:
        raise Obsolete("the inviter is known by now")
    return card


async def invited_by_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the message about the inviter for a newcomer who joined a channel or server by a link.

    Raises Obsolete if the referral no longer exists.
    """
    async with ctx.db.read() as conn:
        referral = await referrals.referral(conn, person.id)
        invite = await invites.by_id(conn, referral.invite_id) if referral is not None and referral.invite_id else None
    if invite is None:
        raise Obsolete("they were not invited after all")
    return messages.invited_by(ctx.catalog, person.locale, await own.inviter_name(ctx, invite))


async def _question(ctx: Context, person: Supporter) -> Card | None:
    """Return the question, or None if the inviter is known."""
    async with ctx.db.read() as conn:
        referral = await referrals.referral(conn, person.id)
        if referral is not None and (referral.inviter_id is not None or referral.settled_at is not None):
            return None
        candidates = referral.candidates if referral is not None else ()
        current = await supporters.current_ids(
            conn, candidates
        )  # accounts may have been merged since, also with theirs
        people = {current[c]: c for c in candidates if c in current and current[c] != person.id}
        named = [c for now, c in people.items() if Preference.BEING_NAMED in await supporters.preferences(conn, now)]
        invite_by_candidate = {c: await invites.of_supporter(conn, current[c]) for c in named[:_MOST_CANDIDATES]}
    choices = []
    for candidate, invite in invite_by_candidate.items():
        name = await own.inviter_name(ctx, invite) if invite is not None else None
        if name:
            choices.append((name, Tap(action=f"by:{candidate}")))
    return messages.ask_inviter(ctx.catalog, person.locale, choices)
