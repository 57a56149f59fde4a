"""The webhook handler that people would write: FastAPI, SQLAlchemy's async ORM, one commit an event.

On PostgreSQL with asyncpg, its fastest driver. On SQLite with aiosqlite, set up as SQLAlchemy's documentation says for
writers that wait for each other, at our durability.

It writes the same rows as ours: event, gift, entry and two postings, the campaign's counters, its donor, the
supporter's counters, crossed milestones, the thank-you to send. The reference is a bare supporter id, so it
checks no signature. One uvicorn worker on asyncio's own loop, like ours; neither side uses uvloop.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import stripe
from fastapi import FastAPI, Request, Response
from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Integer, String, event, func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.store.db import database_url
from tests.bench.peer_server import serve
from tests.bench.program import SECRET, serve_requests

POOL = 20


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's way
        int: BigInteger().with_variant(Integer(), "sqlite"),  # SQLite numbers rows of plain INTEGER keys only
        datetime: DateTime(timezone=True),
    }


class Supporter(Base):
    __tablename__ = "supporter"
    id: Mapped[int] = mapped_column(primary_key=True)
    gift_count: Mapped[int] = mapped_column(default=0)
    first_gift_at: Mapped[datetime | None]
    last_gift_at: Mapped[datetime | None]


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(64))
    reachable: Mapped[bool] = mapped_column(default=True)


class Campaign(Base):
    __tablename__ = "campaign"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    raised_minor: Mapped[int] = mapped_column(default=0)
    gift_count: Mapped[int] = mapped_column(default=0)
    donor_count: Mapped[int] = mapped_column(default=0)


class CampaignDonor(Base):
    __tablename__ = "campaign_donor"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"), primary_key=True)
    gift_count: Mapped[int]


class Milestone(Base):
    __tablename__ = "milestone"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    threshold_minor: Mapped[int] = mapped_column(primary_key=True)
    crossed_at: Mapped[datetime | None]


class StripeEvent(Base):
    __tablename__ = "stripe_event"
    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    created_at: Mapped[datetime]
    received_at: Mapped[datetime]


class Gift(Base):
    __tablename__ = "gift"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporter.id"), index=True)
    payment_intent: Mapped[str] = mapped_column(unique=True)
    session: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    paid_at: Mapped[datetime]


class Entry(Base):
    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    gift_id: Mapped[int] = mapped_column(ForeignKey("gift.id"), index=True)
    event_id: Mapped[str]
    at: Mapped[datetime]


class Posting(Base):
    __tablename__ = "posting"
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    account: Mapped[str] = mapped_column(String(32), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    minor: Mapped[int]


class Delivery(Base):
    __tablename__ = "delivery"
    id: Mapped[int] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    message: Mapped[str] = mapped_column(String(40))
    args: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), index=True)
    due_at: Mapped[datetime]


def make_app(sessions: async_sessionmaker[AsyncSession], *, is_sqlite: bool) -> FastAPI:
    app = FastAPI()
    insert_event = sqlite_insert if is_sqlite else postgresql_insert

    @app.post("/webhooks/stripe")
    async def stripe_webhook(request: Request) -> Response:
        payload = await request.body()
        try:
            event = stripe.Webhook.construct_event(payload, request.headers.get("stripe-signature", ""), SECRET)
        except (ValueError, stripe.SignatureVerificationError):
            return Response(status_code=400)
        async with sessions() as db, db.begin():
            new_event = insert_event(StripeEvent).values(
                id=event.id,
                type=event.type,
                created_at=datetime.fromtimestamp(event.created, UTC),
                received_at=datetime.now(UTC),
            )
            is_new = await db.scalar(new_event.on_conflict_do_nothing().returning(StripeEvent.id))
            if is_new and event.type == "checkout.session.completed":
                await record_gift(db, event.id, event.data.object)
        return Response()

    return app


async def record_gift(db: AsyncSession, event_id: str, session: Any) -> None:
    if session.payment_status != "paid" or session.metadata["obole"] != "1":
        return
    now = datetime.now(UTC)
    campaign = await db.scalar(
        select(Campaign).where(Campaign.id == int(session.metadata["campaign_id"])).with_for_update()
    )
    supporter = await db.get(Supporter, int(session.client_reference_id))
    assert campaign is not None
    assert supporter is not None
    gift = Gift(
        campaign_id=campaign.id,
        supporter_id=supporter.id,
        payment_intent=session.payment_intent,
        session=session.id,
        currency=session.currency,
        amount=session.amount_total,
        state="paid",
        paid_at=now,
    )
    db.add(gift)
    await db.flush()
    await book(db, gift, event_id, now)
    supporter.gift_count += 1
    supporter.first_gift_at = supporter.first_gift_at or now
    supporter.last_gift_at = now
    await count(db, campaign, supporter.id, gift.amount, now)
    address = await db.scalar(select(Address).where(Address.supporter_id == supporter.id).order_by(Address.id).limit(1))
    if address is not None:
        db.add(Delivery(address_id=address.id, message="thanks", args={"gift": gift.id}, state="waiting", due_at=now))


async def book(db: AsyncSession, gift: Gift, event_id: str, now: datetime) -> None:
    entry = Entry(gift_id=gift.id, event_id=event_id, at=now)
    db.add(entry)
    await db.flush()
    db.add(Posting(entry_id=entry.id, account="gifts", currency=gift.currency, minor=-gift.amount))
    db.add(Posting(entry_id=entry.id, account="stripe", currency=gift.currency, minor=gift.amount))


async def count(db: AsyncSession, campaign: Campaign, supporter_id: int, amount: int, now: datetime) -> None:
    donor = await db.get(CampaignDonor, (campaign.id, supporter_id))
    if donor is None:
        db.add(CampaignDonor(campaign_id=campaign.id, supporter_id=supporter_id, gift_count=1))
        campaign.donor_count += 1
    else:
        donor.gift_count += 1
    campaign.raised_minor += amount
    campaign.gift_count += 1
    crossed = select(Milestone).where(
        Milestone.campaign_id == campaign.id,
        Milestone.crossed_at.is_(None),
        Milestone.threshold_minor <= campaign.raised_minor,
    )
    for milestone in await db.scalars(crossed):
        milestone.crossed_at = now


async def prepare(sessions: async_sessionmaker[AsyncSession], people: int, thresholds: Sequence[int]) -> None:
    async with sessions() as db, db.begin():
        db.add(Campaign(id=1, slug="repas"))
        await db.flush()
        db.add_all(Milestone(campaign_id=1, threshold_minor=minor) for minor in thresholds)
        ids = range(1, people + 1)
        await db.execute(insert(Supporter), [{"id": i} for i in ids])
        await db.execute(
            insert(Address),
            [{"supporter_id": i, "platform": "telegram", "external_id": str(1000 + i)} for i in ids],
        )


def connect(url: str) -> AsyncEngine:
    where = database_url(url)
    if where.get_backend_name() == "postgresql":
        # The socket's folder is a query parameter, which asyncpg accepts unchanged.
        return create_async_engine(where.set(drivername="postgresql+asyncpg"), pool_size=POOL, max_overflow=0)
    engine = create_async_engine(where, pool_size=1, max_overflow=0)  # transactions that write wait here, not fail

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing on its own
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def main(url: str, people: int) -> None:
    engine = connect(url)
    async with engine.begin() as conn:
        await conn.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    await prepare(sessions, people, [250_000_000, 500_000_000, 750_000_000, 1_000_000_000])
    is_sqlite = engine.dialect.name == "sqlite"
    server, serving, port = await serve(make_app(sessions, is_sqlite=is_sqlite))

    async def totals(_question: str) -> dict[str, Any]:
        async with sessions() as db:
            campaign = await db.get(Campaign, 1)
            assert campaign is not None
            gifts = await db.scalar(select(func.count()).select_from(Gift))
            messages = await db.scalar(select(func.count()).select_from(Delivery))
            books = await db.scalar(select(func.sum(Posting.minor)))
        problems = ["postings do not balance"] if books else []
        return {"gifts": gifts, "raised": campaign.raised_minor, "messages": messages, "problems": problems}

    tokens = [str(i) for i in range(1, people + 1)]
    await serve_requests({"port": port, "campaign_id": 1, "slug": "repas", "tokens": tokens}, totals)
    server.should_exit = True
    await serving
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
