"""Who handles what: every command, button and message that a person can send, in three tables.

Platforms turn an update into one call here and the Reply into a message. Nothing is kept in between: a button
carries `verb:arguments` and works after a restart.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.domain.deeplink import ClaimPayload, GivePayload, InvitePayload, StaffPayload, read_payload, read_touch
from bot.domain.people import Contact, Locale
from bot.usecases import outbox_messages
from bot.usecases.broadcasts import lifecycle
from bot.usecases.context import Context
from bot.usecases.core import private_replies
from bot.usecases.core.join import is_known, note_wrote, set_reachable, who
from bot.usecases.gifts import claim, confirm, my_gifts, refund_duplicate, report_mistake
from bot.usecases.giving import campaign_cards, give
from bot.usecases.inbox import inbox
from bot.usecases.monthly import monthly
from bot.usecases.nudges import cards
from bot.usecases.preferences import preferences
from bot.usecases.referrals import circle, invite, invite_handlers, invited_by
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check as staff_door
from bot.usecases.supporters import forgetting_handlers, linking_handlers
from content.cards import Tap
from content.commands import COMMANDS, is_stop, verb_of
from content.messages import giving, supporters

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "awaits_picture",
    "campaign_choices",
    "keep_private_answer",
    "on_action",
    "on_answer",
    "on_command",
    "on_inline",
    "on_inline_sent",
    "on_moved",
    "on_picture",
    "on_place",
    "on_reply",
    "on_start",
    "on_text",
    "role_guilds",
    "set_reachable",
    "shown",
    "went_wrong",
]

Answer = Callable[[Context, Contact, str], Awaitable[Reply]]
campaign_choices = give.campaign_choices
keep_private_answer = private_replies.keep
awaits_picture = staff_door.awaits_picture
on_answer = staff_door.on_answer
on_inline = invite_handlers.offers
on_inline_sent = invite_handlers.count_sent_offer
on_moved = staff_door.on_moved
on_picture = staff_door.on_picture
on_place = staff_door.on_place
on_reply = staff_door.on_reply
role_guilds = staff_door.role_guilds
shown = outbox_messages.note_shown
_GIVE = Tap(action="see")
_GIVE_BUTTON = re.compile(r"(\d{1,18}):(\d{1,12})(?::([a-z-])(\d{1,19}))?")


# --- commands -----------------------------------------------------------------------------------
async def _show_privacy(ctx: Context, contact: Contact, _argument: str) -> Reply:
    return Reply(card=supporters.privacy(ctx.catalog, await _locale(ctx, contact), charity=ctx.charity))


async def _show_help(ctx: Context, contact: Contact, _argument: str) -> Reply:
    return Reply(
        card=supporters.help_card(
            ctx.catalog, await _locale(ctx, contact), charity=ctx.charity, give=_GIVE if contact.private else None
        )
    )


_FOR_EVERYBODY = ("privacy", "help")  # says nothing about anybody, so it may be said in a group
_COMMANDS: Mapping[str, Answer] = {
    "give": give.by_command,
    "mygifts": lambda ctx, contact, _: my_gifts.show(ctx, contact),
    "preferences": lambda ctx, contact, _: preferences.show(ctx, contact),
    "stop": lambda ctx, contact, _: preferences.stop(ctx, contact),
    "privacy": _show_privacy,
    "forget": lambda ctx, contact, _: forgetting_handlers.ask(ctx, contact),
    "help": _show_help,
    "claim": claim.ask,
    "monthly": lambda ctx, contact, _: monthly.show(ctx, contact),
    "invite": invite_handlers.show,
    "share": invite_handlers.share,
    "circle": lambda ctx, contact, _: circle.show(ctx, contact),
    "invitedby": invited_by.invited_by,
    "link": linking_handlers.link_accounts,
}


# --- buttons ------------------------------------------------------------------------------------
async def _tap_give(ctx: Context, contact: Contact, argument: str) -> Reply:
    """`give:<campaign>:<minor units, 0: none>[:<touch kind><touch id>]`."""
    match = _GIVE_BUTTON.fullmatch(argument)
    if match is None:
        return await give.by_command(ctx, contact, "")
    campaign, minor, kind, ident = match.groups()
    touch = read_touch(kind, ident)
    if contact.platform == "discord":  # on Telegram a card that was shown elsewhere leads here by its own link
        return await invite.on_shared_card(ctx, contact, int(campaign), int(minor), touch)
    return await give.by_id(ctx, contact, int(campaign), int(minor), touch)


async def _tap_preference(ctx: Context, contact: Contact, argument: str) -> Reply:
    kind, _, turn = argument.partition(":")
    return await preferences.change(ctx, contact, kind, turn)


ACTIONS: Mapping[str, Answer] = {
    "give": _tap_give,
    "see": lambda ctx, contact, _: give.by_command(ctx, contact, ""),
    "prefs": lambda ctx, contact, _: preferences.show(ctx, contact),
    "pref": _tap_preference,
    "lang": preferences.change_language,
    "zone": preferences.change_zone,
    "gifts": lambda ctx, contact, _: my_gifts.show(ctx, contact),
    "err": report_mistake.on_tap,
    "dbl": refund_duplicate.on_tap,
    "claim": claim.on_tap,
    "mine": confirm.how_to_confirm,
    "mo": monthly.on_tap,
    "cover": give.cover_fee,
    "unsub": lifecycle.unsubscribe,
    "forget": forgetting_handlers.on_tap,
    "later": cards.not_now,
    "enough": cards.enough,
    "invite": invite_handlers.on_tap,
    "circle": lambda ctx, contact, _: circle.show(ctx, contact),
    "by": invited_by.on_tap,
    "lk": linking_handlers.on_answer,
    "tell": invite_handlers.notify_inviter,
}


# --- what platforms call ------------------------------------------------------------------------
async def on_start(ctx: Context, contact: Contact, payload: str) -> Reply:
    """`/start`, with the payload of a deep link or without."""
    match read_payload(payload.strip()):
        case GivePayload(campaign_id, minor, touch):
            return await give.by_id(ctx, contact, campaign_id, minor, touch)
        case ClaimPayload(token):
            return await claim.ask(ctx, contact, token)
        case StaffPayload(code):
            return await staff_door.on_code(ctx, contact, code)
        case InvitePayload() as followed:
            return await invite.on_deep_link(ctx, contact, followed)
        case None:
            pass
    known = await is_known(ctx, contact)
    supporter = await who(ctx, contact)
    if known:
        return await give.by_choice(ctx, contact, supporter)
    card = giving.welcome(
        ctx.catalog, supporter.locale, charity=ctx.charity, known=False, give=_GIVE, preferences=give.PREFERENCES
    )
    return Reply(card=card)


async def on_command(ctx: Context, contact: Contact, name: str, argument: str) -> Reply:
    """A command by its name in either language, with what stands behind it."""
    return await _with_what_waited(ctx, contact, await _command(ctx, contact, name, argument))


async def _command(ctx: Context, contact: Contact, name: str, argument: str) -> Reply:
    verb = verb_of(name)
    if verb in staff_door.VERBS:
        return await staff_door.on_command(ctx, contact, verb, argument.strip())
    if not contact.private and verb not in _FOR_EVERYBODY:
        return await _in_public(ctx, contact)
    if verb is None:
        view = supporters.ReplyView(charity=ctx.charity, give=_GIVE)
        return Reply(card=supporters.unknown_command(ctx.catalog, await _locale(ctx, contact), view))
    return await _COMMANDS[verb](ctx, contact, argument.strip())


async def on_action(ctx: Context, contact: Contact, data: str) -> Reply:
    """A tap on one of our buttons, however old. What cannot be understood shows what can be given to."""
    verb, _, argument = data.partition(":")
    if verb in staff_door.ACTIONS:
        return await staff_door.on_action(ctx, contact, verb, argument)
    answer = ACTIONS.get(verb)
    if answer is None:
        return await give.by_command(ctx, contact, "")
    return await _with_what_waited(ctx, contact, await answer(ctx, contact, argument))


async def _with_what_waited(ctx: Context, contact: Contact, reply: Reply) -> Reply:
    """Add the messages that waited for this person to appear: Discord lets us write first to few."""
    if contact.platform == "telegram" or not contact.private:
        return reply
    if not await is_known(ctx, contact):  # nobody yet; or somebody who has just had themselves forgotten
        return reply
    return replace(reply, also=await outbox_messages.waiting_cards(ctx, await who(ctx, contact)))


async def on_text(ctx: Context, contact: Contact, text: str, marked: str | None = None) -> Reply:
    """A plain message in private: a stop word, an amount, or something that a person should read.

    `marked`: the same with what was bold, italic or linked in the markup of content/rich.py; staff may write so.
    """
    answered = await staff_door.on_text(ctx, contact, marked if marked is not None else text)
    if answered is not None:
        return answered
    if contact.platform == "discord":
        await note_wrote(ctx, contact)
    return await _with_what_waited(ctx, contact, await _text(ctx, contact, text))


async def _text(ctx: Context, contact: Contact, text: str) -> Reply:
    if is_stop(text):
        return await preferences.stop(ctx, contact)
    amount = await give.by_amount(ctx, contact, text)
    if amount is not None:
        return amount
    loose = await staff_door.on_loose_text(ctx, contact)
    if loose is not None:
        return loose
    passed = await inbox.forward_to_staff(ctx, contact, await who(ctx, contact), text)
    if passed is not None:
        return passed
    view = supporters.ReplyView(charity=ctx.charity, give=_GIVE)
    return Reply(card=supporters.free_text(ctx.catalog, await _locale(ctx, contact), view))


def went_wrong(ctx: Context, contact: Contact) -> Reply:
    """We failed; no database is asked, since that may be what failed."""
    view = supporters.ReplyView(charity=ctx.charity, give=_GIVE)
    return Reply(card=supporters.something_wrong(ctx.catalog, contact.locale, view), alone=True)


async def _in_public(ctx: Context, contact: Contact) -> Reply:
    """A command in a group: the campaign's shared card, whose buttons lead into private. Nobody joins by this."""
    campaign = await give.first_open(ctx)
    if campaign is None:
        card = giving.nothing_open(ctx.catalog, contact.locale)
        return Reply(card=card)
    return Reply(card=await campaign_cards.shared_card(ctx, campaign, contact.platform, contact.locale, None))


async def _locale(ctx: Context, contact: Contact) -> Locale:
    """In private the language they chose; in public nobody is looked up."""
    return (await who(ctx, contact)).locale if contact.private else contact.locale
