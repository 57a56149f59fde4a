"""Private replies on Discord: stored while their token is valid, so that a thank-you can replace them."""

from bot.domain.people import Contact
from bot.store.core import private_replies
from bot.usecases.context import Context
from bot.usecases.core.join import who
from bot.usecases.ports import PrivateReply


async def keep(ctx: Context, contact: Contact, campaign_id: int, answer: PrivateReply) -> None:
    """Store the newest private reply that shows this campaign to this person."""
    supporter = await who(ctx, contact)
    async with ctx.db.write() as conn:
        await private_replies.put(conn, supporter.address_id, campaign_id, answer.token, answer.expires_at)
