"""The customer portal: its configuration, and the page where a customer signs in with a code by e-mail.

Shapes and parameters: docs.stripe.com/api/customer_portal/configurations. An account has no configuration until it is
saved once in the dashboard, and no session can be created without one.
"""

from ..kit import Json
from .errors import invalid
from .lists import page, same
from .world import World

KIND = "billing_portal.configuration"


def save(world: World, *, login_page: bool) -> Json:
    """Do what the dashboard's button "Save changes" does, with or without the customers' login link."""
    now, known = world.now(), default(world)
    made = configuration(world, known["id"] if known else world.id("bpc"), known["created"] if known else now)
    url = f"{world.url}/p/login/{made['id'][4:]}" if login_page else None
    return world.add({**made, "login_page": {"enabled": login_page, "url": url}, "updated": now})


def forget(world: World) -> None:
    """Return to an account whose portal was never saved."""
    for known in world.every(KIND):
        world.remove(known)


def default(world: World) -> Json | None:
    """Return the account's default configuration, or None if it was never saved."""
    return next((one for one in world.every(KIND) if one["is_default"]), None)


def configuration(world: World, id: str, created: int) -> Json:
    off: Json = {"enabled": False}
    cancelling = {
        "cancellation_reason": {"enabled": False, "options": []},
        "enabled": True,
        "mode": "at_period_end",
        "proration_behavior": "none",
    }
    updating = {
        "default_allowed_updates": [],
        "enabled": False,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    }
    pausing = {"duration": {"interval_options": [], "type": "indefinite"}, "enabled": False}
    return {
        "id": id,
        "object": KIND,
        "active": True,
        "application": None,
        "business_profile": dict.fromkeys(("headline", "privacy_policy_url", "terms_of_service_url")),
        "created": created,
        "default_return_url": None,
        "features": {
            "customer_update": {**off, "allowed_updates": []},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True, "payment_method_configuration": None},
            "subscription_cancel": cancelling,
            "subscription_pause": pausing,
            "subscription_update": updating,
        },
        "is_default": True,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": {},
        "name": None,
        "updated": created,
    }


def list_configurations(world: World, given: Json, _: str) -> Json:
    return page(world, KIND, given, "/v1/billing_portal/configurations", same(given, "active", "is_default"))


def saved(world: World) -> Json:
    """Return the sessions' configuration. Raises StripeError if it was never saved; the message is Stripe's."""
    found = default(world)
    if found is None:
        raise invalid(
            "No configuration provided and your test mode default configuration has not been created. Provide a "
            "configuration or create your default by saving your customer portal settings in test mode at "
            "https://dashboard.stripe.com/test/settings/billing/portal."
        )
    return found
