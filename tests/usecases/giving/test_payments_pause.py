"""The pause of payments at Stripe: failures are retried, and links closed meanwhile stay closed."""

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.staff import Role
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.store.giving import links as link_rows
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.giving import links, payments_pause
from bot.usecases.staff.notices import KINDS
from payments.stripe import GatewayRefused, GatewayUnavailable, KeyRefused
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, RecordingGateway, hire, make_context, notices_of, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock)
    await hire(context, CAMILLE, Role.OWNER, label="Camille")
    await open_campaign(context, ends_on=None)
    return context


async def active(ctx: Context) -> set[str]:
    async with ctx.db.read() as conn:
        return {link.stripe_id for link in await link_rows.active(conn)}


async def reported(ctx: Context) -> list[Notice]:
    return await notices_of(ctx, "item_failed")


async def test_pause_continues_after_stripe_failure(ctx: Context) -> None:
    class Failing(RecordingGateway):
        left = 2

        async def deactivate_link(self, stripe_id: str, message: str) -> None:
            if self.left:
                self.left -= 1
                raise GatewayUnavailable("busy")
            await super().deactivate_link(stripe_id, message)

    failing = Failing()
    object.__setattr__(ctx, "gateway", failing)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await payments_pause.tick(ctx)
    assert len(failing.switched_off) == len(await active(ctx)) - 2
    await payments_pause.tick(ctx)
    assert sorted(failing.switched_off) == sorted(await active(ctx)), "each of them once"


class RefusingStripe(RecordingGateway):
    """A Stripe that refuses to change one link and counts the requests."""

    def __init__(self, stripe_id: str, why: Exception) -> None:
        super().__init__()
        self.stripe_id, self.why = stripe_id, why
        self.refused = 0

    async def deactivate_link(self, stripe_id: str, message: str) -> None:
        self._refuse(stripe_id)
        await super().deactivate_link(stripe_id, message)

    async def activate_link(self, stripe_id: str) -> None:
        self._refuse(stripe_id)
        await super().activate_link(stripe_id)

    def _refuse(self, stripe_id: str) -> None:
        if stripe_id == self.stripe_id:
            self.refused += 1
            raise self.why


async def test_refused_link_is_reported_and_not_retried(ctx: Context, clock: MovingClock) -> None:
    links = await active(ctx)
    refusing = RefusingStripe(min(links), GatewayRefused("This link cannot be changed."))
    object.__setattr__(ctx, "gateway", refusing)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    for _ in range(3):
        await payments_pause.tick(ctx)
    assert sorted(refusing.switched_off) == sorted(links - {refusing.stripe_id}), "each of them once"
    assert refusing.refused == 1
    failed = [notice.args for notice in await notices_of(ctx, "item_failed")]
    assert failed == [{"job": "payments pause", "item": refusing.stripe_id, "why": "final"}]
    clock.move(minutes=1)
    await router.on_action(ctx, CAMILLE, "pz:resume!")
    for _ in range(3):
        await payments_pause.tick(ctx)
    assert refusing.switched_off == []
    assert refusing.refused == 2


async def test_pause_continues_once_key_is_accepted(ctx: Context) -> None:
    refusing = RefusingStripe(min(await active(ctx)), KeyRefused("Expired API Key provided", "api_key_expired"))
    object.__setattr__(ctx, "gateway", refusing)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    with pytest.raises(KeyRefused):
        await payments_pause.tick(ctx)
    refusing.stripe_id = ""
    await payments_pause.tick(ctx)
    assert set(refusing.switched_off) == await active(ctx)


@pytest.mark.parametrize("why", [KeyRefused("Expired API Key"), GatewayUnavailable("no answer", is_outage=True)])
async def test_refused_key_or_outage_costs_one_request_per_run(ctx: Context, why: Exception) -> None:
    refusing = RefusingStripe(min(await active(ctx)), why)
    object.__setattr__(ctx, "gateway", refusing)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    for attempt in (1, 2, 3):
        with pytest.raises(type(why)):  # which makes the schedule wait longer each time
            await payments_pause.tick(ctx)
        assert (refusing.refused, refusing.switched_off) == (attempt, [])
    reasons = [kind.args["why"] for kind in await reported(ctx)]
    assert reasons == (["key"] if isinstance(why, KeyRefused) else [])


