"""What a Stripe API key says of itself."""


def is_live(api_key: str) -> bool:
    """Whether the key moves real money. Raise ValueError for what is no API key, without showing it."""
    for kind in ("sk_", "rk_"):
        for mode, live in (("live_", True), ("test_", False)):
            if api_key.startswith(kind + mode):
                return live
    raise ValueError("a Stripe API key starts with sk_test_, sk_live_, rk_test_ or rk_live_")
