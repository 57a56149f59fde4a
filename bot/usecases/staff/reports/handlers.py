"""Handlers for `/stats`: the overview with its picture, and the results of invites, each explained.

Buttons: `fg:<figures|lateral|pick>:<campaign, 0: all>:<period>`, with periods as `domain.periods.read_period` has them.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import periods
from bot.domain.campaigns import Campaign
from bot.domain.ids import read_id
from bot.domain.lateral import Scope
from bot.domain.people import Contact
from bot.domain.periods import Period
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.usecases.context import Context, local_day, midnight
from bot.usecases.reply import Reply
from bot.usecases.reports import lateral_reach, overview
from bot.usecases.reports.lateral_reach import Lateral
from content.cards import Card, Tap
from content.catalog import Locale
from content.folding import fold
from content.messages import reports as messages
from content.messages.overview import Overview
from content.pictures.overview import overview_picture
from payments.money import Money

_USUAL = "30"  # the last thirty days: on the first of a month, the month would be empty
_OFFERED = (_USUAL, "w", "m", "y", "a")
_SHOWN = 8  # newest campaigns to choose from; older ones by `/stats <slug>`


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The campaign and period that a member asked for, the period as it was written."""

    campaign: Campaign | None = None
    written: str = _USUAL

    def tap(self, choice: str, *, written: str | None = None) -> Tap:
        number = 0 if self.campaign is None else self.campaign.id
        return Tap(action=f"fg:{choice}:{number}:{self.written if written is None else written}")

    def period(self, ctx: Context) -> Period:
        found = periods.read_period(self.written, local_day(ctx, ctx.clock()))
        assert found is not None  # only periods that can be read get here
        return found

    def selection(self, ctx: Context, choice: str) -> messages.Selection:
        period = self.period(ctx)
        return messages.Selection(
            campaign=None if self.campaign is None else self.campaign.authored,
            first=period.since,
            last=period.last,
            periods=[(name, self.tap(choice, written=name)) for name in _OFFERED if name != self.written],
            pick=self.tap("pick"),
        )


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle `/stats [campaign] [period]`, in any order: show the figures, or say which word is neither."""
    asked, today = _Asked(), local_day(ctx, ctx.clock())
    for word in argument.split():
        name = fold(word)
        async with ctx.db.read() as conn:
            campaign = await campaign_rows.by_slug(conn, word.strip().lower())
        if campaign is not None:
            asked = _Asked(campaign=campaign, written=asked.written)
        elif periods.read_period(name, today) is not None:
            asked = _Asked(campaign=asked.campaign, written=periods.short(name))
        else:
            return Reply(card=messages.unknown(ctx.catalog, person.locale, word))
    return Reply(card=await _figures(ctx, person, asked))


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """Handle a button; an older card's action has fewer parts, which then means everything.

    Details are a new message: their text is too long for the caption of a picture.
    """
    choice, _, rest = argument.partition(":")
    asked = await _asked(ctx, rest)
    if choice == "pick":
        return Reply(card=await _pick(ctx, person, asked), mode="edit")
    if choice == "lateral":
        return Reply(card=await _lateral(ctx, person, asked))
    return Reply(card=await _figures(ctx, person, asked), mode="edit")


async def _asked(ctx: Context, written: str) -> _Asked:
    name, _, period = written.partition(":")
    campaign_id, found = read_id(name), None
    if campaign_id is not None:
        async with ctx.db.read() as conn:
            found = (await campaign_rows.by_ids(conn, [campaign_id])).get(campaign_id)
    is_known = periods.read_period(period, local_day(ctx, ctx.clock())) is not None
    return _Asked(campaign=found, written=periods.short(period) if is_known else "a")


async def _pick(ctx: Context, person: Member, asked: _Asked) -> Card:
    async with ctx.db.read() as conn:
        newest = (await campaign_rows.all_campaigns(conn))[:_SHOWN]
    each = [(campaign.authored, _Asked(campaign=campaign, written=asked.written).tap("figures")) for campaign in newest]
    return messages.pick(ctx.catalog, person.locale, each, every=_Asked(written=asked.written).tap("figures"))


async def _figures(ctx: Context, person: Member, asked: _Asked) -> Card:
    view = await overview.read(ctx, asked.period(ctx), asked.campaign)
    picture = await asyncio.to_thread(overview_picture, ctx.catalog, person.locale, ctx.charity.name, view)
    return messages.figures(
        ctx.catalog,
        person.locale,
        view,
        picture=picture,
        menu=Tap(action="go:team"),
        selection=asked.selection(ctx, "figures"),
        more=asked.tap("lateral"),
    )


def figures_card(ctx: Context, locale: Locale, view: Overview) -> Card:
    """Return the overview in words alone, for the terminal."""
    return messages.figures(ctx.catalog, locale, view)


async def _lateral(ctx: Context, person: Member, asked: _Asked) -> Card:
    scope = scope_of(ctx, asked.period(ctx), asked.campaign)
    found = await lateral_reach.lateral(ctx, scope)
    return lateral_card(ctx, person.locale, found, asked.selection(ctx, "lateral"), asked.tap("figures"))


def scope_of(ctx: Context, period: Period, campaign: Campaign | None) -> Scope:
    """Return the period by time, for what is not counted by day."""
    return Scope(
        since=midnight(ctx, period.since) if period.since else None,
        until=midnight(ctx, period.until) if period.until else None,
        campaign_id=None if campaign is None else campaign.id,
    )


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
