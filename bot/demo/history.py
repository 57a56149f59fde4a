"""What happened before the scenario: neighbours asked the bot on Telegram and gave, each by their own link."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from bot.demo.environment import Environment
from bot.demo.people import NEIGHBOURS, READERS, Json
from bot.domain.people import Contact, PlatformName, Preference
from bot.domain.staff import Role
from bot.store.campaigns import places
from bot.store.core import cursors, switches
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.core import join, late
from bot.usecases.money import reconcile
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff.team import codes
from bot.usecases.supporters import linking
from content.commands import name_of


async def add_first_owner(env: Environment) -> None:
    """Make Nadia the charity's first owner, from her phone, with the code that `obole run` would print."""
    nadia, ctx = env.people["nadia"], env.app.ctx
    manages = env.discord.add_role(env.guild, "Équipe", ["manage_guild"])
    env.discord.set_roles(nadia.discord, env.guild, [manages])
    env.telegram.say(nadia.telegram, f"/{name_of('team', nadia.locale)} {await codes.first_owner(ctx)}")
    await env.telegram.wait_message(nadia.chat)
    public_places: tuple[tuple[PlatformName, Any, str, str], ...] = (
        ("telegram", env.channel["id"], env.channel["title"], "fr"),
        ("discord", env.room["id"], env.room["name"], "en"),
    )
    async with ctx.db.write() as conn:
        for platform, chat, title, locale in public_places:
            at, public = ctx.clock(), places.PUBLIC
            await places.save(
                conn, platform, str(chat), title=title, purpose=public, locales=locale, at=at, is_open=True
            )


async def add_owner_on_discord(env: Environment) -> None:
    """Make Nadia an owner on Discord too, where she has the server's role: a visitor may try staff's commands there."""
    nadia, ctx = env.people["nadia"], env.app.ctx
    async with ctx.db.write() as conn:
        await staff.add(
            conn,
            "discord",
            str(nadia.discord["id"]),
            Role.OWNER,
            label=nadia.name,
            locale=nadia.locale,
            added_by=None,
            at=ctx.clock(),
        )


async def link_owners_accounts(env: Environment) -> None:
    """Link Nadia's accounts as `/link` does, each confirming the other: she is no second person for herself."""
    nadia, ctx = env.people["nadia"], env.app.ctx
    accounts: tuple[tuple[PlatformName, Json], ...] = (("telegram", nadia.telegram), ("discord", nadia.discord))
    on_telegram, on_discord = [
        await join.find_or_join(
            ctx, Contact(platform=platform, external_id=str(account["id"]), locale=nadia.locale, private=True)
        )
        for platform, account in accounts
    ]
    question = await linking.redeem(ctx, on_discord, await linking.create_code(ctx, on_telegram))
    assert isinstance(question, linking.Question)
    for account in (on_discord, on_telegram):
        await linking.answer(ctx, account, question.code.id, yes=True)
    await env.all_sent()


@asynccontextmanager
async def announcements_paused(env: Environment) -> AsyncIterator[None]:
    """Hold announcements of milestones back until the block ends; they then go to every place that has a card.

    Nor is a weekly summary added, then or afterwards: it would come late, since the clock jumps over its Monday.
    """
    await _freeze(env, True)
    yield
    async with env.app.ctx.db.write() as conn:
        await cursors.write(conn, late.DIGEST, env.clock())
    await _freeze(env, False)


async def _freeze(env: Environment, on: bool) -> None:
    ctx = env.app.ctx
    async with ctx.db.write() as conn:
        for name in (switches.FREEZE, switches.DIGEST_OFF):
            await switches.set_switch(conn, switches.Switch(name=name, on=on, at=ctx.clock()))


async def play_history(env: Environment) -> None:
    """Let the neighbours give, the earliest first, while the demo's clock advances from days ago towards now."""
    now = datetime.now(env.clock().tzinfo)
    links = await _request_links(env)
    for name, _, dollars, hours_ago in NEIGHBOURS:
        env.clock.forward(now - timedelta(hours=hours_ago) - env.clock())
        await env.pay(links[name][dollars * 100])
        await env.stripe.book_fees()
        await env.all_sent()  # a message being sent while hours pass would look lost
    await reconcile.fetch_fees(env.app.ctx)
    await _accept_news(env)


async def _accept_news(env: Environment) -> None:
    """Record that some of them have agreed to news since, so that Nadia's broadcast has readers."""
    ctx = env.app.ctx
    for name in READERS:
        async with ctx.db.read() as conn:
            person = await supporters.find(conn, "telegram", str(env.neighbours[name]["id"]))
        assert person is not None
        await set_preferences(ctx, person, [Preference.NEWS], True)


async def _request_links(env: Environment) -> dict[str, dict[int, str]]:
    """Let every neighbour ask the bot; return each one's links by amount in minor units."""
    asked = env.neighbours
    for name, locale, *_ in NEIGHBOURS:
        if name not in asked:
            asked[name] = env.telegram.add_user(name, language_code=locale)
            env.telegram.say(asked[name], "/donner" if locale == "fr" else "/give")
    return {name: amount_links(await env.telegram.wait_message(user["id"])) for name, user in asked.items()}


def amount_links(message: Json) -> dict[int, str]:
    """Return the amount buttons of a private card: amount in minor units -> address."""
    urls = [button["value"] for row in message["buttons"] for button in row if button["kind"] == "url"]
    own = [url for url in urls if "/g/" in url]
    return {int(url.partition("?")[0].rpartition("/")[2]): url for url in own}
