"""The parameters of payment links, and their addresses."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from payments.links import LinkSpec, link_params, link_url, price_params, product_params

SPEC = LinkSpec(
    campaign_id=7,
    campaign_slug="repas",
    product_name="Repas chauds",
    minor=500,
    currency="cad",
    return_url="https://don.example/thanks?session={CHECKOUT_SESSION_ID}",
    inactive_message="La campagne est terminée.",
)
OURS = {"obole": "1", "campaign": "repas", "campaign_id": "7", "link": SPEC.params_hash[:16]}


def test_link_for_one_amount() -> None:
    assert price_params(SPEC, "prod_1")["unit_amount"] == 500
    params = link_params(SPEC, "price_1")
    assert params["line_items"] == [{"price": "price_1", "quantity": 1}]
    assert params["submit_type"] == "donate"
    assert params["metadata"] == OURS
    assert params["payment_intent_data"] == {"metadata": OURS}
    assert params["after_completion"]["redirect"] == {"url": SPEC.return_url}
    assert params["inactive_message"] == "La campagne est terminée."


def test_link_where_the_donor_types_the_amount() -> None:
    spec = replace(SPEC, minor=None, minimum_minor=50, maximum_minor=100_000)
    price = price_params(spec, "prod_1")
    assert price["custom_unit_amount"] == {"enabled": True, "minimum": 50, "maximum": 100_000}
    assert "unit_amount" not in price


def test_monthly_link() -> None:
    spec = replace(SPEC, interval="month")
    assert price_params(spec, "prod_1")["recurring"] == {"interval": "month"}
    params = link_params(spec, "price_1")
    assert params["subscription_data"]["metadata"] == params["metadata"]
    assert "payment_intent_data" not in params
    assert "submit_type" not in params
    with pytest.raises(ValueError, match="monthly"):
        replace(spec, minor=None)


def test_without_a_return_page_stripes_page_shows_thanks() -> None:
    spec = replace(SPEC, return_url=None, thanks_message="Merci !")
    assert link_params(spec, "price_1")["after_completion"] == {
        "type": "hosted_confirmation",
        "hosted_confirmation": {"custom_message": "Merci !"},
    }


def test_every_parameter_changes_the_hash() -> None:
    changed = [
        replace(SPEC, minor=501),
        replace(SPEC, minor=None),
        replace(SPEC, currency="usd"),
        replace(SPEC, interval="month"),
        replace(SPEC, product_name="Repas"),
        replace(SPEC, image_url="https://don.example/repas.png"),
        replace(SPEC, return_url=None),
        replace(SPEC, inactive_message=""),
        replace(SPEC, campaign_slug="hiver"),
    ]
    hashes = {spec.params_hash for spec in [SPEC, *changed]}
    assert len(hashes) == len(changed) + 1
    assert SPEC.params_hash == replace(SPEC).params_hash
    assert len(SPEC.params_hash) == 64


def test_all_amounts_of_a_campaign_share_a_product() -> None:
    assert product_params(SPEC) == product_params(replace(SPEC, minor=1000))
    assert product_params(SPEC)["id"] != product_params(replace(SPEC, product_name="Repas"))["id"]


def test_address_for_one_person_carries_the_reference() -> None:
    url = link_url("https://buy.stripe.com/test_abc", reference="AbC-_1", locale="fr", prefilled_minor=750)
    assert url.startswith("https://buy.stripe.com/test_abc?")
    assert parse_qs(urlsplit(url).query) == {
        "client_reference_id": ["AbC-_1"],
        "locale": ["fr-CA"],
        "__prefilled_amount": ["750"],
    }
    assert len(url) < 512  # Discord's limit


def test_address_keeps_stripes_own_parameters() -> None:
    url = link_url("http://127.0.0.1:1/pay/x?a=b", reference="r", locale="en")
    assert parse_qs(urlsplit(url).query) == {"a": ["b"], "client_reference_id": ["r"], "locale": ["en"]}
