"""Stop direct messages once Discord has refused one, from any sender: a worker, a reply, a notice to staff."""

from bot.delivery.pacer import Pacer
from bot.usecases.context import Context
from bot.usecases.core import direct_messages

# Seconds for which the pacer of direct messages halts after a refusal: until the stop is stored, which is what counts.
UNTIL_STORED = 10.0


async def store(ctx: Context, pacer: Pacer) -> int:
    """Store the stop and notify staff, if there was a refusal since the last call. Return the number of refusals."""
    refused = list(pacer.refused_dms)
    if not refused:
        return 0
    pacer.refused_dms.clear()
    try:
        async with ctx.db.write() as conn:
            await direct_messages.stop(ctx, conn, refused[0].why, [refusal.chat for refusal in refused])
    except BaseException:
        pacer.refused_dms.extend(refused)
        raise
    return len(refused)
