"""Claim and disown gifts. A link says whom to thank; only the payer can prove that the gift is theirs.

The return page offers the claim only to a visitor with the session's id, who opened that payment page: the payer,
unless they let another person finish it. The first claim within 24 hours wins; a second one becomes a case.
"""

import base64
import binascii
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from bot.domain.codes import code_hash
from bot.domain.gifts import Gift, GiftChange, Pledge
from bot.domain.ids import time_of
from bot.domain.people import Supporter
from bot.domain.referrals import JoinedVia, ReferralOutcome
from bot.domain.rights import Right, Standing, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import outbox
from bot.store.core.outbox import Delivery
from bot.store.db import Connection
from bot.store.gifts import gifts
from bot.store.giving import own_links as own_link_rows
from bot.store.monthly import pledges as pledge_rows
from bot.store.referrals import invites
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.core import cases
from bot.usecases.gifts import duplicates, next_step
from bot.usecases.giving import own_links, proofs
from bot.usecases.money import earlier_gifts, invoice_claims, thank
from bot.usecases.money.record import apply_changes
from bot.usecases.nudges import impact_updates
from bot.usecases.referral_tree import refer
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import gifts as messages
from payments.ledger import Settled
from payments.money import Money
from payments.reference import TouchKind

Disowned = Literal["done", "already", "refused"]
GOOD_FOR = timedelta(hours=24)  # how long after a payment its page proves who paid
CLAIMED_ELSEWHERE = "claimed_elsewhere"  # the message to a supporter who was thanked for another person's gift
_CLAIM = "claim"
_DISOWN = "disown"
_MAC_BYTES = 12


def _token(ctx: Context, purpose: str, gift_id: int) -> str:
    """Return a signed token that names a gift: 32 characters of [a-z2-7], for deep links and buttons."""
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
    """Return the token with which the payer claims a gift; None if it cannot be claimed or it is too late."""
    arrived = gift.book.settled in (Settled.PAID, Settled.PENDING)
    return _token(ctx, _CLAIM, gift.id) if arrived and _is_free(gift) and _in_time(ctx, gift) else None


def _is_free(gift: Gift) -> bool:
    """Whether nobody has proved or disowned the gift; being thanked for it does not count."""
    return gift.claimed_at is None and gift.disowned_at is None


def _in_time(ctx: Context, gift: Gift) -> bool:
    return ctx.clock() - time_of(gift.id) <= GOOD_FOR


def disown_token(ctx: Context, gift: Gift) -> str | None:
    """Return the return page's token for "this wasn't me"; None if the gift has no supporter or was disowned."""
    return _token(ctx, _DISOWN, gift.id) if gift.supporter_id is not None and gift.disowned_at is None else None


async def ask(ctx: Context, supporter: Supporter, token: str) -> Reply:
    """Ask a person who followed the return page's link, or typed the code from Stripe's page, if the gift is theirs."""
    if (by_number := await invoice_claims.gift_by_number(ctx, supporter, token)) is not None:
        token = _token(ctx, _late_claim(supporter.id), by_number.id)
    async with ctx.db.read() as conn:
        if await _is_early(conn, token):
            retry = Tap(action=f"claim:{token}")
            return Reply(card=messages.claim_wait(ctx.catalog, supporter.locale, retry))
        gift = await _proved_by(ctx, conn, token, supporter.id)
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id] if gift else None
    if gift is None or campaign is None:
        return _refused(ctx, supporter)
    if not _is_free(gift):
        return await _too_late(ctx, supporter, gift)
    view = messages.ClaimView(
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at or ctx.clock()),
        monthly=gift.book.pledge is not None,
        mine=Tap(action=f"claim:{token}"),
        last_step=gift.supporter_id == supporter.id,
    )
    return Reply(card=messages.claim_ask(ctx.catalog, supporter.locale, view))


async def on_tap(ctx: Context, supporter: Supporter, token: str) -> Reply:
    """Handle « C'est mon don »: record the claim. Of two people who claim a gift, the first one gets it."""
    async with ctx.db.read() as conn:
        early = await _is_early(conn, token)
    if early:
        return await ask(ctx, supporter, token)
    async with ctx.db.write_money() as conn:
        mine = await supporters.find(
            conn, supporter.platform, supporter.external_id
        )  # may have been merged or erased since
        gift = await _proved_by(ctx, conn, token, mine.id if mine is not None else 0)
        if gift is not None and mine is not None and _is_free(gift):
            await record_proof(ctx, conn, gift, mine.id)
            await _record_referral(ctx, conn, mine, gift)
    if gift is None or mine is None:
        return _refused(ctx, supporter)
    if not _is_free(gift):
        return await _too_late(ctx, supporter, gift)
    ctx.wake()
    await earlier_gifts.prove_earlier_gifts(ctx, mine.id)
    await duplicates.ask_after_proof(ctx, gift.id)
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    steps = await next_step.after_proof(ctx, mine, gift, campaign)
    money = Money(gift.book.amount, gift.book.currency)
    monthly = await _monthly(ctx, gift)
    card = messages.claim_done(ctx.catalog, supporter.locale, money=money, next_steps=steps, monthly=monthly)
    return Reply(card=card, mode="edit")


