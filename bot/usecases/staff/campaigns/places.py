"""Handlers for places: what a channel or group is used for, and which campaign cards are posted there.

Buttons: `pl:<place>[:<fr|en|fr+en|staff|off>]` sets a place's use, `pl:<giving|steps>:<on|off>` a switch for all
places, `pp:<campaign>[:<place>[:off]]` posts or removes a card.
"""

from dataclasses import replace

from bot.domain.campaigns import Campaign
from bot.domain.ids import read_id
from bot.domain.people import Contact
from bot.domain.staff import Member, Role
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places, posted
from bot.store.campaigns.places import OFF, PUBLIC, STAFF, Place
from bot.store.campaigns.posted import PostedCard
from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.usecases.campaigns.live_cards import record_lost_rights
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.core.audit import log_action
from bot.usecases.reply import Reply
from bot.usecases.staff.inbox import public_inbox
from content.cards import Tap
from content.messages import campaigns_places as messages
from content.names import readable_name

_LOCALES = ("fr", "en", "fr+en")
_SWITCHES = {"giving": switches.GIVING_LINE, "steps": switches.MILESTONES_AT_ONCE}


async def on_rights_changed(ctx: Context, contact: Contact, chat_id: str, title: str, may_post: bool) -> Reply | None:
    """Handle the bot being added to a channel or group, removed, or given other rights.

    Return the private reply to the person who did it; None if they may not set up places or the place is known already.
    """
    if not may_post:
        async with ctx.db.write() as conn:
            await record_lost_rights(ctx, conn, contact.platform, chat_id)
        return None
    person = await member(ctx, contact)
    if person is None or not person.role.may(Role.EDITOR):
        return None
    async with ctx.db.read() as conn:
        before = await places.at_chat(conn, contact.platform, chat_id)
    place = await _ensure(ctx, contact, chat_id, title, thread=before.thread_id if before is not None else None)
    if before is not None and before.lost_at is None:
        return None
    return Reply(card=messages.place_card(ctx.catalog, person.locale, _view(place)))


