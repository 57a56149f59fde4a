"""Where a link leads on a drawn phone: into a chat, a server or a page, as the apps do."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.demo.environment import Environment
from bot.demo.people import Json, Person

_DISCORD, _DISCORD_APP = "discord.gg", "discord.com"
_TELEGRAM = ("t.me", "telegram.me")


async def follow(env: Environment, who: Person, url: str) -> Json:
    """Open an address as this person and return what their phones show.

    `phone`: the one that shows it, if it is another one; `chat`: its chat; `start`: what its Start button sends;
    `sheet`: a page, and `web` if it is the charity's own. Raises LookupError or ValueError if it leads nowhere.
    """
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.hostname in _TELEGRAM:
        return _on_telegram(env, who, parts.geturl())
    if parts.hostname == _DISCORD:
        return join_server(env, who, parts.path.strip("/"))
    if parts.hostname == _DISCORD_APP:
        return {"phone": "discord"}
    return await _page(env, who, parts.geturl())


def is_invite(url: str) -> bool:
    """Return whether an address is an invite of a supporter's: into a chat with the bot, the server, or its page."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.hostname in _TELEGRAM:
        return dict(parse_qsl(parts.query)).get("start", "").startswith("i_")
    return parts.hostname == _DISCORD or parts.path.startswith("/i/")


def _on_telegram(env: Environment, who: Person, url: str) -> Json:
    parts = urlsplit(url)
    path, query = parts.path.strip("/"), dict(parse_qsl(parts.query))
    if path.lower() == str(env.telegram.bot["username"]).lower():
        return {"phone": "telegram", "chat": "bot", "start": query.get("start")}
    with suppress(ValueError):  # a member already
        followed = env.telegram.tap_link(who.telegram, url)
        if followed["kind"] == "share":
            return {"phone": "telegram", "share": f"{followed['url']}\n{followed['text']}".strip()}
    return {"phone": "telegram", "chat": "channel"}


def join_server(env: Environment, who: Person, code: str) -> Json:
    """Accept an invite into the Discord server, or open the server for a member. Raises ValueError."""
    if not env.discord.is_member(who.discord, env.guild):
        env.discord.join(who.discord, env.guild, code)
    return {"phone": "discord", "chat": "channel"}


async def _page(env: Environment, who: Person, url: str) -> Json:
    """Open a page of this demo in the sheet; show any other address."""
    page = await env.follow(url)
    if page.startswith(f"{env.stripe.url}/"):
        return {"sheet": _with_email(page, who)}
    return {"sheet": url, "web": True} if url.startswith(f"{env.app.ctx.public_url}/") else {"notice": url}


def _with_email(page: str, who: Person) -> str:
    """Return a page of Stripe's with the e-mail filled in, as phones do; receipts and the portal have no query."""
    parts = urlsplit(page)
    query = [*parse_qsl(parts.query), ("prefilled_email", who.email)]
    return parts._replace(query=urlencode(query)).geturl()
