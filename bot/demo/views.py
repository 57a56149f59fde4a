"""What the page shows: both phones as their holders see them, and what staff see. Plain JSON, nothing escaped."""

import json
from collections.abc import Sequence
from datetime import datetime

from bot.demo.environment import Environment
from bot.demo.people import Json, Person
from bot.domain.gifts import Gift
from bot.domain.lateral import EVERYTHING
from bot.store.gifts import gifts, journal
from bot.store.gifts.journal import JournalEntry
from bot.store.reports import first_gifts
from bot.usecases.money import verify
from bot.usecases.reports import figures as report
from content.catalog import LOCALES, Catalog, Locale
from content.commands import STAFF_COMMANDS
from content.writer import CampaignProgress
from payments.money import Money

_ENTRIES = 40  # newest ledger entries considered
_SHOWN = 8  # gifts shown, with their refunds and disputes
_MESSAGES = 60  # newest messages of a chat

_OURS = "demo-"  # before the page's own keys in the catalog
_STAFF_NAMES = {command.name("en") for command in STAFF_COMMANDS}
_COUNTED = {"demo-of-goal", "demo-gifts-line", "demo-poll-done", "demo-days-done", "demo-held"}  # rendered with figures

_CREDITED = frozenset({"gifts"})  # accounts that grow by negative postings
_SHOWN_ACCOUNTS = (
    "refunds",
    "disputes",
    "gifts",
)  # entries of these accounts are shown; an entry is named for the first it touches


async def everything(env: Environment, on_telegram: Person, on_discord: Person, locale: Locale) -> Json:
    """Return the whole page's data; small enough to be sent again on every change."""
    return {
        "now": env.clock().isoformat(),
        "telegram": telegram(env, on_telegram),
        "discord": discord(env, on_discord),
        "arrived": arrived(env),
        "staff": await staff(env, locale),
    }


# --- the phone with Telegram ----------------------------------------------------------------------
def telegram(env: Environment, me: Person) -> Json:
    """Return the chats with the bot and with people, the channel, and the command menu in this person's language."""
    chats = _telegram_chats(env, me)
    return {
        "me": me.key,
        "bot": env.telegram.bot["username"],
        "started": any(not message["from_bot"] for message in chats["bot"]),
        "menu": _telegram_menu(env, me),
        "chats": {chat: [_bubble(m, me) for m in messages[-_MESSAGES:]] for chat, messages in chats.items()},
    }


def _telegram_chats(env: Environment, me: Person) -> dict[str, list[Json]]:
    """Return a person's chats by name: the channel, the one with the bot, and those with people by their keys."""
    known = {key: env.dialogs.get(frozenset((me.key, key))) for key in env.people}
    dialogs = {key: env.telegram.view(dialog) for key, dialog in known.items() if dialog is not None}
    with_people = {key: messages for key, messages in dialogs.items() if messages}
    return {"channel": env.telegram.view(env.channel), "bot": env.telegram.view(me.chat), **with_people}


def _bubble(message: Json, me: Person) -> Json:
    kept = ("id", "text", "entities", "edited", "service")
    buttons = [[{"text": b["text"], "kind": b["kind"], "style": b["style"]} for b in row] for row in message["buttons"]]
    photo = f"/media/telegram/{message['photo']}" if message["photo"] else None
    return {
        **{name: message[name] for name in kept},
        "mine": message["sender_id"] == me.chat,
        "photo": photo,
        "file": (message["document"] or {}).get("file_name"),
        "buttons": buttons,
        "at": message["date"],
    }


def _telegram_menu(env: Environment, me: Person) -> list[Json]:
    """Return the chat's own commands, as staff have; else those of the person's language, else the default ones."""
    profile = env.telegram.state()["profile"]
    here, everywhere = json.dumps({"chat_id": me.chat, "type": "chat"}), json.dumps({"type": "default"})
    keys = (f"commands {here} ", f"commands {everywhere} {me.locale}", f"commands {everywhere} ")
    shown: list[Json] = next((profile[key] for key in keys if profile.get(key)), [])
    return [{"name": command["command"], "about": command["description"]} for command in shown]


