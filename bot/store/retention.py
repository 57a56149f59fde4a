"""How long each table is kept. What is over is deleted in small batches that hold nobody up.

Each table has its place in one of RETENTION, ELSEWHERE and KEPT; a test fails for one that has none.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Rows of `table` whose `since` is more than `kept` ago, under `only`; what refers to them by `parts` goes too."""

    table: Table
    since: str
    kept: timedelta
    only: ColumnElement[bool] | TextClause | None = None
    parts: tuple[ColumnElement[int], ...] = ()


# A test compares this with docs/privacy.md and its French twin.
RETENTION = (
    # A reply to an answer that was lost is still to be told of; those rows are in `relay` until then.
    Retention(
        table=delivery,
        since="done_at",
        kept=timedelta(days=90),
        only=text(DELIVERY_OVER) & delivery.c.id.not_in(select(relay.c.delivery_id)),
    ),
    # Stripe repeats nothing that is older than 30 days, and the rules apply an event twice without harm.
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
    # Nobody can pay through a link a day after it was closed, and Stripe repeats no payment that is older than 30 days.
    Retention(table=own_link, since="made_at", kept=timedelta(days=90), only=text("NOT active")),
)

# Deleted by a function of `bot`, named here, when and because.
ELSEWHERE: Mapping[str, str] = {
    "account_act": "usecases.core.rate_limits.prune: after a day, when no limit counts it",
    "account_bar": "usecases.core.rate_limits.prune: 30 days after somebody was forgotten",
    "blocked": "store.inbox.inbox.unblock: when staff lift it; few",
    "draft": "usecases.inbox.inbox.prune: answers to supporters after a day; the others when they become something",
    "lease": "store.core.leases.release: when its process stops; one for each bot",
    "left_before": "usecases.referrals.arrivals.prune: after 400 days",
    "link_code": "usecases.supporters.linking.create_code: once over, when anybody makes another",
    "name_hidden": "store.inbox.inbox.show_name: when staff lift it; few",
    "notice_copy": "store.retention.delete_some: with its notice",
    "payer_proof": "usecases.supporters.forgetting.forget: on request; returning donors prove a card once",
    "preference": "usecases.supporters.forgetting.forget: on request",
    "private_answer": "usecases.money.reconcile.prune: some hours after its token has ended",
    "progress_message": "store.broadcasts.progress_messages.drop: when the broadcast it shows is over",
    "recipient": "usecases.core.prune.delete_old: summed up in recipient_sum 180 days after the broadcast",
    "relay": "usecases.inbox.inbox.finish_replies: when staff were told what became of their answer",
    "staff_code": "store.staff.staff.drop_codes: when another is made; used ones say who let whom in, and are few",
    "staff_role": "store.staff.staff.drop_discord_role: when staff take it back",
    "to_repath": "usecases.referral_tree.refer.tick: when the path was written",
}

# Kept for good, because.
_BOOKS = "the books: what was given, by whom it is thanked, and what went back"
_REACH = "who brought whom and what came of it: a few rows for each supporter, counted in every figure"
_ONCE = "so that it is said once to each supporter, however late its occasion comes again"
_SET_UP = "what staff set up: few"
_EXPERIMENT = "the experiment on reminders is counted from all of them"
_REPORT = "reports on broadcasts: a few rows for each"
KEPT: Mapping[str, str] = {
    **dict.fromkeys(("entry", "error_case", "gift", "gift_match", "pledge", "posting", "refund_order"), _BOOKS),
    **dict.fromkeys(("circle", "circle_money", "invite", "invite_link", "lineage", "referral", "share_prompt"), _REACH),
    **dict.fromkeys(("looked_back", "recognition"), _ONCE),
    **dict.fromkeys(("decision", "nudge_end"), _EXPERIMENT),
    **dict.fromkeys(("broadcast", "broadcast_opt_out", "broadcast_post", "broadcast_tap", "recipient_sum"), _REPORT),
    **dict.fromkeys(("campaign", "campaign_other", "campaign_picture", "match_period", "milestone"), _SET_UP),
    **dict.fromkeys(("invite_place", "nudge_policy", "place", "posted_card", "staff"), _SET_UP),
    **dict.fromkeys(("cursor", "secret", "switch"), "a row for each name that the code knows"),
    **dict.fromkeys(("address", "supporter"), "the people; `/forget` leaves rows that name nobody"),
    "campaign_donor": "a row for each supporter and campaign they gave to: how many donors it has",
    "circle_shown": "one row for each supporter, until they are forgotten",
    "invite_count": "what came of invites in any period, by day; nobody is named",
    "payment_link": "old links in chats still take gifts, and a new one is compared with them",
    "preference_change": "the proof of what somebody agreed to, with the words they saw, until they are forgotten",
    "tap_count": "taps by appeal in any report; nobody is named",
}


async def delete_some(conn: AsyncConnection, one: Retention, now: datetime, limit: int) -> int:
    """Delete up to `limit` rows whose time is over at `now` (UTC), the oldest first; return how many."""
    key, since = one.table.c.id, one.table.c[one.since]
    old = select(key).where(since < bindparam("before")).order_by(since).limit(limit)
    if one.only is not None:
        old = old.where(one.only)
    ids = list((await conn.execute(old, {"before": now - one.kept})).scalars())
    if ids:
        for part in one.parts:
            await conn.execute(delete(part.table).where(part.in_(any_of("ids"))), {"ids": ids})
        await conn.execute(delete(one.table).where(key.in_(any_of("ids"))), {"ids": ids})
    return len(ids)
