"""What the page lets you do, as a person on either phone or as staff. `ACTS` lists all acts.

An act returns what that person's screen does: open a page in a sheet, switch to a chat, choose whom to send something,
fill in a form, copy something, show a short notice; or nothing, if the chat itself shows the effect. Each act raises
LookupError or ValueError on bad input.
"""

import json
from collections.abc import Awaitable, Callable, Mapping

from bot.demo import pictures, reminders
from bot.demo.environment import Environment
from bot.demo.following import follow, is_invite
from bot.demo.people import Json, Person
from bot.domain.broadcasts import COUNTDOWN
from bot.usecases.money import reconcile
from content.catalog import Locale

_LONGEST = 2000  # characters of a message


def person(env: Environment, given: Json) -> Person:
    """Return the person who acts. Raises LookupError."""
    found = env.people.get(str(given.get("as")))
    if found is None:
        raise LookupError("nobody of that name is here")
    return found


def locale_of(given: Json) -> Locale:
    """Return the language of the page."""
    return "en" if given.get("l") == "en" else "fr"


# --- on Telegram ----------------------------------------------------------------------------------
async def telegram_start(env: Environment, given: Json) -> Json:
    """Press START in the private chat with the bot, with the payload of the link that led there if there is one."""
    env.telegram.press_start(person(env, given).telegram, str(given.get("payload") or "") or None)
    return {}


async def telegram_say(env: Environment, given: Json) -> Json:
    """Write to the bot, or to a person."""
    who = person(env, given)
    env.telegram.say(who.telegram, _text(given), chat=chat_of(env, who, given.get("chat")))
    return {}


async def telegram_tap(env: Environment, given: Json) -> Json:
    """Tap a button, identified by its message, row and position in the row."""
    who = person(env, given)
    place = chat_of(env, who, given.get("chat"))
    message = next(m for m in env.telegram.view(place) if m["id"] == given.get("message"))
    button = message["buttons"][int(given["row"])][int(given["place"])]
    if button["kind"] == "callback_data":
        answer = await env.telegram.tap(who.telegram, place, message["id"], button["value"], timeout=3)
        return {"notice": answer["text"]} if answer["text"] else {}
    tapped = await env.telegram.tap(who.telegram, place, message["id"], button["text"])
    if tapped["kind"] == "copy":
        return {"copied": tapped["text"]}
    if tapped["kind"] == "inline":
        return {"inline": tapped["query"]}
    opened = await _followed(env, who, str(tapped["url"]), given.get("chat"))
    if place is env.channel and opened.get("start"):  # saves the visitor a tap
        env.telegram.press_start(who.telegram, opened.pop("start"))
    return opened


async def open_link(env: Environment, given: Json) -> Json:
    """Follow a link in a message, or out of a page of the bot's (`left`).

    An invite in a message of the bot's (`own`) is theirs, to be sent to somebody.
    """
    who, url = person(env, given), str(given.get("url", ""))[:_LONGEST]
    if given.get("own") and is_invite(url):
        return {"phone": "telegram", "share": url}
    opened = await _followed(env, who, url, given.get("chat"))
    return await _back_from_paying(env, who, opened) if given.get("left") else opened


async def _followed(env: Environment, who: Person, url: str, chat: object) -> Json:
    """Follow a link; `invited` if it is the invite that another person sent."""
    opened = await follow(env, who, url)
    return opened | {"invited": True} if chat in env.people and is_invite(url) else opened


async def _back_from_paying(env: Environment, who: Person, opened: Json) -> Json:
    """Go from the page after payment back to the chat. A monthly gift that nobody has claimed is claimed on the way.

    The page offers it further down: a link on Telegram, a command on Discord. Unclaimed, the gift could later only be
    confirmed with the number of an invoice.
    """
    if str(opened.get("start") or "").startswith("c_"):
        env.telegram.press_start(who.telegram, opened.pop("start"))
        return opened
    if opened.get("start") or (token := await env.monthly_claim(who)) is None:
        return opened
    if opened.get("phone") == "telegram":
        env.telegram.press_start(who.telegram, f"c_{token}")
    elif opened.get("phone") == "discord":
        shown = await env.discord.slash(who.discord, "dm", "claim", _options(_command(env, "claim"), token))
        return {**opened, "chat": "dm", **await _shown(env, who, shown)}
    return opened


