"""Gifts imported from files: proposed line by line, booked like those typed in chat, undone as a whole.

Names, addresses and texts of a file are shown and never stored.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.import_rows import Line, Source, keys
from bot.domain.staff import Member
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.db import Connection
from bot.store.money import imports as rows
from bot.store.money import offline as offline_rows
from bot.store.money.imports import Import, ImportedGift
from bot.store.money.offline import OfflineGift
from bot.usecases.context import Context
from bot.usecases.core.audit import log_action
from bot.usecases.money import offline
from bot.usecases.money.record import write_changes
from content.folding import fold
from payments.money import Money

Verdict = Literal["gift", "known", "transfer", "by_hand", "no_campaign"]

_CHUNK = 500  # gifts a transaction, so that no payment waits long
_SLIP_WITHIN = timedelta(days=4)  # between the day of a deposit slip or payout and the day at the bank
_LISTED = 20
_HASH_BYTES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What will be done with a line: only a "gift" is booked. `keys`: its keyed hashes, the newest secret's first."""

    line: Line
    campaign: Campaign | None
    verdict: Verdict
    keys: Sequence[str]


@dataclass(slots=True)
class _ByHand:
    """What counts already: gifts that staff typed, by day, currency and amount, and totals of deposit slips."""

    typed: Counter[tuple[date, str, int]]
    slips: list[tuple[date, Money]]

    def has(self, line: Line) -> bool:
        """Return whether this line is one of them. Each is found once: nine cheques are nine lines, or one deposit."""
        at = line.day, line.money.currency, line.money.minor
        if self.typed[at] > 0:
            self.typed[at] -= 1
            return True
        return _take(self.slips, line)


def _take(sums: list[tuple[date, Money]], line: Line) -> bool:
    """Return whether a sum of about that day is this line's, and remove it: each is one line."""
    found = next((one for one in sums if one[1] == line.money and abs(one[0] - line.day) <= _SLIP_WITHIN), None)
    if found is not None:
        sums.remove(found)
    return found is not None


async def propose(ctx: Context, lines: Sequence[Line], source: Source, campaign: Campaign | None) -> list[Proposal]:
    """Return what each line is taken for, in one snapshot. `campaign`: of lines that name none."""
    if not lines:
        return []
    hashed = [_hashes(ctx, key) for key in keys(lines, source)]
    first, last = min(line.day for line in lines), max(line.day for line in lines)
    async with ctx.db.snapshot() as conn:
        known = await rows.known(conn, [key for each in hashed for key in each])
        named = _by_name(await campaign_rows.all_campaigns(conn))
        by_hand = _ByHand(
            await rows.typed_gifts(conn, first, last),
            await rows.deposits(conn, first - _SLIP_WITHIN, last + _SLIP_WITHIN),
        )
        since, until = (datetime.combine(day, time(), UTC) for day in (first - _SLIP_WITHIN, last + _SLIP_WITHIN))
        payouts = [(at.astimezone(UTC).date(), money) for at, money in await rows.payouts(conn, since, until)]
    proposals = []
    for line, each in zip(lines, hashed, strict=True):
        found = named.get(fold(line.campaign)) if line.campaign is not None else campaign
        is_transfer = line.platform is not None or _take(payouts, line)
        verdict = _verdict(line, found, by_hand, is_known=not known.isdisjoint(each), is_transfer=is_transfer)
        proposals.append(Proposal(line=line, campaign=found or campaign, verdict=verdict, keys=each))
    return proposals


def _verdict(line: Line, campaign: Campaign | None, by_hand: _ByHand, *, is_known: bool, is_transfer: bool) -> Verdict:
    if is_known:
        return "known"
    if is_transfer:
        return "transfer"
    if by_hand.has(line):
        return "by_hand"
    return "no_campaign" if campaign is None else "gift"


def _hashes(ctx: Context, key: str) -> Sequence[str]:
    return [mac.hex() for mac in ctx.keyring.macs("import", key.encode(), _HASH_BYTES)]


def _by_name(campaigns: Sequence[Campaign]) -> Mapping[str, Campaign]:
    """Return the campaigns by short name and by their names in both languages, folded; the newest of equal names."""
    oldest_first = list(reversed(campaigns))
    named = {fold(name): each for each in oldest_first for name in _names(each)}
    return named | {fold(each.slug): each for each in oldest_first}


def _names(campaign: Campaign) -> Iterator[str]:
    return (text for text in (campaign.authored.name.fr, campaign.authored.name.en) if text)


