"""`/chiffres`: the four figures that matter, and what came of people's invites, each with what it means."""

from collections.abc import Mapping

from bot.domain.lateral import EVERYTHING
from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.usecases import lateral as lateral_reach
from bot.usecases import report
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from content import messages_figures as words
from content.cards import Tap
from payments.money import Money

_MORE = Tap(action="fg:lateral")


async def by_command(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """One paragraph for each currency: amounts are never added across them."""
    found = await report.stats(ctx)
    views = tuple(
        words.FiguresView(
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
    lateral, cases = found["lateral_gifts"], found["open_cases"]
    home = Tap(action="go:team")
    card = words.figures(ctx.catalog, person.locale, views, lateral=lateral, cases=cases, home=home, more=_MORE)
    return Reply(card=card)


async def act(ctx: Context, contact: Contact, person: Member, argument: str) -> Reply:
    """`fg:lateral`: what came of people's invites."""
    found = await lateral_reach.lateral(ctx, EVERYTHING)
    known, prompt = found.r90, found.share_prompt
    view = words.LateralView(
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
        shown=(prompt.sent.gave, prompt.sent.assigned),
        left_out=(prompt.held_out.gave, prompt.held_out.assigned),
        is_shown=prompt.is_shown,
    )
    return Reply(card=words.lateral(ctx.catalog, person.locale, view, back=Tap(action="go:stats")), mode="edit")


def _sums(sums: Mapping[str, tuple[int, int]]) -> list[tuple[int, Money]]:
    return [(gifts, Money(minor, code)) for code, (gifts, minor) in sums.items()]
