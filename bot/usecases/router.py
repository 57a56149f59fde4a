"""The router: which handler answers which command, button and message, in three tables.

Platforms turn an update into one call here and the Reply into a message. Nothing is kept in between: a button
carries `verb:arguments` and works after a restart.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.domain.card_numbers import without_card_numbers
from bot.domain.deeplink import (
    AskPayload,
    CardPayload,
    ClaimPayload,
    GivePayload,
    InvitePayload,
    StaffPayload,
    read_payload,
)
from bot.domain.free_text import Meaning, meaning
from bot.domain.people import Contact, Origin, Supporter
from bot.domain.staff import Member
from bot.usecases import amount_handlers, free_text, in_public, outbox_messages, pasted_links
from bot.usecases.broadcasts import lifecycle
from bot.usecases.context import Context
from bot.usecases.core import private_replies
from bot.usecases.core.access import member
from bot.usecases.core.join import ensure_joined, find, find_or_join, set_reachable
from bot.usecases.gifts import claim, confirm, my_gifts, refund_duplicate, report_mistake
from bot.usecases.giving import awaited, give
from bot.usecases.monthly import monthly
from bot.usecases.nudges import cards
from bot.usecases.ports import FetchPicture, MessageRef
from bot.usecases.preferences import preferences
from bot.usecases.quick_give import card_handlers
from bot.usecases.referrals import circle, invite, invite_handlers, invited_by
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check as staff
from bot.usecases.supporters import forgetting_handlers, linking_handlers, my_data_delivery, my_data_handlers
from content.cards import Tap
from content.commands import COMMANDS, verb_of
from content.messages import giving, supporters

__all__ = [
    "ACTIONS",
    "COMMANDS",
    "campaign_choices",
    "copy_delivered",
    "copy_not_delivered",
    "keep_private_reply",
    "on_action",
    "on_answer",
    "on_attachment",
    "on_command",
    "on_edited",
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

Handler = Callable[[Context, Supporter, str], Awaitable[Reply]]  # most handlers: the router looks the supporter up
# The others get None for a person who is not recorded yet.
ContactHandler = Callable[[Context, Contact, Supporter | None, str], Awaitable[Reply]]
campaign_choices = give.campaign_choices
copy_delivered = my_data_delivery.delivered
copy_not_delivered = my_data_delivery.not_delivered
keep_private_reply = private_replies.keep
on_inline = invite_handlers.offers
on_inline_sent = invite_handlers.count_sent_offer
on_moved = staff.on_moved
on_place = staff.on_place
on_reply = staff.on_reply
shown = outbox_messages.note_shown
_GIVE = Tap(action="see")


# --- commands -----------------------------------------------------------------------------------
async def _show_privacy(ctx: Context, supporter: Supporter, _argument: str) -> Reply:
    return in_public.privacy(ctx, supporter.locale)


async def _show_help(ctx: Context, supporter: Supporter, _argument: str) -> Reply:
    return in_public.help_card(ctx, supporter.locale, _GIVE)


async def _show_invite(ctx: Context, contact: Contact, known: Supporter | None, text: str) -> Reply:
    is_staff = bool(text) and await member(ctx, contact) is not None
    return await invite_handlers.show(ctx, await ensure_joined(ctx, contact, known), text, is_staff=is_staff)


_COMMANDS: Mapping[str, Handler] = {
    "give": give.by_command,
    "mygifts": lambda ctx, supporter, _: my_gifts.show(ctx, supporter),
    "preferences": lambda ctx, supporter, _: preferences.show(ctx, supporter),
    "stop": lambda ctx, supporter, _: preferences.stop(ctx, supporter),
    "privacy": _show_privacy,
    "help": _show_help,
    "claim": claim.ask,
    "card": lambda ctx, supporter, _: card_handlers.show(ctx, supporter),
    "monthly": lambda ctx, supporter, _: monthly.show(ctx, supporter),
    "share": invite_handlers.share,
    "circle": lambda ctx, supporter, _: circle.show(ctx, supporter),
    "invitedby": invited_by.invited_by,
    "link": linking_handlers.link_accounts,
}
_COMMANDS_OF_CONTACTS: Mapping[str, ContactHandler] = {
    "forget": forgetting_handlers.ask,  # records nobody
    "mydata": my_data_handlers.ask,  # records nobody
    "invite": _show_invite,  # checks whether they are staff
}


# --- buttons ------------------------------------------------------------------------------------
async def _show_campaigns(ctx: Context, supporter: Supporter, _argument: str) -> Reply:
    return await give.by_command(ctx, supporter, "")


async def _tap_preference(ctx: Context, supporter: Supporter, argument: str) -> Reply:
    kind, _, change = argument.partition(":")
    return await preferences.change(ctx, supporter, kind, change)


_TAPS: Mapping[str, Handler] = {
    "see": _show_campaigns,
    "prefs": lambda ctx, supporter, _: preferences.show(ctx, supporter),
    "pref": _tap_preference,
    "nothanks": lambda ctx, supporter, _: preferences.decline(ctx, supporter),
    "stop": lambda ctx, supporter, _: preferences.stop(ctx, supporter),
    "unstop": preferences.undo_stop,
    "lang": preferences.change_language,
    "zone": preferences.change_zone,
    "gifts": lambda ctx, supporter, _: my_gifts.show(ctx, supporter),
    "err": report_mistake.on_tap,
    "dbl": refund_duplicate.on_tap,
    "claim": claim.on_tap,
    "mine": confirm.how_to_confirm,
    "mo": monthly.on_tap,
    "cover": give.cover_fee,
    "uncover": give.without_fee,
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
    "ask": amount_handlers.on_ask,
    "card": card_handlers.on_tap,  # the page names their account
    "give": amount_handlers.on_give,  # records a newcomer with their inviter
    "forget": forgetting_handlers.on_tap,  # records nobody
    "mydata": my_data_handlers.on_tap,  # records nobody
}
ACTIONS = frozenset((*_TAPS, *_TAPS_OF_CONTACTS))


# --- what platforms call ------------------------------------------------------------------------
async def on_start(ctx: Context, contact: Contact, payload: str) -> Reply:
    """Answer `/start`, with the payload of a deep link or without."""
    link = read_payload(payload.strip())
    if isinstance(link, StaffPayload):
        return await staff.on_code(ctx, contact, link.code)
    known = await _turned(ctx, await find(ctx, contact))
    if isinstance(link, InvitePayload):
        return await invite.on_deep_link(ctx, contact, known, link)
    supporter = await ensure_joined(ctx, contact, known)
    match link:
        case GivePayload(campaign_id, minor, touch):
            return await give.by_id(ctx, supporter, campaign_id, minor, touch)
        case AskPayload(campaign_id, touch):
            return await give.ask_amount(ctx, supporter, campaign_id, touch)
        case ClaimPayload(token):
            return await claim.ask(ctx, supporter, token)
        case CardPayload(code):
            return await card_handlers.on_return(ctx, supporter, code)
        case None:
            pass
    if known is not None and known.reachable:  # people known only from a channel could not be written to so far
        return await give.by_choice(ctx, supporter)
    card = giving.welcome(
        ctx.catalog, supporter.locale, charity=ctx.charity, known=False, give=_GIVE, preferences=give.PREFERENCES
    )
    return Reply(card=card)


async def on_command(ctx: Context, contact: Contact, name: str, argument: str) -> Reply:
    """Answer a command by its name in either language, with its argument."""
    verb, argument = verb_of(name), argument.strip()
    if verb in staff.VERBS:
        return await _staff_command(ctx, contact, verb, argument)
    if not contact.private:
        return await in_public.answer(ctx, contact, verb)
    known = await _turned(ctx, await find(ctx, contact))
    reply = await _masking(ctx, contact, argument, lambda masked: _command(ctx, contact, known, verb, masked))
    return await _with_parked_messages(ctx, known, reply)


async def _staff_command(ctx: Context, contact: Contact, verb: str, argument: str) -> Reply:
    reply = await staff.on_command(ctx, contact, verb, argument)
    if not contact.private:
        return reply or staff.refused(ctx, contact.locale)
    if reply is None:
        supporter = await find_or_join(ctx, contact)
        return await _with_parked_messages(ctx, supporter, staff.refused(ctx, supporter.locale))
    return (
        reply if contact.platform == "telegram" else await _with_parked_messages(ctx, await find(ctx, contact), reply)
    )


async def _command(ctx: Context, contact: Contact, known: Supporter | None, verb: str | None, argument: str) -> Reply:
    of_contact = _COMMANDS_OF_CONTACTS.get(verb or "")
    if of_contact is not None:
        return await of_contact(ctx, contact, known, argument)
    supporter = await ensure_joined(ctx, contact, known)
    if verb is None or (verb == "card" and not ctx.quick_give):
        view = supporters.ReplyView(charity=ctx.charity, give=_GIVE)
        return Reply(card=supporters.unknown_command(ctx.catalog, supporter.locale, view))
    return await _COMMANDS[verb](ctx, supporter, argument)


async def on_action(ctx: Context, contact: Contact, data: str) -> Reply:
    """Answer a tap on one of our buttons, however old. An unknown one shows the open campaigns."""
    verb, _, argument = data.partition(":")
    if verb in staff.ACTIONS:
        reply = await staff.on_action(ctx, contact, verb, argument)
        return reply or await _refused(ctx, contact)
    known = await _turned(ctx, await find(ctx, contact))
    if verb in _TAPS_OF_CONTACTS:
        reply = await _TAPS_OF_CONTACTS[verb](ctx, contact, known, argument)
    else:
        reply = await _TAPS.get(verb, _show_campaigns)(ctx, await ensure_joined(ctx, contact, known), argument)
    return await _with_parked_messages(ctx, known, reply)


async def _turned(ctx: Context, known: Supporter | None) -> Supporter | None:
    """Forget which amount was asked for, since they turned to something else."""
    return None if known is None else await awaited.forget(ctx, known)


async def on_answer(ctx: Context, contact: Contact, prompt: str, text: str, open_for: timedelta = timedelta()) -> Reply:
    """Answer a submitted form. `prompt`: what it answers; `open_for`: how long its window was open."""
    if prompt.startswith(f"{awaited.ANSWERS}:"):
        supporter, what = await find_or_join(ctx, contact), prompt.removeprefix(f"{awaited.ANSWERS}:")
        return await _masking(ctx, contact, text, partial(amount_handlers.in_window, ctx, supporter, what))
    reply = await staff.on_answer(ctx, contact, prompt, text, open_for)
    return reply or await _refused(ctx, contact)


async def _refused(ctx: Context, contact: Contact) -> Reply:
    return staff.refused(ctx, (await find_or_join(ctx, contact)).locale)


async def _with_parked_messages(ctx: Context, known: Supporter | None, reply: Reply) -> Reply:
    """Add the messages parked for this person until they act: Discord lets us write first to few people.

    There are none for a person who was not known before.
    """
    if known is None or known.platform == "telegram":
        return reply
    return replace(reply, also=await outbox_messages.waiting_cards(ctx, known.address_id))


async def on_text(
    ctx: Context, contact: Contact, text: str, marked: str | None = None, replied_to: MessageRef | None = None
) -> Reply:
    """Answer a private text: a stop word, an amount, or something for a person to read.

    `marked`: the text with its formatting in the markup of content/rich.py, which only staff may use; `replied_to`:
    the message of ours to which it replies.
    """
    return await _on_text(ctx, contact, await member(ctx, contact), text, marked, replied_to)


async def on_picture(
    ctx: Context,
    contact: Contact,
    fetch: FetchPicture,
    caption: str = "",
    marked: str | None = None,
    replied_to: MessageRef | None = None,
) -> Reply:
    """Answer a private picture: the one that staff were asked for, otherwise its caption or that only text is read."""
    person = await member(ctx, contact)
    if person is not None:
        reply = await staff.on_picture(ctx, contact, person, fetch)
        if reply is not None:
            return reply
    if not caption:
        return await _on_attachment(ctx, contact, person, "")
    return await _on_text(ctx, contact, person, caption, marked, replied_to)


async def on_attachment(ctx: Context, contact: Contact, emoji: str = "") -> Reply:
    """Answer a voice note, a file or a sticker. `emoji`: what a sticker means."""
    return await _on_attachment(ctx, contact, await member(ctx, contact), emoji)


async def _on_attachment(ctx: Context, contact: Contact, person: Member | None, emoji: str) -> Reply:
    if person is not None:
        return staff.on_attachment(ctx, person)
    supporter = await find_or_join(ctx, contact, wrote=contact.platform == "discord")
    return await _with_parked_messages(ctx, supporter, await free_text.answer_sticker(ctx, supporter, emoji))


async def on_edited(ctx: Context, contact: Contact, text: str) -> Reply | None:
    """Answer a changed message: what staff or a supporter received of it follows. None if there is nothing to say."""
    person = None if contact.anonymous else await member(ctx, contact)
    reply = await staff.on_edited(ctx, contact, person, text)
    if reply is not None or not contact.private:
        return reply
    if person is not None:
        return staff.on_other_edit(ctx, person)
    supporter = await find_or_join(ctx, contact, wrote=contact.platform == "discord")
    return await _masking(ctx, contact, text, lambda masked: _text(ctx, supporter, None, masked, contact.origin))


async def _on_text(
    ctx: Context, contact: Contact, person: Member | None, text: str, marked: str | None, replied_to: MessageRef | None
) -> Reply:
    if person is None:
        return await _masking(ctx, contact, text, partial(_on_words, ctx, contact, None))
    reply = await _on_staff_text(ctx, contact, person, text, marked, replied_to)
    return reply or await _on_words(ctx, contact, person, text)


async def _on_words(ctx: Context, contact: Contact, person: Member | None, text: str) -> Reply:
    reply = await _on_pasted_link(ctx, contact, person, text)
    if reply is not None:
        return reply
    supporter = await find_or_join(ctx, contact, wrote=contact.platform == "discord")
    return await _with_parked_messages(ctx, supporter, await _text(ctx, supporter, person, text, contact.origin))


async def _masking(ctx: Context, contact: Contact, text: str, answer: Callable[[str], Awaitable[Reply]]) -> Reply:
    """Answer a supporter's text without the card numbers in it, and warn its author. No handler reads them."""
    masked = without_card_numbers(text)
    reply = await answer(masked)
    if masked == text:
        return reply
    known = await find(ctx, contact)
    card = supporters.card_number(ctx.catalog, contact.locale if known is None else known.locale)
    return replace(reply, more=(*reply.more, card))


