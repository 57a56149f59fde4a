"""A delivered copy counts for the day; its file leaves the chat after 24 hours, whatever else fails."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.people import Contact, PlatformName
from bot.store.supporters.tables import my_data_file
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.ports import InDoubt, MessageRef, PlatformError, Rejected, RetryLater, Unreachable
from bot.usecases.supporters import forgetting, my_data_delivery
from tests.conftest import MovingClock
from tests.delivery.test_loop import RecordingPlatform
from tests.usecase_setup import CAMILLE
from tests.usecases.referral_tree.test_referrals import contact
from tests.usecases.supporters.test_forgetting import NAME, everything
from tests.usecases.supporters.test_my_data_handlers import IN_DM, hand_over, take

DAY = timedelta(hours=24)


@dataclass
class Chats(RecordingPlatform):
    """A platform that records deletions. `refusals`: what it raises for a message, by message id."""

    name: PlatformName = "telegram"
    deleted: list[MessageRef] = field(default_factory=list)
    refusals: dict[str, Exception] = field(default_factory=dict)

    async def delete(self, ref: MessageRef) -> None:
        if ref.message_id in self.refusals:
            raise self.refusals[ref.message_id]
        self.deleted.append(ref)


async def sent_file(ctx: Context, person: Contact, message: str) -> MessageRef:
    """Ask for the copy, and return where its file is."""
    await find_or_join(ctx, person)
    ref = MessageRef(chat_id=person.external_id, message_id=message)
    await hand_over(ctx, person, await take(ctx, person), ref)
    return ref


async def noted(ctx: Context) -> int:
    async with ctx.db.read() as conn:
        return int((await conn.execute(select(func.count()).select_from(my_data_file))).scalar_one())


@pytest.mark.parametrize("person", [CAMILLE, IN_DM], ids=["telegram", "discord"])
async def test_file_is_deleted_after_a_day_once(ctx: Context, clock: MovingClock, person: Contact) -> None:
    ref = await sent_file(ctx, person, "5")
    here, elsewhere = Chats(name=person.platform), Chats(name="discord" if person is CAMILLE else "telegram")
    clock.now += DAY - timedelta(seconds=1)
    assert await my_data_delivery.delete_due(ctx, here) == 0
    clock.now += timedelta(seconds=1)
    assert await my_data_delivery.delete_due(ctx, elsewhere) == 0
    assert [await my_data_delivery.delete_due(ctx, here) for _ in range(2)] == [1, 0]
    assert here.deleted == [ref] and not elsewhere.deleted
    assert await noted(ctx) == 0


async def test_file_that_fails_holds_up_no_other_and_is_tried_again(ctx: Context, clock: MovingClock) -> None:
    troubles: list[Exception] = [
        RetryLater(5),
        InDoubt("lost"),
        Unreachable("blocked"),
        RuntimeError("a fault"),
    ]
    people = [contact(f"{number}") for number in range(len(troubles) + 1)]
    for number, person in enumerate(people):
        await sent_file(ctx, person, str(number))
    chats = Chats(refusals={str(number): trouble for number, trouble in enumerate(troubles)})
    clock.now += DAY
    assert await my_data_delivery.delete_due(ctx, chats) == 1
    assert [ref.message_id for ref in chats.deleted] == [str(len(troubles))]
    chats.refusals.clear()
    assert await my_data_delivery.delete_due(ctx, chats) == 0, "not at once"
    clock.now += timedelta(hours=1)
    assert await my_data_delivery.delete_due(ctx, chats) == len(troubles)
    assert await noted(ctx) == 0


@pytest.mark.parametrize("refusal", [Rejected("message can't be deleted for everyone"), Unreachable("blocked")])
async def test_file_that_cannot_be_deleted_is_given_up(
    ctx: Context, clock: MovingClock, refusal: PlatformError
) -> None:
    await sent_file(ctx, CAMILLE, "5")
    chats = Chats(refusals={"5": refusal})
    clock.now += timedelta(hours=48)
    assert await my_data_delivery.delete_due(ctx, chats) == 0
    assert await noted(ctx) == 0


async def test_forgotten_person_leaves_no_file_and_no_row(ctx: Context) -> None:
    person = contact(NAME)
    ref = await sent_file(ctx, person, "5")
    await forgetting.forget(ctx, (await find_or_join(ctx, person)).id)
    chats = Chats()
    assert await my_data_delivery.delete_due(ctx, chats) == 1
    assert chats.deleted == [ref]
    assert NAME not in await everything(ctx)


@pytest.mark.parametrize("person", [CAMILLE, IN_DM], ids=["telegram", "discord"])
async def test_copy_that_was_not_delivered_costs_nothing(ctx: Context, person: Contact) -> None:
    await find_or_join(ctx, person)
    offered = await take(ctx, person)
    assert offered.copy is not None
    failed = await router.copy_not_delivered(ctx, person, offered.copy)
    assert failed.title == ctx.catalog.text((await find_or_join(ctx, person)).locale, "mydata-failed-title")
    again = await take(ctx, person)
    assert again.more and again.copy is not None
    await hand_over(ctx, person, again)
    assert (await take(ctx, person)).copy is None


async def test_copy_whose_fate_is_unknown_costs_minutes(ctx: Context, clock: MovingClock) -> None:
    """The process ended while the file was being sent."""
    await find_or_join(ctx, IN_DM)
    assert (await take(ctx, IN_DM)).copy is not None
    waiting = await take(ctx, IN_DM)
    assert waiting.copy is None and waiting.card.title == "Your copy is on its way"
    clock.now += timedelta(minutes=5, seconds=1)
    assert (await take(ctx, IN_DM)).copy is not None
    assert await noted(ctx) == 0
