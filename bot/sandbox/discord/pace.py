"""Rate limits: 50 requests a second in all, and a bucket per kind of route. Also faults on request."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.kit import Json

UNLIMITED = ("/interactions/", "/webhooks/", "/gateway")  # not counted in the global limit


@dataclass(frozen=True)
class Rate:
    """`calls` in `seconds`."""

    calls: int
    seconds: float


@dataclass(frozen=True)
class Limits:
    """The usual limits. `routes` are by "METHOD /path/{pattern}"; all others get `other`."""

    overall: Rate = Rate(50, 1.0)
    other: Rate = Rate(30, 1.0)
    routes: tuple[tuple[str, Rate], ...] = (
        ("POST /channels/{channel_id}/messages", Rate(5, 5.0)),
        ("PATCH /channels/{channel_id}/messages/{message_id}", Rate(5, 5.0)),
        ("DELETE /channels/{channel_id}/messages/{message_id}", Rate(5, 1.0)),
        ("POST /webhooks/{webhook_id}/{token}", Rate(5, 2.0)),
        ("PATCH /webhooks/{webhook_id}/{token}/messages/{message_id}", Rate(5, 2.0)),
        ("PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me", Rate(1, 0.25)),
        ("POST /channels/{channel_id}/invites", Rate(5, 5.0)),
    )


@dataclass
class Bucket:
    rate: Rate
    ends: float = 0.0
    used: int = 0

    def take(self, now: float) -> bool:
        """Return whether one more call fits; a window begins with its first call."""
        if now >= self.ends:
            self.ends, self.used = now + self.rate.seconds, 0
        if self.used >= self.rate.calls:
            return False
        self.used += 1
        return True


@dataclass(frozen=True)
class Stop:
    """Why a call has to wait, and how long, in seconds."""

    retry_after: float
    everywhere: bool

    def body(self) -> Json:
        return {"message": "You are being rate limited.", "retry_after": round(self.retry_after, 3),
                "global": self.everywhere, "code": 0}  # fmt: skip


@dataclass
class Pace:
    """Counts calls. `limits` None: nothing is limited. Windows run on `monotonic`, as clients wait in real time."""

    limits: Limits | None
    monotonic: Callable[[], float]
    clock: Callable[[], datetime]
    buckets: dict[tuple[str, str], Bucket] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=deque)

    def take(self, route: str, major: str) -> tuple[Stop | None, dict[str, str]]:
        """Return whether the call must wait, and the rate limit headers."""
        if self.limits is None:
            return None, {}
        now, rate = self.monotonic(), dict(self.limits.routes).get(route, self.limits.other)
        if stop := self._overall(route, now, self.limits.overall):
            return stop, {}
        if len(self.buckets) > 10_000:
            self.buckets = {key: bucket for key, bucket in self.buckets.items() if bucket.ends > now}
        bucket = self.buckets.setdefault((route, major), Bucket(rate))
        fits, left = bucket.take(now), bucket.ends - now
        headers = {
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
            "X-RateLimit-Limit": str(rate.calls), "X-RateLimit-Remaining": str(rate.calls - bucket.used),
            "X-RateLimit-Reset": f"{self.clock().timestamp() + left:.3f}", "X-RateLimit-Reset-After": f"{left:.3f}",
        }  # fmt: skip
        return (None if fits else Stop(left, everywhere=False)), headers

    def _overall(self, route: str, now: float, rate: Rate) -> Stop | None:
        if any(part in route for part in UNLIMITED):
            return None
        while self.recent and self.recent[0] <= now - rate.seconds:
            self.recent.popleft()
        if len(self.recent) >= rate.calls:
            return Stop(self.recent[0] + rate.seconds - now, everywhere=True)
        self.recent.append(now)
        return None


@dataclass
class Faults:
    """Faults still due. `only`: a part of "METHOD /path/{pattern}" that they affect; None: all."""

    monotonic: Callable[[], float]
    too_many: int = 0
    until: float = 0.0
    retry_after: float = 1.0
    everywhere: bool = False
    broken: int = 0
    status: int = 500
    dropped: int = 0
    latency: float = 0.0
    only: str | None = None

    def concern(self, route: str) -> bool:
        return self.only is None or self.only in route

    def take_stop(self, route: str) -> Stop | None:
        if not self.concern(route):
            return None
        if self.too_many:
            self.too_many -= 1
            return Stop(self.retry_after, self.everywhere)
        left = self.until - self.monotonic()
        return Stop(left, self.everywhere) if left > 0 else None

    def take_broken(self, route: str) -> int | None:
        """Return the status to fail with, or None."""
        if not self.broken or not self.concern(route):
            return None
        self.broken -= 1
        return self.status

    def take_dropped(self, route: str) -> bool:
        """Return whether the request is carried out but its answer must get lost."""
        if not self.dropped or not self.concern(route):
            return False
        self.dropped -= 1
        return True