# --- the phone with Discord -----------------------------------------------------------------------
def discord(env: Environment, me: Person) -> Json:
    """Return the server's channel and the chat with the bot, with the ephemeral replies that only this person sees."""
    is_member, chats = env.discord.is_member(me.discord, env.guild), _discord_chats(env, me)
    commands = env.discord.commands(me.discord, env.room) if is_member else []
    commands.sort(key=lambda command: command["key"] not in _STAFF_NAMES)  # staff's first, as on Telegram
    return {
        "me": me.key,
        "server": env.guild["name"],
        "room": env.room["name"],
        "member": is_member,
        "menu": [{"name": command["name"], "about": command["description"]} for command in commands],
        "chats": {chat: [_post(m, me) for m in messages[-_MESSAGES:]] for chat, messages in chats.items()},
    }


def _discord_chats(env: Environment, me: Person) -> dict[str, list[Json]]:
    """Return what a person sees in the server's channel, and in the chat with the bot."""
    is_member = env.discord.is_member(me.discord, env.guild)
    private = [m for m in env.discord.view(me.discord) if m["channel_id"] != env.room["id"]]
    return {"channel": env.discord.view(env.room, me.discord) if is_member else [], "dm": private}


def _post(message: Json, me: Person) -> Json:
    kept = ("id", "content", "ephemeral", "loading", "edited", "command")
    return {
        **{name: message[name] for name in kept},
        "author": message["author"]["name"],
        "bot": message["author"]["bot"],
        "mine": message["author"]["id"] == me.discord["id"],
        "photos": [f"/media/discord/{_file_id(f)}" for f in message["attachments"] if f["content_type"] == "image/png"],
        "files": [f["filename"] for f in message["attachments"] if f["content_type"] != "image/png"],
        "embeds": [_embed(embed, message["files"]) for embed in message["embeds"]],
        "buttons": [[_discord_button(b) for b in row] for row in message["buttons"]],
        "at": datetime.fromisoformat(message["date"]).timestamp(),
    }


def _discord_button(button: Json) -> Json:
    return {"text": button["label"], "style": button["style"], "disabled": button["disabled"]}


def _embed(embed: Json, files: list[Json]) -> Json:
    picture = (embed.get("image") or {}).get("url") or ""
    name = picture.rpartition("/")[2]
    file = next((f for f in files if f["url"] == picture or f["filename"] == name), None)
    return {
        "title": embed.get("title") or "",
        "text": embed.get("description") or "",
        "note": (embed.get("footer") or {}).get("text") or "",
        "colour": f"#{embed.get('color') or 0:06x}",
        "picture": f"/media/discord/{_file_id(file)}" if file else None,
        "alt": (file or {}).get("description") or "",
    }


def _file_id(file: Json) -> str:
    return str(file["url"]).split("?")[0].split("/")[-2]


# --- unread ---------------------------------------------------------------------------------------
def arrived(env: Environment) -> dict[str, dict[str, dict[str, int]]]:
    """Return how many messages of others each person has, by platform, person and chat."""
    on_telegram, on_discord = {}, {}
    for me in env.people.values():
        chats = _telegram_chats(env, me)
        on_telegram[me.key] = {
            chat: sum(m["sender_id"] != me.chat and not m["service"] for m in messages)
            for chat, messages in chats.items()
        }
        on_discord[me.key] = {
            chat: sum(m["author"]["id"] != me.discord["id"] for m in messages)
            for chat, messages in _discord_chats(env, me).items()
        }
    return {"telegram": on_telegram, "discord": on_discord}


