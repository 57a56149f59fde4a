"""A set of Stripe events and the gifts they touch: the rules, run event by event before anything is written.

A bad event is set aside with its error and takes no neighbour down. An event about a gift that nobody has heard of
waits for it: it may be early, or about the charity's other business.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.gifts import Gift, GiftChange, Pledge, ReceivedEvent
from bot.domain.rights import Right, may
from payments import facts, ledger
from payments.reference import Reference, Touch, TouchKind

_NEVER = datetime.max.replace(tzinfo=UTC)
NO_TOUCH = Touch(TouchKind.NONE)
_MAKES_A_GIFT = (facts.GiftPaid, facts.GiftPending, facts.GiftFailed)


class SetAside(Exception):
    """This event cannot be applied as things are; the message is for staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEnd:
    """A campaign as events need it: its name, and its last moment (UTC), None while it has none."""

    slug: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one event: applied, ignored, waiting for a gift, or set aside with its error."""

    event: ReceivedEvent
    state: str
    waits_for: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftWarning:
    """Something staff must look at: a dispute or a fraud warning."""

    gift_id: int
    kind: str
    about: str  # Stripe's dispute, or the charge: each is told once
    due_at: datetime | None = None


class PaymentSet:
    """Holds the gifts that a set of events touches, and what the events did to them."""

    def __init__(
        self,
        *,
        gifts: Iterable[Gift],
        pledges: Iterable[Pledge],
        campaigns: Mapping[int, CampaignEnd],
        references: Mapping[str, Reference],  # of tokens that could be read
        living: Mapping[int, int],  # supporter named in a reference -> who that is today
        new_id: Callable[[], int],
        payer: Callable[[str], str] = str,  # keyed hash of a fingerprint or customer
    ) -> None:
        self._by_name: dict[str, Gift] = {}
        self._fresh: list[str] = []  # names that the event at hand made known
        for gift in gifts:
            self._know(gift)
        self._pledges = {pledge.subscription: pledge for pledge in pledges}
        self._campaigns = campaigns
        self._references = references
        self._living = living
        self._new_id = new_id
        self._payer = payer
        self._parked: defaultdict[str, list[ReceivedEvent]] = defaultdict(list)
        self.changes: list[GiftChange] = []
        self.changed_pledges: dict[str, Pledge] = {}
        self.warned: list[GiftWarning] = []
        self.failed_renewals: list[facts.RenewalFailed] = []
        self.verdicts: dict[str, Verdict] = {}

    @property
    def pledges(self) -> list[Pledge]:
        """Every pledge that these events name, as it stands now."""
        return list(self._pledges.values())

    def park(self, waiting: Iterable[tuple[str, ReceivedEvent]]) -> None:
        """Earlier events that wait for a gift of this name."""
        for name, event in waiting:
            self._parked[name].append(event)

    def take(self, event: ReceivedEvent) -> None:
        """Run the rules for one event, and then for those that waited for what it brought."""
        self._fresh.clear()
        try:
            verdict = self._apply(event)
        except (SetAside, ledger.ContradictingFacts) as why:
            verdict = Verdict(event=event, state="failed", error=str(why))
        except Exception as why:
            verdict = Verdict(event=event, state="failed", error=repr(why))
        self.verdicts[event.id] = verdict
        if verdict.waits_for is not None:
            self._parked[verdict.waits_for].append(event)
        waited = [w for name in self._fresh for w in self._parked.pop(name, [])]
        for waiting in waited:
            self.take(waiting)

    def _apply(self, event: ReceivedEvent) -> Verdict:
        if event.unreadable is not None:
            raise SetAside(event.unreadable)
        ours = [fact for fact in event.facts if fact.ours is not False]
        for fact in ours:
            waits_for = self._fact(event, fact)
            if waits_for is not None:
                return Verdict(event=event, state="waiting", waits_for=waits_for)
        return Verdict(event=event, state="applied" if ours else "ignored")

    def _fact(self, event: ReceivedEvent, fact: facts.Fact) -> str | None:
        """Apply one fact; the name of the gift it must wait for, if it is not known."""
        match fact:
            case facts.PledgeBound():
                self._bind(fact)
            case facts.PledgeChanged():
                known = self._pledges.get(fact.subscription) or Pledge(
                    subscription=fact.subscription, status=fact.status
                )
                # An event that was overtaken by a later one says nothing any more.
                if known.said_at is None or fact.at >= known.said_at:
                    minor = fact.money.minor if fact.money is not None else known.minor
                    self._keep_pledge(replace(known, status=fact.status, minor=minor, said_at=fact.at))
            case facts.RenewalFailed():
                if not fact.first:
                    self.failed_renewals.append(fact)
            case facts.SessionExpired() | facts.PaymentFailed():
                return None  # nothing moved; Stripe's page or its e-mail has told the donor
            case facts.GiftFact():
                return self._gift_fact(event, fact)
            case _:
                return None
        return None

    def _gift_fact(self, event: ReceivedEvent, fact: facts.GiftFact) -> str | None:
        names = [n for n in (fact.invoice, fact.payment_intent, getattr(fact, "charge", None)) if n]
        known = next((self._by_name[name] for name in names if name in self._by_name), None)
        if known is None:
            if not isinstance(fact, _MAKES_A_GIFT):
                return names[0] if names else None
            known = self._new_gift(fact)
            before = None
        else:
            before = known
        # First, so that staff hear of a dispute that the books cannot take, in another currency for one.
        if isinstance(fact, facts.GiftDisputed):
            self.warned.append(GiftWarning(gift_id=known.id, kind="dispute", about=fact.dispute_id, due_at=fact.due_by))
        elif isinstance(fact, facts.FraudWarning):
            self.warned.append(GiftWarning(gift_id=known.id, kind="fraud_warning", about=fact.charge))
        self._keep(event, before, self._with_details(replace(known, book=ledger.apply(known.book, fact)), fact))
        return None

    def _with_details(self, gift: Gift, fact: facts.GiftFact) -> Gift:
        """What a fact tells besides money: receipt, fee's id, and whether it came after the end."""
        if isinstance(fact, facts.ChargeUpdated):
            gift = replace(
                gift,
                receipt_url=fact.receipt_url or gift.receipt_url,
                balance_transaction=fact.balance_transaction or gift.balance_transaction,
                payer=gift.payer or self._hashed(fact.fingerprint or fact.customer),
            )
        ends_at = self._campaigns[gift.campaign_id].ends_at
        paid_at = gift.book.paid_at
        return replace(gift, late=ends_at is not None and paid_at is not None and paid_at >= ends_at)

    def _new_gift(self, fact: facts.GiftPaid | facts.GiftPending | facts.GiftFailed) -> Gift:
        campaign_id = _campaign_of(fact.metadata)
        known = self._campaigns.get(campaign_id) if campaign_id is not None else None
        # Both must fit: an account may have served another database, whose campaign had this number.
        if campaign_id is None or known is None or known.slug != fact.metadata.get("campaign"):
            raise SetAside(f"no campaign {fact.metadata.get('campaign')!r} for {fact.key}")
        supporter_id, touch = self._giver(fact.reference)
        pledge = self._pledges.get(fact.pledge) if isinstance(fact, facts.GiftPaid) and fact.pledge else None
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
        """Whether its next gift is its supporter's. Until a proof that is so of the first one only, for which they
        are thanked: what comes later is news of somebody who may not be them.
        """
        return may(pledge.standing, Right.NEWS) or not self._gifts_of(pledge.subscription)

    def _gifts_of(self, subscription: str) -> list[Gift]:
        """The gifts of a monthly gift, the earliest first."""
        found = {g.id: g for g in self._by_name.values() if g.book.pledge == subscription}
        return sorted(found.values(), key=lambda g: (g.book.paid_at is None, g.book.paid_at or _NEVER, g.id))

    def _hashed(self, known: str | None) -> str | None:
        return self._payer(known) if known else None

    def _giver(self, token: str | None) -> tuple[int | None, Touch]:
        """Who is named by a reference: nobody when it is missing, forged, or of an erased person."""
        reference = self._references.get(token or "")
        if reference is None:
            return None, NO_TOUCH
        return self._living.get(reference.supporter_id), reference.touch

    def _bind(self, fact: facts.PledgeBound) -> None:
        """A session says whom to thank for a pledge; a first gift of it that came before is theirs from now on."""
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
        for name in gift.names:
            if name not in self._by_name:
                self._fresh.append(name)
            self._by_name[name] = gift


