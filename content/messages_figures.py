"""The figures that staff see in chat, each with what it means."""

from collections.abc import Sequence
from dataclasses import dataclass

from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Writer, kept, row
from payments.money import Money


@dataclass(frozen=True, kw_only=True)
class FiguresView:
    """One currency's figures; amounts are never added across currencies."""

    currency: str
    donors: int
    gifts: int
    per_donor: float | None
    again: int
    total: Money
    median: Money | None


def figures(
    catalog: Catalog, locale: Locale, views: Sequence[FiguresView], *, lateral: int, cases: int, home: Tap
) -> Card:
    """Donors, frequency, amount, lateral reach. Likes are not among them."""
    say = Writer(catalog, locale)
    lines = [_lines(say, view, len(views) > 1) for view in views] or [say("staff-figures-none")]
    return Card(
        title=say("staff-figures-title"),
        lines=kept(
            *lines,
            say("staff-figures-lateral", gifts=lateral),
            say("staff-figures-cases", cases=cases) if cases else "",
        ),
        note=say("staff-figures-net"),
        rows=row(say.button("staff-home-open", home)),
    )


def _lines(say: Writer, view: FiguresView, several: bool) -> str:
    each = view.gifts / view.donors if view.per_donor is None and view.donors else view.per_donor or 0
    often = f"{each:.2f}".rstrip("0").rstrip(".")
    parts = kept(
        view.currency.upper() if several else "",
        say("staff-figures-donors", donors=view.donors),
        say("staff-figures-often", often=often.replace(".", ",") if say.locale == "fr" else often, again=view.again),
        say("staff-figures-total", total=view.total, gifts=view.gifts),
        say("staff-figures-median", median=view.median) if view.median is not None and view.gifts else "",
    )
    return "\n".join(parts)
