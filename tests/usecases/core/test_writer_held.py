"""No gift can be written during a write transaction, so its length must not grow with the number of people."""

import re

import pytest

from bot.domain.broadcasts import Quiet
from bot.domain.campaigns import Campaign
from bot.domain.gifts import Pledge
from bot.domain.people import Contact, Preference
from bot.domain.staff import Role
from bot.store.core import outbox
from bot.store.db import Database
from bot.store.monthly import pledges
from bot.store.staff import staff
from bot.usecases.broadcasts import corrections, lifecycle
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.money import monthly_news
from bot.usecases.preferences.preferences import set_preferences
from content.broadcast import Message
from tests.conftest import MovingClock
from tests.usecase_setup import make_context, open_campaign
from tests.usecases.broadcasts.test_lifecycle import EVERYBODY
from tests.writes import recorded_writes

_COUNTS_PEOPLE = re.compile(r"\s*SELECT\b.*\bcount\(.*\b(supporter|preference|recipient|gift|delivery)\b", re.S)
PLEDGES = 130


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


def contact(number: int) -> Contact:
    return Contact(platform="telegram", external_id=str(9000 + number), locale="fr", private=True)


async def test_broadcast_counts_recipients_outside_write_transaction(ctx: Context, campaign: Campaign) -> None:
    for number in range(5):
        await set_preferences(ctx, await find_or_join(ctx, contact(number)), [Preference.NEWS], True)
    async with ctx.db.write() as conn:
        nadia = await staff.add(
            conn, "telegram", "1", Role.EDITOR, label="N", locale="fr", added_by=None, at=ctx.clock()
        )
    words = Message(texts={"fr": "Un repas", "en": "A meal"})
    spec = Spec(campaign_id=campaign.id, message=words, segment=EVERYBODY, quiet=Quiet.SILENT)
    assert isinstance(ctx.clock, MovingClock)
    with recorded_writes(ctx.db) as transactions:
        broadcast = await submit(ctx, nadia, spec)
        assert broadcast is not None
        for _ in range(4):
            ctx.clock.move(minutes=6)
            await lifecycle.tick(ctx)
        new = await corrections.propose(ctx, nadia, broadcast.id, "fr", "Deux repas")
        await corrections.approve(ctx, nadia, new.id)
    statements = [statement for transaction in transactions for statement in transaction]
    assert any("INSERT INTO recipient" in statement for statement in statements), "it went all the way"
    assert [statement for statement in statements if _COUNTS_PEOPLE.match(statement)] == []


async def pledged(ctx: Context, campaign: Campaign) -> None:
    people = [await find_or_join(ctx, contact(number)) for number in range(PLEDGES)]
    begun = [
        Pledge(
            subscription=f"sub_{person.id:05}",
            campaign_id=campaign.id,
            supporter_id=person.id,
            status="active",
            claimed_at=ctx.clock(),
        )
        for person in people
    ]
    async with ctx.db.write() as conn:
        await pledges.write(conn, begun, ctx.clock())


async def asked(ctx: Context) -> list[str]:
    async with ctx.db.write() as conn:
        found = await outbox.claim(conn, "telegram", ctx.clock().replace(year=2030), 999)
    return sorted(row.args["pledge"] for row in found if row.message == "pledge_moved")


async def test_closing_asks_monthly_donors_in_small_transactions(ctx: Context, campaign: Campaign) -> None:
    await pledged(ctx, campaign)
    with recorded_writes(ctx.db) as transactions:
        await publish.close(ctx, campaign)
    assert max(map(len, transactions)) < PLEDGES
    assert await asked(ctx) == [f"sub_{number:05}" for number in range(1, PLEDGES + 1)]


async def test_donors_left_unasked_by_crash_are_asked_once(
    ctx: Context, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pledged(ctx, campaign)
    real, chunks = monthly_news._ask_chunk, []

    async def crash(ctx: Context, name: str) -> int | None:
        if chunks:
            raise KeyboardInterrupt
        chunks.append(name)
        return await real(ctx, name)

    monkeypatch.setattr(monthly_news, "_ask_chunk", crash)
    with pytest.raises(KeyboardInterrupt):
        await publish.close(ctx, campaign)
    monkeypatch.setattr(monthly_news, "_ask_chunk", real)
    rest = await monthly_news.ask_donors_of_closed(ctx)
    assert 0 < rest < PLEDGES
    assert await monthly_news.ask_donors_of_closed(ctx) == 0
    assert len(await asked(ctx)) == PLEDGES
