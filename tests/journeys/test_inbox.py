"""What needs a staff member, over the wire: messages and answers, a block, a case, a dispute, a fraud warning."""

from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.people import PlatformName
from bot.domain.staff import Role
from bot.store.campaigns import places
from bot.store.core import notices
from bot.store.staff import staff
from content.catalog import Locale
from tests.journeys.environment import Environment
from tests.journeys.people import BotMessage, Person, new_person, sentence
from tests.waiting import until

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Inbox:
    """A staff channel, with Nadia in it."""

    env: Environment
    nadia: Person
    place: Json

    def notices(self) -> list[Json]:
        """Return the bot's messages in this channel, oldest first."""
        if self.nadia.platform == "telegram":
            return [m for m in self.env.telegram.view(self.place) if m["from_bot"]]
        return [m for m in self.env.discord.view(self.place, self.nadia.account) if m["author"]["bot"]]

    async def read_reply(self, words: str) -> Json:
        """Wait for a notice with these words and return the last one, once the bot has stored its position."""
        found = await self.wait_for(words)

        async def reply_is_stored() -> bool:
            async with self.env.app.ctx.db.read() as conn:
                return bool(
                    await notices.of_message(conn, self.nadia.platform, str(self.place["id"]), str(found["id"]))
                )

        await until(reply_is_stored)
        return found

    async def wait_for(self, words: str) -> Json:
        """Wait for a message of the bot with these words and return it."""
        await until(lambda: any(words in (m["text"] or "") for m in self.notices()), within=15)
        return next(m for m in reversed(self.notices()) if words in (m["text"] or ""))

    async def tap(self, notice: Json, label: str) -> Json:
        """Tap a button under a notice in this channel."""
        if self.nadia.platform == "telegram":
            return dict(await self.env.telegram.tap(self.nadia.account, self.place, notice["id"], label) or {})
        button = next(b for row in notice["buttons"] for b in row if b["label"] == label)
        return dict(await self.env.discord.click(self.nadia.account, notice["id"], button["custom_id"]))


async def open_inbox(env: Environment, platform: PlatformName, locale: Locale) -> Inbox:
    """Set up a channel where the team gets what needs attention."""
    nadia = new_person(env, platform, locale, "Nadia")
    place: Json = env.room
    if platform == "telegram":
        place = env.telegram.add_chat("supergroup", "Équipe")
        env.telegram.join(nadia.account, place)
    else:
        place = env.discord.add_channel(env.guild, "equipe")
    ctx = env.app.ctx
    async with ctx.db.write() as conn:
        await staff.add(
            conn, platform, str(nadia.id), Role.OWNER, label="Nadia", locale=locale, added_by=None, at=ctx.clock()
        )
        await places.save(
            conn, platform, str(place["id"]), title="Équipe", purpose=places.STAFF, locales=locale, at=ctx.clock()
        )
    return Inbox(env, nadia, place)


async def answer(inbox: Inbox, notice: Json, text: str) -> None:
    """Answer by a reply to the notice. On Discord, a first one that does not mention the bot stays unread."""
    env, nadia, locale = inbox.env, inbox.nadia, inbox.nadia.locale
    if nadia.platform == "telegram":
        env.telegram.say(nadia.account, text, inbox.place, reply_to=notice["id"])
    else:
        env.discord.say(nadia.account, inbox.place, text, reply_to=notice["id"], ping=False)
        await inbox.wait_for(sentence(locale, "staff-reply-withheld"))
        env.discord.say(nadia.account, inbox.place, text, reply_to=notice["id"])
    shown = await inbox.wait_for(sentence(locale, "staff-preview-title"))
    await inbox.tap(shown, sentence(locale, "staff-preview-send"))


