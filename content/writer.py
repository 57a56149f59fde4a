"""What all message functions share: a writer in one language, and views used by several of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, overload

from content.campaign import Campaign
from content.cards import Button, ButtonStyle, Tap
from content.catalog import Arg, Catalog, Locale
from payments.money import Money

Phase = Literal["first", "start", "half", "near", "reached"]

HALF = 50  # percent of the goal from which progress is shown: a bar at 30 % reduces gifts
NEAR = 85  # percent from which only the missing amount is shown
LANGUAGES: Mapping[Locale, str] = {"fr": "staff-nudges-fr", "en": "staff-nudges-en"}  # their names for staff


@dataclass(frozen=True, kw_only=True)
class Charity:
    """The charity and its contacts, as set in the environment."""

    name: str
    contact: str  # e-mail address or handle that a person answers
    registration: str | None = None  # registered charity's number; None: no tax receipts, and no mention of any
    address: str = ""  # postal address, on one line
    privacy_officer: str = ""  # name or function of the person responsible for personal information
    privacy_contact: str = ""  # empty: `contact`


@dataclass(frozen=True, kw_only=True)
class CampaignProgress:
    """A campaign's progress, in its own currency."""

    raised: Money
    goal: Money
    donors: int = 0  # 0 also if unknown
    outside: Money | None = None  # of `raised`: gifts outside Obole; None if unknown

    @property
    def percent(self) -> int:
        """The share of the goal in percent, rounded down so that it never reads as reached too early."""
        return self.raised.minor * 100 // self.goal.minor

    @property
    def missing(self) -> Money:
        """The amount still missing; zero once the goal is reached."""
        return Money(max(0, self.goal.minor - self.raised.minor), self.goal.currency)

    @property
    def phase(self) -> Phase:
        """The phase, which determines how progress is worded."""
        if self.raised.minor <= 0:
            return "first"
        if self.percent >= 100:
            return "reached"
        if self.percent >= NEAR:
            return "near"
        return "half" if self.percent >= HALF else "start"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A suggested amount and what tapping it does."""

    money: Money
    tap: Tap


@dataclass(frozen=True, kw_only=True)
class OwnLinkButton:
    """A button that gives a card's reader links of their own. `proves`: even its first reader needs them."""

    tap: Tap
    proves: bool = False


@dataclass(frozen=True)
class Writer:
    """The catalog in one language: `say(key, ...)` returns a sentence, `say.button(key, tap)` a button."""

    catalog: Catalog
    locale: Locale

    def __call__(self, key: str, /, **args: Arg) -> str:
        return self.catalog.text(self.locale, key, **args)

    @overload
    def button(self, key: str, tap: Tap, style: ButtonStyle = "plain", /, **args: Arg) -> Button: ...

    @overload
    def button(self, key: str, tap: Tap | None, style: ButtonStyle = "plain", /, **args: Arg) -> Button | None: ...

    def button(self, key: str, tap: Tap | None, style: ButtonStyle = "plain", /, **args: Arg) -> Button | None:
        """Return a button labelled with the sentence `key`, or None without a tap."""
        return tap.button(self(key, **args), style) if tap else None

    def money(self, money: Money, *, name_currency: bool = False) -> str:
        """Return an amount as people write it."""
        return self.catalog.money(self.locale, money, name_currency=name_currency)

    def does(self, campaign: Campaign, money: Money) -> str:
        """Return « 5 $ = par exemple un repas » for what `money` covers; empty without a suitable example."""
        found = campaign.what_does(money)
        if found is None:
            return ""
        example, what = found
        key = "does-earmarked" if campaign.earmarked else "does-example"
        return self(key, amount=example, what=what.get(self.locale))

    def amount_rows(self, choices: tuple[Choice, ...]) -> tuple[tuple[Button, ...], ...]:
        """Return the amounts as buttons, at most four in a row and evenly spread; a single one reads « Donner 5 $ »."""
        if len(choices) == 1:
            return ((self.give(choices[0]),),)
        buttons = [choice.tap.button(self.money(choice.money), "primary") for choice in choices]
        rows = -(-len(buttons) // 4)
        width = -(-len(buttons) // rows) if rows else 1
        return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))

    def own_link_row(self, own: OwnLinkButton | None) -> tuple[tuple[Button, ...], ...]:
        """Return the row « On vous l’a transmis? », or a link for the first reader alone; no row without a button."""
        if own is None:
            return ()
        return ((self.button("own-link" if own.proves else "own-link-forwarded", own.tap),),)

    def give(self, choice: Choice) -> Button:
        """Return the button « Donner 7,50 $ »."""
        return self.button("give-amount", choice.tap, "primary", amount=choice.money)


def nonempty(*lines: str) -> tuple[str, ...]:
    """Return the lines that are not empty."""
    return tuple(line for line in lines if line)


def in_rows(buttons: Sequence[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons in rows of this width; Discord accepts five rows."""
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def row(*buttons: Button | None) -> tuple[tuple[Button, ...], ...]:
    """Return one row of the buttons that are not None, or no row."""
    present = tuple(button for button in buttons if button is not None)
    return (present,) if present else ()
