"""Cases in the staff's chat: list them, look at one, write to the person, close it."""

from bot.domain.ids import read_id
from bot.domain.people import Contact, Locale
from bot.domain.staff import Member
from bot.store import campaigns as campaign_rows
from bot.store import gifts, inbox
from bot.store.notices import Notice
from bot.usecases import cases, staff_texts
from bot.usecases import inbox as relay
from bot.usecases.context import Context, local_day
from bot.usecases.reply import Reply
from bot.usecases.staff.handling import note, settle
from bot.usecases.staff.inbox_talk import ask_reply, too_long
from content import messages_inbox as words
from content.cards import Card, Tap
from payments.money import Money


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`cs:list`, `cs:<case>`, `cs:close:<case>`, `cs:write:<case>`."""
    verb, _, digits = argument.rpartition(":")
    number = read_id(digits) or 0
    if verb == "close":
        return await _close(ctx, person, number)
    async with ctx.db.read() as conn:
        found = await inbox.case(conn, number)
        listed = await gifts.open_cases(conn)
    if found is not None and verb == "write":
        return await ask_reply(ctx, person, f"cs:{number}")
    if found is not None:
        return Reply(card=await case_card(ctx, number, person.locale), mode="edit")
    rows = tuple((int(row["id"]), str(row["kind"]), Tap(action=f"cs:{row['id']}")) for row in listed)
    return Reply(card=words.cases(ctx.catalog, person.locale, rows), mode="edit")


async def _close(ctx: Context, person: Member, number: int) -> Reply:
    async with ctx.db.write() as conn:
        done = await cases.close(ctx, conn, number)
        found = await inbox.case(conn, number)
        if done:
            await note(ctx, conn, person, "case.closed", case=number)
    ctx.wake()
    somebody = found is not None and found["supporter_id"] is not None
    write = Tap(action=f"cs:write:{number}") if somebody else None
    return Reply(card=words.case_closed(ctx.catalog, person.locale, number, write, before=not done), mode="edit")


async def written(ctx: Context, contact: Contact, person: Member, argument: str, text: str) -> Reply:
    """A word to the person whose case it is."""
    if (over := too_long(text)) > 0:
        return await ask_reply(ctx, person, f"cs:{argument}", text[: relay.LONGEST], over)
    if problem := await staff_texts.refusal(ctx, person.locale, text):
        return await ask_reply(ctx, person, f"cs:{argument}", text, problem=problem)
    await settle(ctx, person)
    number, reachable = read_id(argument) or 0, False
    async with ctx.db.write() as conn:
        found = await inbox.case(conn, number)
        supporter = found["supporter_id"] if found is not None else None
        address = await cases.address_of(conn, supporter) if supporter is not None else None
        if address is not None and text.strip():
            reachable = await relay.answer(ctx, conn, address, text)
            await note(ctx, conn, person, "case.answered", case=number, reached=reachable)
    ctx.wake()
    return Reply(card=words.reply_sent(ctx.catalog, person.locale, reachable=reachable))


async def notice_card(ctx: Context, one: Notice, locale: Locale) -> Card:
    """A case, as its notice tells it."""
    return await case_card(ctx, int(one.args["case"]), locale)


async def case_card(ctx: Context, number: int, locale: Locale) -> Card:
    """One case as it is now; nobody is named."""
    async with ctx.db.read() as conn:
        case = await inbox.case(conn, number)
        assert case is not None  # cases are never deleted
        gift = await gifts.by_id(conn, case["gift_id"])
        assert gift is not None  # nor are gifts
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    is_open = case["closed_at"] is None
    view = words.CaseView(
        number=number,
        kind=str(case["kind"]),
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at or ctx.clock()),
        due_on=local_day(ctx, case["due_at"]) if case["due_at"] is not None else None,
        is_open=is_open,
        close=Tap(action=f"cs:close:{number}") if is_open else None,
        reply=Tap(action=f"cs:write:{number}") if case["supporter_id"] is not None else None,
        refund=Tap(action=f"rf:{gift.id}") if is_open else None,
    )
    return words.case(ctx.catalog, locale, view)
