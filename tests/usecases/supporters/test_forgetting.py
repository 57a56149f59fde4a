"""Erasure removes everything that names or reaches a supporter; ledger and tree stay consistent."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from bot.domain.campaigns import Campaign
from bot.domain.people import Preference
from bot.domain.referrals import Invite, InviteLink, ReferralOutcome
from bot.store.core import outbox
from bot.store.core.outbox import Delivery, Lane
from bot.store.core.tables import delivery
from bot.store.monthly.tables import pledge
from bot.store.referrals import invites
from bot.store.schema import metadata
from bot.store.supporters import supporters
from bot.store.supporters.tables import address, preference_change
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.money.verify import verify
from bot.usecases.ports import PlatformError, RetryLater
from bot.usecases.referral_tree import refer
from bot.usecases.supporters import forgetting
from bot.usecases.supporters.merging import merge
from payments.reference import Reference, Touch, TouchKind
from payments.stripe import GatewayUnavailable
from tests.conftest import MovingClock
from tests.giving import give, refund
from tests.usecase_setup import RecordingGateway, queued
from tests.usecases.referral_tree.test_referrals import bring, check, circle, come, contact, friend, referral
from tests.usecases.referrals.test_joining_chats import Inviting

NAME = "9182736455"  # their id on the platform


class Ending(RecordingGateway):
    """Records which monthly gifts were ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[str] = []
        self.down = False
        self.meanwhile: Callable[[], Awaitable[object]] | None = None  # runs once, before Stripe answers

    async def end_pledge(self, subscription: str, idempotency_key: str) -> None:
        if self.down:
            raise GatewayUnavailable("no answer")
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        self.ended.append(subscription)


@pytest.fixture
def stripe() -> Ending:
    return Ending()


async def everything(ctx: Context) -> str:
    """Return the whole database as one text."""
    lines = []
    async with ctx.db.read() as conn:
        for table in metadata.sorted_tables:
            lines += [f"{table.name}: {row}" for row in await conn.execute(select(table))]
    return "\n".join(lines)