# --- staff ----------------------------------------------------------------------------------------
async def staff(env: Environment, locale: Locale) -> Json:
    """Return the campaign, its figures, the newest ledger entries, and what staff can do about them."""
    ctx, campaign = env.app.ctx, await env.campaign()
    figures = (await report.stats(ctx))["currencies"].get(campaign.goal.currency)
    async with ctx.db.read() as conn:
        brought = await first_gifts.new_donors_brought(conn, EVERYTHING)
    checked = await verify.verify(ctx)
    progress = CampaignProgress(raised=campaign.raised, goal=campaign.goal, donors=campaign.donor_count)
    return {
        "campaign": campaign.authored.name.get(locale),
        "raised": ctx.catalog.money(locale, campaign.raised),
        "goal": ctx.catalog.text(locale, "demo-of-goal", goal=campaign.goal),
        "percent": progress.percent,
        "donors": figures["donors"] if figures else 0,
        "frequency": _decimal(figures["gifts_per_donor"] if figures else None, locale),
        "gifts": ctx.catalog.text(locale, "demo-gifts-line", gifts=figures["gifts"] if figures else 0),
        "amount": ctx.catalog.money(locale, Money(figures["total_minor"] if figures else 0, campaign.goal.currency)),
        "lateral": brought,
        "entries": await _entries(env, locale),
        "holding": env.stripe.webhooks.held is not None,
        "held": ctx.catalog.text(locale, "demo-held", held=len(env.stripe.webhooks.held or ())),
        "agrees": not checked.problems,
        "books": ctx.catalog.text(locale, f"demo-books-{'wrong' if checked.problems else 'ok'}"),
    }


def _decimal(number: float | None, locale: Locale) -> str:
    if number is None:
        return "–"
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if locale == "fr" else text


async def _entries(env: Environment, locale: Locale) -> list[Json]:
    """Return the newest gifts in the ledger, the newest first, each with what happened to it since; without fees.

    A refund does not move a gift: whoever taps one row must not hit another because a new one came first.
    """
    async with env.app.ctx.db.read() as conn:
        about: dict[int, list[JournalEntry]] = {}
        for entry in await journal.latest(conn, _ENTRIES):
            if _kind(entry) in _SHOWN_ACCOUNTS and entry.gift_id is not None:
                about.setdefault(entry.gift_id, []).insert(0, entry)  # the oldest first
        rows = sorted(about.items(), key=lambda row: row[1][0].id, reverse=True)[:_SHOWN]
        return [_row(env, locale, entries, await gifts.by_id(conn, gift_id)) for gift_id, entries in rows]


def _kind(entry: JournalEntry) -> str:
    """Return what an entry is about: the first of the shown accounts that it touches."""
    touched = {account for account, _ in entry.postings}
    return next((account for account in (*_SHOWN_ACCOUNTS, "fees") if account in touched), "")


def _row(env: Environment, locale: Locale, entries: Sequence[JournalEntry], about: Gift | None) -> Json:
    first, *later = (_line(env, locale, entry) for entry in entries)
    counts = about is not None and about.book.counted.minor > 0
    return {
        **first,
        "later": later,
        "payment": entries[0].payment_intent,
        "open": first["kind"] == "gift" and counts and entries[0].payment_intent is not None,
        "refunded": not counts and any(line["kind"] == "refund" for line in (first, *later)),
    }


def _line(env: Environment, locale: Locale, entry: JournalEntry) -> Json:
    money, kind = env.app.ctx.catalog.money, _kind(entry)
    moved, code = next((minor, code) for (account, code), minor in entry.postings.items() if account == kind)
    taken_back = kind == "gifts" and moved > 0  # of a gift outside Stripe
    return {
        "id": str(entry.id),
        "kind": "refund" if taken_back else kind.removesuffix("s"),
        "at": entry.at.timestamp(),
        "amount": money(locale, Money(abs(moved), code)),
        "postings": [
            {"account": account, "amount": f"{_sign(account, minor)}{money(locale, Money(abs(minor), code))}"}
            for (account, code), minor in sorted(entry.postings.items())
        ],
    }


def _sign(account: str, minor: int) -> str:
    """Return the sign of a posting as readers expect it: a gift adds to the gifts, although it is a credit."""
    grows = minor < 0 if account in _CREDITED else minor > 0
    return "+" if grows else "−"


def words(catalog: Catalog) -> dict[Locale, dict[str, str]]:
    """Return the page's texts in both languages, by key without its prefix; the page fills in what is in braces."""
    kept = {name: f"{{{name}}}" for name in ("name", "room", "done", "all", "count", "amount", "time")}
    keys = sorted(key for key in catalog.keys("fr") if key.startswith(_OURS) and key not in _COUNTED)
    return {locale: {key.removeprefix(_OURS): catalog.text(locale, key, **kept) for key in keys} for locale in LOCALES}
