"""Forward supporters' messages to staff, and bring back their replies."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.courtesies import Courtesy
from bot.domain.deeplink import without_data_links
from bot.domain.ids import id_at
from bot.domain.people import Origin, Supporter
from bot.domain.texts import split
from bot.store.core import notices, outbox
from bot.store.core.notices import Notice
from bot.store.core.outbox import Delivery, Lane, State
from bot.store.db import Connection
from bot.store.inbox import inbox
from bot.store.staff import drafts
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import rate_limits, staff_texts
from bot.usecases.core.notify import notify_staff
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.inbox import away
from bot.usecases.reply import Reply
from content.cards import Card, Tap, shorten
from content.messages import inbox as messages

LONGEST = 2_000  # characters of one notice or reply; a supporter's longer text becomes several notices
_MOST_PARTS = 8  # of the longest text that a message can have, with those that an app had cut
_PREFIX = "words:"
KEPT_FOR = timedelta(days=30)
DRAFTED = "reply"  # the kind of draft that holds a reply until it is sent
DRAFTS_KEPT_FOR = timedelta(days=1)  # then they are erased, whether sent or not
_GIVE = Tap(action="see")
_AT_ONCE = 100
_QUOTED = 80  # characters of a reply quoted to staff so that they recognise it


async def forward_to_staff(
    ctx: Context,
    supporter: Supporter,
    text: str,
    origin: Origin | None = None,
    *,
    receipt: bool = False,
    stop: Tap | None = None,
) -> Reply:
    """Forward a supporter's message to staff, if there is anybody to read it.

    Blocked supporters get the same reply as everyone else. If they edited a message that was forwarded (`origin`), its
    copies change; if it was answered already, staff get the new text as a new message. `receipt`: they asked about tax
    receipts; `stop`: the button for a message with a stop word.
    """
    view = messages.PassedOnView(charity=ctx.charity, give=_GIVE, receipt=receipt, stop=stop)
    async with ctx.db.read() as conn:
        is_read = await inbox.is_read(conn)
    if not is_read:
        return Reply(card=messages.passed_on(ctx.catalog, supporter.locale, replace(view, read=False)))
    async with ctx.db.write() as conn:
        before = await _notices_of(conn, supporter, origin) if origin is not None else []
        blocked = await inbox.is_blocked(conn, supporter.id)
        rate = rate_limits.UNHEARD if blocked else rate_limits.WORDS
        enough = not await rate_limits.take(ctx, conn, rate, supporter.platform, supporter.external_id)
        if not enough and not blocked:
            await _forward(ctx, conn, supporter, text, origin, before)
    attached = origin is not None and origin.attached
    absence = await away.text(ctx, supporter.locale)
    view = replace(view, enough=enough, attached=attached, edited=bool(before), away=absence)
    return Reply(card=messages.passed_on(ctx.catalog, supporter.locale, view))


async def answer_courtesy(ctx: Context, supporter: Supporter, kind: Courtesy) -> Reply:
    """Answer thanks, a greeting or a farewell; nobody on the team needs to read it."""
    async with ctx.db.read() as conn:
        is_read = await inbox.is_read(conn)
    absence = await away.text(ctx, supporter.locale)
    card = messages.courtesy(ctx.catalog, supporter.locale, ctx.charity, kind, _GIVE, read=is_read, away=absence)
    return Reply(card=card)


async def refuse_attachment(ctx: Context, supporter: Supporter) -> Reply:
    """Say that only text is read, to someone who sent something else."""
    async with ctx.db.read() as conn:
        is_read = await inbox.is_read(conn)
    absence = await away.text(ctx, supporter.locale)
    card = messages.text_only(ctx.catalog, supporter.locale, ctx.charity, is_read=is_read, away=absence)
    return Reply(card=card)


async def _forward(
    ctx: Context, conn: Connection, supporter: Supporter, text: str, origin: Origin | None, before: list[Notice]
) -> None:
    """Add a notice for each part of the text, or change those that its message has already (`before`)."""
    about = {"address": supporter.address_id, "supporter": supporter.id} | ({"edited": True} if before else {})
    if any(notice.args.get("answered") for notice in before):
        before, origin = [], None  # what was answered stays as it was
    parts = split(without_data_links(text), LONGEST)
    for number, part in enumerate(parts):
        args = {**about, "text": part} | ({"part": number + 1, "parts": len(parts)} if len(parts) > 1 else {})
        if number < len(before):
            await notices.update_args(conn, replace(before[number], args=args))
            continue
        notice_id = ctx.ids.new()
        key = f"{_PREFIX}{supporter.id}:{notice_id}" if origin is None else _key(supporter, origin, number)
        new = Notice(id=notice_id, key=key, kind="words", args=args, due_at=ctx.clock())
        await notices.add(conn, new, ctx.clock())
    for notice in before[len(parts) :]:  # the text is shorter now
        await notices.update_args(conn, replace(notice, args={**about, "text": "…"}))


async def _notices_of(conn: Connection, supporter: Supporter, origin: Origin) -> list[Notice]:
    """Return the notices that carry what was written in a message, part by part."""
    keys = [_key(supporter, origin, number) for number in range(_MOST_PARTS)]
    return [notice for notice in await notices.by_keys(conn, keys) if notice.args]


def _key(supporter: Supporter, origin: Origin, part: int) -> str:
    message = f"{supporter.platform}-{origin.chat}-{origin.message}"
    return f"{_PREFIX}{supporter.id}:{message}" + (f".{part + 1}" if part else "")


async def reply_to_supporter(
    ctx: Context, conn: Connection, address_id: int, text: str, *, corrects: int | None = None
) -> int | None:
    """Queue a staff reply to an address; return its delivery, or None if the address cannot be reached.

    `corrects`: the delivery of an earlier version, which is replaced if it has not left yet.
    """
    person = (await supporters.by_address_ids(conn, [address_id])).get(address_id)
    if person is None or not person.reachable:
        return None
    if corrects is not None and await inbox.change_relay(conn, corrects, text.strip()[:LONGEST]):
        return corrects
    is_correction = corrects is not None and await inbox.may_have_arrived(conn, corrects)
    delivery = Delivery(
        id=ctx.ids.new(),
        lane=Lane.SERVICE,
        platform=person.platform,
        address_id=address_id,
        message=inbox.CORRECTED if is_correction else inbox.RELAYED,
        args={"text": text.strip()[:LONGEST]},
        due_at=ctx.clock(),
    )
    await outbox.add(conn, [delivery])
    await inbox.track_relay(conn, delivery.id, ctx.clock())
    return delivery.id


async def relayed_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the card of a staff reply.

    Raises Obsolete if the text is erased already or an older version let a link to a foreign site pass; then staff are
    notified that it did not arrive (`finish_replies`).
    """
    text = str(delivery.args.get("text", ""))
    if not text:
        raise Obsolete("its text was erased")
    if await staff_texts.foreign(ctx, [text]) is not None:
        raise Obsolete("its text links to a site that is not allowed")
    is_correction = delivery.message == inbox.CORRECTED
    return messages.relayed(ctx.catalog, person.locale, ctx.charity, text, is_correction=is_correction)


async def finish_replies(ctx: Context) -> None:
    """Erase replies whose delivery has ended; notify staff of those that did not arrive. A recurring job."""
    async with ctx.db.read() as conn:
        finished = await inbox.finished_relays(conn, _AT_ONCE)
    if not finished:
        return
    async with ctx.db.write() as conn:
        for relay in finished:
            if relay.state is not State.SENT:
                doubt, quoted = relay.state is State.IN_DOUBT, shorten(relay.text, _QUOTED)
                key = f"reply_lost:{relay.delivery_id}"
                await notify_staff(ctx, conn, key, "reply_lost", doubt=doubt, text=quoted)
        await inbox.erase_relays(conn, [relay.delivery_id for relay in finished])


async def prune(ctx: Context) -> None:
    """Erase messages older than 30 days and reply drafts older than a day. A recurring job."""
    async with ctx.db.write() as conn:
        await inbox.erase_old_messages(conn, ctx.clock() - KEPT_FOR)
        await drafts.drop_older(conn, DRAFTED, id_at(ctx.clock() - DRAFTS_KEPT_FOR))
