"""Imported gifts: proposed before they count, counted once over overlapping files, undone as a whole."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from bot.domain.campaigns import Campaign
from bot.domain.import_file import read_table
from bot.domain.import_rows import Line, Reading, Source, read_lines
from bot.usecases.context import Context
from bot.usecases.core.access import TERMINAL
from bot.usecases.money import imports, offline
from bot.usecases.money.imports import Proposal, Verdict
from bot.usecases.money.verify import verify
from bot.usecases.reports.exports import EXPORTS, read
from payments.ledger import Origin
from tests.usecase_setup import all_gifts
from tests.usecases.reports.test_journal import ledger_sums

TODAY = date(2026, 11, 30)


def lines_of(rows: str, source: Source = "bank") -> list[Line]:
    table = read_table(f"date,amount,fee,reference,campaign,currency,description\n{rows}".encode())
    found = read_lines(table, Reading(source=source, currency="cad", today=TODAY, way=Origin.TRANSFER))
    assert all(isinstance(line, Line) for line in found), found
    return [line for line in found if isinstance(line, Line)]


async def propose(ctx: Context, campaign: Campaign | None, rows: str, source: Source = "bank") -> list[Proposal]:
    return await imports.propose(ctx, lines_of(rows, source), source, campaign)


async def verdicts(ctx: Context, campaign: Campaign | None, rows: str) -> list[Verdict]:
    return [each.verdict for each in await propose(ctx, campaign, rows)]


async def counted(ctx: Context) -> list[int]:
    return sorted(gift.book.counted.minor for gift in await all_gifts(ctx) if gift.book.counted.minor)


async def test_import_counts_for_the_campaign_and_keeps_the_books_right(ctx: Context, campaign: Campaign) -> None:
    rows = "2026-11-03,50.00,2.00,,,,Ana Nuñez\n2026-11-04,20.00,,,,,\n2026-11-04,7.00,,,,USD,\n"
    await imports.book(ctx, await propose(ctx, campaign, rows, "canadahelps"), "canadahelps", TERMINAL)
    assert await counted(ctx) == [700, 2000, 5000]
    sums = await ledger_sums(ctx)
    assert (sums["cad", "gifts"], sums["cad", "bank"], sums["cad", "fees"]) == (-7000, 6800, 200)
    assert (sums["usd", "bank"], sums["cad", "stripe"]) == (700, 0)
    assert (await verify(ctx)).problems == ()
    (latest,) = await imports.latest(ctx)
    assert (latest.gifts, [str(total.minor) for total in latest.totals]) == (3, ["7000", "700"])


async def test_exported_import_says_who_issues_the_receipt(ctx: Context, campaign: Campaign) -> None:
    for source in ("canadahelps", "zeffy", "bank"):
        await imports.book(ctx, await propose(ctx, campaign, "2026-11-03,50,,,,,\n", source), source, TERMINAL)
    gifts = EXPORTS["gifts"]
    at = [gifts.columns.index(name) for name in ("receipted_by", "received_from")]
    found = {tuple(row[i] for i in at) async for row in read(ctx, gifts)}
    assert found == {("other", "CanadaHelps"), ("other", None), ("none", None)}


async def test_nothing_of_a_person_is_stored(ctx: Context, campaign: Campaign) -> None:
    rows = "2026-11-03,50.00,,Chèque de Zoé Tremblay,,,zoe@example.org 514 555-0199\n"
    await imports.book(ctx, await propose(ctx, campaign, rows), "bank", TERMINAL)
    async with ctx.db.read() as conn:
        for table in ("offline_gift", "imported_gift", "gift", "entry", "gift_import", "audit"):
            stored = str((await conn.execute(text(f"SELECT * FROM {table}"))).all())  # noqa: S608
            assert not any(word in stored for word in ("Zoé", "Tremblay", "zoe@", "555")), table


async def test_overlapping_files_count_once(ctx: Context, campaign: Campaign) -> None:
    same_day = "2026-11-03,20.00,,,,,\n"
    await imports.book(ctx, await propose(ctx, campaign, same_day * 2 + "2026-11-03,5,,A1,,,\n"), "bank", TERMINAL)
    again = same_day * 3 + "2026-11-03,5,,A1,,,\n2026-11-05,9.00,,,,,\n"
    assert await verdicts(ctx, campaign, again) == ["known", "known", "gift", "known", "gift"]
    await imports.book(ctx, await propose(ctx, campaign, again), "bank", TERMINAL)
    assert await verdicts(ctx, campaign, again) == ["known"] * 5
    assert await counted(ctx) == [500, 900, 2000, 2000, 2000]


async def test_line_counts_again_if_staff_say_so(ctx: Context, campaign: Campaign) -> None:
    rows = "2026-11-03,20.00,,,,,\n"
    await imports.book(ctx, await propose(ctx, campaign, rows), "bank", TERMINAL)
    forced = [imports.as_gift(ctx, each) for each in await propose(ctx, campaign, rows)]
    number, booked = await imports.book(ctx, forced, "bank", TERMINAL)
    assert (booked, await counted(ctx)) == (1, [2000, 2000])
    assert await imports.undo(ctx, number, TERMINAL) and await counted(ctx) == [2000]


async def test_stripes_payout_at_the_bank_is_no_gift(ctx: Context, campaign: Campaign) -> None:
    columns = "id, currency, minor, status, automatic, instant, created_at, arrives_at, said_at, returned, reconciled"
    at = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp() * 1_000_000)
    async with ctx.db.write() as conn:
        values = f"'po_1', 'cad', 41218, 'paid', true, false, {at}, {at}, {at}, false, true"
        await conn.execute(text(f"INSERT INTO payout ({columns}) VALUES ({values})"))  # noqa: S608
    line = "2026-11-25,412.18,,,,,VIR 00123\n"
    assert await verdicts(ctx, campaign, line * 2 + "2026-11-29,412.18,,,,,\n") == ["transfer", "gift", "gift"]


async def test_deposit_without_what_was_undone_is_left_out(ctx: Context, campaign: Campaign) -> None:
    rows = "2026-11-03,20.00,,,,,\n2026-11-03,200.00,,,,,\n2026-11-03,30.00,,,,,\n"
    await imports.book(ctx, await propose(ctx, campaign, rows), "other", TERMINAL)
    by_amount = {gift.book.amount: gift.id for gift in await all_gifts(ctx)}
    await offline.take_back(ctx, by_amount[20_000], TERMINAL, offline.UNDONE)
    await offline.take_back(ctx, by_amount[3_000], TERMINAL, "returned")
    async with ctx.db.write() as conn:  # as if staff had typed them, on one deposit slip
        await conn.execute(text("DELETE FROM imported_gift"))
        await conn.execute(text("INSERT INTO deposit_slip (id, made_at) VALUES (1, 0)"))
        await conn.execute(text("UPDATE offline_gift SET slip_id = 1"))
    assert await verdicts(ctx, campaign, "2026-11-04,50.00,,,,,\n2026-11-04,250.00,,,,,\n") == ["by_hand", "gift"]


async def test_two_imports_of_one_file_count_once(ctx: Context, campaign: Campaign) -> None:
    proposals = await propose(ctx, campaign, "2026-11-03,20.00,,,,,\n")
    for _ in range(2):
        await imports.book(ctx, proposals, "bank", TERMINAL)
    assert await counted(ctx) == [2000]


async def test_import_that_was_cut_off_is_finished_by_importing_again(
    ctx: Context, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_CHUNK", 2)
    rows = "".join(f"2026-11-0{day},10.00,,,,,\n" for day in range(1, 6))
    proposals = await propose(ctx, campaign, rows)
    real = imports._book_part
    parts = 0

    async def dies(*args: object) -> int:
        nonlocal parts
        parts += 1
        if parts == 2:
            raise RuntimeError("killed")
        return await real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "_book_part", dies)
    with pytest.raises(RuntimeError):
        await imports.book(ctx, proposals, "bank", TERMINAL)
    monkeypatch.setattr(imports, "_book_part", real)
    assert len(await counted(ctx)) == 2
    await imports.book(ctx, await propose(ctx, campaign, rows), "bank", TERMINAL)
    assert len(await counted(ctx)) == 5


async def test_transfers_gifts_typed_by_hand_and_deposits_are_left_out(ctx: Context, campaign: Campaign) -> None:
    await imports.book(ctx, await propose(ctx, campaign, "2026-11-03,20.00,,,,,\n" * 2), "bank", TERMINAL)
    async with ctx.db.write() as conn:  # as if staff had typed them, on one deposit slip
        await conn.execute(text("DELETE FROM imported_gift"))
        await conn.execute(text("INSERT INTO deposit_slip (id, made_at) VALUES (1, 0)"))
        await conn.execute(text("UPDATE offline_gift SET slip_id = 1"))
    rows = (
        "2026-11-03,20.00,,,,,\n" * 3
        + "2026-11-04,40.00,,,,,\n2026-11-09,40.00,,,,,\n2026-11-04,8,,,,,STRIPE TRANSFER\n"
    )
    found = await propose(ctx, campaign, rows)
    assert [each.verdict for each in found] == ["by_hand", "by_hand", "gift", "by_hand", "gift", "transfer"]
    assert imports.as_gift(ctx, found[-1]).verdict == "gift"


async def test_campaign_is_found_by_name_or_else_asked_for(ctx: Context, campaign: Campaign) -> None:
    name = campaign.authored.name.fr or ""
    named = (campaign.slug.upper(), f'"{name}"', "Autre", "")
    rows = "".join(f"2026-11-03,5,,,{each},,\n" for each in named)
    assert await verdicts(ctx, None, rows) == ["gift", "gift", "no_campaign", "no_campaign"]
    assert await verdicts(ctx, campaign, rows) == ["gift", "gift", "no_campaign", "gift"]


async def test_import_is_undone_as_a_whole_and_can_be_repeated(ctx: Context, campaign: Campaign) -> None:
    rows = "2026-11-03,50.00,2.00,,,,\n2026-11-04,20.00,,,,USD,\n"
    number, _ = await imports.book(ctx, await propose(ctx, campaign, rows), "bank", TERMINAL)
    assert await imports.undo(ctx, number, TERMINAL)
    assert not await imports.undo(ctx, number, TERMINAL)
    assert not await imports.undo(ctx, 1, TERMINAL)
    assert await counted(ctx) == []
    assert {at: minor for at, minor in (await ledger_sums(ctx)).items() if minor} == {}
    assert (await verify(ctx)).problems == ()
    assert await verdicts(ctx, campaign, rows) == ["gift", "gift"]
    (latest,) = await imports.latest(ctx)
    assert (latest.gifts, latest.undone_at is not None) == (0, True)


async def test_gift_whose_cheque_was_returned_is_not_imported_again(ctx: Context, campaign: Campaign) -> None:
    rows = "2026-11-03,50.00,,,,,\n"
    number, _ = await imports.book(ctx, await propose(ctx, campaign, rows), "bank", TERMINAL)
    (gift,) = await all_gifts(ctx)
    await offline.take_back(ctx, gift.id, TERMINAL, "returned")
    assert await verdicts(ctx, campaign, rows) == ["known"]
    assert await imports.undo(ctx, number, TERMINAL)
    assert (await verify(ctx)).problems == ()
