"""Messages about gifts: thanks, problems, refunds, the list of gifts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from content.campaign import Campaign
from content.cards import Button, ButtonStyle, Card, Picture, Tap
from content.catalog import Catalog, Locale
from content.commands import name_of
from content.messages.giving import progress_line
from content.writer import CampaignProgress, Charity, Writer, nonempty, row
from payments.money import Money

MistakeKind = Literal["wrong_amount", "paid_twice", "wasnt_me", "child"]
# show that it is mine, see my monthly gift, let my inviter know, name them, give it again, tell a friend, see my
# gifts, give every month
NextKind = Literal["claim", "manage", "tell", "who", "again", "share", "gifts", "monthly"]

_NEXT: Mapping[NextKind, str] = {"claim": "unconfirmed-confirm", "manage": "claimed-monthly"}  # shared labels


def receipt_sentence(say: Writer, charity: Charity) -> str:
    """Return the sentence about tax receipts for the charity's legal status."""
    if charity.registration:
        return say(
            "receipt-registered",
            charity=charity.name,
            number=charity.registration,
            contact=charity.contact,
        )
    return say("receipt-unregistered", charity=charity.name)


@dataclass(frozen=True, kw_only=True)
class NextStep:
    kind: NextKind
    tap: Tap
    money: Money | None = None  # given again
    campaign: Campaign | None = None  # to which it is given


@dataclass(frozen=True, kw_only=True)
class MonthlyThanks:
    """What the thank-you for a monthly gift says besides: that it is one, when the next is, and how to end it."""

    is_first: bool
    is_last: bool  # nothing more will be charged
    next_on: date | None
    show: Tap


@dataclass(frozen=True, kw_only=True)
class ThanksView:
    charity: Charity
    campaign: Campaign
    money: Money
    progress: CampaignProgress | None  # including this gift; None if the gift is in another currency
    statement: str = ""  # the line on the card statement
    paid_on: date | None = None  # named if the thank-you is late
    late: bool = False  # the campaign had ended when the gift was paid
    sponsor: str = ""  # the sponsor of the match period
    matched: Money | None = None  # what the sponsor adds; zero if the pool was empty
    ended_on: date | None = None  # the campaign's end, if known
    error: Tap | None = None
    next_steps: tuple[NextStep, ...] = ()  # one, or two to choose from
    monthly: MonthlyThanks | None = None
    picture: Picture | None = None


def seen_before(catalog: Catalog, locale: Locale, card: Card) -> Card:
    """A message that an answer shows already, so that nobody believes to have paid twice."""
    return replace(card, lines=(catalog.text(locale, "gift-seen-before"), *card.lines))


def thanks(catalog: Catalog, locale: Locale, view: ThanksView) -> Card:
    """The thank-you: the amount, what it does, the campaign's progress, and the next step."""
    say = Writer(catalog, locale)
    return Card(
        title=say("thanks-title"),
        lines=nonempty(
            _arrived(say, view),
            _next_gift(say, view.monthly),
            _after_end(say, view),
            _matched(say, view),
            say.does(view.campaign, view.money),
            _thanks_progress(say, view.progress),
            say("thanks-statement", statement=view.statement) if view.statement else "",
        ),
        note=receipt_sentence(say, view.charity),
        picture=view.picture,
        rows=_next(say, view.next_steps)
        + row(say.button("thanks-monthly-change", view.monthly.show if view.monthly else None))
        + row(say.button("error-button", view.error)),
    )


def _arrived(say: Writer, view: ThanksView) -> str:
    name = view.campaign.name.get(say.locale)
    amount = say.money(view.money, name_currency=view.money.currency != view.campaign.currency)
    if view.monthly is None:
        key, late = "thanks-arrived", "thanks-arrived-on"
    elif view.monthly.is_first:
        key, late = "thanks-monthly-begun", "thanks-monthly-begun-on"
    else:
        key, late = "thanks-monthly-arrived", "thanks-monthly-arrived-on"
    if view.paid_on:
        return say(late, amount=amount, campaign=name, day=view.paid_on)
    return say(key, amount=amount, campaign=name)


def _next_gift(say: Writer, monthly: MonthlyThanks | None) -> str:
    """Return when the next monthly gift is, and how to end it; empty for a single gift."""
    if monthly is None:
        return ""
    if monthly.is_last:
        return say("thanks-monthly-last")
    next_on = say("thanks-monthly-next", day=monthly.next_on) if monthly.next_on else ""
    return " ".join(nonempty(next_on, say("thanks-monthly-how", command=name_of("monthly", say.locale))))


