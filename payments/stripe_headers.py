"""The status and headers of Stripe's responses."""

from collections.abc import Mapping


def retry_after(headers: Mapping[str, str] | None) -> float | None:
    """Return how many seconds Stripe asks us to wait, or None if it gives no number."""
    try:
        return max(0.0, float(_lower(headers)["retry-after"]))
    except (KeyError, ValueError):
        return None


def is_replayed(headers: Mapping[str, str] | None) -> bool:
    """Return whether this is the response to an earlier request with the same idempotency key."""
    return _lower(headers).get("idempotent-replayed") == "true"


def is_outage(status: int | None, code: str | None) -> bool:
    """Return whether a failure concerns Stripe or the connection, not the request itself.

    status: None if there was no response. A 500 or 409 may concern one object only, and so does a 429 for its lock.
    """
    return status in (None, 429, 502, 503, 504) and code != "lock_timeout"


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}
