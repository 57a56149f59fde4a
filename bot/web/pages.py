"""Render pages: one set of templates, the catalog's sentences, and the headers of every page."""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from functools import cached_property
from importlib import resources
from urllib.parse import urlencode, urlsplit

import jinja2
from aiohttp import web

from bot.web.connection import is_clients_fault
from bot.web.locale import named_locale, page_locale
from content.catalog import Catalog, Locale
from content.messages.supporters import identity
from content.writer import Charity, Writer
from payments.text import is_storable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OWN_MACHINE = ("127.0.0.1", "localhost")


class Pages:
    """The charity's pages in both languages. The templates escape values; sentences come from the catalog."""

    def __init__(self, catalog: Catalog, charity: Charity, public_url: str) -> None:
        self._catalog = catalog
        self._charity = charity
        self._public_url = public_url
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("bot.web", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def draw(
        self,
        request: web.Request,
        template: str,
        /,
        *,
        status: int = 200,
        public: bool = False,
        locale: Locale | None = None,
        **values: object,
    ) -> web.Response:
        """Render a page. `public`: shared caches may keep it briefly; `locale`: if not the browser's language."""
        locale = locale or locale_of(request)
        say = Writer(self._catalog, locale)
        html = self._templates.get_template(template).render(
            say=say,
            identity=identity(say, self._charity),
            locale=locale,
            charity=self._charity,
            css=self._css,
            here=self._public_url,
            other_language=_other_language(request, locale),
            **values,
        )
        cache = "public, max-age=30" if public else "no-store"
        headers = self._headers | {"Cache-Control": cache, "Content-Language": locale, "Vary": "Accept-Language"}
        return web.Response(text=html, status=status, content_type="text/html", headers=headers)

    def message(
        self,
        request: web.Request,
        title: str,
        line: str,
        *,
        status: int = 200,
        more: str = "",
        **headers: str,
    ) -> web.Response:
        """Render a page with a title and one line, both catalog keys. `headers` are written with underscores."""
        page = self.draw(request, "message.html", status=status, title=title, line=line, more=more)
        page.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        return page

    @cached_property
    def _css(self) -> str:
        return (resources.files("bot.web") / "templates" / "site.css").read_text(encoding="utf-8")

    @cached_property
    def _headers(self) -> dict[str, str]:
        style = base64.b64encode(hashlib.sha256(self._css.encode()).digest()).decode()
        policy = (
            f"default-src 'none'; style-src 'sha256-{style}'; img-src 'self'; form-action 'self'; "
            f"base-uri 'none'; frame-ancestors {_frame_ancestors(self._public_url)}"
        )
        return {
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",  # the return page's address contains the session ID
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        }


def guarded(pages: Pages, handler: Handler, report: Callable[[Exception, str], object]) -> Handler:
    """Wrap a handler so that failures show a friendly page. Not for webhooks."""

    async def handle(request: web.Request) -> web.StreamResponse:
        # An address that no database can store is not one of ours.
        if not is_storable(f"{request.path}{request.query_string}"):
            return pages.message(request, "page-not-found-title", "page-not-found", status=404, more="home")
        try:
            return await handler(request)
        except web.HTTPRequestEntityTooLarge:
            return pages.message(request, "web-too-large-title", "web-too-large", status=413)
        except Exception as error:
            if is_clients_fault(request, error):
                raise
            report(error, "web pages")
            return pages.message(request, "wrong-title", "wrong-line", status=500)

    return handle


def asked_locale(request: web.Request) -> Locale | None:
    """Return the language that an address names, or None if it leaves it to the browser."""
    return named_locale(request.query.get("l"))


def locale_of(request: web.Request) -> Locale:
    """Return the language of the response to this request."""
    return page_locale(request.query.get("l"), request.headers.get("Accept-Language"))


def _other_language(request: web.Request, locale: Locale) -> str | None:
    """Return the query of the same page in the other language, or None unless it was requested by GET."""
    if request.method not in ("GET", "HEAD"):
        return None
    other = "en" if locale == "fr" else "fr"
    kept = [(name, value) for name, value in request.query.items() if name != "l"]
    return "?" + urlencode([*kept, ("l", other)])


def _frame_ancestors(public_url: str) -> str:
    """Forbid framing, except on the local machine, where the demo shows pages inside a drawn phone."""
    if urlsplit(public_url).hostname not in _OWN_MACHINE:
        return "'none'"
    return " ".join(f"http://{host}:*" for host in _OWN_MACHINE)
