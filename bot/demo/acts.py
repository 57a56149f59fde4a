"""What the page lets you do: the acts of a person on either phone, and those of staff. `ACTS` is the whole list.

An act returns what happens on that person's screen: a page to open in a sheet, a chat to change to, something copied
or shared, a short notice; an empty answer where the chat itself shows it. Each refuses with LookupError or ValueError.
"""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.demo import reminders
from bot.demo.cast import Json, Person
from bot.demo.stage import Stage
from bot.domain.broadcasts import COUNTDOWN
from bot.usecases.money import reconcile
from content.catalog import Locale

_TELEGRAM = ("t.me", "telegram.me")
_LONGEST = 2000  # characters of a message


def person(stage: Stage, given: Json) -> Person:
    """Who acts. Raises LookupError."""
    found = stage.people.get(str(given.get("as")))
    if found is None:
        raise LookupError("nobody of that name is here")
    return found


def locale_of(given: Json) -> Locale:
    """The language of whoever reads the page."""
    return "en" if given.get("l") == "en" else "fr"


# --- on Telegram ----------------------------------------------------------------------------------
async def telegram_start(stage: Stage, given: Json) -> Json:
    """Press START in the private chat."""
    stage.telegram.press_start(person(stage, given).telegram)
    return {}


async def telegram_say(stage: Stage, given: Json) -> Json:
    """Write to the bot."""
    stage.telegram.say(person(stage, given).telegram, _text(given))
    return {}


async def telegram_tap(stage: Stage, given: Json) -> Json:
    """Tap a button, named by its message, row and place in it."""
    who = person(stage, given)
    place = stage.channel if given.get("chat") == "channel" else who.chat
    message = next(m for m in stage.telegram.view(place) if m["id"] == given.get("message"))
    button = message["buttons"][int(given["row"])][int(given["place"])]
    if button["kind"] == "callback_data":
        answer = await stage.telegram.tap(who.telegram, place, message["id"], button["value"], timeout=3)
        return {"notice": answer["text"]} if answer["text"] else {}
    tapped = await stage.telegram.tap(who.telegram, place, message["id"], button["text"])
    if tapped["kind"] == "copy":
        return {"copied": tapped["text"]}
    return await _opened(stage, who, str(tapped["url"])) if "url" in tapped else {}


async def _opened(stage: Stage, who: Person, url: str) -> Json:
    """A link, followed as the app does."""
    if urlsplit(url).hostname not in _TELEGRAM:
        return await _page(stage, who, url)
    followed = stage.telegram.tap_link(who.telegram, url)
    if followed["kind"] == "start":
        return {"chat": "bot"}
    if followed["kind"] == "share":
        return {"shared": f"{followed['text']} {followed['url']}".strip()}
    return {}


async def _page(stage: Stage, who: Person, url: str) -> Json:
    """Only pages of this stage open in the sheet; the phone fills in its holder's e-mail address, as phones do."""
    page = await stage.follow(url)
    if page.startswith(f"{stage.stripe.url}/"):
        return {"sheet": f"{page}&{urlencode({'prefilled_email': f'{who.key}@example.org'})}"}
    return {"sheet": url} if url.startswith(f"{stage.app.ctx.public_url}/") else {"notice": url}


# --- on Discord -----------------------------------------------------------------------------------
async def discord_say(stage: Stage, given: Json) -> Json:
    """Write into the channel or to the bot; a slash begins a command, and what follows is its first option."""
    who, text = person(stage, given), _text(given)
    place = "dm" if given.get("chat") == "dm" else stage.room
    if text.startswith("/"):
        name, _, argument = text[1:].strip().partition(" ")
        options = _options(stage, name, argument.strip())
        return await _shown(stage, who, await stage.discord.slash(who.discord, place, name, options))
    if place == "dm":
        stage.discord.dm(who.discord, text)
    else:
        stage.discord.say(who.discord, place, text)
    return {}


def _options(stage: Stage, name: str, argument: str) -> Json:
    if not argument:
        return {}
    commands = stage.discord.state()["commands"]
    found = next((c for c in commands if name in (c["name"], *(c.get("name_localizations") or {}).values())), None)
    options = (found or {}).get("options") or []
    return {options[0]["name"]: argument} if options else {}


async def discord_tap(stage: Stage, given: Json) -> Json:
    """Press a button, named by its message, row and place in it."""
    who = person(stage, given)
    seen = [*stage.discord.view(stage.room, who.discord), *stage.discord.view(who.discord)]
    message = next(m for m in seen if m["id"] == str(given.get("message")))
    button = message["buttons"][int(given["row"])][int(given["place"])]
    name = button["custom_id"] or button["label"]
    return await _shown(stage, who, await stage.discord.click(who.discord, message["id"], name))


async def _shown(stage: Stage, who: Person, answer: Json) -> Json:
    if answer["kind"] == "url":
        url = str(answer["url"])
        if urlsplit(url).hostname in _TELEGRAM:
            query = parse_qs(urlsplit(url).query)
            return {"shared": " ".join([*query.get("text", ()), *query.get("url", ())])}
        return await _page(stage, who, url)
    return {"notice": answer["text"]} if answer["kind"] == "failed" else {}


# --- staff ----------------------------------------------------------------------------------------
async def staff_refund(stage: Stage, given: Json) -> Json:
    """Give a gift back, as from Stripe's dashboard."""
    await stage.stripe.refund(str(given.get("payment")))
    return {"notice": stage.app.ctx.catalog.text(locale_of(given), "demo-refund-done")}


async def staff_again(stage: Stage, given: Json) -> Json:
    """Deliver a gift's webhook once more."""
    events = stage.stripe.world.every("event")
    about = str(given.get("payment"))
    paid = (e for e in events if e["type"] == "checkout.session.completed")
    event = next(e for e in paid if e["data"]["object"]["payment_intent"] == about)
    await stage.stripe.deliver_again(event["id"])
    await stage.stripe.delivered()
    return {"notice": stage.app.ctx.catalog.text(locale_of(given), "demo-again-done")}


async def staff_withhold(stage: Stage, given: Json) -> Json:
    """Withhold webhooks, or let go what was withheld."""
    if given.get("on"):
        await stage.stripe.hold_webhooks()
        return {}
    await stage.stripe.release_webhooks()
    return {}


async def staff_poll(stage: Stage, given: Json) -> Json:
    """Ask Stripe for its events now, as the schedule does every minute."""
    found = await reconcile.poll(stage.app.ctx, stage.app.intake)
    return {"notice": stage.app.ctx.catalog.text(locale_of(given), "demo-poll-done", found=found)}


async def staff_later(stage: Stage, given: Json) -> Json:
    """Let as much time pass as a broadcast waits before it leaves."""
    await stage.let_pass(COUNTDOWN)
    return {}


async def staff_days(stage: Stage, given: Json) -> Json:
    """Let pass what lies between a first gift and its reminder. Whoever is due is drawn: half are left alone."""
    before = await reminders.drawn(stage)
    await reminders.let_them_fall_due(stage)
    after = await reminders.drawn(stage)
    sent, held = (after[arm] - before[arm] for arm in ("sent", "held_out"))
    catalog = stage.app.ctx.catalog
    return {"notice": catalog.text(locale_of(given), "demo-days-done", due=sent + held, sent=sent, held=held)}


Act = Callable[[Stage, Json], Awaitable[Json]]
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
