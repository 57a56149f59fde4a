"""Before a broadcast is sent: the audience count, previews, a test, and the button that submits it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain.broadcasts import NOBODY, Audience, Quiet
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft, Stale
from bot.usecases.broadcasts.cards import own_previews
from bot.usecases.broadcasts.plan import (
    CannotSend,
    Spec,
    audience,
    begins_at,
    estimate,
    runs_into_night,
    submit,
    why_refused,
)
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.reply import Reply
from bot.usecases.staff.broadcasts.draft import Plan, plan_of
from bot.usecases.staff.broadcasts.live import shown
from bot.usecases.staff.broadcasts.view import draft_reply, draft_tap, view_of
from content.addresses import Domains, foreign_address
from content.cards import Card, shorten
from content.messages import broadcasts_draft as draft_messages
from content.messages import broadcasts_review as messages

_CAPTION = 1024  # UTF-16 code units that Telegram shows under a picture


async def review(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    """Show whom the broadcast reaches, who is left out and why, and previews."""
    plan = plan_of(draft)
    previews = await _previews(ctx, person, draft, plan)
    starts = begins_at(ctx, plan.starts_at)
    async with ctx.db.read() as conn:
        limit = await limits.read(ctx, conn)
    counts = await _count(ctx, plan, starts)
    takes = estimate(ctx, counts)
    view = messages.ReviewView(
        draft=await view_of(ctx, draft, await _lacking(ctx, person, draft, plan)),
        recipients=counts.recipients,
        by_platform=counts.by_platform,
        by_locale=counts.by_locale,
        without_ask=counts.without_ask if plan.amounts else 0,
        in_quiet_hours=counts.in_quiet_hours,
        no_consent=counts.no_consent,
        unreachable=counts.unreachable,
        not_written=counts.not_written,
        asked_enough=counts.asked_enough,
        new_dms=counts.new_dms,
        new_dms_a_day=limit.new_dms,
        takes=takes,
        into_night=plan.quiet is not Quiet.EMERGENCY and runs_into_night(ctx, starts, takes),
        other_site=_other_site(ctx, plan.message.texts.values()),
        approval=counts.recipients > limit.approve,
        send=draft_tap(draft, f"send:{draft.version}"),
    )
    if previews:
        over = max(_caption_over(card) for card in previews)
        previews = (*previews, messages.elsewhere(ctx.catalog, person.locale, person.platform, over))
    return Reply(card=messages.review(ctx.catalog, person.locale, view), previews=previews)


def _other_site(ctx: Context, texts: Iterable[str]) -> str:
    """Return the first link outside the charity's own sites; a sponsor's can make a message commercial (CASL)."""
    contact = ctx.charity.contact
    hosts = {urlsplit(ctx.public_url).hostname or "", contact.rpartition("@")[2] if "@" in contact[1:] else ""}
    own = Domains(
        hosts=frozenset(hosts - {""}),
        bot=ctx.identity.telegram_username or "",
        names=frozenset({contact[1:]} if contact.startswith("@") else ()),
        emails=frozenset({contact}),
    )
    found = (foreign_address(text, own) for text in texts)
    return next((shorten(address.text, 60) for address in found if address is not None), "")


async def _lacking(ctx: Context, person: Member, draft: Draft, plan: Plan) -> str:
    """Return why the draft cannot be sent as it is; empty if it can."""
    refusal = await why_refused(ctx, _spec(draft, plan))
    return "" if refusal is None else draft_messages.refusal(ctx.catalog, person.locale, refusal.kind, refusal.facts)


async def _count(ctx: Context, plan: Plan, starts: datetime) -> Audience:
    """Return the audience at the start."""
    if plan.segment is None:
        return NOBODY
    return await audience(ctx, plan.segment, plan.campaign_id, plan.quiet, asks=plan.amounts, at=starts)


def _spec(draft: Draft, plan: Plan, png: bytes | None = None) -> Spec:
    return Spec(
        campaign_id=plan.campaign_id,
        message=plan.message,
        segment=plan.segment,
        places=plan.places,
        quiet=plan.quiet,
        reason=plan.reason or None,
        starts_at=plan.starts_at,
        picture=png,
        once_key=f"draft:{draft.id}",  # two taps, or two people, submit it once
    )


async def _previews(ctx: Context, person: Member, draft: Draft, plan: Plan) -> tuple[Card, ...]:
    """Return the real cards in each language that has a text."""
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [plan.campaign_id]))[plan.campaign_id]
        png = await drafts.picture_of(conn, draft)
    return await own_previews(ctx, person, plan.message, campaign, png=png, stop=draft_tap(draft, "unsub"))


def _caption_over(card: Card) -> int:
    """Return by how much the text is too long for a picture caption on Telegram, which then omits the picture."""
    if card.picture is None:
        return 0
    body = card.body.plain if card.body is not None else ""
    whole = "\n\n".join(part for part in (card.title, body, *card.lines, card.note) if part)
    return max(0, len(whole.encode("utf-16-le")) // 2 - _CAPTION)


async def test(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    """Send the message as it will be to this person only."""
    cards = await _previews(ctx, person, draft, plan_of(draft))
    return Reply(card=messages.tested(ctx.catalog, person.locale, draft_tap(draft, "review")), previews=cards)


async def send(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    """Submit exactly what was reviewed; if that is refused, the draft stays and shows why.

    `rest`: the version that was reviewed. Raises Stale if it has changed since.
    """
    if rest != str(draft.version):
        raise Stale
    plan = plan_of(draft)
    async with ctx.db.read() as conn:
        png = await drafts.picture_of(conn, draft)
    try:
        broadcast = await submit(ctx, person, _spec(draft, plan, png), override=plan.reason or None)
    except CannotSend as error:
        return await draft_reply(
            ctx, person, draft, draft_messages.refusal(ctx.catalog, person.locale, error.kind, error.facts)
        )
    async with ctx.db.write() as conn:
        await drafts.drop(conn, draft.id)
    if broadcast is None:
        return Reply(card=draft_messages.dropped(ctx.catalog, person.locale), mode="edit")
    return replace(await shown(ctx, person, broadcast.id), mode="edit")
