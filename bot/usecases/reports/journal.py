"""A month of the books as a journal: one entry a day, equal to the ledger to the cent."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

from bot.domain.periods import Span, period_of
from bot.domain.staff import Member
from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.store.db import Connection
from bot.store.reports import exports as rows
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.reports.journal_files import Account, JournalEntry, checked


async def accounts(ctx: Context) -> Mapping[str, Account]:
    """Return the names and numbers that were set, by our name of the account."""
    async with ctx.db.read() as conn:
        return await _accounts(conn)


async def set_account(ctx: Context, member: Member, ours: str, account: Account) -> Account:
    """Set what the accounting program calls an account; what is None keeps its value. Raises BadAccount."""
    async with ctx.db.write() as conn:
        known = await _accounts(conn)
        before = known.get(ours, Account())
        after = checked(Account(account.name or before.name, account.number or before.number))
        value = {name: asdict(each) for name, each in ({**known, ours: after}).items()}
        switch = Switch(name=switches.JOURNAL_ACCOUNTS, on=True, value=value, at=ctx.clock(), by=member.id or None)
        await switches.set_switch(conn, switch)
        await log_action(ctx, conn, member, "journal.account", account=ours, **asdict(after))
    return after


async def journal(ctx: Context, month: date) -> Mapping[str, Sequence[JournalEntry]]:
    """Return the entries of a month by currency. `month`: any day of it.

    A posting belongs to its posting day, which is fixed, so a month that is over never changes. An entry's number
    consists of its day, so that a program that refuses numbers it knows refuses a file that it has imported.
    """
    sums: defaultdict[str, defaultdict[date, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    async with ctx.db.snapshot() as conn:
        async for line in rows.ledger(conn, period_of(Span.MONTH, month)):
            sums[line.currency][line.day][line.account] += line.minor
    return {
        code: [_entry(code, day, days[day]) for day in sorted(days) if any(days[day].values())]
        for code, days in sorted(sums.items())
    }


def _entry(code: str, day: date, lines: Counter[str]) -> JournalEntry:
    debits_first = sorted(((name, minor) for name, minor in lines.items() if minor), key=lambda line: -line[1])
    return JournalEntry(f"OB{day:%y%m%d}{code.upper()}", day, f"Obole {day.isoformat()}", dict(debits_first))


async def _accounts(conn: Connection) -> Mapping[str, Account]:
    switch = await switches.read(conn, switches.JOURNAL_ACCOUNTS)
    return {} if switch is None else {name: Account(**each) for name, each in switch.value.items()}
