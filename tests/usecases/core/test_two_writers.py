"""Two processes on one database that handle the same things at the same time."""

import asyncio
import random
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.ids import Ids
from bot.domain.people import Preference
from bot.domain.referrals import JoinedVia, ReferralOutcome
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection, Database
from bot.store.supporters import merging, supporters
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import claim
from bot.usecases.money import verify
from bot.usecases.money.record import ReceivedEvent, apply_set
from bot.usecases.preferences import preferences
from bot.usecases.referrals import invite
from bot.usecases.supporters.merging import merge
from payments.facts import read_event
from tests import referral_rows
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import ALEX, CAMILLE, all_gifts, make_context, metadata, open_campaign, signed

_ROUNDS = 5


@pytest.fixture
async def processes(db: Database, url: str, clock: MovingClock) -> AsyncIterator[tuple[Context, Context]]:
    other = Database(url)
    yield make_context(db, clock), make_context(other, clock, ids=Ids(clock, random.Random(2)))
    await other.close()


def arrived(*payloads: dict[str, Any]) -> list[ReceivedEvent]:
    events = [read_event(payload) for payload in payloads]
    return [ReceivedEvent(id=e.id, type=e.type, created=e.created, facts=e.facts, body=b"{}") for e in events]


def paid(number: int, token: str | None, marks: dict[str, str]) -> dict[str, Any]:
    names = {"id": f"cs_{number}", "payment_intent": f"pi_{number}"}
    session = stripe.session(**names, client_reference_id=token, metadata=marks)
    return stripe.event("checkout.session.completed", session, id=f"evt_paid_{number}")


async def test_same_events_in_two_processes_count_once(processes: tuple[Context, Context]) -> None:
    first, other = processes
    campaign = await open_campaign(first)
    _, token = await signed(first, campaign)
    for n in range(_ROUNDS):
        refund = stripe.refund(id=f"re_{n}", payment_intent=f"pi_{n}", charge=f"ch_{n}")
        gift = arrived(paid(n, token, metadata(campaign)))
        refunds = arrived(stripe.event("refund.created", refund, id=f"evt_refund_{n}"))
        for events in (gift, refunds):
            await asyncio.gather(apply_set(first, events), apply_set(other, events))
    async with first.db.read() as conn:
        after = await campaign_rows.by_slug(conn, campaign.slug)
    assert after is not None
    assert (after.raised.minor, after.gift_count, after.donor_count) == (300 * _ROUNDS, _ROUNDS, 1)
    assert (await verify.verify(first)).problems == ()


async def test_different_events_of_one_gift_in_two_processes_are_all_applied(
    processes: tuple[Context, Context],
) -> None:
    first, other = processes
    campaign = await open_campaign(first)
    _, token = await signed(first, campaign)
    for n in range(_ROUNDS):
        await apply_set(first, arrived(paid(n, token, metadata(campaign))))
        news = [
            arrived(
                stripe.event(
                    "refund.created",
                    stripe.refund(id=f"re_{n}_{part}", amount=100, payment_intent=f"pi_{n}", charge=f"ch_{n}"),
                    id=f"evt_{n}_{part}",
                )
            )
            for part in range(2)
        ]
        await asyncio.gather(apply_set(first, news[0]), apply_set(other, news[1]))
    assert {len(gift.book.refunds) for gift in await all_gifts(first)} == {2}
    assert (await verify.verify(first)).problems == ()


async def test_gift_is_claimed_by_one_of_two(processes: tuple[Context, Context]) -> None:
    first, other = processes
    campaign = await open_campaign(first)
    claimants = [await find_or_join(first, CAMILLE), await find_or_join(other, ALEX)]
    for n in range(_ROUNDS):
        await apply_set(first, arrived(paid(n, None, metadata(campaign))))
    for gift in await all_gifts(first):
        token = claim.claim_token(first, gift)
        assert token is not None
        await asyncio.gather(
            claim.on_tap(first, await find_or_join(first, CAMILLE), token),
            claim.on_tap(other, await find_or_join(other, ALEX), token),
        )
    async with first.db.read() as conn:
        after = await campaign_rows.by_slug(conn, campaign.slug)
    assert after is not None
    owners = {gift.supporter_id for gift in await all_gifts(first)}
    assert after.donor_count == len(owners)
    counts = [(await find_or_join(first, contact)).gift_count for contact in (CAMILLE, ALEX)]
    assert sum(counts) == _ROUNDS
    assert owners <= {person.id for person in claimants}
    assert (await verify.verify(first)).problems == ()


