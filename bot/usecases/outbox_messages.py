"""Messages from the outbox, rendered when they are sent: the key and its arguments become a Card."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.ids import time_of
from bot.domain.late import NAMES_DAY_AFTER
from bot.domain.people import Supporter
from bot.domain.quiet import ENDS_FOR_NUDGES, known_zone, quiet_until
from bot.domain.rights import Right, may
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import outbox, private_replies, switches
from bot.store.core.outbox import Delivery, Lane, SendOutcome, State
from bot.store.gifts import gifts
from bot.store.inbox.inbox import CORRECTED, RELAYED
from bot.store.monthly import pledges
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.core import cases
from bot.usecases.core.send_errors import Deferred, Obsolete, OnHold
from bot.usecases.gifts import claim, duplicates, my_gifts, next_step
from bot.usecases.giving import campaign_cards, give
from bot.usecases.inbox import inbox
from bot.usecases.matching import matching
from bot.usecases.money import invoice_claims, monthly_news
from bot.usecases.monthly import confirm as monthly_confirm
from bot.usecases.nudges import cards as nudge_cards
from bot.usecases.nudges import impact_updates
from bot.usecases.ports import PrivateReply
from bot.usecases.preferences import preferences
from bot.usecases.referral_tree import thank_inviter
from bot.usecases.referrals import invite_handlers, invited_by
from bot.usecases.supporters import linking, linking_handlers
from content.cards import Card, Tap
from content.messages import gifts as messages
from content.messages import money as refund_messages
from payments.ledger import Settled
from payments.money import Money

_NOT_WRITTEN = "has neither written to the bot nor installed it"
_MOST_AT_ONCE = 3  # parked messages shown in one reply
_REPLACING = ("thanks", "pending", "failed")  # may replace the card with amounts; a refund keeps the thank-you
# Automatic messages that a freeze holds back; reminders and impact updates check it in their own code.
_AUTOMATIC = (
    *("consent", "recognition", "friend_gave", "pledge_moved", invoice_claims.ASK_EARLIER),
    *(invited_by.WHO_INVITED, invited_by.INVITED_BY),
)
# Service messages about something that happened: they name the day if they come late.
_NAME_THEIR_DAY = ("pending", "failed", "refund", "refund_failed", "renewal_failed", "pledge_ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message ready to send. `private_reply`: edit this first (Discord); `may_write`: a DM is allowed too.

    `repeated`: the card for that DM, which says that it is about the same gift.
    """

    card: Card
    repeated: Card | None = None
    private_reply: PrivateReply | None = None
    may_write: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _GiftMessage:
    gift: Gift
    campaign: Campaign
    person: Supporter
    delivery: Delivery

    def money(self) -> Money:
        return Money(self.gift.book.amount, self.gift.book.currency)


async def render(ctx: Context, delivery: Delivery, person: Supporter) -> Rendered:
    """Render a message for one person.

    Raises OnHold if they may not be written to at present, Deferred if it is too early, Obsolete if the message is no
    longer true.
    """
    if person.is_erased:  # since the last attempt
        raise Obsolete("they asked to be forgotten")
    if person.deceased_at is not None:
        raise Obsolete("they have died")
    if delivery.message in APART_FROM_GIFTS:
        return await _render_apart(ctx, delivery, person)
    message = await _gift_message(ctx, delivery, person)
    async with ctx.db.read() as conn:
        current = await private_replies.current(conn, person.address_id, message.campaign.id, ctx.clock())
    replaces = delivery.message in _REPLACING
    reply = PrivateReply(token=current[0], expires_at=current[1]) if current and replaces else None
    if not person.may_be_written and reply is None:
        raise OnHold(_NOT_WRITTEN)
    card = _dated(ctx, delivery, person, await MESSAGES[delivery.message](ctx, message))
    repeated = messages.seen_before(ctx.catalog, person.locale, card) if reply is not None else None
    return Rendered(card=card, repeated=repeated, private_reply=reply, may_write=person.may_be_written)


def _dated(ctx: Context, delivery: Delivery, person: Supporter, card: Card) -> Card:
    """Return the card with the day of what it reports, if that is some time ago."""
    if delivery.message not in _NAME_THEIR_DAY:
        return card
    at = datetime.fromtimestamp(int(delivery.args["at"]), UTC) if "at" in delivery.args else time_of(delivery.id)
    if ctx.clock() - at <= NAMES_DAY_AFTER:
        return card
    return refund_messages.dated(ctx.catalog, person.locale, card, local_day(ctx, at))