async def message_and_answer(inbox: Inbox, donor: Person) -> None:
    """A message reaches the channel, the answer comes back, the notice is updated, and one tap closes it."""
    locale = inbox.nadia.locale
    await donor.command("aide" if donor.locale == "fr" else "help")
    donor.place = "dm"
    await donor.say("Une question au sujet de <b>votre</b> @everyone")
    notice = await inbox.read_reply("Une question au sujet de")
    await answer(inbox, notice, "Oui, avec plaisir.")
    await donor.receive("Oui, avec plaisir.")
    await inbox.read_reply(sentence(locale, "staff-words-answered", who="Nadia"))
    await inbox.tap(await inbox.read_reply("Une question au sujet de"), sentence(locale, "staff-words-block"))
    before = len(inbox.notices())
    received = await donor.say("Et encore une chose que je voulais dire")
    assert sentence(donor.locale, "free-text-passed", charity="La Tablée") in received.text
    assert not any("encore une chose" in (m["text"] or "") for m in inbox.notices()[before:])


def label_of_action(received: BotMessage, action: str) -> str:
    """Return the label of the button with this action."""
    return next(label for label, target in received.buttons if target.endswith(action))


async def play_case(inbox: Inbox, donor: Person) -> None:
    """A mistake is reported, examined and closed; the supporter is notified of the result."""
    env, locale = inbox.env, inbox.nadia.locale
    offered = await donor.command("donner" if donor.locale == "fr" else "give", "5")
    await env.pay(offered.first_link)
    thanks = await donor.receive(sentence(donor.locale, "thanks-title"))
    (gift,) = await env.gifts()
    asked = await donor.tap(thanks, label_of_action(thanks, f"err:{gift.id}"))
    await donor.tap(asked, label_of_action(asked, f"err:{gift.id}:amount"))
    notice = await inbox.read_reply(sentence(locale, "staff-case-wrong-amount"))
    await inbox.tap(notice, sentence(locale, "staff-case-close"))
    await env.all_sent()
    if donor.platform == "discord":  # without consent no DM is sent: it waits for the next visit
        await donor.command("mesdons" if donor.locale == "fr" else "mygifts")
    await donor.receive(sentence(donor.locale, "case-over-title", number="1"), within=20)
    assert await env.open_cases() == []


@pytest.mark.parametrize(("platform", "locale"), [("telegram", "fr"), ("discord", "en")])
async def test_message_reaches_the_team_and_the_answer_comes_back(
    env: Environment, platform: PlatformName, locale: Locale
) -> None:
    inbox = await open_inbox(env, platform, locale)
    await message_and_answer(inbox, new_person(env, platform, locale))


@pytest.mark.parametrize(("platform", "locale"), [("telegram", "en"), ("discord", "fr")])
async def test_case_runs_from_report_to_closing_message(
    env: Environment, platform: PlatformName, locale: Locale
) -> None:
    inbox = await open_inbox(env, platform, locale)
    await play_case(inbox, new_person(env, platform, locale))


async def dispute_and_fraud_warning(inbox: Inbox, donor: Person) -> None:
    """A bank's fraud warning and a dispute reach the channel once each, with action and deadline."""
    env, locale = inbox.env, inbox.nadia.locale
    offered = await donor.command("donner" if donor.locale == "fr" else "give", "5")
    session = await env.pay(offered.first_link)
    await env.stripe.early_fraud_warning(str(session["payment_intent"]))
    await env.stripe.delivered()
    await inbox.read_reply(sentence(locale, "staff-fraud-title"))
    dispute = await env.stripe.dispute(str(session["payment_intent"]))
    await env.stripe.delivered()
    message = await inbox.read_reply(sentence(locale, "staff-dispute-title"))
    assert any("stripe.com" in str(b) for row in message["buttons"] for b in row)
    for event in env.stripe.world.every("event"):
        await env.stripe.deliver_again(event["id"])
    await env.stripe.delivered(20)
    assert sum(sentence(locale, "staff-dispute-title") in (m["text"] or "") for m in inbox.notices()) == 1
    assert dispute["id"]


@pytest.mark.parametrize(("platform", "locale"), [("telegram", "fr"), ("discord", "en")])
async def test_disputes_and_warnings_reach_the_team_once(
    env: Environment, platform: PlatformName, locale: Locale
) -> None:
    inbox = await open_inbox(env, platform, locale)
    await dispute_and_fraud_warning(inbox, new_person(env, platform, locale))
