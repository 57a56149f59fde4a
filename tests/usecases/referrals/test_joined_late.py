"""Newcomers examined late count from the time of joining, not of the check."""

import pytest

from bot.domain.newcomers import Attribution, Counts
from bot.domain.referrals import ReferralOutcome
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.core import join
from bot.usecases.core.join import find_or_join
from bot.usecases.referral_tree import refer
from bot.usecases.referrals.newcomers import Newcomer
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, make_context, open_campaign
from tests.usecases.referrals import test_joining_chats as arriving
from tests.usecases.referrals.test_joining_chats import GUILD, MEI, Inviting


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    ctx = make_context(db, clock, inviting={"discord": Inviting(GUILD)})
    await arriving.known_place(ctx, "discord", arriving.ROOM)
    return ctx


async def test_donor_who_gave_before_the_check_may_name_the_inviter(ctx: Context, clock: MovingClock) -> None:
    """Discord answered slowly, and the newcomer gave meanwhile."""
    invite, link = await arriving.linked(ctx, CAMILLE, "discord")
    clock.move(minutes=1)
    came_at = clock()
    clock.move(minutes=1)
    mei = await join.find_or_join(ctx, MEI)
    await give(ctx, await open_campaign(ctx), mei.id)
    clock.move(minutes=5)
    doubt, counts = Attribution(candidates=(link.code,)), Counts(uses={link.code: 2})
    newcomer = Newcomer(contact=MEI, came_at=came_at)
    assert await arriving.by_discord(ctx, doubt, counts, newcomer) == [ReferralOutcome.UNKNOWN]
    found = await arriving.referral(ctx, MEI)
    assert found is not None and found.at == came_at
    assert await refer.claim_inviter(ctx, await find_or_join(ctx, MEI), invite.supporter_id) is ReferralOutcome.RECORDED


async def test_future_join_time_is_capped(ctx: Context, clock: MovingClock) -> None:
    """Discord's clock may be ahead of ours."""
    _, link = await arriving.linked(ctx, CAMILLE, "discord")
    ahead = clock()
    clock.move(minutes=-1)
    newcomer = Newcomer(contact=MEI, came_at=ahead)
    code = Attribution(code=link.code)
    assert await arriving.by_discord(ctx, code, Counts(uses={link.code: 1}), newcomer) == [ReferralOutcome.RECORDED]
    found = await arriving.referral(ctx, MEI)
    assert found is not None and found.at == clock()
