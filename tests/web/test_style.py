"""Contrast of the pages' text in light and dark mode (WCAG AA)."""

import re
from importlib import resources

import pytest

NORMAL, LARGE = 4.5, 3.0  # least contrast; large: bold from 18.66 px on
PAIRS = [
    ("ink", "paper", NORMAL),
    ("ink", "sheet", NORMAL),
    ("soft", "paper", NORMAL),
    ("soft", "sheet", NORMAL),
    ("copper-deep", "paper", NORMAL),
    ("copper-deep", "sheet", NORMAL),
    ("copper-deep", "blush", NORMAL),
    ("on-copper", "copper", LARGE),
    ("moss-bar", "line", LARGE),
]


def _schemes() -> dict[str, dict[str, str]]:
    css = (resources.files("bot.web") / "templates" / "site.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    day = dict(re.findall(r"--([\w-]+): (#\w{6})", light))
    return {"light": day, "dark": day | dict(re.findall(r"--([\w-]+): (#\w{6})", dark))}


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (#rrggbb), from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("above", "below", "least"), PAIRS)
def test_contrast(scheme: str, above: str, below: str, least: float) -> None:
    colors = _schemes()[scheme]
    assert contrast(colors[above], colors[below]) >= least
