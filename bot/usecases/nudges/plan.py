"""Nudges: who is due for a reminder, what holds it back, and the decision for both arms.

Consent, caps and quiet hours are checked here and in domain.nudges.hold_reason, so that no policy can bypass them. A
tick reads the supporters who are due from a partial index and writes decisions and deliveries in one transaction, so
that even after a crash nobody is asked twice for the same reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.domain import holdout, nudges
from bot.domain.campaigns import Campaign
from bot.domain.late import is_late
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
from bot.usecases.core import late, staff_texts
from bot.usecases.matching import matching
from bot.usecases.nudges.policies import PolicyState, policy_states

_BATCH = 200
_MOST_BATCHES = 50  # in one tick; the next one takes the rest
HELD = "nudges_held"  # the switch with which staff hold all reminders
_NEWS = "nudge_news"
_SPREAD_OVER = timedelta(hours=6)  # after staff held reminders, many are due at once
_AFTER_FAILURE = timedelta(days=1)
_CHECK_AGAIN = timedelta(days=30)  # if no policy applies
CAPS = Caps()
_PREVIEW_STEPS = 4  # checks that a preview simulates for each supporter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """What all batches of one tick share."""

    now: datetime
    policies: Mapping[PolicyName, PolicyState]
    campaigns: Sequence[tuple[Campaign, NudgeCampaign]]
    secret: bytes
    spread: timedelta
    held: bool  # what is decided now is late


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    """One supporter with everything that the rules need."""

    candidate: Candidate
    history: StoredHistory
    addresses: Sequence[ReachableAddress]
    agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The result of checking one supporter: a decision and a message, if any, and when to check again."""

    next_check: datetime | None
    decision: Decision | None = None
    address: ReachableAddress | None = None
    send_at: datetime | None = None


async def tick(ctx: Context) -> int:
    """Decide about every supporter who is due; return how many decisions. Does nothing while staff hold reminders."""
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if await is_held(conn):
            return 0
        current = await _round(ctx, conn, now)
    current = await _without_held_texts(ctx, current)
    decided = 0
    for _ in range(_MOST_BATCHES):
        checked, new_decisions = await _batch(ctx, current)
        decided += new_decisions
        if checked < _BATCH:
            await late.note_run_when_due(ctx, late.NUDGES, now)
            break
    if decided:
        ctx.wake()
    return decided


async def is_held(conn: Connection) -> bool:
    """Whether staff hold all reminders or have frozen sending."""
    return await switches.is_on(conn, HELD) or await switches.is_frozen(conn)


async def upcoming(ctx: Context, ahead: timedelta, limit: int = 500) -> list[tuple[datetime, PolicyName]]:
    """Preview who would become due in the next days, in both arms: (when in UTC, policy). Writes no decision."""
    now = ctx.clock()
    async with ctx.db.write() as conn:  # the secret may not exist yet
        current = await _round(ctx, conn, now)
    async with ctx.db.read() as conn:
        candidates = await rows.due_candidates(conn, now + ahead, limit)
        people = await _people(conn, candidates, now)
    preview: list[tuple[datetime, PolicyName]] = []
    for person in people:
        at = now
        for _ in range(_PREVIEW_STEPS):
            plan = plan_for(ctx, replace(current, now=at), person)
            if plan.decision is not None:
                preview.append((at, PolicyName(plan.decision.policy)))
                break
            if plan.next_check is None or plan.next_check > now + ahead:
                break
            at = plan.next_check
    return preview


async def _round(ctx: Context, conn: Connection, now: datetime) -> _Round:
    last = await cursors.read(conn, late.NUDGES, now)
    overdue = last is not None and is_late(last, now)
    fresh = ctx.keyring.mac("holdout secret", str(ctx.ids.new()).encode())
    return _Round(
        now=now,
        policies=await policy_states(conn),
        campaigns=await _campaigns(conn, now),
        secret=await rows.holdout_secret(conn, fresh),
        spread=_SPREAD_OVER if overdue else timedelta(),
        held=await late.was_interrupted(conn, late.NUDGES, now, stopped_by=(switches.FREEZE, HELD)),
    )


