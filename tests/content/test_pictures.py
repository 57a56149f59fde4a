"""Pictures are the right size, the same each time, and never fail on what people type or upload."""

import io
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from xml.etree import ElementTree

import pytest
from PIL import Image

from content.campaign import Campaign
from content.catalog import LOCALES, Catalog
from content.pictures import canvas
from content.pictures.canvas import Weight, fit, font, readable, wrap
from content.pictures.progress import SIZE, ProgressView, progress_picture
from content.writer import CampaignProgress
from payments.money import Money
from tests.content import fixtures

NAME = "La Tablée des petits"


def _view(raised: int = 740_000, goal: int = 1_200_000, code: str = "cad", donors: int = 34) -> ProgressView:
    progress = CampaignProgress(raised=Money(raised, code), goal=Money(goal, code), donors=donors)
    return ProgressView(locale="fr", charity="Les Cuisines", campaign=NAME, progress=progress)


def _open(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def _bar(image: Image.Image) -> set[tuple[int, ...]]:
    """Return the colours along the middle of the bar's area."""
    colors = image.crop((72, 524, 760, 525)).getcolors() or []
    return {color for _, color in colors if isinstance(color, tuple)}


def _photo(width: int = 800, height: int = 600) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (10, 120, 200)).save(out, "JPEG")
    return out.getvalue()


def test_same_view_gives_the_same_picture(catalog: Catalog) -> None:
    first, second = progress_picture(catalog, _view()), progress_picture(catalog, _view())
    assert first == second
    assert _open(first.png).size == SIZE and first.name.endswith(".png")


def test_visible_change_changes_the_key(catalog: Catalog) -> None:
    view = _view()
    others = [
        _view(raised=740_100),
        replace(view, locale="en"),
        replace(view, crisis=True),
        replace(view, backdrop=_photo()),
    ]
    keys = {progress_picture(catalog, other).key for other in [view, *others]}
    assert len(keys) == 5
    assert progress_picture(catalog, _view(donors=99)).key == progress_picture(catalog, view).key  # not shown past half


@pytest.mark.parametrize(
    ("raised", "bar"),
    [(0, None), (599_999, None), (600_000, canvas.MOSS), (1_159_000, canvas.MOSS), (1_200_000, canvas.MOSS)],
)
def test_bar_appears_from_half_of_the_goal(catalog: Catalog, raised: int, bar: canvas.Color | None) -> None:
    colors = _bar(_open(progress_picture(catalog, _view(raised)).png))
    assert (bar in colors) if bar else not ({canvas.COPPER, canvas.MOSS} & colors)


def test_picture_near_the_goal_shows_the_missing_amount(catalog: Catalog) -> None:
    alt = progress_picture(catalog, _view(1_159_000)).alt.replace("\u00a0", " ")
    assert alt == f"{NAME} : il ne manque que 410 $ pour atteindre 12 000 $"


@pytest.mark.parametrize("fixture", fixtures.fixtures(), ids=lambda fixture: fixture.name)
def test_every_fixture_can_be_drawn(catalog: Catalog, fixture: fixtures.Fixture) -> None:
    campaign: Campaign = fixture.campaign
    for locale in LOCALES:
        for progress in fixture.progresses:
            view = ProgressView(
                locale=locale, charity=fixture.charity.name, campaign=campaign.name.get(locale), progress=progress
            )
            assert _open(progress_picture(catalog, view).png).size == SIZE


@pytest.mark.parametrize("upload", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", _photo()[:200]])
def test_unreadable_backdrop_is_omitted(catalog: Catalog, upload: bytes) -> None:
    plain = progress_picture(catalog, _view())
    assert progress_picture(catalog, replace(_view(), backdrop=upload)).png == plain.png


def test_enormous_backdrop_is_not_opened(catalog: Catalog) -> None:
    out = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(out, "PNG")
    plain = progress_picture(catalog, _view())
    assert progress_picture(catalog, replace(_view(), backdrop=out.getvalue())).png == plain.png


def test_backdrop_is_drawn_at_the_side(catalog: Catalog) -> None:
    image = _open(progress_picture(catalog, replace(_view(), backdrop=_photo())).png)
    pixel = image.getpixel((1100, 300))
    assert isinstance(pixel, tuple) and pixel[2] > 150


def test_font_has_the_glyphs_for_french_and_money() -> None:
    needed = "éàèùêâîôûçëïüœæÉÀÇŒ«»’–—…$€£¥%−"
    assert readable(needed) == needed
    assert readable("Bonjour 🎄\nvous\u202e") == "Bonjour vous"


def test_text_is_cut_to_fit() -> None:
    face = font(Weight.BOLD, 40)
    assert face.getlength(fit("m" * 400, face, 300)) <= 300
    lines = wrap("un deux trois quatre cinq six sept huit neuf dix " * 4, face, 400, 2)
    assert len(lines) == 2 and all(face.getlength(line) <= 400 for line in lines) and lines[1].endswith("…")
    assert wrap("court", face, 400, 2) == ["court"]


def test_drawing_costs_little_more_than_writing_the_file(catalog: Catalog) -> None:
    drawn = Image.open(io.BytesIO(progress_picture(catalog, _view()).png)).copy()
    drawing = min(_seconds(partial(progress_picture, catalog, _view(740_000 + n))) for n in range(100, 600, 100))
    writing = min(_seconds(lambda: drawn.save(io.BytesIO(), "PNG")) for _ in range(5))
    assert drawing < 4 * writing  # 1.6 times


def _seconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def test_coin_matches_its_svg() -> None:
    svg = ElementTree.fromstring((fixtures.ASSETS / "coin.svg").read_text(encoding="utf-8"))
    assert svg.tag.endswith("svg")
