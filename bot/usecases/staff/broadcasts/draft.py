"""A broadcast draft: everything that staff choose is stored in the draft's row, nothing in memory."""

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
    """What to send, to whom, where and when, as far as staff have chosen."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    campaign_id: int
    texts: dict[Locale, str] = {}
    amounts: bool = True
    template: Literal["news", "crisis"] = "news"
    pictured: bool = False
    private: bool = True  # to people too; otherwise to places only
    giving: frozenset[Giving] = frozenset()
    locale: Locale | None = None
    platform: PlatformName | None = None
    places: tuple[int, ...] = ()
    quiet: Quiet = Quiet.SILENT
    reason: str = ""
    starts_at: datetime | None = None

    @property
    def message(self) -> Message:
        """The authored message."""
        return Message(texts=self.texts, amounts=self.amounts, template=self.template)

    @property
    def segment(self) -> Segment | None:
        """Who gets it in private; None for places only."""
        return Segment(giving=self.giving, locale=self.locale, platform=self.platform) if self.private else None

    def but(self, **changes: Any) -> "Plan":
        """Return a copy with changes."""
        return self.model_copy(update=changes)


def plan_of(draft: Draft) -> Plan:
    """Return the plan in a draft's row."""
    return Plan.model_validate(draft.body)


def mark_of(text: str) -> str:
    """Return a hash with which a form detects that a colleague has changed the text since it was opened."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


async def find(ctx: Context, draft_id: int) -> Draft | None:
    """Return a broadcast draft, or None if it was sent or dropped."""
    async with ctx.db.read() as conn:
        draft = await drafts.by_id(conn, draft_id)
    return draft if draft is not None and draft.kind == KIND else None


async def begin(ctx: Context, person: Member, campaign: Campaign) -> Draft:
    """Create an empty draft; for a campaign that is not open, without amounts."""
    plan = Plan(campaign_id=campaign.id, amounts=campaign.is_open(ctx.clock()))
    draft = Draft(id=ctx.ids.new(), kind=KIND, body=_body(plan), changed_by=person.id)
    async with ctx.db.write() as conn:
        await drafts.add(conn, draft, ctx.clock())
    return draft


async def save(ctx: Context, person: Member, draft: Draft, plan: Plan) -> Draft:
    """Save a changed plan. Raises drafts.Stale if a colleague has saved meanwhile."""
    async with ctx.db.write() as conn:
        saved = await drafts.save(conn, draft, _body(plan), person.id, ctx.clock())
        await log_action(ctx, conn, person, "broadcast.drafted", draft=draft.id)
    return saved


async def set_picture(ctx: Context, person: Member, draft: Draft, png: bytes | None) -> Draft:
    """Set or remove the picture. Raises drafts.Stale."""
    async with ctx.db.write() as conn:
        plan = plan_of(draft).but(pictured=png is not None)
        saved = await drafts.save(conn, draft, _body(plan), person.id, ctx.clock())
        await drafts.set_picture(conn, draft.id, png)
        await log_action(ctx, conn, person, "broadcast.drafted", draft=draft.id, picture=png is not None)
    return saved


def _body(plan: Plan) -> dict[str, Any]:
    return plan.model_dump(mode="json")
