"""The overview as a picture: a PNG of 1200 x 630 that is still legible at a width of 320, on its own background.

One large number (what was given), one line about it, three facts about people, and one campaign's bar.
"""

import hashlib
import io

from PIL import Image, ImageDraw

from content.cards import Picture
from content.catalog import Catalog, Locale
from content.messages import overview as words
from content.messages.overview import CampaignFigures, Overview
from content.pictures.canvas import (
    COPPER,
    INK,
    MOSS,
    MUTED,
    PAPER,
    RULE,
    Weight,
    coin,
    fit,
    fit_font,
    font,
    motif,
    pill,
    readable,
)
from content.pictures.progress import MARGIN, SIZE
from content.writer import Writer

_DESIGN = 1  # increased when the drawing changes, so that old uploads are not reused
_WIDTH = SIZE[0] - 2 * MARGIN
_BAR = (512, 536)  # top and bottom of the bar


def overview_picture(
    catalog: Catalog, locale: Locale, charity: str, view: Overview, *, typical: bool = True
) -> Picture:
    """Draw the overview. Takes tens of milliseconds of CPU: use a thread.

    `typical`: with average and median, which of few gifts through Stripe may be one donor's gift.
    """
    say = Writer(catalog, locale)
    image = Image.new("RGB", SIZE, PAPER)
    motif(image)
    draw = ImageDraw.Draw(image)
    _head(draw, say, charity, view)
    _amount(draw, say, view, typical=typical)
    _facts(draw, facts(say, view))
    if view.campaigns:
        _campaign(image, draw, say, view.campaigns[0])
    image.paste(coin(34), (MARGIN, 570), coin(34))
    draw.text((MARGIN + 46, 596), "Obole", font=font(Weight.SEMIBOLD, 26), fill=MUTED, anchor="ls")
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=6)
    key = hashlib.sha256(f"overview {_DESIGN} {typical}\x1f{locale}\x1f{charity}\x1f{view!r}".encode()).hexdigest()[:32]
    return Picture(name=f"obole-{key[:12]}.png", png=out.getvalue(), alt=_alt(say, view), key=key)


def _alt(say: Writer, view: Overview) -> str:
    giving = view.giving
    return say(
        "picture-overview-alt",
        days=words.period_title(say, view),
        total=words.totals(say, giving.totals),
        gifts=giving.gifts,
        donors=giving.donors,
    )


def facts(say: Writer, view: Overview) -> list[tuple[str, str]]:
    """Return up to three facts about people: a number with its unit, and a smaller line under it."""
    giving, again = view.giving, view.again
    if not giving.gifts:
        return []
    new = say("picture-overview-new", new=giving.new) if giving.first is not None and giving.donors else ""
    found = [(say("picture-overview-donors", donors=giving.donors), new)]
    if again.percent is not None:
        found.append(
            (
                say("picture-overview-again", percent=again.percent),
                say("picture-overview-between", low=again.low, high=again.high),
            )
        )
    if view.friends.came:
        gave = say("picture-overview-friends-gave", gave=view.friends.gave)
        found.append((say("picture-overview-friends", came=view.friends.came), gave))
    return found


def _head(draw: ImageDraw.ImageDraw, say: Writer, charity: str, view: Overview) -> None:
    small, large = font(Weight.MEDIUM, 34), font(Weight.BOLD, 44)
    days = words.days_between(say, view.giving.first, view.giving.last)
    above, title = (charity, days) if view.campaign is None else (days, view.campaign.name.get(say.locale))
    draw.text((MARGIN, 44), fit(readable(above), small, _WIDTH), font=small, fill=MUTED)
    draw.text((MARGIN, 86), fit(readable(title), large, _WIDTH), font=large, fill=INK)


def _amount(draw: ImageDraw.ImageDraw, say: Writer, view: Overview, *, typical: bool) -> None:
    """Draw the largest currency's total, the other currencies beside it, and the line about its gifts."""
    amounts = sorted(view.giving.amounts, key=lambda each: -each.gifts)
    if not amounts:
        draw.text((MARGIN, 270), say("picture-overview-none"), font=font(Weight.EXTRABOLD, 110), fill=INK, anchor="ls")
        return
    first, *others = amounts
    number = say.money(first.total, name_currency=bool(others))
    large = fit_font(Weight.EXTRABOLD, 140, number, _WIDTH if not others else _WIDTH * 2 // 3)
    draw.text((MARGIN - int(large.size) // 20, 270), number, font=large, fill=INK, anchor="ls")
    beside = MARGIN + int(large.getlength(number)) + 40
    for row, each in enumerate(others[:2]):
        money = "+ " + say.money(each.total, name_currency=True)
        face = fit_font(Weight.SEMIBOLD, 42, money, SIZE[0] - MARGIN - beside)
        draw.text((beside, 270 - 54 * (min(len(others), 2) - 1 - row)), money, font=face, fill=MUTED, anchor="ls")
    parts = [say("picture-overview-gifts", gifts=first.gifts)]
    if first.gifts > 1 and typical:
        parts.append(say("picture-overview-average", average=first.average))
        parts.append(say("picture-overview-median", median=first.median))
    line = "  ·  ".join(parts)
    draw.text((MARGIN, 328), line, font=fit_font(Weight.MEDIUM, 40, line, _WIDTH), fill=INK, anchor="ls")


def _facts(draw: ImageDraw.ImageDraw, found: list[tuple[str, str]]) -> None:
    width = _WIDTH // 3
    for column, (fact, about) in enumerate(found):
        left = MARGIN + column * width
        face = fit_font(Weight.BOLD, 38, fact, width - 28)
        draw.text((left, 396), fact, font=face, fill=COPPER, anchor="ls")
        draw.text((left, 438), fit(about, font(Weight.MEDIUM, 32), width - 28), font=font(Weight.MEDIUM, 32),
                  fill=MUTED, anchor="ls")  # fmt: skip


def _campaign(image: Image.Image, draw: ImageDraw.ImageDraw, say: Writer, view: CampaignFigures) -> None:
    """Draw one campaign's bar, with its name and what is reached above it."""
    top, bottom = _BAR
    pill(image, (MARGIN, top, MARGIN + _WIDTH, bottom), RULE)
    share = min(1.0, view.raised.minor / view.goal.minor)
    if share > 0:
        pill(image, (MARGIN, top, MARGIN + max(bottom - top, int(_WIDTH * share)), bottom), MOSS)
    parts = [say("picture-overview-goal", raised=view.raised, goal=view.goal)]
    parts += [say("picture-overview-days", days=view.days_left)] if view.days_left is not None else []
    face, right = font(Weight.SEMIBOLD, 32), "  ·  ".join(parts)
    draw.text((SIZE[0] - MARGIN, 500), right, font=face, fill=INK, anchor="rs")
    room = _WIDTH - int(face.getlength(right)) - 40
    draw.text(
        (MARGIN, 500), fit(readable(view.campaign.name.get(say.locale)), face, room), font=face, fill=INK, anchor="ls"
    )
