"""The HTTP proxy set on this machine, for libraries that do not read it from the environment."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def proxy_for(url: str) -> str | None:
    """Return the proxy for requests to `url`, or None for a direct connection.

    Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, which belong to the host and are not settings of ours.
    Websockets use the proxy for HTTP. Services on this machine (the sandbox, a Bot API server) are reached directly.
    """
    parts = urlsplit(url)
    if parts.hostname in (None, *_THIS_MACHINE) or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    proxy = proxies.get(scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def proxy_problems_of(urls: Iterable[str]) -> list[str]:
    """Return a message for each service whose proxy is not an HTTP proxy but, for example, SOCKS."""
    problems = []
    for url in urls:
        scheme, _, _ = (proxy_for(url) or "http:").partition(":")  # the rest may hold a password
        if scheme.lower() not in ("http", "https"):
            host = urlsplit(url).hostname
            problems.append(
                f"HTTPS_PROXY or ALL_PROXY: {host} would be reached through a {scheme} proxy, but only http:// and "
                "https:// proxies are supported; set HTTPS_PROXY to such a proxy, or name the host in NO_PROXY"
            )
    return problems
