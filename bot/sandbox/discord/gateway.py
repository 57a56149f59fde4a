"""The gateway: a WebSocket of events for bots, with sessions that survive a lost connection."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.discord import shapes
from bot.sandbox.discord.announce import GUILDS, MEMBERS, MESSAGE_CONTENT, PRESENCES
from bot.sandbox.discord.packing import COMPRESSIONS, packer
from bot.sandbox.discord.world import World
from bot.sandbox.kit import Json

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE = range(5)
RESUME, RECONNECT, MEMBERS_ASKED, INVALID, HELLO, ACK = range(6, 12)
HEARTBEAT_MS = 41_250
PRIVILEGED = {"members": MEMBERS, "presences": PRESENCES, "message_content": MESSAGE_CONTENT}
FLAGS = {"members": 1 << 15, "presences": 1 << 13, "message_content": 1 << 19}  # intents as shown in the app's flags
ALL_INTENTS = (1 << 26) - 1


@dataclass
class Close:
    code: int
    reason: str = ""


@dataclass(eq=False)
class Session:
    """The events sent to one bot. Stored for a while after its connection is lost, so that it can resume."""

    id: str
    intents: int
    sequence: int = 0
    told: deque[Json] = field(default_factory=lambda: deque(maxlen=2000))
    line: Line | None = None

    def tell(self, name: str, data: Json) -> None:
        self.sequence += 1
        event = {"op": DISPATCH, "t": name, "s": self.sequence, "d": data}
        self.told.append(event)
        if self.line:
            self.line.send(event)

    def since(self, sequence: int) -> list[Json] | None:
        """Return the events after `sequence`, or None if it is too old or in the future."""
        missed = self.sequence - sequence
        if missed < 0 or missed > len(self.told):
            return None
        return list(self.told)[len(self.told) - missed :]


@dataclass(eq=False)
class Line:
    """One connection, with its queue of frames, compressed as the client's URL requests."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    compression: str | None
    queue: asyncio.Queue[Json | Close] = field(default_factory=asyncio.Queue)
    session: Session | None = None
    closed: bool = False

    def send(self, frame: Json) -> None:
        self.queue.put_nowait(frame)

    def close(self, code: int, reason: str = "") -> None:
        self.queue.put_nowait(Close(code, reason))

    def abort(self) -> None:
        """Cut the connection without a close frame."""
        if self.transport:
            self.transport.abort()

    async def pump(self) -> None:
        """Send queued frames in order until the connection is closed."""
        pack = packer(self.compression)
        while True:
            frame = await self.queue.get()
            if isinstance(frame, Close):
                self.closed = True
                await self.socket.close(code=frame.code, message=frame.reason.encode())
                return
            text = json.dumps(frame, ensure_ascii=False)
            if pack:
                await self.socket.send_bytes(pack(text.encode()))
            else:
                await self.socket.send_str(text)


