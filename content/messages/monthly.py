"""Monthly gifts: offer, changes, pauses, cancellation, failed renewals, an ended campaign."""

from dataclasses import dataclass
from datetime import date

from content.campaign import Campaign
from content.cards import Button, Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Charity, Choice, Writer, in_rows, nonempty, row
from payments.money import Money


@dataclass(frozen=True, kw_only=True)
class OfferView:
    campaign: Campaign
    choices: tuple[Choice, ...]  # empty if the links are unavailable
    has_none: bool = False  # they asked for their monthly gift and have none
    once: Tap | None = None  # the same amount as a single gift
    other: Tap | None = None  # asks for another amount
    back: Tap | None = None
    refused_contact: str | None = None  # Stripe refuses to make the links: whom to write to
    how_to_end: Tap | None = None  # for one paid through another person's link, which we cannot see


def offer(catalog: Catalog, locale: Locale, view: OfferView) -> Card:
    """The offer of a monthly gift, and how easily it can be cancelled."""
    say = Writer(catalog, locale)
    if not view.choices:
        return _no_links(say, view)
    said = say("monthly-offer", campaign=view.campaign.name.get(locale))
    return Card(
        title=say("monthly-none-title") if view.has_none else say("monthly-offer-title"),
        lines=nonempty(say("monthly-none") if view.has_none else "", said),
        note=say("pay-note"),
        rows=(
            *in_rows([_each(say, choice) for choice in view.choices], 2),
            *row(say.button("monthly-once", view.once, amount=view.choices[0].money)),
            *row(say.button("other-amount", view.other), say.button("monthly-back", view.back)),
            *row(say.button("how-to-end-button", view.how_to_end)),
        ),
    )


def _no_links(say: Writer, view: OfferView) -> Card:
    """Stripe is away, so they can try again, or refuses, so that somebody must look at it."""
    if view.refused_contact is None:
        return Card(
            title=say("monthly-no-links-title"),
            lines=(say("monthly-no-links"),),
            rows=row(say.button("monthly-back", view.back)),
        )
    return Card(
        title=say("monthly-refused-title"),
        lines=(say("monthly-no-links-refused", contact=view.refused_contact),),
        rows=row(say.button("monthly-back", view.back)),
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
    next_on: date | None  # the day of the next gift, after a pause too
    end: Tap | None
    ends_on: date | None = None  # it was ended at Stripe, with the paid period or on a later day
    is_over: bool = False  # nothing more is charged before it ends
    change: Tap | None = None  # one of these two, depending on whether it is proved
    confirm: Tap | None = None
    pause: Tap | None = None
    resume: Tap | None = None
    needs_card: bool = False  # the last payment failed
    new_card: Tap | None = None  # where to change the card, if Stripe shows a page
    is_paused: bool = False
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
            _card_failed(say, view),
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
    """Say when the next gift is, or that none follows."""
    if view.is_over:
        return say("monthly-ends", day=view.ends_on) if view.ends_on else say("monthly-ends-soon")
    if view.is_paused:
        upcoming = say("monthly-paused", day=view.next_on) if view.next_on else say("monthly-paused-open")
    else:
        upcoming = say("monthly-next", day=view.next_on) if view.next_on and not view.needs_card else ""
    return " ".join(nonempty(upcoming, say("monthly-ends-later", day=view.ends_on) if view.ends_on else ""))


def _card_failed(say: Writer, view: PledgeCardView) -> str:
    if not view.needs_card:
        return ""
    return say("monthly-card") if view.new_card else say("monthly-card-mail")


def amounts(catalog: Catalog, locale: Locale, choices: tuple[Choice, ...], *, other: Tap, back: Tap) -> Card:
    """The choice of the amount from the next renewal on."""
    say = Writer(catalog, locale)
    return Card(
        title=say("monthly-amount-title"),
        lines=(say("monthly-amount"),),
        rows=say.amount_rows(choices) + row(say.button("other-amount", other), say.button("monthly-back", back)),
    )


@dataclass(frozen=True, kw_only=True)
class AskView:
    campaign: Campaign
    back: Tap
    changes: bool = False  # a monthly gift that exists


def ask_amount(catalog: Catalog, locale: Locale, view: AskView) -> Card:
    """The question for another amount a month, which the next message answers."""
    say = Writer(catalog, locale)
    return Card(
        title=say("monthly-amount-title"),
        lines=(
            say("monthly-ask", campaign=view.campaign.name.get(locale)),
            say("monthly-amount") if view.changes else say("monthly-ask-next"),
        ),
        rows=row(say.button("monthly-back", view.back)),
    )


@dataclass(frozen=True, kw_only=True)
class ConfirmChangeView:
    campaign: Campaign
    now: Money
    wanted: Choice
    back: Tap
    once: Tap | None = None  # the same amount as a single gift


def confirm_change(catalog: Catalog, locale: Locale, view: ConfirmChangeView) -> Card:
    """The confirmation of an amount that was written: a tapped one needs none."""
    say = Writer(catalog, locale)
    name, wanted = view.campaign.name.get(locale), view.wanted.money
    return Card(
        title=say("monthly-change-title", amount=wanted),
        lines=(say("monthly-change-line", amount=view.now, campaign=name), say("monthly-amount")),
        rows=row(say.button("monthly-change-yes", view.wanted.tap, "primary", amount=wanted))
        + row(say.button("monthly-once", view.once, amount=wanted))
        + row(say.button("monthly-back", view.back)),
    )


def pauses(catalog: Catalog, locale: Locale, choices: tuple[tuple[int, Tap], ...], back: Tap) -> Card:
    """The choice of how many months to pause."""
    say = Writer(catalog, locale)
    buttons = (say.button("monthly-pause-months", tap, "plain", months=months) for months, tap in choices)
    return Card(
        title=say("monthly-pause-title"),
        lines=(say("monthly-pause-line"),),
        rows=(*((one,) for one in buttons), *row(say.button("monthly-back", back))),
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


def stripe_refused(catalog: Catalog, locale: Locale, charity: Charity) -> Card:
    """Stripe refused a change and would again; nothing has changed."""
    say = Writer(catalog, locale)
    return Card(title=say("monthly-refused-title"), lines=(say("monthly-refused", contact=charity.contact),))


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
