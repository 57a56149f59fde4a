"""API operations on products, prices, payment links and Checkout Sessions."""

from ..kit import Json
from . import billing_shapes, catalog_shapes, checkout, currencies, saving, subscriptions
from .errors import invalid
from .lists import page, same
from .params import merged_metadata
from .world import Checkout, World

MOST_IMAGES = 8  # per product, as in the API's description of `images`
PREFIX = 10  # maximum length of the account's own prefix on a card statement
STATEMENT = 22  # maximum length of a card statement, including "* " between prefix and suffix


# --- products and prices ---
def create_product(world: World, given: Json, _: str) -> Json:
    if given.get("id") and world.find("product", given["id"]):
        raise invalid("Product already exists.", "id", "resource_already_exists")
    _check_product(given)
    made = catalog_shapes.product(world, given)
    if given.get("default_price_data"):
        made["default_price"] = _price(world, given["default_price_data"], made["id"])["id"]
    world.emit("product.created", made)
    return made


def update_product(world: World, given: Json, id: str) -> Json:
    """Change a product. Archiving it deactivates its payment links, which stay so when it is reactivated.

    Source: docs.stripe.com/products-prices/manage-prices, "Archive a product".
    """
    _check_product(given)
    product = world.get("product", id)
    if product["active"] and given.get("active") is False:
        archive_links(world, id)
    return _update(world, product, given, "product.updated", updated=world.now())


def archive_links(world: World, product: str) -> None:
    """Deactivate the payment links that sell a product."""
    for link in world.every("payment_link"):
        if any(item["price"]["product"] == product for item in world.items[link["id"]]):
            world.change(link, "payment_link.updated", active=False)


def _check_product(given: Json) -> None:
    """Raise StripeError for too many pictures, or for an invalid statement descriptor."""
    if len(given.get("images") or ()) > MOST_IMAGES:
        raise invalid(f"Array images exceeded maximum {MOST_IMAGES} allowed elements.", "images")
    check_statement(given.get("statement_descriptor"), "statement_descriptor")


def check_statement(text: str | None, param: str) -> None:
    """Raise StripeError for an invalid card statement text.

    Source: docs.stripe.com/get-started/account/statement-descriptors, "Statement descriptor requirements".
    """
    if text is not None and (set(text) & set("<>\\'\"*") or not any(sign.isalpha() for sign in text)):
        message = "The statement descriptor must contain at least one alphabetic character and none of < > \\ ' \" *"
        raise invalid(message, param)


def list_products(world: World, given: Json, _: str) -> Json:
    ids = given.get("ids")
    fits = same(given, "active", "type", "url")
    return page(world, "product", given, "/v1/products", lambda p: fits(p) and (not ids or p["id"] in ids))


def create_price(world: World, given: Json, _: str) -> Json:
    if ("product" in given) == ("product_data" in given):
        raise invalid("You must specify exactly one of these parameters: product, product_data.", "product")
    if "product" in given:
        product = world.refer("product", given["product"], "product")
        _check_active(product, "product")
    else:
        product = create_product(world, given["product_data"], "")
    return _price(world, given, product["id"])


def _price(world: World, given: Json, product_id: str) -> Json:
    custom, amount = given.get("custom_unit_amount"), given.get("unit_amount")
    if (custom is None) == (amount is None):
        raise invalid("You must specify exactly one of: unit_amount, custom_unit_amount.", "unit_amount")
    if custom is not None and given.get("recurring"):
        raise invalid("`custom_unit_amount` cannot be used with `recurring` prices.", "custom_unit_amount")
    if amount is not None and amount < 0:
        raise invalid("Invalid non-negative integer", "unit_amount", "parameter_invalid_integer")
    currency = currencies.checked(given["currency"])
    if custom is not None:
        currencies.check_bounds(custom, currency)
    made = catalog_shapes.price(world, given, product_id)
    world.emit("price.created", made)
    return made


def _check_active(product: Json, param: str) -> None:
    """Raise StripeError for an archived product. Its prices stay active but are refused too.

    Source: stripe/stripe-node#2131, stripe/stripe-go#1031.
    """
    if not product["active"]:
        raise invalid(f"The product {product['id']} is marked as inactive, and thus cannot be sold.", param)


def list_prices(world: World, given: Json, _: str) -> Json:
    keys = given.get("lookup_keys")
    fits = same(given, "active", "currency", "product", "type")
    return page(world, "price", given, "/v1/prices", lambda p: fits(p) and (not keys or p["lookup_key"] in keys))