async def test_notice_states_whether_it_is_retried(ctx: Context) -> None:
    refusing = RefusingStripe(min(await active(ctx)), GatewayRefused("This link cannot be changed."))
    object.__setattr__(ctx, "gateway", refusing)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await payments_pause.tick(ctx)
    (notice,) = await reported(ctx)
    assert "this one will not be retried" in "\n".join((await KINDS["item_failed"](ctx, notice, "en")).lines)
    assert "il n’y aura pas d’autre essai" in "\n".join((await KINDS["item_failed"](ctx, notice, "fr")).lines)
    others = (({"why": ""}, "retried automatically"), ({"why": "key"}, "OBOLE_STRIPE_API_KEY"), ({}, "automatically"))
    for args, says in others:
        other = Notice(id=1, key="k", kind="item_failed", args={"job": "j", "item": "i", **args}, due_at=ctx.clock())
        assert says in "\n".join((await KINDS["item_failed"](ctx, other, "en")).lines)


class InterruptedStripe(RecordingGateway):
    """A Stripe at which something else happens once, just before or after a link is changed."""

    def __init__(self) -> None:
        super().__init__()
        self.before_on: Callable[[], Awaitable[object]] | None = None
        self.after_off: Callable[[], Awaitable[object]] | None = None

    async def activate_link(self, stripe_id: str) -> None:
        now, self.before_on = self.before_on, None
        if now is not None:
            await now()
        await super().activate_link(stripe_id)

    async def deactivate_link(self, stripe_id: str, message: str) -> None:
        if stripe_id not in self.switched_off:
            await super().deactivate_link(stripe_id, message)
        now, self.after_off = self.after_off, None
        if now is not None:
            await now()


@pytest.fixture
async def interrupted(ctx: Context) -> InterruptedStripe:
    gateway = InterruptedStripe()
    assert isinstance(ctx.gateway, RecordingGateway)
    gateway.made = ctx.gateway.made
    object.__setattr__(ctx, "gateway", gateway)
    return gateway


async def pause_and_resume(ctx: Context, clock: MovingClock) -> None:
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await payments_pause.tick(ctx)
    clock.move(minutes=1)
    await router.on_action(ctx, CAMILLE, "pz:resume!")


async def close(ctx: Context) -> None:
    campaign = await publish.find(ctx, "dehors")
    assert campaign is not None
    await publish.close(ctx, campaign)


async def test_campaign_that_closes_during_a_resume_stays_closed(
    ctx: Context, clock: MovingClock, interrupted: InterruptedStripe
) -> None:
    all_links = await active(ctx)
    await pause_and_resume(ctx, clock)
    interrupted.before_on = lambda: close(ctx)  # the resume has read this link as active
    await payments_pause.tick(ctx)
    assert await active(ctx) == set()
    assert set(interrupted.switched_off) == all_links


async def test_link_activated_by_resume_while_closing_is_closed_again(
    ctx: Context, clock: MovingClock, interrupted: InterruptedStripe
) -> None:
    all_links = await active(ctx)
    await pause_and_resume(ctx, clock)
    interrupted.after_off = lambda: payments_pause.tick(ctx)  # before its row says so
    await close(ctx)
    assert await active(ctx) == set()
    assert set(interrupted.switched_off) == all_links


async def test_link_is_closed_again_after_outage_during_resume(
    ctx: Context, clock: MovingClock, interrupted: InterruptedStripe
) -> None:
    all_links = await active(ctx)
    await pause_and_resume(ctx, clock)

    async def answer_is_lost() -> None:
        interrupted.switched_off.remove(min(all_links))
        raise GatewayUnavailable("no answer", is_outage=True)

    interrupted.before_on = answer_is_lost
    with pytest.raises(GatewayUnavailable):
        await payments_pause.tick(ctx)
    async with ctx.db.write() as conn:
        await link_rows.deactivate(conn, min(all_links), ctx.clock())  # by somebody whose request came before that one
    await payments_pause.tick(ctx)
    assert interrupted.switched_off == [min(all_links)]


async def test_link_created_during_resume_takes_gifts(
    ctx: Context, clock: MovingClock, interrupted: InterruptedStripe
) -> None:
    campaign = await publish.find(ctx, "dehors")
    assert campaign is not None
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await payments_pause.tick(ctx)

    async def resume() -> None:
        clock.move(minutes=1)
        await router.on_action(ctx, CAMILLE, "pz:resume!")
        await payments_pause.tick(ctx)

    interrupted.after_off = resume
    link = await links.ensure(ctx, campaign, 4321, "fr")
    assert link.stripe_id in await active(ctx)
    assert interrupted.switched_off == []


async def test_pause_during_resume_wins(ctx: Context, clock: MovingClock, interrupted: InterruptedStripe) -> None:
    await pause_and_resume(ctx, clock)
    off = len(interrupted.switched_off)

    async def pause() -> None:
        clock.move(minutes=1)
        await router.on_action(ctx, CAMILLE, "pz:pause")

    interrupted.before_on = pause
    await payments_pause.tick(ctx)
    assert len(interrupted.switched_off) == off - 1, "no other link is switched on"
    await payments_pause.tick(ctx)
    assert set(interrupted.switched_off) == await active(ctx)
