"""Unsolicited news to monthly donors: each once, and nothing that a reply has just told them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.gifts import ReceivedEvent
from bot.domain.people import Contact
from bot.store.core.outbox import Delivery
from bot.store.core.tables import delivery
from bot.store.db import Database
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.money.record import apply_set
from bot.usecases.monthly import monthly
from payments.facts import PledgeChanged
from payments.money import Money
from payments.pledges import PledgeView
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, make_context, open_campaign, rendered
from tests.usecases.monthly.fixtures import pledged

NOON = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)  # in Montréal


class Stripe(RecordingGateway):
    """A Stripe with one monthly gift of ten dollars that records changes."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[dict[str, Any], str]] = []
        self.paused_until: datetime | None = None

    async def pledge(self, subscription: str) -> PledgeView:
        return PledgeView(
            subscription=subscription,
            customer="cus_1",
            status="active",
            money=Money(1000, "cad"),
            renews_at=NOON + timedelta(days=20),
            is_paused=self.paused_until is not None,
            paused_until=self.paused_until,
            ours=True,
            item="si_1",
            product="prod_1",
        )

    async def change_pledge(self, subscription: str, change: dict[str, Any], idempotency_key: str) -> None:
        self.changes.append((change, idempotency_key))
        if "pause_collection" in change:
            self.paused_until = NOON if change["pause_collection"] else None

    async def price_for(self, product: str, money: Money, idempotency_key: str) -> str:
        return "price_1"

    async def end_pledge(self, subscription: str, idempotency_key: str) -> None:
        pass


@pytest.fixture
def stripe() -> Stripe:
    return Stripe()


@pytest.fixture
async def ctx(db: Database, stripe: Stripe) -> Context:
    return make_context(db, MovingClock(NOON), gateway=stripe)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def says(ctx: Context, name: str, status: str, number: int, minor: int = 1000) -> None:
    """Return Stripe's event about the state of the monthly gift."""
    at, money = ctx.clock(), Money(minor, "cad")
    fact = PledgeChanged(event_id=f"evt_{number}", at=at, ours=True, subscription=name, status=status, money=money)
    event = ReceivedEvent(id=fact.event_id, type="customer.subscription.deleted", created=at, facts=[fact], body=b"{}")
    await apply_set(ctx, [event])


async def due_messages(ctx: Context, message: str) -> list[Delivery]:
    """Return the messages of a kind that are due within a minute."""
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(delivery).where(delivery.c.message == message))
        found = [Delivery(**{name: row[name] for name in Delivery.__dataclass_fields__}) for row in rows.mappings()]
    return [message for message in found if message.due_at <= ctx.clock() + timedelta(minutes=1)]


async def tap(ctx: Context, contact: Contact, argument: str) -> None:
    await monthly.on_tap(ctx, await find_or_join(ctx, contact), argument)


async def test_two_monthly_gifts_are_each_asked_about_once(ctx: Context, campaign: Campaign) -> None:
    camille, alex = await find_or_join(ctx, CAMILLE), await find_or_join(ctx, ALEX)
    for person, name in ((camille, "sub_1"), (camille, "sub_2"), (alex, "sub_3")):
        await pledged(ctx, campaign, person, subscription=name)
    for _ in range(2):  # again after a crash
        await publish.close(ctx, campaign)
    assert sorted(message.args["pledge"] for message in await due_messages(ctx, "pledge_moved")) == [
        "sub_1",
        "sub_2",
        "sub_3",
    ]


async def test_two_monthly_gifts_can_each_be_shown_changed_and_ended(ctx: Context, campaign: Campaign) -> None:
    for name in ("sub_1", "sub_2"):
        await pledged(ctx, campaign, await find_or_join(ctx, CAMILLE), subscription=name)
    first = await monthly.show(ctx, await find_or_join(ctx, CAMILLE))
    (shown,) = {
        button.action.rpartition(":")[2] for button in first.card.buttons if (button.action or "").startswith("mo:end:")
    }
    other = "sub_1" if shown == "sub_2" else "sub_2"
    (button,) = [button for button in first.card.buttons if button.action == f"mo:show:{other}"]
    assert "10" in button.label and campaign.authored.name.fr[:8] in button.label
    second = await monthly.on_tap(ctx, await find_or_join(ctx, CAMILLE), f"show:{other}")
    assert f"mo:end:{other}" in {button.action for button in second.card.buttons}
    saved = await monthly.on_tap(ctx, await find_or_join(ctx, CAMILLE), f"set:{other}:2000")
    assert f"mo:end:{other}" in {button.action for button in saved.card.buttons}, "the one that was changed"
    await monthly.on_tap(ctx, await find_or_join(ctx, CAMILLE), f"sure:{other}")
    left = await monthly.show(ctx, await find_or_join(ctx, CAMILLE))
    assert f"mo:show:{other}" not in {button.action for button in left.card.buttons}


async def test_latest_chosen_amount_is_shown(ctx: Context, campaign: Campaign) -> None:
    name = await pledged(ctx, campaign, await find_or_join(ctx, CAMILLE))
    await publish.close(ctx, campaign)
    (message,) = await due_messages(ctx, "pledge_moved")
    assert "10" in (await rendered(ctx, message)).lines[0]
    await tap(ctx, CAMILLE, f"set:{name}:2000")
    assert "20" in (await rendered(ctx, message)).lines[0]
    await says(ctx, name, "active", 1, minor=3500)  # at Stripe's side
    assert "35" in (await rendered(ctx, message)).lines[0]


async def test_end_in_bot_is_not_notified_again(ctx: Context, campaign: Campaign) -> None:
    name = await pledged(ctx, campaign, await find_or_join(ctx, CAMILLE))
    await says(ctx, name, "canceled", 1)  # Stripe's event came before our reply
    (message,) = await due_messages(ctx, "pledge_ended")
    assert message.due_at == ctx.clock() + timedelta(minutes=1)
    await tap(ctx, CAMILLE, f"sure:{name}")
    with pytest.raises(Obsolete, match="answered"):
        await rendered(ctx, message)


async def test_end_at_stripe_is_notified_once(ctx: Context, campaign: Campaign) -> None:
    name = await pledged(ctx, campaign, await find_or_join(ctx, CAMILLE))
    await says(ctx, name, "canceled", 1)
    await says(ctx, name, "canceled", 2)
    (message,) = await due_messages(ctx, "pledge_ended")
    assert await rendered(ctx, message)


async def test_second_pause_within_a_minute_is_another_change(ctx: Context, campaign: Campaign, stripe: Stripe) -> None:
    name = await pledged(ctx, campaign, await find_or_join(ctx, CAMILLE))
    for what in (f"hold:{name}:1", f"resume:{name}", f"hold:{name}:1"):
        await tap(ctx, CAMILLE, what)
    assert stripe.paused_until is not None
    assert len({key for _, key in stripe.changes}) == 3
