"""What Stripe says in the headers of an answer."""

from collections.abc import Mapping


def retry_after(headers: Mapping[str, str] | None) -> float | None:
    """Seconds that Stripe asks to wait; None where it names none."""
    try:
        return max(0.0, float(_lower(headers)["retry-after"]))
    except (KeyError, ValueError):
        return None


def is_replayed(headers: Mapping[str, str] | None) -> bool:
    """Whether this is the answer to an earlier request with the same idempotency key."""
    return _lower(headers).get("idempotent-replayed") == "true"


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}
