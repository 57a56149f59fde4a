"""The monthly statement for a treasurer: what was given, what it cost, what reached the bank, what is at Stripe."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from content.cards import Card, File, Tap, shorten
from content.catalog import Catalog, Locale
from content.messages import overview
from content.messages.payouts import PayoutParts, State
from content.sheet import Fact, Section, Sheet, Table
from content.writer import Writer, nonempty, row
from payments.money import Money

Change = Literal[
    "gifts", "refunds", "disputes", "clearing", "fees", "not_ours", "reserves", "conversions", "topups", "payouts"
]
Way = Literal["cash", "cheque", "transfer", "other"]
_ASKED = 40  # characters of what they asked for
_CHANGES: Mapping[Change, str] = {  # in this order
    "gifts": "statement-gifts-stripe",
    "refunds": "statement-refunds",
    "disputes": "statement-disputes",
    "clearing": "statement-clearing",
    "fees": "statement-fees",
    "not_ours": "statement-not-ours",
    "reserves": "statement-reserves",
    "conversions": "statement-conversions",
    "topups": "statement-topups",
    "payouts": "statement-payouts",
}
_WAYS: Mapping[Way, str] = {
    "cash": "statement-cash",
    "cheque": "statement-cheque",
    "transfer": "statement-transfer",
    "other": "statement-other-way",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutLine:
    """A payout that was booked in the month: the day at the bank, and its amount in the books of this month."""

    day: date
    amount: Money
    state: State
    parts: PayoutParts | None  # None: Stripe does not say, or not yet


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyMonth:
    """A month in one currency. opening + changes == closing; what reduces a balance is negative."""

    given: Money  # all gifts, however they came
    given_back: Money  # refunds and disputes
    fees: Money
    opening: Money  # at Stripe
    changes: Mapping[Change, Money]
    closing: Money
    outside: Mapping[Way, Money]  # gifts outside Stripe, less what was taken back
    outside_fees: Money  # of other platforms
    undeposited: tuple[Money, Money]  # at the beginning and the end
    payouts: tuple[PayoutLine, ...]

    @property
    def net(self) -> Money:
        """What stays of what was given."""
        return self.given + self.given_back + self.fees


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A month. is_final: all its payouts have arrived."""

    first: date
    last: date
    currencies: tuple[CurrencyMonth, ...]
    is_final: bool


def sheet(catalog: Catalog, locale: Locale, charity: str, view: Statement, at: datetime) -> Sheet:
    """Return the statement. at: when its figures were read, in the charity's time zone."""
    say = Writer(catalog, locale)
    named = len(view.currencies) > 1
    return Sheet(
        locale=locale,
        charity=charity,
        title=say("statement-title"),
        days=overview.days_between(say, view.first, view.last),
        as_of=say("sheet-as-of", at=at),
        mark="" if view.is_final else say("statement-provisional"),
        about=() if view.is_final else (say("statement-provisional-why"),),
        sections=tuple(section for each in view.currencies for section in _sections(say, each, named=named)),
        foot=say("statement-foot"),
    )


def _sections(say: Writer, view: CurrencyMonth, *, named: bool) -> tuple[Section, ...]:
    title = say.catalog.currency(say.locale, view.given.currency) if named else say("statement-summary")
    facts = Section(title=title[:1].upper() + title[1:], facts=_facts(say, view))
    others = (_at_stripe(say, view), _payouts(say, view), _outside(say, view))
    return (facts, *(section for section in others if section is not None))


def _facts(say: Writer, view: CurrencyMonth) -> tuple[Fact, ...]:
    outside = sum(money.minor for money in view.outside.values())
    of_outside = say("overview-amount-outside", outside=_exact(say, Money(outside, view.given.currency)))
    return (
        Fact(label=say("statement-given"), number=_exact(say, view.given), lines=(of_outside,) if outside else ()),
        Fact(label=say("statement-given-back"), number=_exact(say, view.given_back)),
        Fact(label=say("statement-fees"), number=_exact(say, view.fees)),
        Fact(label=say("statement-net"), number=_exact(say, view.net), lines=(say("statement-net-what"),)),
    )


def _at_stripe(say: Writer, view: CurrencyMonth) -> Section | None:
    """The balance at Stripe from the first day to the last: its lines add up."""
    changes = [(key, view.changes[change]) for change, key in _CHANGES.items() if view.changes[change].minor]
    if not changes and not view.opening.minor:
        return None
    rows = (
        (say("statement-opening"), _exact(say, view.opening)),
        *((say(key), _exact(say, money)) for key, money in changes),
        (say("statement-closing"), _exact(say, view.closing)),
    )
    table = Table(head=(say("statement-line"), say("statement-amount")), rows=rows, sums=1)
    return Section(title=say("statement-at-stripe"), table=table)


