"""Cards of a broadcast draft."""

from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from bot.usecases.staff.broadcasts.draft import plan_of
from content.cards import Tap
from content.messages import broadcasts_draft as messages


def draft_tap(draft: Draft, choice: str) -> Tap:
    """Return a button of a draft."""
    return Tap(action=f"bc:{draft.id}:{choice}")


async def view_of(ctx: Context, draft: Draft, problem: str = "") -> messages.DraftView:
    """Return the draft's view, with the names of its campaign and places."""
    plan = plan_of(draft)
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [plan.campaign_id]))[plan.campaign_id]
        chosen = await places.by_ids(conn, plan.places)
    return messages.DraftView(
        act=f"bc:{draft.id}:",
        campaign=campaign.authored,
        texts=plan.texts,
        amounts=plan.amounts,
        crisis=plan.template == "crisis",
        pictured=plan.pictured,
        private=plan.private,
        giving=sorted(group.value for group in plan.giving),
        language=plan.locale,
        platform=plan.platform,
        places=[place.title for place in chosen.values()],
        quiet=plan.quiet.value,
        reason=plan.reason,
        starts_at=plan.starts_at,
        zone=ctx.zone,
        problem=problem,
    )


async def draft_reply(ctx: Context, person: Member, draft: Draft, problem: str = "") -> Reply:
    """Show the draft in place of the tapped card."""
    view = await view_of(ctx, draft, problem)
    return Reply(card=messages.draft(ctx.catalog, person.locale, view), mode="edit")
