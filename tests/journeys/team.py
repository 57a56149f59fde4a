"""What stories of staff share: who is on the team, a campaign and a broadcast written in chat, time that passes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.broadcasts import BroadcastState
from bot.domain.people import Contact, PlatformName, Preference
from bot.domain.staff import Role
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import places
from bot.store.staff import staff
from bot.usecases.broadcasts import lifecycle
from bot.usecases.core.join import who
from bot.usecases.preferences.preferences import set_preferences
from content.catalog import Locale
from content.commands import name_of
from tests.journeys.people import Heard, Person
from tests.journeys.town import Town
from tests.waiting import until

Json = dict[str, Any]
Kind = tuple[PlatformName, Locale]
COUNTDOWN = timedelta(minutes=5, seconds=5)


async def hired(here: Town, kind: Kind, name: str, role: Role) -> Person:
    """Somebody of the team, who talks to the bot in private."""
    person = here.person(*kind, name)
    person.place = "dm"
    if person.platform == "telegram":
        await person.start()
    else:  # Discord shows staff commands in a server to those alone who may manage it
        crew = here.discord.add_role(here.guild, name, ["manage_guild"])
        here.discord.set_roles(person.account, here.guild, [crew])
    async with here.app.ctx.db.write() as conn:
        await staff.add(
            conn,
            person.platform,
            str(person.id),
            role,
            label=name,
            locale=person.locale,
            added_by=None,
            at=here.clock(),
        )
    return person


async def follower(here: Town, person: Person) -> Person:
    """Somebody who agreed to news."""
    if person.platform == "telegram":
        await person.start()
    contact = Contact(platform=person.platform, external_id=str(person.id), locale=person.locale, private=True)
    await set_preferences(here.app.ctx, await who(here.app.ctx, contact), [Preference.NEWS], True)
    return person


async def ask(person: Person, verb: str) -> Heard:
    """A command by the name it has in their language."""
    return await person.command(name_of(verb, person.locale))


async def fill(person: Person, asked: Heard, *texts: str) -> Heard:
    """Answer one question after the other."""
    for text in texts:
        asked = await person.fill(asked, text)
    return asked


def number_in(heard: Heard, beginning: str) -> str:
    """The number that follows this in one of a message's actions."""
    action = next((action for action in acts(heard) if action.startswith(beginning)), None)
    assert action is not None, f"nothing does {beginning!r} in {heard}"
    return action.removeprefix(beginning).partition(":")[0]


async def writes_broadcast(person: Person, texts: dict[Locale, str], *audience: str) -> str:
    """Compose, choose who gets it, look at the count and send; the broadcast's number. `audience`: groups to tap."""
    await ask(person, "broadcast")
    drafts = numbers(person, "bc:")
    asked = await person.press("bc:new")
    other: Locale = "en" if person.locale == "fr" else "fr"
    await fill(person, asked, texts[person.locale], texts[other])
    await until(lambda: bool(numbers(person, "bc:") - drafts))  # what else staff are told may come between
    draft = (numbers(person, "bc:") - drafts).pop()
    if audience:
        await person.press(f"bc:{draft}:to")
    for group in audience:
        await person.press(f"bc:{draft}:to:{group}")
    await ask(person, "broadcast")
    await person.press(f"bc:{draft}:home")
    await person.press(f"bc:{draft}:review")
    await press_what_begins(person, f"bc:{draft}:send:")

    def made() -> list[str]:  # numbers rise with time: an older broadcast may be told of this very moment
        return [number for number in numbers(person, "bs:") if int(number) > int(draft)]

    await until(lambda: bool(made()))
    return made()[0]


async def leaves(here: Town) -> None:
    """The five minutes are over, and what was handed over leaves."""
    here.clock.ahead += COUNTDOWN
    for _ in range(3):  # or the bot's own tick, which may come first
        await lifecycle.tick(here.app.ctx)
    here.app.ctx.wake()


async def is_done(here: Town, number: str) -> bool:
    """Whether everybody has got it."""
    await lifecycle.tick(here.app.ctx)
    async with here.app.ctx.db.read() as conn:
        found = await broadcasts.get(conn, int(number))
    return found is not None and found.state is BroadcastState.DONE


async def press_what_begins(person: Person, beginning: str) -> Heard:
    """Press the newest button whose action begins so, once it is there."""

    def those() -> list[str]:
        return [action for action in actions(person) if action.startswith(beginning)]

    await until(lambda: bool(those()))
    return await person.press(those()[0])


def actions(person: Person) -> list[str]:
    """What the buttons in front of somebody do, the newest message first."""
    return [action for heard in reversed(person.everything()) for action in acts(heard)]


def acts(heard: Heard) -> list[str]:
    """What a message's buttons do, without the mark by which Discord's adapter knows its own."""
    return [target.removeprefix("o:") for _, target in heard.buttons]


def numbers(person: Person, beginning: str) -> set[str]:
    """The numbers that follow this in the actions in front of somebody."""
    found = {a.removeprefix(beginning).partition(":")[0] for a in actions(person) if a.startswith(beginning)}
    return {number for number in found if number.isdecimal()}


async def a_place(here: Town, person: Person) -> Json:
    """A channel on their platform, which they give a use: on Telegram the bot asks them, on Discord they type it."""
    if person.platform == "telegram":
        place = here.telegram.add_chat("channel", "Nouvelles", owner=person.account)
        await person.hears("Nouvelles")
    else:
        place = here.room
        await here.discord.slash(person.account, place, name_of("here", person.locale))
    await person.press(":fr+en")
    return dict(place)


async def shows_it(
    here: Town, person: Person, campaign: str, where: Mapping[PlatformName, Json]
) -> Mapping[PlatformName, Json]:
    """The campaign's card is put where it is wanted, and stands there; its messages."""
    async with here.app.ctx.db.read() as conn:
        known = [await places.at_chat(conn, platform, str(place["id"])) for platform, place in where.items()]
    await ask(person, "campaigns")
    await person.press(f"cv:{campaign}")
    await person.press(f"pp:{campaign}")
    for place in known:
        assert place is not None
        await person.press(f"pp:{campaign}:{place.id}")
    return {platform: await posted(here, platform, place, "") for platform, place in where.items()}


def posts(here: Town, platform: PlatformName, place: Json) -> list[Json]:
    """What the bot has posted in a channel for everybody, oldest first."""
    if platform == "telegram":
        return [m for m in here.telegram.view(place) if m["from_bot"]]
    return [m for m in here.discord.view(place) if m["author"]["bot"] and not m["ephemeral"]]


async def posted(here: Town, platform: PlatformName, place: Json, words: str, within: float = 20) -> Json:
    """The last post in a channel that says this."""
    await until(lambda: any(words in (m["text"] or "") for m in posts(here, platform, place)), within)
    return [m for m in posts(here, platform, place) if words in (m["text"] or "")][-1]


def hears_still(person: Person, words: str) -> bool:
    """Whether something that says this stands in front of them."""
    return any(words in heard.text for heard in person.everything())
