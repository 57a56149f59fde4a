"""Documents that are issued: their words in each language, kept as they were."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.people import Locale
from bot.store.reports.documents import Document
from content import sheet as sheets
from content.catalog import LOCALES
from content.sheet import Sheet


def in_each_language(write: Callable[[Locale], Sheet]) -> Mapping[Locale, Mapping[str, Any]]:
    """Return the words to keep: `write` says them in a language."""
    return {locale: sheets.to_json(write(locale)) for locale in LOCALES}


def sheet_of(issued: Document, locale: Locale) -> Sheet:
    """Return the words of a document in one language."""
    return sheets.from_json(issued.sheets[locale])
