"""Messages before a payment: welcome, campaign card, amounts and their problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.campaign import Campaign
from content.cards import Button, Card, Picture, Tap
from content.catalog import Catalog, Locale
from content.writer import CampaignProgress, Charity, Choice, Writer, nonempty, row
from payments.money import Money


def welcome(
    catalog: Catalog,
    locale: Locale,
    *,
    charity: Charity,
    known: bool,  # whether they joined before
    give: Tap | None = None,  # None if a campaign card follows
    preferences: Tap | None = None,
) -> Card:
    """The reply to /start."""
    say = Writer(catalog, locale)
    title = "welcome-back" if known else "welcome-title"
    lines = () if known else (say("welcome-how"), say("welcome-consent"))
    return Card(
        title=say(title, charity=charity.name),
        lines=lines or (say("welcome-again"),),
        rows=row(
            say.button("see-campaign", give, "primary"),
            say.button("preferences-open", preferences),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class MatchLine:
    sponsor: Mapping[Locale, str]
    left: Money  # what remains of the pool


@dataclass(frozen=True, kw_only=True)
class CampaignCardView:
    """`choices`: in private, links to the payment page; in shared messages, actions or links into the bot's chat."""

    campaign: Campaign
    progress: CampaignProgress
    choices: tuple[Choice, ...]  # none once it has ended
    picture: Picture | None = None
    other: Tap | None = None
    monthly: Tap | None = None
    share: Tap | None = None
    ends_on: date | None = None  # last day to give
    extended: bool = False  # the end was postponed, which is mentioned
    ended: bool = False
    paused: bool = False  # no appeal and no buttons
    match: MatchLine | None = None  # the active match period
    just_given: bool = False  # someone gave within the last minute; never who or how much
    next_step: Tap | None = None  # after the end, another campaign if one is open


def campaign_card(catalog: Catalog, locale: Locale, view: CampaignCardView) -> Card:
    """The campaign's card: picture, story in two lines, what a gift does, amounts to tap."""
    say = Writer(catalog, locale)
    return Card(
        title=view.campaign.name.get(locale),
        lines=_campaign_lines(say, view),
        note="" if view.ended or view.paused else say("pay-note"),
        picture=view.picture,
        rows=_campaign_rows(say, view),
    )


def bilingual_campaign_card(catalog: Catalog, view: CampaignCardView) -> Card:
    """The card for a channel with both languages: French first, one set of buttons."""
    fr, en = (campaign_card(catalog, locale, view) for locale in ("fr", "en"))
    amounts = {choice.tap for choice in view.choices}
    return Card(
        title=fr.title if fr.title == en.title else f"{fr.title} / {en.title}",
        lines=(*fr.lines, f"— {catalog.text('fr', 'language-other')} —", *en.lines),
        note="\n".join(nonempty(fr.note, en.note)),
        picture=view.picture,
        rows=tuple(
            tuple(_both(a, b, amounts) for a, b in zip(fr_row, en_row, strict=True))
            for fr_row, en_row in zip(fr.rows, en.rows, strict=True)
        ),
    )


def _both(fr: Button, en: Button, amounts: set[Tap]) -> Button:
    tap = Tap(action=fr.action, url=fr.url, copy=fr.copy)
    label = fr.label if tap in amounts or fr.label == en.label else f"{fr.label} / {en.label}"
    return tap.button(label, fr.style)


