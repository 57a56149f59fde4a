"""The adapter's traffic, checked against Discord's published description."""

from pathlib import Path
from typing import Any

from bot.platforms.discord.app import DiscordApp
from bot.sandbox.discord import DiscordSandbox
from bot.usecases.context import Context
from bot.usecases.reply import Form
from content.cards import Button, Card
from tests.contract.check import violations
from tests.contract.exchanges import exchanges
from tests.contract.recorder import recording
from tests.platforms.discord.fake_router import FakeRouter
from tests.platforms.discord.test_discord_render import picture

FULL = Card(
    title="<Tablée> @everyone",
    lines=("5 $ = par exemple un repas", "« & »"),
    note="note",
    picture=picture(),
    rows=(
        (Button(label="5 $", url="https://give.example/5", style="primary"),),
        (Button(label="Copier", copy="ABC"), Button(label="Erreur", action="new:1", style="danger")),
    ),
)


async def _a_day(app: DiscordApp, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any) -> None:
    """Everything the adapter can do, once: quickly, slowly, in a server and in direct messages."""
    posted = await app.platform.post(channel["id"], FULL, nonce="1")
    await sandbox.click(ana, posted.message_id, "Erreur")
    await app.platform.edit(posted, Card(title="closed"))
    await sandbox.autocomplete(ana, channel, "donner", "collecte", "r")
    router.awaits_gift, router.also = True, ((1, FULL),)
    for slow in (0.0, 0.2):
        router.slow = slow
        first = await sandbox.slash(ana, channel, "donner", {"montant": "5"})
        await sandbox.wait_message(channel, "note", after=first["message"], viewer=ana)
        for label in ("Edit", "New"):
            await sandbox.click(ana, first["message"]["id"], label)
            await sandbox.wait_message(channel, label.lower(), after=int(first["message"]["id"]) - 1, viewer=ana)
    await app.platform.edit_private(router.kept[0][1], Card(title="thanks"))
    router.slow, router.also = 0.0, ()
    said = sandbox.dm(ana, "7,50 $")
    await sandbox.wait_message(ana, "7,50", after=said)
    await app.platform.send(ana["id"], FULL, nonce="x" * 40, silent=True)
    router.form, router.more = (
        Form(answers="bc:1:fr", title="t", label="l", value="v", long=True),
        (Card(title="second"),),
    )
    opened = await sandbox.click(ana, first["message"]["id"], "New")
    assert opened["kind"] == "modal"
    await sandbox.submit_modal(ana, opened, {"text": "Merci"})
    router.awaits = True
    sent = sandbox.dm(ana, "", picture=picture().png, reply_to=None)
    await sandbox.wait_message(ana, "picture", after=sent)
    router.guilds = (str(sandbox.world.channel(channel).guild_id),)
    await sandbox.slash(ana, "dm", "aide")


async def test_wire_follows_description(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, channel: Any, ana: Any, tmp_path: Path
) -> None:
    traffic = tmp_path / "discord.jsonl"
    async with recording("discord", sandbox.url, traffic) as proxy:
        app = DiscordApp(ctx, sandbox.token, f"{proxy}/api/v10", sandbox.gateway_url, router=router, patience=0.1)
        await app.start()
        await _a_day(app, sandbox, router, channel, ana)
        await app.stop()
    assert len(exchanges(traffic)) > 20
    assert violations(traffic) == []