async def here(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/ici`: in a channel or group, show its use; in private, list all places."""
    if contact.place is None:
        return await _all(ctx, person)
    place = await _ensure(ctx, contact, contact.place, contact.place_title, thread=contact.thread)
    return Reply(card=messages.place_card(ctx.catalog, person.locale, _view(place)))


async def listed(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `go:here` and `pl` (all places), `pl:<place>` (one) and `pl:<place>:<use>` (set its use)."""
    name, _, use = argument.partition(":")
    if name in _SWITCHES and use in ("on", "off"):
        return await _toggle(ctx, person, name, use == "on")
    place_id = read_id(name) or 0
    async with ctx.db.read() as conn:
        place = (await places.by_ids(conn, [place_id])).get(place_id)
    if place is None:
        return replace(await _all(ctx, person), mode="edit")
    if use == STAFF and place.is_open:
        return _card(ctx, person, place, "too_open")
    if use not in (*_LOCALES, STAFF, OFF):
        return _card(ctx, person, place)
    changed = replace(
        place,
        purpose=PUBLIC if use in _LOCALES else use,
        locales=use if use in _LOCALES else place.locales,
    )
    async with ctx.db.write() as conn:
        await places.set_purpose(conn, place.id, changed.purpose, changed.locales)
        await log_action(ctx, conn, person, f"place.{changed.purpose}", place=place.title, locales=changed.locales)
    return _card(ctx, person, changed, "done")


async def _toggle(ctx: Context, person: Member, name: str, on: bool) -> Reply:
    """Set a switch for all places: whether cards mention recent gifts, or whether milestones are posted at once."""
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=_SWITCHES[name], on=on, at=ctx.clock(), by=person.id))
        await log_action(ctx, conn, person, "switch.turned", switch=_SWITCHES[name], on=on)
    return replace(await _all(ctx, person), mode="edit")


async def _ensure(ctx: Context, contact: Contact, chat_id: str, title: str, *, thread: str | None) -> Place:
    """Return the place, adding it if new; its use does not change. `thread`: the topic that messages go to."""
    async with ctx.db.write_money() as conn:  # one at a time with `chat_moves`: it may be another chat's successor
        before = await places.at_chat(conn, contact.platform, chat_id)
        purpose = before.purpose if before is not None else OFF
        if before is not None and contact.place_open and await public_inbox.close(ctx, conn, before):
            purpose = OFF
        return await places.save(
            conn,
            contact.platform,
            chat_id,
            title=readable_name(title, 200) or (before.title if before is not None else chat_id),
            purpose=purpose,
            locales=before.locales if before is not None else "fr+en",
            at=ctx.clock(),
            is_open=contact.place_open,
            thread_id=thread,
        )


async def _all(ctx: Context, person: Member) -> Reply:
    async with ctx.db.read() as conn:
        found = await places.all_places(conn)
        set_ones = await switches.read_each(conn, _SWITCHES.values())
    ways = []
    for name, switch in _SWITCHES.items():
        is_on = switch in set_ones and set_ones[switch].on
        ways.append(messages.Way(name, is_on, Tap(action=f"pl:{name}:{'off' if is_on else 'on'}")))
    return Reply(card=messages.place_list(ctx.catalog, person.locale, tuple(map(_view, found)), ways))


def _card(ctx: Context, person: Member, place: Place, feedback: messages.PlaceFeedback | None = None) -> Reply:
    return Reply(card=messages.place_card(ctx.catalog, person.locale, _view(place), feedback), mode="edit")


def _view(place: Place) -> messages.PlaceView:
    return messages.PlaceView(
        title=place.title,
        use=place.locales if place.purpose == PUBLIC else place.purpose,
        lost=place.lost_at is not None,
        in_topic=place.thread_id is not None,
        tap=Tap(action=f"pl:{place.id}"),
        uses=tuple((use, Tap(action=f"pl:{place.id}:{use}")) for use in (*_LOCALES, STAFF, OFF)),
        back=Tap(action="pl"),
    )


# --- campaign cards in places -----------------------------------------------------------------------
async def cards(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `pp:<campaign>` (list places), `pp:<campaign>:<place>` (post the card) and `...:off` (remove it)."""
    first, _, rest = argument.partition(":")
    second, _, switch = rest.partition(":")
    campaign_id, place_id = read_id(first) or 0, read_id(second) or 0
    feedback: messages.CardFeedback | None = None
    async with ctx.db.write() as conn:
        campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
        if campaign is None:
            return Reply(card=messages.no_such_campaign(ctx.catalog, person.locale), mode="edit")
        place = (await places.by_ids(conn, [place_id])).get(place_id)
        if place is not None and switch == "off":
            feedback = await _remove_card(ctx, conn, person, campaign, place)
        elif place is not None and place.purpose == PUBLIC and place.lost_at is None:
            feedback = await _post(ctx, conn, person, campaign, place)
        posted_in = await posted.chats(conn, campaign.id)
        public = await places.of_purpose(conn, PUBLIC)
    rows = tuple(_row(campaign.id, place, (place.platform, place.chat_id) in posted_in) for place in public)
    card = messages.cards_in_places(
        ctx.catalog,
        person.locale,
        campaign=campaign.authored,
        rows=rows,
        back=Tap(action=f"cv:{campaign.id}"),
        places=Tap(action="pl"),
        feedback=feedback,
    )
    return Reply(card=card, mode="edit")


async def _remove_card(
    ctx: Context, conn: Connection, actor: Member, campaign: Campaign, place: Place
) -> messages.CardFeedback:
    await posted.request_removal(conn, campaign.id, place.platform, place.chat_id, ctx.clock())
    await log_action(ctx, conn, actor, "card.taken_away", campaign=campaign.slug, place=place.title)
    return "away"


async def _post(
    ctx: Context, conn: Connection, actor: Member, campaign: Campaign, place: Place
) -> messages.CardFeedback:
    if not campaign.is_open(ctx.clock()):
        return "not_open"
    if (place.platform, place.chat_id) in await posted.chats(conn, campaign.id):
        return "there"
    await posted.add(conn, _new_card(ctx, campaign.id, place), ctx.clock(), asked=True)
    await log_action(ctx, conn, actor, "card.posted", campaign=campaign.slug, place=place.title)
    return "posted"


def _new_card(ctx: Context, campaign_id: int, place: Place) -> PostedCard:
    return PostedCard(
        id=ctx.ids.new(),
        campaign_id=campaign_id,
        platform=place.platform,
        chat_id=place.chat_id,
        message_id=None,
        locale=place.locales,
    )


def _row(campaign_id: int, place: Place, is_posted: bool) -> messages.CardRow:
    action = f"pp:{campaign_id}:{place.id}" + (":off" if is_posted else "")
    return messages.CardRow(title=place.title, stands=is_posted, tap=Tap(action=action))