def _campaign_lines(say: Writer, view: CampaignCardView) -> tuple[str, ...]:
    campaign, locale = view.campaign, say.locale
    if view.ended:
        return nonempty(
            say("campaign-ended-total", raised=view.progress.raised),
            outside_line(say, view.progress, ended=True),
            campaign.if_short.get(locale) if view.progress.percent < 100 else campaign.if_over.get(locale),
            campaign.next_step.get(locale) if campaign.next_step else "",
        )
    if view.paused:
        return (campaign.story.get(locale), say("campaign-paused-line"))
    middle = view.choices[(len(view.choices) - 1) // 2].money if view.choices else None
    return nonempty(
        campaign.story.get(locale),
        say.does(campaign, middle) if middle else "",
        " ".join(nonempty(progress_line(say, view.progress), outside_line(say, view.progress))),
        campaign.if_over.get(locale) if view.progress.phase == "reached" else "",
        say("card-match", sponsor=view.match.sponsor[locale], left=view.match.left) if view.match else "",
        _deadline(say, view),
        say("card-just-given") if view.just_given else "",
    )


def progress_line(say: Writer, progress: CampaignProgress) -> str:
    """Return the campaign's progress, worded for its phase."""
    key = f"standing-{progress.phase}"
    if progress.phase == "start":
        key += "" if progress.donors else "-quiet"
    return say(
        key,
        raised=progress.raised,
        goal=progress.goal,
        missing=progress.missing,
        percent=progress.percent,
        donors=progress.donors,
    )


def outside_line(say: Writer, progress: CampaignProgress, *, ended: bool = False, alone: bool = False) -> str:
    """Return how much of the total that is shown came from outside Obole; empty if none did, or no total is shown.

    `alone`: it does not follow a sentence with the total, and so repeats it.
    """
    is_shown = ended or progress.phase in ("half", "near", "reached")
    if progress.outside is None or not progress.outside.is_positive or not is_shown:
        return ""
    repeats = alone or (progress.phase == "near" and not ended)
    return say(
        "standing-outside-total" if repeats else "standing-outside", raised=progress.raised, outside=progress.outside
    )


def _deadline(say: Writer, view: CampaignCardView) -> str:
    if view.ends_on is None:
        return ""
    return say("deadline-extended" if view.extended else "deadline", day=view.ends_on)


def _campaign_rows(say: Writer, view: CampaignCardView) -> tuple[tuple[Button, ...], ...]:
    if view.ended:
        return row(say.button("see-open", view.next_step, "primary"))
    return (
        say.amount_rows(view.choices)
        + row(say.button("monthly-button", view.monthly))
        + row(say.button("other-amount", view.other), say.button("share", view.share))
    )


def share_text(catalog: Catalog, locale: Locale, campaign: Campaign) -> str:
    """Return a text for a supporter to send to a friend; it does not mention their own gift."""
    return catalog.text(locale, "share-text", campaign=campaign.name.get(locale))


@dataclass(frozen=True, kw_only=True)
class CampaignOption:
    campaign: Campaign
    tap: Tap


def choose_campaign(
    catalog: Catalog,
    locale: Locale,
    *,
    options: tuple[CampaignOption, ...],
    money: Money | None = None,  # already typed with /give
) -> Card:
    """The choice among several open campaigns."""
    say = Writer(catalog, locale)
    line = say("choose-campaign-amount", amount=money) if money else say("choose-campaign-line")
    rows = tuple((option.tap.button(option.campaign.name.get(locale)),) for option in options)
    return Card(title=say("choose-campaign"), lines=(line,), rows=rows)


@dataclass(frozen=True, kw_only=True)
class AskAmountView:
    campaign: Campaign
    choices: tuple[Choice, ...]
    minimum: Money
    most: Money | None = None  # under 18


def ask_amount(catalog: Catalog, locale: Locale, view: AskAmountView) -> Card:
    """The question for an amount, which the next message answers."""
    say = Writer(catalog, locale)
    return Card(
        title=say("ask-amount-title"),
        lines=nonempty(
            say("ask-amount", campaign=view.campaign.name.get(locale), minimum=view.minimum),
            say("ask-amount-most", amount=view.most) if view.most else "",
        ),
        rows=say.amount_rows(view.choices),
    )


def amount_form(catalog: Catalog, locale: Locale) -> tuple[str, str]:
    """Return the title and the label of a window that asks for an amount."""
    say = Writer(catalog, locale)
    return say("other-amount"), say("ask-amount-label")


@dataclass(frozen=True, kw_only=True)
class ConfirmAmountView:
    campaign: Campaign
    choice: Choice  # the typed amount with its URL
    cover: Tap | None = None  # shows the amount that covers the fee


def confirm_amount(catalog: Catalog, locale: Locale, view: ConfirmAmountView) -> Card:
    """A typed amount was understood: one button to give it."""
    say = Writer(catalog, locale)
    money = view.choice.money
    return Card(
        title=view.campaign.name.get(locale),
        lines=nonempty(say("confirm-amount", amount=money), say.does(view.campaign, money)),
        note=say("pay-note"),
        rows=row(say.give(view.choice)) + row(say.button("cover-button", view.cover)),
    )


@dataclass(frozen=True, kw_only=True)
class CoverView:
    money: Money
    fee: Money
    choice: Choice  # the total, with its URL
    without: Tap


def cover(catalog: Catalog, locale: Locale, view: CoverView) -> Card:
    """The approximate fee and the total, shown before paying, and the way back."""
    say = Writer(catalog, locale)
    return Card(
        title=say("cover-title"),
        lines=(say("cover-line", fee=view.fee, total=view.choice.money, amount=view.money),),
        note=say("pay-note"),
        rows=((say.give(view.choice),), (say.button("cover-without", view.without, amount=view.money),)),
    )


AmountProblem = Literal[
    "not_understood", "ambiguous", "only_reading", "not_chargeable", "not_positive", "below_minimum", "above_cap",
    "absurd", "other_currency",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AmountProblemView:
    """`choices`: for "ambiguous" the two readings, for "only_reading" the possible one, otherwise near amounts."""

    problem: AmountProblem
    choices: tuple[Choice, ...]
    own: Money  # an amount in the campaign's currency: the minimum, the cap or the step that it breaks
    other: Tap | None = None
    contact: str = ""  # for gifts above the cap, which a person arranges


def amount_problem(catalog: Catalog, locale: Locale, view: AmountProblemView) -> Card:
    """Why the typed amount cannot be given, and what can."""
    say = Writer(catalog, locale)
    key = "amount-" + view.problem.replace("_", "-")
    above = view.problem == "above_cap"
    meant = view.choices[0].money if view.choices else view.own
    if view.problem == "only_reading":
        above = view.own.minor > meant.minor
        said = say("amount-above-cap" if above else "amount-only-reading-minimum", limit=view.own)
    else:
        said = say(key, limit=view.own, currency=catalog.currency(locale, view.own.currency))
    contact = say("amount-above-cap-contact", contact=view.contact) if above and view.contact else ""
    rows = say.amount_rows(view.choices) + row(say.button("other-amount", view.other))
    return Card(title=say(key + "-title", amount=meant), lines=nonempty(said, contact), rows=rows)


def campaign_closed(
    catalog: Catalog, locale: Locale, *, campaign: Campaign, ended_on: date | None, open_campaign: Tap | None = None
) -> Card:
    """The reply to someone who wants to give to a campaign that has ended."""
    say = Writer(catalog, locale)
    name = campaign.name.get(locale)
    ended = (
        say("campaign-closed-on", campaign=name, day=ended_on) if ended_on else say("campaign-closed", campaign=name)
    )
    step = campaign.next_step.get(locale) if campaign.next_step else ""
    button = say.button("see-open", open_campaign, "primary")
    return Card(title=say("campaign-closed-title"), lines=nonempty(ended, step), rows=row(button))


def campaign_unknown(catalog: Catalog, locale: Locale, *, options: tuple[CampaignOption, ...] = ()) -> Card:
    """No campaign has this name."""
    say = Writer(catalog, locale)
    rows = tuple((option.tap.button(option.campaign.name.get(locale)),) for option in options)
    line = say("campaign-unknown-open") if options else say("nothing-open")
    return Card(title=say("campaign-unknown"), lines=(line,), rows=rows)


def nothing_open(
    catalog: Catalog,
    locale: Locale,
    *,
    preferences: Tap | None = None,  # to be notified of the next one
) -> Card:
    """No campaign is open."""
    say = Writer(catalog, locale)
    button = say.button("preferences-open", preferences)
    return Card(title=say("nothing-open-title"), lines=(say("nothing-open"),), rows=row(button))
