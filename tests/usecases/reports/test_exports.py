"""Exported tables: what a treasurer books must equal the books, in every format and however the rows are read."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import GiftChange
from bot.domain.lateral import EVERYTHING, Scope
from bot.domain.people import Contact, Preference
from bot.store import pages
from bot.store.db import Database
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.tables import Separator, amount, as_csv, as_json, cell
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reports.exports import EXPORTS, read
from bot.usecases.supporters import forgetting
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.usecase_setup import CAMILLE, make_context, open_campaign
from tests.usecases.broadcasts.test_report import a_day
from tests.usecases.reports.test_lateral_reach import came, grown

ROOT = Path(__file__).parents[3]
HOSTILE = ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠S"]


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def table(ctx: Context, name: str, scope: Scope = EVERYTHING, separator: Separator = ",") -> list[dict[str, str]]:
    """Return an export as a spreadsheet reads it."""
    export = EXPORTS[name]
    lines = [line async for line in as_csv(export.columns, read(ctx, export, scope), separator=separator)]
    assert lines[0].startswith("\ufeff" + export.columns[0])
    return list(csv.DictReader(io.StringIO("".join(lines).removeprefix("\ufeff")), delimiter=separator))


async def donor(ctx: Context, name: str) -> int:
    contact = Contact(platform="telegram", external_id=name, locale="fr", private=True)
    return (await find_or_join(ctx, contact)).id


async def test_gifts_carry_amounts_origin_and_the_ids_to_join_stripes_list(ctx: Context, campaign: Campaign) -> None:
    ana = await donor(ctx, "1")
    gift = await refund(ctx, await give(ctx, campaign, ana, 2550, touch=Touch(TouchKind.BROADCAST, 77)), 550)
    monthly = await give(ctx, campaign, None, 500, pledge="sub_1")
    first, second = await table(ctx, "gifts")
    assert (first["gift"], first["supporter"], first["campaign"]) == (str(gift.id), str(ana), campaign.slug)
    assert (first["origin"], first["origin_id"], first["monthly"]) == ("broadcast", "77", "no")
    assert (first["amount"], first["refunded"], first["counted"]) == ("25.50", "5.50", "20.00")
    assert (first["state"], first["stripe_payment"]) == ("partly_refunded", gift.book.payment_intent)
    assert (second["gift"], second["supporter"], second["monthly"], second["proved"]) == (
        str(monthly.id), "", "yes", "no",
    )  # fmt: skip


async def test_exported_gifts_and_postings_add_up_to_the_campaign(ctx: Context, campaign: Campaign) -> None:
    ana = await donor(ctx, "1")
    for minor in (500, 1000, 2000):
        await give(ctx, campaign, ana, minor)
    await refund(ctx, await give(ctx, campaign, None, 700))
    await refund(ctx, await give(ctx, campaign, None, 900), 100)
    gifts, postings = await table(ctx, "gifts"), await table(ctx, "ledger")
    assert sum(Decimal(row["counted"]) for row in gifts) == Decimal("43.00")
    accounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    entries: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in postings:
        accounts[row["account"]] += Decimal(row["amount"])
        entries[row["entry"]] += Decimal(row["amount"])
    assert -(accounts["gifts"] + accounts["refunds"]) == Decimal("43.00")
    assert set(entries.values()) == {0}
    assert len(entries) == 7, "five gifts and two refunds"


async def test_days_are_the_charitys_and_bound_the_export(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    clock.now = datetime(2027, 1, 1, 4, 58, tzinfo=UTC)  # 31 December, 23:58 in Montréal
    await give(ctx, campaign, None, 500)
    clock.move(minutes=2)
    await give(ctx, campaign, None, 900)
    other = await open_campaign(ctx, ends_on=None, slug="autre")
    await give(ctx, other, None, 1000)
    assert [row["day"] for row in await table(ctx, "gifts")] == ["2026-12-31", "2027-01-01", "2027-01-01"]
    new_year = Scope(since=clock.now)
    assert [row["amount"] for row in await table(ctx, "gifts", new_year)] == ["9.00", "10.00"]
    assert [row["amount"] for row in await table(ctx, "gifts", replace(new_year, campaign_id=other.id))] == ["10.00"]
    assert {row["campaign"] for row in await table(ctx, "ledger", Scope(campaign_id=other.id))} == {"autre"}
    assert [row["gift"] for row in await table(ctx, "gifts", Scope(until=new_year.since))] != []


async def test_donors_are_summed_per_currency_within_the_period(
    ctx: Context, clock: MovingClock, campaign: Campaign
) -> None:
    ana, ben = await donor(ctx, "1"), await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, ben, [Preference.NEWS], True)
    await give(ctx, campaign, ana, 500)
    clock.move(days=2)
    since = clock.now
    euros = await open_campaign(ctx, ends_on=None, slug="euros")
    made = paid(ctx, euros, ana, 700, code="eur")
    await write(ctx, [GiftChange(event_id="evt_eur", before=None, after=made)])
    await give(ctx, campaign, ana, 250)
    await give(ctx, campaign, ben.id, 100)
    await refund(ctx, await give(ctx, campaign, ben.id, 100))
    found = await table(ctx, "donors", Scope(since=since))
    seen = [(row["supporter"], row["currency"], row["gifts"], row["total"], row["new"], row["news"]) for row in found]
    assert seen == [
        (str(ana), "cad", "1", "2.50", "no", "no"),
        (str(ana), "eur", "1", "7.00", "no", "no"),
        (str(ben.id), "cad", "1", "1.00", "yes", "yes"),
    ]


async def test_forgotten_donor_leaves_the_amount_and_stripes_number(ctx: Context, campaign: Campaign) -> None:
    ana = await find_or_join(ctx, CAMILLE)
    await give(ctx, campaign, ana.id, 500)
    await forgetting.forget(ctx, ana.id)
    (row,) = await table(ctx, "gifts")
    assert (row["supporter"], row["amount"], row["stripe_payment"][:3]) == ("", "5.00", "pi_")
    assert await table(ctx, "donors") == []


async def test_small_pages_give_the_same_rows(
    ctx: Context, clock: MovingClock, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grown(ctx, clock, campaign)
    whole = {name: await table(ctx, name) for name in EXPORTS}
    assert all(whole[name] for name in ("gifts", "donors", "ledger", "referrals"))
    monkeypatch.setattr(pages, "ROWS", 1)
    assert {name: await table(ctx, name) for name in EXPORTS} == whole


async def test_json_says_the_same_as_csv(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    await grown(ctx, clock, campaign)
    for name, export in EXPORTS.items():
        found = json.loads("".join([line async for line in as_json(export.columns, read(ctx, export))]))
        flat = await table(ctx, name)
        assert [list(row) for row in found] == [list(export.columns)] * len(flat)
        amounts = [column for column in ("amount", "counted", "total") if column in export.columns]
        assert [[row[a] for a in amounts] for row in found] == [[row[a] for a in amounts] for row in flat]


async def test_broadcasts_carry_their_results(ctx: Context, clock: MovingClock) -> None:
    broadcast_id = await a_day(ctx, clock)
    (row,) = await table(ctx, "broadcasts")
    assert (row["broadcast"], row["people"], row["sent"], row["unsubscribed"]) == (str(broadcast_id), "5", "4", "1")
    assert (row["gifts"], row["currency"], row["total"]) == ("2", "cad", "10.00")


async def test_referrals_are_numbers_and_times(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    people = await grown(ctx, clock, campaign)
    found = await table(ctx, "referrals")
    assert [int(row["supporter"]) for row in found] == sorted(people[n] for n in ("ben", "cleo", "dan", "eve"))
    ben = next(row for row in found if int(row["supporter"]) == people["ben"])
    assert (ben["inviter"], ben["campaign"], ben["level"]) == (str(people["ana"]), campaign.slug, "1")
    assert (ben["people_brought"], ben["came_at"], ben["gifts"]) == ("1", "2026-11-23 15:00:00", "1")


async def test_referrals_count_only_counted_gifts(ctx: Context, clock: MovingClock, campaign: Campaign) -> None:
    ana = await came(ctx, "1", None, alone=True)
    ben = await came(ctx, "2", ana)
    await refund(ctx, await give(ctx, campaign, ben))
    [row] = await table(ctx, "referrals", separator=";")
    assert (row["first_gift_at"], row["gifts"]) == ("", "0")
    clock.move(days=1)
    await give(ctx, campaign, ben)
    [row] = await table(ctx, "referrals", separator=";")
    assert (row["first_gift_at"], row["gifts"]) == ("2026-11-24 15:00:00", "1")


async def test_empty_tables_are_valid_files(ctx: Context) -> None:
    for name, export in EXPORTS.items():
        assert await table(ctx, name) == []
        assert json.loads("".join([line async for line in as_json(export.columns, read(ctx, export))])) == []


@pytest.mark.parametrize("bad", HOSTILE)
def test_cells_are_never_formulas(bad: str) -> None:
    assert cell(bad).startswith("'")


async def test_separators_and_quotes_in_text_stay_in_one_cell() -> None:
    async def hostile() -> AsyncIterator[list[str]]:
        yield ['a,b;"c"\nd', "=HYPERLINK()"]

    for separator in (",", ";"):
        lines = [line async for line in as_csv(["one", "two"], hostile(), separator=separator)]
        found = list(csv.reader(io.StringIO("".join(lines[1:])), delimiter=separator))
        assert found == [['a,b;"c"\nd', "'=HYPERLINK()"]]


def test_amounts_follow_the_currencys_decimals_and_the_spreadsheets_sign() -> None:
    assert [str(amount(minor, code)) for minor, code in ((500, "cad"), (500, "jpy"), (-5, "cad"), (1250, "kwd"))] == [
        "5.00", "500", "-0.05", "1.250",
    ]  # fmt: skip
    assert [cell(amount(-1250, "cad"), separator) for separator in (",", ";")] == ["-12.50", "-12,50"]


def test_every_column_is_documented_in_order() -> None:
    """The schema is stable: a column that is renamed, moved or removed breaks somebody's spreadsheet."""
    for page in ("docs/exports.md", "docs/exports.fr.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        sections = dict(re.findall(r"^## `([\w-]+)`\n(.*?)(?=^## |\Z)", text, re.M | re.S))
        documented = {name: tuple(re.findall(r"^\| `(\w+)` \|", body, re.M)) for name, body in sections.items()}
        assert documented == {name: tuple(export.columns) for name, export in EXPORTS.items()}, page
