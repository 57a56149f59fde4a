"""A nudge when it is sent: checked again, since things may have changed since the decision, then rendered."""

from datetime import date, datetime, timedelta

from bot.domain import nudges
from bot.domain.campaigns import Campaign
from bot.domain.ids import read_id
from bot.domain.nudges import DAY, POLICIES, SNOOZE, Due, GivingHistory, NudgeCampaign, PolicyName
from bot.domain.people import Preference, Supporter
from bot.domain.quiet import ENDS_FOR_NUDGES, known_zone, quiet_until
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core.outbox import Delivery
from bot.store.db import Connection
from bot.store.nudges import nudges as rows
from bot.store.nudges.nudges import Decision
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import staff_texts
from bot.usecases.core.send_errors import Deferred, Obsolete
from bot.usecases.giving import campaign_cards, own_amounts
from bot.usecases.nudges import plan
from bot.usecases.nudges.policies import PolicyState, policy_states
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reply import Reply
from content.cards import Card, Tap
from content.messages import nudges as messages
from content.writer import Choice
from payments.reference import Touch, TouchKind

_PREFERENCES = Tap(action="prefs")
_INSTANT = timedelta(microseconds=1)  # a match that ends at midnight is announced until the day before


async def card(ctx: Context, delivery: Delivery, person: Supporter) -> Card:
    """Return the nudge. Raises Obsolete if it must no longer be sent, Deferred if it must wait."""
    now = ctx.clock()
    async with ctx.db.read() as conn:
        decision = await rows.by_id(conn, int(delivery.args["decision"]))
        assert decision is not None
        history = await _history(conn, person, now)
        agreed = await supporters.preferences(conn, person.id)
        held = await plan.is_held(conn)
        policy = (await policy_states(conn))[PolicyName(decision.policy)]
        campaign = (await campaign_rows.by_ids(conn, [decision.campaign_id]))[decision.campaign_id]
        campaigning = await plan.campaigning(conn, campaign, now)
    if person.adult is False:
        raise Obsolete("they are under 18")
    if Preference.REMINDERS not in agreed:
        raise Obsolete("they no longer agree to reminders")
    if not policy.on or not campaign.is_open(now):
        raise Obsolete("the policy was switched off, or the campaign has ended")
    due = _still_due(decision, policy, history, campaigning, now)
    if (held_back := nudges.hold_reason(history, due, now, plan.CAPS)) is not None:
        raise Obsolete(f"held back: {held_back[0]}")
    if held:
        raise Deferred(None, "staff hold them")
    if (awake := quiet_until(now, known_zone(person.time_zone, ctx.zone), ENDS_FOR_NUDGES)) is not None:
        raise Deferred(awake, "it is night for them")
    text = policy.texts[decision.text].get(person.locale, "") if decision.text < len(policy.texts) else ""
    if await staff_texts.is_held(ctx, "reminder", decision.policy, [text]) or await staff_texts.is_campaign_held(
        ctx, campaign
    ):
        raise Deferred(None, "its text leads to a site that is not allowed")
    amounts = await own_amounts.suggest(ctx, campaign, person)
    choices = campaign_cards.personal_choices(ctx, campaign, person, Touch(TouchKind.NUDGE, decision.id), amounts)
    until = campaign.last_day
    if decision.policy == PolicyName.MATCH_OPEN and campaigning.match_until is not None:
        until = _day(ctx, person, campaigning.match_until - _INSTANT)
    return await _render(ctx, decision, campaign, person, text, choices, until)


async def _history(conn: Connection, person: Supporter, now: datetime) -> GivingHistory:
    """Return the current history. Only delivered nudges count, since an earlier one may have arrived late."""
    stored = (await rows.histories(conn, [person.id], now, now - plan.CAPS.asks_within))[person.id]
    nudged = await rows.sent_times(conn, person.id, now - 90 * DAY)
    return GivingHistory(
        gifts=[gift.paid_at for gift in stored.gifts],
        monthly=stored.monthly,
        in_trouble=stored.in_trouble,
        nudged=nudged,
        asked=sorted([*stored.asked, *nudged]),
        snoozed_until=await rows.snoozed_until(conn, person.id),
    )


def _still_due(
    decision: Decision, policy: PolicyState, history: GivingHistory, campaigning: NudgeCampaign, now: datetime
) -> Due:
    """Return what the policy says today.

    Raises Obsolete if that has changed (a match pool is empty, a goal was reached, an end moved), or if its time is
    over because staff or an outage held it for weeks.
    """
    due = POLICIES[policy.name](history, campaigning, policy.numbers, now)
    if due is None or due.reason != decision.reason or not due.at <= now < due.until:
        raise Obsolete("what it says is no longer true")
    return due


async def _render(
    ctx: Context,
    decision: Decision,
    campaign: Campaign,
    person: Supporter,
    text: str,
    choices: tuple[Choice, ...],
    until: date | None,
) -> Card:
    view = messages.NudgeView(
        kind=PolicyName(decision.policy).value,
        charity=ctx.charity,
        campaign=campaign.authored,
        progress=campaign_cards.progress_of(campaign),
        choices=choices,
        not_now=Tap(action=f"later:{decision.id}"),
        stop=Tap(action=f"enough:{decision.id}"),
        text=text,
        until=until,
        picture=await campaign_cards.picture(ctx, campaign, person.locale),
        other=campaign_cards.other_amount(ctx, campaign, person, Touch(TouchKind.NUDGE, decision.id)),
        own_link=campaign_cards.own_link_button(ctx, campaign, person.platform, Touch(TouchKind.NUDGE, decision.id)),
    )
    return messages.nudge(ctx.catalog, person.locale, view)


async def not_now(ctx: Context, person: Supporter, argument: str) -> Reply:
    """Handle « Pas maintenant »: no reminders for 30 days."""
    until = ctx.clock() + SNOOZE
    async with ctx.db.write() as conn:
        await rows.snooze(conn, person.id, until)
        if (decision := await _own(conn, person, argument)) is not None:
            await rows.record_end(conn, decision.id, "later", ctx.clock())
    return Reply(card=messages.nudge_later(ctx.catalog, person.locale, _day(ctx, person, until), _PREFERENCES))


async def enough(ctx: Context, person: Supporter, argument: str) -> Reply:
    """Handle « Arrêter les rappels »: turn reminders off; news stay as they are."""
    async with ctx.db.read() as conn:
        decision = await _own(conn, person, argument)
    because_of = decision.id if decision is not None else None
    await set_preferences(ctx, person, [Preference.REMINDERS], False, because_of=because_of)
    return Reply(card=messages.nudge_stopped(ctx.catalog, person.locale, _PREFERENCES))


async def _own(conn: Connection, person: Supporter, argument: str) -> Decision | None:
    """Return the decision that a button names, if it is this person's."""
    decision_id = read_id(argument)
    decision = await rows.by_id(conn, decision_id) if decision_id is not None else None
    return decision if decision is not None and decision.supporter_id == person.id else None


def _day(ctx: Context, person: Supporter, when: datetime) -> date:
    """Return the day in the person's time zone."""
    return when.astimezone(known_zone(person.time_zone, ctx.zone)).date()
