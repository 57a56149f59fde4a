"""A circle of friends grows over the wires: by channel, deep link, Discord and web; credited, unknown, and put right.

Then what goes wrong in life: money goes back, somebody says late who it was, two accounts are one person, and one in
the middle asks to be forgotten. After each the counters are what a recount from scratch gives.
"""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from bot.domain.people import PlatformName
from bot.domain.referrals import Circle, JoinedVia
from bot.store.referrals import referrals
from bot.store.supporters import supporters
from bot.usecases.referral_tree import refer
from content.catalog import Locale
from payments.reference import TouchKind
from tests import referral_rows
from tests.journeys.environment import BOT, Environment, running_environment
from tests.journeys.people import CATALOG, BotMessage, Person, cad, new_person, sentence
from tests.journeys.test_inviting import both_agree, came, let_it_be_noon, supporter_id
from tests.journeys.test_joining import a_channel, noted
from tests.usecases.referral_tree import tree_checks

Command = Literal["give", "invite", "circle", "invitedby", "link", "forget"]
FRENCH: dict[Command, str] = {
    "give": "donner",
    "invite": "inviter",
    "circle": "cercle",
    "invitedby": "invitepar",
    "link": "lier",
    "forget": "oublier",
}
LINK_CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
_WAYS = {
    "start": re.compile(rf"https://t\.me/{BOT}\?start=(i_[A-Za-z0-9]{{12}})"),
    "channel": re.compile(r"https://t\.me/\+\S+"),
    "server": re.compile(r"https://discord\.gg/(\S+)"),
    "web": re.compile(r"http\S+/i/[A-Za-z0-9]{12}"),
}


@dataclass(frozen=True)
class Ways:
    """What stands on the card of `/invite`, everything that somebody can hand to a friend. `start`: the payload of the
    deep link; `server`: the code of the Discord invite."""

    start: str
    channel: str
    server: str
    web: str


@dataclass
class Friends:
    """Everybody of the story by name; `one` and `other` are the two languages."""

    env: Environment
    one: Locale
    other: Locale
    ways: Ways
    camille: Person
    luc: Person
    noa: Person
    mei: Person
    ana: Person
    bo: Person


# --- what people do -------------------------------------------------------------------------------
async def use(person: Person, command: Command, text: str = "") -> BotMessage:
    """A command by its name in the person's language."""
    return await person.command(command if person.locale == "en" else FRENCH[command], text)


