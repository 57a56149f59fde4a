"""Notify staff of what is stuck, once, and again when it works. What was reported is stored, so a restart repeats
nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff

BACKUP = "backup"  # the cursor with the time of the newest backup
STUCK, RECOVERED = "stuck", "recovered"  # the notices
Kind = Literal["task", "messages", "telegram", "discord", "disk", "backup"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Something that does not work. `name`: of a recurring job."""

    kind: Kind
    name: str = ""
    seconds: float = 0.0
    megabytes: int = 0

    @property
    def key(self) -> str:
        """What stays the same while it is stuck."""
        return f"{self.kind}:{self.name}"


async def notify_changes(ctx: Context, found: Sequence[Stuck]) -> bool:
    """Notify staff of what is newly stuck or works again; return whether anything changed."""
    now = {one.key: one for one in found}
    async with ctx.db.read() as conn:
        stored = await switches.read(conn, switches.STUCK)
    before = set(stored.value or ()) if stored is not None else set()
    if before == now.keys():
        return False
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.STUCK, on=bool(now), value=sorted(now), at=ctx.clock()))
        if begun := [asdict(one) for key, one in now.items() if key not in before]:
            await notify_staff(ctx, conn, f"{STUCK}:{ctx.ids.new()}", STUCK, found=begun)
        if over := sorted(before - now.keys()):
            await notify_staff(ctx, conn, f"{RECOVERED}:{ctx.ids.new()}", RECOVERED, found=over)
    return True
