"""Save a card: Stripe's page, made when it is asked for, and the claim of the account that comes back from it.

The person who asks for the page may pass it on. So the card belongs to the account that returns with the page's
one-time code and says that the card is theirs; until then nothing can be charged, and after a day the card is removed.
"""

import random
from dataclasses import replace
from datetime import timedelta

from bot.domain.codes import code_hash, new_code
from bot.domain.deeplink import card_payload, deep_link
from bot.domain.people import Contact, Supporter
from bot.domain.quick_give import PAGE_OPEN, Card, CardDetails
from bot.store.quick_give import cards as rows
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.giving import give, proofs
from content.cards import Tap
from content.messages import quick_give as messages
from content.names import displayable_name
from payments.cards import SavedCard, SetupSpec
from payments.money import Money, usual_minimum

PURPOSE = "card"  # of the keyed hash of codes
_DAY, _MONTH = 10, 30  # times the usual minimum of about $2: $20 a day and $60 a month
_SECRETS = random.SystemRandom()


class TooMany(Exception):
    """The account, or all together, asked for too many pages."""


class Returnless(Exception):
    """Stripe's page has no way back into this person's chat."""


async def page_for(ctx: Context, contact: Contact, person: Supporter) -> str:
    """Create a page that saves a card and return its address.

    The ids are ours and stored first; repeating a call with them has no further effect at Stripe. Raises TooMany,
    Returnless, and the gateway's errors.
    """
    username = ctx.identity.telegram_username if person.platform == "telegram" else None
    if username is None:
        raise Returnless
    async with ctx.db.write() as conn:
        if not await rate_limits.take(ctx, conn, rate_limits.CARDS, person.platform, person.external_id):
            raise TooMany
    code, now = new_code(_SECRETS), ctx.clock()
    card = Card(id=ctx.ids.new(), asked_by=person.id, asked_at=now, code_hash=code_hash(code, PURPOSE))
    words = await _terms(ctx, contact, person)
    async with ctx.db.write() as conn:
        await rows.add(conn, card, version=messages.TERMS_VERSION, words=words)
    customer = await ctx.gateway.create_customer(f"obole-card-{card.id}-customer")
    async with ctx.db.write() as conn:
        await rows.set_customer(conn, card.id, customer)
    spec = SetupSpec(
        request_id=card.id,
        customer=customer,
        terms=words,
        locale=person.locale,
        return_url=deep_link(username, card_payload(code)),
        cancel_url=f"https://t.me/{username}",
        expires_at=now + PAGE_OPEN + timedelta(minutes=1),  # Stripe counts from its own clock
    )
    page = await ctx.gateway.create_setup_page(spec, f"obole-card-{card.id}-page")
    async with ctx.db.write() as conn:
        await rows.set_session(conn, card.id, page.session)
    return page.url


async def _terms(ctx: Context, contact: Contact, person: Supporter) -> str:
    campaign = await give.first_open(ctx)
    unit = usual_minimum(campaign.goal.currency if campaign else "cad")
    view = messages.TermsView(
        charity=ctx.charity,
        account=displayable_name(contact.name) or person.external_id,
        day=Money(unit.minor * _DAY, unit.currency),
        month=Money(unit.minor * _MONTH, unit.currency),
    )
    return messages.terms(ctx.catalog, person.locale, view)


async def saved_with(ctx: Context, code: str) -> tuple[Card, SavedCard | None] | None:
    """Return the claimable request with this code, and the card that its page saved, or None for a code without one.

    Raises the gateway's errors.
    """
    async with ctx.db.read() as conn:
        card = await rows.by_code(conn, code_hash(code, PURPOSE))
    if card is None or card.session is None or not card.is_claimable(ctx.clock()):
        return None
    return card, await ctx.gateway.card_saved_by(card.session)


async def claim(ctx: Context, card: Card, saved: SavedCard, person: Supporter) -> str | None:
    """Make the card this person's; return the terms they agreed to, or None if another claim or a removal came first.

    It replaces the card that they had.
    """
    mine = replace(
        card,
        supporter_id=person.id,
        payment_method=saved.payment_method,
        payer=proofs.payer_hash(ctx, saved.fingerprint) if saved.fingerprint else None,
        details=details_of(saved),
    )
    now = ctx.clock()
    async with ctx.db.write() as conn:
        if not card.is_claimable(now) or not await rows.claim(conn, mine, now):
            return None
        await rows.remove_others(conn, mine, now)
        return await rows.terms_of(conn, mine.id) or ""


def details_of(saved: SavedCard) -> CardDetails:
    """Return what may be known of a card at Stripe."""
    return CardDetails(brand=saved.brand, last4=saved.last4, exp_month=saved.exp_month, exp_year=saved.exp_year)


def view_of(details: CardDetails) -> messages.SavedCardView:
    """Return a card as messages show it."""
    return messages.SavedCardView(
        brand=details.brand, last4=details.last4, month=details.exp_month, year=details.exp_year
    )


def retry(code: str) -> Tap:
    """Return what the button of a claim does."""
    return Tap(action=f"card:claim:{code}")
