"""Thanks to inviters, notices of friends' gifts, and naming the inviter."""

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, Preference, Supporter
from bot.domain.referrals import Invite, JoinedVia
from bot.store.core.outbox import Delivery
from bot.store.core.tables import delivery, notice
from bot.store.db import Database
from bot.store.referrals.tables import share_prompt
from bot.store.supporters import supporters
from bot.usecases import outbox_messages, router
from bot.usecases.context import BotIdentity, Context
from bot.usecases.core.join import find_or_join, set_reachable
from bot.usecases.core.send_errors import Deferred, Obsolete
from bot.usecases.referral_tree import refer, thank_inviter
from bot.usecases.referrals import invite
from bot.usecases.reply import Reply
from bot.usecases.supporters.merging import merge
from content.cards import Card
from tests import referral_rows
from tests.conftest import MovingClock
from tests.giving import give, refund
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign


class Names:
    """A platform that knows every name."""

    async def name_of(self, external_id: str) -> str | None:
        return "Camille"


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    where = BotIdentity(telegram_username="latablee_bot")
    return make_context(db, clock, identity=where, rng=random.Random(5), naming={"telegram": Names()})


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx)


def friend(number: int) -> Contact:
    return Contact(platform="telegram", external_id=str(1000 + number), locale="fr", private=True)


async def brings(ctx: Context, mine: Invite, number: int, *, up_to: int) -> list[Supporter]:
    """Let numbered newcomers follow an invite."""
    came = []
    for friend_number in range(number, up_to):
        await invite.record_newcomer(ctx, friend(friend_number), mine, JoinedVia.DEEP_LINK, None)
        came.append(await find_or_join(ctx, friend(friend_number)))
    return came


async def agree(ctx: Context, contact: Contact, kind: Preference) -> None:
    person = await find_or_join(ctx, contact)
    async with ctx.db.write() as conn:
        await supporters.set_preference(
            conn, person.id, kind, True, at=ctx.clock(), wording="yes", change_id=ctx.ids.new()
        )


async def waiting(ctx: Context, message: str) -> list[Delivery]:
    """Return the pending deliveries of one kind, oldest first."""
    columns = [delivery.c[name] for name in Delivery.__dataclass_fields__]
    async with ctx.db.read() as conn:
        rows = (await conn.execute(select(*columns).where(delivery.c.message == message).order_by(delivery.c.id))).all()
    return [Delivery(**row._mapping) for row in rows]


def words(shown: Reply | Card) -> str:
    card = shown.card if isinstance(shown, Reply) else shown
    return "\n".join((card.title, *card.lines, card.note)).replace("\u00a0", " ")


# --- thanks for it --------------------------------------------------------------------------------
async def test_inviter_who_agreed_to_news_is_thanked_at_one_five_and_twenty(ctx: Context) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    await agree(ctx, CAMILLE, Preference.NEWS)
    await brings(ctx, mine, 0, up_to=6)
    deliveries = await waiting(ctx, "recognition")
    assert [delivery.args["people"] for delivery in deliveries] == [1, 5]
    card = (await outbox_messages.render(ctx, deliveries[1], await find_or_join(ctx, CAMILLE))).card
    assert "5 personnes" in words(card) and "$" not in words(card)


async def test_inviter_without_consent_gets_no_thanks(ctx: Context) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    await brings(ctx, mine, 0, up_to=2)
    assert await waiting(ctx, "recognition") == []


async def test_thanks_wait_for_the_morning(ctx: Context, clock: MovingClock) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    await agree(ctx, CAMILLE, Preference.NEWS)
    await brings(ctx, mine, 0, up_to=1)
    (message,) = await waiting(ctx, "recognition")
    clock.now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    with pytest.raises(Deferred):
        await outbox_messages.render(ctx, message, await find_or_join(ctx, CAMILLE))


async def test_invite_with_many_newcomers_is_notified_once(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thank_inviter, "VERY_MANY", 2)
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    await brings(ctx, mine, 0, up_to=4)
    async with ctx.db.read() as conn:
        said = (await conn.execute(select(notice.c.kind, notice.c.args))).all()
    assert [(text.kind, text.args["people"]) for text in said] == [("invite_many", 2)]


# --- after a gift ---------------------------------------------------------------------------------
async def thanks_for(ctx: Context, campaign: Campaign, person: Supporter) -> Card:
    await give(ctx, campaign, person.id, 500)
    message = (await waiting(ctx, "thanks"))[-1]
    now = await find_or_join(
        ctx, Contact(platform="telegram", external_id=person.external_id, locale="fr", private=True)
    )
    return (await outbox_messages.render(ctx, message, now)).card


