"""A set of Stripe events and the gifts they touch: the rules run event by event before anything is written.

A bad event is set aside with its error and does not affect the others. An event about an unknown gift waits for it:
it may be early, or concern the charity's other payments.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.domain.gifts import Gift, GiftChange, Pledge, ReceivedEvent
from bot.domain.rights import Right, may
from payments import facts, ledger
from payments.reference import Reference, Touch, TouchKind

_NEVER = datetime.max.replace(tzinfo=UTC)
NO_TOUCH = Touch(TouchKind.NONE)
_MAKES_A_GIFT = (facts.GiftPaid, facts.GiftPending, facts.GiftFailed)


class SetAside(Exception):
    """The event cannot be applied at present; the message is for staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEnd:
    """A campaign as events need it: its slug, and its end (UTC) or None."""

    slug: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of one event: applied, ignored, waiting for a gift, or set aside with its error."""

    event: ReceivedEvent
    state: str
    waits_for: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftWarning:
    """Something staff must look at: a dispute, a fraud warning or a refund that the bank returned."""

    gift_id: int
    kind: str
    about: str  # Stripe's dispute, charge or refund: each is reported once
    due_at: datetime | None = None


class PaymentSet:
    """The gifts that a set of events touches, and the changes the events made to them."""

    def __init__(
        self,
        *,
        gifts: Iterable[Gift],
        pledges: Iterable[Pledge],
        campaigns: Mapping[int, CampaignEnd],
        references: Mapping[str, Reference],  # by token; unreadable ones are absent
        living: Mapping[int, int],  # supporter named in a reference -> their current id
        new_id: Callable[[], int],
        day_of: Callable[[datetime], date],  # returns the day of a time in the charity's zone
        payer: Callable[[str], str] = str,  # returns the keyed hash of a fingerprint or customer
    ) -> None:
        self._by_id: dict[str, Gift] = {}  # by each of its Stripe ids
        self._new_ids: list[str] = []  # Stripe ids that the current event made known
        for gift in gifts:
            self._know(gift)
        self._pledges = {pledge.subscription: pledge for pledge in pledges}
        self._campaigns = campaigns
        self._references = references
        self._living = living
        self._new_id = new_id
        self._day_of = day_of
        self._payer = payer
        self._parked: defaultdict[str, list[ReceivedEvent]] = defaultdict(list)
        self.changes: list[GiftChange] = []
        self.changed_pledges: dict[str, Pledge] = {}
        self.warned: list[GiftWarning] = []
        self.failed_renewals: list[facts.RenewalFailed] = []
        self.verdicts: dict[str, Verdict] = {}

    @property
    def pledges(self) -> list[Pledge]:
        """The current state of every pledge that these events name."""
        return list(self._pledges.values())

    def park(self, waiting: Iterable[tuple[str, ReceivedEvent]]) -> None:
        """Add earlier events that wait for the gift with this Stripe id."""
        for stripe_id, event in waiting:
            self._parked[stripe_id].append(event)

    def apply(self, event: ReceivedEvent) -> None:
        """Apply one event, then the events that waited for a gift it made known."""
        self._new_ids.clear()
        try:
            verdict = self._verdict(event)
        except (SetAside, ledger.ContradictingFacts) as why:
            verdict = Verdict(event=event, state="failed", error=str(why))
        except Exception as why:
            verdict = Verdict(event=event, state="failed", error=repr(why))
        self.verdicts[event.id] = verdict
        if verdict.waits_for is not None:
            self._parked[verdict.waits_for].append(event)
        waited = [w for stripe_id in self._new_ids for w in self._parked.pop(stripe_id, [])]
        for waiting in waited:
            self.apply(waiting)

    def _verdict(self, event: ReceivedEvent) -> Verdict:
        if event.unreadable is not None:
            raise SetAside(event.unreadable)
        ours = [fact for fact in event.facts if fact.ours is not False]
        for fact in ours:
            waits_for = self._apply_fact(event, fact)
            if waits_for is not None:
                return Verdict(event=event, state="waiting", waits_for=waits_for)
        return Verdict(event=event, state="applied" if ours else "ignored")

    def _apply_fact(self, event: ReceivedEvent, fact: facts.Fact) -> str | None:
        """Apply one fact. Return the Stripe id of the gift it must wait for, if that is unknown."""
        match fact:
            case facts.PledgeBound():
                self._bind(fact)
            case facts.PledgeChanged():
                known = self._pledges.get(fact.subscription) or Pledge(
                    subscription=fact.subscription, status=fact.status
                )
                # Ignore an event that was overtaken by a later one.
                if known.said_at is None or fact.at >= known.said_at:
                    self._keep_pledge(_as_reported(known, fact))
            case facts.RenewalFailed():
                if not fact.first:
                    self.failed_renewals.append(fact)
            case facts.SessionExpired() | facts.PaymentFailed():
                return None  # no money moved; Stripe's page or e-mail has informed the donor
            case facts.GiftFact():
                return self._apply_gift_fact(event, fact)
            case _:
                return None
        return None

    def _apply_gift_fact(self, event: ReceivedEvent, fact: facts.GiftFact) -> str | None:
        ids = [n for n in (fact.invoice, fact.payment_intent, getattr(fact, "charge", None)) if n]
        known = next((self._by_id[stripe_id] for stripe_id in ids if stripe_id in self._by_id), None)
        if known is None:
            if not isinstance(fact, _MAKES_A_GIFT):
                return ids[0] if ids else None
            known = self._new_gift(fact)
            before = None
        else:
            before = known
        # First, so that staff learn of a dispute that the books refuse, for example in another currency.
        if isinstance(fact, facts.GiftDisputed):
            self.warned.append(GiftWarning(gift_id=known.id, kind="dispute", about=fact.dispute_id, due_at=fact.due_by))
        elif isinstance(fact, facts.FraudWarning):
            self.warned.append(GiftWarning(gift_id=known.id, kind="fraud_warning", about=fact.charge))
        elif isinstance(fact, facts.GiftRefunded) and fact.status == "failed":
            self.warned.append(GiftWarning(gift_id=known.id, kind="refund_failed", about=fact.refund_id))
        self._keep(event, before, self._with_details(replace(known, book=ledger.apply(known.book, fact)), fact))
        if isinstance(fact, facts.GiftPaid) and fact.pledge is not None:
            self._note_renewal(fact.pledge, fact.renews_at)
        return None

    def _note_renewal(self, subscription: str, renews_at: datetime | None) -> None:
        """Record until when a pledge's invoice paid; older invoices may arrive later."""
        known = self._pledges.get(subscription) or Pledge(subscription=subscription, status="active")
        if renews_at is not None and (known.renews_at is None or known.renews_at < renews_at):
            self._keep_pledge(replace(known, renews_at=renews_at))

    def _with_details(self, gift: Gift, fact: facts.GiftFact) -> Gift:
        """Add what a fact states besides money: receipt and balance transaction; the gift's day; whether it is late."""
        if isinstance(fact, facts.ChargeUpdated):
            gift = replace(
                gift,
                receipt_url=fact.receipt_url or gift.receipt_url,
                balance_transaction=fact.balance_transaction or gift.balance_transaction,
                payer=gift.payer or self._hashed(fact.fingerprint or fact.customer),
            )
        ends_at = self._campaigns[gift.campaign_id].ends_at
        paid_at = gift.book.paid_at
        day = gift.day or (self._day_of(paid_at) if paid_at is not None else None)
        return replace(gift, day=day, late=ends_at is not None and paid_at is not None and paid_at >= ends_at)

    def _new_gift(self, fact: facts.GiftPaid | facts.GiftPending | facts.GiftFailed) -> Gift:
        campaign_id = _campaign_of(fact.metadata)
        known = self._campaigns.get(campaign_id) if campaign_id is not None else None
        # Both must match: the account may have served another database, whose campaign had this number.
        if campaign_id is None or known is None or known.slug != fact.metadata.get("campaign"):
            raise SetAside(f"no campaign {fact.metadata.get('campaign')!r} for {fact.key}")
        supporter_id, touch = self._giver(fact.reference)
        pledge = self._pledges.get(fact.pledge) if fact.pledge else None
        if pledge is not None:
            supporter_id = pledge.supporter_id if self._is_theirs(pledge) else None
        return Gift(
            id=self._new_id(),
            campaign_id=campaign_id,
            supporter_id=supporter_id,
            touch=touch,
            late=False,
            book=ledger.Gift(),
            claimed_at=pledge.claimed_at if pledge is not None else None,
        )

    def _is_theirs(self, pledge: Pledge) -> bool:
        """Return whether a pledge's next gift is its supporter's.

        Before a proof only the first one is, for which they are thanked: later ones would be news about someone else.
        """
        return may(pledge.standing, Right.NEWS) or not self._gifts_of(pledge.subscription)

    def _gifts_of(self, subscription: str) -> list[Gift]:
        """Return a pledge's gifts, earliest first."""
        found = {g.id: g for g in self._by_id.values() if g.book.pledge == subscription}
        return sorted(found.values(), key=lambda g: (g.book.paid_at is None, g.book.paid_at or _NEVER, g.id))

    def _hashed(self, known: str | None) -> str | None:
        return self._payer(known) if known else None

    def _giver(self, token: str | None) -> tuple[int | None, Touch]:
        """Return the supporter and touch of a reference; None if it is missing, forged or names an erased person."""
        reference = self._references.get(token or "")
        if reference is None:
            return None, NO_TOUCH
        return self._living.get(reference.supporter_id), reference.touch

    def _bind(self, fact: facts.PledgeBound) -> None:
        """Bind a pledge to the supporter its session names, and with it a first gift that arrived before."""
        supporter_id, _ = self._giver(fact.reference)
        known = self._pledges.get(fact.subscription) or Pledge(subscription=fact.subscription, status="active")
        if known.claimed_at is not None:
            return
        pledge = replace(
            known,
            campaign_id=_campaign_of(fact.metadata),
            supporter_id=supporter_id,
            minor=known.minor if known.minor is not None or fact.money is None else fact.money.minor,
            session=fact.session,
            payer=known.payer or self._hashed(fact.customer),
        )
        self._keep_pledge(pledge)
        before = self._gifts_of(fact.subscription)
        theirs = before if may(pledge.standing, Right.NEWS) else before[:1]
        for gift in theirs:
            if gift.supporter_id is None and gift.disowned_at is None:
                self._keep_binding(fact.event_id, gift, supporter_id)

    def _keep_binding(self, event_id: str, gift: Gift, supporter_id: int | None) -> None:
        bound = replace(gift, supporter_id=supporter_id)
        self._know(bound)
        self.changes.append(GiftChange(event_id=event_id, before=gift, after=bound))

    def _keep_pledge(self, pledge: Pledge) -> None:
        self._pledges[pledge.subscription] = self.changed_pledges[pledge.subscription] = pledge

    def _keep(self, event: ReceivedEvent, before: Gift | None, after: Gift) -> None:
        self._know(after)
        if after != before:
            self.changes.append(GiftChange(event_id=event.id, before=before, after=after))

    def _know(self, gift: Gift) -> None:
        for stripe_id in gift.stripe_ids:
            if stripe_id not in self._by_id:
                self._new_ids.append(stripe_id)
            self._by_id[stripe_id] = gift


