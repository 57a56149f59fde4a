"""People in a town: what each does on their platform, and what the bot has told them."""

import re
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.people import PlatformName
from bot.store.core.tables import private_answer
from bot.store.supporters import supporters
from content.catalog import Arg, Catalog, Locale
from content.commands import name_of
from payments.money import Money
from tests.waiting import until

if TYPE_CHECKING:
    from tests.journeys.town import Town

CATALOG = Catalog.load()
# What Discord calls what is written behind a command, where it is no amount.
_FIRST_OPTION = dict.fromkeys(("claim", "reclamer", "team", "equipe", "link", "lier"), "code")
_GIVE = ("give", "donner")
_FIRST_OPTION |= dict.fromkeys(("invitedby", "invitepar"), "link")
Json = dict[str, Any]


def cad(minor: int) -> Money:
    return Money(minor, "cad")


def says(locale: Locale, key: str, **args: Arg) -> str:
    """A sentence of the catalog."""
    return CATALOG.text(locale, key, **args)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the bot as a person has it in front of them."""

    id: int
    text: str
    buttons: tuple[tuple[str, str], ...]  # (label, address or action), top to bottom
    window: str = ""  # Discord: the interaction that opened a window, whose title is the text

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons]

    def target(self, label: str) -> str:
        """What is behind the button whose label contains these words. Raises LookupError."""
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
    """Somebody on one platform. `place`: where on Discord they use the bot ("dm", or a channel)."""

    town: "Town"
    platform: PlatformName
    locale: Locale
    account: Json
    place: Any = "dm"

    @property
    def id(self) -> int:
        return int(self.account["id"])

    async def command(self, verb: str, amount: str = "", campaign: str = "") -> Heard:
        """Use a command by its English or French name, as this person's language has it."""
        if verb in _GIVE:
            return await self._offered(self._command(verb, amount, campaign))
        return await self._command(verb, amount, campaign)

    async def _command(self, verb: str, amount: str, campaign: str) -> Heard:
        if self.platform == "telegram":
            return await self.say(" ".join(filter(None, (f"/{verb}", amount, campaign))))
        first = _FIRST_OPTION.get(verb, "amount")
        options = {key: value for key, value in ((first, amount), ("campaign", campaign)) if value}
        return await self._answered(await self.town.discord.slash(self.account, self.place, verb, options))

    async def _offered(self, act: Awaitable[Heard]) -> Heard:
        """The answer with the ways to pay, where there is one. On Discord nobody pays before the bot has noted where
        that answer stands: its thank-you takes its place."""
        before, heard = self.everything(), await act

        def offers() -> list[Heard]:
            return [one for one in (heard, *self.everything()) if one.links and one not in before]

        with suppress(TimeoutError):
            await until(lambda: bool(offers()), within=1)
            await until(self.is_noted, within=5)
        return offers()[0] if offers() else heard

    async def is_noted(self) -> bool:
        """Whether the bot knows where its private answer on Discord stands."""
        if self.platform == "telegram":
            return True
        async with self.town.app.ctx.db.read() as conn:
            known = await supporters.find(conn, "discord", str(self.id))
            rows = await conn.execute(select(private_answer.c.address_id))
            return known is not None and known.address_id in {row.address_id for row in rows}

    async def say(self, text: str) -> Heard:
        """Write to the bot in private."""
        if self.platform == "telegram":
            said = self.town.telegram.say(self.account, text)
            return await self.hears(after=said["message_id"])
        told = self.town.discord.dm(self.account, text)
        return await self.hears(after=int(told["id"]))

    async def fill(self, asked: Heard, text: str) -> Heard:
        """Answer what the bot asked for: on Discord in the window that opened, on Telegram by writing."""
        if self.platform == "telegram" or not asked.window:
            return await self.say(text)
        return await self._answered(await self.town.discord.submit_modal(self.account, asked.window, {"text": text}))

    async def start(self, payload: str | None = None) -> Heard:
        """Press START on Telegram."""
        said = self.town.telegram.press_start(self.account, payload)
        return await self.hears(after=said["message_id"])

    async def tap(self, heard: Heard, label: str) -> Heard:
        """Press a button that the bot answers; what it says then, in this message or a new one.

        Where other news came in between and was taken for the answer, the newest button with this label is pressed.
        """

        def those() -> list[Heard]:
            return [h for h in (heard, *reversed(self.everything())) if any(label in own for own in h.labels)]

        await until(lambda: bool(those()))
        return await self._pressed(those()[0], those()[0].target(label))

    async def reads(self, act: Awaitable[object], *words: str) -> Heard:
        """Do something, and read the answer that contains all these words: other news may come in between."""
        before = self.everything()
        await act

        def news() -> list[Heard]:  # a message that has changed is news as well
            return [heard for heard in self.everything() if heard not in before and all(w in heard.text for w in words)]

        try:
            await until(lambda: bool(news()))
        except TimeoutError:
            raise LookupError(f"nothing new says {words!r}; the last are {self.everything()[-2:]}") from None
        return news()[-1]

    async def press(self, ending: str, within: float = 15) -> Heard:
        """The same with the newest button whose action ends like this, once it is there. Raises LookupError."""
        found: list[tuple[Heard, str]] = []

        def is_there() -> bool:
            every = ((heard, target) for heard in reversed(self.everything()) for _, target in heard.buttons)
            found[:] = [one for one in every if one[1].endswith(ending)][:1]
            return bool(found)

        try:
            await until(is_there, within)
        except TimeoutError:
            raise LookupError(f"no button does {ending!r}; the last are {self.everything()[-2:]}") from None
        return await self._pressed(*found[0])

    async def _pressed(self, heard: Heard, action: str) -> Heard:
        before, seen = self._newest().id, self._mine(heard.id)
        if self.platform == "discord":
            answer = await self.town.discord.click(self.account, str(heard.id), action)
            if answer["kind"] != "deferred_edit":
                return await self._answered(answer)
        else:
            await self.town.telegram.tap(self.account, self.id, heard.id, action)
        await until(lambda: self._mine(heard.id) != seen or self._newest().id != before)
        return (self._mine(heard.id) if self._newest().id == before else None) or self._newest()

    async def gives(self, amount: str) -> Heard:
        """Ask for an amount, pay it, and be thanked; the thanks for this gift: on Discord an earlier one may be shown
        again, since nobody knows whether it was seen.
        """
        asked = await self.command(name_of("give", self.locale), amount)
        money = CATALOG.money(self.locale, cad(int(amount) * 100))
        return await self.reads(self.town.pay(asked.first_link), says(self.locale, "thanks-title"), money)

    async def claims(self, session: Json) -> Heard:
        """Prove with the page after Stripe's that a gift is theirs; what the bot says then."""
        _, page = await self.town.page(f"/thanks?session={session['id']}&l={self.locale}")
        found = re.search(r"start=c_([a-z0-9]+)|/(?:claim|reclamer) ([a-z0-9]+)", page)
        assert found is not None, page
        code = found[1] or found[2]
        if self.platform == "telegram":
            asked = await self.reads(self.start(f"c_{code}"), says(self.locale, "claim-title"))
        else:
            asked = await self.command(name_of("claim", self.locale), code)
        done = await self.reads(self.tap(asked, says(self.locale, "claim-mine")), says(self.locale, "claim-done-title"))
        self.town.clock.ahead += timedelta(minutes=2)  # the question that follows a first claim leaves as well
        return done

    async def hears(self, contains: str | None = None, *, after: int = 0, within: float = 15) -> Heard:
        """The bot's first message after another one that contains these words."""
        if self.platform == "telegram":
            found = await self.town.telegram.wait_message(self.id, contains=contains, after=after, timeout=within)
        else:
            found = await self.town.discord.wait_message(self.account, contains, after, within)
        return self._heard(found)

    def everything(self) -> list[Heard]:
        """All that the bot has told this person, oldest first."""
        if self.platform == "telegram":
            return [self._heard(m) for m in self.town.telegram.view(self.id) if m["from_bot"]]
        return [self._heard(m) for m in self.town.discord.view(self.account) if m["author"]["bot"]]

    def _mine(self, message: int) -> Heard | None:
        return next((heard for heard in self.everything() if heard.id == message), None)

    def _newest(self) -> Heard:
        return max(self.everything(), key=lambda heard: heard.id)

    async def _answered(self, answer: Json) -> Heard:
        assert answer["kind"] != "failed", answer
        if answer["kind"] == "modal":
            return Heard(0, answer["modal"]["title"], (), answer["interaction_id"])
        if answer["kind"] == "deferred":
            return await self.hears(after=int(answer["interaction_id"]))
        return self._heard(answer["message"])

    def _heard(self, message: Json) -> Heard:
        one = [button for row in message["buttons"] for button in row]
        if self.platform == "telegram":
            return Heard(message["id"], message["text"] or "", tuple((b["text"], str(b["value"])) for b in one))
        return Heard(
            int(message["id"]), message["text"], tuple((b["label"], b["url"] or b["custom_id"] or "") for b in one)
        )
