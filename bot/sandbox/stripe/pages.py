"""The pages."""

from aiohttp import web

from .world import World


class Pages:
    def __init__(self, world: World) -> None:
        self.world = world

    def route_defs(self) -> list[web.RouteDef]:
        return []
