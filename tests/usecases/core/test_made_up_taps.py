"""Button data can be made up by anyone, and anything typed: all of it gets a reply."""

import random
import re
from collections.abc import Iterator

import pytest

from bot.domain.staff import Role
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.staff import access_check
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, hire, make_context, open_campaign

NUMBERS = ("", "0", "1", "-1", "\u00b2", "\u0663", "9" * 18, "9" * 19, "9" * 40, "x", "%", "\U0001f39f")
TEXTS = ("", " ", "\u00b2", "9" * 40, "2026-13-45 99:99", "x" * 5000, "<b>**[a](http://[", "\u0000", "fr", "oui")
PARTS = re.compile(r"\d+|[^\d:]+|:")
STEPS = 60  # about two seconds; 1,500 with other seeds found nothing more


def near(action: str, rng: random.Random) -> Iterator[str]:
    """Return the action and variants of it: truncated, with an extra part, with another number."""
    parts = PARTS.findall(action)
    yield action
    yield "".join(parts[: rng.randrange(len(parts) + 1)])
    yield f"{action}:{rng.choice(NUMBERS)}"
    for _ in range(2):
        place = rng.randrange(len(parts))
        yield "".join((*parts[:place], rng.choice(NUMBERS), *parts[place + 1 :]))


@pytest.mark.parametrize("role", [None, Role.OWNER])
async def test_made_up_taps_and_texts_get_replies_in_every_state(
    db: Database, clock: MovingClock, rng: random.Random, role: Role | None
) -> None:
    ctx = make_context(db, clock, public_url="https://dons.example", link_domains=("tablee.example",))
    await open_campaign(ctx)
    if role is not None:
        await hire(ctx, CAMILLE, role, label="Camille")
    known = [*router.ACTIONS, *access_check.ACTIONS]
    for _ in range(STEPS):
        for data in near(rng.choice(known), rng):
            reply = await router.on_action(ctx, CAMILLE, data)
            assert reply.card.title or reply.card.lines, data
            known += [button.action for button in reply.card.buttons if button.action and button.action not in known]
        await router.on_text(ctx, CAMILLE, rng.choice(TEXTS))


@pytest.mark.parametrize(
    "made_up", ["tm:role:1:", "tm:role:1:editor:x", "cover:1:\u00b2", f"unsub:{'9' * 19}", f"ma:c{'9' * 19}"]
)
async def test_made_up_button_part_gets_reply(db: Database, clock: MovingClock, made_up: str) -> None:
    ctx = make_context(db, clock)
    await open_campaign(ctx)
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    assert (await router.on_action(ctx, CAMILLE, made_up)).card.title
