"""Cases: something about a gift that a person must look at. Opened with a notice to staff in the same transaction."""

from bot.store import gifts, inbox, supporters
from bot.store.db import Connection
from bot.usecases.context import Context
from bot.usecases.staff.handling import tell_all


async def open_one(ctx: Context, conn: Connection, *, gift_id: int, supporter_id: int, kind: str) -> int:
    """A supporter says that something is wrong with a gift; the number of the case.

    Said twice it stays one case and one notice; said again after it was closed, staff hear of it again.
    """
    now = ctx.clock()
    number = await gifts.open_case(conn, gift_id=gift_id, supporter_id=supporter_id, kind=kind, at=now)
    await inbox.reopen_case(conn, number, now)
    case = await inbox.case(conn, number)
    assert case is not None
    about = {"case": number, "address": await address_of(conn, supporter_id), "supporter": supporter_id}
    await tell_all(ctx, conn, f"{key_of(number)}{int(case['opened_at'].timestamp())}", "case", **about)
    return number


def key_of(number: int) -> str:
    """What the keys of all notices about a case begin with."""
    return f"case:{number}:"


async def address_of(conn: Connection, supporter_id: int) -> int | None:
    """Where a supporter is best answered; None where nowhere."""
    found = (await supporters.living(conn, [supporter_id])).get(supporter_id)
    everywhere = await supporters.addresses_of(conn, [found]) if found is not None else []
    return next((one.address_id for one in everywhere if one.reachable), None)
