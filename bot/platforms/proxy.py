"""The HTTP proxy that the machine's owner prescribes, for libraries that do not look for it themselves."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def proxy_for(url: str) -> str | None:
    """Return the proxy for requests to `url`, or None for a direct connection.

    Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. Those are the host's own variables and no settings of ours. A
    websocket goes the way of HTTP. What runs on this machine (the sandbox, one's own Bot API server) is reached
    directly.
    """
    parts = urlsplit(url)
    if parts.hostname in (None, *_THIS_MACHINE) or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    found = proxies.get(scheme) or proxies.get("all")
    return found if not found or "://" in found else f"http://{found}"


def refused_proxies(urls: Iterable[str]) -> list[str]:
    """Return what cannot work: services that only a proxy of another kind than HTTP (SOCKS, say) would lead to."""
    found = []
    for url in urls:
        scheme, _, _ = (proxy_for(url) or "http:").partition(":")  # the rest may hold a password
        if scheme.lower() not in ("http", "https"):
            host = urlsplit(url).hostname
            found.append(
                f"HTTPS_PROXY or ALL_PROXY: {host} is to be reached through a {scheme} proxy, and only http:// and "
                "https:// proxies are supported; set HTTPS_PROXY to such a proxy, or name the host in NO_PROXY"
            )
    return found
