"""Taps on our short links: counted in memory, written each second, so that a tap costs no write."""

from collections import Counter

from bot.store import taps
from bot.store.taps import TapKey
from bot.usecases.context import Context
from payments.reference import BadReference


class TapCounter:
    """Taps since the last write. A crash loses at most a second of them; they are no money."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._taps: Counter[TapKey] = Counter()

    def note(self, token: str) -> None:
        """Somebody tapped the short link with this reference. A reference that is not ours counts for nothing."""
        try:
            reference = self._ctx.keyring.read(token)
        except BadReference:
            return
        self._taps[reference.campaign_id, reference.touch.kind.value, reference.touch.id] += 1

    async def write(self) -> None:
        """Add to the database what was counted."""
        counted, self._taps = self._taps, Counter()
        if not counted:
            return
        try:
            async with self._ctx.db.write() as conn:
                await taps.add(conn, counted)
        except Exception:
            self._taps.update(counted)
            raise
