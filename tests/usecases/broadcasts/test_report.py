"""Results of a broadcast: in total, and by language, platform and giving history."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.broadcasts import Giving, Quiet, Segment
from bot.domain.people import Contact, Preference, Supporter
from bot.domain.staff import Role
from bot.platforms.discord.render import render as on_discord
from bot.platforms.telegram.render import render as on_telegram
from bot.store.broadcasts import broadcasts, recipients
from bot.store.broadcasts.recipient_sums import sum_some
from bot.store.broadcasts.recipients import Result
from bot.store.broadcasts.tables import recipient
from bot.store.core.outbox import State
from bot.store.db import Database
from bot.store.gifts.tables import gift
from bot.store.staff import staff
from bot.usecases import router
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.broadcasts.report import Report, Share, report
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.prune import delete_old
from bot.usecases.core.taps import TapCounter
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff.broadcasts.live import card_of
from content.broadcast import Message
from payments.money import Money
from payments.reference import Reference, Touch, TouchKind
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def person(ctx: Context, number: int, locale: Any, platform: Any) -> Supporter:
    contact = Contact(platform=platform, external_id=str(number), locale=locale, private=True)
    found = await find_or_join(ctx, contact, wrote=platform == "discord")
    await set_preferences(ctx, found, [Preference.NEWS], True)
    return found


async def a_day(ctx: Context, clock: MovingClock) -> int:
    """Five people: one gave here, one elsewhere, one long ago, two never. One is blocked, one gives, one leaves."""
    campaign = await open_campaign(ctx, ends_on=None)
    other = await open_campaign(ctx, ends_on=None, slug="autre")
    lapsed = await person(ctx, 1, "fr", "telegram")
    await give(ctx, campaign, lapsed.id)
    clock.move(days=200)
    here, there = await person(ctx, 2, "fr", "telegram"), await person(ctx, 3, "en", "discord")
    await give(ctx, campaign, here.id)
    await give(ctx, other, there.id)
    for number in (4, 5):
        await person(ctx, number, "fr", "telegram")
    clock.move(days=8)
    async with ctx.db.write() as conn:
        nadia = await staff.add(
            conn, "telegram", "900", Role.EDITOR, label="Nadia", locale="fr", added_by=None, at=ctx.clock()
        )
    message = Message(texts={"fr": "Un repas", "en": "A meal"})
    spec = Spec(campaign_id=campaign.id, message=message, segment=Segment(), quiet=Quiet.SILENT)
    broadcast = await submit(ctx, nadia, spec)
    assert broadcast is not None
    clock.move(minutes=6)
    for _ in range(2):
        await lifecycle.tick(ctx)
    ends = {here.id: State.UNREACHABLE}
    results = [Result(broadcast_id=broadcast.id, supporter_id=n, state=ends.get(n, State.SENT)) for n in range(1, 6)]
    async with ctx.db.write() as conn:
        await recipients.mark(conn, results, ctx.clock())
    touch = Touch(TouchKind.BROADCAST, broadcast.id)
    await give(ctx, campaign, lapsed.id, 700, touch=touch)
    await give(ctx, campaign, None, 300, touch=touch)  # through a post
    await give(ctx, campaign, there.id, 900)  # not by this message
    leaves = Contact(platform="telegram", external_id="4", locale="fr", private=True)
    await router.on_action(ctx, leaves, f"unsub:{broadcast.id}")
    await lifecycle.tick(ctx)
    return broadcast.id


async def report_of(ctx: Context, broadcast_id: int) -> Report:
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast_id)
    assert found is not None
    return await report(ctx, found)


def cad(minor: int) -> list[Money]:
    return [Money(minor, "cad")]


NOTHING = Share(sent=0, asked=0, unreachable=0, unsubscribed=0, taps=None, gifts=0, money=[])


async def test_report_groups_by_giving_history(ctx: Context, clock: MovingClock) -> None:
    found = await report_of(ctx, await a_day(ctx, clock))
    assert found.parts == {
        Giving.LAPSED: replace(NOTHING, sent=1, asked=1, gifts=1, money=cad(700)),
        Giving.CAMPAIGN_DONORS: replace(NOTHING, unreachable=1),
        Giving.DONORS: replace(NOTHING, sent=1, asked=1),
        Giving.NON_DONORS: replace(NOTHING, sent=2, asked=2, unsubscribed=1),
        "": replace(NOTHING, gifts=1, money=cad(300)),
    }
    assert (found.gifts, found.money, found.unsubscribed) == (2, cad(1000), 1)


async def test_report_by_language_and_platform_adds_up(ctx: Context, clock: MovingClock) -> None:
    found = await report_of(ctx, await a_day(ctx, clock))
    assert found.languages["en"] == found.platforms["discord"] == replace(NOTHING, sent=1, asked=1)
    for shares in (found.languages, found.platforms, found.parts):
        assert sum(value.sent for value in shares.values()) == found.progress.people[State.SENT]
        assert sum(value.gifts for value in shares.values()) == found.gifts


async def test_report_card_shows_results(ctx: Context, clock: MovingClock) -> None:
    broadcast_id = await a_day(ctx, clock)
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast_id)
    assert found is not None
    card = await card_of(ctx, found, "fr")
    assert on_discord(card) and on_telegram(card)
    said = "\n".join(card.lines).replace("\u00a0", " ")
    assert "aucun don depuis 6 mois : 1 livré, dons : 1 (7 $)" in said
    assert "pas encore de don : 2 livrés, 1 désabonné" in said
    assert "par les canaux et groupes : dons : 1 (3 $)" in said
    assert "Boutons touchés" not in said, "without a public address taps are not counted"


async def test_taps_are_grouped_never_by_person(ctx: Context, clock: MovingClock) -> None:
    seen = replace(ctx, public_url="https://dons.example")
    broadcast_id = await a_day(seen, clock)
    touch = Touch(TouchKind.BROADCAST, broadcast_id)
    counter = TapCounter(seen)
    for person_id in (1, 1, 4, 0, 77):  # the last two: through a post, and by a forwarded link
        counter.note(seen.keyring.sign(Reference(person_id, 1, touch)))
    await counter.write()
    counter.note(seen.keyring.sign(Reference(3, 1, touch)))
    await counter.write()
    found = await report_of(seen, broadcast_id)
    assert found.taps == 6
    assert {part: share.taps for part, share in found.parts.items()} == {
        Giving.LAPSED: 2,
        Giving.CAMPAIGN_DONORS: 0,
        Giving.DONORS: 1,
        Giving.NON_DONORS: 1,
        "": 2,
    }
    assert {value.taps for value in found.languages.values()} == {3, 1, 2}


async def test_figures_stay_after_recipients_are_summed_up(ctx: Context, clock: MovingClock) -> None:
    seen = replace(ctx, public_url="https://dons.example")
    broadcast_id = await a_day(seen, clock)
    counter = TapCounter(seen)
    counter.note(seen.keyring.sign(Reference(1, 1, Touch(TouchKind.BROADCAST, broadcast_id))))
    await counter.write()
    clock.move(days=179)
    await delete_old(seen)
    before = await report_of(seen, broadcast_id)
    assert len(await copies(ctx)) == 5
    clock.move(days=2)
    assert await delete_old(seen) == 3
    assert await report_of(seen, broadcast_id) == before
    assert await copies(ctx) == {1: "", 4: ""}, "who gave or stopped by it, without an address"
    await delete_old(seen)
    assert await report_of(seen, broadcast_id) == before


async def test_recipients_are_summed_up_batch_by_batch(ctx: Context, clock: MovingClock) -> None:
    broadcast_id = await a_day(ctx, clock)
    before = await report_of(ctx, broadcast_id)
    clock.move(days=200)
    deleted: list[int | None] = []
    while not deleted or deleted[-1] is not None:
        async with ctx.db.write() as conn:
            deleted.append(await sum_some(conn, ctx.clock(), 2))
        assert await report_of(ctx, broadcast_id) == before
    assert deleted == [1, 1, 1, 0, None]


async def test_refund_after_summing_changes_same_slice(ctx: Context, clock: MovingClock) -> None:
    broadcast_id = await a_day(ctx, clock)
    clock.move(days=200)
    await delete_old(ctx)
    async with ctx.db.write() as conn:
        await conn.execute(update(gift).where(gift.c.supporter_id == 1, gift.c.counted == 700).values(counted=400))
    assert (await report_of(ctx, broadcast_id)).parts[Giving.LAPSED].money == cad(400)


async def test_copies_of_recently_changed_broadcast_are_kept(ctx: Context, clock: MovingClock) -> None:
    broadcast_id = await a_day(ctx, clock)
    clock.move(days=179)
    async with ctx.db.write() as conn:
        found = await broadcasts.get(conn, broadcast_id)
        assert found is not None
        await broadcasts.correct(conn, found, found.message, ctx.clock())
    clock.move(days=2)
    assert await delete_old(ctx) == 0
    assert len(await copies(ctx)) == 5


async def copies(ctx: Context) -> dict[int, str]:
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(recipient.c.supporter_id, recipient.c.external_id))
        return {row.supporter_id: row.external_id for row in rows}
