"""Forward supporters' messages to staff, and bring back their replies."""

from datetime import timedelta

from bot.domain.ids import id_at
from bot.domain.people import Supporter
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
from bot.usecases.reply import Reply
from content.cards import Card, Tap, shorten
from content.messages import inbox as words

LONGEST = 2_000  # characters forwarded, in either direction
KEPT_FOR = timedelta(days=30)
DRAFTED = "reply"  # the kind of draft that holds a reply until it is sent
DRAFTS_KEPT_FOR = timedelta(days=1)  # then they are erased, whether sent or not
_GIVE = Tap(action="see")
_AT_ONCE = 100
_QUOTED = 80  # characters of a reply quoted to staff so that they recognise it


async def forward_to_staff(ctx: Context, supporter: Supporter, text: str) -> Reply | None:
    """Forward a supporter's message to staff; return None if there is nobody to read it.

    Blocked supporters get the same reply as everyone else.
    """
    now = ctx.clock()
    async with ctx.db.read() as conn:
        if not await inbox.is_read(conn):
            return None
    async with ctx.db.write() as conn:
        blocked = await inbox.is_blocked(conn, supporter.id)
        rate = rate_limits.UNHEARD if blocked else rate_limits.WORDS
        enough = not await rate_limits.take(ctx, conn, rate, supporter.platform, supporter.external_id)
        if not enough and not blocked:
            await notices.add(conn, _notice(ctx, supporter, text), now)
    card = words.passed_on(ctx.catalog, supporter.locale, ctx.charity, _GIVE, enough=enough)
    return Reply(card=card)


def _notice(ctx: Context, supporter: Supporter, text: str) -> Notice:
    number = ctx.ids.new()
    stripped = text.strip()
    return Notice(
        id=number,
        key=f"words:{supporter.id}:{number}",
        kind="words",
        args={
            "address": supporter.address_id,
            "supporter": supporter.id,
            "text": stripped if len(stripped) <= LONGEST else stripped[: LONGEST - 1] + "…",
        },
        due_at=ctx.clock(),
    )


async def reply_to_supporter(ctx: Context, conn: Connection, address_id: int, text: str) -> bool:
    """Queue a staff reply to an address; return False if it cannot be reached."""
    person = (await supporters.by_address_ids(conn, [address_id])).get(address_id)
    if person is None or not person.reachable:
        return False
    delivery = Delivery(
        id=ctx.ids.new(),
        lane=Lane.SERVICE,
        platform=person.platform,
        address_id=address_id,
        message=inbox.RELAYED,
        args={"text": text.strip()[:LONGEST]},
        due_at=ctx.clock(),
    )
    await outbox.add(conn, [delivery])
    await inbox.track_relay(conn, delivery.id, ctx.clock())
    return True


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
    return words.relayed(ctx.catalog, person.locale, ctx.charity, text)


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
