"""A campaign told from two phones: made in chat, shown, a milestone announced once, a broadcast corrected, credited."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.domain.people import Locale, PlatformName
from bot.domain.staff import Role
from bot.usecases.campaigns import milestones
from content.commands import name_of
from payments.reference import TouchKind
from tests.journeys.people import CATALOG, Heard, Person, cad, says
from tests.journeys.team import (
    Json,
    Kind,
    a_place,
    acts,
    ask,
    fill,
    follower,
    hears_still,
    hired,
    is_done,
    leaves,
    number_in,
    numbers,
    posted,
    posts,
    press_what_begins,
    shows_it,
    writes_broadcast,
)
from tests.journeys.test_again import at
from tests.journeys.town import Town, town
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
async def here(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as opened, opened.open():
        yield opened


async def makes_campaign(here: Town, maker: Person) -> str:
    """Every question, in both languages; the campaign's number."""
    await ask(maker, "campaigns")
    draft = number_in(await maker.press("cd:new"), "cd:")
    await maker.press(f"cd:{draft}:fr")
    language: Locale = "fr"
    for name, texts in PAIRS.items():
        asked = await maker.press(f":{name}_{language}")
        await fill(maker, asked, *(texts if language == "fr" else reversed(texts)))
        language = "en" if language == "fr" else "fr"  # the other one was asked for next, and is where they are now
    money = {"currency": "CAD", "goal": "60", "amounts": "5; 10; 20", "does": "5 = un repas | a meal", "cap": "500"}
    rest = {"ends": f"{here.clock() + timedelta(days=30):%Y-%m-%d}", "steps": "50 %"}
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
    assert says(maker.locale, "staff-edit-complete") in home.text
    await maker.press(f"cd:{draft}:publish")
    await press_what_begins(maker, f"cd:{draft}:publish:")
    await until(lambda: bool(numbers(maker, "pp:")))  # the last preview may come after the tap
    return numbers(maker, "pp:").pop()


async def reaches_half(here: Town, donors: Sequence[Person]) -> None:
    """Two gifts of 10 $ and 20 $, half of the goal together."""
    for donor, amount in zip(donors, ("20", "10"), strict=True):
        asked = await donor.command(name_of("give", donor.locale), amount)
        await here.pay(asked.first_link)
        await donor.hears(says(donor.locale, "thanks-title"))


async def the_milestone(here: Town, editor: Person, where: Mapping[PlatformName, Json]) -> None:
    """Staff say yes to its words, and it stands in each place once."""
    await milestones.tick(here.app.ctx)  # or the bot's own tick, which may come first
    notice = await editor.hears(HALF[editor.locale], within=20)
    await editor.press(number_and(notice, ":approve"))
    await leaves(here)
    for platform, place in where.items():
        await posted(here, platform, place, HALF["fr"])


async def the_news(here: Town, editor: Person, reader: Person, other: Person) -> str:
    """A broadcast to donors of one language, corrected when it has arrived; its number."""
    number = await writes_broadcast(editor, NEWS, "donors", reader.locale)
    await leaves(here)
    await reader.hears(ARRIVED[reader.locale], within=20)
    await until(lambda: is_done(here, number), within=20)
    await editor.press(f"bs:{number}")
    asked = await editor.press(f"bs:{number}:{reader.locale}")
    await editor.fill(asked, BETTER[reader.locale])
    assert not hears_still(reader, BETTER[reader.locale]), "its author reads it first"
    await editor.press(":yes")
    await reader.hears(BETTER[reader.locale], within=20)
    assert not hears_still(reader, ARRIVED[reader.locale])
    assert not hears_still(other, ARRIVED[other.locale]) and not hears_still(other, BETTER[other.locale])
    return number


def number_and(heard: Heard, ending: str) -> str:
    """The whole action of the button whose action ends like this."""
    return next(action for action in acts(heard) if action.endswith(ending))


async def a_campaign_is_told(here: Town, maker_is: Kind, colleague_is: Kind) -> None:
    """From the first question to the report."""
    at(here, time(14))
    maker = await hired(here, maker_is, "Nadia", Role.EDITOR)
    colleague = await hired(here, colleague_is, "Bo", Role.EDITOR)
    staff = {one.platform: one for one in (maker, colleague)}
    number = await makes_campaign(here, maker)
    where = {platform: await a_place(here, one) for platform, one in staff.items()}
    cards = await shows_it(here, maker, number, where)
    donors = [
        await follower(here, here.person("telegram", "fr", "Camille")),
        await follower(here, here.person("discord", "en", "Alex")),
    ]
    await reaches_half(here, donors)
    await the_milestone(here, colleague, where)
    assert all(one["id"] in {m["id"] for m in posts(here, p, where[p])} for p, one in cards.items())
    at(here, time(14), days=8)  # whoever gave within seven days is not asked again
    reader = next(donor for donor in donors if donor.locale == maker.locale)
    broadcast = await the_news(here, maker, reader, next(donor for donor in donors if donor is not reader))
    heard = next(h for h in reversed(reader.everything()) if BETTER[reader.locale] in h.text)
    await here.pay(heard.first_link)
    gift = (await here.gifts())[-1]
    assert gift.touch is not None and (gift.touch.kind, gift.touch.id) == (TouchKind.BROADCAST, int(broadcast))
    await ask(colleague, "broadcast")
    money = CATALOG.money(colleague.locale, cad(gift.book.amount))
    gave = says(colleague.locale, "staff-broadcast-gave", gifts=1, money=money)
    await colleague.reads(colleague.press(f"bs:{broadcast}"), gave)
    for platform, place in where.items():
        assert sum(HALF["fr"] in (m["text"] or "") for m in posts(here, platform, place)) == 1
    await here.books_are_right()


@pytest.mark.parametrize(
    ("maker", "colleague"), [(("telegram", "fr"), ("discord", "en")), (("discord", "en"), ("telegram", "fr"))]
)
async def test_a_campaign_from_its_first_question_to_its_report(here: Town, maker: Kind, colleague: Kind) -> None:
    await a_campaign_is_told(here, maker, colleague)
