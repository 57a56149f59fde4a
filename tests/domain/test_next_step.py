"""The table of next steps after a gift."""

from dataclasses import replace
from itertools import product

import pytest

from bot.domain.next_step import AfterGift, Moment, Step, next_steps

FIRST = AfterGift(moment=Moment.THANKS, can_share=True, can_repeat=True, takes_monthly=True)
SECOND = replace(FIRST, is_first=False, is_even=True)
THIRD = replace(FIRST, is_first=False)
PROOF = replace(FIRST, moment=Moment.PROOF)
QUESTION = AfterGift(moment=Moment.QUESTION)
MONTHLY = Step.MONTHLY


@pytest.mark.parametrize(
    ("facts", "steps"),
    [
        # the thank-you for a first gift
        (FIRST, (Step.SHARE, MONTHLY)),
        (replace(FIRST, needs_proof=True), (Step.CLAIM,)),
        (replace(FIRST, needs_proof=True, inviter="uninformed"), (Step.CLAIM,)),
        (replace(FIRST, inviter="uninformed"), (Step.TELL, MONTHLY)),
        (replace(FIRST, inviter="unknown"), (Step.WHO, MONTHLY)),
        (replace(FIRST, can_share=False), (MONTHLY,)),
        (replace(FIRST, can_share=False, takes_monthly=False), ()),
        # a monthly gift is never offered then
        (replace(FIRST, takes_monthly=False), (Step.SHARE,)),
        (replace(FIRST, is_monthly=True), (Step.SHARE,)),
        (replace(FIRST, gives_monthly=True), (Step.SHARE,)),
        (replace(FIRST, was_offered=True), (Step.SHARE,)),
        (replace(FIRST, has_chosen=True), (Step.SHARE, MONTHLY)),
        (replace(FIRST, has_chosen=True, has_declined=True), (Step.SHARE,)),
        (replace(FIRST, has_case=True), ()),
        # later gifts
        (SECOND, (Step.AGAIN, MONTHLY)),
        (replace(SECOND, takes_monthly=False), (Step.AGAIN,)),
        (replace(SECOND, can_repeat=False), (Step.SHARE, MONTHLY)),
        (replace(SECOND, inviter="uninformed"), (Step.TELL, MONTHLY)),
        (replace(SECOND, inviter="unknown"), (Step.AGAIN, MONTHLY)),
        (replace(SECOND, has_case=True), ()),
        (THIRD, (Step.SHARE, MONTHLY)),
        (replace(THIRD, can_share=False), (Step.AGAIN, MONTHLY)),
        (replace(THIRD, can_repeat=False), (Step.SHARE, MONTHLY)),
        (replace(THIRD, can_share=False, can_repeat=False, takes_monthly=False), ()),
        # the reply to a proof: what the thank-you left out, or the list of gifts
        (PROOF, (Step.SHARE, MONTHLY)),
        (replace(PROOF, is_first=False, is_even=True), (Step.AGAIN, MONTHLY)),
        (replace(PROOF, was_asked=True), (Step.GIFTS,)),
        (replace(PROOF, was_asked=True, inviter="uninformed"), (Step.TELL,)),
        (replace(PROOF, has_case=True), (Step.GIFTS,)),
        (replace(PROOF, is_monthly=True, inviter="uninformed"), (Step.MANAGE,)),
        # the question about messages
        (QUESTION, (Step.CONSENT,)),
        (replace(QUESTION, is_first=False), ()),
        (replace(QUESTION, has_chosen=True), ()),
        (replace(QUESTION, has_case=True), ()),
        (replace(QUESTION, can_share=True, can_repeat=True, takes_monthly=True), (Step.CONSENT,)),
    ],
)
def test_table_decides_the_next_step(facts: AfterGift, steps: tuple[Step, ...]) -> None:
    assert next_steps(facts) == steps


def test_only_a_monthly_gift_is_offered_beside_another_step() -> None:
    flags = [name for name, field in AfterGift.__dataclass_fields__.items() if field.type in (bool, "bool")]
    for moment, inviter in product(Moment, ("uninformed", "unknown", None)):
        for values in product((False, True), repeat=len(flags)):
            facts = AfterGift(moment=moment, inviter=inviter, **dict(zip(flags, values, strict=True)))
            steps = next_steps(facts)
            assert len([step for step in steps if step is not MONTHLY]) <= 1
            if MONTHLY in steps:
                assert not (facts.has_declined or facts.has_case or facts.was_offered)
                assert not (facts.gives_monthly or facts.is_monthly)
