"""A person's copy of their data: complete by the schema, and silent about other people."""

import csv
import io
import json
import re
from datetime import date
from typing import Any

from sqlalchemy import Table, insert

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.store.gifts.tables import error_case
from bot.store.inbox.tables import blocked
from bot.store.referrals.tables import invite
from bot.store.schema import metadata
from bot.store.supporters.personal import LETTERS, OMITTED, OMITTED_TABLES, PARTS
from bot.usecases.context import Context
from bot.usecases.supporters.my_data import MyData, gather, to_csv, to_json
from tests.conftest import MovingClock
from tests.giving import give, promise
from tests.usecases.referral_tree.test_referrals import bring, come
from tests.usecases.supporters.test_merging import become_one
from tests.usecases.supporters.test_privacy import NOBODY, leads_to_people

INVITER, ME, FRIEND = "7000000001", "7000000002", "7000000003"


# Columns that hold the id of a chat, an account or a message in a chat.
_IDS = re.compile(r"(^|_)(account|chat|external|member|message|target|user)(_id)?$")


def _may_be_about_people(table: Table) -> bool:
    return table.name not in NOBODY or leads_to_people(table) or any(_IDS.search(column.name) for column in table.c)


def test_every_column_that_identifies_people_is_shown_or_omitted_with_a_reason() -> None:
    """Add a new column to PARTS of bot/store/supporters/personal.py, or to a list below it with the reason."""
    tables = [table for table in metadata.sorted_tables if _may_be_about_people(table)]
    columns = {f"{table.name}.{column.name}" for table in tables for column in table.columns}
    shown = {f"{part.table.name}.{column}" for part in PARTS for column in part.columns.split()}
    shown |= {f"notice.{column.name}" for column in LETTERS}
    shown -= {"pledge.currency", "own_link.currency"}  # their campaign's
    omitted = {f"{name}.{column}" for name, (pinned, _) in OMITTED_TABLES.items() for column in pinned.split()}
    omitted |= set(OMITTED)
    assert not shown & omitted
    assert columns == shown | omitted


async def _copy(ctx: Context, person: int) -> MyData:
    async with ctx.db.read() as conn:
        return await gather(ctx, conn, person)


async def _invited(ctx: Context, campaign: Campaign) -> tuple[int, Gift, Gift]:
    """Return someone who was invited, wrote to nobody, and gave twice; the second gift is not confirmed."""
    inviter = await come(ctx, INVITER)
    me, friend = await come(ctx, ME), await come(ctx, FRIEND)
    await bring(ctx, inviter, me)
    await bring(ctx, me, friend)
    await give(ctx, campaign, friend, 7777)
    proved = await give(ctx, campaign, me, 500)
    return me, proved, await give(ctx, campaign, me, 1234, proved=False)


async def test_copy_says_nothing_about_other_people(ctx: Context, campaign: Campaign) -> None:
    me, _, _ = await _invited(ctx, campaign)
    data = await _copy(ctx, me)
    for text in (to_json(data), to_csv(data)):
        assert ME in text and "500" in text
        assert INVITER not in text and FRIEND not in text and "7777" not in text
    assert data.inferred["circle"] == [{"people_direct": 1, "people_below": 1}]


async def test_unconfirmed_gift_has_day_amount_and_currency_only(ctx: Context, campaign: Campaign) -> None:
    me, proved, unproved = await _invited(ctx, campaign)
    async with ctx.db.write() as conn:
        for gift in (proved, unproved):
            row = {"gift_id": gift.id, "supporter_id": me, "kind": f"k{gift.book.amount}"}
            await conn.execute(insert(error_case).values(**row, opened_at=ctx.clock()))
    data = await _copy(ctx, me)
    (shown,) = data.collected["unconfirmed_gifts"]
    assert set(shown) == {"paid_at", "amount", "currency"} and type(shown["paid_at"]) is date
    assert shown["amount"] == 1234
    (mine,) = data.collected["gifts"]
    assert mine["payment_intent"] == proved.book.payment_intent and mine["campaign"] == campaign.slug
    assert str(unproved.book.payment_intent) not in to_json(data)
    assert [row["kind"] for row in data.collected["cases"]] == ["k500"], "what happened to it is its payer's"


async def test_unpaid_gifts_are_listed_with_their_state(ctx: Context, campaign: Campaign) -> None:
    me = await come(ctx, ME)
    await give(ctx, campaign, me, 500)
    await promise(ctx, campaign, me, 600)
    await promise(ctx, campaign, me, 700, fails=True)
    for minor, fails in ((800, False), (900, True)):
        await promise(ctx, campaign, me, minor, fails=fails, proved=False)
    data = await _copy(ctx, me)
    assert [(row["amount"], row["state"]) for row in data.collected["gifts"]] == [
        (500, "paid"), (600, "pending"), (700, "failed"),
    ]  # fmt: skip
    unconfirmed = [{"paid_at": None, "amount": minor, "currency": campaign.goal.currency} for minor in (800, 900)]
    assert data.collected["unconfirmed_gifts"] == unconfirmed, "their outcome is their payer's"


async def test_copy_covers_merged_accounts(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    me = await come(ctx, ME)
    clock.move(days=1)
    other = await come(ctx, FRIEND, "discord")
    await give(ctx, campaign, other, 900)
    await become_one(ctx, me, other)
    data = await _copy(ctx, me)
    assert {row["external_id"] for row in data.collected["accounts"]} == {ME, FRIEND}
    assert [row["amount"] for row in data.collected["gifts"]] == [900]


async def test_csv_has_no_formulas_and_json_is_structured(ctx: Context, campaign: Campaign) -> None:
    me, _, _ = await _invited(ctx, campaign)
    async with ctx.db.write() as conn:
        words = {"id": 1, "supporter_id": me, "code": "c0de", "made_at": ctx.clock(), "words": '=HYPERLINK("x")'}
        await conn.execute(insert(invite).values(**words))
        await conn.execute(insert(blocked).values(supporter_id=me, at=ctx.clock()))
    data = await _copy(ctx, me)
    table = list(csv.DictReader(io.StringIO(to_csv(data))))
    assert {row["source"] for row in table} == {"collected", "inferred"}
    assert [row["value"] for row in table if row["column"] == "words"] == ['\'=HYPERLINK("x")']
    read: dict[str, Any] = json.loads(to_json(data))
    assert read["collected"]["invite"][0]["words"] == '=HYPERLINK("x")' and read["collected"]["blocked"]
