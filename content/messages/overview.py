"""The overview that staff read: what to do, the open campaigns, this week, and the figures of a period.

The same views and lines serve the chat, the weekly digest, the terminal and the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from content.campaign import Campaign
from content.cards import shorten
from content.catalog import Catalog, Locale
from content.writer import Writer, nonempty
from payments.money import Money

CAMPAIGNS = 3  # named in words
_LENGTH = 940  # of all lines, which with a title and a note must fit a picture's caption (Telegram: 1,024 characters)
_MANY_CURRENCIES = 3  # from here on, only totals fit
_BANKS = 2  # currencies of which payouts are shown
_SHORTER = (*((most, _BANKS) for most in range(CAMPAIGNS, -1, -1)), (0, 0))  # campaigns and currencies, while too long
_NAME = 48  # characters of a campaign's name


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """What waits for a person on the team."""

    messages: int = 0  # people whose latest message has no answer
    reports: int = 0  # open cases but disputes
    disputes: int = 0
    due_on: date | None = None  # the earliest deadline of a dispute
    approvals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFigures:
    """An open campaign: all gifts, how much of them from outside Obole, and the days left, today included."""

    campaign: Campaign
    raised: Money
    goal: Money
    outside: Money
    days_left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Gifts in one currency."""

    gifts: int
    total: Money
    average: Money
    median: Money
    outside: Money
    by_invite: tuple[int, Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """What was given between two days, both included, and by how many. None: without bound."""

    first: date | None
    last: date | None
    donors: int
    new: int
    known_gifts: int  # of donors; the others are of nobody known
    amounts: tuple[Amounts, ...] = ()

    @property
    def returning(self) -> int:
        """Donors who had given before."""
        return self.donors - self.new

    @property
    def gifts(self) -> int:
        """All gifts, whatever their currency."""
        return sum(each.gifts for each in self.amounts)

    @property
    def totals(self) -> tuple[Money, ...]:
        """The total of each currency."""
        return tuple(each.total for each in self.amounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveAgain:
    """Of the donors whose first gift is 90 days old, those who gave again by then; shares in percent, 95%."""

    donors: int
    again: int
    percent: int | None = None  # None: of too few people
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Friends:
    """People who came through someone's invite, and those of them who have given."""

    came: int
    gave: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Payouts in one currency: the last that arrived, and the next on its way or what is still at Stripe.

    `gifts`: how many are in the last one, if Stripe has said.
    """

    last: Money | None = None
    last_on: date | None = None
    gifts: int | None = None
    coming: Money | None = None
    coming_on: date | None = None  # None: no payout was made of it yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All figures of one moment. `giving` is of the period and campaign asked for, `before` of the period before."""

    day: date
    todo: ToDo
    campaigns: tuple[CampaignFigures, ...]
    week: Giving
    week_before: Giving
    giving: Giving
    friends: Friends
    again: GaveAgain
    bank: tuple[Bank, ...] = ()
    campaign: Campaign | None = None
    before: Giving | None = None
    last_year: Giving | None = None


def lines(catalog: Catalog, locale: Locale, view: Overview) -> tuple[str, ...]:
    """Return the overview in words: the present first, then the period. It names as many campaigns as fit."""
    say = Writer(catalog, locale)
    period = "\n".join(_period(say, view))
    tried = (nonempty("\n".join(_now(say, view, *most)), period) for most in _SHORTER)
    found = next(tried)
    while sum(map(len, found)) > _LENGTH and (shorter := next(tried, None)):
        found = shorter
    return found


def _now(say: Writer, view: Overview, campaigns: int, currencies: int) -> tuple[str, ...]:
    """Return the present, with at most this many campaigns, and currencies of payouts."""
    more = len(view.campaigns) - campaigns
    return nonempty(
        todo(say, view.todo),
        *(campaign(say, each) for each in view.campaigns[:campaigns]),
        say("overview-campaigns-more", number=more) if more > 0 and campaigns else "",
        week(say, view.week, view.week_before),
        banks(say, view.bank[:currencies]),
    )


def todo(say: Writer, view: ToDo) -> str:
    """What waits, in one line."""
    parts = nonempty(
        say("overview-todo-messages", number=view.messages) if view.messages else "",
        say("overview-todo-reports", number=view.reports) if view.reports else "",
        say("overview-todo-disputes", number=view.disputes) if view.disputes else "",
        say("overview-todo-due", day=view.due_on) if view.due_on else "",
        say("overview-todo-approvals", number=view.approvals) if view.approvals else "",
    )
    return say("overview-todo", what=", ".join(parts)) if parts else say("overview-todo-none")


def campaign(say: Writer, view: CampaignFigures) -> str:
    """One campaign in one line."""
    parts = nonempty(
        say(
            "overview-campaign",
            name=name_of(say, view.campaign),
            raised=view.raised,
            goal=view.goal,
            percent=view.raised.minor * 100 // view.goal.minor,
        ),
        say("overview-campaign-outside", money=view.outside) if view.outside.is_positive else "",
        say("overview-campaign-days", days=view.days_left) if view.days_left is not None else "",
    )
    return ", ".join(parts)


def week(say: Writer, view: Giving, before: Giving) -> str:
    """This week so far, beside the same days of the week before."""
    if not view.gifts:
        this = say("overview-week-quiet")
    else:
        this = say("overview-week", donors=view.donors, new=view.new, total=totals(say, view.totals))
    return f"{this} {say('overview-week-before', total=totals(say, before.totals))}"


def banks(say: Writer, each: Sequence[Bank]) -> str:
    """The last payout and the next of each currency, a line each."""
    return "\n".join(nonempty(*(_bank(say, one, named=len(each) > 1) for one in each)))


def _bank(say: Writer, view: Bank, *, named: bool) -> str:
    parts = []
    if view.last and view.last_on:
        parts.append(say("overview-bank", money=say.money(view.last, name_currency=named), day=view.last_on))
    if view.coming:
        coming = say.money(view.coming, name_currency=named)
        at_stripe = say("overview-bank-at-stripe", money=coming)
        parts.append(say("overview-bank-coming", money=coming, day=view.coming_on) if view.coming_on else at_stripe)
    return " ".join(parts)


def totals(say: Writer, sums: Sequence[Money]) -> str:
    """Sums side by side: currencies are never added."""
    each = [say.money(money, name_currency=len(sums) > 1) for money in sums]
    return " + ".join(each) or say("overview-nothing")


def period_title(say: Writer, view: Overview) -> str:
    """What the lower half covers."""
    name = name_of(say, view.campaign) if view.campaign else ""
    days = days_between(say, view.giving.first, view.giving.last)
    return say("overview-of-campaign", name=name, days=days) if name else days


def days_between(say: Writer, first: date | None, last: date | None) -> str:
    """Two days, both included; without the first, the start."""
    if first is None:
        return say("overview-since-start") if last is None else say("overview-until", day=last)
    if last is None:
        return say("overview-since", day=first)
    return say("overview-between", first=first, last=last) if first != last else say.catalog.date(say.locale, first)


def name_of(say: Writer, campaign: Campaign) -> str:
    """A campaign's name, cut where it would fill the lines."""
    return shorten(campaign.name.get(say.locale), _NAME)


def _period(say: Writer, view: Overview) -> tuple[str, ...]:
    giving = view.giving
    if not giving.gifts:
        return (say("overview-period-none", days=period_title(say, view)),)
    return nonempty(
        period_title(say, view),
        donors(say, giving, view.before),
        frequency(say, giving, view.again),
        *(amount(say, each, len(giving.amounts)) for each in giving.amounts),
        _compared(say, view),
        friends(say, view),
        not_yet(say, view),
    )


def donors(say: Writer, view: Giving, before: Giving | None) -> str:
    """How many gave, new and returning."""
    if view.first is None:
        return say("overview-donors-all", donors=view.donors)
    known = say("overview-donors", donors=view.donors, new=view.new, returning=view.returning)
    return f"{known} {say('overview-donors-before', donors=before.donors)}" if before else known


def frequency(say: Writer, view: Giving, again: GaveAgain) -> str:
    """Gifts per donor, and who gave again."""
    if not view.donors:
        return ""
    parts = [say("overview-frequency", each=per_donor(say, view))]
    if again.percent is not None:
        parts.append(say("overview-again", percent=again.percent, low=again.low, high=again.high))
    return " ".join(parts)


def per_donor(say: Writer, view: Giving) -> str:
    """Gifts per donor, with one decimal. Raises ZeroDivisionError without donors."""
    written = f"{view.known_gifts / view.donors:.1f}"
    return written.replace(".", ",") if say.locale == "fr" else written


def amount(say: Writer, view: Amounts, currencies: int) -> str:
    """Total, average and median, side by side; of one gift, or beside many currencies, only the total."""
    money = {"total": view.total, "average": view.average, "median": view.median, "outside": view.outside}
    words = {name: say.money(value, name_currency=currencies > 1) for name, value in money.items()}
    parts = [say("overview-amount", gifts=view.gifts, total=words["total"])]
    if view.gifts > 1 and currencies < _MANY_CURRENCIES:
        parts.append(say("overview-amount-typical", average=words["average"], median=words["median"]))
    if view.outside.is_positive:
        parts.append(say("overview-amount-outside", outside=words["outside"]))
    return " ".join(parts)


def _compared(say: Writer, view: Overview) -> str:
    parts = nonempty(
        say("overview-before", total=totals(say, view.before.totals)) if view.before else "",
        say("overview-last-year", total=totals(say, view.last_year.totals)) if view.last_year else "",
    )
    return " ".join(parts)


def friends(say: Writer, view: Overview) -> str:
    """Who came through people, and what came through their invites."""
    sums = [each.by_invite[1] for each in view.giving.amounts if each.by_invite[0]]
    gifts = sum(each.by_invite[0] for each in view.giving.amounts)
    came = say("overview-friends", came=view.friends.came, gave=view.friends.gave)
    return f"{came} {say('overview-friends-gifts', gifts=gifts, total=totals(say, sums))}" if gifts else came


def not_yet(say: Writer, view: Overview) -> str:
    """What these figures cannot say yet."""
    if view.again.percent is not None or view.campaign is not None:
        return ""
    return say("overview-not-yet-few" if view.again.donors else "overview-not-yet")