def _update(world: World, thing: Json, given: Json, event: str, **also: object) -> Json:
    given.pop("expand", None)
    if "metadata" in given:
        given["metadata"] = merged_metadata(thing["metadata"], given["metadata"])
    if given.get("images", []) is None:
        given["images"] = []
    return world.change(thing, event, **given, **also)


# --- line items ---
def lines(world: World, given: list[Json], mode: str | None = None) -> list[Json]:
    """Return the requested line items. Raises StripeError for a combination that Stripe refuses."""
    if not given:
        raise invalid("You must specify at least one line item.", "line_items")
    made = [_line(world, item, f"line_items[{n}]") for n, item in enumerate(given)]
    currencies = {item["currency"] for item in made}
    if len(currencies) > 1:
        raise invalid("All line items must have the same currency.", "line_items")
    if len(made) > 1 and any(item["price"]["custom_unit_amount"] for item in made):
        raise invalid("A price with custom_unit_amount must be the only line item.", "line_items")
    recurring = any(item["price"]["recurring"] for item in made)
    if mode is not None and recurring != (mode == "subscription"):
        raise invalid("You must provide at least one recurring price in `subscription` mode and none in "
                      "`payment` mode.", "mode")  # fmt: skip
    return made


def _line(world: World, given: Json, param: str) -> Json:
    if ("price" in given) == ("price_data" in given):
        raise invalid("You must specify exactly one of: price, price_data.", param)
    if "price" in given:
        price = world.refer("price", given["price"], f"{param}[price]")
    else:
        price = create_price(world, dict(given["price_data"]), "")
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", f"{param}[price]")
    product = world.get("product", price["product"])
    _check_active(product, f"{param}[price]")
    quantity = given.get("quantity", 1)
    if quantity < 1 or (price["custom_unit_amount"] and quantity != 1):
        raise invalid("Invalid quantity", f"{param}[quantity]")
    amount = (price["custom_unit_amount"] or {}).get("preset") or price["unit_amount"]
    if price["custom_unit_amount"] is None:
        currencies.check_charge(amount * quantity, price["currency"], f"{param}[price]")
    return catalog_shapes.line_item(world, price, quantity, amount, product["name"])


# --- payment links ---
def create_link(world: World, given: Json, _: str) -> Json:
    items = lines(world, given["line_items"])
    recurring = any(item["price"]["recurring"] for item in items)
    if recurring and given.get("payment_intent_data"):
        raise invalid("You can not pass `payment_intent_data` with recurring prices.", "payment_intent_data")
    if recurring and given.get("submit_type", "auto") == "donate":
        raise invalid("`submit_type` can not be `donate` with recurring prices.", "submit_type")
    if not recurring and given.get("subscription_data"):
        raise invalid("You can not pass `subscription_data` without recurring prices.", "subscription_data")
    if "currency" in given:
        currencies.checked(given["currency"])
    _check_intent_data(world, given)
    made = catalog_shapes.payment_link(world, given, items[0]["currency"], recurring)
    world.items[made["id"]] = items
    world.emit("payment_link.created", made)
    return made


def _check_intent_data(world: World, given: Json) -> None:
    """Raise StripeError for an invalid card statement suffix."""
    data = given.get("payment_intent_data") or {}
    for name in ("statement_descriptor", "statement_descriptor_suffix"):
        check_statement(data.get(name), f"payment_intent_data[{name}]")
    suffix, prefix = data.get("statement_descriptor_suffix") or "", world.charity.statement[:PREFIX].strip()
    if suffix and len(f"{prefix}* {suffix}") > STATEMENT:
        message = f"The statement descriptor `{prefix}* {suffix}` has more than {STATEMENT} characters."
        raise invalid(message, "payment_intent_data[statement_descriptor_suffix]")


def update_link(world: World, given: Json, id: str) -> Json:
    link = world.get("payment_link", id)
    _check_intent_data(world, given)
    if "after_completion" in given:
        given["after_completion"] = catalog_shapes.after_completion(given["after_completion"])
    if "restrictions" in given:
        count = ((link["restrictions"] or {}).get("completed_sessions") or {}).get("count", 0)
        given["restrictions"] = catalog_shapes.restrictions(given["restrictions"], count)
    for name in ("payment_intent_data", "subscription_data"):
        if name in given:
            given[name] = _merged(link[name] or {"metadata": {}}, given[name])
    if "custom_text" in given:
        given["custom_text"] = {**link["custom_text"], **given["custom_text"]}
    return _update(world, link, given, "payment_link.updated")


def _merged(old: Json, new: Json) -> Json:
    metadata = merged_metadata(old["metadata"], new["metadata"]) if "metadata" in new else old["metadata"]
    return {**old, **new, "metadata": metadata}


