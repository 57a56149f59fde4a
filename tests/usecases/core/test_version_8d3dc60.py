"""What version 8d3dc60 stored and put on buttons is still understood (data/version_8d3dc60.json)."""

import ast
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

import bot
from bot.domain.broadcasts import BroadcastState
from bot.domain.deeplink import ClaimPayload, GivePayload, InvitePayload, StaffPayload, read_payload
from bot.domain.people import Preference
from bot.store.broadcasts.tables import broadcast
from bot.store.campaigns import places
from bot.store.core.notices import Notice
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Database
from bot.store.gifts.tables import error_case
from bot.usecases import outbox_messages, router
from bot.usecases.context import Context
from bot.usecases.core import cases
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.giving import links
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check, notices, routes
from content.catalog import LOCALES
from tests.conftest import MovingClock
from tests.databases import migrated_file
from tests.usecase_setup import CAMILLE
from tests.usecases.core.filled_database import LUC, MEI, context, fill
from tests.usecases.giving.alice_and_bob import BobsStripe

WRITTEN: Mapping[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "version_8d3dc60.json").read_text(encoding="utf-8")
)
# The states of a broadcast whose card has a button.
STATES = {
    "approve": "approval",
    "stop": "running",
    "look": "approval",
    "pause": "running",
    "resume": "paused",
    "news": "paused",
    "why": "stopped",
}
# What has to come first for a button to change anything, by its end.
FIRST = {
    "pref:news:off": "pref:news:on",
    "pl:giving:off": "pl:giving:on",
    "pl:steps:off": "pl:steps:on",
    "np:release": "np:hold",
    ":calm": "bc:{broadcast_draft}:quiet",
}
ODD = "~"  # an argument that no version wrote


class World:
    """The filled database, copied for every tap: a tap changes what the next one finds."""

    def __init__(self, folder: Path, clock: MovingClock) -> None:
        self._folder = folder
        self._clock = clock
        self._gateway = BobsStripe()
        self._results: dict[tuple[str, str, str | None], tuple[Reply, list[str]]] = {}
        self.ids: dict[str, str] = {}

    async def fill(self) -> None:
        db = Database(await migrated_file(self._folder / "filled.sqlite3"))
        try:
            self.ids = await fill(context(db, self._clock, self._gateway))
        finally:
            await db.close()
        self._clock.move(seconds=1)  # for new ids

    @asynccontextmanager
    async def copied(self) -> AsyncIterator[Context]:
        shutil.copy(self._folder / "filled.sqlite3", self._folder / "copy.sqlite3")
        db = Database(f"sqlite:///{self._folder / 'copy.sqlite3'}")
        try:
            ctx = context(db, self._clock, self._gateway)
            await links.load(ctx)
            yield ctx
        finally:
            await db.close()

    async def tap(self, action: str, *, state: str = "running", first: str | None = None) -> Reply:
        """Tap in a fresh copy. `state`: of the broadcasts; `first`: what is tapped before."""
        contact = LUC if action.startswith("by") else CAMILLE
        async with self.copied() as ctx:
            async with ctx.db.write() as conn:
                await conn.execute(update(broadcast).values(state=state))
            if first is not None:
                await router.on_action(ctx, contact, first)
            return await router.on_action(ctx, contact, action)

    async def result(self, action: str, state: str, first: str | None) -> tuple[Reply, list[str]]:
        """Return the reply to a tap and all rows after it."""
        key = (action, state, first)
        if key not in self._results:
            reply = await self.tap(action, state=state, first=first)
            with closing(sqlite3.connect(self._folder / "copy.sqlite3")) as copy:
                self._results[key] = reply, list(copy.iterdump())
        return self._results[key]

    async def is_understood(self, action: str) -> bool:
        """Return whether what an action shows or changes depends on its last part."""
        head = action.rpartition(":")[0]
        first = next((tap.format(**self.ids) for end, tap in FIRST.items() if action.endswith(end)), None)
        state = STATES.get((action + "::").split(":")[2], "running") if action.startswith("bs:") else "running"
        odd = await self.result(f"{head}:{ODD}" if head else ODD, state, first)
        return await self.result(action, state, first) != odd


@pytest.fixture
async def world(tmp_path: Path, clock: MovingClock) -> World:
    world = World(tmp_path, clock)
    await world.fill()
    return world


@pytest.mark.slow
@pytest.mark.parametrize("of", ["supporter", "staff"])
async def test_buttons_are_understood(world: World, of: str) -> None:
    buttons = [button.format(**world.ids) for button in WRITTEN[f"{of}_buttons"]]
    assert [button for button in buttons if not await world.is_understood(button)] == []


