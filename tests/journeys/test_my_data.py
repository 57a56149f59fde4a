"""People on both platforms, in both languages, ask for a copy of their data and get a link or, without one, a file."""

import io
import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from zipfile import ZipFile

from bot.domain.people import PlatformName
from bot.usecases.supporters import my_data_delivery
from content.catalog import Locale
from content.commands import name_of
from tests.journeys.environment import Environment, running_environment
from tests.journeys.people import Person, new_person, sentence
from tests.waiting import until

PEOPLE: tuple[tuple[PlatformName, Locale], ...] = (
    *(("telegram", "fr"), ("telegram", "en")),
    *(("discord", "fr"), ("discord", "en")),
)


async def _content(person: Person) -> bytes | None:
    """Return the newest file that the bot sent to a person."""
    if person.platform == "telegram":
        files = [m["document"] for m in person.env.telegram.view(person.id) if m["document"]]
        return person.env.telegram.document(files[-1]["file_id"]) if files else None
    attached = [a for m in person.env.discord.view(person.account) for a in m["attachments"]]
    zips = [a for a in attached if a["filename"].endswith(".zip")]
    if not zips:
        return None
    async with person.env.browser.get(zips[-1]["url"]) as response:
        return await response.read()


async def copies_are_sent(env: Environment) -> list[Person]:
    """Give, ask for the copy, confirm, and read the file; then ask again on the same day."""
    people = []
    for number, (platform, locale) in enumerate(PEOPLE):
        person = new_person(env, platform, locale, f"P{number}")
        person.place = "dm"
        await person.give("5")
        asked = await person.command(name_of("mydata", locale))
        assert sentence(locale, "mydata-warning") in asked.text and await _content(person) is None
        sure = sentence(locale, "mydata-sure")
        summary = await person.read_reply(person.tap(asked, sure), sentence(locale, "mydata-collected"))
        assert summary.id == asked.id, "the summary replaces the question"
        await until(partial(_content, person))
        content = await _content(person)
        assert content is not None
        with ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            data = json.loads(archive.read(names[0]))
        assert names == [f"{name_of('mydata', locale)}.{ending}" for ending in ("json", "csv")]
        assert [row["external_id"] for row in data["collected"]["accounts"]] == [str(person.id)]
        again = await person.command(name_of("mydata", locale))
        await person.read_reply(person.tap(again, sure), sentence(locale, "mydata-again-title"))
        people.append(person)
    return people


async def links_are_opened(env: Environment) -> None:
    """Ask for the copy, open the link, press its button, and try the link again."""
    for number, (platform, locale) in enumerate(PEOPLE):
        person = new_person(env, platform, locale, f"P{number}")
        await person.give("5")
        asked = await person.command(name_of("mydata", locale))
        assert sentence(locale, "mydata-warning-page") in asked.text
        ready = sentence(locale, "mydata-link-title")
        answer = await person.read_reply(person.tap(asked, sentence(locale, "mydata-sure")), ready)
        (url,) = answer.links
        assert await env.page(url) == await env.page(url), "looking changes nothing"
        status, shown = await _press(env, url)
        assert status == 200 and str(person.id) in shown and sentence(locale, "web-mydata-inferred") in shown
        assert (await _press(env, url))[0] == (await env.page(url))[0] == 410
        again = await person.command(name_of("mydata", locale))
        title = sentence(locale, "mydata-again-title")
        await person.read_reply(person.tap(again, sentence(locale, "mydata-sure")), title)


async def _press(env: Environment, url: str) -> tuple[int, str]:
    async with env.browser.post(url) as answer:
        return answer.status, await answer.text()


async def test_link_opens_once_for_people_on_both_platforms(env: Environment) -> None:
    await links_are_opened(env)


async def files_are_deleted(env: Environment) -> None:
    """A day after the copies were sent, their files leave all chats."""
    env.clock.ahead += timedelta(hours=24)
    deleted = [await my_data_delivery.delete_due(env.app.ctx, platform) for platform in env.app.platforms]
    assert sum(deleted) == len(PEOPLE)


async def test_copy_reaches_people_on_both_platforms_and_leaves_after_a_day(tmp_path: Path) -> None:
    async with running_environment(tmp_path, public=False) as env:
        people = await copies_are_sent(env)
        await files_are_deleted(env)
        assert [await _content(person) for person in people] == [None] * len(people)


async def test_failed_upload_does_not_use_up_the_day(tmp_path: Path) -> None:
    async with running_environment(tmp_path, platforms=("telegram",), public=False) as env:
        person = new_person(env, "telegram", "fr")
        await person.start()
        asked, sure = await person.command("mesdonnees"), sentence("fr", "mydata-sure")
        env.telegram.force_5xx(times=2, method="sendDocument")  # as often as a file is tried
        await person.read_reply(person.tap(asked, sure), sentence("fr", "mydata-failed-title"))
        assert await _content(person) is None
        again = await person.command("mesdonnees")
        await person.read_reply(person.tap(again, sure), sentence("fr", "mydata-collected"))
        await until(partial(_content, person))
