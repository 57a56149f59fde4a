"""Build the workers of one platform's sender: outbox, broadcasts to people, posts and corrections."""

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
    """Build all workers on one pacer. `dm_pacer`: a slower one for unsolicited direct messages (Discord)."""
    card_source = CardSource(
        mark=TOKEN,
        template=partial(cards.copy_of, ctx, platform.name),
        post=partial(cards.post_of, ctx),
        withdrawn=partial(cards.withdrawn_of, ctx),
    )
    broadcast_sender = BroadcastSender(ctx, platform, pacer, card_source, dm_pacer=dm_pacer)

    async def pause(broadcast_id: int, why: str) -> None:
        with suppress(lifecycle.NotPossible):  # paused already, by staff or by the other platform's worker
            await lifecycle.pause(ctx, broadcast_id, why=why)

    return (
        DeliveryLoop(ctx, platform, pacer, dm_pacer=dm_pacer),
        BroadcastLoop(ctx, platform.name, broadcast_sender, pacer, pause=pause, dm_pacer=dm_pacer),
        CorrectionLoop(ctx, platform.name, broadcast_sender),
    )
