"""Staff list, pause, resume and close campaigns in chat; each action is confirmed and logged."""

from dataclasses import replace

import pytest

from bot.domain.campaigns import CampaignState
from bot.domain.staff import Role
from bot.store.campaigns import campaigns
from bot.store.core import audit
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check
from payments.stripe import GatewayUnavailable
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, hire, make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    ctx = make_context(db, clock)
    await hire(ctx, CAMILLE, Role.EDITOR, label="Camille")
    await open_campaign(ctx)
    return ctx


async def tap(ctx: Context, argument: str) -> Reply:
    return await access_check.on_action(ctx, CAMILLE, "ca", argument)


async def state(ctx: Context) -> CampaignState:
    async with ctx.db.read() as conn:
        (campaign,) = await campaigns.all_campaigns(conn)
    return campaign.state


def actions(reply: Reply) -> list[str | None]:
    return [button.action for button in reply.card.buttons]


async def test_pause_resume_and_close_ask_for_confirmation(ctx: Context) -> None:
    listed = await access_check.on_command(ctx, CAMILLE, "campaigns", "")
    assert actions(listed) == ["cv:1", "cd:new"]
    assert actions(await tap(ctx, "1")) == ["ca:1:edit", "ca:1:pause", "ca:1:close", "pp:1", "ma:c1", "bc:new:1", "cl"]
    for what, after in (("pause", "paused"), ("resume", "open"), ("close", "closed")):
        before = await state(ctx)
        sure = await tap(ctx, f"1:{what}")
        assert (await state(ctx), actions(sure)) == (before, [f"ca:1:{what}!", "cv:1"])
        assert "C’est fait." in (await tap(ctx, f"1:{what}!")).card.lines
        assert await state(ctx) == after
    async with ctx.db.read() as conn:
        acts = [(act.action, act.actor) for act in await audit.latest(conn, 9, action="campaign.")]
    done = [(f"campaign.{what}", "Camille") for what in ("closed", "resumed", "paused")]
    assert acts == [*done, ("campaign.published", "obole")]


async def test_second_of_two_concurrent_actions_is_reported_stale(ctx: Context) -> None:
    await tap(ctx, "1:pause!")
    assert any("Quelqu’un d’autre" in line for line in (await tap(ctx, "1:pause!")).card.lines)


async def test_stripe_refusal_is_shown_and_can_be_retried(ctx: Context) -> None:
    class Down(RecordingGateway):
        async def deactivate_link(self, stripe_id: str, message: str) -> None:
            raise GatewayUnavailable("down")

    assert any("Stripe" in line for line in (await tap(replace(ctx, gateway=Down()), "1:close!")).card.lines)
    assert await state(ctx) is CampaignState.OPEN
    assert "C’est fait." in (await tap(ctx, "1:close!")).card.lines


@pytest.mark.parametrize("argument", ["", "9", "x:pause!", "9" * 30])
async def test_button_of_an_unknown_campaign_shows_the_list(ctx: Context, argument: str) -> None:
    assert actions(await tap(ctx, argument)) == ["cv:1", "cd:new"]


async def test_viewers_and_strangers_change_nothing(ctx: Context) -> None:
    await hire(ctx, CAMILLE, Role.VIEWER, label="Camille")
    await tap(ctx, "1:close!")
    await access_check.on_action(ctx, ALEX, "ca", "1:close!")
    assert await state(ctx) is CampaignState.OPEN
