"""Donors bring friends, over the wires: by deep link, in a chat by inline mode, on Discord; two accounts become one."""

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.referrals import How, Referral
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.campaigns import publish
from tests.journeys.people import Heard, Person, says
from tests.journeys.town import BOT, Town
from tests.referral_rows import invite_count

LINK = re.compile(rf"https://t\.me/{BOT}\?start=(i_[A-Za-z0-9]{{12}})")


def let_it_be_noon(here: Town) -> None:
    """Nobody is woken: what waits for the morning goes out now."""
    local = here.clock().astimezone(ZoneInfo("America/Toronto"))
    here.clock.ahead += timedelta(hours=(36 - local.hour) % 24)
    here.app.ctx.wake()


async def supporter_id(here: Town, person: Person) -> int:
    async with here.app.ctx.db.read() as conn:
        found = await supporters.find(conn, person.platform, str(person.id))
    assert found is not None
    return found.id


async def came(here: Town, person: Person) -> Referral | None:
    async with here.app.ctx.db.read() as conn:
        return await referrals.referral(conn, await supporter_id(here, person))


async def payload_of(inviter: Person) -> str:
    """What is behind somebody's deep link."""
    card = await inviter.command("inviter" if inviter.locale == "fr" else "invite")
    found = LINK.search(card.text)
    assert found is not None, card.text
    return found[1]


async def test_a_friend_comes_by_deep_link_gives_and_lets_it_be_known(here: Town) -> None:
    camille, alex = here.person("telegram", "fr"), here.person("telegram", "en", "Alex")
    payload = await payload_of(camille)
    card = await alex.start(payload)
    assert says("en", "arrived-by-somebody") in card.text
    mine = await supporter_id(here, camille)
    found = await came(here, alex)
    assert found is not None and (found.inviter_id, found.how, found.certain) == (mine, How.DEEP_LINK, True)

    await here.pay(card.first_link)
    thanks = await alex.hears(says("en", "thanks-title"), after=card.id)
    told = await alex.tap(thanks, says("en", "next-tell"))
    assert says("en", "told-title") in told.text
    campaign = await here.campaign()
    async with here.app.ctx.db.read() as conn:
        circle = await referrals.circle(conn, mine)
    assert (circle.people_direct, circle.donors_direct, circle.money["cad"].gifts_direct) == (1, 1, 1)
    let_it_be_noon(here)
    heard = await camille.hears(says("fr", "friend-gave-title"))
    assert campaign.authored.name.get("fr") in heard.text
    assert "$" not in heard.text and "Alex" not in heard.text
    shown = await camille.command("cercle")
    assert says("fr", "circle-people", people=1) in shown.text
    assert "$" not in shown.text, "below five nothing of gifts"


async def test_sharing_into_a_chat_by_inline_mode(here: Town) -> None:
    camille, alex = here.person("telegram", "fr"), here.person("telegram", "en", "Alex")
    payload = await payload_of(camille)
    card = camille.everything()[-1]
    pick = await here.telegram.tap(camille.account, camille.id, card.id, says("fr", "invite-pick"))
    assert pick["kind"] == "inline" and pick["allow_user_chats"] and pick["query"] == ""
    offered = await here.telegram.inline_answer(camille.account, "")
    assert offered["is_personal"] is True
    (result,) = offered["results"]
    dialog = here.telegram.add_dialog(camille.account, alex.account)
    sent = await here.telegram.choose_inline(camille.account, "", result["id"], dialog)
    urls = [button["url"] for row in sent["reply_markup"]["inline_keyboard"] for button in row if "url" in button]
    into = next(url for url in urls if f"start={payload}_" in url)
    here.telegram.tap_link(alex.account, into)
    greeting = await alex.hears(says("en", "arrived-by-somebody"))
    assert greeting.first_link
    found = await came(here, alex)
    assert found is not None and found.inviter_id == await supporter_id(here, camille)
    assert found.campaign_id == (await here.campaign()).id
    async with here.app.ctx.db.read() as conn:
        mine = await invites.of_supporter(conn, await supporter_id(here, camille))
        assert mine is not None and await invite_count(conn, mine.id, "shared") == 1


async def test_on_discord_a_campaign_is_shown_in_somebody_elses_conversation(here: Town) -> None:
    alex, robin = here.person("discord", "en", "Alex"), here.person("discord", "fr", "Robin")
    here.discord.install_app(alex.account)
    dialog = here.discord.add_dialog(alex.account, robin.account)
    answer = await here.discord.slash(alex.account, dialog, "share")
    assert not answer["message"]["ephemeral"]
    shown = replace(alex, place=dialog)._heard(answer["message"])
    assert any("/i/" in target for _, target in shown.buttons)
    give = next(target for _, target in shown.buttons if ":i" in target)
    private = await here.discord.click(robin.account, str(shown.id), give)
    assert private["message"]["ephemeral"], "what Robin gives is Robin's"
    found = await came(here, robin)
    assert found is not None and found.inviter_id == await supporter_id(here, alex)


async def test_on_discord_nobody_else_reads_that_there_is_nothing_to_show(here: Town) -> None:
    alex, robin = here.person("discord", "en", "Alex"), here.person("discord", "fr", "Robin")
    here.discord.install_app(alex.account)
    dialog = here.discord.add_dialog(alex.account, robin.account)
    await publish.close(here.app.ctx, await here.campaign())
    answer = await here.discord.slash(alex.account, dialog, "share")
    assert answer["message"]["ephemeral"] and says("en", "nothing-open-title") in answer["message"]["text"]


async def test_a_friend_on_discord_says_who_it_was(here: Town) -> None:
    camille, alex = here.person("telegram", "fr"), here.person("discord", "en", "Alex")
    payload = await payload_of(camille)
    noted = await alex.command("invitedby", f"https://t.me/{BOT}?start={payload}")
    assert says("en", "by-done-title") in noted.text
    found = await came(here, alex)
    assert found is not None and found.inviter_id == await supporter_id(here, camille)
    back = await camille.command("invitepar", f"https://t.me/{BOT}?start={await payload_of_discord(alex)}")
    assert says("fr", "by-old-title") in back.text, "nobody brings who was here before them"


async def payload_of_discord(person: Person) -> str:
    card = await person.command("invite")
    found = LINK.search(card.text)
    assert found is not None
    return found[1]


async def both_agree(typist: Person, owner: Person, asked: Heard) -> None:
    """Each is asked about the other by name, and says yes."""
    agreed = await typist.tap(asked, says(typist.locale, "link-yes"))
    assert says(typist.locale, "link-agreed-title") in agreed.text
    question = await owner.hears(says(owner.locale, "link-ask-title"))
    await owner.reads(owner.tap(question, says(owner.locale, "link-yes")), says(owner.locale, "link-done-title"))


async def test_two_accounts_of_one_person(here: Town) -> None:
    camille, again = here.person("telegram", "fr"), here.person("discord", "en")
    offered = await camille.command("lier")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", offered.text)
    assert code is not None
    await both_agree(again, camille, await again.command("link", code[0]))
    assert await supporter_id(here, camille) == await supporter_id(here, again)


async def test_the_invite_as_a_picture(here: Town, donor: Person) -> None:
    card = await donor.command("inviter" if donor.locale == "fr" else "invite")
    shown = await donor.tap(card, says(donor.locale, "invite-qr"))
    assert says(donor.locale, "qr-title") in shown.text
