"""What Stripe says in the status and the headers of an answer."""

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


def is_outage(status: int | None, code: str | None) -> bool:
    """Whether a failure is about Stripe, or the way to it, and not about what was asked for.

    status: None where there was no answer. A 500 or 409 may be about the one object, and so is a 429 for its lock.
    """
    return status in (None, 429, 502, 503, 504) and code != "lock_timeout"


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}
