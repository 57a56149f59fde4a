"""Replies of staff to one supporter: previewed first, and sent only by the button under the preview.

`to` says what the reply is about: `ib:<notice>` or `cs:<case>`, as in the prompt.
"""

from dataclasses import replace

from bot.domain.ids import id_at, read_id
from bot.domain.staff import Member
from bot.store.core import notices
from bot.store.db import Connection
from bot.store.inbox import inbox
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context
from bot.usecases.core import cases, staff_texts
from bot.usecases.core.audit import log_action
from bot.usecases.core.prompts import CANCEL, ask, clear
from bot.usecases.inbox import inbox as relay
from bot.usecases.reply import Form, Reply
from content.cards import Tap
from content.messages import inbox as words


async def ask_words(
    ctx: Context, person: Member, to: str, value: str = "", *, over: int = 0, problem: str = ""
) -> Reply:
    """Ask a member for the text of a reply.

    `over`: by how many characters their previous text was too long; `problem`: why else it was refused.
    """
    most = relay.LONGEST
    card, label = words.ask_reply(ctx.catalog, person.locale, CANCEL, most=most, over=over, problem=problem)
    form = Form(answers=to, title=card.title, label=label, value=value, long=True)
    return await ask(ctx, person, Reply(card=card), form)


async def preview(ctx: Context, person: Member, to: str, text: str, *, asked: bool = True) -> Reply:
    """Show the reply as the supporter would read it. `asked`: it answers a prompt, which is repeated on a problem."""
    over = max(0, len(text.strip()) - relay.LONGEST)
    problem = "" if over else await staff_texts.refusal(ctx, person.locale, text)
    if (over or problem) and asked:
        return await ask_words(ctx, person, to, text[: relay.LONGEST], over=over, problem=problem)
    if over or problem or not text.strip():
        card, _ = words.ask_reply(ctx.catalog, person.locale, None, most=relay.LONGEST, over=over, problem=problem)
        return Reply(card=card)
    await clear(ctx, person)
    draft = Draft(
        id=ctx.ids.new(), kind=relay.DRAFTED, body={"to": to, "text": text.strip()}, changed_by=person.id or None
    )
    async with ctx.db.write() as conn:
        await drafts.add(conn, draft, ctx.clock())
    return Reply(
        card=words.preview(
            ctx.catalog,
            person.locale,
            text=text.strip(),
            send=Tap(action=f"ib:send:{draft.id}"),
            again=Tap(action=f"ib:again:{draft.id}"),
            drop=Tap(action=f"ib:drop:{draft.id}"),
        )
    )


async def act(ctx: Context, person: Member, verb: str, digits: str) -> Reply:
    """Handle `ib:<send|again|drop>:<draft>`. Each draft is sent at most once, no matter which member taps."""
    number = read_id(digits) or 0
    if verb == "again" or (verb == "send" and await _is_now_forbidden(ctx, number)):
        return await _again(ctx, person, number)
    async with ctx.db.write() as conn:
        draft = await drafts.take(conn, number, relay.DRAFTED, since=id_at(ctx.clock() - relay.DRAFTS_KEPT_FOR))
        if draft is None:
            return Reply(card=words.preview_gone(ctx.catalog, person.locale), mode="edit")
        if verb == "drop":
            return Reply(card=words.preview_dropped(ctx.catalog, person.locale), mode="edit")
        reachable = await _send(ctx, conn, person, str(draft.body["to"]), str(draft.body["text"]))
    ctx.wake()
    return Reply(card=words.reply_sent(ctx.catalog, person.locale, reachable=reachable), mode="edit")


async def _again(ctx: Context, person: Member, number: int) -> Reply:
    async with ctx.db.write() as conn:
        draft = await drafts.take(conn, number, relay.DRAFTED, since=id_at(ctx.clock() - relay.DRAFTS_KEPT_FOR))
    if draft is None:
        return Reply(card=words.preview_gone(ctx.catalog, person.locale), mode="edit")
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


async def _send(ctx: Context, conn: Connection, person: Member, to: str, text: str) -> bool:
    """Queue the reply; return False if the supporter cannot be reached."""
    kind, _, digits = to.partition(":")
    number = read_id(digits) or 0
    return await (_about_case if kind == "cs" else _about_notice)(ctx, conn, person, number, text)


async def _about_notice(ctx: Context, conn: Connection, person: Member, number: int, text: str) -> bool:
    notice = await notices.by_id(conn, number)
    if notice is None or notice.args.get("address") is None:
        return False
    reached = await relay.reply_to_supporter(ctx, conn, int(notice.args["address"]), text)
    await log_action(ctx, conn, person, "inbox.answered", notice=notice.id, reached=reached)
    if reached:
        await notices.update_args(conn, replace(notice, args={**notice.args, "answered": person.label}))
    return reached


async def _about_case(ctx: Context, conn: Connection, person: Member, number: int, text: str) -> bool:
    case = await inbox.case(conn, number)
    supporter = case["supporter_id"] if case is not None else None
    address = await cases.best_address_id(conn, supporter) if supporter is not None else None
    if address is None:
        return False
    reached = await relay.reply_to_supporter(ctx, conn, address, text)
    await log_action(ctx, conn, person, "case.answered", case=number, reached=reached)
    return reached