def _payouts(say: Writer, view: CurrencyMonth) -> Section | None:
    """Each payout with what it consists of, so that the bank's statement can be ticked off."""
    if not view.payouts:
        return None
    has_other = any(one.parts and one.parts.other.minor for one in view.payouts)
    total = Money(sum(one.amount.minor for one in view.payouts), view.given.currency)
    head = (
        say("statement-day"), say("statement-part-gifts"), say("statement-part-fees"), say("statement-part-back"),
        say("statement-part-not-ours"), *((say("statement-part-other"),) if has_other else ()),
        say("statement-payout"),
    )  # fmt: skip
    rows = tuple(_payout(say, one, has_other=has_other) for one in view.payouts)
    sums = (say("statement-payouts-total"), *("",) * (len(head) - 2), _exact(say, total))
    unknown = any(one.parts is None for one in view.payouts)
    return Section(
        title=say("statement-to-bank"),
        table=Table(head=head, rows=(*rows, sums), sums=1),
        text=(say("statement-parts-unknown"),) if unknown else (),
    )


def _payout(say: Writer, one: PayoutLine, *, has_other: bool) -> tuple[str, ...]:
    day = say.catalog.date(say.locale, one.day)
    if one.state != "paid":
        day = say("statement-coming" if one.state == "coming" else "statement-failed", day=day)
    parts = one.parts
    if parts is None:
        return (day, *("–",) * (5 if has_other else 4), _exact(say, one.amount))
    each = [parts.gross, parts.fees, parts.refunds + parts.disputes, parts.not_ours]
    each += [parts.other] if has_other else []
    return (day, *(_exact(say, money) for money in each), _exact(say, one.amount))


def _outside(say: Writer, view: CurrencyMonth) -> Section | None:
    """Gifts outside Stripe by the way they came, and what is not at the bank yet."""
    ways = [(key, view.outside[way]) for way, key in _WAYS.items() if way in view.outside and view.outside[way].minor]
    begun, left = view.undeposited
    if not ways and not begun.minor and not left.minor:
        return None
    total = Money(sum(money.minor for _, money in ways), view.given.currency)
    rows = [(say(key), _exact(say, money)) for key, money in ways]
    rows += [(say("statement-total"), _exact(say, total))] if ways else []
    head = (say("statement-way"), say("statement-amount"))
    text = nonempty(
        say("statement-outside-fees", money=_exact(say, view.outside_fees)) if view.outside_fees.minor else "",
        say("statement-undeposited", before=_exact(say, begun), after=_exact(say, left)),
    )
    table = Table(head=head, rows=tuple(rows), sums=1) if ways else None
    return Section(title=say("statement-outside"), table=table, text=text)


def _exact(say: Writer, money: Money) -> str:
    return say.catalog.money(say.locale, money, cents=True)


# --- in chat ------------------------------------------------------------------------------------------
def issued(catalog: Catalog, locale: Locale, sheet: Sheet, file: File, other: Tap) -> Card:
    """The statement as a file. `other`: the same in the other language."""
    say = Writer(catalog, locale)
    why = say("statement-provisional-why") if sheet.mark else ""
    return Card(
        title=say("statement-of", days=sheet.days),
        lines=nonempty(f"{sheet.as_of}.", why),
        file=file,
        rows=row(say.button("board-other-language-fr" if sheet.locale == "en" else "board-other-language-en", other)),
    )


def late(catalog: Catalog, locale: Locale, sheet: Sheet, show: Tap) -> Card:
    """Instead of a statement that could not be sent in time."""
    say = Writer(catalog, locale)
    lines = (say("statement-late"),)
    return Card(title=say("statement-of", days=sheet.days), lines=lines, rows=row(say.button("statement-show", show)))


def none(catalog: Catalog, locale: Locale, why: Literal["nothing", "not_over", "unknown"], text: str) -> Card:
    """There is no statement: nothing was booked, the month is not over, or it is none. `text`: what they asked for."""
    say = Writer(catalog, locale)
    lines = {
        "nothing": lambda: say("statement-nothing"),
        "not_over": lambda: say("statement-not-over"),
        "unknown": lambda: say("statement-unknown", text=shorten(text, _ASKED)),
    }
    return Card(title=say("statement-title"), lines=(lines[why](),))
