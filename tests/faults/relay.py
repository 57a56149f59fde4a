"""A proxy between the Stripe sandbox and Obole that records which events Obole has acknowledged."""

import aiohttp
from aiohttp import web

from payments.facts import read_event


class Relay:
    """Forwards webhooks. An event is acknowledged once Obole has answered it with 200."""

    def __init__(self) -> None:
        self.target = ""
        self.acknowledged: set[str] = set()
        self.refused = 0

    async def start(self) -> str:
        """Start it and return its address, for the Stripe sandbox."""
        app = web.Application()
        app.router.add_post("/webhooks/stripe", self._pass_on)
        self._session = aiohttp.ClientSession()
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/webhooks/stripe"

    async def stop(self) -> None:
        await self._session.close()
        await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {"Stripe-Signature": request.headers["Stripe-Signature"], "Content-Type": "application/json"}
        try:
            async with self._session.post(self.target, data=body, headers=headers) as answer:
                status = answer.status
        except aiohttp.ClientError:
            status = 503
        if status == 200:
            event = read_event(body)
            if event.may_be_ours:  # foreign events are not stored
                self.acknowledged.add(event.id)
        else:
            self.refused += 1
        return web.Response(status=status)
