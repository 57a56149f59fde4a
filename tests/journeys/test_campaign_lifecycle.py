"""A campaign run from two phones: created in chat, posted, its milestone announced, its news corrected and credited."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Role
from bot.usecases.campaigns import milestones
from content.commands import name_of
from payments.reference import TouchKind
from tests.journeys.environment import Environment, new_environment
from tests.journeys.people import CATALOG, BotMessage, Person, cad, new_person, sentence
from tests.journeys.team import (
    Json,
    Kind,
    actions_of,
    ask,
    end_countdown,
    fill,
    has_message,
    id_in,
    ids_in_actions,
    is_done,
    new_member,
    new_place,
    new_subscriber,
    posts,
    press_starting_with,
    show_campaign_card,
    wait_for_post,
    write_broadcast,
)
from tests.journeys.test_giving_again import live_until
from tests.waiting import until

PAIRS = {
    "name": ("La Tablée des petits", "The Little Table"),
    "story": ("Un repas chaud.\nChaque jour d’école.", "A warm meal.\nEvery school day."),
    "short": ("Nous servons moins de repas.", "We serve fewer meals."),
    "over": ("Nous servons plus longtemps.", "We serve for longer."),
    "next": ("La suite vient en mars.", "More comes in March."),
}
HALF: dict[Locale, str] = {"fr": "La marmite est à moitié pleine.", "en": "The pot is half full."}
ARRIVED: dict[Locale, str] = {"fr": "est là.", "en": "is here."}
BETTER: dict[Locale, str] = {"fr": "La neige arrive demain.", "en": "The snow comes tomorrow."}
NEWS: dict[Locale, str] = {"fr": "La **neige** est là.", "en": "The **snow** is here."}


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Environment]:
    async with new_environment(tmp_path) as opened, opened.run_bot():
        yield opened


async def create_campaign(env: Environment, maker: Person) -> str:
    """Answer every question in both languages; return the campaign's id."""
    await ask(maker, "campaigns")
    draft = id_in(await maker.press("cd:new"), "cd:")
    await maker.press(f"cd:{draft}:fr")
    language: Locale = "fr"
    for name, texts in PAIRS.items():
        asked = await maker.press(f":{name}_{language}")
        await fill(maker, asked, *(texts if language == "fr" else reversed(texts)))
        language = "en" if language == "fr" else "fr"  # the other one was asked for next, and is where they are now
    money = {"currency": "CAD", "goal": "60", "amounts": "5; 10; 20", "does": "5 = un repas | a meal", "cap": "500"}
    rest = {"ends": f"{env.clock() + timedelta(days=30):%Y-%m-%d}", "steps": "50 %"}
    for section, answers in (("money", money), ("rest", rest)):
        await maker.press(f"cd:{draft}")
        await maker.press(f"cd:{draft}:{section}")
        for field, text in answers.items():
            await fill(maker, await maker.press(f":{field}"), text)
    await maker.press(f"cd:{draft}:stage")
    await maker.press(":stage:s50")
    await fill(maker, await maker.press(":stage:s50:fr"), HALF["fr"], HALF["en"])
    for back in (":stage", ":rest"):
        await maker.press(f"cd:{draft}{back}")
    home = await maker.press(f"cd:{draft}")
    assert sentence(maker.locale, "staff-edit-complete") in home.text
    await maker.press(f"cd:{draft}:publish")
    await press_starting_with(maker, f"cd:{draft}:publish:")
    await until(lambda: bool(ids_in_actions(maker, "pp:")))  # the last preview may come after the tap
    return ids_in_actions(maker, "pp:").pop()


async def reach_half(env: Environment, donors: Sequence[Person]) -> None:
    """Give 10 $ and 20 $, together half of the goal."""
    for donor, amount in zip(donors, ("20", "10"), strict=True):
        asked = await donor.command(name_of("give", donor.locale), amount)
        await env.pay(asked.first_link)
        await donor.receive(sentence(donor.locale, "thanks-title"))


