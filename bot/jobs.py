"""The recurring jobs that belong to no platform, by subject. Those of one chat platform are in `platform_jobs.py`.

`while_right`: only while our clock is known to be right, since what these jobs close, delete or begin cannot be undone.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.delivery.paced import PacedPlatform
from bot.heartbeats import HANGS_AFTER
from bot.schedule import Tick
from bot.usecases.broadcasts import lifecycle
from bot.usecases.campaigns import live_cards, milestones, publish
from bot.usecases.context import Context
from bot.usecases.core import failure_notices, prune, rate_limits, stripe_login
from bot.usecases.core.clock_check import while_right
from bot.usecases.core.stuck import Stuck, notify_changes
from bot.usecases.core.taps import TapCounter
from bot.usecases.gifts import duplicates
from bot.usecases.giving import links, own_amounts, own_links, payments_pause
from bot.usecases.inbox import inbox
from bot.usecases.money import monthly_news, offline, payouts, reconcile, refunds, stripe_balance
from bot.usecases.money.intake import Intake
from bot.usecases.monthly import confirm
from bot.usecases.nudges import impact_updates, plan
from bot.usecases.quick_give import removing
from bot.usecases.referral_tree import refer
from bot.usecases.referrals import newcomers
from bot.usecases.referrals.invite_page import Openings
from bot.usecases.staff import database_file, notices
from bot.usecases.staff.operations.generation import Generation
from bot.usecases.staff.reports import digest, statement
from bot.usecases.supporters import monthly_ends

_LONG = timedelta(hours=1)  # for jobs that make many Stripe calls in sequence
_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
_OWN = timedelta(seconds=HANGS_AFTER)  # for jobs that wait for nothing but our database
_HALF_HOUR = timedelta(minutes=30)


def money(ctx: Context, intake: Intake) -> list[Tick]:
    """Events that webhooks did not bring, and what Stripe knows of gifts later. Polling is all there is without a
    public address."""
    polling = 60 * _SECOND if ctx.public_url else 5 * _SECOND
    return [
        Tick(name="stripe events", every=polling, run=lambda: reconcile.poll(ctx, intake)),
        Tick(name="failed events", every=15 * _SECOND, run=lambda: reconcile.retry_failed(ctx, intake)),
        Tick(name="fees", every=_MINUTE, run=lambda: reconcile.fetch_fees(ctx)),
        Tick(name="payouts", every=_HALF_HOUR, run=lambda: payouts.list_payouts(ctx), hangs_after=_LONG),
        Tick(
            name="Stripe balance", every=_HALF_HOUR, run=lambda: stripe_balance.read_and_compare(ctx), hangs_after=_LONG
        ),
        Tick(name="duplicate gifts", every=5 * _SECOND, run=lambda: duplicates.tick(ctx), hangs_after=_OWN),
        Tick(name="refunds", every=30 * _SECOND, run=lambda: refunds.tick(ctx)),
        Tick(name="earlier donors", every=5 * _MINUTE, run=lambda: confirm.ask_earlier_donors(ctx)),
        Tick(name="login page", every=_HOUR, run=lambda: stripe_login.look_up_login_page(ctx)),
    ]


def payment_links(ctx: Context) -> list[Tick]:
    """The links behind amounts: those that are missing, changed elsewhere, or no longer needed."""
    close_unused = while_right(ctx, lambda: own_links.close_unused(ctx))
    return [
        Tick(name="missing links", every=_HOUR, run=lambda: links.repair(ctx), hangs_after=_LONG),
        Tick(name="warm links", every=5 * _SECOND, run=lambda: links.load(ctx)),
        Tick(name="personal amounts", every=10 * _MINUTE, run=lambda: own_amounts.ensure_links(ctx)),
        Tick(name="personal links", every=_HOUR, run=close_unused),
        Tick(name="payments pause", every=5 * _SECOND, run=lambda: payments_pause.tick(ctx), hangs_after=_LONG),
    ]


def saved_cards(ctx: Context) -> list[Tick]:
    """Cards that nobody claimed or used, and those that Stripe still has. Also while Quick Give is off."""
    return [
        Tick(name="saved cards", every=_MINUTE, run=while_right(ctx, lambda: removing.remove_due(ctx))),
        Tick(name="removed cards", every=15 * _SECOND, run=lambda: removing.remove_at_stripe(ctx)),
    ]


def campaigns(ctx: Context) -> list[Tick]:
    """Campaigns that close, and what is written about them."""
    return [
        Tick(name="campaign ends", every=30 * _SECOND, run=lambda: publish.close_due(ctx)),
        Tick(name="closed campaigns", every=_MINUTE, run=lambda: monthly_news.ask_donors_of_closed(ctx)),
        Tick(name="giving line", every=5 * _SECOND, run=lambda: live_cards.clear_recent_giving(ctx), hangs_after=_OWN),
        Tick(name="milestones", every=2 * _SECOND, run=lambda: milestones.tick(ctx)),
        Tick(name="broadcasts", every=_SECOND, run=lambda: lifecycle.tick(ctx), hangs_after=_OWN),
    ]


def asking(ctx: Context) -> list[Tick]:
    """Reminders and impact updates."""
    news, gifts, years = plan.recheck_after_changes, impact_updates.send_gift_updates, impact_updates.send_year_updates
    return [
        Tick(name="reminders", every=30 * _SECOND, run=while_right(ctx, lambda: plan.tick(ctx))),
        Tick(name="campaign news", every=_MINUTE, run=while_right(ctx, lambda: news(ctx))),
        Tick(name="impact update consent", every=10 * _SECOND, run=lambda: impact_updates.ask_first_donors(ctx)),
        Tick(name="impact updates", every=5 * _MINUTE, run=while_right(ctx, lambda: gifts(ctx))),
        Tick(name="yearly updates", every=5 * _MINUTE, run=while_right(ctx, lambda: years(ctx))),
    ]


def people(ctx: Context) -> list[Tick]:
    """What follows from who brought whom, who may not give monthly any more, and who was written to."""
    return [
        Tick(name="referrals", every=2 * _SECOND, run=lambda: refer.tick(ctx)),
        Tick(name="monthly gifts that must end", every=_MINUTE, run=lambda: monthly_ends.end_due(ctx)),
        Tick(name="inbox follow-ups", every=5 * _SECOND, run=lambda: inbox.finish_replies(ctx)),
    ]


def counters(taps: TapCounter, openings: Openings) -> list[Tick]:
    """What is counted in memory and written together."""
    return [
        Tick(name="taps", every=_SECOND, run=taps.write),
        Tick(name="opened invites", every=_SECOND, run=openings.write),
    ]


def team(ctx: Context, platforms: Callable[[], Sequence[PacedPlatform]]) -> list[Tick]:
    """Notices to staff. `platforms`: those that work now."""
    return [
        Tick(name="monthly statement", every=_MINUTE, run=while_right(ctx, lambda: statement.tick(ctx))),
        Tick(name="weekly summary", every=_MINUTE, run=lambda: digest.tick(ctx)),
        Tick(name="failures", every=5 * _SECOND, run=lambda: failure_notices.tick(ctx), hangs_after=_OWN),
        Tick(name="notices", every=_SECOND, run=lambda: notices.tick(ctx, platforms())),
        Tick(name="database file", every=15 * _SECOND, run=lambda: database_file.tick(ctx, platforms())),
    ]


def health(ctx: Context, stuck: Callable[[], Awaitable[Sequence[Stuck]]], generation: Generation) -> list[Tick]:
    """Notices to staff about what is stuck, and the counter that recognizes a restored copy."""

    async def notify() -> bool:
        return await notify_changes(ctx, await stuck())

    return [
        Tick(name="health", every=30 * _SECOND, run=notify, hangs_after=_OWN),
        Tick(name="generation", every=_MINUTE, run=generation.tick),
    ]


def retention(ctx: Context) -> list[Tick]:
    """What is deleted once it is old enough."""
    return [
        Tick(name="retention", every=_HOUR, run=while_right(ctx, lambda: prune.delete_old(ctx))),
        Tick(name="event retention", every=6 * _HOUR, run=while_right(ctx, lambda: reconcile.prune(ctx))),
        Tick(name="inbox retention", every=6 * _HOUR, run=while_right(ctx, lambda: inbox.prune(ctx))),
        Tick(name="draft retention", every=6 * _HOUR, run=while_right(ctx, lambda: offline.prune(ctx))),
        Tick(name="departure retention", every=6 * _HOUR, run=while_right(ctx, lambda: newcomers.prune(ctx))),
        Tick(name="rate limits", every=6 * _HOUR, run=while_right(ctx, lambda: rate_limits.prune(ctx))),
    ]
