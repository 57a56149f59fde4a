"""The language of a page: from its address, else from the browser, else French."""

from content.catalog import LOCALES, Locale, pick_locale


def page_locale(asked: str | None, accept_language: str | None) -> Locale:
    """Return the language. `asked` is the `l` of the address; of the header, the most preferred language counts."""
    return named_locale(asked) or pick_locale(_most_wanted(accept_language or ""))


def named_locale(asked: str | None) -> Locale | None:
    """Return the language that an address names by its `l`, or None if it leaves it to the browser."""
    return next((locale for locale in LOCALES if asked == locale), None)


def _most_wanted(header: str) -> str | None:
    wanted = []
    for part in header[:500].split(","):
        name, _, weight = part.strip().partition(";")
        quality = _quality(weight)
        if quality > 0 and name.strip() not in ("", "*"):
            wanted.append((quality, name.strip()))
    return max(wanted, key=lambda pair: pair[0])[1] if wanted else None


def _quality(weight: str) -> float:
    name, _, number = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(number)
    except ValueError:
        return 0.0
