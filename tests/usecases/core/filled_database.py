"""A database with a row for everything that buttons name."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.matching import MatchPeriod
from bot.domain.people import Contact
from bot.domain.referrals import JoinedVia, Referral
from bot.domain.staff import Role
from bot.store.campaigns import places
from bot.store.core.tables import notice
from bot.store.db import Database
from bot.store.matching import matches
from bot.store.nudges import nudges
from bot.store.nudges.nudges import Decision
from bot.store.referrals import invites, referrals
from bot.store.staff import drafts, staff
from bot.store.staff.staff import RoleMapping
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core import cases
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import claim
from bot.usecases.money import refunds
from bot.usecases.referral_tree import refer
from bot.usecases.staff.campaigns.draft import milestone_key
from payments import ledger
from payments.facts import GiftFailed, GiftPending
from payments.money import Money
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.usecase_setup import ALEX, CAMILLE, example, hire, make_context, open_campaign
from tests.usecases.giving.alice_and_bob import SUBSCRIPTION, BobsStripe, bob_pays, claim_code

LUC = Contact(platform="telegram", external_id="902", locale="fr", private=True, name="Luc")  # asked who invited him
MEI = Contact(platform="telegram", external_id="903", locale="fr", private=True, name="Mei")  # came by Alex's link
OMAR = Contact(platform="telegram", external_id="901", locale="en", private=True, name="Omar")


def context(db: Database, clock: MovingClock, gateway: BobsStripe) -> Context:
    ctx = make_context(db, clock, gateway=gateway, zone="America/Toronto")
    ctx.identity.telegram_username = "obole_bot"
    return ctx


async def fill(ctx: Context) -> dict[str, str]:
    """Fill a database with a row for everything that buttons name; return the ids by the names in the data."""
    campaign = await open_campaign(ctx, ends_on=None)
    other = await publish.publish(ctx, example().model_copy(update={"slug": "autre", "ends_on": None}))
    closed = await publish.publish(ctx, example().model_copy(update={"slug": "finie", "ends_on": None}))
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    await router.on_action(ctx, CAMILLE, f"ca:{closed.id}:close!")
    ids: dict[str, object] = {
        "campaign": campaign.id,
        "other": other.id,
        "other_slug": other.slug,
        "closed": closed.id,
    }
    ids |= await _gifts(ctx, campaign)
    ids |= await _set_up(ctx, campaign)
    ids |= await _drafts(ctx, campaign)
    return {name: str(value) for name, value in ids.items()}


async def _gifts(ctx: Context, campaign: Campaign) -> dict[str, object]:
    """Camille's gifts: invited by Alex, monthly and proved, twice by mistake; and one that nobody has claimed."""
    alex = await find_or_join(ctx, ALEX)
    camille = await find_or_join(ctx, CAMILLE)
    await refer.claim_inviter(ctx, camille, alex.id)
    await _referrals(ctx, alex.id)
    await bob_pays(ctx, campaign)
    await router.on_action(ctx, CAMILLE, f"claim:{await claim_code(ctx)}")
    unclaimed = await give(ctx, campaign, None, 700)
    gift, twin = [await give(ctx, campaign, camille.id, 2_000) for _ in range(2)]
    async with ctx.db.write() as conn:
        await refunds.offer(ctx, conn, twin)
        case = await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=camille.id, kind="paid_twice")
        order = await conn.execute(text("SELECT id FROM refund_order"))
    await router.on_text(ctx, ALEX, "Puis-je donner un chèque?")
    pending, failed = await _unpaid(ctx, campaign, camille.id)
    refunded = await refund(ctx, await give(ctx, campaign, camille.id, 1_000), 500)
    async with ctx.db.read() as conn:
        words = (await conn.execute(select(notice.c.id).where(notice.c.kind == "words"))).scalar_one()
    return {
        "gift": gift.id,
        "twin": twin.id,
        "refunded_gift": refunded.id,
        "pending_gift": pending.id,
        "failed_gift": failed.id,
        "claim": claim.claim_token(ctx, unclaimed),
        "pledge": SUBSCRIPTION,
        "case": case,
        "notice": words,
        "order": order.scalar_one(),
        "inviter": alex.id,
        "supporter": camille.id,
        "address": camille.address_id,
    }


async def _referrals(ctx: Context, inviter_id: int) -> None:
    """Mei came by the inviter's link; for Luc, the inviter is only a candidate."""
    await router.on_command(ctx, ALEX, "invite", "")
    mei, luc = await find_or_join(ctx, MEI), await find_or_join(ctx, LUC)
    async with ctx.db.write() as conn:
        invite = await invites.of_supporter(conn, inviter_id)
        assert invite is not None
        by_link: dict[str, Any] = {"how": JoinedVia.CHAT_LINK, "at": ctx.clock()}
        known = Referral(supporter_id=mei.id, inviter_id=inviter_id, certain=True, invite_id=invite.id, **by_link)
        unknown = Referral(supporter_id=luc.id, inviter_id=None, certain=False, candidates=(inviter_id,), **by_link)
        for referral in (known, unknown):
            await referrals.write(conn, referral)


