"""Private replies on Discord: stored while their token is valid, so that a thank-you can replace them."""

from bot.domain.people import Contact
from bot.store.core import private_replies
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.ports import PrivateReply


async def keep(ctx: Context, contact: Contact, campaign_id: int, answer: PrivateReply) -> None:
    """Store the newest private reply that shows this campaign to this person."""
    async with ctx.db.write() as conn:
        supporter = await supporters.find(conn, contact.platform, contact.external_id)
        if supporter is None:  # forgotten since they were answered
            return
        await private_replies.put(conn, supporter.address_id, campaign_id, answer.token, answer.expires_at)
