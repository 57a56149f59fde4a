"""Readers of the event types that only Quick Give needs: charges of saved cards, and what becomes of the cards.

Of cards, only their ids are read: events about cards reach us for the charity's other customers too.
"""

from collections.abc import Mapping

from payments.facts import kinds, wire
from payments.facts.kinds import Fact
from payments.facts.marks import ORDER, REFERENCE
from payments.facts.readers import EventObject, Reader


def _charged(event: EventObject) -> Fact | None:
    """Return the gift of a charge that a donor confirmed in chat.

    This event is sent for every payment of the account. Those of our links are reported by their sessions.
    """
    if event.our_mark(ORDER) is None:
        return None
    return kinds.GiftPaid(
        event_id=event.id,
        at=event.at,
        ours=True,
        payment_intent=wire.text(event.obj, "id"),
        money=wire.money(event.obj, "amount_received"),
        paid_at=event.at,
        charge=wire.ident(event.obj, "latest_charge"),
        reference=wire.metadata(event.obj).get(REFERENCE),
        metadata=wire.metadata(event.obj),
    )


def _cancelled(event: EventObject) -> Fact | None:
    order = event.our_mark(ORDER)
    if order is None:
        return None
    intent = wire.text(event.obj, "id")
    return kinds.ChargeCancelled(event_id=event.id, at=event.at, ours=True, payment_intent=intent, order=order)


def _card_detached(event: EventObject) -> Fact:
    return kinds.CardDetached(event_id=event.id, at=event.at, payment_method=wire.text(event.obj, "id"))


def _card_updated(event: EventObject) -> Fact:
    return kinds.CardUpdated(event_id=event.id, at=event.at, payment_method=wire.text(event.obj, "id"))


def _customer_deleted(event: EventObject) -> Fact:
    customer = wire.text(event.obj, "id")
    return kinds.CustomerDeleted(event_id=event.id, at=event.at, ours=event.ours(), customer=customer)


CARD_READERS: Mapping[str, Reader] = {
    "payment_intent.succeeded": _charged,
    "payment_intent.canceled": _cancelled,
    "payment_method.detached": _card_detached,
    "payment_method.automatically_updated": _card_updated,
    "customer.deleted": _customer_deleted,
}