async def book(ctx: Context, proposals: Sequence[Proposal], source: Source, actor: Member) -> tuple[int, int]:
    """Book the gifts among the proposals; return the import's id and how many gifts were booked.

    In parts: if the process dies midway, importing the file again books what is missing.
    """
    chosen = [proposal for proposal in proposals if proposal.verdict == "gift" and proposal.campaign is not None]
    import_id = ctx.ids.new()
    async with ctx.db.write_money() as conn:
        await rows.begin(conn, import_id, source, ctx.clock())
        await log_action(ctx, conn, actor, "import.begun", batch=str(import_id), source=source, gifts=len(chosen))
    booked = 0
    for at in range(0, len(chosen), _CHUNK):
        async with ctx.db.write_money() as conn:
            booked += await _book_part(ctx, conn, import_id, chosen[at : at + _CHUNK])
    return import_id, booked


async def _book_part(ctx: Context, conn: Connection, import_id: int, part: Sequence[Proposal]) -> int:
    """Book what is not known by now, unless somebody undoes the import meanwhile; return how many."""
    known = await rows.known(conn, [key for proposal in part for key in proposal.keys])
    fresh = [proposal for proposal in part if known.isdisjoint(proposal.keys)]
    made = [(_gift(ctx, proposal), proposal) for proposal in fresh]
    if not made or await rows.is_undone(conn, import_id):
        return 0
    changes = [GiftChange(event_id=f"obole:import:{gift.id}", before=None, after=gift) for gift, _ in made]
    await write_changes(ctx, conn, changes)
    await offline_rows.add(conn, [_typed(ctx, import_id, gift, proposal.line) for gift, proposal in made])
    await rows.add(
        conn,
        [
            ImportedGift(
                gift_id=gift.id,
                import_id=import_id,
                key=proposal.keys[0],
                receipted_by=proposal.line.receipted_by,
                received_from=proposal.line.received_from,
            )
            for gift, proposal in made
        ],
    )
    return len(made)


async def undo(ctx: Context, import_id: int, actor: Member) -> bool:
    """Take back every gift of an import; return whether there was such an import.

    In parts like `book`: undoing again finishes what was cut off.
    """
    while True:
        async with ctx.db.write_money() as conn:
            ids = await rows.live_gifts(conn, import_id, _CHUNK)
            if not ids:
                done = await rows.mark_undone(conn, import_id, ctx.clock())
                if done:
                    await log_action(ctx, conn, actor, "import.undone", batch=str(import_id))
                return done
            typed = await offline_rows.by_gifts(conn, ids)
            live = [number for number in ids if typed[number].taken_back_at is None]
            await rows.forget_keys(conn, ids)
            if live:
                await offline.take_back_all(ctx, conn, live, actor, offline.UNDONE)


async def latest(ctx: Context) -> list[Import]:
    """Return the newest imports."""
    async with ctx.db.read() as conn:
        return await rows.latest(conn, _LISTED)


def totals(proposals: Sequence[Proposal], verdict: Verdict) -> tuple[int, Sequence[Money]]:
    """Return how many lines have this verdict, and their total by currency."""
    chosen = [proposal.line.money for proposal in proposals if proposal.verdict == verdict]
    codes = sorted({money.currency for money in chosen})
    return len(chosen), [Money(sum(m.minor for m in chosen if m.currency == code), code) for code in codes]


def as_gift(ctx: Context, proposal: Proposal) -> Proposal:
    """Return the proposal as a gift, because staff said that it is one: also of a line that was imported before."""
    again = proposal.verdict == "known"
    return replace(
        proposal,
        verdict="gift" if proposal.campaign is not None else "no_campaign",
        keys=_hashes(ctx, f"again:{ctx.ids.new()}") if again else proposal.keys,
    )


def _gift(ctx: Context, proposal: Proposal) -> Gift:
    line, campaign = proposal.line, proposal.campaign
    assert campaign is not None
    return offline.new_gift(ctx, campaign, line.money, line.way, line.day, banked=True, fee=line.fee)


def _typed(ctx: Context, import_id: int, gift: Gift, line: Line) -> OfflineGift:
    return OfflineGift(
        gift_id=gift.id,
        batch=import_id,
        received_on=line.day,
        banked_on=line.day,
        slip_id=None,
        note="",
        entered_by=None,
        entered_at=ctx.clock(),
    )
