"""What the page shows: both phones as their holders see them, and what staff see. Plain JSON, nothing escaped."""

import json
from datetime import datetime

from bot.demo.cast import Json, Person
from bot.demo.stage import Stage
from bot.domain.gifts import Gift
from bot.domain.lateral import EVERYTHING
from bot.store.gifts import gifts, journal
from bot.store.gifts.journal import JournalEntry
from bot.store.reports import first_gifts
from bot.usecases.money import verify
from bot.usecases.reports import figures as report
from content.catalog import LOCALES, Catalog, Locale
from content.writer import Standing
from payments.money import Money

_ENTRIES = 40  # newest ledger entries that are looked at
_SHOWN = 8  # of them, those with a gift or a refund
_MESSAGES = 60  # newest messages of a chat

_OURS = "demo-"  # before the page's own keys in the catalog
_COUNTED = {"demo-of-goal", "demo-gifts-line", "demo-poll-done", "demo-days-done", "demo-held"}  # written with figures

_TOLD = ("refunds", "disputes", "gifts")  # accounts whose entries are shown, the most telling first


async def everything(stage: Stage, on_telegram: Person, on_discord: Person, locale: Locale) -> Json:
    """The whole page in one piece; small enough to be sent anew whenever something changes."""
    return {
        "now": stage.clock().isoformat(),
        "telegram": telegram(stage, on_telegram),
        "discord": discord(stage, on_discord),
        "staff": await staff(stage, locale),
    }


# --- the phone with Telegram ----------------------------------------------------------------------
def telegram(stage: Stage, me: Person) -> Json:
    """The private chat with the bot, the channel, and the command menu in this person's language."""
    private = stage.telegram.view(me.chat)[-_MESSAGES:]
    channel = stage.telegram.view(stage.channel)[-_MESSAGES:]
    return {
        "me": me.key,
        "bot": stage.telegram.bot["username"],
        "started": any(not message["from_bot"] for message in private),
        "menu": _telegram_menu(stage, me.locale),
        "chats": {"bot": [_bubble(m) for m in private], "channel": [_bubble(m) for m in channel]},
    }


def _bubble(message: Json) -> Json:
    kept = ("id", "text", "entities", "edited", "service")
    buttons = [[{"text": b["text"], "kind": b["kind"], "style": b["style"]} for b in row] for row in message["buttons"]]
    photo = f"/media/telegram/{message['photo']}" if message["photo"] else None
    return {
        **{name: message[name] for name in kept},
        "mine": not message["from_bot"],
        "photo": photo,
        "buttons": buttons,
        "at": message["date"],
    }


def _telegram_menu(stage: Stage, locale: Locale) -> list[Json]:
    """As Telegram chooses it: the commands of the person's language, else those for everybody."""
    profile = stage.telegram.state()["profile"]
    scope = json.dumps({"type": "default"})
    own = profile.get(f"commands {scope} {locale}") or profile.get(f"commands {scope} ") or []
    return [{"name": command["command"], "about": command["description"]} for command in own]


# --- the phone with Discord -----------------------------------------------------------------------
def discord(stage: Stage, me: Person) -> Json:
    """The server's channel and the conversation with the bot, with the private answers that only this person sees."""
    channel = stage.discord.view(stage.room, me.discord)[-_MESSAGES:]
    public = stage.room["id"]
    private = [m for m in stage.discord.view(me.discord) if m["channel_id"] != public][-_MESSAGES:]
    commands = stage.discord.commands(me.discord, stage.room)
    return {
        "me": me.key,
        "server": stage.guild["name"],
        "room": stage.room["name"],
        "menu": [{"name": command["name"], "about": command["description"]} for command in commands],
        "chats": {"channel": [_post(m, me) for m in channel], "dm": [_post(m, me) for m in private]},
    }


def _post(message: Json, me: Person) -> Json:
    kept = ("id", "content", "ephemeral", "loading", "edited", "command")
    return {
        **{name: message[name] for name in kept},
        "author": message["author"]["name"],
        "bot": message["author"]["bot"],
        "mine": message["author"]["id"] == me.discord["id"],
        "embeds": [_embed(embed, message["files"]) for embed in message["embeds"]],
        "buttons": [[_discord_button(b) for b in row] for row in message["buttons"]],
        "at": datetime.fromisoformat(message["date"]).timestamp(),
    }


