"""Join: find the supporter behind a contact, and create them the first time."""

from bot.domain.people import Contact, PlatformName, Supporter
from bot.store.core import outbox
from bot.store.db import Connection
from bot.store.nudges import nudges
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import rate_limits


async def who(ctx: Context, contact: Contact) -> Supporter:
    """The supporter behind a contact. Writes only for somebody new, or whose platform changed language."""
    async with ctx.db.read() as conn:
        known = await supporters.find(conn, contact.platform, contact.external_id)
    if known is not None and known.reachable and (known.locale_chosen or known.locale == contact.locale):
        return known
    async with ctx.db.write() as conn:
        joined = await meet(ctx, conn, contact)
        if not joined.locale_chosen and joined.locale != contact.locale:
            await supporters.follow_locale(conn, joined.address_id, contact.locale)
        if not joined.reachable:  # who talks to us can be written to
            await _welcome_back(ctx, conn, joined)
        found = await supporters.find(conn, contact.platform, contact.external_id)
    assert found is not None
    return found


async def meet(ctx: Context, conn: Connection, contact: Contact) -> Supporter:
    """The supporter behind a contact, made if they are new; a block that outlived `/forget` holds again."""
    known = await supporters.find(conn, contact.platform, contact.external_id)
    if known is not None:
        return known
    joined = await supporters.join(conn, contact, ctx.clock())
    await rate_limits.restore_restrictions(ctx, conn, joined.id, joined.platform, joined.external_id)
    return joined


async def is_known(ctx: Context, contact: Contact) -> bool:
    """Whether this person has talked to the bot before. Who only came into a channel can't be reached yet."""
    async with ctx.db.read() as conn:
        known = await supporters.find(conn, contact.platform, contact.external_id)
    return known is not None and known.reachable


async def note_wrote(ctx: Context, contact: Contact) -> None:
    """They wrote to the bot in private: from now on a private message to them is an answer."""
    supporter = await who(ctx, contact)
    async with ctx.db.write() as conn:
        await supporters.record_private_message(conn, supporter.address_id, ctx.clock())


async def set_reachable(ctx: Context, platform: PlatformName, external_id: str, reachable: bool) -> None:
    """The platform says that somebody blocked or unblocked the bot."""
    async with ctx.db.write() as conn:
        known = await supporters.find(conn, platform, external_id)
        if known is None or known.reachable == reachable:
            return
        if reachable:
            await _welcome_back(ctx, conn, known)
        else:
            await supporters.set_reachable(conn, platform, external_id, False, ctx.clock())
            await nudges.record_end_of_latest(conn, known.id, "blocked", ctx.clock())


async def _welcome_back(ctx: Context, conn: Connection, supporter: Supporter) -> None:
    """They can be reached again: what they missed of their own gifts goes out."""
    await supporters.set_reachable(conn, supporter.platform, supporter.external_id, True, ctx.clock())
    await outbox.wake_unreachable(conn, supporter.address_id, ctx.clock())
    ctx.wake()
