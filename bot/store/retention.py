"""How long rows of each table are stored. Expired rows are deleted in small batches that block no one.

Each table has its place in one of RETENTION, ELSEWHERE and KEPT; a test fails otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, TextClause, bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.core.tables import DELIVERY_OVER, audit, delivery, notice, notice_copy
from bot.store.db import any_of
from bot.store.giving.tables import own_link
from bot.store.inbox.tables import relay
from bot.store.money.tables import stripe_event
from bot.store.quick_give.tables import card_terms, saved_card


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Delete rows of `table` whose `since` is older than `kept`, filtered by `only`, with the rows referring to them by
    `parts`.
    """

    table: Table
    since: str
    kept: timedelta
    only: ColumnElement[bool] | TextClause | None = None
    parts: tuple[ColumnElement[int], ...] = ()


# A test compares this with docs/privacy.md and its French twin.
RETENTION = (
    # A failed reply to a supporter must still be reported; until then its row is in `relay`.
    Retention(
        table=delivery,
        since="done_at",
        kept=timedelta(days=90),
        only=text(DELIVERY_OVER) & delivery.c.id.not_in(select(relay.c.delivery_id)),
    ),
    # Stripe repeats nothing older than 30 days, and applying an event twice does no harm.
    Retention(
        table=stripe_event,
        since="received_at",
        kept=timedelta(days=90),
        only=stripe_event.c.state.in_(("applied", "ignored")),
    ),
    Retention(
        table=notice,
        since="made_at",
        kept=timedelta(days=365),
        parts=(notice_copy.c.notice_id,),
    ),
    Retention(table=audit, since="at", kept=timedelta(days=3 * 365)),
    # A link cannot be paid a day after it was closed, and Stripe repeats no payment older than 30 days.
    Retention(table=own_link, since="made_at", kept=timedelta(days=90), only=text("NOT active")),
    # What a person agreed to outlasts the card, in case a payment with it is disputed.
    Retention(
        table=saved_card,
        since="gone_at",
        kept=timedelta(days=365),
        only=text("gone_at IS NOT NULL"),
        parts=(card_terms.c.card_id,),
    ),
)

# Deleted by a function of `bot`: which one, and when.
ELSEWHERE: Mapping[str, str] = {
    "account_act": "usecases.core.rate_limits.prune: after a day, when no limit counts it",
    "account_bar": "usecases.core.rate_limits.prune: 30 days after a person was forgotten",
    "blocked": "store.inbox.inbox.unblock: when staff lift it; few",
    "card_terms": "store.retention.delete_some: with its card, a year after that was removed",
    "draft": "usecases.inbox.inbox.prune: answers to supporters after a day; usecases.money.offline.prune: gifts "
    "outside Stripe after 30 days; the others when they become something",
    "lease": "store.core.leases.release: when its process stops; one for each bot",
    "left_before": "usecases.referrals.newcomers.prune: after 400 days",
    "link_code": "usecases.supporters.linking.create_code: once expired, when anyone creates another",
    "my_data_file": "usecases.supporters.my_data_delivery.delete_due: with the file in the chat, two days at most",
    "my_data_link": "usecases.supporters.my_data_link.use: when used; expired ones when anyone asks for another",
    "name_hidden": "store.inbox.inbox.show_name: when staff lift it; few",
    "notice_copy": "store.retention.delete_some: with its notice",
    "payer_proof": "usecases.supporters.forgetting.forget: on request; returning donors prove a card once",
    "preference": "usecases.supporters.forgetting.forget: on request",
    "private_answer": "usecases.money.reconcile.prune: some hours after its token has ended",
    "progress_message": "store.broadcasts.progress_messages.drop: when the broadcast it shows is over",
    "recipient": "usecases.core.prune.delete_old: summed up in recipient_sum 180 days after the broadcast",
    "reply_origin": "store.inbox.inbox.erase_old_messages: after 30 days",
    "relay": "usecases.inbox.inbox.finish_replies: when staff were notified of their reply's outcome",
    "staff_code": "store.staff.staff.drop_codes: when another is made; used ones record who admitted whom, and are few",
    "staff_role": "store.staff.staff.drop_discord_role: when staff take it back",
    "to_repath": "usecases.referral_tree.refer.tick: when the path was written",
}

# Stored permanently: why.
_FIGURES = "figures by day and period; they identify nobody"
_BOOKS = "the books: gifts, who is credited for them, and refunds"
_REACH = "referrals and their results: a few rows for each supporter, counted in every figure"
_ONCE = "so that each supporter gets the message only once"
_SET_UP = "what staff set up: few"
_EXPERIMENT = "the experiment on reminders is counted from all of them"
_REPORT = "reports on broadcasts: a few rows for each"
KEPT: Mapping[str, str] = {
    **dict.fromkeys(("entry", "error_case", "gift", "gift_match", "pledge", "posting", "refund_order"), _BOOKS),
    **dict.fromkeys(("deposit_slip", "offline_gift"), "the books: gifts outside Stripe, and when they were deposited"),
    **dict.fromkeys(("gift_import", "imported_gift"), "so that a file that is imported again adds no gift twice"),
    **dict.fromkeys(("movement", "payout"), "the books: what moved the Stripe balance, which identifies nobody"),
    **dict.fromkeys(("circle", "circle_money", "invite", "invite_link", "lineage", "referral", "share_prompt"), _REACH),
    **dict.fromkeys(("donor_count", "gift_sum"), _FIGURES),
    **dict.fromkeys(("one_time_message", "recognition"), _ONCE),
    **dict.fromkeys(("decision", "nudge_end"), _EXPERIMENT),
    **dict.fromkeys(("broadcast", "broadcast_opt_out", "broadcast_post", "broadcast_tap", "recipient_sum"), _REPORT),
    **dict.fromkeys(("campaign", "campaign_other", "campaign_picture", "match_period", "milestone"), _SET_UP),
    **dict.fromkeys(("invite_place", "nudge_policy", "place", "posted_card", "staff"), _SET_UP),
    **dict.fromkeys(("cursor", "secret", "switch"), "a row for each name that the code knows"),
    **dict.fromkeys(("address", "supporter"), "the people; `/forget` leaves rows that identify nobody"),
    "document": "what was issued keeps its figures: counts and sums of many",
    "campaign_donor": "a row for each supporter and campaign they gave to, to count donors",
    "circle_shown": "one row for each supporter, until they are forgotten",
    "invite_count": "results of invites by day; identifies nobody",
    "payment_link": "old links in chats still take gifts, and a new one is compared with them",
    "preference_change": "the proof of what a person agreed to, with the wording, until they are forgotten",
    "tap_count": "taps by appeal; identifies nobody",
}


async def delete_some(conn: AsyncConnection, retention: Retention, now: datetime, limit: int) -> int:
    """Delete up to `limit` rows expired at `now` (UTC), the oldest first; return how many."""
    key, since = retention.table.c.id, retention.table.c[retention.since]
    old = select(key).where(since < bindparam("before")).order_by(since).limit(limit)
    if retention.only is not None:
        old = old.where(retention.only)
    ids = list((await conn.execute(old, {"before": now - retention.kept})).scalars())
    if ids:
        for part in retention.parts:
            await conn.execute(delete(part.table).where(part.in_(any_of("ids"))), {"ids": ids})
        await conn.execute(delete(retention.table).where(key.in_(any_of("ids"))), {"ids": ids})
    return len(ids)