def list_links(world: World, given: Json, _: str) -> Json:
    return page(world, "payment_link", given, "/v1/payment_links", same(given, "active"))


# --- Checkout Sessions ---
def create_session(world: World, given: Json, _: str) -> Json:
    _check_session(world, given)
    if given["mode"] == "setup":
        return _setup_session(world, given)
    if "line_items" not in given:
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    if "setup_intent_data" in given:
        raise invalid("You can only pass `setup_intent_data` in `setup` mode.", "setup_intent_data")
    items = lines(world, given["line_items"], given["mode"])
    _check_intent_data(world, given)
    one_time = given["mode"] == "payment"
    started = Checkout(
        "",
        items,
        intent_data=catalog_shapes.intent_data(given.get("payment_intent_data", {})),
        subscription_data=catalog_shapes.subscription_data(given.get("subscription_data", {})),
        after={"type": "redirect", "redirect": {"url": given["success_url"]}},
    )
    given.setdefault("customer_creation", "if_required" if one_time else None)
    methods = checkout.methods_for(items[0]["currency"], given["mode"], given.get("allowed_payment_method_types"))
    return checkout.start(world, given, methods, started)


def _check_session(world: World, given: Json) -> None:
    if "success_url" not in given:
        raise invalid("Missing required param: success_url.", "success_url", "parameter_missing")
    now = world.now()
    if "expires_at" in given and not now + 30 * 60 <= given["expires_at"] <= now + 24 * 3600:
        raise invalid("The `expires_at` timestamp must be 30 minutes to 24 hours from now.", "expires_at")
    if "customer" in given:
        if "customer_email" in given:
            raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer")
        world.refer("customer", given["customer"], "customer")


def _setup_session(world: World, given: Json) -> Json:
    """Start a session that saves a card for later. Stricter than Stripe: it must name its customer, and cards only."""
    for name in ("line_items", "payment_intent_data", "submit_type", "subscription_data"):
        if name in given:
            raise invalid(f"You can not pass `{name}` in `setup` mode.", name)
    if given.get("allowed_payment_method_types") != ["card"]:
        raise invalid("This fake saves cards only.", "allowed_payment_method_types")
    if "customer" not in given:
        raise invalid("Missing required param: customer.", "customer", "parameter_missing")
    url = given["success_url"]
    session = checkout.start(
        world, given, ["card"], Checkout("", [], after={"type": "redirect", "redirect": {"url": url}})
    )
    session["setup_intent"] = saving.new_setup_intent(world, session, given.get("setup_intent_data", {}))["id"]
    return session


def list_sessions(world: World, given: Json, _: str) -> Json:
    email = given.get("customer_details", {}).get("email")
    fits = same(given, "customer", "payment_intent", "payment_link", "status", "subscription")
    return page(
        world, "checkout.session", given, "/v1/checkout/sessions",
        lambda s: fits(s) and (email is None or (s["customer_details"] or {}).get("email") == email),
    )  # fmt: skip


def expire_session(world: World, given: Json, id: str) -> Json:
    return checkout.expire(world, world.get("checkout.session", id))


# --- customers ---
def create_customer(world: World, given: Json, _: str) -> Json:
    if "test_clock" in given:
        world.refer("test_helpers.test_clock", given["test_clock"], "test_clock")
    made = billing_shapes.customer(world, given)
    world.emit("customer.created", made)
    return made


def delete_customer(world: World, given: Json, id: str) -> Json:
    """Delete a customer, whose subscriptions end at once and whose cards can no longer be charged.

    Source: docs.stripe.com/api/customers/delete, "cannot be undone. Also immediately cancels any active subscriptions".
    """
    customer = world.get("customer", id)
    for subscription in world.every("subscription"):
        if subscription["customer"] == id and subscription["status"] != "canceled":
            subscriptions.cancel(world, subscription, None)
    for method in world.every("payment_method"):
        if method["customer"] == id:
            saving.detach(world, method)
    world.remove(customer)
    world.emit("customer.deleted", customer)
    deleted = {"id": id, "object": "customer", "deleted": True}
    world.deleted_customers[id] = deleted
    return deleted


def retrieve_customer(world: World, given: Json, id: str) -> Json:
    """Return a customer; of a deleted one only that it is (docs.stripe.com/api/customers/retrieve)."""
    return world.deleted_customers.get(id) or world.get("customer", id)


def list_customers(world: World, given: Json, _: str) -> Json:
    return page(world, "customer", given, "/v1/customers", same(given, "email", "test_clock"))