async def _monthly(ctx: Context, gift: Gift) -> messages.MonthlyThanks | None:
    """Return what to say about a monthly gift that was just proved; None for a single one."""
    if gift.book.pledge is None:
        return None
    async with ctx.db.read() as conn:
        pledge = await pledge_rows.get(conn, gift.book.pledge)
    return None if pledge is None else monthly_thanks(ctx, pledge, is_first=True)


def monthly_thanks(ctx: Context, pledge: Pledge, *, is_first: bool) -> messages.MonthlyThanks:
    """Return what a thank-you for a monthly gift says besides: when the next is, and how to end it."""
    dates = may(pledge.standing, Right.DATES)
    return messages.MonthlyThanks(
        is_first=is_first,
        is_last=pledge.is_over,
        next_on=local_day(ctx, pledge.renews_at) if dates and pledge.renews_at and not pledge.is_over else None,
        show=Tap(action=f"mo:show:{pledge.subscription}"),
    )


async def record_proof(ctx: Context, conn: Connection, gift: Gift, supporter_id: int) -> None:
    """Record that a supporter proved to have paid a gift, with all consequences. Needs `write_money`.

    A supporter who was thanked for it before is notified that it was claimed elsewhere.
    """
    proved = await proofs.claim(ctx, conn, gift, supporter_id)
    await pledge_rows.write(conn, list(proved.pledges.values()), ctx.clock())
    await apply_changes(ctx, conn, proved.changes)
    await impact_updates.ask_after_claim(ctx, conn, supporter_id, gift.id)
    if gift.supporter_id is not None and gift.supporter_id != supporter_id:
        deliveries = await thank.deliveries_about(ctx, conn, [gift], CLAIMED_ELSEWHERE)
        await outbox.add(conn, deliveries)


async def claimed_elsewhere_card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the message to the supporter thanked first, once the payer has claimed the gift from another account."""
    return messages.claimed_elsewhere(ctx.catalog, person.locale, messages.ClaimRefusedView(charity=ctx.charity))


def _late_claim(supporter_id: int) -> str:
    """Return the purpose of a token issued for an invoice number, valid only for the supporter who sent it."""
    return f"claim:{supporter_id}"


async def _proved_by(ctx: Context, conn: Connection, token: str, supporter_id: int) -> Gift | None:
    """Return the gift that a token or code proves to be its holder's; None if it is forged, unknown or too old."""
    late = _read(ctx, _late_claim(supporter_id), token)
    if late is not None:
        return await _first_gift_of(conn, late, supporter_id)
    gift_id = _read(ctx, _CLAIM, token)
    if gift_id is None:
        link = await own_link_rows.by_code(conn, code_hash(token, own_links.PURPOSE))
        gift_id = link.gift_id if link is not None else None
    gift = await gifts.by_id(conn, gift_id) if gift_id is not None else None
    if gift is None or gift.disowned_at is not None or not _in_time(ctx, gift):
        return None
    return gift


async def _first_gift_of(conn: Connection, gift_id: int, supporter_id: int) -> Gift | None:
    """Return a monthly gift's first gift if it is still this supporter's. Such tokens do not expire."""
    gift = await gifts.by_id(conn, gift_id)
    name = gift.book.pledge if gift is not None else None
    pledge = await pledge_rows.get(conn, name) if name is not None else None
    return gift if pledge is not None and pledge.supporter_id == supporter_id else None


async def _is_early(conn: Connection, token: str) -> bool:
    """Whether this is a valid code whose payment Stripe has not reported yet."""
    link = await own_link_rows.by_code(conn, code_hash(token, own_links.PURPOSE))
    return link is not None and link.gift_id is None


async def _too_late(ctx: Context, supporter: Supporter, gift: Gift) -> Reply:
    """Reply about a gift that was claimed already.

    If it is their own, by an earlier tap or a proof of its card, say so. Otherwise open a case, since two people have
    the payer's code.
    """
    if gift.supporter_id == supporter.id:
        card = messages.claim_done(ctx.catalog, supporter.locale, money=Money(gift.book.amount, gift.book.currency))
        return Reply(card=card)
    async with ctx.db.write() as conn:
        await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=supporter.id, kind="second_claim")
    return _refused(ctx, supporter)


