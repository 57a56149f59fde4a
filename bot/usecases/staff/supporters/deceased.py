"""Handlers for a death. Buttons: `dc:<supporter>`, `dc:<family|notice|other>:<supporter>`, `dc:undo:<supporter>`."""

import logging

from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.rights import Right, may
from bot.domain.staff import Member, Role
from bot.store.monthly import pledges
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.core.prompts import CANCEL
from bot.usecases.reply import Reply
from bot.usecases.supporters import deceased, monthly_ends
from content.cards import Tap
from content.messages import deceased as messages
from payments.stripe import GatewayError

log = logging.getLogger(__name__)


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Ask how staff know, record it, or take it back. Repeated taps have no further effect."""
    verb, _, digits = argument.rpartition(":")
    supporter_id = read_id(digits) or 0
    source = next((one for one in deceased.SOURCES if one == verb), None)
    if source is not None:
        await deceased.record(ctx, supporter_id, source, person)
        try:
            await monthly_ends.end_due(ctx)
        except GatewayError as error:
            log.warning("monthly gifts end later: %s", error)
    undone = verb == "undo" and person.role.may(Role.OWNER)
    if undone:
        await deceased.undo(ctx, supporter_id, person)
    return await _shown(ctx, person, supporter_id, undone=undone)


async def _shown(ctx: Context, person: Member, supporter_id: int, *, undone: bool) -> Reply:
    """Show what is recorded; if nothing is, what recording would do."""
    async with ctx.db.read() as conn:
        current = (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)
        if current is None:
            return Reply(card=messages.gone(ctx.catalog, person.locale))
        at = await supporters.deceased_at(conn, current)
        alive = await pledges.of_supporter(conn, current)
    if undone:
        return Reply(card=messages.undone(ctx.catalog, person.locale), mode="edit")
    ours = sum(may(pledge.standing, Right.END) for pledge in alive)
    view = messages.DeceasedView(
        since=local_day(ctx, at) if at is not None else None,
        monthly=ours,
        unproved=len(alive) - ours,
        sources=tuple((source, Tap(action=f"dc:{source}:{current}")) for source in deceased.SOURCES),
        undo=Tap(action=f"dc:undo:{current}") if at is not None and person.role.may(Role.OWNER) else None,
        cancel=CANCEL,
    )
    return Reply(card=messages.deceased(ctx.catalog, person.locale, view))
