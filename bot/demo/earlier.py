"""What happened before the story: neighbours asked the bot on Telegram and gave, each by their own link."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.demo.cast import NEIGHBOURS, READERS, Json
from bot.domain.people import PlatformName, Preference
from bot.store.campaigns import places
from bot.store.core import switches
from bot.store.supporters import supporters
from bot.usecases.money import reconcile
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff.team import codes
from content.commands import name_of

if TYPE_CHECKING:
    from bot.demo.stage import Stage


async def open_the_office(stage: Stage) -> None:
    """Nadia becomes the charity's first owner, from her phone, with the code that `obole run` would print."""
    nadia, ctx = stage.people["nadia"], stage.app.ctx
    manages = stage.discord.add_role(stage.guild, "Équipe", ["manage_guild"])
    stage.discord.set_roles(nadia.discord, stage.guild, [manages])
    stage.telegram.say(nadia.telegram, f"/{name_of('team', nadia.locale)} {await codes.first_owner(ctx)}")
    await stage.telegram.wait_message(nadia.chat)
    known: tuple[tuple[PlatformName, Any, str, str], ...] = (
        ("telegram", stage.channel["id"], stage.channel["title"], "fr"),
        ("discord", stage.room["id"], stage.room["name"], "en"),
    )
    async with ctx.db.write() as conn:
        for platform, chat, title, locale in known:
            at, public = ctx.clock(), places.PUBLIC
            await places.save(
                conn, platform, str(chat), title=title, purpose=public, locales=locale, at=at, is_open=True
            )


@asynccontextmanager
async def nothing_announced(stage: Stage) -> AsyncIterator[None]:
    """What is crossed in here is announced afterwards, in every place where a card stands by then."""
    await _freeze(stage, True)
    yield
    await _freeze(stage, False)


async def _freeze(stage: Stage, on: bool) -> None:
    ctx = stage.app.ctx
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, switches.Switch(name=switches.FREEZE, on=on, at=ctx.clock()))


async def play(stage: Stage) -> None:
    """Let the neighbours give, the earliest first, while the stage's clock goes from days ago towards now."""
    now = datetime.now(stage.clock().tzinfo)
    links = await _ask(stage)
    for name, _, dollars, hours_ago in NEIGHBOURS:
        stage.clock.forward(now - timedelta(hours=hours_ago) - stage.clock())
        await stage.pay(links[name][dollars * 100])
        await stage.stripe.book_fees()
        await stage.all_sent()  # a message under way while hours pass would look lost
    await reconcile.fetch_fees(stage.app.ctx)
    await _read_news(stage)


async def _read_news(stage: Stage) -> None:
    """Some of them have agreed to news since, so that what Nadia sends has readers."""
    ctx = stage.app.ctx
    for name in READERS:
        async with ctx.db.read() as conn:
            person = await supporters.find(conn, "telegram", str(stage.neighbours[name]["id"]))
        assert person is not None
        await set_preferences(ctx, person, [Preference.NEWS], True)


async def _ask(stage: Stage) -> dict[str, dict[int, str]]:
    """Everybody's links, by amount in minor units."""
    asked = stage.neighbours
    for name, locale, *_ in NEIGHBOURS:
        if name not in asked:
            asked[name] = stage.telegram.add_user(name, language_code=locale)
            stage.telegram.say(asked[name], "/donner" if locale == "fr" else "/give")
    return {name: amounts(await stage.telegram.wait_message(user["id"])) for name, user in asked.items()}


def amounts(message: Json) -> dict[int, str]:
    """The amount buttons of a private card: the address by amount in minor units."""
    urls = [button["value"] for row in message["buttons"] for button in row if button["kind"] == "url"]
    own = [url for url in urls if "/g/" in url]
    return {int(url.partition("?")[0].rpartition("/")[2]): url for url in own}
