"""Cases: something about a gift that a person on the team must look at.

Staff are notified of each new case, and its reporter when it is closed, both in the transaction of the fact.
"""

from datetime import timedelta

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
from content.messages import inbox_cases as messages

CASE_OVER = "case_over"  # the message to the reporter of a closed case
UNANSWERED_FOR = timedelta(days=30)  # how long a message waits for staff; then it is erased
_OPENED_BY_US = ("linked", "refund_failed")  # nobody reported these


async def awaits_staff(ctx: Context, conn: Connection, supporter_id: int) -> bool:
    """Return whether a supporter has an open case or an unanswered message: nothing is asked of them then.

    Who was charged twice may report it by a button or in words.
    """
    if await inbox.has_open_case(conn, supporter_id):
        return True
    return await inbox.is_unanswered(conn, supporter_id, ctx.clock() - UNANSWERED_FOR)


async def open_case(ctx: Context, conn: Connection, *, gift_id: int, supporter_id: int, kind: str) -> int:
    """Open a case reported by a supporter and notify staff; return its number.

    A repeated report changes nothing; a report after the case was closed reopens it and notifies staff again.
    """
    now = ctx.clock()
    number = await gifts.open_case(conn, gift_id=gift_id, supporter_id=supporter_id, kind=kind, at=now)
    await inbox.reopen_case(conn, number, now)
    case = await inbox.case(conn, number)
    assert case is not None
    args = {"case": number, "address": await best_address_id(conn, supporter_id), "supporter": supporter_id}
    await notify_staff(ctx, conn, f"{notice_key(number)}{int(case['opened_at'].timestamp())}", "case", **args)
    return number


async def close_case(ctx: Context, conn: Connection, number: int) -> bool:
    """Close a case and notify its reporter. Return False if it was already closed or does not exist."""
    if not await inbox.close_case(conn, number, ctx.clock()):
        return False
    await notices.mark_stale(conn, "case", notice_key(number))
    closed = await inbox.case(conn, number)
    reported = closed is not None and closed["kind"] not in _OPENED_BY_US
    reporter = closed["supporter_id"] if closed is not None and reported else None
    address = await _address(conn, reporter) if reporter is not None else None
    if address is not None:
        await outbox.add(conn, [_closed_delivery(ctx, number, address)])
    return True


def _closed_delivery(ctx: Context, number: int, person: Supporter) -> Delivery:
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
    """Render the message about a closed case. Raises Obsolete if it has been reported again since."""
    number = int(delivery.args["case"])
    async with ctx.db.read() as conn:
        reported = await inbox.case(conn, number)
    if reported is None or reported["closed_at"] is None:
        raise Obsolete("the case is open again")
    return messages.case_over(ctx.catalog, person.locale, ctx.charity, number)


def notice_key(number: int) -> str:
    """Return the prefix shared by the keys of all notices about a case."""
    return f"case:{number}:"


async def best_address_id(conn: Connection, supporter_id: int) -> int | None:
    """Return the id of the address where a supporter is best reached, or None."""
    person = await _address(conn, supporter_id)
    return person.address_id if person is not None else None


async def _address(conn: Connection, supporter_id: int) -> Supporter | None:
    living_id = (await supporters.current_ids(conn, [supporter_id])).get(supporter_id)
    addresses = await supporters.addresses_of(conn, [living_id]) if living_id is not None else []
    return next((address for address in addresses if address.reachable and address.deceased_at is None), None)
