"""The visitor's language: what belongs to no person in particular follows it at the first visit."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.demo.environment import Environment
from bot.demo.people import STAFF
from bot.domain.broadcasts import BroadcastState
from bot.domain.people import PlatformName
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import places, posted
from bot.store.core import notices
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.campaigns import publish
from bot.usecases.ports import MessageRef
from content.catalog import Locale

_PATIENCE = 15.0  # seconds
_ROUND = 1.0  # seconds, longer than a round of notices takes, which knows languages from its start


async def greet(env: Environment, locale: Locale) -> None:
    """Let Nadia, who speaks both languages, and the channel on Telegram speak the language of the first visitor.

    Camille, Alex and Inès keep theirs, so that a visitor sees both at once.
    """
    if env.people[STAFF].locale != locale:
        await _speak(env, locale)
        await _post_card(env, locale)
        await _announce_again(env)
        await env.all_sent()


async def _announce_again(env: Environment) -> None:
    """Let the announcement that waits for Nadia's approval be edited, once it was sent and nothing sends in French."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            async with env.app.ctx.db.read() as conn:
                is_asked = await broadcasts.in_states(conn, [BroadcastState.APPROVAL])
                if is_asked and not await notices.due(conn, env.clock(), 1):
                    break
            await asyncio.sleep(0.05)
    await asyncio.sleep(_ROUND)
    async with env.app.ctx.db.write() as conn:
        for waiting in is_asked:
            await notices.mark_stale(conn, "milestone_approval", f"milestone_approval:{waiting.id}")


async def _speak(env: Environment, locale: Locale) -> None:
    """Change Nadia's language on both platforms."""
    nadia = env.people[STAFF]
    env.telegram.set_language(nadia.telegram, locale)
    env.discord.set_locale(nadia.discord, "fr" if locale == "fr" else "en-US")
    accounts: tuple[tuple[PlatformName, str], ...] = (
        ("telegram", str(nadia.telegram["id"])),
        ("discord", str(nadia.discord["id"])),
    )
    async with env.app.ctx.db.write() as conn:
        for platform, external_id in accounts:
            member = await staff.find(conn, platform, external_id)
            person = await supporters.find(conn, platform, external_id)
            assert member is not None
            assert person is not None
            await staff.set_locale(conn, member.id, locale)
            await supporters.set_locale(conn, person.address_id, locale)
    env.people[STAFF] = replace(nadia, locale=locale)


async def _post_card(env: Environment, locale: Locale) -> None:
    """Replace the card in the channel on Telegram by one in this language."""
    ctx, campaign, chat = env.app.ctx, await env.campaign(), str(env.channel["id"])
    async with ctx.db.write() as conn:
        channel = await places.at_chat(conn, "telegram", chat)
        assert channel is not None
        await places.set_purpose(conn, channel.id, places.PUBLIC, locale)
        before = await posted.in_chat(conn, "telegram", chat)
        await posted.end_in_chat(conn, "telegram", chat, ctx.clock())
    telegram = next(platform for platform in env.app.platforms if platform.name == "telegram")
    for card in before:
        assert card.message_id is not None
        await telegram.delete(MessageRef(chat_id=chat, message_id=card.message_id))
    await publish.post(ctx, telegram, campaign, chat, locale)
