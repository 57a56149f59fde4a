"""Handlers for cases: list them, show one, write to the supporter, close it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.gifts import Gift
from bot.domain.ids import read_id
from bot.domain.people import Contact, Locale
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.inbox import inbox
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.core import cases
from bot.usecases.core.audit import log_action
from bot.usecases.reply import Reply
from bot.usecases.staff.gifts import search
from bot.usecases.staff.inbox import reply_draft
from content.cards import Card, Tap
from content.messages import inbox as inbox_messages
from content.messages import inbox_cases as messages
from content.messages.money import FoundGift
from payments.money import Money

_OTHERS = 3  # other gifts in one card: Discord has five rows, and two are needed
_CHILD = "child"  # a kind of case: a parent or donor says that a child gave


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
    """Open a case about two linked accounts. A merge cannot be undone, so a person must look at it."""
    async with ctx.db.read() as conn:
        notice = await notices.by_id(conn, notice_id)
    if notice is None or notice.kind != "linked":
        return Reply(card=messages.cases(ctx.catalog, person.locale, ()), mode="edit")
    return replace(await open_about(ctx, person, notice, "linked"), mode="edit")


async def open_about(ctx: Context, person: Member, notice: Notice, kind: str) -> Reply:
    """Open a case of this kind about the supporter of a notice, or show the one that is open."""
    author_id = int(notice.args["supporter"])
    async with ctx.db.write() as conn:
        current_id = (await supporters.current_ids(conn, [author_id])).get(author_id)
        if current_id is None:  # they asked to be forgotten
            return Reply(card=inbox_messages.erased(ctx.catalog, person.locale))
        number, is_new = await inbox.open_case_about(conn, current_id, kind, ctx.clock())
        if is_new:
            await log_action(ctx, conn, person, "case.opened", case=number)
    return Reply(card=await case_card(ctx, number, person.locale))


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
        others = await _other_gifts(ctx, conn, case, gift)
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
        refund=_refund_tap(case, gift) if is_open else None,
        age=Tap(action=f"ag:{about_person}") if about_person is not None and case["kind"] == _CHILD else None,
        deceased=Tap(action=f"dc:{about_person}") if about_person is not None else None,
        others=others,
    )
    return messages.case(ctx.catalog, locale, view)


async def _other_gifts(
    ctx: Context, conn: Connection, case: Mapping[str, Any], gift: Gift | None
) -> Sequence[FoundGift]:
    """Return the same person's other gifts of that week; of a child's case about no gift, their latest."""
    if gift is not None:
        return (await search.same_week(ctx, conn, gift, case["supporter_id"]))[:_OTHERS]
    if case["kind"] != _CHILD or case["supporter_id"] is None:
        return ()
    return (await search.latest_of(ctx, conn, case["supporter_id"]))[:_OTHERS]


def _refund_tap(case: Mapping[str, Any], gift: Gift | None) -> Tap | None:
    if gift is not None:
        return Tap(action=f"rf:{gift.id}")
    return Tap(action="rf:") if case["kind"] == _CHILD else None
