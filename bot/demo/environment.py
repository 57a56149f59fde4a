"""The demo's environment: the three fakes, the bot in front of them, one campaign, and the people who act."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import aiohttp

from bot.app import App
from bot.demo.clock import DemoClock
from bot.demo.people import Json, Person
from bot.domain.campaigns import Campaign
from bot.sandbox.discord import DiscordSandbox
from bot.sandbox.stripe import StripeSandbox
from bot.sandbox.telegram import TelegramSandbox
from bot.store.campaigns import campaigns
from bot.store.core import outbox
from bot.usecases.campaigns import publish
from bot.usecases.core import late
from bot.usecases.gifts import gift_page

CAMPAIGN = "dehors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything that runs, and the people and places a scenario refers to. Amounts are minor units."""

    clock: DemoClock
    telegram: TelegramSandbox
    discord: DiscordSandbox
    stripe: StripeSandbox
    app: App
    browser: aiohttp.ClientSession  # opens links, as people's phones do
    people: dict[str, Person]
    channel: Json  # on Telegram
    guild: Json  # on Discord
    room: Json  # the Discord channel
    neighbours: dict[str, Json] = field(default_factory=dict)  # Telegram accounts of those who gave before
    dialogs: dict[frozenset[str], Json] = field(default_factory=dict)  # Telegram chats of two people, by their keys

    async def campaign(self) -> Campaign:
        """Return the campaign as stored now."""
        async with self.app.ctx.db.read() as conn:
            found = await campaigns.by_slug(conn, CAMPAIGN)
        assert found is not None
        return found

    def dialog(self, one: Person, other: Person) -> Json:
        """Return the chat of two people on Telegram, which the bot does not see; create it for the first message."""
        pair = frozenset((one.key, other.key))
        if pair not in self.dialogs:
            self.dialogs[pair] = self.telegram.add_dialog(one.telegram, other.telegram)
        return self.dialogs[pair]

    async def follow(self, url: str) -> str:
        """Return where a button's address leads, through our short link. Raises LookupError."""
        if not url.startswith(f"{self.app.ctx.public_url}/g/"):
            return url
        async with self.browser.get(url, allow_redirects=False) as answer:
            if answer.status != 302:
                raise LookupError(f"{url} answered {answer.status}")
            return answer.headers["Location"]

    async def pay(self, url: str) -> Json:
        """Open a button's address and pay with the test card; return Stripe's session once webhooks are delivered."""
        session = await self.stripe.pay(await self.follow(url), email="donor@example.org")
        await self.stripe.delivered()
        return dict(session)

    async def is_proved(self, session: Json) -> bool:
        """Return whether the payer of a session is known, by their card, so that there is nothing to confirm."""
        return (await gift_page.facts(self.app.ctx, session["id"], may_ask=False)).claim_token is None

    async def monthly_claim(self, person: Person) -> str | None:
        """Return the token that claims the monthly gift that this person has just begun, if nobody has claimed it."""
        mine = [
            session
            for session in self.stripe.world.every("checkout.session")
            if session["status"] == "complete" and (session["customer_details"] or {}).get("email") == person.email
        ]
        if not mine:
            return None
        latest = max(mine, key=lambda session: int(session["created"]))
        gift = await gift_page.facts(self.app.ctx, latest["id"], may_ask=False)
        return gift.claim_token if gift.is_monthly else None

    async def confirm(self, person: Person, session: Json) -> Json:
        """Go from the page after payment to Telegram, confirm the gift as this person's; return the bot's answer."""
        gift = await gift_page.facts(self.app.ctx, session["id"], may_ask=False)
        said = self.telegram.press_start(person.telegram, f"c_{gift.claim_token}")
        asked = await self.telegram.wait_message(person.chat, after=said["message_id"])
        await self.telegram.tap(person.telegram, person.chat, asked["id"], "Oui, c’est mon don")
        return dict(await self.telegram.wait_message(person.chat, contains="C’est fait", after=asked["id"] - 1))

    async def all_sent(self, within: float = 10.0) -> None:
        """Wait until no due message is left in the outbox. Raises TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while True:
                async with self.app.ctx.db.read() as conn:
                    sending = (await outbox.counts(conn)).get("sending")
                    due = [await outbox.next_due(conn, platform.name) for platform in self.app.platforms]
                if not sending and all(at is None or at > self.clock() for at in due):
                    return
                await asyncio.sleep(0.02)

    async def let_pass(self, by: timedelta) -> None:
        """Advance the clock once nothing is being sent: a message being sent would look lost afterwards."""
        await self.all_sent()
        async with self.app.ctx.db.write() as conn:
            await late.note_all(conn, self.clock() + by)
        self.clock.forward(by)
        self.app.ctx.wake()

    async def until_morning(self, days: int) -> None:
        """Advance the clock by this many days, to 10:00 in the charity's time zone."""
        zone = ZoneInfo(self.app.ctx.zone)
        now = self.clock().astimezone(zone)
        await self.let_pass(datetime.combine(now.date() + timedelta(days=days), time(10), zone) - now)

    async def post_cards(self) -> None:
        """Post the campaign's card, in French in the Telegram channel and in English in the Discord channel."""
        ctx, campaign = self.app.ctx, await self.campaign()
        places = {"telegram": (str(self.channel["id"]), "fr"), "discord": (str(self.room["id"]), "en")}
        for platform in self.app.platforms:
            place, locale = places[platform.name]
            await publish.post(ctx, platform, campaign, place, locale)