class Hub:
    """All sessions. `privileged`: the intents enabled in the developer portal."""

    def __init__(self, world: World, token: str, privileged: set[str]) -> None:
        self.world, self.token = world, token
        self.sessions: dict[str, Session] = {}
        self.lines: set[Line] = set()
        self.allow(privileged)
        world.dispatch = self.dispatch

    def allow(self, names: set[str]) -> None:
        """Enable these privileged intents and disable all others."""
        self.privileged = names
        self.world.app_flags = sum(FLAGS[name] for name in names)
        self.world.members_allowed = "members" in names

    def connected(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.line]

    def dispatch(self, name: str, data: Json, intent: int | None, bare: Json | None = None) -> None:
        for session in self.sessions.values():
            if intent is None or session.intents & intent:
                whole = bare is None or session.intents & MESSAGE_CONTENT
                session.tell(name, data if whole or bare is None else bare)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve a bot's connection."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        line = Line(socket, _transport(request), request.query.get("compress"))
        if line.compression not in COMPRESSIONS or request.query.get("encoding", "json") != "json":
            await socket.close(code=4002, message=b"Only JSON, plain or compressed as a stream.")
            return socket
        self.lines.add(line)
        pump = asyncio.create_task(line.pump())
        line.send({"op": HELLO, "d": {"heartbeat_interval": HEARTBEAT_MS, "_trace": []}, "s": None, "t": None})
        try:
            async for frame in socket:
                if frame.type == WSMsgType.TEXT and not line.closed:
                    self._heard(line, frame.data)
        except ConnectionError:
            pass  # the connection was cut
        finally:
            self._gone(line)
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
        return socket

    def _gone(self, line: Line) -> None:
        self.lines.discard(line)
        if line.session and line.session.line is line:
            line.session.line = None
            if line.socket.close_code in (1000, 1001):  # the bot closed it: nothing to resume
                self.sessions.pop(line.session.id, None)

    def _heard(self, line: Line, text: str) -> None:
        try:
            frame = json.loads(text)
            code, data = frame["op"], frame.get("d")
        except (ValueError, TypeError, KeyError):
            line.close(4002, "Error while decoding payload.")
            return
        if code == HEARTBEAT:
            line.send({"op": ACK, "d": None, "s": None, "t": None})
        elif code == IDENTIFY:
            self._identify(line, data or {})
        elif code == RESUME:
            self._resume(line, data or {})
        elif line.session is None:
            line.close(4003, "Not authenticated.")
        elif code == MEMBERS_ASKED:
            self._members(line.session, data or {})
        elif code not in (PRESENCE, VOICE):
            line.close(4001, "Unknown opcode.")

    # --- sessions ---
    def _identify(self, line: Line, data: Json) -> None:
        intents = data.get("intents")
        if line.session:
            line.close(4005, "Already authenticated.")
        elif str(data.get("token", "")).removeprefix("Bot ") != self.token:
            line.close(4004, "Authentication failed.")
        elif not isinstance(intents, int) or intents & ~ALL_INTENTS:
            line.close(4013, "Invalid intent(s).")
        elif any(intents & bit and name not in self.privileged for name, bit in PRIVILEGED.items()):
            line.close(4014, "Disallowed intent(s).")
        elif self.world.starts_left <= 0:  # "If you hit this limit, Discord will ... reset your app's bot token"
            self.token = "reset by Discord"
            line.close(4004, "Authentication failed.")
        else:
            self.world.starts_left -= 1
            self._welcome(line, intents)

    def _welcome(self, line: Line, intents: int) -> None:
        for old in list(self.sessions)[:-20]:
            if self.sessions[old].line is None:
                del self.sessions[old]
        session = Session(f"{self.world.rng.getrandbits(128):032x}", intents, line=line)
        self.sessions[session.id], line.session = session, session
        guilds = [guild for guild in self.world.guilds.values() if guild.with_bot]
        session.tell("READY", {
            "v": 10, "user": shapes.me(self.world), "private_channels": [], "session_id": session.id,
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds], "shard": [0, 1],
            "resume_gateway_url": self.world.gateway_url, "session_type": "normal", "_trace": [],
            "application": {"id": str(self.world.bot.id), "flags": self.world.app_flags},
        })  # fmt: skip
        if intents & GUILDS:
            for guild in guilds:
                session.tell("GUILD_CREATE", shapes.guild_create(self.world, guild, bool(intents & MEMBERS)))
        self.world.changes.tell("gateway", state="ready")

    def _resume(self, line: Line, data: Json) -> None:
        session = self.sessions.get(str(data.get("session_id")))
        missed = session.since(int(data.get("seq") or 0)) if session else None
        if str(data.get("token", "")).removeprefix("Bot ") != self.token:
            line.close(4004, "Authentication failed.")
        elif session is None or missed is None:
            line.send({"op": INVALID, "d": False, "s": None, "t": None})
        else:
            session.line, line.session = line, session
            for event in missed:
                line.send(event)
            session.tell("RESUMED", {"_trace": []})
            self.world.changes.tell("gateway", state="resumed")

    def _members(self, session: Session, data: Json) -> None:
        """Answer a request for members in chunks of 1000."""
        guild = self.world.guilds.get(int(data.get("guild_id") or 0))
        if guild is None:
            return
        people = list(guild.members.values())
        asked = data.get("user_ids")
        wanted = {str(number) for number in (asked if isinstance(asked, list) else [asked])} if asked else set()
        if wanted:
            people = [who for who in people if str(who.user.id) in wanted]
        elif data.get("query"):
            people = [who for who in people if who.user.name.lower().startswith(str(data["query"]).lower())]
        people = people[: int(data.get("limit") or 0) or None]
        missing = sorted(wanted - {str(who.user.id) for who in people})
        chunks = [people[start : start + 1000] for start in range(0, len(people), 1000)] or [[]]
        for index, chunk in enumerate(chunks):
            answer: Json = {"guild_id": str(guild.id), "members": [shapes.member(who) for who in chunk],
                            "chunk_index": index, "chunk_count": len(chunks), "not_found": missing}  # fmt: skip
            session.tell("GUILD_MEMBERS_CHUNK", answer | ({"nonce": data["nonce"]} if data.get("nonce") else {}))

    async def stop(self) -> None:
        for line in list(self.lines):
            line.abort()
        self.sessions.clear()


def _transport(request: web.Request) -> Any:
    return request.transport
