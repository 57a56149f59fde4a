"""A circle of friends grows over the wire: by channel, deep link, Discord and web; credited, unknown, or corrected.

Then come a refund, an inviter named late, two accounts merged, and a supporter in the middle who is forgotten. After
each step the counters equal a recount from scratch.
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
from tests.journeys.test_inviting import both_agree, referral_of, set_clock_to_noon, supporter_id
from tests.journeys.test_joining import add_places, wait_for_referral
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
class InviteWays:
    """What the card of `/invite` offers to pass on.

    `start`: the payload of the deep link; `server`: the code of the Discord invite.
    """

    start: str
    channel: str
    server: str
    web: str


@dataclass
class Friends:
    """The people of the scenario by name; `one` and `other` are the two languages."""

    env: Environment
    one: Locale
    other: Locale
    ways: InviteWays
    camille: Person
    luc: Person
    noa: Person
    mei: Person
    ana: Person
    bo: Person


# --- what people do -------------------------------------------------------------------------------
async def use(person: Person, command: Command, text: str = "") -> BotMessage:
    """Use a command by its name in the person's language."""
    return await person.command(command if person.locale == "en" else FRENCH[command], text)


async def give(person: Person, minor: int, card: BotMessage | None = None) -> str:
    """Give by this card, or by a new one; return the payment's id."""
    asked = card or await use(person, "give", str(minor // 100))
    link = asked.target(CATALOG.money(person.locale, cad(minor))) if card else asked.first_link
    session = await person.env.pay(link)
    await person.receive(
        sentence(person.locale, "thanks-title"), after=asked.id if person.platform == "telegram" else 0
    )
    return str(session["payment_intent"])


async def invite(person: Person) -> InviteWays:
    """Return what a person's invite card offers."""
    card = await use(person, "invite")
    found = {way: pattern.search(card.text) for way, pattern in _WAYS.items()}
    return InviteWays(**{way: it[len(it.groups())] for way, it in found.items() if it is not None})


def newcomer(env: Environment, platform: PlatformName, locale: Locale, name: str, code: str = "") -> Person:
    """Create a new person; with a code, they join the Discord server by that invite."""
    if platform == "telegram":
        return new_person(env, platform, locale, name)
    user = env.discord.add_user(name, locale="fr" if locale == "fr" else "en-US")
    env.discord.join(user, env.guild, code)
    return Person(env, platform, locale, user, env.room)


# --- what came of it ------------------------------------------------------------------------------
async def circle_of(env: Environment, person: Person) -> Circle:
    """Return the stored circle after checking the counters against a recount, and the books."""
    mine = await supporter_id(env, person)
    await refer.tick(env.app.ctx)
    await env.assert_books_balance()
    async with env.app.ctx.db.read() as conn:
        await tree_checks.check(conn)
        return await referrals.circle(conn, mine)


def direct(circle: Circle) -> tuple[int, int, int]:
    """Return people, donors and minor units of this person's direct referrals."""
    return circle.people_direct, circle.donors_direct, _minor(circle, "minor_direct")


def below(circle: Circle) -> tuple[int, int, int]:
    """Return the same for everybody below them."""
    return circle.people_below, circle.donors_below, _minor(circle, "minor_below")


def _minor(circle: Circle, which: Literal["minor_direct", "minor_below"]) -> int:
    return int(getattr(circle.money["cad"], which)) if "cad" in circle.money else 0


async def assert_invited_by(env: Environment, guest: Person, host: Person, how: JoinedVia) -> None:
    found = await wait_for_referral(env, guest.platform, guest.account)
    assert (found.inviter_id, found.how, found.certain) == (await supporter_id(env, host), how, True)


# --- the scenario -----------------------------------------------------------------------------------
async def friends_join(env: Environment, locale: Locale, other: Locale) -> Friends:
    """Join one friend by the channel, their friend by deep link, one on Discord, and two at the same instant."""
    set_clock_to_noon(env)
    await add_places(env)
    camille, luc = new_person(env, "telegram", locale), new_person(env, "telegram", other, "Luc")
    await give(camille, 1000)
    ways = await invite(camille)
    env.telegram.tap_link(luc.account, ways.channel)
    await assert_invited_by(env, luc, camille, JoinedVia.CHAT_LINK)

    mei = newcomer(env, "discord", other, "Mei", ways.server)
    await assert_invited_by(env, mei, camille, JoinedVia.DISCORD)
    await luc.start()
    await luc.receive(sentence(other, "arrived-by-somebody"))
    hers, his = await invite(mei), await invite(luc)
    noa = newcomer(env, "telegram", locale, "Noa")
    greeting = await noa.start(his.start)
    assert sentence(locale, "arrived-by-somebody") in greeting.text
    await assert_invited_by(env, noa, luc, JoinedVia.DEEP_LINK)

    ana = newcomer(env, "discord", other, "Ana", ways.server)
    bo = newcomer(env, "discord", locale, "Bo", hers.server)
    maybe = {await supporter_id(env, camille), await supporter_id(env, mei)}
    for found in [await wait_for_referral(env, "discord", person.account) for person in (ana, bo)]:
        assert (found.inviter_id, found.certain, set(found.candidates)) == (None, False, maybe)
    for name, person in (("Ana", ana), ("Bo", bo)):
        assert not person.messages(), f"nobody writes to {name} first"
    return Friends(env, locale, other, ways, camille, luc, noa, mei, ana, bo)


async def stranger_gives_on_the_web(all_of: Friends) -> Person:
    """Give through the short link's page and Stripe's, and only then start the bot: credited to that invite."""
    env, locale = all_of.env, all_of.one
    status, page = await env.page(f"{all_of.ways.web}?l={locale}")
    assert status == 200 and sentence(locale, "web-invite-by-somebody") in html.unescape(page)
    pay = next(url for url in re.findall(r'href="([^"]+)"', page) if "/g/" in url and "1000" in url)
    session = await env.pay(html.unescape(pay))
    (gift,) = [gift for gift in await env.gifts() if gift.touch.kind is TouchKind.INVITE]
    assert gift.supporter_id is None
    _, thanks = await env.page(f"/thanks?session={session['id']}&l={locale}")
    iris = newcomer(env, "telegram", locale, "Iris")
    asked = await iris.start("c_" + thanks.partition("start=c_")[2].partition('"')[0])
    await iris.tap(asked, sentence(locale, "claim-mine"))
    await assert_invited_by(env, iris, all_of.camille, JoinedVia.WEB)
    return iris


async def everybody_gives(all_of: Friends) -> str:
    """Let everybody give by their own card; return Ana's payment, which is refunded later."""
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


async def friend_shares_gift(all_of: Friends) -> None:
    """The inviter is notified of a gift if the friend agrees, and sees no totals below five donors."""
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


async def ana_names_inviter_late(all_of: Friends) -> None:
    """Naming an inviter late moves the credit once; a guest cannot be named as the inviter of their host."""
    env, camille, ana = all_of.env, all_of.camille, all_of.ana
    said = await use(ana, "invitedby", f"https://t.me/{BOT}?start={all_of.ways.start}")
    assert sentence(ana.locale, "by-done-title") in said.text
    assert direct(await circle_of(env, camille)) == (4, 4, 6200)
    again = await use(ana, "invitedby", f"https://discord.gg/{all_of.ways.server}")
    assert sentence(ana.locale, "by-known-title") in again.text
    bo = await referral_of(env, all_of.bo)
    assert bo is not None and bo.inviter_id is None, "what nobody says is unknown"


async def five_donors_reveal_totals(all_of: Friends) -> None:
    """Two more join without giving: five donors on all levels reveal the total; four on the first level do not."""
    env, camille = all_of.env, all_of.camille
    for name in ("Zoe", "Yan"):
        await newcomer(env, "telegram", all_of.other, name).start(all_of.ways.start)
    assert direct(await circle_of(env, camille)) == (6, 4, 6200)
    await assert_totals_shown(camille, donors=5, minor=8000)


async def assert_totals_shown(person: Person, donors: int, minor: int) -> None:
    """Check the rounded-down total shown to a person whose invites brought at least five donors."""
    total = sentence(person.locale, "circle-all", donors=donors, money=CATALOG.money(person.locale, cad(minor)))
    shown = await person.read_reply(use(person, "circle"), total)
    assert shown.text.count("$") == 1, "the sum of four donors is not said"


async def gift_is_refunded(all_of: Friends, payment: str) -> None:
    env, camille = all_of.env, all_of.camille
    await env.stripe.refund(payment)
    await env.stripe.delivered()
    assert direct(await circle_of(env, camille)) == (6, 3, 2200)
    await assert_totals_shown(camille, donors=5, minor=8000)  # until tomorrow


async def bo_names_inviter(all_of: Friends) -> None:
    """People who agreed to be named are offered as inviters to those without one; one tap chooses."""
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


async def two_accounts_are_merged(all_of: Friends) -> None:
    """Merge Luc on Telegram and Mei on Discord: one guest of Camille's, whose gifts count once; their guest stays."""
    env, camille, luc, mei = all_of.env, all_of.camille, all_of.luc, all_of.mei
    code = LINK_CODE.search((await use(luc, "link")).text)
    assert code is not None
    await both_agree(mei, luc, await use(mei, "link", code[0]))
    assert await supporter_id(env, luc) == await supporter_id(env, mei)
    circle = await circle_of(env, camille)
    assert (direct(circle), below(circle)) == ((5, 2, 2200), (7, 4, 5100))
    assert direct(await circle_of(env, mei)) == (2, 2, 2900)
    await assert_totals_shown(camille, donors=5, minor=8000)


async def inviter_in_the_middle_is_forgotten(all_of: Friends) -> None:
    """Forget one: tree and books stay correct; a payment by their old link is an anonymous gift."""
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


async def play_circle_of_friends(env: Environment, locale: Locale, other: Locale) -> None:
    """Play all steps in order."""
    all_of = await friends_join(env, locale, other)
    await stranger_gives_on_the_web(all_of)
    payment = await everybody_gives(all_of)
    await friend_shares_gift(all_of)
    await ana_names_inviter_late(all_of)
    await five_donors_reveal_totals(all_of)
    await gift_is_refunded(all_of, payment)
    await bo_names_inviter(all_of)
    await two_accounts_are_merged(all_of)
    await inviter_in_the_middle_is_forgotten(all_of)


@pytest.mark.parametrize(("locale", "other"), [("fr", "en"), ("en", "fr")])
async def test_circle_of_friends_is_credited_exactly(tmp_path: Path, locale: Locale, other: Locale) -> None:
    async with running_environment(tmp_path) as env:
        await play_circle_of_friends(env, locale, other)
