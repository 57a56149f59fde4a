"""Route staff updates to their handlers after checking the person's role. Everyone else is politely refused."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.people import Contact, Locale, PlatformName
from bot.domain.staff import Member, Role
from bot.store.campaigns import places
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.core.prompts import PROMPT_LIFETIME, clear
from bot.usecases.reply import Reply
from bot.usecases.staff import menu
from bot.usecases.staff.campaigns import places as place_handlers
from bot.usecases.staff.handler import Handler, Handlers, OnPicture
from bot.usecases.staff.inbox import handlers as inbox_handlers
from bot.usecases.staff.routes import ACTIONS as ROWS
from bot.usecases.staff.routes import ANSWERS, COMMANDS
from bot.usecases.staff.team import codes
from bot.usecases.staff.team import handlers as team_handlers
from content.cards import Tap
from content.commands import STAFF_COMMANDS
from content.messages import staff as words

__all__ = [
    "ACTIONS",
    "VERBS",
    "awaits_picture",
    "on_action",
    "on_answer",
    "on_code",
    "on_command",
    "on_loose_text",
    "on_moved",
    "on_picture",
    "on_place",
    "on_reply",
    "on_text",
    "refused",
]

VERBS = frozenset(command.verb for command in STAFF_COMMANDS)


async def on_command(ctx: Context, contact: Contact, verb: str, argument: str) -> Reply | None:
    """Handle a staff command; return None for everyone else.

    Most replies are confidential, so in groups the reply says where to ask.
    """
    if not contact.private and verb not in _IN_GROUPS:
        return _elsewhere(ctx, contact)
    maps_role = argument.startswith(_ROLE)
    if verb == "team" and argument and not maps_role:
        return await codes.claim(ctx, contact, argument)
    person, handler = await member(ctx, contact), _COMMANDS.get(verb)
    if person is None:
        return None
    if handler is None or not person.role.may(Role.OWNER if maps_role else handler.role):
        return _role_too_low(ctx, person)
    await clear(ctx, person)
    if verb == "team" and maps_role:
        return await team_handlers.map_from_chat(ctx, contact, person, argument.removeprefix(_ROLE))
    return await handler.run(ctx, contact, person, argument)


async def on_code(ctx: Context, contact: Contact, code: str) -> Reply:
    """Handle a link that carries a staff code."""
    return await codes.claim(ctx, contact, code)


async def on_action(ctx: Context, contact: Contact, verb: str, argument: str) -> Reply | None:
    """Handle a tap on a staff button; return None if it is old and its tapper is no longer staff."""
    person, handler = await member(ctx, contact), ACTIONS[verb]
    if person is None:
        return None
    if not person.role.may(handler.role):
        return _role_too_low(ctx, person)
    return await handler.run(ctx, contact, person, argument)


async def _go(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `go:<verb>`: show what that command shows, in place of the card."""
    handler = _COMMANDS.get(argument)
    if handler is None or not person.role.may(handler.role):
        return _role_too_low(ctx, person)
    reply = await handler.run(ctx, contact, person, "")
    return replace(reply, mode="edit")