async def _without_held_texts(ctx: Context, current: _Round) -> _Round:
    """Leave out policies and campaigns whose texts may not be sent, so that nobody is drawn for them."""
    policies = {
        name: replace(policy, wanted=False) if await _is_text_held(ctx, policy) else policy
        for name, policy in current.policies.items()
    }
    campaigns = [pair for pair in current.campaigns if not await staff_texts.is_campaign_held(ctx, pair[0])]
    return replace(current, policies=policies, campaigns=campaigns)


async def _is_text_held(ctx: Context, policy: PolicyState) -> bool:
    texts = [text for by_locale in policy.texts for text in by_locale.values()]
    return policy.on and await staff_texts.is_held(ctx, "reminder", policy.name, texts)


async def _campaigns(conn: Connection, now: datetime) -> list[tuple[Campaign, NudgeCampaign]]:
    """Return the open campaigns as the policies see them, newest first."""
    return [
        (campaign, await campaigning(conn, campaign, now)) for campaign in await campaign_rows.open_campaigns(conn, now)
    ]


async def campaigning(conn: Connection, campaign: Campaign, now: datetime) -> NudgeCampaign:
    """Return a campaign as the policies see it."""
    percent = campaign.raised.minor * 100 // campaign.goal.minor
    match = await matching.active(conn, campaign, now)
    until = match.ends_at if match is not None else None
    return NudgeCampaign(id=campaign.id, percent=percent, ends_at=campaign.ends_at, match_until=until)


async def _batch(ctx: Context, current: _Round) -> tuple[int, int]:
    """Check the next batch; return how many supporters and how many decisions."""
    async with ctx.db.write() as conn:
        candidates = await rows.due_candidates(conn, current.now, _BATCH)
        if not candidates:
            return 0, 0
        plans = [_plan_safely(ctx, current, person) for person in await _people(conn, candidates, current.now)]
        await rows.add_decisions(conn, [p.decision for p in plans if p.decision is not None])
        messages = [_delivery(p) for p in plans if p.decision is not None and p.address is not None]
        await (late.add_held(ctx, conn, messages) if current.held else outbox.add(conn, messages))
        checks = {c.id: p.next_check for c, p in zip(candidates, plans, strict=True)}
        await rows.set_next_checks(conn, checks)
    return len(candidates), sum(p.decision is not None for p in plans)


def _plan_safely(ctx: Context, current: _Round, person: _Person) -> Plan:
    """Call `plan_for`; a supporter it fails for is checked again tomorrow and does not hold up the others."""
    try:
        return plan_for(ctx, current, person)
    except Exception as error:
        ctx.failures.report(error, "reminders", f"supporter {person.candidate.id}")
        return Plan(next_check=current.now + _AFTER_FAILURE)


async def _people(conn: Connection, candidates: Sequence[Candidate], now: datetime) -> list[_Person]:
    ids = [c.id for c in candidates]
    histories = await rows.histories(conn, ids, now, now - CAPS.asks_within)
    addresses = await rows.reachable_addresses(conn, ids, appeals=True)
    agreed = await rows.agreed(conn, ids, Preference.REMINDERS)
    return [
        _Person(candidate=c, history=histories[c.id], addresses=addresses.get(c.id, ()), agreed=c.id in agreed)
        for c in candidates
    ]


def plan_for(ctx: Context, current: _Round, person: _Person) -> Plan:
    """Return what to do about one supporter. Pure except for the id of a decision."""
    if person.candidate.adult is False:
        return Plan(next_check=None)  # in neither arm
    if not person.agreed or not person.history.gifts or not person.addresses:
        return Plan(next_check=None)  # consent, a gift and becoming reachable each schedule a check
    address, now = person.addresses[0], current.now
    checks: list[datetime] = []
    for name, due, campaign in _due(current, person):
        if due.at > now:
            checks.append(due.at)
            continue
        held = nudges.hold_reason(_history(person), due, now, CAPS)
        if held is not None:
            checks += [held[1]] if held[1] is not None and held[1] < due.until else []
            continue
        awake = quiet_until(now, known_zone(address.time_zone, ctx.zone), ENDS_FOR_NUDGES)
        if awake is not None:
            checks += [awake] if awake < due.until else []
            continue
        return _decide(ctx, current, person, name, due, campaign)
    return Plan(next_check=min(checks, default=now + _CHECK_AGAIN))