async def give(person: Person, minor: int, card: BotMessage | None = None) -> str:
    """Somebody gives by a card that is before them, else asks for one; the payment that one may refund."""
    asked = card or await use(person, "give", str(minor // 100))
    link = asked.target(CATALOG.money(person.locale, cad(minor))) if card else asked.first_link
    session = await person.env.pay(link)
    await person.receive(
        sentence(person.locale, "thanks-title"), after=asked.id if person.platform == "telegram" else 0
    )
    return str(session["payment_intent"])


async def invite(person: Person) -> Ways:
    """Somebody asks for their invite and reads it."""
    card = await use(person, "invite")
    found = {way: pattern.search(card.text) for way, pattern in _WAYS.items()}
    return Ways(**{way: it[len(it.groups())] for way, it in found.items() if it is not None})


def newcomer(env: Environment, platform: PlatformName, locale: Locale, name: str, code: str = "") -> Person:
    """Somebody who was never here; with a code they come into the Discord server by that invite, at once."""
    if platform == "telegram":
        return new_person(env, platform, locale, name)
    user = env.discord.add_user(name, locale="fr" if locale == "fr" else "en-US")
    env.discord.join(user, env.guild, code)
    return Person(env, platform, locale, user, env.room)


# --- what came of it ------------------------------------------------------------------------------
async def circle_of(env: Environment, person: Person) -> Circle:
    """The stored circle, after everything stored agrees with a recount and the books are right."""
    mine = await supporter_id(env, person)
    await refer.tick(env.app.ctx)
    await env.assert_books_balance()
    async with env.app.ctx.db.read() as conn:
        await tree_checks.check(conn)
        return await referrals.circle(conn, mine)


def direct(circle: Circle) -> tuple[int, int, int]:
    """People, donors and minor units of those who came by this person themselves."""
    return circle.people_direct, circle.donors_direct, _minor(circle, "minor_direct")


def below(circle: Circle) -> tuple[int, int, int]:
    """The same of everybody below."""
    return circle.people_below, circle.donors_below, _minor(circle, "minor_below")


def _minor(circle: Circle, which: Literal["minor_direct", "minor_below"]) -> int:
    return int(getattr(circle.money["cad"], which)) if "cad" in circle.money else 0


async def is_brought(env: Environment, guest: Person, host: Person, how: JoinedVia) -> None:
    found = await noted(env, guest.platform, guest.account)
    assert (found.inviter_id, found.how, found.certain) == (await supporter_id(env, host), how, True)


# --- the story ------------------------------------------------------------------------------------
async def friends_come(env: Environment, one: Locale, other: Locale) -> Friends:
    """One by the channel, a friend of theirs by deep link, one on Discord, two in the same instant."""
    let_it_be_noon(env)
    await a_channel(env)
    camille, luc = new_person(env, "telegram", one), new_person(env, "telegram", other, "Luc")
    await give(camille, 1000)
    ways = await invite(camille)
    env.telegram.tap_link(luc.account, ways.channel)
    await is_brought(env, luc, camille, JoinedVia.CHAT_LINK)

    mei = newcomer(env, "discord", other, "Mei", ways.server)
    await is_brought(env, mei, camille, JoinedVia.DISCORD)
    await luc.start()
    await luc.receive(sentence(other, "arrived-by-somebody"))
    hers, his = await invite(mei), await invite(luc)
    noa = newcomer(env, "telegram", one, "Noa")
    greeting = await noa.start(his.start)
    assert sentence(one, "arrived-by-somebody") in greeting.text
    await is_brought(env, noa, luc, JoinedVia.DEEP_LINK)

    ana = newcomer(env, "discord", other, "Ana", ways.server)
    bo = newcomer(env, "discord", one, "Bo", hers.server)
    maybe = {await supporter_id(env, camille), await supporter_id(env, mei)}
    for found in [await noted(env, "discord", person.account) for person in (ana, bo)]:
        assert (found.inviter_id, found.certain, set(found.candidates)) == (None, False, maybe)
    for name, person in (("Ana", ana), ("Bo", bo)):
        assert not person.messages(), f"nobody writes to {name} first"
    return Friends(env, one, other, ways, camille, luc, noa, mei, ana, bo)


async def a_stranger_gives_on_the_web(all_of: Friends) -> Person:
    """Through the page behind the short address and Stripe's, and only then into the bot: by that invite."""
    env, locale = all_of.env, all_of.one
    status, page = await env.page(f"{all_of.ways.web}?l={locale}")
    assert status == 200 and sentence(locale, "web-invite-by-somebody") in html.unescape(page)
    pay = next(url for url in re.findall(r'href="([^"]+)"', page) if "/g/" in url and "1000" in url)
    session = await env.pay(html.unescape(pay))
    (gift,) = [one for one in await env.gifts() if one.touch.kind is TouchKind.INVITE]
    assert gift.supporter_id is None
    _, thanks = await env.page(f"/thanks?session={session['id']}&l={locale}")
    iris = newcomer(env, "telegram", locale, "Iris")
    asked = await iris.start("c_" + thanks.partition("start=c_")[2].partition('"')[0])
    await iris.tap(asked, sentence(locale, "claim-mine"))
    await is_brought(env, iris, all_of.camille, JoinedVia.WEB)
    return iris


async def everybody_gives(all_of: Friends) -> str:
    """Each by their own card. Returns Ana's payment, which goes back later."""
    env, camille = all_of.env, all_of.camille
    await give(all_of.noa, 2000, all_of.noa.messages()[-1])
    await give(all_of.luc, 500)
    await give(all_of.mei, 700)
    hers = await give(all_of.ana, 4000)
    await give(all_of.bo, 900)
    circle = await circle_of(env, camille)
    assert (direct(circle), below(circle)) == ((3, 3, 2200), (4, 4, 4200)), "nothing of those of whom it is unknown"
    assert direct(await circle_of(env, all_of.mei)) == (0, 0, 0)
    return hers


async def one_friend_tells(all_of: Friends) -> None:
    """The inviter hears of a gift when the friend wants it, and sees nothing of gifts below five donors."""
    env, camille, mei = all_of.env, all_of.camille, all_of.mei
    title = sentence(camille.locale, "friend-gave-title")
    env.clock.ahead += timedelta(minutes=1)  # until Iris is asked what she wants to hear
    await env.all_sent()
    assert not any(title in received.text for received in camille.messages()), "nobody chose to tell"
    thanks = await mei.receive(sentence(mei.locale, "thanks-title"))
    assert sentence(mei.locale, "told-title") in (await mei.tap(thanks, sentence(mei.locale, "next-tell"))).text
    received = await camille.receive(title)
    assert "Mei" not in received.text and "$" not in received.text
    shown = await use(camille, "circle")
    for key, people in (("circle-people", 3), ("circle-further", 1)):
        assert sentence(camille.locale, key, people=people) in shown.text
    assert "$" not in shown.text, "one could tell whose"


async def ana_says_late_who_it_was(all_of: Friends) -> None:
    """Credit follows a late word, once; and who came through somebody did not bring them."""
    env, camille, ana = all_of.env, all_of.camille, all_of.ana
    said = await use(ana, "invitedby", f"https://t.me/{BOT}?start={all_of.ways.start}")
    assert sentence(ana.locale, "by-done-title") in said.text
    assert direct(await circle_of(env, camille)) == (4, 4, 6200)
    again = await use(ana, "invitedby", f"https://discord.gg/{all_of.ways.server}")
    assert sentence(ana.locale, "by-known-title") in again.text
    bo = await came(env, all_of.bo)
    assert bo is not None and bo.inviter_id is None, "what nobody says is unknown"


async def five_are_enough(all_of: Friends) -> None:
    """Two more come who do not give: five donors on all levels together, four on the first, whose sum is not said."""
    env, camille = all_of.env, all_of.camille
    for name in ("Zoe", "Yan"):
        await newcomer(env, "telegram", all_of.other, name).start(all_of.ways.start)
    assert direct(await circle_of(env, camille)) == (6, 4, 6200)
    await reads_of_gifts(camille, donors=5, minor=8000)


async def reads_of_gifts(person: Person, donors: int, minor: int) -> None:
    """What somebody sees, rounded down, through whose invites at least five gave."""
    shown = await use(person, "circle")
    money = CATALOG.money(person.locale, cad(minor))
    assert sentence(person.locale, "circle-all", donors=donors, money=money) in shown.text, shown.text
    assert shown.text.count("$") == 1, "the sum of four donors is not said"


async def the_money_goes_back(all_of: Friends, payment: str) -> None:
    env, camille = all_of.env, all_of.camille
    await env.stripe.refund(payment)
    await env.stripe.delivered()
    assert direct(await circle_of(env, camille)) == (6, 3, 2200)
    await reads_of_gifts(camille, donors=5, minor=8000)  # until tomorrow


async def bo_taps_a_name(all_of: Friends) -> None:
    """Who agreed to be named is offered to those of whom it is unknown, and one tap says it."""
    env, mei, bo = all_of.env, all_of.mei, all_of.bo
    thanks = await bo.receive(sentence(bo.locale, "thanks-title"))
    asked = await bo.tap(thanks, sentence(bo.locale, "next-who"))
    assert not asked.buttons, "neither agreed to be named"
    await mei.tap(await mei.command("preferences"), sentence(mei.locale, "pref-being-named-on"))
    asked = await bo.tap(thanks, sentence(bo.locale, "next-who"))
    assert asked.labels == ["Mei"]
    assert sentence(bo.locale, "by-done-title") in (await bo.tap(asked, "Mei")).text
    assert direct(await circle_of(env, mei)) == (1, 1, 900)
    assert below(await circle_of(env, all_of.camille)) == (8, 5, 5100)


async def two_accounts_are_one_person(all_of: Friends) -> None:
    """Luc on Telegram and Mei on Discord: one guest of Camille's, whose gifts count once and whose guest stays."""
    env, camille, luc, mei = all_of.env, all_of.camille, all_of.luc, all_of.mei
    code = LINK_CODE.search((await use(luc, "link")).text)
    assert code is not None
    await both_agree(mei, luc, await use(mei, "link", code[0]))
    assert await supporter_id(env, luc) == await supporter_id(env, mei)
    circle = await circle_of(env, camille)
    assert (direct(circle), below(circle)) == ((5, 2, 2200), (7, 4, 5100))
    assert direct(await circle_of(env, mei)) == (2, 2, 2900)
    await reads_of_gifts(camille, donors=5, minor=8000)


async def one_in_the_middle_is_forgotten(all_of: Friends) -> None:
    """The tree and the books hold; an old payment link of theirs brings a gift of nobody's."""
    env, camille, luc, noa = all_of.env, all_of.camille, all_of.luc, all_of.noa
    old = (await use(luc, "give", "5")).first_link
    before, erased = await circle_of(env, camille), await supporter_id(env, luc)
    asked = await use(luc, "forget")
    assert sentence(luc.locale, "forget-done-title") in (await luc.tap(asked, sentence(luc.locale, "forget-sure"))).text
    async with env.app.ctx.db.read() as conn:
        assert not await supporters.addresses_of(conn, [erased])
        assert await referral_rows.inviter_of(conn, await supporter_id(env, noa)) == erased
    await env.pay(old)
    assert (await env.gifts())[-1].supporter_id is None
    assert await circle_of(env, camille) == before
    await give(noa, 500)
    assert below(await circle_of(env, camille)) == (7, 4, 5600)
    last = noa.messages()[-1]
    assert sentence(noa.locale, "next-tell") not in " ".join(last.labels), "there is nobody to tell"


async def a_circle_of_friends(env: Environment, one: Locale, other: Locale) -> None:
    """All of it, in its order."""
    all_of = await friends_come(env, one, other)
    await a_stranger_gives_on_the_web(all_of)
    payment = await everybody_gives(all_of)
    await one_friend_tells(all_of)
    await ana_says_late_who_it_was(all_of)
    await five_are_enough(all_of)
    await the_money_goes_back(all_of, payment)
    await bo_taps_a_name(all_of)
    await two_accounts_are_one_person(all_of)
    await one_in_the_middle_is_forgotten(all_of)


@pytest.mark.parametrize(("one", "other"), [("fr", "en"), ("en", "fr")])
async def test_a_circle_of_friends(tmp_path: Path, one: Locale, other: Locale) -> None:
    async with running_environment(tmp_path) as env:
        await a_circle_of_friends(env, one, other)