async def test_erasure_removes_names_and_addresses(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    ada = await come(ctx, NAME)
    supporter = await find_or_join(ctx, contact(NAME))
    async with ctx.db.write() as conn:
        await supporters.set_preference(
            conn, ada, Preference.NEWS, True, at=clock(), wording="Oui, volontiers", change_id=1
        )
        await invites.create(
            conn, Invite(id=1, supporter_id=ada, code="secretcode12", made_at=clock(), words="Salut !")
        )
        late = Delivery(
            id=7,
            lane=Lane.SERVICE,
            platform="telegram",
            address_id=supporter.address_id,
            message="relayed",
            args={"text": "Chère Ada"},
            due_at=clock(),
        )
        await outbox.add(conn, [late])
    await give(ctx, campaign, ada, 500)
    assert NAME in await everything(ctx)
    assert await forgetting.forget(ctx, ada) == 0
    left = await everything(ctx)
    for theirs in (NAME, "secretcode12", "Salut", "Chère Ada", "Oui, volontiers"):
        assert theirs not in left
    async with ctx.db.read() as conn:
        assert set((await conn.execute(select(delivery.c.state))).scalars()) == {"dropped"}
        assert not (await conn.execute(select(preference_change))).all()
        assert set((await conn.execute(select(address.c.reachable))).scalars()) == {False}
        assert await invites.by_code(conn, "secretcode12") is None


async def test_erasure_keeps_ledger_and_tree_consistent(ctx: Context, campaign: Campaign) -> None:
    top = await come(ctx, "top")
    middle = await friend(ctx, "middle", top)
    bottom = await friend(ctx, "bottom", middle)
    for someone in (middle, bottom):
        await give(ctx, campaign, someone, 500)
    await forgetting.forget(ctx, middle)
    found = await circle(ctx, top)
    assert (found.people_below, found.money["cad"].minor_below) == (2, 1_000)
    await give(ctx, campaign, bottom, 300)
    assert (await circle(ctx, top)).money["cad"].minor_below == 1_300
    assert (await verify(ctx)).problems == ()
    await check(ctx)


async def test_returning_person_is_a_new_supporter(ctx: Context, campaign: Campaign) -> None:
    ada, ben = await come(ctx, "ada"), await come(ctx, "ben")
    token = ctx.keyring.sign(Reference(ada, campaign.id, Touch(TouchKind.COMMAND)))
    await forgetting.forget(ctx, ada)
    again = await find_or_join(ctx, contact("ada"))
    assert again.id != ada
    assert again.reachable
    async with ctx.db.read() as conn:
        assert await supporters.current_ids(conn, [ctx.keyring.read(token).supporter_id]) == {}
    assert await bring(ctx, again.id, ben) is ReferralOutcome.RECORDED
    assert await referral(ctx, ada) is None


async def test_all_merged_accounts_are_erased(ctx: Context, clock: MovingClock) -> None:
    ada = await come(ctx, NAME)
    clock.move(days=1)
    other = await come(ctx, f"{NAME}00", "discord")
    async with ctx.db.write_money() as conn:
        await merge(ctx, conn, ada, other)
    await forgetting.forget(ctx, ada)
    assert NAME not in await everything(ctx)
    async with ctx.db.read() as conn:
        assert await supporters.current_ids(conn, [ada, other]) == {}


async def gives_monthly(ctx: Context, campaign: Campaign, donor_id: int, subscription: str) -> None:
    row = {"subscription": subscription, "campaign_id": campaign.id, "supporter_id": donor_id, "status": "active"}
    times = dict.fromkeys(("said_at", "changed_at", "claimed_at"), ctx.clock())
    async with ctx.db.write() as conn:
        await conn.execute(insert(pledge).values(**row, **times))


async def test_monthly_gifts_end_before_erasure(ctx: Context, campaign: Campaign, stripe: Ending) -> None:
    ada = await come(ctx, "ada")
    await gives_monthly(ctx, campaign, ada, "sub_1")
    stripe.down = True
    with pytest.raises(GatewayUnavailable):
        await forgetting.forget(ctx, ada)
    assert (await find_or_join(ctx, contact("ada"))).id == ada, "nothing is erased while Stripe cannot be reached"
    stripe.down = False
    assert await forgetting.forget(ctx, ada) == 1
    assert stripe.ended == ["sub_1"]
    assert await forgetting.forget(ctx, ada) == 0, "twice is no error"


async def test_account_linked_during_the_stripe_call_is_erased_too(
    ctx: Context, campaign: Campaign, clock: MovingClock, stripe: Ending
) -> None:
    """The other account is older, so it stays; it has a monthly gift of its own."""
    elder = await come(ctx, NAME, "discord")
    clock.move(days=1)
    ada = await come(ctx, f"{NAME}00")
    for number, who_gives in enumerate((ada, elder)):
        await gives_monthly(ctx, campaign, who_gives, f"sub_{number}")

    async def linked() -> None:
        async with ctx.db.write_money() as conn:
            assert await merge(ctx, conn, ada, elder) == elder

    stripe.meanwhile = linked
    assert await forgetting.forget(ctx, ada) == 2
    assert sorted(stripe.ended) == ["sub_0", "sub_1"]
    assert NAME not in await everything(ctx)
    async with ctx.db.read() as conn:
        assert await supporters.current_ids(conn, [ada, elder]) == {}


@pytest.mark.parametrize("away", [None, RetryLater(9)])
async def test_chat_links_are_revoked(ctx: Context, away: PlatformError | None) -> None:
    """A platform that does not answer does not prevent the erasure."""
    ada, channel = await come(ctx, "ada"), Inviting("-1001")
    channel.stays = away
    ctx.inviting["telegram"] = channel
    link = InviteLink(id=2, invite_id=1, platform="telegram", place="-1001", code="t.me/+a", made_at=ctx.clock())
    async with ctx.db.write() as conn:
        await invites.create(conn, Invite(id=1, supporter_id=ada, code="secretcode12", made_at=ctx.clock()))
        await invites.add_link(conn, link)
        await invites.add_link(conn, replace(link, id=3, platform="discord", code="d"))  # which is switched off
    await forgetting.forget(ctx, ada)
    async with ctx.db.read() as conn:
        assert {link.code for link in await invites.links(conn, 1)} == ({"d", "t.me/+a"} if away else {"d"})
    assert channel.revoked == ([] if away else ["t.me/+a"])


async def test_candidates_are_erased(ctx: Context) -> None:
    ada, new = await come(ctx, "ada"), await come(ctx, "new")
    await bring(ctx, new, None, candidates=[ada])
    await forgetting.forget(ctx, new)
    found = await referral(ctx, new)
    assert found is not None and list(found.candidates) == []
    await check(ctx)


async def test_erased_inviter_cannot_be_claimed(ctx: Context) -> None:
    ada = await come(ctx, "ada")
    await friend(ctx, "ben", None)
    await forgetting.forget(ctx, ada)
    assert await refer.claim_inviter(ctx, await find_or_join(ctx, contact("ben")), ada) is ReferralOutcome.UNKNOWN
    await check(ctx)


async def test_later_events_of_erased_gifts_notify_nobody(ctx: Context, campaign: Campaign) -> None:
    ada = await come(ctx, "ada")
    gift = await give(ctx, campaign, ada, 500)
    await forgetting.forget(ctx, ada)
    before = await queued(ctx)
    await refund(ctx, gift)
    assert await queued(ctx) == before
    assert (await verify(ctx)).problems == ()
