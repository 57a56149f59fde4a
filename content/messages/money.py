"""Refunds, duplicates and disputes: the donors' messages about duplicates, and the staff's about all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from content.campaign import Campaign
from content.cards import Button, Card, Tap
from content.catalog import Catalog, Locale
from content.writer import Charity, Writer, nonempty, row
from payments.money import Money

UNANSWERED = "unanswered"  # why a refund fails: Stripe could not be reached for too long


def dated(catalog: Catalog, locale: Locale, card: Card, day: date) -> Card:
    """A late service message, with the day of what it reports."""
    return replace(card, lines=(*card.lines, Writer(catalog, locale)("money-dated", day=day)))


# --- donors -------------------------------------------------------------------------------------
def duplicate(
    catalog: Catalog,
    locale: Locale,
    *,
    campaign: Campaign,
    money: Money,  # of each of the two
    back: Tap,
    keep: Tap,
) -> Card:
    """The question about two similar gifts within minutes: was that intended?"""
    say = Writer(catalog, locale)
    return Card(
        title=say("double-title"),
        lines=(say("double-line", amount=money, campaign=campaign.name.get(locale)), say("double-choice")),
        rows=(
            (say.button("double-back", back, "primary"),),
            (say.button("double-keep", keep),),
        ),
    )


def duplicate_kept(catalog: Catalog, locale: Locale) -> Card:
    """Both gifts are kept."""
    say = Writer(catalog, locale)
    return Card(title=say("thanks-title"), lines=(say("double-kept"),))


def duplicate_refunded(catalog: Catalog, locale: Locale, money: Money) -> Card:
    """The second gift will be refunded; the notice of the refund follows Stripe's event."""
    say = Writer(catalog, locale)
    return Card(title=say("error-kept-title"), lines=(say("double-returns", amount=money), say("refund-when")))


def duplicate_refused(catalog: Catalog, locale: Locale, money: Money, charity: Charity) -> Card:
    """The refund could not be made automatically; staff have been notified."""
    say = Writer(catalog, locale)
    return Card(
        title=say("error-kept-title"),
        lines=(say("double-refused", amount=money, charity=charity.name),),
        note=say("questions", contact=charity.contact),
    )


def refund_failed(catalog: Catalog, locale: Locale, charity: Charity, campaign: Campaign, failed: Money) -> Card:
    """The bank returned a refund that they were notified of."""
    say = Writer(catalog, locale)
    return Card(
        title=say("refund-failed-title"),
        lines=(
            say("refund-failed", amount=failed, campaign=campaign.name.get(locale)),
            say("refund-failed-next", charity=charity.name),
        ),
    )


# --- notices to staff ---------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class TroubleView:
    """A disputed or suspicious gift, without any name. `until`: the deadline for evidence."""

    kind: Literal["dispute", "fraud_warning", "refund_refused", "refund_failed", "donor_refund"]
    number: int
    campaign: Campaign
    money: Money
    paid_on: date | None
    stripe: Tap
    zone: str
    until: datetime | None = None
    why: str = ""  # Stripe's reason
    refund: Tap | None = None


_TROUBLE: Mapping[str, tuple[str, str]] = {
    "dispute": ("staff-dispute-title", "staff-dispute-todo"),
    "fraud_warning": ("staff-fraud-title", "staff-fraud-todo"),
    "refund_refused": ("staff-refund-refused-title", "staff-refund-refused-todo"),
    "refund_failed": ("staff-refund-failed-title", "staff-refund-failed-todo"),
    "donor_refund": ("staff-donor-refund-title", "staff-donor-refund-todo"),
}


def trouble(catalog: Catalog, locale: Locale, view: TroubleView) -> Card:
    """The notice: what happened to a gift, what to do and by when."""
    say = Writer(catalog, locale)
    title, todo = _TROUBLE[view.kind]
    until = say("staff-dispute-until", until=catalog.moment(locale, view.until, view.zone)) if view.until else ""
    why = _stripe_says(say, view.why) if view.why else ""
    return Card(
        title=say(title),
        lines=nonempty(_about(say, view.campaign, view.money, view.paid_on), until, why, say(todo)),
        note=say("staff-gift-number", number=str(view.number)),
        rows=row(say.button("staff-open-stripe", view.stripe), say.button("staff-refund-button", view.refund)),
    )


