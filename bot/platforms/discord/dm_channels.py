"""Channels of direct messages, kept with the person's address: a restart opens no known conversation again.

discord.py keeps the last 128 in memory only, and Discord counts how often a bot asks for one (40003).
"""

from bot.store.supporters import conversations
from bot.usecases.context import Context


class DmChannels:
    """Reads and writes the channel of a person's conversation with the bot. People unknown to us have none."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def known(self, external_id: str) -> int | None:
        """Return the channel's id, or None if it was never opened."""
        async with self._ctx.db.read() as conn:
            stored = await conversations.channel_of(conn, external_id)
        return None if stored is None else int(stored)

    async def store(self, external_id: str, channel_id: int | None) -> None:
        """Store the channel's id; None: there is no such channel any more.

        Not into a lost database, of which staff are notified by a direct message.
        """
        if self._ctx.db.watch.lost:
            return
        async with self._ctx.db.write() as conn:
            await conversations.set_channel(conn, external_id, None if channel_id is None else str(channel_id))
