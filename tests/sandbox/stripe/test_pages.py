"""The payment page over plain HTTP forms, as a browser without JavaScript uses it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import stripe

from bot.sandbox.stripe import StripeSandbox
from bot.sandbox.stripe.page_words import WORDS, language_of, money, typed_amount

from .conftest import QUIET, make_link

pytestmark = QUIET
GOOD = {"email": "lea@example.org", "card": "4242 4242 4242 4242"}


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}) as session:
        yield session


async def open_page(browser: aiohttp.ClientSession, url: str) -> tuple[str, str]:
    """Open the link; return its final address and text."""
    async with browser.get(url) as answer:
        return str(answer.url), await answer.text()


async def test_donor_pays_and_sees_thanks(
    sandbox: StripeSandbox, client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    link = await make_link(client)
    page, html = await open_page(browser, f"{link.url}?client_reference_id=abc&prefilled_email=l@example.org")
    assert "Donner 5\u00a0$" in html and 'lang="fr"' in html and "l@example.org" in html
    async with browser.post(page, data=GOOD) as answer:
        assert answer.url.path.endswith("/done")
        assert "Merci!" in await answer.text()
    (session,) = sandbox.world.every("checkout.session")
    assert (session["client_reference_id"], session["payment_status"]) == ("abc", "paid")
    assert "déjà fait" in (await open_page(browser, page))[1]
    receipt = sandbox.world.every("charge")[0]["receipt_url"]
    assert "5\u00a0$" in (await open_page(browser, receipt))[1]


async def test_charitys_own_page_follows_payment(
    sandbox: StripeSandbox, client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    redirect = {"url": "https://charity.example/thanks?session={CHECKOUT_SESSION_ID}&l=fr"}
    link = await make_link(client, after_completion={"type": "redirect", "redirect": redirect})
    page, _ = await open_page(browser, link.url)
    async with browser.post(page, data=GOOD, allow_redirects=False) as answer:
        session = sandbox.world.every("checkout.session")[0]["id"]
        assert answer.status == 303
        assert answer.headers["Location"] == f"https://charity.example/thanks?session={session}&l=fr"


async def test_declined_card_is_explained_and_can_be_changed(
    client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    link = await make_link(client)
    page, _ = await open_page(browser, link.url)
    async with browser.post(page, data={**GOOD, "card": "4000000000000002"}) as answer:
        html = await answer.text()
    assert "rien n’a été prélevé" in html and "lea@example.org" in html
    async with browser.post(page, data=GOOD) as answer:
        assert answer.url.path.endswith("/done")


async def test_bank_question_comes_before_payment(
    sandbox: StripeSandbox, client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    link = await make_link(client)
    page, _ = await open_page(browser, f"{link.url}?locale=en")
    async with browser.post(page, data={**GOOD, "card": "4000002500003155"}) as answer:
        assert answer.url.path.endswith("/confirm") and "Is this you?" in await answer.text()
    async with browser.post(f"{page}/confirm", data={"answer": "no"}) as answer:
        assert "was not confirmed" in await answer.text()
    await (await browser.post(page, data={**GOOD, "card": "4000002500003155"})).release()
    async with browser.post(f"{page}/confirm", data={"answer": "yes"}) as answer:
        assert "Thank you!" in await answer.text()
    assert sandbox.world.every("checkout.session")[0]["payment_status"] == "paid"


async def test_bank_debit_page_says_that_it_takes_days(
    client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    page, _ = await open_page(browser, (await make_link(client)).url)
    async with browser.post(page, data={"email": "l@example.org", "method": "bank"}) as answer:
        assert "en route" in await answer.text()


@pytest.mark.parametrize("typed", ["0,50", "1,000", "beaucoup", "-5", "501", ""])
async def test_invalid_amount_is_asked_again(
    sandbox: StripeSandbox, client: stripe.StripeClient, browser: aiohttp.ClientSession, typed: str
) -> None:
    page, html = await open_page(browser, (await make_link(client, None)).url)
    assert 'value="15"' in html
    async with browser.post(page, data={**GOOD, "amount": typed}) as answer:
        assert "Indiquez un montant de 1\u00a0$ à 500\u00a0$" in await answer.text()
    async with browser.post(page, data={**GOOD, "amount": "7,50 $"}) as answer:
        assert "7,50\u00a0$" in await answer.text()
    assert sandbox.world.every("charge")[0]["amount"] == 750


async def test_closed_link_shows_the_charitys_message(
    client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    link = await make_link(client)
    await client.v1.payment_links.update_async(link.id, {"active": False})
    assert "n’accepte plus de dons" in (await open_page(browser, link.url))[1]
    await client.v1.payment_links.update_async(link.id, {"inactive_message": "<b>Fini</b>"})
    assert "&lt;b&gt;Fini&lt;/b&gt;" in (await open_page(browser, link.url))[1]


async def test_monthly_gift_can_be_stopped(
    sandbox: StripeSandbox, client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    link = await make_link(client, recurring={"interval": "month"})
    assert "Donner 5\u00a0$ par mois" in (await open_page(browser, link.url))[1]
    paid = await sandbox.pay(link.url)
    portal = await client.v1.billing_portal.sessions.create_async({"customer": paid["customer"]})
    assert "Arrêter" in (await open_page(browser, portal.url))[1]
    async with browser.post(portal.url, data={"subscription": paid["subscription"]}) as answer:
        assert "Se termine le" in await answer.text()
    assert (await client.v1.subscriptions.retrieve_async(paid["subscription"])).cancel_at_period_end


async def test_verbs_answer_over_http(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client)
    async with aiohttp.ClientSession(f"{sandbox.url}/_sandbox/") as world:
        paid = await (await world.post("pay", json={"url": link.url})).json()
        assert paid["payment_status"] == "paid"
        await (await world.post("refund", json={"payment_intent": paid["payment_intent"]})).json()
        for verb, arguments, status in (
            ("refund", {"payment_intent": paid["payment_intent"]}, 400),
            ("pay", {"link": "x"}, 400),
            ("fly", {}, 404),
        ):
            async with world.post(verb, json=arguments) as answer:
                assert answer.status == status and "error" in await answer.json()
        state = await (await world.get("state")).json()
    assert state["objects"]["refund"][0]["amount"] == 500


async def test_changes_can_be_followed(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    link = await make_link(client)
    news = sandbox.subscribe()
    await sandbox.pay(link.url)
    changes = [news.get_nowait() for _ in range(news.qsize())]
    assert {"what": "checkout_opened", "session": sandbox.world.every("checkout.session")[0]["id"]} in changes
    assert "checkout.session.completed" in [change.get("type") for change in changes]


def test_both_languages_have_the_same_texts() -> None:
    assert WORDS["fr"].keys() == WORDS["en"].keys()
    assert not [text for text in WORDS["fr"].values() if " :" in text or " !" in text or "'" in text]


@pytest.mark.parametrize(
    ("minor", "currency", "french", "english"),
    [
        (500, "cad", "5\u00a0$", "$5"),
        (750, "cad", "7,50\u00a0$", "$7.50"),
        (123456, "usd", "1\u00a0234,56\u00a0$\u00a0USD", "$1,234.56\u00a0USD"),
        (500, "jpy", "500\u00a0¥", "¥500"),
        (5000, "kwd", "5\u00a0KWD", "5\u00a0KWD"),
    ],
)
def test_amounts_are_written_as_people_write_them(minor: int, currency: str, french: str, english: str) -> None:
    assert money(minor, currency, "fr", "cad") == french
    assert money(minor, currency, "en", "cad") == english


def test_amounts_are_read_as_people_write_them() -> None:
    assert [typed_amount(text, "cad") for text in ("5", "5$", "$5", "7,5", "7.50 $", "5 CAD")] == [
        500, 500, 500, 750, 750, 500,
    ]  # fmt: skip
    assert [typed_amount(text, "cad") for text in ("1,000", "cinq", "", "-3", "5.123")] == [None] * 5
    assert typed_amount("7.5", "jpy") is None


def test_language_follows_the_link_then_the_browser_then_french() -> None:
    assert language_of("en-GB", "fr") == "en"
    assert language_of("auto", "en-US,en;q=0.9,fr;q=0.8") == "en"
    assert language_of(None, "de-DE, fr;q=0.5") == "fr"
    assert (language_of(None, ""), language_of(None, "de")) == ("fr", "en")
