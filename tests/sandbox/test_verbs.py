"""Every verb of the fakes can be used over HTTP."""

import inspect

import pytest

from bot.sandbox.discord import sandbox as discord
from bot.sandbox.telegram import server as telegram

# What is not for JSON: subscriptions, files and other looks inside. `state` has a path of its own.
NOT_OVER_HTTP = {"changes", "subscribe", "state", "photo", "document", "file", "is_member"}


@pytest.mark.parametrize(
    ("fake", "listed"),
    [(telegram.TelegramSandbox, telegram.VERBS), (discord.DiscordSandbox, discord.VERBS)],
    ids=["telegram", "discord"],
)
def test_every_verb_is_listed(fake: type, listed: tuple[str, ...]) -> None:
    parts = [part for part in fake.__mro__ if part.__name__.endswith("Verbs")]
    public = {name for part in parts for name, it in vars(part).items() if inspect.isfunction(it) and name[0] != "_"}
    assert public - NOT_OVER_HTTP == set(listed)
