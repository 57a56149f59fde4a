"""Paths for those who watch the process: /livez and /readyz for anyone, /status and /metrics with a token."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
log = logging.getLogger(__name__)

Report = Callable[[], Awaitable[Mapping[str, object]]]  # may raise if the database does not answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """Answers probes. `ready` says under "ok" whether this process can serve; `status` tells everything."""

    token: str
    ready: Report
    status: Report
    metrics: Callable[[], Awaitable[bytes]]

    async def live(self, _request: web.Request) -> web.Response:
        """GET /livez: 200 while the event loop turns."""
        return _json({"ok": True})

    async def readiness(self, _request: web.Request) -> web.Response:
        """GET /readyz: 503 unless database and tasks work, and which of them do not."""
        return _json(await _answer_of(self.ready))

    async def report(self, request: web.Request) -> web.Response:
        """GET /status: the whole report; 401 without the token."""
        if not self.allows(request):
            return unauthorized()
        return _json(await _answer_of(self.status))

    async def measurements(self, request: web.Request) -> web.Response:
        """GET /metrics: the metrics in Prometheus' text format; 401 without the token."""
        if not self.allows(request):
            return unauthorized()
        try:
            page = await self.metrics()
        except Exception as error:
            log.warning("the metrics could not be read: %s", type(error).__name__)
            return web.Response(status=503, headers={"Cache-Control": "no-store"})
        kind = {"Content-Type": _PROMETHEUS, "Cache-Control": "no-store"}
        return web.Response(body=page, headers=kind)

    def allows(self, request: web.Request) -> bool:
        """Return whether a request carries the token."""
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        return hmac.compare_digest(given, f"Bearer {self.token}".encode())


def unauthorized() -> web.Response:
    """Return the response to a request without the token."""
    return web.Response(status=401, headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})


async def _answer_of(report: Report) -> Mapping[str, object]:
    try:
        return await report()
    except Exception as error:
        log.warning("the health check failed: %s", type(error).__name__)
        return {"ok": False, "hung": {}, "database": "does not answer"}


def _json(found: Mapping[str, object]) -> web.Response:
    status = 200 if found.get("ok") is True else 503
    return web.json_response(found, status=status, headers={"Cache-Control": "no-store"}, dumps=json.dumps)
