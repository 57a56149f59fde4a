"""Nudge: ask past donors again, kindly. Who is due, what holds it back, and the decision for both arms.

Consent, caps and quiet hours live here and in domain.nudges.hold_reason, so that no policy can go around them. A tick
takes those whose time has come under a partial index, decides, and writes decisions and deliveries in one
transaction: whatever crashes, a person is never asked twice for the same reason.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.domain import holdout, nudges
from bot.domain.campaigns import Campaign
from bot.domain.nudges import POLICIES, Caps, Due, GivingHistory, NudgeCampaign, PolicyName
from bot.domain.people import Preference
from bot.domain.quiet import ENDS_FOR_NUDGES, known_zone, quiet_until
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import cursors, outbox, switches
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Connection
from bot.store.nudges import nudges as rows
from bot.store.nudges.nudges import Candidate, Decision, PastGift, ReachableAddress, StoredHistory
from bot.usecases.context import Context
from bot.usecases.core import staff_texts
from bot.usecases.matching import matching
from bot.usecases.nudges.policies import PolicyState, policy_states

log = logging.getLogger(__name__)

_BATCH = 200
_MOST_BATCHES = 50  # in one tick; the rest comes with the next
_CURSOR = "nudges"
HELD = "nudges_held"  # the switch by which staff hold all
_NEWS = "nudge_news"
_MISSED = timedelta(hours=1)  # a tick later than this finds many at once, which are spread
_SPREAD_OVER = timedelta(hours=6)
_AFTER_FAILURE = timedelta(days=1)
_LOOK_AGAIN = timedelta(days=30)  # at somebody of whom no policy says anything
CAPS = Caps()
_LOOKS_AHEAD = 4  # steps from one look to the next that a preview follows


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What all of one tick's batches share."""

    now: datetime
    policies: Mapping[PolicyName, PolicyState]
    campaigns: Sequence[tuple[Campaign, NudgeCampaign]]
    secret: bytes
    spread: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """One supporter and all that the rules ask about them."""

    candidate: Candidate
    past: StoredHistory
    homes: Sequence[ReachableAddress]
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a look at one supporter came to: perhaps a decision, perhaps a message, and when to look again."""

    look: datetime | None
    decision: Decision | None = None
    home: ReachableAddress | None = None
    send_at: datetime | None = None


async def tick(ctx: Context) -> int:
    """Decide about everybody who is due; how many decisions. Nothing while staff have frozen all."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if await is_held(conn):
            return 0
        around = await _round(ctx, conn, now)
        await cursors.write(conn, _CURSOR, now)
    around = await _sayable(ctx, around)
    decided = 0
    for _ in range(_MOST_BATCHES):
        looked, made = await _batch(ctx, around)
        decided += made
        if looked < _BATCH:
            break
    if decided:
        ctx.wake()
    return decided


async def is_held(conn: Connection) -> bool:
    """Whether staff hold all reminders, or everything."""
    held = await switches.read(conn, HELD)
    return (held is not None and held.on) or await switches.is_frozen(conn)


async def upcoming(ctx: Context, ahead: timedelta, limit: int = 500) -> list[tuple[datetime, PolicyName]]:
    """Who would be due in the next days, both arms, as things stand: (when in UTC, policy). Nothing is written."""
    now = ctx.clock()
    async with ctx.db.write() as conn:  # the secret may not be made yet
        around = await _round(ctx, conn, now)
    async with ctx.db.read() as conn:
        candidates = await rows.due_candidates(conn, now + ahead, limit)
        people = await _people(conn, candidates, now)
    found: list[tuple[datetime, PolicyName]] = []
    for person in people:
        at = now
        for _ in range(_LOOKS_AHEAD):
            made = plan_for(ctx, replace(around, now=at), person)
            if made.decision is not None:
                found.append((at, PolicyName(made.decision.policy)))
                break
            if made.look is None or made.look > now + ahead:
                break
            at = made.look
    return found


async def _round(ctx: Context, conn: Connection, now: datetime) -> _Round:
    last = await cursors.read(conn, _CURSOR, now)
    late = last is not None and now - last > _MISSED
    fresh = ctx.keyring.mac("holdout secret", str(ctx.ids.new()).encode())
    return _Round(
        now=now,
        policies=await policy_states(conn),
        campaigns=await _campaigns(conn, now),
        secret=await rows.holdout_secret(conn, fresh),
        spread=_SPREAD_OVER if late else timedelta(),
    )