async def telegram_pass_on(env: Environment, given: Json) -> Json:
    """Send another person a text that was shared, or what the bot offers inline in a chat with them."""
    who, other = person(env, given), env.people[str(given.get("to"))]
    dialog = env.dialog(who, other)
    if "inline" in given:
        query = str(given["inline"])
        offers = await env.telegram.inline(who.telegram, query)
        if not offers:
            raise LookupError("the bot has nothing to offer there")
        sent = await env.telegram.choose_inline(who.telegram, query, offers[0]["id"], dialog)
        return {"chat": other.key, "passed_on": json.dumps(sent.get("reply_markup", {}))}
    text = _text(given)
    env.telegram.say(who.telegram, text, chat=dialog)
    return {"chat": other.key, "passed_on": text}


def chat_of(env: Environment, who: Person, chat: object) -> Json:
    """Return a chat of this person's on Telegram: the channel, the one with another person, or the one with the bot."""
    other = env.people.get(str(chat))
    if other is not None and other is not who:
        return env.dialog(who, other)
    return env.channel if chat == "channel" else who.telegram


# --- on Discord -----------------------------------------------------------------------------------
async def discord_say(env: Environment, given: Json) -> Json:
    """Write in the channel or to the bot. A slash starts a command; the text after it is its first option."""
    who, text = person(env, given), _text(given)
    place = "dm" if given.get("chat") == "dm" else env.room
    if text.startswith("/"):
        name, _, argument = text[1:].strip().partition(" ")
        command = _command(env, name)
        options = _options(command, argument.strip())
        return await _shown(env, who, await env.discord.slash(who.discord, place, command.get("name", name), options))
    if place == "dm":
        env.discord.dm(who.discord, text)
    else:
        env.discord.say(who.discord, place, text)
    return {}


def _command(env: Environment, name: str) -> Json:
    """Return the bot's command of this name in any language: README may say it in another than a person's Discord."""
    commands: list[Json] = env.discord.state()["commands"]
    named = (c for c in commands if name in (c["name"], *(c.get("name_localizations") or {}).values()))
    return next(named, {})


def _options(command: Json, argument: str) -> Json:
    options = command.get("options") or []
    return {options[0]["name"]: argument} if argument and options else {}


async def discord_tap(env: Environment, given: Json) -> Json:
    """Click a button, identified by its message, row and position in the row."""
    who = person(env, given)
    in_room = env.discord.view(env.room, who.discord) if env.discord.is_member(who.discord, env.guild) else []
    seen = [*in_room, *env.discord.view(who.discord)]
    message = next(m for m in seen if m["id"] == str(given.get("message")))
    button = message["buttons"][int(given["row"])][int(given["place"])]
    name = button["custom_id"] or button["label"]
    return await _shown(env, who, await env.discord.click(who.discord, message["id"], name))


async def discord_submit(env: Environment, given: Json) -> Json:
    """Submit the form that a command or button opened."""
    who, values = person(env, given), given.get("values")
    form = str(given.get("form"))
    filled = {str(name): str(value)[:_LONGEST] for name, value in values.items()} if isinstance(values, dict) else {}
    return await _shown(env, who, await env.discord.submit_modal(who.discord, form, filled))


async def _shown(env: Environment, who: Person, answer: Json) -> Json:
    if answer["kind"] == "modal":
        return {"form": {"id": answer["interaction_id"], **answer["modal"]}}
    if answer["kind"] == "url":
        return await follow(env, who, str(answer["url"]))
    return {"notice": answer["text"]} if answer["kind"] == "failed" else {}


