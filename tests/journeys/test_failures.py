"""Failures: lost and repeated webhooks, floods, unreachable people, restarts, one platform alone."""

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
from tests.journeys.environment import (
    DISCORD_TOKEN,
    STRIPE_KEY,
    TELEGRAM_TOKEN,
    TWO_KINDS,
    Environment,
    new_environment,
    running_environment,
)
from tests.journeys.people import BotMessage, Person, cad, new_person, sentence
from tests.waiting import until


async def ask(donor: Person, amount: str = "5") -> BotMessage:
    return await donor.command("donner" if donor.locale == "fr" else "give", amount)


def thanked(donor: Person) -> int:
    return sum(sentence(donor.locale, "thanks-title") in received.text for received in donor.messages())


# --- Stripe's webhooks ----------------------------------------------------------------------------
@pytest.mark.parametrize("order", ["reversed", "shuffled"])
async def test_webhooks_in_any_order_twice_and_late_count_once(env: Environment, order: str) -> None:
    donor = new_person(env, "telegram")
    url = (await ask(donor)).first_link
    await env.stripe.hold_webhooks()
    sessions = [await env.pay(url) for _ in range(3)]
    await env.stripe.refund(str(sessions[0]["payment_intent"]))
    dispute = await env.stripe.dispute(str(sessions[1]["payment_intent"]))
    await env.stripe.close_dispute(dispute["id"], True)
    await env.stripe.release_webhooks(order)
    await env.stripe.delivered(20)
    for event in env.stripe.world.every("event"):
        await env.stripe.deliver_again(event["id"])
    await env.stripe.delivered(20)
    await reconcile.poll(env.app.ctx, env.app.intake)
    await env.all_sent(20)
    campaign = await env.campaign()
    assert (campaign.raised, campaign.gift_count, campaign.donor_count) == (cad(1000), 2, 1)
    await env.assert_books_balance()


async def test_old_and_forged_webhooks_are_refused(env: Environment) -> None:
    donor = new_person(env, "telegram")
    await env.pay((await ask(donor)).first_link)
    event = env.stripe.world.every("event")[-1]
    await env.stripe.deliver_again(event["id"], signed_late=301)
    await env.stripe.delivered()
    home = env.settings.public_url
    for headers in ({}, {"Stripe-Signature": "t=1,v1=00"}, {"Stripe-Signature": "é"}):
        async with env.browser.post(f"{home}/webhooks/stripe", data=b"{}", headers=headers) as answer:
            assert answer.status == 400
    async with env.browser.post(f"{home}/webhooks/stripe", data=io.BytesIO(b"x" * 3_000_000)) as answer:
        assert answer.status in (400, 413)
    async with env.browser.post(f"{home}/webhooks/telegram", json={"update_id": 1}) as answer:
        assert answer.status in (401, 403, 404)


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_one_platform_without_web_address_works(tmp_path: Path, platform: PlatformName) -> None:
    async with running_environment(tmp_path, platforms=[platform], public=False) as env:
        donor = new_person(env, platform, "en")
        received = await ask(donor)
        assert received.first_link.startswith(env.stripe.url)
        await env.pay(received.first_link)
        assert not await env.gifts()
        await reconcile.poll(env.app.ctx, env.app.intake)
        await donor.receive(sentence("en", "thanks-title"))
        await env.assert_books_balance()


# --- Stripe itself --------------------------------------------------------------------------------
async def test_links_lost_at_stripe_are_created_again(env: Environment) -> None:
    donor = new_person(env, "telegram")
    for link in env.stripe.world.every("payment_link"):
        await env.stripe.delete_link(link["id"])
    assert await links.repair(env.app.ctx) == 2 * 5, "one a language for each amount"
    await env.pay((await ask(donor)).first_link)
    await donor.receive(sentence("fr", "thanks-title"))


@TWO_KINDS
async def test_stripe_outage_lets_donors_type_amounts_on_its_page(env: Environment, donor: Person) -> None:
    await env.stripe.set_faults(server_errors=1000)
    received = await ask(donor, "6,25")
    await env.stripe.set_faults()
    session = await env.pay(received.first_link, amount=625)
    await donor.receive(sentence(donor.locale, "thanks-title"))
    assert session["amount_total"] == 625


