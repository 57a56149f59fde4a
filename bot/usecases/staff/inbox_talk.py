"""The staff's inbox: answer somebody who wrote, block them, look at cases and close them."""

from bot.domain.people import Contact, Locale, Supporter
from bot.domain.staff import Member
from bot.store import campaigns as campaign_rows
from bot.store import gifts, inbox, notices, supporters
from bot.store.notices import Notice
from bot.usecases import inbox as relay
from bot.usecases.context import Context, local_day
from bot.usecases.reply import Form, Reply
from bot.usecases.staff.handling import ask, note, settle
from content import messages_inbox as words
from content.cards import Card, Tap
from payments.money import Money


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`ib:<reply|block|unblock>:<notice>`."""
    verb, _, digits = argument.partition(":")
    one = await _notice(ctx, digits)
    if one is None or "supporter" not in one.args:
        return Reply(card=words.reply_sent(ctx.catalog, person.locale, reachable=False))
    if verb == "reply":
        card, label = words.ask_reply(ctx.catalog, person.locale)
        form = Form(answers=f"ib:{one.id}", title=card.title, label=label, long=True)
        return await ask(ctx, person, Reply(card=card), form)
    return await _block(ctx, person, one, verb == "block")


async def _block(ctx: Context, person: Member, one: Notice, block: bool) -> Reply:
    who = int(one.args["supporter"])
    async with ctx.db.write() as conn:
        if block:
            await inbox.block(conn, who, person.id or None, ctx.clock())
        else:
            await inbox.unblock(conn, who)
        await note(ctx, conn, person, "inbox.blocked" if block else "inbox.unblocked", supporter=who)
    undo = Tap(action=f"ib:{'unblock' if block else 'block'}:{one.id}")
    return Reply(card=words.block_done(ctx.catalog, person.locale, blocked=block, undo=undo))


async def written(ctx: Context, contact: Contact, person: Member, argument: str, text: str) -> Reply:
    """The answer that was asked for."""
    await settle(ctx, person)
    one = await _notice(ctx, argument)
    return await _relay(ctx, person, one, text)


async def replied(ctx: Context, contact: Contact, person: Member, message_id: str, text: str) -> Reply | None:
    """A reply to one of our messages, in a place or in private; None where that is about nobody."""
    if contact.place is None:
        return None
    async with ctx.db.read() as conn:
        one = await notices.behind(conn, contact.platform, contact.place, message_id)
    if one is None or "address" not in one.args:
        return None
    return await _relay(ctx, person, one, text)


async def _relay(ctx: Context, person: Member, one: Notice | None, text: str) -> Reply:
    reachable = False
    if one is not None and "address" in one.args and text.strip():
        async with ctx.db.write() as conn:
            reachable = await relay.answer(ctx, conn, int(one.args["address"]), text)
            await note(ctx, conn, person, "inbox.answered", notice=one.id, reached=reachable)
        ctx.wake()
    return Reply(card=words.reply_sent(ctx.catalog, person.locale, reachable=reachable))


async def _notice(ctx: Context, digits: str) -> Notice | None:
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    async with ctx.db.read() as conn:
        return await notices.by_id(conn, int(digits))


# --- cases ----------------------------------------------------------------------------------------
async def cases(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`cs:list`, `cs:<case>`, `cs:close:<case>`."""
    verb, _, digits = argument.rpartition(":")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
    async with ctx.db.read() as conn:
        found = {int(row["id"]): row for row in await gifts.open_cases(conn)}
    if verb == "close":
        return await _close(ctx, person, number)
    if number in found:
        row = found[number]
        return Reply(card=await case_card(ctx, number, row["kind"], row["gift_id"], person.locale, row["due_at"]))
    listed = tuple((i, str(row["kind"]), Tap(action=f"cs:{i}")) for i, row in sorted(found.items()))
    return Reply(card=words.cases(ctx.catalog, person.locale, listed), mode="edit")


async def _close(ctx: Context, person: Member, number: int) -> Reply:
    async with ctx.db.write() as conn:
        done = await inbox.close_case(conn, number, ctx.clock())
        if done:
            await note(ctx, conn, person, "case.closed", case=number)
    return Reply(card=words.case_closed(ctx.catalog, person.locale, number, before=not done), mode="edit")


async def case_card(ctx: Context, number: int, kind: str, gift_id: int, locale: Locale, due_at: object) -> Card:
    """One case as staff see it; nobody is named."""
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id)
        assert gift is not None
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    view = words.CaseView(
        number=number,
        kind=kind,
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at or ctx.clock()),
        due_on=local_day(ctx, due_at) if due_at is not None else None,  # type: ignore[arg-type]  # a time of the table
        close=Tap(action=f"cs:close:{number}"),
        refund=Tap(action=f"rf:{gift.id}"),
    )
    return words.case(ctx.catalog, locale, view)


async def words_card(ctx: Context, one: Notice, locale: Locale) -> Card:
    """What a supporter wrote, for those who answer."""
    address_id = int(one.args.get("address", 0))
    async with ctx.db.read() as conn:
        person: Supporter | None = (await supporters.by_address_ids(conn, [address_id])).get(address_id)
    view = words.WordsView(
        text=str(one.args.get("text", "")) if person is not None else "",
        platform=person.platform if person is not None else "telegram",
        language=person.locale if person is not None else "fr",
        gifts=person.gift_count if person is not None else 0,
        reply=Tap(action=f"ib:reply:{one.id}"),
        block=Tap(action=f"ib:block:{one.id}"),
    )
    return words.words(ctx.catalog, locale, view)
