"""Everything stored about one person, as their own copy of it lists it.

PARTS says which columns a copy has, OMITTED and OMITTED_TABLES which it does not, and why; a test compares them with
the schema.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.broadcasts.tables import broadcast_opt_out, recipient
from bot.store.campaigns.tables import campaign
from bot.store.core.notices import of_kind
from bot.store.core.tables import delivery, notice
from bot.store.db import any_of
from bot.store.gifts.tables import error_case, gift
from bot.store.giving.tables import own_link, payer_proof
from bot.store.inbox.tables import blocked, name_hidden
from bot.store.monthly.tables import pledge
from bot.store.nudges.tables import decision, nudge_end
from bot.store.quick_give.tables import card_terms, saved_card
from bot.store.referrals.tables import circle, circle_shown, invite, invite_link, recognition, referral, share_prompt
from bot.store.supporters.tables import address, preference, preference_change, supporter
from payments.ledger import Settled

_ALL: ColumnElement[bool] = true()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of one table: whose they are (`owner` is a supporter's id), which of them, and the columns shown."""

    name: str  # in the copy
    table: Table
    owner: ColumnElement[bool]
    columns: str  # separated by spaces
    only: ColumnElement[bool] = _ALL
    inferred: bool = False  # derived or decided by us, not collected from the person


def _of(table: Table) -> ColumnElement[bool]:
    return table.c.supporter_id.in_(any_of("ids"))


_ADDRESSES = select(address.c.id).where(_of(address))
_INVITES = select(invite.c.id).where(_of(invite))
_CARDS = select(saved_card.c.id).where(_of(saved_card))
_DECISIONS = select(decision.c.id).where(_of(decision))
_KNOWN = gift.c.settled != int(Settled.UNKNOWN)  # paid, on its way or failed; else not even its amount is known
_ACCOUNT = "platform external_id locale locale_chosen time_zone reachable unreachable_since wrote_at installed_at dm_at"
_GIFT = "campaign_id paid_at amount currency state late touch_kind claimed_at disowned_at refunds charge_refunded"
_STRIPE = "disputes payment_intent invoice pledge session charge receipt_url"
_PLEDGE = "campaign_id subscription status said_at minor currency changed_at session claimed_at renews_at ends_at"
_PROVED = select(gift.c.id).where(_of(gift), gift.c.claimed_at.is_not(None))
# A case about a gift that another person may have paid says what happened to it.
_PROVED_CASE = or_(error_case.c.gift_id.is_(None), error_case.c.gift_id.in_(_PROVED))

