"""People in an environment: what they do on their platform, and which messages the bot has sent them."""

import re
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.people import PlatformName
from bot.store.core.tables import private_answer
from bot.store.supporters import supporters
from content.catalog import Arg, Catalog, Locale
from content.commands import name_of
from payments.money import Money
from tests.journeys.environment import Environment
from tests.waiting import until

CATALOG = Catalog.load()
# The name of a command's first option on Discord, where it is not an amount.
_FIRST_OPTION = dict.fromkeys(("claim", "reclamer", "team", "equipe", "link", "lier"), "code")
_GIVE = ("give", "donner")
_FIRST_OPTION |= dict.fromkeys(("invitedby", "invitepar"), "link")
_FIRST_OPTION |= dict.fromkeys(("add", "ajouter"), "gift")
Json = dict[str, Any]


def cad(minor: int) -> Money:
    return Money(minor, "cad")


def sentence(locale: Locale, key: str, **args: Arg) -> str:
    """Return a sentence of the catalog."""
    return CATALOG.text(locale, key, **args)


@dataclass(frozen=True, slots=True)
class BotMessage:
    """A message of the bot as its reader sees it."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...]  # (label, address or action), top to bottom
    window: str = ""  # Discord: the interaction that opened a modal, whose title is the text

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons]

    def target(self, label: str) -> str:
        """Return the target of the button whose label contains these words. Raises LookupError."""
        found = [target for own, target in self.buttons if label in own]
        if not found:
            raise LookupError(f"no button {label!r} in {self}")
        return found[0]

    @property
    def links(self) -> list[str]:
        return [target for _, target in self.buttons if target.startswith("http")]

    @property
    def first_link(self) -> str:
        """Raises LookupError."""
        if not self.links:
            raise LookupError(f"no link in {self}")
        return self.links[0]


@dataclass(slots=True)
class Person:
    """A person on one platform. `place`: where on Discord they use the bot ("dm", or a channel)."""

    env: Environment
    platform: PlatformName
    locale: Locale
    account: Json
    place: Any = "dm"

    @property
    def id(self) -> int:
        return int(self.account["id"])

    async def command(self, verb: str, amount: str = "", campaign: str = "") -> BotMessage:
        """Use a command by its name in this person's language."""
        if verb in _GIVE:
            return await self._with_payment_links(self._command(verb, amount, campaign))
        return await self._command(verb, amount, campaign)

    async def _command(self, verb: str, amount: str, campaign: str) -> BotMessage:
        if self.platform == "telegram":
            return await self.say(" ".join(filter(None, (f"/{verb}", amount, campaign))))
        first = _FIRST_OPTION.get(verb, "amount")
        options = {key: value for key, value in ((first, amount), ("campaign", campaign)) if value}
        return await self._reply_to(await self.env.discord.slash(self.account, self.place, verb, options))

    async def _with_payment_links(self, act: Awaitable[BotMessage]) -> BotMessage:
        """Return the reply with payment links if there is one, else the plain reply.

        On Discord, wait until the bot has stored that reply: the thank-you replaces it.
        """
        before, received = self.messages(), await act

        def offers() -> list[BotMessage]:
            return [m for m in (received, *self.messages()) if m.links and m not in before]

        with suppress(TimeoutError):
            await until(lambda: bool(offers()), within=1)
            await until(self.reply_is_stored, within=5)
        return offers()[0] if offers() else received

    async def reply_is_stored(self) -> bool:
        """Return whether the bot has stored its ephemeral reply on Discord."""
        if self.platform == "telegram":
            return True
        async with self.env.app.ctx.db.read() as conn:
            known = await supporters.find(conn, "discord", str(self.id))
            rows = await conn.execute(select(private_answer.c.address_id))
            return known is not None and known.address_id in {row.address_id for row in rows}

    async def say(self, text: str) -> BotMessage:
        """Send the bot a private message, which Telegram's app cuts if it is long; return the first reply."""
        if self.platform == "telegram":
            pieces = self.env.telegram.paste(self.account, text)
            return await self.receive(after=pieces[0]["message_id"])
        sent = self.env.discord.dm(self.account, text)
        return await self.receive(after=int(sent["id"]))

    async def fill(self, asked: BotMessage, text: str) -> BotMessage:
        """Answer the bot's question: on Discord in the modal it opened, on Telegram by a message."""
        if self.platform == "telegram" or not asked.window:
            return await self.say(text)
        return await self._reply_to(await self.env.discord.submit_modal(self.account, asked.window, {"text": text}))

    async def start(self, payload: str | None = None) -> BotMessage:
        """Press START on Telegram and return the reply."""
        said = self.env.telegram.press_start(self.account, payload)
        return await self.receive(after=said["message_id"])

    async def tap(self, received: BotMessage, label: str) -> BotMessage:
        """Press a button and return the bot's answer, in this message or a new one.

        If another message was taken for the answer before, press the newest button with this label.
        """

        def candidates() -> list[BotMessage]:
            return [h for h in (received, *reversed(self.messages())) if any(label in own for own in h.labels)]

        await until(lambda: bool(candidates()))
        return await self._press(candidates()[0], candidates()[0].target(label))

    async def read_reply(self, act: Awaitable[object], *words: str) -> BotMessage:
        """Await the action and return the answer that contains all these words; other messages may come in between."""
        before = self.messages()
        await act

        def changed() -> list[BotMessage]:  # new or edited messages
            return [
                received
                for received in self.messages()
                if received not in before and all(w in received.text for w in words)
            ]

        try:
            await until(lambda: bool(changed()))
        except TimeoutError:
            raise LookupError(f"nothing new says {words!r}; the last are {self.messages()[-2:]}") from None
        return changed()[-1]

    async def press(self, ending: str, within: float = 15) -> BotMessage:
        """Press the newest button whose action ends like this, once there is one. Raises LookupError."""
        found: list[tuple[BotMessage, str]] = []

        def is_there() -> bool:
            every = ((received, target) for received in reversed(self.messages()) for _, target in received.buttons)
            found[:] = [(m, target) for m, target in every if target.endswith(ending)][:1]
            return bool(found)

        try:
            await until(is_there, within)
        except TimeoutError:
            raise LookupError(f"no button does {ending!r}; the last are {self.messages()[-2:]}") from None
        return await self._press(*found[0])

    async def _press(self, received: BotMessage, action: str) -> BotMessage:
        before, seen = self._newest().id, self._message(received.id)
        if self.platform == "discord":
            answer = await self.env.discord.click(self.account, str(received.id), action)
            if answer["kind"] != "deferred_edit":
                return await self._reply_to(answer)
        else:
            await self.env.telegram.tap(self.account, self.id, received.id, action)
        await until(lambda: self._message(received.id) != seen or self._newest().id != before)
        return (self._message(received.id) if self._newest().id == before else None) or self._newest()

    async def give(self, amount: str) -> BotMessage:
        """Ask for an amount, pay it, and return the thank-you for this gift.

        On Discord an earlier thank-you may be shown again, since nobody knows whether it was seen.
        """
        asked = await self.command(name_of("give", self.locale), amount)
        money = CATALOG.money(self.locale, cad(int(amount) * 100))
        return await self.read_reply(self.env.pay(asked.first_link), sentence(self.locale, "thanks-title"), money)

    async def claim_gift(self, session: Json) -> BotMessage:
        """Prove by the page after payment that a gift is theirs; return the bot's answer."""
        _, page = await self.env.page(f"/thanks?session={session['id']}&l={self.locale}")
        found = re.search(r"start=c_([a-z0-9]+)|/(?:claim|reclamer) ([a-z0-9]+)", page)
        assert found is not None, page
        code = found[1] or found[2]
        if self.platform == "telegram":
            asked = await self.read_reply(self.start(f"c_{code}"), sentence(self.locale, "claim-title"))
        else:
            asked = await self.command(name_of("claim", self.locale), code)
        done = await self.read_reply(
            self.tap(asked, sentence(self.locale, "claim-mine")), sentence(self.locale, "claim-done-title")
        )
        self.env.clock.ahead += timedelta(minutes=2)  # so that the question after a first claim is sent too
        return done

    async def receive(self, contains: str | None = None, *, after: int = 0, within: float = 15) -> BotMessage:
        """Wait for the bot's first message after `after` that contains these words."""
        if self.platform == "telegram":
            found = await self.env.telegram.wait_message(self.id, contains=contains, after=after, timeout=within)
        else:
            found = await self.env.discord.wait_message(self.account, contains, after, within)
        return self._as_message(found)

    def messages(self) -> list[BotMessage]:
        """Return all messages from the bot to this person, oldest first."""
        if self.platform == "telegram":
            return [self._as_message(m) for m in self.env.telegram.view(self.id) if m["from_bot"]]
        return [self._as_message(m) for m in self.env.discord.view(self.account) if m["author"]["bot"]]

    def _message(self, message: int) -> BotMessage | None:
        return next((received for received in self.messages() if received.id == message), None)

    def _newest(self) -> BotMessage:
        return max(self.messages(), key=lambda received: received.id)

    async def _reply_to(self, answer: Json) -> BotMessage:
        assert answer["kind"] != "failed", answer
        if answer["kind"] == "modal":
            return BotMessage(0, answer["modal"]["title"], (), answer["interaction_id"])
        if answer["kind"] == "deferred":
            return await self.receive(after=int(answer["interaction_id"]))
        return self._as_message(answer["message"])

    def _as_message(self, message: Json) -> BotMessage:
        buttons = [button for row in message["buttons"] for button in row]
        if self.platform == "telegram":
            return BotMessage(
                message["id"], message["text"] or "", tuple((b["text"], str(b["value"])) for b in buttons)
            )
        return BotMessage(
            int(message["id"]), message["text"], tuple((b["label"], b["url"] or b["custom_id"] or "") for b in buttons)
        )


def new_person(env: Environment, platform: PlatformName, locale: Locale = "fr", name: str = "Camille") -> Person:
    """Return a new person; on Discord, a member of the charity's server."""
    if platform == "telegram":
        return Person(env, platform, locale, env.telegram.add_user(name, language_code=locale))
    user = env.discord.add_user(name, locale="fr" if locale == "fr" else "en-US")
    env.discord.join(user, env.guild)
    return Person(env, platform, locale, user, env.room)
