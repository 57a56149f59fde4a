"""Words of a supporter that a person should read: passed on to the staff, and their answer brought back."""

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

LONGEST = 2_000  # characters that are passed on, in either direction
KEPT_FOR = timedelta(days=30)
DRAFTED = "reply"  # the kind of draft that holds an answer until it is sent
DRAFTS_KEPT_FOR = timedelta(days=1)  # then they are erased, sent or not
_GIVE = Tap(action="see")
_AT_ONCE = 100
_QUOTED = 80  # characters of an answer by which staff know it again


async def forward_to_staff(ctx: Context, supporter: Supporter, text: str) -> Reply | None:
    """Hand a supporter's words to the staff; None where there is nobody to read them.

    Somebody who is blocked hears the same as everybody else.
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
    said = text.strip()
    return Notice(
        id=number,
        key=f"words:{supporter.id}:{number}",
        kind="words",
        args={
            "address": supporter.address_id,
            "supporter": supporter.id,
            "text": said if len(said) <= LONGEST else said[: LONGEST - 1] + "…",
        },
        due_at=ctx.clock(),
    )


async def reply_to_supporter(ctx: Context, conn: Connection, address_id: int, text: str) -> bool:
    """Bring the staff's words to an address; False where nobody can be reached there."""
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
    """A person of the charity has answered.

    Raises OutOfDate where the words are erased already, and where an older version let a foreign link pass: staff
    are told that it did not arrive (`follow_up`).
    """
    text = str(delivery.args.get("text", ""))
    if not text:
        raise Obsolete("its words were erased")
    if await staff_texts.foreign(ctx, [text]) is not None:
        raise Obsolete("its words lead to a site that is not allowed")
    return words.relayed(ctx.catalog, person.locale, ctx.charity, text)


async def finish_replies(ctx: Context) -> None:
    """Erase answers that have gone out; tell staff of those that did not arrive."""
    async with ctx.db.read() as conn:
        over = await inbox.finished_relays(conn, _AT_ONCE)
    if not over:
        return
    async with ctx.db.write() as conn:
        for one in over:
            if one.state is not State.SENT:
                doubt, quoted = one.state is State.IN_DOUBT, shorten(one.text, _QUOTED)
                await notify_staff(ctx, conn, f"reply_lost:{one.delivery_id}", "reply_lost", doubt=doubt, text=quoted)
        await inbox.erase_relays(conn, [one.delivery_id for one in over])


async def prune(ctx: Context) -> None:
    """Erase words that were written long ago."""
    async with ctx.db.write() as conn:
        await inbox.erase_old_messages(conn, ctx.clock() - KEPT_FOR)
        await drafts.drop_older(conn, DRAFTED, id_at(ctx.clock() - DRAFTS_KEPT_FOR))
