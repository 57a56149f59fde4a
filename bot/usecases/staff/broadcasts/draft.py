"""A broadcast in the making: all that staff have chosen lives in the draft's row, nothing in memory."""

import hashlib
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.broadcasts import Giving, Quiet, Segment
from bot.domain.campaigns import Campaign
from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Member
from bot.store.staff import drafts
from bot.store.staff.drafts import Draft
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from content.broadcast import Message

KIND = "broadcast"


class Plan(BaseModel):
    """What is to be sent, to whom, where and when, as far as it has been said."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    campaign_id: int
    texts: dict[Locale, str] = {}
    amounts: bool = True
    template: Literal["news", "crisis"] = "news"
    pictured: bool = False
    private: bool = True  # to people; else to places only
    giving: frozenset[Giving] = frozenset()
    locale: Locale | None = None
    platform: PlatformName | None = None
    places: tuple[int, ...] = ()
    quiet: Quiet = Quiet.SILENT
    reason: str = ""
    starts_at: datetime | None = None

    @property
    def message(self) -> Message:
        """The authored side of it."""
        return Message(texts=self.texts, amounts=self.amounts, template=self.template)

    @property
    def segment(self) -> Segment | None:
        """Who gets it in private."""
        return Segment(giving=self.giving, locale=self.locale, platform=self.platform) if self.private else None

    def but(self, **changes: Any) -> "Plan":
        """The same with something changed."""
        return self.model_copy(update=changes)


def plan_of(draft: Draft) -> Plan:
    """What a draft's row says."""
    return Plan.model_validate(draft.body)


def mark_of(text: str) -> str:
    """By what a form remembers which text it began with, so that nobody writes over a colleague's words unawares."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


async def find(ctx: Context, draft_id: int) -> Draft | None:
    """A broadcast's draft; None where it was sent or thrown away."""
    async with ctx.db.read() as conn:
        draft = await drafts.by_id(conn, draft_id)
    return draft if draft is not None and draft.kind == KIND else None


async def begin(ctx: Context, person: Member, campaign: Campaign) -> Draft:
    """An empty one; about a campaign that is not open it asks for nothing."""
    plan = Plan(campaign_id=campaign.id, amounts=campaign.is_open(ctx.clock()))
    draft = Draft(id=ctx.ids.new(), kind=KIND, body=_body(plan), changed_by=person.id)
    async with ctx.db.write() as conn:
        await drafts.add(conn, draft, ctx.clock())
    return draft


async def save(ctx: Context, person: Member, draft: Draft, plan: Plan) -> Draft:
    """Write what was changed. Raises drafts.Stale where somebody else was faster."""
    async with ctx.db.write() as conn:
        saved = await drafts.save(conn, draft, _body(plan), person.id, ctx.clock())
        await log_action(ctx, conn, person, "broadcast.drafted", draft=draft.id)
    return saved


async def set_picture(ctx: Context, person: Member, draft: Draft, png: bytes | None) -> Draft:
    """Keep or take away its picture. Raises drafts.Stale."""
    async with ctx.db.write() as conn:
        plan = plan_of(draft).but(pictured=png is not None)
        saved = await drafts.save(conn, draft, _body(plan), person.id, ctx.clock())
        await drafts.set_picture(conn, draft.id, png)
        await log_action(ctx, conn, person, "broadcast.drafted", draft=draft.id, picture=png is not None)
    return saved


def _body(plan: Plan) -> dict[str, Any]:
    return plan.model_dump(mode="json")
