"""`/chiffres`: the four figures that matter, each with what it means in one line."""

from bot.domain.people import Contact
from bot.domain.staff import Member
from bot.usecases import report
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from content import messages_figures as words
from content.cards import Tap
from payments.money import Money


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
    return Reply(card=words.figures(ctx.catalog, person.locale, views, lateral=lateral, cases=cases, home=home))
