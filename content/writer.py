"""What all message functions share: a voice in one language, and the views that recur."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, overload

from content.campaign import Campaign
from content.cards import Button, ButtonStyle, Tap
from content.catalog import Arg, Catalog, Locale
from payments.money import Money

Phase = Literal["first", "start", "half", "near", "reached"]

HALF = 50  # percent of the goal from which progress is shown: a bar at 30 % costs gifts
NEAR = 85  # percent from which only what is missing is said


@dataclass(frozen=True, kw_only=True)
class Charity:
    """Who asks, and whom to write to. All of it is set once by staff."""

    name: str
    contact: str  # e-mail address or handle that a person answers
    registration: str | None = None  # number of a registered charity; None: no tax receipts, and never a hint at any
    privacy_officer: str = ""  # name or function of the person responsible for personal information
    privacy_contact: str = ""  # empty: `contact`


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a campaign stands, in its own currency."""

    raised: Money
    goal: Money
    donors: int = 0  # people who gave; 0 also where it is not known

    @property
    def percent(self) -> int:
        """Share of the goal in percent, rounded down so that nothing is called reached too early."""
        return self.raised.minor * 100 // self.goal.minor

    @property
    def missing(self) -> Money:
        """What is still missing; zero once the goal is reached."""
        return Money(max(0, self.goal.minor - self.raised.minor), self.goal.currency)

    @property
    def phase(self) -> Phase:
        """Which of the ways to tell it applies."""
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
    """A button by which whoever reads a card gets links of their own. `proves`: its first reader needs them as well."""

    tap: Tap
    proves: bool = False


@dataclass(frozen=True)
class Writer:
    """The catalog in one language: `say(key, ...)` is a sentence, `say.button(key, tap)` a button."""

    catalog: Catalog
    locale: Locale

    def __call__(self, key: str, /, **args: Arg) -> str:
        return self.catalog.text(self.locale, key, **args)

    @overload
    def button(self, key: str, tap: Tap, style: ButtonStyle = "plain", /, **args: Arg) -> Button: ...

    @overload
    def button(self, key: str, tap: Tap | None, style: ButtonStyle = "plain", /, **args: Arg) -> Button | None: ...

    def button(self, key: str, tap: Tap | None, style: ButtonStyle = "plain", /, **args: Arg) -> Button | None:
        """A button whose label is the sentence `key`; None where there is nothing to tap."""
        return tap.button(self(key, **args), style) if tap else None

    def money(self, money: Money, *, name_currency: bool = False) -> str:
        """An amount as people write it."""
        return self.catalog.money(self.locale, money, name_currency=name_currency)

    def does(self, campaign: Campaign, money: Money) -> str:
        """« 5 $ = par exemple un repas » for what `money` covers; empty where the authors gave no example."""
        found = campaign.what_does(money)
        if found is None:
            return ""
        example, what = found
        key = "does-earmarked" if campaign.earmarked else "does-example"
        return self(key, amount=example, what=what.get(self.locale))

    def amount_rows(self, choices: tuple[Choice, ...]) -> tuple[tuple[Button, ...], ...]:
        """The amounts as buttons, at most four in a row and evenly spread; one alone says « Donner 5 $ »."""
        if len(choices) == 1:
            return ((self.give(choices[0]),),)
        buttons = [choice.tap.button(self.money(choice.money), "primary") for choice in choices]
        rows = -(-len(buttons) // 4)
        width = -(-len(buttons) // rows) if rows else 1
        return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))

    def own_link_row(self, own: OwnLinkButton | None) -> tuple[tuple[Button, ...], ...]:
        """« On vous l’a transmis? », or a link for the first reader alone; no row where there is none."""
        if own is None:
            return ()
        return ((self.button("own-link" if own.proves else "own-link-forwarded", own.tap),),)

    def give(self, choice: Choice) -> Button:
        """« Donner 7,50 $ »."""
        return self.button("give-amount", choice.tap, "primary", amount=choice.money)


def nonempty(*lines: str) -> tuple[str, ...]:
    """The lines that say something."""
    return tuple(line for line in lines if line)


def in_rows(buttons: Sequence[Button], width: int) -> tuple[tuple[Button, ...], ...]:
    """The buttons in rows of this width: Discord takes five rows."""
    return tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))


def row(*buttons: Button | None) -> tuple[tuple[Button, ...], ...]:
    """One row of the buttons that are there; no row where there is none."""
    there = tuple(button for button in buttons if button is not None)
    return (there,) if there else ()
