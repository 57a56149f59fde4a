"""Share prompt: the thanks for a gift proposes to pass it on to nine people in ten, so that its worth can be told."""

from bot.domain.gifts import Gift
from bot.store import share_prompts
from bot.usecases.context import Context

SHOWN = 0.9  # of gifts


async def decide(ctx: Context, gift: Gift, supporter_id: int) -> bool:
    """Whether the thanks for this gift proposes it: drawn the first time it is asked, and the same ever after."""
    async with ctx.db.read() as conn:
        known = await share_prompts.find(conn, gift.id)
    if known is not None:
        return known
    drawn = ctx.rng.random() < SHOWN
    async with ctx.db.write() as conn:
        return await share_prompts.keep(conn, gift.id, supporter_id, drawn, ctx.clock())