def _as_reported(known: Pledge, fact: facts.PledgeChanged) -> Pledge:
    return replace(
        known,
        status=fact.status,
        minor=fact.money.minor if fact.money is not None else known.minor,
        said_at=fact.at,
        renews_at=fact.renews_at or known.renews_at,
        ends_at=fact.ends_at,
    )


def _campaign_of(metadata: Mapping[str, str]) -> int | None:
    """Return the campaign named in our own metadata, which the payer cannot edit, unlike the reference."""
    value = metadata.get("campaign_id", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def gift_ids_in(events: Iterable[ReceivedEvent]) -> set[str]:
    """Return the Stripe ids of all gifts that these events concern."""
    return {
        name
        for event in events
        for fact in event.facts
        if isinstance(fact, facts.GiftFact)
        for name in (fact.payment_intent, fact.invoice, getattr(fact, "charge", None))
        if name
    }


def pledges_in(events: Iterable[ReceivedEvent]) -> set[str]:
    """Return the ids of all pledges that these events concern."""
    found = set()
    for event in events:
        for fact in event.facts:
            if isinstance(fact, facts.PledgeBound | facts.PledgeChanged):
                found.add(fact.subscription)
            elif isinstance(fact, facts.GiftPaid | facts.GiftPending | facts.GiftFailed | facts.RenewalFailed) and (
                fact.pledge
            ):
                found.add(fact.pledge)
    return found


def tokens_in(events: Iterable[ReceivedEvent]) -> set[str]:
    """Return all references that these events carry."""
    tokens = (getattr(fact, "reference", None) for event in events for fact in event.facts)
    return {token for token in tokens if token}


def campaigns_in(events: Iterable[ReceivedEvent]) -> set[int]:
    """Return the ids of all campaigns that these events name."""
    found = (_campaign_of(getattr(fact, "metadata", {})) for event in events for fact in event.facts)
    return {campaign_id for campaign_id in found if campaign_id is not None}
