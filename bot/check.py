"""`obole check`: check everything that must be right, and report what is wrong and how to fix it."""

import random
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from bot.domain.time import Clock
from bot.findings import Finding, ok, problem, warning
from bot.logs import described
from bot.opening import NotReady, monitoring_token, open_context, proxy_problems
from bot.platforms.discord.probe import probe as probe_discord
from bot.platforms.telegram.probe import probe as probe_telegram
from bot.settings import NO_NAME, Settings
from bot.store.campaigns import posted
from bot.store.core import outbox, switches
from bot.store.gifts import gifts
from bot.store.money import events
from bot.usecases.context import Context
from bot.usecases.core import direct_messages
from bot.usecases.money import stripe_balance, verify
from bot.web.probe import probe as probe_process
from payments.facts import CARD_TYPES, HANDLED_TYPES
from payments.money import Money
from payments.stripe import Account, GatewayError, StripeGateway

_FIXED_SQLITE = (3, 51, 3)  # earlier versions can lose a commit when two connections race for a checkpoint
_SILENT = timedelta(days=3)
_A_DAY = timedelta(days=1)
_CLOCK_OFF = 60.0  # seconds; Stripe's signatures tolerate 300


async def examine(settings: Settings, *, clock: Clock, rng: random.Random) -> list[Finding]:
    """Check settings, clock, database, Stripe and both platforms. Failures become findings, not exceptions."""
    missing = settings.missing()
    if missing:
        return [problem(f"not set: {name}", ".env.example explains it and where to get it.") for name in missing]
    findings = [_python(), _sqlite(settings), *_charity(settings)]
    findings += [problem(message, "See .env.example.") for message in settings.refused()]
    if proxies := proxy_problems(settings):  # nothing else can be reached
        return findings + [problem(message, "The environment's proxies apply to every service.") for message in proxies]
    try:
        async with open_context(settings, clock=clock, rng=rng) as ctx:
            if settings.port:
                token = monitoring_token(ctx, settings)
                findings += [finding async for finding in probe_process(settings.listen_on, settings.port, token)]
            findings += [finding async for finding in _database(ctx)]
            findings += [finding async for finding in _stripe(ctx)]
            findings += [finding async for finding in _platforms(ctx, settings)]
    except NotReady as error:
        findings.append(problem(str(error), "Check OBOLE_DATABASE_URL and its permissions."))
    except Exception as error:
        findings.append(problem(f"the check failed: {described(error)}", "Please report it."))
    return findings


def _charity(settings: Settings) -> list[Finding]:
    """Return a finding for each unset detail about the charity that people read."""
    wanted = (
        ("has no name", settings.charity_name != NO_NAME, "OBOLE_CHARITY_NAME"),
        ("has no contact address", bool(settings.charity_contact), "OBOLE_CHARITY_CONTACT"),
        ("has no privacy officer", bool(settings.charity_privacy_officer), "OBOLE_CHARITY_PRIVACY_OFFICER"),
    )
    return [
        warning(f"the charity {message}", f"Set {name}; donors read it.")
        for message, is_set, name in wanted
        if not is_set
    ]


def _python() -> Finding:
    return ok(f"Python {sys.version.split()[0]}")


def _sqlite(settings: Settings) -> Finding:
    if "postgres" in settings.database_url:
        return ok("the database is PostgreSQL")
    if sqlite3.sqlite_version_info < _FIXED_SQLITE:
        return ok(f"SQLite {sqlite3.sqlite_version}: safe with one writer, which is how Obole uses it")
    return ok(f"SQLite {sqlite3.sqlite_version}")


