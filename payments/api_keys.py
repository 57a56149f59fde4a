"""What a Stripe API key shows about itself."""


def is_live(api_key: str) -> bool:
    """Return whether the key moves real money. Raises ValueError, without showing the text, if it is not an API key."""
    for kind in ("sk_", "rk_"):
        for mode, live in (("live_", True), ("test_", False)):
            if api_key.startswith(kind + mode):
                return live
    raise ValueError("a Stripe API key starts with sk_test_, sk_live_, rk_test_ or rk_live_")