PARTS: tuple[Part, ...] = (
    Part(
        name="person", table=supporter, owner=supporter.c.id.in_(any_of("ids")),
        columns="joined_at snoozed_until adult adult_at",
    ),
    Part(name="accounts", table=address, owner=_of(address), columns=f"{_ACCOUNT} gave_at awaits awaits_until"),
    Part(name="preferences", table=preference, owner=_of(preference), columns="kind accepted changed_at"),
    Part(
        name="preference_changes", table=preference_change, owner=_of(preference_change),
        columns="kind accepted at wording",
    ),
    Part(
        name="gifts", table=gift, owner=_of(gift), columns=f"{_GIFT} {_STRIPE}",
        only=_KNOWN & gift.c.claimed_at.is_not(None),
    ),
    Part(
        name="unconfirmed_gifts", table=gift, owner=_of(gift), columns="paid_at amount currency",
        only=_KNOWN & gift.c.claimed_at.is_(None),
    ),
    Part(
        name="monthly_gifts", table=pledge, owner=_of(pledge), columns=_PLEDGE, only=pledge.c.claimed_at.is_not(None)
    ),
    Part(
        name="unconfirmed_monthly_gifts", table=pledge, owner=_of(pledge), columns="minor currency",
        only=pledge.c.claimed_at.is_(None),
    ),
    Part(
        name="payment_links", table=own_link, owner=_of(own_link),
        columns="campaign_id minor currency monthly made_at active",
    ),
    Part(name="confirmed_cards", table=payer_proof, owner=_of(payer_proof), columns="proved_at"),
    Part(
        name="saved_cards", table=saved_card, owner=_of(saved_card),
        columns="brand last4 exp_month exp_year customer payment_method claimed_at used_at removed_at removed_why",
    ),
    Part(
        name="saved_card_terms", table=card_terms, owner=card_terms.c.card_id.in_(_CARDS),
        columns="terms agreed_at",
    ),
    Part(
        name="messages", table=delivery, owner=delivery.c.address_id.in_(_ADDRESSES),
        columns="platform message state due_at claimed_at done_at",
    ),
    Part(
        name="broadcasts", table=recipient, owner=_of(recipient),
        columns="broadcast_id platform external_id locale asks silent state due_at claimed_at done_at revision",
    ),
    Part(name="broadcasts_stopped", table=broadcast_opt_out, owner=_of(broadcast_opt_out), columns="broadcast_id at"),
    Part(
        name="cases", table=error_case, owner=_of(error_case), columns="kind opened_at due_at closed_at",
        only=_PROVED_CASE,
    ),
    Part(name="invite", table=invite, owner=_of(invite), columns="code made_at words"),
    Part(
        name="invite_links", table=invite_link, owner=invite_link.c.invite_id.in_(_INVITES),
        columns="platform place code made_at gone_at",
    ),
    Part(
        name="joined_through", table=referral, owner=_of(referral),
        columns="how certain at settled_at campaign_id told_at",
    ),
    Part(name="blocked", table=blocked, owner=_of(blocked), columns="at"),
    Part(name="name_hidden", table=name_hidden, owner=_of(name_hidden), columns="at"),
    Part(
        name="next_reminder", table=supporter, owner=supporter.c.id.in_(any_of("ids")),
        columns="next_nudge_at deceased_at", inferred=True,
    ),
    Part(
        name="reminders", table=decision, owner=_of(decision),
        columns="campaign_id policy text arm propensity due_at", inferred=True,
    ),
    Part(
        name="reminders_ended", table=nudge_end, owner=nudge_end.c.decision_id.in_(_DECISIONS), columns="kind at",
        inferred=True,
    ),
    Part(name="giving_history", table=recipient, owner=_of(recipient), columns="broadcast_id part", inferred=True),
    Part(name="share_prompts", table=share_prompt, owner=_of(share_prompt), columns="shown at", inferred=True),
    Part(name="circle", table=circle, owner=_of(circle), columns="people_direct people_below", inferred=True),
    Part(name="circle_shown", table=circle_shown, owner=_of(circle_shown), columns="at figures", inferred=True),
    Part(name="thanks_for_inviting", table=recognition, owner=_of(recognition), columns="people at", inferred=True),
)  # fmt: skip

