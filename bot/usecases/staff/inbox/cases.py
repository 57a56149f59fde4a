"""Handlers for cases: list them, show one, write to the supporter, close it."""

from bot.domain.ids import read_id
from bot.domain.people import Contact, Locale
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.store.gifts import gifts
from bot.store.inbox import inbox
from bot.usecases.context import Context, local_day
from bot.usecases.core import cases
from bot.usecases.core.audit import log_action
from bot.usecases.reply import Reply
from bot.usecases.staff.gifts import search
from bot.usecases.staff.inbox import reply_draft
from content.cards import Card, Tap
from content.messages import inbox as messages
from payments.money import Money


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `cs:list`, `cs:<case>`, `cs:close:<case>`, `cs:write:<case>` and `cs:linked:<notice>`."""
    verb, _, digits = argument.rpartition(":")
    number = read_id(digits) or 0
    if verb == "close":
        return await _close(ctx, person, number)
    if verb == "linked":
        return await _open_linked(ctx, person, number)
    async with ctx.db.read() as conn:
        found = await inbox.case(conn, number)
        listed = await gifts.open_cases(conn)
    if found is not None and verb == "write":
        return await reply_draft.ask_words(ctx, person, f"cs:{number}")
    if found is not None:
        return Reply(card=await case_card(ctx, number, person.locale), mode="edit")
    rows = tuple((int(row["id"]), str(row["kind"]), Tap(action=f"cs:{row['id']}")) for row in listed)
    return Reply(card=messages.cases(ctx.catalog, person.locale, rows), mode="edit")


async def _close(ctx: Context, person: Member, number: int) -> Reply:
    async with ctx.db.write() as conn:
        closed = await cases.close_case(ctx, conn, number)
        case = await inbox.case(conn, number)
        if closed:
            await log_action(ctx, conn, person, "case.closed", case=number)
    ctx.wake()
    has_supporter = case is not None and case["supporter_id"] is not None
    write = Tap(action=f"cs:write:{number}") if has_supporter else None
    return Reply(card=messages.case_closed(ctx.catalog, person.locale, number, write, before=not closed), mode="edit")


async def _open_linked(ctx: Context, person: Member, notice_id: int) -> Reply:
    """Open a case about two linked accounts, once. A merge cannot be undone, so a person must look at it."""
    async with ctx.db.write() as conn:
        notice = await notices.by_id(conn, notice_id)
        if notice is None or notice.kind != "linked":
            return Reply(card=messages.cases(ctx.catalog, person.locale, ()), mode="edit")
        number = await inbox.open_linked_case(conn, int(notice.args["supporter"]), ctx.clock())
        await log_action(ctx, conn, person, "case.opened", case=number)
    return Reply(card=await case_card(ctx, number, person.locale), mode="edit")


async def linked_card(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Render the notice that two accounts were linked, without names."""
    return messages.linked(ctx.catalog, locale, Tap(action=f"cs:linked:{notice.id}"))


async def written(ctx: Context, contact: Contact, person: Member, argument: str, text: str) -> Reply:
    """Handle a message to the supporter of a case: show a preview."""
    return await reply_draft.preview(ctx, contact, person, f"cs:{argument}", text)


async def notice_card(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Render the notice of a case."""
    return await case_card(ctx, int(notice.args["case"]), locale)


async def case_card(ctx: Context, number: int, locale: Locale) -> Card:
    """Return the card of a case in its current state, without names."""
    async with ctx.db.read() as conn:
        case = await inbox.case(conn, number)
        assert case is not None  # cases are never deleted
        gift = await gifts.by_id(conn, case["gift_id"]) if case["gift_id"] is not None else None
        about = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id] if gift is not None else None
        others = () if gift is None else await search.same_week(ctx, conn, gift, case["supporter_id"])
    is_open = case["closed_at"] is None
    about_person = case["supporter_id"] or (gift.supporter_id if gift is not None else None)
    view = messages.CaseView(
        number=number,
        kind=str(case["kind"]),
        campaign=about.authored if about is not None else None,
        money=Money(gift.book.amount, gift.book.currency) if gift is not None else None,
        paid_on=local_day(ctx, gift.book.paid_at or ctx.clock()) if gift is not None else None,
        due_on=local_day(ctx, case["due_at"]) if case["due_at"] is not None else None,
        is_open=is_open,
        close=Tap(action=f"cs:close:{number}") if is_open else None,
        reply=Tap(action=f"cs:write:{number}") if case["supporter_id"] is not None else None,
        refund=Tap(action=f"rf:{gift.id}") if is_open and gift is not None else None,
        deceased=Tap(action=f"dc:{about_person}") if about_person is not None else None,
        others=others,
    )
    return messages.case(ctx.catalog, locale, view)