async def waiting_for_the_lock(ctx: Context, act: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
    """Start `act`, and return its task once it waits for the money lock, held by the caller.

    Raises AssertionError if it ends without waiting.
    """
    asked, write_money = asyncio.Event(), ctx.db.write_money

    def asking() -> AbstractAsyncContextManager[Connection]:
        asked.set()
        return write_money()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ctx.db, "write_money", asking)
        task = asyncio.create_task(act)
        await asyncio.wait([task, waits := asyncio.create_task(asked.wait())], return_when=asyncio.FIRST_COMPLETED)
        waits.cancel()
    assert asked.is_set() and not task.done()
    return task


async def test_claim_during_linking_or_forgetting_uses_current_supporter(processes: tuple[Context, Context]) -> None:
    """The gift belongs to the merged supporter, or to nobody once they are forgotten."""
    one, other = processes
    campaign = await open_campaign(one)
    for n in range(2):
        await apply_set(one, arrived(paid(n, None, metadata(campaign))))
    first, second = [claim.claim_token(one, gift) or "" for gift in await all_gifts(one)]
    elder, camille = await find_or_join(one, ALEX), await find_or_join(one, CAMILLE)
    async with other.db.write_money() as conn:
        waits = await waiting_for_the_lock(one, claim.on_tap(one, camille, first))  # with the old supporter id
        assert await merge(other, conn, camille.id, elder.id) == elder.id
    await waits
    async with other.db.write_money() as conn:
        waits = await waiting_for_the_lock(one, claim.on_tap(one, await find_or_join(one, CAMILLE), second))
        await merging.erase(conn, await merging.merged_ids(conn, elder.id), one.clock())
    await waits
    assert [gift.supporter_id for gift in await all_gifts(one)] == [elder.id, None]
    assert (await verify.verify(one)).problems == ()


async def test_stop_during_linking_is_applied(processes: tuple[Context, Context]) -> None:
    first, other = processes
    elder, camille = await find_or_join(first, ALEX), await find_or_join(first, CAMILLE)
    for person in (elder, camille):
        await preferences.set_preferences(first, person, [Preference.NEWS], True)
    first.clock.move(minutes=1)  # type: ignore[attr-defined]  # a clock that tests move
    async with other.db.write_money() as conn:
        waits = await waiting_for_the_lock(first, preferences.stop(first, camille))  # with the old supporter id
        assert await merge(other, conn, camille.id, elder.id) == elder.id
    await waits
    async with first.db.read() as conn:
        assert await supporters.preferences(conn, elder.id) == frozenset()


async def test_newcomer_following_two_invites_at_once_gets_one_referral(processes: tuple[Context, Context]) -> None:
    first, other = processes
    hosts = [await invite.invite_of(first, await find_or_join(first, contact)) for contact in (CAMILLE, ALEX)]
    newcomers = [replace(CAMILLE, external_id=f"new{n}") for n in range(_ROUNDS)]
    for new in newcomers:
        both = zip((first, other), hosts, strict=True)
        outcomes = await asyncio.gather(
            *(invite.record_newcomer(ctx, new, host, JoinedVia.DEEP_LINK, None) for ctx, host in both)
        )
        assert sorted(outcomes) == [ReferralOutcome.RECORDED, ReferralOutcome.NOT_NEW]
    async with first.db.read() as conn:
        assert sum([await referral_rows.referral_count(conn, host.supporter_id) for host in hosts]) == _ROUNDS
    assert (await verify.verify(first)).problems == ()
