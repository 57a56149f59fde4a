"""Monthly gifts: offer, changes, pauses, cancellation, failed renewals, an ended campaign. And covering the fee."""

from dataclasses import dataclass
from datetime import date

from content.campaign import Campaign
from content.cards import Button, Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Charity, Choice, Writer, nonempty, row
from payments.money import Money


@dataclass(frozen=True, kw_only=True)
class OfferView:
    campaign: Campaign
    choices: tuple[Choice, ...]  # empty if the links are unavailable
    has_none: bool = False  # they asked for their monthly gift and have none
    how_to_end: Tap | None = None  # for one paid through another person's link, which we cannot see


def offer(catalog: Catalog, locale: Locale, view: OfferView) -> Card:
    """The offer of a monthly gift, and how easily it can be cancelled."""
    say = Writer(catalog, locale)
    if not view.choices:
        return Card(title=say("monthly-no-links-title"), lines=(say("monthly-no-links"),))
    said = say("monthly-offer", campaign=view.campaign.name.get(locale))
    return Card(
        title=say("monthly-none-title") if view.has_none else say("monthly-offer-title"),
        lines=nonempty(say("monthly-none") if view.has_none else "", said),
        note=say("pay-note"),
        rows=(
            *((_each(say, choice),) for choice in view.choices),
            *row(say.button("how-to-end-button", view.how_to_end)),
        ),
    )


def _each(say: Writer, choice: Choice) -> Button:
    return say.button("monthly-each", choice.tap, "primary", amount=choice.money)


def none(catalog: Catalog, locale: Locale, how_to_end: Tap) -> Card:
    """They asked for their monthly gift and have none, and no campaign is open."""
    say = Writer(catalog, locale)
    how = row(say.button("how-to-end-button", how_to_end))
    return Card(title=say("monthly-none-title"), lines=(say("monthly-none"),), rows=how)


@dataclass(frozen=True, kw_only=True)
class OtherView:
    """Another monthly gift of the same person."""

    campaign: Campaign
    money: Money
    show: Tap


@dataclass(frozen=True, kw_only=True)
class PledgeCardView:
    campaign: Campaign
    money: Money
    next_on: date | None
    end: Tap
    change: Tap | None = None  # one of these two, depending on whether it is proved
    confirm: Tap | None = None
    pause: Tap | None = None
    resume: Tap | None = None
    new_card: Tap | None = None  # the last payment failed
    is_paused: bool = False
    paused_until: date | None = None
    saved: bool = False
    others: tuple[OtherView, ...] = ()


def pledge(catalog: Catalog, locale: Locale, view: PledgeCardView) -> Card:
    """A monthly gift's current state, with all possible changes."""
    say = Writer(catalog, locale)
    return Card(
        title=say("monthly-title"),
        lines=nonempty(
            say("monthly-saved") if view.saved else "",
            say("monthly-line", amount=view.money, campaign=view.campaign.name.get(locale)),
            _when(say, view),
            say("monthly-card") if view.new_card else "",
        ),
        rows=(
            *row(say.button("monthly-mend", view.new_card, "primary")),
            *row(say.button("unconfirmed-confirm", view.confirm, "primary")),
            *row(say.button("monthly-change", view.change)),
            *row(say.button("monthly-pause", view.pause), say.button("monthly-resume", view.resume)),
            *row(say.button("monthly-end", view.end)),
            *row(*(_other(say, one) for one in view.others)),
        ),
    )


def _other(say: Writer, one: OtherView) -> Button:
    return say.button("monthly-other", one.show, amount=one.money, campaign=one.campaign.name.get(say.locale))


def _when(say: Writer, view: PledgeCardView) -> str:
    if view.is_paused:
        return say("monthly-paused", day=view.paused_until) if view.paused_until else say("monthly-paused-open")
    return say("monthly-next", day=view.next_on) if view.next_on and not view.new_card else ""


