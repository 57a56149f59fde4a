"""Steps that scenarios about staff share: members, broadcasts and campaign cards made in chat."""

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
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from content.catalog import Locale
from content.commands import name_of
from tests.journeys.environment import Environment
from tests.journeys.people import BotMessage, Person, new_person
from tests.waiting import until

Json = dict[str, Any]
Kind = tuple[PlatformName, Locale]
COUNTDOWN = timedelta(minutes=5, seconds=5)


async def new_member(env: Environment, kind: Kind, name: str, role: Role, *, finance: bool = False) -> Person:
    """Return a new member of the team, who uses the bot in private."""
    person = new_person(env, *kind, name)
    person.place = "dm"
    if person.platform == "telegram":
        await person.start()
    else:  # Discord shows staff commands only to those who may manage the server
        crew = env.discord.add_role(env.guild, name, ["manage_guild"])
        env.discord.set_roles(person.account, env.guild, [crew])
    async with env.app.ctx.db.write() as conn:
        await staff.add(
            conn,
            person.platform,
            str(person.id),
            role,
            label=name,
            locale=person.locale,
            added_by=None,
            at=env.clock(),
            finance=finance,
        )
    return person


async def new_subscriber(env: Environment, person: Person) -> Person:
    """Let this person write to the bot and agree to news."""
    if person.platform == "telegram":
        await person.start()
    contact = Contact(platform=person.platform, external_id=str(person.id), locale=person.locale, private=True)
    supporter = await find_or_join(env.app.ctx, contact, wrote=contact.platform == "discord")
    await set_preferences(env.app.ctx, supporter, [Preference.NEWS], True)
    return person


async def ask(person: Person, verb: str) -> BotMessage:
    """Use a command by its name in the person's language."""
    return await person.command(name_of(verb, person.locale))


async def fill(person: Person, asked: BotMessage, *texts: str) -> BotMessage:
    """Answer one question after another; return the reply to the last."""
    for text in texts:
        asked = await person.fill(asked, text)
    return asked


def id_in(received: BotMessage, beginning: str) -> str:
    """Return the id after this beginning in one of a message's actions."""
    action = next((action for action in actions_of(received) if action.startswith(beginning)), None)
    assert action is not None, f"no action starts with {beginning!r} in {received}"
    return action.removeprefix(beginning).partition(":")[0]


async def write_broadcast(person: Person, texts: dict[Locale, str], *audience: str) -> str:
    """Compose a broadcast, choose its audience, review the count and send; return its id. `audience`: groups to tap."""
    await ask(person, "broadcast")
    drafts = ids_in_actions(person, "bc:")
    asked = await person.press("bc:new")
    other: Locale = "en" if person.locale == "fr" else "fr"
    await fill(person, asked, texts[person.locale], texts[other])
    await until(lambda: bool(ids_in_actions(person, "bc:") - drafts))  # other notices may come in between
    draft = (ids_in_actions(person, "bc:") - drafts).pop()
    if audience:
        await person.press(f"bc:{draft}:to")
    for group in audience:
        await person.press(f"bc:{draft}:to:{group}")
    await ask(person, "broadcast")
    await person.press(f"bc:{draft}:home")
    await person.press(f"bc:{draft}:review")
    await press_starting_with(person, f"bc:{draft}:send:")

    def sent_ids() -> list[str]:  # ids rise with time; a notice about an older broadcast may come at the same moment
        return [number for number in ids_in_actions(person, "bs:") if int(number) > int(draft)]

    await until(lambda: bool(sent_ids()))
    return sent_ids()[0]


async def end_countdown(env: Environment) -> None:
    """Advance the clock past the countdown and let waiting broadcasts leave."""
    env.clock.ahead += COUNTDOWN
    for _ in range(3):  # the bot's own tick may come first
        await lifecycle.tick(env.app.ctx)
    env.app.ctx.wake()


async def is_done(env: Environment, number: str) -> bool:
    """Return whether the broadcast is done."""
    await lifecycle.tick(env.app.ctx)
    async with env.app.ctx.db.read() as conn:
        found = await broadcasts.get(conn, int(number))
    return found is not None and found.state is BroadcastState.DONE


async def press_starting_with(person: Person, beginning: str) -> BotMessage:
    """Press the newest button whose action starts like this, once there is one."""

    def candidates() -> list[str]:
        return [action for action in actions(person) if action.startswith(beginning)]

    await until(lambda: bool(candidates()))
    return await person.press(candidates()[0])


def actions(person: Person) -> list[str]:
    """Return the actions of all buttons a person sees, the newest message first."""
    return [action for received in reversed(person.messages()) for action in actions_of(received)]


def actions_of(received: BotMessage) -> list[str]:
    """Return the actions of a message's buttons, without the prefix of Discord's adapter."""
    return [target.removeprefix("o:") for _, target in received.buttons]


def ids_in_actions(person: Person, beginning: str) -> set[str]:
    """Return the ids after this beginning in the actions a person sees."""
    found = {a.removeprefix(beginning).partition(":")[0] for a in actions(person) if a.startswith(beginning)}
    return {number for number in found if number.isdecimal()}


async def new_place(env: Environment, person: Person) -> Json:
    """Register a channel on the person's platform: on Telegram the bot asks, on Discord they use a command."""
    if person.platform == "telegram":
        place = env.telegram.add_chat("channel", "Nouvelles", owner=person.account)
        await person.receive("Nouvelles")
    else:
        place = env.room
        await env.discord.slash(person.account, place, name_of("here", person.locale))
    await person.press(":fr+en")
    return dict(place)


async def show_campaign_card(
    env: Environment, person: Person, campaign: str, where: Mapping[PlatformName, Json]
) -> Mapping[PlatformName, Json]:
    """Post the campaign's card in these places; return its messages."""
    async with env.app.ctx.db.read() as conn:
        known = [await places.at_chat(conn, platform, str(place["id"])) for platform, place in where.items()]
    await ask(person, "campaigns")
    await person.press(f"cv:{campaign}")
    await person.press(f"pp:{campaign}")
    for place in known:
        assert place is not None
        await person.press(f"pp:{campaign}:{place.id}")
    return {platform: await wait_for_post(env, platform, place, "") for platform, place in where.items()}


def posts(env: Environment, platform: PlatformName, place: Json) -> list[Json]:
    """Return the bot's public posts in a channel, oldest first."""
    if platform == "telegram":
        return [m for m in env.telegram.view(place) if m["from_bot"]]
    return [m for m in env.discord.view(place) if m["author"]["bot"] and not m["ephemeral"]]


async def wait_for_post(env: Environment, platform: PlatformName, place: Json, words: str, within: float = 20) -> Json:
    """Wait for a post in a channel that contains these words; return the last one."""
    await until(lambda: any(words in (m["text"] or "") for m in posts(env, platform, place)), within)
    return [m for m in posts(env, platform, place) if words in (m["text"] or "")][-1]


def has_message(person: Person, words: str) -> bool:
    """Return whether a message with these words is visible to the person."""
    return any(words in received.text for received in person.messages())
