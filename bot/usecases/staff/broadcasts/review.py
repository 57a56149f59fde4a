"""Before a broadcast is sent: the count, the previews, a test, and the tap that hands it over."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.broadcasts import Audience, Quiet
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
from content.cards import Card
from content.messages import broadcasts_draft as draft_words
from content.messages import broadcasts_review as words

_CAPTION = 1024  # UTF-16 units that Telegram shows under a picture


async def review(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    """Whom it reaches, who is left out and why, and how it looks."""
    plan = plan_of(draft)
    previews = await _previews(ctx, person, draft, plan)
    starts = begins_at(ctx, plan.starts_at)
    found, takes, approval = await _counted(ctx, plan, starts)
    view = words.ReviewView(
        draft=await view_of(ctx, draft, await _lacking(ctx, person, draft, plan)),
        recipients=found.recipients,
        by_platform=found.by_platform,
        by_locale=found.by_locale,
        without_ask=found.without_ask if plan.amounts else 0,
        in_quiet_hours=found.in_quiet_hours,
        no_consent=found.no_consent,
        unreachable=found.unreachable,
        asked_enough=found.asked_enough,
        takes=takes,
        into_night=plan.quiet is not Quiet.EMERGENCY and runs_into_night(ctx, starts, takes),
        approval=approval,
        send=draft_tap(draft, f"send:{draft.version}"),
    )
    over = max((_caption_over(card) for card in previews), default=0)
    other = words.elsewhere(ctx.catalog, person.locale, person.platform, over)
    return Reply(card=words.review(ctx.catalog, person.locale, view), more=(*previews, other))


async def _lacking(ctx: Context, person: Member, draft: Draft, plan: Plan) -> str:
    """Why it could not be sent as it is; empty where it could."""
    why = await why_refused(ctx, _spec(draft, plan))
    return "" if why is None else draft_words.refusal(ctx.catalog, person.locale, why.kind, why.facts)


async def _counted(ctx: Context, plan: Plan, starts: datetime) -> tuple[Audience, timedelta, bool]:
    """The audience as it will be when it starts, how long it takes, and whether a second person must agree."""
    if plan.segment is None:
        none = Audience(
            matching=0, recipients=0, without_ask=0, in_quiet_hours=0, no_consent=0, unreachable=0, asked_enough=0
        )
        return none, timedelta(), False
    found = await audience(ctx, plan.segment, plan.campaign_id, plan.quiet, asks=plan.amounts, at=starts)
    async with ctx.db.read() as conn:
        most = (await limits.read(ctx, conn)).approve
    return found, estimate(ctx, found), found.recipients > most


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
        once_key=f"draft:{draft.id}",  # two taps, or two people, make one
    )


async def _previews(ctx: Context, person: Member, draft: Draft, plan: Plan) -> tuple[Card, ...]:
    """The real cards in each language that is written."""
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [plan.campaign_id]))[plan.campaign_id]
        png = await drafts.picture(conn, draft.id)
    return await own_previews(ctx, person, plan.message, campaign, png=png, stop=draft_tap(draft, "unsub"))


def _caption_over(card: Card) -> int:
    """By how much the words are too long to stand under the picture on Telegram, which then leaves it out."""
    if card.picture is None:
        return 0
    body = card.body.plain if card.body is not None else ""
    whole = "\n\n".join(part for part in (card.title, body, *card.lines, card.note) if part)
    return max(0, len(whole.encode("utf-16-le")) // 2 - _CAPTION)


async def test(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    """The message as it will come, to themselves alone."""
    cards = await _previews(ctx, person, draft, plan_of(draft))
    return Reply(card=words.tested(ctx.catalog, person.locale, draft_tap(draft, "review")), more=cards)


async def send(ctx: Context, person: Member, draft: Draft, rest: str) -> Reply:
    """Hand over what was reviewed, and nothing else; where that is refused, the draft stays and says why.

    `rest`: the version that was reviewed. Raises Stale where it has changed since.
    """
    if rest != str(draft.version):
        raise Stale
    plan = plan_of(draft)
    async with ctx.db.read() as conn:
        png = await drafts.picture(conn, draft.id)
    try:
        made = await submit(ctx, person, _spec(draft, plan, png), override=plan.reason or None)
    except CannotSend as why:
        return await draft_reply(
            ctx, person, draft, draft_words.refusal(ctx.catalog, person.locale, why.kind, why.facts)
        )
    async with ctx.db.write() as conn:
        await drafts.drop(conn, draft.id)
    if made is None:
        return Reply(card=draft_words.dropped(ctx.catalog, person.locale), mode="edit")
    return replace(await shown(ctx, person, made.id), mode="edit")