async def _render_apart(ctx: Context, delivery: Delivery, person: Supporter) -> Rendered:
    """Render a message that is not about one gift; it never replaces a private reply."""
    async with ctx.db.read() as conn:
        frozen = delivery.message in _AUTOMATIC and await switches.is_frozen(conn)
    if frozen:
        raise Deferred(None, "everything automatic stands still")
    if not person.may_be_written:
        refusal = OnHold if delivery.lane <= Lane.SERVICE else Obsolete  # an appeal is not parked
        raise refusal(_NOT_WRITTEN)
    return Rendered(card=await _card(ctx, delivery, person))


async def _card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    if delivery.message in APART_FROM_GIFTS:
        card = await APART_FROM_GIFTS[delivery.message](ctx, delivery, person)
    else:
        card = await MESSAGES[delivery.message](ctx, await _gift_message(ctx, delivery, person))
    if delivery.is_shown:
        card = messages.seen_before(ctx.catalog, person.locale, card)
    return _dated(ctx, delivery, person, card)


async def waiting_cards(ctx: Context, address_id: int) -> tuple[tuple[int, Card], ...]:
    """Return the messages parked until this person appears again, as (delivery id, card), the oldest first.

    Where something did, they are read again: what they just did may have changed their language, or who they are.
    """
    async with ctx.db.read() as conn:
        parked = await outbox.parked_for(conn, address_id)
        person = (await supporters.by_address_ids(conn, [address_id])).get(address_id) if parked else None
    if person is None or not person.reachable or person.deceased_at is not None:
        return ()
    cards: list[tuple[int, Card]] = []
    obsolete = []
    for delivery in parked:
        if len(cards) == _MOST_AT_ONCE:
            break
        try:
            cards.append((delivery.id, await _card(ctx, delivery, person)))
        except Obsolete as why:
            obsolete.append(SendOutcome(id=delivery.id, state=State.DROPPED, error=str(why)))
        except Deferred:
            pass  # a later time
    if obsolete:  # or they would stay in front of newer ones
        async with ctx.db.write() as conn:
            await outbox.mark(conn, obsolete, ctx.clock())
    return tuple(cards)


async def note_shown(ctx: Context, delivery_ids: Sequence[int]) -> None:
    """Mark parked messages as sent once they were shown."""
    outcomes = [SendOutcome(id=delivery_id, state=State.SENT) for delivery_id in delivery_ids]
    async with ctx.db.write() as conn:
        await outbox.mark(conn, outcomes, ctx.clock())


async def _gift_message(ctx: Context, delivery: Delivery, person: Supporter) -> _GiftMessage:
    async with ctx.db.read() as conn:
        gift = await gifts.by_id(conn, int(delivery.args["gift"]))
        assert gift is not None
        if gift.supporter_id != person.id:  # claimed by another account, or disowned
            raise Obsolete("the gift is not theirs any more")
        campaign = (await campaign_rows.by_ids(conn, [gift.campaign_id]))[gift.campaign_id]
    return _GiftMessage(gift=gift, campaign=campaign, person=person, delivery=delivery)


async def _thanks(ctx: Context, message: _GiftMessage) -> Card:
    gift, campaign, locale = message.gift, message.campaign, message.person.locale
    if (unproved := await monthly_confirm.thanks_card(ctx, message.person, gift, campaign)) is not None:
        return unproved
    monthly = await _monthly(ctx, message)
    if monthly is not None and not monthly.is_first:
        _wait_for_morning(ctx, message)
    paid_at = gift.book.paid_at or ctx.clock()
    own_currency = gift.book.currency == campaign.goal.currency
    steps = await next_step.below_thanks(ctx, message.person, gift, campaign)
    async with ctx.db.read() as conn:
        match = await matching.match_of_gift(conn, gift, campaign)
    view = messages.ThanksView(
        charity=ctx.charity,
        campaign=campaign.authored,
        money=message.money(),
        progress=campaign_cards.progress_of(campaign) if own_currency else None,
        statement=ctx.statement,
        paid_on=local_day(ctx, paid_at) if ctx.clock() - paid_at > NAMES_DAY_AFTER else None,
        late=gift.late,
        sponsor=match[0].sponsor[locale] if match else "",
        matched=match[1] if match else None,
        ended_on=campaign.last_day if gift.late else None,
        error=Tap(action=f"err:{gift.id}"),
        next_steps=steps,
        monthly=monthly,
    )
    return messages.thanks(ctx.catalog, locale, view)


async def _monthly(ctx: Context, message: _GiftMessage) -> messages.MonthlyThanks | None:
    """Return what the thank-you for a monthly gift says besides; None for a single one."""
    name, paid_at = message.gift.book.pledge, message.gift.book.paid_at
    if name is None:
        return None
    async with ctx.db.read() as conn:
        pledge = await pledges.get(conn, name)
        is_renewal = paid_at is not None and await pledges.has_earlier_gift(conn, name, paid_at)
    if pledge is None:
        return None
    return claim.monthly_thanks(ctx, pledge, is_first=not is_renewal)


