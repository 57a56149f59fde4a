"""A Stripe with one monthly gift, and donors who have one."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Pledge
from bot.domain.people import Contact, Supporter
from bot.store.monthly import pledges
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.monthly import adult
from content.cards import Card
from payments.money import Money
from payments.pledges import PledgeView
from tests.giving import give
from tests.usecase_setup import RecordingGateway

NOON = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # in Montréal
RENEWS = datetime(2026, 12, 30, 17, 0, tzinfo=UTC)
SUB = "sub_1"


class MonthlyStripe(RecordingGateway):
    """A Stripe whose monthly gift of ten dollars renews on December 30."""

    def __init__(self) -> None:
        super().__init__()
        self.prices: list[Money] = []
        self.changes: list[dict[str, Any]] = []
        self.fails: Exception | None = None  # what creating a price or a link raises
        self.view = PledgeView(
            subscription=SUB,
            customer="cus_1",
            status="active",
            money=Money(1000, "cad"),
            renews_at=RENEWS,
            anchor=NOON,
            is_paused=False,
            paused_until=None,
            ours=True,
            item="si_1",
            product="prod_1",
        )

    def set(self, **changes: Any) -> None:
        """Change the monthly gift's state."""
        self.view = replace(self.view, **changes)

    async def pledge(self, subscription: str) -> PledgeView:
        return replace(self.view, subscription=subscription)

    async def change_pledge(self, subscription: str, change: dict[str, Any], idempotency_key: str) -> PledgeView:
        self.changes.append(change)
        pause = change.get("pause_collection")
        if "pause_collection" in change:
            until = datetime.fromtimestamp(pause["resumes_at"], UTC) if pause else None
            self.set(is_paused=bool(pause), paused_until=until)
        return self.view

    async def price_for(self, product: str, money: Money, idempotency_key: str) -> str:
        if self.fails is not None:
            raise self.fails
        self.prices.append(money)
        self.set(money=money)
        return "price_1"

    async def create_link(self, spec: Any, idempotency_key: str) -> Any:
        if self.fails is not None and spec.interval:
            raise self.fails
        return await super().create_link(spec, idempotency_key)


async def pledged(ctx: Context, campaign: Campaign, person: Supporter, **changes: Any) -> str:
    """Write a donor's proved monthly gift, with one payment; return its name."""
    row = Pledge(
        subscription=SUB,
        status="active",
        campaign_id=campaign.id,
        supporter_id=person.id,
        claimed_at=ctx.clock(),
        renews_at=RENEWS,
    )
    row = replace(row, **changes)
    async with ctx.db.write() as conn:
        await pledges.write(conn, [row], ctx.clock())
    await give(ctx, campaign, person.id, 1000, pledge=row.subscription, proved=row.claimed_at is not None)
    return row.subscription


async def of_age(ctx: Context, contact: Contact) -> None:
    """Let someone say that they are 18 or over."""
    await adult.store(ctx, await find_or_join(ctx, contact), is_adult=True)


def text_of(card: Card) -> str:
    """Return everything that a card says, with plain spaces."""
    return "\n".join((card.title, *card.lines, card.note)).replace("\u00a0", " ")


def actions(card: Card) -> set[str]:
    """Return the actions of a card's buttons."""
    return {button.action for button in card.buttons if button.action is not None}