def _matched(say: Writer, view: ThanksView) -> str:
    if not view.sponsor or view.matched is None:
        return ""
    if not view.matched.is_positive:
        return say("thanks-match-empty", sponsor=view.sponsor)
    key = "thanks-matched" if view.matched.minor >= view.money.minor else "thanks-matched-part"
    return say(key, sponsor=view.sponsor, added=view.matched)


def _after_end(say: Writer, view: ThanksView) -> str:
    if not view.late and view.ended_on is None:
        return ""
    said = say("thanks-after-end", day=view.ended_on) if view.ended_on else say("thanks-after-end-undated")
    step = view.campaign.next_step
    return f"{said} {step.get(say.locale)}" if step else said


def _thanks_progress(say: Writer, progress: CampaignProgress | None) -> str:
    if progress is None or progress.phase == "first":
        return ""
    where = "" if progress.phase == "start" else progress_line(say, progress)
    if progress.phase in ("half", "reached"):  # their sentences contain the total
        return where
    return " ".join(nonempty(say("thanks-total", raised=progress.raised), where))


@dataclass(frozen=True, kw_only=True)
class ErrorCaseView:
    campaign: Campaign
    money: Money
    paid_on: date
    wrong_amount: Tap
    paid_twice: Tap
    wasnt_me: Tap
    child: Tap
    back: Tap | None = None


def error_case(catalog: Catalog, locale: Locale, view: ErrorCaseView) -> Card:
    """The reply to « Une erreur? »: which mistake it is."""
    say = Writer(catalog, locale)
    name = view.campaign.name.get(locale)
    return Card(
        title=say("error-title"),
        lines=(
            say("error-gift", amount=view.money, campaign=name, day=view.paid_on),
            say("error-ask"),
        ),
        rows=row(say.button("error-wrong-amount", view.wrong_amount))
        + row(say.button("error-paid-twice", view.paid_twice))
        + row(say.button("error-wasnt-me", view.wasnt_me))
        + row(say.button("error-child", view.child))
        + row(say.button("error-none", view.back)),
    )


def error_kept(
    catalog: Catalog,
    locale: Locale,
    *,
    charity: Charity,
    case: int,  # number of the case, for when they write
    kind: MistakeKind,
) -> Card:
    """The case was recorded; a person will look at it."""
    say = Writer(catalog, locale)
    return Card(
        title=say("error-kept-title"),
        lines=(
            say("error-kept-" + kind.replace("_", "-")),
            say("error-kept-who", charity=charity.name, contact=charity.contact),
        ),
        note=say("error-kept-number", number=str(case)),
    )


def refund_notice(
    catalog: Catalog,
    locale: Locale,
    *,
    charity: Charity,
    campaign: Campaign,
    money: Money,  # the gift
    refunded: Money,  # what goes back in all; less than `money` for a part
) -> Card:
    """A gift was refunded, fully or partly."""
    say = Writer(catalog, locale)
    part = "refund-full" if refunded == money else "refund-part"
    name = campaign.name.get(locale)
    return Card(
        title=say("refund-title"),
        lines=(
            say(part, refunded=refunded, amount=money, campaign=name),
            say("refund-when"),
        ),
        note=say("questions", contact=charity.contact),
    )


def payment_pending(
    catalog: Catalog,
    locale: Locale,
    *,
    campaign: Campaign,
    money: Money,
    confirm: Tap | None = None,  # whether it is theirs is not known: what becomes of it is for its payer
) -> Card:
    """A bank debit was ordered and is not paid yet."""
    say = Writer(catalog, locale)
    name = campaign.name.get(locale)
    wait = "pending-wait" if confirm is None else "pending-wait-unconfirmed"
    return Card(
        title=say("pending-title"),
        lines=(say("pending-line", amount=money, campaign=name), say(wait)),
        rows=row(say.button("unconfirmed-confirm", confirm)),
    )


def payment_failed(
    catalog: Catalog, locale: Locale, *, campaign: Campaign, money: Money, retry: Tap | None = None
) -> Card:
    """A payment failed: no blame, and one button to try again."""
    say = Writer(catalog, locale)
    name = campaign.name.get(locale)
    return Card(
        title=say("failed-title"),
        lines=(say("failed-line", amount=money, campaign=name), say("failed-mend")),
        rows=row(say.button("failed-retry", retry, "primary")),
    )


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    campaign: Campaign
    money: Money
    paid_on: date
    mine: Tap
    not_mine: Tap | None = None
    monthly: bool = False
    last_step: bool = False  # they were asked in this chat already