async def test_inviter_is_notified_once_without_name_or_amount(ctx: Context, campaign: Campaign) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    (newcomer,) = await brings(ctx, mine, 0, up_to=1)
    card = await thanks_for(ctx, campaign, newcomer)
    (tap,) = [b.action or "" for b in card.buttons if (b.action or "").startswith("tell:")]
    done = await router.on_action(ctx, friend(0), tap)
    assert "Nous faisons le message" in words(done)
    (message,) = await waiting(ctx, "friend_gave")
    read = words((await outbox_messages.render(ctx, message, await find_or_join(ctx, CAMILLE))).card)
    assert campaign.authored.name.get("fr") in read and "$" not in read
    await router.on_action(ctx, friend(0), tap)
    assert len(await waiting(ctx, "friend_gave")) == 1
    again = await thanks_for(ctx, campaign, newcomer)
    assert not any((b.action or "").startswith("tell:") for b in again.buttons)


async def test_unreachable_inviter_is_notified_once_reachable(ctx: Context, campaign: Campaign) -> None:
    camille = await find_or_join(ctx, CAMILLE)
    mine = await invite.invite_of(ctx, camille)
    (newcomer,) = await brings(ctx, mine, 0, up_to=1)
    await set_reachable(ctx, "telegram", camille.external_id, False)
    assert not any((b.action or "").startswith("tell:") for b in (await thanks_for(ctx, campaign, newcomer)).buttons)
    given = await give(ctx, campaign, newcomer.id, 500)
    assert "Rien à envoyer" in words(await router.on_action(ctx, friend(0), f"tell:{given.id}"))
    await set_reachable(ctx, "telegram", camille.external_id, True)
    assert "Nous faisons le message" in words(await router.on_action(ctx, friend(0), f"tell:{given.id}"))
    assert len(await waiting(ctx, "friend_gave")) == 1


async def test_refunded_gift_is_not_reported_to_the_inviter(ctx: Context, campaign: Campaign) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    first, other = await brings(ctx, mine, 0, up_to=2)
    before = await refund(ctx, await give(ctx, campaign, first.id, 500))
    await router.on_action(ctx, friend(0), f"tell:{before.id}")
    assert await waiting(ctx, "friend_gave") == []
    given = await give(ctx, campaign, other.id, 500)
    await router.on_action(ctx, friend(1), f"tell:{given.id}")
    (message,) = await waiting(ctx, "friend_gave")
    await refund(ctx, given)  # before the inviter's morning
    with pytest.raises(Obsolete):
        await outbox_messages.render(ctx, message, await find_or_join(ctx, CAMILLE))


async def test_unknown_inviter_is_asked_for_after_the_first_gift(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, friend(0))
    async with ctx.db.write_money() as conn:
        await refer.record_referral(ctx, conn, person.id, None, JoinedVia.DISCORD, certain=False)
    assert "by" in [b.action for b in (await thanks_for(ctx, campaign, person)).buttons]
    assert "by" in [b.action for b in (await router.on_command(ctx, friend(0), "cercle", "")).card.buttons]
    assert "by" not in [b.action for b in (await thanks_for(ctx, campaign, person)).buttons]


@pytest.mark.parametrize("argument", ["", "x", "1", "²", "9" * 19, "9" * 30])
async def test_unknown_gift_is_not_reported_to_the_inviter(ctx: Context, argument: str) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    await brings(ctx, mine, 0, up_to=1)
    await router.on_action(ctx, friend(0), f"tell:{argument}")
    assert await waiting(ctx, "friend_gave") == []


async def test_share_prompt_is_shown_in_nine_of_ten_thanks_and_stored(ctx: Context, campaign: Campaign) -> None:
    shown = {}
    for number in range(60):
        person = await find_or_join(ctx, friend(number))
        card = await thanks_for(ctx, campaign, person)
        shown[person.id] = any(b.action == "invite" for b in card.buttons)
    assert 45 <= sum(shown.values()) <= 59
    async with ctx.db.read() as conn:
        kept = (await conn.execute(select(share_prompt.c.supporter_id, share_prompt.c.shown))).all()
    assert {row.supporter_id: row.shown for row in kept} == shown


async def test_share_prompt_draw_is_final(ctx: Context, campaign: Campaign) -> None:
    person = await find_or_join(ctx, CAMILLE)
    await give(ctx, campaign, person.id, 500)
    (message,) = await waiting(ctx, "thanks")
    first = (await outbox_messages.render(ctx, message, person)).card
    for seed in range(20):
        again = await outbox_messages.render(replace(ctx, rng=random.Random(seed)), message, person)
        assert again.card.rows == first.rows