# --- Telegram -------------------------------------------------------------------------------------
async def test_flood_wait_delays_but_loses_nothing(env: Environment) -> None:
    donors = [new_person(env, "telegram", name=f"D{number}") for number in range(5)]
    urls = [(await ask(donor)).first_link for donor in donors]
    env.telegram.force_429(times=2, retry_after=1)
    await asyncio.gather(*(env.pay(url) for url in urls))
    for donor in donors:
        await donor.receive(sentence("fr", "thanks-title"), within=20)
    await env.all_sent()
    assert [thanked(donor) for donor in donors] == [1] * 5


@TWO_KINDS
async def test_platform_errors_are_survived(env: Environment, donor: Person) -> None:
    url = (await ask(donor)).first_link
    sandbox = env.telegram if donor.platform == "telegram" else env.discord
    sandbox.force_5xx(1)
    await env.pay(url)
    await donor.receive(sentence(donor.locale, "thanks-title"), within=20)
    await env.all_sent()
    assert thanked(donor) == 1


# --- Discord: who may be written to ---------------------------------------------------------------
async def test_expired_reply_holds_the_thank_you_until_the_next_visit(env: Environment) -> None:
    donor = new_person(env, "discord", "en")
    url = (await ask(donor)).first_link
    page = await env.follow(url)
    env.clock.ahead += timedelta(minutes=16)
    await env.stripe.pay(page, email="d@example.org")
    await env.stripe.delivered()
    await until(lambda: _parked(env))
    assert thanked(donor) == 0
    await donor.command("preferences")
    await donor.receive(sentence("en", "thanks-title"))
    await donor.command("help")
    assert thanked(donor) == 1


async def _parked(env: Environment) -> bool:
    return bool((await env.outbox()).get("parked"))


@pytest.mark.parametrize("turns", ["by writing", "by installing"])
async def test_donor_who_turned_to_the_bot_gets_a_dm_when_the_reply_is_gone(env: Environment, turns: str) -> None:
    donor = new_person(env, "discord", "fr")
    if turns == "by writing":
        await donor.say("Bonjour")
    else:
        env.discord.install_app(donor.account)
    page = await env.follow((await ask(donor)).first_link)
    env.clock.ahead += timedelta(minutes=16)
    await env.stripe.pay(page, email="d@example.org")
    await env.stripe.delivered()
    thanks = await donor.receive(sentence("fr", "thanks-title"))
    assert thanks.id in [int(m["id"]) for m in env.discord.view("dm", donor.account)]


@pytest.mark.parametrize("reason", ["closed", "left the server"])
async def test_unreachable_donor_parks_the_thank_you(env: Environment, reason: str) -> None:
    donor = new_person(env, "discord", "fr")
    await donor.say("Bonjour")
    page = await env.follow((await ask(donor)).first_link)
    env.clock.ahead += timedelta(minutes=16)
    if reason == "closed":
        env.discord.close_dms(donor.account)
    else:
        env.discord.leave(donor.account, env.guild)
    await env.stripe.pay(page, email="d@example.org")
    await env.stripe.delivered()
    await until(lambda: _parked(env))
    if reason == "left the server":
        env.discord.join(donor.account, env.guild)
    await donor.command("aide")
    await donor.receive(sentence("fr", "thanks-title"))
    assert thanked(donor) == 1


async def test_private_reply_is_replaced_even_after_a_restart(tmp_path: Path) -> None:
    async with new_environment(tmp_path) as env:
        async with env.run_bot() as app:
            await publish.publish(app.ctx, example_campaign())
            donor = new_person(env, "discord", "fr")
            asked = await ask(donor)
            page = await env.follow(asked.first_link)
        await env.stripe.pay(page, email="d@example.org")
        async with env.run_bot() as app:
            await reconcile.poll(app.ctx, app.intake)
            thanks = await donor.receive(sentence("fr", "thanks-title"))
            assert thanks.id == asked.id
            await donor.tap(thanks, sentence("fr", "error-button"))  # buttons still work


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_old_buttons_and_missed_updates_are_answered(tmp_path: Path, platform: PlatformName) -> None:
    async with new_environment(tmp_path) as env:
        async with env.run_bot() as app:
            await publish.publish(app.ctx, example_campaign())
            donor = new_person(env, platform, "en")
            card = await ask(donor, "")
            shown = await donor.command("preferences")
        if platform == "telegram":
            said = env.telegram.say(donor.account, "/give 5")
        async with env.run_bot():
            if platform == "telegram":
                await donor.receive(sentence("en", "confirm-amount", amount=cad(500)), after=said["message_id"])
            await env.pay(card.first_link)
            await donor.receive(sentence("en", "thanks-title"))
            await donor.tap(shown, sentence("en", "pref-news-on"))
            assert (await env.campaign()).raised == cad(500)


