"""A link of ours that somebody pastes does what a tap on it does."""

from dataclasses import replace

import pytest

from bot.domain.deeplink import pasted_payload
from bot.domain.people import Contact, Preference
from bot.store.db import Database
from bot.store.referrals import referrals
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.giving import give
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.referrals import invite
from bot.usecases.staff import notices
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign
from tests.usecases.core.test_notices import RecordingPlatform
from tests.usecases.inbox.test_inbox import hire

NEW = Contact(platform="telegram", external_id="43", locale="en", private=True)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    made = make_context(db, clock, public_url="https://dons.example")
    made.identity.telegram_username = "tablee_bot"
    await open_campaign(made)
    return made


async def addresses(ctx: Context) -> tuple[str, str]:
    own = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    link, page = invite.deep_link(ctx, own), invite.web_address(ctx, own)
    assert link is not None
    assert page is not None
    return link, page


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("newcomer", [NEW, replace(ALEX, external_id="78")])
async def test_pasted_invite_is_followed(ctx: Context, which: int, newcomer: Contact) -> None:
    address = (await addresses(ctx))[which]
    await router.on_text(ctx, newcomer, f"Look: {address}")
    joined = await find_or_join(ctx, newcomer)
    async with ctx.db.read() as conn:
        found = await referrals.referral(conn, joined.id)
    assert found is not None
    assert found.inviter_id == (await find_or_join(ctx, CAMILLE)).id


async def test_own_invite_shows_the_invite(ctx: Context) -> None:
    link, _ = await addresses(ctx)
    shown = await router.on_text(ctx, CAMILLE, link)
    assert shown.card == (await router.on_command(ctx, CAMILLE, "inviter", "")).card


async def test_question_beside_a_link_reaches_staff(ctx: Context) -> None:
    await hire(ctx)
    link, _ = await addresses(ctx)
    reply = await router.on_text(ctx, NEW, f"{link} is this really yours?")
    assert "passed on" in "".join(reply.more[-1].lines)
    assert await notices.tick(ctx, [RecordingPlatform()]) == 1


WAYS = [
    "{}",
    "http://{}",
    "https://{}",
    "HTTPS://{}",
    "www.{}",
    "http://www.{}",
    "Https://{}.",
    "({}),",
    "<{}>",
    "{}!",
    "« {} »",
    "{}&x=1",
    "{}&utm_source=a&b=%20c.",
    "{}#top",
    "https://t.me/share/url?url=https%3A%2F%2F{}&text=Bonjour",
]


READY = "Je voulais te parler de la collecte « {name} ». Regarde si ça te rejoint : {}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("which", [0, 1])
async def test_own_invite_is_recognized_however_it_is_written(ctx: Context, which: int, way: str) -> None:
    await hire(ctx)
    bare = (await addresses(ctx))[which].removeprefix("https://")
    host, slash, rest = bare.partition("/")
    for address in (bare, host.upper() + slash + rest, bare.replace("t.me/", "telegram.me/")):
        shown = await router.on_text(ctx, CAMILLE, way.format(address))
        assert shown.card == (await router.on_command(ctx, CAMILLE, "inviter", "")).card, address
        assert not shown.more
    assert await notices.tick(ctx, [RecordingPlatform()]) == 0


@pytest.mark.parametrize("words", ["This link does not open.", "Ça ne marche pas", "ma mère aimerait donner"])
async def test_words_beside_a_link_reach_staff(ctx: Context, words: str) -> None:
    await hire(ctx)
    link, page = await addresses(ctx)
    for text in (f"{link} {words}", f"{words} {page}"):
        reply = await router.on_text(ctx, replace(NEW, external_id=str(len(text))), text)
        assert "passed on" in "".join(reply.more[-1].lines)
        platform = RecordingPlatform()
        assert await notices.tick(ctx, [platform]) == 1
        assert platform.sent[0][1].lines[0] == text


async def test_stop_beside_a_link_stops(ctx: Context) -> None:
    link, _ = await addresses(ctx)
    person = await find_or_join(ctx, NEW)
    await set_preferences(ctx, person, [Preference.NEWS], True)
    await router.on_text(ctx, NEW, f"Stop {link}")
    async with ctx.db.read() as conn:
        assert not await supporters.preferences(conn, person.id)


