"""Who handles what: every command, button and message that a person can send, in three tables.

Platforms turn an update into one call here and the Reply into a message. Nothing is kept in between: a button
carries `verb:arguments` and works after a restart.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.deeplink import ClaimPayload, GivePayload, InvitePayload, StaffPayload, read_payload, read_touch
from bot.domain.people import Contact, Locale, Supporter
from bot.domain.staff import Member
from bot.usecases import outbox_messages
from bot.usecases.broadcasts import lifecycle
from bot.usecases.context import Context
from bot.usecases.core import private_replies
from bot.usecases.core.access import member
from bot.usecases.core.join import find, seen, set_reachable, who
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
    "set_reachable",
    "shown",
    "went_wrong",
]

Handler = Callable[[Context, Supporter, str], Awaitable[Reply]]  # what most are: the router looks the person up
# The others: the supporter is None where they are not recorded yet.
ContactHandler = Callable[[Context, Contact, Supporter | None, str], Awaitable[Reply]]
campaign_choices = give.campaign_choices
keep_private_answer = private_replies.keep
awaits_picture = staff_door.awaits_picture
on_inline = invite_handlers.offers
on_inline_sent = invite_handlers.count_sent_offer
on_moved = staff_door.on_moved
on_picture = staff_door.on_picture
on_place = staff_door.on_place
on_reply = staff_door.on_reply
shown = outbox_messages.note_shown
_GIVE = Tap(action="see")
_GIVE_BUTTON = re.compile(r"(\d{1,18}):(\d{1,12})(?::([a-z-])(\d{1,19}))?")


# --- commands -----------------------------------------------------------------------------------
async def _show_privacy(ctx: Context, supporter: Supporter, _argument: str) -> Reply:
    return _privacy(ctx, supporter.locale)


async def _show_help(ctx: Context, supporter: Supporter, _argument: str) -> Reply:
    return _help(ctx, supporter.locale, _GIVE)


def _privacy(ctx: Context, locale: Locale) -> Reply:
    return Reply(card=supporters.privacy(ctx.catalog, locale, charity=ctx.charity))


def _help(ctx: Context, locale: Locale, give_tap: Tap | None) -> Reply:
    return Reply(card=supporters.help_card(ctx.catalog, locale, charity=ctx.charity, give=give_tap))


async def _show_invite(ctx: Context, contact: Contact, known: Supporter | None, text: str) -> Reply:
    is_staff = bool(text) and await member(ctx, contact) is not None
    return await invite_handlers.show(ctx, await seen(ctx, contact, known), text, is_staff=is_staff)


_COMMANDS: Mapping[str, Handler] = {
    "give": give.by_command,
    "mygifts": lambda ctx, supporter, _: my_gifts.show(ctx, supporter),
    "preferences": lambda ctx, supporter, _: preferences.show(ctx, supporter),
    "stop": lambda ctx, supporter, _: preferences.stop(ctx, supporter),
    "privacy": _show_privacy,
    "help": _show_help,
    "claim": claim.ask,
    "monthly": lambda ctx, supporter, _: monthly.show(ctx, supporter),
    "share": invite_handlers.share,
    "circle": lambda ctx, supporter, _: circle.show(ctx, supporter),
    "invitedby": invited_by.invited_by,
    "link": linking_handlers.link_accounts,
}
_COMMANDS_OF_CONTACTS: Mapping[str, ContactHandler] = {
    "forget": forgetting_handlers.ask,  # records nobody
    "invite": _show_invite,  # asks whether they are staff
}


# --- buttons ------------------------------------------------------------------------------------
async def _tap_give(ctx: Context, contact: Contact, known: Supporter | None, argument: str) -> Reply:
    """`give:<campaign>:<minor units, 0: none>[:<touch kind><touch id>]`."""
    match = _GIVE_BUTTON.fullmatch(argument)
    if match is None:
        return await give.by_command(ctx, await seen(ctx, contact, known), "")
    campaign, minor, kind, ident = match.groups()
    touch = read_touch(kind, ident)
    if contact.platform == "discord":  # on Telegram a card that was shown elsewhere leads here by its own link
        return await invite.on_shared_card(ctx, contact, known, int(campaign), int(minor), touch)
    return await give.by_id(ctx, await seen(ctx, contact, known), int(campaign), int(minor), touch)


async def _show_campaigns(ctx: Context, supporter: Supporter, _argument: str) -> Reply:
    return await give.by_command(ctx, supporter, "")


async def _tap_preference(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    kind, _, turn = argument.partition(":")
    return await preferences.change(ctx, supporter, kind, turn)


_TAPS: Mapping[str, Handler] = {
    "see": _show_campaigns,
    "prefs": lambda ctx, supporter, _: preferences.show(ctx, supporter),
    "pref": _tap_preference,
    "lang": preferences.change_language,
    "zone": preferences.change_zone,
    "gifts": lambda ctx, supporter, _: my_gifts.show(ctx, supporter),
    "err": report_mistake.on_tap,
    "dbl": refund_duplicate.on_tap,
    "claim": claim.on_tap,
    "mine": confirm.how_to_confirm,
    "mo": monthly.on_tap,
    "cover": give.cover_fee,
    "unsub": lifecycle.unsubscribe,
    "later": cards.not_now,
    "enough": cards.enough,
    "invite": invite_handlers.on_tap,
    "circle": lambda ctx, supporter, _: circle.show(ctx, supporter),
    "by": invited_by.on_tap,
    "lk": linking_handlers.on_answer,
    "tell": invite_handlers.notify_inviter,
}
_TAPS_OF_CONTACTS: Mapping[str, ContactHandler] = {
    "give": _tap_give,  # may bring a newcomer, who is recorded with their inviter
    "forget": forgetting_handlers.on_tap,  # records nobody
}
ACTIONS = frozenset((*_TAPS, *_TAPS_OF_CONTACTS))


# --- what platforms call ------------------------------------------------------------------------
async def on_start(ctx: Context, contact: Contact, payload: str) -> Reply:
    """`/start`, with the payload of a deep link or without."""
    link = read_payload(payload.strip())
    if isinstance(link, StaffPayload):
        return await staff_door.on_code(ctx, contact, link.code)
    known = await find(ctx, contact)
    if isinstance(link, InvitePayload):
        return await invite.on_deep_link(ctx, contact, known, link)
    supporter = await seen(ctx, contact, known)
    match link:
        case GivePayload(campaign_id, minor, touch):
            return await give.by_id(ctx, supporter, campaign_id, minor, touch)
        case ClaimPayload(token):
            return await claim.ask(ctx, supporter, token)
        case None:
            pass
    if known is not None and known.reachable:  # those who only came into a channel could not be written to so far
        return await give.by_choice(ctx, supporter)
    card = giving.welcome(
        ctx.catalog, supporter.locale, charity=ctx.charity, known=False, give=_GIVE, preferences=give.PREFERENCES
    )
    return Reply(card=card)


async def on_command(ctx: Context, contact: Contact, name: str, argument: str) -> Reply:
    """A command by its name in either language, with what stands behind it."""
    verb, argument = verb_of(name), argument.strip()
    if verb in staff_door.VERBS:
        return await _staff_command(ctx, contact, verb, argument)
    if not contact.private:
        return await _in_public(ctx, contact, verb)
    known = await find(ctx, contact)
    return await _with_what_waited(ctx, known, await _command(ctx, contact, known, verb, argument))


async def _staff_command(ctx: Context, contact: Contact, verb: str, argument: str) -> Reply:
    reply = await staff_door.on_command(ctx, contact, verb, argument)
    if not contact.private:
        return reply or staff_door.refused(ctx, contact.locale)
    if reply is None:
        supporter = await who(ctx, contact)
        return await _with_what_waited(ctx, supporter, staff_door.refused(ctx, supporter.locale))
    return reply if contact.platform == "telegram" else await _with_what_waited(ctx, await find(ctx, contact), reply)


async def _command(ctx: Context, contact: Contact, known: Supporter | None, verb: str | None, argument: str) -> Reply:
    of_contact = _COMMANDS_OF_CONTACTS.get(verb or "")
    if of_contact is not None:
        return await of_contact(ctx, contact, known, argument)
    supporter = await seen(ctx, contact, known)
    if verb is None:
        view = supporters.ReplyView(charity=ctx.charity, give=_GIVE)
        return Reply(card=supporters.unknown_command(ctx.catalog, supporter.locale, view))
    return await _COMMANDS[verb](ctx, supporter, argument)


async def on_action(ctx: Context, contact: Contact, data: str) -> Reply:
    """A tap on one of our buttons, however old. What cannot be understood shows what can be given to."""
    verb, _, argument = data.partition(":")
    if verb in staff_door.ACTIONS:
        reply = await staff_door.on_action(ctx, contact, verb, argument)
        return reply or await _refused(ctx, contact)
    known = await find(ctx, contact)
    if verb in _TAPS_OF_CONTACTS:
        reply = await _TAPS_OF_CONTACTS[verb](ctx, contact, known, argument)
    else:
        reply = await _TAPS.get(verb, _show_campaigns)(ctx, await seen(ctx, contact, known), argument)
    return await _with_what_waited(ctx, known, reply)


async def on_answer(ctx: Context, contact: Contact, what: str, text: str, open_for: timedelta = timedelta()) -> Reply:
    """A form that was filled in: what it answers, what was written, and for how long its window was open."""
    reply = await staff_door.on_answer(ctx, contact, what, text, open_for)
    return reply or await _refused(ctx, contact)


async def _refused(ctx: Context, contact: Contact) -> Reply:
    return staff_door.refused(ctx, (await who(ctx, contact)).locale)


async def _with_what_waited(ctx: Context, known: Supporter | None, reply: Reply) -> Reply:
    """Add the messages that waited for this person to appear: Discord lets us write first to few.

    Nothing can wait for those who were not known before.
    """
    if known is None or known.platform == "telegram":
        return reply
    return replace(reply, also=await outbox_messages.waiting_cards(ctx, known.address_id))


async def on_text(ctx: Context, contact: Contact, text: str, marked: str | None = None) -> Reply:
    """A plain message in private: a stop word, an amount, or something that a person should read.

    `marked`: the same with what was bold, italic or linked in the markup of content/rich.py; staff may write so.
    """
    person = await member(ctx, contact)
    if person is not None:
        answered = await staff_door.on_text(ctx, contact, person, marked if marked is not None else text)
        if answered is not None:
            return answered
    supporter = await who(ctx, contact, wrote=contact.platform == "discord")
    return await _with_what_waited(ctx, supporter, await _text(ctx, supporter, person, text))


async def _text(ctx: Context, supporter: Supporter, person: Member | None, text: str) -> Reply:
    if is_stop(text):
        return await preferences.stop(ctx, supporter)
    amount = await give.by_amount(ctx, supporter, text)
    if amount is not None:
        return amount
    if person is not None:
        return staff_door.on_loose_text(ctx, person)
    passed = await inbox.forward_to_staff(ctx, supporter, text)
    if passed is not None:
        return passed
    view = supporters.ReplyView(charity=ctx.charity, give=_GIVE)
    return Reply(card=supporters.free_text(ctx.catalog, supporter.locale, view))


def went_wrong(ctx: Context, contact: Contact) -> Reply:
    """We failed; no database is asked, since that may be what failed."""
    view = supporters.ReplyView(charity=ctx.charity, give=_GIVE)
    return Reply(card=supporters.something_wrong(ctx.catalog, contact.locale, view), alone=True)


async def _in_public(ctx: Context, contact: Contact, verb: str | None) -> Reply:
    """A command in a group. Nobody is looked up, and nobody joins by this.

    The campaign's shared card, whose buttons lead into private, or what says nothing about anybody.
    """
    if verb == "privacy":
        return _privacy(ctx, contact.locale)
    if verb == "help":
        return _help(ctx, contact.locale, None)
    campaign = await give.first_open(ctx)
    if campaign is None:
        card = giving.nothing_open(ctx.catalog, contact.locale)
        return Reply(card=card)
    return Reply(card=await campaign_cards.shared_card(ctx, campaign, contact.platform, contact.locale, None))
