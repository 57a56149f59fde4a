"""How many SQL statements an answer costs: the person is looked up once, and passed on."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.store.core import private_replies
from bot.store.db import Database
from bot.store.staff import staff
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find, find_or_join
from bot.usecases.ports import MessageRef, PrivateReply
from bot.usecases.reply import Reply
from bot.usecases.supporters import forgetting
from tests.conftest import MovingClock
from tests.statements import lookups, recorded
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign

MOST = 5  # statements of a reply that changes nothing
HELLO = replace(ALEX, locale="fr", names_locale=False)  # a direct message on Discord names no language
NADIA = Contact(platform="discord", external_id="8", locale="fr", private=True, name="Nadia")

Ask = Callable[[Context, Contact], Awaitable[Reply]]


def start() -> Ask:
    return lambda ctx, contact: router.on_start(ctx, contact, "")


def says(text: str) -> Ask:
    return lambda ctx, contact: router.on_text(ctx, contact, text)


def replies_to_us(text: str) -> Ask:
    """Reply to a message of ours that is no notice."""
    to = MessageRef(chat_id="1", message_id="1")
    return lambda ctx, contact: router.on_text(ctx, contact, text, None, to)


def sends_picture(caption: str) -> Ask:
    """Send a picture that nobody asked for."""

    async def fetch() -> bytes | None:
        raise AssertionError("a picture that nobody asked for is not downloaded")

    async def ask(ctx: Context, contact: Contact) -> Reply:
        reply = await router.on_picture(ctx, contact, fetch, caption)
        assert reply is not None
        return reply

    return ask


def command(name: str) -> Ask:
    return lambda ctx, contact: router.on_command(ctx, contact, name, "")


def tap(data: str) -> Ask:
    return lambda ctx, contact: router.on_action(ctx, contact, data)


def private_reply(ctx: Context) -> PrivateReply:
    return PrivateReply(token="token", expires_at=ctx.clock() + timedelta(minutes=15))


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> AsyncIterator[Context]:
    """A world with one campaign, where everybody has been here before."""
    ctx = make_context(db, clock, public_url="https://give.example")
    await open_campaign(ctx)
    for contact in (CAMILLE, ALEX, NADIA):
        await find_or_join(ctx, contact, wrote=contact.platform == "discord")
    yield ctx


@pytest.mark.parametrize(
    ("ask", "contact"),
    [
        pytest.param(says("hello"), CAMILLE, id="hello on Telegram"),
        pytest.param(says("hello"), HELLO, id="hello on Discord"),
        pytest.param(says("20 $"), CAMILLE, id="an amount of the campaign on Telegram"),
        pytest.param(start(), CAMILLE, id="/start"),
        *(
            pytest.param(ask, contact, id=f"{name} on {contact.platform}")
            for name, ask in {"a reply": replies_to_us("hello"), "a picture": sends_picture("hello")}.items()
            for contact in (CAMILLE, HELLO)
        ),
        *(
            pytest.param(command(name), contact, id=f"/{name} on {contact.platform}")
            for name in ("give", "help", "privacy", "mygifts", "preferences", "forget", "nonsense", "stats")
            for contact in (CAMILLE, ALEX)
        ),
        *(
            pytest.param(tap(data), contact, id=f"{data} on {contact.platform}")
            for data in ("see", "give:1:0", "prefs", "gifts", "by", "mo:how", "go:team")
            for contact in (CAMILLE, ALEX)
        ),
    ],
)
async def test_answer_looks_the_person_up_once(ctx: Context, ask: Ask, contact: Contact) -> None:
    with recorded() as statements:
        await ask(ctx, contact)
    listed = "\n".join(statements)
    assert lookups(statements, "address") == 1, listed
    assert lookups(statements, "staff") <= 1, listed
    assert len(statements) <= MOST, listed
    assert all(sql.startswith("SELECT") for sql in statements), listed


@pytest.mark.parametrize("contact", [CAMILLE, NADIA], ids=["telegram", "discord"])
@pytest.mark.parametrize(
    "ask",
    [command("team"), tap("go:team"), says("hello"), replies_to_us("hello"), sends_picture("hello")],
    ids=["/team", "go:team", "hello", "a reply", "a picture"],
)
async def test_answer_to_staff_looks_the_member_up_once(ctx: Context, ask: Ask, contact: Contact) -> None:
    async with ctx.db.write() as conn:
        account = (contact.platform, contact.external_id)
        await staff.add(conn, *account, Role.OWNER, label="Nadia", locale="fr", added_by=None, at=ctx.clock())
    with recorded() as statements:
        await ask(ctx, contact)
    listed = "\n".join(statements)
    assert lookups(statements, "staff") == 1 and lookups(statements, "address") <= 1, listed
    assert len(statements) <= MOST, listed


async def test_private_reply_is_stored_without_a_second_lookup(ctx: Context) -> None:
    reply = await router.on_command(ctx, ALEX, "give", "")
    assert reply.awaited_gift is not None
    with recorded() as statements:
        await router.keep_private_reply(ctx, reply.awaited_gift, private_reply(ctx))
    assert lookups(statements, "address") == 0 and len(statements) == 1, statements


async def test_private_reply_is_not_stored_for_a_person_forgotten_meanwhile(ctx: Context) -> None:
    reply = await router.on_command(ctx, ALEX, "give", "")
    assert reply.awaited_gift is not None
    gift = reply.awaited_gift
    for is_stored in (True, False):
        await router.keep_private_reply(ctx, gift, private_reply(ctx))
        async with ctx.db.read() as conn:
            current = await private_replies.current(conn, gift.address_id, gift.campaign_id, ctx.clock())
        assert (current is not None) == is_stored
        await forgetting.forget(ctx, (await find_or_join(ctx, ALEX)).id)


@pytest.mark.parametrize("name", ["give", "help", "privacy", "nonsense"])
async def test_command_in_a_group_looks_nobody_up(ctx: Context, name: str) -> None:
    stranger = Contact(platform="telegram", external_id="999", locale="fr", private=False)
    with recorded() as statements:
        await router.on_command(ctx, stranger, name, "")
    assert lookups(statements, "address") == lookups(statements, "staff") == 0
    assert await find(ctx, stranger) is None


async def test_forgetting_a_stranger_records_nobody(ctx: Context) -> None:
    stranger = Contact(platform="discord", external_id="999", locale="fr", private=True)
    with recorded() as statements:
        await router.on_command(ctx, stranger, "forget", "")
    assert len(statements) == 1
    assert await find(ctx, stranger) is None


async def test_writing_is_noted_once_a_day(ctx: Context, clock: MovingClock) -> None:
    writes = []
    for hours in (0, 23, 2):
        clock.move(hours=hours)
        with recorded() as statements:
            await router.on_text(ctx, HELLO, "hello")
        writes.append(sum(sql.startswith("UPDATE address") for sql in statements))
    assert writes == [0, 0, 1]
    assert (await find_or_join(ctx, HELLO)).locale == "en", "a direct message names no language"


async def test_bot_asks_who_somebody_is_nowhere_but_in_the_router(ctx: Context) -> None:
    """Use cases are handed the supporter; those that look up a contact are few, and named here."""
    folder = Path(router.__file__).parent
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"\bawait (find_or_join|find)\(ctx, contact", path.read_text(encoding="utf-8"))
    }
    assert found == {"router.py", "core/join.py", "broadcasts/cards.py"}