# --- who brought us -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "typed",
    [
        "{code}",
        "https://t.me/latablee_bot?start=i_{code}",
        "https://give.example/i/{code}",
        " i_{code} ",
        "{code}.",
        "conversation: https://t.me/latablee_bot?start=i_{code}\nDonne avec moi!",
    ],
)
async def test_supporter_names_the_inviter(ctx: Context, typed: str) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    asked = await router.on_command(ctx, ALEX, "invited-by", "")
    assert "/invitedby" in words(asked)
    said = await router.on_command(ctx, ALEX, "invitedby", typed.format(code=mine.code))
    assert "thank you" in words(said)
    again = await router.on_command(ctx, ALEX, "invitedby", typed.format(code=mine.code))
    assert "already" in words(again)
    async with ctx.db.read() as conn:
        assert await referral_rows.inviter_of(conn, (await find_or_join(ctx, ALEX)).id) == mine.supporter_id


async def test_refused_claim_does_not_reveal_whether_a_code_exists(ctx: Context) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    await brings(ctx, mine, 0, up_to=1)
    theirs = await invite.invite_of(ctx, await find_or_join(ctx, friend(0)))
    ring = await router.on_command(ctx, CAMILLE, "invitepar", theirs.code or "")
    own = await router.on_command(ctx, CAMILLE, "invitepar", mine.code or "")
    none = await router.on_command(ctx, CAMILLE, "invitepar", "AAAAbbbb1234")
    assert words(ring) == words(own) == words(none)


async def test_earlier_donor_is_no_referral(ctx: Context, campaign: Campaign) -> None:
    mine = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    await give(ctx, campaign, (await find_or_join(ctx, ALEX)).id)
    assert "already with us before" in words(await router.on_command(ctx, ALEX, "invitedby", mine.code or ""))


async def test_candidates_who_agreed_to_be_named_are_offered(ctx: Context) -> None:
    camille, other = await find_or_join(ctx, CAMILLE), await find_or_join(ctx, friend(9))
    for person in (camille, other):
        await invite.invite_of(ctx, person)
    await agree(ctx, CAMILLE, Preference.BEING_NAMED)
    alex = await find_or_join(ctx, ALEX)
    async with ctx.db.write_money() as conn:
        await refer.record_referral(
            ctx, conn, alex.id, None, JoinedVia.DISCORD, certain=False, candidates=[camille.id, other.id]
        )
    asked = await router.on_command(ctx, ALEX, "invitedby", "")
    assert [(b.label, b.action) for b in asked.card.buttons] == [("Camille", f"by:{camille.id}")]
    stranger = await find_or_join(ctx, friend(3))
    for argument in (stranger.id, "²", "x", "9" * 30):
        assert "doesn’t count" in words(await router.on_action(ctx, ALEX, f"by:{argument}"))
    assert "thank you" in words(await router.on_action(ctx, ALEX, f"by:{camille.id}"))


async def test_candidate_is_found_after_a_merge(ctx: Context, clock: MovingClock) -> None:
    """One candidate has linked two accounts since, and another one is merged with the newcomer."""
    elder = await find_or_join(ctx, replace(CAMILLE, platform="discord", external_id="9"))
    clock.move(days=1)
    camille, same, alex = (
        await find_or_join(ctx, CAMILLE),
        await find_or_join(ctx, friend(9)),
        await find_or_join(ctx, ALEX),
    )
    for contact in (CAMILLE, friend(9)):
        await invite.invite_of(ctx, await find_or_join(ctx, contact))
        await agree(ctx, contact, Preference.BEING_NAMED)
    async with ctx.db.write_money() as conn:
        await refer.record_referral(
            ctx, conn, alex.id, None, JoinedVia.DISCORD, certain=False, candidates=[camille.id, same.id]
        )
        assert await merge(ctx, conn, camille.id, elder.id) == elder.id
        await merge(ctx, conn, same.id, alex.id)
    asked = await router.on_command(ctx, ALEX, "invitedby", "")
    assert [(b.label, b.action) for b in asked.card.buttons] == [("Camille", f"by:{camille.id}")]
    assert "thank you" in words(await router.on_action(ctx, ALEX, f"by:{camille.id}"))
    async with ctx.db.read() as conn:
        assert await referral_rows.inviter_of(conn, (await find_or_join(ctx, ALEX)).id) == elder.id


# --- two accounts ---------------------------------------------------------------------------------
async def test_link_codes_work_in_chat(ctx: Context) -> None:
    offered = await router.on_command(ctx, CAMILLE, "lier", "")
    assert "/lier" in words(offered) and "10 minutes" in words(offered)
    assert "does not work" in words(await router.on_command(ctx, ALEX, "link", "AAAA-AAAA"))
    assert "this account" in words(await router.on_command(ctx, ALEX, "link", (await _own(ctx, ALEX))))


async def _own(ctx: Context, contact: Contact) -> str:
    return (await router.on_command(ctx, contact, "link", "")).card.lines[0].split()[-1]