async def _cancel(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `nvm`: cancel the prompt."""
    await clear(ctx, person)
    return Reply(card=words.cancelled(ctx.catalog, person.locale), mode="edit")


_ROLE = "role:"
_MENU = Tap(action="go:team")
_IN_GROUPS = ("here", "freeze")
_COMMANDS: Handlers = {**COMMANDS, "team": Handler(Role.VIEWER, menu.show)}
ACTIONS: Handlers = {**ROWS, "go": Handler(Role.VIEWER, _go), "nvm": Handler(Role.VIEWER, _cancel)}


async def on_text(ctx: Context, contact: Contact, person: Member, text: str) -> Reply | None:
    """Handle a private text of staff; return None if they have no open prompt."""
    if person.expects is None:
        return None
    if not person.is_asked(ctx.clock()):
        await clear(ctx, person)
        return Reply(card=words.asked_too_long_ago(ctx.catalog, person.locale, _MENU))
    return await _answer_prompt(ctx, contact, person, person.expects, text)


def on_loose_text(ctx: Context, person: Member) -> Reply:
    """Tell staff that their text answers no prompt and goes nowhere."""
    return Reply(card=words.not_asked(ctx.catalog, person.locale, _MENU))


async def on_answer(
    ctx: Context, contact: Contact, what: str, text: str, open_for: timedelta = timedelta()
) -> Reply | None:
    """Handle a submitted form; return None for everyone who is not staff.

    `what`: the prompt it answers; `open_for`: how long its window was open. As on Telegram, a form submitted after 15
    minutes answers nothing; its text is handed back.
    """
    person = await member(ctx, contact)
    if person is None:
        return None
    if open_for > PROMPT_LIFETIME:
        card = words.window_open_too_long(ctx.catalog, person.locale, _MENU)
        return Reply(card=card, more=words.handed_back(text))
    return await _answer_prompt(ctx, contact, person, what, text) or _role_too_low(ctx, person)


async def awaits_picture(ctx: Context, contact: Contact) -> bool:
    """Whether a picture from them would answer a prompt; other pictures are not downloaded."""
    return await _picture_awaited(ctx, contact) is not None


async def on_picture(ctx: Context, contact: Contact, image: bytes | None) -> Reply | None:
    """Handle a private picture; return None if none is awaited. `image` is None if it is above 10 MB."""
    awaited = await _picture_awaited(ctx, contact)
    if awaited is None:
        return None
    person, answers, argument = awaited
    if image is None:
        return Reply(card=words.picture_too_large(ctx.catalog, person.locale))
    return await answers(ctx, contact, person, argument, image)


async def _picture_awaited(ctx: Context, contact: Contact) -> tuple[Member, OnPicture, str] | None:
    """Return the member, the handler of the awaited picture and its argument; None if none is awaited."""
    person = await member(ctx, contact)
    if person is None or person.expects is None or not person.is_asked(ctx.clock()):
        return None
    verb, _, argument = person.expects.partition(":")
    row = ANSWERS.get(verb)
    if row is None or row.picture is None or not person.role.may(row.role):
        return None
    return person, row.picture, argument


async def on_place(ctx: Context, contact: Contact, chat_id: str, title: str, may_post: bool) -> Reply | None:
    """Handle the bot's new rights in a channel or group; return the private reply to the person who changed them."""
    return await place_handlers.on_rights_changed(ctx, contact, chat_id, title, may_post)


async def on_reply(ctx: Context, contact: Contact, message_id: str, text: str) -> Reply | None:
    """Handle a staff reply to a bot message in the place `contact.place`; None for others and other messages."""
    person = await member(ctx, contact)
    if person is None or not person.role.may(Role.EDITOR):
        return None
    return await inbox_handlers.replied(ctx, contact, person, message_id, text)


async def on_moved(ctx: Context, platform: PlatformName, old_chat: str, new_chat: str) -> None:
    """Record that a group has a new chat id."""
    async with ctx.db.write() as conn:
        if await places.at_chat(conn, platform, new_chat) is None:
            await places.set_chat_id(conn, platform, old_chat, new_chat)


async def _answer_prompt(ctx: Context, contact: Contact, person: Member, what: str, text: str) -> Reply | None:
    verb, _, argument = what.partition(":")
    row = ANSWERS.get(verb)
    if row is None or not person.role.may(row.role):
        return None
    return await row.text(ctx, contact, person, argument, text)


def _elsewhere(ctx: Context, contact: Contact) -> Reply:
    """Return the reply in a group, which is the same for everyone, so nobody is looked up."""
    bot = ctx.identity.telegram_username
    chat = Tap(url=f"https://t.me/{bot}") if bot and contact.platform == "telegram" else None
    return Reply(card=words.only_in_private(ctx.catalog, contact.locale, chat))


def refused(ctx: Context, locale: Locale) -> Reply:
    """Return the reply to people who are not staff."""
    return Reply(card=words.refused(ctx.catalog, locale, charity=ctx.charity, is_staff=False))


def _role_too_low(ctx: Context, person: Member) -> Reply:
    return Reply(card=words.refused(ctx.catalog, person.locale, charity=ctx.charity, is_staff=True))
