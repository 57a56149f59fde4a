"""What the sender of one platform does: the outbox, broadcasts to people, posts and corrections. Built here."""

from contextlib import suppress
from functools import partial

from bot.delivery.broadcasts import BroadcastLoop
from bot.delivery.copies import BroadcastSender, CardSource
from bot.delivery.corrections import CorrectionLoop
from bot.delivery.loop import DeliveryLoop
from bot.delivery.pacer import Pacer
from bot.usecases.broadcasts import cards, lifecycle
from bot.usecases.context import Context
from bot.usecases.ports import MassPlatform
from content.broadcast import TOKEN


def build_workers(
    ctx: Context, platform: MassPlatform, pacer: Pacer, *, dm_pacer: Pacer | None = None
) -> tuple[DeliveryLoop, BroadcastLoop, CorrectionLoop]:
    """All of it, at one pace. `unasked`: a slower one for direct messages that nobody asked for (Discord)."""
    words = CardSource(
        mark=TOKEN,
        template=partial(cards.copy_of, ctx, platform.name),
        post=partial(cards.post_of, ctx),
        withdrawn=partial(cards.withdrawn_of, ctx),
    )
    broadcast_sender = BroadcastSender(ctx, platform, pacer, words, dm_pacer=dm_pacer)

    async def pause(broadcast_id: int, why: str) -> None:
        with suppress(lifecycle.NotPossible):  # staff, or the other platform, were quicker
            await lifecycle.pause(ctx, broadcast_id, why=why)

    return (
        DeliveryLoop(ctx, platform, pacer, dm_pacer=dm_pacer),
        BroadcastLoop(ctx, platform.name, broadcast_sender, pacer, pause=pause, dm_pacer=dm_pacer),
        CorrectionLoop(ctx, platform.name, broadcast_sender),
    )
