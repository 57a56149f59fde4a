"""What can go wrong with a gift, over the real wires: debits, disputes, forged links, blocked chats, a late gift."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest

from bot.demo.stage import Stage, stage
from bot.domain.gifts import Gift
from bot.store import gifts, outbox
from bot.usecases import publish, verify
from payments.ledger import State


@pytest.fixture
async def set_up() -> AsyncIterator[Stage]:
    async with stage(seed=7) as ready:
        yield ready


async def ask(set_up: Stage, key: str, text: str) -> dict[str, Any]:
    """What the bot answers to a person on Telegram."""
    person = set_up.people[key]
    said = set_up.telegram.say(person.telegram, text)
    return await set_up.telegram.wait_message(person.chat, after=said["message_id"])


async def link(set_up: Stage, key: str = "camille", amount: str = "5 $") -> str:
    answer = await ask(set_up, key, amount)
    return await set_up.follow(str(answer["buttons"][0][0]["value"]))


async def newest(set_up: Stage) -> Gift:
    async with set_up.app.ctx.db.read() as conn:
        return (await gifts.everything(conn))[-1]


async def has_a_supporter(set_up: Stage) -> None:
    """Wait until the newest gift is somebody's; TimeoutError after two seconds."""
    async with asyncio.timeout(2):
        while True:
            if (await newest(set_up)).supporter_id is not None:
                return
            await asyncio.sleep(0.02)


async def books_are_right(set_up: Stage) -> None:
    assert (await verify.verify(set_up.app.ctx)).problems == ()


async def test_the_thank_you_is_there_within_a_second_of_the_webhook(set_up: Stage) -> None:
    url = await link(set_up)
    paid = time.monotonic()
    await set_up.pay(url)
    await set_up.telegram.wait_message(set_up.people["camille"].chat, contains="Merci")
    assert time.monotonic() - paid < 1.0


async def test_a_bank_debit_is_on_its_way_and_then_arrives_or_does_not(set_up: Stage) -> None:
    chat = set_up.people["camille"].chat
    for ok, state, said in ((True, State.PAID, "Merci"), (False, State.FAILED, "")):
        session = await set_up.stripe.pay(await link(set_up), method="bank", email="a@example.org")
        await set_up.stripe.delivered()
        await set_up.all_sent()
        assert (await newest(set_up)).book.state is State.PENDING
        before = set_up.telegram.view(chat)[-1]["id"]
        await set_up.stripe.settle(session["id"], ok)
        await set_up.stripe.delivered()
        news = await set_up.telegram.wait_message(chat, contains=said, after=before)
        assert news["text"]
        assert (await newest(set_up)).book.state is state
    await books_are_right(set_up)


async def test_a_dispute_is_for_staff_and_the_donor_hears_nothing(set_up: Stage) -> None:
    session = await set_up.pay(await link(set_up))
    await set_up.all_sent()
    before = len(set_up.telegram.view(set_up.people["camille"].chat))
    total = (await set_up.campaign()).raised.minor
    dispute = await set_up.stripe.dispute(session["payment_intent"])
    await set_up.stripe.delivered()
    assert (await newest(set_up)).book.state is State.DISPUTED
    assert (await set_up.campaign()).raised.minor == total - 500
    async with set_up.app.ctx.db.read() as conn:
        assert "dispute" in {case["kind"] for case in await gifts.open_cases(conn)}
    await set_up.stripe.close_dispute(dispute["id"], True)
    await set_up.stripe.delivered()
    assert (await set_up.campaign()).raised.minor == total
    await set_up.all_sent()
    assert len(set_up.telegram.view(set_up.people["camille"].chat)) == before
    await books_are_right(set_up)


async def test_a_forged_reference_is_nobodys_gift_until_its_payer_claims_it_once(set_up: Stage) -> None:
    parts = urlsplit(await link(set_up))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | {"client_reference_id": "forged-one"}
    session = await set_up.pay(urlunsplit(parts._replace(query=urlencode(query))))
    assert (await newest(set_up)).supporter_id is None
    page = f"{set_up.app.ctx.public_url}/thanks?session={session['id']}"
    async with set_up.browser.get(page) as answer:
        shown = await answer.text()
    start = shown.index("start=c_") + len("start=")
    payload = shown[start : shown.index('"', start)]
    payer = set_up.people["camille"]
    said = set_up.telegram.press_start(payer.telegram, payload)
    asked = await set_up.telegram.wait_message(payer.chat, after=said["message_id"])
    button = asked["buttons"][0][0]
    await set_up.telegram.tap(payer.telegram, payer.chat, asked["id"], button["text"])
    await has_a_supporter(set_up)
    async with set_up.browser.get(page) as answer:
        assert "start=c_" not in await answer.text()
    await books_are_right(set_up)


async def test_who_blocked_the_bot_loses_no_gift_and_hears_of_it_when_back(set_up: Stage) -> None:
    camille = set_up.people["camille"]
    url = await link(set_up)
    set_up.telegram.block(camille.telegram)
    await set_up.pay(url)
    await set_up.all_sent()
    assert (await newest(set_up)).book.is_paid
    set_up.telegram.unblock(camille.telegram)
    await ask(set_up, "camille", "/aide")
    await set_up.telegram.wait_message(camille.chat, contains="Merci")


async def test_a_lost_answer_means_one_gift_and_at_least_one_thank_you(set_up: Stage) -> None:
    url = await link(set_up)
    set_up.telegram.drop_answers(1, "sendMessage")
    await set_up.pay(url)
    await set_up.telegram.wait_message(set_up.people["camille"].chat, contains="Merci")
    await set_up.all_sent(within=20)
    async with set_up.app.ctx.db.read() as conn:
        assert not (await outbox.counts(conn)).get("failed")


async def test_after_the_end_links_are_off_and_a_payment_under_way_is_taken_and_called_late(set_up: Stage) -> None:
    url = await link(set_up)
    opened = await set_up.stripe.open(url)
    campaign = await set_up.campaign()
    await publish.close(set_up.app.ctx, campaign)
    refused = await ask(set_up, "camille", "/donner 5 dehors")
    assert not [b for row in refused["buttons"] for b in row if "/g/" in str(b["value"])]
    with pytest.raises(Exception, match=r"."):
        await set_up.stripe.pay(url, email="a@example.org")
    assert opened["id"]


async def test_hostile_words_stay_words(set_up: Stage) -> None:
    for text in (
        "<b>x</b> & <script>",
        "@everyone `x` **y** [a](https://b.example)",
        "\u202eabc",
        "x" * 4000,
        "🦆" * 500,
    ):
        assert (await ask(set_up, "camille", text))["text"]
    alex = set_up.people["alex"]
    set_up.discord.dm(alex.discord, "@everyone <@123> **x**")
    answer = await set_up.discord.wait_message(alex.discord)
    assert not answer["pings"]