async def _database(ctx: Context) -> AsyncIterator[Finding]:
    async with ctx.db.read() as conn:
        failed = await events.failed(conn)
        states = await outbox.counts(conn)
        cases = await gifts.open_cases(conn)
        stop = await direct_messages.current_stop(conn)
        restored = await switches.read(conn, switches.RESTORED)
    yield ok("the database responds and has the current schema")
    for event in failed[:20]:
        message = f"event {event.id} ({event.type}) could not be applied: {event.error}"
        yield problem(message, "It is stored and retried; please report it if it stays.")
    if in_doubt := states.get("in_doubt", 0):
        yield warning(
            f"{in_doubt} messages are in doubt: they may or may not have been sent", "They are not sent again."
        )
    if stuck := states.get("failed", 0):
        yield warning(f"{stuck} messages could not be sent", "The log has the reasons.")
    if stop is not None:
        message = f"direct messages on Discord have been stopped since {stop.since:%Y-%m-%d %H:%M} UTC ({stop.why})"
        yield warning(message, "Staff resume them in chat; docs/operations.md says when.")
    if restored is not None and (missing := (restored.value or {}).get("missing")):
        message = f"{missing} people who were erased before {restored.at:%Y-%m-%d} came back with a restored backup"
        fix = f"Put the newest record of erasures at {ctx.erasures.path if ctx.erasures else ''}, then: obole restored"
        yield problem(message, fix)
    for case in cases[:20]:
        yield warning(
            f"case {case['id']}: {case['kind']} about gift {case['gift_id']}", "Someone on the team should look at it."
        )
    report = await verify.verify(ctx)
    if report.problems:
        yield problem(f"the ledger has {len(report.problems)} discrepancies", "Run: obole ledger verify")
    else:
        yield ok(f"the ledger is consistent: {report.gifts} gifts")


async def _stripe(ctx: Context) -> AsyncIterator[Finding]:
    gateway = ctx.gateway
    assert isinstance(gateway, StripeGateway)
    try:
        yield _clock(ctx.clock(), await gateway.server_time())
    except GatewayError as error:
        yield problem(f"Stripe refuses: {error}", "Check OBOLE_STRIPE_API_KEY and the key's permissions.")
        return
    try:
        yield _account(await gateway.account(), live=gateway.livemode)
    except GatewayError as error:
        yield warning(
            f"Stripe does not show the account to this key: {error}", "A restricted key may lack this permission."
        )
    yield await _portal(gateway)
    yield await _payouts(gateway, ctx.clock())
    yield await _compared(ctx)
    if ctx.quick_give:
        yield await _saved_cards(gateway)
    if ctx.public_url:
        types = HANDLED_TYPES + (CARD_TYPES if ctx.quick_give else ())
        yield await _webhook(f"{ctx.public_url}/webhooks/stripe", gateway, types)
        async with ctx.db.read() as conn:
            last = await events.last_received(conn)
            by_source = await events.counts_by_source(conn, ctx.clock() - _A_DAY)
        if last is None or ctx.clock() - last > _SILENT:
            yield warning(
                "Stripe has sent nothing for days",
                "Polling still reads its events; check Developers > Webhooks at Stripe.",
            )
        if by_source.get("poll", 0) > by_source.get("webhook", 0):
            message = (
                f"in the last day, {by_source['poll']} events came by polling, {by_source.get('webhook', 0)} by webhook"
            )
            yield warning(message, "Check the failed deliveries at Stripe, under Developers > Webhooks.")


async def _portal(gateway: StripeGateway) -> Finding:
    """Check the login page where every monthly donor can end their gift, known to us or not."""
    fix = "At Stripe: Settings > Billing > Customer portal, activate the login link and save."
    try:
        page = await gateway.login_page()
        is_saved = page is not None or await gateway.has_portal()
    except GatewayError as error:
        return warning(f"Stripe does not show its customer portal to this key: {error}", "Allow the key to write it.")
    if not is_saved:
        message = "Stripe's customer portal was never saved: donors whose payment failed cannot change their card"
        return problem(message, f"{fix} Until then, nobody can end a monthly gift there either.")
    if page is None:
        return problem("Stripe's login page for monthly donors is off, so they cannot end their gift there", fix)
    return ok(f"monthly donors manage their gift at {page}; docs/going-live.md explains Stripe's e-mails")


