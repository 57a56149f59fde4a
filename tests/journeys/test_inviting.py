"""Donors invite friends over the wire: by deep link, inline mode and Discord; two accounts are merged."""

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.referrals import JoinedVia, Referral
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.campaigns import publish
from tests.journeys.environment import BOT, Environment
from tests.journeys.people import BotMessage, Person, new_person, sentence
from tests.referral_rows import invite_count

LINK = re.compile(rf"https://t\.me/{BOT}\?start=(i_[A-Za-z0-9]{{12}})")


def set_clock_to_noon(env: Environment) -> None:
    """Advance the clock to noon, so that messages held by quiet hours leave."""
    local = env.clock().astimezone(ZoneInfo("America/Toronto"))
    env.clock.ahead += timedelta(hours=(36 - local.hour) % 24)
    env.app.ctx.wake()


async def supporter_id(env: Environment, person: Person) -> int:
    async with env.app.ctx.db.read() as conn:
        found = await supporters.find(conn, person.platform, str(person.id))
    assert found is not None
    return found.id


async def referral_of(env: Environment, person: Person) -> Referral | None:
    async with env.app.ctx.db.read() as conn:
        return await referrals.referral(conn, await supporter_id(env, person))


async def payload_of(inviter: Person) -> str:
    """Return the payload of a person's deep link."""
    card = await inviter.command("inviter" if inviter.locale == "fr" else "invite")
    found = LINK.search(card.text)
    assert found is not None, card.text
    return found[1]


async def test_friend_joins_by_deep_link_gives_and_shares_it(env: Environment) -> None:
    camille, alex = new_person(env, "telegram", "fr"), new_person(env, "telegram", "en", "Alex")
    payload = await payload_of(camille)
    card = await alex.start(payload)
    assert sentence("en", "arrived-by-somebody") in card.text
    mine = await supporter_id(env, camille)
    found = await referral_of(env, alex)
    assert found is not None and (found.inviter_id, found.how, found.certain) == (mine, JoinedVia.DEEP_LINK, True)

    await env.pay(card.first_link)
    thanks = await alex.receive(sentence("en", "thanks-title"), after=card.id)
    message = await alex.tap(thanks, sentence("en", "next-tell"))
    assert sentence("en", "told-title") in message.text
    campaign = await env.campaign()
    async with env.app.ctx.db.read() as conn:
        circle = await referrals.circle(conn, mine)
    assert (circle.people_direct, circle.donors_direct, circle.money["cad"].gifts_direct) == (1, 1, 1)
    set_clock_to_noon(env)
    received = await camille.receive(sentence("fr", "friend-gave-title"))
    assert campaign.authored.name.get("fr") in received.text
    assert "$" not in received.text and "Alex" not in received.text
    shown = await camille.command("cercle")
    assert sentence("fr", "circle-people", people=1) in shown.text
    assert "$" not in shown.text, "below five nothing of gifts"


async def test_inline_mode_shares_into_a_chat(env: Environment) -> None:
    camille, alex = new_person(env, "telegram", "fr"), new_person(env, "telegram", "en", "Alex")
    payload = await payload_of(camille)
    card = camille.messages()[-1]
    pick = await env.telegram.tap(camille.account, camille.id, card.id, sentence("fr", "invite-pick"))
    assert pick["kind"] == "inline" and pick["allow_user_chats"] and pick["query"] == ""
    offered = await env.telegram.inline_answer(camille.account, "")
    assert offered["is_personal"] is True
    (result,) = offered["results"]
    dialog = env.telegram.add_dialog(camille.account, alex.account)
    sent = await env.telegram.choose_inline(camille.account, "", result["id"], dialog)
    urls = [button["url"] for row in sent["reply_markup"]["inline_keyboard"] for button in row if "url" in button]
    into = next(url for url in urls if f"start={payload}_" in url)
    env.telegram.tap_link(alex.account, into)
    greeting = await alex.receive(sentence("en", "arrived-by-somebody"))
    assert greeting.first_link
    found = await referral_of(env, alex)
    assert found is not None and found.inviter_id == await supporter_id(env, camille)
    assert found.campaign_id == (await env.campaign()).id
    async with env.app.ctx.db.read() as conn:
        mine = await invites.of_supporter(conn, await supporter_id(env, camille))
        assert mine is not None and await invite_count(conn, mine.id, "shared") == 1