async def _on_pasted_link(ctx: Context, contact: Contact, person: Member | None, text: str) -> Reply | None:
    """Return the reply to a link of ours, and beside it the one to whatever else was written; None without a link."""
    pasted = pasted_links.read(ctx, text)
    if pasted is None:
        return None
    followed = await pasted_links.follow(ctx, contact, await find(ctx, contact), pasted, on_start)
    if not followed.words:
        return followed.reply
    supporter = await find_or_join(ctx, contact)
    beside = await _text(ctx, supporter, person, followed.words, contact.origin)
    return replace(followed.reply, more=(*followed.reply.more, beside.card, *beside.more))


async def _on_staff_text(
    ctx: Context, contact: Contact, person: Member, text: str, marked: str | None, replied_to: MessageRef | None
) -> Reply | None:
    """Return the reply to a staff reply or an answered prompt; None for any other text."""
    if replied_to is not None:
        reply = await staff.on_member_reply(ctx, contact, person, replied_to, text)
        if reply is not None:
            return reply
    return await staff.on_text(ctx, contact, person, marked if marked is not None else text)


async def _text(ctx: Context, supporter: Supporter, person: Member | None, text: str, origin: Origin | None) -> Reply:
    if person is None:
        return await free_text.answer(ctx, supporter, text, origin)
    if meaning(text) is Meaning.STOP:
        return await preferences.stop(ctx, supporter)
    return await amount_handlers.on_text(ctx, supporter, text) or staff.on_loose_text(ctx, person)


def went_wrong(ctx: Context, contact: Contact) -> Reply:
    """Return an apology for a failure. Does not use the database, which may be what failed."""
    view = supporters.ReplyView(charity=ctx.charity, give=_GIVE)
    return Reply(card=supporters.something_wrong(ctx.catalog, contact.locale, view), alone=True)
