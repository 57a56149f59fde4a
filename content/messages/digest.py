"""The weekly summary for the team: counts and sums only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from content.cards import Card, Picture, Tap
from content.catalog import Catalog, Locale
from content.messages import overview
from content.messages.overview import Bank, Giving, Overview
from content.writer import Writer, nonempty, row


def may_be_drawn(view: Overview, fewest: int) -> bool:
    """Return whether a picture of the week shows no sum of fewer than `fewest` gifts."""
    return bool(view.giving.amounts) and all(each.gifts >= fewest for each in view.giving.amounts)


def digest(
    catalog: Catalog, locale: Locale, view: Overview, *, fewest: int, stop: Tap, picture: Picture | None = None
) -> Card:
    """The week of `view.giving`; a quiet one is one line. Fewer than `fewest` gifts are counted, not summed.

    A payout of so few is not shown either.
    """
    say = Writer(catalog, locale)
    week = view.giving
    quiet = [say("digest-quiet"), overview.todo(say, view.todo)]
    lines = (
        (
            overview.todo(say, view.todo),
            "\n".join(overview.campaign(say, each) for each in view.campaigns[: overview.CAMPAIGNS]),
            "\n".join(nonempty(_given(say, week, fewest), _before(say, view.before, fewest), _friends(say, view))),
            overview.banks(say, _summed(view.bank, fewest)),
        )
        if week.gifts
        else (" ".join(quiet),)
    )
    return Card(
        title=overview.days_between(say, week.first, week.last),
        lines=nonempty(*lines),
        picture=picture,
        rows=row(say.button("digest-stop", stop)),
    )


def _summed(each: Sequence[Bank], fewest: int) -> list[Bank]:
    """Return the payouts that are known to consist of enough gifts: nobody knows yet what the next ones consist of."""
    return [replace(one, coming=None, coming_on=None) for one in each if (one.gifts or 0) >= fewest]


def _given(say: Writer, week: Giving, fewest: int) -> str:
    return say("digest-given", gifts=week.gifts, donors=week.donors, new=week.new, total=_sum(say, week, fewest))


def _before(say: Writer, before: Giving | None, fewest: int) -> str:
    return say("digest-before", gifts=before.gifts, total=_sum(say, before, fewest)) if before else ""


def _friends(say: Writer, view: Overview) -> str:
    return say("digest-friends", came=view.friends.came, gave=view.friends.gave) if view.friends.came else ""


def _sum(say: Writer, giving: Giving, fewest: int) -> str:
    """The sums of currencies with enough gifts."""
    sums = [each.total for each in giving.amounts if each.gifts >= fewest]
    named = len(giving.amounts) > 1
    return " + ".join(say.money(money, name_currency=named) for money in sums) or say("digest-no-sum")


def late(catalog: Catalog, locale: Locale, first: date, last: date, show: Tap) -> Card:
    """Instead of a summary that could not be sent in time."""
    say = Writer(catalog, locale)
    return Card(
        title=overview.days_between(say, first, last),
        lines=(say("digest-late"),),
        rows=row(say.button("digest-show", show)),
    )


def switched(catalog: Catalog, locale: Locale, *, on: bool, other: Tap) -> Card:
    """The answer to ending the summaries, or beginning them again."""
    say = Writer(catalog, locale)
    button = say.button("digest-stop" if on else "digest-again", other)
    return Card(lines=(say("digest-on" if on else "digest-off"),), rows=row(button))