# --- pictures, on either ---------------------------------------------------------------------------
def send_picture(env: Environment, place: str, given: Json, picture: bytes) -> Json:
    """Send a PNG as this person, in the chat that is open on that phone."""
    who, chat = person(env, given), given.get("chat")
    if place == "telegram":
        env.telegram.say(who.telegram, "", chat=chat_of(env, who, chat), photo=picture)
    elif place != "discord":
        raise LookupError("no such phone")
    elif chat == "dm":
        env.discord.dm(who.discord, "", picture)
    else:
        env.discord.say(who.discord, env.room, "", picture)
    return {}


async def telegram_picture(env: Environment, given: Json) -> Json:
    """Send a sample picture on Telegram."""
    return send_picture(env, "telegram", given, await pictures.sample(str(given.get("sample"))))


async def discord_picture(env: Environment, given: Json) -> Json:
    """Send a sample picture on Discord."""
    return send_picture(env, "discord", given, await pictures.sample(str(given.get("sample"))))


# --- staff ----------------------------------------------------------------------------------------
async def staff_refund(env: Environment, given: Json) -> Json:
    """Refund a gift, as from Stripe's dashboard."""
    await env.stripe.refund(str(given.get("payment")))
    return {"notice": env.app.ctx.catalog.text(locale_of(given), "demo-refund-done")}


async def staff_again(env: Environment, given: Json) -> Json:
    """Deliver the newest gift's webhook again."""
    paid = [e for e in env.stripe.world.every("event") if e["type"] == "checkout.session.completed"]
    await env.stripe.deliver_again(max(paid, key=lambda event: int(event["created"]))["id"])
    await env.stripe.delivered()
    return {"notice": env.app.ctx.catalog.text(locale_of(given), "demo-again-done")}


async def staff_withhold(env: Environment, given: Json) -> Json:
    """Hold webhooks back, or release those held back."""
    if given.get("on"):
        await env.stripe.hold_webhooks()
        return {}
    await env.stripe.release_webhooks()
    return {}


async def staff_poll(env: Environment, given: Json) -> Json:
    """Poll Stripe's events now, as the schedule does every minute."""
    found = await reconcile.poll(env.app.ctx, env.app.intake)
    return {"notice": env.app.ctx.catalog.text(locale_of(given), "demo-poll-done", found=found)}


async def staff_later(env: Environment, given: Json) -> Json:
    """Advance the clock by a broadcast's countdown."""
    await env.let_pass(COUNTDOWN)
    return {"notice": env.app.ctx.catalog.text(locale_of(given), "demo-later-done")}


async def staff_days(env: Environment, given: Json) -> Json:
    """Advance the clock until reminders are due.

    Some of the neighbours due are held out at random, and none of the people that visitors act as.
    """
    before, since = await reminders.drawn(env), env.clock()
    await reminders.send_to_players(env)
    await reminders.let_them_fall_due(env)
    after = await reminders.drawn(env)
    sent, held = (after[arm] - before[arm] for arm in ("sent", "held_out"))
    notice = env.app.ctx.catalog.text(locale_of(given), "demo-days-done", due=sent + held, sent=sent, held=held)
    return {"notice": notice, "reminded": await reminders.reached_players(env, since)}


Act = Callable[[Environment, Json], Awaitable[Json]]
ACTS: Mapping[str, Act] = {
    "telegram.start": telegram_start,
    "telegram.say": telegram_say,
    "telegram.tap": telegram_tap,
    "telegram.open": open_link,
    "telegram.pass_on": telegram_pass_on,
    "telegram.picture": telegram_picture,
    "discord.say": discord_say,
    "discord.tap": discord_tap,
    "discord.submit": discord_submit,
    "discord.open": open_link,
    "discord.picture": discord_picture,
    "staff.refund": staff_refund,
    "staff.again": staff_again,
    "staff.withhold": staff_withhold,
    "staff.poll": staff_poll,
    "staff.later": staff_later,
    "staff.days": staff_days,
}


def _text(given: Json) -> str:
    text = str(given.get("text", "")).strip()
    if not 1 <= len(text) <= _LONGEST:
        raise ValueError("nothing to say, or too much")
    return text
