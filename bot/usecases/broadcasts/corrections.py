"""Corrections of a broadcast: previewed by their author, and approved by a second person where required.

What a second person approved is what is sent, so its corrections need a second person too, however few people get them;
so do those of a broadcast to more people than one person may decide for. Until then they are stored as drafts, at most
one for each broadcast. All others wait 15 minutes for their author, who sees the message as it would be sent. Removing
the amounts (`lifecycle.resume_without_amounts`) needs neither: it only leaves out what was approved.
"""

from dataclasses import dataclass, replace

from bot.domain.broadcasts import Broadcast
from bot.domain.ids import id_at
from bot.domain.people import Locale
from bot.domain.staff import Member, Role
from bot.store.broadcasts import broadcasts as rows
from bot.store.broadcasts import recipients
from bot.store.db import Connection
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.lifecycle import NotPossible
from bot.usecases.broadcasts.plan import check_texts
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.access import is_same_person
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from bot.usecases.core.prompts import PROMPT_LIFETIME
from content.broadcast import Message

_KIND = "correction"  # awaits a second person
_UNREAD = "fix_unread"  # awaits its author


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """New text in one language that awaits a second person (`second`), or its author's confirmation."""

    id: int
    broadcast: Broadcast
    language: Locale
    text: str
    by: int | None  # the member who wrote it
    second: bool

    @property
    def message(self) -> Message:
        """The broadcast's message with this text."""
        texts = {**self.broadcast.message.texts, self.language: self.text}
        return self.broadcast.message.model_copy(update={"texts": texts})


class OwnCorrection(NotPossible):
    """The author cannot be the second person."""


async def propose(ctx: Context, actor: Member, broadcast_id: int, language: Locale, text: str) -> Proposal:
    """Store new text for a broadcast in one language until it is approved; nothing changes yet.

    Raises NotPossible before the broadcast starts, CannotSend if the text holds a foreign link.
    """
    # Counted outside the transaction, which holds up no gifts. It is True until all recipients are written.
    async with ctx.db.read() as conn:
        second = await _needs_second(ctx, conn, await _read(conn, broadcast_id))
    async with ctx.db.write() as conn:
        broadcast = await _read(conn, broadcast_id)
        by = actor.id or None
        proposal = Proposal(id=ctx.ids.new(), broadcast=broadcast, language=language, text=text, by=by, second=second)
        await check_texts(ctx, conn, proposal.message)
        await _store(ctx, conn, actor, proposal)
    return proposal


async def approve(ctx: Context, actor: Member, proposal_id: int) -> Broadcast | Proposal:
    """Correct the copies: a second person agrees, or the author has read an unread proposal.

    Returns the corrected broadcast, or the new proposal if an unread one needs a second person by now. Raises
    OwnCorrection for an author acting as the second person, from any of their accounts, and NotPossible if it no longer
    waits or the broadcast has changed since.
    """
    async with ctx.db.read() as conn:
        second = await _needs_second(ctx, conn, (await _waiting(ctx, conn, proposal_id)).broadcast)
    async with ctx.db.write() as conn:
        proposal = await _waiting(ctx, conn, proposal_id)
        if proposal.second and proposal.by is not None and await is_same_person(conn, proposal.by, actor):
            raise OwnCorrection(proposal.broadcast.state)
        if not proposal.second and proposal.by != (actor.id or None):
            raise NotPossible(proposal.broadcast.state)  # nobody else has read it
        if second and not proposal.second:
            return await _pass_to_second(ctx, conn, actor, proposal)
        await _apply(ctx, conn, actor, proposal)
    ctx.wake()
    return proposal.broadcast


async def send_alone(ctx: Context, actor: Member, proposal_id: int, why: str) -> Broadcast:
    """Send a correction without a second person: an owner's decision, with an audited reason. Raises NotPossible."""
    async with ctx.db.write() as conn:
        proposal = await _waiting(ctx, conn, proposal_id)
        if not proposal.second or actor.role is not Role.OWNER or not why:
            raise NotPossible(proposal.broadcast.state)
        await _apply(ctx, conn, actor, proposal, why=why)
    ctx.wake()
    return proposal.broadcast


