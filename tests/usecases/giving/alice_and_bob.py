"""Alice forwards her monthly link and Bob pays: fixtures for tests about who controls a gift."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Pledge
from bot.domain.people import Supporter
from bot.store.core.outbox import Delivery
from bot.store.core.tables import delivery
from bot.store.db import Database
from bot.store.gifts.tables import error_case
from bot.store.monthly import pledges
from bot.store.supporters import supporters
from bot.usecases import outbox_messages
from bot.usecases.context import Context
from bot.usecases.gifts import claim
from bot.usecases.reply import Reply
from payments.money import Money
from payments.pledges import PayersNumbers, PledgeView
from payments.views import Payer
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, all_gifts, make_context, metadata, signed
from tests.usecases.money.test_record import take

ALICE, BOB = CAMILLE, ALEX
SUBSCRIPTION = "sub_bob"


class BobsStripe(RecordingGateway):
    """A Stripe with Bob's monthly gift that records its changes."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[dict[str, Any]] = []
        self.ended: list[str] = []
        self.asked: list[str] = []
        self.status = "active"
        self.payers: dict[str | None, Payer] = {}
        self.receipt: str | None = None
        self.invoiced_at: datetime | None = None

    async def payer(self, payment_intent: str) -> Payer | None:
        return self.payers.get(payment_intent)

    async def pledge(self, subscription: str) -> PledgeView:
        self.asked.append(subscription)
        return PledgeView(
            subscription=subscription,
            customer="cus_bob",
            status=self.status,
            money=Money(500, "cad"),
            renews_at=None,
            is_paused=False,
            paused_until=None,
            ours=True,
            item="si_1",
            product="prod_1",
        )

    async def payers_numbers(self, subscription: str) -> PayersNumbers:
        return PayersNumbers(invoice="BOBS1234-0007", receipt=self.receipt, made_at=self.invoiced_at)

    async def change_pledge(self, subscription: str, change: Any, idempotency_key: str) -> PledgeView:
        self.changes.append(dict(change))
        return await self.pledge(subscription)

    async def end_pledge(self, subscription: str, idempotency_key: str) -> None:
        self.ended.append(subscription)


def context(db: Database, clock: MovingClock, gateway: BobsStripe) -> Context:
    """A charity with a web address, whose donors sign in on Stripe's page."""
    ctx = make_context(db, clock, gateway=gateway, public_url="https://don.example")
    ctx.identity.stripe_login_url = "https://billing.stripe.example/p/login/abc"
    return ctx


async def bob_pays(ctx: Context, campaign: Campaign) -> Supporter:
    """Have Bob pay a monthly gift by Alice's link; return Alice."""
    alice, token = await signed(ctx, campaign, ALICE)
    begun = stripe.pledge_session(
        id="cs_bob",
        subscription=SUBSCRIPTION,
        customer="cus_bob",
        client_reference_id=token,
        metadata=metadata(campaign),
    )
    await take(ctx, stripe.event("checkout.session.completed", begun, id="evt_begun"))
    await invoiced(ctx, campaign, 1)
    return alice


async def invoiced(ctx: Context, campaign: Campaign, number: int, kind: str = "invoice.paid") -> None:
    """Return the first payment of Bob's monthly gift (1), or a renewal."""
    details = {"subscription": SUBSCRIPTION, "metadata": metadata(campaign)}
    body = stripe.invoice(
        id=f"in_{number}",
        amount_paid=500,
        amount_due=500,
        billing_reason="subscription_create" if number == 1 else "subscription_cycle",
        parent={"type": "subscription_details", "subscription_details": details},
        status_transitions={"paid_at": stripe.T0 + number},
    )
    await take(ctx, stripe.event(kind, body, id=f"evt_{kind}_{number}"))


async def ends(ctx: Context, campaign: Campaign) -> None:
    """Return Stripe's event that the monthly gift has ended."""
    gone = stripe.subscription(id=SUBSCRIPTION, status="canceled", metadata=metadata(campaign))
    await take(ctx, stripe.event("customer.subscription.deleted", gone, id="evt_gone"))


async def notified_kinds(ctx: Context, supporter_id: int) -> list[str]:
    """Return the message kinds for a supporter, oldest first."""
    async with ctx.db.read() as conn:
        addresses = [address.address_id for address in await supporters.addresses_of(conn, [supporter_id])]
        query = select(delivery.c.message).where(delivery.c.address_id.in_(addresses)).order_by(delivery.c.id)
        return list((await conn.execute(query)).scalars())


async def first_message(ctx: Context, person: Supporter) -> Reply:
    """Render the first message in the outbox."""
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(delivery).where(delivery.c.address_id == person.address_id))
        message = Delivery(**{n: row[n] for row in rows.mappings().fetchmany(1) for n in Delivery.__dataclass_fields__})
    return Reply(card=(await outbox_messages.render(ctx, message, person)).card)


async def the_pledge(ctx: Context) -> Pledge:
    async with ctx.db.read() as conn:
        return (await pledges.by_subscription(conn, [SUBSCRIPTION]))[SUBSCRIPTION]


async def claim_code(ctx: Context, number: int = 0) -> str:
    """Return the code that the return page gives to the payer."""
    code = claim.claim_token(ctx, (await all_gifts(ctx))[number])
    assert code is not None
    return code


def actions(reply: Reply) -> list[str]:
    return [button.action or button.url or "" for button in reply.card.buttons]


def text(reply: Reply) -> str:
    card = reply.card
    return "\n".join([card.title, *card.lines, card.note, *(button.label for button in card.buttons)])


async def cases(ctx: Context) -> list[str]:
    async with ctx.db.read() as conn:
        return list((await conn.execute(select(error_case.c.kind))).scalars())
