"""The staff's door: who knocks, whether they may, and which corner answers. Others are refused politely."""

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
from bot.usecases.staff.campaigns import places as place_talk
from bot.usecases.staff.handler import Handler, Handlers, OnPicture
from bot.usecases.staff.inbox import handlers
from bot.usecases.staff.routes import ACTIONS as ROWS
from bot.usecases.staff.routes import ANSWERS, COMMANDS
from bot.usecases.staff.team import codes
from bot.usecases.staff.team import handlers as team
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
    """One of the staff's commands; None for everybody else.

    Most answers are for one pair of eyes, so groups hear where to ask.
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
        return await team.map_from_chat(ctx, contact, person, argument.removeprefix(_ROLE))
    return await handler.run(ctx, contact, person, argument)


async def on_code(ctx: Context, contact: Contact, code: str) -> Reply:
    """Somebody follows the link that carries a code."""
    return await codes.claim(ctx, contact, code)


async def on_action(ctx: Context, contact: Contact, verb: str, argument: str) -> Reply | None:
    """A tap on one of the staff's buttons; None where it is old, and its tapper staff no more."""
    person, handler = await member(ctx, contact), ACTIONS[verb]
    if person is None:
        return None
    if not person.role.may(handler.role):
        return _role_too_low(ctx, person)
    return await handler.run(ctx, contact, person, argument)


async def _go(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`go:<verb>`: what the command of that name shows, in place of the card."""
    handler = _COMMANDS.get(argument)
    if handler is None or not person.role.may(handler.role):
        return _role_too_low(ctx, person)
    reply = await handler.run(ctx, contact, person, "")
    return replace(reply, mode="edit")


async def _give_up(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`nvm`: they would rather not answer what they were asked."""
    await clear(ctx, person)
    return Reply(card=words.cancelled(ctx.catalog, person.locale), mode="edit")


_ROLE = "role:"
_HOME = Tap(action="go:team")
_IN_GROUPS = ("here", "freeze")
_COMMANDS: Handlers = {**COMMANDS, "team": Handler(Role.VIEWER, menu.show)}
ACTIONS: Handlers = {**ROWS, "go": Handler(Role.VIEWER, _go), "nvm": Handler(Role.VIEWER, _give_up)}


async def on_text(ctx: Context, contact: Contact, person: Member, text: str) -> Reply | None:
    """What staff write in private; None where no answer of theirs is awaited."""
    if person.expects is None:
        return None
    if not person.is_asked(ctx.clock()):
        await clear(ctx, person)
        return Reply(card=words.asked_too_long_ago(ctx.catalog, person.locale, _HOME))
    return await _answered(ctx, contact, person, person.expects, text)


def on_loose_text(ctx: Context, person: Member) -> Reply:
    """Words of staff that answer nothing: said so, and passed on to nobody."""
    return Reply(card=words.not_asked(ctx.catalog, person.locale, _HOME))


async def on_answer(
    ctx: Context, contact: Contact, what: str, text: str, open_for: timedelta = timedelta()
) -> Reply | None:
    """A form that was filled in: what it answers, what was written, and for how long its window was open.

    None for all who are not staff. One that is submitted after 15 minutes answers nothing, as on Telegram; its text
    is handed back.
    """
    person = await member(ctx, contact)
    if person is None:
        return None
    if open_for > PROMPT_LIFETIME:
        said = words.window_open_too_long(ctx.catalog, person.locale, _HOME)
        return Reply(card=said, more=words.handed_back(text))
    return await _answered(ctx, contact, person, what, text) or _role_too_low(ctx, person)


async def awaits_picture(ctx: Context, contact: Contact) -> bool:
    """Whether a picture of theirs would answer something; nothing is downloaded for anybody else."""
    return await _picture_awaited(ctx, contact) is not None


async def on_picture(ctx: Context, contact: Contact, image: bytes | None) -> Reply | None:
    """A picture that somebody sends in private; None where none is awaited. `image` None: it is above 10 MB."""
    awaited = await _picture_awaited(ctx, contact)
    if awaited is None:
        return None
    person, answers, argument = awaited
    if image is None:
        return Reply(card=words.picture_too_large(ctx.catalog, person.locale))
    return await answers(ctx, contact, person, argument, image)


async def _picture_awaited(ctx: Context, contact: Contact) -> tuple[Member, OnPicture, str] | None:
    """Who sends it, what takes it, and what it is for."""
    person = await member(ctx, contact)
    if person is None or person.expects is None or not person.is_asked(ctx.clock()):
        return None
    verb, _, argument = person.expects.partition(":")
    row = ANSWERS.get(verb)
    if row is None or row.picture is None or not person.role.may(row.role):
        return None
    return person, row.picture, argument


async def on_place(ctx: Context, contact: Contact, chat_id: str, title: str, may_post: bool) -> Reply | None:
    """The bot was added to a channel or group, or lost its rights there; what to say in private to who did it."""
    return await place_talk.arrived(ctx, contact, chat_id, title, may_post)


async def on_reply(ctx: Context, contact: Contact, message_id: str, text: str) -> Reply | None:
    """Staff answer a message of ours in the place `contact.place`; None where it is none of theirs."""
    person = await member(ctx, contact)
    if person is None or not person.role.may(Role.EDITOR):
        return None
    return await handlers.replied(ctx, contact, person, message_id, text)


async def on_moved(ctx: Context, platform: PlatformName, old_chat: str, new_chat: str) -> None:
    """A group became another chat: what we know of it goes with it."""
    async with ctx.db.write() as conn:
        if await places.at_chat(conn, platform, new_chat) is None:
            await places.set_chat_id(conn, platform, old_chat, new_chat)


async def _answered(ctx: Context, contact: Contact, person: Member, what: str, text: str) -> Reply | None:
    verb, _, argument = what.partition(":")
    row = ANSWERS.get(verb)
    if row is None or not person.role.may(row.role):
        return None
    return await row.text(ctx, contact, person, argument, text)


def _elsewhere(ctx: Context, contact: Contact) -> Reply:
    """In a group: nobody is looked up, since the answer is everybody's."""
    bot = ctx.identity.telegram_username
    chat = Tap(url=f"https://t.me/{bot}") if bot and contact.platform == "telegram" else None
    return Reply(card=words.only_in_private(ctx.catalog, contact.locale, chat))


def refused(ctx: Context, locale: Locale) -> Reply:
    """Return the answer to those who are not staff."""
    return Reply(card=words.refused(ctx.catalog, locale, charity=ctx.charity, is_staff=False))


def _role_too_low(ctx: Context, person: Member) -> Reply:
    return Reply(card=words.refused(ctx.catalog, person.locale, charity=ctx.charity, is_staff=True))
