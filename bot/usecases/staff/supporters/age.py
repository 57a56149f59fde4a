"""Handlers for a wrong answer about age. Buttons: `ag:<supporter>` asks; `ag:<adult|minor>:<supporter>` corrects."""

import logging

from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.rights import Right, may
from bot.domain.staff import Member
from bot.store.monthly import pledges
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.core.prompts import CANCEL
from bot.usecases.reply import Reply
from bot.usecases.supporters import age, monthly_ends
from content.cards import Tap
from content.messages import adult as messages
from payments.stripe import GatewayError

log = logging.getLogger(__name__)


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Show the stored answer and what a correction changes, or correct it. Repeated taps have no further effect."""
    verb, _, digits = argument.rpartition(":")
    supporter_id = read_id(digits) or 0
    if verb in ("adult", "minor"):
        await age.correct(ctx, supporter_id, person, is_adult=verb == "adult")
    if verb == "minor":
        try:
            await monthly_ends.end_due(ctx)
        except GatewayError as error:
            log.warning("monthly gifts end later: %s", error)
    return await _shown(ctx, person, supporter_id, corrected=bool(verb))


async def _shown(ctx: Context, person: Member, supporter_id: int, *, corrected: bool) -> Reply:
    async with ctx.db.read() as conn:
        current = (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)
        if current is None:
            return Reply(card=messages.age_gone(ctx.catalog, person.locale))
        answer, at = await supporters.adult_answer(conn, current)
        alive = await pledges.of_supporter(conn, current)
    ours = sum(may(pledge.standing, Right.END) for pledge in alive)
    view = messages.AgeView(
        adult=answer,
        since=local_day(ctx, at) if at is not None else None,
        monthly=ours,
        unproved=len(alive) - ours,
        to_adult=None if answer else Tap(action=f"ag:adult:{current}"),
        to_minor=None if answer is False else Tap(action=f"ag:minor:{current}"),
        cancel=CANCEL,
        corrected=corrected,
    )
    return Reply(card=messages.age(ctx.catalog, person.locale, view), mode="edit" if corrected else "new")
