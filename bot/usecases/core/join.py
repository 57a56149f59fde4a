"""Join: find the supporter behind a contact, and create them the first time."""

from datetime import timedelta

from bot.domain.people import Contact, PlatformName, Supporter
from bot.store.core import outbox
from bot.store.db import Connection
from bot.store.nudges import nudges
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import rate_limits

_WROTE_TO = timedelta(days=1)  # how precisely the time of writing is stored


async def find_or_join(ctx: Context, contact: Contact, *, wrote: bool = False) -> Supporter:
    """Return the supporter behind a contact, recorded if they are new.

    `wrote`: they wrote to the bot in private, so that a private message to them counts as an answer from now on.
    """
    return await ensure_joined(ctx, contact, await find(ctx, contact), wrote=wrote)


async def find(ctx: Context, contact: Contact) -> Supporter | None:
    """Return the supporter behind a contact; None if they are not recorded."""
    async with ctx.db.read() as conn:
        return await supporters.find(conn, contact.platform, contact.external_id)


async def ensure_joined(ctx: Context, contact: Contact, known: Supporter | None, *, wrote: bool = False) -> Supporter:
    """Return the supporter behind a contact, recorded if they are new. `known`: what `find` just returned.

    Writes only for newcomers, for people who can be reached again, have installed the bot or whose platform changed
    language, and once a day for people who write. The transaction reads them again.
    """
    wrote = wrote or contact.in_dm
    noted = not wrote or (known is not None and _wrote_lately(ctx, known))
    installs = contact.installed and (known is None or known.installed_at is None)
    if known is not None and known.reachable and noted and not installs and not _has_other_language(contact, known):
        return known
    async with ctx.db.write() as conn:
        joined = await join_if_new(ctx, conn, contact)
        if _has_other_language(contact, joined):
            await supporters.follow_locale(conn, joined.address_id, contact.locale)
        if not joined.reachable:  # they act here, so they can be written to
            await _resume_messages(ctx, conn, joined)
        if not noted:
            await supporters.record_private_message(conn, joined.address_id, ctx.clock())
        if installs:
            await supporters.record_installed(conn, joined.address_id, ctx.clock())
        if not joined.may_be_written:  # from now on; a reminder may have been due meanwhile
            await nudges.set_next_checks(conn, {joined.id: ctx.clock()})
        current = await supporters.find(conn, contact.platform, contact.external_id)
    assert current is not None
    return current


def _has_other_language(contact: Contact, known: Supporter) -> bool:
    """Return whether the platform names another language than the stored one, and they have chosen none."""
    return contact.names_locale and not known.locale_chosen and known.locale != contact.locale


def _wrote_lately(ctx: Context, known: Supporter) -> bool:
    """Return whether the time of writing is up to date; a day's precision shows which address they use."""
    return known.wrote_at is not None and ctx.clock() - known.wrote_at < _WROTE_TO


async def join_if_new(ctx: Context, conn: Connection, contact: Contact) -> Supporter:
    """Return the supporter behind a contact, recorded if they are new. Restores restrictions from before `/forget`."""
    known = await supporters.find(conn, contact.platform, contact.external_id)
    if known is not None:
        return known
    joined = await supporters.join(conn, contact, ctx.clock())
    await rate_limits.restore_restrictions(ctx, conn, joined.id, joined.platform, joined.external_id)
    return joined


async def set_reachable(ctx: Context, platform: PlatformName, external_id: str, reachable: bool) -> None:
    """Record that a person blocked or unblocked the bot."""
    async with ctx.db.write() as conn:
        known = await supporters.find(conn, platform, external_id)
        if known is None or known.reachable == reachable:
            return
        if reachable:
            await _resume_messages(ctx, conn, known)
        else:
            await supporters.set_reachable(conn, platform, external_id, False, ctx.clock())
            await nudges.record_end_of_latest(conn, known.id, "blocked", ctx.clock())


async def _resume_messages(ctx: Context, conn: Connection, supporter: Supporter) -> None:
    """Record that a person can be reached again, and send what they missed about their own gifts."""
    await supporters.set_reachable(conn, supporter.platform, supporter.external_id, True, ctx.clock())
    await outbox.wake_unreachable(conn, supporter.address_id, ctx.clock())
    ctx.wake()
