"""Requests with an Idempotency-Key, as Stripe's API v1 treats them.

Source: docs.stripe.com/api/idempotent_requests. The status and body of the first request are stored once its execution
has begun, including 500s, and every later request with the key gets them for 24 hours; with other parameters it is an
error. A request that fails validation, a rate limit or a permission check leaves the key free. While the first request
is in progress, others get 409 (docs.stripe.com/error-codes, idempotency_key_in_use).
"""

import hashlib
from dataclasses import dataclass, field

from .errors import StripeError

KEPT_ANSWERS = 20_000
LIFE = 24 * 3600  # seconds
LONGEST_KEY = 255  # characters


@dataclass(frozen=True)
class Answer:
    """The stored answer to the first request with a key. `at`: when, in Unix seconds."""

    fingerprint: str
    status: int
    body: str
    at: int


@dataclass
class Idempotency:
    """All keys of one account."""

    answers: dict[str, Answer] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)

    def kept(self, key: str, fingerprint: str, now: int) -> Answer | None:
        """Return the stored answer, or None. Raises StripeError if the key is misused or in use."""
        if len(key) > LONGEST_KEY:
            raise StripeError(f"Idempotency keys can have up to {LONGEST_KEY} characters.", kind="idempotency_error")
        if key in self.under_way:
            message = (
                "There is currently another in-progress request using this Idempotent Key (that probably means you "
                f"submitted twice, and the other request is still going through): {key}."
            )
            raise StripeError(message, status=409, code="idempotency_key_in_use")
        answer = self.answers.get(key)
        if answer is None or now - answer.at >= LIFE:
            return None
        if answer.fingerprint != fingerprint:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first "
                f"used with. Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise StripeError(message, kind="idempotency_error")
        return answer

    def keep(self, key: str, answer: Answer) -> None:
        self.answers.pop(key, None)
        self.answers[key] = answer
        if len(self.answers) > KEPT_ANSWERS:
            del self.answers[next(iter(self.answers))]


def fingerprint(method: str, path: str, text: str) -> str:
    """Return a fingerprint that identifies the request."""
    return hashlib.sha256(f"{method} {path}\n{text}".encode()).hexdigest()