def intake_error(catalog: Catalog, locale: Locale, what: str, why: str, stripe: Tap) -> Card:
    """A notice: an event from Stripe could not be applied; it is stored and retried."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-intake-title"),
        lines=(say("staff-intake-what", type=what), say("staff-intake-why", why=why), say("staff-intake-todo")),
        rows=row(say.button("staff-open-stripe", stripe)),
    )


# --- refunds by an owner ------------------------------------------------------------------------
REASONS: Mapping[str, str] = {
    "double": "staff-refund-double",
    "wrong": "staff-refund-wrong",
    "theirs": "staff-refund-theirs",
    "fraud": "staff-refund-fraud",
    "other": "staff-refund-other",
}
_BARRED: Mapping[str, str] = {
    "offline": "staff-refund-offline",
    "unpaid": "staff-refund-unpaid",
    "disputed": "staff-refund-disputed",
    "gone": "staff-refund-gone",
    "too_much": "staff-refund-too-much",
    "meanwhile": "staff-refund-meanwhile",
    "no_payment": "staff-refund-no-payment",
    "second": "staff-refund-needs-second",
    "expired": "staff-refund-expired",
}


@dataclass(frozen=True, kw_only=True)
class RefundGiftView:
    """A gift that an owner may refund: amount, day, campaign and state, without a name."""

    number: int
    campaign: Campaign
    money: Money
    paid_on: date | None
    left: Money | None  # what can still be refunded
    barred: str = ""  # why it cannot be refunded, or the typed amount cannot: a key of _BARRED
    whole: Tap | None = None
    part: Tap | None = None
    age: Tap | None = None
    offline: Tap | None = None  # of a gift outside Stripe: shows what staff can do with it
    deceased: Tap | None = None


def refund_gift(catalog: Catalog, locale: Locale, view: RefundGiftView) -> Card:
    """One gift, with the choice of how much to refund."""
    say = Writer(catalog, locale)
    left = say("staff-refund-left", amount=view.left) if view.left else ""
    problem = say(_BARRED[view.barred]) if view.barred else ""
    whole = say.button("staff-refund-whole", view.whole, "primary", amount=view.left) if view.left else None
    return Card(
        title=say("staff-refund-title"),
        lines=nonempty(_about(say, view.campaign, view.money, view.paid_on), left, problem),
        note=say("staff-gift-number", number=str(view.number)),
        rows=row(
            whole,
            say.button("staff-refund-part", view.part),
            say.button("staff-offline-see", view.offline, "primary"),
        )
        + row(
            say.button("staff-age-button", view.age),
            say.button("staff-deceased-button", view.deceased),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class FoundGift:
    """A gift to choose, without a name."""

    campaign: Campaign
    money: Money
    paid_on: date | None
    show: Tap


Result = Literal["latest", "found", "unknown"]


def gift_buttons(say: Writer, found: Sequence[FoundGift]) -> tuple[tuple[Button, ...], ...]:
    """Return one button for each gift: amount, day and campaign."""
    return tuple((one.show.button(_about(say, one.campaign, one.money, one.paid_on).rstrip(".")),) for one in found)


def refund_find(
    catalog: Catalog, locale: Locale, search: Tap, cancel: Tap, found: Sequence[FoundGift], result: Result
) -> Card:
    """Choose a gift: from the latest ones, or from those that fit what was typed."""
    say = Writer(catalog, locale)
    heading = {"latest": "staff-refund-latest", "found": "staff-refund-found", "unknown": "staff-refund-unknown"}
    lines = (say(heading[result]), say("staff-refund-find"))
    last = row(say.button("staff-refund-search", search), say.button("staff-cancel", cancel))
    return Card(title=say("staff-refund-title"), lines=lines, rows=(*gift_buttons(say, found), *last))


def refund_search(catalog: Catalog, locale: Locale, cancel: Tap) -> Card:
    """The question for a day, an amount or a number."""
    say = Writer(catalog, locale)
    line = say("staff-refund-search-ask")
    return Card(title=say("staff-refund-title"), lines=(line,), rows=row(say.button("staff-cancel", cancel)))


def refund_amount(catalog: Catalog, locale: Locale, left: Money, cancel: Tap, *, again: bool) -> Card:
    """The question for the amount. `again`: the last answer was no amount, or too much."""
    say = Writer(catalog, locale)
    lines = nonempty(say("staff-refund-amount") if again else "", say("staff-refund-how-much", amount=left))
    return Card(title=say("staff-refund-title"), lines=lines, rows=row(say.button("staff-cancel", cancel)))


def refund_reason(catalog: Catalog, locale: Locale, money: Money, reasons: Sequence[tuple[str, Tap]]) -> Card:
    """The question for the reason, which goes to the audit log."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-refund-title"),
        lines=(say("staff-refund-why", amount=money),),
        rows=tuple((tap.button(say(REASONS[reason])),) for reason, tap in reasons),
    )


