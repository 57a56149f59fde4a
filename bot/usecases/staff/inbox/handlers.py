"""Handlers for the inbox: reply to a supporter, block them, hide their name in public."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.ids import read_id
from bot.domain.people import Contact, Locale, Preference, Supporter
from bot.domain.staff import Member
from bot.store.campaigns import places
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.store.db import Connection
from bot.store.inbox import inbox
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.core.audit import log_action
from bot.usecases.ports import MessageRef
from bot.usecases.reply import Reply
from bot.usecases.staff.inbox import cases, reply_draft
from content.cards import Card, Tap
from content.messages import inbox as messages


@dataclass(frozen=True, slots=True)
class _Toggle:
    """An action on a supporter that can be undone."""

    do: Callable[[Context, Connection, Member, int], Awaitable[None]]
    action: str  # in the audit log
    undo: str  # the verb that reverses it


async def _block(ctx: Context, conn: Connection, person: Member, supporter_id: int) -> None:
    await inbox.block(conn, supporter_id, person.id or None, ctx.clock())


async def _unblock(ctx: Context, conn: Connection, person: Member, supporter_id: int) -> None:
    await inbox.unblock(conn, supporter_id)


async def _hide(ctx: Context, conn: Connection, person: Member, supporter_id: int) -> None:
    await inbox.hide_name(conn, supporter_id, person.id or None, ctx.clock())


async def _show(ctx: Context, conn: Connection, person: Member, supporter_id: int) -> None:
    await inbox.show_name(conn, supporter_id)


_TOGGLES: Mapping[str, _Toggle] = {
    "block": _Toggle(_block, "inbox.blocked", "unblock"),
    "unblock": _Toggle(_unblock, "inbox.unblocked", "block"),
    "hide": _Toggle(_hide, "name.hidden", "show"),
    "show": _Toggle(_show, "name.shown", "hide"),
}


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `ib:<reply|block|unblock|hide|show|child>:<notice>` and `ib:<send|again|drop>:<draft>`."""
    verb, _, digits = argument.partition(":")
    if verb in ("send", "again", "drop"):
        return await reply_draft.act(ctx, person, verb, digits)
    notice = await _notice(ctx, digits)
    if notice is None or "supporter" not in notice.args:
        return Reply(card=messages.reply_sent(ctx.catalog, person.locale, reachable=False))
    toggle = _TOGGLES.get(verb)
    if toggle is not None:
        return await _toggle(ctx, person, notice, verb, toggle)
    if verb == "child":
        return await cases.open_about(ctx, person, notice, "child")
    return await reply_draft.ask_words(ctx, person, f"ib:{notice.id}")


async def _toggle(ctx: Context, person: Member, notice: Notice, verb: str, toggle: _Toggle) -> Reply:
    author_id = int(notice.args["supporter"])
    async with ctx.db.write() as conn:
        # Their accounts may have been merged since they wrote: apply it to the current supporter.
        current_id = (await supporters.current_ids(conn, [author_id])).get(author_id, author_id)
        await toggle.do(ctx, conn, person, current_id)
        for key in {author_id, current_id}:
            await notices.mark_stale(conn, "words", f"words:{key}:")
        await log_action(ctx, conn, person, toggle.action, supporter=current_id)
    undo = Tap(action=f"ib:{toggle.undo}:{notice.id}")
    return Reply(card=messages.setting_changed(ctx.catalog, person.locale, verb, undo))


async def written(ctx: Context, contact: Contact, person: Member, argument: str, text: str) -> Reply:
    """Handle a reply that was asked for: show a preview."""
    return await reply_draft.preview(ctx, contact, person, f"ib:{argument}", text)


async def replied(
    ctx: Context, contact: Contact, person: Member | None, replied_to: MessageRef, text: str | None, *, allowed: bool
) -> Reply | None:
    """Handle a reply to a message of ours: show a preview, or say why nothing is sent.

    None if the message has nothing to do with the inbox. `person` is None for anonymous administrators and strangers,
    `text` if the platform withheld it.
    """
    async with ctx.db.read() as conn:
        notice = await notices.of_message(conn, contact.platform, replied_to.chat_id, replied_to.message_id)
        place = None if contact.private else await places.at_chat(conn, contact.platform, replied_to.chat_id)
    if notice is None or notice.args.get("address") is None:
        in_inbox = place is not None and place.purpose == places.STAFF
        return _unread(ctx, contact, person, "not_theirs") if in_inbox and allowed else None
    if not allowed:
        return _unread(ctx, contact, person, "not_allowed")
    if text is None:
        return _unread(ctx, contact, person, "withheld")
    return await reply_draft.preview(ctx, contact, person, f"ib:{notice.id}", text, asked=False)


def _unread(ctx: Context, contact: Contact, person: Member | None, why: messages.Unread) -> Reply:
    locale = contact.locale if person is None else person.locale
    return Reply(card=messages.reply_unread(ctx.catalog, locale, why))


async def _notice(ctx: Context, digits: str) -> Notice | None:
    notice_id = read_id(digits)
    if notice_id is None:
        return None
    async with ctx.db.read() as conn:
        return await notices.by_id(conn, notice_id)


async def words_card(ctx: Context, notice: Notice, locale: Locale) -> Card:
    """Render a supporter's message without naming them."""
    address_id = int(notice.args.get("address", 0))
    async with ctx.db.read() as conn:
        person = (await supporters.by_address_ids(conn, [address_id])).get(address_id)
        if person is None:
            return messages.erased(ctx.catalog, locale)
        is_blocked = await inbox.is_blocked(conn, person.id)
        name = await _name(conn, person)
    block = "unblock" if is_blocked else "block"
    view = messages.SupporterMessageView(
        text=str(notice.args["text"]),
        platform=person.platform,
        language=person.locale,
        since=local_day(ctx, person.joined_at),
        gifts=person.gift_count,
        answered=str(notice.args.get("answered", "")),
        is_blocked=is_blocked,
        reply=Tap(action=f"ib:reply:{notice.id}"),
        block=Tap(action=f"ib:{block}:{notice.id}"),
        child=Tap(action=f"ib:child:{notice.id}"),
        age=Tap(action=f"ag:{person.id}"),
        deceased=Tap(action=f"dc:{person.id}"),
        name_is_hidden=name == "show",
        name=Tap(action=f"ib:{name}:{notice.id}") if name else None,
        edited=bool(notice.args.get("edited")),
        part=(int(notice.args["part"]), int(notice.args["parts"])) if "part" in notice.args else None,
    )
    return messages.supporter_message(ctx.catalog, locale, view)


async def _name(conn: Connection, person: Supporter) -> str:
    """Return the verb that hides or shows their name; empty if they never agreed to be named."""
    if await inbox.is_name_hidden(conn, person.id):
        return "show"
    return "hide" if Preference.BEING_NAMED in await supporters.preferences(conn, person.id) else ""
