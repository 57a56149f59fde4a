"""A donor's invite: one each, which newcomers count as referrals, and what stays private."""

import random
import re
from dataclasses import replace

import pytest

from bot.domain.deeplink import invite_payload, read_payload
from bot.domain.people import Contact, Preference
from bot.domain.referrals import Invite, JoinedVia, Referral, ReferralOutcome
from bot.domain.staff import Role
from bot.store.db import Database
from bot.store.referrals import invites, referrals
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import BotIdentity, Context
from bot.usecases.core.join import find_or_join
from bot.usecases.referrals import invite, invite_handlers
from bot.usecases.reply import Reply
from bot.usecases.supporters import forgetting, linking
from content.messages.referrals import MAX_WORDS
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.referral_rows import invite_count
from tests.usecase_setup import ALEX, CAMILLE, example, make_context, open_campaign

FRIEND = Contact(platform="telegram", external_id="77", locale="en", private=True)
BOT = "latablee_bot"


class Names:
    """A platform that knows every name."""

    async def name_of(self, external_id: str) -> str | None:
        return f"Camille {external_id}"


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(
        db,
        clock,
        identity=BotIdentity(telegram_username=BOT, telegram_inline=True),
        public_url="https://give.example",
        naming={"telegram": Names()},
        rng=random.Random(5),
    )


async def invite_of(ctx: Context, contact: Contact = CAMILLE) -> Invite:
    return await invite.invite_of(ctx, await find_or_join(ctx, contact))


async def referral_of(ctx: Context, contact: Contact) -> Referral | None:
    async with ctx.db.read() as conn:
        person = await supporters.find(conn, contact.platform, contact.external_id)
        return None if person is None else await referrals.referral(conn, person.id)


async def counted(ctx: Context, of: Invite, kind: invites.Kind) -> int:
    async with ctx.db.read() as conn:
        return await invite_count(conn, of.id, kind)


def words(reply: Reply) -> str:
    return "\n".join((reply.card.title, *reply.card.lines, reply.card.note))


def urls(reply: Reply) -> list[str]:
    return [button.url for button in reply.card.buttons if button.url]


async def start(ctx: Context, contact: Contact, code: str | None, *more: int) -> Reply:
    return await router.on_start(ctx, contact, invite_payload(code or "", *more))


async def agree(ctx: Context, contact: Contact, kind: Preference) -> None:
    person = await find_or_join(ctx, contact)
    async with ctx.db.write() as conn:
        await supporters.set_preference(
            conn, person.id, kind, True, at=ctx.clock(), wording="yes", change_id=ctx.ids.new()
        )


async def test_invite_is_created_once(ctx: Context) -> None:
    first, again = await invite_of(ctx), await invite_of(ctx)
    assert first == again
    assert re.fullmatch(r"[A-Za-z0-9]{12}", first.code or "")
    other = await invite_of(ctx, ALEX)
    assert other.code != first.code