def refund_write(catalog: Catalog, locale: Locale, cancel: Tap) -> Card:
    """The question for a typed reason."""
    say = Writer(catalog, locale)
    line = say("staff-refund-write")
    return Card(title=say("staff-refund-title"), lines=(line,), rows=row(say.button("staff-cancel", cancel)))


def refund_form(catalog: Catalog, locale: Locale, what: Literal["number", "amount", "reason"]) -> tuple[str, str]:
    """Return title and label of the form for the same question."""
    say = Writer(catalog, locale)
    labels = {
        "number": "staff-refund-label-number",
        "amount": "staff-refund-label-amount",
        "reason": "staff-refund-label-reason",
    }
    return say("staff-refund-title"), say(labels[what])


@dataclass(frozen=True, kw_only=True)
class RefundSureView:
    campaign: Campaign
    money: Money  # the amount to refund
    paid_on: date | None
    reason: str  # a key of REASONS, or typed text
    yes: Tap | None  # refunds it
    no: Tap
    ask: Tap | None = None  # asks a second owner instead


def confirm_refund(catalog: Catalog, locale: Locale, view: RefundSureView) -> Card:
    """The confirmation: a refund cannot be undone."""
    say = Writer(catalog, locale)
    reason = say(REASONS[view.reason]) if view.reason in REASONS else view.reason
    about = _about(say, view.campaign, view.money, view.paid_on)
    return Card(
        title=say("staff-refund-sure-title", amount=view.money),
        lines=nonempty(
            about,
            say("staff-refund-reason", reason=reason),
            say("staff-refund-needs-second") if view.ask is not None else "",
            say("staff-refund-sure"),
        ),
        rows=row(
            say.button("staff-refund-yes", view.yes, "danger", amount=view.money),
            say.button("staff-refund-ask-second", view.ask, "primary"),
            say.button("staff-cancel", view.no),
        ),
    )


def second_asked(catalog: Catalog, locale: Locale) -> Card:
    """A second owner was asked to confirm a refund."""
    say = Writer(catalog, locale)
    return Card(title=say("staff-refund-title"), lines=(say("staff-refund-second-asked"),))


def second_wanted(catalog: Catalog, locale: Locale, money: Money, by: str, reason: str, see: Tap) -> Card:
    """A notice: a refund awaits a second owner."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-refund-second-title"),
        lines=(say("staff-refund-second-by", name=by, amount=money), say("staff-refund-reason", reason=reason)),
        rows=row(say.button("staff-refund-see", see, "primary")),
    )


def second_expired(catalog: Catalog, locale: Locale, money: Money, by: str, reason: str, see: Tap) -> Card:
    """A notice: no second owner confirmed a refund in time."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-refund-expired-title"),
        lines=(say("staff-refund-expired-by", name=by, amount=money), say("staff-refund-reason", reason=reason)),
        rows=row(say.button("staff-refund-see-gift", see)),
    )


def only_owner(catalog: Catalog, locale: Locale, team: Tap, back: Tap) -> Card:
    """A refund for another reason needs a second owner, and there is none: what to do."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-refund-title"),
        lines=(say("staff-refund-only-owner"), say("staff-refund-only-owner-how")),
        rows=row(say.button("staff-home-team", team, "primary"), say.button("staff-back", back)),
    )


RefundOutcome = Literal["sent", "later", "refused"]


def refund_outcome(refund_id: str | None, refused: str | None) -> RefundOutcome:
    """Return the result of a request: accepted by Stripe, refused, or not answered yet."""
    if refused is not None:
        return "refused"
    return "sent" if refund_id is not None else "later"


def refund_done(catalog: Catalog, locale: Locale, money: Money, outcome: RefundOutcome, why: str = "") -> Card:
    """The result of a refund request."""
    say = Writer(catalog, locale)
    if outcome == "refused":
        lines = (_stripe_says(say, why), say("staff-refund-refused-todo"))
        return Card(title=say("staff-refund-refused-title"), lines=lines)
    line = say("staff-refund-sent", amount=money) if outcome == "sent" else say("staff-refund-later", amount=money)
    return Card(title=say("staff-refund-title"), lines=(line,))


def _stripe_says(say: Writer, why: str) -> str:
    return say("staff-refund-unanswered") if why == UNANSWERED else say("staff-refund-refused-why", why=why)


def _about(say: Writer, campaign: Campaign, money: Money, paid_on: date | None) -> str:
    name = campaign.name.get(say.locale)
    if paid_on is None:
        return say("staff-gift-undated", amount=money, campaign=name)
    return say("staff-gift-line", amount=money, campaign=name, day=paid_on)