def _wait_for_morning(ctx: Context, message: _GiftMessage) -> None:
    """Raise Deferred for a renewal during the donor's night: it answers nothing that they just did."""
    zone = known_zone(message.person.time_zone, ctx.zone)
    if (awake := quiet_until(ctx.clock(), zone, ENDS_FOR_NUDGES)) is not None:
        raise Deferred(awake, "they sleep")


async def _pending(ctx: Context, message: _GiftMessage) -> Card:
    settled, known = message.gift.book.settled, may(message.gift.standing, Right.OUTCOME)
    if settled in (Settled.PENDING, Settled.PAID) and not known:  # the only message before a proof
        unproved = await monthly_confirm.thanks_card(ctx, message.person, message.gift, message.campaign)
        if unproved is not None or settled is Settled.PAID:
            return unproved or await _thanks(ctx, message)
    if settled is not Settled.PENDING:
        raise Obsolete("the money has arrived, or has not, by now")
    confirm = None if known else my_gifts.confirm_tap(message.gift)
    return messages.payment_pending(
        ctx.catalog, message.person.locale, campaign=message.campaign.authored, money=message.money(), confirm=confirm
    )


async def _failed(ctx: Context, message: _GiftMessage) -> Card:
    if not may(message.gift.standing, Right.OUTCOME):
        raise Obsolete("nobody knows whether they are its payer")
    gift, campaign = message.gift, message.campaign
    if gift.book.pledge is not None:  # the first debit of a monthly gift
        retry = Tap(action=f"mo:begin:{campaign.id}:{gift.book.amount}")
    else:
        retry = give.show_tap(campaign, gift.book.amount, gift.touch)
    return messages.payment_failed(
        ctx.catalog, message.person.locale, campaign=message.campaign.authored, money=message.money(), retry=retry
    )


async def _refund(ctx: Context, message: _GiftMessage) -> Card:
    if not may(message.gift.standing, Right.REFUNDS):
        raise Obsolete("nobody knows whether they are its payer")
    if message.gift.book.refunded.minor < int(message.delivery.args["refunded"]):
        raise Obsolete("the refund has failed since")
    return messages.refund_notice(
        ctx.catalog,
        message.person.locale,
        charity=ctx.charity,
        campaign=message.campaign.authored,
        money=message.money(),
        refunded=Money(int(message.delivery.args["refunded"]), message.gift.book.currency),
    )


async def _refund_failed(ctx: Context, message: _GiftMessage) -> Card:
    if not may(message.gift.standing, Right.REFUNDS):
        raise Obsolete("nobody knows whether they are its payer")
    if message.gift.book.refunded.minor > int(message.delivery.args["refunded"]):
        raise Obsolete("it has been refunded again since")
    failed = Money(int(message.delivery.args["failed"]), message.gift.book.currency)
    locale, about = message.person.locale, message.campaign.authored
    return refund_messages.refund_failed(ctx.catalog, locale, ctx.charity, about, failed)


MESSAGES: Mapping[str, Callable[[Context, _GiftMessage], Awaitable[Card]]] = {
    "thanks": _thanks,
    "pending": _pending,
    "failed": _failed,
    "refund": _refund,
    "refund_failed": _refund_failed,
}
APART_FROM_GIFTS: Mapping[str, Callable[[Context, Delivery, Supporter], Awaitable[Card]]] = {
    "nudge": nudge_cards.card,
    "bilan": impact_updates.gift_update_card,
    "year": impact_updates.year_card,
    "consent": preferences.consent_card,
    "recognition": thank_inviter.card,
    "friend_gave": invite_handlers.friend_gave_card,
    invited_by.WHO_INVITED: invited_by.who_invited_card,
    invited_by.INVITED_BY: invited_by.invited_by_card,
    linking.CONFIRM: linking_handlers.link_confirm_card,
    linking.LINKED: linking_handlers.linked_card,
    linking.REFUSED: linking_handlers.link_refused_card,
    RELAYED: inbox.relayed_card,
    CORRECTED: inbox.relayed_card,
    cases.CASE_OVER: cases.closed_card,
    "double": duplicates.question_card,
    "renewal_failed": monthly_news.failed_card,
    "pledge_ended": monthly_news.ended_card,
    "pledge_moved": monthly_news.moved_card,
    invoice_claims.ASK_EARLIER: monthly_confirm.earlier_donor_card,
    claim.CLAIMED_ELSEWHERE: claim.claimed_elsewhere_card,
}
