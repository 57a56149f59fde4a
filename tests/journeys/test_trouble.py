"""What breaks on the way: lost and repeated webhooks, floods, closed doors, restarts, one platform alone."""

import asyncio
import io
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.launch import example_campaign
from bot.domain.people import PlatformName
from bot.usecases.campaigns import publish
from bot.usecases.giving import links
from bot.usecases.money import reconcile
from content.catalog import Locale
from tests.journeys.people import Heard, Person, cad, says
from tests.journeys.town import DISCORD_TOKEN, STRIPE_KEY, TELEGRAM_TOKEN, TWO_KINDS, Town, open_town, town
from tests.waiting import until


async def ask(donor: Person, amount: str = "5") -> Heard:
    return await donor.command("donner" if donor.locale == "fr" else "give", amount)


def thanked(donor: Person) -> int:
    return sum(says(donor.locale, "thanks-title") in heard.text for heard in donor.everything())


# --- Stripe's webhooks ----------------------------------------------------------------------------
@pytest.mark.parametrize("order", ["reversed", "shuffled"])
async def test_webhooks_in_any_order_twice_and_late_count_once(here: Town, order: str) -> None:
    donor = here.person("telegram")
    url = (await ask(donor)).first_link
    await here.stripe.hold_webhooks()
    sessions = [await here.pay(url) for _ in range(3)]
    await here.stripe.refund(str(sessions[0]["payment_intent"]))
    dispute = await here.stripe.dispute(str(sessions[1]["payment_intent"]))
    await here.stripe.close_dispute(dispute["id"], True)
    await here.stripe.release_webhooks(order)
    await here.stripe.delivered(20)
    for event in here.stripe.world.every("event"):
        await here.stripe.deliver_again(event["id"])
    await here.stripe.delivered(20)
    await reconcile.poll(here.app.ctx, here.app.intake)
    await here.all_sent(20)
    campaign = await here.campaign()
    assert (campaign.raised, campaign.gift_count, campaign.donor_count) == (cad(1000), 2, 1)
    await here.books_are_right()


async def test_old_and_forged_webhooks_are_refused(here: Town) -> None:
    donor = here.person("telegram")
    await here.pay((await ask(donor)).first_link)
    event = here.stripe.world.every("event")[-1]
    await here.stripe.deliver_again(event["id"], signed_late=301)
    await here.stripe.delivered()
    home = here.settings.public_url
    for headers in ({}, {"Stripe-Signature": "t=1,v1=00"}, {"Stripe-Signature": "é"}):
        async with here.browser.post(f"{home}/webhooks/stripe", data=b"{}", headers=headers) as answer:
            assert answer.status == 400
    async with here.browser.post(f"{home}/webhooks/stripe", data=io.BytesIO(b"x" * 3_000_000)) as answer:
        assert answer.status in (400, 413)
    async with here.browser.post(f"{home}/webhooks/telegram", json={"update_id": 1}) as answer:
        assert answer.status in (401, 403, 404)


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_one_platform_alone_and_no_web_address(tmp_path: Path, platform: PlatformName) -> None:
    async with open_town(tmp_path, platforms=[platform], public=False) as here:
        donor = here.person(platform, "en")
        heard = await ask(donor)
        assert heard.first_link.startswith(here.stripe.url)
        await here.pay(heard.first_link)
        assert not await here.gifts()
        await reconcile.poll(here.app.ctx, here.app.intake)
        await donor.hears(says("en", "thanks-title"))
        await here.books_are_right()


# --- Stripe itself --------------------------------------------------------------------------------
async def test_links_that_stripe_has_lost_are_made_again(here: Town) -> None:
    donor = here.person("telegram")
    for link in here.stripe.world.every("payment_link"):
        await here.stripe.delete_link(link["id"])
    assert await links.repair(here.app.ctx) == 5
    await here.pay((await ask(donor)).first_link)
    await donor.hears(says("fr", "thanks-title"))


@TWO_KINDS
async def test_while_stripe_is_away_amounts_are_typed_on_its_page(here: Town, donor: Person) -> None:
    await here.stripe.set_faults(server_errors=1000)
    heard = await ask(donor, "6,25")
    await here.stripe.set_faults()
    session = await here.pay(heard.first_link, amount=625)
    await donor.hears(says(donor.locale, "thanks-title"))
    assert session["amount_total"] == 625


