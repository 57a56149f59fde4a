"""Limits that owners set. A value set in chat wins over the environment, which wins over the default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.domain import offline
from bot.domain.broadcasts import APPROVE_ABOVE, PAUSE_ABOVE
from bot.domain.staff import Member
from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.core.notify import notify_staff
from content.addresses import Domains
from content.messages.staff_limits import Limit

NAMES: Mapping[Limit, str] = {
    "approve": switches.APPROVE_ABOVE,
    "pause": switches.PAUSE_ABOVE,
    "domains": switches.LINK_DOMAINS,
    "declined": switches.ALARM_DECLINED,
    "warned": switches.ALARM_WARNED,
    "new_dms": switches.NEW_DMS,
    "offline": switches.OFFLINE_ABOVE,
    "monthly_test": switches.MONTHLY_TEST,
}
MOST_DECLINED = 20  # in an hour, by default
MOST_WARNED = 3  # early fraud warnings in an hour, by default
MOST_NEW_DMS = 10  # a day, by default; Discord has flagged bots after 20 to 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits in effect. `own`: those that an owner has set in chat."""

    approve: int  # recipients above which a second person approves
    pause: int  # percent of failures above which a broadcast pauses automatically
    domains: tuple[str, ...]  # hosts to which links in staff's texts may lead, and names on Telegram (@name)
    declined: int  # payments declined within an hour from which staff are notified
    warned: int  # early fraud warnings within an hour, likewise
    new_dms: int  # conversations that the bot may open on Discord in a day
    offline: int  # main units of a currency above which a second person confirms gifts outside Stripe
    monthly_test: int  # percent of new donors who are not offered a monthly gift, to measure; 0: no test
    own: frozenset[Limit]


async def read(ctx: Context, conn: Connection) -> Limits:
    """Return the limits in effect."""
    stored = await switches.read_each(conn, NAMES.values())
    values = {limit: stored[name].value for limit, name in NAMES.items() if name in stored and stored[name].on}
    return Limits(
        approve=int(values.get("approve", APPROVE_ABOVE)),
        pause=int(values.get("pause", PAUSE_ABOVE)),
        domains=tuple(values.get("domains", _hosts_of_environment(ctx))),
        declined=int(values.get("declined", MOST_DECLINED)),
        warned=int(values.get("warned", MOST_WARNED)),
        new_dms=int(values.get("new_dms", MOST_NEW_DMS)),
        offline=int(values.get("offline", offline.ABOVE)),
        monthly_test=int(values.get("monthly_test", 0)),
        own=frozenset(values),
    )


def _hosts_of_environment(ctx: Context) -> tuple[str, ...]:
    """Return the hosts from the settings, or else the charity's own host."""
    own = urlsplit(ctx.public_url).hostname
    return ctx.link_domains or ((own,) if own else ())


async def set_limit(ctx: Context, actor: Member, limit: Limit, value: int | tuple[str, ...] | None) -> None:
    """Set one limit, or reset it to its default (None). Audited, and announced to all staff."""
    stored: Any = list(value) if isinstance(value, tuple) else value
    async with ctx.db.write() as conn:
        before = getattr(await read(ctx, conn), limit)
        by = actor.id or None
        await switches.set_switch(
            conn, Switch(name=NAMES[limit], on=value is not None, value=stored, at=ctx.clock(), by=by)
        )
        after = getattr(await read(ctx, conn), limit)
        await log_action(ctx, conn, actor, "limit.set", limit=limit, before=_plain(before), after=_plain(after))
        key = f"limit_set:{ctx.ids.new()}"
        await notify_staff(ctx, conn, key, "limit_set", limit=limit, value=_plain(after), by=actor.label)


def _plain(value: int | tuple[str, ...]) -> int | list[str]:
    return list(value) if isinstance(value, tuple) else value


async def domains(ctx: Context) -> Domains:
    """Return where links in staff texts may lead."""
    async with ctx.db.read() as conn:
        return await domains_now(ctx, conn)


async def domains_now(ctx: Context, conn: Connection) -> Domains:
    """Return where links in staff texts may lead, within a transaction."""
    listed = (await read(ctx, conn)).domains
    contact = ctx.charity.contact
    return Domains(
        hosts=frozenset(entry for entry in listed if not entry.startswith("@")),
        bot=ctx.identity.telegram_username or "",
        names=frozenset(entry[1:] for entry in (*listed, contact) if entry.startswith("@")),
        emails=frozenset({contact}) if "@" in contact[1:] else frozenset(),
    )