_ID = "a number of ours, which says nothing"
_HASH = "a keyed hash, which nobody can read"
_OTHERS = "says something about another person"
_STAFF = "says who on the team did it"
_OFFLINE = "gifts that staff entered are linked to nobody"
_LISTED = "follows from the gifts listed"
_PAGE = "the page at Stripe, which others may have asked for"
_SENDING = "how the message was sent, not what is known about the person"
# table.column that is not in the copy: why
OMITTED: Mapping[str, str] = {
    "address.dm_channel": "Discord's number of the conversation, for sending",
    "address.id": _ID,
    "address.supporter_id": _ID,
    "blocked.by": _STAFF,
    "blocked.supporter_id": _ID,
    "broadcast_opt_out.supporter_id": _ID,
    "circle.donors_below": _OTHERS,
    "circle.donors_direct": _OTHERS,
    "circle.supporter_id": _ID,
    "circle_shown.supporter_id": _ID,
    "decision.id": _ID,
    "decision.reason": "can name a gift that is not confirmed",
    "decision.supporter_id": _ID,
    "delivery.address_id": _ID,
    "delivery.args": "can name the inviter or the team; the message itself is in the chat",
    "delivery.attempts": _SENDING,
    "delivery.error": _SENDING,
    "delivery.id": _ID,
    "delivery.lane": _SENDING,
    "error_case.gift_id": _ID,
    "error_case.id": _ID,
    "error_case.supporter_id": _ID,
    "gift.balance_transaction": "how Stripe books it for the organization",
    "gift.banked": _OFFLINE,
    "gift.counted": _LISTED,
    "gift.day": _LISTED,
    "gift.fee": "what Stripe charges the organization",
    "gift.fee_currency": "what Stripe charges the organization",
    "gift.forgotten": "never set before /forget",
    "gift.id": _ID,
    "gift.origin": _OFFLINE,
    "gift.payer": _HASH,
    "gift.settled": _LISTED,
    "gift.supporter_id": _ID,
    "gift.touch_id": "can be another person's invite",
    "invite.id": _ID,
    "invite.supporter_id": _ID,
    "invite.told_staff_at": _OTHERS,
    "invite_link.id": _ID,
    "invite_link.invite_id": _ID,
    "invite_link.used_at": _OTHERS,
    "invite_link.uses": _OTHERS,
    "name_hidden.by": _STAFF,
    "name_hidden.supporter_id": _ID,
    "notice.due_at": _SENDING,
    "notice.attempts": _SENDING,
    "notice.id": _ID,
    "notice.key": _ID,
    "notice.kind": "always the same",
    "notice.said_at": _SENDING,
    "notice.stale": _SENDING,
    "nudge_end.decision_id": _ID,
    "own_link.code_hash": _HASH,
    "own_link.gift_id": _OTHERS,
    "own_link.id": _ID,
    "own_link.stripe_id": "a page to pay on",
    "own_link.supporter_id": _ID,
    "own_link.url": "a page to pay on",
    "payer_proof.payer": _HASH,
    "payer_proof.supporter_id": _ID,
    "pledge.legacy": "how an earlier version stored it",
    "pledge.payer": _HASH,
    "pledge.supporter_id": _ID,
    "preference.supporter_id": _ID,
    "preference_change.id": _ID,
    "preference_change.supporter_id": _ID,
    "recipient.address_id": _ID,
    "recipient.attempts": _SENDING,
    "recipient.chat_id": _SENDING,
    "recipient.error": _SENDING,
    "recipient.message_id": _SENDING,
    "recipient.supporter_id": _ID,
    "recognition.supporter_id": _ID,
    "referral.candidates": _OTHERS,
    "referral.invite_id": _OTHERS,
    "referral.inviter_id": _OTHERS,
    "referral.supporter_id": _ID,
    "card_terms.card_id": _ID,
    "card_terms.shown_at": _PAGE,
    "card_terms.version": "the number of the terms, which are listed",
    "saved_card.asked_at": _PAGE,
    "saved_card.asked_by": _OTHERS,
    "saved_card.code_hash": _HASH,
    "saved_card.gone_at": "when Stripe had removed it too",
    "saved_card.id": _ID,
    "saved_card.payer": _HASH,
    "saved_card.session": _PAGE,
    "saved_card.supporter_id": _ID,
    "share_prompt.gift_id": _ID,
    "share_prompt.supporter_id": _ID,
    "supporter.arm_of": "decides the group, which is listed with each reminder",
    "supporter.erased_at": "never set before /forget",
    "supporter.first_gift_at": _LISTED,
    "supporter.gift_count": _LISTED,
    "supporter.id": _ID,
    "supporter.last_gift_at": _LISTED,
    "supporter.merged_into": _ID,
}

