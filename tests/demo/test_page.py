"""The demo's page in real Chromium: giving on both phones, the staff panel, and escaping of people's text."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from playwright.async_api import Page, Route, ViewportSize, expect

from bot.demo import bank
from bot.demo.checklist import TASKS
from bot.demo.environment import Environment
from bot.demo.people import Json
from bot.demo.returning_steps import accept_reminders
from bot.domain.broadcasts import BroadcastState
from bot.domain.nudges import PolicyName
from bot.domain.people import Locale
from bot.store.broadcasts import broadcasts
from bot.store.gifts import gifts
from bot.store.nudges import nudges
from bot.store.staff import staff
from bot.usecases.broadcasts import lifecycle
from bot.usecases.nudges.policies import as_row, policy_states
from content.catalog import Catalog
from tests.demo.opened import LOCAL_TIME, PHONE, Open
from tests.demo.playing import give_on_discord, give_on_telegram, pay, write_on_telegram
from tests.waiting import until

SHORT = ViewportSize(width=1280, height=720)
_LONG = 30_000  # milliseconds

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def raised(shown: Open) -> int:
    return (await shown.env.campaign()).raised.minor


async def give_and_accept_reminders(env: Environment, who: Json, locale: Locale) -> None:
    """Let a person give now: after the days that tests before let pass, older gifts may no longer be due."""
    said = env.telegram.say(who, "$20")
    asked = await env.telegram.wait_message(who["id"], after=said["message_id"])
    await env.pay(asked["buttons"][0][0]["value"])
    await accept_reminders(env, who, locale)


async def test_telegram_gift_is_counted_by_staff(shown: Open, page: Page, tmp_path: Path) -> None:
    before = await raised(shown)
    await give_on_telegram(page)
    assert await raised(shown) == before + 2000
    await expect(page.locator("#staff .total")).to_contain_text(f"{(before + 2000) // 100}\u00a0$")
    await page.screenshot(path=tmp_path / "telegram.png")


async def test_card_tapped_before_the_script_loads_is_filled_in(shown: Open, page: Page) -> None:
    """On a slow connection, a donor can tap the card before the script that fills it has loaded."""
    tapped = asyncio.Event()

    async def late(route: Route) -> None:
        await tapped.wait()
        await route.continue_()

    await page.route("**/pay.js", late)
    await page.locator("#telegram .key", has_text="20\u00a0$").first.click()
    await page.get_by_role("button", name="Donner 20\u00a0$").last.click()
    card = page.frame_locator("#telegram .sheet iframe").locator("#card")
    await card.click()
    await expect(card).to_have_value("")
    tapped.set()
    await expect(card).to_have_value("4242 4242 4242 4242")
    await page.locator("#telegram .sheet .close").click()


async def test_discord_gift_is_answered_privately(shown: Open, page: Page, tmp_path: Path) -> None:
    before = await raised(shown)
    await give_on_discord(page)
    await expect(page.locator("#discord .private").last).to_contain_text("Only you can see this")
    assert await raised(shown) == before + 1000
    await page.screenshot(path=tmp_path / "discord.png")
    await page.locator("#discord .who.camille").click()
    await expect(page.locator("#discord .private")).to_have_count(0)


@pytest.mark.parametrize("page", [PHONE], indirect=True)
async def test_small_phone_shows_each_panel_without_scrolling_sideways(shown: Open, page: Page, tmp_path: Path) -> None:
    for place in ("telegram", "discord", "staff"):
        await page.locator(f".tabs [data-to={place}]").click()
        await expect(page.locator(f"#{place}")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await page.screenshot(path=tmp_path / f"{place}.png")
    await expect(page.get_by_role("button", name="+ 5 minutes")).to_be_in_viewport()
    await page.locator("#tasks summary").click()
    assert await page.locator("#tasks .tick").first.evaluate("(tick) => getComputedStyle(tick).borderStyle") == "none"


async def test_answer_of_nadia_stays_in_view(page: Page) -> None:
    """The question further up changes a moment later, to say who has answered."""
    await write_on_telegram(page, "Bonjour, quand servez-vous les repas?")
    await page.locator("#telegram .who.nadia").click()
    question = page.locator("#telegram .message", has_text="quand servez-vous les repas?").last
    await question.locator(".key", has_text="Répondre").click()
    await expect(page.locator("#telegram .message").last).to_contain_text("Écrivez votre réponse")
    await write_on_telegram(page, "Le mardi, à midi.")
    await page.locator("#telegram .key", has_text=re.compile("^Envoyer$")).last.click()
    await expect(question).to_contain_text("a répondu", timeout=_LONG)
    await expect(page.locator("#telegram .message", has_text="C’est parti").last).to_be_in_viewport()


async def test_staff_hold_poll_redeliver_and_refund_one_gift(shown: Open, page: Page) -> None:
    before = await raised(shown)
    shown.env.telegram.press_start(shown.env.people["camille"].telegram)
    await page.locator("#telegram .chats button").last.click()
    await page.locator("#telegram input[type=text]").fill("5,50")
    await page.locator("#staff .switch").click()
    await page.locator("#telegram .send").click()
    await page.get_by_role("button", name="Donner 5,50\u00a0$").click()
    await pay(page, "#telegram", is_known=False)
    await expect(page.locator("#staff [data-put=held]")).to_contain_text("avis retenus")
    assert await raised(shown) == before
    await page.get_by_role("button", name="Demander à Stripe").click()
    newest = page.locator("#staff .entries li").first
    await expect(newest).to_contain_text("5,50\u00a0$")
    assert await raised(shown) == before + 550
    await page.locator("#staff .switch").click()
    await page.get_by_role("button", name="Répéter un avis").click()
    await expect(page.locator("#toast")).to_contain_text("rien n’est compté deux fois")
    assert await raised(shown) == before + 550
    paid = list(shown.env.stripe.world.checkouts)[-1]
    await shown.env.confirm(shown.env.people["camille"], {"id": paid})  # otherwise nobody is notified of its refund
    rows = await page.locator("#staff .entries .sum").all_inner_texts()
    await newest.get_by_role("button", name="Rembourser").click()
    await page.locator("#ask").get_by_role("button", name="Annuler").click()
    assert await raised(shown) == before + 550
    await newest.get_by_role("button", name="Rembourser").click()
    await page.locator("#ask").get_by_role("button", name="Rembourser 5,50\u00a0$").click()
    await expect(newest).to_contain_text("Remboursement")
    await expect(newest.locator(".mark")).to_have_text("Remboursé")
    await expect(newest.get_by_role("button")).to_have_count(0)
    assert await page.locator("#staff .entries .sum").all_inner_texts() == rows, "no other gift takes its place"
    await expect(page.locator("#telegram .messages")).to_contain_text("vous est remboursé")
    assert await raised(shown) == before


async def test_skipping_eleven_days_sends_due_reminders_once(shown: Open, page: Page, tmp_path: Path) -> None:
    days, toast = page.get_by_role("button", name="+ 11 jours"), page.locator("#toast")
    await give_and_accept_reminders(shown.env, shown.env.telegram.add_user("Rosalie", language_code="fr"), "fr")
    await days.click()
    await expect(toast).to_contain_text(
        "Rappels envoyés", timeout=_LONG
    )  # one reminder, or none and one person held out
    await page.screenshot(path=tmp_path / "days.png")
    await days.click()
    await expect(toast).to_contain_text("Personne à relancer", timeout=_LONG)


async def test_reminder_always_comes_for_the_visitors_own_person(shown: Open, page: Page) -> None:
    """However many are held out: nine of ten here."""
    env, alex = shown.env, shown.env.people["alex"]
    await give_and_accept_reminders(env, alex.telegram, alex.locale)
    async with env.app.ctx.db.write() as conn:
        policy = replace((await policy_states(conn))[PolicyName.SECOND_GIFT], held_out=0.9)
        await nudges.set_policy(conn, as_row(policy), None, env.clock())
    await page.locator("#telegram .who.alex").click()
    await page.locator("#telegram .chats button").last.click()
    await page.get_by_role("button", name="+ 11 jours").click()
    title = env.app.ctx.catalog.text("en", "nudge-second-gift-title")
    await expect(page.locator("#telegram .messages")).to_contain_text(title, timeout=_LONG)
    await expect(page.locator("#tasks [data-task=days]")).to_have_class("done")


async def test_payout_answers_the_treasurer(shown: Open, page: Page) -> None:
    await bank.until_morning(shown.env, days=9)
    task = page.locator("#tasks [data-task=payout]")
    await page.locator("#telegram .who.nadia").click()
    await write_on_telegram(page, "/virements")
    await expect(task).not_to_have_class("done")
    await page.locator("#telegram .message").last.locator(".key").first.click()
    await expect(page.locator("#telegram .message").last).to_contain_text("Frais de Stripe")
    await expect(task).to_have_class("done")
    await page.locator("#telegram .message").last.locator(".key").first.click()  # back to the list
    await expect(page.locator("#telegram .message").last).not_to_contain_text("Frais de Stripe")
    await expect(task).to_have_class("done")


async def test_receipt_of_a_gift_opens(shown: Open, page: Page) -> None:
    """Receipts have no query of their own, unlike payment links."""
    env, nadia = shown.env, shown.env.people["nadia"]
    said = env.telegram.say(nadia.telegram, "20\u00a0$")
    asked = await env.telegram.wait_message(nadia.chat, contains="20", after=said["message_id"])
    session = await env.pay(asked["buttons"][0][0]["value"])
    await env.confirm(nadia, session)

    async def has_receipt() -> bool:  # its address comes with a later event, which is applied after it is delivered
        async with env.app.ctx.db.read() as conn:
            given = await gifts.by_session(conn, session["id"])
        return given is not None and given.receipt_url is not None

    await until(has_receipt)
    await page.locator("#telegram .who.nadia").click()
    await page.locator("#telegram .chats button").last.click()
    await page.locator("#telegram input[type=text]").fill("/mesdons")
    await page.locator("#telegram .send").click()
    listed = page.locator("#telegram .message", has_text="preuve de paiement").last
    await listed.locator(".key", has=page.locator(".icon")).first.click()
    inside = page.frame_locator("#telegram .sheet iframe")
    await expect(inside.locator("h1")).to_have_text("Reçu de paiement")
    await expect(inside.locator(".figure")).to_contain_text("20\u00a0$")


async def test_hostile_text_is_shown_as_text(shown: Open, page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)> **<b>gras</b>** [a](javascript:alert(1))"
    await page.locator("#telegram .who.ines").click()
    await page.locator("#telegram .chats button").last.click()
    await page.locator("#telegram .start").click()
    await page.locator("#telegram input[type=text]").fill(hostile)
    await page.keyboard.press("Enter")
    await page.locator("#discord input[type=text]").fill(hostile)
    await page.keyboard.press("Enter")
    for place in ("telegram", "discord"):
        await expect(page.locator(f"#{place} .messages")).to_contain_text("<img src=x")
        assert await page.locator(f"#{place} .messages img[src=x], #{place} .messages a").count() == 0


async def test_page_language_leaves_the_phones_in_their_owners_language(page: Page) -> None:
    await page.locator("#language").click()
    await expect(page.locator("#staff")).to_contain_text("Gifts per donor")
    await expect(page.locator("#telegram .chats")).to_contain_text("Conversation")
    await page.locator("#telegram .who.alex").click()
    await expect(page.locator("#telegram .chats")).to_contain_text("Channel")


async def test_checklist_ticks_what_was_tried(shown: Open, page: Page) -> None:
    """Other tests may have given on the same server before; none has sent a broadcast."""
    await give_on_telegram(page)
    await page.locator("#tasks summary").click()
    await expect(page.locator("#tasks li.done").first).to_contain_text("Donner")
    await expect(page.locator("#tasks li")).to_have_count(len(TASKS))
    await expect(page.locator("#tasks [data-task=broadcast]")).not_to_have_class("done")
    env = shown.env
    async with env.app.ctx.db.read() as conn:
        (waiting,) = await broadcasts.in_states(conn, [BroadcastState.APPROVAL])
        nadia = (await staff.all_members(conn))[0]
    await lifecycle.approve(env.app.ctx, nadia, waiting.id)
    await expect(page.locator("#tasks [data-task=broadcast]")).not_to_have_class("done")  # it has not left
    await page.keyboard.press("Escape")  # the list may cover the panel below
    await page.get_by_role("button", name="+ 5 minutes").click()
    await expect(page.locator("#tasks [data-task=broadcast]")).to_have_class("done", timeout=_LONG)
    await page.locator("#tasks summary").click()
    await page.locator("#telegram .title").click()
    await expect(page.locator("#tasks .list")).to_be_hidden()  # by a tap outside


async def test_each_person_shows_role_and_language(page: Page) -> None:
    await expect(page.locator("#telegram .who.ines")).to_contain_text("amie · FR")
    await expect(page.locator("#discord .who.alex")).to_contain_text("donne · EN")
    await page.locator("#language").click()
    await expect(page.locator("#discord .who.nadia")).to_contain_text("staff · FR")


async def test_nadia_finds_her_commands_and_is_not_refused(page: Page) -> None:
    for place, opener in (("telegram", ".menu"), ("discord", ".slash")):
        opened = "Nouvelle diffusion"
        await page.locator(f"#{place} .who.nadia").click()
        menu = page.locator(f"#{place} .commands:not(.pictures)")
        await expect(page.locator(f"#{place} .for-staff")).to_be_visible()
        await expect(menu).to_be_hidden()  # it would hide what waits for her
        await page.locator(f"#{place} {opener}").click()
        await menu.locator("button", has_text="/diffusion").click()
        await expect(page.locator(f"#{place} .messages")).to_contain_text(opened)


async def test_message_after_a_jump_shows_its_day(shown: Open, page: Page) -> None:
    """The clock was moved by tests before, or not: the day above the last message is the demo's day."""
    await shown.env.let_pass(timedelta(days=1))
    await page.locator("#telegram .who.nadia").click()
    await page.locator("#telegram input[type=text]").fill("/aide")
    await page.locator("#telegram .send").click()
    today = shown.env.clock().astimezone(ZoneInfo(LOCAL_TIME)).day
    await expect(page.locator("#telegram .messages .day").last).to_contain_text(f"{today} ")


