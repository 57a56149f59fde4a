"""Record payments: apply a set of Stripe events in one transaction, with all their effects.

Gifts, postings, campaign totals, milestones and thank-yous are written together or not at all.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.domain.campaigns import Campaign
from bot.domain.gifts import CountedGift, Gift, GiftChange, ReceivedEvent
from bot.domain.payment_set import (
    CampaignEnd,
    PaymentSet,
    Verdict,
    campaigns_in,
    gift_ids_in,
    pledges_in,
    tokens_in,
)
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns.campaigns import CounterChange
from bot.store.db import Connection
from bot.store.gifts import gifts as gift_rows
from bot.store.gifts.gifts import NewEntry
from bot.store.money import events as event_rows
from bot.store.money.events import EventState, StoredEvent
from bot.store.monthly import pledges as pledge_rows
from bot.store.supporters import supporters
from bot.usecases.context import Context, local_day
from bot.usecases.core import late
from bot.usecases.giving import card_testing, own_links, proofs
from bot.usecases.matching import matching
from bot.usecases.money import daily_figures, monthly_news, notices, payouts, thank
from bot.usecases.quick_give import removing
from bot.usecases.referral_tree import refer
from payments import books
from payments.facts import PayoutReported, UnreadableEvent, read_event
from payments.reference import BadReference, Reference

log = logging.getLogger(__name__)

__all__ = ["ReceivedEvent", "apply_changes", "apply_set", "set_aside", "write_changes"]

_FIRST_RETRY = timedelta(seconds=30)
_LONGEST_RETRY = timedelta(hours=6)


async def apply_set(ctx: Context, arrived: Sequence[ReceivedEvent]) -> int:
    """Apply events, duplicates included, in any order; return how many messages were added to the outbox.

    Raises the database's errors; nothing of the set is written then.
    """
    unique = {event.id: event for event in arrived}
    async with ctx.db.write_money() as conn:
        known = await event_rows.handled(conn, unique)
        fresh = [event for event in unique.values() if event.id not in known]
        if not fresh:
            return 0
        work, campaigns = await _open(ctx, conn, fresh)
        for event in fresh:
            work.apply(event)
        await event_rows.write(conn, [_stored(ctx, verdict) for verdict in work.verdicts.values()])
        proved = await proofs.proved_by_known_payers(ctx, conn, work.changes, work.changed_pledges.values())
        pledges = list((work.changed_pledges | proved.pledges).values())
        await pledge_rows.write(conn, pledges, ctx.clock())
        times = {event.id: event.created for event in fresh}
        changes = [*work.changes, *proved.changes]
        messages = await apply_changes(ctx, conn, changes, campaigns, times=times)
        facts = [fact for event in fresh for fact in event.facts]
        await payouts.record(ctx, conn, [fact for fact in facts if isinstance(fact, PayoutReported)])
        await own_links.record_payments(ctx, conn, facts, [change.after for change in work.changes])
        await removing.record_events(ctx, conn, facts)
        news = await monthly_news.renewals_failed(ctx, conn, work.failed_renewals, work.pledges)
        news += await monthly_news.pledges_ended(ctx, conn, pledges)
        await late.add_unless_restored(ctx, conn, news)
        messages += len(news)
        await notices.add_warnings(ctx, conn, work.warned)
        await notices.add_failures(ctx, conn, work.verdicts.values())
        await card_testing.watch(ctx, conn, work.verdicts.values())
    _log_gifts(changes)
    return messages


def _log_gifts(changes: Sequence[GiftChange]) -> None:
    """Log one line for each gift whose state changed, once that is on the disk."""
    for change in changes:
        before = "new" if change.before is None else change.before.book.state
        if before != change.after.book.state:
            log.info("gift %d: %s, now %s", change.after.id, before, change.after.book.state)


async def set_aside(ctx: Context, event: ReceivedEvent, why: str) -> None:
    """Store an event that the database refuses, to be retried later."""
    async with ctx.db.write_money() as conn:
        if not await event_rows.handled(conn, [event.id]):
            verdict = Verdict(event=event, state="failed", error=why)
            await event_rows.write(conn, [_stored(ctx, verdict)])
            await notices.add_failures(ctx, conn, [verdict])


async def _open(
    ctx: Context, conn: Connection, fresh: Sequence[ReceivedEvent]
) -> tuple[PaymentSet, Mapping[int, Campaign]]:
    """Read what the events touch, in a few queries: the set, and the campaigns of all its gifts."""
    names, waiting = await _with_waiting(conn, gift_ids_in(fresh))
    subscriptions = pledges_in(fresh)
    gifts = await gift_rows.by_names(conn, names, subscriptions) if names or subscriptions else []
    references = _references(ctx, tokens_in(fresh))
    campaign_ids = campaigns_in(fresh) | {gift.campaign_id for gift in gifts}
    campaigns = await campaign_rows.by_ids(conn, campaign_ids)
    work = PaymentSet(
        gifts=gifts,
        pledges=(await pledge_rows.by_subscription(conn, subscriptions)).values() if subscriptions else [],
        campaigns={c.id: CampaignEnd(slug=c.slug, ends_at=c.ends_at) for c in campaigns.values()},
        references=references,
        living=await supporters.current_ids(conn, {r.supporter_id for r in references.values()}),
        new_id=ctx.ids.new,
        day_of=partial(local_day, ctx),
        payer=lambda known: proofs.payer_hash(ctx, known),
    )
    work.park(waiting)
    return work, campaigns


async def _with_waiting(conn: Connection, names: set[str]) -> tuple[set[str], list[tuple[str, ReceivedEvent]]]:
    """Return all names connected to the events, and the events that wait for gifts with these names.

    Waiting events may connect further names to a gift: an invoice brings the event with its payment intent, and that
    name brings the refund.
    """
    known: set[str] = set()
    waiting: list[tuple[str, ReceivedEvent]] = []
    while unread := names - known:
        known |= unread
        events = [(e.waits_for or "", _reread(e)) for e in await event_rows.waiting_for(conn, unread)]
        waiting += events
        names = known | gift_ids_in(event for _, event in events)
    return known, waiting


def _references(ctx: Context, tokens: set[str]) -> dict[str, Reference]:
    """Return the references of the tokens that we signed; forged ones are left out."""
    references = {}
    for token in tokens:
        try:
            references[token] = ctx.keyring.read(token)
        except BadReference:
            continue
    return references


def _reread(stored: StoredEvent) -> ReceivedEvent:
    """Return a waiting event as it came in. It was readable then, so it is readable now."""
    body = (stored.body or "").encode()
    try:
        event_facts, unreadable = read_event(body).facts, None
    except UnreadableEvent as why:
        event_facts, unreadable = (), str(why)
    return ReceivedEvent(
        id=stored.id,
        type=stored.type,
        created=stored.created_at,
        facts=event_facts,
        body=body,
        unreadable=unreadable,
        attempts=stored.attempts,
    )


def _stored(ctx: Context, verdict: Verdict) -> StoredEvent:
    event, now = verdict.event, ctx.clock()
    failed = verdict.state == EventState.FAILED
    keeps_body = failed or verdict.state == EventState.WAITING
    pause = min(_FIRST_RETRY * 2 ** min(event.attempts, 20), _LONGEST_RETRY)
    return StoredEvent(
        id=event.id,
        type=event.type,
        created_at=event.created,
        received_at=now,
        state=EventState(verdict.state),
        waits_for=verdict.waits_for,
        error=verdict.error,
        attempts=event.attempts + 1 if failed else event.attempts,
        try_at=now + pause if failed else None,
        body=event.body.decode() if keeps_body else None,
        came_by=event.came_by,
    )


async def apply_changes(
    ctx: Context,
    conn: Connection,
    changes: Sequence[GiftChange],
    campaigns: Mapping[int, Campaign] | None = None,
    *,
    times: Mapping[str, datetime] | None = None,
) -> int:
    """Write changed gifts with all effects: postings, counters, milestones, messages; return how many messages.

    `campaigns`: those of all the gifts, if they were read in this transaction already. `times`: of the events (now by
    default). Late messages name them, and messages about events from before a restored backup wait for staff.
    """
    if not changes:
        return 0
    await write_changes(ctx, conn, changes, campaigns)
    messages = await thank.deliveries(ctx, conn, changes, times or {})
    await late.add_unless_restored(ctx, conn, messages)
    return len(messages)


async def write_changes(
    ctx: Context, conn: Connection, changes: Sequence[GiftChange], campaigns: Mapping[int, Campaign] | None = None
) -> None:
    """Do what `apply_changes` does, without messages."""
    latest = {change.after.id: change.after for change in changes}
    if campaigns is None:
        campaigns = await campaign_rows.by_ids(conn, {gift.campaign_id for gift in latest.values()})
    await gift_rows.write(conn, list(latest.values()))
    now = ctx.clock()
    await gift_rows.book(conn, _entries(ctx, changes), now, local_day(ctx, now))
    await gift_rows.count_for_supporters(conn, _supporter_counts(changes))
    theirs = await gift_rows.counted_of(conn, _supporters(changes))
    await _move_counters(conn, changes, campaigns, theirs, now)
    await daily_figures.apply(conn, changes, theirs)
    await matching.apply(conn, changes, campaigns)
    await refer.credit_gifts(conn, changes)


def _entries(ctx: Context, changes: Sequence[GiftChange]) -> Sequence[NewEntry]:
    entries = []
    for change in changes:
        before = books.target(change.before.book) if change.before else {}
        postings = books.entry(before, books.target(change.after.book))
        if postings:
            entries.append(NewEntry(ctx.ids.new(), change.event_id, postings, gift_id=change.after.id))
    return entries


def _supporter_counts(changes: Sequence[GiftChange]) -> list[tuple[int, datetime, int]]:
    """Return newly paid gifts and paid gifts that changed hands, as (supporter, when, +1 or -1)."""
    counts = []
    for change in changes:
        was, now = _payer(change.before), _payer(change.after)
        paid_at = change.after.book.paid_at
        if was == now or paid_at is None:
            continue
        counts += [(who, paid_at, by) for who, by in ((was, -1), (now, 1)) if who is not None]
    return counts


def _payer(gift: Gift | None) -> int | None:
    return gift.supporter_id if gift is not None and gift.book.is_paid else None


def _supporters(changes: Sequence[GiftChange]) -> set[int]:
    states = (gift for change in changes for gift in (change.before, change.after) if gift is not None)
    return {gift.supporter_id for gift in states if gift.supporter_id is not None}


async def _move_counters(
    conn: Connection,
    changes: Sequence[GiftChange],
    campaigns: Mapping[int, Campaign],
    theirs: Sequence[CountedGift],
    now: datetime,
) -> None:
    """Update campaign totals, donor counts and milestones by the difference that each change makes.

    `theirs`: the gifts of the changes' supporters that count, after them.
    """
    own: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    offline: defaultdict[int, int] = defaultdict(int)
    other: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    by_donor: defaultdict[tuple[int, int], int] = defaultdict(int)
    given: dict[int, datetime] = {}
    for change in changes:
        campaign_id = change.after.campaign_id
        was, now_counts = _counted(change.before), _counted(change.after)
        code = change.after.book.currency
        own_currency = code == campaigns[campaign_id].goal.currency
        sums = own[campaign_id] if own_currency else other[campaign_id, code]
        sums[0] += now_counts - was
        sums[1] += (now_counts > 0) - (was > 0)
        offline[campaign_id] += (now_counts - was) if own_currency and change.after.book.is_offline else 0
        offline_now = change.after.book.is_offline  # crosses milestones when it is entered, and is no news on cards
        if now_counts > was == 0 and not offline_now and (paid_at := change.after.book.paid_at) is not None:
            given[campaign_id] = max(paid_at, given.get(campaign_id, paid_at))
        for gift, counted, by in ((change.before, was, -1), (change.after, now_counts, 1)):
            if gift is not None and gift.supporter_id is not None and counted > 0:
                by_donor[campaign_id, gift.supporter_id] += by
    donors = await _move_donors(conn, {pair: by for pair, by in by_donor.items() if by}, theirs)
    moved = [
        CounterChange(
            campaign_id=c,
            raised_minor=minor,
            offline_minor=offline[c],
            gifts=gifts,
            donors=donors.get(c, 0),
            given_at=given.get(c),
        )
        for c, (minor, gifts) in own.items()
    ]
    moved += [
        CounterChange(campaign_id=c, raised_minor=0, gifts=0, donors=n) for c, n in donors.items() if c not in own
    ]
    moved = [m for m in moved if m.raised_minor or m.gifts or m.donors]
    await campaign_rows.add_to_counters(conn, moved)
    await campaign_rows.add_other_currencies(conn, {at: (m, g) for at, (m, g) in other.items() if m or g})
    risen = {m.campaign_id: campaigns[m.campaign_id].raised.minor + m.raised_minor for m in moved if m.raised_minor > 0}
    if risen:
        # By the gift that crossed it: after an outage, its webhook comes days late.
        await campaign_rows.cross_milestones(conn, risen, {c: min(given.get(c, now), now) for c in risen})


def _counted(gift: Gift | None) -> int:
    return gift.book.counted.minor if gift is not None else 0


async def _move_donors(
    conn: Connection, moves: Mapping[tuple[int, int], int], theirs: Sequence[CountedGift]
) -> dict[int, int]:
    """Update the counted gifts of each (campaign, supporter); return by how many each campaign's donors change."""
    held = Counter((gift.campaign_id, gift.supporter_id) for gift in theirs)
    await campaign_rows.write_donors(conn, {pair: held[pair] for pair in moves})
    donors: defaultdict[int, int] = defaultdict(int)
    for pair, by in moves.items():
        donors[pair[0]] += (held[pair] > 0) - (held[pair] > by)
    return {campaign_id: by for campaign_id, by in donors.items() if by}
