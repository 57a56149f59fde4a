"""A running broadcast with recipients, as rows that the broadcast use cases would write, and its workers."""

import time
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from bot.delivery.broadcasts import BroadcastLoop
from bot.delivery.copies import BroadcastSender, CardSource
from bot.delivery.corrections import CorrectionLoop
from bot.delivery.pace import Pace
from bot.delivery.pacer import Pacer
from bot.domain.broadcasts import BroadcastState
from bot.domain.people import Locale, PlatformName
from bot.store.broadcasts.tables import broadcast, broadcast_post, recipient
from bot.store.campaigns import places
from bot.store.campaigns.places import Place
from bot.store.supporters.tables import address, preference, supporter
from bot.usecases.context import Context
from bot.usecases.ports import Copies, MessageRef, PlatformError
from content.cards import Button, Card
from tests.conftest import START
from tests.delivery.test_loop import RecordingPlatform
from tests.usecase_setup import open_campaign

MARK = "~reference~"
BROADCAST = 7_000_000_000


@dataclass
class RecordingMassPlatform(RecordingPlatform):
    """Records every call. `fails`: the errors that the next sends to a chat raise, in order."""

    name: PlatformName = "telegram"
    fails: dict[str, list[PlatformError]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.name)
        self.copies: list[tuple[str, str, str]] = []
        self.edits: list[tuple[str, str]] = []
        self.deleted: list[str] = []
        self.posted: list[str] = []

    def prepare(self, card: Card, mark: str) -> Copies:
        return Copies(card=card, mark=mark)

    async def send_copy(
        self, external_id: str, copies: Copies, reference: str, *, nonce: str, silent: bool = False
    ) -> MessageRef:
        card = copies.for_one(reference)
        self.copies.append((external_id, card.title, nonce))
        if waiting := self.fails.get(external_id):
            raise waiting.pop(0)
        return MessageRef(chat_id=external_id, message_id=f"m{external_id}")

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        if waiting := self.fails.get(place):
            raise waiting.pop(0)
        self.posted.append(place)
        return MessageRef(chat_id=f"{place}9", message_id="p1")

    async def edit(self, ref: MessageRef, card: Card) -> None:
        if waiting := self.fails.get(ref.chat_id):
            raise waiting.pop(0)
        self.edits.append((ref.chat_id, card.title))

    async def delete(self, ref: MessageRef) -> None:
        if waiting := self.fails.get(ref.chat_id):
            raise waiting.pop(0)
        self.deleted.append(ref.chat_id)


async def _template(_broadcast: int, locale: Locale, asks: bool) -> Card:
    rows = ((Button(label="5 $", url=f"https://don.example/g/{MARK}/500"),),) if asks else ()
    return Card(title=f"News {locale}", rows=rows)


async def _post(_broadcast: int, place: Place) -> Card:
    return Card(title=f"News in {place.title}")


async def _withdrawn(_broadcast: int, locale: Locale) -> Card:
    return Card(title=f"Withdrawn {locale}")


CARD_SOURCE = CardSource(mark=MARK, template=_template, post=_post, withdrawn=_withdrawn)


async def start_broadcast(
    ctx: Context, count: int, platform: PlatformName = "telegram", *, wrote: bool = True, **changes: Any
) -> list[str]:
    """Write a running broadcast to `count` people who agreed to news. Return their external ids.

    `wrote` False: on Discord, they have only installed the bot, so that a message opens a conversation.
    """
    campaign = await open_campaign(ctx)
    ids = [1000 + number for number in range(count)]
    body = {"texts": {"fr": "Bonjour", "en": "Hello"}}
    async with ctx.db.write() as conn:
        row = {
            "id": BROADCAST,
            "kind": "staff",
            "state": BroadcastState.RUNNING,
            "campaign_id": campaign.id,
            "body": body,
            "segment": {"giving": [], "locale": None, "platform": None},
            "quiet": "silent",
            "made_at": START,
            "starts_at": START,
            "started_at": START,
        }
        await conn.execute(insert(broadcast), [row | changes])
        people = [{"id": i, "joined_at": START} for i in ids]
        addresses = [
            {
                "id": i,
                "supporter_id": i,
                "platform": platform,
                "external_id": str(i),
                "locale": "fr",
                "wrote_at": START if platform == "discord" and wrote else None,
                "installed_at": START if platform == "discord" else None,
            }
            for i in ids
        ]
        agreed = [{"supporter_id": i, "kind": "news", "accepted": True, "changed_at": START} for i in ids]
        copies = [
            {
                "broadcast_id": BROADCAST,
                "supporter_id": i,
                "address_id": i,
                "platform": platform,
                "external_id": str(i),
                "locale": "fr",
                "asks": True,
                "silent": False,
                "state": "waiting",
                "due_at": START,
            }
            for i in ids
        ]
        for table, rows in ((supporter, people), (address, addresses), (preference, agreed), (recipient, copies)):
            if rows:
                await conn.execute(insert(table), rows)
    return [str(i) for i in ids]


async def add_post(ctx: Context, chat: str, platform: PlatformName = "telegram") -> Place:
    """Add a place where the broadcast is to be posted."""
    async with ctx.db.write() as conn:
        place = await places.save(conn, platform, chat, title="News", purpose="public", locales="fr", at=START)
        row = {"broadcast_id": BROADCAST, "place_id": place.id, "state": "waiting", "due_at": START}
        await conn.execute(insert(broadcast_post), [row])
    return place


async def change(ctx: Context, **values: Any) -> None:
    """Change the broadcast's row."""
    async with ctx.db.write() as conn:
        await conn.execute(update(broadcast).where(broadcast.c.id == BROADCAST).values(**values))


async def rows(ctx: Context, *columns: str) -> list[tuple[Any, ...]]:
    """Return the columns of all recipients, in order of supporter."""
    async with ctx.db.read() as conn:
        query = select(*(recipient.c[name] for name in columns)).order_by(recipient.c.supporter_id)
        return [tuple(row) for row in await conn.execute(query)]


@dataclass
class BroadcastWorkers:
    """The broadcast workers of one platform, run step by step."""

    ctx: Context
    platform: RecordingMassPlatform
    dm_pacer: Pacer | None = None
    pacer: Pacer = field(default_factory=lambda: Pacer(Pace(overall=100_000), monotonic=time.monotonic))
    paused: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        broadcast_sender = BroadcastSender(self.ctx, self.platform, self.pacer, CARD_SOURCE, dm_pacer=self.dm_pacer)
        self.corrections = CorrectionLoop(self.ctx, self.platform.name, broadcast_sender)
        self.sends = BroadcastLoop(
            self.ctx, self.platform.name, broadcast_sender, self.pacer, pause=self._pause, dm_pacer=self.dm_pacer
        )

    async def _pause(self, broadcast_id: int, why: str) -> None:
        self.paused.append((broadcast_id, why))
        await change(self.ctx, state=BroadcastState.PAUSED)


async def post_row(ctx: Context) -> tuple[object, ...]:
    """Return state, chat id, message id and revision of the only post."""
    async with ctx.db.read() as conn:
        columns = (broadcast_post.c.state, broadcast_post.c.chat_id, broadcast_post.c.message_id)
        return tuple((await conn.execute(select(*columns, broadcast_post.c.revision))).one())
