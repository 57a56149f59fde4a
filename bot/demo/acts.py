"""What the page lets you do, as a person on either phone or as staff. `ACTS` lists all acts.

An act returns what that person's screen does: open a page in a sheet, switch to a chat, copy or share something, show a
short notice; or nothing, if the chat itself shows the effect. Each act raises LookupError or ValueError on bad input.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from bot.demo import reminders
from bot.demo.environment import Environment
from bot.demo.people import Json, Person
from bot.domain.broadcasts import COUNTDOWN
from bot.usecases.money import reconcile
from content.catalog import Locale

_TELEGRAM = ("t.me", "telegram.me")
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
    """Press START in the private chat with the bot."""
    env.telegram.press_start(person(env, given).telegram)
    return {}


async def telegram_say(env: Environment, given: Json) -> Json:
    """Send the bot a message."""
    env.telegram.say(person(env, given).telegram, _text(given))
    return {}


async def telegram_tap(env: Environment, given: Json) -> Json:
    """Tap a button, identified by its message, row and position in the row."""
    who = person(env, given)
    place = env.channel if given.get("chat") == "channel" else who.chat
    message = next(m for m in env.telegram.view(place) if m["id"] == given.get("message"))
    button = message["buttons"][int(given["row"])][int(given["place"])]
    if button["kind"] == "callback_data":
        answer = await env.telegram.tap(who.telegram, place, message["id"], button["value"], timeout=3)
        return {"notice": answer["text"]} if answer["text"] else {}
    tapped = await env.telegram.tap(who.telegram, place, message["id"], button["text"])
    if tapped["kind"] == "copy":
        return {"copied": tapped["text"]}
    return await _opened(env, who, str(tapped["url"])) if "url" in tapped else {}


async def _opened(env: Environment, who: Person, url: str) -> Json:
    """Follow a link as the Telegram app does."""
    if urlsplit(url).hostname not in _TELEGRAM:
        return await _page(env, who, url)
    followed = env.telegram.tap_link(who.telegram, url)
    if followed["kind"] == "start":
        return {"chat": "bot"}
    if followed["kind"] == "share":
        return {"shared": f"{followed['text']} {followed['url']}".strip()}
    return {}


async def _page(env: Environment, who: Person, url: str) -> Json:
    """Open a page of this demo in the sheet; show any other address."""
    page = await env.follow(url)
    if page.startswith(f"{env.stripe.url}/"):
        return {"sheet": _with_email(page, who)}
    return {"sheet": url} if url.startswith(f"{env.app.ctx.public_url}/") else {"notice": url}


def _with_email(page: str, who: Person) -> str:
    """Return a page of Stripe's with the e-mail filled in, as phones do; receipts and the portal have no query."""
    parts = urlsplit(page)
    query = [*parse_qsl(parts.query), ("prefilled_email", f"{who.key}@example.org")]
    return parts._replace(query=urlencode(query)).geturl()


# --- on Discord -----------------------------------------------------------------------------------
async def discord_say(env: Environment, given: Json) -> Json:
    """Write in the channel or to the bot. A slash starts a command; the text after it is its first option."""
    who, text = person(env, given), _text(given)
    place = "dm" if given.get("chat") == "dm" else env.room
    if text.startswith("/"):
        name, _, argument = text[1:].strip().partition(" ")
        options = _options(env, name, argument.strip())
        return await _shown(env, who, await env.discord.slash(who.discord, place, name, options))
    if place == "dm":
        env.discord.dm(who.discord, text)
    else:
        env.discord.say(who.discord, place, text)
    return {}


def _options(env: Environment, name: str, argument: str) -> Json:
    if not argument:
        return {}
    commands = env.discord.state()["commands"]
    found = next((c for c in commands if name in (c["name"], *(c.get("name_localizations") or {}).values())), None)
    options = (found or {}).get("options") or []
    return {options[0]["name"]: argument} if options else {}


async def discord_tap(env: Environment, given: Json) -> Json:
    """Click a button, identified by its message, row and position in the row."""
    who = person(env, given)
    seen = [*env.discord.view(env.room, who.discord), *env.discord.view(who.discord)]
    message = next(m for m in seen if m["id"] == str(given.get("message")))
    button = message["buttons"][int(given["row"])][int(given["place"])]
    name = button["custom_id"] or button["label"]
    return await _shown(env, who, await env.discord.click(who.discord, message["id"], name))


async def _shown(env: Environment, who: Person, answer: Json) -> Json:
    if answer["kind"] == "url":
        url = str(answer["url"])
        if urlsplit(url).hostname in _TELEGRAM:
            query = parse_qs(urlsplit(url).query)
            return {"shared": " ".join([*query.get("text", ()), *query.get("url", ())])}
        return await _page(env, who, url)
    return {"notice": answer["text"]} if answer["kind"] == "failed" else {}


# --- staff ----------------------------------------------------------------------------------------
async def staff_refund(env: Environment, given: Json) -> Json:
    """Refund a gift, as from Stripe's dashboard."""
    await env.stripe.refund(str(given.get("payment")))
    return {"notice": env.app.ctx.catalog.text(locale_of(given), "demo-refund-done")}


async def staff_again(env: Environment, given: Json) -> Json:
    """Deliver a gift's webhook again."""
    events = env.stripe.world.every("event")
    about = str(given.get("payment"))
    paid = (e for e in events if e["type"] == "checkout.session.completed")
    event = next(e for e in paid if e["data"]["object"]["payment_intent"] == about)
    await env.stripe.deliver_again(event["id"])
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
    return {}


async def staff_days(env: Environment, given: Json) -> Json:
    """Advance the clock until reminders of a second gift are due.

    Some of the neighbours due are held out at random, and none of the people that visitors act as.
    """
    before = await reminders.drawn(env)
    await reminders.send_to_players(env)
    await reminders.let_them_fall_due(env)
    after = await reminders.drawn(env)
    sent, held = (after[arm] - before[arm] for arm in ("sent", "held_out"))
    catalog = env.app.ctx.catalog
    return {"notice": catalog.text(locale_of(given), "demo-days-done", due=sent + held, sent=sent, held=held)}


Act = Callable[[Environment, Json], Awaitable[Json]]
ACTS: Mapping[str, Act] = {
    "telegram.start": telegram_start,
    "telegram.say": telegram_say,
    "telegram.tap": telegram_tap,
    "discord.say": discord_say,
    "discord.tap": discord_tap,
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