async def _sayable(ctx: Context, around: _Round) -> _Round:
    """Leave out policies and campaigns whose texts must not be sent: nobody is drawn for what cannot be said."""
    policies = {
        name: replace(one, wanted=False)
        if one.on and await staff_texts.is_held(ctx, "reminder", name, [t for text in one.texts for t in text.values()])
        else one
        for name, one in around.policies.items()
    }
    campaigns = [pair for pair in around.campaigns if not await staff_texts.is_campaign_held(ctx, pair[0])]
    return replace(around, policies=policies, campaigns=campaigns)


async def _campaigns(conn: Connection, now: datetime) -> list[tuple[Campaign, NudgeCampaign]]:
    """The open campaigns as the policies see them, the newest first."""
    return [
        (campaign, await campaigning(conn, campaign, now)) for campaign in await campaign_rows.open_campaigns(conn, now)
    ]


async def campaigning(conn: Connection, campaign: Campaign, now: datetime) -> NudgeCampaign:
    """A campaign as the policies see it."""
    percent = campaign.raised.minor * 100 // campaign.goal.minor
    match = await matching.active(conn, campaign, now)
    until = match.ends_at if match is not None else None
    return NudgeCampaign(id=campaign.id, percent=percent, ends_at=campaign.ends_at, match_until=until)


async def _batch(ctx: Context, around: _Round) -> tuple[int, int]:
    """Look at the next few; how many, and how many decisions that made."""
    async with ctx.db.write() as conn:
        candidates = await rows.due_candidates(conn, around.now, _BATCH)
        if not candidates:
            return 0, 0
        plans = [_plan_alone(ctx, around, person) for person in await _people(conn, candidates, around.now)]
        await rows.add_decisions(conn, [p.decision for p in plans if p.decision is not None])
        await outbox.add(conn, [_delivery(p) for p in plans if p.decision is not None and p.home is not None])
        looks = {c.id: p.look for c, p in zip(candidates, plans, strict=True)}
        await rows.set_next_checks(conn, looks)
    return len(candidates), sum(p.decision is not None for p in plans)


def _plan_alone(ctx: Context, around: _Round, person: _Person) -> Plan:
    """`plan`, where a person about whom nothing can be decided is looked at tomorrow and holds up no other."""
    try:
        return plan_for(ctx, around, person)
    except Exception:
        log.exception("nothing could be decided about supporter %d", person.candidate.id)
        return Plan(look=around.now + _AFTER_FAILURE)


async def _people(conn: Connection, candidates: Sequence[Candidate], now: datetime) -> list[_Person]:
    ids = [c.id for c in candidates]
    pasts = await rows.histories(conn, ids, now, now - CAPS.asks_within)
    homes = await rows.reachable_addresses(conn, ids)
    agreed = await rows.agreed(conn, ids, Preference.REMINDERS)
    return [
        _Person(candidate=c, past=pasts[c.id], homes=homes.get(c.id, ()), agreed=c.id in agreed) for c in candidates
    ]


def plan_for(ctx: Context, around: _Round, person: _Person) -> Plan:
    """What to do about one supporter. Pure but for the id of a decision."""
    if not person.agreed or not person.past.gifts or not person.homes:
        return Plan(look=None)  # agreeing, giving and coming back each set a time to look
    home, now = person.homes[0], around.now
    looks: list[datetime] = []
    for name, due, campaign in _due(around, person):
        if due.at > now:
            looks.append(due.at)
            continue
        held = nudges.hold_reason(_history(person), due, now, CAPS)
        if held is not None:
            looks += [held[1]] if held[1] is not None and held[1] < due.until else []
            continue
        awake = quiet_until(now, known_zone(home.time_zone, ctx.zone), ENDS_FOR_NUDGES)
        if awake is not None:
            looks += [awake] if awake < due.until else []
            continue
        return _decided(ctx, around, person, name, due, campaign)
    return Plan(look=min(looks, default=now + _LOOK_AGAIN))


