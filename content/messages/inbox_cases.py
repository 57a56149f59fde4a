"""Cases: something about a gift or a person that a member of staff must look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from content.campaign import Campaign
from content.cards import Card, Tap
from content.catalog import Catalog, Locale
from content.messages.money import FoundGift, gift_buttons
from content.writer import Charity, Writer, nonempty, row
from payments.money import Money

_CASES: Mapping[str, str] = {
    "wrong_amount": "staff-case-wrong-amount",
    "paid_twice": "staff-case-paid-twice",
    "double_unsure": "staff-case-double-unsure",
    "wasnt_me": "staff-case-wasnt-me",
    "linked": "staff-case-linked",
    "dispute": "staff-case-dispute",
    "fraud_warning": "staff-case-fraud-warning",
    "refund_failed": "staff-case-refund-failed",
    "second_claim": "staff-case-second-claim",
    "second_payment": "staff-case-second-payment",
    "child": "staff-case-child",
}


@dataclass(frozen=True, kw_only=True)
class CaseView:
    number: int
    kind: str
    campaign: Campaign | None  # these three are None if the case concerns no gift
    money: Money | None
    paid_on: date | None
    due_on: date | None = None
    is_open: bool = True
    close: Tap | None = None
    reply: Tap | None = None
    refund: Tap | None = None
    age: Tap | None = None
    deceased: Tap | None = None
    others: Sequence[FoundGift] = ()  # the same person's: others of that week, or the latest if it concerns no gift


def case(catalog: Catalog, locale: Locale, view: CaseView) -> Card:
    """A case: something about a gift, or about linked accounts, that a person must look at."""
    say = Writer(catalog, locale)
    gift = ""
    if view.campaign is not None and view.money is not None and view.paid_on is not None:
        gift = say("staff-case-gift", amount=view.money, campaign=view.campaign.name.get(locale), day=view.paid_on)
    return Card(
        title=say("staff-case-title", number=str(view.number)),
        lines=nonempty(
            say(_CASES[view.kind]),
            say("staff-case-child-how") if view.kind == "child" and view.is_open else "",
            gift,
            say("staff-case-due", day=view.due_on) if view.due_on is not None else "",
            "" if view.is_open else say("staff-case-is-closed"),
            say("staff-case-others" if gift else "staff-case-latest") if view.others else "",
        ),
        rows=gift_buttons(say, view.others)
        + row(
            say.button("staff-words-reply", view.reply, "primary"),
            say.button("staff-refund-button" if gift else "staff-case-find", view.refund),
        )
        + row(
            say.button("staff-case-close", view.close),
            say.button("staff-age-button", view.age),
            say.button("staff-deceased-button", view.deceased),
        ),
    )


def linked(catalog: Catalog, locale: Locale, case: Tap) -> Card:
    """A notice: two accounts were linked."""
    say = Writer(catalog, locale)
    return Card(
        title=say("staff-linked-title"),
        lines=(say("staff-linked"),),
        rows=row(say.button("staff-linked-case", case)),
    )


def case_closed(catalog: Catalog, locale: Locale, number: int, write: Tap | None, *, before: bool) -> Card:
    """A case was closed, now or before; a message to the supporter can follow."""
    say = Writer(catalog, locale)
    label = say("staff-case-closed-told") if write is not None else say("staff-case-closed")
    line = say("staff-case-closed-before") if before else label
    return Card(
        title=say("staff-case-closed-title", number=str(number)),
        lines=(line,),
        rows=row(say.button("staff-case-write", write)),
    )


def cases(catalog: Catalog, locale: Locale, found: tuple[tuple[int, str, Tap], ...]) -> Card:
    """All open cases as buttons."""
    say = Writer(catalog, locale)
    if not found:
        return Card(title=say("staff-cases-title"), lines=(say("staff-cases-none"),))
    lines = [say("staff-cases-line", number=str(number), what=say(_CASES[kind])) for number, kind, _ in found]
    rows = tuple((tap.button(say("staff-case-title", number=str(number))),) for number, _, tap in found[:5])
    return Card(title=say("staff-cases-title"), lines=tuple(lines), rows=rows)


# --- what supporters read -------------------------------------------------------------------------
def case_over(catalog: Catalog, locale: Locale, charity: Charity, number: int) -> Card:
    """The mistake they reported about a gift was handled."""
    say = Writer(catalog, locale)
    return Card(
        title=say("case-over-title", number=str(number)),
        lines=(say("case-over", charity=charity.name),),
        note=say("relayed-note"),
    )
