"""The HTTP proxy that the machine's owner prescribes, for libraries that do not look for it themselves."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def proxy_for(url: str) -> str | None:
    """Return the proxy for requests to `url`, or None for a direct connection.

    Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, as Stripe's client does by itself. Those are the host's own
    variables and no settings of ours. A websocket goes the way of HTTP. What runs on this machine (the sandbox, one's
    own Bot API server) is reached directly.
    """
    parts = urlsplit(url)
    if parts.hostname in (None, *_THIS_MACHINE) or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    found = proxies.get(scheme) or proxies.get("all")
    return found if not found or "://" in found else f"http://{found}"