def _due(around: _Round, person: _Person) -> list[tuple[PolicyName, Due, Campaign]]:
    """What each policy says, for the campaign that this person would be asked for."""
    chosen = _campaign(around.campaigns, person.past.gifts)
    if chosen is None:
        return []
    campaign, campaigning = chosen
    found = []
    for name, standing in around.policies.items():
        due = POLICIES[name](_history(person), campaigning, standing.numbers, around.now) if standing.on else None
        if due is not None and due.until > around.now:
            found.append((name, due, campaign))
    return found


def _campaign(
    open_now: Sequence[tuple[Campaign, NudgeCampaign]], gifts: Sequence[PastGift]
) -> tuple[Campaign, NudgeCampaign] | None:
    """The open campaign they gave to last, else the newest; only one that takes the currency they gave in."""
    last = gifts[-1]
    fitting = [pair for pair in open_now if pair[0].goal.currency == last.currency]
    return next((pair for pair in fitting if pair[0].id == last.campaign_id), fitting[0] if fitting else None)


def _history(person: _Person) -> GivingHistory:
    sent = [at for _, at, arm in person.past.decided if arm == "sent"]
    return GivingHistory(
        gifts=[g.paid_at for g in person.past.gifts],
        monthly=person.past.monthly,
        in_trouble=person.past.in_trouble,
        nudged=[at for _, at, _ in person.past.decided],
        reasons=frozenset(reason for reason, _, _ in person.past.decided),
        asked=sorted([*person.past.asked, *sent]),
        snoozed_until=person.candidate.snoozed_until,
    )


def _decided(ctx: Context, around: _Round, person: _Person, name: PolicyName, due: Due, campaign: Campaign) -> Plan:
    drawn = holdout.draw(around.secret, name, person.candidate.arm_of, around.policies[name].held_out)
    decision = Decision(
        id=ctx.ids.new(),
        supporter_id=person.candidate.id,
        campaign_id=campaign.id,
        policy=name,
        text=drawn.text if around.policies[name].has_two_texts else 0,
        arm=drawn.arm,
        propensity=drawn.propensity,
        reason=due.reason,
        due_at=around.now,
    )
    later = around.spread * holdout.spread(around.secret, due.reason, person.candidate.id)
    look = around.now + nudges.APART
    if drawn.arm != "sent":
        return Plan(look=look, decision=decision)
    return Plan(look=look, decision=decision, home=person.homes[0], send_at=around.now + later)


def _delivery(made: Plan) -> Delivery:
    assert made.decision is not None
    assert made.home is not None
    return Delivery(
        id=made.decision.id,
        lane=Lane.NUDGE,
        platform=made.home.platform,
        address_id=made.home.address_id,
        message="nudge",
        args={"decision": made.decision.id},
        due_at=made.send_at or made.decision.due_at,
    )


async def recheck_after_changes(ctx: Context) -> int:
    """Where a campaign opened or closed, is in its last day, neared its goal or found a sponsor, and where staff
    turned a policy or changed its numbers: look anew at those who agreed, in id ranges. How many ranges.

    What is remembered is written last, so that a crash in between only looks once more.
    """
    now = ctx.clock()
    async with ctx.db.read() as conn:
        known = await switches.read(conn, _NEWS)
        around, policies = await _campaigns(conn, now), await policy_states(conn)
    near = policies[PolicyName.NEARLY_THERE].numbers.above_percent
    news = {
        "campaigns": [
            [c.id, one.percent >= near, _is_last_day(one, now), str(one.match_until or "")] for c, one in around
        ],
        "policies": [[name.value, one.on, asdict(one.numbers)] for name, one in policies.items()],
    }
    if known is not None and known.value == news:
        return 0
    ranges, above = 0, 0
    while True:
        async with ctx.db.write() as conn:
            last = await rows.recheck_donors(conn, above, 5_000, now)
            if last is None:
                await switches.set_switch(conn, switches.Switch(name=_NEWS, on=True, value=news, at=now))
                return ranges
        ranges, above = ranges + 1, last


def _is_last_day(campaign: NudgeCampaign, now: datetime) -> bool:
    return campaign.ends_at is not None and campaign.ends_at - nudges.DAY <= now