def amounts(catalog: Catalog, locale: Locale, choices: tuple[Choice, ...]) -> Card:
    """The choice of the amount from the next renewal on."""
    say = Writer(catalog, locale)
    return Card(title=say("monthly-amount-title"), lines=(say("monthly-amount"),), rows=say.amount_rows(choices))


def pauses(catalog: Catalog, locale: Locale, choices: tuple[tuple[int, Tap], ...]) -> Card:
    """The choice of how many months to pause."""
    say = Writer(catalog, locale)
    buttons = (say.button("monthly-pause-months", tap, "plain", months=months) for months, tap in choices)
    return Card(
        title=say("monthly-pause-title"), lines=(say("monthly-pause-line"),), rows=tuple((one,) for one in buttons)
    )


def ask_end(catalog: Catalog, locale: Locale, campaign: Campaign, money: Money, sure: Tap, keep: Tap) -> Card:
    """The only confirmation before cancelling."""
    say = Writer(catalog, locale)
    return Card(
        title=say("monthly-end-title"),
        lines=(say("monthly-end-line", amount=money, campaign=campaign.name.get(locale)),),
        rows=row(say.button("monthly-end-sure", sure), say.button("monthly-end-keep", keep)),
    )


def ended(catalog: Catalog, locale: Locale, campaign: Campaign) -> Card:
    """The monthly gift was cancelled, here or at Stripe."""
    say = Writer(catalog, locale)
    return Card(title=say("monthly-ended-title"), lines=(say("monthly-ended", campaign=campaign.name.get(locale)),))


def stripe_unreachable(catalog: Catalog, locale: Locale, again: Tap) -> Card:
    """Stripe did not respond; nothing has changed."""
    say = Writer(catalog, locale)
    return Card(
        title=say("monthly-trouble-title"),
        lines=(say("monthly-trouble"),),
        rows=row(say.button("try-again", again)),
    )


def renewal_failed(catalog: Catalog, locale: Locale, campaign: Campaign, money: Money, new_card: Tap) -> Card:
    """A renewal failed: no blame, and the button to change the card."""
    say = Writer(catalog, locale)
    return Card(
        title=say("monthly-failed-title"),
        lines=(
            say("monthly-failed", amount=money, campaign=campaign.name.get(locale)),
            say("monthly-failed-how"),
        ),
        rows=row(say.button("monthly-mend", new_card, "primary")),
    )


@dataclass(frozen=True, kw_only=True)
class MovedView:
    charity: Charity
    campaign: Campaign
    money: Money
    end: Tap
    following: Campaign | None = None  # the campaign that staff chose for it
    agree: Tap | None = None


def moved(catalog: Catalog, locale: Locale, view: MovedView) -> Card:
    """A monthly gift's campaign has ended: the choice of where it goes next."""
    say = Writer(catalog, locale)
    name = view.campaign.name.get(locale)
    if view.following is None:
        said = say("monthly-moved-nowhere", campaign=name, amount=view.money, charity=view.charity.name)
    else:
        said = say("monthly-moved", campaign=name, amount=view.money, next=view.following.name.get(locale))
    return Card(
        title=say("monthly-moved-title"),
        lines=(said,),
        rows=row(say.button("monthly-moved-yes", view.agree, "primary"), say.button("monthly-end", view.end)),
    )


def moved_done(catalog: Catalog, locale: Locale, campaign: Campaign) -> Card:
    """The monthly gift now goes to another campaign."""
    say = Writer(catalog, locale)
    return Card(title=say("monthly-saved"), lines=(say("monthly-moved-done", campaign=campaign.name.get(locale)),))


def cover(catalog: Catalog, locale: Locale, amount: Money, fee: Money, choice: Choice) -> Card:
    """The approximate fee and the total, shown before paying."""
    say = Writer(catalog, locale)
    return Card(
        title=say("cover-title"),
        lines=(say("cover-line", fee=fee, total=choice.money, amount=amount),),
        note=say("pay-note"),
        rows=((say.give(choice),),),
    )
