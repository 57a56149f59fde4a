"""Taps on our short links: counted in memory and written every second, so that a tap costs no write."""

from collections import Counter

from bot.store.core import taps
from bot.store.core.taps import TapKey
from bot.usecases.context import Context
from payments.reference import BadReference, TouchKind


class TapCounter:
    """Counts taps since the last write. A crash loses at most one second of them."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._taps: Counter[TapKey] = Counter()
        self._of_broadcasts: Counter[tuple[int, int]] = Counter()  # by broadcast and supporter, until written

    def note(self, token: str) -> None:
        """Count a tap on the short link with this reference. Invalid references are ignored."""
        try:
            reference = self._ctx.keyring.read(token)
        except BadReference:
            return
        touch = reference.touch
        self._taps[reference.campaign_id, touch.kind.value, touch.id] += 1
        if touch.kind is TouchKind.BROADCAST and reference.supporter_id:
            self._of_broadcasts[touch.id, reference.supporter_id] += 1

    async def write(self) -> None:
        """Add the counts to the database."""
        counted, self._taps = self._taps, Counter()
        of_broadcasts, self._of_broadcasts = self._of_broadcasts, Counter()
        if not counted:
            return
        try:
            async with self._ctx.db.write() as conn:
                await taps.add(conn, counted)
                await taps.add_to_slices(conn, of_broadcasts)
        except Exception:
            self._taps.update(counted)
            self._of_broadcasts.update(of_broadcasts)
            raise
