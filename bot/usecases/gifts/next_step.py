"""Next steps after a gift, as buttons: what the table in the domain decides by, and where each step leads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.ids import time_of
from bot.domain.next_step import AfterGift, Moment, Step, next_steps
from bot.domain.people import Supporter
from bot.domain.rights import Right, may
from bot.store.monthly import pledges
from bot.store.nudges import impact_updates as one_time_messages
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core.cases import awaits_staff
from bot.usecases.gifts import again, my_gifts
from bot.usecases.gifts.again import Again
from bot.usecases.giving import campaign_cards
from bot.usecases.nudges import offer_test
from bot.usecases.referral_tree import share_prompt, thank_inviter
from bot.usecases.referrals import invite_handlers
from content.cards import Tap
from content.messages.gifts import NextStep

# The mark of the one offer. Its time is that of the gift it came with, whose message may be rendered again.
MONTHLY_OFFER = "monthly_offer"


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """A gift with what its buttons name."""

    person: Supporter
    gift: Gift
    campaign: Campaign
    again: Again | None
    is_offered: bool  # a monthly gift, with this gift or another


async def below_thanks(ctx: Context, person: Supporter, gift: Gift, campaign: Campaign) -> tuple[NextStep, ...]:
    """Return the steps below a thank-you."""
    is_claimed_on_page = ctx.public_url or gift.book.pledge is not None
    needs_proof = not is_claimed_on_page and may(gift.standing, Right.CONFIRM)
    return await _steps(ctx, person, gift, campaign, Moment.THANKS, needs_proof=needs_proof)


async def after_proof(ctx: Context, person: Supporter, gift: Gift, campaign: Campaign) -> tuple[NextStep, ...]:
    """Return the steps in the reply to a proof; `gift` as it was before.

    If the thank-you asked for the proof, or went to somebody else or nobody, what it would have offered comes now.
    """
    was_asked = bool(ctx.public_url) and gift.supporter_id == person.id
    return await _steps(ctx, person, gift, campaign, Moment.PROOF, was_asked=was_asked)


async def _steps(
    ctx: Context,
    person: Supporter,
    gift: Gift,
    campaign: Campaign,
    moment: Moment,
    *,
    needs_proof: bool = False,
    was_asked: bool = False,
) -> tuple[NextStep, ...]:
    async with ctx.db.read() as conn:
        repeat = await again.of_gift(ctx, conn, person, gift)
        count = await supporters.gift_count(conn, person.id)
        offered_at = await one_time_messages.recorded_at(conn, person.id, MONTHLY_OFFER)
        is_open = campaign.is_open(ctx.clock())
        facts = AfterGift(
            moment=moment,
            is_first=count <= 1,
            is_even=count > 0 and count % 2 == 0,
            is_monthly=gift.book.pledge is not None,
            needs_proof=needs_proof,
            was_asked=was_asked,
            inviter=await invite_handlers.inviter_step(conn, person),
            can_repeat=repeat is not None,
            can_share=is_open and campaign_cards.can_invite(ctx),
            takes_monthly=is_open and campaign.authored.monthly and person.adult is not False,
            was_offered=offered_at is not None and offered_at != time_of(gift.id),
            gives_monthly=bool(await pledges.of_supporter(conn, person.id)),
            has_declined=await supporters.has_declined_appeals(conn, person.id),
            has_case=await awaits_staff(ctx, conn, person.id),
        )
    about = _About(person=person, gift=gift, campaign=campaign, again=repeat, is_offered=offered_at is not None)
    return tuple(_BUTTONS[step](about) for step in await _drawn(ctx, about, facts))


async def _drawn(ctx: Context, about: _About, facts: AfterGift) -> tuple[Step, ...]:
    """Return the steps, with what is drawn or offered once per person stored; only what the table reaches is."""
    steps = next_steps(facts)
    if Step.SHARE in steps and not await share_prompt.decide(ctx, about.gift, about.person.id):
        steps = next_steps(replace(facts, can_share=False))
    if Step.MONTHLY in steps and not about.is_offered and not await _offers_monthly(ctx, about):
        steps = tuple(step for step in steps if step is not Step.MONTHLY)
    return steps


async def _offers_monthly(ctx: Context, about: _About) -> bool:
    at = time_of(about.gift.id)
    return await offer_test.may_offer(ctx, about.person.id, at) and await _store_offer(ctx, about)


async def _store_offer(ctx: Context, about: _About) -> bool:
    """Store that a monthly gift is offered with this gift; return False if it is with another, rendered meanwhile."""
    async with ctx.db.write() as conn:
        return await one_time_messages.record_once(conn, about.person.id, MONTHLY_OFFER, time_of(about.gift.id))


def _again(about: _About) -> NextStep:
    assert about.again is not None  # the table offers it only then
    campaign = about.again.campaign.authored
    return NextStep(kind="again", tap=about.again.tap, money=about.again.money, campaign=campaign)


_BUTTONS: Mapping[Step, Callable[[_About], NextStep]] = {
    Step.CLAIM: lambda a: NextStep(kind="claim", tap=my_gifts.confirm_tap(a.gift)),
    Step.MANAGE: lambda a: NextStep(kind="manage", tap=Tap(action=f"mo:show:{a.gift.book.pledge}")),
    Step.TELL: lambda a: NextStep(kind="tell", tap=Tap(action=f"tell:{a.gift.id}")),
    Step.WHO: lambda a: NextStep(kind="who", tap=thank_inviter.WHO),
    Step.AGAIN: _again,
    Step.SHARE: lambda a: NextStep(kind="share", tap=invite_handlers.INVITE),
    Step.GIFTS: lambda a: NextStep(kind="gifts", tap=Tap(action="gifts")),
    Step.MONTHLY: lambda a: NextStep(kind="monthly", tap=Tap(action=f"mo:offer:{a.campaign.id}")),
}