@pytest.mark.slow
async def test_buttons_without_a_choice_are_answered(world: World) -> None:
    for of, verbs in {"supporter": router.ACTIONS, "staff": access_check.ACTIONS}.items():
        for button in WRITTEN[f"{of}_buttons_without_choice"]:
            action = button.format(**world.ids)
            assert action.partition(":")[0] in verbs
            reply = await world.tap(action)
            assert reply.card.title or reply.card.lines, action


def test_links_are_understood() -> None:
    kinds = {GivePayload: "give", ClaimPayload: "claim", StaffPayload: "staff", InvitePayload: "invite"}
    ids = dict.fromkeys(("campaign", "broadcast"), "7") | {"claim": "ABCDEFGHJK"}
    for payload, kind in WRITTEN["links"].items():
        link = read_payload(payload.format(**ids))
        assert link is not None and kinds[type(link)] == kind, payload


def filled_in(args: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """Return arguments with ids for the names in them, as numbers where they are numbers."""
    texts = {name: value.format(**ids) if isinstance(value, str) else value for name, value in args.items()}
    named = {name for name, value in args.items() if isinstance(value, str) and value.startswith("{")}
    return {n: int(v) if n in named and str(v).isdigit() else v for n, v in texts.items()}


async def test_messages_are_rendered(world: World) -> None:
    known = {*outbox_messages.MESSAGES, *outbox_messages.APART_FROM_GIFTS}
    assert WRITTEN["messages"].keys() <= known
    async with world.copied() as ctx:
        camille = await find_or_join(ctx, CAMILLE)
        readers = {"who_invited": await find_or_join(ctx, LUC), "brought": await find_or_join(ctx, MEI)}
        async with ctx.db.write() as conn:
            await cases.close_case(ctx, conn, int(world.ids["case"]))
        for message in sorted(WRITTEN["messages"], key=lambda name: name != "consent"):
            if message != "consent":  # asked before they agree to anything
                await set_preferences(ctx, camille, [Preference.NEWS, Preference.REMINDERS], True)
            person = readers.get(message, camille)
            delivery = Delivery(
                id=ctx.ids.new(),
                lane=Lane.SERVICE,
                platform="telegram",
                address_id=person.address_id,
                message=message,
                args=filled_in(WRITTEN["messages"][message], world.ids),
                due_at=ctx.clock(),
            )
            if message == "nudge":
                with pytest.raises(Obsolete, match="no longer true"):  # its decision is read, and no policy asks today
                    await outbox_messages.render(ctx, delivery, person)
                continue
            rendered = await outbox_messages.render(ctx, delivery, person)
            assert rendered.card.title or rendered.card.lines, message


async def test_notices_are_rendered(world: World) -> None:
    assert WRITTEN["notices"].keys() <= notices.KINDS.keys()
    async with world.copied() as ctx:
        for kind, args in WRITTEN["notices"].items():
            stored = Notice(id=ctx.ids.new(), key=kind, kind=kind, args=filled_in(args, world.ids), due_at=ctx.clock())
            for locale in LOCALES:
                card = await notices.KINDS[kind](ctx, stored, locale)
                assert card.title or card.lines, kind


async def test_cases_are_listed(world: World) -> None:
    for kind in WRITTEN["cases"]:
        async with world.copied() as ctx:
            async with ctx.db.write() as conn:
                await conn.execute(update(error_case).values(kind=kind))
            assert (await router.on_action(ctx, CAMILLE, f"cs:{world.ids['case']}")).card.title


def test_verbs_of_prompts_are_known() -> None:
    assert set(WRITTEN["prompts"]) <= routes.ANSWERS.keys()


def test_stored_names_are_still_used() -> None:
    """Rows under another name would no longer be found: a cursor would start again, a message be sent twice."""
    literals = {text for path in Path(bot.__file__).parent.rglob("*.py") for text in _literals(path)}
    names = [name for kind in ("cursors", "switches", "drafts", "one_time_messages") for name in WRITTEN[kind]]
    prefixes = [prefix for kind in ("cursor_prefixes", "switch_prefixes") for prefix in WRITTEN[kind]]
    assert [name for name in (*names, *prefixes) if name not in literals] == []


def test_audit_actions_are_still_written() -> None:
    """`obole audit` finds the actions of every version under one name."""
    literals = {text for path in Path(bot.__file__).parent.rglob("*.py") for text in _literals(path)}
    built = {
        "broadcast.": {state.value for state in BroadcastState},
        "place.": {places.PUBLIC, places.STAFF, places.OFF},
    }
    built_names = {prefix + end for prefix, ends in built.items() for end in ends if prefix in literals}
    assert [action for action in WRITTEN["audit_actions"] if action not in literals | built_names] == []


@cache
def _literals(path: Path) -> frozenset[str]:
    """Return the strings in a module, and the fixed parts of formatted ones."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
