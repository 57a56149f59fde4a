"""Replies of staff to one supporter: previewed first, and sent only by the button under the preview.

`to` says what the reply is about: `ib:<notice>` or `cs:<case>`, as in the prompt.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.domain.ids import id_at, read_id
from bot.domain.people import Contact, Origin, PlatformName
from bot.domain.staff import Member, Role
from bot.store.core import notices
from bot.store.db import Connection
from bot.store.inbox import inbox
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import cases, staff_texts
from bot.usecases.core.audit import log_action
from bot.usecases.core.prompts import CANCEL, ask, clear
from bot.usecases.inbox import inbox as relay
from bot.usecases.reply import Form, Reply
from content.cards import Tap
from content.messages import inbox as messages


async def ask_words(
    ctx: Context, person: Member, to: str, value: str = "", *, over: int = 0, problem: str = ""
) -> Reply:
    """Ask a member for the text of a reply.

    `over`: by how many characters their previous text was too long; `problem`: why else it was refused.
    """
    most = relay.LONGEST
    card, label = messages.ask_reply(ctx.catalog, person.locale, CANCEL, most=most, over=over, problem=problem)
    form = Form(answers=to, title=card.title, label=label, value=value, long=True)
    return await ask(ctx, person, Reply(card=card), form)


async def preview(
    ctx: Context,
    contact: Contact,
    person: Member | None,
    to: str,
    text: str,
    *,
    asked: bool = True,
    corrects: int | None = None,
) -> Reply:
    """Show the reply as the supporter would read it.

    `person`: None for an anonymous administrator of the inbox, identified by the tap on Send. `asked`: it answers a
    prompt, which is repeated on a problem. `corrects`: the delivery of an earlier version.
    """
    locale = contact.locale if person is None else person.locale
    over = max(0, len(text.strip()) - relay.LONGEST)
    problem = "" if over else await staff_texts.refusal(ctx, locale, text)
    if (over or problem) and asked and person is not None:
        return await ask_words(ctx, person, to, text[: relay.LONGEST], over=over, problem=problem)
    if not text.strip():
        return Reply(card=messages.reply_unread(ctx.catalog, locale, "no_text"))
    if over or problem:
        card, _ = messages.ask_reply(ctx.catalog, locale, None, most=relay.LONGEST, over=over, problem=problem)
        return Reply(card=card)
    if person is not None:
        await clear(ctx, person)
    draft = await _save(ctx, contact, person, {"to": to, "text": text.strip(), "corrects": corrects})
    view = messages.PreviewView(
        text=text.strip(),
        send=Tap(action=f"ib:send:{draft.id}"),
        again=Tap(action=f"ib:again:{draft.id}"),
        drop=Tap(action=f"ib:drop:{draft.id}"),
        attached=contact.origin is not None and contact.origin.attached,
        is_correction=corrects is not None,
    )
    return Reply(card=messages.preview(ctx.catalog, locale, view))


async def _save(ctx: Context, contact: Contact, person: Member | None, body: Mapping[str, Any]) -> Draft:
    """Store a draft and the message in which it was written, if it was one."""
    origin, by = contact.origin, (person.id or None) if person is not None else None
    if origin is not None:
        body = {**body, "platform": contact.platform, "chat": origin.chat, "message": origin.message}
    draft = Draft(id=ctx.ids.new(), kind=relay.DRAFTED, body=body, changed_by=by)
    async with ctx.db.write() as conn:
        await drafts.add(conn, draft, ctx.clock())
        if origin is not None:
            about = str(body["to"])
            await inbox.note_reply_written(conn, contact.platform, origin, about, draft.id, ctx.clock())
    return draft


async def edited(ctx: Context, contact: Contact, person: Member | None, text: str) -> Reply | None:
    """Handle an edited message: if a reply was written in it, preview the new text; None otherwise.

    The preview of the old text can no longer be sent. If the old text was, the new one leaves as a correction.
    """
    if contact.origin is None or (person is None and not contact.anonymous):
        return None
    async with ctx.db.read() as conn:
        if await inbox.reply_written_in(conn, contact.platform, contact.origin) is None:
            return None
    if person is not None and not person.role.may(Role.EDITOR):
        return Reply(card=messages.reply_unread(ctx.catalog, person.locale, "not_allowed"))
    async with ctx.db.write() as conn:
        written = await inbox.reply_written_in(conn, contact.platform, contact.origin)
        if written is None:
            return None
        await drafts.take(conn, written.draft_id, relay.DRAFTED, since=0)
    return await preview(ctx, contact, person, written.about, text, asked=False, corrects=written.delivery_id)


async def act(ctx: Context, person: Member, verb: str, digits: str) -> Reply:
    """Handle `ib:<send|again|drop>:<draft>`. Each draft is sent at most once, no matter which member taps."""
    number = read_id(digits) or 0
    if verb == "again" or (verb == "send" and await _is_now_forbidden(ctx, number)):
        return await _again(ctx, person, number)
    async with ctx.db.write() as conn:
        draft = await drafts.take(conn, number, relay.DRAFTED, since=id_at(ctx.clock() - relay.DRAFTS_KEPT_FOR))
        if draft is None:
            return Reply(card=messages.preview_gone(ctx.catalog, person.locale), mode="edit")
        if verb == "drop":
            return Reply(card=messages.preview_dropped(ctx.catalog, person.locale), mode="edit")
        delivery = await _send(ctx, conn, person, draft)
        if delivery is not None and "message" in draft.body:
            origin = Origin(chat=str(draft.body["chat"]), message=str(draft.body["message"]))
            await inbox.note_reply_sent(conn, _platform(draft), origin, delivery)
    ctx.wake()
    return Reply(card=messages.reply_sent(ctx.catalog, person.locale, reachable=delivery is not None), mode="edit")


def _platform(draft: Draft) -> PlatformName:
    return "discord" if draft.body["platform"] == "discord" else "telegram"


async def _again(ctx: Context, person: Member, number: int) -> Reply:
    async with ctx.db.write() as conn:
        draft = await drafts.take(conn, number, relay.DRAFTED, since=id_at(ctx.clock() - relay.DRAFTS_KEPT_FOR))
    if draft is None:
        return Reply(card=messages.preview_gone(ctx.catalog, person.locale), mode="edit")
    text = str(draft.body["text"])
    problem = await staff_texts.refusal(ctx, person.locale, text)
    return await ask_words(ctx, person, str(draft.body["to"]), text, problem=problem)


async def _is_now_forbidden(ctx: Context, number: int) -> bool:
    """Whether a site in the text was removed from the list since the preview."""
    async with ctx.db.read() as conn:
        draft = await drafts.by_id(conn, number)
    if draft is None or draft.kind != relay.DRAFTED:
        return False
    return await staff_texts.foreign(ctx, [str(draft.body["text"])]) is not None


async def _send(ctx: Context, conn: Connection, person: Member, draft: Draft) -> int | None:
    """Queue the reply; return its delivery, or None if the supporter cannot be reached."""
    kind, _, digits = str(draft.body["to"]).partition(":")
    number = read_id(digits) or 0
    return await (_about_case if kind == "cs" else _about_notice)(ctx, conn, person, number, draft)


async def _about_notice(ctx: Context, conn: Connection, person: Member, number: int, draft: Draft) -> int | None:
    notice = await notices.by_id(conn, number)
    if notice is None or notice.args.get("address") is None:
        return None
    address = int(notice.args["address"])
    author = (await supporters.by_address_ids(conn, [address])).get(address)
    if author is not None and author.deceased_at is not None:
        return None
    delivery = await _queue(ctx, conn, address, draft)
    await log_action(ctx, conn, person, "inbox.answered", notice=notice.id, reached=delivery is not None)
    if delivery is not None:
        await notices.update_args(conn, replace(notice, args={**notice.args, "answered": person.label}))
    return delivery


async def _about_case(ctx: Context, conn: Connection, person: Member, number: int, draft: Draft) -> int | None:
    case = await inbox.case(conn, number)
    supporter = case["supporter_id"] if case is not None else None
    address = await cases.best_address_id(conn, supporter) if supporter is not None else None
    if address is None:
        return None
    delivery = await _queue(ctx, conn, address, draft)
    await log_action(ctx, conn, person, "case.answered", case=number, reached=delivery is not None)
    return delivery


async def _queue(ctx: Context, conn: Connection, address: int, draft: Draft) -> int | None:
    text, corrects = str(draft.body["text"]), draft.body.get("corrects")
    return await relay.reply_to_supporter(ctx, conn, address, text, corrects=corrects)
