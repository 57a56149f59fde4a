"""Claim and disown: whose gift it is, when the link did not say so or said it wrongly. Each once.

The return page shows the claim only to whoever comes back from Stripe with the session's id, which nobody else knows.
"""

import base64
import binascii
from dataclasses import replace
from typing import Literal

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Change, Gift
from bot.domain.people import Contact, Supporter
from bot.domain.referrals import How, Outcome
from bot.store import campaigns as campaign_rows
from bot.store import gifts, invites, staff, supporters
from bot.store.db import Connection
from bot.usecases import cases, invite_talk, look_back, refer
from bot.usecases.context import Context, local_day
from bot.usecases.join import who
from bot.usecases.record_payments import apply_changes
from bot.usecases.reply import Reply
from content import messages_gift as words
from content.cards import Tap
from payments.money import Money
from payments.reference import TouchKind

Disowned = Literal["done", "already", "refused"]
_CLAIM = "claim"
_DISOWN = "disown"
_MAC_BYTES = 12


def _token(ctx: Context, purpose: str, gift_id: int) -> str:
    """Names a gift and proves that we said so: 28 characters of [A-Za-z0-9-], for deep links and buttons."""
    data = gift_id.to_bytes(8)
    raw = data + ctx.keyring.mac(purpose, data)[:_MAC_BYTES]
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _read(ctx: Context, purpose: str, token: str) -> int | None:
    padded = token.strip().upper() + "=" * (-len(token.strip()) % 8)
    try:
        raw = base64.b32decode(padded)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 8 + _MAC_BYTES or not ctx.keyring.verify(purpose, raw[:8], raw[8:]):
        return None
    return int.from_bytes(raw[:8])


def claim_token(ctx: Context, gift: Gift) -> str | None:
    """What the payer of an anonymous gift hands to the bot; None where there is nothing to claim."""
    free = gift.supporter_id is None and gift.claimed_at is None and gift.disowned_at is None
    return _token(ctx, _CLAIM, gift.id) if free and gift.book.is_paid else None


def disown_token(ctx: Context, gift: Gift) -> str | None:
    """What the return page sends back for "this wasn't me"; None where it was said, or there is nobody."""
    return _token(ctx, _DISOWN, gift.id) if gift.supporter_id is not None and gift.disowned_at is None else None


async def ask(ctx: Context, contact: Contact, token: str) -> Reply:
    """Somebody follows the return page's link: is this gift theirs?"""
    supporter = await who(ctx, contact)
    found = await _claimable(ctx, token)
    if found is None:
        return _refused(ctx, supporter)
    gift, campaign = found
    view = words.ClaimView(
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at or ctx.clock()),
        mine=Tap(action=f"claim:{token}"),
    )
    return Reply(card=words.claim_ask(ctx.catalog, supporter.locale, view))


async def on_tap(ctx: Context, contact: Contact, token: str) -> Reply:
    """« C'est mon don »: the gift is theirs from now on."""
    supporter = await who(ctx, contact)
    gift_id = _read(ctx, _CLAIM, token)
    async with ctx.db.write_money() as conn:
        gift = await gifts.by_id(conn, gift_id) if gift_id is not None else None
        mine = await supporters.find(conn, contact.platform, contact.external_id)  # linked or forgotten since?
        if gift is None or mine is None or claim_token(ctx, gift) is None:
            return _refused(ctx, supporter)
        claimed = replace(gift, supporter_id=mine.id, claimed_at=ctx.clock())
        await _change(ctx, conn, "claim", gift, claimed)
        await _brought(ctx, conn, contact, mine, gift)
        await look_back.claimed(ctx, conn, mine.id, gift.id)
    # Who gave on the page of an invite may let that person know here: no other thanks come for this gift.
    step = await invite_talk.next_step(ctx, mine, gift.id) or words.NextStep(kind="gifts", tap=Tap(action="gifts"))
    view = words.ClaimedView(money=Money(gift.book.amount, gift.book.currency), next_step=step)
    return Reply(card=words.claim_done(ctx.catalog, supporter.locale, view), mode="edit")


async def _brought(ctx: Context, conn: Connection, contact: Contact, supporter: Supporter, gift: Gift) -> None:
    """Whoever gave on an invite's page and joined only then, to claim it, came by that invite. Staff never did."""
    new = supporter.gift_count == 0 and gift.book.paid_at is not None and gift.book.paid_at <= supporter.joined_at
    invite = await invites.by_id(conn, gift.touch.id) if new and gift.touch.kind is TouchKind.INVITE else None
    if invite is None or await staff.find(conn, contact.platform, contact.external_id) is not None:
        return
    outcome = await refer.bring(
        ctx,
        conn,
        supporter.id,
        invite.supporter_id,
        How.WEB,
        certain=True,
        invite_id=invite.id,
        campaign_id=gift.campaign_id,
    )
    if outcome is Outcome.BROUGHT:
        await invites.count(conn, invite.id, "joined", ctx.clock(), gift.campaign_id)


async def _claimable(ctx: Context, token: str) -> tuple[Gift, Campaign] | None:
    gift_id = _read(ctx, _CLAIM, token)
    if gift_id is None:
        return None
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, gift_id)
        if gift is None or claim_token(ctx, gift) is None:
            return None
        return gift, (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]


def _refused(ctx: Context, supporter: Supporter) -> Reply:
    view = words.ClaimRefusedView(charity=ctx.charity)
    return Reply(card=words.claim_refused(ctx.catalog, supporter.locale, view))


async def ask_wasnt_me(ctx: Context, supporter: Supporter, gift: Gift) -> Reply:
    """« Ce n'était pas moi », asked once more before the gift leaves their list."""
    return await _wasnt_me_reply(ctx, supporter, gift, Tap(action=f"err:{gift.id}:sure"))


async def wasnt_me(ctx: Context, supporter: Supporter, gift: Gift) -> Reply:
    """The gift becomes anonymous, and staff see the case."""
    await disown(ctx, gift.id)
    return await _wasnt_me_reply(ctx, supporter, gift, None)


async def _wasnt_me_reply(ctx: Context, supporter: Supporter, gift: Gift, confirm: Tap | None) -> Reply:
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    view = words.WasntMeView(
        charity=ctx.charity,
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at or ctx.clock()),
        confirm=confirm,
    )
    return Reply(card=words.wasnt_me(ctx.catalog, supporter.locale, view), mode="edit")


async def disown_by_token(ctx: Context, token: str) -> Disowned:
    """From the return page. Saying it twice is no error and changes nothing."""
    gift_id = _read(ctx, _DISOWN, token)
    return "refused" if gift_id is None else await disown(ctx, gift_id)


async def disown(ctx: Context, gift_id: int) -> Disowned:
    """Take a gift off its supporter, once, and open a case."""
    async with ctx.db.write_money() as conn:
        gift = await gifts.by_id(conn, gift_id)
        if gift is None:
            return "refused"
        if gift.disowned_at is not None or gift.supporter_id is None:
            return "already"
        freed = replace(gift, supporter_id=None, disowned_at=ctx.clock())
        await _change(ctx, conn, "wasnt_me", gift, freed)
        await cases.open_one(ctx, conn, gift_id=gift.id, supporter_id=gift.supporter_id, kind="wasnt_me")
    return "done"


async def _change(ctx: Context, conn: Connection, why: str, before: Gift, after: Gift) -> None:
    event_id = f"obole:{why}:{before.id}"
    await apply_changes(ctx, conn, [Change(event_id=event_id, before=before, after=after)])
