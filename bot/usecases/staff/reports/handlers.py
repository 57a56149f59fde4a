"""Handlers for `/chiffres`: the four main figures, and the results of invites, each explained.

Buttons: `fg:<figures|lateral|pick>:<campaign, 0: all>:<days back, 0: all>`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.campaigns import Campaign
from bot.domain.ids import read_id
from bot.domain.lateral import Scope
from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from bot.usecases.reports import figures, lateral_reach
from bot.usecases.reports.lateral_reach import Lateral
from content.cards import Card, Tap
from content.catalog import Locale
from content.messages import reports as messages
from payments.money import Money

_PERIODS = (0, 30, 90, 365)  # days back; 0: everything
_SHOWN = 8  # newest campaigns to choose from; older ones by `/chiffres <slug>`


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The campaign and period that a member asked for."""

    campaign: Campaign | None = None
    days: int = 0

    def tap(self, choice: str, *, days: int | None = None) -> Tap:
        number = 0 if self.campaign is None else self.campaign.id
        return Tap(action=f"fg:{choice}:{number}:{self.days if days is None else days}")

    def scope(self, ctx: Context) -> Scope:
        since = ctx.clock() - timedelta(days=self.days) if self.days else None
        return Scope(since=since, campaign_id=None if self.campaign is None else self.campaign.id)

    def selection(self, choice: str) -> messages.Selection:
        return messages.Selection(
            campaign=None if self.campaign is None else self.campaign.authored,
            days=self.days,
            periods=[(days, self.tap(choice, days=days)) for days in _PERIODS if days != self.days],
            pick=self.tap("pick"),
        )


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/chiffres [slug]`: show the figures of all campaigns or of one."""
    async with ctx.db.read() as conn:
        campaign = await campaign_rows.by_slug(conn, argument.strip().lower())
    return Reply(card=await _figures(ctx, person, _Asked(campaign=campaign)))


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button; an older card's action has fewer parts, which then means everything."""
    choice, _, rest = argument.partition(":")
    asked = await _asked(ctx, rest)
    if choice == "pick":
        return Reply(card=await _pick(ctx, person, asked), mode="edit")
    show = _lateral if choice == "lateral" else _figures
    return Reply(card=await show(ctx, person, asked), mode="edit")


async def _asked(ctx: Context, written: str) -> _Asked:
    name, _, days = written.partition(":")
    campaign_id, found = read_id(name), None
    if campaign_id is not None:
        async with ctx.db.read() as conn:
            found = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
    return _Asked(campaign=found, days=next((period for period in _PERIODS if str(period) == days), 0))


async def _pick(ctx: Context, person: Member, asked: _Asked) -> Card:
    async with ctx.db.read() as conn:
        newest = (await campaign_rows.all_campaigns(conn))[:_SHOWN]
    each = [(campaign.authored, _Asked(campaign=campaign, days=asked.days).tap("figures")) for campaign in newest]
    return messages.pick(ctx.catalog, person.locale, each, every=_Asked(days=asked.days).tap("figures"))


async def _figures(ctx: Context, person: Member, asked: _Asked) -> Card:
    found = await figures.stats(ctx, asked.scope(ctx))
    return figures_card(ctx, person.locale, found, asked.selection("figures"), asked.tap("lateral"))


def figures_card(
    ctx: Context, locale: Locale, found: Mapping[str, Any], selection: messages.Selection, more: Tap | None = None
) -> Card:
    """Return the figures, one paragraph per currency: amounts are never added across them."""
    views = tuple(
        messages.FiguresView(
            currency=code,
            donors=row["donors"],
            gifts=row["gifts"],
            per_donor=row["gifts_per_donor"],
            again=row["donors_again"],
            total=Money(row["total_minor"], code),
            median=Money(row["median_minor"], code) if row["median_minor"] is not None else None,
        )
        for code, row in found["currencies"].items()
    )
    return messages.figures(
        ctx.catalog,
        locale,
        views,
        lateral=found["lateral_gifts"],
        cases=found["open_cases"],
        menu=Tap(action="go:team"),
        selection=selection,
        more=more,
    )


async def _lateral(ctx: Context, person: Member, asked: _Asked) -> Card:
    found = await lateral_reach.lateral(ctx, asked.scope(ctx))
    return lateral_card(ctx, person.locale, found, asked.selection("lateral"), asked.tap("figures"))


def lateral_card(ctx: Context, locale: Locale, found: Lateral, selection: messages.Selection, back: Tap) -> Card:
    """Return the card about the results of invites."""
    return messages.lateral(ctx.catalog, locale, _view(found), back=back, selection=selection)


def _view(found: Lateral) -> messages.LateralView:
    known, prompt = found.r90, found.share_prompt
    return messages.LateralView(
        made=found.made,
        shared=found.shared,
        opened=found.opened,
        joined=found.came.known,
        unknown=found.came.unknown,
        gave=found.came.gave,
        new_donors=found.new_donors_brought,
        by_invite=_sums(found.gifts_by_invite),
        downstream=_sums(found.gifts_downstream),
        levels=found.depth,
        r90=known.value,
        low=known.low,
        high=known.high,
        is_lower_bound=known.unknown > 0,
        shown=(prompt.sent.gave, prompt.sent.assigned),
        left_out=(prompt.held_out.gave, prompt.held_out.assigned),
        is_shown=prompt.is_shown,
        points=(prompt.low * 100, prompt.high * 100) if prompt.is_bounded else None,
    )


def _sums(sums: Mapping[str, tuple[int, int]]) -> list[tuple[int, Money]]:
    return [(gifts, Money(minor, code)) for code, (gifts, minor) in sums.items()]
