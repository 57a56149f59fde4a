"""The staff menu."""

from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.store.core import switches
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from bot.usecases.staff.routes import MENU
from content.cards import Tap
from content.messages import staff as messages


async def show(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/equipe`: show the sections that a member's role allows."""
    async with ctx.db.read() as conn:
        frozen = await switches.is_frozen(conn)
    sections = tuple((entry.label, Tap(action=entry.action)) for entry in MENU if person.may(entry.needs))
    card = messages.menu(
        ctx.catalog,
        person.locale,
        charity=ctx.charity,
        role=person.role.value,
        finance=person.finance,
        frozen=frozen,
        sections=sections,
    )
    return Reply(card=card)
