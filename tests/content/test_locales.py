"""Both languages have the same messages, and the French follows its typographic rules."""

import re
from collections.abc import Iterator
from importlib import resources

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from bot.sandbox.stripe.page_words import WORDS as PAYMENT_PAGE
from content.campaign import load_toml
from content.catalog import LOCALES, Locale

NB = "\u00a0"
JARGON = re.compile(r"\b(nudge|lift|touch|holdout|segment|broadcast|fundraiser)\b", re.IGNORECASE)
COUNTDOWN = re.compile(r"dépêchez|dernière chance|hurry|last chance|act now", re.IGNORECASE)
TAX = re.compile(r"déductible|deductible", re.IGNORECASE)
FAMILIAR = re.compile(r"\b(tu|toi|te|ton|ta|tes)\b", re.IGNORECASE)
TO_FRIENDS = {"share-text", "invite-text-charity"}


class _Placeholders(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


def _messages(locale: str) -> dict[str, ast.Message]:
    found: dict[str, ast.Message] = {}
    for file in (resources.files("content") / "locales" / locale).iterdir():
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ast.Junk), (file.name, entry.content)
            if isinstance(entry, ast.Message):
                assert entry.id.name not in found, f"{entry.id.name} is there twice"
                found[entry.id.name] = entry
    return found


# Word order and idioms that native readers stumbled over, by language.
FOREIGN: dict[Locale, re.Pattern[str]] = {
    "en": re.compile(
        r"\bwhoever\b|\bby (itself|themselves)\b|\bof theirs\b|\bstands?\b|\bgoes on\b|leads? to you"
        r"|\b([Ss]ome|[Aa]ny)body\b|^Who(?= (?!is\b|are\b|was\b|told\b)\w+ )[^?]*$"
    ),
    "fr": re.compile(
        r"d’(elle|eux|elles)-mêmes?|(par|de) lui-même|mène(nt)? à vous|l’heure est la vôtre|[Ll]aisser tomber|"
        r"l’emporte|\bbot\b|à qui a |personne propriétaire"
        r"|(^|\. )Qui [^?]*(\.|$)|Personne n’(était|est) à |d’un geste|à (la nôtre|celle d’ici)\b"
    ),
}


def _placeholders(message: ast.Message) -> set[str]:
    visitor = _Placeholders()
    visitor.visit(message)
    return visitor.names


def _texts(locale: str) -> Iterator[tuple[str, str]]:
    """Yield each message's text with all its variants; a placeholder is written ⟨name⟩."""

    def flat(pattern: ast.Pattern | None) -> Iterator[str]:
        whole, variants = "", []
        for element in pattern.elements if pattern else []:
            if isinstance(element, ast.TextElement):
                whole += element.value
            elif isinstance(element.expression, ast.SelectExpression):
                variants += [text for v in element.expression.variants for text in flat(v.value)]
            elif isinstance(element.expression, ast.VariableReference):
                whole += f"⟨{element.expression.id.name}⟩"
            elif isinstance(element.expression, ast.FunctionReference):
                whole += "⟨words⟩"
        yield from variants or [whole]

    for key, message in _messages(locale).items():
        for text in flat(message.value):
            yield key, text


def _french() -> list[tuple[str, str]]:
    authored = []
    for file in (resources.files("content") / "campaigns").iterdir():
        campaign = load_toml(file.read_text(encoding="utf-8"))
        words = [campaign.name, campaign.story, campaign.if_short, campaign.if_over, campaign.next_step]
        words += [m.text for m in campaign.milestones] + [does.what for does in campaign.gift_does]
        authored += [(file.name, text.fr) for text in words if text]
    return [*_texts("fr"), *authored, *PAYMENT_PAGE["fr"].items()]


def typography_faults(text: str) -> list[str]:
    """Return what in a French text breaks the rules."""
    rules = {
        "a no-break space before : » % $": rf"[^{NB}\d/][:»%$](?=\s|$|[.,)])|[^{NB}][»%]",
        "a no-break space after «": rf"«[^{NB}]",
        "no space before ; ! ?": rf"[ {NB}\u202f][;!?]",
        "typographic apostrophes": r"\w'\w|`",
        "no straight quotes": r'"',
        "a real ellipsis": r"\.\.\.",
        "no double space": r"  ",
        "no point médian": r"\w·\w",
        "no double of a no-break and a plain space": rf"{NB} | {NB}",
    }
    return [rule for rule, pattern in rules.items() if re.search(pattern, text)]


def test_languages_have_the_same_keys_and_placeholders() -> None:
    fr, en = (_messages(locale) for locale in LOCALES)
    assert fr.keys() == en.keys()
    for key, message in fr.items():
        assert _placeholders(message) == _placeholders(en[key]), key


@pytest.mark.parametrize("sample", ["Il dit: oui", "«oui»", "50 %", "Merci !", "l'ami", "5 $ de plus", "a  b"])
def test_rules_catch_faults(sample: str) -> None:
    assert typography_faults(sample)


def test_de_is_elided_before_names() -> None:
    """Names may begin with a vowel: `DE($name)` gives « d’Alex »."""
    bare = [key for key, text in _texts("fr") if re.search(r"\bd(e |’)⟨(name|charity|sponsor)⟩", text)]
    assert bare == []


def test_payment_page_matches_in_both_languages() -> None:
    fields = {
        language: {k: set(re.findall(r"{\w+}", text)) for k, text in PAYMENT_PAGE[language].items()}
        for language in LOCALES
    }
    assert fields["fr"] == fields["en"]


def test_french_follows_its_typography() -> None:
    faults = {(key, text): found for key, text in _french() if (found := typography_faults(text))}
    assert not faults


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_have_curly_apostrophes_and_no_jargon(locale: str) -> None:
    for key, text in _texts(locale):
        assert not re.search(r"\w'\w", text), (key, text)
        assert key.startswith(FOR_STAFF) or not JARGON.search(text), (key, text)
        assert not COUNTDOWN.search(text), (key, text)
        assert not TAX.search(text), (key, text)
        assert text.strip() == text, (key, text)
        assert text, key


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_have_no_foreign_word_order(locale: Locale) -> None:
    assert [(key, found[0]) for key, text in _texts(locale) if (found := FOREIGN[locale].search(text))] == []


FOR_STAFF = ("staff-", "command-broadcast", "demo-how-broadcast")  # staff texts use the field's terms


def test_french_says_vous_except_to_a_friend() -> None:
    for key, text in _texts("fr"):
        assert bool(FAMILIAR.search(text)) == (key in TO_FRIENDS), (key, text)
