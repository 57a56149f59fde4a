"""Newcomers through inviters who were erased, or whose accounts were linked."""

from dataclasses import replace

from bot.domain.newcomers import Attribution, Counts
from bot.domain.referrals import ReferralOutcome
from bot.usecases.context import Context
from bot.usecases.referrals import newcomers
from bot.usecases.supporters import forgetting
from bot.usecases.supporters.merging import merge
from tests.usecase_setup import CAMILLE
from tests.usecases.referrals.test_joining_chats import (
    LUC,
    MEI,
    by_discord,
    ctx,
    discord,
    linked,
    referral,
    telegram,
)

__all__ = ["ctx", "discord", "telegram"]


async def test_erased_inviter_is_unknown(ctx: Context) -> None:
    invite, link = await linked(ctx, CAMILLE, "telegram")
    await forgetting.forget(ctx, invite.supporter_id)
    assert await newcomers.record_chat_join(ctx, LUC, link.code) is ReferralOutcome.UNKNOWN
    stored = await referral(ctx, LUC)
    assert stored is not None and stored.inviter_id is None and stored.invite_id is None


async def test_merged_inviter_is_credited_once(ctx: Context) -> None:
    """Both of their links count."""
    mine, link = await linked(ctx, CAMILLE, "telegram")
    theirs, other = await linked(ctx, replace(CAMILLE, platform="discord", external_id="77"), "discord")
    async with ctx.db.write_money() as conn:
        camille = await merge(ctx, conn, mine.supporter_id, theirs.supporter_id)
    assert await newcomers.record_chat_join(ctx, LUC, link.code) is ReferralOutcome.RECORDED
    assert await by_discord(ctx, Attribution(code=other.code), Counts(uses={other.code: 1})) == [
        ReferralOutcome.RECORDED
    ]
    found = [await referral(ctx, friend) for friend in (LUC, MEI)]
    assert [row.inviter_id for row in found if row is not None] == [camille, camille]
