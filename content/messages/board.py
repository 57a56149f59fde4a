"""The board page: the overview of a period on one sheet, with what its figures cannot say. And its cards in chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from content.cards import Card, File, Tap, shorten
from content.catalog import Catalog, Locale
from content.messages import overview
from content.messages.overview import Amounts, CampaignFigures, Giving, Overview
from content.sheet import Bar, Fact, Section, Sheet, Table
from content.writer import Writer, nonempty, row

_CAMPAIGNS = 4  # bars, so that everything stays on one page
_CURRENCIES = 3  # rows of totals, and lines of payouts
_NOTHING = "–"
_ASKED = 40  # characters of what they asked for


def sheet(catalog: Catalog, locale: Locale, charity: str, view: Overview, at: datetime) -> Sheet:
    """Return the page. at: when its figures were read, in the charity's time zone."""
    say = Writer(catalog, locale)
    giving = view.giving
    return Sheet(
        locale=locale,
        charity=charity,
        title=say("board-title"),
        days=overview.days_between(say, giving.first, giving.last),
        as_of=say("sheet-as-of", at=at),
        number=overview.totals(say, giving.totals) if giving.gifts else say("picture-overview-none"),
        about=nonempty(_about(say, giving)),
        sections=tuple(section for section in _sections(say, view) if section is not None),
        foot=say("board-frozen"),
    )


def _about(say: Writer, giving: Giving) -> str:
    if not giving.gifts:
        return ""
    outside = [each.outside for each in giving.amounts if each.outside.is_positive]
    parts = [say("board-gifts", number=giving.gifts, written=say.catalog.number(say.locale, giving.gifts))]
    if outside:
        sums = " + ".join(say.money(money, name_currency=len(giving.amounts) > 1) for money in outside)
        parts.append(say("overview-amount-outside", outside=sums))
    return " ".join(parts)


def _sections(say: Writer, view: Overview) -> tuple[Section | None, ...]:
    return (_objective(say, view), _compared(say, view), _campaigns(say, view), _bank(say, view), _unknown(say, view))


def _objective(say: Writer, view: Overview) -> Section | None:
    """Answer the question of the objective: how many, how often, how much, through whom."""
    if not view.giving.gifts:
        return None
    facts = (_donors(say, view), _frequency(say, view), _amount(say, view.giving), _friends(say, view))
    return Section(title=say("board-objective"), facts=facts)


def _donors(say: Writer, view: Overview) -> Fact:
    giving = view.giving
    is_bounded = giving.first is not None and giving.donors
    return Fact(
        label=say("board-donors"),
        number=say.catalog.number(say.locale, giving.donors),
        lines=nonempty(
            say("board-new", new=giving.new, returning=giving.returning) if is_bounded else "",
            say("overview-donors-before", donors=view.before.donors) if view.before else "",
        ),
    )


def _frequency(say: Writer, view: Overview) -> Fact:
    again = view.again
    said = say("overview-again", percent=again.percent, low=again.low, high=again.high) if again.percent else ""
    number = overview.per_donor(say, view.giving) if view.giving.donors else _NOTHING
    return Fact(label=say("board-frequency"), number=number, lines=nonempty(say("board-per-donor"), said))


def _amount(say: Writer, giving: Giving) -> Fact:
    """The average and the median of the currency with most gifts; of one gift, itself."""
    first, *others = sorted(giving.amounts, key=lambda each: -each.gifts)
    named = bool(others)
    number = say.money(first.average, name_currency=named)
    if first.gifts == 1:
        return Fact(label=say("board-amount"), number=number, lines=(say("board-one-gift"),))
    median = say("board-median", money=say.money(first.median, name_currency=named))
    return Fact(label=say("board-amount"), number=number, lines=(say("board-average"), median))


def _friends(say: Writer, view: Overview) -> Fact:
    friends, amounts = view.friends, [each for each in view.giving.amounts if each.by_invite[0]]
    gifts = sum(each.by_invite[0] for each in amounts)
    named = len(view.giving.amounts) > 1
    sums = " + ".join(say.money(each.by_invite[1], name_currency=named) for each in amounts[:_CURRENCIES])
    return Fact(
        label=say("board-friends"),
        number=say.catalog.number(say.locale, friends.came),
        lines=nonempty(
            say("board-came", came=friends.came),
            say("picture-overview-friends-gave", gave=friends.gave) if friends.came else "",
            say("overview-friends-gifts", gifts=gifts, total=sums) if gifts else "",
        ),
    )