# --- Telegram -------------------------------------------------------------------------------------
async def test_a_flood_wait_delays_and_loses_nothing(here: Town) -> None:
    donors = [here.person("telegram", name=f"D{number}") for number in range(5)]
    urls = [(await ask(donor)).first_link for donor in donors]
    here.telegram.force_429(times=2, retry_after=1)
    await asyncio.gather(*(here.pay(url) for url in urls))
    for donor in donors:
        await donor.hears(says("fr", "thanks-title"), within=20)
    await here.all_sent()
    assert [thanked(donor) for donor in donors] == [1] * 5


@TWO_KINDS
async def test_errors_of_a_platform_are_outlived(here: Town, donor: Person) -> None:
    url = (await ask(donor)).first_link
    sandbox = here.telegram if donor.platform == "telegram" else here.discord
    sandbox.force_5xx(1)
    await here.pay(url)
    await donor.hears(says(donor.locale, "thanks-title"), within=20)
    await here.all_sent()
    assert thanked(donor) == 1


# --- Discord: who may be written to ---------------------------------------------------------------
async def test_after_fifteen_minutes_the_thank_you_waits_for_the_next_appearance(here: Town) -> None:
    donor = here.person("discord", "en")
    url = (await ask(donor)).first_link
    page = await here.follow(url)
    here.clock.ahead += timedelta(minutes=16)
    await here.stripe.pay(page, email="d@example.org")
    await here.stripe.delivered()
    await until(lambda: _parked(here))
    assert thanked(donor) == 0
    await donor.command("preferences")
    await donor.hears(says("en", "thanks-title"))
    await donor.command("help")
    assert thanked(donor) == 1


async def _parked(here: Town) -> bool:
    return bool((await here.outbox()).get("parked"))


@pytest.mark.parametrize("agrees", ["by writing", "by asking for news"])
async def test_who_agreed_gets_a_direct_message_when_the_answer_is_gone(here: Town, agrees: str) -> None:
    donor = here.person("discord", "fr")
    if agrees == "by writing":
        await donor.say("Bonjour")
    else:
        await donor.tap(await donor.command("preferences"), says("fr", "pref-news-on"))
    page = await here.follow((await ask(donor)).first_link)
    here.clock.ahead += timedelta(minutes=16)
    await here.stripe.pay(page, email="d@example.org")
    await here.stripe.delivered()
    thanks = await donor.hears(says("fr", "thanks-title"))
    assert thanks.id in [int(m["id"]) for m in here.discord.view("dm", donor.account)]


@pytest.mark.parametrize("door", ["closed", "left the server"])
async def test_a_closed_door_parks_the_thank_you(here: Town, door: str) -> None:
    donor = here.person("discord", "fr")
    await donor.say("Bonjour")
    page = await here.follow((await ask(donor)).first_link)
    here.clock.ahead += timedelta(minutes=16)
    if door == "closed":
        here.discord.close_dms(donor.account)
    else:
        here.discord.leave(donor.account, here.guild)
    await here.stripe.pay(page, email="d@example.org")
    await here.stripe.delivered()
    await until(lambda: _parked(here))
    if door == "left the server":
        here.discord.join(donor.account, here.guild)
    await donor.command("aide")
    await donor.hears(says("fr", "thanks-title"))
    assert thanked(donor) == 1


