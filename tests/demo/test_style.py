"""Contrast of the text on the demo's phones (WCAG AA)."""

import re
from importlib import resources

import pytest

from tests.web.test_style import NORMAL, contrast

WHITE = "#FFFFFF"


def _css(name: str) -> str:
    return (resources.files("bot.demo") / "static" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("above", "below"),
    [("tg-soft", "tg-in"), ("tg-out-soft", "tg-out"), ("tg-blue", "tg-bar"), (WHITE, "tg-key-blue")],
)
def test_telegram_phone(scheme: int, above: str, below: str) -> None:
    found = re.findall(r"\.tg \{(.*?)\}", _css("telegram.css"), re.DOTALL)[scheme]
    colors = dict(re.findall(r"--([\w-]+): (#\w{6})", found))
    assert contrast(colors.get(above, above), colors[below]) >= NORMAL


def test_white_text_on_coloured_buttons() -> None:
    pairs = re.findall(r"color: #FFFFFF; background: (#\w{6})", _css("telegram.css") + _css("discord.css"))
    pairs += re.findall(r"\.key\.\w+ \{ background: (#\w{6})", _css("telegram.css") + _css("discord.css"))
    assert len(pairs) >= 5
    assert not [color for color in pairs if contrast(WHITE, color) < NORMAL]
