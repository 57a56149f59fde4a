"""Records what passes between us and a stand-in, and has the contract checker judge it.

The checker lies beside the repository (../shared/contract). Where it is not there, tests that are marked
with `needs_contract` are skipped with that reason.
"""

import importlib.util
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web

Recorded = dict[tuple[str, bool], Path]  # (service, whether it was pushed to us) -> JSON lines
CONTRACT = Path(__file__).resolve().parents[1].parent / "shared" / "contract"

needs_contract = pytest.mark.skipif(
    not (CONTRACT / "contract.py").exists(), reason=f"no contract checker at {CONTRACT}"
)


@cache
def _tool(name: str) -> ModuleType:
    """contract.py or record.py, loaded from where it lies without touching sys.path."""
    spec = importlib.util.spec_from_file_location(f"shared_contract_{name}", CONTRACT / f"{name}.py")
    assert spec is not None and spec.loader is not None, f"cannot load {name}.py from {CONTRACT}"
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def _checker() -> Any:
    """The checker, with one reading of it corrected.

    The description lets the object inside a listed event be anything: `"additionalProperties": {}`. The checker
    takes that empty schema for its absence and calls every field of every listed event unknown, whatever the
    stand-in answers. `true` is the same schema to JSON Schema, and the checker understands it. Nothing is lost:
    it judges that object by the schema of its own kind as well, strictly.
    """
    contract, service = _tool("contract").Contract(), _tool("contract").Service("stripe")
    fields = service.schemas["_event:Event.Data"]["properties"]
    for schema in (fields["object"], *fields["previous_attributes"]["anyOf"]):
        if schema.get("additionalProperties") == {}:
            schema["additionalProperties"] = True
    contract.services["stripe"] = service
    return contract


@asynccontextmanager
async def recording(service: str, upstream: str, out: Path, push: bool = False, port: int = 0) -> AsyncIterator[str]:
    """A proxy in front of `upstream` that appends every exchange to `out` (JSON lines). Yields its URL.

    `push`: it stands between the service and us, so that `upstream` is our own address.
    """
    runner = web.AppRunner(_tool("record").application(service, upstream, out, push), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[tuple[Callable[[str, str, bool], Awaitable[str]], Recorded]]:
    """Proxies in front of all services, both ways, for `stage` and `town`: what to put between, and what was said."""
    files: Recorded = {}
    async with AsyncExitStack() as stack:

        async def between(service: str, address: str, push: bool) -> str:
            out = files[service, push] = folder / f"{service}-{'push' if push else 'api'}.jsonl"
            return await stack.enter_async_context(recording(service, address, out, push=push))

        yield between, files


def only_webhooks(file: Path) -> None:
    """Keep what Telegram pushed: people's browsers come to the same address."""
    pushed = [line for line in file.read_text().splitlines() if '"path": "/webhooks/telegram"' in line]
    file.write_text("\n".join(pushed))


def exchanges(path_or_lines: Path | Iterable[str]) -> list[dict[str, Any]]:
    """The recorded exchanges as dictionaries; an empty list if nothing was recorded."""
    if isinstance(path_or_lines, Path):
        path_or_lines = path_or_lines.read_text().splitlines() if path_or_lines.exists() else []
    return [json.loads(line) for line in path_or_lines if line.strip()]


def violations(path_or_lines: Path | Iterable[str], strict: bool = True) -> list[str]:
    """What the recorded exchanges break in the services' descriptions, one line each; unknown fields of
    answers too unless `strict` is off."""
    found = []
    for exchange in exchanges(path_or_lines):
        label = f"{exchange['service']} {exchange['method']} {exchange['path']} {exchange['status']}"
        found += [f"{label}: {why}" for why in _checker().check(exchange, strict)]
    return found
