"""Share prompt: nine of ten supporters see it after a gift, so that its effect can be measured.

The arm is drawn once per supporter. Drawn for each gift, most of the control group would see it after a later gift, and
the two groups would become alike.
"""

from bot.domain.gifts import Gift
from bot.store.referrals import share_prompts
from bot.usecases.context import Context

SHOWN = 0.9  # of supporters


async def decide(ctx: Context, gift: Gift, supporter_id: int) -> bool:
    """Return whether thank-yous to this supporter carry the prompt: drawn on first use, then fixed."""
    async with ctx.db.read() as conn:
        known = await share_prompts.drawn_for(conn, supporter_id)
    if known is not None:
        return known
    drawn = ctx.rng.random() < SHOWN
    async with ctx.db.write() as conn:
        return await share_prompts.store_draw(conn, gift.id, supporter_id, drawn, ctx.clock())