def _due(current: _Round, person: _Person) -> list[tuple[PolicyName, Due, Campaign]]:
    """Return what each policy says, for the campaign that this supporter would be asked to support."""
    chosen = _campaign(current.campaigns, person.history.gifts)
    if chosen is None:
        return []
    campaign, campaigning = chosen
    applicable = []
    for name, policy in current.policies.items():
        due = POLICIES[name](_history(person), campaigning, policy.numbers, current.now) if policy.on else None
        if due is not None and due.until > current.now:
            applicable.append((name, due, campaign))
    return applicable


def _campaign(
    open_now: Sequence[tuple[Campaign, NudgeCampaign]], gifts: Sequence[PastGift]
) -> tuple[Campaign, NudgeCampaign] | None:
    """Return the open campaign they last gave to, or else the newest, among those in the currency of that gift."""
    last = gifts[-1]
    fitting = [pair for pair in open_now if pair[0].goal.currency == last.currency]
    return next((pair for pair in fitting if pair[0].id == last.campaign_id), fitting[0] if fitting else None)


def _history(person: _Person) -> GivingHistory:
    sent = [at for _, at, arm in person.history.decided if arm == "sent"]
    return GivingHistory(
        gifts=[g.paid_at for g in person.history.gifts],
        monthly=person.history.monthly,
        in_trouble=person.history.in_trouble,
        nudged=[at for _, at, _ in person.history.decided],
        reasons=frozenset(reason for reason, _, _ in person.history.decided),
        asked=sorted([*person.history.asked, *sent]),
        snoozed_until=person.candidate.snoozed_until,
    )


def _decide(ctx: Context, current: _Round, person: _Person, name: PolicyName, due: Due, campaign: Campaign) -> Plan:
    policy = current.policies[name]
    drawn = holdout.draw(current.secret, name, person.candidate.arm_of, policy.held_out, policy.held_out_of_all)
    decision = Decision(
        id=ctx.ids.new(),
        supporter_id=person.candidate.id,
        campaign_id=campaign.id,
        policy=name,
        text=drawn.text if policy.has_two_texts else 0,
        arm=drawn.arm,
        propensity=drawn.propensity,
        reason=due.reason,
        due_at=current.now,
    )
    delay = current.spread * holdout.spread(current.secret, due.reason, person.candidate.id)
    next_check = current.now + nudges.APART
    if drawn.arm != "sent":
        return Plan(next_check=next_check, decision=decision)
    return Plan(next_check=next_check, decision=decision, address=person.addresses[0], send_at=current.now + delay)


def _delivery(plan: Plan) -> Delivery:
    assert plan.decision is not None
    assert plan.address is not None
    return Delivery(
        id=plan.decision.id,
        lane=Lane.NUDGE,
        platform=plan.address.platform,
        address_id=plan.address.address_id,
        message="nudge",
        args={"decision": plan.decision.id},
        due_at=plan.send_at or plan.decision.due_at,
    )


async def recheck_after_changes(ctx: Context) -> int:
    """Check donors who agreed again, in id ranges, if policies or campaigns changed; return how many ranges.

    Changes are a campaign that opened, closed, entered its last day, neared its goal or got a match, and a policy that
    staff switched or adjusted. The new state is stored last, so that a crash only repeats the check.
    """
    now = ctx.clock()
    async with ctx.db.read() as conn:
        known = await switches.read(conn, _NEWS)
        campaigns, policies = await _campaigns(conn, now), await policy_states(conn)
    near = policies[PolicyName.NEARLY_THERE].numbers.above_percent
    state = {
        "campaigns": [
            [c.id, seen.percent >= near, _is_last_day(seen, now), str(seen.match_until or "")] for c, seen in campaigns
        ],
        "policies": [[name.value, policy.on, asdict(policy.numbers)] for name, policy in policies.items()],
    }
    if known is not None and known.value == state:
        return 0
    ranges, above = 0, 0
    while True:
        async with ctx.db.write() as conn:
            last = await rows.recheck_donors(conn, above, 5_000, now)
            if last is None:
                await switches.set_switch(conn, switches.Switch(name=_NEWS, on=True, value=state, at=now))
                return ranges
        ranges, above = ranges + 1, last


def _is_last_day(campaign: NudgeCampaign, now: datetime) -> bool:
    return campaign.ends_at is not None and campaign.ends_at - nudges.DAY <= now