async def test_dropped_gateway_connection_is_resumed(env: Environment) -> None:
    donor = new_person(env, "discord", "en")
    await ask(donor)
    env.discord.drop_gateway()
    await env.discord.wait_ready(10)
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
async def test_hostile_text_gets_a_calm_answer(env: Environment, donor: Person) -> None:
    for text in (*HOSTILE, *(("y" * 4096, "z" * 10_000) if donor.platform == "telegram" else ())):
        received = await donor.say(text)
        assert received.text, text
        assert sentence(donor.locale, "wrong-title") not in received.text, text
        assert "@everyone" not in received.text
    for text in HOSTILE:
        if donor.platform == "discord" and len(text) > 100:
            continue
        received = await donor.command("donner" if donor.locale == "fr" else "give", text)
        assert sentence(donor.locale, "wrong-title") not in received.text, text
    if donor.platform == "discord":
        messages = env.discord.view(donor.account)
        assert not any(m["pings"] for m in messages if m["author"]["bot"])


async def test_hostile_campaign_texts_are_escaped(env: Environment) -> None:
    texts = ("<b>A & B</b> @everyone", "**A** _b_ `c` <@1> [x](y) \u202e")
    bad = example_campaign().model_copy(update={"slug": "mechant"}).model_dump()
    bad["name"] = {"fr": texts[0], "en": texts[1]}
    bad["story"] = {"fr": "\n".join(texts), "en": "\n".join(texts)}
    authored = type(example_campaign()).model_validate(bad)
    with pytest.raises(publish.LeadsElsewhere, match="@everyone"):
        await publish.publish(env.app.ctx, authored)
    allowing = replace(env.app.ctx, link_domains=("@everyone",))  # an owner may, and nobody is called all the same
    campaign = await publish.publish(allowing, authored)
    place = env.telegram.add_chat("channel", "<i>X</i> & @everyone")
    for platform, where in (("telegram", str(place["id"])), ("discord", str(env.room["id"]))):
        port = next(p for p in env.app.platforms if p.name == platform)
        await publish.post(env.app.ctx, port, campaign, where, "fr+en")
    assert texts[0] in env.telegram.view(place)[-1]["text"]
    assert not env.discord.view(env.room)[-1]["pings"]
    locales: tuple[Locale, ...] = ("fr", "en")
    for locale in locales:
        for name in ("telegram", "discord"):
            donor = new_person(env, name, locale, "<b>@everyone</b>"[:32])
            received = await donor.command("donner" if locale == "fr" else "give", "5", "mechant")
            await env.pay(received.first_link)
            await donor.receive(sentence(locale, "thanks-title"))
    status, page = await env.page("/")
    assert status == 200
    assert "<b>A" not in page


async def test_no_secret_is_ever_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running_environment(tmp_path) as env:
        assert env.hook is not None
        for platform in ("telegram", "discord"):
            donor = new_person(env, platform)
            sandbox = env.telegram if platform == "telegram" else env.discord
            url = (await ask(donor)).first_link
            sandbox.force_5xx(1)
            await env.pay(url)
            await donor.receive(sentence("fr", "thanks-title"), within=20)
            sandbox.drop_answers(1)
            await env.stripe.set_faults(server_errors=2)
            await env.stripe.pay(await env.follow(url), email="x@example.org")
            await env.stripe.set_faults()
            await env.stripe.delivered()
        await env.all_sent(20)
        secrets = {
            TELEGRAM_TOKEN,
            TELEGRAM_TOKEN.partition(":")[2],
            DISCORD_TOKEN,
            STRIPE_KEY,
            env.hook["secret"],
            env.settings.secret_key[0].get_secret_value(),
            *env.discord.world.tokens,
        }
    for record in caplog.records:
        if record.name.startswith(("bot.sandbox", "aiohttp.access")):
            continue
        line = logging.Formatter().format(record)
        for secret in secrets:
            assert secret not in line, (record.name, line[:300])