def _campaign_of(metadata: Mapping[str, str]) -> int | None:
    """The campaign that our own metadata names. It is not the payer's to edit, unlike the reference."""
    value = metadata.get("campaign_id", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def gift_ids_in(events: Iterable[ReceivedEvent]) -> set[str]:
    """Every gift that these events name."""
    return {
        name
        for event in events
        for fact in event.facts
        if isinstance(fact, facts.GiftFact)
        for name in (fact.payment_intent, fact.invoice, getattr(fact, "charge", None))
        if name
    }


def pledges_in(events: Iterable[ReceivedEvent]) -> set[str]:
    """Every pledge that these events name."""
    found = set()
    for event in events:
        for fact in event.facts:
            if isinstance(fact, facts.PledgeBound | facts.PledgeChanged):
                found.add(fact.subscription)
            elif isinstance(fact, facts.GiftPaid | facts.RenewalFailed) and fact.pledge:
                found.add(fact.pledge)
    return found


def tokens_in(events: Iterable[ReceivedEvent]) -> set[str]:
    """Every reference that these events carry."""
    tokens = (getattr(fact, "reference", None) for event in events for fact in event.facts)
    return {token for token in tokens if token}


def campaigns_in(events: Iterable[ReceivedEvent]) -> set[int]:
    """Every campaign that these events name."""
    found = (_campaign_of(getattr(fact, "metadata", {})) for event in events for fact in event.facts)
    return {campaign_id for campaign_id in found if campaign_id is not None}
