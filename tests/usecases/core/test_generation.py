"""A restored copy is recognized by its counter; a bot that was merely off is not mistaken for one."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.launch import example_campaign
from bot.domain.people import Preference, Supporter
from bot.restoring import put_back
from bot.sandbox.stripe import StripeSandbox
from bot.store.core import outbox, switches
from bot.store.core.outbox import Delivery, Lane
from bot.store.core.switches import Switch
from bot.store.db import Database
from bot.store.erasure_file import ErasureFile
from bot.store.supporters import supporters
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import erasures, freeze, late
from bot.usecases.core.access import TERMINAL
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff.operations import backup, generation
from payments.gateway_errors import GatewayError, GatewayRefused, GatewayUnavailable
from payments.reference import Keyring
from payments.stripe import StripeGateway
from tests.conftest import MovingClock
from tests.journeys.environment import new_environment
from tests.journeys.people import new_person
from tests.journeys.test_failures import ask
from tests.usecase_setup import CAMILLE, SECRET, make_context, open_campaign, queued
from tests.usecases.supporters.test_forgetting import gives_monthly
from tests.waiting import until


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, tmp_path: Path) -> Context:
    return make_context(db, clock, erasures=ErasureFile(tmp_path / "obole.erasures"))


async def put_counter(ctx: Context, count: int) -> None:
    """What a copy from before has."""
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.GENERATION, on=True, value=count, at=ctx.clock()))


async def away(*_: Any) -> None:
    raise GatewayUnavailable("away")


async def is_frozen(ctx: Context) -> bool:
    async with ctx.db.read() as conn:
        return await switches.is_frozen(conn)


async def test_copy_is_recognized_once_and_held(ctx: Context, clock: MovingClock) -> None:
    await find_or_join(ctx, CAMILLE)
    for _ in range(3):
        assert not await generation.check(ctx)
        clock.move(hours=1)
    await put_counter(ctx, 2)
    assert await generation.check(ctx)
    assert await is_frozen(ctx)
    async with ctx.db.read() as conn:
        assert await switches.read(conn, switches.RESTORED) is not None
    assert not await generation.check(ctx)
    known = await generation.at_stripe(ctx)
    assert known is not None and known.count == 5


@pytest.fixture
async def erased_donor(ctx: Context, clock: MovingClock) -> Supporter:
    """Erased since the copy was made; her monthly gift and a message are in it."""
    camille = await find_or_join(ctx, CAMILLE)
    await gives_monthly(ctx, await open_campaign(ctx), camille.id, "sub_1")
    clock.move(minutes=5)
    await generation.check(ctx)
    waiting = Delivery(id=ctx.ids.new(), lane=Lane.SERVICE, platform="telegram", address_id=camille.address_id,
                       message="invited_by", args={}, due_at=clock())  # fmt: skip
    async with ctx.db.write() as conn:
        await erasures.record(ctx, conn, [camille.id])
        await outbox.add(conn, [waiting])
    await put_counter(ctx, 0)
    clock.move(minutes=5)
    return camille


@pytest.mark.parametrize("failure", [GatewayRefused("no"), GatewayUnavailable("away")])
async def test_copy_is_held_though_stripe_does_not_end_a_monthly_gift(
    ctx: Context, erased_donor: Supporter, monkeypatch: pytest.MonkeyPatch, failure: GatewayError
) -> None:
    async def fail(*_: Any) -> None:
        raise failure

    end = ctx.gateway.end_pledge
    monkeypatch.setattr(ctx.gateway, "end_pledge", fail)
    watch = generation.Generation(ctx)
    await watch.at_start()
    assert await is_frozen(ctx)
    assert await queued(ctx) == {"held": 1}
    is_final = isinstance(failure, GatewayRefused)
    assert bool(ctx.failures.waiting) is is_final

    await late.decide(ctx, TERMINAL, send=True)
    await freeze.lift(ctx, TERMINAL)
    monkeypatch.setattr(ctx.gateway, "end_pledge", end)
    assert await watch.tick() is not is_final  # the rest is repeated, and what an owner has decided stays
    assert not await is_frozen(ctx)
    if is_final:
        assert (await generation.mark_restored(ctx)).erased == 1
    async with ctx.db.read() as conn:
        assert await supporters.find(conn, "telegram", CAMILLE.external_id) is None
    assert not await generation.check(ctx)


async def test_restored_holds_messages_though_stripe_is_away(
    ctx: Context, erased_donor: Supporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctx.gateway, "read_note", away)
    with pytest.raises(GatewayUnavailable):
        await generation.mark_restored(ctx)
    assert await is_frozen(ctx)
    assert await queued(ctx) == {"held": 1}


async def test_bot_that_was_off_for_days_is_no_copy(ctx: Context, clock: MovingClock) -> None:
    await find_or_join(ctx, CAMILLE)
    await generation.Generation(ctx).at_start()
    clock.move(days=9)
    await generation.Generation(ctx).at_start()
    assert not await is_frozen(ctx)


async def test_copy_from_before_the_counter_is_recognized_but_an_empty_database_is_new(ctx: Context) -> None:
    await generation.check(ctx)
    async with ctx.db.write() as conn:
        await conn.execute(switches.switch.delete())
    assert not await generation.check(ctx)
    await find_or_join(ctx, CAMILLE)
    async with ctx.db.write() as conn:
        await conn.execute(switches.switch.delete())
    assert await generation.check(ctx)


async def test_outage_at_stripe_delays_the_check_and_invents_no_copy(
    ctx: Context, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await find_or_join(ctx, CAMILLE)
    watch = generation.Generation(ctx)
    await watch.at_start()
    write = ctx.gateway.write_note

    monkeypatch.setattr(ctx.gateway, "write_note", away)
    clock.move(hours=1)
    for _ in range(2):  # our counter has gone ahead of Stripe's
        with pytest.raises(GatewayUnavailable):
            await watch.tick()
    await generation.Generation(ctx).at_start()  # a restart goes on without
    monkeypatch.setattr(ctx.gateway, "write_note", write)
    assert not await watch.tick()
    assert not await is_frozen(ctx)


async def test_counter_is_found_under_a_former_key_and_not_under_anothers(ctx: Context) -> None:
    await generation.check(ctx)
    rotated = replace(ctx, keyring=Keyring(["n" * 40, SECRET]))
    assert await generation.at_stripe(rotated) == await generation.at_stripe(ctx) is not None
    assert await generation.at_stripe(replace(ctx, keyring=Keyring(["n" * 40]))) is None


async def test_backup_is_behind_as_soon_as_it_is_made(ctx: Context, tmp_path: Path) -> None:
    if not ctx.db.is_sqlite:  # PostgreSQL's archive cannot be read in place
        return
    await generation.check(ctx)
    await backup.back_up(ctx, tmp_path / "copy")
    known = await generation.at_stripe(ctx)
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        ((stored,),) = copy.execute("SELECT value FROM switch WHERE name = 'generation'").fetchall()
    assert known is not None and int(stored) < known.count


async def test_erasures_that_the_record_lost_are_counted(
    ctx: Context, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    camille = await find_or_join(ctx, CAMILLE)
    clock.move(minutes=5)
    async with ctx.db.write() as conn:
        await erasures.record(ctx, conn, [camille.id])
    await generation.check(ctx)
    assert ctx.erasures is not None
    kept = ctx.erasures.path.read_text()
    ctx.erasures.path.unlink()
    await put_counter(ctx, 0)
    assert await generation.check(ctx)
    assert await missing(ctx) == 1
    for _ in range(2):  # Stripe knows it until the record does
        assert (await generation.mark_restored(ctx)).missing == 1
        assert not await generation.check(ctx)
    monkeypatch.setattr(ctx.gateway, "read_note", away)
    with pytest.raises(GatewayUnavailable):
        await generation.mark_restored(ctx)
    monkeypatch.undo()
    assert await missing(ctx) == 1
    ctx.erasures.path.write_text(kept)
    done = await generation.mark_restored(ctx)
    assert (done.erased, done.missing, await missing(ctx)) == (1, 0, 0)
    ctx.erasures.path.unlink()  # as if all its lines had become too old
    await generation.check(ctx)
    known = await generation.at_stripe(ctx)
    assert known is not None and known.erasures == 0


async def missing(ctx: Context) -> int:
    async with ctx.db.read() as conn:
        restored = await switches.read(conn, switches.RESTORED)
    assert restored is not None
    return int(restored.value["missing"])


async def agreed(ctx: Context, person: Supporter) -> set[Preference]:
    async with ctx.db.read() as conn:
        return set(await supporters.preferences(conn, person.id))


async def test_opt_out_since_the_backup_is_repeated(ctx: Context, clock: MovingClock) -> None:
    camille, both = await find_or_join(ctx, CAMILLE), [Preference.NEWS, Preference.REMINDERS]
    await set_preferences(ctx, camille, both, True)
    clock.move(minutes=5)
    await set_preferences(ctx, camille, [Preference.NEWS], False)
    async with ctx.db.write() as conn:  # the backup is from before
        await conn.execute(
            supporters.preference.update().values(accepted=True, changed_at=clock() - timedelta(hours=1))
        )
    assert (await generation.mark_restored(ctx)).opted_out == 1
    assert await agreed(ctx, camille) == {Preference.REMINDERS}
    assert (await generation.mark_restored(ctx)).opted_out == 0


async def test_consent_given_after_an_opt_out_stays(ctx: Context, clock: MovingClock) -> None:
    camille = await find_or_join(ctx, CAMILLE)
    for accepted in (True, False, True):
        await set_preferences(ctx, camille, [Preference.NEWS], accepted)
        clock.move(minutes=5)
    assert (await generation.mark_restored(ctx)).opted_out == 0
    assert await agreed(ctx, camille) == {Preference.NEWS}
    assert ctx.erasures is not None
    (line,) = ctx.erasures.path.read_text().splitlines()
    assert line.endswith(" news") and "telegram" not in line


def test_half_a_line_of_the_record_is_no_erasure(tmp_path: Path, clock: MovingClock) -> None:
    record = ErasureFile(tmp_path / "obole.erasures")
    record.add(["a" * 48], clock())
    with record.path.open("a") as file:
        file.write(f"{clock().isoformat()} {'b' * 20}")  # a crash
    assert [one.hash[0] for one in record.read()] == ["a"]
    record.add(["c" * 48], clock(), "news")
    assert [(one.hash[0], one.preference) for one in record.read()] == [("a", ""), ("c", "news")]


@pytest.fixture
async def gateway() -> AsyncIterator[StripeGateway]:
    async with StripeSandbox(clock=lambda: datetime.now(UTC)) as stripe:
        made = StripeGateway("sk_test_notes", stripe.url)
        yield made
        await made.close()


async def test_note_is_kept_at_stripe(gateway: StripeGateway) -> None:
    assert await gateway.read_note("obole_state_1") == {}
    await gateway.write_note("obole_state_1", {"a": "1", "b": "2"})
    await gateway.write_note("obole_state_1", {"b": "3"})
    assert await gateway.read_note("obole_state_1") == {"a": "1", "b": "3"}


async def test_gifts_since_the_backup_are_counted_once_and_their_thanks_held(tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "copy.sqlite3"
    copy.parent.mkdir()
    async with new_environment(tmp_path, platforms=["telegram"]) as env:
        async with env.run_bot() as app:
            await publish.publish(app.ctx, example_campaign())
            url = (await ask(new_person(env, "telegram"))).first_link
            await env.pay(url)
            await env.all_sent()
            await backup.back_up(app.ctx, copy)
            await env.pay(url)
            await env.all_sent()
            sent = (await env.outbox())["sent"]
        env.clock.ahead = timedelta(minutes=10)
        await put_back(env.settings, copy, clock=env.clock)
        async with env.run_bot() as app:  # without `obole restored`

            async def caught_up() -> bool:
                return len(await env.gifts()) == 2

            await until(caught_up)
            assert await is_frozen(app.ctx)
            await env.assert_books_balance()
            after = await env.outbox()
            assert after["held"] >= 1
            assert after["sent"] < sent