async def _record_referral(ctx: Context, conn: Connection, supporter: Supporter, gift: Gift) -> None:
    """Record the referral of a donor who gave on an invite's page and joined only to claim the gift. Not for staff."""
    new = supporter.gift_count == 0 and gift.book.paid_at is not None and gift.book.paid_at <= supporter.joined_at
    invite = await invites.by_id(conn, gift.touch.id) if new and gift.touch.kind is TouchKind.INVITE else None
    if invite is None or await staff.find(conn, supporter.platform, supporter.external_id) is not None:
        return
    outcome = await refer.record_referral(
        ctx,
        conn,
        supporter.id,
        invite.supporter_id,
        JoinedVia.WEB,
        certain=True,
        invite_id=invite.id,
        campaign_id=gift.campaign_id,
    )
    if outcome is ReferralOutcome.RECORDED:
        await invites.count(conn, invite.id, "joined", ctx.clock(), gift.campaign_id)


def _refused(ctx: Context, supporter: Supporter) -> Reply:
    view = messages.ClaimRefusedView(charity=ctx.charity)
    return Reply(card=messages.claim_refused(ctx.catalog, supporter.locale, view))


async def ask_wasnt_me(ctx: Context, supporter: Supporter, gift: Gift) -> Reply:
    """Ask to confirm « Ce n'était pas moi » before the gift leaves their list."""
    return await _wasnt_me_reply(ctx, supporter, gift, Tap(action=f"err:{gift.id}:sure"))


async def wasnt_me(ctx: Context, supporter: Supporter, gift: Gift) -> Reply:
    """Disown the gift, which becomes anonymous, and open a case."""
    await disown(ctx, gift.id, by_payer=gift.standing is Standing.PROVED)
    return await _wasnt_me_reply(ctx, supporter, gift, None)


async def _wasnt_me_reply(ctx: Context, supporter: Supporter, gift: Gift, confirm: Tap | None) -> Reply:
    async with ctx.db.read() as conn:
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    card = messages.wasnt_me(
        ctx.catalog,
        supporter.locale,
        charity=ctx.charity,
        campaign=campaign.authored,
        money=Money(gift.book.amount, gift.book.currency),
        paid_on=local_day(ctx, gift.book.paid_at or ctx.clock()),
        confirm=confirm,
    )
    return Reply(card=card, mode="edit")


async def disown_by_token(ctx: Context, token: str) -> Disowned:
    """Disown the gift that the return page's token names. Repeating it changes nothing."""
    gift_id = _read(ctx, _DISOWN, token)
    return "refused" if gift_id is None else await disown(ctx, gift_id)


async def disown(ctx: Context, gift_id: int, *, by_payer: bool = True) -> Disowned:
    """Detach a gift from its supporter, once, and open a case.

    `by_payer`: False if the supporter was only thanked for it, so that the payer can still claim it.
    """
    async with ctx.db.write_money() as conn:
        gift = await gifts.by_id(conn, gift_id)
        if gift is None:
            return "refused"
        if gift.disowned_at is not None or gift.supporter_id is None:
            return "already"
        await _detach(ctx, conn, gift, by_payer=by_payer)
        await cases.open_case(ctx, conn, gift_id=gift.id, supporter_id=gift.supporter_id, kind="wasnt_me")
    return "done"


async def _detach(ctx: Context, conn: Connection, gift: Gift, *, by_payer: bool) -> None:
    """Detach a gift, or a whole monthly gift, from its supporter, and revoke what its card or customer proved."""
    detached, name = [gift], gift.book.pledge
    if name is not None:
        detached = [g for g in await gifts.by_names(conn, [], [name]) if g.supporter_id == gift.supporter_id]
        row = await pledge_rows.get(conn, name)
        if row is not None and row.supporter_id == gift.supporter_id:
            freed = replace(row, supporter_id=None, claimed_at=None, legacy=False)
            await pledge_rows.write(conn, [freed], ctx.clock())
    disowned_at = ctx.clock() if by_payer else None
    changes = [
        GiftChange(
            event_id=f"obole:wasnt_me:{before.id}",
            before=before,
            after=replace(before, supporter_id=None, claimed_at=None, disowned_at=disowned_at),
        )
        for before in detached
    ]
    await apply_changes(ctx, conn, changes)
    if gift.supporter_id is not None:
        lost = await proofs.revoke(conn, gift.supporter_id, {g.payer for g in detached if g.payer})
        await pledge_rows.write(conn, list(lost.pledges.values()), ctx.clock())
        await apply_changes(ctx, conn, lost.changes)
