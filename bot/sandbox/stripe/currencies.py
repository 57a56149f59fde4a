"""Stripe's currencies, and the amounts it charges in them.

Source: docs.stripe.com/currencies, "Supported currencies", "Minimum and maximum charge amounts", "Zero-decimal",
"Three-decimal" and "Special cases".
"""

from ..kit import Json
from .errors import StripeError, invalid

_CODES = """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp
    cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils
    inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk
    mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp
    sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar
    zmw
"""
KNOWN = frozenset(_CODES.split())
# Minor units. Where Stripe states none, it converts to the account's currency and applies that minimum. Without
# exchange rates the fake accepts anything above zero.
MINIMUM = {
    "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400,
    "huf": 17_500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200,
    "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
GREATEST = 99_999_999  # minor units: "up to eight digits"
STEPS = {"bhd": 10, "jod": 10, "kwd": 10, "omr": 10, "tnd": 10, "isk": 100, "ugx": 100}


def checked(code: str, param: str = "currency") -> str:
    """Return the currency in lower case. Raises StripeError if Stripe does not know it."""
    known = code.lower()
    if known not in KNOWN:
        message = f"Invalid currency: {known}. Stripe currently supports these currencies: {', '.join(sorted(KNOWN))}"
        raise invalid(message, param)
    return known


def minimum(currency: str) -> int:
    """Return the smallest charge, in minor units."""
    return MINIMUM.get(currency, 1)


def check_charge(minor: int, currency: str, param: str) -> None:
    """Raise StripeError for an amount that cannot be charged. The codes are those of docs.stripe.com/error-codes."""
    if minor < minimum(currency):
        message = f"The Checkout Session's total amount must be at least {minimum(currency)} minor units {currency}"
        raise StripeError(message, code="amount_too_small", param=param)
    if minor > GREATEST:
        raise StripeError(f"Amount must be no more than {GREATEST} {currency}", code="amount_too_large", param=param)
    if minor % STEPS.get(currency, 1):
        message = f"Invalid amount: in {currency} it must be a multiple of {STEPS[currency]}"
        raise StripeError(message, code="invalid_charge_amount", param=param)


def check_bounds(custom: Json, currency: str) -> None:
    """Raise StripeError for invalid bounds of an amount that donors type.

    Source: the API's Price, custom_unit_amount: the minimum "must be at least the minimum charge amount".
    """
    low, high, preset = custom.get("minimum"), custom.get("maximum"), custom.get("preset")
    for name, value in (("minimum", low), ("maximum", high), ("preset", preset)):
        if value is not None:
            check_charge(value, currency, f"custom_unit_amount[{name}]")
    least, most = low or minimum(currency), high or GREATEST
    if least > most:
        raise invalid("The maximum must be greater than or equal to the minimum.", "custom_unit_amount[maximum]")
    if preset is not None and not least <= preset <= most:
        raise invalid("The preset must be between the minimum and the maximum.", "custom_unit_amount[preset]")