async def test_discord_shows_a_campaign_in_another_conversation(env: Environment) -> None:
    alex, robin = new_person(env, "discord", "en", "Alex"), new_person(env, "discord", "fr", "Robin")
    env.discord.install_app(alex.account)
    dialog = env.discord.add_dialog(alex.account, robin.account)
    answer = await env.discord.slash(alex.account, dialog, "share")
    assert not answer["message"]["ephemeral"]
    shown = replace(alex, place=dialog)._as_message(answer["message"])
    assert any("/i/" in target for _, target in shown.buttons)
    give = next(target for _, target in shown.buttons if ":i" in target)
    private = await env.discord.click(robin.account, str(shown.id), give)
    assert private["message"]["ephemeral"], "what Robin gives is Robin's"
    found = await referral_of(env, robin)
    assert found is not None and found.inviter_id == await supporter_id(env, alex)


async def test_discord_says_privately_that_there_is_nothing_to_show(env: Environment) -> None:
    alex, robin = new_person(env, "discord", "en", "Alex"), new_person(env, "discord", "fr", "Robin")
    env.discord.install_app(alex.account)
    dialog = env.discord.add_dialog(alex.account, robin.account)
    await publish.close(env.app.ctx, await env.campaign())
    answer = await env.discord.slash(alex.account, dialog, "share")
    assert answer["message"]["ephemeral"] and sentence("en", "nothing-open-title") in answer["message"]["text"]


async def test_friend_on_discord_names_the_inviter(env: Environment) -> None:
    camille, alex = new_person(env, "telegram", "fr"), new_person(env, "discord", "en", "Alex")
    payload = await payload_of(camille)
    wait_for_referral = await alex.command("invitedby", f"https://t.me/{BOT}?start={payload}")
    assert sentence("en", "by-done-title") in wait_for_referral.text
    found = await referral_of(env, alex)
    assert found is not None and found.inviter_id == await supporter_id(env, camille)
    back = await camille.command("invitepar", f"https://t.me/{BOT}?start={await payload_of_discord(alex)}")
    assert sentence("fr", "by-old-title") in back.text, "nobody brings who was here before them"


async def payload_of_discord(person: Person) -> str:
    card = await person.command("invite")
    found = LINK.search(card.text)
    assert found is not None
    return found[1]


async def both_agree(typist: Person, owner: Person, asked: BotMessage) -> None:
    """Both are asked about the other account by name, and agree."""
    agreed = await typist.tap(asked, sentence(typist.locale, "link-yes"))
    assert sentence(typist.locale, "link-agreed-title") in agreed.text
    question = await owner.receive(sentence(owner.locale, "link-ask-title"))
    await owner.read_reply(
        owner.tap(question, sentence(owner.locale, "link-yes")), sentence(owner.locale, "link-done-title")
    )


async def test_two_accounts_of_one_person_are_merged(env: Environment) -> None:
    camille, again = new_person(env, "telegram", "fr"), new_person(env, "discord", "en")
    offered = await camille.command("lier")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", offered.text)
    assert code is not None
    await both_agree(again, camille, await again.command("link", code[0]))
    assert await supporter_id(env, camille) == await supporter_id(env, again)


async def test_invite_is_sent_as_a_picture(env: Environment, donor: Person) -> None:
    card = await donor.command("inviter" if donor.locale == "fr" else "invite")
    shown = await donor.tap(card, sentence(donor.locale, "invite-qr"))
    assert sentence(donor.locale, "qr-title") in shown.text
