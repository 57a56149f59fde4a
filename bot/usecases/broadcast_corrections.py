"""Corrections of a broadcast that went to more people than one person may decide for alone.

What a second person approved is what is sent, so new words for it wait for a second person too. Until then they stand
in a draft's row, at most one for each broadcast. Taking the amounts away (`broadcast.go_on_as_news`) needs no second
person: it only leaves out what was approved.
"""

from dataclasses import dataclass

from bot.domain.broadcasts import Broadcast
from bot.domain.people import Locale
from bot.domain.staff import Member, Role
from bot.store import broadcasts as rows
from bot.store import drafts, recipients
from bot.store.db import Connection
from bot.store.drafts import Draft
from bot.usecases import broadcast, limits
from bot.usecases.broadcast import NotPossible
from bot.usecases.broadcast_plan import check_texts
from bot.usecases.context import Context
from bot.usecases.staff.handling import note, tell_all
from content.broadcast import Message

_KIND = "correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """New words in one language that wait for a second person."""

    id: int
    broadcast: Broadcast
    language: Locale
    text: str
    by: int | None  # who of the staff wrote them

    @property
    def message(self) -> Message:
        """The broadcast's message with these words."""
        texts = {**self.broadcast.message.texts, self.language: self.text}
        return self.broadcast.message.model_copy(update={"texts": texts})


class OwnCorrection(NotPossible):
    """Its author cannot be the second person."""


async def correct(ctx: Context, who: Member, broadcast_id: int, language: Locale, text: str) -> Proposal | None:
    """Give a broadcast new words in one language; return what waits for a second person, or None where it is done.

    Raises NotPossible before the broadcast leaves, CannotSend where the text holds a foreign link.
    """
    # Counted beforehand, while gifts are written. Until its recipients are complete the answer is "yes" anyway.
    async with ctx.db.read() as conn:
        waits = await _needs_second(ctx, conn, await _read(conn, broadcast_id))
    async with ctx.db.write() as conn:
        found = await _read(conn, broadcast_id)
        new = Proposal(id=ctx.ids.new(), broadcast=found, language=language, text=text, by=who.id or None)
        await check_texts(ctx, conn, new.message)
        if waits:
            await _keep(ctx, conn, who, new)
        else:
            await broadcast.correct_now(ctx, conn, found, who, new.message)
    ctx.wake()
    return new if waits else None


async def approve(ctx: Context, who: Member, proposal_id: int) -> Broadcast:
    """A second person agrees: the copies are corrected.

    Raises OwnCorrection for its author, whichever of their accounts they come by, and NotPossible where it waits no
    more or the broadcast has changed since.
    """
    async with ctx.db.write() as conn:
        found = await _waiting(conn, proposal_id)
        if found.by is not None and await broadcast.is_author(conn, found.by, who):
            raise OwnCorrection(found.broadcast.state)
        await _apply(ctx, conn, who, found)
    ctx.wake()
    return found.broadcast


async def send_alone(ctx: Context, who: Member, proposal_id: int, why: str) -> Broadcast:
    """An owner sends it without a second person, for a reason that is logged and told. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _waiting(conn, proposal_id)
        if who.role is not Role.OWNER or not why:
            raise NotPossible(found.broadcast.state)
        await _apply(ctx, conn, who, found, why=why)
    ctx.wake()
    return found.broadcast


async def drop(ctx: Context, who: Member, proposal_id: int) -> Broadcast:
    """Throw it away; nothing was changed. Raises NotPossible."""
    async with ctx.db.write() as conn:
        found = await _waiting(conn, proposal_id)
        await drafts.drop(conn, proposal_id)
        await note(ctx, conn, who, "broadcast.correction_dropped", broadcast=found.broadcast.id)
    return found.broadcast


async def waiting(ctx: Context, proposal_id: int) -> Proposal:
    """Return what waits. Raises NotPossible where it was sent, thrown away or overtaken."""
    async with ctx.db.read() as conn:
        return await _waiting(conn, proposal_id)


async def _needs_second(ctx: Context, conn: Connection, found: Broadcast) -> bool:
    """Whether it goes, or went, to more people than one person may decide for alone."""
    if found.segment is None:
        return False
    if found.started_at is None and found.approved_by is not None:
        return True  # its recipients are still being written, so they cannot be counted yet
    most = (await limits.read(ctx, conn)).approve
    return sum((await recipients.counts(conn, found.id)).values()) > most


async def _keep(ctx: Context, conn: Connection, who: Member, new: Proposal) -> None:
    if not broadcast.may_be_corrected(new.broadcast):
        raise NotPossible(new.broadcast.state)
    for other in await drafts.all_of(conn, _KIND):
        if other.body["broadcast"] == new.broadcast.id:
            await drafts.drop(conn, other.id)
    about = {"broadcast": new.broadcast.id, "revision": new.broadcast.revision}
    body = {**about, "language": new.language, "text": new.text}
    await drafts.add(conn, Draft(id=new.id, kind=_KIND, body=body, changed_by=new.by), ctx.clock())
    await note(ctx, conn, who, "broadcast.correction_proposed", **about)
    key = f"broadcast_fix:{new.id}"
    await tell_all(ctx, conn, key, "broadcast_fix", broadcast=new.broadcast.id, proposal=new.id, by=who.label)


async def _waiting(conn: Connection, proposal_id: int) -> Proposal:
    draft = await drafts.get(conn, proposal_id)
    if draft is None or draft.kind != _KIND:
        raise NotPossible(None)
    found = await _read(conn, draft.body["broadcast"])
    if found.revision != draft.body["revision"]:
        raise NotPossible(found.state)
    return Proposal(
        id=draft.id,
        broadcast=found,
        language=draft.body["language"],
        text=draft.body["text"],
        by=draft.changed_by,
    )


async def _apply(ctx: Context, conn: Connection, who: Member, found: Proposal, why: str = "") -> None:
    await check_texts(ctx, conn, found.message)
    await broadcast.correct_now(ctx, conn, found.broadcast, who, found.message, why=why)
    await drafts.drop(conn, found.id)


async def _read(conn: Connection, broadcast_id: int) -> Broadcast:
    found = await rows.get(conn, broadcast_id)
    if found is None:
        raise NotPossible(None)
    return found