async def _payouts(gateway: StripeGateway, now: datetime) -> Finding:
    try:
        [page async for page in gateway.payouts(now - _A_DAY, now)]
        await gateway.balance()
    except GatewayError as error:
        message = f"Stripe does not show payouts or the balance to this key: {error}"
        return warning(message, "Allow the key to read Payouts and Balance, so that payouts get into the books.")
    return ok("Stripe shows its payouts and its balance")


async def _compared(ctx: Context) -> Finding:
    """Report the last comparison of the ledger with Stripe's balance (usecases/money/stripe_balance.py)."""
    async with ctx.db.read() as conn:
        found = await stripe_balance.latest(conn)
    if found is None or not found[0].is_established:
        return ok("the books were not compared with Stripe's balance yet: that takes a quiet hour, twice")
    compared, at = found
    if not compared.off:
        return ok(f"the books agree with Stripe's balance as of {at:%Y-%m-%d %H:%M} UTC")
    sums = ", ".join(ctx.catalog.money("en", Money(minor, code)) for code, minor in compared.off.items())
    return warning(
        f"Stripe's balance minus the one in the books is {sums} since {compared.since[:16]} UTC",
        "Run: obole ledger verify. If it finds nothing, compare `obole export ledger` with Stripe's balance report.",
    )


def _account(account: Account, *, live: bool) -> Finding:
    mode = "live" if live else "test mode"
    if not account.charges_enabled:
        return problem(
            f"Stripe account {account.name or account.id} cannot accept payments yet", "Finish its setup at Stripe."
        )
    return ok(f"Stripe: {account.name or account.id}, {mode}")


async def _saved_cards(gateway: StripeGateway) -> Finding:
    try:
        lacking = await gateway.lacking_permissions()
    except GatewayError as error:
        return problem(f"Stripe does not say whether this key can save cards: {error}", "Try again later.")
    if lacking:
        return problem(
            f"the key cannot save cards; it lacks {', '.join(lacking)}", "Allow these, or OBOLE_QUICK_GIVE=false."
        )
    return ok("the key can save and charge cards")


async def _webhook(url: str, gateway: StripeGateway, types: Sequence[str]) -> Finding:
    try:
        endpoints = await gateway.webhook_endpoints()
    except GatewayError as error:
        return warning(
            f"Stripe does not show its webhooks to this key: {error}", "Allow the key to read webhook endpoints."
        )
    ours = next((e for e in endpoints if e.url == url and e.status == "enabled"), None)
    if ours is None:
        return problem(
            f"Stripe sends no events to {url}", "Add the endpoint at Stripe, then set OBOLE_STRIPE_WEBHOOK_SECRET."
        )
    lacking = set() if "*" in ours.enabled_events else set(types) - set(ours.enabled_events)
    if lacking:
        return problem(f"Stripe's endpoint leaves out {', '.join(sorted(lacking))}", "Add these types to the endpoint.")
    return ok(f"Stripe sends its events to {url}")


async def _platforms(ctx: Context, settings: Settings) -> AsyncIterator[Finding]:
    async with ctx.db.read() as conn:
        places = {name: await posted.chats_on(conn, name) for name in ("telegram", "discord")}
    if settings.telegram_token is not None:
        webhook = f"{ctx.public_url}/webhooks/telegram" if ctx.public_url else ""
        token = settings.telegram_token.get_secret_value()
        async for finding in probe_telegram(token, settings.telegram_api_url, webhook, places["telegram"]):
            yield finding
    if settings.discord_token is not None:
        token = settings.discord_token.get_secret_value()
        async for finding in probe_discord(token, settings.discord_api_url, places["discord"]):
            yield finding


def _clock(ours: datetime, theirs: datetime | None) -> Finding:
    """Compare this machine's clock with Stripe's; signatures and quiet hours depend on it."""
    if theirs is None:
        return warning("the clock could not be compared with Stripe's", "Turn on time synchronisation (NTP).")
    off = (ours - theirs).total_seconds()
    if abs(off) > _CLOCK_OFF:
        return problem(f"this machine's clock is off by {off:.0f} s", "Turn on time synchronisation (NTP).")
    return ok("the clock is right")