@pytest.mark.parametrize("beside", ["Merci! {}", "Bonjour {} 😊", READY, "Ma cause préférée\n{}"])
async def test_invite_as_it_was_sent_is_no_message_to_staff(ctx: Context, beside: str) -> None:
    await hire(ctx)
    link, page = await addresses(ctx)
    await router.on_command(ctx, CAMILLE, "inviter", "Ma cause préférée")
    campaign = await give.first_open(ctx)
    assert campaign is not None
    for address in (link, page):
        told = await router.on_text(ctx, NEW, beside.format(address, name=campaign.authored.name.get("fr")))
        assert not told.more
    assert await notices.tick(ctx, [RecordingPlatform()]) == 0


async def test_link_that_claims_a_gift_is_not_passed_on(ctx: Context) -> None:
    await hire(ctx)
    token = "AbCdEfGh-12345678"
    await router.on_text(ctx, NEW, f"is this mine? https://t.me/tablee_bot?start=c_{token}")
    platform = RecordingPlatform()
    assert await notices.tick(ctx, [platform]) == 1
    assert token not in str(platform.sent)


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("t.me/Tablee_Bot?start=g_1_500", ("g_1_500", "")),
        ("tg://resolve?domain=tablee_bot&start=i_abc", ("i_abc", "")), ("T.me/TABLEE_BOT?START=I_aBc.", ("i_aBc", ".")),
        ("DONS.example/i/AbCdEfGhIjKl/?fbclid=x&c=7&y=1, ok", ("i_AbCdEfGhIjKl_7", ", ok")),
        ("https://Tablee_Bot.t.me?start=i_abc", ("i_abc", "")), ("tablee_bot.t.me/?start=i_abc!", ("i_abc", "!")),
        ("tg://resolve?start=i_abc&domain=Tablee_Bot", ("i_abc", "")),
        ("tg:resolve?x=1&domain=tablee_bot&start=i_abc&y=2, ok", ("i_abc", ", ok")),
        ("tg://resolve?start=i_abc&domain=tablee_bot2", None), ("tg://resolve?start=i_abc", None),
        ("https://t.me/tablee_bot?x=1&start=i_abc&y=2#z", ("i_abc", "")), ("evil.tablee_bot.t.me?start=i_abc", None),
        ("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Ftablee_bot%3Fstart%3Di_abc&text=Look%20here",
         ("i_abc", "Look here")),
        ("(t.me/share?text=&url=tg%3A%2F%2Fresolve%3Fdomain%3Dtablee_bot%26start%3Di_abc)", ("i_abc", "()")),
        ("tg://msg_url?url=https%3A%2F%2Fdons.example%2Fi%2FAbCdEfGhIjKl%3Fc%3D7", ("i_AbCdEfGhIjKl_7", "")),
        ("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fother_bot%3Fstart%3Di_abc", None),
        ("https://evil.example/?url=https%3A%2F%2Ft.me%2Ftablee_bot%3Fstart%3Di_abc", None),
        ("http://dons.example/i/AbCdEfGhIjKl?utm_source=x", ("i_AbCdEfGhIjKl", "")),
        ("not-t.me/tablee_bot?start=a", None), ("evil-dons.example/i/AbCdEfGhIjKl", None),
        ("https://evil.example/dons.example/i/AbCdEfGhIjKl", None),
        ("voir https://telegram.me/tablee_bot?start=i_abc merci", ("i_abc", "voir  merci")),
        ("https://dons.example/i/AbCdEfGhIjKl?c=7", ("i_AbCdEfGhIjKl_7", "")),
        ("https://t.me/other_bot?start=g_1", None), ("https://dons.example/i/short", None), ("bonjour", None),
        ("https://evil.example/i/AbCdEfGhIjKl", None),
    ],
)  # fmt: skip
def test_link_of_ours_is_recognized(text: str, payload: tuple[str, str] | None) -> None:
    assert pasted_payload(text, "tablee_bot", "https://dons.example") == payload