async def _unpaid(ctx: Context, campaign: Campaign, supporter_id: int) -> list[Gift]:
    """A gift by bank transfer that is on its way, and one that failed."""
    gifts = []
    for number in range(2):
        about: dict[str, Any] = {
            "event_id": f"evt_{number}",
            "at": ctx.clock(),
            "payment_intent": f"pi_{number}",
            "session": f"cs_{number}",
            "money": Money(3_000, "cad"),
        }
        book = ledger.apply(ledger.Gift(), GiftPending(**about))
        book = ledger.apply(book, GiftFailed(**about | {"event_id": "evt_failed"})) if number else book
        gift = paid(ctx, campaign, supporter_id, 3_000)
        gifts.append(replace(gift, book=book, claimed_at=ctx.clock()))
    await write(ctx, [GiftChange(event_id=f"evt_{gift.id}", before=None, after=gift) for gift in gifts])
    return gifts


async def _set_up(ctx: Context, campaign: Campaign) -> dict[str, object]:
    """Staff, a Discord role, a channel, a match period and a reminder."""
    now = ctx.clock()
    camille = await find_or_join(ctx, CAMILLE)
    decision = Decision(
        id=ctx.ids.new(),
        supporter_id=camille.id,
        campaign_id=campaign.id,
        policy="second_gift",
        text=0,
        arm="sent",
        propensity=0.5,
        reason="second_gift",
        due_at=now,
    )
    period = MatchPeriod(
        id=ctx.ids.new(),
        campaign_id=campaign.id,
        sponsor={"fr": "Boulangerie Roy", "en": "Roy Bakery"},
        pool=Money(100_000, "cad"),
        left=Money(100_000, "cad"),
        starts_at=now,
        ends_at=now + timedelta(days=7),
    )
    async with ctx.db.write() as conn:
        colleague = await staff.add(
            conn, "telegram", OMAR.external_id, Role.EDITOR, label="Omar", locale="en", added_by=None, at=now
        )
        role = RoleMapping(guild_id="500", role_id="600", name="Équipe", role=Role.EDITOR)
        await staff.set_discord_role(conn, role, now)
        place = await places.save(
            conn, "telegram", "-100", title="La Tablée", purpose=places.PUBLIC, locales="fr", at=now
        )
        await nudges.add_decisions(conn, [decision])
        await matches.add(conn, period)
    return {
        "colleague": colleague.id,
        "guild": role.guild_id,
        "role": role.role_id,
        "place": place.id,
        "decision": decision.id,
        "period": period.id,
    }


async def _drafts(ctx: Context, campaign: Campaign) -> dict[str, object]:
    """A draft of each kind, and a broadcast."""
    sent = await _broadcast_draft(ctx, campaign)
    await router.on_action(ctx, CAMILLE, f"bc:{sent}:where:all")
    review = await router.on_action(ctx, CAMILLE, f"bc:{sent}:review")
    (send,) = [button.action for button in review.card.buttons if button.action and ":send:" in button.action]
    await router.on_action(ctx, CAMILLE, send)
    draft = await _broadcast_draft(ctx, campaign)
    async with ctx.db.write() as conn:
        await drafts.set_picture(conn, draft, b"picture")
    ids: dict[str, object] = {"broadcast_draft": draft}
    for name, begin in {"match": f"ma:n{campaign.id}", "campaign": f"ca:{campaign.id}:edit"}.items():
        await router.on_action(ctx, CAMILLE, begin)
        ids[f"{name}_draft"] = (await _draft(ctx, name)).id
    ids["version"] = (await _draft(ctx, "broadcast")).version
    ids["stage"] = milestone_key((await _draft(ctx, "campaign")).body["fields"]["milestones"][0])
    async with ctx.db.read() as conn:
        ids["broadcast"] = (await conn.execute(text("SELECT id FROM broadcast"))).scalar_one()
    return ids


async def _broadcast_draft(ctx: Context, campaign: Campaign) -> int:
    await router.on_action(ctx, CAMILLE, f"bc:new:{campaign.id}")
    for words in ("Un repas de plus.", "One more meal."):
        await router.on_text(ctx, CAMILLE, words)
    return (await _draft(ctx, "broadcast")).id


async def _draft(ctx: Context, kind: str) -> drafts.Draft:
    async with ctx.db.read() as conn:
        return (await drafts.of_kind(conn, kind))[0]
