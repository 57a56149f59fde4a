"""How the peers of the benchmarks serve HTTP: uvicorn in their own event loop."""

import asyncio
from typing import Any

import uvicorn

from tests.waiting import until


async def serve(app: Any) -> tuple[uvicorn.Server, "asyncio.Task[None]", int]:
    """Serve an ASGI app on a free port; return its server, task and port. Raises TimeoutError if it does not start."""
    # Idle connections stay open as long as ours: on a busy machine the load uses some of them less than every 5 s.
    config = uvicorn.Config(app, port=0, loop="asyncio", log_level="warning", access_log=False, timeout_keep_alive=75)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started, within=20)
    return server, serving, server.servers[0].sockets[0].getsockname()[1]
