"""Markup that staff write: parsed strictly, written back, and always shown as their own text."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.platforms.discord.render import render as on_discord
from bot.platforms.telegram.render import render as on_telegram
from bot.sandbox.telegram.entities import formatted
from content.addresses import Domains
from content.cards import Card
from content.rich import BadMarkup, Rich, Span, parse

OURS = Domains(hosts=frozenset({"tablee.example"}), bot="tablee_bot")
PIECES = st.sampled_from(
    [
        "**",
        "*",
        "[",
        "]",
        "(",
        ")",
        "\\",
        "mot",
        " ",
        "\n",
        "\n\n",
        "_",
        "`",
        "@everyone",
        "<b>",
        "&",
        "é🎁",
        "# ",
        "- ",
    ]
)
MARKED = st.lists(st.one_of(PIECES, st.text(max_size=5), st.just("[lien](https://tablee.example/a_b)")), max_size=25)


def spans(text: str) -> list[tuple[str, str]]:
    shown = []
    for paragraph in parse(text, OURS).paragraphs:
        for span in paragraph:
            marks = "b" * span.bold + "i" * span.italic + ("u" if span.url else "")
            shown.append((span.text, marks))
    return shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("un **deux** *trois*", [("un ", ""), ("deux", "b"), (" ", ""), ("trois", "i")]),
        ("***x***", [("x", "bi")]),
        ("*a **b** c*", [("a ", "i"), ("b", "bi"), (" c", "i")]),
        ("**a *b***", [("a ", "b"), ("b", "bi")]),
        ("*a***b**", [("a", "i"), ("b", "b")]),
        ("[*ici*](https://tablee.example/x)", [("ici", "iu")]),
        ("**[ici](https://don.tablee.example/(1))**", [("ici", "bu")]),
        ("2 * 3 = 6, [5 $], a_b, `c`", [("2 * 3 = 6, [5 $], a_b, `c`", "")]),
        (r"\*\*pas gras\*\* \[x\] \n", [("**pas gras** [x] \\n", "")]),
        ("un\ndeux\n\n\ntrois", [("un\ndeux", ""), ("trois", "")]),
        ("https://t.me/tablee_bot?start=x", [("https://t.me/tablee_bot?start=x", "")]),
    ],
)
def test_markup_is_parsed(text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "kind", "at"),
    [
        ("un **deux", "unclosed", 3),
        ("*un", "unclosed", 0),
        ("**a *b** c*", "unclosed", 4),
        ("[ici](https://tablee.example", "unclosed", 0),
        ("a ****b", "empty", 2),
        ("[ici](tablee.example)", "no_address", 0),
        ("[ici](javascript:alert(1))", "no_address", 0),
        ("voir [ici](https://evil.example/x)", "foreign", 5),
        ("[ici](https://tablee.example@evil.example)", "foreign", 0),
        ("[ici](https://nottablee.example)", "foreign", 0),
        ("[ici](https://t.me/another_bot)", "foreign", 0),
        ("[ici](http://[)", "foreign", 0),
        ("[ici](https://[::1)", "foreign", 0),
        ("[ici](https://tablee.example:99999/)", "foreign", 0),
        ("voir https://evil.example", "foreign", 5),
        ("voir evil.com/x", "foreign", 5),
    ],
)
def test_invalid_markup_is_refused(text: str, kind: str, at: int) -> None:
    with pytest.raises(BadMarkup) as refused:
        parse(text, OURS)
    assert (refused.value.kind, refused.value.at) == (kind, at)


def test_ordinary_text_with_dots_has_no_address() -> None:
    for text in ("Merci.Beaucoup", "7.50", "p.m.", "bonjour@tablee.example", "etc.", "M. Com"):
        assert parse(text, OURS).plain == text


def _markup(rich: Rich) -> str:
    """Return markup that parses to this text."""
    return "\n\n".join("".join(map(_written, paragraph)) for paragraph in rich.paragraphs)


def _written(span: Span) -> str:
    words = re.sub(r"[\\*\[\]]", r"\\\g<0>", span.text)
    marks = ("**" if span.bold else "") + ("*" if span.italic else "")
    if marks and words.strip():
        inside = words.strip()
        before, after = words[: words.index(inside)], words[words.index(inside) + len(inside) :]
        words = f"{before}{marks}{inside}{marks[::-1]}{after}"
    return words if span.url is None else f"[{words}]({span.url})"


@given(MARKED)
def test_any_text_is_shown_unchanged_on_both_platforms(pieces: list[str]) -> None:
    try:
        rich = parse("".join(pieces), OURS)
    except BadMarkup:
        assume(False)
        return
    assume(rich.plain.strip())
    again = parse(_markup(rich), OURS)
    assert _bare(again.plain) == _bare(rich.plain)
    card = Card(title="T", body=rich)
    html = on_telegram(card).html
    assert _bare(formatted(html, "HTML", None)[0].removeprefix("T")) == _bare(rich.plain)
    shown = on_discord(card).embed.description or ""
    assert "@everyone" not in shown
    assert _bare(_discord_words(shown)) == _bare(rich.plain)


def test_adjacent_marks_stay_separate_on_discord() -> None:
    rich = Rich(((Span(text="a", bold=True), Span(text="b", italic=True)),))
    assert on_discord(Card(title="T", body=rich)).embed.description == "**a**\u200b*b*"


def test_telegram_cuts_text_and_not_marks() -> None:
    rich = Rich(((Span(text="mot " * 2000, bold=True), Span(text="fin", url="https://tablee.example")),))
    text, entities = formatted(on_telegram(Card(title="T", body=rich, note="N")).html, "HTML", None)
    assert text.endswith("…\n\nN") and len(text) <= 4096
    assert [entity["type"] for entity in entities] == ["bold", "bold", "italic"]


def test_discord_cuts_text_and_not_marks() -> None:
    rich = Rich(((Span(text="*mot* " * 2000, bold=True),),))
    shown = on_discord(Card(title="T", body=rich)).embed.description or ""
    assert len(shown) <= 4096 and shown.endswith("**…")


def _bare(text: str) -> str:
    """Return the text without characters that no platform transmits or shows."""
    kept = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", text)
    return "".join(kept.split())


_DISCORD = re.compile(
    r"\\(?P<escaped>[^a-zA-Z0-9\s])"
    r"|\[(?P<words>(?:\\.|[^\\\]])+)\]\((?P<address>[^()\s]*)\)"
    r"|(?P<marks>\*+)",
    re.DOTALL,
)


def _discord_words(markdown: str) -> str:
    """Return the text that Discord shows for our markdown: escapes, masked links and stars are all we use."""

    def word(found: re.Match[str]) -> str:
        if found["escaped"]:
            return found["escaped"]
        return _discord_words(found["words"]) if found["words"] else ""

    return _DISCORD.sub(word, markdown)
