"""Which accounts were erased or opted out, by keyed hashes, in a file that no restored backup takes back."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.people import Preference, Supporter
from bot.store.db import Connection
from bot.store.erasure_file import Erasure
from bot.store.supporters import supporters
from bot.usecases.context import Context

_PURPOSE = "erased"


async def record(ctx: Context, conn: Connection, supporter_ids: list[int]) -> None:
    """Record that these people are being erased, before the database does: they have asked, whatever happens then.

    Raises OSError.
    """
    if ctx.erasures is None:
        return
    accounts = await supporters.addresses_of(conn, supporter_ids)
    if accounts:
        ctx.erasures.add([_hashes(ctx, account)[0] for account in accounts], ctx.clock())


async def record_opt_out(ctx: Context, conn: Connection, supporter_id: int, preference: Preference) -> None:
    """Record that a person opts out, before the database does, so that no restored backup asks them again.

    Raises OSError.
    """
    if ctx.erasures is None:
        return
    accounts = await supporters.addresses_of(conn, [supporter_id])
    if accounts:
        ctx.erasures.add([_hashes(ctx, account)[0] for account in accounts], ctx.clock(), preference.value)


def opt_outs(
    ctx: Context, account: Supporter, recorded: Mapping[tuple[str, str], datetime]
) -> dict[Preference, datetime]:
    """Return when an account last opted out, by preference. `recorded`: the latest time by hash and preference."""
    pairs = [(kind, (one, kind.value)) for kind in Preference for one in _hashes(ctx, account)]
    return dict(sorted(((kind, recorded[key]) for kind, key in pairs if key in recorded), key=lambda found: found[1]))


def is_erased(ctx: Context, account: Supporter, erased: dict[str, Erasure]) -> bool:
    """Return whether an account was erased after this supporter joined. `erased`: the latest erasure by hash."""
    return any((one := erased.get(each)) is not None and one.at > account.joined_at for each in _hashes(ctx, account))


def _hashes(ctx: Context, account: Supporter) -> list[str]:
    data = f"{account.platform}:{account.external_id}".encode()
    return [mac.hex() for mac in ctx.keyring.macs(_PURPOSE, data, 24)]
