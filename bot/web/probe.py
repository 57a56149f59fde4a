"""The check of the running process for `obole check`."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp

from bot.findings import Finding, ok, problem, warning

_SECONDS = 8.0  # more than the health check itself may take
_EVERYWHERE = ("0.0.0.0", "::", "")


async def probe(host: str, port: int) -> AsyncIterator[Finding]:
    """Ask the process that listens on this machine for its health."""
    here = "127.0.0.1" if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS)) as session,
            session.get(f"http://{here}:{port}/healthz") as answer,
        ):
            report: Any = await answer.json()
    except TimeoutError:
        yield problem(
            f"obole run does not answer on port {port} within {_SECONDS:.0f} s", "See its log, then restart it."
        )
        return
    except (aiohttp.ClientError, ValueError):
        yield warning(f"no obole run answers on port {port} of this machine", "Start it, unless it runs elsewhere.")
        return
    for finding in _findings(report if isinstance(report, dict) else {}):
        yield finding


def _findings(report: Mapping[str, Any]) -> list[Finding]:
    problems = [
        problem(f"the job “{name}” has been running for {age} s and hangs", "Restart obole run, and please report it.")
        for name, age in report.get("hung", {}).items()
    ]
    problems += [
        problem(f"{name} is off: {reason}", "Fix the cause, then restart obole run.")
        for name, reason in report.get("refused", {}).items()
    ]
    if report.get("database"):
        problems.append(problem(f"the running process has lost its database: {report['database']}", "Restart it."))
    if not problems and report.get("ok") is not True:
        problems.append(problem("obole run is unhealthy: its database does not respond", "See its log."))
    skipped = [
        warning(f"{count} updates of {name} could not be read and were skipped", "Update Obole; see its log.")
        for name, count in report.get("unreadable", {}).items()
        if count
    ]
    return [*(problems or [ok("obole run is healthy")]), *skipped]
