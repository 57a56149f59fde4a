"""Places in the staff's chat: what a channel or group is for, and whose cards stand there.

Buttons: `pl:<place>[:<fr|en|fr+en|staff|off>]` for what a place is for, `pl:<giving|steps>:<on|off>`,
`pp:<campaign>[:<place>[:off]]` for a card.
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
from content.messages import campaigns_places as words

_LOCALES = ("fr", "en", "fr+en")
_SWITCHES = {"giving": switches.GIVING_LINE, "steps": switches.MILESTONES_AT_ONCE}


async def arrived(ctx: Context, contact: Contact, chat_id: str, title: str, may_post: bool) -> Reply | None:
    """The bot came into a channel or group, left it, or has other rights there. What to tell who did it, in private;
    None where they are none of those who may say what a place is for, or it is known already."""
    if not may_post:
        async with ctx.db.write() as conn:
            await record_lost_rights(ctx, conn, contact.platform, chat_id)
        return None
    person = await member(ctx, contact)
    if person is None or not person.role.may(Role.EDITOR):
        return None
    async with ctx.db.read() as conn:
        before = await places.at_chat(conn, contact.platform, chat_id)
    place = await _met(ctx, contact, chat_id, title)
    if before is not None and before.lost_at is None:
        return None
    return Reply(card=words.place_card(ctx.catalog, person.locale, _view(place)))


async def here(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`/ici`: in a channel or group what it is for; in private all places."""
    if contact.place is None:
        return await _all(ctx, person)
    place = await _met(ctx, contact, contact.place, contact.place_title)
    return Reply(card=words.place_card(ctx.catalog, person.locale, _view(place)))


async def listed(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`go:here`, `pl`: all places. `pl:<place>`: one. `pl:<place>:<use>`: what it is for from now on."""
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
    """What holds for all places: whether cards say that somebody gave, whether milestones wait for a yes."""
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=_SWITCHES[name], on=on, at=ctx.clock(), by=person.id))
        await log_action(ctx, conn, person, "switch.turned", switch=_SWITCHES[name], on=on)
    return replace(await _all(ctx, person), mode="edit")


async def _met(ctx: Context, contact: Contact, chat_id: str, title: str) -> Place:
    """The place, known from now on; what it is for stays as it was."""
    async with ctx.db.write() as conn:
        before = await places.at_chat(conn, contact.platform, chat_id)
        purpose = before.purpose if before is not None else OFF
        if before is not None and contact.place_open and await public_inbox.close(ctx, conn, before):
            purpose = OFF
        return await places.save(
            conn,
            contact.platform,
            chat_id,
            title=title[:200] or (before.title if before is not None else chat_id),
            purpose=purpose,
            locales=before.locales if before is not None else "fr+en",
            at=ctx.clock(),
            is_open=contact.place_open,
        )


async def _all(ctx: Context, person: Member) -> Reply:
    async with ctx.db.read() as conn:
        found = await places.all_places(conn)
        turned = {name: await switches.read(conn, switch) for name, switch in _SWITCHES.items()}
    ways = []
    for name, one in turned.items():
        is_on = one is not None and one.on
        ways.append(words.Way(name, is_on, Tap(action=f"pl:{name}:{'off' if is_on else 'on'}")))
    return Reply(card=words.place_list(ctx.catalog, person.locale, tuple(map(_view, found)), ways))


def _card(ctx: Context, person: Member, place: Place, said: words.PlaceFeedback | None = None) -> Reply:
    return Reply(card=words.place_card(ctx.catalog, person.locale, _view(place), said), mode="edit")


def _view(place: Place) -> words.PlaceView:
    return words.PlaceView(
        title=place.title,
        use=place.locales if place.purpose == PUBLIC else place.purpose,
        lost=place.lost_at is not None,
        tap=Tap(action=f"pl:{place.id}"),
        uses=tuple((use, Tap(action=f"pl:{place.id}:{use}")) for use in (*_LOCALES, STAFF, OFF)),
        back=Tap(action="pl"),
    )


# --- a campaign's card in places --------------------------------------------------------------------
async def cards(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`pp:<campaign>`: where its card stands. `pp:<campaign>:<place>`: post it there; `...:off`: take it away."""
    first, _, rest = argument.partition(":")
    second, _, turn = rest.partition(":")
    campaign_id, place_id = read_id(first) or 0, read_id(second) or 0
    said: words.CardFeedback | None = None
    async with ctx.db.write() as conn:
        campaign = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
        if campaign is None:
            return Reply(card=words.no_such_campaign(ctx.catalog, person.locale), mode="edit")
        place = (await places.by_ids(conn, [place_id])).get(place_id)
        if place is not None and turn == "off":
            said = await _take_away(ctx, conn, person, campaign, place)
        elif place is not None and place.purpose == PUBLIC and place.lost_at is None:
            said = await _post(ctx, conn, person, campaign, place)
        standing = await posted.chats(conn, campaign.id)
        public = await places.of_purpose(conn, PUBLIC)
    rows = tuple(_row(campaign.id, place, (place.platform, place.chat_id) in standing) for place in public)
    card = words.cards_in_places(
        ctx.catalog,
        person.locale,
        campaign=campaign.authored,
        rows=rows,
        back=Tap(action=f"cv:{campaign.id}"),
        places=Tap(action="pl"),
        feedback=said,
    )
    return Reply(card=card, mode="edit")


async def _take_away(
    ctx: Context, conn: Connection, who: Member, campaign: Campaign, place: Place
) -> words.CardFeedback:
    await posted.request_removal(conn, campaign.id, place.platform, place.chat_id, ctx.clock())
    await log_action(ctx, conn, who, "card.taken_away", campaign=campaign.slug, place=place.title)
    return "away"


async def _post(ctx: Context, conn: Connection, who: Member, campaign: Campaign, place: Place) -> words.CardFeedback:
    if not campaign.is_open(ctx.clock()):
        return "not_open"
    if (place.platform, place.chat_id) in await posted.chats(conn, campaign.id):
        return "there"
    await posted.add(conn, _new_card(ctx, campaign.id, place), ctx.clock(), asked=True)
    await log_action(ctx, conn, who, "card.posted", campaign=campaign.slug, place=place.title)
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


def _row(campaign_id: int, place: Place, stands: bool) -> words.CardRow:
    action = f"pp:{campaign_id}:{place.id}" + (":off" if stands else "")
    return words.CardRow(title=place.title, stands=stands, tap=Tap(action=action))
