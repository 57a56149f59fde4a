"""Compiled statements, shared by all databases of a test process.

SQLAlchemy compiles a statement once per engine, which in production is once per process. Each test opens engines of its
own: compiling everything again would take an eighth of all CPU.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event

_ROOM = 4000  # statements; the product builds about a thousand


class _Shared(dict[Any, Any]):
    """A cache whose keys name the driver instead of the engine's own dialect; all engines are made alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_without_engine(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        if len(self) >= _ROOM:
            self.clear()
        super().__setitem__(_without_engine(key), compiled)


def _without_engine(key: Any) -> tuple[Any, ...]:
    dialect, *rest = key
    return (dialect.name, dialect.driver, *rest)


_shared = _Shared()


def share() -> None:
    """Make every engine of this process use one cache from now on."""
    event.listen(Engine, "engine_connect", _use)


def _use(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_shared)
