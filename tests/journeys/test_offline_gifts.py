"""Cash and cheques in chat: typed, read, confirmed by a second person, deposited, and returned by the bank."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.staff import Role
from content.commands import name_of
from payments.ledger import Origin
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import Person, cad, sentence
from tests.journeys.team import actions_of, ask, fill, new_member, press_starting_with


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Environment]:
    async with running_environment(tmp_path) as opened:
        yield opened


async def adds_cash(env: Environment, person: Person) -> None:
    """Type a gift with its way, add a note, and confirm; then undo it."""
    total = (await env.campaign()).raised
    review = await person.command(name_of("add", person.locale), "20 cash")
    note = next(action for action in actions_of(review) if action.endswith(":note"))
    await fill(person, await person.press(note), "<b>boîte</b> _rouge_")
    assert (await env.campaign()).raised == total, "nothing counts before the button"
    await person.read_reply(press_starting_with(person, note.replace(":note", ":go")), "boîte", "rouge")
    assert (await env.campaign()).raised == total + cad(2000)
    undone = sentence(person.locale, "staff-offline-taken-back", amount=cad(2000))
    await person.read_reply(press_starting_with(person, "of:u"), undone)
    assert (await env.campaign()).raised == total


async def large_cheque(env: Environment, author: Person, second: Person) -> None:
    """A large cheque counts once a second person, on the other platform, confirms it; then it is deposited."""
    await author.command(name_of("add", author.locale), "2 x 300 cheque")
    await press_starting_with(author, "of:d")  # asks a second person
    await second.receive(sentence(second.locale, "staff-offline-second-title"))
    await press_starting_with(second, "of:s")
    added = sentence(second.locale, "staff-offline-added")
    await second.read_reply(press_starting_with(second, "of:d"), added)
    cheques = [gift.book.amount for gift in await env.gifts() if gift.book.origin is Origin.CHEQUE]
    assert cheques == [30_000, 30_000]
    await ask(author, "deposit")
    await press_starting_with(author, "of:b0-cad")
    await press_starting_with(author, "of:b0-cad:")
    assert all(gift.book.banked for gift in await env.gifts() if gift.book.origin is Origin.CHEQUE)


async def test_team_adds_cash_and_cheques(env: Environment) -> None:
    nadia = await new_member(env, ("telegram", "fr"), "Nadia", Role.EDITOR, finance=True)
    bo = await new_member(env, ("discord", "en"), "Bo", Role.VIEWER, finance=True)
    for person in (nadia, bo):
        await adds_cash(env, person)
    await large_cheque(env, bo, nadia)
    await env.assert_books_balance()
