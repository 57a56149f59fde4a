"""The next step after a gift: one ordered table decides what is offered, below the thank-you and everywhere else.

A message carries one step. The only one that may stand beside another is the monthly gift, offered once to each donor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

InviterIs = Literal["uninformed", "unknown"]  # not notified of a gift yet; or nobody knows who it was


class Step(StrEnum):
    """What a donor may do next."""

    CLAIM = "claim"  # show that the gift is theirs, while the payment page still proves it
    MANAGE = "manage"  # see the monthly gift
    TELL = "tell"  # let the person who invited them know that they gave
    WHO = "who"  # say who invited them
    AGAIN = "again"  # give the same again
    SHARE = "share"  # tell a friend
    CONSENT = "consent"  # choose which messages they want
    GIFTS = "gifts"  # see their gifts
    MONTHLY = "monthly"  # give every month


class Moment(StrEnum):
    """The message that carries the step."""

    THANKS = "thanks"  # the thank-you
    PROOF = "proof"  # the reply to a proof that the gift is theirs
    QUESTION = "question"  # a message of its own, a minute after the first gift


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterGift:
    """What decides the next step."""

    moment: Moment
    is_first: bool = True  # they gave once so far
    is_even: bool = False  # an even number of times
    is_monthly: bool = False  # the gift renews
    needs_proof: bool = False  # and only the chat can explain how
    was_asked: bool = False  # the thank-you for this gift carried a step other than the proof
    inviter: InviterIs | None = None  # None: nothing to do about who invited them
    can_repeat: bool = False  # a campaign takes the same amount now
    can_share: bool = False
    takes_monthly: bool = False  # the campaign takes monthly gifts now
    gives_monthly: bool = False  # already
    was_offered: bool = False  # a monthly gift, with another gift
    has_chosen: bool = False  # which messages they want
    has_declined: bool = False  # they want neither news nor reminders
    has_case: bool = False  # a case about their gifts is open, or their message awaits an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step: the messages that may carry it, and when. `beside`: it may stand beside the first step that applies."""

    step: Step
    moments: frozenset[Moment]
    when: Callable[[AfterGift], bool]
    beside: bool = False


def _is_calm(facts: AfterGift) -> bool:
    """Whether this is a time to ask for something: once for each gift, and not while a case is open."""
    return not facts.was_asked and not facts.has_case


def _may_give_monthly(facts: AfterGift) -> bool:
    """Whether a monthly gift can be offered: once, and not to someone who gives one or said *No thanks*."""
    gives = facts.is_monthly or facts.gives_monthly
    return facts.takes_monthly and not (gives or facts.was_offered or facts.has_declined)


_THANKS = frozenset({Moment.THANKS})
_PROOF = frozenset({Moment.PROOF})
_EITHER = _THANKS | _PROOF

STEPS: Sequence[Row] = (
    Row(step=Step.CLAIM, moments=_THANKS, when=lambda f: f.needs_proof),
    Row(step=Step.MANAGE, moments=_PROOF, when=lambda f: f.is_monthly),
    Row(step=Step.TELL, moments=_EITHER, when=lambda f: f.inviter == "uninformed"),
    Row(step=Step.WHO, moments=_EITHER, when=lambda f: f.is_first and f.inviter == "unknown"),
    # After a second, fourth ... gift, the same again; after the others, sharing. Each stands in where the other cannot.
    Row(step=Step.AGAIN, moments=_EITHER, when=lambda f: _is_calm(f) and f.is_even and f.can_repeat),
    Row(step=Step.SHARE, moments=_EITHER, when=lambda f: _is_calm(f) and f.can_share),
    Row(step=Step.AGAIN, moments=_EITHER, when=lambda f: _is_calm(f) and not f.is_first and f.can_repeat),
    Row(
        step=Step.CONSENT,
        moments=frozenset({Moment.QUESTION}),
        when=lambda f: _is_calm(f) and f.is_first and not f.has_chosen,
    ),
    Row(step=Step.GIFTS, moments=_PROOF, when=lambda f: True),
    Row(step=Step.MONTHLY, moments=_EITHER, when=lambda f: _is_calm(f) and _may_give_monthly(f), beside=True),
)


def next_steps(facts: AfterGift) -> tuple[Step, ...]:
    """Return the first step of the table that applies, and the monthly gift if it is offered beside it.

    Nothing stands beside the proof, which cannot wait.
    """
    possible = [row for row in STEPS if facts.moment in row.moments and row.when(facts)]
    first = next((row.step for row in possible if not row.beside), None)
    if first is Step.CLAIM:
        return (first,)
    beside = tuple(row.step for row in possible if row.beside)
    return beside if first is None else (first, *beside)
