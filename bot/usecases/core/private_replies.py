"""Private replies on Discord: stored while their token is valid, so that a thank-you can replace them."""

from bot.store.core import private_replies
from bot.usecases.context import Context
from bot.usecases.ports import PrivateReply
from bot.usecases.reply import AwaitedGift


async def keep(ctx: Context, gift: AwaitedGift, reply: PrivateReply) -> None:
    """Store the newest private reply that asks this person for a gift to this campaign."""
    async with ctx.db.write() as conn:
        await private_replies.put(conn, gift.address_id, gift.campaign_id, reply.token, reply.expires_at)