# Tables of which nothing is in the copy: their columns, and why.
OMITTED_TABLES: Mapping[str, tuple[str, str]] = {
    "account_act": ("id account kind at", _HASH),
    "account_bar": ("account kind at", _HASH),
    "audit": ("id at staff_id actor action details", _STAFF),
    "broadcast_post": (
        "broadcast_id place_id state due_at attempts error chat_id message_id revision done_at",
        "a message in a channel or group",
    ),
    "campaign_donor": ("campaign_id supporter_id gift_count", _LISTED),
    "circle_money": ("supporter_id currency gifts_direct gifts_below minor_direct minor_below", _OTHERS),
    "draft": (
        "id kind body picture version changed_at changed_by",
        "what the team is writing; answers that were sent are in the chat",
    ),
    "entry": ("id gift_id event_id at payout_id day", _LISTED),
    "gift_match": ("gift_id match_id minor", _LISTED),
    "imported_gift": ("gift_id import_id key receipted_by received_from", _OFFLINE),
    "invite_count": ("invite_id day kind campaign_id number", _OTHERS),
    "left_before": ("hash at", _HASH),
    "lineage": ("supporter_id parent_id ancestors", _OTHERS),
    "link_code": (
        "hash id supporter_id address_id expires_at typed_by agreed_at",
        "a hash that expires within minutes",
    ),
    "movement": (
        "id payout_id gift_id kind type currency gross fee source payment_intent presented_currency presented"
        " created_at available_at",
        "how Stripe books gifts for the organization",
    ),
    "my_data_file": (
        "id supporter_id platform chat_id message_id sent_at delete_at",
        "a file of this kind in the chat, until it is deleted there",
    ),
    "my_data_link": ("token_hash supporter_id expires_at", "a hash that expires within a day"),
    "notice_copy": ("platform chat_id message_id notice_id target", _STAFF),
    "offline_gift": (
        "gift_id batch received_on banked_on slip_id note entered_by entered_at approved_by taken_back_at taken_back_by"
        " taken_back_why",
        _OFFLINE,
    ),
    "one_time_message": (
        "supporter_id about at",
        "so that a message is sent once; can name a gift that is not confirmed",
    ),
    "place": ("id platform chat_id title purpose is_open locales added_at lost_at thread_id", "a channel or group"),
    "posted_card": (
        "id campaign_id platform chat_id message_id locale shown_version edited_at gone_at posted_at asked_at away_at",
        "a card in a channel or group",
    ),
    "posting": ("entry_id account currency minor", _LISTED),
    "private_answer": ("address_id campaign_id token expires_at", "a token of Discord that expires within minutes"),
    "progress_message": (
        "broadcast_id platform chat_id message_id target locale shown edited_at",
        "a message to the team",
    ),
    "refund_order": ("id gift_id minor reason staff_id made_at confirmed_at try_at attempts refund_id refused", _STAFF),
    "relay": ("delivery_id at", _ID),
    "reply_origin": ("platform chat_id message_id about draft_id delivery_id at", _STAFF),
    "staff": (
        "id platform external_id role label finance locale added_by added_at removed_at expects expects_until"
        " role_guild",
        "the team, whose members are not asked by /mydata",
    ),
    "stripe_event": (
        "id type created_at received_at state waits_for error attempts try_at body came_by",
        "not processed yet, or only a number of Stripe's",
    ),
    "to_repath": ("supporter_id", "a queue of ids, empty within minutes"),
}

LETTERS = (notice.c.made_at, notice.c.args)  # what they wrote to the team: `letters`
Rows = list[dict[str, Any]]


async def rows(conn: AsyncConnection, part: Part, ids: Sequence[int]) -> Rows:
    """Return one part of what is stored about a person, whose supporters have these ids, the oldest rows first."""
    columns = [_shown(part.table, name) for name in part.columns.split()]
    query = select(*columns).where(part.owner, part.only).order_by(*part.table.primary_key.columns)
    found = await conn.execute(query, {"ids": list(ids)})
    return [dict(row) for row in found.mappings()]


def _shown(table: Table, name: str) -> ColumnElement[Any]:
    """Return a column; of a campaign its name in commands, and its currency where the table has none."""
    if name != "campaign_id" and name in table.c:
        return table.c[name]
    of_campaign, label = (campaign.c.slug, "campaign") if name == "campaign_id" else (campaign.c[name], name)
    return select(of_campaign).where(campaign.c.id == table.c.campaign_id).scalar_subquery().label(label)


async def letters(conn: AsyncConnection, ids: Sequence[int]) -> Rows:
    """Return what a person wrote to the team, as far as it is still kept."""
    mine = or_(*(of_kind("words", f"words:{each}:") for each in ids))
    found = await conn.execute(select(*LETTERS).where(mine).order_by(notice.c.made_at))
    return [{"at": row.made_at, "text": row.args["text"]} for row in found if row.args.get("text")]
