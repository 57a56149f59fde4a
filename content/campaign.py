"""The authored side of a campaign: texts in both languages, amounts and milestones; TOML in and out."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

import tomli_w
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from content.catalog import Locale
from payments.money import Money, UnknownCurrency, chargeable_at_least, currency, is_chargeable, minimum_charge
from payments.text import storable


class CampaignError(ValueError):
    """A campaign file is invalid; the message lists each field and its problem."""


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\n]+$")]
Minor = Annotated[int, Field(strict=True, gt=0)]
MOST_MILESTONES = 15  # in one campaign: each has a button, and Discord accepts five rows


class _Authored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Authored):
    """One text in both languages."""

    fr: Text
    en: Text

    def get(self, locale: Locale) -> str:
        """Return the text in this language."""
        return self.fr if locale == "fr" else self.en


class ShortWords(Words):
    """A name or noun in both languages: one line of at most 80 characters, for buttons."""

    fr: Short
    en: Short


class GiftDoes(_Authored):
    """What an amount does, as a noun: « 5 $ = par exemple un repas »."""

    minor: Minor
    what: ShortWords


class Milestone(_Authored):
    """A point that is announced once when it is crossed: a share of the goal, an amount, or an amount missing."""

    share: Annotated[int, Field(strict=True, gt=0, le=1000)] | None = None  # percent of the goal
    minor: Minor | None = None
    missing: Minor | None = None  # amount below the goal
    text: Words | None = None  # the charity's own text; None: the catalog's
    announce: Literal["ask", "at_once", "never"] = "ask"  # whether staff approve the text first

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        if sum(way is not None for way in (self.share, self.minor, self.missing)) != 1:
            raise ValueError("give one of share (percent of the goal), minor and missing")
        return self

    def threshold(self, goal_minor: int) -> int:
        """Return the total, in minor units, at which this is reached; rounded up, so never announced too early."""
        if self.minor is not None:
            return self.minor
        if self.missing is not None:
            return goal_minor - self.missing
        return -(-goal_minor * (self.share or 0) // 100)


def same_place(milestones: Sequence[Milestone], goal_minor: int) -> Milestone | None:
    """Return the first milestone with the threshold of an earlier one, or None: only one would be announced."""
    seen: set[int] = set()
    for milestone in milestones:
        if (threshold := milestone.threshold(goal_minor)) in seen:
            return milestone
        seen.add(threshold)
    return None


def _known_currency(code: str) -> str:
    try:
        return currency(code).code
    except UnknownCurrency as unknown:
        raise ValueError(f"unknown currency {code!r}") from unknown


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise ValueError(f"unknown time zone {name!r}; write for example America/Toronto") from unknown
    return name


class Campaign(_Authored):
    """A campaign as the charity wrote it. Amounts are minor units of `currency`; dates are days in `zone`."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]
    name: ShortWords
    story: Words  # two lines
    currency: Annotated[str, AfterValidator(_known_currency)]
    goal_minor: Minor
    amounts: Annotated[tuple[Minor, ...], Field(min_length=3, max_length=5)]  # suggested, ascending
    gift_does: tuple[GiftDoes, ...] = ()
    cap_minor: Minor  # the largest single gift
    minimum_minor: Minor | None = None  # the smallest gift; None: unchanged, or about two US dollars for a new campaign
    receipts_from_minor: Minor | None = None  # from this amount on, the payment page asks for name and address
    ends_on: date | None = None  # last day to give
    zone: Annotated[str, AfterValidator(_known_zone)] = "America/Toronto"
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=MOST_MILESTONES)] = ()
    if_short: Words  # what happens when the goal is not reached
    if_over: Words  # what happens with what exceeds the goal
    picture: Annotated[str, StringConstraints(pattern=r"^[\w-]+\.(png|jpg|jpeg|webp)$")] | None = None
    earmarked: bool = False  # gifts are tied to the purpose: no "for example" before what they do
    crisis: bool = False  # an emergency: a sober tone
    next_step: Words | None = None  # shown after it ends
    monthly: bool = True  # gifts may be monthly; on the card only if `monthly_on_card` is set too
    monthly_on_card: bool = False
    direct_from_channels: bool = False  # amounts on its cards in channels open the payment page, not the bot's chat
    monthly_goes_to: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")] | None = None  # after it ends

    @model_validator(mode="after")
    def _amounts_fit(self) -> Self:
        if list(self.amounts) != sorted(set(self.amounts)):
            raise ValueError("amounts must rise, each only once")
        least = minimum_charge(self.currency).minor
        if self.minimum_minor is not None and self.minimum_minor < least:
            raise ValueError(f"minimum_minor lies below the least that can be charged ({least} minor units)")
        if self.amounts[0] < self._floor.minor:  # not `minimum`: earlier versions published amounts between steps
            raise ValueError(f"amounts start below the least that can be given ({self._floor.minor} minor units)")
        if self.amounts[-1] > self.cap_minor:
            raise ValueError("an amount lies above cap_minor")
        return self

    @model_validator(mode="after")
    def _milestones_can_be_reached(self) -> Self:
        if any(m.threshold(self.goal_minor) <= 0 for m in self.milestones):
            raise ValueError("a milestone's missing is not below goal_minor")
        if (same := same_place(self.milestones, self.goal_minor)) is not None:
            raise ValueError(f"two milestones lie at the same place ({same.threshold(self.goal_minor)} minor units)")
        return self

    @property
    def texts(self) -> tuple[str, ...]:
        """All its texts, in both languages."""
        return tuple(_texts(self.model_dump()))

    @property
    def minimum(self) -> Money:
        """The minimum gift, never below Stripe's minimum charge in its currency, and one that can be charged."""
        return chargeable_at_least(self._floor) or self._floor

    @property
    def _floor(self) -> Money:
        return Money(max(self.minimum_minor or 0, minimum_charge(self.currency).minor), self.currency)

    @property
    def uncharged(self) -> str | None:
        """Why Stripe could not charge one of its amounts, or None. Earlier versions let such campaigns be published."""
        step = currency(self.currency).step
        if step == 0:
            return f"currency: {self.currency} cannot be charged"
        given = {"amounts": self.amounts, "minimum_minor": (self.minimum_minor,), "cap_minor": (self.cap_minor,)}
        for name, amounts in given.items():
            if any(minor is not None and not is_chargeable(Money(minor, self.currency)) for minor in amounts):
                return f"{name}: Stripe charges {self.currency} in steps of {step} minor units"
        return None

    @property
    def goal(self) -> Money:
        """The goal, in the campaign's currency."""
        return Money(self.goal_minor, self.currency)

    def what_does(self, money: Money) -> tuple[Money, ShortWords] | None:
        """Return the largest example that `money` covers, with its amount, or None."""
        fitting = [does for does in self.gift_does if does.minor <= money.minor]
        if money.currency != self.currency or not fitting:
            return None
        best = max(fitting, key=lambda does: does.minor)
        return Money(best.minor, self.currency), best.what


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of all fields that have one text per language, at any depth."""
    if isinstance(value, Mapping):
        if value.keys() == Words.model_fields.keys():
            yield from value.values()
        else:
            value = tuple(value.values())
    if isinstance(value, tuple):
        for item in value:
            yield from _texts(item)


def load_toml(text: str) -> Campaign:
    """Read a campaign file (content/campaigns has examples).

    Raises CampaignError with one line per invalid field.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CampaignError(f"not TOML: {error}") from error
    if storable(data) is not data:
        raise CampaignError("a text holds a character that cannot be stored (NUL)")
    try:
        campaign = Campaign.model_validate(data)
    except ValidationError as error:
        raise CampaignError("\n".join(_complaint(e) for e in error.errors())) from error
    if campaign.uncharged is not None:
        raise CampaignError(campaign.uncharged)
    return campaign


def dump_toml(campaign: Campaign) -> str:
    """Return the campaign as a file that `load_toml` reads back as the same campaign."""
    return tomli_w.dumps(campaign.model_dump(exclude_none=True))


def _complaint(error: Any) -> str:
    path = ".".join(str(part) for part in error["loc"]) or "campaign"
    return f"{path}: {re.sub(r'^Value error, ', '', error['msg'])}"
