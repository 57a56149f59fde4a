"""Send unexpected errors to a Sentry-compatible address, without what may quote people: messages, values and logs.

The only module that imports sentry_sdk, which is an optional extra. Its client is used directly: initializing the
library would hook it into logging, HTTP clients and the interpreter's exit.
"""

from typing import TYPE_CHECKING, Any

from bot.logs import described

if TYPE_CHECKING:
    from sentry_sdk.transport import Transport

_SECONDS = 2.0  # for errors to leave before the process ends


class NoSentry(Exception):
    """The optional library is missing, or the address is none."""


class Tracker:
    """Sends errors in the background."""

    def __init__(self, dsn: str, *, transport: "type[Transport] | None" = None) -> None:
        """Connect to nothing yet. Raises NoSentry."""
        try:
            from sentry_sdk import Client
            from sentry_sdk.utils import BadDsn
        except ImportError:
            raise NoSentry("OBOLE_SENTRY_DSN needs an extra package: pip install 'obole[sentry]'") from None
        try:
            self._client: Client = Client(
                dsn=dsn,
                transport=transport,
                release="obole",  # else it asks git
                server_name="",
                default_integrations=False,
                auto_enabling_integrations=False,
                include_local_variables=False,
                max_breadcrumbs=0,
                auto_session_tracking=False,
            )
        except BadDsn:
            raise NoSentry("OBOLE_SENTRY_DSN is not an address such as https://key@host/1") from None

    def track(self, error: BaseException, where: str, error_id: str) -> None:
        """Send an error: types, lines of code, place and id. Its message only if it quotes nobody."""
        from sentry_sdk.utils import event_from_exception

        event, _hint = event_from_exception(error, client_options=self._client.options)
        values: list[dict[str, Any]] = event.get("exception", {}).get("values", [])
        for value in values:
            value["value"] = ""
        if values:
            values[-1]["value"] = described(error)
        event["tags"] = {"where": where, "error": error_id}
        self._client.capture_event(event)

    def close(self) -> None:
        """Send what waits, for two seconds at most. Blocks."""
        self._client.close(timeout=_SECONDS)
