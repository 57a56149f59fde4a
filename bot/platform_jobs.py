"""The recurring jobs of one chat platform."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.delivery import dm_refusals, long_waits
from bot.delivery.paced import PacedPlatform
from bot.delivery.pacer import Pacer
from bot.platforms.discord.app import DiscordApp
from bot.platforms.telegram.app import TelegramApp
from bot.schedule import Tick
from bot.usecases.campaigns import live_cards
from bot.usecases.context import Context
from bot.usecases.core import direct_messages
from bot.usecases.core.clock_check import while_right
from bot.usecases.staff.broadcasts import progress
from bot.usecases.staff.inbox import public_inbox
from bot.usecases.supporters import my_data_delivery

_CARD_EDIT_PAUSE = timedelta(seconds=5)  # between two edits of a posted card


def platform_ticks(
    ctx: Context, chat: TelegramApp | DiscordApp, pacer: Pacer, *, is_refused: Callable[[], bool]
) -> list[Tick]:
    """Return a platform's recurring jobs. Those that call it do nothing once it has refused us."""
    name = chat.platform.name
    paced = PacedPlatform(chat.platform, pacer)

    def unless_refused(work: Callable[[], Awaitable[int]]) -> Callable[[], Awaitable[int]]:
        async def run() -> int:
            return 0 if is_refused() else await work()

        return run

    check_inbox = unless_refused(lambda: public_inbox.tick(ctx, name, chat.platform.is_open))
    edit_cards = unless_refused(lambda: live_cards.tick(ctx, paced, at_most_every=_CARD_EDIT_PAUSE))
    refresh_progress = unless_refused(lambda: progress.refresh(ctx, paced))
    delete_copies = unless_refused(lambda: my_data_delivery.delete_due(ctx, paced))
    jobs = [
        Tick(name=f"{name} inbox", every=timedelta(minutes=1), run=check_inbox),
        Tick(name=f"{name} waits", every=timedelta(seconds=5), run=lambda: long_waits.report(ctx, name, pacer)),
        Tick(name=f"{name} cards", every=timedelta(seconds=1), run=edit_cards),
        Tick(name=f"{name} copies", every=timedelta(minutes=1), run=while_right(ctx, delete_copies)),
        Tick(name=f"{name} progress", every=timedelta(seconds=1), run=refresh_progress),
    ]
    if isinstance(chat, DiscordApp):
        jobs += [
            Tick(name="refused DMs", every=timedelta(seconds=5), run=lambda: dm_refusals.store(ctx, pacer)),
            Tick(name="parked DMs", every=timedelta(minutes=1), run=lambda: direct_messages.release_parked(ctx)),
        ]
    if isinstance(chat, TelegramApp):
        follow_staff = unless_refused(chat.follow_staff)
        jobs.append(Tick(name="staff menus", every=timedelta(seconds=3), run=follow_staff))
    return jobs
