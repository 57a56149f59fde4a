"""What follows once a person's copy of their data was delivered, or could not be.

Only a delivered copy counts for the day. A file in a chat is deleted after 24 hours: chats are not where such a file
should stay. Both platforms let a bot delete its own messages in private chats.
"""

from datetime import timedelta
from functools import partial

from bot.domain.people import Contact
from bot.store.supporters import my_data_files
from bot.store.supporters.my_data_files import SentFile
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.isolate import each
from bot.usecases.ports import MessageRef, Platform, PlatformError, Rejected
from bot.usecases.reply import OfferedCopy
from content.cards import Card
from content.messages import my_data as messages

KEPT_IN_CHAT = timedelta(hours=24)
_RETRY = timedelta(hours=1)
_GIVEN_UP = timedelta(hours=48)  # after it was sent: Telegram lets bots delete messages in private chats until then
_BATCH = 100


async def delivered(ctx: Context, contact: Contact, copy: OfferedCopy, where: MessageRef | None) -> None:
    """Count the copy for the day, and note a file that is in the chat. `where`: its message, if it has one."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        await rate_limits.undo(ctx, conn, rate_limits.COPIES_ON_THE_WAY, contact.platform, contact.external_id)
        await rate_limits.spend(ctx, conn, rate_limits.COPIES, contact.platform, contact.external_id)
        if copy.is_file and where is not None:
            sent = SentFile(
                id=ctx.ids.new(),
                supporter_id=copy.supporter_id,
                platform=contact.platform,
                chat_id=where.chat_id,
                message_id=where.message_id,
                sent_at=now,
                delete_at=now + KEPT_IN_CHAT,
            )
            await my_data_files.add(conn, sent)


async def not_delivered(ctx: Context, contact: Contact, copy: OfferedCopy) -> Card:
    """Let the person ask again at once; return what to say."""
    async with ctx.db.write() as conn:
        await rate_limits.undo(ctx, conn, rate_limits.COPIES_ON_THE_WAY, contact.platform, contact.external_id)
    return messages.failed(ctx.catalog, copy.locale)


async def delete_due(ctx: Context, platform: Platform) -> int:
    """Delete the files on one platform whose time is up; return how many. Run by the schedule."""
    async with ctx.db.read() as conn:
        due = await my_data_files.due(conn, platform.name, ctx.clock(), _BATCH)
    delete = partial(_delete, ctx, platform)
    return await each(ctx, "copies in chats", due, delete, name=lambda file: str(file.id), final=(Rejected,))


async def _delete(ctx: Context, platform: Platform, file: SentFile) -> bool:
    """Delete one file. Return False to try again later. Raises Rejected if the platform refuses for good."""
    try:
        await platform.delete(MessageRef(chat_id=file.chat_id, message_id=file.message_id))
    except Rejected:
        await _drop(ctx, file)
        raise
    except Exception as error:
        await _postpone(ctx, file)
        if not isinstance(error, PlatformError):
            raise
        return False
    await _drop(ctx, file)
    return True


async def _drop(ctx: Context, file: SentFile) -> None:
    async with ctx.db.write() as conn:
        await my_data_files.drop(conn, file.id)


async def _postpone(ctx: Context, file: SentFile) -> None:
    """Try again in an hour, until the platform would refuse."""
    async with ctx.db.write() as conn:
        if ctx.clock() - file.sent_at >= _GIVEN_UP:
            await my_data_files.drop(conn, file.id)
        else:
            await my_data_files.postpone(conn, file.id, ctx.clock() + _RETRY)