def _compared(say: Writer, view: Overview) -> Section | None:
    """Put the period beside the one before, and the same days a year earlier."""
    others = [
        (view.before, "board-before", "board-before-days"),
        (view.last_year, "board-last-year", "board-last-year-days"),
    ]
    shown = [(each, head, days) for each, head, days in others if each is not None]
    if not shown:
        return None
    columns = (view.giving, *(each for each, _, _ in shown))
    currencies = [each.total.currency for each in view.giving.amounts][:_CURRENCIES]
    rows = (
        (say("board-donors"), *(_count(say, each.donors) for each in columns)),
        (say("board-new-donors"), *(_count(say, each.new) for each in columns)),
        (say("board-all-gifts"), *(_count(say, each.gifts) for each in columns)),
        (say("board-per-donor"), *(overview.per_donor(say, each) if each.donors else _NOTHING for each in columns)),
        *(_totals(say, columns, code, named=len(currencies) > 1) for code in currencies),
    )
    days = (say(key, days=overview.days_between(say, each.first, each.last)) for each, _, key in shown)
    head = ("", say("board-this-period"), *(say(key) for _, key, _ in shown))
    return Section(
        title=say("board-compared"),
        table=Table(head=head, rows=rows, sums=len(currencies)),
        text=(" ".join(days),),
    )


def _count(say: Writer, number: int) -> str:
    return say.catalog.number(say.locale, number)


def _totals(say: Writer, columns: Sequence[Giving], code: str, *, named: bool) -> tuple[str, ...]:
    label = say("board-total-in", currency=say.catalog.currency(say.locale, code)) if named else say("board-total")
    return (label, *(_total(say, each.amounts, code) for each in columns))


def _total(say: Writer, amounts: Sequence[Amounts], code: str) -> str:
    return next((say.money(each.total) for each in amounts if each.total.currency == code), _NOTHING)


def _campaigns(say: Writer, view: Overview) -> Section | None:
    if not view.campaigns:
        return None
    more = len(view.campaigns) - _CAMPAIGNS
    return Section(
        title=say("board-campaigns"),
        bars=tuple(_bar(say, each) for each in view.campaigns[:_CAMPAIGNS]),
        text=(say("overview-campaigns-more", number=more),) if more > 0 else (),
    )


def _bar(say: Writer, view: CampaignFigures) -> Bar:
    percent = view.raised.minor * 100 // view.goal.minor
    parts = nonempty(
        say("board-percent", percent=percent),
        say("overview-campaign-outside", money=view.outside) if view.outside.is_positive else "",
        say("overview-campaign-days", days=view.days_left) if view.days_left is not None else "",
    )
    return Bar(
        name=overview.name_of(say, view.campaign),
        amount=say("picture-overview-goal", raised=view.raised, goal=view.goal),
        percent=max(0, min(100, percent)),
        note=", ".join(parts),
    )


def _bank(say: Writer, view: Overview) -> Section | None:
    lines = overview.banks(say, view.bank[:_CURRENCIES])
    return Section(title=say("board-bank"), text=tuple(lines.split("\n"))) if lines else None


def _unknown(say: Writer, view: Overview) -> Section | None:
    """Say what these figures cannot say, or not yet."""
    giving = view.giving
    nobodys = giving.gifts - giving.known_gifts
    text = nonempty(
        overview.not_yet(say, view) if giving.gifts else "",
        say("board-nothing-before") if giving.gifts and giving.first and not view.before and not view.last_year else "",
        say("board-nobodys", gifts=nobodys) if nobodys else "",
        say("board-friends-seen") if view.friends.came else "",
    )
    return Section(title=say("board-unknown"), text=text) if text else None


# --- in chat ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedPage:
    """A page that was issued: its days (None: without bound), when (in the charity's time zone), and its button."""

    first: date | None
    last: date | None
    at: datetime
    show: Tap


def page(catalog: Catalog, locale: Locale, sheet: Sheet, file: File, *, other: Tap, earlier: Tap, menu: Tap) -> Card:
    """The page as a file. `other`: the same page in the other language; `earlier`: the pages issued before."""
    say = Writer(catalog, locale)
    return Card(
        title=say("board-of", days=sheet.days),
        lines=(sheet.as_of + ".",),
        file=file,
        rows=(
            *row(say.button("board-other-language-fr" if sheet.locale == "en" else "board-other-language-en", other)),
            *row(say.button("board-earlier", earlier), say.button("staff-back", menu)),
        ),
    )


def pages(catalog: Catalog, locale: Locale, issued: Sequence[IssuedPage], menu: Tap) -> Card:
    """The pages issued before, the newest first."""
    say = Writer(catalog, locale)
    buttons = tuple(
        (one.show.button(say("board-issued", days=overview.days_between(say, one.first, one.last), at=one.at)),)
        for one in issued
    )
    text = say("board-pages") if issued else say("board-no-pages")
    return Card(title=say("board-title"), lines=(text,), rows=(*buttons, *row(say.button("staff-back", menu))))


def unknown_period(catalog: Catalog, locale: Locale, text: str) -> Card:
    """They asked for a period that is none."""
    say = Writer(catalog, locale)
    return Card(title=say("board-title"), lines=(say("board-unknown-period", text=shorten(text, _ASKED)),))
