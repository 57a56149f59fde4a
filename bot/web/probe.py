"""What `obole check` asks the running process: whether it is well."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp

from bot.findings import Finding, ok, problem, warning

_SECONDS = 8.0  # more than the health check itself may take
_EVERYWHERE = ("0.0.0.0", "::", "")


async def probe(host: str, port: int) -> AsyncIterator[Finding]:
    """Ask the process that listens on this machine."""
    here = "127.0.0.1" if host in _EVERYWHERE else f"[{host}]" if ":" in host else host
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS)) as session,
            session.get(f"http://{here}:{port}/healthz") as answer,
        ):
            found: Any = await answer.json()
    except TimeoutError:
        yield problem(
            f"obole run does not answer on port {port} within {_SECONDS:.0f} s", "See its log; start it again."
        )
        return
    except (aiohttp.ClientError, ValueError):
        yield warning(f"no obole run answers on port {port} of this machine", "Start it, unless it runs elsewhere.")
        return
    for finding in _findings(found if isinstance(found, dict) else {}):
        yield finding


def _findings(found: Mapping[str, Any]) -> list[Finding]:
    wrong = [
        problem(f"the job “{name}” has been running for {age} s and hangs", "Start obole run again; report it.")
        for name, age in found.get("hung", {}).items()
    ]
    wrong += [
        problem(f"{name} is off: {why}", "Mend it, then start obole run again.")
        for name, why in found.get("refused", {}).items()
    ]
    if found.get("database"):
        wrong.append(problem(f"the running process has lost its database: {found['database']}", "Start it again."))
    if not wrong and found.get("ok") is not True:
        wrong.append(problem("obole run says that it is not well: its database does not answer", "See its log."))
    skipped = [
        warning(f"{count} updates of {name} could not be read and were skipped", "Update Obole; see its log.")
        for name, count in found.get("unreadable", {}).items()
        if count
    ]
    return [*(wrong or [ok("obole run is well")]), *skipped]
