"""Route staff updates to their handlers after checking the person's role. Everyone else is politely refused."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.people import Contact, Locale, PlatformName
from bot.domain.staff import Member, Right, Role
from bot.usecases.campaigns import chat_moves
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.core.prompts import PROMPT_LIFETIME, clear
from bot.usecases.ports import FetchPicture, MessageRef
from bot.usecases.reply import Reply
from bot.usecases.staff import menu
from bot.usecases.staff.campaigns import places as place_handlers
from bot.usecases.staff.handler import Handler, Handlers
from bot.usecases.staff.inbox import handlers as inbox_handlers
from bot.usecases.staff.inbox import reply_draft
from bot.usecases.staff.routes import ACTIONS as ROWS
from bot.usecases.staff.routes import ANSWERS, COMMANDS
from bot.usecases.staff.team import codes
from bot.usecases.staff.team import handlers as team_handlers
from content.cards import Tap
from content.commands import STAFF_COMMANDS
from content.messages import inbox as inbox_messages
from content.messages import staff as messages

__all__ = [
    "ACTIONS",
    "VERBS",
    "on_action",
    "on_answer",
    "on_attachment",
    "on_code",
    "on_command",
    "on_edited",
    "on_loose_text",
    "on_member_reply",
    "on_moved",
    "on_other_edit",
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
    if contact.anonymous:
        return Reply(card=messages.anonymous(ctx.catalog, contact.locale, Tap(action=f"go:{verb}")))
    maps_role = argument.startswith(_ROLE)
    if verb == "team" and argument and not maps_role:
        return await codes.claim(ctx, contact, argument)
    person, handler = await member(ctx, contact), _COMMANDS.get(verb)
    if person is None:
        return None
    if handler is None or not person.may(Role.OWNER if maps_role else handler.needs):
        return _not_allowed(ctx, person, Role.OWNER if maps_role or handler is None else handler.needs)
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
    if not person.may(handler.needs):
        return _not_allowed(ctx, person, handler.needs)
    return await handler.run(ctx, contact, person, argument)


async def _go(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `go:<verb>`: show what that command shows, in place of the card."""
    handler = _COMMANDS.get(argument)
    if handler is None or not person.may(handler.needs):
        return _not_allowed(ctx, person, Role.OWNER if handler is None else handler.needs)
    reply = await handler.run(ctx, contact, person, "")
    return replace(reply, mode="edit")


async def _cancel(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `nvm`: cancel the prompt."""
    await clear(ctx, person)
    return Reply(card=messages.cancelled(ctx.catalog, person.locale), mode="edit")


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
        return Reply(card=messages.asked_too_long_ago(ctx.catalog, person.locale, _MENU))
    return await _answer_prompt(ctx, contact, person, person.expects, text)


def on_loose_text(ctx: Context, person: Member) -> Reply:
    """Tell staff that their text answers no prompt and goes nowhere."""
    return Reply(card=messages.not_asked(ctx.catalog, person.locale, _MENU))


async def on_answer(
    ctx: Context, contact: Contact, prompt: str, text: str, open_for: timedelta = timedelta()
) -> Reply | None:
    """Handle a submitted form; return None for everyone who is not staff.

    `prompt`: what it answers, `verb:argument`; `open_for`: how long its window was open. As on Telegram, a form
    submitted after 15 minutes answers nothing; its text is handed back.
    """
    person = await member(ctx, contact)
    if person is None:
        return None
    if open_for > PROMPT_LIFETIME:
        card = messages.window_open_too_long(ctx.catalog, person.locale, _MENU)
        return Reply(card=card, more=messages.handed_back(text))
    return await _answer_prompt(ctx, contact, person, prompt, text) or _not_allowed(ctx, person, Role.OWNER)


async def on_picture(ctx: Context, contact: Contact, person: Member, fetch: FetchPicture) -> Reply | None:
    """Handle a private picture of staff; return None if none is awaited. Other pictures are not downloaded."""
    if person.expects is None or not person.is_asked(ctx.clock()):
        return None
    verb, _, argument = person.expects.partition(":")
    row = ANSWERS.get(verb)
    if row is None or row.picture is None or not person.may(row.needs):
        return None
    image = await fetch()
    if image is None:
        return Reply(card=messages.picture_too_large(ctx.catalog, person.locale))
    return await row.picture(ctx, contact, person, argument, image)


async def on_place(ctx: Context, contact: Contact, chat_id: str, title: str, may_post: bool) -> Reply | None:
    """Handle the bot's new rights in a channel or group; return the private reply to the person who changed them."""
    return await place_handlers.on_rights_changed(ctx, contact, chat_id, title, may_post)


async def on_reply(ctx: Context, contact: Contact, replied_to: MessageRef, text: str | None) -> Reply | None:
    """Handle a reply to a bot message in a group; None unless that message has something to do with the inbox.

    Anonymous administrators of the inbox get a preview too: the tap on Send under it identifies its sender. `text`:
    None if the platform withheld it.
    """
    person = None if contact.anonymous else await member(ctx, contact)
    return await on_member_reply(ctx, contact, person, replied_to, text)


async def on_member_reply(
    ctx: Context, contact: Contact, person: Member | None, replied_to: MessageRef, text: str | None
) -> Reply | None:
    """Handle a reply to a bot message by a member, or by nobody known (None); None if the message awaits no reply."""
    allowed = contact.anonymous or (person is not None and person.role.may(Role.EDITOR))
    return await inbox_handlers.replied(ctx, contact, person, replied_to, text, allowed=allowed)


async def on_edited(ctx: Context, contact: Contact, person: Member | None, text: str) -> Reply | None:
    """Handle an edited message: if a reply to a supporter was written in it, show the preview again; otherwise None."""
    return await reply_draft.edited(ctx, contact, person, text)


def on_attachment(ctx: Context, person: Member) -> Reply:
    """Handle a file of staff that nothing awaits."""
    return Reply(card=inbox_messages.reply_unread(ctx.catalog, person.locale, "no_text"))


def on_other_edit(ctx: Context, person: Member) -> Reply:
    """Handle an edited message of staff that was no reply to a supporter."""
    return Reply(card=messages.edit_unread(ctx.catalog, person.locale))


async def on_moved(ctx: Context, platform: PlatformName, old_chat: str, new_chat: str) -> None:
    """Follow a group that has a new chat id."""
    await chat_moves.move_chat(ctx, platform, old_chat, new_chat)


async def _answer_prompt(ctx: Context, contact: Contact, person: Member, prompt: str, text: str) -> Reply | None:
    verb, _, argument = prompt.partition(":")
    row = ANSWERS.get(verb)
    if row is None or not person.may(row.needs):
        return None
    return await row.text(ctx, contact, person, argument, text)


def _elsewhere(ctx: Context, contact: Contact) -> Reply:
    """Return the reply in a group, which is the same for everyone, so nobody is looked up."""
    bot = ctx.identity.telegram_username
    chat = Tap(url=f"https://t.me/{bot}") if bot and contact.platform == "telegram" else None
    return Reply(card=messages.only_in_private(ctx.catalog, contact.locale, chat))


def refused(ctx: Context, locale: Locale) -> Reply:
    """Return the reply to people who are not staff."""
    return Reply(card=messages.refused(ctx.catalog, locale, charity=ctx.charity, is_staff=False))


def _not_allowed(ctx: Context, person: Member, needed: Role | Right) -> Reply:
    """Return the reply to a member whose role is too low, or who lacks a right."""
    finance = needed is Right.FINANCE
    return Reply(card=messages.refused(ctx.catalog, person.locale, charity=ctx.charity, is_staff=True, finance=finance))