@pytest.mark.parametrize("page", [SHORT], indirect=True)
async def test_short_window_keeps_the_ledger_above_the_panel_below(page: Page) -> None:
    ledger = page.locator("#staff .ledger")
    above, below = await ledger.bounding_box(), await page.locator("#staff .trouble").bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"] + 1
    assert await ledger.evaluate("each => each.scrollHeight - each.clientHeight") <= 1


async def test_gift_adds_to_the_gifts_in_the_ledger(page: Page) -> None:
    await expect(page.locator("#staff .entries li.gift .postings").first).to_contain_text("dons +")


async def test_every_text_of_the_page_is_used() -> None:
    folder = resources.files("bot.demo")
    code = "".join(f.read_text() for f in (folder / "static").iterdir() if f.name.endswith(".js"))
    code += "".join((folder / name).read_text() for name in ("views.py", "acts.py"))
    built = ("account-", "how-", "entry-", "books-", "role-", "speaks-", "task-", "picture-")
    keys = {key.removeprefix("demo-") for key in Catalog.load().keys("fr") if key.startswith("demo-")}
    assert not {key for key in keys if f'"{key}"' not in code and f'-{key}"' not in code and not key.startswith(built)}


async def test_server_refuses_foreign_hosts_and_unknown_input(shown: Open) -> None:
    async with aiohttp.ClientSession() as session:
        for path, headers, body, status in (
            ("", {"Host": "evil.example"}, None, 403),
            ("act/staff.refund", {}, {"payment": "pi_nobody"}, 400),
            ("act/telegram.say", {}, {"as": "nobody", "text": "hi"}, 400),
            ("act/no.such", {}, {}, 404),
            ("static/..%2Fpage.py", {}, None, 404),
            ("static/page.js", {}, None, 200),
            ("media/telegram/none", {}, None, 404),
            ("media/discord/none", {}, None, 404),
        ):
            method = "GET" if body is None else "POST"
            async with session.request(method, shown.url + path, headers=headers, json=body) as answer:
                assert answer.status == status, path
        async with session.post(f"{shown.url}act/staff.poll", data="{}") as answer:
            assert answer.status == 404, "only JSON, which foreign forms cannot send"