async def drop(ctx: Context, actor: Member, proposal_id: int) -> Broadcast:
    """Discard a proposal; nothing was changed. Raises NotPossible."""
    async with ctx.db.write() as conn:
        proposal = await _waiting(ctx, conn, proposal_id)
        await drafts.drop(conn, proposal_id)
        if proposal.second:
            await log_action(ctx, conn, actor, "broadcast.correction_dropped", broadcast=proposal.broadcast.id)
    return proposal.broadcast


async def waiting(ctx: Context, proposal_id: int) -> Proposal:
    """Return a waiting proposal. Raises NotPossible if it was sent, discarded or superseded."""
    async with ctx.db.read() as conn:
        return await _waiting(ctx, conn, proposal_id)


async def awaiting_second(conn: Connection) -> int:
    """Return how many corrections await a second person, but those whose broadcast has changed since."""
    found = [(each, await rows.get(conn, each.body["broadcast"])) for each in await drafts.of_kind(conn, _KIND)]
    return sum(about is not None and about.revision == each.body["revision"] for each, about in found)


async def _needs_second(ctx: Context, conn: Connection, broadcast: Broadcast) -> bool:
    """Return whether a second person approved it, or it has more recipients than one person may decide for.

    Readers of channels are not counted, so a broadcast to channels alone needs one only if one approved it.
    """
    if broadcast.approved_by is not None and broadcast.approved_by != broadcast.made_by:
        return True
    if broadcast.segment is None:
        return False
    if broadcast.started_at is None and broadcast.approved_by is not None:
        return True  # its recipients are still being written, so they cannot be counted yet
    limit = (await limits.read(ctx, conn)).approve
    return sum((await recipients.counts(conn, broadcast.id)).values()) > limit


async def _store(ctx: Context, conn: Connection, actor: Member, proposal: Proposal) -> None:
    if not lifecycle.may_be_corrected(proposal.broadcast):
        raise NotPossible(proposal.broadcast.state)
    kind = _KIND if proposal.second else _UNREAD
    await drafts.drop_older(conn, _UNREAD, id_at(ctx.clock() - PROMPT_LIFETIME))
    for other in await drafts.of_kind(conn, kind):
        if other.body["broadcast"] == proposal.broadcast.id and (proposal.second or other.changed_by == proposal.by):
            await drafts.drop(conn, other.id)
    details = {"broadcast": proposal.broadcast.id, "revision": proposal.broadcast.revision}
    body = {**details, "language": proposal.language, "text": proposal.text}
    await drafts.add(conn, Draft(id=proposal.id, kind=kind, body=body, changed_by=proposal.by), ctx.clock())
    if not proposal.second:
        return
    await log_action(ctx, conn, actor, "broadcast.correction_proposed", **details)
    key = f"broadcast_fix:{proposal.id}"
    await notify_staff(
        ctx, conn, key, "broadcast_fix", broadcast=proposal.broadcast.id, proposal=proposal.id, by=actor.label
    )


async def _pass_to_second(ctx: Context, conn: Connection, actor: Member, proposal: Proposal) -> Proposal:
    """Pass a correction that its author has read to a second person."""
    await drafts.drop(conn, proposal.id)
    waits = replace(proposal, id=ctx.ids.new(), second=True)
    await _store(ctx, conn, actor, waits)
    return waits


async def _waiting(ctx: Context, conn: Connection, proposal_id: int) -> Proposal:
    draft = await drafts.by_id(conn, proposal_id)
    if draft is None or draft.kind not in (_KIND, _UNREAD):
        raise NotPossible(None)
    broadcast = await _read(conn, draft.body["broadcast"])
    unread = draft.kind == _UNREAD
    if broadcast.revision != draft.body["revision"] or (unread and draft.id < id_at(ctx.clock() - PROMPT_LIFETIME)):
        raise NotPossible(broadcast.state)
    return Proposal(
        id=draft.id,
        broadcast=broadcast,
        language=draft.body["language"],
        text=draft.body["text"],
        by=draft.changed_by,
        second=not unread,
    )


async def _apply(ctx: Context, conn: Connection, actor: Member, proposal: Proposal, why: str = "") -> None:
    await check_texts(ctx, conn, proposal.message)
    await lifecycle.correct_now(ctx, conn, proposal.broadcast, actor, proposal.message, why=why)
    await drafts.drop(conn, proposal.id)


async def _read(conn: Connection, broadcast_id: int) -> Broadcast:
    broadcast = await rows.get(conn, broadcast_id)
    if broadcast is None:
        raise NotPossible(None)
    return broadcast
