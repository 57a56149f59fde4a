"""The check of the running process for `obole check`."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp

from bot.findings import Finding, ok, problem, warning

_SECONDS = 8.0  # more than the health check itself may take
_LONG_WAIT = 900  # seconds
_FREE_DISK = 500_000_000  # bytes
_EVERYWHERE = ("0.0.0.0", "::", "")


async def probe(host: str, port: int, token: str) -> AsyncIterator[Finding]:
    """Ask the process that listens on this machine for its status, with the token that it has too."""
    here = "127.0.0.1" if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS)) as session,
            session.get(f"http://{here}:{port}/status", headers={"Authorization": f"Bearer {token}"}) as answer,
        ):
            report: Any = {"refused_token": True} if answer.status == 401 else await answer.json()
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
    if "refused_token" in report:
        fix = "Restart obole run: it has other values of OBOLE_MONITORING_TOKEN or OBOLE_SECRET_KEY."
        return [warning("obole run does not accept this token for its status", fix)]
    problems = [
        problem(f"the task “{name}” has been running for {age} s and hangs", "Restart obole run, and please report it.")
        for name, age in report.get("hung", {}).items()
    ]
    problems += [
        problem(f"{name} is off: {reason}", "Fix the cause, then restart obole run.")
        for name, reason in report.get("refused", {}).items()
    ]
    if report.get("database"):
        problems.append(problem(f"the running process has lost its database: {report['database']}", "Restart it."))
    if not problems and report.get("ok") is not True:
        problems.append(problem("obole run is unhealthy", "See its log."))
    return [*(problems or [ok("obole run is healthy")]), *_warnings(report), *_times(report)]


def _warnings(report: Mapping[str, Any]) -> list[Finding]:
    """Return what may soon be a problem."""
    found = [
        warning(f"{count} updates of {name} could not be read and were skipped", "Update Obole; see its log.")
        for name, count in report.get("unreadable", {}).items()
        if count
    ]
    found += [
        warning(f"the task “{name}” last succeeded {_age(age)} ago", "The log says why it fails.")
        for name, age in report.get("late", {}).items()
    ]
    if (oldest := report.get("oldest_waiting")) is not None and oldest > _LONG_WAIT:
        found.append(warning(f"the oldest message has been waiting for {_age(oldest)}", "See the log."))
    if (free := report.get("free_disk")) is not None and free < _FREE_DISK:
        found.append(
            warning(f"only {free // 1_000_000} MB are free on the disk", "Free some: without, nothing is saved.")
        )
    return found


def _times(report: Mapping[str, Any]) -> list[Finding]:
    """Return when something was last heard of each service, and when the last backup was made."""
    heard = [
        ok(f"{name}: the last update came at {times['last_update'] or 'no time since the start'}")
        for name, times in report.get("platforms", {}).items()
    ]
    stripe = report.get("stripe")
    if stripe is not None:
        asked = f"its list was last read {_age(stripe['last_poll'])} ago"
        heard.append(ok(f"Stripe: the last event came at {stripe['last_event'] or 'no time yet'}; {asked}"))
    if "backup" in report:
        heard.append(_backup(report["backup"]))
    return heard


def _backup(made: str | None) -> Finding:
    if made is None:
        return warning(
            "no backup was made with obole backup", "See docs/operations.md, unless you make them otherwise."
        )
    return ok(f"the newest backup was made at {made}")


def _age(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.0f} h"
    )