async def test_the_private_answer_is_replaced_even_after_a_restart(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        async with here.open() as app:
            await publish.publish(app.ctx, example_campaign())
            donor = here.person("discord", "fr")
            asked = await ask(donor)
            page = await here.follow(asked.first_link)
        await here.stripe.pay(page, email="d@example.org")
        async with here.open() as app:
            await reconcile.poll(app.ctx, app.intake)
            thanks = await donor.hears(says("fr", "thanks-title"))
            assert thanks.id == asked.id
            await donor.tap(thanks, says("fr", "error-button"))  # buttons live on


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_old_buttons_and_updates_sent_while_it_slept(tmp_path: Path, platform: PlatformName) -> None:
    async with town(tmp_path) as here:
        async with here.open() as app:
            await publish.publish(app.ctx, example_campaign())
            donor = here.person(platform, "en")
            card = await ask(donor, "")
            shown = await donor.command("preferences")
        if platform == "telegram":
            said = here.telegram.say(donor.account, "/give 5")
        async with here.open():
            if platform == "telegram":
                await donor.hears(says("en", "confirm-amount", amount=cad(500)), after=said["message_id"])
            await here.pay(card.first_link)
            await donor.hears(says("en", "thanks-title"))
            await donor.tap(shown, says("en", "pref-news-on"))
            assert (await here.campaign()).raised == cad(500)


async def test_a_gateway_that_drops_is_taken_up_again(here: Town) -> None:
    donor = here.person("discord", "en")
    await ask(donor)
    here.discord.drop_gateway()
    await here.discord.wait_ready(10)
    assert (await ask(donor)).first_link


# --- words that mean harm, and words that must not be read -----------------------------------------
HOSTILE = (
    "<b>x</b> & <script>alert(1)</script>",
    "@everyone @here <@123> <@&1> `x` **y** ~~z~~ ||s|| [a](https://b.example) # h",
    "\u202egro.elpmaxe \u2066x\u2069",
    "🦆👩‍👩‍👧‍👦" * 100,
    "\x00\x01\x7f nul",
    "{ $amount } %s %(x)d {0} ${x}",
    "'; DROP TABLE gifts; --",
    "x" * 1999,
    "/",
    "/give " + "5" * 400,
    "/give " + "🦆" * 300,
    "/\u202edonner 5",
    "\ud7ff\ufffd",
)


@TWO_KINDS
async def test_hostile_words_get_a_calm_answer(here: Town, donor: Person) -> None:
    for text in (*HOSTILE, *(("y" * 4096, "z" * 10_000) if donor.platform == "telegram" else ())):
        heard = await donor.say(text)
        assert heard.text, text
        assert says(donor.locale, "wrong-title") not in heard.text, text
        assert "@everyone" not in heard.text
    for text in HOSTILE:
        if donor.platform == "discord" and len(text) > 100:
            continue
        heard = await donor.command("donner" if donor.locale == "fr" else "give", text)
        assert says(donor.locale, "wrong-title") not in heard.text, text
    if donor.platform == "discord":
        messages = here.discord.view(donor.account)
        assert not any(m["pings"] for m in messages if m["author"]["bot"])


async def test_hostile_names_and_texts_of_a_campaign(here: Town) -> None:
    texts = ("<b>A & B</b> @everyone", "**A** _b_ `c` <@1> [x](y) \u202e")
    bad = example_campaign().model_copy(update={"slug": "mechant"}).model_dump()
    bad["name"] = {"fr": texts[0], "en": texts[1]}
    bad["story"] = {"fr": "\n".join(texts), "en": "\n".join(texts)}
    authored = type(example_campaign()).model_validate(bad)
    with pytest.raises(publish.LeadsElsewhere, match="@everyone"):
        await publish.publish(here.app.ctx, authored)
    allowing = replace(here.app.ctx, link_domains=("@everyone",))  # an owner may, and nobody is called all the same
    campaign = await publish.publish(allowing, authored)
    place = here.telegram.add_chat("channel", "<i>X</i> & @everyone")
    for platform, where in (("telegram", str(place["id"])), ("discord", str(here.room["id"]))):
        port = next(p for p in here.app.platforms if p.name == platform)
        await publish.post(here.app.ctx, port, campaign, where, "fr+en")
    assert texts[0] in here.telegram.view(place)[-1]["text"]
    assert not here.discord.view(here.room)[-1]["pings"]
    locales: tuple[Locale, ...] = ("fr", "en")
    for locale in locales:
        for name in ("telegram", "discord"):
            donor = here.person(name, locale, "<b>@everyone</b>"[:32])
            heard = await donor.command("donner" if locale == "fr" else "give", "5", "mechant")
            await here.pay(heard.first_link)
            await donor.hears(says(locale, "thanks-title"))
    status, page = await here.page("/")
    assert status == 200
    assert "<b>A" not in page


async def test_no_secret_is_ever_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_town(tmp_path) as here:
        assert here.hook is not None
        for platform in ("telegram", "discord"):
            donor = here.person(platform)
            sandbox = here.telegram if platform == "telegram" else here.discord
            url = (await ask(donor)).first_link
            sandbox.force_5xx(1)
            await here.pay(url)
            await donor.hears(says("fr", "thanks-title"), within=20)
            sandbox.drop_answers(1)
            await here.stripe.set_faults(server_errors=2)
            await here.stripe.pay(await here.follow(url), email="x@example.org")
            await here.stripe.set_faults()
            await here.stripe.delivered()
        await here.all_sent(20)
        secrets = {
            TELEGRAM_TOKEN,
            TELEGRAM_TOKEN.partition(":")[2],
            DISCORD_TOKEN,
            STRIPE_KEY,
            here.hook["secret"],
            here.settings.secret_key[0].get_secret_value(),
            *here.discord.world.tokens,
        }
    for record in caplog.records:
        if record.name.startswith(("bot.sandbox", "aiohttp.access")):
            continue
        line = logging.Formatter().format(record)
        for secret in secrets:
            assert secret not in line, (record.name, line[:300])
