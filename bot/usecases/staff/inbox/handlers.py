"""The staff's inbox: answer somebody who wrote, block them, keep their name out of what is public."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.ids import read_id
from bot.domain.people import Contact, Locale, Preference, Supporter
from bot.domain.staff import Member
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.store.db import Connection
from bot.store.inbox import inbox
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.core.audit import log_action
from bot.usecases.reply import Reply
from bot.usecases.staff.inbox import reply_draft
from content.cards import Card, Tap
from content.messages import inbox as words


@dataclass(frozen=True, slots=True)
class _Toggle:
    """One of the things that staff can do about a person, and undo."""

    do: Callable[[Context, Connection, Member, int], Awaitable[None]]
    action: str  # as the audit log has it
    undo: str  # the verb that takes it back


async def _block(ctx: Context, conn: Connection, person: Member, who: int) -> None:
    await inbox.block(conn, who, person.id or None, ctx.clock())


async def _unblock(ctx: Context, conn: Connection, person: Member, who: int) -> None:
    await inbox.unblock(conn, who)


async def _hide(ctx: Context, conn: Connection, person: Member, who: int) -> None:
    await inbox.hide_name(conn, who, person.id or None, ctx.clock())


async def _show(ctx: Context, conn: Connection, person: Member, who: int) -> None:
    await inbox.show_name(conn, who)


_TURNS: Mapping[str, _Toggle] = {
    "block": _Toggle(_block, "inbox.blocked", "unblock"),
    "unblock": _Toggle(_unblock, "inbox.unblocked", "block"),
    "hide": _Toggle(_hide, "name.hidden", "show"),
    "show": _Toggle(_show, "name.shown", "hide"),
}


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`ib:<reply|block|unblock|hide|show>:<notice>`, `ib:<send|again|drop>:<draft>`."""
    verb, _, digits = argument.partition(":")
    if verb in ("send", "again", "drop"):
        return await reply_draft.act(ctx, person, verb, digits)
    one = await _notice(ctx, digits)
    if one is None or "supporter" not in one.args:
        return Reply(card=words.reply_sent(ctx.catalog, person.locale, reachable=False))
    turn = _TURNS.get(verb)
    if turn is not None:
        return await _toggle(ctx, person, one, verb, turn)
    return await reply_draft.ask_words(ctx, person, f"ib:{one.id}")


async def _toggle(ctx: Context, person: Member, one: Notice, verb: str, turn: _Toggle) -> Reply:
    wrote = int(one.args["supporter"])
    async with ctx.db.write() as conn:
        # Their accounts may have been linked since they wrote: it is the person of today that is meant.
        who = (await supporters.current_ids(conn, [wrote])).get(wrote, wrote)
        await turn.do(ctx, conn, person, who)
        for key in {wrote, who}:
            await notices.mark_stale(conn, "words", f"words:{key}:")
        await log_action(ctx, conn, person, turn.action, supporter=who)
    undo = Tap(action=f"ib:{turn.undo}:{one.id}")
    return Reply(card=words.toggled(ctx.catalog, person.locale, verb, undo))


async def written(ctx: Context, contact: Contact, person: Member, argument: str, text: str) -> Reply:
    """The answer that was asked for, shown before it is sent."""
    return await reply_draft.preview(ctx, person, f"ib:{argument}", text)


async def replied(ctx: Context, contact: Contact, person: Member, message_id: str, text: str) -> Reply | None:
    """A reply to one of our messages, in a place or in private, shown before it is sent; None if about nobody."""
    if contact.place is None:
        return None
    async with ctx.db.read() as conn:
        one = await notices.of_message(conn, contact.platform, contact.place, message_id)
    if one is None or one.args.get("address") is None:
        return None
    return await reply_draft.preview(ctx, person, f"ib:{one.id}", text, asked=False)


async def _notice(ctx: Context, digits: str) -> Notice | None:
    notice_id = read_id(digits)
    if notice_id is None:
        return None
    async with ctx.db.read() as conn:
        return await notices.by_id(conn, notice_id)


async def words_card(ctx: Context, one: Notice, locale: Locale) -> Card:
    """What a supporter wrote, for those who answer; who they are is not told."""
    address_id = int(one.args.get("address", 0))
    async with ctx.db.read() as conn:
        person = (await supporters.by_address_ids(conn, [address_id])).get(address_id)
        if person is None:
            return words.erased(ctx.catalog, locale)
        is_blocked = await inbox.is_blocked(conn, person.id)
        name = await _name(conn, person)
    block = "unblock" if is_blocked else "block"
    view = words.SupporterMessageView(
        text=str(one.args["text"]),
        platform=person.platform,
        language=person.locale,
        since=local_day(ctx, person.joined_at),
        gifts=person.gift_count,
        answered=str(one.args.get("answered", "")),
        is_blocked=is_blocked,
        reply=Tap(action=f"ib:reply:{one.id}"),
        block=Tap(action=f"ib:{block}:{one.id}"),
        name_is_hidden=name == "show",
        name=Tap(action=f"ib:{name}:{one.id}") if name else None,
    )
    return words.supporter_message(ctx.catalog, locale, view)


async def _name(conn: Connection, person: Supporter) -> str:
    """What can be done about their name; nothing where they never agreed to be named."""
    if await inbox.is_name_hidden(conn, person.id):
        return "show"
    return "hide" if Preference.BEING_NAMED in await supporters.preferences(conn, person.id) else ""
