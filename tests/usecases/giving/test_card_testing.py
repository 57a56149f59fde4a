"""Many declined payments or fraud warnings within an hour: staff are notified once, and one tap pauses all links."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.campaigns import CampaignState
from bot.domain.staff import Role
from bot.store.core import switches
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.store.giving import links as link_rows
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.giving import payments_pause
from bot.usecases.staff.notices import KINDS
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, hire, make_context, metadata, notices_of, open_campaign
from tests.usecases.money.test_record import take


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock)
    await hire(context, CAMILLE, Role.OWNER, label="Camille")
    await open_campaign(context, ends_on=None)
    return context


def declined(ctx: Context, number: int, *, ago: timedelta = timedelta(), **changes: Any) -> dict[str, Any]:
    intent = {"id": f"pi_{number}", "amount": 50, "currency": "cad", "metadata": stripe.OURS} | changes
    at = int((ctx.clock() - ago).timestamp())
    return stripe.event("payment_intent.payment_failed", intent, id=f"evt_{number}", at=at)


async def notified(ctx: Context) -> list[Notice]:
    return await notices_of(ctx, "card_testing")


def switched_off(ctx: Context) -> list[str]:
    assert isinstance(ctx.gateway, RecordingGateway)
    return ctx.gateway.switched_off


async def active(ctx: Context) -> set[str]:
    async with ctx.db.read() as conn:
        return {link.stripe_id for link in await link_rows.active(conn)}


@pytest.mark.slow
async def test_two_hundred_declines_notify_staff_once(ctx: Context) -> None:
    events = [declined(ctx, number) for number in range(200)]
    for start in range(0, 200, 10):
        await take(ctx, *events[start : start + 10])
    await take(ctx, *events)  # delivered twice
    (notice,) = await notified(ctx)
    assert notice.args["declined"] == limits.MOST_DECLINED
    for locale in ("fr", "en"):
        card = await KINDS["card_testing"](ctx, notice, locale)
        assert [button.action for button in card.buttons] == ["pz:pause"]


async def test_few_old_or_foreign_declines_raise_no_alarm(ctx: Context) -> None:
    await take(ctx, *[declined(ctx, number) for number in range(limits.MOST_DECLINED - 1)])
    await take(ctx, *[declined(ctx, 100 + n, ago=timedelta(hours=2)) for n in range(50)])
    await take(ctx, *[declined(ctx, 200 + n, metadata={"shop": "1"}) for n in range(50)])
    assert await notified(ctx) == []


async def test_declines_of_busy_hour_raise_no_alarm(ctx: Context) -> None:
    campaign = await publish.find(ctx, "dehors")
    assert campaign is not None
    for number in range(50):
        session = stripe.session(
            id=f"cs_{number}", payment_intent=f"pi_p{number}", metadata=metadata(campaign), client_reference_id=None
        )
        await take(ctx, stripe.event("checkout.session.completed", session, id=f"evt_p{number}"))
    await take(ctx, *[declined(ctx, number) for number in range(25)])
    assert await notified(ctx) == []
    await take(ctx, *[declined(ctx, 100 + number) for number in range(5)])
    assert len(await notified(ctx)) == 1


async def test_fraud_warnings_raise_alarm(ctx: Context) -> None:
    campaign = await publish.find(ctx, "dehors")
    assert campaign is not None
    at = int(ctx.clock().timestamp())
    for number in range(limits.MOST_WARNED):
        session = stripe.session(
            id=f"cs_{number}", payment_intent=f"pi_{number}", metadata=metadata(campaign), client_reference_id=None
        )
        warning = {"id": f"issfr_{number}", "charge": f"ch_{number}", "payment_intent": f"pi_{number}"}
        warning |= {"fraud_type": "made_with_stolen_card", "actionable": True}  # type: ignore[dict-item]
        await take(
            ctx,
            stripe.event("checkout.session.completed", session, id=f"evt_s{number}"),
            stripe.event("radar.early_fraud_warning.created", warning, id=f"evt_w{number}", at=at),
        )
    assert [kind.args["warned"] for kind in await notified(ctx)] == [limits.MOST_WARNED]


@pytest.mark.parametrize(("set_to", "count"), [("5", 1), ("6", 0)])
async def test_owner_sets_threshold_of_declines(ctx: Context, set_to: str, count: int) -> None:
    await router.on_action(ctx, CAMILLE, "st:declined")
    await router.on_text(ctx, CAMILLE, set_to)
    await take(ctx, *[declined(ctx, number) for number in range(5)])
    assert len(await notified(ctx)) == count


async def test_pause_deactivates_all_links_and_resume_activates_them(ctx: Context) -> None:
    links = await active(ctx)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    while await payments_pause.tick(ctx):
        pass
    assert set(switched_off(ctx)) == links == await active(ctx)
    reply = await router.on_command(ctx, ALEX, "give", "8")
    assert not [button for button in reply.card.buttons if button.url]
    await router.on_action(ctx, CAMILLE, "pz:resume")
    assert await payments_pause.current_pause(ctx) is not None, "it is asked once more"
    await router.on_action(ctx, CAMILLE, "pz:resume!")
    while await payments_pause.tick(ctx):
        pass
    assert switched_off(ctx) == []
    again = await router.on_command(ctx, ALEX, "give", "")
    assert [button for button in again.card.buttons if button.url]


async def test_campaign_paused_before_stays_paused_after_resume(ctx: Context) -> None:
    campaign = await publish.find(ctx, "dehors")
    assert campaign is not None
    await publish.pause(ctx, campaign)
    await router.on_action(ctx, CAMILLE, "pz:pause")
    await router.on_action(ctx, CAMILLE, "pz:resume!")
    after = await publish.find(ctx, "dehors")
    assert after is not None and after.state is CampaignState.PAUSED


async def test_nothing_is_published_or_resumed_during_pause(ctx: Context) -> None:
    campaign = await publish.find(ctx, "dehors")
    assert campaign is not None
    await router.on_action(ctx, CAMILLE, "pz:pause")
    with pytest.raises(publish.PaymentsPaused):
        await publish.publish(ctx, campaign.authored)
    resting = await publish.find(ctx, "dehors")
    assert resting is not None and not await publish.resume(ctx, resting)


async def test_editor_can_pause_but_not_resume(ctx: Context) -> None:
    await hire(ctx, ALEX, label="Alex")
    reply = await router.on_action(ctx, ALEX, "pz:pause")
    assert not reply.card.buttons
    await router.on_action(ctx, ALEX, "pz:resume!")
    async with ctx.db.read() as conn:
        assert await switches.payments_paused(conn)
