"""Share prompt: thanks for a gift propose to nine people in ten to pass it on, so that its worth can be told.

Who is in which tenth is drawn once for each supporter: drawn anew at each gift, most of those left out would be asked
after all at their next one, and the two groups would come to be the same.
"""

from bot.domain.gifts import Gift
from bot.store.referrals import share_prompts
from bot.usecases.context import Context

SHOWN = 0.9  # of supporters


async def decide(ctx: Context, gift: Gift, supporter_id: int) -> bool:
    """Whether thanks to this supporter propose it: drawn the first time it is asked, and the same ever after."""
    async with ctx.db.read() as conn:
        known = await share_prompts.drawn_for(conn, supporter_id)
    if known is not None:
        return known
    drawn = ctx.rng.random() < SHOWN
    async with ctx.db.write() as conn:
        return await share_prompts.store_draw(conn, gift.id, supporter_id, drawn, ctx.clock())