async def test_invite_card_has_every_address_and_a_share_button(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    reply = await router.on_command(ctx, CAMILLE, "inviter", "")
    mine = await invite_of(ctx)
    assert f"https://t.me/{BOT}?start=i_{mine.code}" in words(reply)
    assert f"https://give.example/i/{mine.code}" in words(reply)
    assert campaign.authored.name.get("fr") in words(reply)
    (send,) = urls(reply)
    assert send.startswith("https://t.me/share/url?") and f"i_{mine.code}" in send
    assert "+" not in send, "an iPhone shows it as it stands"
    assert [b.share for b in reply.card.buttons if b.share is not None] == [""]
    (copied,) = [b.copy for b in reply.card.buttons if b.copy]
    assert copied.endswith(f"https://give.example/i/{mine.code}")


async def test_invite_without_an_open_campaign_has_no_picker(ctx: Context) -> None:
    reply = await router.on_command(ctx, CAMILLE, "inviter", "")
    assert urls(reply) and not any(b.share is not None for b in reply.card.buttons)
    assert await invite_handlers.offers(ctx, CAMILLE, "") == []
    assert (await router.on_command(ctx, ALEX, "share", "")).alone, "nobody else has to read that nothing is raised"


async def test_discord_invite_card_has_text_to_copy_without_telegram_buttons(ctx: Context) -> None:
    reply = await router.on_command(ctx, ALEX, "invite", "")
    assert not urls(reply) and not any(b.share is not None for b in reply.card.buttons)
    assert any(b.copy for b in reply.card.buttons)


async def test_own_text_is_stored(ctx: Context) -> None:
    await router.on_command(ctx, CAMILLE, "inviter", "Viens  voir,\nc’est chez nous!")
    assert "Viens voir, c’est chez nous!" in words(await router.on_command(ctx, CAMILLE, "inviter", ""))
    too_long = await router.on_command(ctx, CAMILLE, "inviter", "a" * (MAX_WORDS + 1))
    assert str(MAX_WORDS + 1) in words(too_long)
    assert "Viens voir, c’est chez nous!" in words(await router.on_command(ctx, CAMILLE, "inviter", ""))


async def test_own_text_can_be_reset(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    proposed = await router.on_command(ctx, CAMILLE, "inviter", "")
    assert "invite:ready" not in [b.action for b in proposed.card.buttons]
    own = await router.on_command(ctx, CAMILLE, "inviter", "Viens voir!")
    assert "invite:ready" in [b.action for b in own.card.buttons]
    back = await router.on_action(ctx, CAMILLE, "invite:ready")
    assert (back.mode, back.card) == ("edit", proposed.card)
    assert campaign.authored.name.get("fr") in words(back)


async def test_qr_code_shows_the_address(ctx: Context) -> None:
    reply = await router.on_action(ctx, CAMILLE, "invite:qr")
    assert reply.card.picture is not None and reply.card.picture.png.startswith(b"\x89PNG")


async def test_invite_without_addresses_is_explained(ctx: Context) -> None:
    bare = replace(ctx, identity=BotIdentity(), public_url="")
    reply = await router.on_command(bare, ALEX, "invite", "")
    assert reply.card.lines and not reply.card.buttons


async def test_newcomer_by_deep_link_is_referred_and_told_what_stays_private(ctx: Context) -> None:
    await open_campaign(ctx)
    mine = await invite_of(ctx)
    reply = await start(ctx, FRIEND, mine.code)
    found = await referral_of(ctx, FRIEND)
    assert found is not None and (found.inviter_id, found.how, found.certain) == (
        mine.supporter_id,
        JoinedVia.DEEP_LINK,
        True,
    )
    assert "neither your name nor your gifts" in words(reply) and "Camille" not in words(reply)
    touches = [ctx.keyring.read(url.split("/g/")[1].split("/")[0]).touch for url in urls(reply) if "/g/" in url]
    assert touches and set(touches) == {Touch(TouchKind.INVITE, mine.id)}
    assert (await counted(ctx, mine, "opened"), await counted(ctx, mine, "joined")) == (1, 1)

    again = await start(ctx, FRIEND, mine.code)
    assert "neither your name" not in words(again)
    assert (await counted(ctx, mine, "opened"), await counted(ctx, mine, "joined")) == (2, 1)


async def test_inviter_is_named_only_with_consent(ctx: Context) -> None:
    await open_campaign(ctx)
    mine = await invite_of(ctx)
    await agree(ctx, CAMILLE, Preference.BEING_NAMED)
    assert "Camille 42" in words(await start(ctx, FRIEND, mine.code))


async def test_unsafe_name_is_not_shown(ctx: Context) -> None:
    await open_campaign(ctx)
    mine = await invite_of(ctx)
    await agree(ctx, CAMILLE, Preference.BEING_NAMED)

    class Called:
        def __init__(self, name: str) -> None:
            self.name = name

        async def name_of(self, external_id: str) -> str | None:
            return self.name

    async def said(name: str) -> str | None:
        return await invite.inviter_name(replace(ctx, naming={"telegram": Called(name)}), mine)

    assert await said("Camille \u202e\n Roy") == "Camille Roy"
    assert await said("👩\u200d🍳 Zoé St.-Onge") == "👩\u200d🍳 Zoé St.-Onge"
    assert await said("C" * 300) == "C" * 64
    for hostile in (
        "don-gratuit.com",
        "Camille t.me/prix",
        "@prix_gratuit",
        "https://a",
        "ｄｏｎ．ｃｏｍ",
        "\u200d",
        "\u2066",
    ):
        assert await said(hostile) is None, hostile


async def test_deep_link_leads_to_a_campaign_and_amount(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    mine = await invite_of(ctx)
    reply = await start(ctx, FRIEND, mine.code, campaign.id, 1000)
    assert any("$10" in b.label for b in reply.card.buttons)
    found = await referral_of(ctx, FRIEND)
    assert found is not None and found.campaign_id == campaign.id


async def test_known_supporter_is_no_referral_but_the_gift_has_the_touch(ctx: Context) -> None:
    await open_campaign(ctx)
    mine = await invite_of(ctx)
    await find_or_join(ctx, FRIEND)
    reply = await start(ctx, FRIEND, mine.code)
    assert await referral_of(ctx, FRIEND) is None
    assert "invited you" not in words(reply)
    (token,) = {url.split("/g/")[1].split("/")[0] for url in urls(reply) if "/g/" in url}
    assert ctx.keyring.read(token).touch == Touch(TouchKind.INVITE, mine.id)


async def test_own_link_is_no_referral(ctx: Context) -> None:
    await open_campaign(ctx)
    mine = await invite_of(ctx)
    reply = await start(ctx, CAMILLE, mine.code)
    assert await referral_of(ctx, CAMILLE) is None
    assert await counted(ctx, mine, "opened") == 0
    (token,) = {url.split("/g/")[1].split("/")[0] for url in urls(reply) if "/g/" in url}
    assert ctx.keyring.read(token).touch == Touch(TouchKind.COMMAND)


async def test_unknown_code_looks_like_any_other(ctx: Context) -> None:
    await open_campaign(ctx)
    mine = await invite_of(ctx)
    real = await start(ctx, FRIEND, mine.code)
    forged = await start(ctx, replace(FRIEND, external_id="78"), "AAAAbbbb1234")
    assert (real.card.title, real.card.lines) == (forged.card.title, forged.card.lines)
    assert await referral_of(ctx, replace(FRIEND, external_id="78")) is None


@pytest.mark.parametrize("payload", ["i_", "i_short", "i_AAAAbbbb1234_", "i_AAAAbbbb1234_x", "i_AAAAbbbb12345"])
async def test_truncated_code_is_a_plain_start(ctx: Context, payload: str) -> None:
    assert read_payload(payload) is None
    assert (await router.on_start(ctx, FRIEND, payload)).card.buttons


async def test_link_to_an_unknown_campaign_still_refers(ctx: Context) -> None:
    await open_campaign(ctx)
    mine = await invite_of(ctx)
    assert (await start(ctx, FRIEND, mine.code, 10**18, 500)).card.buttons
    assert await referral_of(ctx, FRIEND) is not None


async def test_link_of_an_erased_inviter_leads_to_the_campaign(ctx: Context) -> None:
    await open_campaign(ctx)
    mine = await invite_of(ctx)
    await forgetting.forget(ctx, mine.supporter_id)
    assert (await start(ctx, FRIEND, mine.code)).card.buttons
    assert await referral_of(ctx, FRIEND) is None


async def test_choice_of_campaigns_keeps_the_invite(ctx: Context) -> None:
    await open_campaign(ctx)
    await publish.publish(ctx, example().model_copy(update={"slug": "other"}))
    mine = await invite_of(ctx)
    reply = await start(ctx, FRIEND, mine.code)
    taps = [b.action for b in reply.card.buttons if b.action]
    assert taps and all(tap.endswith(f":i{mine.id}") for tap in taps)
    shown = await router.on_action(ctx, FRIEND, taps[0])
    assert any("/g/" in url for url in urls(shown))


async def test_tap_on_a_shared_discord_card_refers(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    mine = await invite_of(ctx)
    tapped = await router.on_action(ctx, ALEX, f"give:{campaign.id}:500:i{mine.id}")
    found = await referral_of(ctx, ALEX)
    assert found is not None and (found.inviter_id, found.how) == (mine.supporter_id, JoinedVia.DISCORD)
    assert "neither your name nor your gifts" in words(tapped), "a newcomer is told what is never shown"
    again = await router.on_action(ctx, ALEX, f"give:{campaign.id}:500:i{mine.id}")
    assert "neither your name" not in words(again)


async def test_gift_through_own_shared_card_has_no_invite_touch(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    mine = await invite_of(ctx, ALEX)
    reply = await router.on_action(ctx, ALEX, f"give:{campaign.id}:500:i{mine.id}")
    (token,) = {url.split("/g/")[1].split("/")[0] for url in urls(reply) if "/g/" in url}
    assert ctx.keyring.read(token).touch == Touch(TouchKind.COMMAND)


async def test_invite_of_a_merged_account_is_own(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    both = [await invite_of(ctx), await invite_of(ctx, ALEX)]
    question = await linking.redeem(
        ctx, await find_or_join(ctx, ALEX), await linking.create_code(ctx, await find_or_join(ctx, CAMILLE))
    )
    assert isinstance(question, linking.Question)
    for contact in (ALEX, CAMILLE):
        await linking.answer(ctx, await find_or_join(ctx, contact), question.code.id, yes=True)
    for mine in both:
        reply = await start(ctx, CAMILLE, mine.code, campaign.id, 500)
        (token,) = {url.split("/g/")[1].split("/")[0] for url in urls(reply) if "/g/" in url}
        assert ctx.keyring.read(token).touch == Touch(TouchKind.COMMAND)
        assert await counted(ctx, mine, "opened") == 0


async def test_forgeable_touch_in_a_telegram_link_is_no_referral(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    mine = await invite_of(ctx)
    await router.on_start(ctx, FRIEND, f"g_{campaign.id}_500_i{mine.id}")
    assert await referral_of(ctx, FRIEND) is None


async def test_shared_campaign_card_on_discord_has_the_links(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    reply = await router.on_command(ctx, ALEX, "share", "")
    mine = await invite_of(ctx, ALEX)
    assert f"https://give.example/i/{mine.code}?c={campaign.id}" in urls(reply)
    assert f"give:{campaign.id}:500:i{mine.id}" in [b.action for b in reply.card.buttons]
    assert await counted(ctx, mine, "shared") == 1


async def test_inline_results_have_the_sharers_links(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    await find_or_join(ctx, CAMILLE)
    (offer,) = await invite_handlers.offers(ctx, CAMILLE, "")
    mine = await invite_of(ctx)
    links = [b.url or "" for b in offer.card.buttons]
    assert f"https://t.me/{BOT}?start=i_{mine.code}_{campaign.id}_500" in links
    assert offer.card.picture is None
    await invite_handlers.count_sent_offer(ctx, CAMILLE, offer.id)
    await invite_handlers.count_sent_offer(ctx, CAMILLE, "c0")
    for nonsense in ("nonsense", "c", "c²", "c" + "9" * 30):
        await invite_handlers.count_sent_offer(ctx, CAMILLE, nonsense)
    assert await counted(ctx, mine, "shared") == 1


async def test_inline_card_leads_to_its_campaigns_page(ctx: Context) -> None:
    first = await open_campaign(ctx)
    second = await publish.publish(ctx, example().model_copy(update={"slug": "other"}))
    await find_or_join(ctx, CAMILLE)
    mine = await invite_of(ctx)
    offered = await invite_handlers.offers(ctx, CAMILLE, "")
    pages = {b.url for offer in offered for b in offer.card.buttons if b.url and "/i/" in b.url}
    assert pages == {f"https://give.example/i/{mine.code}?c={contact.id}" for contact in (first, second)}


async def test_inline_query_stores_nobody(ctx: Context) -> None:
    await open_campaign(ctx)
    (offer,) = await invite_handlers.offers(ctx, FRIEND, "")
    assert all("start=g_" in (b.url or "") for b in offer.card.buttons)
    async with ctx.db.read() as conn:
        assert await supporters.find(conn, "telegram", FRIEND.external_id) is None


async def test_staff_are_no_referrals(ctx: Context) -> None:
    mine = await invite_of(ctx)
    async with ctx.db.write() as conn:
        await staff.add(conn, "telegram", "77", Role.OWNER, label="Nadia", locale="fr", added_by=None, at=ctx.clock())
    assert await invite.record_newcomer(ctx, FRIEND, mine, JoinedVia.DEEP_LINK, None) is ReferralOutcome.NOT_NEW
