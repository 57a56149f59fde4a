"""Slash commands in both languages, for servers, direct messages and user installs.

The base name is English; French clients show and accept the French one. Callbacks only pass on what was typed:
bot.usecases.router decides what a command does.
"""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

import discord
from discord import app_commands
from discord.app_commands import Choice, Range, locale_str

from bot.platforms.discord.handlers import Handlers
from content.catalog import Catalog
from content.commands import COMMANDS, STAFF_COMMANDS, Command

MAX_CHOICES = 25
MAX_CHOICE = 100
_ENGLISH = {discord.Locale.american_english, discord.Locale.british_english}
_Callback = Callable[..., Coroutine[Any, Any, None]]
_SlashCommand = app_commands.Command[Any, ..., None]


class Tree(app_commands.CommandTree[discord.Client]):
    """All commands. A removed command that Discord still shows is answered too."""

    def __init__(self, client: discord.Client, catalog: Catalog, handlers: Handlers) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._handlers = handlers
        for command in COMMANDS:
            if command.ready:
                self.add_command(_build(catalog, handlers, command))
        for command in STAFF_COMMANDS:
            self.add_command(_staff_only(_build(catalog, handlers, command)))

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError, /) -> None:
        """Answer unknown commands. Handlers answer their own failures."""
        if isinstance(error, app_commands.CommandNotFound):
            await self._handlers.command(interaction, error.name)
        else:
            self._handlers.report(error, interaction.id)

    async def in_all_languages(self) -> list[dict[str, Any]]:
        """Return the commands as registered with Discord."""
        translator = FrenchAndEnglish()
        commands = self.get_commands(type=discord.AppCommandType.chat_input)
        return [await command.get_translated_payload(self, translator) for command in commands]


class FrenchAndEnglish(app_commands.Translator):
    """Returns each text in the languages it was created with."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return the text for one of Discord's locales, or None for the English base."""
        if locale is discord.Locale.french:
            french = string.extras.get("fr")
            return None if french is None else str(french)
        return string.message if locale in _ENGLISH else None


def same_commands(wanted: list[dict[str, Any]], registered: list[dict[str, Any]]) -> bool:
    """Return whether the registered commands match ours, apart from Discord's IDs and defaults."""
    return _by_name(wanted) == _by_name(registered)


def _by_name(commands: list[dict[str, Any]]) -> dict[str, Any]:
    return {command["name"]: _normalized(command) for command in commands}


