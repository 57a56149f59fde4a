"""The progress picture of a campaign: a PNG of 1200 x 630 that is still legible at a width of 320.

It shows charity and campaign, then one large number, one line and, from half of the goal on, one bar.
Drawing takes tens of milliseconds of CPU: run it in a worker thread, once per state.
The same view always gives the same bytes.
"""

import hashlib
import io
from dataclasses import dataclass, fields

from PIL import Image, ImageDraw

from content.cards import Picture
from content.catalog import Catalog, Locale
from content.pictures.canvas import (
    COPPER,
    INK,
    MOSS,
    MUTED,
    PAPER,
    RULE,
    Color,
    Weight,
    coin,
    cover,
    fit,
    fit_font,
    font,
    motif,
    pill,
    readable,
    wrap,
)
from content.writer import CampaignProgress

SIZE = (1200, 630)
MARGIN = 72
SIDE = 420  # width of the campaign's own picture, at the right
CAP = 0.74  # height of a digit, with the dollar sign's stroke, as a fraction of the font size
DESIGN = 2  # increased when the drawing changes, so that old uploads are not reused


@dataclass(frozen=True, kw_only=True)
class ProgressView:
    locale: Locale
    charity: str
    campaign: str  # its name in this language
    progress: CampaignProgress
    crisis: bool = False  # a sober picture
    backdrop: bytes | None = None  # the campaign's own picture, PNG, JPEG or WebP; ignored if unreadable


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """Everything visible, so that its hash can be the picture's key."""

    charity: str
    campaign: str
    above: str  # small text over the number
    number: str
    below: str  # the line under it
    alt: str
    filled: int | None  # per mille of the bar; None: no bar
    reached: bool
    crisis: bool
    backdrop: str  # hash of the campaign's picture


def progress_picture(catalog: Catalog, view: ProgressView) -> Picture:
    """Draw the campaign's progress."""
    plan = _plan(catalog, view)
    image = Image.new("RGB", SIZE, PAPER)
    side = cover(view.backdrop, (SIDE, SIZE[1])) if view.backdrop else None
    if side is not None:
        image.paste(side, (SIZE[0] - SIDE, 0))
    elif not plan.crisis:
        motif(image)
    _draw(image, plan, SIZE[0] - (SIDE if side is not None else 0) - 2 * MARGIN)
    key = _key(plan)
    return Picture(name=f"obole-{key[:12]}.png", png=_encode(image, side is not None), alt=plan.alt, key=key)


def _plan(catalog: Catalog, view: ProgressView) -> _Plan:
    progress, locale = view.progress, view.locale
    phase = progress.phase

    def say(key: str) -> str:
        return catalog.text(
            locale,
            key,
            campaign=view.campaign,
            raised=progress.raised,
            goal=progress.goal,
            missing=progress.missing,
            donors=progress.donors,
        )

    start = "picture-start" if progress.donors else "picture-quiet"
    above, amount, below, alt = {
        "first": ("picture-goal", progress.goal, "picture-first", "picture-alt-goal"),
        "start": ("picture-goal", progress.goal, start, "picture-alt-goal"),
        "half": ("", progress.raised, "picture-raised", "picture-alt-shown"),
        "near": ("picture-missing", progress.missing, "picture-missing-of", "picture-alt-near"),
        "reached": ("picture-reached", progress.raised, "picture-over", "picture-alt-shown"),
    }[phase]
    return _Plan(
        charity=readable(view.charity),
        campaign=readable(view.campaign),
        above=say(above) if above else "",
        number=catalog.money(locale, amount),
        below=say(below),
        alt=say(alt),
        filled=_per_mille(progress) if phase in ("half", "near", "reached") else None,
        reached=phase == "reached",
        crisis=view.crisis,
        backdrop=hashlib.sha256(view.backdrop).hexdigest() if view.backdrop else "",
    )


def _per_mille(progress: CampaignProgress) -> int:
    return min(1000, progress.raised.minor * 1000 // progress.goal.minor)


def _key(plan: _Plan) -> str:
    seen = "\x1f".join(f"{field.name}={getattr(plan, field.name)}" for field in fields(plan))
    return hashlib.sha256(f"{DESIGN}\x1f{seen}".encode()).hexdigest()[:32]


def _draw(image: Image.Image, plan: _Plan, width: int) -> None:
    draw = ImageDraw.Draw(image)
    accent: Color = MOSS if plan.reached else INK if plan.crisis else COPPER
    y = _head(draw, plan, width)
    _figure(draw, plan, width, y, accent)
    if plan.filled is not None:
        pill(image, (MARGIN, 510, MARGIN + width, 538), RULE)
        reached = INK if plan.crisis else MOSS
        pill(image, (MARGIN, 510, MARGIN + max(28, width * plan.filled // 1000), 538), reached)
    _mark(image, draw)


def _head(draw: ImageDraw.ImageDraw, plan: _Plan, width: int) -> int:
    """Draw charity and campaign, on at most two lines. Return where the space below begins."""
    charity = font(Weight.MEDIUM, 34)
    draw.text((MARGIN, 58), fit(plan.charity, charity, width), font=charity, fill=MUTED)
    name = font(Weight.BOLD, 56)
    lines = wrap(plan.campaign, name, width, 2)
    if len(lines) > 1:
        name = font(Weight.BOLD, 48)
        lines = wrap(plan.campaign, name, width, 2)
    for number, line in enumerate(lines):
        draw.text((MARGIN, 102 + number * 60), line, font=name, fill=INK)
    return 102 + len(lines) * 60 + 24


def _figure(draw: ImageDraw.ImageDraw, plan: _Plan, width: int, top: int, accent: Color) -> None:
    """Draw the number with its text above the bar, or lower without a bar."""
    base = 402 if plan.filled is not None else 448  # the number's baseline
    below = fit_font(Weight.MEDIUM, 40, plan.below, width)
    draw.text((MARGIN, base + 72), plan.below, font=below, fill=INK, anchor="ls")
    room = base - top - (60 if plan.above else 0)
    number = fit_font(Weight.EXTRABOLD, min(152 if plan.above else 176, int(room / CAP)), plan.number, width)
    left = MARGIN - int(number.size) // 20  # large digits have more white space at their left
    draw.text((left, base), plan.number, font=number, fill=INK, anchor="ls")
    if plan.above:
        over = base - int(number.size * CAP) - 30
        above = fit_font(Weight.SEMIBOLD, 40, plan.above, width)
        draw.text((MARGIN, over), plan.above, font=above, fill=accent, anchor="ls")


def _mark(image: Image.Image, draw: ImageDraw.ImageDraw) -> None:
    """Draw the coin and its name, small, in the corner."""
    image.paste(coin(34), (MARGIN, 570), coin(34))
    draw.text((MARGIN + 46, 596), "Obole", font=font(Weight.SEMIBOLD, 26), fill=MUTED, anchor="ls")


def _encode(image: Image.Image, photo: bool) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3 if photo else 6)
    return out.getvalue()
