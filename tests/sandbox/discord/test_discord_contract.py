"""All traffic between discord.py and the fake, checked against Discord's own description."""

import io
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import ui

from bot.sandbox.discord import DiscordSandbox
from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import recording
from tests.sandbox.discord.conftest import Bot, Names, Persistent, connected

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10"


async def test_whole_day_conforms_to_the_description(sandbox: DiscordSandbox, tmp_path: Path) -> None:
    traffic = tmp_path / "discord.jsonl"
    guild = sandbox.add_guild("Tablée")
    channel, ana = sandbox.add_channel(guild, "général"), sandbox.add_user("Ana")
    sandbox.join(ana, guild)
    async with recording("discord", sandbox.url, traffic) as proxy, connected(sandbox, f"{proxy}/api/v10") as bot:
        await bot.tree.set_translator(Names())
        await bot.tree.sync()
        await bot.tree.sync(guild=discord.Object(int(guild["id"])))
        await bot.tree.fetch_commands()
        await _looking_around(bot, int(guild["id"]), int(ana["id"]))
        await _writing(bot, int(channel["id"]), int(ana["id"]))
        await _inviting(bot, int(channel["id"]))
        await _being_used(bot, sandbox, ana, channel)
        await _being_refused(bot, sandbox, ana, channel)
    seen = {(exchange.method, exchange.status) for exchange in exchanges(traffic)}
    assert {("GET", 200), ("PUT", 204), ("PATCH", 200), ("DELETE", 204), ("POST", 429), ("POST", 403)} <= seen
    assert len(exchanges(traffic)) > 60
    assert violations(traffic) == []


async def _looking_around(bot: Bot, guild_id: int, user_id: int) -> None:
    await bot.application_info()
    await bot.fetch_user(user_id)
    guild = await bot.fetch_guild(guild_id)
    await guild.fetch_channels()
    await guild.fetch_roles()
    await guild.fetch_member(user_id)
    await bot.http.get_members(guild_id, 100, None)
    await bot.http.request(discord.http.Route("GET", "/gateway"))
    await bot.http.get_bot_gateway()
    assert [mine.name async for mine in bot.fetch_guilds()] == ["Tablée"]
    channel = await guild.create_text_channel("nouvelles")
    await channel.delete()


def _card() -> discord.Embed:
    embed = discord.Embed(title="Tablée", description="5 $ = un repas", colour=0xB4653A, url="https://tablee.example")
    embed.set_footer(text="note").set_author(name="Obole").add_field(name="a", value="b")
    return embed.set_image(url="attachment://bar.png")


def _picture(name: str = "bar.png") -> discord.File:
    return discord.File(io.BytesIO(PNG), name, description="half way")


async def _writing(bot: Bot, channel_id: int, user_id: int) -> None:
    channel = await bot.fetch_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    view = ui.View(timeout=None).add_item(Persistent("give")).add_item(ui.Button(label="5 $", url="https://a.example"))
    menu: ui.Select[Any] = ui.Select(custom_id="m", options=[discord.SelectOption(label="one", description="1")])
    view.add_item(menu)
    post = await channel.send("@everyone", embed=_card(), file=_picture(), view=view, nonce="n1", silent=True)
    again = await channel.send("again", nonce="n1")
    assert again.id == post.id
    await post.edit(embed=_card(), attachments=[_picture("bar.png")])
    await channel.fetch_message(post.id)
    await post.pin()
    assert [pinned.id async for pinned in channel.pins()] == [post.id]
    await post.unpin()
    await post.add_reaction("❤️")
    assert [user.id async for user in (await channel.fetch_message(post.id)).reactions[0].users()] == [bot.user.id]  # type: ignore[union-attr]  # it is logged in
    await post.remove_reaction("❤️", bot.user)  # type: ignore[arg-type]  # it is logged in
    await (await post.reply("reply")).delete()
    assert len([message async for message in channel.history()]) == 1
    async with channel.typing():
        pass
    block = ui.LayoutView().add_item(ui.Container(ui.TextDisplay("# Title"), ui.Separator(), accent_colour=0xB4653A))
    await channel.send(view=block)
    await (await bot.fetch_user(user_id)).send("hello")


async def _inviting(bot: Bot, channel_id: int) -> None:
    channel = await bot.fetch_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    invite = await channel.create_invite(max_uses=1, unique=True)
    assert [invite.code for invite in await channel.invites()] == [invite.code]
    assert [invite.uses for invite in await channel.guild.invites()] == [0]
    await bot.fetch_invite(invite.code)
    await invite.delete()


async def _being_used(bot: Bot, sandbox: DiscordSandbox, ana: Any, channel: Any) -> None:
    sandbox.install_app(ana)
    answer = await sandbox.slash(ana, channel, "donner", {"montant": "5"})
    await sandbox.slash(ana, "dm", "donner")
    later = await sandbox.slash(ana, channel, "donner", {"montant": "later"})
    assert later["kind"] == "deferred"
    await sandbox.wait_message(ana, "done")
    await sandbox.autocomplete(ana, channel, "donner", "campaign", "x")
    assert (await sandbox.click(ana, answer["message"], "Other"))["kind"] == "message"
    post = await bot.get_channel(int(channel["id"])).send("x", view=_buttons())  # type: ignore[union-attr]  # a text channel
    form = await sandbox.click(ana, post.id, "o:ask")
    await sandbox.submit_modal(ana, form, {"code": "A"})
    await sandbox.click(ana, post.id, "o:slow")
    await sandbox.wait_message(channel, "slowly changed")
    await sandbox.click(ana, post.id, "o:edit")
    token = sandbox.world.interactions[int(answer["interaction_id"])].token
    hook = discord.Webhook.partial(sandbox.application_id, token, client=bot)
    more = await hook.send("more", embed=_card(), file=_picture(), wait=True)
    await hook.fetch_message(more.id)
    await more.edit(content="less", attachments=[_picture("b.png")])
    await more.delete()


def _buttons() -> ui.View:
    view = ui.View(timeout=None)
    for what in ("edit", "slow", "ask"):
        view.add_item(Persistent(what))
    return view


async def _being_refused(bot: Bot, sandbox: DiscordSandbox, ana: Any, channel: Any) -> None:
    person = await bot.fetch_user(int(ana["id"]))
    sandbox.close_dms(ana)
    with pytest.raises(discord.Forbidden):
        await person.send("closed")
    with pytest.raises(discord.NotFound):
        await bot.fetch_channel(1)
    sandbox.force_429(times=1, retry_after=0.01, only="messages")
    await bot.get_channel(int(channel["id"])).send("after a while")  # type: ignore[union-attr]  # a text channel