def _normalized(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the compared fields of a command or option; empty and missing are the same."""
    normalized = {key: part.get(key) or None for key in _COMPARED}
    if normalized["default_member_permissions"] is not None:
        normalized["default_member_permissions"] = str(normalized["default_member_permissions"])
    normalized["choices"] = [_normalized_choice(choice) for choice in part.get("choices") or ()] or None
    normalized["options"] = [_normalized(option) for option in part.get("options") or ()] or None
    for key in ("contexts", "integration_types"):
        normalized[key] = sorted(part.get(key) or ()) or None
    return normalized


def _normalized_choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    return {key: choice.get(key) or None for key in ("name", "name_localizations", "value")}


_COMPARED = (
    *("name", "description", "name_localizations", "description_localizations"),
    *("type", "required", "autocomplete", "min_length", "max_length", "default_member_permissions"),
)


def _text(catalog: Catalog, key: str) -> locale_str:
    """Return a text in both languages."""
    return locale_str(catalog.text("en", key), fr=catalog.text("fr", key))


def _build(catalog: Catalog, handlers: Handlers, command: Command) -> _SlashCommand:
    make = _WITH_OPTIONS.get(command.verb)
    return app_commands.Command(
        name=locale_str(command.en, fr=command.fr),
        description=_text(catalog, command.description_key),
        callback=make(catalog, handlers) if make else _without_options(handlers, command.en),
    )


def _staff_only(command: _SlashCommand) -> _SlashCommand:
    """Show a command in servers only to people who can manage the server, unless its owner extends that (Integrations).

    Discord has no such setting for direct messages: there, others are refused politely.
    """
    command.default_permissions = discord.Permissions(manage_guild=True)
    command.allowed_contexts = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
    command.allowed_installs = app_commands.AppInstallationType(guild=True, user=False)
    return command


class _Named(Protocol):
    def __call__(self, callback: _Callback) -> _Callback: ...


def _option(catalog: Catalog, key: str, parameter: str) -> _Named:
    """Return a decorator that names and describes an option."""

    def name(callback: _Callback) -> _Callback:
        named = app_commands.rename(**{parameter: _text(catalog, f"{key}-name")})(callback)
        return app_commands.describe(**{parameter: _text(catalog, key)})(named)

    return name


def _without_options(handlers: Handlers, name: str) -> _Callback:
    async def run(interaction: discord.Interaction) -> None:
        await handlers.command(interaction, name)

    return run


def _give(catalog: Catalog, handlers: Handlers) -> _Callback:
    async def campaigns(interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        found = await handlers.campaigns(interaction, typed)
        return [Choice(name=name[:MAX_CHOICE], value=slug) for slug, name in found[:MAX_CHOICES]]

    @_option(catalog, "option-amount", "amount")
    @_option(catalog, "option-campaign", "campaign")
    @app_commands.autocomplete(campaign=campaigns)
    async def run(
        interaction: discord.Interaction,
        amount: Range[str, 1, 100] | None = None,
        campaign: Range[str, 1, 100] | None = None,
    ) -> None:
        await handlers.command(interaction, "give", " ".join(filter(None, (amount, campaign))))

    return run


def _claim(catalog: Catalog, handlers: Handlers) -> _Callback:
    @_option(catalog, "option-code", "code")
    async def run(interaction: discord.Interaction, code: Range[str, 1, 100]) -> None:
        await handlers.command(interaction, "claim", code)

    return run


def _invite(catalog: Catalog, handlers: Handlers) -> _Callback:
    @_option(catalog, "option-words", "text")
    async def run(interaction: discord.Interaction, text: Range[str, 1, 1000] | None = None) -> None:
        await handlers.command(interaction, "invite", text or "")

    return run


def _share(catalog: Catalog, handlers: Handlers) -> _Callback:
    async def run(interaction: discord.Interaction) -> None:
        await handlers.command(interaction, "share", public=True)

    return run


def _invited_by(catalog: Catalog, handlers: Handlers) -> _Callback:
    @_option(catalog, "option-inviter", "link")
    async def run(interaction: discord.Interaction, link: Range[str, 1, 200] | None = None) -> None:
        await handlers.command(interaction, "invitedby", link or "")

    return run


def _link(catalog: Catalog, handlers: Handlers) -> _Callback:
    @_option(catalog, "option-link-code", "code")
    async def run(interaction: discord.Interaction, code: Range[str, 1, 40] | None = None) -> None:
        await handlers.command(interaction, "link", code or "")

    return run


def _team(catalog: Catalog, handlers: Handlers) -> _Callback:
    may = [Choice(name=_text(catalog, key), value=what) for what, key in _ROLES.items()]

    @_option(catalog, "option-staff-code", "code")
    @_option(catalog, "option-staff-role", "role")
    @_option(catalog, "option-staff-may", "may")
    @app_commands.choices(may=may)
    async def run(
        interaction: discord.Interaction,
        code: Range[str, 1, 100] | None = None,
        role: discord.Role | None = None,
        may: Choice[str] | None = None,
    ) -> None:
        if role is None:
            await handlers.command(interaction, "team", code or "")
            return
        allowed = "editor" if may is None else may.value
        await handlers.command(interaction, "team", f"role:{role.id}:{allowed}:{role.name}")

    return run


def _add(catalog: Catalog, handlers: Handlers) -> _Callback:
    @_option(catalog, "option-offline", "gift")
    async def run(interaction: discord.Interaction, gift: Range[str, 1, 100] | None = None) -> None:
        await handlers.command(interaction, "add", gift or "")

    return run


_ROLES: Mapping[str, str] = {
    "editor": "option-staff-editor",
    "viewer": "option-staff-viewer",
    "none": "option-staff-none",
}
_WITH_OPTIONS: Mapping[str, Callable[[Catalog, Handlers], _Callback]] = {
    "give": _give,
    "claim": _claim,
    "invite": _invite,
    "share": _share,
    "invitedby": _invited_by,
    "link": _link,
    "team": _team,
    "add": _add,
}
