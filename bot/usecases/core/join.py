"""Join: find the supporter behind a contact, and create them the first time."""

from datetime import timedelta

from bot.domain.people import Contact, PlatformName, Supporter
from bot.store.core import outbox
from bot.store.db import Connection
from bot.store.nudges import nudges
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import rate_limits

_WROTE_TO = timedelta(days=1)  # how precisely it is noted when somebody wrote


async def who(ctx: Context, contact: Contact, *, wrote: bool = False) -> Supporter:
    """Return the supporter behind a contact, recorded if they are new.

    `wrote`: they wrote to the bot in private, so that a private message to them is an answer from now on.
    """
    return await seen(ctx, contact, await find(ctx, contact), wrote=wrote)


async def find(ctx: Context, contact: Contact) -> Supporter | None:
    """Return the supporter behind a contact; None if they are not recorded."""
    async with ctx.db.read() as conn:
        return await supporters.find(conn, contact.platform, contact.external_id)


async def seen(ctx: Context, contact: Contact, known: Supporter | None, *, wrote: bool = False) -> Supporter:
    """Return the supporter behind a contact, given what was just read of them.

    Writes only for newcomers, for those who can be reached again or whose platform changed language, and once a day
    for those who write. The transaction reads them again.
    """
    noted = not wrote or (known is not None and _wrote_lately(ctx, known))
    if known is not None and known.reachable and noted and not _speaks_another(contact, known):
        return known
    async with ctx.db.write() as conn:
        joined = await meet(ctx, conn, contact)
        if _speaks_another(contact, joined):
            await supporters.follow_locale(conn, joined.address_id, contact.locale)
        if not joined.reachable:  # who talks to us can be written to
            await _welcome_back(ctx, conn, joined)
        if not noted:
            await supporters.record_private_message(conn, joined.address_id, ctx.clock())
        found = await supporters.find(conn, contact.platform, contact.external_id)
    assert found is not None
    return found


def _speaks_another(contact: Contact, known: Supporter) -> bool:
    """Whether the platform names another language than the stored one, and they have chosen none."""
    return contact.names_locale and not known.locale_chosen and known.locale != contact.locale


def _wrote_lately(ctx: Context, known: Supporter) -> bool:
    """Whether it is noted that they wrote: to the day is enough to tell which address they use."""
    return known.wrote_at is not None and ctx.clock() - known.wrote_at < _WROTE_TO


async def meet(ctx: Context, conn: Connection, contact: Contact) -> Supporter:
    """The supporter behind a contact, made if they are new; a block that outlived `/forget` holds again."""
    known = await supporters.find(conn, contact.platform, contact.external_id)
    if known is not None:
        return known
    joined = await supporters.join(conn, contact, ctx.clock())
    await rate_limits.restore_restrictions(ctx, conn, joined.id, joined.platform, joined.external_id)
    return joined


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