def claim_ask(catalog: Catalog, locale: Locale, view: ClaimView) -> Card:
    """The question to someone who follows the return page's link: is this unclaimed gift theirs?"""
    say = Writer(catalog, locale)
    name = view.campaign.name.get(locale)
    line = "claim-line-monthly" if view.monthly else "claim-line"
    return Card(
        title=say("claim-title"),
        lines=nonempty(
            say(line, amount=view.money, campaign=name, day=view.paid_on), say("claim-last") if view.last_step else ""
        ),
        rows=row(
            say.button("claim-mine", view.mine, "primary"),
            say.button("claim-not-mine", view.not_mine),
        ),
    )


def claim_done(
    catalog: Catalog,
    locale: Locale,
    *,
    money: Money,
    next_steps: tuple[NextStep, ...] = (),
    monthly: MonthlyThanks | None = None,
) -> Card:
    """The gift is now theirs; the next step. For a monthly gift, this is the thank-you that says so."""
    say = Writer(catalog, locale)
    return Card(
        title=say("claim-done-title"),
        lines=nonempty(say("claim-done-monthly" if monthly else "claim-done", amount=money), _next_gift(say, monthly)),
        rows=_next(say, next_steps),
    )


def _next(say: Writer, steps: tuple[NextStep, ...]) -> tuple[tuple[Button, ...], ...]:
    """Return a row for each step. Of two, neither is highlighted, and a monthly gift never is."""
    return tuple((_next_button(say, step, is_only=len(steps) == 1),) for step in steps)


def _next_button(say: Writer, step: NextStep, *, is_only: bool) -> Button:
    style: ButtonStyle = "primary" if is_only and step.kind != "monthly" else "plain"
    if step.money is not None and step.campaign is not None:
        return again_button(say, step.money, step.campaign, step.tap, style)
    return say.button(_NEXT.get(step.kind, f"next-{step.kind}"), step.tap, style)


def again_button(say: Writer, money: Money, campaign: Campaign, tap: Tap, style: ButtonStyle) -> Button:
    """Return the button « Redonner 15 $ », with the campaign's name."""
    return say.button("next-again", tap, style, amount=money, campaign=campaign.name.get(say.locale))


@dataclass(frozen=True, kw_only=True)
class ClaimRefusedView:
    charity: Charity


def claim_refused(catalog: Catalog, locale: Locale, view: ClaimRefusedView) -> Card:
    """The claim link was used already, or is not ours."""
    say = Writer(catalog, locale)
    return Card(
        title=say("claim-refused-title"),
        lines=(say("claim-refused"),),
        note=say("questions", contact=view.charity.contact),
    )


def claim_wait(catalog: Catalog, locale: Locale, again: Tap) -> Card:
    """The claim arrived before Stripe's event about the payment: try again."""
    say = Writer(catalog, locale)
    return Card(title=say("claim-title"), lines=(say("claim-wait"),), rows=row(say.button("try-again", again)))


def claimed_elsewhere(catalog: Catalog, locale: Locale, view: ClaimRefusedView) -> Card:
    """A gift that the reader was thanked for was confirmed by its payer on another account."""
    say = Writer(catalog, locale)
    return Card(
        title=say("claimed-elsewhere-title"),
        lines=(say("claimed-elsewhere"),),
        note=say("questions", contact=view.charity.contact),
    )


def wasnt_me(
    catalog: Catalog,
    locale: Locale,
    *,
    charity: Charity,
    campaign: Campaign,
    money: Money,
    paid_on: date,
    confirm: Tap | None = None,  # None: it is done
) -> Card:
    """The reply to « Ce n’était pas moi »: a confirmation, then the result."""
    say = Writer(catalog, locale)
    name = campaign.name.get(locale)
    step = "ask" if confirm else "done"
    return Card(
        title=say(f"wasnt-me-{step}-title"),
        lines=(
            say(f"wasnt-me-{step}", amount=money, campaign=name, day=paid_on),
            say("wasnt-me-card", contact=charity.contact),
        ),
        rows=row(say.button("wasnt-me-confirm", confirm, "danger")),
    )
