"""Cases: something about a gift that a person must look at. Staff hear of each, and who reported it how it ended.

Both in the transaction of the fact: the notice with the case, the word to the person with its closing.
"""

from bot.domain.people import Supporter
from bot.store.core import notices, outbox
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.inbox import inbox
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.notify import notify_staff
from bot.usecases.core.send_errors import Obsolete
from content.cards import Card
from content.messages import inbox as words

CASE_OVER = "case_over"  # the message that tells a person that their case was closed


async def open_case(ctx: Context, conn: Connection, *, gift_id: int, supporter_id: int, kind: str) -> int:
    """A supporter says that something is wrong with a gift; the number of the case.

    Said twice it stays one case and one notice; said again after it was closed, staff hear of it again.
    """
    now = ctx.clock()
    number = await gifts.open_case(conn, gift_id=gift_id, supporter_id=supporter_id, kind=kind, at=now)
    await inbox.reopen_case(conn, number, now)
    case = await inbox.case(conn, number)
    assert case is not None
    about = {"case": number, "address": await best_address_id(conn, supporter_id), "supporter": supporter_id}
    await notify_staff(ctx, conn, f"{notice_key(number)}{int(case['opened_at'].timestamp())}", "case", **about)
    return number


async def close_case(ctx: Context, conn: Connection, number: int) -> bool:
    """Staff have looked at a case; whoever reported it is told. False where it was closed already, or is none."""
    if not await inbox.close_case(conn, number, ctx.clock()):
        return False
    await notices.mark_stale(conn, "case", notice_key(number))
    found = await inbox.case(conn, number)
    reported = found is not None and found["kind"] != "linked"  # such a case was opened by staff
    reporter = found["supporter_id"] if found is not None and reported else None
    address = await _address(conn, reporter) if reporter is not None else None
    if address is not None:
        await outbox.add(conn, [_closing_word(ctx, number, address)])
    return True


def _closing_word(ctx: Context, number: int, person: Supporter) -> Delivery:
    return Delivery(
        id=ctx.ids.new(),
        lane=Lane.SERVICE,
        platform=person.platform,
        address_id=person.address_id,
        message=CASE_OVER,
        args={"case": number},
        due_at=ctx.clock(),
    )


async def closed_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """What a person reported was looked at. Raises OutOfDate where they have reported it again since."""
    number = int(delivery.args["case"])
    async with ctx.db.read() as conn:
        found = await inbox.case(conn, number)
    if found is None or found["closed_at"] is None:
        raise Obsolete("the case is open again")
    return words.case_over(ctx.catalog, person.locale, ctx.charity, number)


def notice_key(number: int) -> str:
    """What the keys of all notices about a case begin with."""
    return f"case:{number}:"


async def best_address_id(conn: Connection, supporter_id: int) -> int | None:
    """Where a supporter is best answered; None where nowhere."""
    person = await _address(conn, supporter_id)
    return person.address_id if person is not None else None


async def _address(conn: Connection, supporter_id: int) -> Supporter | None:
    found = (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)
    everywhere = await supporters.addresses_of(conn, [found]) if found is not None else []
    return next((one for one in everywhere if one.reachable), None)
