"""Fixtures: a sandbox, and the real discord.py connected to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.sandbox.discord import DiscordSandbox

FRENCH = {"give": "donner", "Give to a campaign": "Donner à une campagne", "amount": "montant", "How much": "Combien"}


class AdjustableClock:
    """Real time plus an adjustable lead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Names(app_commands.Translator):
    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        return FRENCH.get(string.message) if locale is discord.Locale.french else None


class Persistent(ui.DynamicItem[ui.Button[Any]], template=r"o:(?P<what>.+)"):
    """A button whose state is all in its custom id."""

    def __init__(self, what: str) -> None:
        super().__init__(ui.Button(label=f"Do {what}", custom_id=f"o:{what}"))
        self.what = what

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: Any) -> "Persistent":
        return cls(match["what"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        if self.what == "edit":
            await interaction.response.edit_message(content="changed", view=None)
        elif self.what == "slow":
            await interaction.response.defer()
            await interaction.edit_original_response(content="slowly changed")
        elif self.what == "silent":
            await asyncio.sleep(1)
        elif self.what == "ask":
            await interaction.response.send_modal(Claim())
        else:
            link = ui.View().add_item(ui.Button(label="5 $", url="https://give.example/5"))
            await interaction.response.send_message(f"for you: {self.what}", view=link, ephemeral=True)


class Claim(ui.Modal, title="Your code"):
    code: ui.TextInput[Any] = ui.TextInput(label="Code", custom_id="code", max_length=20)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"claimed {self.code.value}", ephemeral=True)


class Bot(discord.Client):
    """A small version of our bot."""

    def __init__(self, **options: Any) -> None:
        intents = options.pop("intents", discord.Intents(guilds=True, dm_messages=True))
        super().__init__(intents=intents, guild_ready_timeout=0.05, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.failed: list[BaseException] = []
        self.tree.add_command(give_command())
        self.add_dynamic_items(Persistent)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Skip the five seconds that discord.py waits before it identifies again."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(("message", message))

    async def on_member_join(self, member: discord.Member) -> None:
        self.heard.append(("join", member.name))

    async def on_invite_create(self, invite: discord.Invite) -> None:
        self.heard.append(("invite", invite.code))

    async def on_invite_delete(self, invite: discord.Invite) -> None:
        self.heard.append(("uninvite", invite.code))

    async def on_resumed(self) -> None:
        self.heard.append(("resumed", None))

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]


def give_command() -> app_commands.Command[Any, Any, Any]:
    @app_commands.command(
        name=app_commands.locale_str("give"), description=app_commands.locale_str("Give to a campaign")
    )
    @app_commands.describe(amount=app_commands.locale_str("How much"), campaign="Which")
    @app_commands.rename(amount=app_commands.locale_str("amount"))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def give(interaction: discord.Interaction[Any], amount: str = "", campaign: str = "") -> None:
        if amount == "later":
            await interaction.response.defer(ephemeral=True)
            await interaction.followup.send("done", ephemeral=True)
            return
        link = ui.View().add_item(ui.Button(label="5 $", url="https://give.example/5"))
        link.add_item(ui.Button(label="Other", custom_id="o:other"))
        where = f"{interaction.locale} {interaction.guild_locale} {interaction.context.to_array()}"
        owners = f"{interaction.is_guild_integration()} {interaction.is_user_integration()}"
        await interaction.response.send_message(f"{amount} {where} {owners}", view=link, ephemeral=True)

    @give.autocomplete("campaign")
    async def campaigns(_: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}ées", value="1")]

    return give


@pytest.fixture
def clock() -> AdjustableClock:
    return AdjustableClock()


@pytest.fixture
async def sandbox(clock: AdjustableClock) -> AsyncIterator[DiscordSandbox]:
    async with DiscordSandbox(clock=clock, limits=None, patience=0.5) as running:
        yield running


@asynccontextmanager
async def connected(sandbox: DiscordSandbox, api_url: str | None = None, **options: Any) -> AsyncIterator[Bot]:
    """Yield a bot that is logged in, connected and ready."""
    Route.BASE = api_url or sandbox.api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway_url)
    bot = Bot(**options)
    running: asyncio.Task[None] | None = None
    try:
        await bot.login(sandbox.token)
        running, ready = asyncio.create_task(bot.connect()), asyncio.create_task(bot.wait_until_ready())
        done, _ = await asyncio.wait((running, ready), timeout=5, return_when=asyncio.FIRST_COMPLETED)
        if ready not in done:
            ready.cancel()
            await running
        yield bot
    finally:
        await bot.close()
        if running:
            await running


@pytest.fixture(autouse=True)
def usual_discord() -> Any:
    """Restore discord.py's addresses, which are globals."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