async def announce_milestone(env: Environment, editor: Person, where: Mapping[PlatformName, Json]) -> None:
    """Approve the milestone's text; it is posted once in each place."""
    await milestones.tick(env.app.ctx)  # the bot's own tick may come first
    notice = await editor.receive(HALF[editor.locale], within=20)
    await editor.press(action_ending(notice, ":approve"))
    await end_countdown(env)
    for platform, place in where.items():
        await wait_for_post(env, platform, place, HALF["fr"])


async def send_news(env: Environment, editor: Person, reader: Person, other: Person) -> str:
    """Send a broadcast to donors of one language and correct it after it arrived; return its id."""
    number = await write_broadcast(editor, NEWS, "donors", reader.locale)
    await end_countdown(env)
    await reader.receive(ARRIVED[reader.locale], within=20)
    await until(lambda: is_done(env, number), within=20)
    await editor.press(f"bs:{number}")
    asked = await editor.press(f"bs:{number}:{reader.locale}")
    await editor.fill(asked, BETTER[reader.locale])
    assert not has_message(reader, BETTER[reader.locale]), "its author reads it first"
    await editor.press(":yes")
    await reader.receive(BETTER[reader.locale], within=20)
    assert not has_message(reader, ARRIVED[reader.locale])
    assert not has_message(other, ARRIVED[other.locale]) and not has_message(other, BETTER[other.locale])
    return number


def action_ending(received: BotMessage, ending: str) -> str:
    """Return the action of the button whose action ends like this."""
    return next(action for action in actions_of(received) if action.endswith(ending))


async def play_campaign(env: Environment, maker_is: Kind, colleague_is: Kind) -> None:
    """Play from the first question to the report."""
    await live_until(env, time(14))
    maker = await new_member(env, maker_is, "Nadia", Role.EDITOR)
    colleague = await new_member(env, colleague_is, "Bo", Role.EDITOR)
    staff = {person.platform: person for person in (maker, colleague)}
    number = await create_campaign(env, maker)
    where = {platform: await new_place(env, person) for platform, person in staff.items()}
    cards = await show_campaign_card(env, maker, number, where)
    donors = [
        await new_subscriber(env, new_person(env, "telegram", "fr", "Camille")),
        await new_subscriber(env, new_person(env, "discord", "en", "Alex")),
    ]
    await reach_half(env, donors)
    await announce_milestone(env, colleague, where)
    assert all(card["id"] in {m["id"] for m in posts(env, p, where[p])} for p, card in cards.items())
    await live_until(env, time(14), days=8)  # donors of the last seven days are not asked again
    reader = next(donor for donor in donors if donor.locale == maker.locale)
    broadcast = await send_news(env, maker, reader, next(donor for donor in donors if donor is not reader))
    received = next(h for h in reversed(reader.messages()) if BETTER[reader.locale] in h.text)
    await env.pay(received.first_link)
    gift = (await env.gifts())[-1]
    assert gift.touch is not None and (gift.touch.kind, gift.touch.id) == (TouchKind.BROADCAST, int(broadcast))
    await ask(colleague, "broadcast")
    money = CATALOG.money(colleague.locale, cad(gift.book.amount))
    gave = sentence(colleague.locale, "staff-broadcast-gave", gifts=1, money=money)
    await colleague.read_reply(colleague.press(f"bs:{broadcast}"), gave)
    for platform, place in where.items():
        assert sum(HALF["fr"] in (m["text"] or "") for m in posts(env, platform, place)) == 1
    await env.assert_books_balance()


@pytest.mark.parametrize(
    ("maker", "colleague"), [(("telegram", "fr"), ("discord", "en")), (("discord", "en"), ("telegram", "fr"))]
)
async def test_campaign_runs_from_first_question_to_report(env: Environment, maker: Kind, colleague: Kind) -> None:
    await play_campaign(env, maker, colleague)
