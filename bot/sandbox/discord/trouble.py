"""Faults on request: rate limits, broken and lost answers, dropped connections, expired tokens."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.discord.errors import VerbError
from bot.sandbox.discord.gateway import INVALID, PRIVILEGED, RECONNECT, Hub
from bot.sandbox.discord.pace import Faults
from bot.sandbox.discord.server import Api
from bot.sandbox.discord.world import Ref, World
from bot.sandbox.kit import Json


class TroubleVerbs:
    """Fault verbs. `only` is a part of "METHOD /path/{pattern}", as in state()["calls"]; None affects every call."""

    world: World
    hub: Hub
    api: Api

    def force_429(
        self, times: int = 0, seconds: float = 0, retry_after: float = 1.0, everywhere: bool = False,
        only: str | None = None,
    ) -> None:  # fmt: skip
        """Answer 429 to the next `times` calls, or to all for `seconds`. `everywhere`: the global limit."""
        faults = self.api.faults
        faults.too_many, faults.retry_after, faults.everywhere, faults.only = times, retry_after, everywhere, only
        faults.until = faults.monotonic() + seconds if seconds else 0.0

    def force_5xx(self, times: int, status: int = 500, only: str | None = None) -> None:
        self.api.faults.broken, self.api.faults.status, self.api.faults.only = times, status, only

    def drop_answers(self, times: int, only: str | None = None) -> None:
        """Let the next `times` accepted calls take effect but lose their answers."""
        self.api.faults.dropped, self.api.faults.only = times, only

    def set_latency(self, seconds: float) -> None:
        self.api.faults.latency = seconds

    def clear_faults(self) -> None:
        self.api.faults = Faults(self.api.faults.monotonic)

    def drop_gateway(self, code: int | None = None, resumable: bool = True) -> int:
        """End every gateway connection, with a close code or by cutting it; return how many.

        `resumable` False: forget the sessions too, so that bots have to identify again.
        """
        lines = list(self.hub.lines)
        for line in lines:
            if line.session:
                line.session.line = None  # later events wait for the bot to resume
                if not resumable:
                    self.hub.sessions.pop(line.session.id, None)
            if code is None:
                line.abort()
            else:
                line.close(code)
        return len(lines)

    def dispatch_odd(self, name: str, data: Json) -> None:
        """Dispatch an event with any contents to all bots, as a newer API than their library's might."""
        self.hub.dispatch(name, data, None)

    def send_odd_frame(self, frame: Json) -> None:
        """Send a frame with any opcode on every connection."""
        for line in list(self.hub.lines):
            line.send(frame)

    def ask_reconnect(self) -> None:
        """Ask bots to reconnect and resume, as Discord does before it restarts a gateway."""
        for line in list(self.hub.lines):
            line.send({"op": RECONNECT, "d": None, "s": None, "t": None})

    def invalidate_sessions(self) -> None:
        for line in list(self.hub.lines):
            if line.session:
                self.hub.sessions.pop(line.session.id, None)
            line.send({"op": INVALID, "d": False, "s": None, "t": None})

    def set_privileged_intents(self, names: Sequence[str]) -> None:
        """Set which of members, presences and message_content are enabled in the developer portal."""
        if set(names) - PRIVILEGED.keys():
            raise VerbError(f"privileged intents are {sorted(PRIVILEGED)}")
        self.hub.allow(set(names))

    def expire_token(self, interaction: Ref) -> None:
        """Expire an interaction's token now. `interaction`: an answer of slash() or click(), or its id."""
        number = interaction.get("interaction_id", "0") if isinstance(interaction, dict) else interaction
        found = self.world.interactions.get(int(str(number)))
        if found is None:
            raise VerbError(f"no such interaction: {number}")
        found.expired = True

    def flag_bot(self, flagged: bool = True) -> None:
        """Let the anti-spam system quarantine the bot: it can write to nobody it has not written to before (20026)."""
        self.world.flagged = flagged

    def limit_dms(self, number: int) -> None:
        """Let the bot open at most `number` conversations in ten minutes; further ones are refused (40003)."""
        self.world.dm_limit = number

    def set_indexing(self, times: int) -> None:
        """Make members-search answer the next `times` calls with 202: not ready."""
        self.world.indexing = times