def _discord_button(button: Json) -> Json:
    return {"text": button["label"], "style": button["style"], "disabled": button["disabled"]}


def _embed(embed: Json, files: list[Json]) -> Json:
    picture = (embed.get("image") or {}).get("url") or ""
    name = picture.rpartition("/")[2]
    file = next((one for one in files if one["url"] == picture or one["filename"] == name), None)
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


# --- staff ----------------------------------------------------------------------------------------
async def staff(stage: Stage, locale: Locale) -> Json:
    """The four figures, the campaign, the newest entries of the ledger, and what may be done about them."""
    ctx, campaign = stage.app.ctx, await stage.campaign()
    figures = (await report.stats(ctx))["currencies"].get(campaign.goal.currency)
    async with ctx.db.read() as conn:
        brought = await first_gifts.new_donors_brought(conn, EVERYTHING)
    checked = await verify.verify(ctx)
    standing = Standing(raised=campaign.raised, goal=campaign.goal, donors=campaign.donor_count)
    return {
        "campaign": campaign.authored.name.get(locale),
        "raised": ctx.catalog.money(locale, campaign.raised),
        "goal": ctx.catalog.text(locale, "demo-of-goal", goal=campaign.goal),
        "percent": standing.percent,
        "donors": figures["donors"] if figures else 0,
        "frequency": _decimal(figures["gifts_per_donor"] if figures else None, locale),
        "gifts": ctx.catalog.text(locale, "demo-gifts-line", gifts=figures["gifts"] if figures else 0),
        "amount": ctx.catalog.money(locale, Money(figures["total_minor"] if figures else 0, campaign.goal.currency)),
        "lateral": brought,
        "entries": await _entries(stage, locale),
        "holding": stage.stripe.webhooks.held is not None,
        "held": ctx.catalog.text(locale, "demo-held", held=len(stage.stripe.webhooks.held or ())),
        "agrees": not checked.problems,
        "books": ctx.catalog.text(locale, f"demo-books-{'wrong' if checked.problems else 'ok'}"),
    }


def _decimal(number: float | None, locale: Locale) -> str:
    if number is None:
        return "–"
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if locale == "fr" else text


async def _entries(stage: Stage, locale: Locale) -> list[Json]:
    """What happened to the money, newest first, but for Stripe's fees: those are in the books only."""
    async with stage.app.ctx.db.read() as conn:
        found = [(entry, _kind(entry)) for entry in await journal.latest(conn, _ENTRIES)]
        shown = [(entry, kind) for entry, kind in found if kind in _TOLD][:_SHOWN]
        return [_line(stage, locale, entry, kind, await gifts.by_id(conn, entry.gift_id)) for entry, kind in shown]


def _kind(entry: JournalEntry) -> str:
    """What an entry is about: the first of these accounts that it touches."""
    touched = {account for account, _ in entry.postings}
    return next((account for account in (*_TOLD, "fees") if account in touched), "")


def _line(stage: Stage, locale: Locale, entry: JournalEntry, kind: str, about: Gift | None) -> Json:
    money = stage.app.ctx.catalog.money
    moved, code = next((minor, code) for (account, code), minor in entry.postings.items() if account == kind)
    return {
        "id": str(entry.id),
        "kind": kind.removesuffix("s"),
        "at": entry.at.timestamp(),
        "amount": money(locale, Money(abs(moved), code)),
        "postings": [
            {"account": account, "amount": f"{'−' if minor < 0 else '+'}{money(locale, Money(abs(minor), code))}"}
            for (account, code), minor in sorted(entry.postings.items())
        ],
        "payment": entry.payment_intent,
        "open": kind == "gifts" and about is not None and about.book.counted.minor > 0,
    }


def words(catalog: Catalog) -> dict[Locale, dict[str, str]]:
    """The page's own texts in both languages, by key without the prefix; {name} and {room} are left to the page."""
    kept = {"name": "{name}", "room": "{room}"}
    keys = sorted(key for key in catalog.keys("fr") if key.startswith(_OURS) and key not in _COUNTED)
    return {locale: {key.removeprefix(_OURS): catalog.text(locale, key, **kept) for key in keys} for locale in LOCALES}
