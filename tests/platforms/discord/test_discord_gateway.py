"""Gateway events that discord.py cannot parse: no session and no socket is lost, and no log holds what people said."""

from typing import Any

from bot.platforms.discord.app import DiscordApp
from bot.sandbox.discord import DiscordSandbox
from tests.logged import as_printed

NAME, WORDS = "Zoé Tremblay", "mon père est mort hier"
WHO = {"id": "7", "username": NAME, "discriminator": "0"}
ODD: list[tuple[str, Any]] = [
    ("MESSAGE_CREATE", {"content": WORDS, "author": WHO}),
    ("MESSAGE_CREATE", {"id": WORDS, "channel_id": "1", "content": WORDS, "author": WHO}),
    ("INTERACTION_CREATE", {"id": "1", "type": 2, "data": {"name": WORDS}, "user": WHO}),
    ("INTERACTION_CREATE", {"id": NAME}),
    ("GUILD_CREATE", {"name": NAME}),
    ("GUILD_CREATE", {"id": "99", "channels": WORDS}),
    ("GUILD_MEMBER_ADD", {"user": WHO}),
    ("GUILD_MEMBER_REMOVE", {"user": {"username": NAME}}),
    ("CHANNEL_CREATE", {"name": WORDS}),
    ("CHANNEL_UPDATE", {"name": WORDS}),
    ("GUILD_ROLE_CREATE", {"role": NAME}),
    ("INVITE_CREATE", {"code": NAME, "inviter": WHO}),
    ("INVITE_DELETE", {"channel_id": WORDS}),
    ("MESSAGE_UPDATE", WORDS),
    ("USER_UPDATE", {"username": NAME}),
]


async def test_unparsable_events_cost_no_session_and_no_socket(
    app: DiscordApp, sandbox: DiscordSandbox, channel: Any, ana: Any
) -> None:
    (session,) = sandbox.hub.sessions
    with as_printed() as printed:
        for _ in range(2):
            for name, data in ODD:
                sandbox.dispatch_odd(name, data)
        answer = await sandbox.slash(ana, channel, "give")
    assert answer["kind"] == "message"
    assert list(sandbox.hub.sessions) == [session]
    assert len(sandbox.hub.lines) == 1
    assert app.unreadable >= 20
    assert f"{app.unreadable} so far" in printed.getvalue()
    for quoted in (NAME, WORDS):
        assert quoted not in printed.getvalue()
